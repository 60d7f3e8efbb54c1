//! What is written is read again as it was, in either model; what others write is read; and what is wrong is told with its file
//! and line.

mod examples;
mod faults;
mod mutations;
mod random;
mod round_trip;
mod rules;
mod writer;

use std::collections::BTreeMap;
use std::io::{self, Read};

use super::{Finished, Placed, Reader, Writer};
use crate::escrow::models::Models;
use crate::escrow::object::{Delete, Deposit, DepositKind, Header, Object, ObjectKind};
use crate::escrow::xml::Event;
use crate::escrow::xml::tests::sample;

/// A deposit in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Made {
    xml: String,
    files: BTreeMap<String, Vec<u8>>,
}

impl Made {
    fn file(&mut self, ending: &str) -> &mut Vec<u8> {
        let found = self.files.iter_mut().find(|(name, _)| name.ends_with(&format!("_{ending}.csv")));
        found.unwrap_or_else(|| panic!("a file of {ending}")).1
    }

    /// Gives the XML the checksums that the files have now.
    fn sum_up(&mut self) {
        for (name, octets) in &self.files {
            let (before, after) = self.xml.split_once(&format!("\">{name}<")).expect("the XML names each file");
            let kept = before.len() - 8;
            self.xml = format!("{}{:08X}\">{name}<{after}", &before[..kept], crc32fast::hash(octets));
        }
    }
}

/// The menu of a deposit in these models.
fn deposit(kind: DepositKind, models: Models) -> Deposit {
    let menu = ObjectKind::ALL.map(|kind| models.uri(kind).to_owned()).to_vec();
    Deposit { menu, ..sample::deposit(kind) }
}

fn written(deposit: &Deposit, models: Models, deletes: &[Delete], header: &Header, objects: &[Object]) -> Made {
    let files = std::cell::RefCell::new(Vec::new());
    let create = |name: &str| {
        files.borrow_mut().push(name.to_owned());
        Ok::<Vec<u8>, io::Error>(Vec::new())
    };
    let mut writer = Writer::begin(Vec::new(), deposit, (models, false), "t", create).expect("memory");
    deletes.iter().for_each(|delete| writer.delete(delete).expect("memory"));
    writer.header(header).expect("memory");
    objects.iter().for_each(|object| writer.object(object).expect("memory"));
    let Finished { xml, files: made } = writer.finish().expect("memory");
    assert_eq!(files.into_inner().len(), made.len(), "each file is given back");
    Made { xml: String::from_utf8(xml).expect("UTF-8"), files: made.into_iter().collect() }
}

fn read(made: &Made) -> Vec<Placed> {
    let files = made.files.clone();
    let open = move |name: &str| {
        let octets = files.get(name).cloned();
        Ok(octets.map(|octets| Box::new(io::Cursor::new(octets)) as Box<dyn Read>))
    };
    let dir = tempfile::tempdir().expect("a directory");
    Reader::new(made.xml.as_bytes(), open, dir.path()).map(|placed| placed.expect("memory")).collect()
}

/// The objects of a deposit in which nothing is wrong.
fn objects(made: &Made) -> Vec<Object> {
    let placed = read(made);
    assert_eq!(placed.last().map(|placed| &placed.event), Some(&Event::End));
    let object = |placed: Placed| match placed.event {
        Event::Object(object) => Some(object),
        Event::Fault(fault) => panic!("{:?}: {fault}\n{}", placed.file, made.xml),
        _ => None,
    };
    placed.into_iter().filter_map(object).collect()
}

/// Objects as CSV files bring them: by kinds, in their order.
fn by_kind(mut objects: Vec<Object>) -> Vec<Object> {
    objects.sort_by_key(Object::kind);
    objects
}
