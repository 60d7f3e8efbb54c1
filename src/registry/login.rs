//! What a client that has shown its password is told, and whether it may log in with it: the age and the form of passwords,
//! certificates and TLS that come to an end, failed attempts (RFC 8807). Pure; who the client is was found out before.

use crate::base::limits::{CERTIFICATE_WARNING_DAYS, LOGIN_PASSWORD_CHARACTERS, LOGIN_PASSWORD_LEAST_CHARACTERS};
use crate::base::timestamp::Timestamp;
use crate::model::login_sec::{EventKind, EventLevel, IN_EXTENSION, LoginEvent};
use crate::model::policy::PasswordPolicy;
use crate::model::refusal::{Element, Fault, Refusal};

/// How a connection is secured.
#[derive(Clone, Copy, Debug)]
pub struct Connection<'a> {
    /// When the client's certificate ends.
    pub certificate_ends: Option<Timestamp>,
    /// The version of TLS.
    pub protocol: &'a str,
    /// The cipher suite.
    pub cipher: &'a str,
    /// Versions and cipher suites that are not to be used any more.
    pub deprecated: &'a [String],
}

/// A login whose password was the client's.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// The registry's time.
    pub now: Timestamp,
    /// The password.
    pub password: &'a str,
    /// Since when it is the client's.
    pub since: Timestamp,
    /// The one that shall replace it, and the element that holds it.
    pub new_password: Option<(&'a str, Element)>,
    /// How many logins of the client have failed since the last that did not, and the seconds since the first of these.
    pub failed: Option<(u64, u64)>,
}

/// What is to be said of a connection, to whoever comes by it: it knows as much itself. `now` is the machine's time, by which
/// certificates are judged.
pub fn connection(connection: &Connection<'_>, now: Timestamp) -> Vec<LoginEvent> {
    let mut events = Vec::new();
    if let Some(ends) = connection.certificate_ends
        && let Some(level) = level(now, ends, CERTIFICATE_WARNING_DAYS)
    {
        let text = match level {
            EventLevel::Warning => "The client certificate expires soon",
            EventLevel::Error => "The client certificate has expired",
        };
        let event = LoginEvent::new(EventKind::Certificate, level, text);
        events.push(LoginEvent { expires: Some(ends), ..event });
    }
    for (kind, value, text) in [
        (EventKind::Cipher, connection.cipher, "This cipher suite will not be accepted for ever"),
        (EventKind::TlsProtocol, connection.protocol, "This version of TLS will not be accepted for ever"),
    ] {
        if connection.deprecated.iter().any(|deprecated| deprecated == value) {
            // Section 3.1: "The "name" attribute MUST be set"; its examples have the value alone. So both.
            let (name, value) = (value.to_owned(), value.to_owned());
            events.push(LoginEvent { name, value, ..LoginEvent::new(kind, EventLevel::Warning, text) });
        }
    }
    events
}

/// Whether the client may log in with its password, and what it is told either way. A password that has expired opens a
/// session only where a new one replaces it (RFC 8807, section 3.1).
///
/// # Result codes
/// - 1000
/// - 2200: the password has expired, and no new one, or no good one, replaces it
/// - 2306: the new password is not what the registry asks for
///
/// # Errors
/// The [`Refusal`] to answer with.
pub fn judge(policy: PasswordPolicy, attempt: &Attempt<'_>) -> (Result<(), Refusal>, Vec<LoginEvent>) {
    let mut events = Vec::new();
    let expiry = (policy.days > 0).then(|| attempt.since.plus_days(i64::from(policy.days)));
    let level = expiry.and_then(|expiry| level(attempt.now, expiry, policy.warning_days));
    let fault = attempt.new_password.and_then(|(new, element)| Some((fault(policy, attempt.password, new)?, element)));
    let is_replaced = attempt.new_password.is_some() && fault.is_none();
    if let Some(level) = level.filter(|_| !is_replaced) {
        let text = match level {
            EventLevel::Warning => "The password expires soon",
            EventLevel::Error => "The password has expired",
        };
        events.push(LoginEvent { expires: expiry, ..LoginEvent::new(EventKind::Password, level, text) });
    }
    if let Some((fault, _)) = &fault {
        events.push(LoginEvent::new(EventKind::NewPassword, EventLevel::Error, fault.clone()));
    }
    if let Some((count, seconds)) = attempt.failed {
        let event =
            LoginEvent::new(EventKind::Stat, EventLevel::Warning, "Logins have failed since the last that did not");
        events.push(LoginEvent {
            name: "failedLogins".to_owned(),
            value: count.to_string(),
            seconds: Some(seconds),
            ..event
        });
    }
    if !is_replaced && attempt.password.chars().count() < least(policy) {
        let text = format!("The password is shorter than the {} characters that a new one must have", least(policy));
        let event = LoginEvent::new(EventKind::Custom, EventLevel::Warning, text);
        events.push(LoginEvent { name: "passwordLength".to_owned(), ..event });
    }
    let verdict = match fault {
        _ if level == Some(EventLevel::Error) && !is_replaced => Err(Refusal::Authentication),
        Some((reason, element)) => Err(Refusal::Policy(Fault::new(element, "", reason))),
        None => Ok(()),
    };
    (verdict, events)
}

/// Why a password may not become a client's, by whomever; `None` if it may.
pub fn unfit(policy: PasswordPolicy, new: &str) -> Option<String> {
    let (length, least) = (new.chars().count(), least(policy));
    if !(least..=LOGIN_PASSWORD_CHARACTERS).contains(&length) {
        return Some(format!("a password has {least} to {LOGIN_PASSWORD_CHARACTERS} characters"));
    }
    // RFC 8807, section 3.2: "The server MUST NOT allow the client to set the password to the value".
    (new == IN_EXTENSION).then(|| format!("{IN_EXTENSION} is no password"))
}

