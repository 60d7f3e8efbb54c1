//! Lists of names in a TLD that are not registered like all others: reserved, blocked, or of a premium class.

use rkyv::{Archive, Deserialize, Serialize};

use crate::base::timestamp::Timestamp;
use crate::model::name::{self, NameFault};

/// A list of labels directly below a TLD.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct NameList {
    /// The TLD.
    pub tld: String,
    /// What operators call it; one of a kind within the TLD.
    pub name: String,
    /// What being on it means.
    pub purpose: ListPurpose,
    /// The class of its names in the price list; empty for lists that are not premium.
    pub class: String,
    /// Lower-case A-labels, ascending.
    pub labels: Vec<String>,
    /// Labels in which each `?` stands for any one character, ascending.
    pub patterns: Vec<String>,
    /// When it was last loaded.
    pub loaded: Timestamp,
}

/// What being on a list means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum ListPurpose {
    /// Nobody registers it, for ever.
    Blocked,
    /// Nobody registers it until the registry lets it go.
    Reserved,
    /// It has the prices of its class.
    Premium,
    /// Who has an allocation token for it registers it.
    Token,
}

impl ListPurpose {
    /// The purpose as operators say it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Reserved => "reserved",
            Self::Premium => "premium",
            Self::Token => "token",
        }
    }

    /// Every purpose, the one that counts before the others first.
    pub const ALL: [Self; 4] = [Self::Blocked, Self::Reserved, Self::Token, Self::Premium];
}

impl ArchivedListPurpose {
    /// The purpose as a native value.
    pub const fn get(self) -> ListPurpose {
        match self {
            Self::Blocked => ListPurpose::Blocked,
            Self::Reserved => ListPurpose::Reserved,
            Self::Premium => ListPurpose::Premium,
            Self::Token => ListPurpose::Token,
        }
    }
}

impl ArchivedNameList {
    /// Whether a label is on the list, by itself or by a pattern.
    pub fn has(&self, label: &str) -> bool {
        self.labels.binary_search_by(|listed| listed.as_str().cmp(label)).is_ok()
            || self.patterns.iter().any(|pattern| matches(pattern, label))
    }
}

/// Checks a lower-case label in which at least one character is `?`: that some label can match it.
///
/// # Errors
/// The first fault found.
pub fn check_pattern(pattern: &str) -> Result<(), NameFault> {
    // What fits a place depends on the others only by hyphens: a letter fits everywhere.
    let example = pattern.replace('?', "a");
    let places = pattern.as_bytes().get(2..4);
    match name::check_label(&example) {
        _ if !pattern.contains('?') => Err(NameFault::Character),
        // The example need not be an A-label, where the pattern leaves room for one.
        Err(NameFault::BadALabel(_)) => Ok(()),
        Err(NameFault::ReservedLabel) if places == Some(b"--") && could_begin_a_label(pattern) => Ok(()),
        result => result,
    }
}

fn could_begin_a_label(pattern: &str) -> bool {
    pattern.bytes().zip(*b"xn--").all(|(mask, octet)| mask == b'?' || mask == octet)
}

fn matches(pattern: &str, label: &str) -> bool {
    pattern.len() == label.len()
        && pattern.bytes().zip(label.bytes()).all(|(mask, octet)| mask == b'?' || mask == octet)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::seal;

    #[test]
    fn a_pattern_is_one_that_a_label_can_match() {
        for (pattern, good) in [
            ("?", true),
            ("a?", true),
            ("?-?", true),
            ("xn--??", true),
            ("?n--?", true),
            ("??--?", true),
            ("ab--?", false),
            ("?-", false),
            ("-?", false),
            ("a", false),
            ("", false),
            ("A?", false),
            ("a*?", false),
            ("?.?", false),
            ("ü?", false),
        ] {
            assert_eq!(check_pattern(pattern).is_ok(), good, "{pattern}");
        }
        assert_eq!(check_pattern(&"?".repeat(64)), Err(NameFault::LabelTooLong));
        assert!(check_pattern(&"?".repeat(63)).is_ok());
    }

    #[test]
    fn a_label_is_listed_by_itself_or_by_a_pattern() {
        let list = NameList {
            tld: "example".into(),
            name: "short".into(),
            purpose: ListPurpose::Reserved,
            class: String::new(),
            labels: ["bank", "www"].map(str::to_owned).to_vec(),
            patterns: ["?", "a?", "x-??"].map(str::to_owned).to_vec(),
            loaded: Timestamp::from_micros(0),
        };
        let bytes = seal::archive(&list);
        let list = seal::access::<ArchivedNameList>(crate::model::record::Kind::NameList, &bytes).expect("whole");
        for (label, listed) in [
            ("bank", true),
            ("banks", false),
            ("www", true),
            ("z", true),
            ("ab", true),
            ("ba", false),
            ("a", true),
            ("abc", false),
            ("x-ab", true),
            ("x-abc", false),
        ] {
            assert_eq!(list.has(label), listed, "{label}");
        }
    }
}
