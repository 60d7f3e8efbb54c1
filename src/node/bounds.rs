//! The bounds that strangers, registrars and operators can run into: each time one bites it is counted in /metrics, and
//! said in the log once in a while, summed, so that whoever runs into one on purpose cannot fill the disk with log lines.

use std::fmt::Display;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

use crate::base::limits::NOTICE_SECONDS;

macro_rules! bounds {
    ($($variant:ident, $name:literal, $set_by:literal, $beyond:literal;)*) => {
        /// A bound. Its number is its place in [`Bound::ALL`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Bound {
            $(#[doc = $beyond] $variant,)*
        }

        impl Bound {
            /// Every bound.
            pub(super) const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The label of its counter, `domesday_limit_reached_total{limit="…"}`.
            pub(super) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The configuration key or the constant of `base::limits` that sets it.
            pub(super) const fn set_by(self) -> &'static str {
                match self { $(Self::$variant => $set_by,)* }
            }

            /// What happens beyond it.
            pub(super) const fn beyond(self) -> &'static str {
                match self { $(Self::$variant => $beyond,)* }
            }
        }
    };
}

bounds! {
    Descriptors, "descriptors", "SPARE_DESCRIPTORS", "no connection is accepted for a moment: descriptors or memory have run out";
    EppSessions, "epp-sessions", "epp.sessions", "EPP connection closed before TLS";
    EppWaiting, "epp-waiting", "epp.waiting", "EPP connection closed: too many have not logged in";
    EppWaitingPerAddress, "epp-waiting-per-address", "epp.waiting_per_address", "EPP connection closed: its address has as many as it may that have not logged in";
    EppWaitingPerNetwork, "epp-waiting-per-network", "epp.waiting_per_network", "EPP connection closed: its network has as many as it may that have not logged in";
    EppGaveWay, "epp-gave-way", "epp.waiting", "EPP connection closed: it had not logged in and gave way to a newcomer";
    EppHandshakeTime, "epp-handshake-time", "HANDSHAKE_SECONDS", "EPP connection closed in its TLS handshake";
    EppLoginTime, "epp-login-time", "epp.login_timeout_s", "EPP connection closed: no login in time";
    EppLoginFrameBytes, "epp-login-frame-bytes", "EPP_LOGIN_FRAME_BYTES", "2500, EPP connection closed: a data unit before login is too long";
    EppLoginPace, "epp-login-pace", "EPP_LOGIN_PACE_MILLIS", "data units before login are taken slowly";
    LoginFailed, "login-failed", "epp.login_attempts", "2200: a login failed";
    EppFrameTime, "epp-frame-time", "epp.frame_timeout_s", "EPP session closed: a data unit did not become whole in time";
    EppIdleTime, "epp-idle-time", "epp.idle_timeout_s", "EPP session closed: silent for too long";
    EppWriteTime, "epp-write-time", "EPP_WRITE_SECONDS", "EPP session closed: its responses were not taken";
    EppFrameBytes, "epp-frame-bytes", "EPP_FRAME_BYTES", "2500, EPP session closed: the length of a data unit is not possible";
    EppLoginAttempts, "epp-login-attempts", "epp.login_attempts", "2501, EPP session closed: too many failed logins";
    EppRegistrarSessions, "epp-registrar-sessions", "epp.sessions_per_registrar", "2502, EPP session closed: the registrar has as many as it may";
    LoginQueue, "login-queue", "HASH_QUEUE", "2400: too many passwords wait to be checked";
    SmdQueue, "smd-queue", "SMD_QUEUE", "2400: too many signed marks wait to be validated";
    PollMessages, "poll-messages", "POLL_MESSAGES_PER_OBJECT", "a message about one object's transfers replaced the newest unread one";
    LogRefused, "log-refused", "wal.segment_mib", "2400: the log takes nothing, its disk is full or has failed";
    LedgerQueue, "ledger-queue", "LEDGER_QUEUE", "2400: too many commands wait for the ledger";
    RdapConnections, "rdap-connections", "rdap.connections", "RDAP connection closed before TLS";
    RdapConnectionsPerAddress, "rdap-connections-per-address", "rdap.connections_per_address", "RDAP connection closed before TLS: its address has as many as it may";
    RdapConnectionsPerNetwork, "rdap-connections-per-network", "rdap.connections_per_network", "RDAP connection closed before TLS: its network has as many as it may";
    RdapGaveWay, "rdap-gave-way", "rdap.connections", "RDAP connection closed: it gave way to a newcomer";
    RdapHandshakeTime, "rdap-handshake-time", "HANDSHAKE_SECONDS", "RDAP connection closed in its TLS handshake";
    RdapIdleTime, "rdap-idle-time", "RDAP_IDLE_SECONDS", "RDAP connection closed: no whole request in time";
    RdapWriteTime, "rdap-write-time", "RDAP_WRITE_SECONDS", "RDAP connection closed: its answers were not taken";
    RdapBetweenRequests, "rdap-between-requests", "RDAP_BETWEEN_REQUESTS_BYTES", "RDAP connection closed: too many octets without a request";
    RdapStreamErrors, "rdap-stream-errors", "RDAP_STREAM_ERRORS", "RDAP connection closed: HTTP/2 frames that only cost, as streams reset before they are answered";
    RdapHeldConnection, "rdap-held-connection", "RDAP_HELD_CONNECTION_BYTES", "RDAP request waits: the connection has not taken its answers";
    RdapHeldNetwork, "rdap-held-network", "RDAP_HELD_NETWORK_BYTES", "RDAP request waits: the network has not taken its answers";
    RdapHeld, "rdap-held", "RDAP_HELD_BYTES", "RDAP request waits: too many answers are not taken";
    RdapRate, "rdap-rate", "rdap.rate", "429: a client asks too often";
    RdapNetworkRate, "rdap-network-rate", "rdap.network_multiple", "429: the clients of a network ask too often together";
    ClockJump, "clock-jump", "clock.max_jump_s", "2400: the machine's clock is doubted, nothing may be dated";
    MetricsConnections, "metrics-connections", "METRICS_CONNECTIONS", "connection to /metrics closed";
    MetricsGaveWay, "metrics-gave-way", "METRICS_CONNECTIONS", "connection to /metrics closed: it was slow, and gave way to a newcomer";
    AdminConnections, "admin-connections", "ADMIN_CONNECTIONS", "admin connection closed: as many as may be are busy";
    AdminGaveWay, "admin-gave-way", "ADMIN_CONNECTIONS", "admin connection closed: it was idle, and gave way to a newcomer";
    AdminRequestBytes, "admin-request-bytes", "ADMIN_REQUEST_BYTES", "admin request refused, connection closed";
}

