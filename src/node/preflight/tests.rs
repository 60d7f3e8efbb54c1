//! What `config check` accepts, the start accepts: random values of every key, in and around what it may be.

use std::collections::BTreeMap;
use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::SocketAddr as UnixAddr;

use toml::Value;

use super::*;
use crate::base::timestamp::Timestamp;
use crate::config::KEYS;
use crate::epp::encode::{self, Greeting};
use crate::epp::offer::Offer;
use crate::sim::random::SplitMix64;

const NUMBERS: &[i64] = &[
    i64::MIN,
    -2,
    -1,
    0,
    1,
    2,
    5,
    31,
    32,
    33,
    100,
    101,
    1023,
    1024,
    1025,
    3600,
    3601,
    4095,
    4096,
    4097,
    10_000,
    10_001,
    65_536,
    65_537,
    86_400,
    86_401,
    1_000_000,
    1_000_001,
    10_000_000,
    10_000_001,
    u32::MAX as i64 + 1,
    i64::MAX,
];
const TEXTS: &[&str] = &[
    "",
    "a",
    "ab",
    "abc",
    "DOMESDAY",
    "DOMESDAYS",
    "with space",
    "tab\tinside",
    "bell\u{7}",
    "nul\0",
    "\u{fffe}\u{fffe}\u{fffe}",
    "<&>\"'",
    "Öffentlich",
    "info",
    "trace",
    "json",
    "refuse",
    "off",
    "authorised",
    "all",
    "auto",
    "loud",
    "https://",
    "https:///",
    "https://rdap.example/",
    "https://rdap.example",
    "https://rdap.example:8443/v1/",
    "https://rdap.example/?/",
    "https://rdap example/",
    "https://u@h/",
    "https://[::1]/",
    "http://localhost/terms",
    "http://h\n/",
    "127.0.0.1:0",
    "127.0.0.1:9700",
    "127.0.0.1",
    "[::1]:443",
    "224.0.0.1:9",
    "255.255.255.255:9",
    "[::ffff:127.0.0.1]:9",
    "[ff02::1]:9",
    "/srv/data",
    "relative",
    "/with\0nul",
];
const LISTS: &[&str] = &[
    "[]",
    "[0]",
    "[0, 1]",
    "[1, 1]",
    "[4095]",
    "[4096]",
    "[-1]",
    "[\"a\"]",
    "[\"127.0.0.1:0\"]",
    "[\"127.0.0.1:700\"]",
    "[\"127.0.0.1:700\", \"127.0.0.1:700\"]",
    "[\"127.0.0.1:443\", \"[::1]:443\"]",
    "[\"0.0.0.0:700\", \"127.0.0.1:700\"]",
    "[\"[::]:700\", \"0.0.0.0:700\"]",
    "[\"[::ffff:10.0.0.1]:700\"]",
    "[\"239.1.1.1:700\"]",
    "[\"127.0.0.1:9700\"]",
    "[\"127.0.0.1:0\", \"127.0.0.1:0\"]",
    "[7, \"127.0.0.1:1\"]",
];

fn any<T: Copy>(random: &mut SplitMix64, of: &[T]) -> T {
    of[random.below(of.len() as u64) as usize]
}

/// A value for that key: mostly of its own type.
fn value(random: &mut SplitMix64, default: &str) -> String {
    let text = |text: &str| Value::from(text).to_string();
    match default.as_bytes().first() {
        _ if random.chance(20) => any(random, &["true", "1.5", "7", "\"x\"", "[]", "{}", "1979-05-27"]).to_owned(),
        Some(b'"') if random.chance(8) => text(&"x".repeat(random.below(130) as usize)),
        Some(b'"') if random.chance(8) => text(&format!("/{}", "x".repeat(90 + random.below(30) as usize))),
        Some(b'"') => text(any(random, TEXTS)),
        Some(b'[') => any(random, LISTS).to_owned(),
        Some(b't' | b'f') => any(random, &["true", "false"]).to_owned(),
        _ if random.chance(2) => any(random, NUMBERS).to_string(),
        _ => {
            let bits = 1 + random.below(24);
            (random.below(1 << bits) as i64 - 2).to_string()
        }
    }
}

