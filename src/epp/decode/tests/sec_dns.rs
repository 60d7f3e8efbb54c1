//! `secDNS:create` and `secDNS:update`: the commands printed in RFC 5910, and a table of faults.

use super::*;
use crate::model::command::Transform;
use crate::model::extension::SecDnsElement;
use crate::model::sec_dns::{DsData, KeyData, SecDnsChange, SecDnsData, SecDnsRecords, SecDnsRemoval, SecDnsUpdate};

/// The dsData that section 5.2 prints, with this key tag and digest.
fn ds(key_tag: u16, digest: &[u8]) -> DsData {
    DsData { key_tag, algorithm: 3, digest_type: 1, digest: digest.to_vec(), key: None }
}

/// The keyData that section 5.2 prints: `AQPJ////4Q==`.
fn key() -> KeyData {
    KeyData { flags: 257, protocol: 3, algorithm: 1, public_key: vec![1, 3, 0xC9, 255, 255, 255, 0xE1] }
}

const CREATED: [u8; 10] = [0x49, 0xFD, 0x46, 0xE6, 0xC4, 0xB4, 0x5C, 0x55, 0xD4, 0xAC];
const REMOVED: [u8; 10] = [0x38, 0xEC, 0x35, 0xD5, 0xB3, 0xA3, 0x4B, 0x33, 0xC9, 0x9B];
const ADDED: [u8; 10] = [0x38, 0xEC, 0x35, 0xD5, 0xB3, 0xA3, 0x4B, 0x44, 0xC3, 0x9B];

const PRINTED_DS: &str = "<s:dsData><s:keyTag>12345</s:keyTag><s:alg>3</s:alg><s:digestType>1</s:digestType>\
    <s:digest>49FD46E6C4B45C55D4AC</s:digest></s:dsData>";
const PRINTED_KEY: &str = "<s:keyData><s:flags>257</s:flags><s:protocol>3</s:protocol><s:alg>1</s:alg>\
    <s:pubKey>AQPJ////4Q==</s:pubKey></s:keyData>";

fn extended(extension: &str) -> String {
    let update = format!("<update><d:update xmlns:d=\"{NS}:domain-1.0\"><d:name>a.test</d:name></d:update></update>");
    command(&format!("{update}<extension>{extension}</extension>"))
}

/// A command with this content of `secDNS:create`; session rules, not the schema, keep it from an update.
fn create(body: &str) -> String {
    extended(&format!("<s:create xmlns:s=\"{NS}:secDNS-1.1\">{body}</s:create>"))
}

/// A command with this content of `secDNS:update`.
fn update(body: &str) -> String {
    extended(&format!("<s:update xmlns:s=\"{NS}:secDNS-1.1\">{body}</s:update>"))
}

fn created(xml: &str) -> SecDnsData {
    match extensions_of(xml).sec_dns {
        Some(SecDnsElement::Create(data)) => data,
        other => panic!("a create, not {other:?}"),
    }
}

fn updated(xml: &str) -> SecDnsUpdate {
    match extensions_of(xml).sec_dns {
        Some(SecDnsElement::Update(update)) => update,
        other => panic!("an update, not {other:?}"),
    }
}

fn printed(number: &str) -> Option<String> {
    let path = reference()?.join(format!("rfc5910-{number}-command.xml"));
    Some(fs::read_to_string(path).expect("readable"))
}

#[test]
fn creates_that_rfc_5910_prints_decode() {
    let with_key = DsData { key: Some(key()), ..ds(12345, &CREATED) };
    for (number, max_sig_life, records) in [
        ("04", Some(604_800), SecDnsRecords::Ds(vec![ds(12345, &CREATED)])),
        ("05", Some(604_800), SecDnsRecords::Ds(vec![with_key])),
        ("06", None, SecDnsRecords::Keys(vec![key()])),
    ] {
        let Some(xml) = printed(number) else { return };
        assert_eq!(created(&xml), SecDnsData { max_sig_life, records }, "{number}");
        let mut envelope = envelope(xml.as_bytes());
        let extensions = envelope.extensions.take().expect("one");
        extensions.extend(&mut envelope.action);
        let Action::Transform(transform) = envelope.action else { panic!("{number} creates") };
        let Transform::DomainCreate(create) = *transform else { panic!("{number} creates") };
        assert_eq!(create.sec_dns, Some(created(&xml)), "{number}");
    }
}

