//! Transfers in hostile detail, in both data models (RFC 5731, section 3.2.4; RFC 9154; RST cases epp-19 and epp-20).

use crate::extensions::{RGP, client_with};
use crate::frames::{
    attributes, auth, contacts, delete, domain_create, expect, host_create, info, named, object, part, period, renew,
    status, statuses, text, texts, transfer, update,
};
use crate::names;
use crate::support::EppClient;
use crate::support::process::Registrar;
use crate::world::{SECRET, registrar};

/// Who loses and who gains, each with a session that speaks of grace periods.
struct Pair {
    losing: Registrar,
    gaining: Registrar,
    l: EppClient,
    g: EppClient,
}

impl Pair {
    fn new() -> Self {
        let (losing, gaining) = (registrar(), registrar());
        let (l, g) = (client_with(&losing, &[RGP]), client_with(&gaining, &[RGP]));
        Self { losing, gaining, l, g }
    }

    /// A domain of each model that the losing registrar sponsors for so many years.
    fn domains(&mut self, years: u32) -> [String; 2] {
        let contact = names::contact_of(&mut self.l);
        let (minimum, maximum) = (names::minimum(), names::maximum());
        expect(&mut self.l, 1000, &domain_create(&minimum, &period(years, "y")));
        expect(&mut self.l, 1000, &domain_create(&maximum, &(period(years, "y") + &contacts(&contact))));
        [minimum, maximum]
    }
}

/// A request with this content of authInfo.
fn request(name: &str, options: &str, pw: &str) -> String {
    transfer("domain", "request", name, &(options.to_owned() + &part("domain", "authInfo", pw)))
}

fn pw(text: &str) -> String {
    format!("<domain:pw>{text}</domain:pw>")
}

/// The RGP statuses of an info.
fn rgp(answer: &str) -> Vec<&str> {
    attributes(answer.split_once("<extension>").unwrap_or_default().1, "s")
}

#[test]
fn epp_19_no_spelling_of_a_secret_but_its_own_opens_a_domain() {
    let mut pair = Pair::new();
    let stranger = names::contact_of(&mut pair.g);
    let stranger = text(&expect(&mut pair.g, 1000, &info("contact", &stranger)), "contact:roid").to_owned();
    for name in pair.domains(1) {
        let answer = expect(&mut pair.l, 1000, &info("domain", &name));
        let roid = text(&answer, "domain:roid").to_owned();
        let before = text(&answer, "resData").to_owned();
        let with_roid = |roid: &str| format!("<domain:pw roid=\"{roid}\">{SECRET}</domain:pw>");
        for (code, wrong) in [
            (2202, pw("")),
            (2202, pw(&SECRET.to_lowercase())),
            (2202, pw(&format!("{SECRET} "))),
            (2202, pw(&format!(" {SECRET}"))),
            (2202, pw(&SECRET[..22])),
            (2202, pw(&SECRET.repeat(40))),
            // A ROID says whose authInfo it is "if and only if" it is not the domain's own (RFC 5731, section 3.2.4).
            (2202, with_roid(&roid)),
            (2202, with_roid(&stranger)),
            (2202, with_roid("D0-NOBODY")),
            (2005, with_roid("")),
            (2005, with_roid("no roid")),
            (2102, "<domain:ext><x xmlns=\"urn:x\"/></domain:ext>".to_owned()),
            (2001, "<domain:null/>".to_owned()),
            (2003, String::new()),
        ] {
            expect(&mut pair.g, code, &request(&name, "", &wrong));
        }
        expect(&mut pair.g, 2003, &transfer("domain", "request", &name, ""));
        let answer = expect(&mut pair.l, 1000, &info("domain", &name));
        assert_eq!(text(&answer, "resData"), before);
        for right in [pw(SECRET), pw(&format!("<![CDATA[{SECRET}]]>")), pw(&SECRET.replacen('I', "&#x49;", 1))] {
            expect(&mut pair.g, 1001, &request(&format!("\n{} ", name.to_uppercase()), "", &right));
            expect(&mut pair.g, 1000, &transfer("domain", "cancel", &name.to_uppercase(), ""));
        }
    }
}

