//! What bounds what comes from outside: every limit, its default, its counter, what happens beyond it, and why.
//!
//! A limit is a key of the configuration or a constant of [`crate::base::limits`]. Its counter is a label of
//! `domesday_limit_reached_total{limit="…"}` in /metrics, unless another metric is named. When one bites, the log says so:
//! once, and then at most every ten seconds with the number of times since; of RDAP's rate it tells once a minute who was
//! refused most. A test compares this chapter with the table of
//! keys, the constants and the counters, so that none is missing and no default is out of date.
//!
//! # EPP before login
//!
//! | limit | default | counter | beyond it | why |
//! | --- | --- | --- | --- | --- |
//! | `epp.sessions` | 10000 | `epp-sessions` | the connection is closed before TLS | descriptors and memory of the process |
//! | `epp.waiting` | 2000 | `epp-waiting`, `epp-gave-way` | the most idle connection of the network with the most gives way to one of a network with two fewer, or else the most idle of all if it is idle for a second; else the newcomer is closed before TLS. Networks of registrars take strangers' seats, and no stranger takes theirs | strangers must not take the places of registrars |
//! | `epp.waiting_per_address` | 250 | `epp-waiting-per-address` | the most idle of that address gives way if it is idle for a second, else the newcomer is closed; an IPv6 /56 has twice as many | one stranger |
//! | `epp.waiting_per_network` | 500 | `epp-waiting-per-network` | the same for an IPv4 /24 or IPv6 /48 | one stranger with many addresses |
//! | `SEAT_IDLE_MILLIS` | 1000 ms | `epp-gave-way`, `rdap-gave-way` | from then on a connection without a whole request is idle | long enough for a handshake and a login |
//! | `HANDSHAKE_SECONDS` | 10 s | `epp-handshake-time`, `rdap-handshake-time` | closed | a peer that says nothing |
//! | `epp.login_timeout_s` | 60 | `epp-login-time` | closed | a peer that greets and stays |
//! | `EPP_LOGIN_FRAME_BYTES` | 8 KiB | `epp-login-frame-bytes` | 2500, closed | a login with every extension has less than half of it |
//! | `LOGIN_PASSWORD_LEAST_CHARACTERS` | 6 | `domesday_epp_commands_total`, codes 2005 and 2306 | 2005 by the schemas, 2306 for a new one | RFC 5730 and RFC 8807 have it so; `admin policy set --password-least` asks for more |
//! | `LOGIN_PASSWORD_CHARACTERS` | 255 | `domesday_epp_commands_total`, code 2306 | 2306 | what is longer is no stronger, and is hashed for strangers |
//! | `CERTIFICATE_WARNING_DAYS` | 30 | none: nobody is refused | a login is told that its certificate expires (loginSec-1.0) | time enough for a new one and its pin |
//! | `EPP_LOGIN_BURST` | 32 | `epp-login-pace` | each further data unit before login waits | a client needs two |
//! | `EPP_LOGIN_PACE_MILLIS` | 100 ms | `epp-login-pace` | for so long | what strangers can have decoded is bounded, with one connection or many |
//! | `epp.login_share` | 50 | `domesday_turns_waited_total` | the data units and handshakes of strangers wait, while others want the shard | percent of what one registrar gets: strangers together delay nobody much |
//! | `epp.login_attempts` | 3 | `epp-login-attempts`, `login-failed` | 2501, closed | guessing; each wrong guess waits longer, too |
//! | `HASH_QUEUE` | 1024 | `login-queue` | 2400 "too many logins are waiting" | memory; registrars take turns at the hashing threads, and so do networks of one registrar |
//! | `HASH_QUEUE_PER_REGISTRAR` | 64 | `login-queue` | the same | a flood of one registrar leaves the queue to the others |
//! | `SMD_QUEUE` | 1024 | `smd-queue` | 2400 "too many signed marks are waiting" | memory: each waits with its command; registrars take turns at the thread that validates them |
//! | `SMD_QUEUE_PER_REGISTRAR` | 64 | `smd-queue` | the same | a flood of one registrar leaves the queue to the others |
//! | `KNOWN_LOGIN_NETWORKS` | 65536 | none: nobody is refused | all are forgotten, and known again at their next login | memory |
//! | `SPARE_DESCRIPTORS` | 256 | `descriptors` | no connection is accepted for 50 ms; the start warns when the limit of the process is less than connections and these need | files come before connections |
//!
//! # EPP after login
//!
//! | limit | default | counter | beyond it | why |
//! | --- | --- | --- | --- | --- |
//! | `epp.sessions_per_registrar` | 100 | `epp-registrar-sessions` | 2502, closed; a registrar may have a limit of its own | memory; more sessions buy no more turns |
//! | `USER_AGENT_CHARACTERS` | 255 | none: nobody is refused | the rest of each part is not kept | what clients say of themselves is kept with each session |
//! | `EPP_FRAME_BYTES` | 64 KiB | `epp-frame-bytes` | 2500, closed: the length cannot be trusted for the next data unit | the largest command there is has a third of it |
//! | `epp.frame_timeout_s` | 30 | `epp-frame-time` | closed | an octet now and then is no sign of life |
//! | `epp.idle_timeout_s` | 1200 | `epp-idle-time` | closed | registrars send a hello every ten minutes or so |
//! | `EPP_WRITE_SECONDS` | 30 s | `epp-write-time` | closed | answers that nobody takes lie in memory |
//! | `EPP_BUFFER_KEPT_BYTES` | 8 KiB | none: nobody is refused | a session at rest gives back what a large command or answer took | memory of thousands of sessions |
//! | `MEMO_SHAPES` | 4 | none: nobody is refused | a command that is like none of the session's last ones is taken apart anew | memory of thousands of sessions |
//! | `MEMO_SHAPE_BYTES` | 8 KiB | none: nobody is refused | a larger command is taken apart anew | memory of thousands of sessions |
//! | `MEMO_VALUES` | 128 | none: nobody is refused | a command with more texts is taken apart anew | memory of thousands of sessions |
//! | `LEDGER_QUEUE` | 16384 | `ledger-queue` | 2400 "too many commands are waiting" | memory; registrars take turns |
//! | `fairness.race_us` | 5000 | none: nobody is refused | a registrar that is ahead in a race for transforms waits for those behind it, which race for so many microseconds after their last answer | more sessions shall not get more |
//! | `XML_DEPTH` | 32 | `domesday_epp_commands_total`, code 2001 | 2001 with the place | the schemas need ten |
//! | `XML_ATTRIBUTES` | 32 | the same | 2001 | the schemas need three |
//! | `XML_NAMESPACES` | 64 | the same | 2001 | each binding is searched for each prefix |
//! | `CHECK_OBJECTS` | 250 | `domesday_epp_commands_total`, code 2306 | 2306 | names are paid for as they are answered, and still one command should not take long |
//! | `FEE_COMMANDS` | 32 | the same | 2306 | they are answered for each name of the check |
//! | `FEES` | 1000 | the same | 2306 | names times fee commands of one check; each is paid for in turns like a name |
//! | `HOSTS_PER_DOMAIN` | 13 | the same | 2306 | what fits a DNS answer of 512 octets |
//! | `CONTACTS_PER_DOMAIN` | 12 | the same | 2306 | records stay small |
//! | `ADDRESSES_PER_HOST` | 26 | the same | 2306 | the same |
//! | `SUBORDINATE_HOSTS_PER_DOMAIN` | 1024 | the same | 2306 | a transfer moves them all in one transaction |
//! | `PHONE_EXTENSION_BYTES` | 64 | the same | 2306 | records stay small |
//! | `AUTH_INFO_BYTES` | 255 | the same | 2306 | the same |
//! | `STATUS_TEXT_CHARACTERS` | 255 | the same | 2306 | the same |
//! | `STATUS_LANG_CHARACTERS` | 35 | the same | 2306 | the longest useful tag (RFC 5646, section 4.4.1) |
//! | `POLL_MESSAGES_PER_OBJECT` | 8 | `poll-messages` | a further message about the transfers of one object replaces the newest unread one, under a new number; acknowledging the one replaced is 2303 | a rival can ask and cancel in a loop, and must not fill another's queue |
//! | `APPLICATIONS_PER_NAME` | 1000 | `domesday_epp_commands_total`, code 2306 | 2306 | the list of a name's applications is written with each |
//! | `APPLICATIONS_PER_NAME_AND_REGISTRAR` | 100 | the same | 2306 | no registrar keeps the others out |
//! | `SMD_BYTES` | 128 KiB | none: no command can reach it | the signed mark is not read | those of the clearinghouse have 7 KiB; canonicalization takes a multiple of it |
//! | `SMD_ELEMENTS` | 8192 | `domesday_epp_commands_total`, code 2306 | the signed mark is not believed | the same |
//! | `TRANSACTION_BYTES` | 4 MiB | `domesday_epp_commands_total`, code 2400 | 2400 | name lists and IDN tables can reach it, and are refused with the reason; maintenance is told by several; a frame of the log must hold it |
//! | `WAL_PAYLOAD_BYTES` | 16 MiB | none: nobody is refused | the batch is closed and the next one begun | a segment must hold it |
//! | `BATCH_TRANSACTIONS` | 1024 | none: nobody is refused | the same | how long a batch can take |
//! | `DUE_TRANSACTIONS` | 64 | none: nobody is refused | the rest comes in the next batch, after the commands that wait | commands wait for one batch of what falls due at most |
//! | `DUE_LOOK_MICROS` | 1000000 | none: nobody is refused | the due queue is looked at again | the clock may have been set |
//! | `KEY_BYTES` | 272 | none: cannot be reached | names have 253 octets, handles and clIDs 16, and the longest key holds a name and a clID |  |
//!
//! # RDAP
//!
//! | limit | default | counter | beyond it | why |
//! | --- | --- | --- | --- | --- |
//! | `rdap.connections` | 5000 | `rdap-connections`, `rdap-gave-way` | as `epp.waiting` | descriptors that EPP, the log and the index need |
//! | `rdap.connections_per_address` | 200 | `rdap-connections-per-address` | as `epp.waiting_per_address` | one stranger |
//! | `rdap.connections_per_network` | 1000 | `rdap-connections-per-network` | as `epp.waiting_per_network` | one stranger with many addresses |
//! | `rdap.rate` | 500 | `rdap-rate` | 429 with Retry-After | mining; a second, for one client (IPv4 /32, IPv6 /56) on all shards together, unless it is of `rdap.exempt` |
//! | `rdap.burst` | 2000 | `rdap-rate` | the same, beyond so many at once | a page of look-ups |
//! | `rdap.network_multiple` | 8 | `rdap-network-rate` | the same, for all clients of one network (IPv4 /24, IPv6 /48) together | mining with many addresses: a /48 has 256 clients |
//! | `RDAP_RATE_NETWORKS` | 65536 | `domesday_rdap_rate_networks` | a newcomer goes on from the rate of the one that has asked least, and may be refused when all have asked all they may | memory; nobody gains by a flood of addresses: see below |
//! | `RDAP_OFFENDERS` | 32 | none: nobody is refused | the one that was refused least makes room | of these, the log names the eight that were refused most |
//! | `RDAP_OFFENDERS_SECONDS` | 60 s | none: nobody is refused | lines of the log that name them are so far apart | instead of a line for each of the two limits |
//! | `rdap.share` | 400 | `domesday_turns_waited_total` | requests and handshakes wait, while registrars want the shard; networks take turns | percent of what one registrar gets |
//! | `RDAP_IDLE_SECONDS` | 15 s | `rdap-idle-time` | closed after one to two of these without a whole request | a peer that drips octets is idle too |
//! | `RDAP_WRITE_SECONDS` | 15 s | `rdap-write-time` | closed after one to two of these with an answer untaken | a peer that does not read |
//! | `RDAP_TARGET_BYTES` | 1 KiB | `domesday_rdap_responses_total`, status 414 | 414 | no query needs more |
//! | `RDAP_HEAD_BYTES` | 8 KiB | `domesday_rdap_responses_total`, status 431 | 431; 414 where the request line alone has more | memory of a connection |
//! | `RDAP_HTTP2_HEAD_BYTES` | 32 KiB | none, the HTTP/2 library refuses it | 431 without fields or content; 431 and 414 with them from 8 KiB to here | memory of a connection |
//! | `RDAP_AUTHORIZATION_BYTES` | 1 KiB | `domesday_rdap_denied_queries_total`, `malformed` | 400 | a token has 48 octets; each is hashed |
//! | `RDAP_MEMO_BYTES` | 16 MiB | none | an older answer is forgotten | memory of a shard for answers to the public, which are made anew when a record that they were made of has changed |
//! | `RDAP_MEMO_PLACES` | 4096 | none | an older answer is forgotten | the same, of short answers |
//! | `RDAP_BETWEEN_REQUESTS_BYTES` | 64 KiB | `rdap-between-requests` | closed; each request adds 8 KiB, each 32 octets of answers that are taken one, a read costs 32, a refused request 64 | PING, SETTINGS, PRIORITY, WINDOW_UPDATE and whatever else comes without asking anything |
//! | `RDAP_SEARCH_RESULTS` | 50 | the answer: a notice and a next page | the rest is on the next page | an answer of a domain has about five kilobytes |
//! | `RDAP_SEARCH_LOOKS` | 5000 | the answer: a notice, and a next page if one may be named | the page ends; 422 where a count was asked for | work of one request, whether what it looks at matches or not |
//! | `RDAP_SEARCH_LEAST_CHARACTERS` | 2 | `domesday_rdap_responses_total`, status 422 | 422 | a pattern of less matches too much |
//! | `RDAP_SEARCH_COST` | 10 | `rdap-rate` | a search takes so many of what a network may ask | it costs more than a look-up |
//! | `RDAP_STREAMS` | 100 | none: the protocol refuses | the stream is refused | RFC 9113, section 6.5.2, advises no fewer |
//! | `RDAP_STREAM_ERRORS` | 20 | `rdap-stream-errors` | closed with ENHANCE_YOUR_CALM | streams reset before they are answered, empty DATA, CONTINUATION |
//! | `RDAP_HELD_CONNECTION_BYTES` | 256 KiB | `rdap-held-connection` | the next request waits until the connection has taken its answers | zero windows must not hold memory |
//! | `RDAP_HELD_NETWORK_BYTES` | 16 MiB | `rdap-held-network` | the next request of a connection that holds any waits; one that holds none is answered, so each can overrun this by one answer | the same with many connections |
//! | `RDAP_HELD_BYTES` | 128 MiB | `rdap-held` | the same | the same with many networks |
//!
//! Where all of contacts is withheld from whoever searches for entities, every registrar is looked at instead of
//! `RDAP_SEARCH_LOOKS` keys: the keys of contacts lie among theirs, and how soon a walk ends must not tell of those. Handles come
//! in order, so that what matches is sorted each time. With 3000 registrars that takes half as long as 5000 looks where all
//! of them match, and a twentieth where none does (`cargo bench --bench search`).
//!
//! How often who may ask is kept in one table of 512 KiB for the node, a word for each client and each network, which shards
//! change by compare-and-swap: no lock, and a client of one connection keeps its word in one core's cache. 65536 clients that
//! spend all they may ask more than any machine answers (32 million a second by default), and as long as they do not, a newcomer
//! has his whole rate. Where the rate is one a second, that many clients are few, and more are kept out while these ask: raise
//! `rdap.rate`, not the table.
//!
//! # Operators
//!
//! | limit | default | counter | beyond it | why |
//! | --- | --- | --- | --- | --- |
//! | `METRICS_CONNECTIONS` | 16 | `metrics-connections`, `metrics-gave-way` | one that is slower than a second gives way, else the newcomer is closed; a scrape ends after 10 s | the monitoring must not stop the monitored |
//! | `OBSERVERS` | 64 | none: connections are bounded already | 503, or 2400 on the admin socket | the thread that reads all meters is one |
//! | `ADMIN_CONNECTIONS` | 32 | `admin-connections`, `admin-gave-way` | one that has asked nothing for a second gives way, else the newcomer is closed | a script in a loop |
//! | `ADMIN_REQUEST_BYTES` | 4 MiB | `admin-request-bytes` | an error, closed; `admin list load` refuses a list that is longer before it sends it | memory; the largest name list is one request and one transaction |
//! | `ADMIN_ROWS` | 1000 | none: nobody is refused | `billing statement` asks for the next page; `poll list` shows no more | an answer of a million rows would keep registrars of the same shard waiting |
//! | `PRICES_PER_TLD` | 4096 | the answer | refused | they are one record, and none that has taken effect goes |
//! | `LISTS_PER_TLD` | 64 | the answer | refused | each is searched for each name that is checked or created |
//! | `MAINTENANCES` | 1000 | the answer | refused | the list of them is one record, and one answer |
//! | `MAINTENANCE_BYTES` | 16 KiB | the answer | refused | each registrar is told all of it, and a poll message must fit a frame |
//! | `MAINTENANCE_COURTESIES` | 8 | the answer | refused | each is a message to every registrar |
//! | `MAINTENANCE_TOLD` | 500 | none: nobody is refused | the others are told by the next transactions | a transaction must hold the messages, and commands wait for it |
//! | `RDAP_CLIENTS` | 1000 | the answer | refused | the list of them is one record, and one answer |
//! | `RDAP_TOKENS_PER_CLIENT` | 16 | the answer | refused | they are one record |
//! | `RDAP_CERTIFICATES_PER_CLIENT` | 16 | the answer | refused | the same |
//! | `TOKEN_BYTES` | 64 | the answer | refused | a token is a key of the index |
//! | `TOKEN_BATCHES` | 4096 | the answer | refused | the list of batches is one record |
//! | `IDN_TABLES_PER_TLD` | 64 | the answer | refused | each is asked about each name that is checked or created |
//! | `PATTERNS_PER_LIST` | 1000 | the answer | refused | each is compared with each such name |
//! | `NETWORKS_PER_REGISTRAR` | 256 | the answer | refused | they are compared at each login |
//! | `CERTIFICATES_PER_REGISTRAR` | 16 | the answer | refused | they are compared with each command |
//! | `EPP_RESPONSE_BYTES` | 16 MiB | the message | our own EPP client gives up | memory of the client |
//! | `ESCROW_DEPOSITS` | 48 | `admin escrow status` | the oldest is forgotten | they are one record, which each of them changes |
//! | `ESCROW_OBJECT_BYTES` | 4 MiB | the report | the object is told as a fault and left out; a tag, text or comment of that length ends the reading of the deposit | memory: one object at a time is held, and takes up to twenty times its octets where it is all tags |
//! | `ESCROW_CSV_FIELDS` | 64 | the report | a definition with more is told as a fault, and files of its kind are not read; of a record with more, the number is told | memory; the longest record of RFC 9022 has 33 with all that may be in it |
//! | `ESCROW_SORT_BYTES` | 32 MiB | none: nothing is refused | records of CSV files that stand in another order than their objects are sorted in files (`--spill`) | memory: up to nine files are sorted side by side |
//! | `ESCROW_REGISTRARS` | 65536 | the report | objects of registrars beyond them that name those by IANA id keep that number | memory; there are some three thousand |
//! | `ESCROW_MEMBERS` | 1024 | the report | the deposit is not read on | each name is kept, so that none comes twice |
//! | `ESCROW_OCTETS` | 1 TiB | the report | the deposit is not read on | time: what is compressed can grow a thousandfold, and a message in a message again |
//! | `SFTP_OUTPUT_BYTES` | 1 MiB | the delivery's error | the delivery fails, and is tried again | memory; an escrow agent's server may say anything |
//! | `REPORT_BYTES` | 16 MiB | the upload's error | the report is not sent | memory |
//! | `REPORT_ANSWER_BYTES` | 64 KiB | the upload's error | the answer counts as none that can be read, and so not as acceptance | memory; the interface is somebody else's |
//! | `OPENPGP_KEY_BYTES` | 1 MiB | the report | a file with a key or a signature is not read | memory: keys of people who are trusted have signatures of many |
//! | `LOG_BYTES` | 1 MiB | `domesday_log_lines_lost_total`, `other` | the line is lost; once the log is read again, it says how many | memory; whoever reads the log, or does not, must not stop the registry |
//! | `ACCESS_LOG_BYTES` | 16 MiB | `domesday_log_lines_lost_total`, `access` | the same, of lines about queries of clients of RDAP | the same; other lines cannot take this room, since operators keep these |
//! | `LOG_FLUSH_SECONDS` | 5 s | none | a process that ends waits no longer for its last lines to be read | a reader that has gone must not keep a registry from its restart |
//! | `NOTICE_SECONDS` | 10 s |  | lines of the log about one limit are so far apart, and say how often it has bitten | a log that strangers can fill is one more resource |
//!
//! # Clock and files
//!
//! | limit | default | counter | beyond it | why |
//! | --- | --- | --- | --- | --- |
//! | `clock.max_jump_s` | 5 | `clock-jump`, `domesday_clock_doubted` | transforms: 2400 "the registry's clock is being checked", until it is back or accepted | no date of a clock that jumped may be kept |
//! | `CLOCK_FOLLOW_SHARE` | 100 | `domesday_clock_offset_seconds` | what is expected of the wall clock follows it by one part in so many of the time that passes | a clock that walks in small steps is found out |
//! | `CLOCK_GRAIN_MICROS` | 1000 | none | less is no difference | nothing is shown finer |
//! | `CLOCK_READING_MICROS` | 1000 | none | both clocks are read again | two readings must be of one moment |
//! | `CLOCK_READINGS` | 16 | none | the last one counts | a machine that is that busy has other worries |
//! | `CLOCK_KEEP_MICROS` | 500_000 | none | the file `clock` is written anew | the next start must know what is believed |
//! | `CLOCK_LOOK_SECONDS` | 1 s | none | the clock is looked at so often when nothing is dated | a jump is told soon |
//! | `wal.segment_mib` | 64 | `domesday_log_bytes`, `log-refused` | the next segment begins; without room for it, or on a disk that fails, transforms are refused: 2400 | disk use; see below |
//! | `checkpoint.delta_mib` | 256 | `domesday_index_delta_bytes` | a checkpoint begins; nobody waits for it | memory |
//! | `checkpoint.log_mib` | 512 | `domesday_log_since_checkpoint_bytes` | the same | disk use, and the time a start takes |
//! | `sla.record_s` | 60 | none | another line of the record of service levels is written | what a kill may lose of it, and its size |
//! | `sla.keep_months` | 36 | none | files of the record that are older are removed, and the log says so | disk use |
//!
//! # What the files take
//!
//! The log holds what came since the newest base file: at most `checkpoint.log_mib`, and what is written while a checkpoint
//! runs; and up to three segments (`wal.segment_mib`) for what is not full or not passed: the one in which the base file
//! ends, the one in use, and the one being prepared. The seal takes 8 KiB. The index has at most four base files, which
//! together take less than 1.25 times the largest, since a file is merged when those above it reach a quarter of its size;
//! while a checkpoint merges, the new file lies beside those that it replaces, so twice that. A checkpoint that fails, for
//! a full disk say, takes nothing away: the log keeps what it would have contained, and the next one begins when as much
//! has come again. Then the log grows, until the disk is full and transforms are refused with 2400; they go on when there
//! is room again. `/metrics` shows all of it: `domesday_log_bytes`, `domesday_log_since_checkpoint_bytes`,
//! `domesday_index_base_bytes`, `domesday_index_delta_bytes` (of memory).
//!
//! The record of service levels takes about 5 MB for each month that it is kept (`sla.keep_months`); a full disk costs its lines
//! and nothing else.
//!
//! Pipelining needs no limit of its own: a session reads no further than one buffer beyond the command it is at, and TCP
//! holds the rest.
//!
//! What bystanders feel of somebody who runs into these limits on purpose is measured by the attack scenarios of the load
//! tester (`loadtest/`, told in the README).
