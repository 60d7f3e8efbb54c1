//! Answers from a small registry: golden files, the gTLD profile rule by rule, redactions, and the table of queries and their
//! status.

#[path = "../../tests/rdap/sample.rs"]
pub(crate) mod sample;

mod golden;
mod json_path;
mod judges;
mod memo;
mod profile;
mod profile_domains;
mod profile_entities;
mod redactions;

use std::cell::Cell;
use std::ops::{Bound, ControlFlow};

use simd_json::OwnedValue;
use simd_json::prelude::*;

use super::*;
use crate::model::memory::Memory;
use crate::model::record::{Disclosure, Kind};
use crate::model::search::{Family, Place};
use crate::model::transaction::Change;
use crate::model::view::{Record, View};
use crate::{base, model};

const TERMS: Option<&str> = Some("https://registry.example/terms");
const POLICIES: [Disclosure; 3] = [Disclosure::RedactAll, Disclosure::ByDisclose, Disclosure::PublishOrganisations];

fn ask(view: &impl Searchable, target: &str) -> Response {
    ask_as(view, target, Audience::Anonymous)
}

fn ask_as(view: &impl Searchable, target: &str, audience: Audience) -> Response {
    let base = BaseUrl::new("https://rdap.example/v1/").expect("good");
    let context = Context::new(&base, target, sample::day(30), TERMS).for_audience(audience);
    match parse("GET", &base, target) {
        Ok(request) => answer(view, &request, &context),
        Err(error) => refuse(error, &context),
    }
}

fn value(body: &[u8]) -> OwnedValue {
    simd_json::to_owned_value(&mut body.to_vec()).expect("valid JSON")
}

#[test]
fn name_servers_that_are_attributes_are_shown_by_their_domain_alone() {
    let registry = sample::registry();
    let found = ask(&registry, "/v1/domain/attr.example");
    assert_eq!(found.status, 200);
    let found = value(&found.body);
    let mut expected = *br#"[
        {"objectClassName": "nameserver", "ldhName": "ns1.attr.example",
         "ipAddresses": {"v4": ["192.0.2.1", "192.0.2.2"], "v6": ["2001:db8::1"]}},
        {"objectClassName": "nameserver", "ldhName": "ns.xn--bcher-kva.test", "unicodeName": "ns.b\u00fccher.test"}
    ]"#;
    let expected = simd_json::to_owned_value(&mut expected).expect("valid JSON");
    assert_eq!(found.get("nameservers"), Some(&expected), "{found}");
    assert_eq!(found.get("status").map(|shown| shown.encode()).as_deref(), Some(r#"["active"]"#));
    assert_eq!(ask(&registry, "/v1/nameserver/ns1.attr.example").status, 404);
}

#[test]
fn a_registrar_answers_to_its_clid_too() {
    let registry = sample::registry();
    let (by_id, by_clid) = (ask(&registry, "/v1/entity/9995"), ask(&registry, "/v1/entity/registrar-a"));
    let links = |response: &Response| value(&response.body).get_array("links").map(|links| links.len());
    assert_eq!((by_clid.status, links(&by_id)), (200, links(&by_clid)));
}

#[test]
fn each_query_has_its_status() {
    let registry = sample::registry();
    for (target, status) in [
        ("/v1/domain/SHOP.EXAMPLE.", 200),
        ("/v1/domain/www.shop.example", 404),
        ("/v1/domain/example", 404),
        ("/v1/domain/test.invalid", 404),
        ("/v1/nameserver/ns2.shop.example", 404),
        ("/v1/nameserver/shop.example", 404),
        ("/v1/entity/9996", 200),
        ("/v1/entity/09996", 404),
        ("/v1/entity/1", 404),
        ("/v1/entity/99999999999999999999", 404),
        ("/v1/entity/sh8013", 404),
        ("/v1/entity/closed", 200),
        ("/v1/ip/192.0.2.1", 501),
        ("/", 404),
    ] {
        let found = ask(&registry, target);
        assert_eq!(found.status, status, "{target}");
        let code = value(&found.body).get_u64("errorCode");
        assert_eq!(code, (status != 200).then_some(status.into()), "{target}");
    }
}

/// A registry where a record is missing for the first look-ups, as it may look while a transaction is applied.
struct Unsettled {
    registry: Memory,
    missing: Kind,
    times: Cell<u32>,
}

impl Searchable for Unsettled {
    fn search(&self, family: Family, from: Bound<Place<'_>>, each: &mut dyn FnMut(Place<'_>) -> ControlFlow<()>) {
        self.registry.search(family, from, each);
    }
}

impl View for Unsettled {
    fn record<R: Record>(&self, key: &[u8]) -> Option<&R::Archived> {
        if R::KIND == self.missing && self.times.get() > 0 {
            self.times.set(self.times.get() - 1);
            return None;
        }
        self.registry.record::<R>(key)
    }

    fn count(&self, kind: Kind, key: &[u8]) -> u64 {
        self.registry.count(kind, key)
    }
}

#[test]
fn a_reference_to_nothing_is_read_again_and_at_last_refused() {
    for missing in [Kind::Contact, Kind::Host, Kind::Registrar] {
        for (times, status) in [(1, 200), (2, 200), (3, 500)] {
            let view = Unsettled { registry: sample::registry(), missing, times: Cell::new(times) };
            assert_eq!(ask(&view, "/v1/domain/shop.example").status, status, "{missing:?} {times}");
        }
    }
}

#[test]
fn a_deleted_domain_is_gone_at_once() {
    let mut registry = sample::registry();
    sample::commit(&mut registry, vec![Change::DeleteDomain { name: "shop.example".into() }]);
    assert_eq!(ask(&registry, "/v1/domain/shop.example").status, 404);
}

#[test]
fn any_target_is_answered() {
    let seeds = ["domain/bücher.example.", "entity/%41", "nameserver/xn--bcher-kva.test", "help?", "ip/::1", "%", "<>"];
    for seed in seeds {
        let octets = [b"/", seed.as_bytes()].concat();
        for at in 0..octets.len() {
            fuzz_query(&octets[..at]);
            for octet in [0, b'%', b'/', b'.', b'"', 0x80, 0xff] {
                let mut mutated = octets.clone();
                mutated[at] = octet;
                fuzz_query(&mutated);
            }
        }
    }
}

#[test]
fn an_answer_quotes_the_request_as_a_uri() {
    let context = |target| {
        let base = BaseUrl::new("https://rdap.example/v1/").expect("good");
        Context::new(&base, target, sample::day(0), None).request_url().to_owned()
    };
    assert_eq!(context("/v1/domain/ü\"<a"), "https://rdap.example/v1/domain/%C3%BC%22%3Ca");
    assert_eq!(context("*"), "https://rdap.example/v1/");
    assert_eq!(context(&"/a".repeat(RDAP_TARGET_BYTES)), "https://rdap.example/v1/");
}
