//! `domesday admin escrow`: what may be typed, and the request each form makes.

use clap::Subcommand;

use super::admin_args::moment;
use crate::model::operator::EscrowVerdictSet;
use crate::node::admin::{AdminRequest, EscrowFull, EscrowOf, EscrowRun, EscrowStatus};

/// The columns of `escrow status` that people want to see.
pub(super) const COLUMNS: &[&str] =
    &["tld", "id", "kind", "watermark", "resend", "previous", "delivered", "reported", "verdict"];

/// `admin escrow`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum EscrowCommand {
    /// Make a full deposit of a TLD (RFC 8909, RFC 9022) as of now or an earlier moment, and print where it is.
    ///
    /// The registry goes on meanwhile. A moment is one that the log still reaches back to: after the last checkpoint, or since the
    /// last deposit that was made by schedule. What is made is the XML alone, for its owner's eyes: it holds everything but
    /// passwords, and is not encrypted. The schedule knows nothing of it.
    #[command(after_help = EXAMPLE)]
    Full {
        /// The TLD.
        tld: String,
        /// The moment whose state is deposited, the watermark; now when missing.
        #[arg(long, value_name = "TIMESTAMP", value_parser = moment)]
        at: Option<i64>,
    },
    /// Do now what the schedule (escrow.plan) has to do for a TLD: make the deposit of the last midnight if it is not made,
    /// deliver, report. Says what was done.
    Run {
        /// The TLD.
        tld: String,
        /// Make the deposit a full one, whatever the day.
        #[arg(long)]
        full: bool,
    },
    /// Show the deposits that were made by schedule, the newest first.
    Status {
        /// Of this TLD alone.
        tld: Option<String>,
    },
    /// Have the newest deposit made again, with the next resend number: the agent has refused it (DVFN), or lost it.
    Resend {
        /// The TLD.
        tld: String,
        /// The deposit; the newest when missing.
        id: Option<String>,
    },
    /// Note what the agent has found. A deposit that did not pass is made again at once.
    Verdict {
        /// The TLD.
        tld: String,
        /// The deposit.
        id: String,
        /// Whether it passed (DVPN), or did not (DVFN).
        #[arg(value_parser = ["passed", "failed"])]
        verdict: String,
    },
    /// Make a deposit once more from the log, compare it with what was deposited, check it, and verify its files' signatures.
    Validate {
        /// The TLD.
        tld: String,
        /// The deposit; the newest when missing.
        id: Option<String>,
    },
}

const EXAMPLE: &str = "\
Examples:
  domesday admin --config registry.toml escrow full example
  domesday admin --config registry.toml escrow full example --at 2027-02-01T00:00:00Z --json";

impl EscrowCommand {
    /// The request.
    pub(super) fn request(self) -> AdminRequest {
        match self {
            Self::Full { tld, at } => AdminRequest::EscrowFull(EscrowFull { tld, at_micros: at }),
            Self::Run { tld, full } => AdminRequest::EscrowRun(EscrowRun { tld, full }),
            Self::Status { tld } => AdminRequest::EscrowStatus(EscrowStatus { tld }),
            Self::Resend { tld, id } => AdminRequest::EscrowResend(EscrowOf { tld, id }),
            Self::Verdict { tld, id, verdict } => {
                AdminRequest::EscrowVerdict(EscrowVerdictSet { tld, id, passed: verdict == "passed" })
            }
            Self::Validate { tld, id } => AdminRequest::EscrowValidate(EscrowOf { tld, id }),
        }
    }
}
