//! Extensions: announced, asked for at login, and then, but only then, spoken (RFC 5730, sections 2.4 and 2.9.1.1;
//! RFC 3915, 5910, 8495, 8590, 8748 and 9803).

use domesday::epp::extensions::Extension;
use simd_json::prelude::*;

use crate::admin::{domesday_admin, done};
use crate::frames::{
    self, POLL, acknowledge, attributes, auth, available, check, delete, domain_create, expect, info, period, renew,
    text, texts, transfer,
};
use crate::money::fresh_tld;
use crate::session::{Login, connected};
use crate::support::EppClient;
use crate::support::epp::{OBJECTS, code};
use crate::support::process::Registrar;
use crate::support::rdap::get;
use crate::world::{SECRET, client, client_a, demo, registrar, unique};

pub(crate) const RGP: &str = "urn:ietf:params:xml:ns:rgp-1.0";
pub(crate) const FEE: &str = "urn:ietf:params:xml:ns:epp:fee-1.0";
pub(crate) const UNHANDLED: &str = "urn:ietf:params:xml:ns:epp:unhandled-namespaces-1.0";
pub(crate) const LOGIN_SEC: &str = "urn:ietf:params:xml:ns:epp:loginSec-1.0";
pub(crate) const SECURE_AUTH_INFO: &str = "urn:ietf:params:xml:ns:epp:secure-authinfo-transfer-1.0";
pub(crate) const SEC_DNS: &str = "urn:ietf:params:xml:ns:secDNS-1.1";
pub(crate) const TOKEN: &str = "urn:ietf:params:xml:ns:allocationToken-1.0";
const TTL: &str = "urn:ietf:params:xml:ns:epp:ttl-1.0";
pub(crate) const LOW_BALANCE: &str = "http://www.verisign.com/epp/lowbalance-poll-1.0";
pub(crate) const LAUNCH: &str = "urn:ietf:params:xml:ns:launch-1.0";
pub(crate) const CHANGE_POLL: &str = "urn:ietf:params:xml:ns:changePoll-1.0";
const BALANCE: &str = "<info><balance:info xmlns:balance=\"http://www.verisign.com/epp/balance-1.0\"/></info>";

/// A session whose login asks for these extensions.
pub(crate) fn client_with(registrar: &Registrar, extensions: &[&str]) -> EppClient {
    let mut client = connected(registrar);
    expect(&mut client, 1000, &Login { extensions, ..Login::of(registrar) }.body());
    client
}

/// A session whose login asks for rgp-1.0.
fn client_with_rgp() -> EppClient {
    client_with(&demo().registrars[0], &[RGP])
}

/// `command` extended by a restore.
pub(crate) fn restoring(command: &str, op: &str) -> String {
    format!("{command}<extension><rgp:update xmlns:rgp=\"{RGP}\"><rgp:restore op=\"{op}\"/></rgp:update></extension>")
}

/// The update that a restore extends (RFC 3915, section 4.2.5).
fn update(name: &str) -> String {
    frames::update("domain", name, "<domain:chg/>")
}

#[test]
fn the_greeting_announces_all() {
    let client = connected(&demo().registrars[0]);
    let all = Extension::ALL.map(Extension::uri);
    assert_eq!(texts(client.greeting(), "extURI"), all);
    let expected =
        [RGP, FEE, SEC_DNS, TOKEN, TTL, LOW_BALANCE, CHANGE_POLL, LOGIN_SEC, SECURE_AUTH_INFO, UNHANDLED, LAUNCH];
    for uri in expected {
        assert!(all.contains(&uri), "{uri}");
    }
}

#[test]
fn what_a_login_did_not_ask_for_is_2103_and_never_answered_with() {
    let mut client = client_a();
    let answer = expect(&mut client, 2103, &restoring(&update("a.test"), "request"));
    assert!(answer.contains(&format!("<value><rgp:update xmlns:rgp=\"{RGP}\"></rgp:update></value>")), "{answer}");
    let name = unique("no-rgp") + ".test";
    expect(&mut client, 1000, &domain_create(&name, ""));
    let answer = expect(&mut client, 1000, &info("domain", &name));
    assert!(!answer.contains("<extension>"), "{answer}");
}

