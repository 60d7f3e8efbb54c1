//! The order in which a deposit is written, and what cannot be.

use std::io::{self, Write};

use super::sample;
use crate::escrow::object::{Delete, DepositKind, EppParams, Object};
use crate::escrow::xml::{WriteError, Writer};

#[test]
fn what_has_no_place_is_refused() {
    let begin = |kind| Writer::begin(Vec::new(), &sample::deposit(kind)).expect("memory");
    let gone = Delete::Domain("a.example".into());
    let object = Object::Host(sample::host());
    let refused = |result: Result<(), WriteError>, what: &str| {
        let error = result.expect_err(what);
        assert!(matches!(error, WriteError::Order(found, _) if found == what), "{error}");
    };
    refused(begin(DepositKind::Full).delete(&gone), "a delete");
    let mut writer = begin(DepositKind::Differential);
    refused(writer.object(&object), "an object");
    writer.delete(&gone).expect("before the header");
    refused(writer.object(&object), "an object");
    writer.header(&sample::header()).expect("once");
    refused(writer.header(&sample::header()), "a header");
    refused(writer.delete(&gone), "a delete");
    writer.object(&object).expect("behind the header");
    writer.finish().expect("whole");
    refused(begin(DepositKind::Full).finish().map(|_| ()), "the end");
}

#[test]
fn names_of_elements_are_the_schemas_or_nothing_is_written() {
    let mut writer = Writer::begin(Vec::new(), &sample::deposit(DepositKind::Full)).expect("memory");
    writer.header(&sample::header()).expect("memory");
    let spoilt = |spoil: fn(&mut EppParams)| {
        let mut params = sample::epp_params();
        spoil(&mut params);
        Object::EppParams(params)
    };
    for (params, expected) in [
        (spoilt(|params| params.dcp.access = "all/><x".into()), "epp:access"),
        (spoilt(|params| params.dcp.access = String::new()), "epp:access"),
        (spoilt(|params| params.dcp.statements[0].purposes.push("Admin".into())), "epp:purpose"),
        (spoilt(|params| params.dcp.statements[0].recipients.push(("them".into(), None))), "epp:recipient"),
        (spoilt(|params| params.dcp.statements[1].retention = "ever".into()), "epp:retention"),
    ] {
        let error = writer.object(&params).expect_err(expected);
        assert!(matches!(&error, WriteError::Value(element, _) if *element == expected), "{error}");
    }
    let host = Object::Host(sample::host());
    writer.object(&host).expect("the others are written");
    let text = String::from_utf8(writer.finish().expect("memory")).expect("UTF-8");
    assert_eq!(super::objects(&text), [host]);
}

#[test]
fn deletes_of_a_kind_share_an_element_but_tables_do_not() {
    let mut writer = Writer::begin(Vec::new(), &sample::deposit(DepositKind::Differential)).expect("memory");
    writer.deletes(&sample::deletes()).expect("memory");
    writer.header(&sample::header()).expect("memory");
    let text = String::from_utf8(writer.finish().expect("memory")).expect("UTF-8");
    for (element, count) in [("rdeDomain", 2), ("rdeHost", 1), ("rdeIDN", 2), ("rdeNNDN", 1), ("rdeContact", 1)] {
        assert_eq!(text.matches(&format!("<{element}:delete>")).count(), count, "{element}");
        assert_eq!(text.matches(&format!("</{element}:delete>")).count(), count, "{element}");
    }
}

/// A disk with room for so many octets.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(octets.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_told() {
    let write = |room| -> Result<(), WriteError> {
        let mut writer = Writer::begin(Full(room), &sample::deposit(DepositKind::Full))?;
        writer.header(&sample::header())?;
        writer.object(&Object::Host(sample::host()))?;
        writer.finish().map(|_| ())
    };
    let all = (0..).step_by(100).find(|room| write(*room).is_ok()).expect("room for all");
    assert!(all > 2000, "{all}");
    for room in [0, all / 4, all / 2, all - 100] {
        let error = write(room).expect_err("no room");
        assert!(matches!(&error, WriteError::Io(error) if error.kind() == io::ErrorKind::StorageFull), "{error}");
    }
}
