//! The gTLD RDAP profile of February 2024, rule by rule: domains, name servers and entities (rules 23 to 41). What is withheld
//! is judged in `redactions`.

use super::profile::{Asked, corpus, items, links, objects, properties, strings, with_role};
use super::*;
use crate::model::record::{Contact, ContactRole, Domain, DomainContact, Registrar};

/// What the sample answers to anybody, where it is found.
#[track_caller]
fn shown(target: &str) -> OwnedValue {
    let found = ask(&sample::registry(), target);
    assert_eq!(found.status, 200, "{target}");
    value(&found.body)
}

fn domains() -> Vec<Asked> {
    let all: Vec<_> = corpus().into_iter().filter(|asked| asked.class() == Some("domain")).collect();
    assert!(all.len() > 50);
    all
}

/// A copy of a record, to be changed.
macro_rules! copy {
    ($type:ty, $found:expr) => {
        rkyv::deserialize::<$type, rkyv::rancor::Error>($found.expect("in the sample")).expect("no shared pointers")
    };
}

fn event<'j>(json: &'j OwnedValue, action: &str) -> Option<&'j str> {
    items(json, "events").iter().find(|event| event.get_str("eventAction") == Some(action))?.get_str("eventDate")
}

/// What rule 26 says of each registrar.
fn assert_registrar(entity: &OwnedValue) {
    assert!(properties(entity, "fn").iter().any(|name| name[3].as_str().is_some_and(|name| !name.is_empty())));
    let handle = entity.get_str("handle").expect("a handle");
    let ids: Vec<_> =
        items(entity, "publicIds").iter().map(|id| [id.get_str("type"), id.get_str("identifier")]).collect();
    match handle.parse::<u32>() {
        Ok(id) => {
            assert!(id > 0);
            assert_eq!(ids, [[Some("IANA Registrar ID"), Some(handle)]]);
        }
        Err(_) => assert_eq!((handle, ids.len()), ("not applicable", 0)),
    }
    let found: Vec<_> = links(entity, "self").into_iter().filter_map(|link| link.get_str("href")).collect();
    let path = found[0].strip_prefix("https://rdap.example").expect("below the base URL");
    assert_eq!(found.len(), 1);
    assert_eq!(shown(path).get_str("handle"), Some(handle), "the link leads there");
}

#[test]
fn rule_23_names_are_shown_in_both_forms() {
    for form in ["xn--bcher-kva", "b%C3%BCcher"] {
        let json = shown(&format!("/v1/domain/{form}.example"));
        let names = (json.get_str("ldhName"), json.get_str("unicodeName"));
        assert_eq!(names, (Some("xn--bcher-kva.example"), Some("bücher.example")));
    }
    let json = shown("/v1/domain/shop.example");
    assert_eq!((json.get_str("ldhName"), json.get_str("unicodeName")), (Some("shop.example"), None));
}

#[test]
fn rule_24_the_handle_of_a_domain_is_its_roid() {
    assert!(domains().iter().all(|asked| asked.json.get_str("handle").is_some_and(|handle| handle.starts_with('D'))));
    assert_eq!(shown("/v1/domain/shop.example").get_str("handle"), Some("D31-EXAMPLE"));
}

#[test]
fn rule_25_a_domain_tells_its_events() {
    for asked in domains() {
        for action in ["registration", "expiration"] {
            assert!(event(&asked.json, action).is_some(), "{action} in {}", asked.json);
        }
        assert_eq!(event(&asked.json, "registrar expiration"), None);
    }
    let json = shown("/v1/domain/shop.example");
    assert_eq!(event(&json, "registration"), Some("2026-01-02T03:04:05.678Z"));
    assert_eq!(event(&json, "expiration"), Some("2027-01-02T03:04:05.678Z"));
    assert_eq!(event(&json, "last changed"), Some("2026-01-22T03:04:05.678Z"));
    assert_eq!(event(&json, "transfer"), Some("2026-01-12T03:04:05.678Z"));
    let json = shown("/v1/domain/attr.example");
    assert_eq!((event(&json, "last changed"), event(&json, "transfer")), (None, None));
}