/// Counter and log of each bound, shared by all executors.
pub(super) struct Bounds {
    counters: Vec<Counter>,
    notices: Vec<Mutex<Notice>>,
}

/// What the log has not said yet.
#[derive(Default)]
struct Notice {
    said: Option<Instant>,
    unsaid: u64,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct LimitLabels {
    limit: &'static str,
}

/// How long a bound is silent after a line of the log.
const PAUSE: Duration = Duration::from_secs(NOTICE_SECONDS);

impl Bounds {
    /// Registers a counter for each bound, all of them from the start, so that one that never bit reads zero.
    pub(super) fn new(registry: &mut Registry) -> Self {
        let family = Family::<LimitLabels, Counter>::default();
        registry.register("limit_reached", "Times that a limit has bitten, by limit", family.clone());
        let counters = Bound::ALL.iter().map(|bound| {
            let labels = LimitLabels { limit: bound.name() };
            family.get_or_create(&labels).clone()
        });
        Self { counters: counters.collect(), notices: Bound::ALL.iter().map(|_| Mutex::default()).collect() }
    }

    /// Counts that `bound` bit, without a lock and without a word: somebody else sums up.
    pub(super) fn tally(&self, bound: Bound) {
        if let Some(counter) = self.counters.get(bound as usize) {
            counter.inc();
        }
    }

    /// Counts that `bound` bit, and says so unless the log has said it a moment ago. `who` ran into it.
    pub(super) fn bite(&self, bound: Bound, who: &dyn Display) {
        self.tally(bound);
        let Some(mut notice) = self.notice(bound) else { return };
        notice.unsaid += 1;
        if notice.said.is_none_or(|said| said.elapsed() >= PAUSE) {
            say(bound, &mut notice, Some(who));
        }
    }

    /// Says what is left unsaid for long enough. To be called now and then.
    pub(super) fn flush(&self) {
        for bound in Bound::ALL {
            let Some(mut notice) = self.notice(*bound) else { continue };
            if notice.unsaid > 0 && notice.said.is_none_or(|said| said.elapsed() >= PAUSE) {
                say(*bound, &mut notice, None);
            }
        }
    }

