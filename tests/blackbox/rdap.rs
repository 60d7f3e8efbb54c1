//! RDAP shows what EPP did, in the very next request (RFC 7480, RFC 9082, RFC 9083).

use std::io::{Read, Write};
use std::process::Command;
use std::time::Duration;

use simd_json::OwnedValue;
use simd_json::prelude::*;

use crate::frames::{
    addresses, auth, contact_create_with, delete, domain_create, element, expect, host_create, info, name_servers,
    part, postal, renew, status, text, transfer, update,
};
use crate::names;
use crate::strangers::rdap_from;
use crate::support::rdap::{HttpResponse, get, parse, request};
use crate::support::{EppClient, Server};
use crate::world::{SECRET, client, client_a, demo, registrar, unique};

/// The object at this path; checks what every answer has.
#[track_caller]
fn found(path: &str) -> OwnedValue {
    let response = get(demo(), path);
    assert_eq!(response.status, 200, "{path}: {}", String::from_utf8_lossy(&response.body));
    assert_eq!(response.header("content-type"), Some("application/rdap+json"));
    assert_eq!(response.header("access-control-allow-origin"), Some("*"));
    let json = response.json();
    let conformance = strings(&json, "rdapConformance");
    for specification in
        ["rdap_level_0", "icann_rdap_response_profile_1", "icann_rdap_technical_implementation_guide_1"]
    {
        assert!(conformance.iter().any(|found| found == specification), "{specification} in {json}");
    }
    assert_eq!(conformance.iter().any(|found| found == "redacted"), json.get("redacted").is_some(), "{json}");
    json
}

/// An error object with this status.
#[track_caller]
fn failed(response: &HttpResponse, status: u16) {
    assert_eq!(response.status, status, "{}", String::from_utf8_lossy(&response.body));
    assert_eq!(response.header("access-control-allow-origin"), Some("*"));
    assert_eq!(response.header("content-type"), Some("application/rdap+json"));
    let json = response.json();
    assert_eq!(json.get_u16("errorCode"), Some(status), "{json}");
    assert!(json.get_str("title").is_some_and(|title| !title.is_empty()), "{json}");
    assert!(!strings(&json, "description").is_empty(), "{json}");
}

#[track_caller]
fn gone(path: &str) {
    failed(&get(demo(), path), 404);
}

