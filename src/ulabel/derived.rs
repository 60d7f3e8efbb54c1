//! The derived property of a code point, calculated from its properties (RFC 5892, sections 2 and 3).

use icu_properties::props::{
    Block, ChangesWhenNfkcCasefolded, GeneralCategory, HangulSyllableType, JoinControl, NoncharacterCodePoint,
};
use icu_properties::{CodePointMapData, CodePointSetData};

/// What a code point is to IDNA2008 (RFC 5892, section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Derived {
    /// Allowed.
    Pvalid,
    /// A join control, allowed where its rule says.
    ContextJ,
    /// Allowed where its rule says.
    ContextO,
    /// Never allowed.
    Disallowed,
    /// Not in this version of Unicode.
    Unassigned,
}

/// The derived property. The set BackwardCompatible (RFC 5892, section 2.7) is empty to this day.
pub fn derived(c: char) -> Derived {
    if matches!(c, '-' | '0'..='9' | 'a'..='z') {
        return Derived::Pvalid;
    }
    if let Some(value) = exception(c) {
        return value;
    }
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    match category {
        GeneralCategory::Unassigned if !CodePointSetData::new::<NoncharacterCodePoint>().contains(c) => {
            Derived::Unassigned
        }
        _ if is_letter_or_digit(category) => letter_or_digit(c),
        _ if CodePointSetData::new::<JoinControl>().contains(c) => Derived::ContextJ,
        // No rule before LetterDigits makes any other PVALID.
        _ => Derived::Disallowed,
    }
}

/// Section 2.6.
fn exception(c: char) -> Option<Derived> {
    match c {
        '\u{df}' | '\u{3c2}' | '\u{6fd}' | '\u{6fe}' | '\u{f0b}' | '\u{3007}' => Some(Derived::Pvalid),
        '\u{b7}' | '\u{375}' | '\u{5f3}' | '\u{5f4}' | '\u{30fb}' => Some(Derived::ContextO),
        '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}' => Some(Derived::ContextO),
        '\u{640}' | '\u{7fa}' | '\u{302e}' | '\u{302f}' | '\u{3031}'..='\u{3035}' | '\u{303b}' => {
            Some(Derived::Disallowed)
        }
        _ => None,
    }
}

/// LetterDigits, section 2.1.
const fn is_letter_or_digit(category: GeneralCategory) -> bool {
    matches!(
        category,
        GeneralCategory::LowercaseLetter
            | GeneralCategory::UppercaseLetter
            | GeneralCategory::OtherLetter
            | GeneralCategory::DecimalNumber
            | GeneralCategory::ModifierLetter
            | GeneralCategory::NonspacingMark
            | GeneralCategory::SpacingMark
    )
}

/// Of LetterDigits, without Unstable (section 2.2), IgnorableProperties (2.3), IgnorableBlocks (2.4) and OldHangulJamo (2.9).
///
/// `Changes_When_NFKC_Casefolded` holds for what is unstable and for what is ignorable by default, since its folding drops
/// that; white space and non-characters are no letters or digits.
fn letter_or_digit(c: char) -> Derived {
    let ignorable = matches!(
        CodePointMapData::<Block>::new().get(c),
        Block::CombiningDiacriticalMarksForSymbols | Block::MusicalSymbols | Block::AncientGreekMusicalNotation
    );
    let jamo = matches!(
        CodePointMapData::<HangulSyllableType>::new().get(c),
        HangulSyllableType::LeadingJamo | HangulSyllableType::VowelJamo | HangulSyllableType::TrailingJamo
    );
    match ignorable || jamo || CodePointSetData::new::<ChangesWhenNfkcCasefolded>().contains(c) {
        true => Derived::Disallowed,
        false => Derived::Pvalid,
    }
}
