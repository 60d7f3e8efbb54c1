//! Floor 0: U-labels and A-labels as a registry takes them: the registration protocol of IDNA2008 (RFC 5891, section 4).
//!
//! Nothing is mapped: a label is good as it is written, or refused (RFC 5891, section 4.1). Which code points there are is
//! what the version of Unicode says that `icu_properties` has; a label that is refused as unassigned may be good later.
//!
//! The functions see one label. One with characters that are written from right to left must satisfy the Bidi rule (RFC
//! 5891, section 4.2.3.4). That it binds the other labels of the same name too (RFC 5893, section 2) is for [`bidi_rule`],
//! which sees them all.

mod bidi;
mod context;
mod derived;
mod fault;
mod fuzz;

#[cfg(test)]
mod table_tests;
#[cfg(test)]
mod tests;

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};
use idna::punycode;

pub use bidi::bidi_rule;
pub use context::ContextRule;
pub use derived::{Derived, derived};
pub use fault::LabelFault;
pub use fuzz::fuzz_labels;

/// Octets of a label in the DNS.
pub const LABEL_OCTETS: usize = 63;
const ACE_PREFIX: &str = "xn--";

/// The A-label of a U-label.
///
/// # Errors
/// [`LabelFault`] when it is no U-label (RFC 5891, sections 4.1, 4.2 and 4.4).
pub fn a_label(u_label: &str) -> Result<String, LabelFault> {
    if u_label.is_ascii() {
        return Err(if u_label.is_empty() { LabelFault::Empty } else { LabelFault::Ascii });
    }
    // First, because it bounds how long the rest takes.
    let a_label = encode(u_label)?;
    check(u_label)?;
    Ok(a_label)
}

/// The U-label of an A-label in lower case.
///
/// # Errors
/// [`LabelFault`] when it is the A-label of no U-label (RFC 5891, section 4.2.1).
pub fn u_label(a_label: &str) -> Result<String, LabelFault> {
    let u_label = decode(a_label)?;
    check(&u_label)?;
    Ok(u_label)
}

/// What an A-label stands for, whether or not that is a U-label: the test that it is "superficially valid" (RFC 5891,
/// section 4.2.1).
///
/// # Errors
/// [`LabelFault`] when it does not begin with `xn--`, or is not in lower case, or is not the Punycode of what it decodes to.
pub fn decode(a_label: &str) -> Result<String, LabelFault> {
    if a_label.len() > LABEL_OCTETS {
        return Err(LabelFault::TooLong);
    }
    if a_label.bytes().any(|octet| octet.is_ascii_uppercase()) {
        return Err(LabelFault::UpperCase);
    }
    let encoded = a_label.strip_prefix(ACE_PREFIX).ok_or(LabelFault::Prefix)?;
    let text = punycode::decode_to_string(encoded).ok_or(LabelFault::Punycode)?;
    if text.is_ascii() {
        return Err(LabelFault::Ascii);
    }
    // Whatever a decoder lets through, two A-labels never stand for the same U-label.
    if encode(&text)? == a_label { Ok(text) } else { Err(LabelFault::Punycode) }
}

fn encode(u_label: &str) -> Result<String, LabelFault> {
    // Each character takes an octet at least, and Punycode takes time with the square of them.
    if u_label.chars().nth(LABEL_OCTETS - ACE_PREFIX.len()).is_some() {
        return Err(LabelFault::TooLong);
    }
    let encoded = punycode::encode_str(u_label).ok_or(LabelFault::Punycode)?;
    if ACE_PREFIX.len() + encoded.len() > LABEL_OCTETS {
        return Err(LabelFault::TooLong);
    }
    Ok([ACE_PREFIX, &encoded].concat())
}

/// What can be told from the Unicode form of one label.
fn check(label: &str) -> Result<(), LabelFault> {
    let (normalized, rest) = ComposingNormalizerBorrowed::new_nfc().split_normalized(label);
    if !rest.is_empty() {
        return Err(LabelFault::Nfc { place: normalized.chars().count() + 1 });
    }
    if label.starts_with('-') || label.ends_with('-') {
        return Err(LabelFault::HyphenAtEnd);
    }
    let mut chars = label.chars().skip(2);
    if chars.next() == Some('-') && chars.next() == Some('-') {
        return Err(LabelFault::HyphensInPlacesThreeAndFour);
    }
    let category = |c| CodePointMapData::<GeneralCategory>::new().get(c);
    if let Some(c) = label.chars().next().filter(|c| GeneralCategoryGroup::Mark.contains(category(*c))) {
        return Err(LabelFault::LeadingMark { c });
    }
    for (index, (at, c)) in label.char_indices().enumerate() {
        let place = index + 1;
        match derived(c) {
            Derived::Pvalid => {}
            Derived::ContextJ | Derived::ContextO => match context::broken(label, at, c) {
                None => {}
                Some(rule) => return Err(LabelFault::Context { c, place, rule }),
            },
            Derived::Disallowed => return Err(LabelFault::Disallowed { c, place }),
            Derived::Unassigned => return Err(LabelFault::Unassigned { c, place }),
        }
    }
    if bidi::is_right_to_left(label) { bidi::check(label) } else { Ok(()) }
}
