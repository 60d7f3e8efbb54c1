//! What a query is refused with: one enum, and the error object each becomes (RFC 9083, section 6).

use std::borrow::Cow;
use std::fmt;

use crate::base::limits::{RDAP_HEAD_BYTES, RDAP_SEARCH_LEAST_CHARACTERS, RDAP_TARGET_BYTES};
use crate::model::name::NameFault;
use crate::model::purpose::{Purpose, Purposes};
use crate::rdap::common;
use crate::rdap::json::Json;
use crate::rdap::{Context, Response};

/// What is searched by.
const SEARCHES: &str = "domains?name=, domains?nsLdhName=, domains?nsIp=, nameservers?name=, nameservers?ip=, entities?fn= and \
                        entities?handle=";

/// Why a query has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RdapError {
    /// 301: asked without TLS; the answer is at the `https` URL.
    Moved,
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
    /// 400: not one search, by one property that is searched by.
    Search,
    /// 400: no address to search for.
    Address,
    /// 400: no text to search for.
    Text,
    /// 400: neither yes nor no to the question whether to count.
    Count,
    /// 400: a sort that is not offered.
    Sort,
    /// 400: a cursor that leads nowhere in this search.
    Cursor,
    /// 400: not a path RFC 9082 knows.
    UnknownPath {
        /// Whether the server has searches.
        searches: bool,
    },
    /// 400: credentials that are not what their scheme says (RFC 6750, section 3.1: `invalid_request`).
    Credentials,
    /// 401: credentials of nobody, or of a scheme that is not served.
    Unauthenticated,
    /// 401: a bearer token that is nobody's, or whose owner may use it no more (RFC 6750, section 3.1: `invalid_token`).
    Token,
    /// 401: a search by somebody who shows no credentials, where it takes some.
    SearchDenied,
    /// 403: a client names none of its purposes.
    Purpose {
        /// Those it has.
        allowed: Purposes,
    },
    /// 404: a path outside the base URL.
    OutsideBase,
    /// 404: nothing of that name or handle.
    NotFound,
    /// 405: neither GET nor HEAD nor OPTIONS.
    Method,
    /// 406: the client takes neither of the types that RDAP has.
    NotAcceptable,
    /// 412: only an answer that the client has already would have been good, and this is another (If-Match).
    Changed,
    /// 414: path and query of that many octets.
    TargetTooLong {
        /// Octets found.
        found: usize,
    },
    /// 422: a kind of pattern that is not searched for.
    Pattern,
    /// 422: more results than are counted.
    TooManyToCount,
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
            // A permanent move (RFC 7480, section 5.2).
            Self::Moved => 301,
            // "a query that it cannot interpret as an RDAP query" (RFC 7480, section 5.4); an unrecognized path segment
            // needs "an appropriate failure status code" (RFC 9082, section 5).
            Self::Encoding | Self::Name(_) | Self::Idna | Self::Handle | Self::UnknownPath { .. } => 400,
            // RFC 8977, section 3.
            Self::Search | Self::Address | Self::Text | Self::Count | Self::Sort | Self::Cursor => 400,
            // RFC 9112, sections 3 and 3.2.
            Self::NotHttp | Self::Host => 400,
            Self::Credentials => 400,
            Self::Unauthenticated | Self::Token | Self::SearchDenied => 401,
            Self::Purpose { .. } => 403,
            Self::OutsideBase | Self::NotFound => 404,
            Self::Method => 405,
            Self::NotAcceptable => 406,
            Self::Changed => 412,
            Self::TargetTooLong { .. } => 414,
            // RFC 9082, section 4.1.
            Self::Pattern | Self::TooManyToCount => 422,
            Self::TooManyRequests => 429,
            Self::HeadTooLarge => 431,
            Self::Unsettled => 500,
            Self::NotImplemented => 501,
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Moved => "Moved permanently",
            Self::Encoding | Self::Name(_) | Self::Idna | Self::Handle | Self::UnknownPath { .. } => "Bad request",
            Self::Search | Self::Address | Self::Text | Self::Count | Self::Sort | Self::Cursor => "Bad request",
            Self::NotHttp | Self::Host | Self::Credentials => "Bad request",
            Self::Pattern | Self::TooManyToCount => "Unprocessable content",
            Self::Unauthenticated | Self::Token | Self::SearchDenied => "Unauthorized",
            Self::Purpose { .. } => "Forbidden",
            Self::OutsideBase | Self::NotFound => "Not found",
            Self::Method => "Method not allowed",
            Self::NotAcceptable => "Not acceptable",
            Self::Changed => "Precondition failed",
            Self::TargetTooLong { .. } => "URI too long",
            Self::TooManyRequests => "Too many requests",
            Self::HeadTooLarge => "Request header fields too large",
            Self::Unsettled => "Internal server error",
            Self::NotImplemented => "Not implemented",
        }
    }

    fn description(self) -> Cow<'static, str> {
        match self {
            Self::Moved => "This service answers over https only; Location says where.".into(),
            Self::NotHttp => "Expected a request of HTTP/1.1 or HTTP/2.".into(),
            Self::Host => "Expected one Host field with a host name or address, and with a port if any.".into(),
            Self::Encoding => "Expected percent-encoded UTF-8 in the path.".into(),
            Self::Name(fault) => format!("Expected a domain name: {fault}.").into(),
            Self::Idna => "Expected a domain name: its labels are no valid U-labels.".into(),
            Self::Handle => "Expected the handle of an entity.".into(),
            Self::Search => format!("Expected one of {SEARCHES}, with one value.").into(),
            Self::Address => "Expected an IPv4 or IPv6 address.".into(),
            Self::Text => "Expected a text without control characters.".into(),
            Self::Count => "Expected count=true or count=false.".into(),
            Self::Sort => "Expected no sort, or sort=handle in a search by handle.".into(),
            Self::Cursor => "Expected a cursor of this search, as the link to a next page has it.".into(),
            Self::SearchDenied => "Searches are for clients that the registry knows; show your credentials.".into(),
            Self::Pattern => format!(
                "Expected {RDAP_SEARCH_LEAST_CHARACTERS} characters and one asterisk at most, which ends the value or is \
                 followed by a dot and labels; a U-label must be whole."
            )
            .into(),
            Self::TooManyToCount => "More objects match than are counted; narrow the search, or do not ask for a count.".into(),
            Self::UnknownPath { searches: false } => {
                "Expected domain/NAME, nameserver/NAME, entity/HANDLE or help.".into()
            }
            Self::UnknownPath { searches: true } => {
                format!("Expected domain/NAME, nameserver/NAME, entity/HANDLE, help, or a search by one of {SEARCHES}.").into()
            }
            Self::Credentials => "Expected one Authorization field with a bearer token.".into(),
            Self::Unauthenticated => {
                "Expected a bearer token, or Basic credentials of a name and its token; without any, the public's answer comes."
                    .into()
            }
            Self::Token => "The bearer token is not valid, or not any more.".into(),
            Self::Purpose { allowed } => {
                let names: Vec<_> = allowed.iter().map(Purpose::name).collect();
                format!("Expected one RDAP-Purpose field with a purpose that you may have: {}.", names.join(", ")).into()
            }
            Self::OutsideBase => "Nothing is here; RDAP queries start with the base URL of this service.".into(),
            Self::NotFound => "The registry holds no such object.".into(),
            Self::Method => "Expected a method that Allow names.".into(),
            Self::NotAcceptable => {
                "Expected an Accept field that allows application/rdap+json or application/json.".into()
            }
            Self::Changed => "The answer has no tag that If-Match would have; the tags here are weak.".into(),
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
    Response::new(error.status(), json)
}