fn strings(json: &OwnedValue, member: &str) -> Vec<String> {
    let items = json.get_array(member).map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

/// When an event happened, as RDAP tells it.
fn event(json: &OwnedValue, action: &str) -> Option<String> {
    let events = json.get_array("events")?;
    let event = events.iter().find(|event| event.get_str("eventAction") == Some(action))?;
    event.get_str("eventDate").map(str::to_owned)
}

/// Handles of the entities that have a role.
fn handles(json: &OwnedValue, role: &str) -> Vec<String> {
    let entities = json.get_array("entities").map(Vec::as_slice).unwrap_or_default();
    let has = |entity: &&OwnedValue| strings(entity, "roles").iter().any(|found| found == role);
    entities.iter().filter(has).filter_map(|entity| entity.get_str("handle").map(str::to_owned)).collect()
}

fn server_names(json: &OwnedValue) -> Vec<String> {
    let servers = json.get_array("nameservers").map(Vec::as_slice).unwrap_or_default();
    servers.iter().filter_map(|server| server.get_str("ldhName").map(str::to_owned)).collect()
}

#[test]
fn rdap_01_a_domain_is_shown_as_it_is_now() {
    let mut a = client_a();
    let name = names::minimum();
    let path = format!("domain/{name}");
    gone(&path);
    let created = expect(&mut a, 1000, &domain_create(&name, ""));
    let json = found(&path);
    assert_eq!((json.get_str("objectClassName"), json.get_str("ldhName")), (Some("domain"), Some(&name[..])));
    assert_eq!(event(&json, "registration").as_deref(), Some(text(&created, "domain:crDate")));
    assert_eq!(event(&json, "expiration").as_deref(), Some(text(&created, "domain:exDate")));
    assert_eq!(strings(&json, "status"), ["inactive", "add period"]);
    assert_eq!(handles(&json, "registrar"), ["9995"]);
    let shown = expect(&mut a, 1000, &info("domain", &name));
    assert_eq!(json.get_str("handle"), Some(text(&shown, "domain:roid")));

    let (host, glued) = (names::outside_of(&mut a), format!("ns1.{name}"));
    expect(&mut a, 1000, &host_create(&glued, &["192.0.2.1"]));
    expect(&mut a, 1000, &update("domain", &name, &part("domain", "add", &name_servers(&[&host, &glued]))));
    let json = found(&path);
    assert_eq!(server_names(&json), [host.clone(), glued]);
    assert_eq!(strings(&json, "status"), ["add period"]);
    assert!(event(&json, "last changed").is_some());
    assert!(event(&json, "last changed") <= event(&json, "last update of RDAP database"), "{json}");
    expect(&mut a, 1000, &status("domain", &name, "add", "clientHold"));
    assert_eq!(strings(&found(&path), "status"), ["client hold", "add period"]);
    let day = text(&created, "domain:exDate").split('T').next().expect("a date");
    let renewed = expect(&mut a, 1000, &renew(&name, day, ""));
    assert_eq!(event(&found(&path), "expiration").as_deref(), Some(text(&renewed, "domain:exDate")));
    // A new name of the host is the domain's at once.
    let renamed = names::outside();
    expect(&mut a, 1000, &update("host", &host, &part("host", "chg", &element("host:name", &renamed))));
    assert_eq!(server_names(&found(&path))[0], renamed);
}

#[test]
fn rdap_10_deleted_objects_are_gone() {
    let mut a = client_a();
    let contact = names::contact_of(&mut a);
    let name = names::maximum_of(&mut a, &contact);
    let host = names::outside_of(&mut a);
    let paths = [format!("domain/{name}"), format!("entity/{contact}"), format!("nameserver/{host}")];
    paths.iter().for_each(|path| drop(found(path)));
    for (path, body) in paths.iter().zip([delete("domain", &name), delete("contact", &contact), delete("host", &host)])
    {
        expect(&mut a, 1000, &body);
        gone(path);
    }
}

#[test]
fn a_transferred_domain_has_its_new_registrar() {
    let (mut a, b) = (client_a(), registrar());
    let mut gaining = client(&b);
    let name = names::minimum_of(&mut a);
    expect(&mut gaining, 1001, &transfer("domain", "request", &name, &auth("domain", SECRET)));
    let json = found(&format!("domain/{name}"));
    assert!(strings(&json, "status").contains(&"pending transfer".to_owned()), "{json}");
    assert_eq!(handles(&json, "registrar"), ["9995"]);
    expect(&mut a, 1000, &transfer("domain", "approve", &name, ""));
    let json = found(&format!("domain/{name}"));
    // It has no IANA id; its clID finds it.
    assert_eq!(handles(&json, "registrar"), ["not applicable"]);
    assert_eq!(found(&format!("entity/{}", b.clid)).get_str("handle"), Some("not applicable"));
    assert!(event(&json, "transfer").is_some());
}

#[test]
fn rdap_02_a_name_server_is_shown_as_it_is_now() {
    let mut a = client_a();
    let name = names::minimum_of(&mut a);
    let host = format!("ns1.{name}");
    gone(&format!("nameserver/{host}"));
    expect(&mut a, 1000, &host_create(&host, &["192.0.2.1", "2001:db8::1"]));
    let json = found(&format!("nameserver/{host}"));
    assert_eq!((json.get_str("objectClassName"), json.get_str("ldhName")), (Some("nameserver"), Some(&host[..])));
    let addresses_of = |json: &OwnedValue, family| json.get("ipAddresses").map(|all| strings(all, family));
    assert_eq!(addresses_of(&json, "v4"), Some(vec!["192.0.2.1".to_owned()]));
    assert_eq!(addresses_of(&json, "v6"), Some(vec!["2001:db8::1".to_owned()]));
    expect(&mut a, 1000, &update("host", &host, &part("host", "rem", &addresses(&["192.0.2.1"]))));
    let json = found(&format!("nameserver/{host}"));
    assert!(addresses_of(&json, "v4").is_none_or(|all| all.is_empty()), "{json}");
}

#[test]
fn rdap_03_registrars_are_found_by_iana_id_and_clid() {
    let json = found("entity/9996");
    assert_eq!((json.get_str("objectClassName"), json.get_str("handle")), (Some("entity"), Some("9996")));
    assert_eq!(strings(&json, "roles"), ["registrar"]);
    assert_eq!(found("entity/registrar-b").get_str("handle"), Some("9996"));
    gone("entity/9997");
    gone("entity/nobody-here");
}

/// On a server of its own: a contact by itself is shown by the strictest policy of all TLDs, and other tests add some.
#[test]
fn rdap_03_a_contact_shows_what_it_discloses_and_is_found_by_its_roid() {
    let server = Server::start();
    let mut b = EppClient::logged_in(server.demo(), 1);
    let (closed, open) = (names::contact(), names::contact());
    let options = "<contact:email>closed@example.com</contact:email>";
    expect(&mut b, 1000, &contact_create_with(&closed, &postal("int", "Jane Secret", "Dulles"), options, ""));
    let disclose = "<contact:disclose flag=\"1\"><contact:name type=\"int\"/><contact:email/></contact:disclose>";
    let options = "<contact:email>open@example.com</contact:email>";
    expect(&mut b, 1000, &contact_create_with(&open, &postal("int", "Jane Open", "Dulles"), options, disclose));
    let body = |id: &str| String::from_utf8(get(server.demo(), &format!("entity/{id}")).body).expect("UTF-8");
    assert!(body(&open).contains("Jane Open") && body(&open).contains("open@example.com"));
    assert!(!body(&closed).contains("Secret") && !body(&closed).contains("closed@example.com"));
    assert!(body(&closed).contains("\"description\":\"Contact Email\""));
    // Its handle is its ROID, which finds it as well.
    let shown = expect(&mut b, 1000, &info("contact", &closed));
    let roid = text(&shown, "contact:roid");
    for path in [format!("entity/{closed}"), format!("entity/{roid}")] {
        assert_eq!(get(server.demo(), &path).json().get_str("handle"), Some(roid));
    }
    let changed = part("contact", "chg", &disclose.replace("\"1\"", "\"0\""));
    expect(&mut b, 1000, &update("contact", &open, &changed));
    assert!(!body(&open).contains("Jane Open") && !body(&open).contains("open@example.com"));
}

#[test]
fn what_is_no_query_is_400_405_414_or_501() {
    for path in
        ["domain/a..test", "domain/-a.test", "domain/a_b.test", "domain/%ff.test", "domain/%zz.test", "fly/a.test", ""]
    {
        failed(&get(demo(), path), 400);
    }
    for method in ["POST", "PUT", "DELETE"] {
        let response = request(demo(), method, "help");
        failed(&response, 405);
        assert!(response.header("allow").is_some_and(|allowed| allowed.contains("GET")));
    }
    failed(&get(demo(), &format!("domain/{}.test", "a".repeat(2000))), 414);
    failed(&get(demo(), "domains?name=a*.test"), 501);
    failed(&get(demo(), "ip/192.0.2.1"), 501);
    for path in ["entity/", "nameserver/", "domain/a.test/", "/domain/a.test", "../domain/a.test", "domain/a.test%00"] {
        failed(&get(demo(), path), 400);
    }
    // Parameters that nobody knows are ignored (RFC 7480, section 4.3).
    found("help?fred=1");
}

#[test]
fn names_are_found_in_every_spelling() {
    let mut a = client_a();
    let contact = names::contact_of(&mut a);
    // "example" takes IDNs.
    let number: u64 = unique("").parse().expect("a number");
    let label = format!("b\u{fc}cher{number}");
    let ascii = idna::domain_to_ascii(&format!("{label}.example")).expect("a valid U-label");
    assert!(ascii.starts_with("xn--"), "{ascii}");
    expect(&mut a, 1000, &domain_create(&ascii, &crate::frames::contacts(&contact)));
    let spellings = [
        ascii.clone(),
        ascii.to_uppercase(),
        format!("{ascii}."),
        format!("b%C3%BCcher{number}.example"),
        format!("B%C3%9CCHER{number}.EXAMPLE"),
        format!("%62%c3%bccher{number}.example"),
    ];
    for spelling in spellings {
        let json = found(&format!("domain/{spelling}"));
        assert_eq!(json.get_str("ldhName"), Some(&ascii[..]), "{spelling}");
        assert_eq!(json.get_str("unicodeName"), Some(&format!("{label}.example")[..]), "{spelling}");
    }
}

#[test]
fn a_browser_may_ask_from_anywhere() {
    let response = request(demo(), "OPTIONS", "domain/a.test");
    assert_eq!((response.status, response.header("access-control-allow-origin")), (204, Some("*")));
    assert!(response.header("access-control-allow-methods").is_some_and(|methods| methods.contains("GET")));
}

/// `GET` of `path` with one more field.
pub(crate) fn get_with(path: &str, field: &str) -> HttpResponse {
    raw(format!("GET /{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{field}\r\n\r\n").as_bytes())
}

#[test]
fn a_cache_learns_whether_its_answer_is_still_true() {
    let mut a = client_a();
    let name = names::minimum_of(&mut a);
    let path = format!("domain/{name}");
    let tag_of = |response: &HttpResponse| response.header("etag").expect("an entity tag").to_owned();
    let first = get_with(&path, "Accept: */*");
    let ask = format!("If-None-Match: {}", tag_of(&first));
    // At another moment, so that the octets of an answer would be others.
    std::thread::sleep(Duration::from_millis(2));
    let second = get_with(&path, &ask);
    assert_eq!((second.status, second.body.len(), tag_of(&second)), (304, 0, tag_of(&first)));
    assert_eq!(second.header("content-length"), None);
    assert_eq!(second.header("access-control-allow-origin"), Some("*"));
    expect(&mut a, 1000, &status("domain", &name, "add", "clientHold"));
    let third = get_with(&path, &ask);
    assert_eq!(third.status, 200);
    assert_ne!(tag_of(&third), tag_of(&first));
    assert!(strings(&third.json(), "status").contains(&"client hold".to_owned()));
}

#[test]
fn gzip_is_sent_where_it_is_asked_for_and_worth_it() {
    let name = names::minimum_of(&mut client_a());
    let response = get_with(&format!("domain/{name}"), "Accept-Encoding: gzip, br");
    assert_eq!((response.status, response.header("content-encoding")), (200, Some("gzip")));
    assert_eq!(response.header("vary"), Some("Accept-Encoding, Authorization"));
    let mut body = Vec::new();
    flate2::read::GzDecoder::new(&response.body[..]).read_to_end(&mut body).expect("gzip");
    let json = simd_json::to_owned_value(&mut body).expect("JSON");
    assert_eq!(json.get_str("ldhName"), Some(&name[..]));
    for (path, field) in [
        (format!("domain/{name}"), "Accept-Encoding: gzip;q=0, *"),
        (format!("domain/{name}"), "Accept: */*"),
        (format!("domain/{}", names::minimum()), "Accept-Encoding: gzip"),
    ] {
        assert_eq!(get_with(&path, field).header("content-encoding"), None, "{path} {field}");
    }
}

#[test]
fn who_takes_no_json_is_told_so_in_json() {
    failed(&get_with("help", "Accept: text/html"), 406);
    assert_eq!(get_with("help", "Accept: text/html, */*;q=0.1").status, 200);
}

#[test]
fn how_long_caches_may_not_ask_is_a_setting() {
    let server = Server::start_configured(&[("rdap.max_age_s", "60")]);
    for (path, cached) in [("help", "max-age=60"), ("domain/none.test", "max-age=60"), ("nothing", "no-store")] {
        assert_eq!(get(server.demo(), path).header("cache-control"), Some(cached), "{path}");
    }
    assert_eq!(get(demo(), "help").header("cache-control"), Some("no-cache"));
}

#[test]
fn curl_reads_the_same_over_http_1_1_and_http_2() {
    let name = names::minimum_of(&mut client_a());
    let url = format!("{}domain/{name}", demo().rdap.base_urls[0]);
    let curl = |version: &str| {
        let output = Command::new("curl")
            .args([
                "--compressed",
                "--silent",
                "--show-error",
                "--write-out",
                "\n%{http_version} %{http_code}",
                version,
                "--cacert",
            ])
            .arg(&demo().rdap.ca)
            .arg(&url)
            .output();
        let output = output.ok()?;
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let (body, end) = text.rsplit_once('\n').expect("the line we asked for");
        let json = simd_json::to_owned_value(&mut body.as_bytes().to_vec()).expect("JSON");
        Some((end.to_owned(), json.get_str("ldhName").map(str::to_owned)))
    };
    let Some(first) = curl("--http1.1") else { return println!("there is no curl here: not tested") };
    assert_eq!(first, ("1.1 200".to_owned(), Some(name.clone())));
    assert_eq!(curl("--http2"), Some(("2 200".to_owned(), Some(name))));
}

/// What comes back for these octets, over TLS, until the server closes.
pub(crate) fn raw(octets: &[u8]) -> HttpResponse {
    let mut stream = rdap_from(demo(), [127, 0, 0, 1], &[b"http/1.1"]).expect("a handshake");
    stream.write_all(octets).expect("the server takes octets");
    let mut received = Vec::new();
    stream.read_to_end(&mut received).expect("the server says goodbye");
    parse(&received, false)
}

#[test]
fn a_request_without_one_valid_host_is_400_and_errors_of_the_http_library_have_a_body() {
    let long = |octets: usize| "x".repeat(octets);
    let cases = [
        ("GET /help HTTP/1.1\r\n\r\n".to_owned(), 400),
        ("GET /help HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n".to_owned(), 400),
        ("GET /help HTTP/1.1\r\nHost: a b\r\n\r\n".to_owned(), 400),
        ("GET /help HTTP/1.1\r\nHost:\r\n\r\n".to_owned(), 400),
        ("<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><hello/></epp>\r\n\r\n".to_owned(), 400),
        ("\0\u{1}\u{2}garbage".to_owned(), 400),
        ("GET /help HTTP/7.3\r\nHost: a\r\n\r\n".to_owned(), 400),
        (format!("GET /help HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", long(9_000)), 431),
        // What the server has not read when it answers must not cost the answer.
        (format!("GET /help HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", long(50_000)), 431),
        (format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", long(20_000)), 414),
        (format!("GET /{} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", long(2_000)), 414),
    ];
    for (octets, status) in cases {
        let response = raw(octets.as_bytes());
        failed(&response, status);
        assert_eq!(response.header("connection"), Some("close"));
    }
    // An HTTP/1.0 client need not say where it is.
    assert_eq!(raw(b"GET /help HTTP/1.0\r\n\r\n").status, 200);
}

#[test]
fn a_server_that_has_said_what_is_wrong_still_reads_so_that_its_answer_arrives() {
    let mut stream = rdap_from(demo(), [127, 0, 0, 1], &[b"http/1.1"]).expect("a handshake");
    let long = "x".repeat(9_000);
    stream.write_all(format!("GET /help HTTP/1.1\r\nX: {long}").as_bytes()).expect("the server takes octets");
    let mut received = Vec::new();
    stream.read_to_end(&mut received).expect("the server says goodbye");
    failed(&parse(&received, false), 431);
    // A socket that was closed would answer the first with a reset, and the others would fail.
    for _ in 0..5 {
        stream.write_all(&long.as_bytes()[..1000]).expect("the server takes what is under way");
        std::thread::sleep(Duration::from_millis(20));
    }
    // But not for ever.
    let rest = (0..100).try_for_each(|_| {
        std::thread::sleep(Duration::from_millis(1));
        stream.write_all(long.as_bytes())
    });
    assert!(rest.is_err());
}

#[test]
fn curl_without_a_host_reads_the_error_object() {
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--include", "--http1.1", "--header", "Host:", "--cacert"])
        .arg(&demo().rdap.ca)
        .arg(format!("{}help", demo().rdap.base_urls[0]))
        .output();
    let Ok(output) = output else { return println!("there is no curl here: not tested") };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    failed(&parse(&output.stdout, false), 400);
}