#[test]
fn epp_19_an_approved_transfer_in_mixed_case_and_both_data_models() {
    let mut pair = Pair::new();
    for name in pair.domains(1) {
        let upper = name.to_uppercase();
        let host = format!("NS1.{name}");
        expect(&mut pair.l, 1000, &host_create(&host, &["192.0.2.1"]));
        let before = expect(&mut pair.l, 1000, &info("domain", &name));
        let answer = expect(&mut pair.g, 1001, &request(&upper, &period(12, "m"), &pw(SECRET)));
        assert_eq!((text(&answer, "domain:name"), text(&answer, "domain:trStatus")), (&name[..], "pending"));
        let promised = text(&answer, "domain:exDate").to_owned();
        let day = text(&before, "domain:exDate")[..10].to_owned();
        // All that a pending transfer keeps from being done.
        for (by_losing, code, body) in [
            (true, 2304, delete("domain", &upper)),
            (true, 2304, renew(&upper, &day, "")),
            (true, 2304, status("domain", &upper, "add", "clientHold")),
            (true, 2304, update("domain", &upper, &part("domain", "chg", &auth("domain", "")))),
            (true, 2304, host_create(&format!("ns2.{upper}"), &[])),
            (true, 2106, request(&upper, "", &pw(SECRET))),
            (true, 2201, transfer("domain", "cancel", &upper, "")),
            (false, 2300, request(&upper, "", &pw(SECRET))),
            (false, 2201, transfer("domain", "approve", &upper, "")),
            (false, 2201, transfer("domain", "reject", &upper, "")),
            (false, 2201, delete("domain", &upper)),
        ] {
            expect(if by_losing { &mut pair.l } else { &mut pair.g }, code, &body);
        }
        let pending = expect(&mut pair.l, 1000, &info("domain", &upper));
        assert_eq!(
            statuses(pending.split_once("<extension>").unwrap_or((&pending, "")).0),
            ["inactive", "pendingTransfer"]
        );
        expect(&mut pair.l, 1000, &transfer("domain", "approve", &upper, ""));
        let after = expect(&mut pair.g, 1000, &info("domain", &upper));
        assert_eq!(text(&after, "domain:clID"), pair.gaining.clid);
        assert_eq!(text(&after, "domain:exDate"), promised);
        assert!(texts(&after, "domain:authInfo").is_empty(), "RFC 9154, section 5.4: {after}");
        assert_eq!(texts(&after, "domain:registrant"), texts(&before, "domain:registrant"));
        assert_eq!(texts(&after, "domain:contact"), texts(&before, "domain:contact"));
        assert!(rgp(&after).contains(&"transferPeriod"), "{after}");
        assert_eq!(text(&expect(&mut pair.g, 1000, &info("host", &host)), "host:clID"), pair.gaining.clid);
        // The one that lost it reads what everybody reads, and asks for it back in vain.
        let answer = expect(&mut pair.l, 1000, &info("domain", &name));
        assert!(texts(&answer, "domain:registrant").is_empty(), "{answer}");
        expect(&mut pair.l, 2202, &request(&name, "", &pw(SECRET)));
        expect(&mut pair.l, 2202, &request(&name, "", &pw("")));
        expect(&mut pair.l, 2201, &transfer("domain", "approve", &name, ""));
        expect(&mut pair.l, 2201, &status("domain", &name, "add", "clientHold"));
    }
}

#[test]
fn epp_19_periods_of_a_transfer() {
    let mut pair = Pair::new();
    for name in pair.domains(2) {
        let expiry = text(&expect(&mut pair.l, 1000, &info("domain", &name)), "domain:exDate").to_owned();
        let year: u32 = expiry[..4].parse().expect("a year");
        for (code, period) in [
            (2306, "<domain:period unit=\"y\">9</domain:period>"),
            (2306, "<domain:period unit=\"y\">11</domain:period>"),
            (2306, "<domain:period unit=\"y\">99</domain:period>"),
            (2306, "<domain:period unit=\"m\">13</domain:period>"),
            (2306, "<domain:period unit=\"m\">1</domain:period>"),
            (2004, "<domain:period unit=\"y\">0</domain:period>"),
            (2004, "<domain:period unit=\"m\">120</domain:period>"),
            (2003, "<domain:period>1</domain:period>"),
            (2005, "<domain:period unit=\"y\"/>"),
        ] {
            expect(&mut pair.g, code, &request(&name, period, &pw(SECRET)));
        }
        for (period, years) in [
            ("", 1),
            ("<domain:period unit=\" y\">01</domain:period>", 1),
            ("<domain:period unit=\"m\">12</domain:period>", 1),
        ] {
            let answer = expect(&mut pair.g, 1001, &request(&name, period, &pw(SECRET)));
            assert_eq!(text(&answer, "domain:exDate"), format!("{}{}", year + years, &expiry[4..]));
            expect(&mut pair.l, 1000, &transfer("domain", "reject", &name, ""));
        }
        assert_eq!(text(&expect(&mut pair.l, 1000, &info("domain", &name)), "domain:exDate"), expiry);
    }
}

#[test]
fn epp_20_a_rejected_transfer_leaves_all_as_it_was_in_both_data_models() {
    let mut pair = Pair::new();
    for name in pair.domains(1) {
        let upper = name.to_uppercase();
        let host = format!("ns1.{name}");
        expect(&mut pair.l, 1000, &host_create(&host, &["192.0.2.1"]));
        let before = expect(&mut pair.l, 1000, &info("domain", &name));
        let before_host = expect(&mut pair.l, 1000, &info("host", &host));
        expect(&mut pair.g, 1001, &request(&name, "", &pw(SECRET)));
        let mut stranger = client_with(&registrar(), &[]);
        for op in ["approve", "reject", "cancel"] {
            expect(&mut stranger, 2201, &transfer("domain", op, &upper, ""));
        }
        let wrong = auth("domain", "wrong-Secret-0000000000");
        expect(&mut pair.l, 2202, &transfer("domain", "reject", &upper, &wrong));
        let answer = expect(&mut pair.l, 1000, &transfer("domain", "reject", &upper, ""));
        assert_eq!((text(&answer, "domain:name"), text(&answer, "domain:trStatus")), (&name[..], "clientRejected"));
        let after = expect(&mut pair.l, 1000, &info("domain", &name));
        let after_host = expect(&mut pair.l, 1000, &info("host", &host));
        assert_eq!(text(&after, "resData"), text(&before, "resData"));
        assert_eq!(text(&after_host, "resData"), text(&before_host, "resData"));
        assert_eq!(text(&after, "domain:clID"), pair.losing.clid);
        assert_eq!(rgp(&after), ["addPeriod"]);
        for op in ["approve", "reject", "cancel"] {
            let code = if op == "cancel" { 2201 } else { 2301 };
            let answer = pair.l.command(&transfer("domain", op, &name, ""));
            assert!([code, 2301].contains(&crate::support::epp::code(&answer)), "{op}: {answer}");
        }
        // Who knows the secret still reads it.
        let read = object("domain", "info", &(named("domain", &upper) + &auth("domain", SECRET)));
        expect(&mut pair.g, 1000, &read);
    }
}
