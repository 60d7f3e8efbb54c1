//! How it fits together.
//!
//! # One truth
//!
//! The log ([`crate::wal`]) holds transactions in order: whole records put or deleted, who asked, when. The index
//! ([`crate::index`]) is a fold of the log, and so is all that will come later: escrow, zone, reports, replicas. Nothing
//! else is authoritative. A data directory without its index is rebuilt from the log for as long as the log reaches back.
//!
//! # Threads
//!
//! - *Shards*, one executor for each configured core, pinned. Each has its own RDAP listener (`SO_REUSEPORT`), its own
//!   TLS and HTTP connections, and the EPP sessions that were handed to it. The first shard also accepts EPP connections
//!   and hands each to the shard with the fewest sessions: sessions live for hours, and a kernel hash of a few dozen would
//!   leave one core idle and one full. It has the admin socket, /metrics and the signals too.
//! - *The ledger*, one executor. It blocks while the disk works: it has nothing else to do until the bytes are safe, and
//!   commands that arrive meanwhile form the next batch. That is the group commit; there is no timer and no tuning knob.
//! - *Hashing threads* for argon2, because tens of milliseconds must not stop a core.
//! - *A checkpoint thread*, while a checkpoint runs.
//!
//! Threads share nothing mutable but the index (one writer, readers that never wait), bounded mailboxes, counters, and at
//! login the table of sessions.
//!
//! # The path of a query
//!
//! Bytes → frame ([`crate::epp::frame`]) → typed command, borrowed from the frame ([`crate::epp::decode`]) → admitted by
//! the session's state ([`crate::epp::session`]) → answered from a pinned snapshot ([`crate::registry::query`]) → encoded
//! into the session's output ([`crate::epp::encode`]). No lock, no hop, no copy of a record: the answer borrows the
//! archives it writes from.
//!
//! # The path of a transform
//!
//! The same up to admission. Then the command travels to the ledger's mailbox, waits for its registrar's turn in the fair
//! queue (one turn for each registrar, however many sessions it has: Specification 9), is decided on *head*
//! ([`crate::registry::decide`]), becomes part of a batch, and is answered when the batch is durable and visible.
//! [`super::write_order`] argues that order. One session's commands are answered in order because it handles one at a time;
//! what a client sends ahead waits in the session's buffer.
//!
//! # Derived records
//!
//! Link counts, the hosts below a domain, the heads of poll queues and the directories of TLDs and registrars follow from
//! other records. [`crate::model::fold`] computes them, once when a transaction is decided and again when the log is
//! replayed: one function, so the two cannot differ. They lie in the index like any record and never in the log.
//!
//! # Time and randomness
//!
//! The ledger asks the clock once for each batch and never lets its time go back, neither in a run nor behind the
//! transactions it replayed at start. Rules get time, random octets and the
//! transaction's sequence as arguments. An object's id is the sequence of the transaction that created it, so ids need no
//! counter of their own. Object times are cut to milliseconds before they are stored, because that is what is shown.
