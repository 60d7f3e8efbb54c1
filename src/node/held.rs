//! The octets of answers that wait for their readers: counted from the moment an answer is made until its last octet is on
//! its way, for each connection, for each network, and in all.
//!
//! Over HTTP/2 a client decides when answers flow, and may never let them. Beyond a bound its next request waits, before
//! its answer is made, until what the connection holds is taken. A connection that holds nothing may always have one answer
//! made, so that no client keeps another waiting; the bounds can be overrun by that one answer a connection.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::convert::Infallible;
use std::future::poll_fn;
use std::io::IoSlice;
use std::net::IpAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Buf;
use hyper::body::{Body, Frame, SizeHint};

use crate::base::limits::{RDAP_HELD_BYTES, RDAP_HELD_CONNECTION_BYTES, RDAP_HELD_NETWORK_BYTES};
use crate::node::seats::{Prefix, widest_network};
use crate::rdap::Body as Octets;

/// Octets that an answer takes beside its body: its head, and what HTTP/2 keeps for its stream.
const HEAD_BYTES: usize = 1024;

/// All connections' sum, shared by all shards.
#[derive(Default)]
pub struct Held {
    all: AtomicUsize,
    networks: Mutex<HashMap<Prefix, Network>>,
}

#[derive(Default)]
struct Network {
    connections: usize,
    octets: Arc<AtomicUsize>,
}

/// Which bound makes a request wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldBound {
    /// [`RDAP_HELD_CONNECTION_BYTES`].
    Connection,
    /// [`RDAP_HELD_NETWORK_BYTES`].
    Network,
    /// [`RDAP_HELD_BYTES`].
    All,
}

impl Held {
    /// The account of one connection from `ip`.
    pub(super) fn open(self: &Arc<Self>, ip: IpAddr) -> Rc<Account> {
        let network = widest_network(ip);
        let mut networks = self.networks();
        let entry = networks.entry(network).or_default();
        entry.connections += 1;
        let account = Account {
            held: self.clone(),
            network,
            network_octets: entry.octets.clone(),
            octets: Cell::new(0),
            answers: Default::default(),
            period: Cell::new(0),
            waiting: RefCell::default(),
        };
        Rc::new(account)
    }

    fn networks(&self) -> MutexGuard<'_, HashMap<Prefix, Network>> {
        // Each change is whole before anything can panic.
        self.networks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one connection holds.
pub(super) struct Account {
    held: Arc<Held>,
    network: Prefix,
    network_octets: Arc<AtomicUsize>,
    octets: Cell<usize>,
    /// Answers held that were made in this period, and in the one before.
    answers: [Cell<usize>; 2],
    /// Which of the two is this period's.
    period: Cell<usize>,
    waiting: RefCell<Vec<Waker>>,
}

impl Account {
    /// Completes when an answer may be made; `bitten` is told once if that is not now.
    pub(super) async fn room(&self, mut bitten: impl FnMut(HeldBound)) {
        let mut told = false;
        poll_fn(|context| {
            let Some(bound) = self.full() else { return Poll::Ready(()) };
            if !std::mem::replace(&mut told, true) {
                bitten(bound);
            }
            self.waiting.borrow_mut().push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    fn full(&self) -> Option<HeldBound> {
        match self.octets.get() {
            0 => None,
            own if own >= RDAP_HELD_CONNECTION_BYTES => Some(HeldBound::Connection),
            _ if self.network_octets.load(Ordering::Relaxed) >= RDAP_HELD_NETWORK_BYTES => Some(HeldBound::Network),
            _ if self.held.all.load(Ordering::Relaxed) >= RDAP_HELD_BYTES => Some(HeldBound::All),
            _ => None,
        }
    }

    /// The body of an answer, counted until it is sent.
    pub(super) fn body(self: &Rc<Self>, octets: impl Into<Octets>) -> HeldBody {
        let octets = octets.into();
        if octets.is_empty() {
            return HeldBody(None);
        }
        let size = octets.room() + HEAD_BYTES;
        self.octets.set(self.octets.get() + size);
        self.network_octets.fetch_add(size, Ordering::Relaxed);
        self.held.all.fetch_add(size, Ordering::Relaxed);
        let period = self.period.get();
        self.answers[period].set(self.answers[period].get() + 1);
        let permit = Permit { account: self.clone(), size, period };
        HeldBody(Some(HeldBytes { octets, sent: 0, _permit: permit }))
    }

    /// Whether anything is held.
    pub(super) fn holds(&self) -> bool {
        self.octets.get() > 0
    }

    /// Ends a period, and says whether an answer was held for longer than a whole one.
    pub(super) fn period_ends(&self) -> bool {
        let before = 1 - self.period.get();
        let overdue = self.answers[before].get() > 0;
        if !overdue {
            self.period.set(before);
        }
        overdue
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        let mut networks = self.held.networks();
        if let Some(entry) = networks.get_mut(&self.network) {
            entry.connections -= 1;
            if entry.connections == 0 {
                networks.remove(&self.network);
            }
        }
    }
}

/// An answer that is counted.
struct Permit {
    account: Rc<Account>,
    size: usize,
    period: usize,
}

impl Drop for Permit {
    fn drop(&mut self) {
        let Account { octets, network_octets, held, answers, waiting, .. } = &*self.account;
        octets.set(octets.get() - self.size);
        network_octets.fetch_sub(self.size, Ordering::Relaxed);
        held.all.fetch_sub(self.size, Ordering::Relaxed);
        answers[self.period].set(answers[self.period].get() - 1);
        // All of them: one that was woken alone might be gone.
        waiting.take().into_iter().for_each(Waker::wake);
    }
}

/// A body that comes in one piece, counted until the last of it has been handed to the connection.
pub(super) struct HeldBody(Option<HeldBytes>);

impl Body for HeldBody {
    type Data = HeldBytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<HeldBytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|octets| Ok(Frame::data(octets))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.as_ref().map_or(0, |octets| octets.remaining() as u64))
    }
}

/// See [`HeldBody`].
pub(super) struct HeldBytes {
    octets: Octets,
    sent: usize,
    _permit: Permit,
}

impl Buf for HeldBytes {
    fn remaining(&self) -> usize {
        self.octets.len() - self.sent
    }

