//! Which host a request names, and whether it names it as HTTP demands.

use std::net::Ipv6Addr;

use hyper::header::{self, HeaderMap};
use hyper::{Request, Version};

/// The host and port of a request, as it says them; empty where none needs to be said.
///
/// Nothing when the request is to be answered with 400: over HTTP/1.1 one Host field must be there whatever the target's
/// form, never more than one, with a valid value (RFC 9112, section 3.2); over HTTP/2 the authority or Host, and if both,
/// the same (RFC 9113, section 8.3.1).
pub(super) fn named<B>(request: &Request<B>) -> Option<&str> {
    let host = single(request.headers())?;
    let authority = request.uri().authority().map(|authority| authority.as_str());
    if [host, authority].into_iter().flatten().any(|named| !is_host(named)) {
        return None;
    }
    match (request.version(), authority, host) {
        (Version::HTTP_11, _, None) => None,
        (Version::HTTP_2, Some(authority), Some(host)) if !authority.eq_ignore_ascii_case(host) => None,
        (Version::HTTP_2, None, None) => None,
        (_, authority, host) => Some(authority.or(host).unwrap_or_default()),
    }
}

/// The value of the one Host field, if there is one; nothing when there are more or it is no ASCII.
fn single(headers: &HeaderMap) -> Option<Option<&str>> {
    let mut all = headers.get_all(header::HOST).iter();
    match (all.next(), all.next()) {
        (None, _) => Some(None),
        (Some(host), None) => host.to_str().ok().map(Some),
        (Some(_), Some(_)) => None,
    }
}

/// `uri-host [ ":" port ]` of RFC 9110, section 7.2, and not empty, since https has no URI without a host (section 4.2.2).
fn is_host(named: &str) -> bool {
    // As nearly all are: nothing in it needs a closer look.
    if !named.is_empty() && named.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.')) {
        return true;
    }
    let (host, port) = match named.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) => (address.parse::<Ipv6Addr>().is_ok(), port),
        None => {
            let end = named.find(':').unwrap_or(named.len());
            (is_name(&named[..end]), &named[end..])
        }
    };
    host && match port.strip_prefix(':') {
        Some("") => true,
        Some(digits) => digits.bytes().all(|octet| octet.is_ascii_digit()) && digits.parse::<u16>().is_ok(),
        None => port.is_empty(),
    }
}

/// `reg-name` of RFC 3986, section 3.2.2, which IPv4 addresses are too.
fn is_name(name: &str) -> bool {
    let mut octets = name.bytes();
    while let Some(octet) = octets.next() {
        let good = match octet {
            b'%' => (0..2).all(|_| octets.next().is_some_and(|digit| digit.is_ascii_hexdigit())),
            _ => octet.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&octet),
        };
        if !good {
            return false;
        }
    }
    !name.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(version: Version, uri: &str, hosts: &[&[u8]]) -> Request<()> {
        let builder = Request::builder().version(version).uri(uri);
        let builder = hosts.iter().fold(builder, |builder, host| builder.header(header::HOST, *host));
        builder.body(()).expect("a request")
    }

    #[test]
    fn http_1_1_names_one_host_and_http_2_one_authority() {
        const ABSOLUTE: &str = "https://a.example/help";
        for (version, uri, hosts, expected) in [
            (Version::HTTP_11, "/help", &[&b"a.example"[..]][..], Some("a.example")),
            (Version::HTTP_11, "/help", &[b"A.example:8443"], Some("A.example:8443")),
            (Version::HTTP_11, "/help", &[], None),
            (Version::HTTP_11, "/help", &[b"a.example", b"a.example"], None),
            (Version::HTTP_11, "/help", &[b""], None),
            (Version::HTTP_11, "/help", &[b"a.example\xff"], None),
            (Version::HTTP_11, ABSOLUTE, &[b"b.example"], Some("a.example")),
            (Version::HTTP_11, ABSOLUTE, &[], None),
            (Version::HTTP_11, ABSOLUTE, &[b"b example"], None),
            (Version::HTTP_10, "/help", &[], Some("")),
            (Version::HTTP_10, "/help", &[b"a", b"b"], None),
            (Version::HTTP_2, ABSOLUTE, &[], Some("a.example")),
            (Version::HTTP_2, ABSOLUTE, &[b"A.Example"], Some("a.example")),
            (Version::HTTP_2, ABSOLUTE, &[b"b.example"], None),
            (Version::HTTP_2, "/help", &[b"a.example"], Some("a.example")),
            (Version::HTTP_2, "/help", &[], None),
        ] {
            let request = request(version, uri, hosts);
            assert_eq!(named(&request), expected, "{version:?} {uri} {hosts:?}");
        }
    }

    #[test]
    fn hosts_are_names_or_addresses_with_or_without_a_port() {
        for good in
            ["a", "a.b-c.d_e", "xn--bcher-kva.example", "192.0.2.1:443", "[2001:db8::1]", "[::1]:8443", "a:", "a%41"]
        {
            assert!(is_host(good), "{good}");
        }
        for bad in [
            "", ":443", "a:b", "a:65536", "a b", "a/b", "user@a", "[::1", "[a]", "[::1]x", "::1", "a%4", "a%zz",
            "a:+1", "b\u{fc}",
        ] {
            assert!(!is_host(bad), "{bad}");
        }
    }
}