#[test]
fn rule_26_a_domain_has_one_registrar() {
    for asked in domains() {
        let found = with_role(&asked.json, "registrar");
        assert_eq!(found.len(), 1, "{}", asked.json);
        assert_registrar(found[0]);
    }
    let handle = |target| with_role(&shown(target), "registrar")[0].get_str("handle").map(str::to_owned);
    assert_eq!(handle("/v1/domain/shop.example").as_deref(), Some("9995"));
    assert_eq!(handle("/v1/domain/attr.example").as_deref(), Some("not applicable"));
}

#[test]
fn rule_27_a_registrar_has_an_abuse_contact() {
    for (target, top) in [("/v1/domain/shop.example", false), ("/v1/entity/9995", true)] {
        let json = shown(target);
        let registrar = if top { &json } else { with_role(&json, "registrar")[0] };
        let abuse = with_role(registrar, "abuse");
        assert_eq!(abuse.len(), 1);
        let value_of = |name| properties(abuse[0], name)[0][3].as_str();
        assert_eq!(value_of("tel"), Some("tel:+49.301234568"));
        assert_eq!(value_of("email"), Some("abuse@a.example"));
        assert_eq!(properties(abuse[0], "tel")[0][1].get_str("type"), Some("voice"));
        assert!(value_of("fn").is_some_and(|name| !name.is_empty()));
    }
}