#[test]
fn updates_that_rfc_5910_prints_decode() {
    let of_ds = |ds: DsData| SecDnsRecords::Ds(vec![ds]);
    let other = KeyData { public_key: vec![1, 3, 0xC9, 255, 255, 255, 0xE1, 4, 16], ..key() };
    let add = |records| Some(SecDnsData { max_sig_life: None, records });
    let chg = Some(SecDnsChange { max_sig_life: Some(605_900) });
    let rem = |records| Some(SecDnsRemoval::Records(records));
    let none = SecDnsUpdate::default();
    for (number, expected) in [
        (
            "07",
            SecDnsUpdate { rem: rem(of_ds(ds(12345, &REMOVED))), add: add(of_ds(ds(12346, &ADDED))), ..none.clone() },
        ),
        ("08", SecDnsUpdate { chg: chg.clone(), ..none.clone() }),
        (
            "09",
            SecDnsUpdate {
                rem: rem(SecDnsRecords::Keys(vec![other])),
                add: add(SecDnsRecords::Keys(vec![key()])),
                chg,
                urgent: false,
            },
        ),
        ("10", SecDnsUpdate { rem: rem(of_ds(ds(12346, &ADDED))), ..none.clone() }),
        (
            "12",
            SecDnsUpdate {
                urgent: true,
                rem: Some(SecDnsRemoval::All(true)),
                add: add(of_ds(ds(12346, &ADDED))),
                chg: None,
            },
        ),
    ] {
        let Some(xml) = printed(number) else { return };
        assert_eq!(updated(&xml), expected, "{number}");
        let mut envelope = envelope(xml.as_bytes());
        let extensions = envelope.extensions.take().expect("one");
        extensions.extend(&mut envelope.action);
        let Action::Transform(transform) = envelope.action else { panic!("{number} updates") };
        let Transform::DomainUpdate(update) = *transform else { panic!("{number} updates") };
        assert_eq!(update.sec_dns, Some(expected), "{number}");
    }
}

#[test]
fn what_the_schema_leaves_open_is_accepted() {
    let one = |records| SecDnsData { max_sig_life: None, records };
    assert_eq!(created(&create(PRINTED_DS)), one(SecDnsRecords::Ds(vec![ds(12345, &CREATED)])));
    let edges = "<s:dsData><s:keyTag> 065535\n</s:keyTag><s:alg>255</s:alg><s:digestType>0</s:digestType>\
        <s:digest/></s:dsData>";
    let record = DsData { key_tag: 65535, algorithm: 255, digest_type: 0, digest: Vec::new(), key: None };
    let both = SecDnsRecords::Ds(vec![record, ds(12345, &CREATED)]);
    assert_eq!(created(&create(&format!("{edges}{PRINTED_DS}"))), one(both));
    let small = PRINTED_DS.replace("49FD46E6C4B45C55D4AC", " 49fd46e6c4b45c55d4ac ");
    assert_eq!(created(&create(&small)), created(&create(PRINTED_DS)));
    let spaced = PRINTED_KEY.replace("AQPJ////4Q==", "\n AQPJ ////\n\t4Q= =\n");
    assert_eq!(created(&create(&spaced)), one(SecDnsRecords::Keys(vec![key()])));

    assert_eq!(updated(&update("")), SecDnsUpdate::default());
    let empty = SecDnsUpdate { chg: Some(SecDnsChange { max_sig_life: None }), ..SecDnsUpdate::default() };
    assert_eq!(updated(&update("<s:chg/>")), empty);
    for (text, all) in [("1", true), ("true", true), (" 0 ", false), ("false", false)] {
        let found = updated(&update(&format!("<s:rem><s:all>{text}</s:all></s:rem>")));
        assert_eq!(found.rem, Some(SecDnsRemoval::All(all)), "{text}");
        let found = updated(&update("").replace("<s:update ", &format!("<s:update urgent='{text}' ")));
        assert_eq!(found.urgent, all, "{text}");
    }
    for (text, seconds) in [("1", 1), ("+7", 7), (" 007 ", 7), ("2147483647", 2_147_483_647)] {
        let found = updated(&update(&format!("<s:chg><s:maxSigLife>{text}</s:maxSigLife></s:chg>")));
        assert_eq!(found.chg, Some(SecDnsChange { max_sig_life: Some(seconds) }), "{text}");
    }
}

/// The printed records with the text of one element changed.
fn with(element: &str, text: &str) -> String {
    let both = PRINTED_DS.replace("</s:dsData>", &format!("{PRINTED_KEY}</s:dsData>"));
    let (start, end) = (format!("<s:{element}>"), format!("</s:{element}>"));
    let (before, rest) = both.split_once(&start).expect("an element of the record");
    let (_, after) = rest.split_once(&end).expect("its end");
    create(&format!("{before}{start}{text}{end}{after}"))
}

