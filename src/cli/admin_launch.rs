//! `domesday admin tld phase` and `admin launch`: plans of launches, and what becomes of applications.

use clap::{Args, Subcommand};
use simd_json::OwnedValue;
use simd_json::prelude::*;

use super::admin_args::{moment, named};
use super::table;
use crate::model::launch::{ApplicationStatus, PhaseKind};
use crate::model::operator::{ByName, LaunchAllocate, LaunchPhaseRemove, LaunchPhaseSet, LaunchRefuse, LaunchStatus};
use crate::node::admin::{AdminRequest, AnyStatus, LaunchList, LaunchPhaseList, LaunchShow};

/// `admin tld phase`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum PhaseCommand {
    /// Set a phase of the launch of a TLD, new or in the place of the one of that phase and name.
    ///
    /// A TLD without phases is open. One with phases takes no names between them: plan the last one, open, too.
    #[command(after_help = PHASE_SET_EXAMPLES)]
    Set(PhaseArgs),
    /// List the phases of a TLD, or of all.
    List {
        /// Which TLD; all when missing.
        tld: Option<String>,
    },
    /// Take a phase away. A TLD that has none left is open.
    Remove {
        /// The TLD.
        tld: String,
        /// sunrise, landrush, claims, open or custom.
        #[arg(value_parser = named::<PhaseKind>)]
        phase: ByName<PhaseKind>,
        /// Its name, where it has one.
        #[arg(long)]
        name: Option<String>,
    },
}

const PHASE_SET_EXAMPLES: &str = "\
Examples:
  domesday admin --config registry.toml tld phase set shop sunrise --signed-mark \\
      --from 2027-01-01T00:00:00Z --until 2027-03-01T00:00:00Z
  domesday admin --config registry.toml tld phase set shop landrush --applications --notices \\
      --from 2027-03-01T00:00:00Z --until 2027-04-01T00:00:00Z
  domesday admin --config registry.toml tld phase set shop claims --notices \\
      --from 2027-04-01T00:00:00Z --until 2027-07-01T00:00:00Z
  domesday admin --config registry.toml tld phase set shop open --from 2027-07-01T00:00:00Z";

/// `admin tld phase set`.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct PhaseArgs {
    /// The TLD.
    tld: String,
    /// sunrise, landrush, claims, open or custom.
    #[arg(value_parser = named::<PhaseKind>)]
    phase: ByName<PhaseKind>,
    /// Its name: that of a custom phase, or of a part of another one.
    #[arg(long)]
    name: Option<String>,
    /// Its first moment; now when missing.
    #[arg(long, value_name = "TIMESTAMP", value_parser = moment)]
    from: Option<i64>,
    /// The first moment after it; it does not end when missing.
    #[arg(long, value_name = "TIMESTAMP", value_parser = moment)]
    until: Option<i64>,
    /// Names are applied for, and allocated by you; else they are registered, first come, first served.
    #[arg(long)]
    applications: bool,
    /// Names that are marks need the acknowledgement of their claims notice.
    #[arg(long)]
    notices: bool,
    /// Names need a signed mark of their label.
    #[arg(long)]
    signed_mark: bool,
    /// Names whose label is sunrise eligible (tmch load surl) need a signed mark of it; others do not. So it is in a
    /// qualified launch.
    #[arg(long, conflicts_with = "signed_mark")]
    signed_mark_if_listed: bool,
    /// Days for which the acceptance of a claims notice holds, in all phases of the TLD [365].
    #[arg(long, value_name = "DAYS")]
    notice_days: Option<u32>,
}

/// The columns of `tld phase list`.
pub(super) const PHASE_COLUMNS: &[&str] = &[
    "tld",
    "phase",
    "name",
    "from",
    "until",
    "state",
    "applications",
    "notices",
    "signed_mark",
    "signed_mark_if_listed",
];