    fn notice(&self, bound: Bound) -> Option<MutexGuard<'_, Notice>> {
        // Whole before and after each change.
        self.notices.get(bound as usize).map(|notice| notice.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How often a bound has bitten.
    pub(super) fn count(&self, bound: Bound) -> u64 {
        self.counters.get(bound as usize).map_or(0, |counter| counter.get())
    }
}

fn say(bound: Bound, notice: &mut Notice, who: Option<&dyn Display>) {
    let (limit, set_by, times) = (bound.name(), bound.set_by(), notice.unsaid);
    match who {
        Some(who) => tracing::warn!(limit, set_by, times, %who, "limit reached: {}", bound.beyond()),
        None => tracing::warn!(limit, set_by, times, "limit reached: {}", bound.beyond()),
    }
    *notice = Notice { said: Some(Instant::now()), unsaid: 0 };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_counted_each_time_and_said_once_in_a_while() {
        let mut registry = Registry::default();
        let bounds = Bounds::new(&mut registry);
        for _ in 0..1000 {
            bounds.bite(Bound::RdapHeld, &"192.0.2.1");
        }
        assert_eq!(bounds.count(Bound::RdapHeld), 1000);
        assert_eq!(bounds.count(Bound::EppWaiting), 0);
        let unsaid = bounds.notice(Bound::RdapHeld).expect("a bound").unsaid;
        assert_eq!(unsaid, 999, "the first was said, the others wait for their sum");
        bounds.flush();
        assert_eq!(bounds.notice(Bound::RdapHeld).expect("a bound").unsaid, 999, "not yet");
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry).expect("a string");
        assert!(text.contains("limit_reached_total{limit=\"rdap-held\"} 1000"), "{text}");
        assert!(text.contains("limit_reached_total{limit=\"epp-waiting\"} 0"), "{text}");
    }

    #[test]
    fn every_bound_is_set_by_a_key_or_a_constant_that_exists() {
        let constants = include_str!("../base/limits.rs");
        for bound in Bound::ALL {
            let (name, set_by) = (bound.name(), bound.set_by());
            let key = crate::config::KEYS.iter().any(|key| key.name == set_by);
            assert!(key || constants.contains(&format!("pub const {set_by}: ")), "{name} is set by {set_by}");
            assert_eq!(Bound::ALL.iter().filter(|other| other.name() == name).count(), 1, "{name}");
        }
    }

    /// The number that a text of the manual's tables, or of a constant's definition, means.
    fn number(text: &str) -> Option<u64> {
        let (digits, unit) = text.split_once(' ').unwrap_or((text, ""));
        let factor = match unit {
            "" | "s" | "ms" => 1,
            "KiB" => 1024,
            "MiB" => 1024 * 1024,
            "TiB" => 1024 * 1024 * 1024 * 1024,
            _ => return None,
        };
        digits.replace('_', "").parse::<u64>().ok().map(|number| number * factor)
    }

    /// The constants of `base::limits` with their values.
    fn constants() -> Vec<(&'static str, u64)> {
        let mut found: Vec<(&str, u64)> = Vec::new();
        for line in include_str!("../base/limits.rs").lines() {
            let Some((name, rest)) = line.strip_prefix("pub const ").and_then(|rest| rest.split_once(": ")) else {
                continue;
            };
            let (_, value) = rest.trim_end_matches(';').split_once(" = ").expect("a value");
            let factor = |text: &str| {
                let named = found.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
                number(text).or(named).unwrap_or_else(|| panic!("{name} is {value}"))
            };
            let value = value.split(" * ").map(factor).product();
            found.push((name, value));
        }
        found
    }

    #[test]
    fn the_manual_lists_every_limit_with_its_default_and_its_counter() {
        let manual = include_str!("../manual/limits.rs");
        let rows: Vec<Vec<&str>> = manual
            .lines()
            .filter_map(|line| line.strip_prefix("//! | `"))
            .map(|row| row.trim_end_matches(" |").split(" | ").collect())
            .collect();
        let defaults: Vec<(&str, Option<u64>)> =
            rows.iter().map(|row| (row[0].trim_end_matches('`'), number(row[1]))).collect();
        // Keys that are numbers of something; -1 and 0 mean none.
        let keys = crate::config::KEYS.iter().filter_map(|key| {
            let default = number(key.default?).filter(|default| *default > 0)?;
            Some((key.name, default))
        });
        let all: Vec<_> = keys.chain(constants()).collect();
        assert!(all.len() > 60, "{} limits found", all.len());
        for (name, default) in &all {
            assert!(defaults.contains(&(name, Some(*default))), "the manual does not tell {name} = {default}");
        }
        for (name, _) in &defaults {
            assert!(all.iter().any(|(known, _)| known == name), "the manual tells {name}, which is no limit");
        }
        for bound in Bound::ALL {
            let row = rows.iter().find(|row| row[2].contains(&format!("`{}`", bound.name())));
            let row = row.unwrap_or_else(|| panic!("the manual does not tell the counter {}", bound.name()));
            assert!(row[2..].iter().all(|cell| !cell.is_empty()) || row.len() < 5, "{row:?}");
        }
        assert!(rows.iter().all(|row| row.len() == 5), "five cells a row");
    }
}
