//! Who sees what: credentials, purposes, refusals, and what is noted of them, over HTTP.

use super::*;
use crate::node::rdap_service::access::tests::{certificate_of, with_clients};

fn tiers(change: impl FnOnce(&mut Still)) -> Rc<RdapState<Still>> {
    tiers_at(change, None)
}

fn tiers_at(change: impl FnOnce(&mut Still), rate: Option<Rate>) -> Rc<RdapState<Still>> {
    let with = |still: &mut Still| {
        let registry = std::mem::take(&mut still.registry);
        still.registry = with_clients(registry, sample::day(30));
        change(still);
    };
    state(with, rate)
}

const SHOP: &str = "/domain/shop.example";

#[test]
fn a_client_is_let_through_or_told_why_not() {
    let state = tiers(|_| ());
    let bearer = |token: &str| format!("authorization: Bearer {token}");
    let (several, purpose) = (bearer("several"), "RDAP-Purpose: dnsTransparency");
    for (fields, status, challenges) in [
        (&[bearer("one").as_str()][..], 200, &[][..]),
        (&[several.as_str(), purpose], 200, &[]),
        (&["authorization: Basic b25lOm9uZQ=="], 200, &[]),
        (&[several.as_str()], 403, &[]),
        (&[several.as_str(), "rdap-purpose: curiosity"], 403, &[]),
        (&[several.as_str(), purpose, purpose], 403, &[]),
        (&[&bearer("nobody")], 401, &["bearer realm=\"rdap\", error=\"invalid_token\""]),
        (&[&bearer("late")], 401, &["bearer realm=\"rdap\", error=\"invalid_token\""]),
        (&[&bearer("suspended")], 401, &["bearer realm=\"rdap\", error=\"invalid_token\""]),
        (&[&bearer("a b")], 400, &["bearer realm=\"rdap\", error=\"invalid_request\""]),
        (&[&bearer("one"), &bearer("one")], 400, &["bearer realm=\"rdap\", error=\"invalid_request\""]),
        (&["authorization: Digest x"], 401, &["bearer realm=\"rdap\"", "basic realm=\"rdap\", charset=\"utf-8\""]),
        (
            &["authorization: Basic b25lOnR3bw=="],
            401,
            &["bearer realm=\"rdap\"", "basic realm=\"rdap\", charset=\"utf-8\""],
        ),
        (&[purpose], 200, &[]),
    ] {
        let (head, body) = get_with(&state, "GET", SHOP, fields);
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{fields:?}: {head}");
        let found: Vec<_> = head.split("\r\n").filter_map(|line| line.strip_prefix("www-authenticate: ")).collect();
        assert_eq!(found, challenges, "{fields:?}");
        let is_kept = status == 200 && fields == [purpose];
        assert_eq!(field(&head, "cache-control"), Some(if is_kept { "no-cache" } else { "no-store" }), "{fields:?}");
        assert!(head.contains("\r\nvary: ") && head.contains("authorization"), "{head}");
        assert!(head.contains("access-control-expose-headers: etag, retry-after, www-authenticate"), "{head}");
        if status != 200 {
            assert_eq!(error_code(&body), Some(status), "{body}");
            assert_eq!(field(&head, "content-type"), Some("application/rdap+json"));
        }
        if status == 403 {
            assert!(body.contains("legalActions, dnsTransparency"), "{body}");
        }
    }
    let accessed = state.surroundings.accessed.take();
    let shop = "domain \"shop.example\"";
    assert_eq!(
        accessed,
        [
            format!("one token legalActions {shop} 200 127.0.0.1"),
            format!("several token dnsTransparency {shop} 200 127.0.0.1"),
            format!("one basic legalActions {shop} 200 127.0.0.1"),
            format!("several token purpose {shop} 403 127.0.0.1"),
            format!("several token purpose {shop} 403 127.0.0.1"),
            format!("several token purpose {shop} 403 127.0.0.1"),
            format!("late token expired {shop} 401 127.0.0.1"),
            format!("suspended token suspended {shop} 401 127.0.0.1"),
        ]
    );
    use Denial::{Malformed, Scheme, Unknown};
    assert_eq!(state.surroundings.denied.take(), [Unknown, Malformed, Malformed, Scheme, Unknown]);
}

