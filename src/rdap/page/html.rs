//! HTML that is written so that nothing but our own markup is markup.

use std::fmt::Write as _;

use crate::rdap::uri::encode_segment;

/// A page being written. What is known only at run time passes [`Html::text`] or an attribute, which escape it; markup is
/// known at compile time.
pub(super) struct Html(String);

impl Html {
    pub(super) fn new() -> Self {
        Self(String::with_capacity(24 * 1024))
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }

    /// Markup of ours.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// A text, in an element or in an attribute with double quotes. Control characters, which HTML does not have, become
    /// U+FFFD.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                '\n' | '\t' => self.0.push(character),
                control if control.is_control() => self.0.push('\u{fffd}'),
                other => self.0.push(other),
            }
        }
        self
    }

    /// What others have written, isolated so that its direction changes nothing around it.
    pub(super) fn foreign(&mut self, text: &str) -> &mut Self {
        self.raw("<bdi>").text(text).raw("</bdi>")
    }

    /// A number.
    pub(super) fn number(&mut self, number: u64) -> &mut Self {
        let _ = write!(self.0, "{number}");
        self
    }

    /// A link to a page elsewhere, or the label alone where the URL is none of the web: `javascript:` is a URL too.
    pub(super) fn web_link(&mut self, url: &str, label: &str) -> &mut Self {
        let lower = url.to_ascii_lowercase();
        match lower.starts_with("https://") || lower.starts_with("http://") {
            true => self.anchor(url, label),
            false => self.foreign(label),
        }
    }

    /// A link that writes to somebody.
    pub(super) fn mail_link(&mut self, address: &str) -> &mut Self {
        let url = format!("mailto:{}", encode_segment(address).replace("%40", "@"));
        self.anchor(&url, address)
    }

    /// A link that calls somebody. `uri` is of the scheme `tel` (RFC 3966), or else it is shown as it is.
    pub(super) fn phone_link(&mut self, uri: &str) -> &mut Self {
        let Some(number) = uri.strip_prefix("tel:") else { return self.foreign(uri) };
        let label = number.replace(";ext=", " ext. ");
        self.anchor(uri, &label)
    }

    /// A link within this service: what is asked stands in the query of `path`.
    pub(super) fn query_link(&mut self, path: &str, query: &str, label: &str) -> &mut Self {
        self.anchor(&format!("{path}?q={}", encode_segment(query)), label)
    }

    /// A link to a path of this service.
    pub(super) fn path_link(&mut self, path: &str, label: &str) -> &mut Self {
        self.raw("<a href=\"").text(path).raw("\">").text(label).raw("</a>")
    }

    fn anchor(&mut self, url: &str, label: &str) -> &mut Self {
        self.raw("<a href=\"").text(url).raw("\">").foreign(label).raw("</a>")
    }

    /// A name with its value, in a description list.
    pub(super) fn row(&mut self, name: &'static str, value: impl FnOnce(&mut Self) -> &mut Self) {
        self.raw("<div><dt>").raw(name).raw("</dt><dd>");
        value(self);
        self.raw("</dd></div>");
    }

    /// A part of the page with its heading; `id` is of the heading.
    pub(super) fn section(&mut self, id: &'static str, title: &'static str, body: impl FnOnce(&mut Self)) {
        self.raw("<section class=\"card\" aria-labelledby=\"").raw(id).raw("\"><h3 id=\"").raw(id).raw("\">");
        self.raw(title).raw("</h3>");
        body(self);
        self.raw("</section>");
    }

    /// A moment as RFC 3339 writes it, in words; as it is where it is none.
    pub(super) fn moment(&mut self, text: &str) -> &mut Self {
        match words(text) {
            Some((date, time)) => {
                self.raw("<time datetime=\"").text(text).raw("\">").text(&date);
                self.raw(" <span class=\"quiet\">").text(time).raw(" UTC</span></time>")
            }
            None => self.text(text),
        }
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Day, month and year, and the time of day, of a moment in UTC.
fn words(text: &str) -> Option<(String, &str)> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
    Some((format!("{} {month} {year}", day.trim_start_matches('0')), time.get(..8)?))
}

