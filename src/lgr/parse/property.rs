//! Sets of code points that share a value of a Unicode property: RFC 7940, section 6.2.3.

use icu_properties::props::{
    Alphabetic, BidiClass, BinaryProperty, CanonicalCombiningClass, Deprecated, EastAsianWidth, EnumeratedProperty,
    GeneralCategory, GeneralCategoryGroup, GraphemeClusterBreak, HangulSyllableType, IdContinue, IdStart,
    IndicSyllabicCategory, JoinControl, JoiningType, LineBreak, Lowercase, NoncharacterCodePoint, Script,
    SentenceBreak, Uppercase, VariationSelector, WordBreak, XidContinue, XidStart,
};
use icu_properties::script::ScriptWithExtensions;
use icu_properties::{CodePointMapData, CodePointSetData, PropertyParser};

use super::set::Set;

/// What messages tell about properties.
pub(super) const SUPPORTED: &str = "a property and its value, of gc, sc, scx, ccc, bc, jt, InSC, Dep, ea, hst, lb, GCB, WB, \
                                    SB, Alpha, IDC, IDS, Join_C, Lower, NChar, Upper, VS, XIDC, XIDS";

/// The code points for which a property has a value, both spelt exactly as in UAX #42 or by an alias of the value.
/// Nothing when the property or the value is not supported.
pub(super) fn set(property: &str, value: &str) -> Option<Set> {
    match property {
        "gc" => category(value),
        "sc" => enumerated::<Script>(PropertyParser::<Script>::new().get_strict(value)),
        "scx" => extensions(value),
        "ccc" => combining_class(value),
        "bc" => enumerated::<BidiClass>(PropertyParser::<BidiClass>::new().get_strict(value)),
        "jt" => enumerated::<JoiningType>(PropertyParser::<JoiningType>::new().get_strict(value)),
        "InSC" => enumerated::<IndicSyllabicCategory>(PropertyParser::<IndicSyllabicCategory>::new().get_strict(value)),
        "ea" => enumerated::<EastAsianWidth>(PropertyParser::<EastAsianWidth>::new().get_strict(value)),
        "hst" => enumerated::<HangulSyllableType>(PropertyParser::<HangulSyllableType>::new().get_strict(value)),
        "lb" => enumerated::<LineBreak>(PropertyParser::<LineBreak>::new().get_strict(value)),
        "GCB" => enumerated::<GraphemeClusterBreak>(PropertyParser::<GraphemeClusterBreak>::new().get_strict(value)),
        "WB" => enumerated::<WordBreak>(PropertyParser::<WordBreak>::new().get_strict(value)),
        "SB" => enumerated::<SentenceBreak>(PropertyParser::<SentenceBreak>::new().get_strict(value)),
        "Dep" => binary::<Deprecated>(value),
        "Alpha" => binary::<Alphabetic>(value),
        "IDC" => binary::<IdContinue>(value),
        "IDS" => binary::<IdStart>(value),
        "Join_C" => binary::<JoinControl>(value),
        "Lower" => binary::<Lowercase>(value),
        "NChar" => binary::<NoncharacterCodePoint>(value),
        "Upper" => binary::<Uppercase>(value),
        "VS" => binary::<VariationSelector>(value),
        "XIDC" => binary::<XidContinue>(value),
        "XIDS" => binary::<XidStart>(value),
        _ => None,
    }
}

fn collect(ranges: impl Iterator<Item = std::ops::RangeInclusive<u32>>) -> Set {
    Set::new(ranges.map(|range| (*range.start(), *range.end())).collect())
}

fn enumerated<P: EnumeratedProperty>(value: Option<P>) -> Option<Set> {
    value.map(|value| collect(CodePointMapData::<P>::new().iter_ranges_for_value(value)))
}

/// A general category, or a group of them such as `L`.
fn category(value: &str) -> Option<Set> {
    let group = PropertyParser::<GeneralCategoryGroup>::new().get_strict(value)?;
    Some(collect(CodePointMapData::<GeneralCategory>::new().iter_ranges_for_group(group)))
}

fn extensions(value: &str) -> Option<Set> {
    let script = PropertyParser::<Script>::new().get_strict(value)?;
    Some(collect(ScriptWithExtensions::new().get_script_extensions_ranges(script)))
}

/// UAX #42 writes combining classes as numbers, of which our data knows the aliases.
fn combining_class(value: &str) -> Option<Set> {
    const ALIASES: [(u8, &str); 20] = [
        (0, "NR"),
        (1, "OV"),
        (6, "HANR"),
        (7, "NK"),
        (8, "KV"),
        (9, "VR"),
        (202, "ATBL"),
        (214, "ATA"),
        (216, "ATAR"),
        (218, "BL"),
        (220, "B"),
        (222, "BR"),
        (224, "L"),
        (226, "R"),
        (228, "AL"),
        (230, "A"),
        (232, "AR"),
        (233, "DB"),
        (234, "DA"),
        (240, "IS"),
    ];
    let class = PropertyParser::<CanonicalCombiningClass>::new();
    let Ok(number) = value.parse::<u8>() else { return enumerated(class.get_strict(value)) };
    match ALIASES.iter().find(|(known, _)| *known == number) {
        Some((_, alias)) => enumerated(class.get_strict(alias)),
        None => enumerated(class.get_strict(&format!("CCC{number}"))),
    }
}

/// UAX #42 writes the values of binary properties as `Y` and `N`.
fn binary<P: BinaryProperty>(value: &str) -> Option<Set> {
    let set = CodePointSetData::new::<P>();
    match value {
        "Y" | "Yes" | "T" | "True" => Some(collect(set.iter_ranges())),
        "N" | "No" | "F" | "False" => Some(collect(set.iter_ranges_complemented())),
        _ => None,
    }
}
