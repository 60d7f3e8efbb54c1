//! Domain and host names as the registry keeps them: lower-case A-labels without a final dot.

use std::borrow::Cow;
use std::fmt;

use crate::ulabel::{self, LabelFault};

/// What is wrong with a name (RFC 952 and RFC 1123, section 2.1, as RFC 5731, section 2.1, asks; RFC 5890 for A-labels).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameFault {
    /// No octet at all.
    Empty,
    /// More than 253 octets.
    TooLong,
    /// Two dots in a row, or a dot at an end.
    EmptyLabel,
    /// A label of more than 63 octets.
    LabelTooLong,
    /// Something else than letters, digits and hyphens.
    Character,
    /// A hyphen at the end of a label.
    Hyphen,
    /// Hyphens in places three and four that do not begin an A-label.
    ReservedLabel,
    /// `xn--` that is not the A-label of any U-label.
    BadALabel(LabelFault),
    /// Labels that are confusing beside a right-to-left label (RFC 5893, section 2).
    Bidi(LabelFault),
    /// Fewer than two labels.
    SingleLabel,
    /// A last label of digits only.
    NumericTop,
}

impl fmt::Display for NameFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "a name cannot be empty",
            Self::TooLong => "a name has 253 octets at most",
            Self::EmptyLabel => "a label cannot be empty and a name has no dot at its ends",
            Self::LabelTooLong => "a label has 63 octets at most",
            Self::Character => "a label holds only letters, digits and hyphens; write U-labels as A-labels",
            Self::Hyphen => "a label cannot begin or end with a hyphen",
            Self::ReservedLabel => "hyphens in places three and four are reserved for A-labels",
            Self::BadALabel(why) => return write!(f, "the label begins with xn-- and is no valid A-label: {why}"),
            Self::Bidi(why) => {
                return write!(f, "the name has a right-to-left label, so that all labels matter: {why}");
            }
            Self::SingleLabel => "a name has two labels at least",
            Self::NumericTop => "the last label cannot be all digits",
        })
    }
}

impl std::error::Error for NameFault {}

/// The name in the form the registry keeps, or what is wrong with it. Upper case is folded.
///
/// This is for names of what may be there already. Their A-labels need only be superficially valid (RFC 5891, section
/// 4.2.1), so that a name is found that was registered when the rules, or Unicode, were others.
///
/// # Errors
/// The first [`NameFault`] found.
pub fn normalize(name: &str) -> Result<String, NameFault> {
    if name.is_empty() {
        return Err(NameFault::Empty);
    }
    if name.len() > 253 {
        return Err(NameFault::TooLong);
    }
    let name = name.to_ascii_lowercase();
    let Some((labels, top)) = name.rsplit_once('.') else {
        top_label(&name)?;
        return Err(NameFault::SingleLabel);
    };
    labels.split('.').try_for_each(label)?;
    top_label(top)?;
    Ok(name)
}

/// As [`normalize`], for names of what is about to be.
///
/// # Errors
/// The first [`NameFault`] found.
pub fn normalize_new(name: &str) -> Result<String, NameFault> {
    let name = normalize(name)?;
    check_new(&name)?;
    Ok(name)
}

/// Checks what a normalized name must be besides, to be taken: its A-labels stand for U-labels (RFC 5891, section 4), and
/// its labels satisfy the Bidi rule (RFC 5893, section 2).
///
/// # Errors
/// [`NameFault::BadALabel`] or [`NameFault::Bidi`].
pub fn check_new(name: &str) -> Result<(), NameFault> {
    if !has_a_label(name) {
        return Ok(());
    }
    let labels = name.split('.').map(u_label).collect::<Result<Vec<_>, _>>()?;
    ulabel::bidi_rule(labels.iter().map(|label| &**label)).map_err(NameFault::Bidi)
}

/// Checks the last label of a name, in lower case. Which reserved labels the root holds is not for us to say: those of
/// ICANN's evaluation TLDs look like `zz--main-1234`.
///
/// # Errors
/// The first [`NameFault`] found.
pub fn check_top_label(label: &str) -> Result<(), NameFault> {
    top_label(label)?;
    u_label(label).map(drop)
}

/// Checks one lower-case label.
///
/// # Errors
/// The first [`NameFault`] found.
pub fn check_label(text: &str) -> Result<(), NameFault> {
    label(text)?;
    u_label(text).map(drop)
}

fn top_label(text: &str) -> Result<(), NameFault> {
    match label(text) {
        Ok(()) | Err(NameFault::ReservedLabel) => {}
        Err(fault) => return Err(fault),
    }
    match text.bytes().all(|octet| octet.is_ascii_digit()) {
        true => Err(NameFault::NumericTop),
        false => Ok(()),
    }
}

