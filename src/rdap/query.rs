//! From a method and a request target to what is asked (RFC 9082, section 3).

use std::borrow::Cow;

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};

use crate::base::limits::{KEY_BYTES, RDAP_TARGET_BYTES};
use crate::model::name::{NameFault, normalize};
use crate::rdap::error::RdapError;
use crate::rdap::search_query::{self, Search};
use crate::rdap::uri::{BaseUrl, percent_decode};

/// What is asked. Names are in the registry's form: lower-case A-labels without final dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// A domain by name.
    Domain(String),
    /// A nameserver by name.
    Nameserver(String),
    /// A registrar by IANA id or clID, or a contact by handle.
    Entity(String),
    /// Objects by what their records say.
    Search(Search),
    /// What this server can do.
    Help,
    /// OPTIONS: what a browser asks before a GET with headers of its own (RFC 7480, section 5.6).
    Preflight,
}

impl Request {
    /// What is asked about, and its name or handle, as the log says it.
    pub fn label(&self) -> (&'static str, &str) {
        match self {
            Self::Domain(name) => ("domain", name),
            Self::Nameserver(name) => ("nameserver", name),
            Self::Entity(handle) => ("entity", handle),
            Self::Search(search) => ("search", search.asked()),
            Self::Help => ("help", ""),
            Self::Preflight => ("none", ""),
        }
    }
}

/// Reads a request to a server that searches nothing: see [`parse_for`].
///
/// # Errors
/// [`RdapError`], with status 400, 404 (outside the base URL), 405, 414 or 501.
pub fn parse(method: &str, base: &BaseUrl, target: &str) -> Result<Request, RdapError> {
    parse_for(method, base, target, Err(RdapError::NotImplemented))
}

/// Reads a request. `target` is path and query as sent. HEAD asks what GET asks. `searches` says whether the client may
/// search.
///
/// # Errors
/// [`RdapError`]; for a search, that of `searches`.
pub fn parse_for(
    method: &str,
    base: &BaseUrl,
    target: &str,
    searches: Result<(), RdapError>,
) -> Result<Request, RdapError> {
    if target.len() > RDAP_TARGET_BYTES {
        return Err(RdapError::TargetTooLong { found: target.len() });
    }
    match method {
        "GET" | "HEAD" => {}
        "OPTIONS" => return Ok(Request::Preflight),
        _ => return Err(RdapError::Method),
    }
    // Look-ups have no query parameters, and unknown ones are ignored (RFC 7480, section 4.3).
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = path.strip_prefix(base.path()).ok_or(RdapError::OutsideBase)?;
    let (kind, value) = path.split_once('/').map_or((path, None), |(kind, value)| (kind, Some(value)));
    match (kind, value) {
        ("domain", Some(name)) => Ok(Request::Domain(lookup_segment(name)?)),
        ("nameserver", Some(name)) => Ok(Request::Nameserver(lookup_segment(name)?)),
        ("entity", Some(handle)) if !handle.contains('/') => Ok(Request::Entity(lookup_handle(handle)?)),
        ("help", None) => Ok(Request::Help),
        ("domains" | "nameservers" | "entities", None) => {
            searches.and_then(|()| search_query::parse(kind, query)).map(Request::Search)
        }
        ("ip" | "autnum", Some(_)) => Err(RdapError::NotImplemented),
        _ => Err(RdapError::UnknownPath { searches: searches != Err(RdapError::NotImplemented) }),
    }
}

/// A name in A-labels, U-labels or a mixture (RFC 9082, section 3.1.3), with or without the final dot.
fn lookup_segment(segment: &str) -> Result<String, RdapError> {
    lookup_name(&percent_decode(segment).ok_or(RdapError::Encoding)?)
}

/// Labels of a name, U-labels made A-labels.
pub(super) fn ascii_labels(text: &str) -> Result<Cow<'_, str>, RdapError> {
    match text.is_ascii() {
        true => Ok(Cow::Borrowed(text)),
        false => Uts46::new()
            .to_ascii(text.as_bytes(), AsciiDenyList::STD3, Hyphens::Check, DnsLength::VerifyAllowRootDot)
            .map_err(|_| RdapError::Idna),
    }
}

/// As [`lookup_segment`], decoded.
pub(super) fn lookup_name(text: &str) -> Result<String, RdapError> {
    let ascii = ascii_labels(text)?;
    let name = ascii.strip_suffix('.').unwrap_or(&ascii);
    match normalize(name) {
        Ok(name) => Ok(name),
        // A TLD is a domain name; that the registry holds none is for the look-up to say.
        Err(NameFault::SingleLabel) => Ok(name.to_ascii_lowercase()),
        Err(fault) => Err(RdapError::Name(fault)),
    }
}

