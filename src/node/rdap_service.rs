//! RDAP over HTTP/1.1 and HTTP/2 (RFC 7480): one connection from its first octet to its last.
//!
//! [`serve`] works over any stream; what else it needs of the process comes through [`Surroundings`]. A query waits
//! for nothing but room for its answer, when the client has not taken those before it.

mod accept;
mod access;
mod cache;
mod condition;
mod fuzz;
mod gzip;
mod host;
mod redirect;

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::error::Error as _;
use std::future::{Future, poll_fn};
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_io::{AsyncRead, AsyncWrite};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode, Version};

use crate::base::limits::{
    RDAP_HEAD_BYTES, RDAP_HTTP2_HEAD_BYTES, RDAP_IDLE_SECONDS, RDAP_SEARCH_COST, RDAP_STREAM_ERRORS, RDAP_STREAMS,
    RDAP_TARGET_BYTES,
};
use crate::base::network::Network;
use crate::base::timestamp::Timestamp;
use crate::model::search::Searchable;
use crate::model::view::RecordOctets;
pub use crate::node::client_certificate::ClientCertificate;
use crate::node::held::{Account, HeldBody};
pub use crate::node::held::{Held, HeldBound};
use crate::node::http_date::HttpDate;
use crate::node::hyper_io::{Spawner, Tasks};
pub use crate::node::meter::RdapKind;
use crate::node::rate_limit::{Payer, Refused};
pub use crate::node::rate_limit::{Rate, RateLimiter};
use crate::node::rdap_io::{RdapIo, Wire};
use crate::node::rdap_service::accept::{prefers_html, takes_gzip, takes_json};
pub use crate::node::rdap_service::access::{ACCESS_LOG, Access, Denial, Means};
use crate::node::rdap_service::access::{Credentials, Peer, Verdict};
use crate::node::rdap_service::cache::cache_control;
use crate::node::rdap_service::condition::{Known, entity_tag};
pub use crate::node::rdap_service::fuzz::fuzz_connection;
use crate::node::rdap_service::gzip::Gzip;
use crate::rdap::{self, Answer, BaseUrl, CursorKey, MEDIA_TYPE, Memo, PageQuery, RdapError, SearchPolicy};

/// What a connection needs of the shard it runs on.
pub trait Surroundings {
    /// A view for one request.
    type View<'a>: Searchable + RecordOctets
    where
        Self: 'a;

    /// Pins a view for one request.
    fn pin(&self) -> Self::View<'_>;

    /// Where the log is whose changes a view sees that is pinned from now on, where that is known. A change that anybody has
    /// been told of, or can have read, stands no later than there.
    fn position(&self) -> Option<u64>;

    /// The present moment, for HTTP's dates.
    fn now(&self) -> Timestamp;

    /// What has passed since a moment that is the same for all shards; never goes back, whatever is done to the clock.
    fn elapsed(&self) -> Duration;

    /// The moment the view is of, no later than [`Surroundings::now`]: that same moment where transactions are decided,
    /// an earlier one on a replica that is behind.
    fn updated(&self) -> Timestamp;

    /// Completes after `duration`.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;

    /// Completes when it is the turn of RDAP, and of that client, to have a request answered.
    fn turn(&self, client: IpAddr) -> impl Future<Output = ()>;

    /// Completes when connections are to end as soon as what is in flight is answered.
    fn closing(&self) -> impl Future<Output = ()>;

    /// Counts that a client ran into a limit.
    fn reached(&self, limit: Limit, client: IpAddr);

    /// Counts an answer by its HTTP status code.
    fn answered(&self, status: u16);

    /// Counts how long it took from a whole request to its answer; how fast the client takes that, is not counted.
    fn took(&self, kind: RdapKind, took: Duration);

    /// Counts a query that was answered, about an object of that name, for the monthly reports.
    fn counts(&self, kind: RdapKind, name: &str);

