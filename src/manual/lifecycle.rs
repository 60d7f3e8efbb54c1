//! The life of a name, from its creation to its purge, and what the registry does in it by itself.
//!
//! ```text
//!                create                                       transfer approved, by the loser or by time
//!                  │                                        ┌──────────────┐
//!                  ▼                                        ▼              │
//!            ┌────────────┐  5 days over            ┌──────────────┐       │
//!   purge ◄──┤ addPeriod  ├────────────────────────►│  registered  ├───────┘
//!   at once  └────────────┘                         └─┬────▲───▲───┘
//!   (1000)                       expiry: renewed by a │    │   │ restore, with its report
//!                                year, autoRenewPeriod└────┘   │ where the TLD wants one
//!                                              delete (1001)   │
//!                                                   │   ┌──────┴────────┐  7 days without a report
//!                                                   │   │pendingRestore ├──────────┐
//!                                                   │   └──────▲────────┘          │
//!                                                   ▼          │ restore request   │
//!                                              ┌───────────────┴──┐                │
//!                                              │ redemptionPeriod │◄───────────────┘
//!                                              └────────┬─────────┘
//!                                                       │ 30 days
//!                                              ┌────────▼─────────┐  5 days
//!                                              │  pendingDelete   ├──────────► purge, and free again
//!                                              └──────────────────┘
//! ```
//!
//! The days are a TLD's, set by `admin tld set` ([`crate::model::record::Periods`]); zero switches a period off. Everything
//! a name shows follows from its record and the moment: [`crate::model::lifecycle`]. A grace period that ends changes nothing
//! but what is shown, so nothing is written then. What is written when its time has come is a *step*
//! ([`crate::registry::due`]), a transaction with the system as its actor:
//!
//! | step | when | what |
//! | --- | --- | --- |
//! | `domain:auto-renew` | at expiry | a year is added, autoRenewPeriod begins, the sponsor is told |
//! | `domain:transfer-server-approve` | nobody has answered a transfer | as if the loser had approved; both are told |
//! | `domain:pending-delete` | redemption is over | the sponsor is told |
//! | `domain:restore-lapsed` | no report has come | a whole redemption begins again; the sponsor is told |
//! | `domain:purge` | pendingDelete is over | the name is free; the sponsor is told, with `panData` of the delete |
//! | `contact:transfer-server-approve` | nobody has answered a transfer | as for a domain |
//!
//! # What a delete takes back
//!
//! Every grace period that runs: the months that a renewal, an auto-renewal or a transfer has added go from the expiry. In
//! addPeriod the name is purged at once. `exDate` and RDAP's `expiration` then tell the moment of the purge, which is never
//! early. A domain with hosts below it is not deleted, whether they are used or not (RFC 5731, section 3.2.2).
//!
//! # Transfers and auto-renewal
//!
//! A transfer in the auto-renew grace period takes the auto-renewal back from the loser: the year it added is the year that
//! the transfer adds. All other grace periods of the loser end with its sponsorship.
//!
//! # The due queue
//!
//! The index keeps the deadlines of its records in order ([`crate::manual::index_format`]). The ledger takes the steps whose
//! time has come in the order of their deadlines, at most [`crate::base::limits::DUE_TRANSACTIONS`] in a batch, and one such
//! batch between two batches of commands: 100 000 names that expire in one second delay a command by one batch. Each step is
//! dated with its deadline, also when it is taken late: after a stop of a year the log tells what should have happened when.
//! A command waits for the steps that are due of the object it concerns, which are taken just before it, and for no others.
