//! Floor 2: RDAP without sockets: what is asked, the records it takes, the JSON they become (RFC 9082, RFC 9083).
//!
//! [`parse`] reads a request target, [`answer`] reads a [`View`](crate::model::view::View) and writes the body, [`refuse`] writes the error object.
//! One file per object class; `redaction` alone decides what the public sees of a contact. Answers keep to ICANN's gTLD RDAP
//! profile of February 2024; [`crate::manual::rdap`] tells what that means for contact data. [`page()`] shows answers to people.
//!
//! [`Memo`] remembers answers, and the records that they were made of.
//!
//! Searches are answered where the operator allows them ([`SearchPolicy`]); look-ups of numbers, with 501.

mod body;
mod common;
mod domain;
mod entity;
mod error;
mod fingerprint;
mod help;
mod jcard;
mod json;
mod memo;
mod nameserver;
mod page;
mod query;
mod redacted;
mod redaction;
mod search;
mod search_answer;
mod search_cursor;
mod search_query;
mod secure_dns;
mod status;
mod uri;

#[cfg(test)]
mod search_tests;
#[cfg(test)]
pub(crate) mod tests;

pub use body::Body;
pub use common::MEDIA_TYPE;
pub use error::{RdapError, refuse};
pub use memo::{Answer, Memo};
pub use page::{CONTENT_SECURITY_POLICY, PageQuery, page, page_query, refusal_page};
pub use query::{Request, parse, parse_for};
pub use search_cursor::CursorKey;
pub use search_query::{Search, SearchPolicy};
pub use uri::{BadBaseUrl, BaseUrl};

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use crate::base::limits::RDAP_TARGET_BYTES;
use crate::base::timestamp::Timestamp;
use crate::model::search::Searchable;
use crate::rdap::json::Json;

/// Whom an answer is for (RFC 7481, section 3.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audience {
    /// Anybody.
    #[default]
    Anonymous,
    /// A client that the registry knows, with a purpose that it lets it have.
    Authorised,
}

/// What an answer says beside the records.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    /// The base URL the client used.
    pub base: &'a BaseUrl,
    /// The moment the data is of: what `last update of RDAP database` says.
    pub updated: Timestamp,
    /// Where the terms of service are.
    pub terms_url: Option<&'a str>,
    /// Whom it is for.
    pub audience: Audience,
    /// Who may search.
    pub search: SearchPolicy,
    /// What seals the cursors of searches, where there are any.
    cursors: Option<&'a CursorKey>,
    /// Path and query as sent; empty where the answer does not name them.
    target: Cow<'a, str>,
    /// As a piece of a JSON string. Made when it is needed: an answer that is remembered has it already.
    request_url: OnceCell<String>,
}

impl<'a> Context<'a> {
    /// For a request of `target` (path and query as sent) at `base`.
    pub fn new(base: &'a BaseUrl, target: &'a str, updated: Timestamp, terms_url: Option<&'a str>) -> Self {
        let is_named = target.starts_with('/') && target.len() <= RDAP_TARGET_BYTES;
        let target = Cow::Borrowed(if is_named { target } else { "" });
        let (audience, search, cursors) = (Audience::Anonymous, SearchPolicy::Off, None);
        Self { base, updated, terms_url, audience, search, cursors, target, request_url: OnceCell::new() }
    }

    /// The same where others may search, with cursors of that key.
    #[must_use]
    pub fn searching(self, search: SearchPolicy, key: &'a CursorKey) -> Self {
        Self { search, cursors: Some(key), ..self }
    }

    /// Whether the client may search.
    ///
    /// # Errors
    /// [`RdapError`], with status 401 or 501.
    pub const fn may_search(&self) -> Result<(), RdapError> {
        match (self.search, self.audience) {
            (SearchPolicy::Off, _) => Err(RdapError::NotImplemented),
            (SearchPolicy::Authorised, Audience::Anonymous) => Err(RdapError::SearchDenied),
            (SearchPolicy::Authorised, Audience::Authorised) | (SearchPolicy::All, _) => Ok(()),
        }
    }

    /// The same for another audience than the public.
    #[must_use]
    pub fn for_audience(self, audience: Audience) -> Self {
        Self { audience, ..self }
    }

    /// The same for a request of `target`.
    fn at(&self, target: &str) -> Self {
        Self { target: Cow::Owned(target.to_owned()), request_url: OnceCell::new(), ..self.clone() }
    }