#[test]
fn a_restore_extends_an_update_of_a_domain_and_nothing_else() {
    let mut client = client_with_rgp();
    let answer = expect(&mut client, 2103, &restoring(&check("domain", &["a.test"]), "request"));
    assert!(text(&answer, "reason").contains("domain:update"), "{answer}");
    expect(&mut client, 2103, &restoring("<poll op=\"req\"/>", "request"));
    let host = frames::update("host", "ns1.a.icann", "<host:add/>");
    expect(&mut client, 2103, &restoring(&host, "request"));
    let answer = client.command(&restoring(&update("never-registered.test"), "request"));
    assert_ne!(code(&answer), 2103, "{answer}");
}

#[test]
fn faults_of_a_restore_are_shown_as_sent() {
    let mut client = client_with_rgp();
    let answer = expect(&mut client, 2004, &restoring(&update("a.test"), "now"));
    let sent = format!("<value><rgp:restore xmlns:rgp=\"{RGP}\" op=\"now\"></rgp:restore></value>");
    assert!(answer.contains(&sent), "{answer}");
    let restore = restoring("", "request");
    let twice = restore.replace("</extension>", "") + &restore.replace("<extension>", "");
    let answer = expect(&mut client, 2001, &(update("a.test") + &twice));
    assert!(answer.contains("each extension once"), "{answer}");
    let answer =
        expect(&mut client, 2001, &restoring(&update("a.test"), "request").replace("rgp:update", "rgp:infData"));
    assert!(answer.contains("no response data"), "{answer}");
}

/// `command` extended by this element of the DNSSEC extension.
pub(crate) fn with_sec_dns(command: &str, element: &str, content: &str) -> String {
    format!("{command}<extension><secDNS:{element} xmlns:secDNS=\"{SEC_DNS}\">{content}</secDNS:{element}></extension>")
}

#[test]
fn dnssec_data_is_shown_to_whom_asked_for_it_and_stays_through_the_life_of_a_name() {
    let ds = "<secDNS:dsData><secDNS:keyTag>12345</secDNS:keyTag><secDNS:alg>13</secDNS:alg>\
        <secDNS:digestType>2</secDNS:digestType><secDNS:digest>"
        .to_owned()
        + &"49".repeat(32)
        + "</secDNS:digest></secDNS:dsData>";
    let (a, b) = (&demo().registrars[0], &demo().registrars[1]);
    let (mut client, mut plain, mut other) =
        (client_with(a, &[SEC_DNS]), client_with(a, &[FEE]), client_with(b, &[SEC_DNS]));
    let name = unique("signed") + ".test";
    expect(&mut plain, 2103, &with_sec_dns(&domain_create(&name, ""), "create", &ds));
    expect(&mut client, 2103, &with_sec_dns(&domain_create(&name, ""), "update", "<secDNS:chg/>"));
    expect(&mut client, 2103, &with_sec_dns(&info("domain", &name), "create", &ds));
    expect(&mut client, 2103, &with_sec_dns(&delete("domain", &name), "update", "<secDNS:chg/>"));
    expect(&mut client, 1000, &with_sec_dns(&domain_create(&name, ""), "create", &ds));
    assert!(!expect(&mut plain, 1000, &info("domain", &name)).contains("secDNS"));
    for client in [&mut client, &mut other] {
        let answer = expect(client, 1000, &info("domain", &name));
        assert_eq!(text(&answer, "secDNS:infData"), ds, "{answer}");
    }
    let shown = || get(demo(), &format!("domain/{name}")).json().get("secureDNS").expect("a member").encode();
    let answer = shown();
    assert!(answer.contains("\"delegationSigned\":true") && answer.contains("\"keyTag\":12345"), "{answer}");
    let update = frames::update("domain", &name, "");
    expect(&mut other, 2201, &with_sec_dns(&update, "update", "<secDNS:rem><secDNS:all>1</secDNS:all></secDNS:rem>"));
    expect(&mut other, 1001, &transfer("domain", "request", &name, &auth("domain", SECRET)));
    expect(&mut client, 1000, &transfer("domain", "approve", &name, ""));
    let answer = expect(&mut other, 1000, &info("domain", &name));
    assert_eq!((text(&answer, "secDNS:infData"), text(&answer, "domain:clID")), (ds.as_str(), b.clid.as_str()));
    expect(&mut other, 1000, &with_sec_dns(&update, "update", "<secDNS:rem><secDNS:all>1</secDNS:all></secDNS:rem>"));
    assert!(!expect(&mut other, 1000, &info("domain", &name)).contains("secDNS"));
    assert!(shown().contains("\"delegationSigned\":false"));
}

