//! Real HTTP over loopback sockets: HTTP/1.1 octet by octet, HTTP/2 by the h2 crate's client.

mod tiers;

use std::io::{self, Read as _};
use std::ops::{Bound, ControlFlow};
use std::task::Waker;

use bytes::Bytes;
use futures_util::future::{Either, join, select};
use simd_json::prelude::*;
use tokio::io::{AsyncRead as _, AsyncWrite as _, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::model::memory::Memory;
use crate::model::purpose::Purpose;
use crate::model::record::Kind;
use crate::model::search::{Family, Place};
use crate::model::view::{Record, RecordOctets, View};
use crate::rdap::tests::sample;

mod limits;
mod page;

struct Borrowed<'a>(&'a Memory);

impl View for Borrowed<'_> {
    fn record<R: Record>(&self, key: &[u8]) -> Option<&R::Archived> {
        self.0.record::<R>(key)
    }

    fn count(&self, kind: Kind, key: &[u8]) -> u64 {
        self.0.count(kind, key)
    }
}

impl RecordOctets for Borrowed<'_> {
    fn octets(&self, kind: Kind, key: &[u8]) -> Option<&[u8]> {
        self.0.octets(kind, key)
    }
}

impl Searchable for Borrowed<'_> {
    fn search(&self, family: Family, from: Bound<Place<'_>>, each: &mut dyn FnMut(Place<'_>) -> ControlFlow<()>) {
        self.0.search(family, from, each);
    }
}

/// A sample registry whose clock stands still, and whose idle time and end come when a test says so.
struct Still {
    registry: Memory,
    idle: Idle,
    sleeps: Cell<usize>,
    closing: bool,
    answered: RefCell<Vec<u16>>,
    /// What each client shows as its certificate, where a test says so.
    certificate: Option<ClientCertificate>,
    accessed: RefCell<Vec<String>>,
    denied: RefCell<Vec<Denial>>,
    reached: RefCell<Vec<Limit>>,
}

/// When the idle time is over.
#[derive(Clone, Copy, PartialEq)]
enum Idle {
    Never,
    AtOnce,
    /// The first time after the first answer, the second time after the second, and so on.
    AfterEachAnswer,
    /// Each time, once there was an answer.
    AfterAnAnswer,
}

impl Surroundings for Still {
    type View<'a> = Borrowed<'a>;

    fn pin(&self) -> Borrowed<'_> {
        Borrowed(&self.registry)
    }

    fn position(&self) -> Option<u64> {
        Some(0)
    }

    fn now(&self) -> Timestamp {
        sample::day(30)
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn updated(&self) -> Timestamp {
        sample::day(30)
    }

    async fn turn(&self, _client: std::net::IpAddr) {}

    async fn sleep(&self, _: Duration) {
        self.sleeps.set(self.sleeps.get() + 1);
        let number = self.sleeps.get();
        poll_fn(|_| match self.idle {
            Idle::AtOnce => Poll::Ready(()),
            Idle::AfterEachAnswer if self.answered.borrow().len() >= number => Poll::Ready(()),
            Idle::AfterAnAnswer if !self.answered.borrow().is_empty() => Poll::Ready(()),
            Idle::AfterEachAnswer | Idle::AfterAnAnswer | Idle::Never => Poll::Pending,
        })
        .await
    }

    async fn closing(&self) {
        if !self.closing {
            std::future::pending().await
        }
    }

    fn reached(&self, limit: Limit, _client: std::net::IpAddr) {
        self.reached.borrow_mut().push(limit);
    }

    fn answered(&self, status: u16) {
        self.answered.borrow_mut().push(status);
    }

    fn took(&self, _: RdapKind, _: Duration) {}

    fn counts(&self, _: RdapKind, _: &str) {}

    fn accessed(&self, access: &Access<'_>) {
        let Access { client, by, outcome, kind, name, status, address, at: _ } = access;
        let outcome = outcome.map_or_else(Denial::name, Purpose::name);
        let line = format!("{client} {} {outcome} {kind} {name:?} {status} {address}", by.name());
        self.accessed.borrow_mut().push(line);
    }

    fn denied(&self, denial: Denial) {
        self.denied.borrow_mut().push(denial);
    }
}

