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
//! - *A thread for observers*, which reads all meters for /metrics and `domesday top`, and *one that records service levels*
//!   ([`super::service_levels`]).
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
//! # Whose work comes next
//!
//! A shard is one thread, so whoever gives it work delays everyone else on it. Specification 9 asks that registrars be
//! equal; a hundred sessions or commands of 250 names must buy no more than one session with small ones. So every piece of
//! work is paid for before it is done, in octets: those that are decoded, a price for each name asked for, a price for a
//! handshake (`node/turns.rs`). Each registrar is one *payer*, RDAP another, strangers who have not logged in a third with
//! a small share, and connections that look like a registrar's (a pinned certificate, a network from its record or from an
//! earlier login) a fourth, so that those get in while strangers crowd the door.
//!
//! The executor works in rounds: the driver looks for news, then every task that can run takes a step. In each round a
//! payer has a quantum of credit, about a tenth of a millisecond of work; it is let through while it has credit, and what
//! it does beyond counts against the next rounds. Who has none waits, and a dispatcher lets it through in later rounds,
//! payer by payer (deficit round robin). So the cost for a quiet shard is a comparison and a subtraction; a shard where
//! one registrar wants everything gives everything to it; and the moment another one comes, it waits for no more than what
//! is under way. A large check is two pieces of work, decoding and answering, with a turn between them.
//!
//! The same idea holds at two other doors: the ledger's queue takes one command of each registrar in turn, and so do the
//! threads that hash passwords, there with turns between the networks of one registrar too.
//!
//! # Derived records
//!
//! Link counts, the hosts below a domain, the heads and gaps of poll queues, their messages by object, and the directories
//! of TLDs and registrars follow from other records. [`crate::model::fold`] computes them, once when a transaction is decided and again when the log is
//! replayed: one function, so the two cannot differ. They lie in the index like any record and never in the log.
//!
//! # Time and randomness
//!
//! The ledger asks the clock for a date once for each batch, and no transaction is dated before the one before it, in this
//! run or in an earlier one. Rules get time, random octets and the transaction's sequence as arguments. An object's id is the sequence of the transaction that created it, so ids need no
//! counter of their own. Object times are cut to milliseconds before they are stored, because that is what is shown.
//!
//! # Which clock for what
//!
//! | what | clock | why |
//! | --- | --- | --- |
//! | limits and time-outs: rates, logins, idle sessions, handshakes, the keys of TLS tickets | `Instant` (CLOCK_MONOTONIC) | nobody can set it; while a machine is suspended nobody is late |
//! | what is answered but not kept: svDate, RDAP's "last update", HTTP's `Date`; whether a certificate or ticket is valid | trusted time, [`crate::runtime::clock`] | one read of a steady clock and one number that all threads share |
//! | dates of transactions | trusted time, compared with the wall clock at that moment | a date cannot be taken back |
//! | lines of the process log | the wall clock | that is the machine's own story |
//!
//! # When the wall clock jumps
//!
//! Anybody who is root, a broken NTP server or a hypervisor can set the wall clock to any value. CLOCK_BOOTTIME tells how
//! much time has passed and cannot be set; it also goes on while the machine is suspended, so that a resume is no jump. The
//! two are compared at each batch and once a second:
//!
//! - *Their difference is as expected, or off by `clock.max_jump_s` (5 s) at most*: the wall clock is right. Trusted time
//!   becomes the wall clock's. What is expected follows slowly, by a hundredth of the time that passes, so that many small
//!   steps are found out like a large one. NTP's slewing does not show at all, since it moves both clocks; a leap second and
//!   a step of NTP are small.
//! - *Off by more*: the wall clock is *doubted*. Trusted time goes on as if nothing had happened: queries, RDAP, logins and
//!   certificates are answered by it. Every transform, of registrars and operators alike, is refused with 2400, "the
//!   registry's clock is being checked", the first one included. The log says so once, with by how much and in which
//!   direction; /metrics has `domesday_clock_doubted`, `domesday_clock_offset_seconds`, `domesday_clock_doubts_total`, and
//!   the refused commands under `domesday_limit_reached_total{limit="clock-jump"}`. It ends by itself when the wall clock is
//!   back within the bound, or with `domesday admin clock accept`, which believes the wall clock as it is at that moment.
//!   That is written to the process log with the operator's account; it is no transaction, since nothing of the registry
//!   changes. `domesday admin clock show` tells how things stand.
//!
//! The last transaction's date is a floor. A wall clock before it, at start or after an operator has accepted an earlier
//! time, by more than the bound: transforms are refused, with a message that says until when. By less: they get the date of
//! the last transaction until the clock has passed it. Accepting cannot lower the floor, for then dates would go back: if
//! transactions were dated in the future because a wrong time was accepted, either the clock catches up or the registry is
//! restored to a point before them.
//!
//! A restart is no way around this. The file `clock` in the data directory keeps the kernel's boot id and the difference
//! that is believed: written at start, with the seal, when the difference has moved (as when an operator accepts it) and at
//! the end. CLOCK_BOOTTIME goes on from process to process until the machine is started again, so a start of the same boot
//! goes on where the last run was: a clock that is off by more than the bound is doubted as if it had jumped just now.
//!
//! At the first start after a boot there is nothing to compare with but the floor. A clock *behind* it is doubted; until it
//! is set right or accepted, trusted time is that of the last transaction and what has passed since the start. A clock *far
//! after* it is believed: a registry may have been stopped for years, and nothing tells that from a clock that is wrong; the
//! process log warns of one that is more than a day after what was last written, or before it at all. So the machine
//! should have its time before the registry starts (`After=time-sync.target`, as in `tuning/domesday.service`); a clock that
//! NTP sets only afterwards jumps, and then an operator is needed. So it is when a hypervisor has paused the machine, which
//! stops all its clocks, and sets the time when it goes on.
