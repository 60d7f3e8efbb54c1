//! What operators command of launches and of the Trademark Clearinghouse's lists.

use serde::{Deserialize, Serialize};

use crate::model::launch::{ApplicationStatus, PhaseKind};
use crate::model::launch_record::LordnKind;
use crate::model::operator::{ByName, Named};

/// `launch-phase-set`: a phase of the launch of a TLD is as given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaunchPhaseSet {
    /// The TLD.
    pub tld: String,
    /// `sunrise`, `landrush`, `claims`, `open` or `custom`.
    pub phase: ByName<PhaseKind>,
    /// Its own name, or that of a part of it; empty: none.
    #[serde(default)]
    pub name: String,
    /// Its first moment; now when missing.
    #[serde(default)]
    pub from_micros: Option<i64>,
    /// The first moment after it; it does not end when missing.
    #[serde(default)]
    pub until_micros: Option<i64>,
    /// Whether names are applied for.
    #[serde(default)]
    pub applications: bool,
    /// Whether claims notices must be acknowledged.
    #[serde(default)]
    pub notices: bool,
    /// Whether a signed mark is needed.
    #[serde(default)]
    pub signed_mark: bool,
    /// Whether a signed mark is needed by labels that are sunrise eligible (`surl`).
    #[serde(default)]
    pub signed_mark_if_listed: bool,
    /// Days for which the acceptance of a claims notice holds, in all phases of the TLD; as before, or 365, when missing.
    #[serde(default)]
    pub notice_days: Option<u32>,
}

/// `launch-phase-remove`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaunchPhaseRemove {
    /// The TLD.
    pub tld: String,
    /// As in [`LaunchPhaseSet`].
    pub phase: ByName<PhaseKind>,
    /// As in [`LaunchPhaseSet`].
    #[serde(default)]
    pub name: String,
}

/// `launch-allocate`: a name is registered for who has applied for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaunchAllocate {
    /// The application.
    pub id: String,
    /// Whether the other applications for the name stay as they are; else they are refused.
    #[serde(default)]
    pub keep_others: bool,
}

/// `launch-refuse`: a name will not be registered for who has applied for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaunchRefuse {
    /// The application.
    pub id: String,
    /// Why; the applicant reads it.
    #[serde(default)]
    pub reason: Option<String>,
}

/// `launch-status`: how far an application is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaunchStatus {
    /// The application.
    pub id: String,
    /// `pendingValidation`, `validated`, `invalid` or `pendingAllocation`.
    pub status: ByName<ApplicationStatus>,
    /// Why; the applicant reads it.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A list of the Trademark Clearinghouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TmchList {
    /// Domain name labels.
    Dnl,
    /// Sunrise eligible labels.
    Surl,
    /// Revoked signed marks.
    Smdrl,
}

/// `tmch-load`: one shard of a list is as given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TmchLoad {
    /// `dnl`, `surl` or `smdrl`.
    pub list: ByName<TmchList>,
    /// The shard ([`crate::model::launch_record::shard`]).
    pub shard: u8,
    /// What is in it.
    pub entries: Vec<TmchEntry>,
}

/// A line of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TmchEntry {
    /// The label, or the identifier of the signed mark.
    pub name: String,
    /// The key of its claims notice; empty in lists that have none.
    #[serde(default)]
    pub key: String,
    /// When it entered the list.
    pub inserted_micros: i64,
}

impl Named for PhaseKind {
    const WHAT: &'static str = "sunrise, landrush, claims, open or custom";

    fn name(self) -> &'static str {
        Self::name(self)
    }

    fn parse(name: &str) -> Option<Self> {
        Self::parse(name)
    }
}

impl Named for ApplicationStatus {
    const WHAT: &'static str = "pendingValidation, validated, invalid or pendingAllocation";

    fn name(self) -> &'static str {
        Self::name(self)
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name && !status.is_final())
    }
}

impl Named for LordnKind {
    const WHAT: &'static str = "sunrise or claims";

    fn name(self) -> &'static str {
        match self {
            Self::Sunrise => "sunrise",
            Self::Claims => "claims",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Sunrise, Self::Claims].into_iter().find(|kind| kind.name() == name)
    }
}

impl Named for TmchList {
    const WHAT: &'static str = "dnl, surl or smdrl";

    fn name(self) -> &'static str {
        match self {
            Self::Dnl => "dnl",
            Self::Surl => "surl",
            Self::Smdrl => "smdrl",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Dnl, Self::Surl, Self::Smdrl].into_iter().find(|list| Named::name(*list) == name)
    }
}
