//! Typed reads: the index as a [`View`]. The only place that trusts a stored record to be what its kind says.
#![allow(unsafe_code)]

use std::ops::{Bound, ControlFlow};

use rkyv::Archive;

use super::{Deadlines, EachKey, SearchKeys, Snapshot, Writer};
use crate::base::timestamp::Timestamp;
use crate::model::lifecycle;
use crate::model::record::{
    ArchivedContact, ArchivedDomain, ArchivedHost, ArchivedMaintenance, ArchivedRegistrar, Count, Kind,
};
use crate::model::search::{self, Family, KINDS, Searchable};
use crate::model::version::tag;
use crate::model::view::{Record, RecordOctets, View};

/// The record in `bytes`, which were found under the kind of `A`.
fn trusted<'b, A: rkyv::Portable + 'b>(bytes: &'b [u8]) -> &'b A {
    // SAFETY: bytes reach the index in two ways. `open` runs `seal::validate` on each record of a base file and refuses the
    // file otherwise; `Writer::put` is given by the ledger what `Sealed::put` archived from, or `Entry::sealed` validated
    // as, a record of the key's kind. Both keep them aligned to 16, and neither ever changes them in place.
    unsafe { rkyv::access_unchecked::<A>(bytes) }
}

fn count(bytes: Option<&[u8]>) -> u64 {
    bytes.map_or(0, |bytes| trusted::<<Count as Archive>::Archived>(bytes).count.to_native())
}

/// The number of the rules below. Another one when they find other moments for the same records.
const RULES: u64 = 3;

/// When something becomes of a record by itself (see [`lifecycle`]).
///
/// The versions of the records are part of the number: a section over records that are made others when the file is opened
/// says nothing of those.
pub const DEADLINES: Deadlines = Deadlines {
    rules: RULES << 24
        | (tag(Kind::Maintenance) as u64) << 16
        | (tag(Kind::Domain) as u64) << 8
        | tag(Kind::Contact) as u64,
    kinds: |number| [tag(Kind::Domain), tag(Kind::Contact), tag(Kind::Maintenance)].contains(&number),
    of: |number, bytes| match number {
        _ if number == tag(Kind::Domain) => Some(lifecycle::domain_deadline(trusted::<ArchivedDomain>(bytes)).micros()),
        _ if number == tag(Kind::Maintenance) => {
            trusted::<ArchivedMaintenance>(bytes).deadline().map(Timestamp::micros)
        }
        _ => lifecycle::contact_deadline(trusted::<ArchivedContact>(bytes)).map(Timestamp::micros),
    },
};

/// The number of the rules of [`search`]. Another one when they find other keys in the same records.
const SEARCH_RULES: u64 = 1;

/// Under which texts a record is found (see [`search`]). The versions of the records are part of the number, as they are of
/// that of [`DEADLINES`].
pub const SEARCH_KEYS: SearchKeys = SearchKeys {
    rules: SEARCH_RULES << 32
        | (tag(Kind::Domain) as u64) << 24
        | (tag(Kind::Host) as u64) << 16
        | (tag(Kind::Contact) as u64) << 8
        | tag(Kind::Registrar) as u64,
    kinds: |number| KINDS.into_iter().any(|kind| tag(kind) == number),
    of: |number, bytes, each: &mut EachKey<'_>| {
        let each = &mut |family: Family, text: &[u8]| each(family as u8, text);
        match number {
            _ if number == tag(Kind::Domain) => search::domain(trusted::<ArchivedDomain>(bytes), each),
            _ if number == tag(Kind::Host) => search::host(trusted::<ArchivedHost>(bytes), each),
            _ if number == tag(Kind::Contact) => search::contact(trusted::<ArchivedContact>(bytes), each),
            _ => search::registrar(trusted::<ArchivedRegistrar>(bytes), each),
        }
    },
};

impl Searchable for Snapshot<'_> {
    fn search(
        &self,
        family: Family,
        from: Bound<search::Place<'_>>,
        each: &mut dyn FnMut(search::Place<'_>) -> ControlFlow<()>,
    ) {
        let from = from.map(|place| super::Place { text: place.text, kind: tag(place.kind), key: place.key });
        Snapshot::search(self, family as u8, from, &mut |found| match KINDS
            .into_iter()
            .find(|kind| tag(*kind) == found.kind)
        {
            Some(kind) => each(search::Place { text: found.text, kind, key: found.key }),
            None => ControlFlow::Continue(()),
        });
    }
}

impl View for Snapshot<'_> {
    fn record<R: Record>(&self, key: &[u8]) -> Option<&R::Archived> {
        self.get(tag(R::KIND), key).map(trusted)
    }

    fn count(&self, kind: Kind, key: &[u8]) -> u64 {
        count(self.get(tag(kind), key))
    }
}

impl RecordOctets for Snapshot<'_> {
    fn octets(&self, kind: Kind, key: &[u8]) -> Option<&[u8]> {
        self.get(tag(kind), key)
    }
}

impl View for Writer {
    fn record<R: Record>(&self, key: &[u8]) -> Option<&R::Archived> {
        self.get(tag(R::KIND), key).map(trusted)
    }

    fn count(&self, kind: Kind, key: &[u8]) -> u64 {
        count(self.get(tag(kind), key))
    }
}
