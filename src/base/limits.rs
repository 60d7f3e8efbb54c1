//! Every bound on what comes from outside, in one place, with the relations between them.

/// Octets in one EPP data unit, its four-octet header included (RFC 5734, section 4).
pub const EPP_FRAME_BYTES: usize = 64 * 1024;
/// Nested elements in one EPP frame.
pub const XML_DEPTH: usize = 32;
/// Attributes on one element.
pub const XML_ATTRIBUTES: usize = 32;
/// Namespace declarations in scope at one time.
pub const XML_NAMESPACES: usize = 64;
/// Objects named by one `<check>`.
pub const CHECK_OBJECTS: usize = 250;
/// Commands whose fees one `<check>` asks for.
pub const FEE_COMMANDS: usize = 32;
/// Fees that one `<check>` asks for: its names times its commands.
pub const FEES: usize = 1000;
/// Name servers of one domain.
pub const HOSTS_PER_DOMAIN: usize = 13;
/// Contacts of one domain, the registrant not counted.
pub const CONTACTS_PER_DOMAIN: usize = 12;
/// Addresses of one host.
pub const ADDRESSES_PER_HOST: usize = 26;
/// Host objects below one domain.
pub const SUBORDINATE_HOSTS_PER_DOMAIN: usize = 1024;
/// Octets of the extension of a telephone number.
pub const PHONE_EXTENSION_BYTES: usize = 64;
/// Address ranges a registrar may connect from.
pub const NETWORKS_PER_REGISTRAR: usize = 256;
/// Certificates a registrar may present.
pub const CERTIFICATES_PER_REGISTRAR: usize = 16;
/// Unread messages about the transfers of one object in one registrar's queue; further ones replace the newest.
pub const POLL_MESSAGES_PER_OBJECT: usize = 8;
/// Characters of the shortest password of a registrar (RFC 5730, section 4.1; RFC 8807, section 5.1).
pub const LOGIN_PASSWORD_LEAST_CHARACTERS: usize = 6;
/// Characters of the longest.
pub const LOGIN_PASSWORD_CHARACTERS: usize = 255;
/// Characters that are kept of each part of a user agent.
pub const USER_AGENT_CHARACTERS: usize = 255;
/// Days before its end on which a client is told of its certificate.
pub const CERTIFICATE_WARNING_DAYS: u32 = 30;
/// Applications for one name that are kept, whatever became of them: their list is written with each.
pub const APPLICATIONS_PER_NAME: usize = 1000;
/// The same of one registrar, so that none keeps the others out.
pub const APPLICATIONS_PER_NAME_AND_REGISTRAR: usize = 100;
/// Octets in an authInfo password.
pub const AUTH_INFO_BYTES: usize = 255;
/// Characters of the text beside a status.
pub const STATUS_TEXT_CHARACTERS: usize = 255;
/// Characters of its language tag: the longest that RFC 5646, section 4.4.1, counts with.
pub const STATUS_LANG_CHARACTERS: usize = 35;
/// Octets of one signed mark, its base64 taken off; those of the clearinghouse have about 7 KiB.
pub const SMD_BYTES: usize = 128 * 1024;
/// Elements of one signed mark.
pub const SMD_ELEMENTS: usize = 8 * 1024;
/// Members of the tar file of a deposit, folders counted.
pub const ESCROW_MEMBERS: usize = 1024;
/// Octets that a deposit is unpacked to.
pub const ESCROW_OCTETS: u64 = 1024 * 1024 * 1024 * 1024;
/// Octets of a file with an OpenPGP key, or with a signature.
pub const OPENPGP_KEY_BYTES: usize = 1024 * 1024;
/// Octets of one encoded transaction.
pub const TRANSACTION_BYTES: usize = 4 * 1024 * 1024;
/// Octets of one log frame's payload (a batch of transactions).
pub const WAL_PAYLOAD_BYTES: usize = 16 * 1024 * 1024;
/// Transactions in one group commit.
pub const BATCH_TRANSACTIONS: usize = 1024;
/// Most steps that fall due in one batch: a command waits for one such batch at most.
pub const DUE_TRANSACTIONS: usize = 64;
/// Microseconds between two looks at the due queue at most: the clock may have been set.
pub const DUE_LOOK_MICROS: i64 = 1_000_000;
/// Commands waiting for the ledger, over all registrars.
pub const LEDGER_QUEUE: usize = 16 * 1024;
/// Octets of the path and query of one RDAP request.
pub const RDAP_TARGET_BYTES: usize = 1024;
/// Octets of the head of one RDAP request: request line and headers (HTTP/1.1), or the header list (HTTP/2).
pub const RDAP_HEAD_BYTES: usize = 8 * 1024;
/// The same over HTTP/2 before it is refused without a word: what is longer than [`RDAP_HEAD_BYTES`] but not than this is told so.
pub const RDAP_HTTP2_HEAD_BYTES: usize = 32 * 1024;
/// Octets of RDAP answers that a shard remembers, with the records that they were made of.
pub const RDAP_MEMO_BYTES: usize = 16 * 1024 * 1024;
/// Answers that it remembers at most.
pub const RDAP_MEMO_PLACES: usize = 4096;
/// Objects on one page of an RDAP search.
pub const RDAP_SEARCH_RESULTS: usize = 50;
/// Search keys that one RDAP search looks at, whether what they lead to is shown or not.
pub const RDAP_SEARCH_LOOKS: usize = 5000;
/// Characters before the asterisk of a pattern at least.
pub const RDAP_SEARCH_LEAST_CHARACTERS: usize = 2;
/// Requests that one RDAP search counts as, against the rate of its network.
pub const RDAP_SEARCH_COST: u32 = 10;
/// RDAP requests one HTTP/2 connection may have unanswered.
pub const RDAP_STREAMS: u32 = 100;
/// Streams that one HTTP/2 connection may have reset before they were answered, or made an error of.
pub const RDAP_STREAM_ERRORS: usize = 20;
/// Octets that an RDAP connection may send between two whole requests, beside what each request and each taken answer pays for.
pub const RDAP_BETWEEN_REQUESTS_BYTES: usize = 64 * 1024;
/// Octets of answers that one RDAP connection may leave untaken before its next request waits.
pub const RDAP_HELD_CONNECTION_BYTES: usize = 256 * 1024;
/// The same for all connections of one network (IPv4 /24, IPv6 /48).
pub const RDAP_HELD_NETWORK_BYTES: usize = 16 * 1024 * 1024;
/// The same for all connections.
pub const RDAP_HELD_BYTES: usize = 128 * 1024 * 1024;
/// Seconds without a whole request after which an RDAP connection is closed.
pub const RDAP_IDLE_SECONDS: u64 = 15;
/// Seconds in which an RDAP client has to take an answer; up to twice that.
pub const RDAP_WRITE_SECONDS: u64 = RDAP_IDLE_SECONDS;
/// Milliseconds without a request after which a seat (of RDAP, /metrics, the admin socket) may be given to a newcomer of the same network.
pub const SEAT_IDLE_MILLIS: u64 = 1000;
/// Clients and networks whose RDAP rate the node watches at one time, eight octets each.
pub const RDAP_RATE_NETWORKS: usize = 64 * 1024;
/// Networks among which a shard looks for those whose RDAP requests were refused most.
pub const RDAP_OFFENDERS: usize = 32;
/// Seconds between two lines of the log that name them.
pub const RDAP_OFFENDERS_SECONDS: u64 = 60;
/// Connections to /metrics at one time.
pub const METRICS_CONNECTIONS: usize = 16;
/// Readers of all meters (scrapes of /metrics, `domesday top`) that wait for the thread that does it.
pub const OBSERVERS: usize = 64;
/// Octets of one admin request.
pub const ADMIN_REQUEST_BYTES: usize = 4 * 1024 * 1024;
/// Connections to the admin socket at one time.
pub const ADMIN_CONNECTIONS: usize = 32;
/// Rows of one answer to an operator, of what can be a million.
pub const ADMIN_ROWS: usize = 1000;
/// Prices of one TLD, those that were among them.
pub const PRICES_PER_TLD: usize = 4096;
/// Name lists of one TLD.
pub const LISTS_PER_TLD: usize = 64;
/// Tables of internationalized labels of one TLD.
pub const IDN_TABLES_PER_TLD: usize = 64;
/// Patterns of one name list; each is compared with each name that is asked for.
pub const PATTERNS_PER_LIST: usize = 1000;
/// Maintenance events; the list of them is one record.
pub const MAINTENANCES: usize = 1000;
/// Octets of one maintenance event's record; each registrar is told all of it.
pub const MAINTENANCE_BYTES: usize = 16 * 1024;
/// Registrars that one transaction tells of maintenance.
pub const MAINTENANCE_TOLD: usize = 500;
/// Reminders of one maintenance event.
pub const MAINTENANCE_COURTESIES: usize = 8;
/// Octets of one allocation token.
pub const TOKEN_BYTES: usize = 64;
/// Batches of allocation tokens; the list of them is one record.
pub const TOKEN_BATCHES: usize = 4096;
/// Clients of RDAP that see more than the public does; the list of them is one record.
pub const RDAP_CLIENTS: usize = 1000;
/// Tokens of one of them.
pub const RDAP_TOKENS_PER_CLIENT: usize = 16;
/// Certificates of one of them.
pub const RDAP_CERTIFICATES_PER_CLIENT: usize = 16;
/// Octets of the field that shows who asks.
pub const RDAP_AUTHORIZATION_BYTES: usize = 1024;
/// Octets in one response that our own EPP client reads.
pub const EPP_RESPONSE_BYTES: usize = 16 * 1024 * 1024;
/// Deposits of one TLD that are remembered: those of a month, and of the days on which one was made again.
pub const ESCROW_DEPOSITS: usize = 48;
/// Octets of one object of a deposit that is read, and of one tag, text or comment between objects.
pub const ESCROW_OBJECT_BYTES: usize = 4 * 1024 * 1024;
/// Fields of one record of a CSV file of a deposit that is read.
pub const ESCROW_CSV_FIELDS: usize = 64;
/// Octets of records of a deposit that are sorted in memory; of more, the rest lies in files.
pub const ESCROW_SORT_BYTES: usize = 32 * 1024 * 1024;
/// Registrars of a deposit whose clIDs are found by their IANA ids.
pub const ESCROW_REGISTRARS: usize = 64 * 1024;
/// Octets of each of what `sftp` says to its user in one delivery: listings, faults.
pub const SFTP_OUTPUT_BYTES: usize = 1024 * 1024;
/// Octets of a report that is sent to ICANN's interface.
pub const REPORT_BYTES: usize = 16 * 1024 * 1024;
/// Octets of what the interface answers.
pub const REPORT_ANSWER_BYTES: usize = 64 * 1024;
/// Octets of one index key. The longest is a clID, two octets and a domain name.
pub const KEY_BYTES: usize = 272;