/// JSON with a line for each member and element, octet for octet otherwise.
pub(super) fn pretty(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let new_line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    };
    let mut characters = json.chars().peekable();
    while let Some(character) = characters.next() {
        if quoted {
            quoted = escaped || character != '"';
            escaped = !escaped && character == '\\';
            out.push(character);
            continue;
        }
        let empty = matches!(characters.peek(), Some('}' | ']'));
        match character {
            '{' | '[' if empty => {
                out.push(character);
                out.extend(characters.next());
            }
            '{' | '[' => {
                depth += 1;
                out.push(character);
                new_line(&mut out, depth);
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
                out.push(character);
            }
            ',' => {
                out.push(character);
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            other => {
                quoted = other == '"';
                out.push(other);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(write: impl FnOnce(&mut Html) -> &mut Html) -> String {
        let mut html = Html::new();
        write(&mut html);
        html.0
    }

    proptest! {
        #[test]
        fn no_text_is_markup(text in any::<String>()) {
            let html = written(|html| html.text(&text));
            prop_assert!(!html.contains(['<', '>', '"', '\'']));
            prop_assert!(html.chars().all(|character| matches!(character, '\n' | '\t') || !character.is_control()));
            let back = html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
            let plain = |c: char| if c.is_control() && !matches!(c, '\n' | '\t') { '\u{fffd}' } else { c };
            prop_assert_eq!(back.replace("&amp;", "&"), text.chars().map(plain).collect::<String>());
        }

        #[test]
        fn pretty_json_says_the_same(texts in proptest::collection::vec(any::<String>(), 0..4)) {
            let value = simd_json::json!({"a": texts, "b": [[], {}, [{"c:d": 1}]]});
            let back = simd_json::to_owned_value(&mut pretty(&simd_json::to_string(&value)?).into_bytes())?;
            prop_assert_eq!(back, value);
        }
    }

    #[test]
    fn only_web_addresses_become_links() {
        for url in ["javascript:alert(1)", "JavaScript:x", "data:text/html,x", " https://a.example/", "//a.example", ""]
        {
            assert!(!written(|html| html.web_link(url, "x")).contains("href"), "{url}");
        }
        let html = written(|html| html.web_link("HTTPS://a.example/?\"><script>", "a & b"));
        assert_eq!(html, "<a href=\"HTTPS://a.example/?&quot;&gt;&lt;script&gt;\"><bdi>a &amp; b</bdi></a>");
        assert!(!written(|html| html.phone_link("javascript:1")).contains("href"));
        let html = written(|html| html.mail_link("a?bcc=x\"@b.example"));
        assert!(html.starts_with("<a href=\"mailto:a%3Fbcc%3Dx%22@b.example\">"), "{html}");
    }

    #[test]
    fn moments_are_told_in_words() {
        assert_eq!(words("2026-01-02T03:04:05.678Z"), Some(("2 January 2026".to_owned(), "03:04:05")));
        for other in ["", "2026-13-02T03:04:05Z", "2026-00-02T03:04:05Z", "2026-01-02", "2026-01T03:04:05Z", "T\u{e9}Z"]
        {
            assert_eq!(words(other), None, "{other}");
        }
    }

    #[test]
    fn pretty_json_has_a_line_for_each_member() {
        let json = r#"{"a":[],"b":{"c":"x,\"{","d":[1,true]}}"#;
        let lines =
            "{\n  \"a\": [],\n  \"b\": {\n    \"c\": \"x,\\\"{\",\n    \"d\": [\n      1,\n      true\n    ]\n  }\n}";
        assert_eq!(pretty(json), lines);
    }
}