    fn chunk(&self) -> &[u8] {
        self.octets.piece(self.sent)
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        self.octets.pieces(self.sent, slices)
    }

    fn advance(&mut self, count: usize) {
        assert!(count <= self.remaining(), "expected no more octets to be sent than there are, found {count}");
        self.sent += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;

    const A: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const B: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));
    const C: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(198, 51, 100, 1));

    /// Which bound would make a request wait.
    fn waits(account: &Account) -> Option<HeldBound> {
        let found = Cell::new(None);
        let polled = pin!(account.room(|bound| found.set(Some(bound)))).poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(polled.is_pending(), found.get().is_some());
        found.get()
    }

    #[test]
    fn a_connection_waits_until_what_it_holds_is_taken() {
        let held = Arc::new(Held::default());
        let account = held.open(A);
        let first = account.body(vec![0; RDAP_HELD_CONNECTION_BYTES]);
        assert_eq!(waits(&account), Some(HeldBound::Connection));
        assert_eq!(waits(&held.open(A)), None, "another connection of the same client");
        drop(first);
        assert_eq!(waits(&account), None);
        assert_eq!((account.holds(), held.all.load(Ordering::Relaxed)), (false, 0));
    }

    #[test]
    fn a_network_and_all_have_bounds_and_who_holds_nothing_may_always_ask() {
        let held = Arc::new(Held::default());
        let (account, other, far) = (held.open(A), held.open(B), held.open(C));
        let _little = [account.body(vec![0; 1]), far.body(vec![0; 1])];
        let network = other.body(vec![0; RDAP_HELD_NETWORK_BYTES]);
        assert_eq!((waits(&account), waits(&far)), (Some(HeldBound::Network), None));
        let all = held.open(C).body(vec![0; RDAP_HELD_BYTES]);
        assert_eq!(waits(&far), Some(HeldBound::Network));
        drop(network);
        assert_eq!(waits(&account), Some(HeldBound::All));
        assert_eq!(waits(&held.open(A)), None);
        drop(all);
        assert_eq!((waits(&account), waits(&far)), (None, None));
        drop((account, other, far));
    }

    #[test]
    fn an_answer_is_overdue_when_it_is_held_for_a_whole_period() {
        let account = Arc::new(Held::default()).open(A);
        let first = account.body(vec![0; 1]);
        assert!(!account.period_ends(), "it may have been made a moment ago");
        let second = account.body(vec![0; 1]);
        assert!(account.period_ends());
        drop(first);
        assert!(!account.period_ends());
        assert!(account.period_ends());
        drop(second);
        assert!(!account.period_ends() && !account.period_ends());
    }

    #[test]
    fn the_octets_count_until_the_last_is_sent_wherever_they_are() {
        let held = Arc::new(Held::default());
        let account = held.open(A);
        let mut body = account.body(b"answer".to_vec());
        let polled = Pin::new(&mut body).poll_frame(&mut Context::from_waker(Waker::noop()));
        let Poll::Ready(Some(Ok(frame))) = polled else { panic!("one frame") };
        assert!(body.is_end_stream() && account.holds());
        let mut octets = frame.into_data().unwrap_or_else(|_| panic!("data"));
        octets.advance(6);
        assert!(account.holds());
        drop(octets);
        assert!(!account.holds());
        drop((account, body));
        assert!(held.networks().is_empty());
    }
}
