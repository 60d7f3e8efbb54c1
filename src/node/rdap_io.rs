//! The octets of an RDAP connection as hyper sees them: it may receive only so many between two whole requests, and errors
//! that hyper answers itself leave with a body.
//!
//! hyper reads whatever keeps HTTP/2 going (PING, SETTINGS, PRIORITY, WINDOW_UPDATE, refused streams) for as long as it
//! comes. A client that means it sends little of that for each request, so a budget of octets, which each request fills up
//! again, ends any flood of them alike.

use std::cell::Cell;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use futures_io::{AsyncRead, AsyncWrite};
use hyper::rt::{Read, ReadBufCursor, Write};

use crate::base::limits::{RDAP_BETWEEN_REQUESTS_BYTES, RDAP_HEAD_BYTES};
use crate::node::hyper_io::HyperIo;

/// What a read costs beside its octets, so that octets that come one by one cost what they cost us.
const READ_COST: usize = 32;
/// A client that takes an answer gives it credits, an octet for so many: over HTTP/2 it says again and again that it has room
/// (WINDOW_UPDATE), 26 octets each time, and that for two kibibytes at least where it means to read.
const TAKEN_PER_CREDIT: usize = 32;
/// What a refused request costs beside its octets; more than its answer, which is taken too, gives back.
const REFUSED_COST: usize = 64;
/// No error that hyper answers itself is longer.
const BARE_ERROR_BYTES: usize = 256;

/// What a connection and its octets know of each other.
pub(super) struct Wire {
    credit: Cell<usize>,
    asked: Cell<bool>,
    flooded: Cell<bool>,
    blocked: Cell<bool>,
    lines: Cell<bool>,
    lingers: Cell<bool>,
}

impl Wire {
    pub(super) fn new() -> Rc<Self> {
        let no = || Cell::new(false);
        let credit = Cell::new(RDAP_BETWEEN_REQUESTS_BYTES);
        Rc::new(Self { credit, asked: no(), flooded: no(), blocked: no(), lines: no(), lingers: no() })
    }

    /// A whole request came. It pays for its own octets and a little more, but not for those of any flood; one that is
    /// `refused` because there are too many pays for nothing.
    pub(super) fn whole_request(&self, refused: bool) {
        self.asked.set(true);
        match refused {
            true => self.credit.set(self.credit.get().saturating_sub(REFUSED_COST)),
            false => self.earn(RDAP_HEAD_BYTES),
        }
    }

    /// So many octets of answers are on their way.
    fn taken(&self, octets: usize) {
        self.earn(octets / TAKEN_PER_CREDIT);
    }

    fn earn(&self, credit: usize) {
        self.credit.set((self.credit.get() + credit).min(RDAP_BETWEEN_REQUESTS_BYTES));
    }

    /// Notes what came of an attempt to send.
    fn sent(&self, written: &Poll<io::Result<usize>>) {
        self.blocked.set(written.is_pending());
        if let Poll::Ready(Ok(octets)) = written {
            self.taken(*octets);
        }
    }

    /// Whether the connection ended because it was sent too much between two requests.
    pub(super) fn flooded(&self) -> bool {
        self.flooded.get()
    }

    /// Whether octets wait for a peer that does not take them.
    pub(super) fn is_blocked(&self) -> bool {
        self.blocked.get()
    }

    /// Whether all is said, and only the peer's end is awaited.
    pub(super) fn lingers(&self) -> bool {
        self.lingers.get()
    }

    /// Whether it is known that not even the request line of the first request has ended.
    pub(super) fn in_first_line(&self) -> bool {
        !self.asked.get() && !self.lines.get()
    }

    fn received(&self, octets: &[u8]) -> io::Result<()> {
        if octets.is_empty() {
            return Ok(());
        }
        if !self.lines.get() && octets.contains(&b'\n') {
            self.lines.set(true);
        }
        match self.credit.get().checked_sub(octets.len() + READ_COST) {
            Some(rest) => {
                self.credit.set(rest);
                Ok(())
            }
            None => {
                self.flooded.set(true);
                Err(io::Error::new(io::ErrorKind::QuotaExceeded, "too many octets without a request"))
            }
        }
    }
}

/// A stream as hyper wants it, watched.
pub(super) struct RdapIo<S, P> {
    io: HyperIo<S>,
    wire: Rc<Wire>,
    /// A whole response for an error that hyper answers itself, by its status; none for HTTP/2, which has no such errors,
    /// and where a peer chooses octets that we send (PING).
    page: Option<P>,
    /// Such a response, and how much of it is sent.
    instead: Option<(Vec<u8>, usize)>,
}

impl<S, P: Fn(u16) -> Vec<u8>> RdapIo<S, P> {
    pub(super) fn new(stream: S, wire: Rc<Wire>, page: Option<P>) -> Self {
        Self { io: HyperIo::new(stream), wire, page, instead: None }
    }
}

