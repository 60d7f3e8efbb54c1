//! What tests of tables share: tables from XML as archives, and the reference tables.

mod keys;
mod refusals;
mod rfc;
mod rules;
mod tables;

use std::path::PathBuf;

use rkyv::rancor::Error;
use rkyv::util::AlignedVec;

use super::{ArchivedLgr, Lgr, parse};

/// A table as it is stored.
pub(super) struct Stored(AlignedVec);

impl Stored {
    pub(super) fn new(table: &Lgr) -> Self {
        Self(rkyv::to_bytes::<Error>(table).expect("writing into memory"))
    }

    pub(super) fn of(xml: &str) -> Self {
        Self::new(&parse(xml).unwrap_or_else(|error| panic!("{error}\n{xml}")))
    }

    pub(super) fn table(&self) -> &ArchivedLgr {
        rkyv::access::<ArchivedLgr, Error>(&self.0).expect("an archive of its own")
    }
}

/// The folder of the reference tables; nothing, and a line that says what was left unchecked, where it is absent.
pub(super) fn reference(what: &str) -> Option<PathBuf> {
    let root = std::env::var_os("DOMESDAY_REFERENCE").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let folder = root.join("lgr");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("unchecked, as {} is absent: {what}", folder.display());
    None
}

/// A document with these elements in `data` and `rules`.
pub(super) fn document(data: &str, rules: &str) -> String {
    format!(
        "<lgr xmlns=\"urn:ietf:params:xml:ns:lgr-1.0\"><meta><unicode-version>6.3.0</unicode-version></meta>\
         <data>{data}</data><rules>{rules}</rules></lgr>"
    )
}
