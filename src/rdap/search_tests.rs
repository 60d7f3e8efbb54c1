//! Searches of a registry in memory, against a look at every record, page by page.

use simd_json::OwnedValue;
use simd_json::prelude::*;

use super::tests::sample;
use super::*;
use crate::base::limits::{RDAP_SEARCH_LOOKS, RDAP_SEARCH_RESULTS};
use crate::model::memory::Memory;
use crate::model::record::{Disclose, Disclosure, Domain, HostAttribute, Kind};
use crate::model::transaction::Change;
use crate::model::view::View;

const BASE: &str = "https://rdap.example/v1/";

fn ask_by(policy: SearchPolicy, audience: Audience, view: &Memory, target: &str) -> (u16, OwnedValue) {
    let base = BaseUrl::new(BASE).expect("good");
    let target = ["/v1/", target].concat();
    let key = CursorKey::new(&[7; 32]);
    let context = Context::new(&base, &target, sample::day(30), None).searching(policy, &key).for_audience(audience);
    let response = match parse_for("GET", &base, &target, context.may_search().map(|()| &key)) {
        Ok(request) => answer(view, &request, &context),
        Err(error) => refuse(error, &context),
    };
    (response.status, simd_json::to_owned_value(&mut response.body.clone()).expect("JSON"))
}

fn ask(view: &Memory, target: &str) -> (u16, OwnedValue) {
    ask_by(SearchPolicy::All, Audience::Anonymous, view, target)
}

fn text(value: &OwnedValue, name: &str) -> String {
    value.get_str(name).unwrap_or_default().to_owned()
}

/// The name of each result on one page: of entities, their handles.
fn names(answer: &OwnedValue) -> Vec<String> {
    let lists = ["domainSearchResults", "nameserverSearchResults", "entitySearchResults"];
    let list = lists.iter().find_map(|name| answer.get_array(*name)).expect("a list of results");
    let name = |object: &OwnedValue| match text(object, "objectClassName").as_str() {
        "entity" => text(object, "handle"),
        _ => text(object, "ldhName"),
    };
    list.iter().map(name).collect()
}

fn next(answer: &OwnedValue) -> Option<String> {
    let links = answer.get("paging_metadata")?.get_array("links")?;
    assert_eq!((links.len(), links[0].get_str("rel")), (1, Some("next")));
    Some(links[0].get_str("href")?.strip_prefix(BASE).expect("a URL of ours").to_owned())
}

/// The names on all pages. A search without results has none.
#[track_caller]
fn all(view: &Memory, target: &str) -> Vec<String> {
    let (mut found, mut target, mut page) = (Vec::new(), target.to_owned(), 1);
    loop {
        let (status, answer) = ask(view, &target);
        if status == 404 && page == 1 {
            return found;
        }
        assert_eq!(status, 200, "{target}: {answer}");
        assert!(answer.get_array("rdapConformance").is_some());
        found.extend(names(&answer));
        let Some(next) = next(&answer) else { return found };
        let metadata = answer.get("paging_metadata").expect("it has a next page");
        assert_eq!(metadata.get_u64("pageNumber"), Some(page));
        (target, page) = (next, page + 1);
        assert!(page < 1000, "it goes round");
    }
}

fn domain(number: u64, name: &str, servers: &[u64], attributes: &[(&str, &str)]) -> Change {
    let attribute = |(name, ip): &(&str, &str)| HostAttribute {
        name: (*name).into(),
        addresses: vec![ip.parse::<std::net::IpAddr>().expect("an address").into()],
    };
    Change::PutDomain(Domain {
        id: number,
        roid: format!("D{number}-EXAMPLE"),
        name: name.into(),
        registrant: None,
        contacts: Vec::new(),
        name_servers: servers.to_vec(),
        host_attributes: attributes.iter().map(attribute).collect(),
        ..sample::attributes()
    })
}

fn host(number: u64, name: &str, ips: &[&str]) -> Change {
    Change::PutHost(sample::host(number, name, None, ips))
}