impl<S: AsyncRead + Unpin, P: Unpin> Read for RdapIo<S, P> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        let Self { io, wire, .. } = &mut *self;
        io.poll_read_with(cx, buf, |octets| wire.received(octets))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin, P: Fn(u16) -> Vec<u8> + Unpin> Write for RdapIo<S, P> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let Self { io, wire, page, instead } = &mut *self;
        let written = match page.as_ref().zip(bare_error(buf)) {
            None => Pin::new(io).poll_write(cx, buf),
            Some((_, (before @ 1.., _))) => Pin::new(io).poll_write(cx, &buf[..before]),
            Some((page, (0, status))) => {
                let (octets, sent) = instead.get_or_insert_with(|| (page(status), 0));
                poll_write_all(io, cx, octets, sent).map_ok(|()| buf.len())
            }
        };
        wire.sent(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let bufs = match bufs {
            // An error that hyper answers itself comes in the last piece, which is looked at when it comes alone.
            [before @ .., last] if self.page.is_some() && bare_error(last).is_some() => match before {
                [] => return self.poll_write(cx, last),
                before => before,
            },
            bufs => bufs,
        };
        let written = Pin::new(&mut self.io).poll_write_vectored(cx, bufs);
        self.wire.sent(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.io).poll_flush(cx);
        self.wire.blocked.set(flushed.is_pending());
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.wire.lingers.get() {
            ready!(Pin::new(&mut self.io).poll_shutdown(cx))?;
        }
        if self.instead.is_none() {
            return Poll::Ready(Ok(()));
        }
        // A socket that is closed with unread octets resets the connection, and the peer may lose what we said last
        // (RFC 9112, section 9.6).
        self.wire.lingers.set(true);
        let Self { io, wire, .. } = &mut *self;
        io.poll_discard(cx, |octets| wire.received(octets))
    }
}

fn poll_write_all<S: AsyncWrite + Unpin>(
    io: &mut HyperIo<S>,
    cx: &mut Context<'_>,
    octets: &[u8],
    sent: &mut usize,
) -> Poll<io::Result<()>> {
    while let Some(rest) = octets.get(*sent..).filter(|rest| !rest.is_empty()) {
        match ready!(Pin::new(&mut *io).poll_write(cx, rest))? {
            0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
            count => *sent += count,
        }
    }
    Poll::Ready(Ok(()))
}

/// Where in `buf` an error that hyper answers itself begins, and its status. It is always the last response of a connection,
/// it has no body, and no fields but three; each response of ours has more.
fn bare_error(buf: &[u8]) -> Option<(usize, u16)> {
    const START: &[u8] = b"HTTP/1.";
    if !buf.ends_with(b"\r\n\r\n") {
        return None;
    }
    let from = buf.len().saturating_sub(BARE_ERROR_BYTES);
    let start = from + buf[from..].windows(START.len()).rposition(|window| window == START)?;
    // It follows nothing, a body, or a head. A body is JSON, or HTML, or gzip, whose last octets are its length, lowest octet
    // first (RFC 1952, section 2.3.1), and none has 16 MiB.
    let ends: [&[u8]; 4] = [b"}", b"</html>", b"\0", b"\r\n\r\n"];
    if !(start == 0 || ends.iter().any(|end| buf[..start].ends_with(end))) {
        return None;
    }
    let head = str::from_utf8(&buf[start..buf.len() - 4]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok().filter(|status| (400..600).contains(status))?;
    let bare = ["connection: close", "content-length: 0", "date: "];
    lines.all(|line| bare.iter().any(|field| line.starts_with(field))).then_some((start, status))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BARE: &str = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\ndate: Thu\r\n\r\n";

    #[test]
    fn only_an_error_without_body_and_without_our_fields_is_taken_for_one_of_hyper() {
        assert_eq!(bare_error(BARE.as_bytes()), Some((0, 400)));
        let old = BARE.replace("HTTP/1.1 400", "HTTP/1.0 431");
        assert_eq!(bare_error(old.as_bytes()), Some((0, 431)));
        let ours = "HTTP/1.1 404 Not Found\r\naccess-control-allow-origin: *\r\ncontent-length: 2\r\n\r\n{}";
        assert_eq!(bare_error((ours.to_owned() + BARE).as_bytes()), Some((ours.len(), 400)));
        let head = ours.replace("{}", "");
        assert_eq!(bare_error((head.clone() + BARE).as_bytes()), Some((head.len(), 400)));
        let page = ours.replace("{}", "<p></p></html>");
        assert_eq!(bare_error((page.clone() + BARE).as_bytes()), Some((page.len(), 400)));
        assert_eq!(bare_error(ours.as_bytes()), None);
        assert_eq!(bare_error(head.as_bytes()), None);
        assert_eq!(bare_error(BARE.replace("400", "200").as_bytes()), None);
        assert_eq!(bare_error(&BARE.as_bytes()[..40]), None);
        assert_eq!(bare_error(format!("x-said: {BARE}").as_bytes()), None);
        assert_eq!(bare_error(b""), None);
    }

    #[test]
    fn a_request_pays_for_its_own_octets_and_not_for_a_flood() {
        let wire = Wire::new();
        let head = vec![b'x'; RDAP_HEAD_BYTES - READ_COST - REFUSED_COST];
        for _ in 0..100 {
            assert!(wire.received(&head).is_ok());
            wire.whole_request(false);
        }
        for _ in 0..RDAP_BETWEEN_REQUESTS_BYTES / RDAP_HEAD_BYTES {
            assert!(wire.received(&head).is_ok());
            wire.whole_request(true);
        }
        assert!(!wire.flooded());
        assert!(wire.received(b"x").is_err());
        assert!(wire.flooded());
    }

    #[test]
    fn who_takes_answers_may_say_that_there_is_room_for_more_and_who_is_refused_may_not_go_on() {
        const UPDATES: [u8; 26] = [0; 26];
        let wire = Wire::new();
        for _ in 0..100_000 {
            wire.taken(2048);
            assert!(wire.received(&UPDATES).is_ok());
        }
        let (wire, mut refused) = (Wire::new(), 0);
        while wire.received(&[0; 19]).is_ok() {
            wire.whole_request(true);
            wire.taken(1024);
            refused += 1;
            assert!(refused < 10_000);
        }
        let wire = Wire::new();
        while wire.received(&[0; 17]).is_ok() {
            // A PING and its answer.
            wire.taken(17);
        }
    }
}
