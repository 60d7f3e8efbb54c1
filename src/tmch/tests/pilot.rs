//! The clearinghouse's public pilot: its root, its CRL, and signed marks that are good, revoked, broken, or of a validator that
//! is revoked.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::model::operator_launch::TmchList;
use crate::tmch::lists::parse;

/// The folder of the pilot's files.
fn pilot() -> Option<PathBuf> {
    let folder = std::env::var_os("DOMESDAY_REFERENCE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let folder = folder.join("tmch");
    if folder.is_dir() {
        return Some(folder);
    }
    println!(
        "skipped: no folder {} (set DOMESDAY_REFERENCE); left unchecked: the pilot's signed marks",
        folder.display()
    );
    None
}

#[test]
fn each_signed_mark_of_the_pilot_is_what_its_name_says() {
    let Some(folder) = pilot() else { return };
    let read = |name: &str| fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let text = |name: &str| String::from_utf8(read(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut trust = Trust::new(&[&read("icann-tmch-pilot.crt")], StaleCrl::Refuse).expect("the root");
    trust.set_crl(&read("icann-tmch-pilot.crl")).expect("the CRL");
    trust.set_revoked(&parse(&text("smdrl.csv"), TmchList::Smdrl).expect("the list"));
    // All were made before, and the CRL is not out of date.
    let now = day(2023, 1, 1);
    let document = |name: &str| smd::of_file(&text(name)).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    let found = trust.validate(&document("active.smd"), now).expect("a good one");
    assert_eq!((found.id.as_str(), found.labels.len()), ("000000851669081693741-65535", 8));
    assert_eq!((found.is_of("test-and-validate"), found.crl_is_stale), (Ok(()), false));
    for (name, expected) in [
        ("invalid.smd", "Signature"),
        ("revoked.smd", "Revoked { id: \"000000541669081776937-65535\" }"),
        ("tmv-cert-revoked.smd", "CertificateRevoked"),
    ] {
        let fault = format!("{:?}", trust.validate(&document(name), now).expect_err(name));
        assert!(fault.starts_with(expected), "{name}: {fault}");
    }
    // Today the CRL is old.
    let later = day(2026, 11, 26);
    assert!(matches!(trust.validate(&document("active.smd"), later), Err(SmdFault::StaleCrl { due: Some(_) })));
    let typed = crate::tmch::shape::facts(
        &crate::tmch::tree::read(&String::from_utf8_lossy(&document("active.smd"))).expect("XML"),
        true,
    );
    assert!(typed.is_ok_and(|facts| facts.labels == found.labels));
}

#[test]
fn the_lists_of_the_pilot_are_read() {
    let Some(folder) = pilot() else { return };
    let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let list = parse(&text("dnl-latest.csv"), TmchList::Dnl).expect("the list");
    assert!(list.entries.len() > 50 && list.entries.iter().all(|entry| !entry.key.is_empty()));
    assert_eq!(parse(&text("smdrl.csv"), TmchList::Smdrl).expect("the list").entries.len(), 5);
}