fn label(text: &str) -> Result<(), NameFault> {
    let octets = text.as_bytes();
    let (Some(first), Some(last)) = (octets.first(), octets.last()) else { return Err(NameFault::EmptyLabel) };
    if octets.len() > 63 {
        return Err(NameFault::LabelTooLong);
    }
    if !octets.iter().all(|octet| matches!(octet, b'a'..=b'z' | b'0'..=b'9' | b'-')) {
        return Err(NameFault::Character);
    }
    if *first == b'-' || *last == b'-' {
        return Err(NameFault::Hyphen);
    }
    match octets.get(2..4) {
        Some(b"--") if text.starts_with("xn") => ulabel::decode(text).map(drop).map_err(NameFault::BadALabel),
        Some(b"--") => Err(NameFault::ReservedLabel),
        _ => Ok(()),
    }
}

/// The U-label of an A-label; other labels as they are.
fn u_label(label: &str) -> Result<Cow<'_, str>, NameFault> {
    match label.starts_with("xn--") {
        true => ulabel::u_label(label).map(Cow::Owned).map_err(NameFault::BadALabel),
        false => Ok(Cow::Borrowed(label)),
    }
}

/// Whether any label of a normalized name is an A-label.
pub fn has_a_label(name: &str) -> bool {
    // Most names have no hyphen, and that is found out in a few steps.
    name.as_bytes().contains(&b'-')
        && name.as_bytes().split(|octet| *octet == b'.').any(|label| label.starts_with(b"xn--"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_names_are_folded_to_lower_case() {
        assert_eq!(normalize("Example.TEST").as_deref(), Ok("example.test"));
        assert_eq!(normalize("xn--bcher-kva.example").as_deref(), Ok("xn--bcher-kva.example"));
        assert_eq!(normalize("a.b").as_deref(), Ok("a.b"));
        assert_eq!(normalize("a.zz--main-1234").as_deref(), Ok("a.zz--main-1234"));
    }

    #[test]
    fn bad_names_are_refused_with_their_fault() {
        let long_label = format!("{}.example", "a".repeat(64));
        let long_name = format!("{}example", "abcdefg.".repeat(32));
        for (name, fault) in [
            ("", NameFault::Empty),
            ("example", NameFault::SingleLabel),
            ("a..example", NameFault::EmptyLabel),
            ("a.example.", NameFault::EmptyLabel),
            (".example", NameFault::EmptyLabel),
            ("-a.example", NameFault::Hyphen),
            ("a-.example", NameFault::Hyphen),
            ("a_b.example", NameFault::Character),
            ("a b.example", NameFault::Character),
            ("bücher.example", NameFault::Character),
            ("ab--c.example", NameFault::ReservedLabel),
            ("a.zz--main-", NameFault::Hyphen),
            ("xn--.example", NameFault::Hyphen),
            ("xn--99999999.example", NameFault::BadALabel(LabelFault::Punycode)),
            ("192.0.2.1", NameFault::NumericTop),
            (long_label.as_str(), NameFault::LabelTooLong),
            (long_name.as_str(), NameFault::TooLong),
        ] {
            assert_eq!(normalize(name), Err(fault), "{name}");
            assert_eq!(normalize_new(name), Err(fault), "{name}");
        }
    }

    #[test]
    fn what_is_no_u_label_is_no_new_name_but_can_be_found() {
        let disallowed = |c, place| NameFault::BadALabel(LabelFault::Disallowed { c, place });
        for (name, fault) in [
            ("xn--n3h.example", disallowed('\u{2603}', 1)),
            ("a.XN--N3H.example", disallowed('\u{2603}', 1)),
            ("a.xn--n3h", disallowed('\u{2603}', 1)),
            ("xn--bcher-2pa.example", disallowed('\u{dc}', 2)),
            ("xn--a-wbb.example", NameFault::BadALabel(LabelFault::LeadingMark { c: '\u{301}' })),
        ] {
            assert_eq!(normalize(name), Ok(name.to_ascii_lowercase()), "{name}");
            assert_eq!(normalize_new(name), Err(fault), "{name}");
        }
        assert!(
            disallowed('\u{2603}', 1).to_string().ends_with(": U+2603 in place 1 is not allowed in labels (RFC 5892)")
        );
    }

    #[test]
    fn beside_a_right_to_left_label_all_labels_matter() {
        let arabic = "xn--mgbh0fb";
        let digit = NameFault::Bidi(LabelFault::DigitBehindRightToLeft { c: '1' });
        // `1ü`, good elsewhere.
        let first = NameFault::Bidi(LabelFault::Bidi { c: '1', place: 1, condition: 1 });
        for (name, expected) in [
            ("a.ARABIC", Ok(())),
            ("1.ARABIC", Ok(())),
            ("ARABIC.a1.1b", Ok(())),
            ("ARABIC.1a.b", Err(digit)),
            ("xn--1-eha.ARABIC", Err(first)),
            ("xn--1-eha.arabic", Ok(())),
        ] {
            let name = name.replace("ARABIC", arabic);
            assert_eq!(normalize_new(&name).map(drop), expected, "{name}");
            assert!(normalize(&name).is_ok(), "{name}");
        }
    }
}
