//! `domesday admin escrow`: what may be typed, and the request each form makes.

use clap::Subcommand;

use super::admin_args::moment;
use crate::node::admin::{AdminRequest, EscrowFull};

/// `admin escrow`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum EscrowCommand {
    /// Make a full deposit of a TLD (RFC 8909, RFC 9022) as of now or an earlier moment, and print where it is.
    ///
    /// The registry goes on meanwhile. A moment is one that the log still reaches back to: after the last checkpoint. What is
    /// made is the XML alone, for its owner's eyes: it holds everything but passwords, and is not encrypted.
    #[command(after_help = EXAMPLE)]
    Full {
        /// The TLD.
        tld: String,
        /// The moment whose state is deposited, the watermark; now when missing.
        #[arg(long, value_name = "TIMESTAMP", value_parser = moment)]
        at: Option<i64>,
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
        }
    }
}
