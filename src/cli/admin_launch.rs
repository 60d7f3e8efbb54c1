//! `domesday admin tld phase` and `admin launch`: plans of launches, and what becomes of applications.

use clap::{Args, Subcommand};

use super::admin_args::{moment, named};
use crate::model::launch::{ApplicationStatus, PhaseKind};
use crate::model::operator::{ByName, LaunchAllocate, LaunchPhaseRemove, LaunchPhaseSet, LaunchRefuse, LaunchStatus};
use crate::node::admin::{AdminRequest, LaunchList, LaunchPhaseList, LaunchShow};

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
    /// Days for which the acceptance of a claims notice holds, in all phases of the TLD [365].
    #[arg(long, value_name = "DAYS")]
    notice_days: Option<u32>,
}

/// The columns of `tld phase list`.
pub(super) const PHASE_COLUMNS: &[&str] =
    &["tld", "phase", "name", "from", "until", "state", "applications", "notices", "signed_mark"];

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
    /// Print the applications for a name.
    List {
        /// The domain's name.
        name: String,
    },
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

/// The columns of `launch list`.
pub(super) const APPLICATION_COLUMNS: &[&str] = &["id", "name", "registrar", "phase", "status", "applied", "months"];

impl LaunchCommand {
    pub(super) fn request(self) -> AdminRequest {
        match self {
            Self::List { name } => AdminRequest::LaunchList(LaunchList { name }),
            Self::Show { id } => AdminRequest::LaunchShow(LaunchShow { id }),
            Self::Allocate { id, keep_others } => AdminRequest::LaunchAllocate(LaunchAllocate { id, keep_others }),
            Self::Refuse { id, reason } => AdminRequest::LaunchRefuse(LaunchRefuse { id, reason }),
            Self::Status { id, status, reason } => AdminRequest::LaunchStatus(LaunchStatus { id, status, reason }),
        }
    }
}
