//! Signed marks that are believed, and all the ways in which one is not; lists and reports.

#[path = "../../tests/support/smd.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "shared with the black-box tests, which use other parts of it"
)]
mod clearinghouse;
mod pilot;
mod tables;
mod tampered;

use std::sync::LazyLock;

use self::clearinghouse::{Root, Template, Validator};
use crate::base::timestamp::{Date, Timestamp};
use crate::tmch::smd::Verified;
use crate::tmch::trust::{StaleCrl, Trust};
use crate::tmch::{SmdFault, smd};

fn day(year: i32, month: u8, day: u8) -> Timestamp {
    Date::new(year, month, day).expect("a day").midnight()
}

/// When all is well.
fn now() -> Timestamp {
    day(2026, 6, 1)
}

/// RSA keys take long to make: one root and two validators for all tests.
static ROOT: LazyLock<Root> = LazyLock::new(|| Root::new("Root"));
static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| ROOT.validator(7, (2025, 1, 1), (2028, 1, 1)));

/// Believes the root; the CRL has serial numbers and is due in July 2026.
fn trust_with(serials: &[u64], stale_crl: StaleCrl) -> Trust {
    let mut trust = Trust::new(&[&ROOT.certificate], stale_crl).expect("a root");
    trust.set_crl(&ROOT.crl(serials, (2026, 5, 1), (2026, 7, 1))).expect("a list of the root");
    trust
}

fn trust() -> Trust {
    trust_with(&[1, 2, 3], StaleCrl::Refuse)
}

fn good() -> String {
    VALIDATOR.sign(&Template::of(&["Test---Validate", "test-validate", "test-validate"]))
}

fn verified() -> Verified {
    Verified {
        id: "0000001751376056503931-65535".into(),
        issuer: "65535".into(),
        not_before: day(2025, 1, 1),
        not_after: day(2030, 1, 1),
        labels: vec!["test---validate".into(), "test-validate".into()],
        crl_is_stale: false,
    }
}

#[test]
fn a_signed_mark_is_believed_however_it_comes() {
    let document = good();
    assert_eq!(trust().validate(document.as_bytes(), now()), Ok(verified()));
    for carried in [smd::of_file(&clearinghouse::file(&document)), smd::of_base64(&clearinghouse::encoded(&document))] {
        assert_eq!(carried.as_deref(), Ok(document.as_bytes()));
    }
    assert_eq!(smd::of_file(&clearinghouse::file(&document).replace('\n', "\r\n")).as_deref(), Ok(document.as_bytes()));
    // The form that RFC 7848, section 2.3, prints.
    let printed = Template { signs_key: false, exclusive: false, ..Template::of(&["a"]) };
    let document = VALIDATOR.sign(&printed);
    assert_eq!(trust().validate(document.as_bytes(), now()).map(|found| found.labels), Ok(vec!["a".to_owned()]));
}

#[test]
fn labels_are_those_of_the_mark() {
    let found = trust().validate(good().as_bytes(), now()).expect("a good one");
    assert_eq!(found.is_of("test-validate"), Ok(()));
    assert_eq!(found.is_of("testvalidate"), Err(SmdFault::Label { asked: "testvalidate".into() }));
}

#[test]
fn what_carries_no_signed_mark_is_refused() {
    let file = clearinghouse::file(&good());
    for (text, found) in [
        (file.replace("BEGIN ENCODED SMD", "BEGIN SMD"), "the line -----BEGIN ENCODED SMD-----"),
        (file.replace("END ENCODED SMD", "END SMD"), "the line -----END ENCODED SMD-----"),
        (file.replacen("PD94", "PD9*", 1), "base64"),
        (String::new(), "the line -----BEGIN ENCODED SMD-----"),
    ] {
        assert_eq!(smd::of_file(&text), Err(SmdFault::Encoding(found)));
    }
    let large = "A".repeat(200_000);
    assert_eq!(smd::of_base64(&large), Err(SmdFault::TooLarge { found: 150_000 }));
    assert_eq!(trust().validate(large.as_bytes(), now()), Err(SmdFault::TooLarge { found: 200_000 }));
}
