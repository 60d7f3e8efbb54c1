//! The examples printed in RFC 8748, word for word but for what is said beside each, sent to a registry that has the names and
//! prices they speak of. What the RFC prints as the answer is compared in meaning.

use crate::extensions::FEE;
use crate::frames::{
    attributes, contact_create, delete, domain_create, expect, host_create, info, period, text, texts, transfer,
};
use crate::printed_rgp::{admin, replay, session};
use crate::support::Server;
use crate::world::SECRET;

/// RFC 8748, section 5.1.1, "Example <check> command".
const CHECK: &str = r#"<?xml version="1.0" encoding="utf-8" standalone="no"?>
 <epp xmlns="urn:ietf:params:xml:ns:epp-1.0">
   <command>
     <check>
       <domain:check
         xmlns:domain="urn:ietf:params:xml:ns:domain-1.0">
         <domain:name>example.com</domain:name>
         <domain:name>example.net</domain:name>
         <domain:name>example.xyz</domain:name>
       </domain:check>
     </check>
     <extension>
       <fee:check xmlns:fee="urn:ietf:params:xml:ns:epp:fee-1.0">
         <fee:currency>USD</fee:currency>
         <fee:command name="create">
           <fee:period unit="y">2</fee:period>
         </fee:command>
         <fee:command name="renew"/>
         <fee:command name="transfer"/>
         <fee:command name="restore"/>
       </fee:check>
     </extension>
     <clTRID>ABC-12345</clTRID>
   </command>
 </epp>"#;

/// RFC 8748, section 5.2.1, "Example <create> command".
const CREATE: &str = r#"<?xml version="1.0" encoding="utf-8" standalone="no"?>
 <epp xmlns="urn:ietf:params:xml:ns:epp-1.0">
   <command>
     <create>
       <domain:create
         xmlns:domain="urn:ietf:params:xml:ns:domain-1.0">
         <domain:name>example.com</domain:name>
         <domain:period unit="y">2</domain:period>
         <domain:ns>
           <domain:hostObj>ns1.example.net</domain:hostObj>
           <domain:hostObj>ns2.example.net</domain:hostObj>
         </domain:ns>
         <domain:registrant>jd1234</domain:registrant>
         <domain:contact type="admin">sh8013</domain:contact>
         <domain:contact type="tech">sh8013</domain:contact>
         <domain:authInfo>
           <domain:pw>2fooBAR</domain:pw>
         </domain:authInfo>
       </domain:create>
     </create>
     <extension>
       <fee:create xmlns:fee="urn:ietf:params:xml:ns:epp:fee-1.0">
         <fee:currency>USD</fee:currency>
         <fee:fee>5.00</fee:fee>
       </fee:create>
     </extension>
     <clTRID>ABC-12345</clTRID>
   </command>
 </epp>"#;

/// RFC 8748, section 5.2.3, "Example <renew> command".
const RENEW: &str = r#"<?xml version="1.0" encoding="utf-8" standalone="no"?>
 <epp xmlns="urn:ietf:params:xml:ns:epp-1.0">
   <command>
     <renew>
       <domain:renew
         xmlns:domain="urn:ietf:params:xml:ns:domain-1.0">
         <domain:name>example.com</domain:name>
         <domain:curExpDate>2019-04-03</domain:curExpDate>
         <domain:period unit="y">5</domain:period>
       </domain:renew>
     </renew>
     <extension>
       <fee:renew xmlns:fee="urn:ietf:params:xml:ns:epp:fee-1.0">
         <fee:currency>USD</fee:currency>
         <fee:fee>5.00</fee:fee>
       </fee:renew>
     </extension>
     <clTRID>ABC-12345</clTRID>
   </command>
 </epp>"#;

/// RFC 8748, section 5.2.4, "Example <transfer> command".
const TRANSFER: &str = r#"<?xml version="1.0" encoding="utf-8" standalone="no"?>
 <epp xmlns="urn:ietf:params:xml:ns:epp-1.0">
   <command>
     <transfer op="request">
       <domain:transfer
         xmlns:domain="urn:ietf:params:xml:ns:domain-1.0">
         <domain:name>example.com</domain:name>
         <domain:period unit="y">1</domain:period>
         <domain:authInfo>
           <domain:pw roid="JD1234-REP">2fooBAR</domain:pw>
         </domain:authInfo>
       </domain:transfer>
     </transfer>
     <extension>
      <fee:transfer xmlns:fee="urn:ietf:params:xml:ns:epp:fee-1.0">
        <fee:currency>USD</fee:currency>
        <fee:fee>5.00</fee:fee>
      </fee:transfer>
     </extension>
     <clTRID>ABC-12345</clTRID>
   </command>
 </epp>"#;

