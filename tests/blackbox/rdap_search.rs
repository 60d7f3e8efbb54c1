//! Searches of RDAP (RFC 9082, section 3.2; RFC 8977): off by default, and on with all that EPP has done.

use std::collections::BTreeSet;

use simd_json::OwnedValue;
use simd_json::prelude::*;

use crate::admin::domesday_admin_of;
use crate::earlier::formats;
use crate::frames::{
    addresses, contact_create_with, delete, domain_create, element, expect, host_create, name_servers, part, postal,
    update,
};
use crate::icann_rdap::findings;
use crate::observe::{metrics, sample};
use crate::rdap_tiers::{bearer, client, get};
use crate::support::process::Demo;
use crate::support::{EppClient, Server, rdap};
use crate::world::demo;

const ON: &[(&str, &str)] = &[("rdap.search", "\"all\"")];

/// The objects of one page.
fn objects(json: &OwnedValue) -> Vec<OwnedValue> {
    let lists = ["domainSearchResults", "nameserverSearchResults", "entitySearchResults"];
    lists.iter().find_map(|list| json.get_array(*list)).cloned().unwrap_or_else(|| panic!("no results in {json}"))
}

fn names(json: &OwnedValue) -> Vec<String> {
    objects(json).iter().filter_map(|object| object.get_str("ldhName").map(str::to_owned)).collect()
}

/// The names on all pages, as the links lead from one to the next.
#[track_caller]
fn all(demo: &Demo, query: &str) -> BTreeSet<String> {
    let base = demo.rdap.base_urls.first().expect("it has one");
    let (mut found, mut query) = (BTreeSet::new(), query.to_owned());
    loop {
        let answer = rdap::get(demo, &query);
        if answer.status == 404 && found.is_empty() {
            return found;
        }
        assert_eq!(answer.status, 200, "{query}: {}", String::from_utf8_lossy(&answer.body));
        let json = answer.json();
        for name in names(&json) {
            assert!(found.insert(name.clone()), "{name} twice");
        }
        let Some(links) = json.get("paging_metadata").and_then(|paging| paging.get_array("links")) else {
            return found;
        };
        let next = links[0].get_str("href").expect("a link").strip_prefix(base.as_str()).expect("of this server");
        query = next.to_owned();
    }
}

/// A cursor that one shard has given is good on every other: so many connections that each has some.
#[track_caller]
fn next_page_is_the_same_everywhere(demo: &Demo, query: &str) {
    let base = demo.rdap.base_urls.first().expect("it has one");
    let first = rdap::get(demo, query).json();
    let links = first.get("paging_metadata").and_then(|paging| paging.get_array("links")).expect("a next page");
    let next = links[0].get_str("href").and_then(|href| href.strip_prefix(base.as_str())).expect("of this server");
    let pages = (0..24).map(|_| rdap::get(demo, next)).map(|page| (page.status, names(&page.json())));
    let pages: BTreeSet<_> = pages.collect();
    assert_eq!(pages.len(), 1, "{pages:?}");
    assert!(pages.iter().all(|(status, names)| *status == 200 && !names.is_empty()), "{pages:?}");
}

fn set(names: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    names.into_iter().collect()
}

/// Seventy names, every third delegated; the last one with another name server.
pub(crate) fn fill(session: &mut EppClient) {
    for host in ["ns1.search-hosts.icann", "ns2.search-hosts.icann"] {
        expect(session, 1000, &host_create(host, &[]));
    }
    for number in 0..70 {
        let servers = match number % 3 {
            0 => name_servers(&["ns1.search-hosts.icann", "ns2.search-hosts.icann"]),
            _ => String::new(),
        };
        expect(session, 1000, &domain_create(&format!("search{number:02}.test"), &servers));
    }
}

