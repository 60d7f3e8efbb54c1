//! What the login security extension says of a login (RFC 8807, section 4.1).

use super::xml;
use crate::epp::extensions::Extension;
use crate::model::answer::Answer;
use crate::model::login_sec::LoginEvent;

/// `loginSec:loginSecData`, if the answer is that to a login with events.
pub(super) fn answered(out: &mut Vec<u8>, answer: &Answer<'_>) {
    if let Answer::LoggedIn { events } = answer {
        data(out, events);
    }
}

/// `loginSec:loginSecData`: one event at least.
pub(super) fn data(out: &mut Vec<u8>, events: &[LoginEvent]) {
    if events.is_empty() {
        return;
    }
    out.extend_from_slice(b"<loginSec:loginSecData xmlns:loginSec=\"");
    out.extend_from_slice(Extension::LoginSec.uri().as_bytes());
    out.extend_from_slice(b"\">");
    for event in events {
        self::event(out, event);
    }
    xml::close(out, "loginSec:loginSecData");
}

/// `loginSec:eventType`.
fn event(out: &mut Vec<u8>, event: &LoginEvent) {
    out.extend_from_slice(b"<loginSec:event");
    let expires = event.expires.map(|expires| expires.to_string());
    for (name, value) in [
        ("type", Some(event.kind.name())),
        ("name", Some(event.name.as_str()).filter(|name| !name.is_empty())),
        ("level", Some(event.level.name())),
        ("exDate", expires.as_deref()),
        ("value", Some(event.value.as_str()).filter(|value| !value.is_empty())),
        ("duration", event.seconds.map(duration).as_deref()),
    ] {
        if let Some(value) = value {
            xml::attribute(out, name, value);
        }
    }
    out.push(b'>');
    xml::text(out, &event.text);
    xml::close(out, "loginSec:event");
}

/// `xs:duration`: `P1DT2H3M4S`, without the parts that are zero.
fn duration(seconds: u64) -> String {
    let (days, hours) = (seconds / 86_400, seconds / 3600 % 24);
    let (minutes, seconds) = (seconds / 60 % 60, seconds % 60);
    let part = |count: u64, unit: char| if count == 0 { String::new() } else { format!("{count}{unit}") };
    let time = [part(hours, 'H'), part(minutes, 'M'), part(seconds, 'S')].concat();
    match (days, time.is_empty()) {
        (0, true) => "PT0S".to_owned(),
        (_, true) => format!("P{days}D"),
        _ => format!("P{}T{time}", part(days, 'D')),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn durations_have_the_parts_that_are_not_zero() {
        for (seconds, expected) in
            [(0, "PT0S"), (59, "PT59S"), (60, "PT1M"), (3_661, "PT1H1M1S"), (86_400, "P1D"), (90_000, "P1DT1H")]
        {
            assert_eq!(duration(seconds), expected);
        }
    }
}