/// `command` extended by this element of the fee extension.
fn with_fee(command: &str, element: &str, content: &str) -> String {
    format!("{command}<extension><fee:{element} xmlns:fee=\"{FEE}\">{content}</fee:{element}></extension>")
}

/// `command` with what its client is willing to pay.
fn paying(command: &str, element: &str, currency: &str, fee: &str) -> String {
    with_fee(command, element, &format!("<fee:currency>{currency}</fee:currency><fee:fee>{fee}</fee:fee>"))
}

/// A TLD with prices, and a registrar with an account of 100 EUR.
fn priced() -> (String, Registrar) {
    let (tld, own) = (fresh_tld(), registrar());
    let amounts = ["--create", "2.00,8.50", "--renew", "10", "--transfer", "9", "--restore", "40"];
    done(&[&["price", "set", &tld, "--currency", "EUR"], &amounts[..]].concat());
    account(&own);
    (tld, own)
}

fn account(own: &Registrar) {
    done(&["billing", "open", &own.clid, "--currency", "EUR", "--credit-limit", "50"]);
    done(&["billing", "pay", &own.clid, "100", "--reason", "wire"]);
}

/// The one element of the fee extension in a response, and the balance in it.
fn billed<'r>(response: &'r str, element: &str, balance: &str) -> &'r str {
    let data = text(response, &format!("fee:{element}"));
    assert_eq!((text(data, "fee:balance"), text(data, "fee:creditLimit")), (balance, "50.00"), "{response}");
    data
}

#[test]
fn fees_are_asked_for_agreed_to_charged_and_given_back() {
    let (tld, own) = priced();
    let mut session = client_with(&own, &[FEE, RGP]);
    let name = format!("fees.{tld}");
    let commands = "<fee:command name=\"create\"><fee:period unit=\"y\">2</fee:period></fee:command>\
                    <fee:command name=\"renew\"/><fee:command name=\"restore\"/>";
    let asking = with_fee(&check("domain", &[&name, "no.such-tld"]), "check", commands);
    let answer = expect(&mut session, 1000, &asking);
    assert_eq!(attributes(&answer, "avail"), ["1", "0", "1", "0"], "{answer}");
    assert_eq!(texts(&answer, "fee:fee"), ["10.50", "10.00", "40.00"], "{answer}");
    assert_eq!(text(&answer, "fee:class"), "standard");
    assert_eq!(texts(&answer, "fee:reason").len(), 1);

    let create = domain_create(&name, &period(2, "y"));
    let answer = expect(&mut session, 2004, &paying(&create, "create", "EUR", "10.49"));
    assert_eq!(text(&answer, "fee:fee"), "10.49", "the value of the refusal is the fee");
    let answer = expect(&mut session, 2004, &paying(&create, "create", "USD", "10.50"));
    assert_eq!(text(&answer, "fee:currency"), "USD");
    let answer = expect(&mut session, 1000, &paying(&create, "create", "EUR", "10.5"));
    let created = billed(&answer, "creData", "89.50");
    assert_eq!(text(created, "fee:fee"), "10.50");
    assert!(created.contains("refundable=\"1\" grace-period=\"P5D\""), "{created}");

    let expiry = expect(&mut session, 1000, &info("domain", &name));
    let expiry = text(&expiry, "domain:exDate")[..10].to_owned();
    let answer = expect(&mut session, 1000, &paying(&renew(&name, &expiry, ""), "renew", "EUR", "11"));
    assert_eq!(text(billed(&answer, "renData", "79.50"), "fee:fee"), "10.00");
    let plain = frames::status("domain", &name, "add", "clientHold");
    let answer = expect(&mut session, 1000, &paying(&plain, "update", "EUR", "0"));
    assert!(!billed(&answer, "updData", "79.50").contains("fee:fee"), "{answer}");
    let answer = expect(&mut session, 1000, &delete("domain", &name));
    let credits: Vec<_> = texts(billed(&answer, "delData", "100.00"), "fee:credit");
    assert_eq!(credits.iter().map(|credit| credit.parse::<f64>().expect("a number")).sum::<f64>(), -20.5, "{answer}");
}