#[test]
fn searches_are_off_unless_they_are_switched_on() {
    for query in ["domains?name=exam*", "nameservers?ip=192.0.2.1", "entities?fn=x", "domains?name=*"] {
        assert_eq!(rdap::get(demo(), query).status, 501, "{query}");
    }
    let server = Server::start_configured(&[("rdap.search", "\"authorised\"")]);
    for (fields, status) in [(vec![], 401), (vec![bearer(&client(&server, "searcher", &["legalActions"], &[]))], 404)] {
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let answer = get(&server, "domains?name=nothing*", &fields);
        assert_eq!(answer.status, status, "{}", String::from_utf8_lossy(&answer.body));
        assert_eq!(answer.header("www-authenticate").is_some(), status == 401);
        assert_eq!(get(&server, "domains?name=n*", &fields).status, 422, "no pattern at all");
    }
    let help = String::from_utf8_lossy(&rdap::get(server.demo(), "help").body).into_owned();
    assert!(help.contains("authorised clients"), "{help}");
}

/// The formats of base files with search sections and without: see the manual.
const FORMATS: [u8; 2] = [4, 3];

#[test]
fn where_there_are_no_searches_nothing_is_kept_for_them() {
    // Of the same records: octets of the index in memory, and the base files' formats after a checkpoint.
    let [with, without] = [ON, &[]].map(|settings| {
        let mut server = Server::start_configured(settings);
        let mut session = EppClient::logged_in(server.demo(), 0);
        fill(&mut session);
        let fresh = sample(&metrics(&server), "domesday_index_delta_bytes");
        assert!(domesday_admin_of(server.directory(), &["checkpoint"]).status.success());
        assert!(server.terminate().success());
        (fresh, formats(server.directory()))
    });
    assert_eq!([with.1, without.1], FORMATS.map(|format| vec![format]));
    println!("{} octets of the index in memory with searches, {} without", with.0, without.0);
    assert!(without.0 + 70 * 64 < with.0, "{} {}", without.0, with.0);
}

#[test]
fn the_name_of_a_parameter_may_be_percent_encoded() {
    let server = Server::start_configured(ON);
    let mut session = EppClient::logged_in(server.demo(), 0);
    expect(&mut session, 1000, &domain_create("encoded.test", ""));
    for query in ["domains?name=enco*", "domains?%6Eame=enco*", "domains?%6e%61%6d%65=%65nco%2A&c%6Funt=true"] {
        assert_eq!(all(server.demo(), query), set(["encoded.test".to_owned()]), "{query}");
    }
    for query in ["domains?n%61me=enco*&name=enco*", "domains?n%2561me=enco*", "domains?%=enco*"] {
        assert_eq!(rdap::get(server.demo(), query).status, 400, "{query}");
    }
}