/// What each part of the start would say, that needs no machine to say it.
fn refused(config: &Config) -> Option<String> {
    if let Some(problem) = of_the_program(config).first() {
        return Some(problem.to_string());
    }
    let paths = [Some(&config.data_dir), Some(&config.epp_certificate), Some(&config.epp_key)];
    let optional = [&config.epp_client_ca, &config.rdap_certificate, &config.rdap_key, &config.admin_socket];
    for path in paths.into_iter().chain(optional.map(Option::as_ref)).flatten() {
        if CString::new(path.as_os_str().as_bytes()).is_err() {
            return Some(format!("{path:?} is no file name"));
        }
    }
    if let Err(error) = UnixAddr::from_pathname(config.admin_socket_path()) {
        return Some(format!("admin.socket: {error}"));
    }
    let mut greeting = Vec::new();
    let texts = Greeting { server_id: config.server_id.clone(), extensions: Vec::new() };
    encode::greeting(&mut greeting, &texts, Offer::ALL, Timestamp::default());
    // Behind the length of the data unit.
    let greeting = String::from_utf8_lossy(&greeting[4..]).into_owned();
    // Char of XML 1.0, and of those the ones that a normalizedString keeps.
    let good = |character: char| character >= ' ' && !matches!(character, '\u{fffe}' | '\u{ffff}');
    if !greeting.chars().all(good) {
        return Some(format!("no XML: {greeting:?}"));
    }
    let mut cores = config.shard_cores.clone();
    cores.sort_unstable();
    cores.dedup();
    let pair = config.rdap_certificate.is_some() == config.rdap_key.is_some();
    let within = config.epp_waiting_per_network <= config.epp_waiting && config.epp_waiting <= config.epp_sessions;
    let sound = pair && within && cores.len() == config.shard_cores.len() && !config.epp_listen.is_empty();
    (!sound).then(|| format!("{config:?}"))
}

#[test]
fn what_the_table_accepts_the_start_accepts() {
    let mut random = SplitMix64::new(20_261_126);
    let required =
        [("data.dir", "\"/srv/data\""), ("epp.certificate", "\"/srv/epp.pem\""), ("epp.key", "\"/srv/epp.key\"")];
    // How often a value of the key was taken, and refused.
    let mut seen: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for _ in 0..30_000 {
        let mut given: BTreeMap<&str, String> = required.map(|(key, value)| (key, value.to_owned())).into();
        let changed: Vec<_> =
            (0..1 + random.below(3)).map(|_| &KEYS[random.below(KEYS.len() as u64) as usize]).collect();
        for key in &changed {
            given.insert(key.name, value(&mut random, key.default.unwrap_or("\"\"")));
        }
        let text: String = given.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
        let outcome = Config::parse(&text);
        if let Ok(config) = &outcome {
            assert_eq!(refused(config), None, "{text}");
        }
        let wrong = |name: &str| outcome.as_ref().is_err_and(|errors| errors.iter().any(|error| error.key == name));
        for key in changed {
            let (taken, refused) = seen.entry(key.name).or_default();
            if wrong(key.name) { *refused += 1 } else { *taken += 1 }
        }
        for error in outcome.err().unwrap_or_default() {
            assert!(KEYS.iter().any(|key| key.name == error.key), "{error} in {text}");
        }
    }
    let one_sided: Vec<_> = seen.iter().filter(|(_, (taken, refused))| *taken < 20 || *refused < 20).collect();
    assert!(one_sided.is_empty() && seen.len() == KEYS.len(), "not tried both ways: {one_sided:?}");
}

#[test]
fn files_that_are_missing_and_cores_that_are_not_ours_are_all_named() {
    let text = "data.dir = \"/dev/null/d\"\nepp.certificate = \"/nonexistent/c\"\nepp.key = \"/nonexistent/k\"\n\
                runtime.shard_cores = [4095]\nadmin.socket = \"/nonexistent/s\"\nepp.listen = [\"203.0.113.99:700\"]\n";
    let problems = problems(&Config::parse(text).expect("complete"));
    let keys: Vec<_> = problems.iter().map(|problem| problem.key.as_str()).collect();
    assert_eq!(keys, ["epp.certificate", "runtime.shard_cores", "epp.listen", "data.dir", "admin.socket"]);
}

#[test]
fn a_file_in_the_place_of_the_socket_is_named() {
    let folder = tempfile::tempdir().expect("a directory can be made");
    let place = folder.path().join("precious");
    std::fs::write(&place, "key").expect("a file can be written");
    let text =
        format!("data.dir = {:?}\nepp.certificate = \"c\"\nepp.key = \"k\"\nadmin.socket = {place:?}\n", folder.path());
    let problems = problems(&Config::parse(&text).expect("complete"));
    assert!(problems.iter().any(|problem| problem.key == "admin.socket"), "{problems:?}");
}