#[test]
fn a_transfer_tells_its_fee_to_the_one_that_pays() {
    let (tld, winning) = priced();
    let losing = registrar();
    account(&losing);
    let name = format!("moves.{tld}");
    expect(&mut client(&losing), 1000, &domain_create(&name, ""));
    let mut session = client_with(&winning, &[FEE]);
    let request = transfer("domain", "request", &name, &auth("domain", SECRET));
    let answer = expect(&mut session, 1001, &paying(&request, "transfer", "EUR", "9"));
    assert_eq!(texts(text(&answer, "fee:trnData"), "fee:fee"), ["9.00"], "{answer}");
    let query = transfer("domain", "query", &name, "");
    let answer = expect(&mut session, 1000, &query);
    assert_eq!(texts(text(&answer, "fee:trnData"), "fee:fee"), ["9.00"], "{answer}");
    let answer = expect(&mut client_with(&losing, &[FEE]), 1000, &query);
    assert!(!answer.contains("<fee:fee"), "the losing client pays nothing: {answer}");
}

#[test]
fn fees_are_spoken_of_only_where_the_login_asked_for_them() {
    let (tld, own) = priced();
    let mut session = client(&own);
    let name = format!("silent.{tld}");
    let create = domain_create(&name, "");
    let answer = expect(&mut session, 2103, &paying(&create, "create", "EUR", "2"));
    assert!(answer.contains(&format!("<value><fee:create xmlns:fee=\"{FEE}\"></fee:create></value>")), "{answer}");
    for command in [create, delete("domain", &name)] {
        let answer = expect(&mut session, 1000, &command);
        assert!(!answer.contains("<extension>") && !answer.contains("fee:"), "{answer}");
    }
    // RFC 8748, section 4: what cannot be created without agreeing to its fee is not available to those who do not ask.
    done(&["tld", "set", &tld, "--fee-policy", "always"]);
    assert_eq!(available(&expect(&mut session, 1000, &check("domain", &[&name]))), [false]);
    expect(&mut session, 2003, &domain_create(&name, ""));
}

#[test]
fn a_fee_element_extends_the_command_of_its_name_and_nothing_else() {
    let mut session = client_with(&demo().registrars[0], &[FEE]);
    let name = unique("placed") + ".test";
    let asking = "<fee:command name=\"create\"/>";
    let answer = expect(&mut session, 2103, &with_fee(&check("host", &["ns1.a.test"]), "check", asking));
    assert!(text(&answer, "reason").contains("domain:check"), "{answer}");
    for (command, element) in [
        (domain_create(&name, ""), "renew"),
        (check("domain", &[&name]), "create"),
        (delete("domain", &name), "update"),
        (transfer("domain", "cancel", &name, ""), "transfer"),
        (POLL.to_owned(), "update"),
    ] {
        expect(&mut session, 2103, &paying(&command, element, "EUR", "1"));
    }
    let answer = expect(&mut session, 2004, &paying(&update(&name), "update", "EUR", "-1"));
    assert!(answer.contains(&format!("<value><fee:fee xmlns:fee=\"{FEE}\">-1</fee:fee></value>")), "{answer}");
    expect(&mut session, 2005, &paying(&update(&name), "update", "euro", "1"));
    let many = asking.repeat(33);
    let answer = expect(&mut session, 2306, &with_fee(&check("domain", &[&name]), "check", &many));
    assert!(text(&answer, "msg").contains("32 commands at most"), "{answer}");
    expect(&mut session, 1000, &with_fee(&check("domain", &[&name]), "check", &asking.repeat(32)));
    let wrong = with_fee(&update(&name), "updData", "");
    assert!(expect(&mut session, 2001, &wrong).contains("no response data"));
}

