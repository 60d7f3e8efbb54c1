//! Versions of records: which number marks which version of which kind in log and base files, and the way from each to the
//! present one. The chapter [`crate::manual::record_versions`] says how a field is added.
//!
//! A record that is read was written by this version or by an earlier one. The number beside it (its *tag*) tells. What
//! comes from the log or from a base file is made the present version before anything else looks at it.

use rkyv::api::high::{HighDeserializer, HighSerializer};
use rkyv::rancor::Error;
use rkyv::ser::allocator::ArenaHandle;
use rkyv::util::AlignedVec;
use rkyv::{Archive, Deserialize, Serialize};

use crate::model::old::{
    Contact1, Contact2, Domain1, Domain2, Domain3, Host1, LaunchPlan1, Policy1, Registrar1, Registrar2, Registrar3,
    Tld1, Tld2, Tld3, Tld4,
};
use crate::model::old_poll::{Maintenance1, PollMessage1, PollMessage2, PollMessage3};
use crate::model::record::{Contact, Domain, Host, Kind, LaunchPlan, Maintenance, Policy, PollMessage, Registrar, Tld};
use crate::model::seal::{self, BadRecord};
use crate::model::view::Record;

/// What marks a record of the present version. A number that was used once is never used for anything else.
pub const fn tag(kind: Kind) -> u8 {
    match kind {
        Kind::Domain => 32,
        Kind::Tld => 43,
        Kind::Registrar => 42,
        Kind::Host => 35,
        Kind::PollMessage => 40,
        Kind::Contact => 37,
        Kind::Policy => 38,
        Kind::Maintenance => 39,
        Kind::LaunchPlan => 41,
        // The first version of a kind is marked with the number of the kind.
        _ => kind as u8,
    }
}

/// Turns the archive of an old version into that of the present one.
type Upgrade = fn(&[u8]) -> Result<AlignedVec, BadRecord>;

/// Every old version that may be met: its tag, its kind, and the way to the present version.
const OLD: [(u8, Kind, Upgrade); 19] = [
    (1, Kind::Domain, upgrade::<Domain1, Domain>),
    (3, Kind::Contact, upgrade::<Contact1, Contact>),
    (4, Kind::Registrar, upgrade::<Registrar1, Registrar>),
    (5, Kind::Tld, upgrade::<Tld1, Tld>),
    (6, Kind::PollMessage, upgrade::<PollMessage1, PollMessage>),
    (8, Kind::Domain, upgrade::<Domain2, Domain>),
    (9, Kind::Tld, upgrade::<Tld2, Tld>),
    (14, Kind::Domain, upgrade::<Domain3, Domain>),
    (15, Kind::Tld, upgrade::<Tld3, Tld>),
    (16, Kind::Registrar, upgrade::<Registrar2, Registrar>),
    (2, Kind::Host, upgrade::<Host1, Host>),
    (17, Kind::PollMessage, upgrade::<PollMessage2, PollMessage>),
    (18, Kind::Contact, upgrade::<Contact2, Contact>),
    (19, Kind::Policy, upgrade::<Policy1, Policy>),
    (28, Kind::Maintenance, upgrade::<Maintenance1, Maintenance>),
    (36, Kind::PollMessage, upgrade::<PollMessage3, PollMessage>),
    (21, Kind::LaunchPlan, upgrade::<LaunchPlan1, LaunchPlan>),
    (33, Kind::Tld, upgrade::<Tld4, Tld>),
    (34, Kind::Registrar, upgrade::<Registrar3, Registrar>),
];

/// A version of a kind of record.
#[derive(Clone, Copy, Debug)]
pub struct Version {
    /// The kind.
    pub kind: Kind,
    upgrade: Option<Upgrade>,
}

impl Version {
    /// The version with that tag; `None` for one that this program does not know.
    pub fn of(tag: u8) -> Option<Self> {
        let present = Kind::ALL.into_iter().find(|kind| self::tag(*kind) == tag);
        let present = present.map(|kind| Self { kind, upgrade: None });
        let old =
            || OLD.iter().find(|(old, ..)| *old == tag).map(|(_, kind, way)| Self { kind: *kind, upgrade: Some(*way) });
        present.or_else(old)
    }

    /// What marks old versions.
    pub fn old_tags() -> impl Iterator<Item = u8> {
        OLD.iter().map(|(tag, ..)| *tag)
    }

    /// Whether another version has taken its place.
    pub const fn is_old(&self) -> bool {
        self.upgrade.is_some()
    }

    /// The record in `bytes`, as the present version has it.
    ///
    /// # Errors
    /// [`BadRecord`] when they are no archive of this version.
    pub fn present(&self, bytes: AlignedVec) -> Result<AlignedVec, BadRecord> {
        match self.upgrade {
            Some(upgrade) => upgrade(&bytes),
            None => seal::validate(self.kind, &bytes).map(|()| bytes),
        }
    }

    /// Checks that `bytes` are an archive of this version.
    ///
    /// # Errors
    /// [`BadRecord`] with the validator's words.
    pub fn validate(&self, bytes: &[u8]) -> Result<(), BadRecord> {
        match self.upgrade {
            Some(upgrade) => upgrade(bytes).map(drop),
            None => seal::validate(self.kind, bytes),
        }
    }
}

fn upgrade<Old, New>(bytes: &[u8]) -> Result<AlignedVec, BadRecord>
where
    Old: Archive + Into<New>,
    Old::Archived: rkyv::Portable
        + for<'a> rkyv::bytecheck::CheckBytes<rkyv::api::high::HighValidator<'a, Error>>
        + Deserialize<Old, HighDeserializer<Error>>,
    New: Record + for<'a> Serialize<HighSerializer<AlignedVec, ArenaHandle<'a>, Error>>,
{
    let old = seal::access::<Old::Archived>(New::KIND, bytes)?;
    let old = rkyv::deserialize::<Old, Error>(old);
    let old = old.map_err(|error| BadRecord { kind: New::KIND, cause: error.to_string() })?;
    Ok(seal::archive::<New>(&old.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_tag_marks_two_things() {
        let mut tags: Vec<u8> = Kind::ALL.into_iter().map(tag).chain(OLD.iter().map(|(tag, ..)| *tag)).collect();
        tags.sort_unstable();
        assert!(tags.windows(2).all(|pair| pair[0] != pair[1]), "{tags:?}");
        for kind in Kind::ALL {
            // A number of a kind that is no tag of it any more marks its first version.
            let version = Version::of(kind as u8).expect("known");
            assert_eq!((version.kind, version.is_old()), (kind, tag(kind) != kind as u8));
        }
        assert!(Version::of(255).is_none());
    }
}