#[test]
fn faults_of_sec_dns_have_the_code_of_the_table() {
    let life = |text: &str| create(&format!("<s:maxSigLife>{text}</s:maxSigLife>{PRINTED_DS}"));
    let without = |element: &str| with(element, "").replace(&format!("<s:{element}></s:{element}>"), "");
    let mut rows = vec![
        (create(""), 2003, "secDNS:dsData"),
        (create("<s:maxSigLife>1</s:maxSigLife>"), 2003, "secDNS:dsData"),
        (create("<s:all>true</s:all>"), 2003, "secDNS:dsData"),
        (create(&format!("{PRINTED_DS}{PRINTED_KEY}")), 2001, "secDNS:dsData or </secDNS:create>"),
        (create(&format!("{PRINTED_KEY}{PRINTED_DS}")), 2001, "secDNS:keyData or </secDNS:create>"),
        (create(&format!("{PRINTED_DS}<s:maxSigLife>1</s:maxSigLife>")), 2001, "</secDNS:create>"),
        (create(PRINTED_DS).replace("<s:create ", "<s:create urgent='1' "), 2001, "no attributes"),
        (update("").replace("<s:update ", "<s:update urgent='yes' "), 2005, "attribute urgent"),
        (update("").replace("<s:update ", "<s:update op='1' "), 2001, "attributes urgent"),
        (update("<s:rem/>"), 2003, "secDNS:dsData"),
        (update("<s:rem><s:all/></s:rem>"), 2005, "secDNS:all"),
        (update("<s:rem><s:all>yes</s:all></s:rem>"), 2005, "secDNS:all"),
        (update("<s:rem><s:all>1</s:all><s:all>1</s:all></s:rem>"), 2001, "</secDNS:rem>"),
        (update(&format!("<s:rem><s:all>0</s:all>{PRINTED_DS}</s:rem>")), 2001, "</secDNS:rem>"),
        (update("<s:rem><s:maxSigLife>1</s:maxSigLife></s:rem>"), 2003, "secDNS:dsData"),
        (update("<s:add/>"), 2003, "secDNS:dsData"),
        (update(&format!("<s:add>{PRINTED_DS}</s:add><s:rem><s:all>1</s:all></s:rem>")), 2001, "secDNS:chg"),
        (update("<s:chg/><s:chg/>"), 2001, "</secDNS:update>"),
        (update(&format!("<s:chg>{PRINTED_DS}</s:chg>")), 2001, "</secDNS:chg>"),
        (
            extended(&format!("<s:infData xmlns:s=\"{NS}:secDNS-1.1\">{PRINTED_DS}</s:infData>")),
            2001,
            "no response data",
        ),
        (extended(&format!("<s:dsData xmlns:s=\"{NS}:secDNS-1.1\"/>")), 2001, "its schema declares"),
    ];
    for (text, code) in
        [("0", 2004), ("-1", 2004), ("2147483648", 2004), ("", 2005), ("1.0", 2005), ("1e3", 2005), ("P1D", 2005)]
    {
        rows.push((life(text), code, "secDNS:maxSigLife"));
    }
    for (element, text, code) in [
        ("keyTag", "65536", 2004),
        ("keyTag", "-1", 2005),
        ("keyTag", "+1", 2005),
        ("keyTag", "", 2005),
        ("alg", "256", 2004),
        ("alg", "RSASHA256", 2005),
        ("digestType", "256", 2004),
        ("digestType", "0x1", 2005),
        ("digest", "0", 2005),
        ("digest", "0G", 2005),
        ("digest", "00 00", 2005),
        ("flags", "65536", 2004),
        ("flags", "KSK", 2005),
        ("protocol", "256", 2004),
        ("pubKey", "", 2005),
        ("pubKey", "AQPJ////4Q", 2005),
        ("pubKey", "AQPJ////4R==", 2005),
        ("pubKey", "AQPJ-___4Q==", 2005),
    ] {
        rows.push((with(element, text), code, element));
    }
    let lacking = ["keyTag", "alg", "digestType", "digest", "flags", "protocol", "pubKey"];
    rows.extend(lacking.map(|element| (without(element), 2003, element)));
    for (xml, code, what) in rows {
        let (found, text) = refused(&xml);
        assert_eq!(found, code, "{xml}\n{text}");
        assert!(text.contains(what), "{what}: {xml}\n{text}");
        assert!(frame_is_valid(xml.as_bytes()).is_err(), "{xml}");
    }
}