#[test]
fn rule_28_a_registrar_links_what_it_is_about() {
    let about = |json: &OwnedValue| {
        let links = links(json, "about");
        links
            .iter()
            .map(|link| [link.get_str("value"), link.get_str("href")].map(|uri| uri.map(str::to_owned)))
            .collect()
    };
    let expected = vec![["https://rdap.a.example/", "https://a.example/"].map(|uri| Some(uri.to_owned()))];
    let found: Vec<_> = about(with_role(&shown("/v1/domain/shop.example"), "registrar")[0]);
    assert_eq!(found, expected);
    // Its RDAP service is no such thing without TLS.
    let mut registry = sample::registry();
    let plain = Registrar {
        rdap_url: Some("http://rdap.a.example/".into()),
        ..copy!(Registrar, registry.registrar("registrar-a"))
    };
    sample::commit(&mut registry, vec![Change::PutRegistrar(plain)]);
    let found: Vec<_> = about(&value(&ask(&registry, "/v1/entity/9995").body));
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn rule_29_a_domain_links_itself_and_the_answer_of_its_registrar() {
    for asked in domains() {
        let own = links(&asked.json, "self");
        assert_eq!((own.len(), own[0].get_str("value")), (1, Some(&asked.url()[..])));
        let name = asked.json.get_str("ldhName").expect("a name");
        assert_eq!(own[0].get_str("href"), Some(&format!("https://rdap.example/v1/domain/{name}")[..]));
        for link in links(&asked.json, "related") {
            assert_eq!(link.get_str("value"), Some(&asked.url()[..]));
            assert_eq!(link.get_str("href"), Some(&format!("https://rdap.a.example/domain/{name}")[..]));
            assert_eq!(link.get_str("type"), Some("application/rdap+json"));
        }
        let shop = asked.target.to_ascii_lowercase().contains("shop");
        assert_eq!(links(&asked.json, "related").len(), usize::from(shop), "{}", asked.json);
    }
}

/// What the profile says of statuses that go together.
fn assert_combination(object: &OwnedValue) {
    let found = strings(object, "status");
    let has = |status: &str| found.contains(&status);
    let alone = match object.get_str("objectClassName") {
        Some("domain") => found.len() == 1,
        _ => found.iter().all(|status| ["active", "associated"].contains(status)),
    };
    assert!(!has("active") || alone, "{found:?}");
    let mut pending = 0;
    for action in ["create", "delete", "renew", "transfer", "update"] {
        let prohibited = ["client", "server"].iter().any(|by| has(&format!("{by} {action} prohibited")));
        pending += usize::from(has(&format!("pending {action}")));
        assert!(!has(&format!("pending {action}")) || !prohibited, "{found:?}");
    }
    assert!(pending <= 1, "{found:?}");
    assert!(has("pending delete") || !(has("redemption period") || has("pending restore")), "{found:?}");
}

#[test]
fn rule_30_statuses_go_together() {
    for asked in corpus() {
        objects(&asked.json).into_iter().for_each(assert_combination);
        assert!(asked.class() != Some("domain") || !strings(&asked.json, "status").is_empty(), "{}", asked.json);
    }
    for (name, expected) in [
        ("plain", &["active"][..]),
        ("fresh", &["add period"]),
        ("renewed", &["auto renew period", "renew period"]),
        ("bare", &["inactive", "add period"]),
        ("moving", &["client update prohibited", "pending transfer"]),
        ("redeemable", &["client hold", "pending delete", "redemption period"]),
        ("restoring", &["client hold", "pending delete", "pending restore"]),
        ("leaving", &["client hold", "pending delete"]),
    ] {
        assert_eq!(strings(&shown(&format!("/v1/domain/{name}.example")), "status"), expected, "{name}");
    }
}

/// Whether a domain has this notice, word for word.
fn assert_notice(asked: &Asked, title: &str, description: &str, (rel, href): (&str, &str)) {
    let found: Vec<_> =
        items(&asked.json, "notices").iter().filter(|notice| notice.get_str("title") == Some(title)).collect();
    assert_eq!(found.len(), 1, "{}", asked.json);
    assert_eq!(strings(found[0], "description"), [description]);
    let all = items(found[0], "links");
    assert_eq!((all.len(), all[0].get_str("rel"), all[0].get_str("href")), (1, Some(rel), Some(href)));
    assert_eq!(all[0].get_str("value"), Some(&asked.url()[..]));
}

#[test]
fn rule_31_a_domain_has_the_notice_of_status_codes() {
    let text = "For more information on domain status codes, please visit https://icann.org/epp";
    for asked in domains() {
        assert_notice(&asked, "Status Codes", text, ("glossary", "https://icann.org/epp"));
    }
}

#[test]
fn rule_32_a_domain_has_the_notice_of_complaints() {
    let text = "URL of the ICANN RDDS Inaccuracy Complaint Form: https://icann.org/wicf";
    for asked in domains() {
        assert_notice(&asked, "RDDS Inaccuracy Complaint Form", text, ("help", "https://icann.org/wicf"));
    }
}

#[test]
fn rule_33_a_domain_tells_whether_its_delegation_is_signed() {
    for asked in domains() {
        let signed = asked.json.get("secureDNS").and_then(|dns| dns.get_bool("delegationSigned")).expect("a boolean");
        let data =
            asked.json.get("secureDNS").map_or(0, |dns| items(dns, "dsData").len() + items(dns, "keyData").len());
        assert_eq!(signed, data > 0, "{}", asked.json);
        assert_eq!(signed, asked.target.to_ascii_lowercase().contains("shop"), "{}", asked.json);
    }
}

#[test]
fn rule_34_name_servers_are_all_objects_or_none() {
    let shape = |target| {
        let json = shown(target);
        let servers = items(&json, "nameservers").iter();
        servers.map(|server| ["ldhName", "handle", "status"].map(|member| server.get(member).is_some())).collect()
    };
    let (objects, attributes): (Vec<_>, Vec<_>) = (shape("/v1/domain/shop.example"), shape("/v1/domain/attr.example"));
    assert_eq!(objects, [[true, true, true]; 2]);
    assert_eq!(attributes, [[true, false, false]; 2]);
}

#[test]
fn rule_35_each_role_has_one_entity() {
    let mut registry = sample::registry();
    let of = |json: &OwnedValue, role| -> Vec<_> {
        let found = with_role(json, role).into_iter();
        found.map(|entity| entity.get_str("handle").map(str::to_owned)).collect()
    };
    let json = value(&ask(&registry, "/v1/domain/shop.example").body);
    for (role, handle) in [
        ("registrant", "C11-EXAMPLE"),
        ("administrative", "C11-EXAMPLE"),
        ("technical", "C12-EXAMPLE"),
        ("billing", "C11-EXAMPLE"),
    ] {
        assert_eq!(of(&json, role), [Some(handle.to_owned())], "{role}");
    }
    assert_eq!(items(&json, "entities").len(), 3);
    // Where EPP has several, the first.
    let mut shop = copy!(Domain, registry.domain("shop.example"));
    shop.contacts.push(DomainContact { role: ContactRole::Tech, id: "closed".into() });
    sample::commit(&mut registry, vec![Change::PutDomain(shop)]);
    let again = value(&ask(&registry, "/v1/domain/shop.example").body);
    assert_eq!(of(&again, "technical"), [Some("C12-EXAMPLE".to_owned())]);
    assert_eq!(items(&again, "entities").len(), 3);
}

#[test]
fn rule_36_a_name_server_is_shown_as_a_domain_is() {
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
    assert_combination(&json);
}

#[test]
fn rule_37_the_registrar_of_a_name_server_is_whole() {
    for asked in corpus().iter().filter(|asked| asked.class() == Some("nameserver")) {
        let found = with_role(&asked.json, "registrar");
        assert_eq!(found.len(), 1);
        assert_registrar(found[0]);
    }
}

#[test]
fn rule_38_name_servers_that_are_not_there_are_not_found() {
    for name in ["ns9.shop.example", "ns.elsewhere.test", "ns1.attr.example", "shop.example"] {
        assert_eq!(ask(&sample::registry(), &format!("/v1/nameserver/{name}")).status, 404, "{name}");
    }
}

#[test]
fn rule_39_a_registrar_is_shown_with_how_to_reach_it() {
    for target in ["/v1/entity/9995", "/v1/entity/registrar-b", "/v1/entity/registry"] {
        let json = shown(target);
        assert_eq!(strings(&json, "roles"), ["registrar"]);
        assert_registrar(&json);
    }
    let json = shown("/v1/entity/9995");
    assert_eq!(json.get_str("handle"), Some("9995"));
    let numbers: Vec<_> =
        properties(&json, "tel").iter().map(|tel| [tel[1].get_str("type"), tel[3].as_str()]).collect();
    let expected = [["voice", "tel:+49.301234567"], ["fax", "tel:+49.301234569"]].map(|tel| tel.map(Some));
    assert_eq!(numbers, expected);
    let adr = properties(&json, "adr")[0];
    let parts: Vec<_> = adr[3].as_array().expect("a structured value").iter().map(|part| part.encode()).collect();
    let expected =
        [r#""""#, r#""""#, r#"["Lange Gasse 1","Hinterhaus"]"#, r#""Berlin""#, r#""""#, r#""10115""#, r#""""#];
    assert_eq!((adr[1].get_str("cc"), parts), (Some("DE"), expected.map(str::to_owned).to_vec()));
    assert_eq!(properties(&json, "email")[0][3].as_str(), Some("hello@a.example"));
}

#[test]
fn rule_40_contacts_have_a_name_a_number_and_a_mail_address_or_say_why_not() {
    for asked in domains() {
        let redacted: Vec<_> =
            items(&asked.json, "redacted").iter().filter_map(|entry| entry.get("name")?.get_str("type")).collect();
        for (role, word) in [("registrant", "Registrant"), ("technical", "Tech")] {
            for entity in with_role(&asked.json, role) {
                for (property, data) in [("fn", "Name"), ("tel", "Phone"), ("email", "Email")] {
                    let there = properties(entity, property).iter().any(|found| found[3].as_str() != Some(""));
                    let said = redacted.contains(&&format!("{word} {data}")[..]);
                    assert!(there != said, "{role} {property} in {}", asked.json);
                }
            }
        }
    }
}

#[test]
fn rule_41_entities_are_found_by_what_their_handles_say() {
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

/// RFC 9083, section 5.3.
#[test]
fn variants_are_those_that_are_registered() {
    let json = shown("/v1/domain/xn--lwe-sna.example");
    let mut expected = *br#"[{"relation": ["registered", "conjoined"], "idnTable": "de",
        "variantNames": [{"ldhName": "xn--lwe-kna.example", "unicodeName": "l\u00f4we.example"}]}]"#;
    let expected = simd_json::to_owned_value(&mut expected).expect("valid JSON");
    assert_eq!(json.get("variants"), Some(&expected));
    assert_eq!(shown("/v1/domain/shop.example").get("variants"), None);
}
