//! RDAP over HTTP/1.1 and HTTP/2 (RFC 7480): one connection from its first octet to its last.
//!
//! [`serve`] works over any stream; what else it needs of the process comes through [`Surroundings`]. It never waits
//! within a request: a query is answered in the call that reads it.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::future::{Future, poll_fn, ready};
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_io::{AsyncRead, AsyncWrite};
use http_body_util::Full;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};

use crate::base::limits::{RDAP_HEAD_BYTES, RDAP_IDLE_SECONDS, RDAP_STREAMS};
use crate::base::timestamp::Timestamp;
use crate::model::view::View;
use crate::node::http_date::HttpDate;
use crate::node::hyper_io::{HyperIo, Spawner, Tasks};
pub use crate::node::rate_limit::Rate;
use crate::node::rate_limit::RateLimiter;
use crate::rdap::{self, BaseUrl, MEDIA_TYPE, RdapError};

/// What a connection needs of the shard it runs on.
pub trait Surroundings {
    /// A view for one request.
    type View<'a>: View
    where
        Self: 'a;

    /// Pins a view for one request.
    fn pin(&self) -> Self::View<'_>;

    /// The present moment.
    fn now(&self) -> Timestamp;

    /// What has passed since some moment before; never goes back, whatever is done to the clock.
    fn elapsed(&self) -> Duration;

    /// The moment the view is of, no later than [`Surroundings::now`]: that same moment where transactions are decided,
    /// an earlier one on a replica that is behind.
    fn updated(&self) -> Timestamp;

    /// Completes after `duration`.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;

    /// Completes when connections are to end as soon as what is in flight is answered.
    fn closing(&self) -> impl Future<Output = ()>;

    /// Counts a request that came before its client network's rate allows.
    fn limited(&self, client: IpAddr);

    /// Counts a connection that was closed because it asked nothing for too long.
    fn gave_up(&self, client: IpAddr);

    /// Counts an answer by its HTTP status code.
    fn answered(&self, status: u16);
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
    limiter: Option<RefCell<RateLimiter>>,
    date: HttpDate,
}

impl<S: Surroundings> RdapState<S> {
    /// A service known by `base_urls`; answers name the one whose authority the client used, or else the first.
    /// `rate` is for each client network and this shard; `None` sets no limit.
    ///
    /// # Errors
    /// [`NoBaseUrl`].
    pub fn new(
        surroundings: S,
        base_urls: Vec<BaseUrl>,
        terms_url: Option<String>,
        rate: Option<Rate>,
    ) -> Result<Self, NoBaseUrl> {
        if base_urls.is_empty() {
            return Err(NoBaseUrl);
        }
        let limiter = rate.map(|rate| RefCell::new(RateLimiter::new(rate)));
        Ok(Self { surroundings, base_urls, terms_url, limiter, date: HttpDate::default() })
    }

    fn respond<B>(&self, client: IpAddr, request: &Request<B>) -> Response<Full<Bytes>> {
        let target = request.uri().path_and_query().map_or("", |target| target.as_str());
        let base = self.base(request);
        let context = rdap::Context::new(base, target, self.surroundings.updated(), self.terms_url.as_deref());
        if let Err(seconds) = self.admit(client) {
            self.surroundings.limited(client);
            let mut response = self.finish(request, rdap::refuse(RdapError::TooManyRequests, &context));
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            return response;
        }
        let answer = match rdap::parse(request.method().as_str(), base, target) {
            Ok(asked) => rdap::answer(&self.surroundings.pin(), &asked, &context),
            Err(error) => rdap::refuse(error, &context),
        };
        if answer.status == 500 {
            tracing::error!(target, "an object refers to records that are not there");
        }
        self.finish(request, answer)
    }

    fn admit(&self, client: IpAddr) -> Result<(), u64> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        limiter.borrow_mut().admit(client, self.surroundings.elapsed())
    }

    /// Only our own base URLs ever appear in an answer, whatever host a request names.
    fn base<B>(&self, request: &Request<B>) -> &BaseUrl {
        let named = match request.uri().authority() {
            Some(authority) => authority.as_str(),
            None => request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default(),
        };
        let known = self.base_urls.iter().find(|base| base.authority().eq_ignore_ascii_case(named));
        known.unwrap_or(&self.base_urls[0])
    }

    fn finish<B>(&self, request: &Request<B>, answer: rdap::Response) -> Response<Full<Bytes>> {
        self.surroundings.answered(answer.status);
        let length = answer.body.len();
        let body = if request.method() == Method::HEAD { Bytes::new() } else { answer.body.into() };
        let mut response = Response::new(Full::new(body));
        *response.status_mut() = StatusCode::from_u16(answer.status).expect("RDAP answers with codes that exist");
        let headers = response.headers_mut();
        common_headers(headers);
        headers.insert(header::DATE, self.date.at(self.surroundings.now()));
        match answer.status {
            204 => preflight_headers(headers),
            _ => {
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
                // HEAD tells the length of what GET would send (RFC 9110, section 9.3.2).
                headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
            }
        }
        if answer.status == 405 {
            headers.insert(header::ALLOW, METHODS);
        }
        response
    }
}

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");

