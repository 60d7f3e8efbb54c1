//! What is counted and timed, who sees it, and the record of service levels.
//!
//! # Meters
//!
//! Each shard counts and times what it answers in counters of its own ([`crate::node::meter`]): one thread writes them, any
//! may read them, and they share no cache line with anything else. So a command pays a few additions, and no lock. Times go into
//! histograms with the buckets of HdrHistogram (two digits, 64 nanoseconds to 100 seconds), one for each kind of command,
//! made when there is a first. Whoever looks has a thread of its own read all of it, so that no shard spends time on being
//! watched.
//!
//! An EPP command is timed from when its last octet was there to when its response was written to the connection: the wait
//! for its registrar's turn, for the ledger and for the disk is in it. Of commands that are pipelined, each is timed until the
//! responses that go out together are written. A response that the client does not take is not timed. An RDAP query is
//! timed from its whole head to its answer made; how fast a stranger takes that is not the registry's doing. Whatever is
//! answered to connections that are not logged in has the class `stranger`: failed logins are slowed on purpose.
//!
//! # /metrics
//!
//! | metric | type | labels | what |
//! | --- | --- | --- | --- |
//! | `domesday_epp_commands_total` | counter | `command`, `code` | EPP commands, all shards together |
//! | `domesday_epp_command_seconds` | histogram | `class` | times by class of Specification 10, the limits and five times as much among the bounds |
//! | `domesday_epp_latency_seconds` | summary | `shard`, `command` | times: count and sum since the start, quantiles 0.5, 0.9, 0.99 and 0.999 of the last one to two minutes (`NaN`: there was none) |
//! | `domesday_epp_registrar_commands_total` | counter | `clid`, `class` | who asks: registrars that have logged in since the start |
//! | `domesday_rdap_responses_total` | counter | `status` | answers of RDAP |
//! | `domesday_rdap_query_seconds` | histogram | | times of queries |
//! | `domesday_rdap_latency_seconds` | summary | `shard`, `kind` | times; `other` is what asks for nothing that there is, or may not ask |
//! | `domesday_shard_epp_sessions` | gauge | `shard` | EPP connections |
//! | `domesday_ledger_waiting` | gauge | `shard` | commands that wait for the ledger, in its mailbox, in its queue or in the commit at hand |
//! | `domesday_ledger_batch_size` | summary | | commands of a group commit |
//! | `domesday_wal_sync_seconds` | summary | | how long a commit, or a batch of what fell due, waited for `fdatasync` |
//! | `domesday_index_delta_bytes` | gauge | | changed records in memory that no base file contains |
//!
//! Sum the histograms over machines, and alarm on them; a summary's quantiles are for looking, and cannot be added up.
//!
//! `domesday top` asks the admin socket for the histograms themselves, so its percentiles are exactly of the interval that it
//! shows.
//!
//! # The record
//!
//! `sla/` in the data directory has a text file for each month, `2026-11.sla`, which only grows. Nothing depends on it: not the
//! log, not the index, not a start. It may be copied, moved away or removed at any time, the one of this month while the
//! registry is stopped. Files older than `sla.keep_months` are removed. A thread of its own writes them, and a disk that takes
//! none of it keeps nobody waiting.
//!
//! The first line is `domesday service levels 1`. Each other one is a letter and words, separated by one space, the last of which
//! is the XXH3 (64 bits, seed 0, 16 hexadecimal digits) of all before the space in front of it. Moments are milliseconds since
//! 1970, in trusted time.
//!
//! | line | what |
//! | --- | --- |
//! | `i` from length epp rdap session query transform rdap | a span of time (`sla.record_s`): when it began, its length in milliseconds, for how many of them EPP and RDAP were up (`-`: not offered), and of each class how many answers fell into each bucket, separated by commas, zeros at the end left out (`-`: none). The buckets end at 0.03, 0.1, 0.3, 1, 2, 4, 10, 30, 100 and 300 ms, 1, 2, 4, 10 and 20 s, and never |
//! | `h` from session query transform rdap | times since that moment, about an hour, by class: HdrHistogram V2, nanoseconds, base64 (`-`: none) |
//! | `m` start end epp rdap id | maintenance of production systems that is announced (RFC 9167), whether it concerns EPP and RDAP (0 or 1, by the names of its systems), its identifier in base64; a later line about it counts instead |
//! | `g` id | it was taken back before its end |
//!
//! Lines are not synced. A process that is killed loses what it has counted since the last line, a minute at most, and the
//! histograms of up to an hour; a machine that loses power may lose half a minute more. An orderly end loses nothing. A last
//! line that is not whole is cut at the next start, and the log says so. A line in the midst whose checksum is wrong is told of
//! as an error, at a start and by the report, and does not count: its time is downtime.
//!
//! # Up and down
//!
//! Once a second it is looked whether the services get on. They are down
//!
//! - both, while a shard has given no sign of life for 10 s (five times what a query may take: Specification 10 counts that as no
//!   answer), or the process was stopped for as long; then the whole of it counts;
//! - EPP, while commands wait for the ledger and none has been answered for 20 s (five times what a transform may take);
//! - EPP, from when a transform was refused with 2400 because the log takes nothing or the clock is doubted, until one is
//!   answered otherwise;
//! - both, for as long as no line tells of: then no process was there, or it was killed before it wrote.
//!
//! # The report
//!
//! `domesday sla report` adds up a month. Downtime is what is not up, between the beginning of the month (or of measuring) and its
//! end (or now). What of it lies in announced maintenance is told apart, and counts all the same. The verdict of a round-trip
//! time is by counts, so it is exact: the limits are bounds of buckets. Percentiles are of what the histograms hold.
//!
//! None of it is what ICANN measures, whose probes are in the world: the network to them, their own connections' failures, and
//! name servers are seen by nobody here. A registry that misses a level in its own record misses it in theirs; the converse
//! is not true.