fn fault(policy: PasswordPolicy, old: &str, new: &str) -> Option<String> {
    let same = || (policy.days > 0 && new == old).then(|| "the new password must be another one".to_owned());
    unfit(policy, new).or_else(same)
}

fn least(policy: PasswordPolicy) -> usize {
    LOGIN_PASSWORD_LEAST_CHARACTERS.max(policy.least as usize)
}

/// How near the end is; `None` while it is far.
fn level(now: Timestamp, end: Timestamp, warning_days: u32) -> Option<EventLevel> {
    match now {
        now if now >= end => Some(EventLevel::Error),
        now if now >= end.plus_days(-i64::from(warning_days)) => Some(EventLevel::Warning),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);
    const POLICY: PasswordPolicy = PasswordPolicy { least: 12, days: 90, warning_days: 14 };
    const OLD: &str = "an old password";
    const NEW: &str = "a newer password";

    fn told(events: &[LoginEvent]) -> String {
        let words = events.iter().map(|event| match event.name.as_str() {
            "" => format!("{} {}", event.kind.name(), event.level.name()),
            name => format!("{} {name} {}", event.kind.name(), event.level.name()),
        });
        words.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn passwords_are_judged_by_age_and_form() {
        let (expired, soon) = ("password error", "password warning");
        let long = "x".repeat(256);
        for (case, days, password, new, code, expected) in [
            ("fresh", 0, OLD, None, 1000, ""),
            ("a day before the warning", 75, OLD, None, 1000, ""),
            ("warned of", 76, OLD, None, 1000, soon),
            ("its last day", 89, OLD, None, 1000, soon),
            ("expired", 90, OLD, None, 2200, expired),
            ("long expired", 900, OLD, None, 2200, expired),
            ("replaced", 0, OLD, Some(NEW), 1000, ""),
            ("replaced when it is time", 80, OLD, Some(NEW), 1000, ""),
            ("replaced when it has expired", 91, OLD, Some(NEW), 1000, ""),
            ("replaced by a short one", 0, OLD, Some("short pw"), 2306, "newPW error"),
            ("replaced by a long one", 0, OLD, Some(&long), 2306, "newPW error"),
            ("replaced by itself", 0, OLD, Some(OLD), 2306, "newPW error"),
            ("replaced by a short one, warned of", 80, OLD, Some("short pw"), 2306, "password warning, newPW error"),
            ("replaced by a short one, expired", 91, OLD, Some("short pw"), 2200, "password error, newPW error"),
            ("replaced by itself, expired", 91, OLD, Some(OLD), 2200, "password error, newPW error"),
            ("replaced by the word for none", 0, OLD, Some(IN_EXTENSION), 2306, "newPW error"),
            ("short", 0, "short pw", None, 1000, "custom passwordLength warning"),
            ("short, expired", 90, "short pw", None, 2200, "password error, custom passwordLength warning"),
            ("short, replaced", 0, "short pw", Some(NEW), 1000, ""),
        ] {
            let new_password = new.map(|new| (new, Element::login_sec("newPW")));
            let now = START.plus_days(days);
            let attempt = Attempt { now, password, since: START, new_password, failed: None };
            let (verdict, events) = judge(POLICY, &attempt);
            assert_eq!(verdict.map_or_else(|refusal| refusal.code(), |()| 1000), code, "{case}");
            assert_eq!(told(&events), expected, "{case}");
            let ends = events.iter().find(|event| event.kind == EventKind::Password).map(|event| event.expires);
            assert!(ends.is_none_or(|ends| ends == Some(START.plus_days(90))), "{case}");
        }
    }

    #[test]
    fn without_a_policy_passwords_do_not_age_and_have_what_epp_asks_for() {
        let judged = |new: Option<&str>, failed| {
            let now = START.plus_days(10_000);
            let new_password = new.map(|new| (new, Element::epp("newPW")));
            judge(PasswordPolicy::default(), &Attempt { now, password: "sixsix", since: START, new_password, failed })
        };
        assert_eq!(judged(None, None), (Ok(()), Vec::new()));
        assert_eq!(judged(Some("sixsix"), None), (Ok(()), Vec::new()));
        let (verdict, events) = judged(Some(IN_EXTENSION), Some((3, 90)));
        assert_eq!(verdict.map_err(|refusal| refusal.code()), Err(2306));
        assert_eq!(told(&events), "newPW error, stat failedLogins warning");
        assert_eq!((events[1].value.as_str(), events[1].seconds), ("3", Some(90)));
        assert!(unfit(PasswordPolicy::default(), "five5").is_some());
    }

    #[test]
    fn certificates_and_tls_that_come_to_an_end_are_told() {
        let deprecated = ["TLSv1.2".to_owned(), "TLS_OLD".to_owned()];
        for (days, protocol, cipher, expected) in [
            (31, "TLSv1.3", "TLS_NEW", ""),
            (30, "TLSv1.3", "TLS_NEW", "certificate warning"),
            (1, "TLSv1.2", "TLS_NEW", "certificate warning, tlsProtocol TLSv1.2 warning"),
            (0, "TLSv1.3", "TLS_NEW", "certificate error"),
            (99, "TLSv1.2", "TLS_OLD", "cipher TLS_OLD warning, tlsProtocol TLSv1.2 warning"),
        ] {
            let certificate_ends = Some(START.plus_days(days));
            let events = connection(&Connection { certificate_ends, protocol, cipher, deprecated: &deprecated }, START);
            assert_eq!(told(&events), expected, "{days} {protocol} {cipher}");
            assert!(events.iter().all(|event| event.kind == EventKind::Certificate || !event.value.is_empty()));
        }
    }
}