    /// The URL of the query being answered, which links name as their context, as a piece of a JSON string.
    fn request_url(&self) -> &str {
        self.request_url.get_or_init(|| request_url(self.base, &self.target))
    }
}

/// The URL of a request, or that of the service, as a piece of a JSON string.
fn request_url(base: &BaseUrl, target: &str) -> String {
    let url = base.resolve(target);
    match json::escape(&url) {
        Cow::Borrowed(_) => url,
        Cow::Owned(escaped) => escaped,
    }
}

/// An HTTP status code and a body of type [`MEDIA_TYPE`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// A JSON object; empty for status 204.
    pub body: Vec<u8>,
    /// Where the body tells the moment that the data is of; empty where it does not.
    pub moment: Range<usize>,
}

impl Response {
    fn new(status: u16, json: Json) -> Self {
        let (body, moment) = json.into_parts();
        Self { status, body, moment }
    }

    /// An answer that is its status.
    pub const fn bare(status: u16) -> Self {
        Self { status, body: Vec::new(), moment: 0..0 }
    }
}

/// Why an object could not be read whole.
#[derive(Debug)]
enum Missing {
    /// It is not there.
    Object,
    /// Something it refers to is not there.
    Reference,
    /// It is not for us to answer.
    Refused(RdapError),
}

/// How often an object is read until its references are all there: each look-up is atomic, several are not, and a change
/// between two of them is over by the next attempt (see [`View`](crate::model::view::View)).
const READS: usize = 3;

/// A domain of two name servers and two contacts, of whom one is withheld, takes seven kilobytes; one whose contacts are all
/// withheld nine. A body that outgrows its room is copied.
const BODY_BYTES: usize = 12 * 1024;

/// Answers a request from a view.
pub fn answer(view: &impl Searchable, request: &Request, context: &Context<'_>) -> Response {
    answer_within(view, request, context, BODY_BYTES)
}

/// As [`answer`], with room for a body of so many octets.
fn answer_within(view: &impl Searchable, request: &Request, context: &Context<'_>, octets: usize) -> Response {
    if *request == Request::Preflight {
        return Response::bare(204);
    }
    for _ in 0..READS {
        let mut json = Json::with_capacity(octets);
        match write(&mut json, view, request, context) {
            Ok(()) => return Response::new(200, json),
            Err(Missing::Object) => return refuse(RdapError::NotFound, context),
            Err(Missing::Refused(error)) => return refuse(error, context),
            Err(Missing::Reference) => {}
        }
    }
    refuse(RdapError::Unsettled, context)
}

fn write(json: &mut Json, view: &impl Searchable, request: &Request, context: &Context<'_>) -> Result<(), Missing> {
    match request {
        Request::Domain(name) => domain::write(json, context, &domain::find(view, context, name)?),
        Request::Nameserver(name) => nameserver::write(json, context, &nameserver::find(view, name)?),
        Request::Entity(handle) => entity::write(json, context, &entity::find(view, context, handle)?),
        Request::Search(wanted) => search_answer::write(json, context, wanted, &search::find(view, context, wanted)?),
        Request::Help => help::write(json, context),
        Request::Preflight => {}
    }
    Ok(())
}

/// For the fuzzer: any octets as a request target are answered from an empty registry, and in the field of the page too.
///
/// # Panics
/// When a name that was accepted is not in the registry's form, or a body is not what its status says.
pub fn fuzz_query(data: &[u8]) {
    let base = BaseUrl::new("https://rdap.example/").expect("a base URL");
    let memory = crate::model::memory::Memory::default();
    let target = String::from_utf8_lossy(data);
    let key = CursorKey::new(&[7; 32]);
    let context = Context::new(&base, &target, Timestamp::default(), None).searching(SearchPolicy::All, &key);
    let response = match parse_for("GET", &base, &target, Ok(&key)) {
        Ok(request) => {
            if let Request::Domain(name) | Request::Nameserver(name) = &request {
                assert!(!name.is_empty() && name.bytes().all(|octet| octet.is_ascii() && !octet.is_ascii_uppercase()));
            }
            answer(&memory, &request, &context)
        }
        Err(error) => refuse(error, &context),
    };
    let error = [b"\"errorCode\":".as_slice(), response.status.to_string().as_bytes()].concat();
    let named = response.body.windows(error.len()).any(|window| window == error);
    assert!(response.body.starts_with(b"{") && named == (response.status != 200));
    let shown = page(&memory, &PageQuery::Text(target.to_string()), &context);
    assert!(shown.body.ends_with(b"</html>") && !shown.body.windows(7).any(|window| window == b"<script"));
}
