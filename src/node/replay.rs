//! From base files and log to an index: at the start, and for a state of an earlier moment.

use std::cell::Cell;

use rkyv::util::AlignedVec;

use crate::base::log_place::LogPlace;
use crate::base::timestamp::Timestamp;
use crate::index::{self, DEADLINES, Found, Leftovers};
use crate::model::fold::{contact_ref, fold};
use crate::model::record::Kind;
use crate::model::seal::{self, Sealed};
use crate::model::transaction::{BadBatch, decode_batch};
use crate::model::version::{Version, tag};
use crate::model::view::View;
use crate::node::ledger::OpenError;
use crate::port::disk::Disk;
use crate::wal;

/// What is registered, and what is said of it.
const OBJECTS: [Kind; 4] = [Kind::Domain, Kind::Host, Kind::Contact, Kind::StatusNotes];

/// Where a replay ended.
pub(super) struct Replayed {
    /// Octets of the frames.
    pub(super) bytes: u64,
    /// Sequence of the last transaction.
    pub(super) sequence: u64,
    /// The date of the last transaction.
    pub(super) last: Timestamp,
}

impl Replayed {
    /// Where the base files end.
    pub(super) fn begin(index: &index::Writer) -> Self {
        let date = i64::try_from(index.count(Kind::Sequence, DATE_KEY)).unwrap_or_default();
        Self { bytes: 0, sequence: index.count(Kind::Sequence, SEQUENCE_KEY), last: Timestamp::from_micros(date) }
    }
}

/// Opens base files, their records checked and made those of this version.
///
/// # Errors
/// [`OpenError`]: damage, or a record of a version that is not known. Nothing is changed on the disk, now or when it succeeds.
pub(super) fn open<D: Disk>(
    bases: Found,
    disk: &D,
    options: index::Options,
    log_id: u64,
) -> Result<(index::Writer, index::Reader, Leftovers), OpenError> {
    let old = Cell::new(false);
    let validate = |tag: u8, _key: &[u8], record: &[u8]| match Version::of(tag) {
        Some(version) => {
            old.set(old.get() || version.is_old());
            version.validate(record).map_err(|error| error.to_string())
        }
        None => Err(format!("a record marked {tag}, which this version does not know")),
    };
    let (mut index, reader, leftovers) = bases.open(disk, options, log_id, &validate, DEADLINES)?;
    if old.get() {
        upgrade(&mut index, &reader)?;
    }
    derive_missing(&mut index, &reader);
    Ok((index, reader, leftovers))
}

/// Puts what the log holds beyond the base files into the index: all of it, or what is dated before `until`.
///
/// Commands are dated in the order of the log. What falls due is dated with its own time, which may be long before that of the
/// commands that were decided first when much fell due at once: it is of the state of `until` all the same. No such command
/// has touched the same object, since a command waits for what is due of its object; but each may have queued a
/// message or charged a fee, and what is numbered in that order is left as it was. Nobody asks a state of the past for it.
///
/// # Errors
/// [`OpenError`]: a frame that cannot be read.
pub(super) fn replay<D: Disk>(
    index: &mut index::Writer,
    mut frames: wal::Frames<'_, D>,
    mut replayed: Replayed,
    until: Option<Timestamp>,
) -> Result<Replayed, OpenError> {
    let mut is_past = false;
    while let Some(frame) = frames.next_frame()? {
        let place = LogPlace { frame: frame.header.sequence, chain: frame.header.chain };
        replayed.bytes += frame.bytes() as u64;
        let bad = |cause| OpenError::Batch { sequence: place.frame, cause };
        for entry in decode_batch(frame.payload).map_err(bad)? {
            if until.is_some_and(|until| entry.origin.time >= until) {
                is_past = true;
                continue;
            }
            let mut changes = entry.sealed().map_err(bad)?;
            if is_past {
                changes.retain(|change| OBJECTS.contains(&change.kind));
            }
            let derived = fold(&*index, &changes).map_err(|error| bad(BadBatch(error.to_string())))?;
            for change in changes.iter().chain(&derived) {
                put(index, change);
            }
            replayed.sequence = entry.sequence;
            replayed.last = replayed.last.max(entry.origin.time);
        }
        match is_past {
            false => finish(index, replayed.sequence, replayed.last, place),
            true => count(index, replayed.sequence, replayed.last),
        }
    }
    Ok(replayed)
}

/// Makes the records that an earlier version wrote into base files those of this one. They lie in memory until the next
/// checkpoint.
fn upgrade(index: &mut index::Writer, reader: &index::Reader) -> Result<(), OpenError> {
    for old in Version::old_tags() {
        let Some(version) = Version::of(old) else { continue };
        let mut found = Vec::new();
        reader.pin().for_each(old, |key, record| found.push((key.to_vec(), version.present(aligned(record)))));
        if !found.is_empty() {
            tracing::info!(kind = ?version.kind, records = found.len(), "records of an earlier version are made those of this one");
        }
        for (key, present) in found {
            let bytes = present.map_err(|error| OpenError::Record { cause: error.to_string() })?;
            index.put(tag(version.kind), &key, &bytes);
            index.delete(old, &key);
        }
    }
    Ok(())
}

/// Puts the derived records of kinds that the version did not know which wrote the base files. They lie in memory until the
/// next checkpoint.
fn derive_missing(index: &mut index::Writer, reader: &index::Reader) {
    if index.count(Kind::Sequence, DERIVED_KEY) >= DERIVED {
        return;
    }
    let snapshot = reader.pin();
    let mut contacts = 0_u64;
    snapshot.for_each(tag(Kind::Contact), |key, _| {
        if let Some(contact) = std::str::from_utf8(key).ok().and_then(|id| snapshot.contact(id)) {
            put(index, &contact_ref(contact));
            contacts += 1;
        }
    });
    if contacts > 0 {
        tracing::info!(contacts, "contacts of an earlier version are found by their ROIDs from now on");
    }
    index.put(tag(Kind::Sequence), DERIVED_KEY, &seal::count_archive(DERIVED));
}

/// How many times there came to be more kinds of derived records over records that were there: 1, [`Kind::ContactRoid`].
const DERIVED: u64 = 1;
/// Where the index keeps which of them it has.
const DERIVED_KEY: &[u8] = b"derived";

fn aligned(bytes: &[u8]) -> AlignedVec {
    let mut aligned = AlignedVec::with_capacity(bytes.len());
    aligned.extend_from_slice(bytes);
    aligned
}

/// Where the sequence of the last published transaction is kept.
pub(super) const SEQUENCE_KEY: &[u8] = b"sequence";
/// Where its date is kept, in microseconds.
const DATE_KEY: &[u8] = b"date";

/// Puts or deletes a record.
pub(super) fn put(index: &mut index::Writer, change: &Sealed) {
    match &change.bytes {
        Some(bytes) => index.put(tag(change.kind), &change.key, bytes),
        None => index.delete(tag(change.kind), &change.key),
    }
}

/// The last steps of a frame: count and date of its last transaction, then the position that says all of it is there.
pub(super) fn finish(index: &mut index::Writer, sequence: u64, last: Timestamp, place: LogPlace) {
    count(index, sequence, last);
    index.set_place(place);
}

fn count(index: &mut index::Writer, sequence: u64, last: Timestamp) {
    let date = u64::try_from(last.micros()).unwrap_or_default();
    for (key, count) in [(SEQUENCE_KEY, sequence), (DATE_KEY, date)] {
        index.put(tag(Kind::Sequence), key, &seal::count_archive(count));
    }
}
