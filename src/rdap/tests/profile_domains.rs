//! The gTLD RDAP profile of February 2024, rule by rule: domains (rules 23 to 35), each with its judge and the mutants that this
//! judge refuses. What is withheld is judged in `redactions`.

use super::judges::Mutant::{Put, Twice, Without};
use super::judges::{
    Asked, Verdict, any, dates, domain, ensure, holds, items, links, objects, properties, strings, with_role,
};
use super::*;
use crate::model::lifecycle;
use crate::model::record::{ArchivedDomain, ArchivedRegistrar, ContactRole, Domain, DomainContact, Registrar};
use crate::model::search::registrar_handle;

/// What the sample answers to anybody, where it is found.
#[track_caller]
pub(super) fn shown(target: &str) -> OwnedValue {
    let found = ask(&sample::registry(), target);
    assert_eq!(found.status, 200, "{target}");
    value(&found.body)
}

/// A copy of a record, to be changed.
macro_rules! copy {
    ($type:ty, $found:expr) => {
        rkyv::deserialize::<$type, rkyv::rancor::Error>($found.expect("in the sample")).expect("no shared pointers")
    };
}
pub(super) use copy;

/// The record of the domain that was asked for.
fn record(asked: &Asked) -> &'static ArchivedDomain {
    asked.registry().domain(&asked.key()).expect("in the sample")
}

/// What rules 26, 37 and 39 say of an entity that shows this registrar.
pub(super) fn shows_registrar(asked: &Asked, entity: &OwnedValue, registrar: &ArchivedRegistrar) -> Verdict {
    let named = |name: &[&OwnedValue; 4]| name[3].as_str().is_some_and(|name| !name.is_empty());
    ensure!(properties(entity, "fn").iter().any(named), "no name: {entity}");
    let handle = registrar_handle(registrar);
    let ids: Vec<_> =
        items(entity, "publicIds").iter().map(|id| [id.get_str("type"), id.get_str("identifier")]).collect();
    let expected = handle.as_deref().map(|id| [Some("IANA Registrar ID"), Some(id)]);
    ensure!(ids == expected.into_iter().collect::<Vec<_>>(), "{ids:?}");
    let found = entity.get_str("handle");
    ensure!(found == Some(handle.as_deref().unwrap_or("not applicable")), "{found:?}");
    let own: Vec<_> = links(entity, "self").into_iter().filter_map(|link| link.get_str("href")).collect();
    ensure!(own.len() == 1, "{own:?}");
    let path = own[0].strip_prefix("https://rdap.example").unwrap_or_default();
    let there = ask(asked.registry(), path);
    ensure!(there.status == 200 && value(&there.body).get_str("handle") == found, "{path} leads elsewhere");
    Ok(())
}

/// The registrar that an answer shows at its top or directly below.
fn registrar_of(asked: &Asked) -> Option<&OwnedValue> {
    match strings(&asked.json, "roles").contains(&"registrar") {
        true => Some(&asked.json),
        false => with_role(&asked.json, "registrar").first().copied(),
    }
}

/// Whether the registrar of an answer is the one that has told everything.
fn of_registrar_a(asked: &Asked) -> bool {
    registrar_of(asked).is_some_and(|registrar| registrar.get_str("handle") == Some("9995"))
}

/// `ldhName` is the name that was asked for, in A-labels, and `unicodeName` what it says where that is another.
pub(super) fn names(asked: &Asked) -> Verdict {
    let key = asked.key();
    let (ldh, unicode) = (asked.json.get_str("ldhName"), asked.json.get_str("unicodeName"));
    ensure!(ldh == Some(&key), "{ldh:?}");
    let expected = key.contains("xn--").then(|| idna::domain_to_unicode(&key).0);
    ensure!(unicode == expected.as_deref(), "{unicode:?}");
    Ok(())
}

