//! URI references (RFC 3986, section 4.1): what `xs:anyURI` and namespace names are made of.

/// `xs:anyURI`: a URI reference once the characters that URIs lack are escaped (XML Schema, part 2, section 3.2.17).
pub(crate) fn is_any_uri(value: &str) -> bool {
    is_reference(value.as_bytes(), &|octet| {
        octet <= b' ' || octet >= 0x7f || b"<>\"{}|\\^`".contains(&octet) || is_unreserved(octet)
    })
}

/// A URI reference as it stands: a namespace name (Namespaces in XML 1.0, section 2.2).
pub(crate) fn is_uri_reference(value: &str) -> bool {
    is_reference(value.as_bytes(), &is_unreserved)
}

type Class<'a> = &'a dyn Fn(u8) -> bool;

fn is_unreserved(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"-._~".contains(&octet)
}

fn is_reference(text: &[u8], unreserved: Class<'_>) -> bool {
    let (rest, fragment) = split(text, b'#');
    let (hierarchy, query) = split(rest, b'?');
    // Square brackets in a fragment: allowed by RFC 2396 as amended by RFC 2732, which `xs:anyURI` cites.
    let fragment_is_good = fragment.is_none_or(|part| all(part, unreserved, b":@/?[]"));
    let query_is_good = query.is_none_or(|part| all(part, unreserved, b":@/?"));
    fragment_is_good && query_is_good && is_hierarchy(hierarchy, unreserved)
}

/// `[ scheme ":" ] ( "//" authority path-abempty / path )`.
fn is_hierarchy(text: &[u8], unreserved: Class<'_>) -> bool {
    let first_segment = text.split(|octet| *octet == b'/').next().unwrap_or_default();
    let rest = match first_segment.iter().position(|octet| *octet == b':') {
        Some(colon) => {
            let (scheme, rest) = text.split_at(colon);
            if !is_scheme(scheme) {
                return false;
            }
            rest.get(1..).unwrap_or_default()
        }
        None => text,
    };
    match rest.strip_prefix(b"//") {
        Some(rest) => {
            let slash = rest.iter().position(|octet| *octet == b'/').unwrap_or(rest.len());
            let (authority, path) = rest.split_at(slash);
            is_authority(authority, unreserved) && all(path, unreserved, b":@/")
        }
        None => all(rest, unreserved, b":@/"),
    }
}

fn is_scheme(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_alphabetic)
        && text.iter().all(|octet| octet.is_ascii_alphanumeric() || b"+-.".contains(octet))
}

/// `[ userinfo "@" ] host [ ":" port ]`.
fn is_authority(text: &[u8], unreserved: Class<'_>) -> bool {
    let host = match text.iter().position(|octet| *octet == b'@') {
        Some(at) => {
            let (userinfo, host) = text.split_at(at);
            if !all(userinfo, unreserved, b":") {
                return false;
            }
            host.get(1..).unwrap_or_default()
        }
        None => text,
    };
    let is_port = |port: &[u8]| port.iter().all(u8::is_ascii_digit);
    if let Some(literal) = host.strip_prefix(b"[") {
        let (address, after) = split(literal, b']');
        return all(address, unreserved, b":")
            && after.is_some_and(|port| port.is_empty() || port.strip_prefix(b":").is_some_and(is_port));
    }
    let (name, port) = split(host, b':');
    all(name, unreserved, b"") && port.is_none_or(is_port)
}

/// Whether all is unreserved, a sub-delimiter, percent-encoded or one of `more`.
fn all(text: &[u8], unreserved: Class<'_>, more: &[u8]) -> bool {
    let mut rest = text;
    while let Some((octet, tail)) = rest.split_first() {
        rest = match (octet, tail) {
            (b'%', [high, low, tail @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => tail,
            (b'%', _) => return false,
            _ if unreserved(*octet) || b"!$&'()*+,;=".contains(octet) || more.contains(octet) => tail,
            _ => return false,
        };
    }
    true
}

fn split(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|octet| *octet == at) {
        Some(index) => (text.get(..index).unwrap_or_default(), text.get(index + 1..)),
        None => (text, None),
    }
}
