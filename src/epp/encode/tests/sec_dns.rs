//! The DNSSEC extension in responses: those printed in RFC 5910.

use super::*;
use crate::model::answer::DomainInfo;
use crate::model::sec_dns::{DsData, KeyData, SecDns};

/// The answer to an info about a domain with this data.
fn with_info<T>(sec_dns: Option<SecDns>, check: impl FnOnce(&Answer<'_>) -> T) -> T {
    let domain = Domain { sec_dns: sec_dns.map(Box::new), ..domain() };
    let expires = domain.expires;
    let mut memory = Memory::default();
    memory.apply(Change::PutDomain(domain).seal());
    check(&Answer::DomainInfo(DomainInfo {
        domain: memory.domain("domain.example").expect("was put"),
        statuses: Statuses::default(),
        rgp: Vec::new(),
        expires,
        notes: None,
        name_servers: Vec::new(),
        hosts: Vec::new(),
        authorized: false,
        auth_set: false,
        attributes: &[],
        launch: None,
        token: None,
        ttls: Vec::new(),
    }))
}

fn key() -> KeyData {
    KeyData { flags: 257, protocol: 3, algorithm: 1, public_key: vec![1, 3, 0xC9, 255, 255, 255, 0xE1] }
}

fn ds(key: Option<KeyData>) -> SecDns {
    let digest = vec![0x49, 0xFD, 0x46, 0xE6, 0xC4, 0xB4, 0x5C, 0x55, 0xD4, 0xAC];
    SecDns { ds: vec![DsData { key_tag: 12345, algorithm: 3, digest_type: 1, digest, key }], ..SecDns::default() }
}

fn with_key() -> SecDns {
    SecDns { max_sig_life: Some(604_800), ..ds(Some(key())) }
}

/// RFC 5910, section 5.1.2: what stands in the extension of its three examples.
#[test]
fn an_info_says_what_rfc_5910_prints() {
    const KEY: &str = "<secDNS:keyData><secDNS:flags>257</secDNS:flags><secDNS:protocol>3</secDNS:protocol>\
        <secDNS:alg>1</secDNS:alg><secDNS:pubKey>AQPJ////4Q==</secDNS:pubKey></secDNS:keyData>";
    let printed_ds = |key: &str| {
        format!(
            "<secDNS:dsData><secDNS:keyTag>12345</secDNS:keyTag><secDNS:alg>3</secDNS:alg>\
            <secDNS:digestType>1</secDNS:digestType><secDNS:digest>49FD46E6C4B45C55D4AC</secDNS:digest>{key}</secDNS:dsData>"
        )
    };
    let keys = SecDns { keys: vec![key()], ..SecDns::default() };
    let life = "<secDNS:maxSigLife>604800</secDNS:maxSigLife>";
    for (found, printed) in
        [(ds(None), printed_ds("")), (with_key(), format!("{life}{}", printed_ds(KEY))), (keys, KEY.to_owned())]
    {
        let printed = format!(
            "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><extension>\
            <secDNS:infData xmlns:secDNS=\"urn:ietf:params:xml:ns:secDNS-1.1\">{printed}</secDNS:infData></extension></epp>"
        );
        let ours = with_info(Some(found), |answer| said(answer, all()));
        let extension = extension_of(&ours).unwrap_or_else(|| panic!("an extension in {ours}"));
        assert_eq!(meaning(&extension), meaning(&printed), "{ours}");
    }
}

/// The three responses as files, where the reference is at hand: ours says the same of DNSSEC.
#[test]
fn the_printed_files_say_the_same() {
    let folder = std::env::var_os("DOMESDAY_REFERENCE")
        .map_or_else(|| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), std::path::PathBuf::from);
    let keys = SecDns { keys: vec![key()], ..SecDns::default() };
    for (number, found) in [("01", ds(None)), ("02", with_key()), ("03", keys)] {
        let path = folder.join(format!("examples/epp/rfc5910-{number}-response.xml"));
        let Ok(printed) = std::fs::read_to_string(&path) else {
            println!("skipped: no {}: responses of RFC 5910 not compared", path.display());
            return;
        };
        let ours = with_info(Some(found), |answer| said(answer, all()));
        let parts = [ours, printed].map(|response| meaning(&extension_of(&response).expect("an extension")));
        assert_eq!(parts[0], parts[1], "{number}");
    }
}

#[test]
fn nothing_is_said_that_was_not_asked_for_or_is_not_there() {
    let none = Services::default();
    let plain = with_info(None, |answer| said(answer, none));
    assert!(!plain.contains("secDNS"), "{plain}");
    assert_eq!(with_info(None, |answer| said(answer, all())), plain);
    assert_eq!(with_info(Some(SecDns::default()), |answer| said(answer, all())), plain);
    assert_eq!(with_info(Some(ds(None)), |answer| said(answer, none)), plain);
    let other = Services::of([Extension::Rgp]);
    assert_eq!(with_info(Some(ds(None)), |answer| said(answer, other)), plain);
}