#[test]
fn a_balance_is_read_where_the_login_asked_for_its_mapping() {
    let (_, own) = priced();
    let mut session = client(&own);
    let answer = expect(&mut session, 1000, BALANCE);
    for (element, value) in
        [("creditLimit", "50.00"), ("balance", "100.00"), ("availableCredit", "150.00"), ("fixed", "0.00")]
    {
        assert_eq!(text(&answer, &format!("balance:{element}")), value, "{answer}");
    }
    done(&["billing", "set", &own.clid, "--threshold", "20%"]);
    assert_eq!(text(&expect(&mut session, 1000, BALANCE), "balance:percent"), "20");
    let mut without = connected(&own);
    expect(&mut without, 1000, &Login { objects: &OBJECTS[..3], ..Login::of(&own) }.body());
    let answer = expect(&mut without, 2307, BALANCE);
    assert!(answer.contains("<value><balance:info "), "{answer}");
    assert!(expect(&mut session, 2001, &BALANCE.replace("info>", "check>")).contains("balance:check"));
}

#[test]
fn a_low_balance_is_told_with_data_to_those_who_asked() {
    let (_, own) = priced();
    done(&["billing", "set", &own.clid, "--threshold", "140"]);
    done(&["billing", "correct", &own.clid, "-20", "--reason", "to and fro"]);
    let plain = expect(&mut client(&own), 1301, POLL);
    assert!(plain.contains("130.00 EUR") && !plain.contains("resData"), "{plain}");
    let answer = expect(&mut client_with(&own, &[LOW_BALANCE]), 1301, POLL);
    let data = text(&answer, "resData");
    assert_eq!(text(data, "lowbalance-poll:availableCredit"), "130.00");
    assert_eq!(text(data, "lowbalance-poll:creditLimit"), "50.00");
    assert!(data.contains("<lowbalance-poll:creditThreshold type=\"FIXED\">140.00<"), "{data}");
    assert!(!answer.contains("<extension>"), "{answer}");
}

#[test]
fn a_change_by_the_registry_is_told_to_the_sponsor() {
    let own = registrar();
    let name = unique("changed") + ".test";
    expect(&mut client(&own), 1000, &domain_create(&name, ""));
    let lock = domesday_admin(&["lock", "urs", &name, "--reason", "URS Lock", "--case", "urs123"]);
    assert!(lock.status.success(), "{lock:?}");
    let locked = "<domain:status s=\"serverUpdateProhibited\"/>";
    let plain = expect(&mut client(&own), 1301, POLL);
    assert!(!plain.contains("<extension>") && text(&plain, "resData").contains(locked), "{plain}");
    let mut session = client_with(&own, &[CHANGE_POLL, RGP, FEE]);
    let answer = expect(&mut session, 1301, POLL);
    assert_eq!(text(text(&answer, "resData"), "domain:name"), name);
    assert!(text(&answer, "resData").contains(locked), "{answer}");
    let data = text(&answer, "changePoll:changeData");
    assert!(
        answer.contains(" state=\"after\">") && data.contains("<changePoll:caseId type=\"urs\">urs123<"),
        "{answer}"
    );
    assert_eq!(text(data, "changePoll:operation"), "update");
    assert_eq!(text(data, "changePoll:reason"), "URS Lock");
    let id = attributes(&answer, "id")[0].to_owned();
    expect(&mut session, 1000, &acknowledge(&id));
    // The snapshot is of its moment, whatever becomes of the domain.
    assert!(domesday_admin(&["unlock", "urs", &name, "--reason", "URS complaint denied"]).status.success());
    let answer = expect(&mut session, 1301, POLL);
    assert!(!text(&answer, "resData").contains(locked) && answer.contains("changePoll:changeData"), "{answer}");
}