/// A handle: any characters but controls, since contacts are named freely (RFC 5730, section 4.2, `clIDType`).
fn lookup_handle(segment: &str) -> Result<String, RdapError> {
    let handle = percent_decode(segment).ok_or(RdapError::Encoding)?;
    let good = !handle.is_empty() && handle.len() <= KEY_BYTES && !handle.chars().any(char::is_control);
    if good { Ok(handle) } else { Err(RdapError::Handle) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(method: &str, target: &str) -> Result<Request, RdapError> {
        parse(method, &BaseUrl::new("https://rdap.example/rdap/").expect("good"), target)
    }

    fn name(target: &str) -> String {
        match ask("GET", target) {
            Ok(Request::Domain(name) | Request::Nameserver(name) | Request::Entity(name)) => name,
            other => panic!("{target}: {other:?}"),
        }
    }

    #[test]
    fn every_form_of_a_name_asks_for_the_same() {
        for form in ["Example.TEST", "example.test.", "%65xample.test", "example.test?cachebuster=%", "ｅｘample。test"]
        {
            assert_eq!(name(&format!("/rdap/domain/{form}")), "example.test", "{form}");
        }
        let forms = ["XN--BCHER-kva.example", "bücher.example", "B%C3%9CCHER.example.", "bu%CC%88cher%E3%80%82example"];
        for form in forms {
            assert_eq!(name(&format!("/rdap/nameserver/{form}")), "xn--bcher-kva.example", "{form}");
        }
        assert_eq!(name("/rdap/domain/xn--bcher-kva.bücher"), "xn--bcher-kva.xn--bcher-kva");
        assert_eq!(name("/rdap/domain/TEST"), "test");
    }

    #[test]
    fn handles_are_taken_as_they_are() {
        assert_eq!(name("/rdap/entity/9995"), "9995");
        assert_eq!(name("/rdap/entity/Sh%2F%C3%BC+8"), "Sh/ü+8");
    }

    #[test]
    fn methods_beside_get_and_head_are_refused_or_answered_by_headers() {
        assert_eq!(ask("HEAD", "/rdap/help"), Ok(Request::Help));
        assert_eq!(ask("OPTIONS", "*"), Ok(Request::Preflight));
        for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE", "get", ""] {
            assert_eq!(ask(method, "/rdap/help"), Err(RdapError::Method), "{method}");
        }
    }

    #[test]
    fn what_is_no_query_is_told_what_there_is() {
        for (searches, expected) in
            [(Err(RdapError::NotImplemented), false), (Err(RdapError::SearchDenied), true), (Ok(()), true)]
        {
            let base = BaseUrl::new("https://rdap.example/rdap/").expect("good");
            for target in ["/rdap/", "/rdap/entity/a/b", "/rdap/custom_thing/x"] {
                let error = parse_for("GET", &base, target, searches).expect_err("no query");
                assert_eq!(error, RdapError::UnknownPath { searches: expected }, "{target}");
                assert_eq!(error.to_string().contains("domains?name="), expected, "{error}");
            }
        }
    }

    #[test]
    fn what_is_no_query_has_its_status() {
        let long = format!("/rdap/domain/{}", "a".repeat(RDAP_TARGET_BYTES));
        for (target, status) in [
            ("/rdap/", 400),
            ("/rdap/domain", 400),
            ("/rdap/domain/", 400),
            ("/rdap/domain/.", 400),
            ("/rdap/domain/a..test", 400),
            ("/rdap/domain/example.test/", 400),
            ("/rdap/domain/a_b.test", 400),
            ("/rdap/domain/-a.test", 400),
            ("/rdap/domain/xn--99999999.test", 400),
            ("/rdap/domain/192.0.2.1", 400),
            ("/rdap/domain/%zz.test", 400),
            ("/rdap/domain/%ff.test", 400),
            ("/rdap/domain/a%00.test", 400),
            ("/rdap/domain/a%2fb.test", 400),
            ("/rdap/domain/\u{200b}.test", 400),
            ("/rdap/nameserver/", 400),
            ("/rdap/entity/", 400),
            ("/rdap/entity/a/b", 400),
            ("/rdap/entity/a%0ab", 400),
            ("/rdap/help/", 400),
            ("/rdap/Domain/example.test", 400),
            ("/rdap/custom_thing/x", 400),
            ("/", 404),
            ("/domain/example.test", 404),
            ("*", 404),
            (long.as_str(), 414),
            ("/rdap/ip/192.0.2.0/24", 501),
            ("/rdap/autnum/65536", 501),
            ("/rdap/domains?name=exam*.test", 501),
            ("/rdap/nameservers?ip=192.0.2.1", 501),
            ("/rdap/entities?fn=Bobby%20Joe*", 501),
        ] {
            let found = ask("GET", target).map_err(RdapError::status);
            assert_eq!(found, Err(status), "{target}");
        }
    }
}
