//! What is wrong with a label: the code point, its place and the rule it breaks.

use std::fmt;

use super::ContextRule;

/// Why a text is no U-label or no A-label. Places count the characters of the U-label from one, in network order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelFault {
    /// No character at all.
    Empty,
    /// More than 63 octets as an A-label.
    TooLong,
    /// Only ASCII characters, or what an A-label decodes to has no others: no U-label (RFC 5890, section 2.3.2.1).
    Ascii,
    /// An A-label that does not begin with `xn--`.
    Prefix,
    /// An A-label that is not in lower case.
    UpperCase,
    /// An A-label that is not what Punycode makes of any text (RFC 3492).
    Punycode,
    /// Not in Normalization Form C.
    Nfc {
        /// Where it ceases to be.
        place: usize,
    },
    /// A hyphen in front or behind (RFC 5891, section 4.2.3.1).
    HyphenAtEnd,
    /// Hyphens in places three and four (RFC 5891, section 4.2.3.1).
    HyphensInPlacesThreeAndFour,
    /// A combining mark in front (RFC 5891, section 4.2.3.2).
    LeadingMark {
        /// The mark.
        c: char,
    },
    /// A code point that is DISALLOWED (RFC 5892).
    Disallowed {
        /// The code point.
        c: char,
        /// Where it stands.
        place: usize,
    },
    /// A code point that is UNASSIGNED (RFC 5892).
    Unassigned {
        /// The code point.
        c: char,
        /// Where it stands.
        place: usize,
    },
    /// A code point in a context in which its rule does not allow it (RFC 5892, appendix A).
    Context {
        /// The code point.
        c: char,
        /// Where it stands.
        place: usize,
        /// The rule.
        rule: ContextRule,
    },
    /// A condition of the Bidi rule is not met (RFC 5893, section 2).
    Bidi {
        /// The first code point that does not meet it.
        c: char,
        /// Where it stands.
        place: usize,
        /// The condition, 1 to 6.
        condition: u8,
    },
    /// A label of ASCII directly behind one from right to left begins with a digit (RFC 5893, section 2).
    DigitBehindRightToLeft {
        /// The digit.
        c: char,
    },
}

/// What the conditions of the Bidi rule ask for.
const BIDI_CONDITIONS: [&str; 6] = [
    "the first character is of class L, R or AL",
    "a right-to-left label has only classes R, AL, AN, EN, ES, CS, ET, ON, BN and NSM",
    "a right-to-left label ends in class R, AL, EN or AN, and then NSM only",
    "a right-to-left label has not both European and Arabic numbers",
    "a left-to-right label has only classes L, EN, ES, CS, ET, ON, BN and NSM",
    "a left-to-right label ends in class L or EN, and then NSM only",
];

impl fmt::Display for LabelFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Empty => f.write_str("a label cannot be empty"),
            Self::TooLong => f.write_str("an A-label has 63 octets at most"),
            Self::Ascii => f.write_str("a U-label has characters beyond ASCII (RFC 5890, section 2.3.2.1)"),
            Self::Prefix => f.write_str("an A-label begins with xn--"),
            Self::UpperCase => f.write_str("an A-label is in lower case (RFC 5891, section 4.2.1)"),
            Self::Punycode => f.write_str("it is not the Punycode of any text (RFC 3492)"),
            Self::Nfc { place } => {
                write!(f, "from place {place} on, it is not in Normalization Form C (RFC 5891, section 4.1)")
            }
            Self::HyphenAtEnd => {
                f.write_str("its U-label cannot begin or end with a hyphen (RFC 5891, section 4.2.3.1)")
            }
            Self::HyphensInPlacesThreeAndFour => {
                f.write_str("its U-label cannot have hyphens in places three and four (RFC 5891, section 4.2.3.1)")
            }
            Self::LeadingMark { c } => {
                write!(f, "{} cannot come first, being a combining mark (RFC 5891, section 4.2.3.2)", CodePoint(c))
            }
            Self::Disallowed { c, place } => {
                write!(f, "{} in place {place} is not allowed in labels (RFC 5892)", CodePoint(c))
            }
            Self::Unassigned { c, place } => {
                write!(f, "{} in place {place} is unassigned in the Unicode of this registry (RFC 5892)", CodePoint(c))
            }
            Self::Context { c, place, rule } => {
                let (section, rule) = (rule.section(), rule.text());
                write!(f, "{} in place {place} is allowed only {rule} (RFC 5892, appendix {section})", CodePoint(c))
            }
            Self::Bidi { c, place, condition } => {
                let asked = BIDI_CONDITIONS.get(usize::from(condition).wrapping_sub(1)).unwrap_or(&"");
                let section = "RFC 5893, section 2, condition";
                write!(f, "{} in place {place}: {asked} ({section} {condition})", CodePoint(c))
            }
            Self::DigitBehindRightToLeft { c } => {
                let digit = CodePoint(c);
                write!(f, "{digit} cannot begin the label behind a right-to-left label (RFC 5893, section 2)")
            }
        }
    }
}

impl std::error::Error for LabelFault {}

struct CodePoint(char);

impl fmt::Display for CodePoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "U+{:04X}", u32::from(self.0))
    }
}