#[test]
fn what_epp_has_done_is_found_at_once_and_after_a_restart() {
    let mut server = Server::start_configured(ON);
    let mut session = EppClient::logged_in(server.demo(), 0);
    fill(&mut session);
    let every = set((0..70).map(|number| format!("search{number:02}.test")));
    let third = set((0..70).step_by(3).map(|number| format!("search{number:02}.test")));
    let demo = server.demo();
    assert_eq!(all(demo, "domains?name=search*.test"), every);
    assert_eq!(all(demo, "domains?nsLdhName=ns*.search-hosts.icann"), third);
    assert_eq!(all(demo, "nameservers?name=ns*.search-hosts.icann").len(), 2);
    next_page_is_the_same_everywhere(demo, "domains?name=search*.test");
    for query in ["domains?name=search*.test", "nameservers?name=ns*.search-hosts.icann", "entities?handle=99*"] {
        let answer = rdap::get(demo, query);
        assert_eq!((answer.status, findings(&answer)), (200, Vec::new()), "{query}");
    }
    let counted = rdap::get(demo, "domains?name=search*&count=true").json();
    let paging = counted.get("paging_metadata").expect("counted");
    assert_eq!((paging.get_u64("totalCount"), names(&counted).len()), (Some(70), 50));
    for (query, status) in [
        ("domains?name=s*", 422),
        ("domains?name=search*&cursor=AAAA", 400),
        ("domains?name=search*&sort=name", 400),
        ("domains?nsIp=192.0.2.*", 400),
        ("domains?name=nothing-such*", 404),
        ("domains", 400),
    ] {
        assert_eq!(rdap::get(demo, query).status, status, "{query}");
    }
    // A rename, a delete and a change of name servers are seen at once, and there after a restart.
    let renamed = part("host", "chg", &element("host:name", "dns1.search-hosts.icann"));
    expect(&mut session, 1000, &update("host", "ns1.search-hosts.icann", &renamed));
    expect(&mut session, 1000, &delete("domain", "search03.test"));
    let address = part("host", "add", &addresses(&["192.0.2.77"]));
    let own = "ns1.search01.test";
    expect(&mut session, 1000, &host_create(own, &["192.0.2.76"]));
    expect(&mut session, 1000, &update("host", own, &address));
    expect(&mut session, 1000, &update("domain", "search02.test", &part("domain", "add", &name_servers(&[own]))));
    for restarted in [false, true] {
        if restarted {
            server.kill();
            server.serve(ON);
        }
        let demo = server.demo();
        let deleted = rdap::get(demo, "domain/search03.test").status == 404;
        let left =
            |names: &BTreeSet<String>| set(names.iter().filter(|name| !deleted || *name != "search03.test").cloned());
        assert_eq!(all(demo, "domains?name=search*.test"), left(&every), "restarted: {restarted}");
        assert_eq!(all(demo, "domains?nsLdhName=dns1.search-hosts.icann"), left(&third));
        assert!(all(demo, "domains?nsLdhName=ns1.search-hosts.icann").is_empty());
        for query in ["domains?nsIp=192.0.2.77", "domains?nsLdhName=ns1.search01.test"] {
            assert_eq!(all(demo, query), set(["search02.test".to_owned()]), "{query}");
        }
        assert_eq!(all(demo, "nameservers?ip=192.0.2.76"), set([own.to_owned()]));
    }
}

#[test]
fn names_of_contacts_are_found_where_they_are_shown() {
    let server = Server::start_configured(ON);
    let mut session = EppClient::logged_in(server.demo(), 0);
    let shown = "<contact:disclose flag=\"1\"><contact:name type=\"int\"/></contact:disclose>";
    let email = "<contact:email>jdoe@example.com</contact:email>";
    let form = postal("int", "Searched Person", "Town");
    expect(&mut session, 1000, &contact_create_with("search-shown", &form, email, shown));
    expect(&mut session, 1000, &contact_create_with("search-hidden", &form, email, ""));
    let answer = rdap::get(server.demo(), "entities?fn=searched*");
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    assert_eq!(objects(&answer.json()).len(), 1);
    let handle = objects(&answer.json())[0].get_str("handle").expect("it has one").to_owned();
    let answer = rdap::get(server.demo(), &format!("entities?handle={handle}")).json();
    assert!(answer.encode().contains("Searched Person"), "{answer}");
    assert_eq!(rdap::get(server.demo(), "entities?fn=searched%20nobody*").status, 404);
}

#[test]
fn a_search_costs_more_of_the_rate_than_a_look_up() {
    let settings =
        [("rdap.search", "\"all\""), ("rdap.rate", "1"), ("rdap.burst", "30"), ("rdap.network_multiple", "0")];
    let server = Server::start_configured(&settings);
    let refused = |query: &str, times: usize| (0..times).any(|_| rdap::get(server.demo(), query).status == 429);
    // Each shard has a bucket, or all have one; whichever is asked, three searches empty it.
    let searches = 3 * std::thread::available_parallelism().map_or(64, usize::from) + 1;
    assert!(refused("domains?name=exam*", searches), "{searches} searches");
}
