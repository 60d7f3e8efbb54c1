//! The reference tables of ICANN: all of them load.

use std::fs;

use super::{Stored, reference};
use crate::lgr::parse;

#[test]
fn all_reference_tables_load() {
    let Some(folder) = reference("that ICANN's reference tables load") else { return };
    let mut faults = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "xml") {
            continue;
        }
        count += 1;
        match parse(&fs::read_to_string(&path).expect("UTF-8")) {
            Ok(table) => {
                assert!(!Stored::new(&table).table().meta.languages.is_empty());
            }
            Err(error) => faults.push(format!("{}: {error}", path.display())),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(count, 50, "the reference has 50 tables");
}
