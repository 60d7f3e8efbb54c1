//! The manual: chapters that explain, and no code.
//!
//! - [`architecture`]: the path of a command, who owns what, where time and randomness come from
//! - [`write_order`]: why durable comes before visible and visible before answered, and what each failure leaves
//! - [`wal_format`]: the write-ahead log on disk, its fault model, and how it recovers
//! - [`index_format`]: the base files of the index, byte by byte
//! - [`lifecycle`]: the life of a name, and what the registry does in it by itself
//! - [`models`]: what a TLD holds of a registration: host objects or attributes, contacts or none
//! - [`money`]: prices, accounts, billing lines, refunds, and lists of names
//! - [`dnssec`]: what a TLD takes of DNSSEC data, and what becomes of it
//! - [`idn`]: tables of internationalized labels, and variants
//! - [`launch`]: the launch of a TLD: phases, applications, claims, sunrise
//! - [`escrow`]: deposits: the state of a moment, and what is told of it
//! - [`monthly_reports`]: the monthly reports to ICANN: what is counted, when, and for whom
//! - [`rdap`]: what RDAP shows to whom, and how it says what it withholds
//! - [`rdap_tiers`]: who sees what in RDAP: tokens, certificates, purposes, and the log of access
//! - [`record_versions`]: how a record gets another field
//! - [`extensions`]: how an EPP extension is added
//! - [`limits`]: what bounds what comes from outside
//! - [`service_levels`]: what is counted and timed, /metrics, and the record of service levels
//! - [`decisions`]: what was decided, against what, and why

pub mod architecture;
pub mod decisions;
pub mod dnssec;
pub mod escrow;
pub mod extensions;
pub mod idn;
pub mod index_format;
pub mod launch;
pub mod lifecycle;
pub mod limits;
pub mod models;
pub mod money;
pub mod monthly_reports;
pub mod rdap;
pub mod rdap_tiers;
pub mod record_versions;
pub mod service_levels;
pub mod wal_format;
pub mod write_order;