    /// Notes and counts a query of a client that the registry knows, let through or not.
    fn accessed(&self, access: &Access<'_>);

    /// Counts credentials that are no client's.
    fn denied(&self, denial: Denial);
}

/// What a client of RDAP can run into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// A request came before the rate of its client, or of a network with many, allows, and was answered with 429.
    Rate {
        /// Whose rate.
        network: Network,
        /// Whether that is a network with many clients.
        is_shared: bool,
    },
    /// A connection asked nothing for too long, and was closed.
    IdleTime,
    /// A connection did not take its answers, and was closed.
    WriteTime,
    /// A connection sent too many octets without a request, and was closed.
    BetweenRequests,
    /// A connection broke HTTP/2 in a way that only costs, such as streams reset before they are answered, and was closed.
    StreamErrors,
    /// A request waits because answers are not taken.
    Held(HeldBound),
}

/// Why a configuration of the service cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoBaseUrl;

impl std::fmt::Display for NoBaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("expected one base URL for RDAP at least, found none")
    }
}

impl std::error::Error for NoBaseUrl {}

/// The RDAP service of one shard.
pub struct RdapState<S> {
    surroundings: S,
    base_urls: Vec<BaseUrl>,
    terms_url: Option<String>,
    /// Who may search, if anybody may, and what seals the cursors of pages.
    search: Option<(SearchPolicy, Arc<CursorKey>)>,
    limiter: Option<Arc<RateLimiter>>,
    date: HttpDate,
    held: Arc<Held>,
    max_age: HeaderValue,
    gzip: RefCell<Gzip>,
    memo: RefCell<Memo>,
    /// What every answer has, made once.
    common: HeaderMap,
    /// What good answers to look-ups have, with empty values where each has its own.
    good: HeaderMap,
    /// Whether connections come without TLS, and are sent on to where they have it.
    redirects: bool,
}

impl<S: Surroundings> RdapState<S> {
    /// A service known by `base_urls`; answers name the one whose authority the client used, or else the first.
    /// `limiter` and `held` are shared with all other shards; no limiter sets no limit of rate.
    /// `max_age` is how many seconds a cache may use an answer without asking.
    ///
    /// # Errors
    /// [`NoBaseUrl`].
    pub fn new(
        surroundings: S,
        base_urls: Vec<BaseUrl>,
        terms_url: Option<String>,
        limiter: Option<Arc<RateLimiter>>,
        held: Arc<Held>,
        max_age: u32,
    ) -> Result<Self, NoBaseUrl> {
        if base_urls.is_empty() {
            return Err(NoBaseUrl);
        }
        let (date, max_age, gzip) = (HttpDate::default(), cache_control(max_age), RefCell::default());
        let common = common_headers();
        Ok(Self {
            good: good_headers(&common, &max_age),
            common,
            surroundings,
            base_urls,
            terms_url,
            search: None,
            limiter,
            date,
            held,
            max_age,
            gzip,
            memo: RefCell::default(),
            redirects: false,
        })
    }

    /// With searches for those whom the policy lets. A page may be asked of one shard, and the next one of another: all have
    /// the same key.
    #[must_use]
    pub fn searching(self, policy: SearchPolicy, key: Arc<CursorKey>) -> Self {
        let search = (policy != SearchPolicy::Off).then_some((policy, key));
        Self { search, ..self }
    }

