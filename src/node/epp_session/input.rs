//! What a session has read and not taken yet, and waiting for more.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_io::AsyncRead;
use futures_util::future::OptionFuture;

use crate::base::limits::EPP_BUFFER_KEPT_BYTES;
use crate::node::seats::Seat;
use crate::node::stop::{Stop, Watch};
use crate::runtime::time::{Sleep, sleep};
use crate::runtime::tls::TlsStream;

/// Octets asked of the socket at once: several commands; larger frames take several reads. Every session has them, so more
/// would cost the cache of a shard with many sessions.
const READ_BYTES: usize = 4 * 1024;

/// Octets that have arrived, and room for more.
pub(super) struct Input {
    /// Initialized beyond what is held, so that no read has to write zeros first.
    octets: Vec<u8>,
    held: usize,
}

impl Input {
    pub(super) fn new() -> Self {
        Self { octets: vec![0; READ_BYTES], held: 0 }
    }

    pub(super) fn held(&self) -> &[u8] {
        self.octets.get(..self.held).unwrap_or_default()
    }

    /// Forgets the first octets.
    pub(super) fn discard(&mut self, used: usize) {
        self.octets.copy_within(used..self.held, 0);
        self.held -= used;
    }

    /// Makes room for a read; what a large data unit took is given back, but not while it is still arriving.
    pub(super) fn make_room(&mut self) {
        if self.octets.len() > EPP_BUFFER_KEPT_BYTES && self.held < READ_BYTES {
            self.octets.truncate(EPP_BUFFER_KEPT_BYTES);
            self.octets.shrink_to_fit();
        }
        if self.octets.len() - self.held < READ_BYTES / 2 {
            self.octets.resize(self.octets.len() + READ_BYTES.max(self.held), 0);
        }
    }

    fn room(&mut self) -> &mut [u8] {
        self.octets.get_mut(self.held..).unwrap_or_default()
    }
}

/// What came of waiting for input.
pub(super) enum Filled {
    /// There is some.
    Some,
    /// The client will send no more.
    Ended,
    /// The connection is lost.
    Broken,
    /// The server stops.
    Stopped,
    /// The seat was given to another.
    Evicted,
    /// The time is up.
    Late,
}

/// What ends the waiting for input, beside input: kept from read to read, so that a read sets up nothing.
pub(super) struct Waits<'s> {
    stop: Watch<'s>,
    /// When the session began.
    pub(super) began: Instant,
    /// When the task is woken to look at the time: at the deadline of this read or of an earlier one.
    alarm: Option<(Instant, Sleep)>,
}

impl<'s> Waits<'s> {
    pub(super) fn new(stop: &'s Stop) -> Self {
        Self { stop: stop.watch(), began: Instant::now(), alarm: None }
    }

    /// Reads more into `input`, for so long since some moment, or else since now.
    pub(super) async fn fill(
        &mut self,
        input: &mut Input,
        stream: &mut TlsStream,
        seat: Option<&Seat>,
        (since, patience): (Option<Instant>, Duration),
    ) -> Filled {
        let mut deadline = None;
        let mut evicted = pin!(OptionFuture::from(seat.map(Seat::evicted)));
        poll_fn(|context| {
            if self.stop.poll(context).is_ready() {
                return Poll::Ready(Filled::Stopped);
            }
            match Pin::new(&mut *stream).poll_read(context, input.room()) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Filled::Ended),
                Poll::Ready(Ok(length)) => {
                    input.held += length;
                    return Poll::Ready(Filled::Some);
                }
                Poll::Ready(Err(_)) => return Poll::Ready(Filled::Broken),
                Poll::Pending => {}
            }
            if seat.is_some() && evicted.as_mut().poll(context).is_ready() {
                return Poll::Ready(Filled::Evicted);
            }
            let deadline = *deadline.get_or_insert_with(|| since.unwrap_or_else(Instant::now) + patience);
            self.until(deadline, context).map(|()| Filled::Late)
        })
        .await
    }

    /// Completes at the deadline; if it is later, the task will be woken by then.
    fn until(&mut self, deadline: Instant, context: &mut Context<'_>) -> Poll<()> {
        loop {
            match &mut self.alarm {
                // It rings in time, perhaps too early: then it is set anew.
                Some((at, ringing)) if *at <= deadline => match Pin::new(ringing).poll(context) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(()) => self.alarm = None,
                },
                _ => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Poll::Ready(());
                    }
                    self.alarm = Some((deadline, sleep(left)));
                }
            }
        }
    }
}