/// The sample, and 120 domains below three hosts.
fn registry() -> Memory {
    let mut memory = sample::registry();
    let mut changes = vec![
        host(31, "ns1.many.test", &["192.0.2.7", "2001:db8::7"]),
        host(32, "ns2.many.test", &["192.0.2.7"]),
        host(33, "other.many.test", &["192.0.2.8"]),
    ];
    for number in 0..120u64 {
        let servers: &[u64] = match number % 4 {
            0 => &[31, 32],
            1 => &[32, 31, 33],
            2 => &[33],
            _ => &[],
        };
        let attributes: &[(&str, &str)] = match number % 4 {
            3 => &[("ns9.many.test", "192.0.2.7"), ("ns3.many.test", "192.0.2.7")],
            _ => &[],
        };
        changes.push(domain(1000 + number, &format!("many{number:03}.example"), servers, attributes));
    }
    sample::commit(&mut memory, changes);
    memory
}

fn domains(view: &Memory, wanted: impl Fn(&crate::model::record::ArchivedDomain) -> bool) -> Vec<String> {
    let keys = view.keys(Kind::Domain).into_iter().map(|key| str::from_utf8(key).expect("a name"));
    keys.filter(|name| wanted(view.domain(name).expect("there"))).map(str::to_owned).collect()
}

#[track_caller]
fn assert_found(view: &Memory, target: &str, expected: &[String]) {
    let mut found = all(view, target);
    let length = found.len();
    found.sort();
    found.dedup();
    assert_eq!(found.len(), length, "{target} finds something twice");
    assert_eq!(found, expected, "{target}");
}

#[test]
fn domains_are_found_by_their_names() {
    let view = registry();
    let by = |wanted: &dyn Fn(&str) -> bool| domains(&view, |domain| wanted(&domain.name));
    assert_found(&view, "domains?name=MANY*", &by(&|name| name.starts_with("many")));
    assert_found(&view, "domains?name=many0*.example", &by(&|name| name.starts_with("many0")));
    assert_found(&view, "domains?name=many0*.test", &[]);
    assert_found(&view, "domains?name=many007.example", &["many007.example".to_owned()]);
    assert_found(&view, "domains?name=many007", &[]);
    assert_found(&view, "domains?name=b%C3%BCcher.ex*", &by(&|name| name.starts_with("xn--bcher")));
    // In the order of the names.
    assert!(all(&view, "domains?name=many*").is_sorted());
}

#[test]
fn domains_are_found_by_their_name_servers_once_each() {
    let view = registry();
    let ns = &view;
    let named = |wanted: &dyn Fn(&str) -> bool| {
        domains(ns, |domain| {
            let hosts = domain.name_servers.iter().filter_map(|id| ns.host(id.to_native()));
            let attributes = domain.host_attributes.iter().map(|server| server.name.as_str());
            hosts.map(|host| host.name.as_str()).chain(attributes).any(wanted)
        })
    };
    assert_found(
        &view,
        "domains?nsLdhName=ns*.many.test",
        &named(&|n| n.starts_with("ns") && n.ends_with(".many.test")),
    );
    assert_found(&view, "domains?nsLdhName=ns*", &named(&|name| name.starts_with("ns")));
    assert_found(&view, "domains?nsLdhName=ns2.many.test", &named(&|name| name == "ns2.many.test"));
    assert_found(&view, "domains?nsLdhName=ns9.many.test", &named(&|name| name == "ns9.many.test"));
    assert_found(&view, "domains?nsLdhName=ns1.shop.example", &named(&|name| name == "ns1.shop.example"));
    assert_found(&view, "domains?nsLdhName=nothing*", &[]);
    let at = |ip: &str| {
        let ip: std::net::IpAddr = ip.parse().expect("an address");
        domains(ns, |domain| {
            let hosts = domain.name_servers.iter().filter_map(|id| ns.host(id.to_native()));
            let hosts = hosts.flat_map(|host| host.addresses.iter());
            let attributes = domain.host_attributes.iter().flat_map(|server| server.addresses.iter());
            hosts.chain(attributes).any(|address| address.get().ip() == ip)
        })
    };
    for ip in ["192.0.2.7", "192.0.2.8", "2001:db8::7", "2001:0DB8:0:0::7", "192.0.2.99"] {
        assert_found(&view, &format!("domains?nsIp={ip}"), &at(ip));
    }
    assert!(at("192.0.2.7").len() > RDAP_SEARCH_RESULTS && named(&|name| name.starts_with("ns")).len() > 60);
}

