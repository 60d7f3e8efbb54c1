//! Every element of every command, emptied in turn: where policy wants a value, an empty element is refused, and nothing of the
//! command is done (RST case epp-07 and all that create or change).

use crate::frames::{
    addresses, auth, contact_create, contacts, delete, domain_create, element, expect, host_create, info, name_servers,
    named, object, part, period, renew, transfer, update,
};
use crate::names;
use crate::session::{Login, connected};
use crate::support::EppClient;
use crate::support::epp::code;
use crate::world::{SECRET, client, client_a, registrar};

/// Elements that may be empty, and what that says: the optional lines of an address and the facsimile number are none then,
/// a secret is unset (RFC 9154, section 4.4).
const MAY_BE_EMPTY: [&str; 7] =
    ["contact:org", "contact:street", "contact:sp", "contact:pc", "contact:fax", "contact:pw", "domain:pw"];

/// The command with each of its elements that hold text emptied in turn: the name of that element, and the command.
fn emptied(body: &str, content: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (start, _) in body.match_indices('<') {
        let rest = &body[start + 1..];
        let Some(end) = rest.find('>').filter(|_| !rest.starts_with('/')) else { continue };
        let (tag, inside) = (&rest[..end], &rest[end + 1..]);
        let name = tag.split(' ').next().unwrap_or(tag);
        let Some(text) = inside.find('<').filter(|at| *at > 0) else { continue };
        assert!(inside[text..].starts_with(&format!("</{name}>")), "no text beside elements: {body}");
        let (before, after) = (&body[..start], &inside[text + name.len() + 3..]);
        let empty = if content.is_empty() { format!("<{tag}/>") } else { format!("<{tag}>{content}</{name}>") };
        found.push((name.to_owned(), format!("{before}{empty}{after}")));
    }
    assert!(!found.is_empty(), "{body}");
    found
}

/// Each spelling of nothing is refused, but for elements that may be empty; then the command as it is succeeds.
#[track_caller]
fn judge(client: &mut EppClient, may_be_empty: &[&str], body: &str) {
    for content in ["", " ", "\n\t", "<![CDATA[]]>", "<!-- nothing -->"] {
        for (name, emptied) in emptied(body, content) {
            if !may_be_empty.contains(&&name[..]) {
                let answer = client.command(&emptied);
                let code = code(&answer);
                assert!([2003, 2005, 2202, 2306].contains(&code), "{name}: {emptied}\n{answer}");
            }
        }
    }
    let answer = client.command(body);
    assert!([1000, 1001].contains(&code(&answer)), "{body}\n{answer}");
}

#[test]
fn epp_07_epp_09_no_empty_element_of_a_contact_command_passes_where_a_value_is_wanted() {
    let mut client = client_a();
    let id = names::contact();
    judge(&mut client, &MAY_BE_EMPTY, &contact_create(&id));
    judge(&mut client, &[], &info("contact", &id));
    judge(&mut client, &[], &object("contact", "info", &(named("contact", &id) + &auth("contact", SECRET))));
    let create = contact_create(&id);
    let (_, fields) = create.split_once("</contact:id>").expect("an id");
    let fields = fields.trim_end_matches("</create>").trim_end_matches("</contact:create>");
    // An update takes an empty number away.
    let removed = [&MAY_BE_EMPTY[..], &["contact:voice"]].concat();
    judge(&mut client, &removed, &update("contact", &id, &part("contact", "chg", fields)));
    // A removal is asked for, done, and leaves the rest as it was.
    for name in ["voice", "fax", "org"] {
        let empty = format!("<contact:{name}/>");
        let chg = if name == "org" {
            format!("<contact:postalInfo type=\"int\">{empty}</contact:postalInfo>")
        } else {
            empty
        };
        expect(&mut client, 1000, &update("contact", &id, &part("contact", "chg", &chg)));
        let answer = expect(&mut client, 1000, &info("contact", &id));
        assert!(!answer.contains(&format!("contact:{name}")) && answer.contains("jdoe@example.com"), "{answer}");
    }
    judge(&mut client, &[], &object("contact", "check", &named("contact", &id)));
    judge(&mut client, &[], &delete("contact", &id));
}

#[test]
fn epp_11_epp_13_no_empty_element_of_a_host_command_passes() {
    let mut client = client_a();
    let domain = names::minimum_of(&mut client);
    let host = format!("ns1.{domain}");
    judge(&mut client, &[], &host_create(&host, &["192.0.2.1", "2001:db8::1"]));
    judge(&mut client, &[], &info("host", &host));
    judge(&mut client, &[], &object("host", "check", &named("host", &host)));
    let parts = part("host", "add", &addresses(&["192.0.2.2", "2001:db8::2"]))
        + &part("host", "rem", &addresses(&["192.0.2.1"]))
        + &part("host", "chg", &element("host:name", &format!("ns2.{domain}")));
    judge(&mut client, &[], &update("host", &host, &parts));
    judge(&mut client, &[], &delete("host", &format!("ns2.{domain}")));
}

#[test]
fn epp_14_to_epp_21_no_empty_element_of_a_domain_command_passes_where_a_value_is_wanted() {
    let (losing, gaining) = (registrar(), registrar());
    let (mut a, mut b) = (client(&losing), client(&gaining));
    let (one, two) = (names::contact_of(&mut a), names::contact_of(&mut a));
    let (host, other) = (names::outside_of(&mut a), names::outside_of(&mut a));
    for (name, model, changes, registrant) in [
        (names::minimum(), String::new(), String::new(), String::new()),
        (
            names::maximum(),
            contacts(&one),
            format!("<domain:contact type=\"billing\">{two}</domain:contact>"),
            element("domain:registrant", &two),
        ),
    ] {
        let options = period(2, "y") + &name_servers(&[&host]) + &model;
        judge(&mut a, &MAY_BE_EMPTY, &domain_create(&name, &options));
        judge(&mut a, &[], &info("domain", &name));
        judge(&mut a, &[], &object("domain", "info", &(named("domain", &name) + &auth("domain", SECRET))));
        judge(&mut a, &[], &object("domain", "check", &named("domain", &name)));
        let parts = part("domain", "add", &(name_servers(&[&other]) + &changes))
            + &part("domain", "rem", &name_servers(&[&host]))
            + &part("domain", "chg", &(registrant + &auth("domain", SECRET)));
        judge(&mut a, &MAY_BE_EMPTY, &update("domain", &name, &parts));
        let answer = expect(&mut a, 1000, &info("domain", &name));
        let day = &crate::frames::text(&answer, "domain:exDate")[..10];
        judge(&mut a, &[], &renew(&name, day, &period(1, "y")));
        let request = transfer("domain", "request", &name, &(period(1, "y") + &auth("domain", SECRET)));
        judge(&mut b, &[], &request);
        judge(&mut a, &[], &transfer("domain", "reject", &name, ""));
        judge(&mut a, &[], &delete("domain", &name));
    }
}

#[test]
fn epp_03_no_empty_element_of_a_login_passes() {
    let own = registrar();
    let login = Login { extensions: &[crate::extensions::RGP], ..Login::of(&own) }.body();
    for content in ["", " ", "<![CDATA[]]>"] {
        for (name, emptied) in emptied(&login, content) {
            // An empty URI is a URI (XML Schema, part 2, section 3.2.17), and one that nobody offers.
            let expected = match &name[..] {
                "objURI" => 2307,
                "extURI" => 2103,
                _ => 2005,
            };
            let mut session = connected(&own);
            expect(&mut session, expected, &emptied);
            expect(&mut session, 1000, &login);
        }
    }
}
