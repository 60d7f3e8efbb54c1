//! Records as the log and the index keep them: a key and an rkyv archive.

use rkyv::api::high::{HighSerializer, HighValidator};
use rkyv::bytecheck::CheckBytes;
use rkyv::rancor::Error;
use rkyv::ser::allocator::ArenaHandle;
use rkyv::util::AlignedVec;
use rkyv::{Archive, Serialize};

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
        Self { kind, key, bytes: (count > 0).then(|| archive(&record::Count { count })) }
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

/// The archive of a record. Serializing into memory has no way to fail.
pub fn archive<T>(record: &T) -> AlignedVec
where
    T: for<'a> Serialize<HighSerializer<AlignedVec, ArenaHandle<'a>, Error>>,
{
    rkyv::to_bytes::<Error>(record).expect("writing into growing memory cannot fail")
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
        Kind::RdapClient => access::<A<record::RdapClient>>(kind, bytes).map(drop),
        Kind::ContactRoid => access::<A<record::ContactRef>>(kind, bytes).map(drop),
        Kind::RdapCredential => access::<A<record::RdapClientRef>>(kind, bytes).map(drop),
        Kind::TokenOfBatch => access::<A<record::TokenRef>>(kind, bytes).map(drop),
        Kind::RegistrarByIana => access::<A<record::RegistrarRef>>(kind, bytes).map(drop),
    }
}
