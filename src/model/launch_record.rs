//! The records of launches (RFC 8334) and of the Trademark Clearinghouse's lists (RFC 9361): plans, applications, labels that
//! are marks, revoked signed marks, and the lines to report.

use rkyv::{Archive, Deserialize, Serialize};

use crate::base::timestamp::Timestamp;
use crate::model::launch::{ApplicationStatus, Notice, Phase};
use crate::model::mark::Mark;
use crate::model::record::{Asked, Domain};

/// The launch of a TLD: which phases it has, and when. A TLD without a plan is open.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct LaunchPlan {
    /// The TLD.
    pub tld: String,
    /// Its phases, ascending by their beginning; some may overlap (section 2.3).
    pub phases: Vec<LaunchPhase>,
    /// Days for which the acceptance of a claims notice holds.
    pub notice_days: u32,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// A phase of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct LaunchPhase {
    /// What commands call it.
    pub phase: Phase,
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it; `None`: it does not end.
    pub until: Option<Timestamp>,
    /// Whether names are applied for and allocated later; else they are registered, first come, first served.
    pub applications: bool,
    /// Whether a name that is a mark needs the acknowledgement of its claims notice.
    pub notices: bool,
    /// Whether a name needs a signed mark of its label.
    pub signed_mark: bool,
    /// Whether only a name whose label is on the list of sunrise eligible labels needs one (RFC 9361, section 5.4).
    pub signed_mark_if_listed: bool,
}

impl ArchivedLaunchPhase {
    /// Whether it is at `now`.
    pub fn is_at(&self, now: Timestamp) -> bool {
        self.from.get() <= now && self.until.as_ref().is_none_or(|until| now < until.get())
    }
}

impl ArchivedLaunchPlan {
    /// The phases that are at `now`.
    pub fn at(&self, now: Timestamp) -> impl Iterator<Item = &ArchivedLaunchPhase> {
        self.phases.iter().filter(move |phase| phase.is_at(now))
    }
}

/// A name that is applied for (section 2.1). It stays when the name is allocated or refused.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Application {
    /// applicationID.
    pub id: String,
    /// The domain as it is allocated, but for its dates and its grace period. It shows `pendingCreate` until then, and what it
    /// refers to counts as linked. A new version of its record makes one of this record.
    pub domain: Domain,
    /// Months of the registration.
    pub months: u32,
    /// The phase that it was made in.
    pub phase: Phase,
    /// How far it is.
    pub status: ApplicationStatus,
    /// Why it is so, for people; empty: nobody has said.
    pub reason: String,
    /// Codes of marks that were given with it, each with its validator; an empty one: none was named.
    pub codes: Vec<(String, String)>,
    /// The command that made it.
    pub asked: Asked,
}

impl Application {
    /// Claims notices that were acknowledged for it.
    pub fn notices(&self) -> &[Notice] {
        self.domain.launch.as_ref().map_or(&[], |origin| origin.notices.as_slice())
    }
}

/// The marks that a name was registered or applied for with (section 2.6), signed or not. They go with the domain; an
/// application that is not allocated keeps its own.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Marks {
    /// As they were given, in order; one at least.
    pub marks: Vec<Mark>,
}

/// A list of labels that are marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum TrademarkList {
    /// Domain name labels: those that need claims notices (RFC 9361, section 6.1).
    Dnl = 1,
    /// Sunrise eligible labels: those that need a signed mark in a qualified launch (RFC 9361, sections 5.4 and 6.6).
    Surl = 2,
}

/// The labels of one list whose hash has one octet, so that a daily list rewrites only what it changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct TrademarkLabels {
    /// Ascending by label.
    pub labels: Vec<TrademarkLabel>,
}

/// A label that is a mark.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct TrademarkLabel {
    /// The label, lower case.
    pub label: String,
    /// What the claims notice is asked for by; empty in lists that have none.
    pub key: String,
    /// When it entered the list.
    pub inserted: Timestamp,
}

impl ArchivedTrademarkLabels {
    /// The entry of a label.
    pub fn of(&self, label: &str) -> Option<&ArchivedTrademarkLabel> {
        let place = self.labels.binary_search_by(|listed| listed.label.as_str().cmp(label)).ok()?;
        self.labels.get(place)
    }
}

/// The signed marks that are revoked and whose identifiers' hash has one octet (RFC 9361, section 6.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct RevokedSmds {
    /// Ascending by identifier.
    pub smds: Vec<RevokedSmd>,
}

/// A signed mark that is revoked.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct RevokedSmd {
    /// smd:id.
    pub id: String,
    /// When it entered the list.
    pub inserted: Timestamp,
}

impl ArchivedRevokedSmds {
    /// Whether it is one of them.
    pub fn has(&self, id: &str) -> bool {
        self.smds.binary_search_by(|listed| listed.id.as_str().cmp(id)).is_ok()
    }
}

/// Which file a line belongs into (RFC 9361, section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum LordnKind {
    /// Names registered with a signed mark.
    Sunrise = 1,
    /// Names registered with a claims notice.
    Claims = 2,
}

impl ArchivedLordnKind {
    /// The kind as a native value.
    pub const fn get(self) -> LordnKind {
        match self {
            Self::Sunrise => LordnKind::Sunrise,
            Self::Claims => LordnKind::Claims,
        }
    }
}

/// A registration that is to be reported to the Trademark Clearinghouse (RFC 9361, section 6.3). There is no change that takes
/// one away.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct LordnLine {
    /// The TLD.
    pub tld: String,
    /// The file.
    pub kind: LordnKind,
    /// Number within the file's kind, from 1.
    pub number: u64,
    /// ROID of the domain.
    pub roid: String,
    /// The domain's name.
    pub name: String,
    /// smd:id, or the notice's; empty: the label entered the list less than a day before (`recent-dnl-insertion`).
    pub proof: String,
    /// IANA id of the registrar, where it has one.
    pub iana_id: Option<u32>,
    /// When the name was registered.
    pub registered: Timestamp,
    /// When the notice was accepted.
    pub accepted: Option<Timestamp>,
    /// When the name was applied for.
    pub applied: Option<Timestamp>,
}

/// The applications for a name. Derived.
#[derive(Clone, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Applications {
    /// Their identifiers, ascending.
    pub ids: Vec<String>,
}

/// The shard that a label or an identifier is kept in: one octet of its hash (FNV-1a), which never changes.
pub fn shard(text: &str) -> u8 {
    let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, octet| (hash ^ u32::from(octet)).wrapping_mul(0x0100_0193));
    (hash >> 24) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_spread_over_the_shards_and_stay_where_they_are() {
        // Where records on disks are found: not to be changed.
        assert_eq!([shard(""), shard("a"), shard("foobar")], [0x81, 0xe4, 0xbf]);
        let mut sizes = [0_u32; 256];
        (0..25_600).for_each(|n| sizes[usize::from(shard(&format!("label-{n}")))] += 1);
        assert!(sizes.iter().all(|size| (20..=400).contains(size)), "{sizes:?}");
    }
}
