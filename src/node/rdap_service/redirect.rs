//! The way from plain HTTP to HTTPS: every request is answered with where it would have been right (RFC 7480, sections 4.1
//! and 5.2), over HTTP/1.1, and the connection is closed.

use hyper::header::{self, HeaderValue};
use hyper::{Method, Request, Response};

use super::{Question, RdapState, Surroundings};
use crate::base::limits::RDAP_TARGET_BYTES;
use crate::node::held::HeldBody;
use crate::node::rdap_service::access::Credentials;
use crate::node::rdap_service::condition::Known;
use crate::rdap::RdapError;

/// A redirect keeps only these methods (RFC 9110, section 15.4.2), and there is nothing to send to RDAP.
pub(super) const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD");

impl<S: Surroundings> RdapState<S> {
    /// The service for connections without TLS: it says where the one with TLS is, and nothing else.
    pub fn redirecting(mut self) -> Self {
        self.redirects = true;
        // Not over a transport without security (RFC 6797, section 7.2).
        self.common.remove(header::STRICT_TRANSPORT_SECURITY);
        self.good.remove(header::STRICT_TRANSPORT_SECURITY);
        self.limiter = None;
        self
    }

    /// What becomes of a request without TLS. Parameters of the query are not sent on: no look-up has any.
    pub(super) fn send_on<B>(&self, request: &Request<B>, named: Option<&str>) -> Question {
        let path = request.uri().path();
        let refusal = match named {
            None => RdapError::Host,
            Some(_) if !matches!(*request.method(), Method::GET | Method::HEAD) => RdapError::Method,
            Some(_) if path.len() > RDAP_TARGET_BYTES => RdapError::TargetTooLong { found: path.len() },
            Some(_) => RdapError::Moved,
        };
        Question {
            credentials: Credentials::NONE,
            base: self.base_of_host(named.unwrap_or_default()),
            target: if refusal == RdapError::Moved { path.to_owned() } else { String::new() },
            head_only: request.method() == Method::HEAD,
            known: Known::default(),
            gzip: false,
            wait: None,
            asked: Err(refusal),
            page: None,
            at_page: false,
        }
    }

    /// Says where the answer is: on the host of ours that the client has named, or else on the first, never on another.
    pub(super) fn locate(&self, question: &Question, response: &mut Response<HeldBody>) {
        let base = &self.base_urls[question.base];
        if question.asked == Err(RdapError::Moved)
            && let Ok(location) = HeaderValue::try_from(base.resolve(&question.target))
        {
            response.headers_mut().insert(header::LOCATION, location);
        }
    }

    /// As [`RdapState::base`], of a host whose port is that of another service.
    fn base_of_host(&self, named: &str) -> usize {
        let is_named = |authority: &str| without_port(authority).eq_ignore_ascii_case(without_port(named));
        self.base_urls.iter().position(|base| is_named(base.authority())).unwrap_or(0)
    }
}

/// A host without its port; an IPv6 address keeps its brackets.
fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|octet| octet.is_ascii_digit()) => host,
        _ => authority,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_told_from_the_end_of_an_address() {
        for (authority, host) in [
            ("a.example", "a.example"),
            ("a.example:80", "a.example"),
            ("a.example:", "a.example"),
            ("[2001:db8::1]", "[2001:db8::1]"),
            ("[2001:db8::1]:80", "[2001:db8::1]"),
            ("", ""),
        ] {
            assert_eq!(without_port(authority), host);
        }
    }
}
