//! /metrics over plain HTTP, for the operator's own network.

use std::convert::Infallible;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};

use crate::base::limits::{METRICS_CONNECTIONS, OBSERVERS};
use crate::node::bounds::Bound;
use crate::node::hyper_io::HyperIo;
use crate::node::seats::{SeatLimits, Seats};
use crate::node::shard::Shard;
use crate::runtime::net::{Listener, Socket, Stream};
use crate::runtime::offload::{Account, Bounds, Offload};
use crate::runtime::task::spawn;
use crate::runtime::time::timeout;

/// How long a scrape may take from its first octet to its last.
const SCRAPE_TIMEOUT: Duration = Duration::from_secs(10);

/// Serves scrapes until the shard stops. One that is slow gives way to another when all seats are taken.
pub(super) async fn serve(shard: Rc<Shard>, listener: Listener) {
    const ALL: usize = METRICS_CONNECTIONS;
    let seats = Seats::new(SeatLimits { all: ALL, per_address: ALL, per_network: ALL });
    while let Some((socket, peer)) = shard.accepted(async || listener.accept().await).await {
        let seat = seats.enter(peer.ip(), false);
        let Ok(seat) = seat else {
            shard.common.metrics.bounds.bite(Bound::MetricsConnections, &peer.ip());
            continue;
        };
        let shard = shard.clone();
        spawn(async move {
            let scraped = pin!(scrape(shard.clone(), socket));
            if let Either::Right(_) = select(scraped, pin!(seat.evicted())).await {
                shard.common.metrics.bounds.bite(Bound::MetricsGaveWay, &peer.ip());
            }
        });
    }
}

/// The thread that reads all meters for whoever looks at them: on a machine with many shards that takes milliseconds, which
/// no shard has.
///
/// # Errors
/// No thread.
pub(super) fn observers() -> std::io::Result<Offload> {
    Offload::new(1, Bounds { all: OBSERVERS, owner: OBSERVERS })
}

/// On whose account: all who look are one.
pub(super) fn observer() -> Account {
    Account { owner: String::new(), group: String::new() }
}

async fn scrape(shard: Rc<Shard>, socket: Socket) {
    let Ok(stream) = Stream::new(socket) else { return };
    let service = service_fn(|request: Request<hyper::body::Incoming>| {
        let (shard, path) = (shard.clone(), request.uri().path().to_owned());
        async move { Ok::<_, Infallible>(answer(&shard, &path).await) }
    });
    let mut http = http1::Builder::new();
    http.header_read_timeout(None).keep_alive(false).auto_date_header(false);
    let connection = http.serve_connection(HyperIo::new(stream), service);
    // A scraper that goes away in the middle asks again.
    drop(timeout(SCRAPE_TIMEOUT, connection).await);
}

async fn answer(shard: &Shard, path: &str) -> Response<Full<Bytes>> {
    let (status, kind, text) = match path {
        "/metrics" => {
            let (common, elapsed) = (&shard.common, shard.common.began.elapsed());
            let networks = common.rdap_rate.as_ref().map_or(0, |limiter| limiter.in_use(elapsed));
            common.metrics.rdap_rate_networks.set(i64::try_from(networks).unwrap_or(i64::MAX));
            let (kept, clock) = (common.clone(), shard.clock.look());
            match common.observers.run(&observer(), move || kept.metrics.text(&clock, &kept.session_counts())).await {
                Ok(text) => (StatusCode::OK, "application/openmetrics-text; version=1.0.0; charset=utf-8", text),
                Err(busy) => (StatusCode::SERVICE_UNAVAILABLE, "text/plain", format!("{busy}\n")),
            }
        }
        _ => (StatusCode::NOT_FOUND, "text/plain", "metrics are at /metrics\n".to_owned()),
    };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
