//! What must hold for every table; the fuzz target calls this.

use rkyv::rancor::Error;

use super::table::ArchivedLgr;
use super::{INVALID, parse};

/// Parsing never panics. A table that is taken is an archive that reads back; its judgements are deterministic, and each
/// variant of a label has the key of the label.
///
/// The first line of `data` is a label, the rest the table.
///
/// # Panics
///
/// When one of these does not hold.
pub fn fuzz_lgr(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (label, xml) = text.split_once('\n').unwrap_or_default();
    let table = match parse(xml) {
        Ok(table) => table,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    assert_eq!(parse(xml).as_ref(), Ok(&table));
    let bytes = rkyv::to_bytes::<Error>(&table).expect("writing into growing memory cannot fail");
    let table = rkyv::access::<ArchivedLgr, Error>(&bytes).expect("an archive of its own");
    let judgement = table.judge(label);
    assert_eq!(judgement, table.judge(label));
    assert!(!judgement.to_string().is_empty());
    let variants = table.variants(label, 4);
    assert!(variants.labels.is_empty() || judgement.disposition != INVALID);
    let key = table.variant_key(label);
    for variant in variants.labels {
        assert_eq!(table.variant_key(&variant.label), key);
        assert_eq!(table.disposition(label, &variant.label), Some(variant.disposition));
    }
}