impl PhaseCommand {
    pub(super) fn request(self) -> AdminRequest {
        match self {
            Self::Set(phase) => AdminRequest::LaunchPhaseSet(LaunchPhaseSet {
                tld: phase.tld,
                phase: phase.phase,
                name: phase.name.unwrap_or_default(),
                from_micros: phase.from,
                until_micros: phase.until,
                applications: phase.applications,
                notices: phase.notices,
                signed_mark: phase.signed_mark,
                signed_mark_if_listed: phase.signed_mark_if_listed,
                notice_days: phase.notice_days,
            }),
            Self::List { tld } => AdminRequest::LaunchPhaseList(LaunchPhaseList { tld }),
            Self::Remove { tld, phase, name } => {
                let name = name.unwrap_or_default();
                AdminRequest::LaunchPhaseRemove(LaunchPhaseRemove { tld, phase, name })
            }
        }
    }
}

/// `admin launch`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum LaunchCommand {
    /// Print applications, a page of 1000 at a time.
    #[command(after_help = LIST_EXAMPLES)]
    List(ApplicationsArgs),
    /// Print an application.
    Show {
        /// Its identifier.
        id: String,
    },
    /// Register the name for who has applied for it. The registrar pays for it now and is told.
    ///
    /// The other applications for the name are refused with it.
    Allocate {
        /// The application's identifier.
        id: String,
        /// Leave the other applications for the name as they are.
        #[arg(long)]
        keep_others: bool,
    },
    /// Refuse an application. Its registrar is told.
    Refuse {
        /// The application's identifier.
        id: String,
        /// Why; the registrar reads it.
        #[arg(long)]
        reason: Option<String>,
    },
    /// Say how far an application is. Its registrar is told.
    Status {
        /// The application's identifier.
        id: String,
        /// pendingValidation, validated, invalid or pendingAllocation.
        #[arg(value_parser = named::<ApplicationStatus>)]
        status: ByName<ApplicationStatus>,
        /// Why; the registrar reads it.
        #[arg(long)]
        reason: Option<String>,
    },
}

const LIST_EXAMPLES: &str = "\
Examples:
  domesday admin --config registry.toml launch list gold.shop
  domesday admin --config registry.toml launch list --tld shop --phase landrush --status pendingAllocation --json";

/// `admin launch list`.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct ApplicationsArgs {
    /// Only those for this name.
    name: Option<String>,
    /// Only those in this TLD.
    #[arg(long)]
    tld: Option<String>,
    /// Only those that are pendingValidation, validated, invalid, pendingAllocation, allocated or rejected.
    #[arg(long, value_parser = named::<AnyStatus>)]
    status: Option<ByName<AnyStatus>>,
    /// Only those made in this phase: sunrise, landrush, claims, open or custom.
    #[arg(long, value_parser = named::<PhaseKind>)]
    phase: Option<ByName<PhaseKind>>,
    /// Only those made in a phase of this name.
    #[arg(long, value_name = "NAME")]
    phase_name: Option<String>,
    /// Only those of this registrar.
    #[arg(long, value_name = "CLID")]
    registrar: Option<String>,
    /// Only those after this identifier, where the page before has ended.
    #[arg(long, value_name = "ID")]
    after: Option<String>,
}

/// A page of applications for people.
pub(super) fn applications(page: &OwnedValue) -> String {
    let rows = page.get("applications").map_or_else(String::new, |rows| table::render(rows, APPLICATION_COLUMNS));
    let next = page.get_str("next").map(|next| format!("more follow: --after {}\n", table::printable(next)));
    rows + &next.unwrap_or_default()
}

/// The columns of `launch list`.
const APPLICATION_COLUMNS: &[&str] = &["id", "name", "registrar", "phase", "status", "applied", "months"];

impl LaunchCommand {
    pub(super) fn request(self) -> AdminRequest {
        match self {
            Self::List(of) => AdminRequest::LaunchList(LaunchList {
                name: of.name,
                tld: of.tld,
                status: of.status,
                phase: of.phase,
                phase_name: of.phase_name,
                clid: of.registrar,
                after: of.after,
            }),
            Self::Show { id } => AdminRequest::LaunchShow(LaunchShow { id }),
            Self::Allocate { id, keep_others } => AdminRequest::LaunchAllocate(LaunchAllocate { id, keep_others }),
            Self::Refuse { id, reason } => AdminRequest::LaunchRefuse(LaunchRefuse { id, reason }),
            Self::Status { id, status, reason } => AdminRequest::LaunchStatus(LaunchStatus { id, status, reason }),
        }
    }
}
