//! Domesday: a domain-name registry in one binary.
//!
//! Registrars speak EPP to it over TLS, the world reads it over RDAP, its durable truth is a write-ahead log, and
//! everything else is a fold of that log.
//!
//! ```text
//!  registrar ──TLS──► shard executor (one for each core, glommio)
//!                      │ frame → strict decoding, borrowed from the frame → typed command
//!         query ◄──────┤ check, info, poll: read the index here, encode, reply
//!         transform    └──► fair queue ──► ledger (one)
//!                                           decide on head → transaction
//!                                           group commit: write, fdatasync
//!                                           publish to the index ──► answer to the shard ──► encode, reply
//!  world ────HTTPS──► the same shards: RDAP look-up in the index, JSON
//! ```
//!
//! # The house
//!
//! A module imports only from floors below its own; `tests/tidy.rs` holds that. From the ground up:
//!
//! - **0** [`base`]: limits on everything from outside, UTC time and calendar. [`ulabel`]: U-labels and A-labels as IDNA2008
//!   has them. [`lgr`]: label generation rulesets (RFC 7940): repertoires, rules, variants.
//! - **1** [`port`]: the traits of the outside world: clock, disk. [`model`]: the words of the registry: records,
//!   commands, answers, refusals, transactions, views, and the fold that derives what follows from records.
//! - **2** [`registry`]: the rules, one file for each operation; pure. [`epp`]: frames, strict decoding, encoding, session
//!   state. [`rdap`]: queries, object mapping, redaction, JSON. [`index`]: records by key, mapped below and fresh above;
//!   one writer, readers that never wait. [`config`]: the table of all settings. [`tmch`]: what the Trademark Clearinghouse
//!   signs and lists: signed marks, lists, reports. [`reports`]: what the registry owes others in figures: service levels.
//!   [`escrow`]: what it deposits with an agent, and how deposits are read.
//! - **3** [`wal`]: the log: segments, group commit, recovery, reading.
//! - **5** [`runtime`]: the only place that names glommio: executors, sockets, TLS, mailboxes, timers, files, signals.
//!   [`sim`]: its twin for tests: a disk that loses what was not synced.
//! - **6** [`node`]: one process, wired: ledger, shards, sessions, RDAP service, administration, metrics, deliveries and reports.
//!   [`tuning`]: what to set on a machine, and why.
//! - **7** [`cli`]: arguments, `demo`, `serve`, `tune`, `admin`, the EPP and RDAP clients for people.
//!
//! [`manual`] has the chapters: how it fits together, file formats, the order of writes, limits, decisions.

pub mod base;
pub mod cli;
pub mod config;
pub mod epp;
pub mod escrow;
pub mod index;
pub mod lgr;
pub mod manual;
pub mod model;
pub mod node;
pub mod port;
pub mod rdap;
pub mod registry;
pub mod reports;
pub mod runtime;
pub mod sim;
pub mod tmch;
pub mod tuning;
pub mod ulabel;
pub mod wal;
