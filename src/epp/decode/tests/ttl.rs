//! The mapping of TTLs: what its elements decode to, and a table of faults.

use super::*;
use crate::model::ttl::{TtlElement, TtlGiven};

/// A domain update with that in its extension, whose prefix is `t`.
fn with(content: &str) -> String {
    let extension = content.replace(" X", &format!(" xmlns:t=\"{NS}:epp:ttl-1.0\""));
    command(&format!(
        "<update><d:update xmlns:d=\"{NS}:domain-1.0\"><d:name>a.example</d:name></d:update></update>\
         <extension>{extension}</extension>"
    ))
}

fn element(content: &str) -> TtlElement {
    let xml = with(content);
    assert_eq!(frame_is_valid(xml.as_bytes()), Ok(()), "{xml}");
    extensions_of(&xml).ttl.unwrap_or_else(|| panic!("a TTL in {xml}"))
}

fn given(record: &'static str, seconds: Option<u32>) -> TtlGiven {
    TtlGiven { record, custom: None, seconds }
}

#[test]
fn elements_decode() {
    assert_eq!(element("<t:info X/>"), TtlElement::Info(false));
    assert_eq!(element("<t:info X policy=\" true \"/>"), TtlElement::Info(true));
    assert_eq!(element("<t:info X policy=\"0\"></t:info>"), TtlElement::Info(false));
    let ttls = "<t:create X><t:ttl for=\"NS\">172800</t:ttl> <t:ttl for=\" DS \"> +0300\n</t:ttl><t:ttl for=\"A\"/></t:create>";
    let expected = vec![given("NS", Some(172_800)), given("DS", Some(300)), given("A", None)];
    assert_eq!(element(ttls), TtlElement::Create(expected));
    let custom = TtlGiven { custom: Some("X-1".into()), ..given("custom", Some(2_147_483_647)) };
    let ttls = "<t:update X><t:ttl for=\"custom\" custom=\"X-1\">2147483647</t:ttl></t:update>";
    assert_eq!(element(ttls), TtlElement::Update(vec![custom]));
}

#[test]
fn faults_of_ttls_have_their_codes() {
    for (content, code) in [
        ("<t:ttl for=\"NS\">0</t:ttl>", None),
        ("<t:ttl for=\"NS\">-0</t:ttl>", None),
        ("<t:ttl for=\"NS\"> </t:ttl>", None),
        ("<t:ttl for=\"NS\" custom=\"A\">1</t:ttl>", None),
        ("", Some(2003)),
        ("<t:ttl>1</t:ttl>", Some(2003)),
        ("<t:ttl for=\"MX\">1</t:ttl>", Some(2004)),
        ("<t:ttl for=\"ns\">1</t:ttl>", Some(2004)),
        ("<t:ttl for=\"NS\">-1</t:ttl>", Some(2004)),
        ("<t:ttl for=\"NS\">2147483648</t:ttl>", Some(2004)),
        ("<t:ttl for=\"NS\">99999999999999999999</t:ttl>", Some(2004)),
        ("<t:ttl for=\"NS\">1.0</t:ttl>", Some(2005)),
        ("<t:ttl for=\"NS\">1h</t:ttl>", Some(2005)),
        ("<t:ttl for=\"NS\">+</t:ttl>", Some(2005)),
        ("<t:ttl for=\"custom\" custom=\"\">1</t:ttl>", Some(2005)),
        ("<t:ttl for=\"custom\" custom=\"B\">1</t:ttl>", Some(2005)),
        ("<t:ttl for=\"custom\" custom=\"AB-\">1</t:ttl>", Some(2005)),
        ("<t:ttl for=\"custom\" custom=\"1A\">1</t:ttl>", Some(2005)),
        ("<t:ttl for=\"custom\" custom=\"aB\">1</t:ttl>", Some(2005)),
        ("<t:ttl for=\"NS\" min=\"1\">1</t:ttl>", Some(2001)),
        ("<t:ttl for=\"NS\">1</t:ttl><t:ttl for=\"NS\"/>", Some(2001)),
        ("<t:ttl for=\"custom\" custom=\"AB\"/><t:ttl for=\"custom\" custom=\"CD\"/>", Some(2001)),
        ("<t:ttl for=\"NS\">1</t:ttl><t:info/>", Some(2001)),
    ] {
        let xml = with(&format!("<t:create X>{content}</t:create>"));
        let found = decode(xml.as_bytes()).err().map(|failure| failure.refusal.code());
        assert_eq!(found, code, "{content}");
    }
    for content in ["<t:info X> </t:info>", "<t:info X for=\"NS\"/>", "<t:infData X/>", "<t:create X a=\"b\"/>"] {
        assert_eq!(refused(&with(content)).0, 2001, "{content}");
    }
    assert_eq!(refused(&with("<t:info X policy=\"yes\"/>")).0, 2005);
}