/// `command` extended by this element of the mapping of TTLs.
fn with_ttl(command: &str, element: &str, content: &str) -> String {
    let name = element.split(' ').next().unwrap_or_default();
    format!("{command}<extension><ttl:{element} xmlns:ttl=\"{TTL}\">{content}</ttl:{name}></extension>")
}

#[test]
fn ttls_are_chosen_within_what_the_tld_has_and_told_to_who_asks() {
    let (tld, own) = (fresh_tld(), registrar());
    done(&["tld", "set", &tld, "--ttl", "NS=60:3600:86400", "--ttl", "A=60:600:6000"]);
    let mut session = client_with(&own, &[TTL]);
    let name = format!("lives.{tld}");
    let chosen = "<ttl:ttl for=\"NS\">60</ttl:ttl>";
    expect(&mut session, 2004, &with_ttl(&domain_create(&name, ""), "create", "<ttl:ttl for=\"NS\">59</ttl:ttl>"));
    expect(&mut session, 2306, &with_ttl(&domain_create(&name, ""), "create", "<ttl:ttl for=\"A\">60</ttl:ttl>"));
    expect(&mut session, 1000, &with_ttl(&domain_create(&name, ""), "create", chosen));
    let answer = expect(&mut session, 1000, &with_ttl(&info("domain", &name), "info", ""));
    assert_eq!(text(&answer, "ttl:infData"), chosen);
    let answer = expect(&mut session, 1000, &with_ttl(&info("domain", &name), "info policy=\"true\"", ""));
    assert!(answer.contains("for=\"NS\" min=\"60\" default=\"3600\" max=\"86400\">60<"), "{answer}");
    assert!(answer.contains("for=\"DS\" min=\"3600\" default=\"86400\" max=\"172800\"/>"), "{answer}");
    let answer = expect(&mut session, 1000, &info("domain", &name));
    assert!(!answer.contains("<extension>"), "not asked for: {answer}");
    let plain = frames::update("domain", &name, "");
    expect(&mut session, 1000, &with_ttl(&plain, "update", "<ttl:ttl for=\"NS\"/>"));
    let answer = expect(&mut session, 1000, &with_ttl(&info("domain", &name), "info", ""));
    assert!(!answer.contains("<extension>"), "nothing is chosen any more: {answer}");
    let host = format!("ns1.{name}");
    let create = format!(
        "<create><host:create xmlns:host=\"urn:ietf:params:xml:ns:host-1.0\"><host:name>{host}</host:name>\
         <host:addr>192.0.2.1</host:addr></host:create></create>"
    );
    expect(&mut session, 1000, &with_ttl(&create, "create", "<ttl:ttl for=\"A\">6000</ttl:ttl>"));
    let answer = expect(&mut session, 1000, &with_ttl(&info("host", &host), "info", ""));
    assert_eq!(text(&answer, "ttl:infData"), "<ttl:ttl for=\"A\">6000</ttl:ttl>");
    expect(&mut session, 2103, &with_ttl(&info("domain", &name), "create", chosen));
    expect(&mut session, 2103, &with_ttl(&delete("domain", &name), "update", chosen));
    expect(&mut client(&own), 2103, &with_ttl(&info("domain", &name), "info", ""));
    let listed = done(&["tld", "list"]);
    let row = crate::admin::row(&listed, "name", &tld).expect("listed");
    assert!(row.encode().contains("\"NS=60:3600:86400\""), "{row}");
}