/// Seconds a TLS handshake may take.
pub const HANDSHAKE_SECONDS: u64 = 10;
/// Seconds a client of EPP may take to take its responses.
pub const EPP_WRITE_SECONDS: u64 = 30;
/// Passwords waiting for the hashing threads.
pub const HASH_QUEUE: usize = 1024;
/// Passwords of one registrar waiting for them.
pub const HASH_QUEUE_PER_REGISTRAR: usize = 64;
/// Commands with signed marks waiting for the thread that validates them.
pub const SMD_QUEUE: usize = 1024;
/// Those of one registrar.
pub const SMD_QUEUE_PER_REGISTRAR: usize = 64;
/// Octets in one EPP data unit before login, where only a login or a hello is of use.
pub const EPP_LOGIN_FRAME_BYTES: usize = 8 * 1024;
/// Data units before login that are taken at once; more are taken one by one, [`EPP_LOGIN_PACE_MILLIS`] apart.
pub const EPP_LOGIN_BURST: u32 = 32;
/// Milliseconds between two data units before login, beyond [`EPP_LOGIN_BURST`].
pub const EPP_LOGIN_PACE_MILLIS: u64 = 100;
/// Networks that somebody has logged in from, remembered so that they go first when strangers crowd in.
pub const KNOWN_LOGIN_NETWORKS: usize = 64 * 1024;
/// Shapes of commands that a session remembers (see `epp::decode`).
pub const MEMO_SHAPES: usize = 4;
/// Octets of one of them; larger commands are not remembered.
pub const MEMO_SHAPE_BYTES: usize = 8 * 1024;
/// Texts in a command that is remembered.
pub const MEMO_VALUES: usize = 128;
/// Octets of buffer that a session keeps when it has nothing to do.
pub const EPP_BUFFER_KEPT_BYTES: usize = 8 * 1024;
/// Descriptors beyond those of connections: files, listeners and executors, about.
pub const SPARE_DESCRIPTORS: u64 = 256;
/// Seconds between two lines of the log about the same limit; what happens meanwhile is summed.
pub const NOTICE_SECONDS: u64 = 10;
/// Octets of lines of the log that wait for whoever reads them.
pub const LOG_BYTES: usize = 1024 * 1024;
/// Octets of lines about queries of clients of RDAP that may wait besides.
pub const ACCESS_LOG_BYTES: usize = 16 * 1024 * 1024;
/// Seconds that a process which ends waits until those are written.
pub const LOG_FLUSH_SECONDS: u64 = 5;

