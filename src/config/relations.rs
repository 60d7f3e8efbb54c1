//! What keys say about each other: limits within limits, addresses that are had once, files that come in pairs.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::{Config, ConfigError};

/// Octets of a Unix socket's name, by the kernel's `sockaddr_un` without its terminating zero.
pub const SOCKET_PATH_BYTES: usize = 107;

/// Which keys were given, and whether they are good.
pub(super) type Given = BTreeMap<&'static str, bool>;

/// A limit that is a part of another one, and the whole.
type Within = fn(&mut Config) -> (&mut u32, u32);

/// In such an order that each follows the one its whole is a part in.
const WITHIN: &[Within] = &[
    |config| (&mut config.epp_sessions_per_registrar, config.epp_sessions),
    // Whoever has not logged in leaves room for those who will.
    |config| (&mut config.epp_waiting, (config.epp_sessions / 2).max(1)),
    |config| (&mut config.epp_waiting_per_network, config.epp_waiting),
    |config| (&mut config.epp_waiting_per_address, config.epp_waiting_per_network),
    |config| (&mut config.rdap_connections_per_network, config.rdap_connections),
    |config| (&mut config.rdap_connections_per_address, config.rdap_connections_per_network),
];

/// Says what does not fit together. A part becomes no larger than its whole: whoever lowers the one need not know all that
/// hangs on it.
pub(super) fn check(config: &mut Config, given: &Given) -> Vec<ConfigError> {
    let mut errors = Vec::new();
    let mut error = |key: &str, problem: String| errors.push(ConfigError { key: key.into(), problem });
    let good = |key: &str| given.get(key).copied().unwrap_or(true);
    for within in WITHIN {
        let (part, whole) = within(config);
        *part = (*part).min(whole);
    }
    if config.rdap_certificate.is_some() != config.rdap_key.is_some() && good("rdap.certificate") && good("rdap.key") {
        match config.rdap_key {
            None => error("rdap.key", "is missing, while rdap.certificate is given".into()),
            Some(_) => error("rdap.certificate", "is missing, while rdap.key is given".into()),
        }
    }
    if config.tmch_root.is_none() && config.tmch_crl.is_some() && good("tmch.root") {
        error("tmch.root", "is missing, while tmch.crl is given".into());
    }
    for (key, problem) in collisions(config) {
        error(key, problem);
    }
    let socket = config.admin_socket_path();
    let length = socket.as_os_str().len();
    if length > SOCKET_PATH_BYTES && good("admin.socket") && good("data.dir") {
        let advice = if config.admin_socket.is_none() { " (admin.sock in data.dir: give a shorter one)" } else { "" };
        let problem = format!("expected a name of {SOCKET_PATH_BYTES} octets at most, found {length}{advice}");
        error("admin.socket", problem);
    }
    errors
}

/// Addresses that would be listened on twice: each key that has one which an earlier key or place has.
fn collisions(config: &Config) -> Vec<(&'static str, String)> {
    let lists = [
        ("epp.listen", config.epp_listen.as_slice()),
        ("rdap.listen", config.rdap_listen.as_slice()),
        ("rdap.redirect_listen", config.rdap_redirect_listen.as_slice()),
        ("metrics.listen", config.metrics_listen.as_slice()),
    ];
    let all: Vec<_> = lists.iter().flat_map(|(key, list)| list.iter().map(move |address| (*key, *address))).collect();
    let mut found = Vec::new();
    for (place, (key, address)) in all.iter().enumerate() {
        let earlier = all.iter().take(place).find(|(other, with)| collide(*address, *with, key == other));
        if let Some((other, with)) = earlier {
            found.push((
                *key,
                format!("expected addresses that are listened on once, found {address}, while {other} has {with}"),
            ));
        }
    }
    found
}

/// Port 0 becomes one port for a list, and another one for another list.
fn collide(a: SocketAddr, b: SocketAddr, same_list: bool) -> bool {
    let ip = a.ip() == b.ip() || a.ip().is_unspecified() || b.ip().is_unspecified();
    a.port() == b.port() && (a.port() != 0 || same_list) && a.is_ipv4() == b.is_ipv4() && ip
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    const LEAST: &str = "data.dir = \"/srv/registry\"\nepp.certificate = \"c.pem\"\nepp.key = \"k.pem\"\n";

    fn keys(text: &str) -> Vec<String> {
        let errors = Config::parse(&format!("{LEAST}{text}")).err().unwrap_or_default();
        errors.into_iter().map(|error| error.key).collect()
    }

    #[test]
    fn a_part_becomes_no_larger_than_its_whole() {
        let waiting = |text: &str| {
            let config = Config::parse(&format!("{LEAST}{text}")).expect("good");
            [config.epp_sessions, config.epp_waiting, config.epp_waiting_per_network, config.epp_waiting_per_address]
        };
        assert_eq!(waiting(""), [10_000, 2000, 500, 250]);
        assert_eq!(waiting("epp.sessions = 50\n"), [50, 25, 25, 25]);
        assert_eq!(waiting("epp.sessions = 1\n"), [1, 1, 1, 1]);
        assert_eq!(waiting("epp.sessions = 50\nepp.waiting_per_network = 60\n"), [50, 25, 25, 25]);
        assert_eq!(waiting("epp.waiting = 10\nepp.waiting_per_address = 7\n"), [10_000, 10, 10, 7]);
        let config = Config::parse(&format!("{LEAST}rdap.connections = 150\n")).expect("good");
        assert_eq!((config.rdap_connections_per_network, config.rdap_connections_per_address), (150, 150));
    }

    #[test]
    fn an_address_is_listened_on_once() {
        for (text, key) in [
            ("epp.listen = [\"127.0.0.1:700\", \"127.0.0.1:700\"]", "epp.listen"),
            ("epp.listen = [\"0.0.0.0:700\", \"127.0.0.1:700\"]", "epp.listen"),
            ("rdap.listen = [\"[::1]:0\", \"[::1]:0\"]", "rdap.listen"),
            ("rdap.listen = [\"127.0.0.1:700\"]", "rdap.listen"),
            ("metrics.listen = \"127.0.0.1:443\"", "metrics.listen"),
            ("rdap.redirect_listen = [\"[::]:443\"]", "rdap.redirect_listen"),
        ] {
            assert_eq!(keys(text), [key], "{text}");
        }
        for text in [
            "epp.listen = [\"0.0.0.0:700\", \"[::]:700\"]",
            "epp.listen = [\"127.0.0.1:700\", \"127.0.0.2:700\"]",
            "epp.listen = [\"127.0.0.1:0\"]\nrdap.listen = [\"127.0.0.1:0\"]",
        ] {
            assert_eq!(keys(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn the_socket_has_a_name_that_the_kernel_takes() {
        let long = "x".repeat(106);
        assert_eq!(keys(&format!("admin.socket = \"/{long}\"")), [""; 0]);
        assert_eq!(keys(&format!("admin.socket = \"/{long}x\"")), ["admin.socket"]);
        let text = format!("data.dir = \"/{long}\"\nepp.certificate = \"c\"\nepp.key = \"k\"\n");
        assert_eq!(Config::parse(&text).map_err(|errors| errors[0].key.clone()), Err("admin.socket".into()));
    }

    #[test]
    fn certificate_and_key_come_together_and_what_is_wrong_itself_is_said_once() {
        assert_eq!(keys("rdap.certificate = \"c\""), ["rdap.key"]);
        assert_eq!(keys("rdap.key = \"k\""), ["rdap.certificate"]);
        assert_eq!(keys("rdap.key = 1\nrdap.certificate = \"c\""), ["rdap.key"]);
    }
}
