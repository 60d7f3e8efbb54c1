//! The page for people, the redirect of plain HTTP, and the condition If-Match, as HTTP shows them.

use super::*;

const BROWSER: &str = "accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

#[test]
fn a_browser_sees_a_page_at_the_base_url_and_a_program_an_error() {
    let state = state(|_| (), None);
    for (target, status) in [("/", 200), ("/?q=shop.example", 200), ("/?q=none.example", 404), ("/?q=a..b", 400)] {
        let (head, body) = get_with(&state, "GET", target, &[BROWSER]);
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{head}");
        assert_eq!(field(&head, "content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(field(&head, "cache-control"), Some("no-store"));
        assert_eq!(field(&head, "vary"), Some("accept, accept-encoding, authorization"));
        assert_eq!(field(&head, "referrer-policy"), Some("no-referrer"));
        assert_eq!(field(&head, "etag"), None);
        let policy = field(&head, "content-security-policy").expect("a policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        for name in ["strict-transport-security", "x-content-type-options", "access-control-allow-origin"] {
            assert!(field(&head, name).is_some(), "{name} in {head}");
        }
        assert!(body.starts_with("<!DOCTYPE html>"), "{body}");
        let (headless, nothing) = get_with(&state, "HEAD", target, &[BROWSER]);
        assert_eq!((field(&headless, "content-length"), nothing.as_str()), (field(&head, "content-length"), ""));
    }
    for accept in ["*/*", "application/rdap+json", "application/json, text/html;q=0.9"] {
        let (head, body) = get_with(&state, "GET", "/?q=shop.example", &[&format!("accept: {accept}")]);
        assert_eq!((field(&head, "content-type"), error_code(&body)), (Some("application/rdap+json"), Some(400)));
        assert_eq!(field(&head, "vary"), Some("accept, accept-encoding, authorization"));
    }
    // Elsewhere, and for other methods, whatever a browser takes is RDAP.
    for (method, target, status) in [("GET", "/domain/shop.example", 200), ("GET", "/x", 400), ("POST", "/", 405)] {
        let (head, _) = get_with(&state, method, target, &[BROWSER]);
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{head}");
        assert_eq!(field(&head, "content-type"), Some("application/rdap+json"));
    }
}

#[test]
fn the_page_counts_as_a_query_and_says_how_long_to_wait() {
    let state = state(|_| (), Some(Rate { per_second: 1, burst: 1, network_multiple: 0 }));
    assert!(get_with(&state, "GET", "/", &[BROWSER]).0.starts_with("http/1.1 200 "));
    let (head, body) = get_with(&state, "GET", "/?q=shop.example", &[BROWSER]);
    assert!(head.starts_with("http/1.1 429 ") && body.contains("Try again in a second."), "{head}\n{body}");
    assert_eq!(field(&head, "retry-after"), Some("1"));
    assert!(!body.contains("Registrar"));
    assert!(matches!(*state.surroundings.reached.borrow().as_slice(), [Limit::Rate { is_shared: false, .. }]));
}

#[test]
fn a_page_comes_in_gzip_and_an_error_after_it_is_the_last() {
    let state = state(|_| (), None);
    let fields = format!("host: a\r\n{BROWSER}\r\naccept-encoding: gzip\r\nconnection: close\r\n\r\n");
    let response = http1_octets(&state, format!("GET /?q=shop.example HTTP/1.1\r\n{fields}").as_bytes());
    let end = response.windows(4).position(|octets| octets == b"\r\n\r\n").expect("a head") + 4;
    let mut page = String::new();
    flate2::read::GzDecoder::new(&response[end..]).read_to_string(&mut page).expect("gzip");
    assert!(page.contains("<h2 id=\"name\"><bdi>shop.example</bdi></h2>"), "{page}");
    let two = format!("GET / HTTP/1.1\r\nhost: a\r\n{BROWSER}\r\n\r\nNO\r\n\r\n");
    let response = http1(&state, two.as_bytes());
    let last = response.rfind("HTTP/1.1 4").expect("a second response");
    is_error(&response[last..], 400);
}

#[test]
fn plain_http_is_sent_on_to_our_own_host_without_the_query() {
    let answer = |request: String| {
        let service = state(|_| (), Some(Rate { per_second: 1, burst: 1, network_multiple: 0 }));
        let service = Rc::new(Rc::into_inner(service).expect("not shared").redirecting());
        http1(&service, request.as_bytes())
    };
    for (host, target, location) in [
        ("rdap.example", "/domain/shop.example", "https://rdap.example/domain/shop.example"),
        ("localhost:80", "/domain/Shop.Example?a=b&c", "https://localhost:8443/domain/Shop.Example"),
        ("evil.example", "/help", "https://rdap.example/help"),
        ("evil.example", "//evil.example/%0d%0ax", "https://rdap.example//evil.example/%0d%0ax"),
        ("rdap.example", "http://evil.example/help", "https://rdap.example/help"),
        ("rdap.example", "/", "https://rdap.example/"),
        ("rdap.example", "/domain/test.invalid", "https://rdap.example/domain/test.invalid"),
    ] {
        for method in ["GET", "HEAD"] {
            // Without `connection: close`: the server says it.
            let response = answer(format!("{method} {target} HTTP/1.1\r\nhost: {host}\r\n\r\n"));
            let (head, body) = response.split_once("\r\n\r\n").expect("a head");
            assert!(head.starts_with("HTTP/1.1 301 "), "{head}");
            assert!(head.contains(&format!("\r\nlocation: {location}\r\n")), "{head}");
            let head = head.to_lowercase();
            assert_eq!(field(&head, "connection"), Some("close"));
            assert_eq!(field(&head, "strict-transport-security"), None);
            assert_eq!(field(&head, "access-control-allow-origin"), Some("*"));
            assert_eq!(error_code_of(body), (method == "GET").then_some(301));
            assert!(!body.contains("a=b") && !body.contains("http://"), "{body}");
        }
    }
    for (request, status) in [
        ("POST /help HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n".to_owned(), 405),
        ("OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n".to_owned(), 405),
        ("GET /help HTTP/1.1\r\n\r\n".to_owned(), 400),
        ("GET /help HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n".to_owned(), 400),
        ("NO\r\n\r\n".to_owned(), 400),
        (format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "x".repeat(RDAP_TARGET_BYTES)), 414),
        (format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "x".repeat(RDAP_HEAD_BYTES)), 431),
    ] {
        let response = answer(request);
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{response}");
        let (head, body) = response.split_once("\r\n\r\n").expect("a head");
        let head = head.to_lowercase();
        assert_eq!((field(&head, "location"), error_code_of(body)), (None, Some(status)), "{head}");
        assert_eq!(field(&head, "strict-transport-security"), None);
        assert_eq!(field(&head, "allow"), (status == 405).then_some("get, head"));
    }
}