/// How slowly the difference of the two clocks that is expected follows the one that is seen: by one part in so many of the
/// time that passes. So trusted time runs at most one part in a hundred fast or slow in the long run, however the wall clock
/// is set.
pub const CLOCK_FOLLOW_SHARE: i64 = 100;
/// Microseconds below which the wall clock and trusted time are the same: nothing is shown finer.
pub const CLOCK_GRAIN_MICROS: u64 = 1000;
/// Microseconds that reading both clocks may take before they are read again.
pub const CLOCK_READING_MICROS: i64 = 1000;
/// How often they are read again at most.
pub const CLOCK_READINGS: usize = 16;
/// Microseconds that trusted time may move against the steady clock before that is kept for the next start.
pub const CLOCK_KEEP_MICROS: u64 = 500_000;
/// Seconds between two looks at the wall clock when the ledger has nothing to date.
pub const CLOCK_LOOK_SECONDS: u64 = 1;

const _: () = assert!(EPP_LOGIN_FRAME_BYTES <= EPP_FRAME_BYTES);
const _: () = assert!(HASH_QUEUE_PER_REGISTRAR < HASH_QUEUE);
const _: () = assert!(SMD_QUEUE_PER_REGISTRAR < SMD_QUEUE);
const _: () = assert!(RDAP_TARGET_BYTES < RDAP_HEAD_BYTES);
const _: () = assert!(RDAP_HEAD_BYTES < RDAP_HTTP2_HEAD_BYTES && RDAP_HTTP2_HEAD_BYTES < RDAP_BETWEEN_REQUESTS_BYTES);
const _: () =
    assert!(RDAP_HELD_CONNECTION_BYTES < RDAP_HELD_NETWORK_BYTES && RDAP_HELD_NETWORK_BYTES < RDAP_HELD_BYTES);
const _: () = assert!(TRANSACTION_BYTES <= WAL_PAYLOAD_BYTES);
const _: () = assert!(EPP_FRAME_BYTES < TRANSACTION_BYTES);
const _: () = assert!(2 * MAINTENANCE_BYTES < TRANSACTION_BYTES / 4);
const _: () = assert!(ADMIN_REQUEST_BYTES <= TRANSACTION_BYTES);
const _: () = assert!(SUBORDINATE_HOSTS_PER_DOMAIN * 1024 <= TRANSACTION_BYTES);