#[test]
fn rule_23_names_are_shown_in_both_forms() {
    holds(
        domain,
        names,
        &[
            Without("ldhName"),
            Without("unicodeName"),
            Put("ldhName", r#""bücher.example""#),
            Put("unicodeName", r#""xn--bcher-kva.example""#),
        ],
    );
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
    fn judge(asked: &Asked) -> Verdict {
        let found = asked.json.get_str("handle");
        ensure!(found == Some(&record(asked).roid), "{found:?}");
        Ok(())
    }
    holds(domain, judge, &[Without("handle"), Put("handle", r#""D99-EXAMPLE""#), Put("handle", "31")]);
    assert_eq!(shown("/v1/domain/shop.example").get_str("handle"), Some("D31-EXAMPLE"));
}

#[test]
fn rule_25_a_domain_tells_its_events() {
    fn judge(asked: &Asked) -> Verdict {
        let record = record(asked);
        for (action, expected) in [
            ("registration", Some(record.created.get())),
            ("expiration", Some(lifecycle::end(record))),
            ("last changed", record.updated.as_ref().map(|at| at.get())),
            ("transfer", record.transferred.as_ref().map(|at| at.get())),
            ("registrar expiration", None),
        ] {
            let (found, expected) = (dates(&asked.json, action), expected.map(|at| at.to_string()));
            ensure!(found == expected.iter().map(|at| Some(&at[..])).collect::<Vec<_>>(), "{action} {found:?}");
        }
        Ok(())
    }
    holds(
        domain,
        judge,
        &[
            Without("events"),
            Without("events/eventAction=registration"),
            Without("events/eventAction=expiration"),
            Without("events/eventAction=last changed"),
            Without("events/eventAction=transfer"),
            Put("events/eventAction=expiration/eventAction", r#""registrar expiration""#),
            Put("events/eventAction=registration/eventDate", r#""2026-02-01T03:04:05.678Z""#),
            Put("events/eventAction=transfer/eventAction", r#""last changed""#),
        ],
    );
    let json = shown("/v1/domain/shop.example");
    assert_eq!(dates(&json, "registration"), [Some("2026-01-02T03:04:05.678Z")]);
    assert_eq!(dates(&json, "expiration"), [Some("2027-01-02T03:04:05.678Z")]);
    assert_eq!(dates(&json, "last changed"), [Some("2026-01-22T03:04:05.678Z")]);
    assert_eq!(dates(&json, "transfer"), [Some("2026-01-12T03:04:05.678Z")]);
    let json = shown("/v1/domain/attr.example");
    assert_eq!((dates(&json, "last changed"), dates(&json, "transfer")), (vec![], vec![]));
}

#[test]
fn rule_26_a_domain_has_one_registrar() {
    fn judge(asked: &Asked) -> Verdict {
        let found = with_role(&asked.json, "registrar");
        ensure!(found.len() == 1, "{} registrars", found.len());
        shows_registrar(asked, found[0], asked.registry().registrar(&record(asked).sponsor).expect("there"))
    }
    holds(
        domain,
        judge,
        &[
            Without("entities/roles=registrar"),
            Twice("entities/roles=registrar"),
            Without("entities/roles=registrar/vcardArray/1/0=fn"),
            Put("entities/roles=registrar/vcardArray/1/0=fn/3", r#""""#),
            Without("entities/roles=registrar/handle"),
            Put("entities/roles=registrar/handle", r#""registrar-a""#),
            Without("entities/roles=registrar/publicIds"),
            Put("entities/roles=registrar/publicIds/0/identifier", r#""9996""#),
            Put("entities/roles=registrar/publicIds/0/type", r#""IANA ID""#),
            Without("entities/roles=registrar/links/rel=self"),
            Put("entities/roles=registrar/links/rel=self/href", r#""https://rdap.example/v1/entity/9996""#),
        ],
    );
    let handle = |target| with_role(&shown(target), "registrar")[0].get_str("handle").map(str::to_owned);
    assert_eq!(handle("/v1/domain/shop.example").as_deref(), Some("9995"));
    assert_eq!(handle("/v1/domain/attr.example").as_deref(), Some("not applicable"));
}

#[test]
fn rule_27_a_registrar_has_an_abuse_contact() {
    fn judge(asked: &Asked) -> Verdict {
        let registrar = registrar_of(asked).ok_or("no registrar")?;
        let abuse = with_role(registrar, "abuse");
        ensure!(abuse.len() == 1, "{} abuse contacts", abuse.len());
        for (name, expected) in [("fn", "Abuse Contact"), ("tel", "tel:+49.301234568"), ("email", "abuse@a.example")] {
            let found: Vec<_> = properties(abuse[0], name).iter().map(|property| property[3].as_str()).collect();
            ensure!(found == [Some(expected)], "{name} {found:?}");
        }
        ensure!(properties(abuse[0], "tel")[0][1].get_str("type") == Some("voice"), "no voice");
        Ok(())
    }
    holds(
        of_registrar_a,
        judge,
        &[
            Without("entities/roles=abuse"),
            Without("entities/roles=registrar/entities"),
            Twice("entities/roles=registrar/entities/roles=abuse"),
            Put("entities/roles=registrar/entities/roles=abuse/roles", r#"["technical"]"#),
            Without("entities/roles=registrar/entities/roles=abuse/vcardArray/1/0=fn"),
            Without("entities/roles=registrar/entities/roles=abuse/vcardArray/1/0=tel"),
            Without("entities/roles=registrar/entities/roles=abuse/vcardArray/1/0=tel/1/type"),
            Without("entities/roles=registrar/entities/roles=abuse/vcardArray/1/0=email"),
            Put("entities/roles=abuse/vcardArray/1/0=email/3", r#""hello@a.example""#),
        ],
    );
}

#[test]
fn rule_28_a_registrar_links_what_it_is_about() {
    fn about(json: &OwnedValue) -> Vec<[Option<&str>; 2]> {
        links(json, "about").into_iter().map(|link| [link.get_str("value"), link.get_str("href")]).collect()
    }
    fn judge(asked: &Asked) -> Verdict {
        let found = about(registrar_of(asked).ok_or("no registrar")?);
        ensure!(found == [["https://rdap.a.example/", "https://a.example/"].map(Some)], "{found:?}");
        Ok(())
    }
    holds(
        of_registrar_a,
        judge,
        &[
            Without("links/rel=about"),
            Without("entities/roles=registrar/links/rel=about"),
            Put("entities/roles=registrar/links/rel=about/value", r#""https://rdap.example/v1/entity/9995""#),
            Put("entities/roles=registrar/links/rel=about/href", r#""""#),
            Twice("entities/roles=registrar/links/rel=about"),
        ],
    );
    // Its RDAP service is no such thing without TLS.
    let mut registry = sample::registry();
    let plain = Registrar {
        rdap_url: Some("http://rdap.a.example/".into()),
        ..copy!(Registrar, registry.registrar("registrar-a"))
    };
    sample::commit(&mut registry, vec![Change::PutRegistrar(plain)]);
    let json = value(&ask(&registry, "/v1/entity/9995").body);
    assert!(about(&json).is_empty(), "{json}");
}

#[test]
fn rule_29_a_domain_links_itself_and_the_answer_of_its_registrar() {
    fn judge(asked: &Asked) -> Verdict {
        let (url, name) = (asked.url(), asked.key());
        let whole = |link: &OwnedValue| ["value", "href", "type"].map(|member| link.get_str(member).map(str::to_owned));
        let expected = |base| [url.clone(), format!("{base}domain/{name}"), "application/rdap+json".into()].map(Some);
        let own: Vec<_> = links(&asked.json, "self").into_iter().map(whole).collect();
        ensure!(own == [expected("https://rdap.example/v1/")], "{own:?}");
        let related: Vec<_> = links(&asked.json, "related").into_iter().map(whole).collect();
        let known = of_registrar_a(asked).then(|| expected("https://rdap.a.example/"));
        ensure!(related == known.into_iter().collect::<Vec<_>>(), "{related:?}");
        Ok(())
    }
    holds(
        domain,
        judge,
        &[
            Without("links/rel=self"),
            Twice("links/rel=self"),
            Put("links/rel=self/href", r#""https://rdap.example/v1/entity/9995""#),
            Put("links/rel=self/type", r#""text/html""#),
            Without("links/rel=related"),
            Put("links/rel=related/value", r#""https://rdap.a.example/""#),
            Put("links/rel=related/href", r#""https://rdap.a.example/""#),
            Put("links/rel=related/type", r#""application/json""#),
            Put("links/rel=related/rel", r#""alternate""#),
        ],
    );
    assert_eq!(links(&shown("/v1/domain/shop.example"), "related").len(), 1);
}

/// What the profile says of statuses that go together.
pub(super) fn combine(asked: &Asked) -> Verdict {
    for object in objects(&asked.json) {
        let found = strings(object, "status");
        let has = |status: &str| found.contains(&status);
        let alone = match object.get_str("objectClassName") {
            Some("domain") => found.len() == 1,
            _ => found.iter().all(|status| ["active", "associated"].contains(status)),
        };
        ensure!(!has("active") || alone, "{found:?}");
        let mut pending = 0;
        for action in ["create", "delete", "renew", "transfer", "update"] {
            let prohibited = ["client", "server"].iter().any(|by| has(&format!("{by} {action} prohibited")));
            pending += usize::from(has(&format!("pending {action}")));
            ensure!(!has(&format!("pending {action}")) || !prohibited, "{found:?}");
        }
        ensure!(pending <= 1, "{found:?}");
        ensure!(has("pending delete") || !(has("redemption period") || has("pending restore")), "{found:?}");
    }
    Ok(())
}

#[test]
fn rule_30_statuses_go_together() {
    fn judge(asked: &Asked) -> Verdict {
        ensure!(!strings(&asked.json, "status").is_empty(), "no status");
        combine(asked)
    }
    holds(
        any,
        combine,
        &[
            Put("status", r#"["active","client hold"]"#),
            Put("status", r#"["pending delete","server delete prohibited"]"#),
            Put("status", r#"["pending renew","pending update"]"#),
            Put("status", r#"["redemption period"]"#),
            Put("status", r#"["pending restore"]"#),
            Put("nameservers/0/status", r#"["active","server delete prohibited"]"#),
        ],
    );
    holds(domain, judge, &[Without("status"), Put("status", "[]")]);
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

/// Whether an answer has this notice, once and word for word.
fn has_notice(asked: &Asked, title: &str, description: &str, link: [&str; 2]) -> Verdict {
    let titled = |notice: &&OwnedValue| notice.get_str("title") == Some(title);
    let found: Vec<_> = items(&asked.json, "notices").iter().filter(titled).collect();
    ensure!(found.len() == 1, "{} notices", found.len());
    ensure!(strings(found[0], "description") == [description], "{}", found[0]);
    let links: Vec<_> =
        items(found[0], "links").iter().map(|link| ["value", "rel", "href"].map(|name| link.get_str(name))).collect();
    ensure!(links == [[&asked.url(), link[0], link[1]].map(Some)], "{links:?}");
    Ok(())
}

#[test]
fn rule_31_a_domain_has_the_notice_of_status_codes() {
    fn judge(asked: &Asked) -> Verdict {
        let text = "For more information on domain status codes, please visit https://icann.org/epp";
        has_notice(asked, "Status Codes", text, ["glossary", "https://icann.org/epp"])
    }
    holds(
        domain,
        judge,
        &[
            Without("notices/title=Status Codes"),
            Twice("notices/title=Status Codes"),
            Put("notices/title=Status Codes/title", r#""Status codes""#),
            Put("notices/title=Status Codes/description/0", r#""See https://icann.org/epp""#),
            Put("notices/title=Status Codes/links/0/rel", r#""help""#),
            Put("notices/title=Status Codes/links/0/href", r#""https://www.icann.org/epp""#),
            Put("notices/title=Status Codes/links/0/value", r#""https://icann.org/epp""#),
            Without("notices/title=Status Codes/links/0"),
        ],
    );
}

#[test]
fn rule_32_a_domain_has_the_notice_of_complaints() {
    fn judge(asked: &Asked) -> Verdict {
        let text = "URL of the ICANN RDDS Inaccuracy Complaint Form: https://icann.org/wicf";
        has_notice(asked, "RDDS Inaccuracy Complaint Form", text, ["help", "https://icann.org/wicf"])
    }
    holds(
        domain,
        judge,
        &[
            Without("notices/title=RDDS Inaccuracy Complaint Form"),
            Twice("notices/title=RDDS Inaccuracy Complaint Form"),
            Put("notices/title=RDDS Inaccuracy Complaint Form/title", r#""Whois Inaccuracy Complaint Form""#),
            Put("notices/title=RDDS Inaccuracy Complaint Form/description/0", r#""https://icann.org/wicf""#),
            Put("notices/title=RDDS Inaccuracy Complaint Form/links/0/rel", r#""glossary""#),
            Put("notices/title=RDDS Inaccuracy Complaint Form/links/0/href", r#""https://www.icann.org/wicf""#),
            Without("notices/title=RDDS Inaccuracy Complaint Form/links/0/value"),
        ],
    );
}

#[test]
fn rule_33_a_domain_tells_whether_its_delegation_is_signed() {
    fn judge(asked: &Asked) -> Verdict {
        let dns = asked.json.get("secureDNS").ok_or("nothing of DNSSEC")?;
        let signed = dns.get_bool("delegationSigned").ok_or("not whether it is signed")?;
        let data = items(dns, "dsData").len() + items(dns, "keyData").len();
        ensure!(signed == (data > 0), "{dns}");
        let known = record(asked).sec_dns.as_ref().map_or(0, |known| known.ds.len());
        ensure!(items(dns, "dsData").len() == known, "{dns}");
        Ok(())
    }
    holds(
        domain,
        judge,
        &[
            Without("secureDNS"),
            Without("secureDNS/delegationSigned"),
            Put("secureDNS/delegationSigned", "true"),
            Put("secureDNS/delegationSigned", "false"),
            Put("secureDNS/delegationSigned", r#""true""#),
            Without("secureDNS/dsData"),
        ],
    );
}

#[test]
fn rule_34_name_servers_are_all_objects_or_none() {
    fn judge(asked: &Asked) -> Verdict {
        let (servers, record) = (items(&asked.json, "nameservers"), record(asked));
        let (objects, attributes) = (record.name_servers.len(), record.host_attributes.len());
        ensure!(servers.len() == objects + attributes, "{} name servers", servers.len());
        for server in servers {
            ensure!(server.get_str("ldhName").is_some_and(|name| !name.is_empty()), "{server}");
            ensure!(["handle", "status"].map(|of| server.get(of).is_some()) == [objects > 0; 2], "{server}");
            ensure!(objects == 0 || server.get_str("handle").is_some(), "{server}");
        }
        Ok(())
    }
    holds(
        domain,
        judge,
        &[
            Without("nameservers"),
            Without("nameservers/1"),
            Without("nameservers/0/ldhName"),
            Without("nameservers/0/handle"),
            Without("nameservers/0/status"),
            Put("nameservers/0/handle", "21"),
        ],
    );
    let shape = |target| -> Vec<_> {
        let json = shown(target);
        let servers = items(&json, "nameservers").iter();
        servers.map(|server| ["ldhName", "handle", "status"].map(|member| server.get(member).is_some())).collect()
    };
    assert_eq!(shape("/v1/domain/shop.example"), [[true, true, true]; 2]);
    assert_eq!(shape("/v1/domain/attr.example"), [[true, false, false]; 2]);
}

#[test]
fn rule_35_each_role_has_one_entity() {
    /// The role's contact, by what EPP calls it: the first where there are several.
    fn first(record: &'static ArchivedDomain, role: &str) -> Option<&'static str> {
        let of = |wanted| record.contacts.iter().find(|contact| contact.role.get() == wanted);
        match role {
            "registrant" => record.registrant.as_deref(),
            "administrative" => of(ContactRole::Admin).map(|contact| &*contact.id),
            "technical" => of(ContactRole::Tech).map(|contact| &*contact.id),
            _ => of(ContactRole::Billing).map(|contact| &*contact.id),
        }
    }
    fn judge(asked: &Asked) -> Verdict {
        let mut contacts = Vec::new();
        for role in ["registrant", "administrative", "technical", "billing"] {
            let expected = first(record(asked), role);
            contacts.extend(expected);
            let found = with_role(&asked.json, role);
            ensure!(found.len() == usize::from(expected.is_some()), "{} of {role}", found.len());
            let roid = expected.and_then(|id| asked.registry().contact(id)).map(|contact| &*contact.roid);
            let handle = found.first().and_then(|entity| entity.get_str("handle"));
            ensure!(handle == roid || handle.is_none(), "{role} {handle:?}");
        }
        contacts.sort_unstable();
        contacts.dedup();
        let all = items(&asked.json, "entities").len();
        ensure!(all == contacts.len() + 1, "{all} entities");
        Ok(())
    }
    holds(
        domain,
        judge,
        &[
            Without("entities/roles=registrant"),
            Twice("entities/roles=registrant"),
            Without("entities/roles=technical"),
            Put("entities/roles=technical/roles", r#"["technical","registrant"]"#),
            Put("entities/roles=registrant/roles", r#"["sponsor"]"#),
            Put("entities/roles=registrar/roles", r#"["registrar","billing"]"#),
            Put("entities/roles=registrant/handle", r#""C12-EXAMPLE""#),
        ],
    );
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