/// RFC 8748, section 5.2.5, "Example <update> command".
const UPDATE: &str = r#"<?xml version="1.0" encoding="utf-8" standalone="no"?>
 <epp xmlns="urn:ietf:params:xml:ns:epp-1.0">
   <command>
     <update>
       <domain:update
         xmlns:domain="urn:ietf:params:xml:ns:domain-1.0">
         <domain:name>example.com</domain:name>
         <domain:chg>
           <domain:registrant>sh8013</domain:registrant>
         </domain:chg>
       </domain:update>
     </update>
     <extension>
       <fee:update xmlns:fee="urn:ietf:params:xml:ns:epp:fee-1.0">
         <fee:currency>USD</fee:currency>
         <fee:fee>5.00</fee:fee>
       </fee:update>
     </extension>
     <clTRID>ABC-12345</clTRID>
   </command>
 </epp>"#;

/// A registry with the names, prices and objects that the examples speak of: example.com is premium, example.net is not,
/// and .xyz registers for a year at most. The transform commands speak of another price than the check does: theirs is that of
/// .org.
fn world() -> Server {
    let server = Server::start();
    for (tld, model, months) in
        [("com", "minimum", "120"), ("net", "minimum", "120"), ("xyz", "minimum", "12"), ("org", "maximum", "120")]
    {
        let rules = ["--data-model", model, "--repository-id", "REP", "--max-months", months];
        admin(&server, &[&["tld", "add", tld], &rules[..]].concat());
    }
    let list = server.directory().join("premium.txt");
    std::fs::write(&list, "example\n").expect("a file can be written");
    let list = list.to_str().expect("UTF-8");
    admin(&server, &["list", "load", "gold", list, "--tld", "com", "--kind", "premium", "--class", "premium", "--yes"]);
    for (tld, class, [create, renew, transfer, restore]) in [
        ("com", "premium", ["5,5", "10", "10", "15"]),
        ("net", "standard", ["2.5,2.5", "5", "5", "5"]),
        ("xyz", "standard", ["2.5,2.5", "5", "5", "5"]),
        ("org", "standard", ["2.5,2.5", "1", "5", "5"]),
    ] {
        let price = ["price", "set", tld, "--currency", "USD", "--create", create, "--renew", renew];
        let class = if class == "premium" { &["--class", class][..] } else { &[] };
        admin(&server, &[&price[..], &["--transfer", transfer, "--restore", restore], class].concat());
    }
    for registrar in ["registrar-a", "registrar-b"] {
        admin(&server, &["billing", "open", registrar, "--currency", "USD", "--credit-limit", "1000"]);
    }
    server
}

/// The document, about example.org instead of example.com.
fn of_org(document: &str) -> String {
    document.replace("example.com", "example.org")
}

/// The text and attributes of the one fee in the data of that name: its currency, the fee, the balance.
#[track_caller]
fn charged<'r>(answer: &'r str, data: &str, balance: &str) -> &'r str {
    let data = text(answer, &format!("fee:{data}"));
    assert_eq!((text(data, "fee:currency"), text(data, "fee:balance")), ("USD", balance), "{answer}");
    assert_eq!(text(data, "fee:creditLimit"), "1000.00", "{answer}");
    data
}

#[test]
fn the_check_of_rfc_8748_is_answered_as_printed() {
    let server = world();
    let mut client = session(&server, 0, &[FEE]);
    let answer = replay(&mut client, 1000, CHECK);
    let (names, fees) = answer.split_once("<extension>").expect("fees");
    assert_eq!(attributes(names, "avail"), ["1"; 3]);
    assert_eq!(texts(fees, "fee:currency"), ["USD"]);
    assert_eq!(texts(fees, "fee:objID"), ["example.com", "example.net", "example.xyz"]);
    assert_eq!(attributes(fees, "avail"), ["1", "1", "0"], "{fees}");
    let [com, net, xyz] = texts(fees, "fee:cd")[..] else { panic!("three names in {fees}") };
    for (cd, class, amounts, standard) in [
        (com, "premium", ["10.00", "10.00", "10.00", "15.00"], 0),
        (net, "standard", ["5.00", "5.00", "5.00", "5.00"], 4),
    ] {
        assert_eq!(text(cd, "fee:class"), class, "{cd}");
        assert_eq!(texts(cd, "fee:fee"), amounts, "{cd}");
        assert_eq!(attributes(cd, "name"), ["create", "renew", "transfer", "restore"]);
        assert_eq!(attributes(cd, "standard"), vec!["1"; standard], "{cd}");
        assert_eq!(texts(cd, "fee:period"), ["2", "1", "1"], "a restore has no period: {cd}");
        assert_eq!(attributes(cd, "unit"), ["y"; 3]);
        assert_eq!(attributes(cd, "refundable"), ["1"; 3], "all but the restore: {cd}");
        assert_eq!(attributes(cd, "grace-period"), ["P5D"; 3], "{cd}");
    }
    // "Partial-fail" (section 3.9) also shows the commands that have a fee, which the example leaves out.
    let commands = texts(xyz, "fee:command");
    assert_eq!(attributes(xyz, "name"), ["create", "renew", "transfer", "restore"]);
    assert!(commands[0].starts_with("<fee:period unit=\"y\">2</fee:period><fee:reason>"), "{xyz}");
    assert!(texts(commands[0], "fee:fee").is_empty() && texts(xyz, "fee:reason").len() == 1, "{xyz}");
}

