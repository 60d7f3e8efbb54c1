//! JSON straight into a byte buffer: the writer knows commas and escapes, its callers know the shape.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::Write;
use std::ops::Range;

use crate::base::timestamp::Timestamp;

/// A JSON text being written (RFC 8259). Objects and arrays are closures, so that what is opened is closed.
pub(super) struct Json {
    out: Vec<u8>,
    /// Whether the next value or name follows another one in the same object or array.
    comma: bool,
    /// Where the moment stands that the text is of.
    moment: Range<usize>,
}

impl Json {
    /// An empty text with room for `capacity` octets.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { out: Vec::with_capacity(capacity), comma: false, moment: 0..0 }
    }

    /// The text, and where in it the moment stands that it is of; an empty place in a text that does not tell.
    pub(super) fn into_parts(self) -> (Vec<u8>, Range<usize>) {
        (self.out, self.moment)
    }

    /// Begins an element or a member that is written in pieces: [`raw`](Self::raw), [`escaped`](Self::escaped),
    /// [`moment`](Self::moment). What every answer says is one piece, which costs one copy.
    pub(super) fn element(&mut self) -> &mut Self {
        self.separate();
        self
    }

    /// A piece that is JSON already, or text without anything to escape: a constant, a name in the registry's form, a ROID.
    #[inline]
    pub(super) fn raw(&mut self, piece: &str) -> &mut Self {
        self.out.extend_from_slice(piece.as_bytes());
        self
    }

    /// A piece of a string.
    pub(super) fn escaped(&mut self, text: &str) -> &mut Self {
        escape_into(text, &mut self.out);
        self
    }

    /// A piece of a string: a moment (RFC 3339).
    pub(super) fn moment(&mut self, moment: Timestamp) -> &mut Self {
        moment.write_to(&mut self.out);
        self
    }

    /// A piece of a string: the moment that the text is of, which stands in it once.
    pub(super) fn present(&mut self, moment: Timestamp) -> &mut Self {
        let start = self.out.len();
        self.moment(moment);
        self.moment = start..self.out.len();
        self
    }

    /// An element or member from `open` to `close`, pieces as of [`raw`](Self::raw), with others in between.
    #[inline]
    pub(super) fn within(&mut self, open: &str, close: &str, fill: impl FnOnce(&mut Self)) {
        self.separate();
        self.raw(open);
        self.comma = !open.ends_with(['[', '{']);
        fill(self);
        self.raw(close);
        self.comma = true;
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

/// Octets looked at in one step, which the compiler makes a few instructions of.
const STEP: usize = 16;

/// Whether nothing is to be escaped, as in nearly all texts. The last step may look at octets again.
fn is_plain(octets: &[u8]) -> bool {
    let step = |octets: &[u8; STEP]| !octets.iter().fold(false, |found, octet| found | is_special(*octet));
    match octets.last_chunk() {
        None => !octets.iter().any(|octet| SPECIAL[usize::from(*octet)]),
        Some(last) => octets.as_chunks().0.iter().all(step) && step(last),
    }
}

const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut octet = 0;
    while octet < table.len() {
        table[octet] = is_special(octet as u8);
        octet += 1;
    }
    table
};

/// Whether RFC 8259, section 7 demands an escape, or HTML has a meaning for it: no answer holds a tag or an entity even where a
/// page inlines it.
const fn is_special(octet: u8) -> bool {
    matches!(octet, b'"' | b'\\' | b'<' | b'>' | b'&' | 0..=0x1f)
}

/// A text as a piece of a string.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    if is_plain(text.as_bytes()) {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::new();
    escape_into(text, &mut out);
    Cow::Owned(String::from_utf8(out).expect("octets of a text, and ASCII"))
}

fn escape_into(text: &str, out: &mut Vec<u8>) {
    let octets = text.as_bytes();
    if is_plain(octets) {
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
        let mut bytes = json.into_parts().0;
        simd_json::to_owned_value(&mut bytes).expect("valid JSON")
    }

    proptest! {
        #[test]
        fn what_is_plain_is_found_at_any_place(text in "[ -~]{0,70}") {
            prop_assert_eq!(is_plain(text.as_bytes()), !text.bytes().any(is_special));
        }

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
                json.element().raw("{").raw("}");
            });
            json.name("c").object(|json| json.name("d").joined(&["x", "y"]));
            json.within(r#""e":["#, "]", |json| {
                json.within("{", "}", |_| ());
                json.within(r#"{"f":1"#, "}", |json| {
                    json.element().raw(r#""g":""#).escaped("\"").raw("\"");
                });
            });
        });
        assert_eq!(
            String::from_utf8(json.into_parts().0).as_deref(),
            Ok(r#"{"a":[],"b":[1,true,{},"2",{}],"c":{"d":"xy"},"e":[{},{"f":1,"g":"\""}]}"#)
        );
    }
}