fn state(change: impl FnOnce(&mut Still), rate: Option<Rate>) -> Rc<RdapState<Still>> {
    let mut still = Still {
        registry: sample::registry(),
        idle: Idle::Never,
        sleeps: Cell::new(0),
        closing: false,
        answered: RefCell::default(),
        certificate: None,
        accessed: RefCell::default(),
        denied: RefCell::default(),
        reached: RefCell::default(),
    };
    change(&mut still);
    let base_urls = ["https://rdap.example/", "https://localhost:8443/"].map(|url| BaseUrl::new(url).expect("good"));
    let limiter = rate.map(|rate| Arc::new(RateLimiter::new(rate, [])));
    Rc::new(RdapState::new(still, base_urls.into(), None, limiter, Arc::default(), 0).expect("two base URLs"))
}

/// A tokio socket as a stream of `futures_io`.
struct Socket(TcpStream);

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        let mut buf = ReadBuf::new(buf);
        Pin::new(&mut self.0).poll_read(cx, &mut buf).map_ok(|()| buf.filled().len())
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

/// Serves one connection while `client` uses its other end.
fn with_server<T>(state: &Rc<RdapState<Still>>, alpn: &[u8], client: impl AsyncFnOnce(TcpStream) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let server = async {
            let (stream, peer) = listener.accept().await.expect("a connection");
            serve(Socket(stream), peer, Some(alpn), state.surroundings.certificate, state.clone(), || ()).await;
        };
        let client = async { client(TcpStream::connect(address).await.expect("connected")).await };
        join(server, client).await.1
    })
}

/// Sends octets and reads until the server closes.
fn http1(state: &Rc<RdapState<Still>>, octets: &[u8]) -> String {
    String::from_utf8(http1_octets(state, octets)).expect("UTF-8")
}

fn http1_octets(state: &Rc<RdapState<Still>>, octets: &[u8]) -> Vec<u8> {
    with_server(state, b"http/1.1", async |mut stream| {
        let mut stream = Pin::new(&mut stream);
        let mut sent = 0;
        let mut received = Vec::new();
        poll_fn(|cx| {
            while sent < octets.len() {
                match stream.as_mut().poll_write(cx, &octets[sent..]) {
                    Poll::Ready(Ok(count)) => sent += count,
                    Poll::Ready(Err(_)) => break,
                    Poll::Pending => break,
                }
            }
            loop {
                let mut space = [0; 1024];
                let mut buf = ReadBuf::new(&mut space);
                match stream.as_mut().poll_read(cx, &mut buf) {
                    Poll::Ready(Ok(())) if !buf.filled().is_empty() => received.extend_from_slice(buf.filled()),
                    // A reset is an end too: the server leaves what it will not read.
                    Poll::Ready(_) => return Poll::Ready(()),
                    Poll::Pending => return Poll::Pending,
                }
            }
        })
        .await;
        received
    })
}

fn get(state: &Rc<RdapState<Still>>, method: &str, target: &str) -> (String, String) {
    get_with(state, method, target, &[])
}

fn error_code(body: &str) -> Option<u64> {
    simd_json::to_owned_value(&mut body.as_bytes().to_vec()).expect("valid JSON").get_u64("errorCode")
}

