//! The XML declaration (XML 1.0, production 23): version 1.x, an encoding that is UTF-8 or a part of it.

use crate::base::lexical::is_space;

/// What an XML declaration says that matters later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8, named or by default.
    Utf8,
    /// US-ASCII.
    Ascii,
}

/// Reads what stands between `<?xml` and `?>`.
///
/// # Errors
///
/// What was expected.
pub(crate) fn declaration(text: &str) -> Result<Encoding, &'static str> {
    let Some((version, mut rest)) = pseudo_attribute(text, "version") else { return Err("version=\"1.0\"") };
    // A 1.x document is read as 1.0 (XML 1.0, fifth edition, section 2.8).
    let minor = version.strip_prefix("1.").unwrap_or_default();
    if minor.is_empty() || !minor.bytes().all(|octet| octet.is_ascii_digit()) {
        return Err("version=\"1.0\"");
    }
    let mut encoding = Encoding::Utf8;
    if let Some((name, after)) = pseudo_attribute(rest, "encoding") {
        rest = after;
        let is_one_of = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
        encoding = if is_one_of(&["UTF-8", "UTF8"]) {
            Encoding::Utf8
        } else if is_one_of(&["US-ASCII", "ASCII"]) {
            Encoding::Ascii
        } else {
            return Err("encoding=\"UTF-8\"");
        };
    }
    if let Some((standalone, after)) = pseudo_attribute(rest, "standalone") {
        rest = after;
        if !matches!(standalone, "yes" | "no") {
            return Err("standalone=\"yes\" or \"no\"");
        }
    }
    if rest.bytes().all(is_space) { Ok(encoding) } else { Err("?>") }
}

/// `S name S? "=" S? quoted`: the value and what follows.
fn pseudo_attribute<'a>(text: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let trim = |text: &'a str| text.trim_start_matches([' ', '\t', '\n', '\r']);
    let spaced = trim(text);
    if spaced.len() == text.len() {
        return None;
    }
    let rest = trim(trim(spaced.strip_prefix(name)?).strip_prefix('=')?);
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest.get(1..)?.split_once(quote)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_read_to_the_letter() {
        for (text, expected) in [
            (" version=\"1.0\"", Ok(Encoding::Utf8)),
            (" version = '1.0' ", Ok(Encoding::Utf8)),
            (" version=\"1.1\"", Ok(Encoding::Utf8)),
            ("\nversion='1.0'\tencoding='utf-8' standalone='no'", Ok(Encoding::Utf8)),
            (" version=\"1.0\" encoding=\"US-ascii\"", Ok(Encoding::Ascii)),
            ("", Err("version=\"1.0\"")),
            (" version=\"2.0\"", Err("version=\"1.0\"")),
            (" version=\"1.\"", Err("version=\"1.0\"")),
            (" encoding=\"UTF-8\"", Err("version=\"1.0\"")),
            (" version=\"1.0\" encoding=\"UTF-16\"", Err("encoding=\"UTF-8\"")),
            (" version=\"1.0\" encoding=\"UTF-7\"", Err("encoding=\"UTF-8\"")),
            (" version=\"1.0\" encoding=\"ISO-8859-1\"", Err("encoding=\"UTF-8\"")),
            (" version=\"1.0\" encoding=\"\"", Err("encoding=\"UTF-8\"")),
            (" version=\"1.0\"encoding=\"UTF-8\"", Err("?>")),
            (" version=\"1.0\" standalone=\"no\" encoding=\"UTF-8\"", Err("?>")),
            (" version=\"1.0\" standalone=\"maybe\"", Err("standalone=\"yes\" or \"no\"")),
            (" version=\"1.0\" a=\"b\"", Err("?>")),
        ] {
            assert_eq!(declaration(text), expected, "{text}");
        }
    }
}
