//! Which texts are URLs of a web server (RFC 3986, RFC 9110, section 4.2): scheme, host, perhaps a port, path.

use std::net::Ipv6Addr;

/// What RDAP links begin with: `https`, a path that ends with a slash, no query and no fragment.
pub fn is_base_url(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let Some((authority, path)) = rest.split_once('/') else { return false };
    is_authority(authority) && is_octets(path, "/") && (path.is_empty() || path.ends_with('/'))
}

/// A page: `http` or `https`, anything after the host.
pub fn is_page(text: &str) -> bool {
    let Some(rest) = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme)) else { return false };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    is_authority(authority) && tail.matches('#').count() <= 1 && is_octets(tail, "/?#")
}

/// Host, and perhaps a port. No user information: nobody can log in to a link.
fn is_authority(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((inside, port)) if inside.parse::<Ipv6Addr>().is_ok() => ("v6", port),
        Some(_) => return false,
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let is_host = |octet: u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_' | b'~');
    let is_port =
        |port: &str| port.bytes().all(|octet| octet.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0);
    !host.is_empty() && host.bytes().all(is_host) && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

/// `pchar` of RFC 3986, section 3.3, and these; a `%` is followed by two hexadecimal digits.
fn is_octets(text: &str, others: &str) -> bool {
    let is_one = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@%".contains(&octet);
    let encoded = |tail: &str| tail.len() >= 2 && tail.bytes().take(2).all(|octet| octet.is_ascii_hexdigit());
    text.bytes().all(|octet| is_one(octet) || others.as_bytes().contains(&octet))
        && text.split('%').skip(1).all(encoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls() {
        for good in ["https://rdap.example/", "https://[::1]:8443/", "https://a.example:1/rdap/v1/", "https://h/%41/"] {
            assert!(is_base_url(good) && is_page(good), "{good}");
        }
        for bad in [
            "https://",
            "https:///",
            "https://rdap.example",
            "http://rdap.example/",
            "https://rdap.example/x",
            "https://rdap.example/?q/",
            "https://rdap.example/#/",
            "https://a b/",
            "https://user@rdap.example/",
            "https://:443/",
            "https://h:/",
            "https://h:0/",
            "https://h:65536/",
            "https://h:+1/",
            "https://[::1/",
            "https://[x]/",
            "https://h/%4/",
            "https://h/\n/",
            "https://hö.example/",
            "",
        ] {
            assert!(!is_base_url(bad), "{bad}");
        }
    }

    #[test]
    fn pages() {
        for good in ["http://h", "https://h.example/terms?version=2#top", "https://h?x"] {
            assert!(is_page(good), "{good}");
        }
        for bad in ["https://?x", "ftp://h/", "https://h/a b", "https://h/\"", "https://h/#a#b", "https://h/\u{1}", "h"]
        {
            assert!(!is_page(bad), "{bad}");
        }
    }
}
