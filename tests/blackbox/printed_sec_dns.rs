//! The commands printed in RFC 5910, sent to a registry. Word for word they are refused: their algorithms and digests are those of
//! another time, and their digests are cut short. With numbers and lengths of today they are done, and the answers are compared
//! in meaning with what the RFC prints.

use simd_json::prelude::*;

use crate::admin::run;
use crate::extensions::SEC_DNS;
use crate::frames::{contact_create, expect, host_create, info, text, texts};
use crate::printed_rgp::{admin, replay, session};
use crate::support::{EppClient, Server};

/// What stands around the extension of every `<create>` of section 5.2.1.
const CREATE: [&str; 2] = [
    r#"<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"
     xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <command>
    <create>
      <domain:create
       xmlns:domain="urn:ietf:params:xml:ns:domain-1.0">
        <domain:name>example.com</domain:name>
        <domain:period unit="y">2</domain:period>
        <domain:ns>
          <domain:hostObj>ns1.example.com</domain:hostObj>
          <domain:hostObj>ns2.example.com</domain:hostObj>
        </domain:ns>
        <domain:registrant>jd1234</domain:registrant>
        <domain:contact type="admin">sh8013</domain:contact>
        <domain:contact type="tech">sh8013</domain:contact>
        <domain:authInfo>
          <domain:pw>2fooBAR</domain:pw>
        </domain:authInfo>
      </domain:create>
    </create>
"#,
    r#"    <clTRID>ABC-12345</clTRID>
  </command>
</epp>
"#,
];

/// What stands before the extension of every `<update>` of section 5.2.5.
const UPDATE: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"
     xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <command>
    <update>
      <domain:update
       xmlns:domain="urn:ietf:params:xml:ns:domain-1.0">
        <domain:name>example.com</domain:name>
      </domain:update>
    </update>
"#;

/// RFC 5910, section 5.2.1, "Example <create> Command for a Secure Delegation Using the DS Data Interface".
const CREATE_DS: &str = r#"
    <extension>
      <secDNS:create
       xmlns:secDNS="urn:ietf:params:xml:ns:secDNS-1.1">
        <secDNS:maxSigLife>604800</secDNS:maxSigLife>
        <secDNS:dsData>
          <secDNS:keyTag>12345</secDNS:keyTag>
          <secDNS:alg>3</secDNS:alg>
          <secDNS:digestType>1</secDNS:digestType>
          <secDNS:digest>49FD46E6C4B45C55D4AC</secDNS:digest>
        </secDNS:dsData>
      </secDNS:create>
    </extension>
"#;

/// RFC 5910, section 5.2.1, "the same "with OPTIONAL Key Data"".
const CREATE_DS_WITH_KEY: &str = r#"
    <extension>
      <secDNS:create
       xmlns:secDNS="urn:ietf:params:xml:ns:secDNS-1.1">
        <secDNS:maxSigLife>604800</secDNS:maxSigLife>
        <secDNS:dsData>
          <secDNS:keyTag>12345</secDNS:keyTag>
          <secDNS:alg>3</secDNS:alg>
          <secDNS:digestType>1</secDNS:digestType>
          <secDNS:digest>49FD46E6C4B45C55D4AC</secDNS:digest>
          <secDNS:keyData>
            <secDNS:flags>257</secDNS:flags>
            <secDNS:protocol>3</secDNS:protocol>
            <secDNS:alg>1</secDNS:alg>
            <secDNS:pubKey>AQPJ////4Q==</secDNS:pubKey>
          </secDNS:keyData>
        </secDNS:dsData>
      </secDNS:create>
    </extension>
"#;

/// RFC 5910, section 5.2.1, "Example <create> Command for a Secure Delegation Using the Key Data Interface".
const CREATE_KEY: &str = r#"
    <extension>
      <secDNS:create
       xmlns:secDNS="urn:ietf:params:xml:ns:secDNS-1.1">
        <secDNS:keyData>
          <secDNS:flags>257</secDNS:flags>
          <secDNS:protocol>3</secDNS:protocol>
          <secDNS:alg>1</secDNS:alg>
          <secDNS:pubKey>AQPJ////4Q==</secDNS:pubKey>
        </secDNS:keyData>
      </secDNS:create>
    </extension>
"#;

