//! The contexts in which code points are allowed that are not allowed everywhere (RFC 5892, appendix A).

use icu_properties::CodePointMapData;
use icu_properties::props::{CanonicalCombiningClass, JoiningType, Script};

/// A rule of RFC 5892, appendix A.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContextRule {
    /// A.1: U+200C behind a virama, or where it breaks a cursive connection.
    ZeroWidthNonJoiner,
    /// A.2: U+200D behind a virama.
    ZeroWidthJoiner,
    /// A.3: U+00B7 between two `l`.
    MiddleDot,
    /// A.4: U+0375 before a Greek character.
    GreekLowerNumeralSign,
    /// A.5: U+05F3 behind a Hebrew character.
    HebrewGeresh,
    /// A.6: U+05F4 behind a Hebrew character.
    HebrewGershayim,
    /// A.7: U+30FB in a label with a Hiragana, Katakana or Han character.
    KatakanaMiddleDot,
    /// A.8: U+0660 to U+0669 in a label without U+06F0 to U+06F9.
    ArabicIndicDigits,
    /// A.9: U+06F0 to U+06F9 in a label without U+0660 to U+0669.
    ExtendedArabicIndicDigits,
}

impl ContextRule {
    /// The rule for a code point.
    const fn of(c: char) -> Option<Self> {
        Some(match c {
            '\u{200c}' => Self::ZeroWidthNonJoiner,
            '\u{200d}' => Self::ZeroWidthJoiner,
            '\u{b7}' => Self::MiddleDot,
            '\u{375}' => Self::GreekLowerNumeralSign,
            '\u{5f3}' => Self::HebrewGeresh,
            '\u{5f4}' => Self::HebrewGershayim,
            '\u{30fb}' => Self::KatakanaMiddleDot,
            '\u{660}'..='\u{669}' => Self::ArabicIndicDigits,
            '\u{6f0}'..='\u{6f9}' => Self::ExtendedArabicIndicDigits,
            _ => return None,
        })
    }

    /// Its section in RFC 5892.
    pub const fn section(self) -> &'static str {
        match self {
            Self::ZeroWidthNonJoiner => "A.1",
            Self::ZeroWidthJoiner => "A.2",
            Self::MiddleDot => "A.3",
            Self::GreekLowerNumeralSign => "A.4",
            Self::HebrewGeresh => "A.5",
            Self::HebrewGershayim => "A.6",
            Self::KatakanaMiddleDot => "A.7",
            Self::ArabicIndicDigits => "A.8",
            Self::ExtendedArabicIndicDigits => "A.9",
        }
    }

    /// Where it allows the code point, in words that follow "allowed only".
    pub const fn text(self) -> &'static str {
        match self {
            Self::ZeroWidthNonJoiner => "behind a virama or where it breaks a cursive connection",
            Self::ZeroWidthJoiner => "behind a virama",
            Self::MiddleDot => "between two letters l",
            Self::GreekLowerNumeralSign => "before a Greek character",
            Self::HebrewGeresh | Self::HebrewGershayim => "behind a Hebrew character",
            Self::KatakanaMiddleDot => "beside a Hiragana, Katakana or Han character",
            Self::ArabicIndicDigits => "without extended Arabic-Indic digits",
            Self::ExtendedArabicIndicDigits => "without Arabic-Indic digits",
        }
    }

    fn holds(self, before: &str, after: &str) -> bool {
        let (previous, next) = (before.chars().next_back(), after.chars().next());
        let script = |c| CodePointMapData::<Script>::new().get(c);
        let all = || before.chars().chain(after.chars());
        match self {
            Self::ZeroWidthNonJoiner => previous.is_some_and(is_virama) || breaks_a_connection(before, after),
            Self::ZeroWidthJoiner => previous.is_some_and(is_virama),
            Self::MiddleDot => previous == Some('l') && next == Some('l'),
            Self::GreekLowerNumeralSign => next.is_some_and(|c| script(c) == Script::Greek),
            Self::HebrewGeresh | Self::HebrewGershayim => previous.is_some_and(|c| script(c) == Script::Hebrew),
            Self::KatakanaMiddleDot => {
                all().any(|c| matches!(script(c), Script::Hiragana | Script::Katakana | Script::Han))
            }
            Self::ArabicIndicDigits => !all().any(|c| matches!(c, '\u{6f0}'..='\u{6f9}')),
            Self::ExtendedArabicIndicDigits => !all().any(|c| matches!(c, '\u{660}'..='\u{669}')),
        }
    }
}

/// The rule that does not allow the code point `c` at the octet `at` of the label. A code point that has no rule has none
/// to break: [`super::derived`] asks for contexts only where there is one.
pub(super) fn broken(label: &str, at: usize, c: char) -> Option<ContextRule> {
    let (before, after) = label.split_at_checked(at)?;
    let after = after.strip_prefix(c)?;
    ContextRule::of(c).filter(|rule| !rule.holds(before, after))
}

fn is_virama(c: char) -> bool {
    CodePointMapData::<CanonicalCombiningClass>::new().get(c) == CanonicalCombiningClass::Virama
}

/// `(Joining_Type:{L,D})(Joining_Type:T)*\u200C(Joining_Type:T)*(Joining_Type:{R,D})`.
fn breaks_a_connection(before: &str, after: &str) -> bool {
    let joining = |c| CodePointMapData::<JoiningType>::new().get(c);
    let joins = |found: Option<JoiningType>, side| found.is_some_and(|j| j == side || j == JoiningType::DualJoining);
    let is_solid = |joining: &JoiningType| *joining != JoiningType::Transparent;
    joins(before.chars().rev().map(joining).find(is_solid), JoiningType::LeftJoining)
        && joins(after.chars().map(joining).find(is_solid), JoiningType::RightJoining)
}
