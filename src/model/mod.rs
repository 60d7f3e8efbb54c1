//! Floor 1: the words of the registry. Records, commands, answers, refusals, transactions, and the view the rules read.
//!
//! Everything above meets here: `epp` decodes into [`command`], `registry` decides on a [`view::View`] and yields a
//! [`transaction::Transaction`] with an [`answer::Answer`] or a [`refusal::Refusal`], `index` and `wal` keep what
//! [`seal`] makes of it.

pub mod address;
pub mod answer;
pub mod auth;
pub mod billing;
pub mod change;
pub mod command;
pub mod command_kind;
pub mod derived;
pub mod dnssec;
pub mod escrow;
pub mod extension;
pub mod fee;
pub mod fold;
pub(crate) mod identifier;
pub mod idn;
pub mod launch;
pub mod launch_command;
pub mod launch_record;
pub mod lifecycle;
pub mod login_sec;
pub mod maintenance;
pub mod mark;
pub mod memory;
pub mod money;
pub mod name;
pub mod name_list;
pub mod old;
pub mod old_poll;
pub mod operator;
pub mod operator_action;
pub mod operator_escrow;
pub mod operator_idn;
pub mod operator_launch;
pub mod operator_maintenance;
pub mod operator_money;
pub mod operator_rdap;
pub mod operator_registrar;
pub mod operator_token;
pub mod policy;
pub mod poll_data;
pub mod purpose;
pub mod rdap_client;
pub mod record;
pub mod refusal;
pub mod rgp;
pub mod seal;
pub mod search;
pub mod sec_dns;
pub mod status;
pub mod status_notes;
pub mod tld;
pub mod token;
pub mod transaction;
pub mod ttl;
pub mod version;
pub mod view;
