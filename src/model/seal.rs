//! Records as the log and the index keep them: a key and an rkyv archive.

use rkyv::api::high::{HighDeserializer, HighSerializer, HighValidator};
use rkyv::bytecheck::CheckBytes;
use rkyv::rancor::Error;
use rkyv::ser::allocator::ArenaHandle;
use rkyv::util::AlignedVec;
use rkyv::{Archive, Deserialize, Serialize};

use crate::model::record::{self, Kind};
use crate::model::view::Record;

/// A put (`bytes` is some archive) or a delete (`None`) of one record.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// What the record is.
    pub kind: Kind,
    /// Its key within the kind.
    pub key: Vec<u8>,
    /// Its archive, aligned for reading in place; `None` removes the record.
    pub bytes: Option<AlignedVec>,
}

/// An archive that is not one: a bug, or damage that no checksum saw.
#[derive(Debug)]
pub struct BadRecord {
    /// What the record was said to be.
    pub kind: Kind,
    /// What the validator says.
    pub cause: String,
}

impl std::fmt::Display for BadRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "expected a valid {:?} record, found: {}", self.kind, self.cause)
    }
}

impl std::error::Error for BadRecord {}

impl Sealed {
    /// A put of `record`.
    pub fn put<R>(key: &[u8], record: &R) -> Self
    where
        R: Record + for<'a> Serialize<HighSerializer<AlignedVec, ArenaHandle<'a>, Error>>,
    {
        Self { kind: R::KIND, key: key.to_vec(), bytes: Some(archive(record)) }
    }

    /// A put of a count, or its removal when it is zero.
    pub fn count(kind: Kind, key: Vec<u8>, count: u64) -> Self {
        Self { kind, key, bytes: (count > 0).then(|| count_archive(count)) }
    }

    /// A delete.
    pub fn delete(kind: Kind, key: Vec<u8>) -> Self {
        Self { kind, key, bytes: None }
    }

    /// The record, checked; `None` for a delete.
    ///
    /// # Errors
    /// [`BadRecord`] when the bytes are no archive of an `R`, or the key is not of its kind.
    pub fn get<R>(&self) -> Result<Option<&R::Archived>, BadRecord>
    where
        R: Record,
    {
        if self.kind != R::KIND {
            return Err(BadRecord { kind: R::KIND, cause: format!("a {:?} record", self.kind) });
        }
        let Some(bytes) = &self.bytes else { return Ok(None) };
        access::<R::Archived>(self.kind, bytes).map(Some)
    }
}

/// What most archives of objects fit in, in octets: growing step by step costs more than the room.
const RECORD_ROOM: usize = 1024;

/// The archive of a record. Serializing into memory has no way to fail.
pub fn archive<T>(record: &T) -> AlignedVec
where
    T: for<'a> Serialize<HighSerializer<AlignedVec, ArenaHandle<'a>, Error>>,
{
    archive_with_room(record, RECORD_ROOM)
}

/// As [`archive`], of something that takes about so many octets.
pub fn archive_with_room<T>(record: &T, octets: usize) -> AlignedVec
where
    T: for<'a> Serialize<HighSerializer<AlignedVec, ArenaHandle<'a>, Error>>,
{
    let room = AlignedVec::with_capacity(octets);
    rkyv::api::high::to_bytes_in::<_, Error>(record, room).expect("writing into growing memory cannot fail")
}

/// A count's octets and as many again: the allocator is quickest where size and alignment are alike.
const COUNT_ROOM: usize = 16;

/// The archive of a [`record::Count`]: counts are most of what a command changes, and their archive is the number.
pub fn count_archive(count: u64) -> AlignedVec {
    let mut bytes = AlignedVec::with_capacity(COUNT_ROOM);
    bytes.extend_from_slice(&count.to_le_bytes());
    bytes
}

/// Checks `bytes` and reads them in place.
///
/// # Errors
/// [`BadRecord`] when they are no archive of the type, or not aligned.
pub fn access<A>(kind: Kind, bytes: &[u8]) -> Result<&A, BadRecord>
where
    A: rkyv::Portable + for<'a> CheckBytes<HighValidator<'a, Error>>,
{
    rkyv::access::<A, Error>(bytes).map_err(|error| BadRecord { kind, cause: error.to_string() })
}

