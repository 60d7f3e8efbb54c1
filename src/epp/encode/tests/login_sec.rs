//! What is said of logins: the responses printed in RFC 8807.

use super::*;
use crate::model::login_sec::{EventKind, EventLevel, LoginEvent};
use crate::model::refusal::Refusal;

fn event(kind: EventKind, level: EventLevel, text: &'static str) -> LoginEvent {
    LoginEvent::new(kind, level, text)
}

fn expiring(kind: EventKind, text: &'static str, day: Timestamp) -> LoginEvent {
    LoginEvent { expires: Some(day), ..event(kind, EventLevel::Warning, text) }
}

fn valued(kind: EventKind, name: &str, value: &str, text: &'static str) -> LoginEvent {
    LoginEvent { name: name.into(), value: value.into(), ..event(kind, EventLevel::Warning, text) }
}

/// A printed response as ours say it: dates have milliseconds, the default language is not said.
fn printed(code: u16, message: &str, events: &str) -> String {
    format!(
        r#"<epp xmlns="urn:ietf:params:xml:ns:epp-1.0">
  <response>
    <result code="{code}">
      <msg>{message}</msg>
    </result>
    <extension>
      <loginSec:loginSecData
        xmlns:loginSec=
          "urn:ietf:params:xml:ns:epp:loginSec-1.0">{events}
      </loginSec:loginSecData>
    </extension>
    <trID>
      <clTRID>ABC-12345</clTRID>
      <svTRID>54321-XYZ</svTRID>
    </trID>
  </response>
</epp>"#
    )
    .replace(":00.0Z", ":00.000Z")
    .replace("lang=\"en\"", "")
}

/// Section 4.1, the response "where the password will expire in a week", and the one with "a set of login security events".
#[test]
fn a_login_says_what_rfc_8807_prints() {
    let first = moment(2020, 4, 1, 22, 0, 0);
    let week = r#"
        <loginSec:event
          type="password"
          level="warning"
          exDate="2020-04-01T22:00:00.0Z"
          lang="en">
          Password expiring in a week
        </loginSec:event>"#;
    let set = r#"
        <loginSec:event
          type="password"
          level="warning"
          exDate="2020-04-01T22:00:00.0Z"
          lang="en">
          Password expiration soon
        </loginSec:event>
        <loginSec:event
          type="certificate"
          level="warning"
          exDate="2020-04-02T22:00:00.0Z"/>
        <loginSec:event
          type="cipher"
          level="warning"
          value="TLS_RSA_WITH_AES_128_CBC_SHA">
          Non-PFS Cipher negotiated
        </loginSec:event>
        <loginSec:event
          type="tlsProtocol"
          level="warning"
          value="TLSv1.0">
          Insecure TLS protocol negotiated
        </loginSec:event>
        <loginSec:event
          type="stat"
          name="failedLogins"
          level="warning"
          value="100"
          duration="P1D">
          Excessive invalid daily logins
        </loginSec:event>
        <loginSec:event
          type="custom"
          name="myCustomEvent"
          level="warning">
          A custom login security event occurred
        </loginSec:event>"#;
    let failed = valued(EventKind::Stat, "failedLogins", "100", "Excessive invalid daily logins");
    let events = vec![
        expiring(EventKind::Password, "Password expiration soon", first),
        expiring(EventKind::Certificate, "", moment(2020, 4, 2, 22, 0, 0)),
        valued(EventKind::Cipher, "", "TLS_RSA_WITH_AES_128_CBC_SHA", "Non-PFS Cipher negotiated"),
        valued(EventKind::TlsProtocol, "", "TLSv1.0", "Insecure TLS protocol negotiated"),
        LoginEvent { seconds: Some(86_400), ..failed },
        valued(EventKind::Custom, "myCustomEvent", "", "A custom login security event occurred"),
    ];
    let expiring = vec![expiring(EventKind::Password, "Password expiring in a week", first)];
    for (events, expected) in [(expiring, week), (events, set)] {
        let ours = said(&Answer::LoggedIn { events: events.clone() }, all());
        assert_eq!(meaning(&ours), meaning(&printed(1000, "Command completed successfully", expected)), "{ours}");
        let silent = said(&Answer::LoggedIn { events }, all_but(Extension::LoginSec));
        assert_eq!(silent, said(&Answer::Empty, all()), "only for those who asked");
    }
    assert_eq!(said(&Answer::LoggedIn { events: Vec::new() }, all()), said(&Answer::Empty, all()));
}

/// Section 4.1, the failed login "where the password has expired and the new password does not meet the server complexity
/// requirements".
#[test]
fn a_refused_login_says_what_rfc_8807_prints() {
    let expected = r#"
        <loginSec:event
          type="password"
          level="error"
          exDate="2020-03-24T22:00:00.0Z">
          Password has expired
        </loginSec:event>
        <loginSec:event
          type="newPW"
          level="error">
          New password does not meet complexity requirements
        </loginSec:event>"#;
    let password = event(EventKind::Password, EventLevel::Error, "Password has expired");
    let events = vec![
        LoginEvent { expires: Some(moment(2020, 3, 24, 22, 0, 0)), ..password },
        event(EventKind::NewPassword, EventLevel::Error, "New password does not meet complexity requirements"),
    ];
    let refusal = Refusal::Login { refusal: Box::new(Refusal::Authentication), events };
    let mut out = Vec::new();
    let (result, cl_trid) = (Err(&refusal), Some("ABC-12345"));
    response(&mut out, &Response { result, cl_trid, sv_trid: "54321-XYZ", sent: None, services: Services::default() });
    let ours = String::from_utf8(out.split_off(4)).expect("a response is UTF-8");
    assert_eq!(meaning(&ours), meaning(&printed(2200, "Authentication error", expected)), "{ours}");
    assert!(!refusal.closes());
}
