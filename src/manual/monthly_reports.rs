//! The monthly reports of Specification 3: what is counted, when, and for whom.
//!
//! `domesday admin report transactions|activity TLD --month 2026-11` prints a TLD's file (RFC 4180, UTF-8, CR and LF). A month that is
//! not over is refused, or reported `--so-far`. A report of a month that is over is kept in `reports/` of the data directory,
//! and is the report of that month from then on: when what would be made now differs, that is said, and `--anew` replaces it.
//! `domesday report check FILE` judges a file of any make by the codes of the receiver (2001, 2003, 2101, 2103, 2105).
//!
//! # Activity
//!
//! What is responded to is counted when the client has taken the response, in the month of that moment, by the registry's clock.
//! Each shard has a file of counters for each month, `activity/2026-11.0.counts`, of which it maps the pages and shares them with
//! the kernel: a process that is killed loses nothing that it has counted, a machine that loses power may lose what came since
//! the service levels were recorded last (`sla.record_s`), for so often the files are synced, and no more often, because the log
//! is on that disk too. A command costs a look at the names of the TLDs, a reading of the clock for all responses that go out
//! together, and an addition. A disk that takes no file is told of; what is counted then is lost with the process.
//!
//! | of | counts for |
//! | --- | --- |
//! | domains | their TLD; a check of several TLDs once for each; a name of no TLD of ours not at all |
//! | hosts | the TLD they stand in; others for the whole system |
//! | contacts | the whole system |
//! | RDAP | as domains and hosts; entities, searches, help and the page for people the whole system. Not: what RDAP has not, and 429 |
//!
//! What counts for the whole system is in the report of every TLD, as the agreement allows. A command that is refused counts like
//! any other, as long as it can be read and its client is logged in. Updates and deletes of applications are updates and deletes
//! of domains. Logins and polls have no column. Columns of other systems (WHOIS, DNS) are 0 unless `--dns FILE` gives them;
//! `zfa-passwords` is `CZDS`. `--older-columns` are those of agreements before 2017.
//!
//! # Transactions
//!
//! The log is folded ([`crate::reports::tally`]) by how records of domains change, and each fact counts in the month of its own
//! date, wherever it stands in the log. Before a checkpoint is written, and so before any of the log is released, the frames up
//! to it are counted into `reports/tally`, which is replaced as a whole; when it cannot be, the checkpoint fails and the log keeps
//! everything. A report counts on from there. The position in the tally makes counting twice impossible. When a transaction
//! is dated after the end of a month, what there was at that moment (domains, hosts, registrars) is noted from a state of that
//! moment, and kept in the tally for two years.
//!
//! | column | what |
//! | --- | --- |
//! | total-nameservers | host objects of the registrar that stand in the TLD, or that one of its names uses; where it has attributes, the different names among those of a registrar |
//! | net-adds, net-renews | in the month in which the grace period ends, for whoever was charged; less than a year is one. What a delete takes back never counts, nor does an auto-renewal whose year becomes a transfer's. A name that moves away leaves its years to the registrar that paid. What a restore adds because the name had expired counts at once |
//! | transfers | successful: approved, by whomever or by time; nacked: rejected. A cancelled one is neither, an operator's handover none |
//! | deleted-domains | when the name is gone, for its sponsor: in grace within the add grace period |
//! | restored-noreport | the time for the report of a restore has passed |
//! | agp | 0: nothing is exempted |
//! | attempted-adds | creates responded to, whatever the response, from the counters |
//!
//! Every registrar has a line, sorted by IANA id, but for those of tests, and those that are terminated and had nothing. One without
//! an IANA id is the operator's own, 9999.
//!
//! A registry that was there before its transactions were counted begins with the state of its base files: grace periods,
//! removals and transfers that are under way then are known, and the first report says from when on it counts.
//!
//! The tally has what is under way in memory while it is read and written: some 200 octets for each name in a grace period or a
//! removal.