/// RFC 5910, section 5.2.5, "Example <update> Command, Adding and Removing DS Data Using the DS Data Interface".
const REPLACE_DS: &str = r#"
    <extension>
      <secDNS:update
       xmlns:secDNS="urn:ietf:params:xml:ns:secDNS-1.1">
        <secDNS:rem>
          <secDNS:dsData>
            <secDNS:keyTag>12345</secDNS:keyTag>
            <secDNS:alg>3</secDNS:alg>
            <secDNS:digestType>1</secDNS:digestType>
            <secDNS:digest>38EC35D5B3A34B33C99B</secDNS:digest>
          </secDNS:dsData>
        </secDNS:rem>
        <secDNS:add>
          <secDNS:dsData>
            <secDNS:keyTag>12346</secDNS:keyTag>
            <secDNS:alg>3</secDNS:alg>
            <secDNS:digestType>1</secDNS:digestType>
            <secDNS:digest>38EC35D5B3A34B44C39B</secDNS:digest>
          </secDNS:dsData>
        </secDNS:add>
      </secDNS:update>
    </extension>
"#;

/// RFC 5910, section 5.2.5, "Example <update> Command, Updating the maxSigLife".
const CHANGE_LIFE: &str = r#"
    <extension>
      <secDNS:update
       xmlns:secDNS="urn:ietf:params:xml:ns:secDNS-1.1">
        <secDNS:chg>
          <secDNS:maxSigLife>605900</secDNS:maxSigLife>
        </secDNS:chg>
      </secDNS:update>
    </extension>
"#;

/// RFC 5910, section 5.2.5, "Example <update> Command, Adding and Removing Key Data Using the Key Data Interface, and Setting maxSigLife".
const REPLACE_KEY: &str = r#"
    <extension>
      <secDNS:update
       xmlns:secDNS="urn:ietf:params:xml:ns:secDNS-1.1">
        <secDNS:rem>
          <secDNS:keyData>
            <secDNS:flags>257</secDNS:flags>
            <secDNS:protocol>3</secDNS:protocol>
            <secDNS:alg>1</secDNS:alg>
            <secDNS:pubKey>AQPJ////4QQQ</secDNS:pubKey>
          </secDNS:keyData>
        </secDNS:rem>
        <secDNS:add>
          <secDNS:keyData>
            <secDNS:flags>257</secDNS:flags>
            <secDNS:protocol>3</secDNS:protocol>
            <secDNS:alg>1</secDNS:alg>
            <secDNS:pubKey>AQPJ////4Q==</secDNS:pubKey>
          </secDNS:keyData>
        </secDNS:add>
        <secDNS:chg>
          <secDNS:maxSigLife>605900</secDNS:maxSigLife>
        </secDNS:chg>
      </secDNS:update>
    </extension>
"#;

/// RFC 5910, section 5.2.5, "Example <update> Command, Removing DS Data with <secDNS:rem>".
const REMOVE_DS: &str = r#"
    <extension>
      <secDNS:update
       xmlns:secDNS="urn:ietf:params:xml:ns:secDNS-1.1">
        <secDNS:rem>
          <secDNS:dsData>
            <secDNS:keyTag>12346</secDNS:keyTag>
            <secDNS:alg>3</secDNS:alg>
            <secDNS:digestType>1</secDNS:digestType>
            <secDNS:digest>38EC35D5B3A34B44C39B</secDNS:digest>
          </secDNS:dsData>
        </secDNS:rem>
      </secDNS:update>
    </extension>
"#;

/// RFC 5910, section 5.2.5, "Example <update> Command, Replacing All DS Data Using the DS Data Interface, urgent".
const REPLACE_ALL: &str = r#"
    <extension>
      <secDNS:update urgent="true"
       xmlns:secDNS="urn:ietf:params:xml:ns:secDNS-1.1">
        <secDNS:rem>
          <secDNS:all>true</secDNS:all>
        </secDNS:rem>
        <secDNS:add>
          <secDNS:dsData>
            <secDNS:keyTag>12346</secDNS:keyTag>
            <secDNS:alg>3</secDNS:alg>
            <secDNS:digestType>1</secDNS:digestType>
            <secDNS:digest>38EC35D5B3A34B44C39B</secDNS:digest>
          </secDNS:dsData>
        </secDNS:add>
      </secDNS:update>
    </extension>
"#;