fn error_code_of(body: &str) -> Option<u64> {
    if body.is_empty() { None } else { error_code(body) }
}

#[test]
fn a_redirect_names_no_other_place_over_time() {
    let service = Rc::new(Rc::into_inner(state(|_| (), None)).expect("not shared").redirecting());
    // A browser's Accept makes no page of it, and the second request of a connection is not read.
    let two = format!("GET / HTTP/1.1\r\nhost: a\r\n{BROWSER}\r\n\r\nGET /help HTTP/1.1\r\nhost: a\r\n\r\n");
    let response = http1(&service, two.as_bytes());
    assert_eq!(response.matches("HTTP/1.1 ").count(), 1, "{response}");
    assert!(!response.contains("<html"), "{response}");
    assert_eq!(*service.surroundings.answered.borrow(), [301]);
}

#[test]
fn if_match_with_tags_is_never_true_of_a_weak_tag() {
    let state = state(|_| (), None);
    let (head, _) = get(&state, "GET", "/domain/shop.example");
    let tag = field(&head, "etag").expect("a tag").replace("w/", "W/");
    for (fields, target, status) in [
        (vec![format!("if-match: {tag}")], "/domain/shop.example", 412),
        (vec![format!("if-match: {tag}"), format!("if-none-match: {tag}")], "/domain/shop.example", 412),
        (vec!["if-match: *".to_owned()], "/domain/shop.example", 200),
        (vec!["if-match: *".to_owned(), format!("if-none-match: {tag}")], "/domain/shop.example", 304),
        // A condition is for what would be a good answer without it.
        (vec!["if-match: \"a\"".to_owned()], "/domain/none.example", 404),
        (vec!["if-match: *".to_owned()], "/domain/none.example", 404),
    ] {
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let (head, body) = get_with(&state, "GET", target, &fields);
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{fields:?} {head}");
        if status == 412 {
            assert_eq!((error_code(&body), field(&head, "etag")), (Some(412), None));
        }
    }
    assert!(get_with(&state, "OPTIONS", "/help", &["if-match: \"a\""]).0.starts_with("http/1.1 204 "));
}
