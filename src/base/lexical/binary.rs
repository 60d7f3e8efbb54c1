//! Octets as text: `xs:hexBinary` and `xs:base64Binary` (XML Schema 1.0, part 2, sections 3.2.15 and 3.2.16).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// `xs:hexBinary`, white space collapsed: pairs of digits in either case, or nothing.
pub(crate) fn hex_binary(value: &str) -> Option<Vec<u8>> {
    let digit = |octet: u8| char::from(octet).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = value.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

/// `xs:base64Binary`, white space collapsed: one space may stand between any two characters. Padding is mandatory, and the
/// bits that it leaves over are zero.
pub(crate) fn base64_binary(value: &str) -> Option<Vec<u8>> {
    if value.contains(' ') { STANDARD.decode(value.replace(' ', "")) } else { STANDARD.decode(value) }.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_digits_come_in_pairs() {
        assert_eq!(hex_binary(""), Some(Vec::new()));
        assert_eq!(hex_binary("00fFA9"), Some(vec![0, 255, 0xA9]));
        for bad in ["0", "000", "0g", "0x00", "00 00", "+0", "é", "\u{661}\u{661}"] {
            assert_eq!(hex_binary(bad), None, "{bad}");
        }
    }

    #[test]
    fn base64_is_padded_and_leaves_no_bits_over() {
        for (text, octets) in [
            ("", &[][..]),
            ("AQPJ////4Q==", &[1, 3, 0xC9, 255, 255, 255, 0xE1]),
            ("A Q P J / / / / 4 Q = =", &[1, 3, 0xC9, 255, 255, 255, 0xE1]),
            ("AAE=", &[0, 1]),
            ("A+/0", &[3, 239, 244]),
        ] {
            assert_eq!(base64_binary(text).as_deref(), Some(octets), "{text}");
        }
        for bad in
            ["A", "AA", "AAA", "AA=", "AA===", "AAAA=", "AB==", "AAF=", "=AAA", "A=A=", "AA==AA==", "AA-_", "AA\nAA"]
        {
            assert_eq!(base64_binary(bad), None, "{bad}");
        }
    }
}
