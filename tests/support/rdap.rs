//! One HTTPS request over HTTP/1.1, written by hand: enough to look RDAP up in tests.

use std::io::{Read, Write};

use super::process::Demo;
use super::tls;

/// An HTTP response.
#[derive(Debug)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// Header fields, names in lower case, in the order sent.
    pub headers: Vec<(String, String)>,
    /// The content, chunking removed.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// The first field of this name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The content as JSON.
    pub fn json(&self) -> simd_json::OwnedValue {
        simd_json::to_owned_value(&mut self.body.clone())
            .unwrap_or_else(|e| panic!("{e} in {}", String::from_utf8_lossy(&self.body)))
    }
}

/// `GET` of `path` (for example `domain/nic.example`) below the demo's first RDAP base URL.
pub fn get(demo: &Demo, path: &str) -> HttpResponse {
    request(demo, "GET", path)
}

/// A request with this method and no content; the connection is closed after it.
pub fn request(demo: &Demo, method: &str, path: &str) -> HttpResponse {
    request_at(demo, "127.0.0.1", method, path)
}

/// As [`request`], at this address.
pub fn request_at(demo: &Demo, address: &str, method: &str, path: &str) -> HttpResponse {
    let base = demo.rdap.base_urls.first().expect("demo.json names an RDAP base URL");
    let authority = base.strip_prefix("https://").expect("RDAP is served over HTTPS").trim_end_matches('/');
    let (host, port) = authority.rsplit_once(':').unwrap_or((authority, "443"));
    let port = port.parse().expect("a port number");
    let mut stream = tls::connect(tls::config(&demo.rdap.ca, None), address, port, host)
        .expect("the RDAP listener completes a handshake");
    let head = format!(
        "{method} /{path} HTTP/1.1\r\nHost: {authority}\r\nAccept: application/rdap+json\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("the RDAP listener takes a request");
    let mut octets = Vec::new();
    // A server may end the TCP connection without a close_notify; the content's framing shows whether it is whole.
    let _ = stream.read_to_end(&mut octets);
    parse(&octets, method == "HEAD")
}

/// A response from its first octet on; `headless`: to a HEAD request.
pub fn parse(octets: &[u8], headless: bool) -> HttpResponse {
    let shown = || String::from_utf8_lossy(octets).into_owned();
    let end =
        octets.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or_else(|| panic!("no HTTP head in {:?}", shown()));
    let head = String::from_utf8_lossy(&octets[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut response =
        HttpResponse { status: status.unwrap_or_else(|| panic!("no status in {head:?}")), headers, body: Vec::new() };
    let content = &octets[end + 4..];
    response.body = match (response.header("transfer-encoding"), response.header("content-length")) {
        _ if headless => Vec::new(),
        (Some("chunked"), _) => unchunk(content),
        (_, Some(length)) => {
            let length: usize = length.parse().expect("a content length");
            content.get(..length).unwrap_or_else(|| panic!("content shorter than {length}: {:?}", shown())).to_vec()
        }
        _ => content.to_vec(),
    };
    response
}

/// Chunked content joined (RFC 9112, section 7.1).
fn unchunk(mut content: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = content.windows(2).position(|w| w == b"\r\n").expect("a chunk has a size line");
        let line = std::str::from_utf8(&content[..end]).expect("a size line is ASCII");
        let size = usize::from_str_radix(line.split(';').next().unwrap_or_default().trim(), 16).expect("a chunk size");
        if size == 0 {
            return body;
        }
        let start = end + 2;
        body.extend_from_slice(content.get(start..start + size).expect("a chunk is whole"));
        content = content.get(start + size + 2..).expect("a chunk ends with a line end");
    }
}
