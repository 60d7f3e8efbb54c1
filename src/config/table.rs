//! The table of all keys.

use std::fmt::Write as _;
use std::time::Duration;

use toml::Value;

use super::Config;
use super::value::{self, Outcome};
use crate::base::url;

/// One key of the configuration file.
pub struct Key {
    /// Dotted name: `epp.listen` is `listen` in the table `[epp]`.
    pub name: &'static str,
    /// The default as TOML; `None`: must be given.
    pub default: Option<&'static str>,
    /// What it means, with its unit.
    pub help: &'static str,
    /// Checks a value and keeps it.
    pub(super) set: fn(&mut Config, &Value) -> Outcome<()>,
}

impl Key {
    pub(super) fn apply_default(&self, config: &mut Config) -> Outcome<()> {
        let default = self.default.ok_or("is required and missing")?;
        let table: toml::Table = format!("v = {default}").parse().map_err(|error| format!("default: {error}"))?;
        table.get("v").map_or(Ok(()), |value| (self.set)(config, value))
    }
}

macro_rules! keys {
    ($($name:literal, $default:expr, $field:ident = |$value:ident| $read:expr, $help:literal;)*) => {
        /// Every key, in the order of the reference.
        pub const KEYS: &[Key] = &[$(Key {
            name: $name,
            default: $default,
            help: $help,
            set: |config, $value| {
                config.$field = $read?;
                Ok(())
            },
        }),*];
    };
}

