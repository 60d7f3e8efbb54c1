//! The look-up page for people, of the real binary. Its looks and its use without script are judged by a browser:
//! `tests/interop/browser.py`.

use std::io::{Read, Write};

use simd_json::prelude::*;

use crate::frames::{expect, status};
use crate::names;
use crate::strangers::rdap_from;
use crate::support::rdap::{HttpResponse, parse};
use crate::world::{client_a, demo};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

fn shown(target: &str, accept: &str) -> HttpResponse {
    let mut stream = rdap_from(demo(), [127, 0, 0, 1], &[b"http/1.1"]).expect("a handshake");
    let head = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: {accept}\r\n\r\n");
    stream.write_all(head.as_bytes()).expect("the server takes octets");
    let mut received = Vec::new();
    stream.read_to_end(&mut received).expect("the server says goodbye");
    parse(&received, false)
}

#[test]
fn a_browser_looks_a_name_up_and_sees_what_epp_did() {
    let mut a = client_a();
    let name = names::minimum_of(&mut a);
    let page = |name: &str| {
        let response = shown(&format!("/?q={name}"), BROWSER);
        assert_eq!(response.header("content-type"), Some("text/html; charset=utf-8"));
        let text = String::from_utf8(response.body).expect("UTF-8");
        (response.status, text)
    };
    let (status_code, text) = page(&name);
    assert_eq!(status_code, 200, "{text}");
    assert!(text.contains(&format!("<h2 id=\"name\"><bdi>{name}</bdi></h2>")) && text.contains(">9995<"), "{text}");
    assert!(!text.contains("#clientHold"));
    expect(&mut a, 1000, &status("domain", &name, "add", "clientHold"));
    assert!(page(&name).1.contains("href=\"https://icann.org/epp#clientHold\""));
    let (status_code, text) = page("nobody-has-this.test");
    assert!(status_code == 404 && text.contains("role=\"alert\""), "{text}");
    let (status_code, text) = page("%22%3E%3Cscript%3Ealert(1)%3C/script%3E");
    assert!(status_code == 404 && text.contains("&quot;&gt;&lt;script&gt;") && !text.contains("<script"), "{text}");
}

#[test]
fn who_asks_for_no_page_gets_none() {
    for accept in ["*/*", "application/rdap+json", "application/json"] {
        let response = shown("/", accept);
        assert_eq!((response.status, response.json().get_u16("errorCode")), (400, Some(400)), "{accept}");
        assert_eq!(response.header("content-type"), Some("application/rdap+json"));
    }
    assert_eq!(shown("/help", BROWSER).header("content-type"), Some("application/rdap+json"));
}