/// Checks that `bytes` are the archive a key of `kind` promises: what opening a file requires of each record before
/// reads may do without checks.
///
/// # Errors
/// [`BadRecord`] with the validator's words.
pub fn validate(kind: Kind, bytes: &[u8]) -> Result<(), BadRecord> {
    type A<T> = <T as Archive>::Archived;
    match kind {
        Kind::Domain => access::<A<record::Domain>>(kind, bytes).map(drop),
        Kind::Host => access::<A<record::Host>>(kind, bytes).map(drop),
        Kind::Contact => access::<A<record::Contact>>(kind, bytes).map(drop),
        Kind::Registrar => access::<A<record::Registrar>>(kind, bytes).map(drop),
        Kind::Tld => access::<A<record::Tld>>(kind, bytes).map(drop),
        Kind::PollMessage => access::<A<record::PollMessage>>(kind, bytes).map(drop),
        Kind::StatusNotes => access::<A<record::StatusNotes>>(kind, bytes).map(drop),
        Kind::PriceList => access::<A<record::PriceList>>(kind, bytes).map(drop),
        Kind::NameList => access::<A<record::NameList>>(kind, bytes).map(drop),
        Kind::Account => access::<A<record::Account>>(kind, bytes).map(drop),
        Kind::BillingLine => access::<A<record::BillingLine>>(kind, bytes).map(drop),
        Kind::Policy => access::<A<record::Policy>>(kind, bytes).map(drop),
        Kind::IdnTable => access::<A<record::IdnTable>>(kind, bytes).map(drop),
        Kind::LaunchPlan => access::<A<record::LaunchPlan>>(kind, bytes).map(drop),
        Kind::Application => access::<A<record::Application>>(kind, bytes).map(drop),
        Kind::Marks => access::<A<record::Marks>>(kind, bytes).map(drop),
        Kind::TrademarkLabels => access::<A<record::TrademarkLabels>>(kind, bytes).map(drop),
        Kind::RevokedSmds => access::<A<record::RevokedSmds>>(kind, bytes).map(drop),
        Kind::LordnLine => access::<A<record::LordnLine>>(kind, bytes).map(drop),
        Kind::Applications => access::<A<record::Applications>>(kind, bytes).map(drop),
        Kind::Maintenance => access::<A<record::Maintenance>>(kind, bytes).map(drop),
        Kind::Token => access::<A<record::Token>>(kind, bytes).map(drop),
        Kind::Balance => access::<A<record::Balance>>(kind, bytes).map(drop),
        Kind::HostName => access::<A<record::HostRef>>(kind, bytes).map(drop),
        Kind::HostLinks
        | Kind::HostLinksBy
        | Kind::ContactLinks
        | Kind::Sequence
        | Kind::LordnLines
        | Kind::TokenBatch => access::<A<record::Count>>(kind, bytes).map(drop),
        Kind::Variants => access::<A<record::Variants>>(kind, bytes).map(drop),
        Kind::Subordinates => access::<A<record::Subordinates>>(kind, bytes).map(drop),
        Kind::PollQueue => access::<A<record::PollQueue>>(kind, bytes).map(drop),
        Kind::PollAbout => access::<A<record::PollAbout>>(kind, bytes).map(drop),
        Kind::PollGap => access::<A<record::PollGap>>(kind, bytes).map(drop),
        Kind::Directory => access::<A<record::Directory>>(kind, bytes).map(drop),
        Kind::EscrowHistory => access::<A<record::EscrowHistory>>(kind, bytes).map(drop),
        Kind::RdapClient => access::<A<record::RdapClient>>(kind, bytes).map(drop),
        Kind::ContactRoid => access::<A<record::ContactRef>>(kind, bytes).map(drop),
        Kind::RdapCredential => access::<A<record::RdapClientRef>>(kind, bytes).map(drop),
        Kind::TokenOfBatch => access::<A<record::TokenRef>>(kind, bytes).map(drop),
        Kind::RegistrarByIana => access::<A<record::RegistrarRef>>(kind, bytes).map(drop),
    }
}

/// The record as a value of its own.
pub(crate) fn native<R>(archived: &R::Archived) -> R
where
    R: Record,
    R::Archived: Deserialize<R, HighDeserializer<Error>>,
{
    rkyv::deserialize::<R, Error>(archived).expect("records hold no shared pointers, the only thing that can fail")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_archive_of_a_count_is_what_rkyv_makes() {
        for count in [0, 1, 255, 0x0102_0304_0506_0708, u64::MAX] {
            assert_eq!(count_archive(count)[..], archive(&record::Count { count })[..], "{count}");
        }
    }
}
