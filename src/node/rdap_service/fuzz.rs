//! For the fuzzer: a whole connection from any octets, over a stream in memory.

use std::cell::Cell;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::ops::{Bound, ControlFlow};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_io::{AsyncRead, AsyncWrite};

use super::{Access, BaseUrl, Denial, Limit, RdapKind, RdapState, Surroundings, serve};
use crate::base::timestamp::Timestamp;
use crate::model::memory::Memory;
use crate::model::record::Kind;
use crate::model::search::{Family, Place, Searchable};
use crate::model::view::{Record, RecordOctets, View};
use crate::rdap::{CursorKey, SearchPolicy};

/// Octets that one read gives at most where a request comes in pieces.
const PIECE: usize = 7;
/// A connection whose peer has gone needs a few polls to notice; one that never ends is a fault.
const POLLS: usize = 10_000;

/// Serves the connection that these octets open and then end. The first octet decides the protocol (its lowest bit:
/// HTTP/2) and whether the others come at once or in pieces (the next).
///
/// # Panics
/// When the connection does not end with its octets, anything is answered with a 5xx that is not 501, or an answer over
/// HTTP/1.1 lacks what every answer has.
pub fn fuzz_connection(data: &[u8]) {
    let Some((choice, input)) = data.split_first() else { return };
    let (http2, piece) = (choice & 1 != 0, if choice & 2 != 0 { PIECE } else { usize::MAX });
    let base = BaseUrl::new("https://rdap.example/").expect("a base URL");
    let empty = Empty { registry: Memory::default(), answers: Rc::default() };
    let answers = empty.answers.clone();
    let state = RdapState::new(empty, vec![base], None, None, Arc::default(), 0)
        .expect("one base URL")
        .searching(SearchPolicy::All, Arc::new(CursorKey::new(&[7; 32])));
    let output = Rc::default();
    let wire = Octets { input: input.to_vec(), read: 0, piece, output: Rc::clone(&output) };
    let peer = SocketAddr::from(([192, 0, 2, 1], 443));
    let alpn: &[u8] = if http2 { b"h2" } else { b"http/1.1" };
    let mut serving = pin!(serve(wire, peer, Some(alpn), None, Rc::new(state), || ()));
    let mut context = Context::from_waker(Waker::noop());
    assert!((0..POLLS).any(|_| serving.as_mut().poll(&mut context).is_ready()), "it does not end");
    let output = output.take();
    if !http2 && !output.is_empty() {
        let shown = || String::from_utf8_lossy(&output);
        assert!(output.starts_with(b"HTTP/1."), "{}", shown());
        assert_eq!(count(&output, b"\r\naccess-control-allow-origin: *\r\n"), answers.get(), "{}", shown());
    }
}

fn count(octets: &[u8], text: &[u8]) -> usize {
    octets.windows(text.len()).filter(|window| *window == text).count()
}

/// The peer: all that it says, and all that it was told.
struct Octets {
    input: Vec<u8>,
    read: usize,
    piece: usize,
    output: Rc<Cell<Vec<u8>>>,
}

impl AsyncRead for Octets {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        let rest = &self.input[self.read..];
        let count = rest.len().min(buf.len()).min(self.piece);
        buf[..count].copy_from_slice(&rest[..count]);
        self.read += count;
        Poll::Ready(Ok(count))
    }
}

impl AsyncWrite for Octets {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let mut output = self.output.take();
        output.extend_from_slice(buf);
        self.output.set(output);
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// A registry that holds nothing, where no time passes.
struct Empty {
    registry: Memory,
    answers: Rc<Cell<usize>>,
}

struct Nothing<'a>(&'a Memory);

impl RecordOctets for Nothing<'_> {
    fn octets(&self, kind: Kind, key: &[u8]) -> Option<&[u8]> {
        self.0.octets(kind, key)
    }
}

impl Searchable for Nothing<'_> {
    fn search(&self, family: Family, from: Bound<Place<'_>>, each: &mut dyn FnMut(Place<'_>) -> ControlFlow<()>) {
        self.0.search(family, from, each);
    }
}

impl View for Nothing<'_> {
    fn record<R: Record>(&self, key: &[u8]) -> Option<&R::Archived> {
        self.0.record::<R>(key)
    }

    fn count(&self, kind: Kind, key: &[u8]) -> u64 {
        self.0.count(kind, key)
    }
}

impl Surroundings for Empty {
    type View<'a> = Nothing<'a>;

    fn pin(&self) -> Nothing<'_> {
        Nothing(&self.registry)
    }

    fn position(&self) -> Option<u64> {
        None
    }

    fn now(&self) -> Timestamp {
        Timestamp::default()
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn updated(&self) -> Timestamp {
        Timestamp::default()
    }

    async fn turn(&self, _: IpAddr) {}

    async fn sleep(&self, _: Duration) {
        std::future::pending().await
    }

    async fn closing(&self) {
        std::future::pending().await
    }

    fn reached(&self, _: Limit, _: IpAddr) {}

    fn answered(&self, status: u16) {
        assert!(status < 500 || status == 501, "{status}");
        self.answers.set(self.answers.get() + 1);
    }

    fn took(&self, _: RdapKind, _: Duration) {}

    fn counts(&self, _: RdapKind, _: &str) {}

    fn accessed(&self, access: &Access<'_>) {
        panic!("nobody is known, found {access:?}");
    }

    fn denied(&self, _: Denial) {}
}