    /// What a request asks for, without the request: it may have to wait for its answer, and what waits is to be small.
    fn read<B>(&self, client: IpAddr, payer: Option<&Payer>, request: &Request<B>) -> Question {
        let named = host::named(request);
        if self.redirects {
            return self.send_on(request, named);
        }
        let target = request.uri().path_and_query().map_or("", |target| target.as_str());
        let base = self.base(named.unwrap_or_default());
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        let remembered = match named {
            Some(_) if is_read => self.memo.borrow().request(&self.base_urls[base], target),
            _ => None,
        };
        // What is at the base URL itself depends on who asks: people see a page, for programs nothing is there.
        let page = match remembered {
            Some(_) => None,
            None => rdap::page_query(&self.base_urls[base], target),
        };
        let asked = match (named, remembered) {
            (None, _) => Err(RdapError::Host),
            (Some(_), Some(asked)) => Ok(asked),
            (Some(_), None) => {
                // Whether this client may, is judged with its credentials.
                let searches = self.search.as_ref().map(|(_, key)| &**key).ok_or(RdapError::NotImplemented);
                rdap::parse_for(request.method().as_str(), &self.base_urls[base], target, searches)
            }
        };
        let at_page = page.is_some();
        let page = page.filter(|_| is_read && prefers_html(request.headers()));
        let asked = match asked {
            Ok(asked) if asked != rdap::Request::Preflight && !takes_json(request.headers()) => {
                Err(RdapError::NotAcceptable)
            }
            asked => asked,
        };
        let asked = match asked {
            Ok(_) | Err(RdapError::NotAcceptable) if head_octets(request) > RDAP_HEAD_BYTES => {
                Err(RdapError::HeadTooLarge)
            }
            asked => asked,
        };
        // Only now is it known what it costs; to parse it costs less than to refuse it.
        let tokens = if matches!(asked, Ok(rdap::Request::Search(_))) { RDAP_SEARCH_COST } else { LOOK_UP_TOKENS };
        let admitted = self.admit(client, payer, tokens);
        let asked = admitted.map_or(Err(RdapError::TooManyRequests), |()| asked);
        // A longer one is refused, and its answer does not name it.
        let target = if target.len() <= RDAP_TARGET_BYTES { target.to_owned() } else { String::new() };
        let head_only = request.method() == Method::HEAD;
        // A walk over the few fields of a request costs less than to look for each that could be among them.
        let (known, gzip, credentials) = match request.headers().keys().all(is_of_every_request) {
            true => (Known::default(), false, Credentials::NONE),
            false => {
                let headers = request.headers();
                (Known::of(headers), takes_gzip(headers), Credentials::of(headers))
            }
        };
        Question { base, target, head_only, known, gzip, wait: admitted.err(), asked, credentials, page, at_page }
    }

    fn respond(&self, question: &Question, account: &Rc<Account>, peer: &Peer) -> Response<HeldBody> {
        let context = self.context(question.base, &question.target);
        if let Some(query) = &question.page {
            return self.show(question, query, &context, account);
        }
        // First, so that the view is of that position or a later one.
        let position = self.surroundings.position();
        let view = self.surroundings.pin();
        let verdict = self.judge(question, &view, peer);
        let context = context.for_audience(verdict.audience());
        let is_search = matches!(question.asked, Ok(rdap::Request::Search(_)));
        let denied = if is_search { context.may_search().err() } else { None };
        let error = verdict.error().or(denied);
        let answer = match (error, &question.asked) {
            (Some(error), _) => rdap::refuse(error, &context).into(),
            (None, Err(error)) => rdap::refuse(*error, &context).into(),
            (None, Ok(asked)) => self.memo.borrow_mut().answer(&view, position, asked, &context),
        };
        if answer.status == 500 {
            tracing::error!(target = question.target, "an object refers to records that are not there");
        }
        let mut response = self.finish(question, answer, &context, account);
        verdict.dress(error, response.headers_mut());
        self.note(question, &verdict, response.status().as_u16(), peer);
        self.locate(question, &mut response);
        response
    }

    /// The page for people, who see what the public sees, whatever certificate their browser shows.
    fn show(
        &self,
        question: &Question,
        query: &PageQuery,
        context: &rdap::Context<'_>,
        account: &Rc<Account>,
    ) -> Response<HeldBody> {
        let answer = match question.asked {
            // RDAP itself has nothing at its base URL; all else that can be wrong, is.
            Err(error) if !matches!(error, RdapError::UnknownPath { .. }) => {
                rdap::refusal_page(error, query, context, question.wait)
            }
            _ => rdap::page(&self.surroundings.pin(), query, context),
        };
        let mut response = self.dress(question, answer.into(), question.gzip, account);
        page_headers(response.headers_mut());
        response
    }

    /// Whom the answer is for. Who asks too often or as HTTP forbids is not looked at, nor is a browser that asks whether it
    /// may send credentials.
    fn judge<'v>(&self, question: &Question, view: &'v S::View<'_>, peer: &Peer) -> Verdict<'v> {
        match question.asked {
            // Without TLS nobody is asked who he is.
            _ if self.redirects => Verdict::PUBLIC,
            Err(RdapError::TooManyRequests | RdapError::Host) | Ok(rdap::Request::Preflight) => Verdict::PUBLIC,
            _ => question.credentials.judge(view, peer, self.surroundings.updated().max(self.surroundings.now())),
        }
    }