#[test]
fn nameservers_are_found_by_name_and_address() {
    let view = registry();
    let many = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_found(&view, "nameservers?name=ns*.many.test", &many(&["ns1.many.test", "ns2.many.test"]));
    assert_found(&view, "nameservers?name=other.many.test", &many(&["other.many.test"]));
    assert_found(&view, "nameservers?ip=192.0.2.7", &many(&["ns1.many.test", "ns2.many.test"]));
    assert_found(&view, "nameservers?ip=2001:db8::7", &many(&["ns1.many.test"]));
    // An attribute is no object.
    assert_found(&view, "nameservers?name=ns9*", &[]);
    let (_, answer) = ask(&view, "nameservers?name=other*");
    let object = &answer.get_array("nameserverSearchResults").expect("a list")[0];
    assert!(object.get("rdapConformance").is_none() && object.get("notices").is_none());
    assert_eq!(object.get_array("links").expect("links")[0].get_str("rel"), Some("self"));
}

#[test]
fn entities_are_found_by_handle_and_by_the_names_that_are_shown() {
    let view = registry();
    let many = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_found(&view, "entities?fn=registrar*", &many(&["9995", "9996"]));
    assert_found(&view, "entities?fn=The%20Registry", &many(&["not applicable"]));
    assert_found(&view, "entities?handle=999*", &many(&["9995", "9996"]));
    assert_found(
        &view,
        "entities?handle=C1*",
        &["11", "12", "13", "15", "16"].map(|number| format!("C{number}-EXAMPLE")),
    );
    // What EPP calls a contact is no handle.
    assert_found(&view, "entities?handle=SH8013", &[]);
    // Three contacts have this name; one asks for its disclosure.
    for target in ["entities?fn=Secret%20Lion", "entities?fn=secret*"] {
        assert_found(&view, target, &many(&["C12-EXAMPLE"]));
    }
    // A form of the name that is not shown is not found.
    assert_found(&view, "entities?fn=Geheimer*", &[]);
}

/// Which names and handles a search finds is what the answers about each object by itself show; and nothing else tells of the
/// others, however many they are.
#[test]
fn a_search_tells_nothing_that_an_answer_hides() {
    for disclosure in [Disclosure::ByDisclose, Disclosure::PublishOrganisations, Disclosure::RedactAll] {
        for audience in [Audience::Anonymous, Audience::Authorised] {
            let mut view = registry();
            sample::commit(&mut view, vec![Change::PutTld(sample::tld(disclosure))]);
            for number in 0..RDAP_SEARCH_RESULTS as u64 + 10 {
                let contact = sample::contact(2000 + number, &format!("W{number}"), None);
                sample::commit(&mut view, vec![Change::PutContact(contact)]);
            }
            let ask = |target: &str| ask_by(SearchPolicy::All, audience, &view, target);
            for (target, shown) in [("entities?fn=secret*", "Secret Lion"), ("entities?handle=C*-EXAMPLE", "-EXAMPLE")]
            {
                let ids = view.keys(Kind::Contact);
                let shows = |id: &&&[u8]| {
                    let id = str::from_utf8(id).expect("text");
                    let roid = &view.contact(id).expect("there").roid;
                    let (_, object) = ask(&format!("entity/{roid}"));
                    let card = object.get("vcardArray").expect("a card").encode();
                    if shown == "Secret Lion" { card.contains(shown) } else { object.get("handle").is_some() }
                };
                let expected = ids.iter().filter(shows).count();
                let target = target.replace("*-EXAMPLE", if expected == 0 { "1*" } else { "2*" });
                let about = format!("{target} {disclosure:?} {audience:?}");
                let (status, answer) = ask(&format!("{target}&count=true"));
                if target.contains("handle") {
                    assert_eq!(status == 200, expected > 0, "{about}");
                    continue;
                }
                if expected == 0 {
                    assert_eq!(status, 404, "{about}");
                    continue;
                }
                let metadata = answer.get("paging_metadata").expect("it was counted");
                assert_eq!(metadata.get_u64("totalCount"), Some(expected as u64), "{about}");
                assert_eq!(metadata.get("links").is_some(), expected > RDAP_SEARCH_RESULTS, "{about}");
                let truncated =
                    answer.get_array("notices").expect("a list").iter().any(|one| one.get("type").is_some());
                assert_eq!(truncated, expected > RDAP_SEARCH_RESULTS, "{about}");
                assert_eq!(expected > 1, audience == Audience::Authorised, "{about}");
            }
        }
    }
}

