//! JSON straight into a byte buffer: the writer knows commas and escapes, its callers know the shape.

use std::fmt::Display;
use std::io::Write;

use crate::base::timestamp::Timestamp;

/// A JSON text being written (RFC 8259). Objects and arrays are closures, so that what is opened is closed.
pub(super) struct Json {
    out: Vec<u8>,
    /// Whether the next value or name follows another one in the same object or array.
    comma: bool,
}

impl Json {
    /// An empty text with room for `capacity` octets.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { out: Vec::with_capacity(capacity), comma: false }
    }

    /// The text.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// `{ … }`
    pub(super) fn object(&mut self, members: impl FnOnce(&mut Self)) {
        self.nested(b'{', members, b'}');
    }

    /// `[ … ]`
    pub(super) fn array(&mut self, elements: impl FnOnce(&mut Self)) {
        self.nested(b'[', elements, b']');
    }

    /// The name of a member, which has nothing to escape; its value must follow.
    pub(super) fn name(&mut self, name: &'static str) -> &mut Self {
        self.separate();
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.comma = false;
        self
    }

    /// A string.
    pub(super) fn string(&mut self, text: &str) {
        self.joined(&[text]);
    }

    /// One string made of several parts.
    pub(super) fn joined(&mut self, parts: &[&str]) {
        self.separate();
        self.out.push(b'"');
        parts.iter().for_each(|part| escape_into(part, &mut self.out));
        self.out.push(b'"');
    }

    /// A string that its `Display` writes without anything to escape: an address, a number.
    pub(super) fn plain(&mut self, value: impl Display) {
        self.separate();
        write!(self.out, "\"{value}\"").expect("a vector takes all");
    }

    /// A value that is JSON already, in parts.
    pub(super) fn verbatim(&mut self, parts: &[&str]) {
        self.separate();
        parts.iter().for_each(|part| self.out.extend_from_slice(part.as_bytes()));
    }

    /// A moment as a string (RFC 3339).
    pub(super) fn timestamp(&mut self, moment: Timestamp) {
        self.separate();
        self.out.push(b'"');
        moment.write_to(&mut self.out);
        self.out.push(b'"');
    }

    /// A number.
    pub(super) fn number(&mut self, number: u32) {
        self.separate();
        write!(self.out, "{number}").expect("a vector takes all");
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self, value: bool) {
        self.separate();
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
    }

    /// An array of strings.
    pub(super) fn strings<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) {
        self.array(|json| texts.into_iter().for_each(|text| json.string(text)));
    }

    fn nested(&mut self, open: u8, fill: impl FnOnce(&mut Self), close: u8) {
        self.separate();
        self.out.push(open);
        self.comma = false;
        fill(self);
        self.out.push(close);
        self.comma = true;
    }

    fn separate(&mut self) {
        if self.comma {
            self.out.push(b',');
        }
        self.comma = true;
    }
}

/// Whether RFC 8259, section 7 demands an escape, or HTML has a meaning for it: no answer holds a tag or an entity even where a
/// page inlines it.
const fn is_special(octet: u8) -> bool {
    matches!(octet, b'"' | b'\\' | b'<' | b'>' | b'&' | 0..=0x1f)
}

fn escape_into(text: &str, out: &mut Vec<u8>) {
    let octets = text.as_bytes();
    // Without an early end the compiler looks at many octets in one step, and nearly all texts have none that is special.
    if !octets.iter().fold(false, |found, octet| found | is_special(*octet)) {
        return out.extend_from_slice(octets);
    }
    for octet in octets {
        match octet {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', *octet]),
            special if is_special(*special) => write!(out, "\\u{special:04x}").expect("a vector takes all"),
            plain => out.push(*plain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use simd_json::prelude::*;

    fn read(json: Json) -> simd_json::OwnedValue {
        let mut bytes = json.into_bytes();
        simd_json::to_owned_value(&mut bytes).expect("valid JSON")
    }

    proptest! {
        #[test]
        fn any_text_comes_back_as_it_went_in(texts in proptest::collection::vec(any::<String>(), 0..5)) {
            let mut json = Json::with_capacity(0);
            json.strings(texts.iter().map(String::as_str));
            let read = read(json);
            let back: Vec<&str> = read.as_array().expect("an array").iter().filter_map(|text| text.as_str()).collect();
            prop_assert_eq!(back, texts);
        }
    }

    #[test]
    fn every_control_character_is_escaped() {
        let text: String = (0..0x80).map(char::from).collect();
        let mut json = Json::with_capacity(0);
        json.string(&text);
        assert!(json.out.iter().all(|octet| *octet >= 0x20 && !b"<>&".contains(octet)));
        assert_eq!(read(json).as_str(), Some(text.as_str()));
    }

    #[test]
    fn commas_stand_between_and_only_between() {
        let mut json = Json::with_capacity(0);
        json.object(|json| {
            json.name("a").array(|_| ());
            json.name("b").array(|json| {
                json.number(1);
                json.boolean(true);
                json.object(|_| ());
                json.plain(2);
                json.verbatim(&["{", "}"]);
            });
            json.name("c").object(|json| json.name("d").joined(&["x", "y"]));
        });
        assert_eq!(
            String::from_utf8(json.into_bytes()).as_deref(),
            Ok(r#"{"a":[],"b":[1,true,{},"2",{}],"c":{"d":"xy"}}"#)
        );
    }
}
