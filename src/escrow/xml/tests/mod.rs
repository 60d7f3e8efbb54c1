//! What is written is read again as it was, what others write is read, and what is wrong is told with its line.

mod about;
mod examples;
mod faults;
mod makes;
mod mutations;
pub(in crate::escrow) mod round_trip;
pub(in crate::escrow) mod sample;
mod writer;

use std::path::{Path, PathBuf};

use super::{Event, Placed, Reader, Writer};
use crate::escrow::object::{Delete, Deposit, Header, Object};

/// The folder of RFCs, schemas and examples.
pub(in crate::escrow) fn reference() -> PathBuf {
    std::env::var_os("DOMESDAY_REFERENCE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from)
}

fn written(deposit: &Deposit, deletes: &[Delete], header: &Header, objects: &[Object]) -> String {
    let mut writer = Writer::begin(Vec::new(), deposit).expect("memory");
    writer.deletes(deletes).expect("memory");
    writer.header(header).expect("memory");
    for object in objects {
        writer.object(object).expect("memory");
    }
    String::from_utf8(writer.finish().expect("memory")).expect("UTF-8")
}

fn read(text: &[u8]) -> Vec<Placed> {
    Reader::new(text).map(|placed| placed.expect("memory")).collect()
}

/// The objects of a deposit in which nothing is wrong.
fn objects(text: &str) -> Vec<Object> {
    let object = |placed: Placed| match placed.event {
        Event::Object(object) => Some(object),
        Event::Fault(fault) => panic!("{fault}"),
        _ => None,
    };
    read(text.as_bytes()).into_iter().filter_map(object).collect()
}

/// The line, from 1, in which `part` first stands in `text`.
fn line_of(text: &str, part: &str) -> u64 {
    let (before, _) = text.split_once(part).unwrap_or_else(|| panic!("{part:?} in the document"));
    1 + before.matches('\n').count() as u64
}