/// More names that may not be seen than a walk looks at are as good as none: how it ends does not tell that they are there.
#[test]
fn names_that_an_answer_hides_do_not_show_in_how_a_search_ends() {
    let mut view = registry();
    let asked = Some(Disclose { flag: true, fields: u16::MAX });
    let contact = |number| Change::PutContact(sample::contact(number, &format!("W{number}"), asked));
    let mut changes = vec![Change::PutTld(sample::tld(Disclosure::RedactAll))];
    changes.extend((0..RDAP_SEARCH_LOOKS as u64 + 10).map(|number| contact(2000 + number)));
    sample::commit(&mut view, changes);
    for target in ["entities?fn=secret*", "entities?fn=secret*&count=true", "entities?handle=C2*"] {
        assert_eq!(ask(&view, target).0, 404, "{target}");
    }
    // Registrars are found all the same, on every page.
    let (status, answer) = ask(&view, "entities?fn=registrar*&count=true");
    assert_eq!((status, names(&answer).is_empty()), (200, false), "{answer}");
    // Whoever sees them goes on.
    let (_, answer) = ask_by(SearchPolicy::All, Audience::Authorised, &view, "entities?fn=secret*");
    assert_eq!((names(&answer).len(), next(&answer).is_some()), (RDAP_SEARCH_RESULTS, true));
}

/// The member `redacted` stands in each object, and its paths begin at the topmost one (RFC 9537, section 4.2 and figure 14).
#[test]
fn each_result_says_what_is_withheld_of_it() {
    let (_, answer) = ask(&registry(), "domains?name=shop*");
    let conformance = answer.get_array("rdapConformance").expect("there");
    assert!(conformance.iter().any(|one| one.as_str() == Some("redacted")));
    let redacted = answer.get_array("domainSearchResults").expect("a list")[0].get_array("redacted").expect("there");
    for entry in redacted {
        let path = entry.get_str("prePath").or(entry.get_str("postPath")).unwrap_or("$.domainSearchResults[0].");
        assert!(path.starts_with("$.domainSearchResults[0]."), "{path}");
    }
    assert!(!redacted.is_empty() && answer.get("redacted").is_none());
    let (_, answer) = ask(&registry(), "entities?handle=C1*");
    let second = &answer.get_array("entitySearchResults").expect("a list")[2];
    let entry = &second.get_array("redacted").expect("there")[0];
    assert!(entry.encode().contains("$.entitySearchResults[2]."), "{entry}");
}

