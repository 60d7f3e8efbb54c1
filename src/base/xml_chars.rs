//! Characters, names and references of XML 1.0 (fifth edition).

use std::borrow::Cow;

/// What one pass over the whole document tells, so that later steps need not look again.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Survey {
    /// Some character is no `Char` of XML.
    pub(crate) has_illegal: bool,
    /// There is a carriage return: line ends must be normalized (section 2.11).
    pub(crate) has_carriage_return: bool,
    /// There is a `]`: text may hold `]]>`.
    pub(crate) has_bracket: bool,
    /// There is something outside of ASCII.
    pub(crate) has_wide: bool,
}

impl Survey {
    /// Looks at all of `text`.
    pub(crate) fn of(text: &str) -> Self {
        let (mut control, mut carriage_return, mut bracket, mut wide) = (false, false, false, false);
        for octet in text.bytes() {
            control |= octet < b' ' && octet != b'\t' && octet != b'\n' && octet != b'\r';
            carriage_return |= octet == b'\r';
            bracket |= octet == b']';
            wide |= octet >= 0x80;
        }
        // Outside of ASCII only these two are no `Char`: a `str` has no surrogates.
        let has_illegal = control || (wide && (text.contains("\u{fffe}") || text.contains("\u{ffff}")));
        Self { has_illegal, has_carriage_return: carriage_return, has_bracket: bracket, has_wide: wide }
    }
}

/// Production 2, `Char`.
pub(crate) const fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

/// Production 4 without the colon, which namespaces take.
const fn is_name_start(c: char) -> bool {
    matches!(c,
        'A'..='Z' | '_' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}

/// Production 4a without the colon.
const fn is_name_char(c: char) -> bool {
    is_name_start(c) || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

/// `NCName` (Namespaces in XML 1.0, production 4).
pub(crate) fn is_ncname(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(is_name_start) && chars.all(is_name_char)
}

/// The character that `&name;` stands for: one of the five entities or a character reference, else `None`.
pub(crate) fn resolve(name: &str) -> Option<char> {
    let number = match name {
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "amp" => return Some('&'),
        "apos" => return Some('\''),
        "quot" => return Some('"'),
        _ => name.strip_prefix('#')?,
    };
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    // `from_str_radix` would take a sign.
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    u32::from_str_radix(digits, radix).ok().and_then(char::from_u32).filter(|c| is_char(*c))
}

/// Line ends as the parser reports them: each CR LF and each other CR is one LF (section 2.11).
pub(crate) fn normalize_line_ends(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_stand_for_the_five_entities_and_for_characters_of_xml() {
        for (name, expected) in [
            ("amp", Some('&')),
            ("apos", Some('\'')),
            ("#65", Some('A')),
            ("#x41", Some('A')),
            ("#x0000000041", Some('A')),
            ("#x10FFFF", Some('\u{10ffff}')),
            ("#9", Some('\t')),
            ("nbsp", None),
            ("#X41", None),
            ("#", None),
            ("#x", None),
            ("#+65", None),
            ("#0", None),
            ("#x1f", None),
            ("#xd800", None),
            ("#xfffe", None),
            ("#x110000", None),
            ("#x100000041", None),
            ("", None),
        ] {
            assert_eq!(resolve(name), expected, "{name}");
        }
    }

    #[test]
    fn names_follow_the_fifth_edition() {
        for good in ["a", "_", "é", "a-b.c1", "a\u{b7}", "\u{10000}", "a\u{300}"] {
            assert!(is_ncname(good), "{good}");
        }
        for bad in ["", "1a", "-a", ".a", "a:b", "a b", "a\"", "\u{d7}", "\u{300}a", "a\u{2190}", "\u{f0000}"] {
            assert!(!is_ncname(bad), "{bad}");
        }
    }

    #[test]
    fn line_ends_become_line_feeds() {
        assert_eq!(normalize_line_ends("a\r\nb\rc\r\r\nd\n"), "a\nb\nc\n\nd\n");
    }

    #[test]
    fn the_survey_sees_what_xml_has_no_place_for() {
        for bad in ["\0", "a\u{1f}", "\u{fffe}", "\u{ffff}"] {
            assert!(Survey::of(bad).has_illegal, "{bad:?}");
        }
        assert!(!Survey::of("\t\n\r \u{7f}\u{85}\u{fffd}\u{10ffff}").has_illegal);
    }
}