#[test]
fn a_look_up_is_answered_with_the_headers_of_rdap() {
    let (head, body) = get(&state(|_| (), None), "GET", "/domain/Shop.Example");
    assert!(head.starts_with("http/1.1 200 ok\r\n"), "{head}");
    for header in [
        "content-type: application/rdap+json",
        "access-control-allow-origin: *",
        "x-content-type-options: nosniff",
        "cache-control: no-cache",
        "strict-transport-security: max-age=31536000",
        &format!("content-length: {}", body.len()),
        &format!("date: {}", String::from_utf8_lossy(&sample::day(30).http_date()).to_lowercase()),
    ] {
        assert!(head.contains(header), "{header} in {head}");
    }
    assert!(body.contains(r#""value":"https://localhost:8443/domain/Shop.Example""#), "the base URL asked at: {body}");
}

#[test]
fn a_host_that_is_not_ours_is_never_quoted() {
    let request = b"GET /help HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n";
    let response = http1(&state(|_| (), None), request);
    assert!(response.contains("https://rdap.example/help") && !response.contains("evil"), "{response}");
}

#[test]
fn head_has_the_head_of_get_and_no_body() {
    let state = state(|_| (), None);
    for target in ["/domain/shop.example", "/domain/none.example"] {
        let (get_head, get_body) = get(&state, "GET", target);
        let (head, body) = get(&state, "HEAD", target);
        let undated = |head: &str| head.split("\r\n").filter(|line| !line.starts_with("date")).collect::<String>();
        assert_eq!((undated(&head), body.as_str()), (undated(&get_head), ""), "{}", get_body.len());
    }
}

/// What comes after a request line and Host, with these fields: status line and fields in lower case, and the body.
fn get_with(state: &Rc<RdapState<Still>>, method: &str, target: &str, fields: &[&str]) -> (String, String) {
    let fields: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
    let request = format!("{method} {target} HTTP/1.1\r\nhost: LocalHost:8443\r\nconnection: close\r\n{fields}\r\n");
    let response = http1(state, request.as_bytes());
    let (head, body) = response.split_once("\r\n\r\n").expect("a head");
    (head.to_lowercase(), body.to_owned())
}

/// The value of a field in a head in lower case.
fn field<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.split("\r\n").find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[test]
fn a_client_that_has_the_answer_gets_304_and_no_body() {
    let state = state(|_| (), None);
    let (head, body) = get(&state, "GET", "/domain/shop.example");
    let tag = field(&head, "etag").expect("a tag").to_owned();
    assert!(tag.starts_with("w/\"") && !body.is_empty(), "{tag}");
    let has = format!("If-None-Match: \"other\", {}", tag.replace("w/", "W/"));
    for method in ["GET", "HEAD"] {
        let (head, body) = get_with(&state, method, "/domain/shop.example", &[&has]);
        assert!(head.starts_with("http/1.1 304 ") && body.is_empty(), "{head}\n{body}");
        assert_eq!(field(&head, "etag"), Some(&tag[..]));
        for name in ["cache-control", "date", "access-control-allow-origin"] {
            assert!(field(&head, name).is_some(), "{name} in {head}");
        }
        for name in ["content-length", "content-type", "transfer-encoding"] {
            assert_eq!(field(&head, name), None, "{head}");
        }
    }
    for (target, status) in [("/domain/shop.example?x", 200), ("/domain/none.example", 404), ("/x", 400)] {
        let (head, body) = get_with(&state, "GET", target, &[&has]);
        assert!(head.starts_with(&format!("http/1.1 {status} ")) && !body.is_empty(), "{target} {head}");
        assert_eq!(field(&head, "etag").is_some(), status == 200, "{head}");
    }
    // `*` is true of whatever is there, and of nothing that is not.
    for (target, status) in [("/help", 304), ("/domain/none.example", 404)] {
        let (head, _) = get_with(&state, "GET", target, &["If-None-Match: *"]);
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{target} {head}");
    }
    assert!(get_with(&state, "POST", "/help", &["If-None-Match: *"]).0.starts_with("http/1.1 405 "));
    assert!(get_with(&state, "OPTIONS", "/help", &["If-None-Match: *"]).0.starts_with("http/1.1 204 "));
}

/// Head in lower case, and body with its gzip undone.
fn gzipped(state: &Rc<RdapState<Still>>, method: &str, target: &str, accepted: &str) -> (String, Vec<u8>) {
    let fields = format!("host: localhost:8443\r\nconnection: close\r\naccept-encoding: {accepted}\r\n");
    let response = http1_octets(state, format!("{method} {target} HTTP/1.1\r\n{fields}\r\n").as_bytes());
    let end = response.windows(4).position(|octets| octets == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8_lossy(&response[..end]).to_lowercase();
    let (mut body, length) = (response[end + 4..].to_vec(), response.len() - end - 4);
    if method != "HEAD" {
        assert_eq!(field(&head, "content-length"), Some(&length.to_string()[..]), "{head}");
    }
    if field(&head, "content-encoding").is_some() && method != "HEAD" {
        let coded = std::mem::take(&mut body);
        flate2::read::GzDecoder::new(&coded[..]).read_to_end(&mut body).expect("gzip");
        assert!(coded.len() * 2 < body.len());
    }
    (head, body)
}

#[test]
fn who_asks_for_gzip_gets_the_same_answer_shorter() {
    let state = state(|_| (), None);
    let (plain_head, plain) = gzipped(&state, "GET", "/domain/shop.example", "br");
    let (head, body) = gzipped(&state, "GET", "/domain/shop.example", "br, gzip;q=0.5");
    assert_eq!(body, plain);
    assert_eq!((field(&plain_head, "content-encoding"), field(&head, "content-encoding")), (None, Some("gzip")));
    for name in ["etag", "vary", "cache-control", "content-type"] {
        assert!(field(&head, name).is_some() && field(&head, name) == field(&plain_head, name), "{name} in {head}");
    }
    assert_eq!(field(&head, "vary"), Some("accept-encoding, authorization"));
    assert_eq!(gzipped(&state, "HEAD", "/domain/shop.example", "gzip"), (head.clone(), Vec::new()));
    // Too short to gain anything.
    let (short, body) = gzipped(&state, "GET", "/domain/none.example", "gzip");
    assert_eq!(
        (field(&short, "content-encoding"), error_code(str::from_utf8(&body).expect("UTF-8"))),
        (None, Some(404))
    );
    let tag = field(&head, "etag").expect("a tag").to_owned();
    let has = [format!("if-none-match: {tag}"), "accept-encoding: gzip".to_owned()];
    let (head, body) = get_with(&state, "GET", "/domain/shop.example", &has.each_ref().map(String::as_str));
    assert!(head.starts_with("http/1.1 304 ") && body.is_empty(), "{head}");
    assert_eq!(
        (field(&head, "content-encoding"), field(&head, "vary")),
        (None, Some("accept-encoding, authorization"))
    );
}

#[test]
fn an_error_after_a_gzipped_answer_is_answered_as_the_last() {
    let request = b"GET /domain/shop.example HTTP/1.1\r\nhost: a\r\naccept-encoding: gzip\r\n\r\nNO\r\n\r\n";
    let response = http1_octets(&state(|_| (), None), request);
    let last = response.windows(10).rposition(|octets| octets == b"HTTP/1.1 4").expect("a second response");
    assert!(last > 500, "{last}");
    is_error(str::from_utf8(&response[last..]).expect("UTF-8"), 400);
}

#[test]
fn who_takes_no_json_gets_406_in_json_all_the_same() {
    let state = state(|_| (), None);
    for (method, target, accept, status) in [
        ("GET", "/domain/shop.example", "text/html", 406),
        ("HEAD", "/domain/shop.example", "text/html", 406),
        ("GET", "/domain/none.example", "application/rdap+json;q=0, */*;q=0", 406),
        ("GET", "/domain/shop.example", "text/html, */*;q=0.1", 200),
        ("GET", "/domain/shop.example", "application/json", 200),
        ("GET", "/domain/none.example", "application/json", 404),
        ("GET", "/x", "text/html", 400),
        ("POST", "/help", "text/html", 405),
        ("OPTIONS", "/help", "text/html", 204),
    ] {
        let (head, body) = get_with(&state, method, target, &[&format!("accept: {accept}")]);
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{method} {target} {accept}: {head}");
        assert_eq!(field(&head, "content-type"), (status != 204).then_some("application/rdap+json"), "{head}");
        if status == 406 && method == "GET" {
            assert_eq!(error_code(&body), Some(406), "{body}");
        }
    }
}

#[test]
fn an_answer_that_is_remembered_is_the_one_that_was_made() {
    let state = state(|_| (), None);
    let target = "/domain/shop.example";
    let (head, body) = get(&state, "GET", target);
    let mut fields: Vec<_> = head.lines().collect();
    fields.sort_unstable();
    for name in ["date", "etag", "vary", "cache-control", "content-type", "content-length"] {
        assert_eq!(fields.iter().filter(|line| line.starts_with(&format!("{name}: "))).count(), 1, "{name} in {head}");
    }
    assert!(!fields.iter().any(|line| line.ends_with(": ")), "{head}");
    for _ in 0..3 {
        assert_eq!(get(&state, "GET", target), (head.clone(), body.clone()));
        assert_eq!(get(&state, "HEAD", target), (head.clone(), String::new()));
    }
    assert!(get(&state, "OPTIONS", target).0.starts_with("http/1.1 204 "));
    assert!(get(&state, "POST", target).0.starts_with("http/1.1 405 "));
    let tag = field(&head, "etag").expect("a tag");
    let (head, rest) = get_with(&state, "GET", target, &[&format!("if-none-match: {tag}")]);
    assert!(head.starts_with("http/1.1 304 ") && rest.is_empty() && field(&head, "etag") == Some(tag), "{head}");
    let (head, whole) = gzipped(&state, "GET", target, "gzip");
    assert_eq!((field(&head, "content-encoding"), whole), (Some("gzip"), body.into_bytes()));
    assert!(get_with(&state, "GET", target, &["accept: text/html"]).0.starts_with("http/1.1 406 "));
    assert!(get_with(&state, "GET", target, &["authorization: Other x"]).0.starts_with("http/1.1 401 "));
}

#[test]
fn caches_keep_what_the_registry_holds_and_no_errors() {
    let state = state(|_| (), Some(Rate { per_second: 1, burst: 6, network_multiple: 0 }));
    for (method, target, status, cached) in [
        ("GET", "/domain/shop.example", 200, "no-cache"),
        ("GET", "/domain/none.example", 404, "no-cache"),
        ("GET", "/x", 400, "no-store"),
        ("POST", "/help", 405, "no-store"),
        ("GET", "/ip/192.0.2.1", 501, "no-store"),
        ("OPTIONS", "/help", 204, "no-store"),
        ("GET", "/domain/shop.example", 429, "no-store"),
    ] {
        let (head, _) = get(&state, method, target);
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{head}");
        assert_eq!(field(&head, "cache-control"), Some(cached), "{target}");
    }
}

#[test]
fn refusals_are_error_objects_with_their_headers() {
    let state = state(|_| (), None);
    let long = format!("/domain/{}", "a".repeat(2000));
    for (method, target, status) in [
        ("GET", "/domain/none.example", 404),
        ("GET", "/nowhere", 400),
        ("GET", "/domain/%zz", 400),
        ("GET", "/domains?name=x*", 501),
        ("POST", "/domain/shop.example", 405),
        ("DELETE", "/domain/shop.example", 405),
        ("GET", long.as_str(), 414),
    ] {
        let (head, body) = get(&state, method, target);
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{target} {head}");
        assert!(head.contains("content-type: application/rdap+json") && head.contains("allow-origin: *"), "{head}");
        assert_eq!(head.contains("\r\nallow: get, head, options"), status == 405, "{head}");
        assert_eq!(error_code(&body), Some(status), "{target}");
    }
    assert_eq!(*state.surroundings.answered.borrow(), [404, 400, 400, 501, 405, 405, 414]);
}

#[test]
fn a_preflight_is_answered_without_body() {
    let (head, body) = get(&state(|_| (), None), "OPTIONS", "/domain/shop.example");
    assert!(head.starts_with("http/1.1 204 ") && body.is_empty(), "{head}");
    assert!(head.contains("access-control-allow-methods: get, head") && !head.contains("\r\ncontent-type"), "{head}");
}

#[test]
fn beyond_the_rate_comes_429_with_a_time_to_wait() {
    let state = state(|_| (), Some(Rate { per_second: 1, burst: 2, network_multiple: 0 }));
    assert!(get(&state, "GET", "/help").0.starts_with("http/1.1 200 "));
    assert!(get(&state, "GET", "/help").0.starts_with("http/1.1 200 "));
    let (head, body) = get(&state, "GET", "/help");
    assert!(head.starts_with("http/1.1 429 ") && head.contains("\r\nretry-after: 1"), "{head}");
    assert_eq!(error_code(&body), Some(429));
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let state = state(|_| (), None);
    let one = "GET /domain/shop.example HTTP/1.1\r\nhost: a\r\n\r\n";
    let requests =
        [one, one, "HEAD /help HTTP/1.1\r\nhost: a\r\n\r\n", "GET /x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"];
    let response = http1(&state, requests.concat().as_bytes());
    assert_eq!(response.matches("HTTP/1.1 200 OK").count(), 3);
    assert_eq!(*state.surroundings.answered.borrow(), [200, 200, 200, 400]);
}

/// Asserts that this is one response with an error object, after which the connection is closed.
#[track_caller]
fn is_error(response: &str, status: u16) {
    let (head, body) = response.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no head in {response:?}"));
    let head = head.to_lowercase();
    assert!(head.starts_with(&format!("http/1.1 {status} ")), "{head}");
    for field in ["content-type: application/rdap+json", "access-control-allow-origin: *", "connection: close"] {
        assert_eq!(head.matches(field).count(), 1, "{field} in {head}");
    }
    assert!(head.contains(&format!("content-length: {}", body.len())), "{head}\n{body}");
    assert_eq!(error_code(body), Some(status.into()), "{body}");
}

#[test]
fn what_is_not_http_is_answered_with_an_error_object_and_closed() {
    let state = state(|_| (), None);
    let too_many = "x: y\r\n".repeat(200);
    for octets in [
        &b"\x16\x03\x01\x00\xa5"[..],
        b"\0\0\0\x20<epp/>",
        b"GET\r\n\r\n",
        b"GET /help\r\n\r\n",
        b"GET /help HTTP/9.9\r\nhost: a\r\n\r\n",
        b"GET /he lp HTTP/1.1\r\nhost: a\r\n\r\n",
        b"GET /help HTTP/1.1\r\nhost: a\r\nno colon\r\n\r\n",
        b"GET /help HTTP/1.1\r\nhost: a\r\nx : y\r\n\r\n",
        b"POST /help HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n",
        b"POST /help HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
        b"POST /help HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n",
    ] {
        is_error(&http1(&state, octets), 400);
    }
    let headers = "x: y\r\n".repeat(RDAP_HEAD_BYTES);
    is_error(&http1(&state, format!("GET /help HTTP/1.1\r\n{headers}\r\n").as_bytes()), 431);
    is_error(&http1(&state, format!("GET /help HTTP/1.1\r\nhost: a\r\n{too_many}\r\n").as_bytes()), 431);
    let target = "a".repeat(2 * RDAP_HEAD_BYTES);
    is_error(&http1(&state, format!("GET /{target} HTTP/1.1\r\nhost: a\r\n\r\n").as_bytes()), 414);
    assert_eq!(*state.surroundings.answered.borrow(), [[400; 11].as_slice(), &[431, 431, 414]].concat());
    // This one is no request at all: nothing was said, nothing is answered.
    assert_eq!(http1(&state, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "");
}

#[test]
fn an_error_after_good_requests_is_answered_as_the_last() {
    let state = state(|_| (), None);
    for before in ["GET /domain/shop.example", "HEAD /help", "OPTIONS /help", "GET /x"] {
        let response = http1(&state, format!("{before} HTTP/1.1\r\nhost: a\r\n\r\nNO\r\n\r\n").as_bytes());
        let last = response.rfind("HTTP/1.1 4").expect("a response");
        assert!(last > 0, "{response}");
        is_error(&response[last..], 400);
    }
}

#[test]
fn a_request_names_one_host_or_is_answered_with_400_and_closed() {
    let state = state(|_| (), None);
    for fields in
        ["", "host: a\r\nhost: a\r\n", "host: a\r\nhost: b\r\n", "host:\r\n", "host: a b\r\n", "host: a@b\r\n"]
    {
        is_error(&http1(&state, format!("GET /help HTTP/1.1\r\n{fields}\r\n").as_bytes()), 400);
        // Its path is not looked at.
        is_error(&http1(&state, format!("GET /domain/shop.example HTTP/1.1\r\n{fields}\r\n").as_bytes()), 400);
    }
    let fields = "host: a\r\nconnection: close\r\n";
    for good in [
        format!("GET /help HTTP/1.1\r\n{fields}\r\n"),
        format!("GET https://localhost:8443/help HTTP/1.1\r\n{fields}\r\n"),
        "GET /help HTTP/1.0\r\n\r\n".to_owned(),
    ] {
        let response = http1(&state, good.as_bytes());
        assert!(response.starts_with("HTTP/1.1 200 ") || response.starts_with("HTTP/1.0 200 "), "{response}");
    }
}

#[test]
fn a_request_that_never_ends_is_closed_when_the_idle_time_is_over() {
    let state = state(|still| still.idle = Idle::AtOnce, None);
    assert_eq!(http1(&state, b"GET /help HTTP/1.1\r\nx-slow: "), "");
}

#[test]
fn a_closing_process_ends_idle_connections() {
    assert_eq!(http1(&state(|still| still.closing = true, None), b""), "");
}

/// Status, content length and body length of a request over HTTP/2.
async fn http2(client: &h2::client::SendRequest<Bytes>, method: &str, path: &str) -> (u16, String, usize) {
    let request = Request::builder().method(method).uri(format!("https://localhost:8443{path}")).body(());
    let mut client = client.clone().ready().await.expect("room for a stream");
    let (response, _) = client.send_request(request.expect("a request"), true).expect("sent");
    let response = response.await.expect("a response");
    let length = response.headers().get(header::CONTENT_LENGTH).map(|value| value.to_str().expect("text").to_owned());
    let status = response.status().as_u16();
    let mut body = response.into_body();
    let mut received = 0;
    while let Some(chunk) = body.data().await {
        let chunk = chunk.expect("data");
        received += chunk.len();
        body.flow_control().release_capacity(chunk.len()).expect("as received");
    }
    (status, length.unwrap_or_default(), received)
}

#[test]
fn http2_gives_the_same_answers_on_many_streams_at_once() {
    let state = state(|_| (), None);
    let (_, body) = get(&state, "GET", "/domain/shop.example");
    let long = Arc::new(format!("/domain/{}", "a".repeat(2000)));
    with_server(&state, b"h2", async |stream| {
        let (client, connection) = h2::client::handshake(stream).await.expect("a handshake");
        let requests = async {
            let (status, length, received) = http2(&client, "GET", "/domain/shop.example").await;
            assert_eq!((status, length, received), (200, body.len().to_string(), body.len()));
            let (status, length, received) = http2(&client, "HEAD", "/domain/shop.example").await;
            assert_eq!((status, length, received), (200, body.len().to_string(), 0));
            assert_eq!(http2(&client, "POST", "/help").await.0, 405);
            assert_eq!(http2(&client, "GET", "/domain/none.example").await.0, 404);
            assert_eq!(http2(&client, "GET", &long).await.0, 414);
            assert_eq!(http2(&client, "OPTIONS", "/help").await.0, 204);
            let many = (0..3 * RDAP_STREAMS).map(|_| http2(&client, "GET", "/domain/shop.example"));
            for (status, _, received) in futures_util::future::join_all(many).await {
                assert_eq!((status, received), (200, body.len()));
            }
        };
        match select(pin!(requests), pin!(connection)).await {
            Either::Left(_) => {}
            Either::Right((ended, _)) => panic!("the connection ended early: {ended:?}"),
        }
    });
    assert_eq!(state.surroundings.answered.borrow().len(), 7 + 3 * RDAP_STREAMS as usize);
}

#[test]
fn http2_connections_are_closed_when_idle_and_when_the_process_is_closing() {
    for (idle, closing) in [(Idle::AtOnce, false), (Idle::Never, true)] {
        let state = state(|still| (still.idle, still.closing) = (idle, closing), None);
        with_server(&state, b"h2", async |stream| {
            if let Ok((client, connection)) = h2::client::handshake(stream).await {
                // Dropping every handle would end the connection from this side.
                let _ended = connection.await;
                drop(client);
            }
        });
    }
}

#[test]
fn a_connection_that_asks_within_the_idle_time_stays_open() {
    let state = state(|still| still.idle = Idle::AfterEachAnswer, None);
    with_server(&state, b"h2", async |stream| {
        let (client, connection) = h2::client::handshake(stream).await.expect("a handshake");
        let requests = async {
            for _ in 0..5 {
                assert_eq!(http2(&client, "GET", "/help").await.0, 200);
            }
        };
        match select(pin!(requests), pin!(connection)).await {
            Either::Left(_) => {}
            Either::Right((ended, _)) => panic!("the connection ended early: {ended:?}"),
        }
    });
    assert!(state.surroundings.sleeps.get() > 2);
}

#[test]
fn a_reader_that_leaves_an_answer_for_a_whole_period_is_closed_though_it_asks() {
    let state = state(|still| still.idle = Idle::AfterEachAnswer, None);
    with_server(&state, b"h2", async |stream| {
        let (client, connection) =
            h2::client::Builder::new().initial_window_size(0).handshake::<_, Bytes>(stream).await.expect("a handshake");
        let requests = async {
            let mut untaken = Vec::new();
            loop {
                let request = Request::builder().uri("https://localhost:8443/help").body(()).expect("a request");
                let mut client = client.clone().ready().await.expect("room for a stream");
                let (response, _) = client.send_request(request, true).expect("sent");
                match response.await {
                    Ok(response) => untaken.push(response),
                    Err(_) => return untaken.len(),
                }
            }
        };
        match select(pin!(requests), pin!(connection)).await {
            Either::Left((answers, _)) => assert_eq!(answers, 2),
            Either::Right(_) => {}
        }
    });
    assert_eq!(*state.surroundings.answered.borrow(), [200, 200]);
    assert_eq!(*state.surroundings.reached.borrow(), [Limit::WriteTime]);
}

/// A peer that has sent much and takes nothing.
struct Stuck(Vec<u8>);

impl AsyncRead for Stuck {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        let count = self.0.len().min(buf.len());
        if count == 0 {
            return Poll::Pending;
        }
        buf[..count].copy_from_slice(&self.0[..count]);
        self.0.drain(..count);
        Poll::Ready(Ok(count))
    }
}

impl AsyncWrite for Stuck {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Pending
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Pending
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Pending
    }
}

#[test]
fn a_reader_that_pipelines_and_takes_nothing_gets_few_answers_made_and_is_closed() {
    let state = state(|still| still.idle = Idle::AfterAnAnswer, None);
    let requests = "GET /domain/shop.example HTTP/1.1\r\nhost: a\r\n\r\n".repeat(1000);
    let served = serve(Stuck(requests.into()), ([192, 0, 2, 1], 1).into(), None, None, state.clone(), || ());
    let mut served = pin!(served);
    assert!((0..3).any(|_| served.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()));
    assert!((1..=8).contains(&state.surroundings.answered.borrow().len()));
    assert_eq!(*state.surroundings.reached.borrow(), [Limit::WriteTime]);
}

#[test]
fn connections_that_end_anywhere_are_served_to_their_end() {
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds/rdap_connection");
    let seeds = std::fs::read_dir(seeds).expect("the fuzzer's seeds").map(|seed| seed.expect("a file").path());
    let seeds: Vec<Vec<u8>> = seeds.map(|seed| std::fs::read(seed).expect("a file")).collect();
    assert!(!seeds.is_empty());
    for seed in seeds {
        for end in 0..=seed.len() {
            fuzz_connection(&seed[..end]);
        }
        let mut changed = seed.clone();
        for at in 1..seed.len() {
            changed[at] ^= 0x20;
            fuzz_connection(&changed);
            changed[at] = seed[at];
        }
    }
}
