//! The derived property of every code point against the table of RFC 5892, appendix B.1.

use std::path::{Path, PathBuf};

use super::{Derived, derived};

/// Code points that were assigned in Unicode 5.2, the version of the table, with their value there and the present one,
/// which a change of their properties in Unicode 6.0 brought about. RFC 6452 decided not to keep the old ones by
/// BackwardCompatible (RFC 5892, section 2.7).
const SINCE_5_2: [(u32, Derived, Derived); 3] = [
    // KANNADA SIGN JIHVAMULIYA and KANNADA SIGN UPADHMANIYA: symbols (So) that are letters (Lo) now.
    (0xcf1, Derived::Disallowed, Derived::Pvalid),
    (0xcf2, Derived::Disallowed, Derived::Pvalid),
    // NEW TAI LUE THAM DIGIT ONE: a decimal digit (Nd) that is another number (No) now.
    (0x19da, Derived::Pvalid, Derived::Disallowed),
];

/// Code points that were unassigned in Unicode 5.2, with their present value and why they have it.
const ASSIGNED_SINCE: [(char, Derived); 9] = [
    ('\u{526}', Derived::Disallowed),   // 6.0: a capital letter
    ('\u{527}', Derived::Pvalid),       // 6.0: its small letter
    ('\u{111c9}', Derived::Pvalid),     // 8.0: punctuation (DISALLOWED), since 11.0 a mark
    ('\u{111ca}', Derived::Pvalid),     // 8.0: a nukta
    ('\u{ab70}', Derived::Disallowed),  // 8.0: a small Cherokee letter, which folds to the older capital one
    ('\u{1c90}', Derived::Disallowed),  // 11.0: a capital Georgian letter, which folds to the older small one
    ('\u{1f600}', Derived::Disallowed), // 6.1: an emoji
    ('\u{2066}', Derived::Disallowed),  // 6.3: a directional isolate
    ('\u{30000}', Derived::Pvalid),     // 13.0: an ideograph
];

/// The table as `(first, last, value)`, in order.
fn table() -> Option<Vec<(u32, u32, Derived)>> {
    let folder = std::env::var_os("DOMESDAY_REFERENCE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = folder.join("rfc/rfc5892.txt");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: the derived property of every code point: no file {}", path.display());
        return None;
    };
    let (_, text) = text.rsplit_once("Appendix B.1.").expect("the RFC has an appendix B.1");
    Some(text.lines().filter_map(line).collect())
}

/// `0000..002C  ; DISALLOWED  # <control>..COMMA`, or some other line of the RFC.
fn line(line: &str) -> Option<(u32, u32, Derived)> {
    let (points, rest) = line.split_once(';')?;
    let number = |digits: &str| u32::from_str_radix(digits, 16).ok();
    let points = points.trim();
    let (first, last) = points.split_once("..").unwrap_or((points, points));
    let value = match rest.split_whitespace().next()? {
        "PVALID" => Derived::Pvalid,
        "CONTEXTJ" => Derived::ContextJ,
        "CONTEXTO" => Derived::ContextO,
        "DISALLOWED" => Derived::Disallowed,
        "UNASSIGNED" => Derived::Unassigned,
        _ => return None,
    };
    Some((number(first)?, number(last)?, value))
}

#[test]
fn every_code_point_has_the_value_of_the_table_or_one_known_to_differ() {
    let Some(table) = table() else { return };
    let mut next = 0;
    let mut found = Vec::new();
    for (first, last, then) in table {
        assert_eq!(first, next, "the table has every code point");
        next = last + 1;
        for c in (first..=last).filter_map(char::from_u32) {
            let now = derived(c);
            let new = ASSIGNED_SINCE.iter().any(|(new, _)| *new == c);
            assert!(!new || then == Derived::Unassigned, "{c:?}: {then:?} in the table");
            if now != then && then != Derived::Unassigned {
                found.push((u32::from(c), then, now));
            }
        }
    }
    assert_eq!(next, 0x11_0000);
    let lost: Vec<_> = SINCE_5_2.iter().filter(|known| !found.contains(known)).collect();
    assert!(lost.is_empty(), "no longer different: {lost:X?}");
    let new: Vec<_> = found.iter().filter(|found| !SINCE_5_2.contains(found)).collect();
    assert!(new.is_empty(), "code point, value in the table, value here: {new:X?}");
}

#[test]
fn what_was_unassigned_has_the_value_of_its_properties() {
    for (c, value) in ASSIGNED_SINCE {
        assert_eq!(derived(c), value, "{c:?}");
    }
}
