//! The maintenance mapping: the commands printed in RFC 9167, and a table of faults.

use super::*;

fn info(content: &str) -> String {
    command(&format!("<info><m:info xmlns:m=\"{NS}:epp:maintenance-1.0\">{content}</m:info></info>"))
}

/// Sections 4.1.1.1 and 4.1.1.2.
#[test]
fn the_commands_of_rfc_9167_decode() {
    for (content, expected) in [
        ("<m:id>2e6df9b0-4092-4491-bcc8-9fb2166dcee6</m:id>", Some("2e6df9b0-4092-4491-bcc8-9fb2166dcee6")),
        ("<m:list/>", None),
        ("<m:id name=\"x\" lang=\"de\"> a  b\n</m:id>", Some("a b")),
        ("<m:id/>", Some("")),
        ("<m:list a=\"b\">any <x/> thing</m:list>", None),
    ] {
        let xml = info(content);
        assert_eq!(frame_is_valid(xml.as_bytes()), Ok(()), "{xml}");
        assert_eq!(action(&xml), Action::Query(Query::MaintenanceInfo { id: expected.map(Into::into) }), "{content}");
    }
}

#[test]
fn faults_of_the_maintenance_mapping_have_their_codes() {
    for (content, code) in [
        ("", 2003),
        ("<m:item/>", 2003),
        ("<m:list/><m:id>a</m:id>", 2001),
        ("<m:id>a</m:id><m:id>b</m:id>", 2001),
        ("<m:id type=\"a\">a</m:id>", 2001),
        ("<m:id lang=\"_\">a</m:id>", 2005),
    ] {
        assert_eq!(refused(&info(content)).0, code, "{content}");
    }
    assert_eq!(refused(&info("<m:list/>").replace("m:info", "m:infData")).0, 2001);
    assert_eq!(refused(&info("<m:list/>").replace("m:info", "m:check")).0, 2001);
}