/// The printed algorithms, digests and keys as they could be today: ECDSA P-256 and SHA-256, and all of their octets.
fn of_today(document: &str) -> String {
    let filled = |document: String, digest: &str| document.replace(digest, &filled(digest));
    let document = ["49FD46E6C4B45C55D4AC", "38EC35D5B3A34B33C99B", "38EC35D5B3A34B44C39B"]
        .into_iter()
        .fold(document.replace("alg>3<", "alg>13<").replace("alg>1<", "alg>13<"), filled);
    let document = document.replace("digestType>1<", "digestType>2<");
    // The longer of the two keys first: the other one begins as it does.
    document.replace("AQPJ////4QQQ", KEYS[1]).replace("AQPJ////4Q==", KEYS[0])
}

/// The digest with the octets that it lacks.
fn filled(digest: &str) -> String {
    format!("{digest:0<64}")
}

/// Two keys of 64 octets.
const KEYS: [&str; 2] = [
    "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==",
    "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAQ==",
];

fn create(extension: &str) -> String {
    format!("{}{extension}{}", CREATE[0], CREATE[1])
}

fn update(extension: &str) -> String {
    format!("{UPDATE}{extension}{}", CREATE[1])
}

/// A registry with the TLD that the examples speak of, and the objects that they refer to.
fn world(rules: &[&str]) -> (Server, EppClient) {
    let server = Server::start();
    let tld = ["tld", "add", "com", "--data-model", "maximum", "--repository-id", "REP"];
    admin(&server, &[&tld[..], rules].concat());
    let mut client = session(&server, 0, &[SEC_DNS]);
    for id in ["jd1234", "sh8013"] {
        expect(&mut client, 1000, &contact_create(id));
    }
    (server, client)
}

/// The examples name hosts below the name that they create: they are created after it, and the name without them.
fn without_hosts(document: &str) -> String {
    let (before, rest) = document.split_once("<domain:ns>").expect("hosts");
    let (_, after) = rest.split_once("</domain:ns>").expect("their end");
    format!("{before}{after}")
}

/// What an info says of DNSSEC.
fn shown(client: &mut EppClient) -> String {
    let answer = expect(client, 1000, &info("domain", "example.com"));
    match answer.split_once("<extension>") {
        Some((_, extension)) => text(extension, "secDNS:infData").to_owned(),
        None => String::new(),
    }
}

#[test]
fn the_commands_of_rfc_5910_as_printed_are_of_another_time() {
    let (server, mut client) = world(&["--secdns-max-sig-life", "1000000", "--secdns-urgent", "true"]);
    let answer = replay(&mut client, 2306, &without_hosts(&create(CREATE_DS)));
    assert!(
        answer.contains("<secDNS:alg xmlns:secDNS=\"urn:ietf:params:xml:ns:secDNS-1.1\">3</secDNS:alg>"),
        "{answer}"
    );
    replay(&mut client, 2306, &without_hosts(&create(CREATE_DS_WITH_KEY)));
    let answer = replay(&mut client, 2306, &without_hosts(&create(CREATE_KEY)));
    assert!(text(&answer, "reason").contains("DS data interface"), "{answer}");
    // Where everything is taken, the digest is still too short for SHA-1, and the key for RSA.
    admin(&server, &["tld", "set", "com", "--secdns-refuse-algorithms=", "--secdns-refuse-digests="]);
    let answer = replay(&mut client, 2005, &without_hosts(&create(CREATE_DS)));
    assert!(text(&answer, "reason").contains("20 octets, this one 10"), "{answer}");
    admin(&server, &["tld", "set", "com", "--secdns", "key"]);
    let answer = replay(&mut client, 2005, &without_hosts(&create(CREATE_KEY)));
    assert!(text(&answer, "reason").contains("512 to 4096 bits, this one 40"), "{answer}");
    expect(&mut client, 2303, &info("domain", "example.com"));
}

