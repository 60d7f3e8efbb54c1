//! The gTLD RDAP profile of February 2024, rule by rule: name servers, registrars and contacts (rules 36 to 41), each with its
//! judge and the mutants that this judge refuses. What is withheld is judged in `redactions`.

use super::judges::Mutant::{Put, Status, Twice, Without};
use super::judges::{Asked, Verdict, domain, ensure, holds, items, nameserver, properties, strings, with_role};
use super::profile_domains::{combine, copy, names, shown, shows_registrar};
use super::*;
use crate::model::record::Contact;

#[test]
fn rule_36_a_name_server_is_shown_as_a_domain_is() {
    fn judge(asked: &Asked) -> Verdict {
        names(asked)?;
        combine(asked)?;
        let host = asked.registry().host_named(&asked.key()).expect("in the sample");
        let handle = asked.json.get_str("handle");
        ensure!(handle == Some(&host.roid), "{handle:?}");
        ensure!(!strings(&asked.json, "status").is_empty(), "no status");
        let shown = asked.json.get("ipAddresses");
        let found: Vec<_> =
            shown.into_iter().flat_map(|all| ["v4", "v6"].map(|of| strings(all, of)).concat()).collect();
        let expected: Vec<_> = host.addresses.iter().map(|address| address.get().ip().to_string()).collect();
        ensure!(found == expected && shown.is_some() != expected.is_empty(), "{shown:?}");
        Ok(())
    }
    holds(
        nameserver,
        judge,
        &[
            Without("ldhName"),
            Without("unicodeName"),
            Without("handle"),
            Put("handle", r#""H99-EXAMPLE""#),
            Without("status"),
            Put("status", r#"["active","client delete prohibited"]"#),
            Without("ipAddresses"),
            Put("ipAddresses", "{}"),
            Put("ipAddresses/v4/0", r#""192.0.2.256""#),
            Without("ipAddresses/v6"),
        ],
    );
    let json = shown("/v1/nameserver/ns.xn--bcher-kva.test");
    assert_eq!(
        (json.get_str("ldhName"), json.get_str("unicodeName")),
        (Some("ns.xn--bcher-kva.test"), Some("ns.bücher.test"))
    );
    assert_eq!(json.get_str("handle"), Some("H22-EXAMPLE"));
    assert!(json.get("ipAddresses").is_none());
    let json = shown("/v1/nameserver/ns1.shop.example");
    let addresses = json.get("ipAddresses").expect("in zone");
    assert_eq!((strings(addresses, "v4"), strings(addresses, "v6")), (vec!["192.0.2.1"], vec!["2001:db8::1:0:0:1"]));
    assert_eq!(strings(&json, "status"), ["associated", "active"]);
}

#[test]
fn rule_37_the_registrar_of_a_name_server_is_whole() {
    fn judge(asked: &Asked) -> Verdict {
        let found = with_role(&asked.json, "registrar");
        ensure!(found.len() == 1, "{} registrars", found.len());
        let host = asked.registry().host_named(&asked.key()).expect("in the sample");
        shows_registrar(asked, found[0], asked.registry().registrar(&host.sponsor).expect("there"))
    }
    holds(
        nameserver,
        judge,
        &[
            Without("entities"),
            Twice("entities/roles=registrar"),
            Without("entities/roles=registrar/vcardArray"),
            Without("entities/roles=registrar/publicIds/0"),
            Put("entities/roles=registrar/handle", r#""9996""#),
            Put("entities/roles=registrar/links/rel=self/href", r#""https://rdap.example/v1/help""#),
        ],
    );
}

#[test]
fn rule_38_name_servers_that_are_not_there_are_not_found() {
    fn judge(asked: &Asked) -> Verdict {
        let there = asked.registry().host_named(&asked.key()).is_some();
        ensure!(asked.status == if there { 200 } else { 404 }, "status {}", asked.status);
        ensure!(nameserver(asked) == there, "{:?}", asked.class());
        Ok(())
    }
    holds(
        |asked| asked.is_of("nameserver"),
        judge,
        &[Status(200), Status(404), Put("objectClassName", r#""nameserver""#), Without("objectClassName")],
    );
    for name in ["ns9.shop.example", "ns.elsewhere.test", "ns1.attr.example", "shop.example"] {
        assert_eq!(ask(&sample::registry(), &format!("/v1/nameserver/{name}")).status, 404, "{name}");
    }
}

#[test]
fn rule_39_a_registrar_is_shown_with_how_to_reach_it() {
    fn judge(asked: &Asked) -> Verdict {
        ensure!(strings(&asked.json, "roles") == ["registrar"], "{}", asked.json);
        let clid = if asked.key() == "9995" { "registrar-a".to_owned() } else { asked.key() };
        shows_registrar(asked, &asked.json, asked.registry().registrar(&clid).expect("in the sample"))?;
        // The others have told nothing.
        let known = clid == "registrar-a";
        let tels = properties(&asked.json, "tel");
        let tels: Vec<_> = tels.iter().map(|tel| [tel[1].get_str("type"), tel[3].as_str()]).collect();
        let expected = [["voice", "tel:+49.301234567"], ["fax", "tel:+49.301234569"]].map(|tel| tel.map(Some));
        ensure!(tels == expected[..if known { 2 } else { 0 }], "{tels:?}");
        let mails: Vec<_> = properties(&asked.json, "email").iter().map(|mail| mail[3].as_str()).collect();
        ensure!(mails == [Some("hello@a.example")][..usize::from(known)], "{mails:?}");
        let adrs = properties(&asked.json, "adr");
        let adrs: Vec<_> = adrs.iter().map(|adr| [adr[1].encode(), adr[3].encode()]).collect();
        let expected = r#"["","",["Lange Gasse 1","Hinterhaus"],"Berlin","","10115",""]"#;
        ensure!(adrs == [[r#"{"cc":"DE"}"#.to_owned(), expected.to_owned()]][..usize::from(known)], "{adrs:?}");
        Ok(())
    }
    holds(
        |asked| strings(&asked.json, "roles").contains(&"registrar"),
        judge,
        &[
            Without("roles"),
            Put("roles", r#"["registrar","abuse"]"#),
            Put("handle", r#""registrar-a""#),
            Without("publicIds"),
            Without("vcardArray/1/0=fn"),
            Without("vcardArray/1/0=adr"),
            Put("vcardArray/1/0=adr/3/2", r#""Lange Gasse 1""#),
            Without("vcardArray/1/0=adr/1/cc"),
            Without("vcardArray/1/0=tel"),
            Without("vcardArray/1/1.type=fax"),
            Without("vcardArray/1/0=email"),
        ],
    );
}

#[test]
fn rule_40_contacts_have_a_name_a_number_and_a_mail_address_or_say_why_not() {
    /// Whether a contact has this; a component of its address by its place.
    fn has(entity: &OwnedValue, data: &str) -> bool {
        let filled = |value: &OwnedValue| value.as_str() != Some("");
        let any = |name| properties(entity, name).iter().any(|property| filled(property[3]));
        let part = |at: usize| properties(entity, "adr").iter().any(|adr| adr[3].get_idx(at).is_some_and(filled));
        match data {
            "Name" => any("fn"),
            "Phone" => properties(entity, "tel").iter().any(|tel| tel[1].get_str("type") == Some("voice")),
            "Email" => any("email"),
            "Street" => part(2),
            "City" => part(3),
            _ => part(5),
        }
    }
    fn judge(asked: &Asked) -> Verdict {
        let redacted: Vec<_> =
            items(&asked.json, "redacted").iter().filter_map(|entry| entry.get("name")?.get_str("type")).collect();
        for (role, word, required) in [
            ("registrant", "Registrant", &["Name", "Street", "City", "Postal Code", "Phone", "Email"][..]),
            ("technical", "Tech", &["Name", "Phone", "Email"]),
        ] {
            for entity in with_role(&asked.json, role) {
                for data in required {
                    let name = format!("{word} {data}");
                    let said = redacted.iter().filter(|found| **found == name).count();
                    ensure!(said == usize::from(!has(entity, data)), "{name} is said {said} times");
                }
            }
        }
        Ok(())
    }
    holds(
        domain,
        judge,
        &[
            Without("redacted"),
            Without("redacted/name.type=Registrant Street"),
            Without("redacted/name.type=Registrant Postal Code"),
            Without("redacted/name.type=Registrant Phone"),
            Without("redacted/name.type=Registrant Email"),
            Without("redacted/name.type=Tech Name"),
            Without("redacted/name.type=Tech Phone"),
            Twice("redacted/name.type=Registrant Name"),
            Put("redacted/name.type=Tech Email/name", r#"{"description":"Tech Email"}"#),
            Put("entities/roles=registrant/vcardArray/1/0=fn/3", r#""""#),
            Without("entities/roles=registrant/vcardArray/1/1.type=voice"),
            Put("entities/roles=registrant/vcardArray/1/0=adr/3/3", r#""""#),
            Without("entities/roles=technical/vcardArray/1/0=email"),
        ],
    );
    // Whoever may see everything learns that there is nothing.
    let scant = |audience| {
        let json = value(&ask_as(&sample::registry(), "/v1/domain/sparse.example", audience).body);
        let of = |entry: &OwnedValue| {
            let text = |member: &str, name: &str| entry.get(member)?.get_str(name).map(str::to_owned);
            [text("name", "type"), text("reason", "description")].map(Option::unwrap_or_default).join(": ")
        };
        items(&json, "redacted").iter().map(of).collect::<Vec<_>>()
    };
    let shown = ["Registrant Street", "Registrant Postal Code", "Registrant Phone", "Tech Phone"];
    assert_eq!(scant(Audience::Authorised), shown.map(|name| format!("{name}: Not provided")));
    let hidden = ["Name", "Street", "City", "Postal Code", "Phone", "Email"];
    let mut expected = hidden.map(|name| format!("Registrant {name}: Server policy")).to_vec();
    expected.push("Tech Phone: Not provided".to_owned());
    assert_eq!(scant(Audience::Anonymous), expected);
}

#[test]
fn rule_41_entities_are_found_by_what_their_handles_say() {
    fn judge(asked: &Asked) -> Verdict {
        let expected = match &asked.key()[..] {
            "9995" => "9995",
            "registrar-b" => "9996",
            "registry" => "not applicable",
            "SH8013" => "C11-EXAMPLE",
            "Open/Ü 1" => "C12-EXAMPLE",
            "C13-EXAMPLE" => "C13-EXAMPLE",
            "sparse" => "C15-EXAMPLE",
            _ => {
                ensure!(asked.status == 404 && asked.json.get("handle").is_none(), "status {}", asked.status);
                return Ok(());
            }
        };
        ensure!(asked.status == 200 && asked.class() == Some("entity"), "status {}", asked.status);
        let hidden = items(&asked.json, "redacted").iter().any(|entry| entry.get_str("prePath") == Some("$.handle"));
        let found = asked.json.get_str("handle");
        ensure!(found == (!hidden).then_some(expected), "{found:?}");
        Ok(())
    }
    holds(
        |asked| asked.is_of("entity"),
        judge,
        &[Status(404), Status(200), Status(500), Without("handle"), Put("handle", r#""C14-EXAMPLE""#)],
    );
    assert_eq!(shown("/v1/entity/9995"), {
        let mut by_clid =
            shown("/v1/entity/registrar-a").encode().replace("entity/registrar-a", "entity/9995").into_bytes();
        simd_json::to_owned_value(&mut by_clid).expect("valid JSON")
    });
    for target in ["/v1/entity/SH8013", "/v1/entity/C11-EXAMPLE"] {
        assert_eq!(shown(target).get_str("handle"), Some("C11-EXAMPLE"));
    }
    // A ROID comes before what another contact is called.
    let mut registry = sample::registry();
    let namesake = Contact {
        object_id: 14,
        roid: "C14-EXAMPLE".into(),
        id: "C11-EXAMPLE".into(),
        ..copy!(Contact, registry.contact("closed"))
    };
    sample::commit(&mut registry, vec![Change::PutContact(namesake)]);
    assert_eq!(value(&ask(&registry, "/v1/entity/C11-EXAMPLE").body).get_str("handle"), Some("C11-EXAMPLE"));
    assert_eq!(value(&ask(&registry, "/v1/entity/C14-EXAMPLE").body).get_str("handle"), Some("C14-EXAMPLE"));
}

/// Each numbered rule has a test of its number, here or over sockets.
#[test]
fn every_rule_has_a_test_by_its_number() {
    let sources = [
        include_str!("profile.rs"),
        include_str!("profile_domains.rs"),
        include_str!("profile_entities.rs"),
        include_str!("../../../tests/blackbox/rdap_profile.rs"),
    ];
    for number in 1..=41 {
        let name = format!("\n#[test]\nfn rule_{number:02}_");
        let found = sources.iter().map(|source| source.matches(&name).count()).sum::<usize>();
        assert_eq!(found, 1, "rule {number}");
    }
}
