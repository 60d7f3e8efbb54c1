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
//! | `domain:auto-renew` | at expiry | a year is added and charged, autoRenewPeriod begins, the sponsor is told (RFC 8590) |
//! | `domain:transfer-server-approve` | nobody has answered a transfer | as if the loser had approved; both are told |
//! | `domain:pending-delete` | redemption is over | the sponsor is told |
//! | `domain:restore-lapsed` | no report has come | a whole redemption begins again; the sponsor is told |
//! | `domain:purge` | pendingDelete is over | the name is free; the sponsor is told, with `panData` of the delete |
//! | `contact:transfer-server-approve` | nobody has answered a transfer | as for a domain |
//! | `contact:orphan` | no domain has referred to it for `orphan_contact_days` | pendingDelete; the sponsor is told |
//! | `domain:auth-unset`, `contact:auth-unset` | its authInfo was set `auth_info_hours` ago, and no transfer is pending | it is unset; nobody is told |
//! | `contact:purge` | nor for `orphan_delete_days` after that | it is gone; the sponsor is told, with what it was |
//!
//! # What a delete takes back
//!
//! Every grace period that runs: the months that a renewal, an auto-renewal or a transfer has added go from the expiry, and
//! what was paid for them is given back ([`crate::manual::money`]). In
//! addPeriod the name is purged at once. `exDate` and RDAP's `expiration` then tell the moment of the purge, which is never
//! early. A domain with hosts below it is not deleted, whether they are used or not (RFC 5731, section 3.2.2).
//!
//! # Transfers and auto-renewal
//!
//! A transfer in the auto-renew grace period that adds at least as much takes the auto-renewal back from the loser: the year it
//! added is the year that the transfer adds. All other grace periods of the loser end with its sponsorship.
//!
//! # Contacts that nobody needs
//!
//! `admin policy set --orphan-contact-days 180 --orphan-delete-days 30` lets contacts go that have lost their last link, or
//! never had one; 0, which is the default, keeps them for ever. Whoever refers to one or updates it before its purge keeps it.
//! Contacts that had no link when the policy was set are listed and marked by `admin contact orphans --mark`. One that must not
//! be deleted (`clientDeleteProhibited` …) is looked at again a whole period later.
//!
//! Hosts do not become orphans: a domain with hosts below it is not deleted, and a purge by the registry takes along those that
//! serve no domain.
//!
//! # What the registry does
//!
//! Each of these is a transaction with the operator's account as its actor, and the sponsoring client is told with the object as
//! it is then and the reason (RFC 8590; sessions without changePoll-1.0 read the object and the text). What takes names takes a
//! list of them too (`--file`), with `--dry-run`, and says for each what came of it.
//!
//! | command | what |
//! | --- | --- |
//! | `admin lock urs`, `unlock urs` | serverDelete-, Renew-, Transfer- and UpdateProhibited at once, and back to what was |
//! | `admin lock abuse`, `unlock abuse` | serverHold with Delete-, Transfer- and UpdateProhibited |
//! | `admin domain hold`, `release` | serverHold |
//! | `admin status set`, `unset` | one server status of a domain, host or contact |
//! | `admin domain delete [--purge]` | into redemption as a client's delete, refunds too; or gone at once |
//! | `admin domain restore` | out of any stage of its removal, without fee and report |
//! | `admin transfer force` | another sponsor at once: no fee, no year, authInfo unset |
//! | `admin transfer bulk` | the same for a whole portfolio, or the domains of a list |
//! | `admin registrar suspend`, `terminate` | no login for a while, or never again; nothing goes to one that is terminated |
//! | `admin contact redact` | what is personal goes; handle and country stay |
//!
//! A lock, a deletion and a hand-over end a transfer that is pending: `serverCancelled`, told to both sides, its fee given back.
//!
//! # The due queue
//!
//! The index keeps the deadlines of its records in order ([`crate::manual::index_format`]). The ledger takes the steps whose
//! time has come in the order of their deadlines, at most [`crate::base::limits::DUE_TRANSACTIONS`] in a batch, and one such
//! batch between two batches of commands: 100 000 names that expire in one second delay a command by one batch. Each step is
//! dated with its deadline, also when it is taken late: after a stop of a year the log tells what should have happened when.
//! A command waits for the steps that are due of the object it concerns, which are taken just before it, and for no others.
