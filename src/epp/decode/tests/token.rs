//! The allocation token extension: the commands printed in RFC 8495, and a table of faults.

use super::*;
use crate::model::token::TokenElement;

/// A domain check with that in its extension, whose prefix is `t`.
fn with(content: &str) -> String {
    let extension = content.replace(" X", &format!(" xmlns:t=\"{NS}:allocationToken-1.0\""));
    command(&format!(
        "<check><d:check xmlns:d=\"{NS}:domain-1.0\"><d:name>allocation.example</d:name></d:check></check>\
         <extension>{extension}</extension>"
    ))
}

fn token(xml: &str) -> TokenElement<'_> {
    assert_eq!(frame_is_valid(xml.as_bytes()), Ok(()), "{xml}");
    extensions_of(xml).token.unwrap_or_else(|| panic!("a token in {xml}"))
}

/// Sections 2.1 and 3, the examples of elements.
#[test]
fn the_elements_of_rfc_8495_decode() {
    let printed = "<allocationToken:allocationToken xmlns:allocationToken=
             \"urn:ietf:params:xml:ns:allocationToken-1.0\">
     abc123
   </allocationToken:allocationToken>";
    assert_eq!(token(&with(printed)), TokenElement::Token("abc123".into()));
    let printed = "<allocationToken:info
          xmlns:allocationToken=
            \"urn:ietf:params:xml:ns:allocationToken-1.0\"/>";
    assert_eq!(token(&with(printed)), TokenElement::Info);
}

#[test]
fn a_token_reaches_each_command_that_it_extends() {
    let extended = |command: &str, element: &str| {
        let extension = format!("<extension><t:{element} xmlns:t=\"{NS}:allocationToken-1.0\"");
        let end = if element == "info" { "/>".to_owned() } else { format!("> a  b </t:{element}>") };
        let xml = command.replace("<clTRID>", &format!("{extension}{end}</extension><clTRID>"));
        let mut envelope = match decode(xml.as_bytes()) {
            Ok(Frame::Command(envelope)) => envelope,
            other => panic!("{other:?}"),
        };
        envelope.extensions.expect("one").extend(&mut envelope.action);
        format!("{:?}", envelope.action)
    };
    let name = "<d:name>a.test</d:name>";
    let transfer = object("transfer", "domain", name).replacen("<transfer>", "<transfer op=\"request\">", 1);
    let date = format!("{name}<d:curExpDate>2027-01-31</d:curExpDate>");
    let auth = format!("{name}<d:authInfo><d:pw/></d:authInfo>");
    for command in
        [object("check", "domain", name), object("create", "domain", &auth), object("renew", "domain", &date), transfer]
    {
        assert!(extended(&command, "allocationToken").contains("token: Some(\"a b\")"), "{command}");
    }
    assert!(extended(&object("info", "domain", name), "info").contains("token: true"));
}

#[test]
fn faults_of_tokens_have_their_codes() {
    for (content, code) in [
        ("<t:allocationToken X>a</t:allocationToken>", None),
        ("<t:allocationToken X/>", Some(2005)),
        ("<t:allocationToken X> \n </t:allocationToken>", Some(2005)),
        ("<t:allocationToken X lang=\"en\">a</t:allocationToken>", Some(2001)),
        ("<t:allocationToken X><t:info/></t:allocationToken>", Some(2001)),
        ("<t:info X></t:info>", None),
        ("<t:info X> </t:info>", Some(2001)),
        ("<t:info X>a</t:info>", Some(2001)),
        ("<t:info X op=\"1\"/>", Some(2001)),
        ("<t:infData X/>", Some(2001)),
        ("<t:info X/><t:allocationToken X>a</t:allocationToken>", Some(2001)),
    ] {
        let xml = with(content);
        let found = decode(xml.as_bytes()).err().map(|failure| failure.refusal.code());
        assert_eq!(found, code, "{content}");
    }
}