    /// Has it noted what a client that the registry knows has asked, and how it was answered.
    fn note(&self, question: &Question, verdict: &Verdict<'_>, status: u16, peer: &Peer) {
        let Some((client, by)) = verdict.client else {
            return verdict.outcome.map_or_else(|(denial, _)| self.surroundings.denied(denial), |_| ());
        };
        let outcome = match verdict.outcome {
            Ok(Some(purpose)) => Ok(purpose),
            Err((denial, _)) => Err(denial),
            // Whoever is known is let through for a purpose, or not at all.
            Ok(None) => return,
        };
        let (kind, name) = question.asked.as_ref().map_or(("none", ""), rdap::Request::label);
        let (address, at) = (peer.address, self.surroundings.updated());
        self.surroundings.accessed(&Access { client, by, outcome, kind, name, status, address, at });
    }

    /// The whole response to what hyper could not read as a request, and answers with this status and no body.
    fn error_page(&self, status: u16, in_first_line: bool) -> Vec<u8> {
        let error = match status {
            431 if in_first_line => RdapError::TargetTooLong { found: RDAP_HEAD_BYTES },
            431 => RdapError::HeadTooLarge,
            414 => RdapError::TargetTooLong { found: RDAP_HEAD_BYTES },
            _ => RdapError::NotHttp,
        };
        let answer = rdap::refuse(error, &self.context(0, ""));
        self.surroundings.answered(answer.status);
        let mut headers = self.common.clone();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(answer.body.len()));
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        headers.insert(header::DATE, self.date.at(self.surroundings.now()));
        let status = StatusCode::from_u16(answer.status).expect("RDAP answers with codes that exist");
        let mut octets = format!("HTTP/1.1 {status}\r\n").into_bytes();
        for (name, value) in &headers {
            octets.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
        }
        octets.extend(b"\r\n");
        octets.extend(answer.body);
        octets
    }

    fn context<'a>(&'a self, base: usize, target: &'a str) -> rdap::Context<'a> {
        let (base, terms_url) = (&self.base_urls[base], self.terms_url.as_deref());
        let context = rdap::Context::new(base, target, self.surroundings.updated(), terms_url);
        match &self.search {
            Some((policy, key)) => context.searching(*policy, key),
            None => context,
        }
    }

    /// Has the payer of a client, if it has one, pay for a request.
    ///
    /// # Errors
    /// The seconds until it can.
    fn admit(&self, client: IpAddr, payer: Option<&Payer>, tokens: u32) -> Result<(), u64> {
        let Some((limiter, payer)) = self.limiter.as_ref().zip(payer) else { return Ok(()) };
        limiter.admit(payer, tokens, self.surroundings.elapsed()).map_err(|Refused { seconds, network, is_shared }| {
            self.surroundings.reached(Limit::Rate { network, is_shared }, client);
            seconds
        })
    }

    /// The base URL of that host, or else the first. Only our own ever appear in an answer, whatever host a request names.
    fn base(&self, named: &str) -> usize {
        self.base_urls.iter().position(|base| base.authority().eq_ignore_ascii_case(named)).unwrap_or(0)
    }

    /// The response to a query of RDAP.
    fn finish(
        &self,
        question: &Question,
        mut answer: Answer,
        context: &rdap::Context<'_>,
        account: &Rc<Account>,
    ) -> Response<HeldBody> {
        // A condition is for an answer that would be a good one without it (RFC 9110, section 13.2.1).
        if answer.status == 200 && question.known.excludes() {
            answer = rdap::refuse(RdapError::Changed, context).into();
        }
        let fingerprint = answer.fingerprint;
        if fingerprint.is_some_and(|fingerprint| question.known.has(fingerprint)) {
            answer = rdap::Response::bare(304).into();
        }
        let status = answer.status;
        let mut response = self.dress(question, answer, question.gzip && status == 200, account);
        let headers = response.headers_mut();
        if let Some(fingerprint) = fingerprint {
            set(headers, header::ETAG, entity_tag(fingerprint));
        }
        if question.at_page {
            headers.insert(header::VARY, PAGE_VARIES);
        }
        if status == 200 && fingerprint.is_some() {
            return response; // It has the others already.
        }
        if fingerprint.is_some() && !question.at_page {
            headers.insert(header::VARY, VARIES);
        }
        if matches!(status, 200 | 304 | 404) {
            headers.insert(header::CACHE_CONTROL, self.max_age.clone());
        }
        match status {
            204 => preflight_headers(headers),
            304 => {}
            _ => {
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
            }
        }
        if status == 405 {
            headers.insert(header::ALLOW, if self.redirects { redirect::METHODS } else { METHODS });
        }
        response
    }

    /// The response that every answer becomes, in gzip where that is wanted and worth it: counted, dated, with its length.
    fn dress(&self, question: &Question, mut answer: Answer, gzip: bool, account: &Rc<Account>) -> Response<HeldBody> {
        let coded = if gzip { self.gzip.borrow_mut().encode(&answer.body.octets()) } else { None };
        let is_coded = coded.is_some();
        if let Some(coded) = coded {
            answer.body = coded.into();
        }
        self.surroundings.answered(answer.status);
        let length = answer.body.len();
        let body = account.body(if question.head_only { Vec::new().into() } else { answer.body });
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(answer.status).expect("RDAP answers with codes that exist");
        let headers = response.headers_mut();
        let is_good = answer.status == 200 && answer.fingerprint.is_some();
        *headers = if is_good { self.good.clone() } else { self.common.clone() };
        set(headers, header::DATE, self.date.at(self.surroundings.now()));
        if is_coded {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if !matches!(answer.status, 204 | 304) {
            // HEAD tells the length of what GET would send (RFC 9110, section 9.3.2).
            set(headers, header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        if let Some(seconds) = question.wait {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if question.asked == Err(RdapError::Host) {
            // Whoever stands between us and the client may see other requests in its octets than we do.
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

/// On every answer, errors included.
fn common_headers() -> HeaderMap {
    let common = [
        // RFC 7480, section 5.6.
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        // What scripts of other origins may read beside the few fields that the Fetch standard lets them.
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "ETag, Retry-After, WWW-Authenticate"),
        (header::VARY, "Authorization"),
        // Answers that say what the registry holds, or that it does not, may be kept: see `cache`. Others tell of a
        // request or a moment; 429 and 431 must not be stored (RFC 6585, sections 4 and 5).
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    ];
    common.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect()
}

/// What good answers to look-ups have. The empty values are of fields that each has.
fn good_headers(common: &HeaderMap, max_age: &HeaderValue) -> HeaderMap {
    let mut headers = common.clone();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(header::VARY, VARIES);
    headers.insert(header::CACHE_CONTROL, max_age.clone());
    for own in [header::DATE, header::CONTENT_LENGTH, header::ETAG] {
        headers.insert(own, HeaderValue::from_static(""));
    }
    headers
}

/// Sets a field; one that is there already, without a look whether there is room for one more.
fn set(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    match headers.get_mut(&name) {
        Some(place) => *place = value,
        None => drop(headers.insert(name, value)),
    }
}

/// Whether this is a field that nearly all requests have, and none but [`host`] and [`accept`] look at, or nobody.
fn is_of_every_request(name: &HeaderName) -> bool {
    [header::HOST, header::ACCEPT, header::USER_AGENT, header::CONNECTION].contains(name)
}

/// What the answer to a query depends on.
const VARIES: HeaderValue = HeaderValue::from_static("Accept-Encoding, Authorization");

/// What a look-up costs its client; whether it finds anything makes no difference.
const LOOK_UP_TOKENS: u32 = 1;

/// A request that was read and will be answered.
struct Question {
    /// Which base URL the client used.
    base: usize,
    target: String,
    head_only: bool,
    known: Known,
    gzip: bool,
    /// Seconds to wait before the next, for a client that asks too often.
    wait: Option<u64>,
    asked: Result<rdap::Request, RdapError>,
    /// Who asks, as the request says it.
    credentials: Credentials,
    /// What a person asks, who is to see a page.
    page: Option<PageQuery>,
    /// Whether the target is where that page is, whoever asks.
    at_page: bool,
}

impl Question {
    /// The name it asks about.
    fn name(&self) -> &str {
        self.asked.as_ref().map_or("", |asked| asked.label().1)
    }

    /// What kind of query it is.
    fn kind(&self) -> RdapKind {
        match self.asked {
            _ if self.page.is_some() => RdapKind::Page,
            Ok(rdap::Request::Domain(_)) => RdapKind::Domain,
            Ok(rdap::Request::Nameserver(_)) => RdapKind::Nameserver,
            Ok(rdap::Request::Entity(_)) => RdapKind::Entity,
            Ok(rdap::Request::Search(_)) => RdapKind::Search,
            Ok(rdap::Request::Help) => RdapKind::Help,
            Ok(rdap::Request::Preflight) | Err(_) => RdapKind::Other,
        }
    }
}

/// What the head of a request takes over HTTP/2 (RFC 9113, section 6.5.2); nothing over HTTP/1.1, where hyper has counted.
fn head_octets<B>(request: &Request<B>) -> usize {
    if request.version() != Version::HTTP_2 {
        return 0;
    }
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 32).sum::<usize>() + target
}

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");

/// What the answer at the base URL itself depends on.
const PAGE_VARIES: HeaderValue = HeaderValue::from_static("Accept, Accept-Encoding, Authorization");

/// Those of the page alone.
fn page_headers(headers: &mut HeaderMap) {
    let policy = HeaderValue::from_static(rdap::CONTENT_SECURITY_POLICY.as_str());
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    // Whom somebody looks up is nobody else's business.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::VARY, PAGE_VARIES);
}

/// What a browser may send across origins: any header. `*` does not stand for Authorization (Fetch standard, section 4.9).
fn preflight_headers(headers: &mut HeaderMap) {
    headers.insert(header::ALLOW, METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*, Authorization, RDAP-Purpose"));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
}

/// Serves one connection until the peer closes it, breaks HTTP, asks nothing for [`RDAP_IDLE_SECONDS`], leaves an answer
/// untaken for as long (twice that at most, both), sends too much between two requests, or the process is
/// [closing](Surroundings::closing). `alpn` is the protocol agreed on (RFC 7301): `h2`, or else HTTP/1.1.
///
/// The idle time counts whole requests, so a peer that sends or reads a few octets at a time is idle too.
/// `on_request` is told of each. `certificate` is the one that the client has shown, if it has.
pub async fn serve<IO, S>(
    stream: IO,
    peer: SocketAddr,
    alpn: Option<&[u8]>,
    certificate: Option<ClientCertificate>,
    state: Rc<RdapState<S>>,
    on_request: impl Fn() + 'static,
) where
    IO: AsyncRead + AsyncWrite + Unpin + 'static,
    S: Surroundings + 'static,
{
    let client = peer.ip();
    let from = Peer { address: client, certificate };
    let payer = state.limiter.as_ref().and_then(|limiter| limiter.payer(client));
    let (account, wire, asked) = (state.held.open(client), Wire::new(), Rc::new(Cell::new(false)));
    let service = service_fn({
        let (state, account, wire, asked) = (state.clone(), account.clone(), wire.clone(), asked.clone());
        move |request| {
            asked.set(true);
            on_request();
            let question = state.read(client, payer.as_ref(), &request);
            wire.whole_request(question.wait.is_some());
            let (state, account, began) = (state.clone(), account.clone(), Instant::now());
            async move {
                state.surroundings.turn(client).await;
                let mut waited = false;
                // Last, so that the room that was found is there when the answer takes it.
                let mut full = |bound| {
                    waited = true;
                    state.surroundings.reached(Limit::Held(bound), client);
                };
                account.room(&mut full).await;
                let response = state.respond(&question, &account, &from);
                if !state.redirects {
                    state.surroundings.counts(question.kind(), question.name());
                }
                if !waited {
                    state.surroundings.took(question.kind(), began.elapsed());
                }
                Ok::<_, Infallible>(response)
            }
        }
    });
    let page = {
        let (state, wire) = (state.clone(), wire.clone());
        move |status| state.error_page(status, wire.in_first_line())
    };
    let is_http2 = alpn == Some(b"h2");
    let (io, tasks) = (RdapIo::new(stream, wire.clone(), (!is_http2).then_some(page)), Tasks::default());
    let watch = Watch { surroundings: &state.surroundings, account: &account, wire: &wire, asked: &asked };
    let ended = if is_http2 {
        let connection = http2_builder(tasks.spawner()).serve_connection(io, service);
        drive(connection, |connection| connection.graceful_shutdown(), tasks, watch).await
    } else {
        let connection = http1_builder().keep_alive(!state.redirects).serve_connection(io, service);
        drive(connection, |connection| connection.graceful_shutdown(), tasks, watch).await
    };
    match ended {
        Ended::Limit(limit) => state.surroundings.reached(limit, client),
        Ended::Connection(Err(error)) => {
            if wire.flooded() {
                state.surroundings.reached(Limit::BetweenRequests, client);
            } else if is_excessive(&error) {
                state.surroundings.reached(Limit::StreamErrors, client);
            }
            tracing::debug!(%peer, %error, "an RDAP connection ended");
        }
        Ended::Connection(Ok(())) => {}
    }
}

fn http1_builder() -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .header_read_timeout(None) // see `overdue`
        .auto_date_header(false) // see `HttpDate`
        .max_buf_size(RDAP_HEAD_BYTES)
        .writev(true); // head and body in one TLS record, and the body not copied
    builder
}

fn http2_builder(spawner: Spawner) -> http2::Builder<Spawner> {
    let mut builder = http2::Builder::new(spawner);
    builder
        .max_concurrent_streams(RDAP_STREAMS)
        .auto_date_header(false) // see `HttpDate`
        .max_header_list_size(RDAP_HTTP2_HEAD_BYTES as u32) // beyond it the library says 431 and nothing else
        // Requests have no bodies that are read; 65,535 is the least a connection has (RFC 9113, section 6.9.2).
        .initial_stream_window_size(1024)
        .initial_connection_window_size(65_535)
        .max_send_buf_size(64 * 1024)
        .max_pending_accept_reset_streams(RDAP_STREAM_ERRORS)
        .max_local_error_reset_streams(RDAP_STREAM_ERRORS);
    builder
}

/// What decides that a connection has to end.
struct Watch<'c, S> {
    surroundings: &'c S,
    account: &'c Account,
    wire: &'c Wire,
    asked: &'c Cell<bool>,
}

/// Why a connection ended.
enum Ended {
    Connection(hyper::Result<()>),
    Limit(Limit),
}

/// Runs a connection and its tasks to the end.
async fn drive<C, S>(connection: C, shut_down: impl Fn(Pin<&mut C>), mut tasks: Tasks, watch: Watch<'_, S>) -> Ended
where
    C: Future<Output = hyper::Result<()>>,
    S: Surroundings,
{
    let mut connection = pin!(connection);
    let mut overdue = pin!(overdue(&watch));
    let mut closing = pin!(watch.surroundings.closing());
    let mut told = false;
    poll_fn(|cx: &mut Context<'_>| {
        if !told && closing.as_mut().poll(cx).is_ready() {
            told = true;
            shut_down(connection.as_mut());
        }
        if told && watch.wire.lingers() {
            return Poll::Ready(Ended::Connection(Ok(())));
        }
        if let Poll::Ready(limit) = overdue.as_mut().poll(cx) {
            return Poll::Ready(Ended::Limit(limit));
        }
        loop {
            tasks.poll(cx);
            match connection.as_mut().poll(cx) {
                Poll::Pending if tasks.has_new() => {}
                polled => return polled.map(Ended::Connection),
            }
        }
    })
    .await
}

/// Whether the HTTP/2 library ended a connection with ENHANCE_YOUR_CALM (RFC 9113, section 7), which only its text tells.
fn is_excessive(error: &hyper::Error) -> bool {
    error.source().is_some_and(|cause| cause.to_string().contains("detected excessive load"))
}

/// Completes when a whole idle time has passed without a request, or with an answer untaken.
async fn overdue<S: Surroundings>(watch: &Watch<'_, S>) -> Limit {
    loop {
        watch.surroundings.sleep(Duration::from_secs(RDAP_IDLE_SECONDS)).await;
        let untaken = watch.account.period_ends();
        let idle = !watch.asked.replace(false);
        if untaken || idle && (watch.wire.is_blocked() || watch.account.holds()) {
            return Limit::WriteTime;
        }
        if idle {
            return Limit::IdleTime;
        }
    }
}

#[cfg(test)]
mod tests;