#[test]
fn whatever_a_client_asks_is_noted_and_its_errors_are_those_of_all() {
    let state = tiers(|_| ());
    let one = ["authorization: Bearer one"];
    let (head, _) = get_with(&state, "GET", SHOP, &one);
    let tag = format!("if-none-match: {}", field(&head, "etag").expect("a tag").replace("w/", "W/"));
    for (method, target, fields, status) in [
        ("GET", SHOP, &[one[0], &tag][..], 304),
        ("HEAD", SHOP, &one, 200),
        ("GET", "/entity/9995", &one, 200),
        ("GET", "/nameserver/none.example", &one, 404),
        ("GET", "/help", &one, 200),
        ("GET", "/nowhere", &one, 400),
        ("POST", "/help", &one, 405),
        ("GET", SHOP, &[one[0], "accept: text/html"], 406),
    ] {
        let (head, _) = get_with(&state, method, target, fields);
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{method} {target}: {head}");
        assert_eq!(field(&head, "cache-control"), Some("no-store"), "{method} {target}: {head}");
    }
    let noted: Vec<_> = state.surroundings.accessed.take();
    let expected = [
        "domain \"shop.example\" 200",
        "domain \"shop.example\" 304",
        "domain \"shop.example\" 200",
        "entity \"9995\" 200",
        "nameserver \"none.example\" 404",
        "help \"\" 200",
        "none \"\" 400",
        "none \"\" 405",
        "none \"\" 406",
    ];
    assert_eq!(noted, expected.map(|line| format!("one token legalActions {line} 127.0.0.1")));
}

#[test]
fn a_preflight_allows_credentials_and_shows_none() {
    let state = tiers(|_| ());
    let (head, _) = get_with(&state, "OPTIONS", SHOP, &["authorization: Bearer nobody"]);
    assert!(head.starts_with("http/1.1 204 "), "{head}");
    assert_eq!(field(&head, "access-control-allow-headers"), Some("*, authorization, rdap-purpose"));
    assert!(state.surroundings.denied.take().is_empty());
}

#[test]
fn a_certificate_counts_for_each_request_of_its_connection() {
    let state = tiers(|still| still.certificate = Some(certificate_of(3, sample::day(30))));
    with_server(&state, b"h2", async |stream| {
        let (client, connection) = h2::client::handshake(stream).await.expect("a handshake");
        let requests = async {
            for path in [SHOP, "/help"] {
                assert_eq!(http2(&client, "GET", path).await.0, 200);
            }
        };
        match select(pin!(requests), pin!(connection)).await {
            Either::Left(_) => {}
            Either::Right((ended, _)) => panic!("the connection ended early: {ended:?}"),
        }
    });
    let expected = ["domain \"shop.example\"", "help \"\""];
    let expected = expected.map(|asked| format!("one certificate legalActions {asked} 200 127.0.0.1"));
    assert_eq!(state.surroundings.accessed.take(), expected);
    // A token is meant: it is not made good by a certificate.
    let (head, _) = get_with(&state, "GET", SHOP, &["authorization: Bearer nobody"]);
    assert!(head.starts_with("http/1.1 401 "), "{head}");
    // One of a client that is none any more is nobody's.
    let state = tiers(|still| still.certificate = Some(certificate_of(4, sample::day(30))));
    let (head, _) = get_with(&state, "GET", SHOP, &[]);
    assert!(head.starts_with("http/1.1 200 ") && field(&head, "cache-control") == Some("no-cache"), "{head}");
    assert!(state.surroundings.accessed.take().is_empty());
}

#[test]
fn who_asks_too_often_is_not_told_whether_a_token_is_good() {
    let state = tiers_at(|_| (), Some(Rate { per_second: 1, burst: 1, network_multiple: 0 }));
    for status in [401, 429] {
        let (head, _) = get_with(&state, "GET", SHOP, &["authorization: Bearer nobody"]);
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{head}");
    }
    assert_eq!(state.surroundings.denied.take().len(), 1);
}