#[test]
fn pages_say_what_rfc_8977_asks() {
    let view = registry();
    let (_, answer) = ask(&view, "domains?name=many*&count=yes");
    assert_eq!(names(&answer).len(), RDAP_SEARCH_RESULTS);
    let conformance = answer.get_array("rdapConformance").expect("there");
    assert!(conformance.iter().any(|one| one.as_str() == Some("paging")));
    assert!(!conformance.iter().any(|one| one.as_str() == Some("sorting")));
    let metadata = answer.get("paging_metadata").expect("pages").clone();
    let number = |name: &str| metadata.get_u64(name);
    assert_eq!((number("totalCount"), number("pageSize"), number("pageNumber")), (Some(120), Some(50), Some(1)));
    let notice =
        answer.get_array("notices").expect("notices").iter().find(|one| one.get("type").is_some()).expect("one");
    assert_eq!(text(notice, "type"), "result set truncated due to excessive load");
    assert_eq!(text(notice, "title"), "Search Policy");
    // The last page is numbered, leads nowhere, and says nothing of a limit.
    let second = next(&answer).expect("three pages");
    let (_, answer) = ask(&view, &next(&ask(&view, &second).1).expect("three pages"));
    assert_eq!((names(&answer).len(), next(&answer)), (20, None));
    assert_eq!(answer.get("paging_metadata").and_then(|metadata| metadata.get_u64("pageNumber")), Some(3));
    assert!(answer.get_array("notices").expect("notices").iter().all(|one| one.get("type").is_none()));
    // One page has no numbers, and a search that is not counted no count.
    let (_, answer) = ask(&view, "domains?name=many00*");
    assert!(answer.get("paging_metadata").is_none());
    let (_, answer) = ask(&view, "domains?name=many00*&count=1");
    let metadata = answer.get("paging_metadata").expect("counted").as_object().expect("an object").len();
    assert_eq!(metadata, 1);
    // A cursor is of its own search.
    let cursor = second.split_once("cursor=").expect("it has one").1;
    assert_eq!(ask(&view, &format!("domains?name=many0*&cursor={cursor}")).0, 400);
    assert_eq!(ask(&view, &format!("domains?name=MANY%2A&cursor={cursor}")).0, 200);
    // What is sorted says so.
    let (_, answer) = ask(&view, "entities?handle=999*&sort=handle:a");
    let sorting = answer.get("sorting_metadata").expect("sorted");
    assert_eq!((text(sorting, "currentSort"), names(&answer).is_sorted()), ("handle:a".into(), true));
}

#[test]
fn searches_are_for_whom_the_policy_lets() {
    let view = registry();
    for target in ["domains?name=many*", "domains?name=*", "entities?fn=x*", "nameservers?ip=x", "domains"] {
        assert_eq!(ask_by(SearchPolicy::Off, Audience::Authorised, &view, target).0, 501, "{target}");
        assert_eq!(ask_by(SearchPolicy::Authorised, Audience::Anonymous, &view, target).0, 401, "{target}");
    }
    let target = "domains?name=many*";
    assert_eq!(ask_by(SearchPolicy::Authorised, Audience::Authorised, &view, target).0, 200);
    let help = |policy| ask_by(policy, Audience::Anonymous, &view, "help").1.encode();
    assert!(help(SearchPolicy::Off).contains("not supported") && help(SearchPolicy::All).contains("nsLdhName"));
    assert!(help(SearchPolicy::Authorised).contains("authorised"));
}

#[test]
fn a_search_looks_at_a_bounded_number_of_records_and_goes_on_from_there() {
    let mut view = Memory::default();
    let mut changes = vec![];
    let more = RDAP_SEARCH_LOOKS + 100;
    for number in 0..more as u64 {
        let end = if number % 100 == 99 { "wanted" } else { "other" };
        changes.push(domain(number, &format!("name{number:05}.{end}"), &[], &[]));
    }
    sample::commit(&mut view, changes);
    sample::commit(
        &mut view,
        vec![
            Change::PutTld(sample::tld(Disclosure::ByDisclose)),
            Change::PutRegistrar(sample::registrar("registry", None, "The Registry", false)),
        ],
    );
    let (status, answer) = ask(&view, "domains?name=name*.nothing");
    assert_eq!((status, names(&answer)), (200, vec![]));
    let (status, answer) = ask(&view, &next(&answer).expect("there is more to look at"));
    assert_eq!((status, names(&answer), next(&answer)), (200, vec![], None));
    assert_eq!(all(&view, "domains?name=name*.wanted").len(), more / 100);
    assert_eq!(ask(&view, "domains?name=name*.wanted&count=true").0, 422);
    assert_eq!(ask(&view, "domains?name=name000*&count=true").0, 200);
}