keys! {
    "data.dir", None, data_dir = |v| value::path(v),
        "Directory of the log and the index, made by `domesday init`; one process at a time.";
    "registry.server_id", Some("\"Domesday\""), server_id = |v| value::text_matching(v, "3 to 64 characters that XML has, none of them a control character", is_server_id),
        "svID of the EPP greeting.";
    "registry.repository_id", Some("\"DOMESDAY\""), repository_id = |v| value::text_matching(v, "1 to 8 letters, digits or underscores", is_repository_id),
        "What follows the hyphen in the ROIDs of new hosts and contacts; register yours with IANA.";
    "registry.terms_url", Some("\"https://localhost/terms\""), terms_url = |v| value::text_matching(v, "an http or https URL", url::is_page),
        "Terms of service that RDAP answers link to.";
    "epp.listen", Some("[\"0.0.0.0:700\", \"[::]:700\"]"), epp_listen = |v| value::some_addresses(v),
        "Addresses that EPP listens on.";
    "epp.certificate", None, epp_certificate = |v| value::path(v),
        "PEM file with the server's certificate and its chain. Read again at SIGHUP.";
    "epp.key", None, epp_key = |v| value::path(v),
        "PEM file with the server's private key. Read again at SIGHUP.";
    "epp.client_ca", Some("\"\""), epp_client_ca = |v| value::optional_path(v),
        "PEM file with CAs that client certificates must come from; empty: any, since each registrar's certificates are pinned.";
    "epp.login_attempts", Some("3"), epp_login_attempts = |v| value::number(v, 1..=100),
        "Failed logins after which a session is closed (2501).";
    "epp.sessions", Some("10000"), epp_sessions = |v| value::number(v, 1..=1_000_000),
        "Connections to EPP at one time, logged in or not.";
    "epp.sessions_per_registrar", Some("100"), epp_sessions_per_registrar = |v| value::number(v, 1..=1_000_000),
        "Logged-in sessions of one registrar at one time (2502), unless the registrar has a limit of its own; no more than epp.sessions.";
    "epp.waiting", Some("2000"), epp_waiting = |v| value::number(v, 1..=1_000_000),
        "Connections that have not logged in, at one time. When all are taken, the network with the most gives one up, the most idle first; more are closed at once. No more than half of epp.sessions.";
    "epp.waiting_per_address", Some("250"), epp_waiting_per_address = |v| value::number(v, 1..=1_000_000),
        "The same from one client (IPv4 /32, IPv6 /64; an IPv6 /56 has twice as many). A newcomer takes the place of one that is idle, or is closed at once. No more than epp.waiting_per_network.";
    "epp.waiting_per_network", Some("500"), epp_waiting_per_network = |v| value::number(v, 1..=1_000_000),
        "The same from one network (IPv4 /24, IPv6 /48); no more than epp.waiting.";
    "epp.login_timeout_s", Some("60"), epp_login_timeout = |v| value::seconds(v, 1..=3600),
        "Seconds a connection may take to log in.";
    "epp.idle_timeout_s", Some("1200"), epp_idle_timeout = |v| value::seconds(v, 1..=86_400),
        "Seconds a logged-in session may be silent.";
    "epp.frame_timeout_s", Some("30"), epp_frame_timeout = |v| value::seconds(v, 1..=3600),
        "Seconds from the first octet of a command to its last, in a logged-in session.";
    "epp.login_share", Some("50"), epp_login_share = |v| value::number(v, 1..=10_000),
        "Work for all strangers who have not logged in together, in percent of what one registrar gets when all want more than there is.";
    "epp.deprecated_tls", Some("[]"), epp_deprecated_tls = |v| value::words(v, "names of TLS versions and cipher suites, as \"TLSv1.2\""),
        "Versions of TLS and cipher suites, as \"TLSv1.2\" or \"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\", of which clients are told at login (loginSec-1.0) that they will not be accepted for ever.";
    "rdap.listen", Some("[\"0.0.0.0:443\", \"[::]:443\"]"), rdap_listen = |v| value::addresses(v),
        "Addresses that RDAP (HTTPS) listens on; none: no RDAP.";
    "rdap.redirect_listen", Some("[]"), rdap_redirect_listen = |v| value::addresses(v),
        "Addresses that a listener without TLS has, as [\"0.0.0.0:80\", \"[::]:80\"]: it sends every request on to the same path at rdap.base_url, and answers none itself. Its connections count among those of RDAP. None: no such listener.";
    "rdap.certificate", Some("\"\""), rdap_certificate = |v| value::optional_path(v),
        "PEM file with the certificate and chain for RDAP; empty: the one of EPP.";
    "rdap.key", Some("\"\""), rdap_key = |v| value::optional_path(v),
        "PEM file with the private key for RDAP; empty: the one of EPP.";
    "rdap.base_url", Some("\"https://localhost/\""), rdap_base_url = |v| value::text_matching(v, "an https URL like \"https://rdap.example/\" that ends with a slash, without query and fragment", url::is_base_url),
        "What RDAP links begin with, as registered with IANA.";
    "rdap.rate", Some("500"), rdap_rate = |v| value::number(v, 0..=1_000_000),
        "Requests a second that one client (IPv4 /32, IPv6 /56) may send in the long run before it gets 429, whatever shards it is connected to; 0: no limit.";
    "rdap.burst", Some("2000"), rdap_burst = |v| value::number(v, 1..=10_000_000),
        "Requests that a client may send at once after a pause.";
    "rdap.network_multiple", Some("8"), rdap_network_multiple = |v| value::number(v, 0..=1000),
        "How many times rdap.rate and rdap.burst all clients of one network (IPv4 /24, IPv6 /48) have together; 0: as much as they like.";
    "rdap.exempt", Some("[]"), rdap_exempt = |v| value::networks(v),
        "Networks without limit of rate, as \"192.0.2.0/24\", \"2001:db8::/32\" or a lone address: monitors, testers, your own.";
    "rdap.connections", Some("5000"), rdap_connections = |v| value::number(v, 1..=1_000_000),
        "Connections to RDAP at one time. When all are taken, the network with the most gives one up, the most idle first; more are closed at once.";
    "rdap.connections_per_address", Some("200"), rdap_connections_per_address = |v| value::number(v, 1..=1_000_000),
        "The same from one client (IPv4 /32, IPv6 /64; an IPv6 /56 has twice as many). A newcomer takes the place of one that is idle, or is closed at once.";
    "rdap.connections_per_network", Some("1000"), rdap_connections_per_network = |v| value::number(v, 1..=1_000_000),
        "The same from one network (IPv4 /24, IPv6 /48).";
    "rdap.max_age_s", Some("0"), rdap_max_age = |v| value::number(v, 0..=3600),
        "Seconds that caches may use an answer of RDAP, 404 included, without asking whether it is still true; counts against the time in which changes are to be seen in RDAP. 0: they must ask each time.";
    "rdap.search", Some("\"off\""), rdap_search = |v| value::one_of(v, &["off", "authorised", "all"]),
        "Who may search (domains?name=exam*): nobody, clients that the registry knows (`domesday admin rdap-client`), or all. A search costs more than a look-up, counts as ten requests against rdap.rate, and needs memory for what is searched: 8 bytes for each name of a domain or host, each name server of a domain, each address, name and handle, and more for what was changed since the last checkpoint.";
    "rdap.share", Some("400"), rdap_share = |v| value::number(v, 1..=10_000),
        "Work for all of RDAP together, in percent of what one registrar gets when all want more than there is.";
    "rdap.client_certificates", Some("false"), rdap_client_certificates = |v| value::boolean(v),
        "Whether RDAP asks for client certificates, by which `admin rdap-client add-cert` lets clients see more than the public. Who has none is let in, but browsers ask people for one.";
    "tmch.root", Some("\"\""), tmch_root = |v| value::optional_path(v),
        "File (PEM or DER) with the Trademark Clearinghouse's root certificate, by which signed marks are believed; empty: none is. Read again at SIGHUP.";
    "tmch.crl", Some("\"\""), tmch_crl = |v| value::optional_path(v),
        "File (PEM or DER) with the root's list of revoked validators' certificates, due once a day; fetch it and send SIGHUP.";
    "tmch.stale_crl", Some("\"refuse\""), tmch_stale_crl = |v| value::one_of(v, &["refuse", "warn"]),
        "What becomes of signed marks when that list is missing or out of date. refuse: none is believed; warn: they are, and the log says so.";
    "escrow.dir", Some("\"\""), escrow_dir = |v| value::optional_path(v),
        "Directory in which deposits are made, one directory for each TLD; empty: escrow in data.dir. A deposit is as large as the registry, and is written once for each attempt.";
    "escrow.plan", Some("\"\""), escrow_plan = |v| value::optional_path(v),
        "TOML file that says which TLDs are deposited by schedule: when, for whom, and where to (the manual's chapter `escrow`). Read at the start. Empty: none is.";
    "escrow.idn_table_url", Some("\"https://www.iana.org/domains/idn-tables/tables/{tld}_{tag}_1.0.xml\""), escrow_idn_table_url = |v| value::text_matching(v, "an http or https URL", is_url_pattern),
        "Where the table of a TLD with a tag is published, as deposits say it; {tld} and {tag} stand for the two.";
    "escrow.idn_policy_url", Some("\"\""), escrow_idn_policy_url = |v| value::text_matching(v, "an http or https URL, or nothing", |text| text.is_empty() || is_url_pattern(text)),
        "Where the rules for the use of that table are published; empty: with the table.";
    "metrics.listen", Some("\"127.0.0.1:9700\""), metrics_listen = |v| value::optional_address(v),
        "Address of the plain HTTP listener for /metrics; empty: none.";
    "sla.record_s", Some("60"), sla_record = |v| value::part_of_a_minute(v),
        "Seconds that one line of the record of service levels tells of, a divisor of 60; a process that is killed loses what it counted in the last of them.";
    "sla.keep_months", Some("36"), sla_keep_months = |v| value::number(v, 1..=1200),
        "Months for which the record of service levels (`domesday sla report`) is kept: files in sla/ in data.dir, about 5 MB for each.";
    "admin.socket", Some("\"\""), admin_socket = |v| value::optional_path(v),
        "Unix socket for `domesday admin`, 107 octets at most; empty: admin.sock in data.dir.";
    "clock.max_jump_s", Some("5"), max_jump = |v| value::seconds(v, 1..=86_400),
        "Seconds that the machine's clock may be set by at once; beyond, commands that change the registry are refused until it is back or `domesday admin clock accept` says that it is right.";
    "runtime.shard_cores", Some("[]"), shard_cores = |v| value::cores(v),
        "Cores with a shard each, each named once; empty: every core this process may use.";
    "runtime.ledger_core", Some("-1"), ledger_core = |v| value::optional_core(v),
        "Core of the ledger; -1: wherever the kernel puts it.";
    "runtime.spin_us", Some("0"), spin = |v| value::number(v, 0..=10_000).map(Duration::from_micros),
        "Microseconds a shard polls for the next request before it sleeps: shorter round trips, at the price of a busy core.";
    "fairness.race_us", Some("5000"), race_window = |v| value::number(v, 0..=1_000_000).map(Duration::from_micros),
        "Registrars who race for transforms are served alike, however many sessions each has: whoever is ahead is kept waiting. One still races for so many microseconds after its last answer, in which its next command may be on its way; a client that takes longer holds up nobody. 0: turns only, so that more sessions get more.";
    "wal.segment_mib", Some("64"), segment_bytes = |v| value::mebibytes(v, 32..=1024),
        "MiB of one log segment.";
    "checkpoint.delta_mib", Some("256"), checkpoint_bytes = |v| value::mebibytes(v, 1..=65_536),
        "MiB of changed records in memory that begin a checkpoint.";
    "checkpoint.log_mib", Some("512"), checkpoint_log_bytes = |v| value::mebibytes(v, 1..=1_048_576),
        "MiB of log since the last checkpoint that begin the next one, however few records changed: what bounds the log on disk, and the replay at start.";
    "index.prefault", Some("true"), prefault = |v| value::boolean(v),
        "Whether the mapped index is read into memory at start, so that no query waits for the disk.";
    "index.lock_memory", Some("false"), lock_memory = |v| value::boolean(v),
        "Whether the mapped index is locked in memory (needs memlock).";
    "log.level", Some("\"info\""), log_level = |v| value::one_of(v, &["error", "warn", "info", "debug", "trace"]),
        "Least severe messages that are logged.";
    "log.format", Some("\"auto\""), log_format = |v| value::one_of(v, &["auto", "human", "json"]),
        "auto: for people on a terminal, JSON lines elsewhere.";
}