#[test]
fn the_ds_data_of_rfc_5910_comes_and_goes_as_printed() {
    let (_server, mut client) = world(&["--secdns-max-sig-life", "1000000", "--secdns-urgent", "true"]);
    replay(&mut client, 1000, &of_today(&without_hosts(&create(CREATE_DS))));
    for host in ["ns1.example.com", "ns2.example.com"] {
        expect(&mut client, 1000, &host_create(host, &["192.0.2.1"]));
    }
    // Section 5.1.2, "Example <info> Response for a Secure Delegation Using the DS Data Interface".
    let printed = "<secDNS:dsData><secDNS:keyTag>12345</secDNS:keyTag><secDNS:alg>3</secDNS:alg>\
        <secDNS:digestType>1</secDNS:digestType><secDNS:digest>49FD46E6C4B45C55D4AC</secDNS:digest></secDNS:dsData>";
    assert_eq!(shown(&mut client), format!("<secDNS:maxSigLife>604800</secDNS:maxSigLife>{}", of_today(printed)));

    replay(&mut client, 2306, &of_today(&update(REPLACE_DS)));
    let there = CREATE_DS.replace("49FD46E6C4B45C55D4AC", "38EC35D5B3A34B33C99B");
    let (_, there) = there.split_once("</secDNS:maxSigLife>").expect("records");
    let there = there.replace("</secDNS:create>", "</secDNS:add></secDNS:update>");
    let add = format!("<extension><secDNS:update xmlns:secDNS=\"{SEC_DNS}\"><secDNS:add>{there}");
    replay(&mut client, 1000, &of_today(&update(&add)));
    replay(&mut client, 1000, &of_today(&update(REPLACE_DS)));
    let digests = ["49FD46E6C4B45C55D4AC", "38EC35D5B3A34B44C39B"].map(filled);
    assert_eq!(texts(&shown(&mut client), "secDNS:digest"), digests);

    replay(&mut client, 1000, &update(CHANGE_LIFE));
    assert_eq!(text(&shown(&mut client), "secDNS:maxSigLife"), "605900");
    replay(&mut client, 1000, &of_today(&update(REMOVE_DS)));
    assert_eq!(texts(&shown(&mut client), "secDNS:digest"), digests[..1]);
    replay(&mut client, 1000, &of_today(&update(REPLACE_ALL)));
    assert_eq!(texts(&shown(&mut client), "secDNS:digest"), digests[1..]);
    assert_eq!(text(&shown(&mut client), "secDNS:maxSigLife"), "605900");
    replay(&mut client, 1000, &of_today(&update(REMOVE_DS)));
    assert_eq!(shown(&mut client), "");
}

#[test]
fn what_a_tld_does_not_serve_is_2102() {
    let (_server, mut client) = world(&[]);
    let answer = replay(&mut client, 2102, &of_today(&without_hosts(&create(CREATE_DS))));
    assert!(answer.contains(">604800</secDNS:maxSigLife>"), "{answer}");
    let lasting = "<secDNS:maxSigLife>604800</secDNS:maxSigLife>";
    replay(&mut client, 1000, &of_today(&without_hosts(&create(CREATE_DS))).replace(lasting, ""));
    replay(&mut client, 2102, &update(CHANGE_LIFE));
    replay(&mut client, 2102, &of_today(&update(REPLACE_ALL)));
    replay(&mut client, 1000, &of_today(&update(REPLACE_ALL)).replace(" urgent=\"true\"", ""));
}

#[test]
fn the_keys_of_rfc_5910_come_and_go_as_printed() {
    let (server, mut client) =
        world(&["--secdns", "key", "--secdns-make-digests", "2,4", "--secdns-max-sig-life", "605900"]);
    let created = of_today(&without_hosts(&create(CREATE_KEY)));
    replay(&mut client, 1000, &created.replace(KEYS[0], KEYS[1]));
    replay(&mut client, 1000, &of_today(&update(REPLACE_KEY)));
    let key = format!(
        "<secDNS:keyData><secDNS:flags>257</secDNS:flags><secDNS:protocol>3</secDNS:protocol><secDNS:alg>13</secDNS:alg>\
        <secDNS:pubKey>{}</secDNS:pubKey></secDNS:keyData>",
        KEYS[0]
    );
    assert_eq!(shown(&mut client), format!("<secDNS:maxSigLife>605900</secDNS:maxSigLife>{key}"));
    replay(&mut client, 2306, &of_today(&update(REPLACE_ALL)).replace(" urgent=\"true\"", ""));

    // The operator sees the key and the records that are made of it.
    let target = server.directory().join("demo.json");
    let target = target.to_str().expect("UTF-8");
    let mut output = run(&["admin", "--json", "--target", target, "domain", "show", "example.com"]);
    let row = simd_json::to_owned_value(&mut output.stdout).expect("JSON");
    let list = |name: &str| {
        let list = row.get_array(name).expect("a list").iter();
        list.map(|value| value.as_str().expect("text").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(list("keys"), [format!("257 3 13 {}", KEYS[0])]);
    let ds = list("ds");
    let [sha_256, sha_384] = &ds[..] else { panic!("two records in {ds:?}") };
    assert!(sha_256.starts_with("55648 13 2 ") && sha_256.len() == 11 + 64, "{sha_256}");
    assert!(sha_384.starts_with("55648 13 4 ") && sha_384.len() == 11 + 96, "{sha_384}");
}
