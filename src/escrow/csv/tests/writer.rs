//! What cannot be written, and what files look like.

use std::io;

use super::{deposit, written};
use crate::escrow::csv::Writer;
use crate::escrow::models::Models;
use crate::escrow::object::{Delete, DepositKind, Domain, Object, Stated};
use crate::escrow::xml::WriteError;
use crate::escrow::xml::tests::sample;
use crate::model::rgp::RgpStatus;

type InMemory = Writer<Vec<u8>, Vec<u8>, fn(&str) -> io::Result<Vec<u8>>>;

fn begin(kind: DepositKind) -> InMemory {
    let models = Models::csv();
    let create: fn(&str) -> io::Result<Vec<u8>> = |_| Ok(Vec::new());
    let made = Writer::begin(Vec::new(), &deposit(kind, models), (models, true), "t", create);
    made.unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn what_has_no_place_is_refused() {
    let gone = Delete::Domain("a.example".into());
    let object = Object::Domain(Box::new(sample::bare_domain()));
    let refused = |result: Result<(), WriteError>, what: &str| {
        let error = result.expect_err(what);
        assert!(matches!(error, WriteError::Order(found, _) if found == what), "{error}");
    };
    refused(begin(DepositKind::Full).delete(&gone), "a delete");
    let mut writer = begin(DepositKind::Differential);
    refused(writer.object(&object), "an object");
    refused(writer.delete(&Delete::HostName("ns.example".into())), "a host's name that is gone");
    writer.header(&sample::header()).expect("memory");
    refused(writer.delete(&gone), "a delete");
    let rgp = vec![Stated::bare(RgpStatus::ALL[0])];
    let bare = Domain { statuses: Vec::new(), rgp, ..sample::bare_domain() };
    let error = writer.object(&Object::Domain(Box::new(bare))).expect_err("no status to stand beside");
    assert!(matches!(error, WriteError::Value("csvDomain:fStatus", _)), "{error}");
}

#[test]
fn files_are_of_rfc_4180_and_their_definitions_say_what_they_hold() {
    let models = Models::csv();
    let mut domain = sample::bare_domain();
    domain.statuses[0].text = "two\r\nlines, \"quoted\"".into();
    domain.registrant = Some("con-1".into());
    let mut made = written(
        &deposit(DepositKind::Full, models),
        models,
        &[],
        &sample::header(),
        &[Object::Domain(Box::new(domain.clone()))],
    );
    assert_eq!(made.file("domain"), b"a.example,1-E,,,,con-1,reg,,,,,,,,\r\n");
    assert_eq!(made.file("domainStatuses"), b"a.example,ok,\"two\r\nlines, \"\"quoted\"\"\",,,,\r\n");
    assert_eq!(made.files.len(), 2, "there is no file without a record");
    assert!(made.xml.contains("<rdeCsv:fRegistrant/>"), "{}", made.xml);
    assert!(made.xml.contains("<rdeCsv:fCustom name=\"rgpStatusDescription\"/>"), "{}", made.xml);
    let mut writer = begin(DepositKind::Full);
    writer.header(&sample::header()).expect("memory");
    writer.object(&Object::Domain(Box::new(domain))).expect("memory");
    let xml = String::from_utf8(writer.finish().expect("memory").xml).expect("UTF-8");
    assert!(xml.contains("<rdeCsv:fRegistrant isRequired=\"true\"/>"), "{xml}");
}

#[test]
fn a_file_that_cannot_be_made_is_told() {
    let models = Models::csv();
    let full = |_: &str| -> io::Result<Vec<u8>> { Err(io::ErrorKind::StorageFull.into()) };
    let frame = deposit(DepositKind::Full, models);
    let mut writer =
        Writer::begin(Vec::new(), &frame, (models, false), "t", full).unwrap_or_else(|error| panic!("{error}"));
    writer.header(&sample::header()).expect("no file yet");
    writer.object(&Object::Host(sample::host())).expect("gathered");
    let error = writer.finish().expect_err("no room");
    assert!(matches!(&error, WriteError::Io(error) if error.kind() == io::ErrorKind::StorageFull), "{error}");
}