fn is_repository_id(id: &str) -> bool {
    (1..=8).contains(&id.len()) && id.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'_')
}

/// The address of a page, once the names in braces are what they stand for.
fn is_url_pattern(text: &str) -> bool {
    url::is_page(&text.replace("{tld}", "tld").replace("{tag}", "tag"))
}

/// `sIDType` of RFC 5730, section 4.1, as XML can carry it.
fn is_server_id(id: &str) -> bool {
    let possible = |character: char| !character.is_control() && !matches!(character, '\u{fffe}' | '\u{ffff}');
    (3..=64).contains(&id.chars().count()) && id.chars().all(possible)
}

/// The reference as a commented TOML file: every key with its help and its default.
pub fn reference() -> String {
    let (mut out, mut section) = (String::new(), "");
    for key in KEYS {
        let (table, name) = key.name.split_once('.').unwrap_or(("", key.name));
        if table != section {
            let gap = if section.is_empty() { "" } else { "\n" };
            let _ = writeln!(out, "{gap}[{table}]");
            section = table;
        }
        let _ = writeln!(out, "# {}", key.help);
        let _ = writeln!(out, "# {name} = {}", key.default.unwrap_or("(required)"));
    }
    out
}

/// `; did you mean KEY?` for a key that is nearly one of ours.
pub(super) fn suggestion(wrong: &str) -> String {
    let nearest = KEYS.iter().map(|key| (distance(wrong, key.name), key.name)).min();
    match nearest {
        Some((distance, name)) if distance <= 3 => format!("; did you mean {name}?"),
        _ => String::new(),
    }
}

/// Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
