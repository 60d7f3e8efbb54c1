//! The few things we do to URIs: percent-encoding both ways, and the base URLs answers are known by (RFC 3986).

use std::borrow::Cow;
use std::fmt::{self, Write};

use crate::rdap::json::escape;

/// Why a text is no base URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadBaseUrl {
    /// The text found.
    pub found: String,
}

impl fmt::Display for BadBaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected a base URL like \"https://rdap.example/\" that ends with a slash, found {:?}", self.found)
    }
}

impl std::error::Error for BadBaseUrl {}

/// A URL that all queries are resolved against (RFC 9082, section 3): `https://rdap.example:8443/rdap/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    url: String,
    /// As a piece of a JSON string.
    json: String,
    /// Where the authority begins.
    authority: usize,
    /// Where the path begins.
    path: usize,
}

impl BaseUrl {
    /// Checks and takes apart a base URL; the authority is folded to lower case.
    ///
    /// # Errors
    /// [`BadBaseUrl`] when it is not `https` (RFC 7480, section 4.1), has no host, a query or fragment, characters that
    /// a URI does not have, or no slash at its end.
    pub fn new(text: &str) -> Result<Self, BadBaseUrl> {
        let bad = || BadBaseUrl { found: text.to_owned() };
        let rest = text.strip_prefix("https://").ok_or_else(bad)?;
        let slash = rest.find('/').filter(|slash| *slash > 0).ok_or_else(bad)?;
        let clean = rest.bytes().all(|octet| is_uri_octet(octet) && !matches!(octet, b'?' | b'#' | b'@'));
        if !clean || !text.ends_with('/') {
            return Err(bad());
        }
        let authority = text.len() - rest.len();
        let path = authority + slash;
        let mut url = text.to_owned();
        url[authority..path].make_ascii_lowercase();
        Ok(Self { json: escape(&url).into_owned(), url, authority, path })
    }

    /// The whole URL, with the slash at its end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The whole URL as a piece of a JSON string.
    pub(super) fn json(&self) -> &str {
        &self.json
    }

    /// Host, and port where it is not the default.
    pub fn authority(&self) -> &str {
        &self.url[self.authority..self.path]
    }

    /// The path, with a slash at both ends.
    pub fn path(&self) -> &str {
        &self.url[self.path..]
    }

    /// The URL of a path of the same origin; its first octet is a slash, or it is the base URL.
    pub fn resolve(&self, path: &str) -> String {
        match path.starts_with('/') {
            true => [self.origin(), &encode_target(path)].concat(),
            false => self.url.clone(),
        }
    }

    /// Scheme and authority, without a slash at the end.
    pub(super) fn origin(&self) -> &str {
        &self.url[..self.path]
    }
}

/// Undoes percent-encoding; `None` for a `%` without two hexadecimal digits, or octets that are not UTF-8
/// (RFC 9082, section 6.1).
pub(super) fn percent_decode(text: &str) -> Option<String> {
    if !text.as_bytes().contains(&b'%') {
        return Some(text.to_owned());
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'%' {
            out.push(*first);
            continue;
        }
        let (digits, tail) = rest.split_first_chunk::<2>()?;
        let high = char::from(digits[0]).to_digit(16)?;
        let low = char::from(digits[1]).to_digit(16)?;
        out.push((high * 16 + low) as u8);
        rest = tail;
    }
    String::from_utf8(out).ok()
}

/// Encodes all but unreserved characters (RFC 3986, section 2.3): a text as one path segment.
pub(super) fn encode_segment(text: &str) -> Cow<'_, str> {
    encode(text, |octet| UNRESERVED[usize::from(octet)])
}

/// Encodes what no URI may hold and leaves the rest: a request target as a client sent it.
pub(super) fn encode_target(text: &str) -> Cow<'_, str> {
    encode(text, is_uri_octet)
}

fn encode(text: &str, keep: impl Fn(u8) -> bool) -> Cow<'_, str> {
    if text.bytes().all(&keep) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for octet in text.bytes() {
        match keep(octet) {
            true => out.push(char::from(octet)),
            false => write!(out, "%{octet:02X}").expect("a string takes all"),
        }
    }
    Cow::Owned(out)
}

/// Unreserved and reserved characters, and the percent sign (RFC 3986, section 2).
fn is_uri_octet(octet: u8) -> bool {
    URI[usize::from(octet)]
}

static UNRESERVED: [bool; 256] = with_alphanumeric(b"-._~");
static URI: [bool; 256] = with_alphanumeric(b"-._~:/?#[]@!$&'()*+,;=%");

/// Which octets are letters or digits of ASCII, or among the others.
const fn with_alphanumeric(others: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut octet = 0;
    while octet < table.len() {
        table[octet] = (octet as u8).is_ascii_alphanumeric();
        octet += 1;
    }
    let mut place = 0;
    while place < others.len() {
        table[others[place] as usize] = true;
        place += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn decoding_undoes_encoding(text in any::<String>()) {
            let encoded = encode_segment(&text);
            prop_assert!(encoded.bytes().all(is_uri_octet));
            prop_assert_eq!(percent_decode(&encoded), Some(text.clone()));
        }
    }

    #[test]
    fn broken_encodings_are_refused() {
        for text in ["%", "%4", "a%4", "%zz", "%+1", "%ff", "%c3", "%C3%28"] {
            assert_eq!(percent_decode(text), None, "{text}");
        }
        assert_eq!(percent_decode("b%C3%bccher+%2f").as_deref(), Some("bücher+/"));
    }

    #[test]
    fn a_base_url_is_taken_apart() {
        let base = BaseUrl::new("https://RDAP.example:8443/Rdap/v1/").expect("good");
        assert_eq!(base.authority(), "rdap.example:8443");
        assert_eq!((base.path(), base.origin()), ("/Rdap/v1/", "https://rdap.example:8443"));
        assert_eq!(BaseUrl::new("https://[::1]:8443/").expect("good").authority(), "[::1]:8443");
    }

    #[test]
    fn bad_base_urls_are_refused() {
        for text in ["", "https://", "https:///", "http://a.example/", "https://a.example", "https://a.example/x"] {
            assert!(BaseUrl::new(text).is_err(), "{text}");
        }
        for text in ["https://a.example/?/", "https://u@a.example/", "https://a.example/ /", "https://ä.example/"] {
            assert!(BaseUrl::new(text).is_err(), "{text}");
        }
    }
}