/// On every answer, errors included.
fn common_headers(headers: &mut HeaderMap) {
    let common: [(HeaderName, &'static str); 4] = [
        // RFC 7480, section 5.6.
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        // An answer says of when it is, so that each differs: a cache may keep it, but must ask before using it.
        (header::CACHE_CONTROL, "no-cache"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    headers.extend(common.map(|(name, value)| (name, HeaderValue::from_static(value))));
}

/// What a browser may send across origins: any header, since none has a meaning here but those of HTTP itself.
fn preflight_headers(headers: &mut HeaderMap) {
    headers.insert(header::ALLOW, METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
}

/// Serves one connection until the peer closes it, breaks HTTP, asks nothing for [`RDAP_IDLE_SECONDS`] (twice that at
/// most), or the process is [closing](Surroundings::closing). `alpn` is the protocol agreed on (RFC 7301): `h2`, or else
/// HTTP/1.1.
///
/// The idle time counts whole requests, so a peer that sends or reads a few octets at a time is idle too.
/// `on_request` is told of each.
pub async fn serve<IO, S>(
    stream: IO,
    peer: SocketAddr,
    alpn: Option<&[u8]>,
    state: Rc<RdapState<S>>,
    on_request: impl Fn() + 'static,
) where
    IO: AsyncRead + AsyncWrite + Unpin + 'static,
    S: Surroundings + 'static,
{
    let asked = Rc::new(Cell::new(false));
    let service = service_fn({
        let (state, asked) = (state.clone(), asked.clone());
        move |request| {
            asked.set(true);
            on_request();
            ready(Ok::<_, Infallible>(state.respond(peer.ip(), &request)))
        }
    });
    let (io, tasks) = (HyperIo::new(stream), Tasks::default());
    let surroundings = &state.surroundings;
    let ended = if alpn == Some(b"h2") {
        let connection = http2_builder(tasks.spawner()).serve_connection(io, service);
        drive(connection, |connection| connection.graceful_shutdown(), tasks, (surroundings, peer.ip()), &asked).await
    } else {
        let connection = http1_builder().serve_connection(io, service);
        drive(connection, |connection| connection.graceful_shutdown(), tasks, (surroundings, peer.ip()), &asked).await
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "an RDAP connection ended");
    }
}

fn http1_builder() -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .header_read_timeout(None) // see `idle`
        .auto_date_header(false) // see `HttpDate`
        .max_buf_size(RDAP_HEAD_BYTES)
        .writev(false); // head and body in one TLS record
    builder
}

fn http2_builder(spawner: Spawner) -> http2::Builder<Spawner> {
    let mut builder = http2::Builder::new(spawner);
    builder
        .max_concurrent_streams(RDAP_STREAMS)
        .auto_date_header(false) // see `HttpDate`
        .max_header_list_size(RDAP_HEAD_BYTES as u32)
        // Requests have no bodies that are read; 65,535 is the least a connection has (RFC 9113, section 6.9.2).
        .initial_stream_window_size(1024)
        .initial_connection_window_size(65_535)
        .max_send_buf_size(64 * 1024);
    builder
}

/// Runs a connection and its tasks to the end.
async fn drive<C, S>(
    connection: C,
    shut_down: impl Fn(Pin<&mut C>),
    mut tasks: Tasks,
    (surroundings, client): (&S, IpAddr),
    asked: &Cell<bool>,
) -> hyper::Result<()>
where
    C: Future<Output = hyper::Result<()>>,
    S: Surroundings,
{
    let mut connection = pin!(connection);
    let mut idle = pin!(idle(surroundings, asked));
    let mut closing = pin!(surroundings.closing());
    let mut told = false;
    poll_fn(move |cx: &mut Context<'_>| {
        if !told && closing.as_mut().poll(cx).is_ready() {
            told = true;
            shut_down(connection.as_mut());
        }
        if idle.as_mut().poll(cx).is_ready() {
            surroundings.gave_up(client);
            return Poll::Ready(Ok(()));
        }
        loop {
            tasks.poll(cx);
            match connection.as_mut().poll(cx) {
                Poll::Pending if tasks.has_new() => {}
                polled => return polled,
            }
        }
    })
    .await
}

/// Completes when a whole idle time has passed without a request.
async fn idle(surroundings: &impl Surroundings, asked: &Cell<bool>) {
    loop {
        surroundings.sleep(Duration::from_secs(RDAP_IDLE_SECONDS)).await;
        if !asked.replace(false) {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
