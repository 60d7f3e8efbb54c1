//! `loginSec:loginSec`: the commands printed in RFC 8807, and a table of faults.

use super::*;
use crate::model::login_sec::{LoginSecurity, UserAgent};

const SEC: &str = "urn:ietf:params:xml:ns:epp:loginSec-1.0";

/// The login around each example (section 4.1), with these passwords.
fn login(passwords: &str, extension: &str) -> String {
    command(&format!(
        "<login><clID>ClientX</clID>{passwords}<options><version>1.0</version><lang>en</lang></options><svcs>\
         <objURI>urn:ietf:params:xml:ns:obj1</objURI><svcExtension><extURI>{SEC}</extURI></svcExtension></svcs></login>\
         <extension>{extension}</extension>"
    ))
}

/// A login with these children of `loginSec:loginSec`, whose prefix is `l`.
fn with(body: &str) -> String {
    login("<pw>[LOGIN-SECURITY]</pw>", &format!("<l:loginSec xmlns:l=\"{SEC}\">{body}</l:loginSec>"))
}

fn security(xml: &str) -> LoginSecurity {
    assert_eq!(frame_is_valid(xml.as_bytes()), Ok(()), "{xml}");
    extensions_of(xml).login_sec.unwrap_or_else(|| panic!("login security in {xml}"))
}

/// Section 4.1: what stands in `<extension>` of the three logins.
const PRINTED: [&str; 3] = [
    r#"
      <loginSec:loginSec
        xmlns:loginSec=
          "urn:ietf:params:xml:ns:epp:loginSec-1.0">
        <loginSec:userAgent>
          <loginSec:app>EPP SDK 1.0.0</loginSec:app>
          <loginSec:tech>Vendor Java 11.0.6</loginSec:tech>
          <loginSec:os>x86_64 Mac OS X 10.15.2</loginSec:os>
        </loginSec:userAgent>
        <loginSec:pw>this is a long password</loginSec:pw>
      </loginSec:loginSec>
"#,
    r#"
      <loginSec:loginSec
        xmlns:loginSec=
          "urn:ietf:params:xml:ns:epp:loginSec-1.0">
        <loginSec:pw>this is a long password
        </loginSec:pw>
        <loginSec:newPW>new password that is still long
        </loginSec:newPW>
      </loginSec:loginSec>
"#,
    r#"
      <loginSec:loginSec
        xmlns:loginSec=
          "urn:ietf:params:xml:ns:epp:loginSec-1.0">
        <loginSec:newPW>new password that is still long
        </loginSec:newPW>
      </loginSec:loginSec>
"#,
];

#[test]
fn the_commands_of_rfc_8807_decode() {
    let agent = |app: Option<&str>, tech: Option<&str>, os: Option<&str>| {
        let [app, tech, os] = [app, tech, os].map(|part| part.map(text));
        Some(UserAgent { app, tech, os })
    };
    let (old, new) = (Some(text("this is a long password")), Some(text("new password that is still long")));
    let user_agent = agent(Some("EPP SDK 1.0.0"), Some("Vendor Java 11.0.6"), Some("x86_64 Mac OS X 10.15.2"));
    let both = "<pw>[LOGIN-SECURITY]</pw><newPW>[LOGIN-SECURITY]</newPW>";
    for (passwords, printed, expected) in [
        (
            "<pw>[LOGIN-SECURITY]</pw>",
            PRINTED[0],
            LoginSecurity { user_agent, password: old.clone(), new_password: None },
        ),
        (both, PRINTED[1], LoginSecurity { user_agent: None, password: old, new_password: new.clone() }),
        (
            "<pw>shortpassword</pw><newPW>[LOGIN-SECURITY]</newPW>",
            PRINTED[2],
            LoginSecurity { user_agent: None, password: None, new_password: new },
        ),
    ] {
        let xml = login(passwords, printed);
        assert_eq!(security(&xml), expected);
        assert!(!format!("{expected:?}").contains("long"), "no password in a log");
        let Envelope { mut action, extensions, .. } = envelope(xml.as_bytes());
        extensions.expect("one").extend(&mut action);
        let Action::Login(login) = action else { panic!("a login") };
        assert_eq!(login.security, Some(expected), "it reaches the login");
    }
    assert_eq!(security(&with("")), LoginSecurity::default(), "RFC 8807 forbids it, its schema does not");
    for (body, expected) in [
        ("<l:app/>", agent(Some(""), None, None)),
        ("<l:app>a</l:app><l:os> b  c </l:os>", agent(Some("a"), None, Some("b c"))),
        ("<l:tech>a</l:tech><l:os>b</l:os>", agent(None, Some("a"), Some("b"))),
        ("<l:os>b</l:os>", agent(None, None, Some("b"))),
    ] {
        assert_eq!(security(&with(&format!("<l:userAgent>{body}</l:userAgent>"))).user_agent, expected, "{body}");
    }
}

#[test]
fn faults_of_login_security_have_the_code_of_the_table() {
    let pw = "<l:pw>secret</l:pw>";
    for (body, code, what) in [
        ("<l:pw>short</l:pw>", 2005, "6"),
        ("<l:pw> short </l:pw>", 2005, "6"),
        ("<l:pw/>", 2005, "6"),
        ("<l:newPW>short</l:newPW>", 2005, "6"),
        ("<l:pw lang='en'>secret</l:pw>", 2001, "no attributes"),
        ("<l:pw>secret<l:pw/></l:pw>", 2001, "text of loginSec:pw"),
        (&format!("{pw}{pw}"), 2001, "</loginSec:loginSec>"),
        (&format!("<l:newPW>secret</l:newPW>{pw}"), 2001, "</loginSec:loginSec>"),
        (&format!("{pw}<l:userAgent><l:os>a</l:os></l:userAgent>"), 2001, "</loginSec:loginSec>"),
        ("<l:userAgent/>", 2003, "loginSec:app"),
        ("<l:userAgent><l:os>a</l:os><l:tech>b</l:tech></l:userAgent>", 2001, "</loginSec:userAgent>"),
        ("<l:userAgent><l:pw>secret</l:pw></l:userAgent>", 2003, "loginSec:app"),
        ("<l:userAgent x='y'><l:os>a</l:os></l:userAgent>", 2001, "no attributes"),
        ("<pw>secret</pw>", 2001, "found pw"),
        ("secret", 2001, "found secret"),
    ] {
        let xml = with(body);
        let (found, text) = refused(&xml);
        assert_eq!(found, code, "{xml}\n{text}");
        assert!(text.contains(what), "{xml}\n{text}");
        assert!(frame_is_valid(xml.as_bytes()).is_err(), "{xml}");
    }
    for element in ["loginSecData", "event", "pw"] {
        let xml = login("<pw>secret</pw>", &format!("<l:{element} xmlns:l=\"{SEC}\"/>"));
        assert_eq!(refused(&xml).0, 2001, "{element}");
    }
}
