//! Values inside XML: escaping, and the few shapes of element that what we write is made of.

use crate::base::timestamp::Timestamp;

/// Appends character data. `&`, `<`, `>` and `"` become entities, line ends that a parser would change become references,
/// and what XML 1.0 cannot hold at all becomes U+FFFD (only text quoted from a bad frame can hold such).
pub(crate) fn text(out: &mut Vec<u8>, value: &str) {
    let bytes = value.as_bytes();
    // Most texts have nothing to escape. All octets at once are compared by vectors; a search that stops goes one by one.
    if !bytes.iter().fold(false, |found, byte| found | is_special(*byte)) {
        return out.extend_from_slice(bytes);
    }
    let mut done = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let escape: &[u8] = match byte {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'"' => b"&quot;",
            b'\r' => b"&#13;",
            b'\t' | b'\n' => continue,
            0..0x20 => "\u{fffd}".as_bytes(),
            // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
            0xBE | 0xBF if at >= 2 && bytes[at - 2..at] == [0xEF, 0xBF] => {
                out.extend_from_slice(&bytes[done..at - 2]);
                out.extend_from_slice("\u{fffd}".as_bytes());
                done = at + 1;
                continue;
            }
            _ => continue,
        };
        out.extend_from_slice(&bytes[done..at]);
        out.extend_from_slice(escape);
        done = at + 1;
    }
    out.extend_from_slice(&bytes[done..]);
}

/// Whether [`text`] may have to write something else for the octet.
const fn is_special(byte: u8) -> bool {
    byte < b' ' || byte >= 0x80 || matches!(byte, b'&' | b'<' | b'>' | b'"')
}

/// Appends ` name="value"`.
pub(crate) fn attribute(out: &mut Vec<u8>, name: &str, value: &str) {
    out.push(b' ');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"=\"");
    attribute_value(out, value);
    out.push(b'"');
}

/// Appends an attribute's value, without its quotes: as [`text`], and white space that a parser would make a space of (XML
/// 1.0, section 3.3.3) becomes references.
fn attribute_value(out: &mut Vec<u8>, value: &str) {
    for piece in value.split_inclusive(['\t', '\n']) {
        let (plain, reference) = match piece.strip_suffix('\t') {
            Some(plain) => (plain, "&#9;"),
            None => piece.strip_suffix('\n').map_or((piece, ""), |plain| (plain, "&#10;")),
        };
        text(out, plain);
        out.extend_from_slice(reference.as_bytes());
    }
}

/// Appends `<name>value</name>`.
pub(crate) fn element(out: &mut Vec<u8>, name: &str, value: &str) {
    open(out, name);
    text(out, value);
    close(out, name);
}

/// Appends the element when there is a value.
pub(crate) fn optional(out: &mut Vec<u8>, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        element(out, name, value);
    }
}

/// Appends `<name>time</name>`.
pub(crate) fn time(out: &mut Vec<u8>, name: &str, value: Timestamp) {
    open(out, name);
    value.write_to(out);
    close(out, name);
}

/// Appends `<name>`.
pub(crate) fn open(out: &mut Vec<u8>, name: &str) {
    out.push(b'<');
    out.extend_from_slice(name.as_bytes());
    out.push(b'>');
}

/// Appends `</name>`.
pub(crate) fn close(out: &mut Vec<u8>, name: &str) {
    out.extend_from_slice(b"</");
    out.extend_from_slice(name.as_bytes());
    out.push(b'>');
}

/// Appends a decimal number.
pub(crate) fn number(out: &mut Vec<u8>, value: u64) {
    let mut digits = [0u8; 20];
    let (mut at, mut rest) = (digits.len(), value);
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read_back(xml: &str) -> (String, String) {
        let mut reader = quick_xml::Reader::from_str(xml);
        let (mut attribute, mut text) = (String::new(), String::new());
        loop {
            match reader.read_event().expect("well-formed") {
                quick_xml::events::Event::Start(tag) => {
                    let found = tag.attributes().next().expect("one").expect("good");
                    // What a parser does that this reader leaves to its caller.
                    let normalized = found.value.replace(['\t', '\n', '\r'], " ");
                    attribute = quick_xml::escape::unescape(&normalized).expect("known entities").into_owned();
                }
                quick_xml::events::Event::Text(found) => text.push_str(&found),
                quick_xml::events::Event::GeneralRef(found) => {
                    let entity = format!("&{};", &*found);
                    text.push_str(&quick_xml::escape::unescape(&entity).expect("known entities"));
                }
                quick_xml::events::Event::Eof => return (attribute, text),
                _ => {}
            }
        }
    }

    fn is_xml_char(c: char) -> bool {
        matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
    }

    proptest! {
        #[test]
        fn what_is_escaped_reads_back_the_same(value in "\\PC*|[&<>\"'\\]\r\n\t a]*|[\u{0}-\u{ff}\u{fff0}-\u{ffff}]*") {
            let mut xml = b"<a".to_vec();
            attribute(&mut xml, "b", &value);
            xml.push(b'>');
            text(&mut xml, &value);
            xml.extend_from_slice(b"</a>");
            let (in_attribute, in_text) = read_back(std::str::from_utf8(&xml).expect("text in, text out"));
            let expected: String = value.chars().map(|c| if is_xml_char(c) { c } else { '\u{fffd}' }).collect();
            prop_assert_eq!(&in_text, &expected);
            prop_assert_eq!(&in_attribute, &expected);
        }
    }
}
