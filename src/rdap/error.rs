//! What a query is refused with: one enum, and the error object each becomes (RFC 9083, section 6).

use std::borrow::Cow;
use std::fmt;

use crate::base::limits::{RDAP_HEAD_BYTES, RDAP_TARGET_BYTES};
use crate::model::name::NameFault;
use crate::rdap::common;
use crate::rdap::json::Json;
use crate::rdap::{Context, Response};

/// Why a query has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RdapError {
    /// 400: octets that are no HTTP request.
    NotHttp,
    /// 400: no host, several, or none that can be.
    Host,
    /// 400: a path segment that is not percent-encoded UTF-8.
    Encoding,
    /// 400: no domain or host name.
    Name(NameFault),
    /// 400: labels that IDNA cannot map.
    Idna,
    /// 400: no handle of any entity.
    Handle,
    /// 400: not a path RFC 9082 knows.
    UnknownPath,
    /// 404: a path outside the base URL.
    OutsideBase,
    /// 404: nothing of that name or handle.
    NotFound,
    /// 405: neither GET nor HEAD nor OPTIONS.
    Method,
    /// 406: the client takes neither of the types that RDAP has.
    NotAcceptable,
    /// 414: path and query of that many octets.
    TargetTooLong {
        /// Octets found.
        found: usize,
    },
    /// 429: more queries than the rate allows.
    TooManyRequests,
    /// 431: a head that is longer than the limit.
    HeadTooLarge,
    /// 500: records refer to others that are not there, however often they are read.
    Unsettled,
    /// 501: a query of RFC 9082 that this server does not answer.
    NotImplemented,
}

impl RdapError {
    /// The HTTP status code (RFC 7480, section 5).
    pub const fn status(self) -> u16 {
        match self {
            // "a query that it cannot interpret as an RDAP query" (RFC 7480, section 5.4); an unrecognized path segment
            // needs "an appropriate failure status code" (RFC 9082, section 5).
            Self::Encoding | Self::Name(_) | Self::Idna | Self::Handle | Self::UnknownPath => 400,
            // RFC 9112, sections 3 and 3.2.
            Self::NotHttp | Self::Host => 400,
            Self::OutsideBase | Self::NotFound => 404,
            Self::Method => 405,
            Self::NotAcceptable => 406,
            Self::TargetTooLong { .. } => 414,
            Self::TooManyRequests => 429,
            Self::HeadTooLarge => 431,
            Self::Unsettled => 500,
            Self::NotImplemented => 501,
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Encoding | Self::Name(_) | Self::Idna | Self::Handle | Self::UnknownPath => "Bad request",
            Self::NotHttp | Self::Host => "Bad request",
            Self::OutsideBase | Self::NotFound => "Not found",
            Self::Method => "Method not allowed",
            Self::NotAcceptable => "Not acceptable",
            Self::TargetTooLong { .. } => "URI too long",
            Self::TooManyRequests => "Too many requests",
            Self::HeadTooLarge => "Request header fields too large",
            Self::Unsettled => "Internal server error",
            Self::NotImplemented => "Not implemented",
        }
    }

    fn description(self) -> Cow<'static, str> {
        match self {
            Self::NotHttp => "Expected a request of HTTP/1.1 or HTTP/2.".into(),
            Self::Host => "Expected one Host field with a host name or address, and with a port if any.".into(),
            Self::Encoding => "Expected percent-encoded UTF-8 in the path.".into(),
            Self::Name(fault) => format!("Expected a domain name: {fault}.").into(),
            Self::Idna => "Expected a domain name: its labels are no valid U-labels.".into(),
            Self::Handle => "Expected the handle of an entity.".into(),
            Self::UnknownPath => "Expected domain/NAME, nameserver/NAME, entity/HANDLE or help.".into(),
            Self::OutsideBase => "Nothing is here; RDAP queries start with the base URL of this service.".into(),
            Self::NotFound => "The registry holds no such object.".into(),
            Self::Method => "Expected the method GET, HEAD or OPTIONS.".into(),
            Self::NotAcceptable => {
                "Expected an Accept field that allows application/rdap+json or application/json.".into()
            }
            Self::TargetTooLong { found } => {
                format!("Expected {RDAP_TARGET_BYTES} octets of path and query at most, found {found}.").into()
            }
            Self::TooManyRequests => "Too many queries from your network; wait as Retry-After says.".into(),
            Self::HeadTooLarge => {
                format!("Expected {RDAP_HEAD_BYTES} octets of request line and header fields at most.").into()
            }
            Self::Unsettled => "The object could not be read whole.".into(),
            Self::NotImplemented => "This server answers look-ups of domains, nameservers and entities only.".into(),
        }
    }
}

impl fmt::Display for RdapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.title(), self.description())
    }
}

impl std::error::Error for RdapError {}

/// The error object.
pub fn refuse(error: RdapError, context: &Context<'_>) -> Response {
    let mut json = Json::with_capacity(1024);
    json.object(|json| {
        common::conformance(json, false);
        common::notices(json, context, |_| ());
        json.name("errorCode").number(error.status().into());
        json.name("title").string(error.title());
        json.name("description").strings([error.description().as_ref()]);
    });
    Response { status: error.status(), body: json.into_bytes() }
}
