//! Typed reads: the index as a [`View`]. The only place that trusts a stored record to be what its kind says.
#![allow(unsafe_code)]

use rkyv::Archive;

use super::{Deadlines, Snapshot, Writer};
use crate::base::timestamp::Timestamp;
use crate::model::lifecycle;
use crate::model::record::{ArchivedContact, ArchivedDomain, ArchivedMaintenance, Count, Kind};
use crate::model::version::tag;
use crate::model::view::{Record, View};

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

impl View for Snapshot<'_> {
    fn record<R: Record>(&self, key: &[u8]) -> Option<&R::Archived> {
        self.get(tag(R::KIND), key).map(trusted)
    }

    fn count(&self, kind: Kind, key: &[u8]) -> u64 {
        count(self.get(tag(kind), key))
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