#[test]
fn the_transform_commands_of_rfc_8748_are_answered_as_printed() {
    let server = world();
    let (mut client, mut other) = (session(&server, 0, &[FEE]), session(&server, 1, &[FEE]));
    // The secret is not adapted: it is that of the domain in one example and that of its registrant in another.
    for id in ["jd1234", "sh8013"] {
        expect(&mut client, 1000, &contact_create(id).replace(SECRET, "2fooBAR"));
    }
    // Without an offer the name that its hosts stand below costs what it costs.
    expect(&mut other, 1000, &domain_create("example.net", &period(2, "y")));
    for host in ["ns1.example.net", "ns2.example.net"] {
        expect(&mut other, 1000, &host_create(host, &["192.0.2.1"]));
    }
    let answer = replay(&mut client, 1000, &of_org(CREATE));
    let created = charged(&answer, "creData", "-5.00");
    assert_eq!(text(created, "fee:fee"), "5.00");
    assert!(created.contains("refundable=\"1\" grace-period=\"P5D\""), "{created}");
    let answer = expect(&mut client, 1000, &delete("domain", "example.org"));
    assert_eq!(text(charged(&answer, "delData", "0.00"), "fee:credit"), "-5.00");

    let answer = replay(&mut client, 1000, &of_org(CREATE));
    let expiry = text(&answer, "domain:exDate").to_owned();
    // The day is adapted.
    let answer = replay(&mut client, 1000, &of_org(RENEW).replace("2019-04-03", &expiry[..10]));
    let renewed = charged(&answer, "renData", "-10.00");
    assert_eq!(text(renewed, "fee:fee"), "5.00");
    assert!(renewed.contains("refundable=\"1\" grace-period=\"P5D\""), "{renewed}");
    let years = |day: &str| day[..4].parse::<u32>().expect("a year");
    assert_eq!(years(text(&answer, "domain:exDate")), years(&expiry) + 5);
    // An update is free here; who offers more than it costs is charged what it costs.
    let answer = replay(&mut client, 1000, &of_org(UPDATE));
    assert!(texts(charged(&answer, "updData", "-10.00"), "fee:fee").is_empty(), "{answer}");

    // The ROID is adapted.
    let answer = expect(&mut client, 1000, &info("contact", "sh8013"));
    let request = of_org(TRANSFER).replace("JD1234-REP", text(&answer, "contact:roid"));
    let answer = replay(&mut other, 1001, &request);
    let data = text(&answer, "fee:trnData");
    assert_eq!((text(data, "fee:currency"), text(data, "fee:fee")), ("USD", "5.00"), "{answer}");
    // Section 5.1.2: the query, answered as printed there.
    let answer = expect(&mut other, 1000, &transfer("domain", "query", "example.org", ""));
    let data = text(&answer, "fee:trnData");
    assert_eq!((text(data, "fee:currency"), text(data, "fee:fee")), ("USD", "5.00"), "{answer}");
    assert_eq!(text(&answer, "domain:trStatus"), "pending");
    expect(&mut client, 1000, &transfer("domain", "approve", "example.org", ""));
    let answer = expect(&mut other, 1000, &info("domain", "example.org"));
    assert_eq!(text(&answer, "domain:clID"), "registrar-b");
    assert_eq!(text(&answer, "domain:registrant"), "sh8013");
}

#[test]
fn an_offer_of_rfc_8748_that_does_not_suffice_is_2004_and_changes_nothing() {
    let server = world();
    let mut client = session(&server, 0, &[FEE]);
    for id in ["jd1234", "sh8013"] {
        expect(&mut client, 1000, &contact_create(id));
    }
    let create = of_org(CREATE).replace("ns1.example.net", "ns1.a.icann").replace("ns2.example.net", "ns2.a.icann");
    for host in ["ns1.a.icann", "ns2.a.icann"] {
        expect(&mut client, 1000, &host_create(host, &[]));
    }
    for (what, from, to, code) in [
        ("a cent less", ">5.00<", ">4.99<", 2004),
        ("nothing", ">5.00<", ">0<", 2004),
        ("another currency", ">USD<", ">EUR<", 2004),
        ("a currency in lower case", ">USD<", ">usd<", 2005),
        ("an amount with a comma", ">5.00<", ">5,00<", 2005),
        ("no amount", ">5.00<", "><", 2005),
        ("less than nothing", ">5.00<", ">-5.00<", 2004),
    ] {
        let answer = client.exchange(&create.replace(from, to));
        assert_eq!(crate::support::epp::code(&answer), code, "{what}: {answer}");
        expect(&mut client, 2303, &info("domain", "example.org"));
    }
    for (from, to) in
        [(">5.00<", "> 5 <"), (">5.00<", ">005.000<"), (">5.00<", ">1000<"), ("<fee:currency>USD</fee:currency>", "")]
    {
        replay(&mut client, 1000, &create.replace(from, to));
        let answer = expect(&mut client, 1000, &delete("domain", "example.org"));
        charged(&answer, "delData", "0.00");
    }
}
