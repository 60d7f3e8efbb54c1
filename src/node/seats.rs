//! Places for strangers: bounded in all and for each client network, fair between networks; who is idle gives way first.
//!
//! A newcomer whose address or network has as many seats as it may takes the one of these that has been idle longest. When
//! all seats are taken, the network that holds the most gives one up to a network that holds fewer, so that no number of
//! connections of one network keeps another out. "Idle" counts from the last whole request, or from entering: a
//! connection that shakes hands or sends its request drop by drop is idle.

mod prefix;
mod table;

#[cfg(test)]
mod tests;

use std::future::{Future, poll_fn};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Instant;

use futures_util::task::AtomicWaker;

pub(super) use self::prefix::{Prefix, widest_network};
use self::table::Table;

/// How many seats there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SeatLimits {
    /// In all.
    pub(super) all: usize,
    /// For one client: an IPv4 address, an IPv6 /64. A /56 may have twice as many, if its network may.
    pub(super) per_address: usize,
    /// For one network: IPv4 /24, IPv6 /48.
    pub(super) per_network: usize,
}

/// Which bound leaves no seat for a newcomer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// All are taken, and none has to give way.
    All,
    /// Those of the address, none of them idle.
    Address,
    /// Those of the network, none of them idle.
    Network,
}

/// The seats, shared by all shards.
pub(super) struct Seats {
    began: Instant,
    table: Mutex<Table>,
}

impl Seats {
    /// All of them free.
    pub(super) fn new(limits: SeatLimits) -> Arc<Self> {
        Arc::new(Self { began: Instant::now(), table: Mutex::new(Table::new(limits)) })
    }

    /// A seat until it is dropped, or [given to another](Seat::evicted). `known`: the address belongs to someone we have
    /// a contract with, who takes the seat of a stranger when there is no other, and whose seat no stranger gets.
    ///
    /// # Errors
    /// The bound that leaves no seat.
    pub(super) fn enter(self: &Arc<Self>, ip: IpAddr, known: bool) -> Result<Seat, Full> {
        let now = self.now();
        let pulse = Arc::new(Pulse::new(now));
        let entered = self.table().enter(ip, known, now, pulse.clone())?;
        // Woken outside of the lock, which that one's end needs.
        if let Some(evicted) = entered.evicted {
            evicted.waker.wake();
        }
        Ok(Seat { seats: self.clone(), id: entered.id, pulse })
    }

    /// Milliseconds since the seats were made.
    fn now(&self) -> u64 {
        self.began.elapsed().as_millis() as u64
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // Nothing in it can panic half-way.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of one connection. Its moments are set without a lock.
pub(super) struct Seat {
    seats: Arc<Seats>,
    id: u64,
    pulse: Arc<Pulse>,
}

impl Seat {
    /// A whole request was read or answered: from now on it is idle.
    pub(super) fn active(&self) {
        self.pulse.last.store(self.seats.now(), Ordering::Relaxed);
    }

    /// Something is under way for the connection, which is not idle until the guard is dropped.
    pub(super) fn busy(&self) -> Busy<'_> {
        self.pulse.busy.fetch_add(1, Ordering::Relaxed);
        Busy { seat: self }
    }

    /// Completes when the seat was given to another: the connection must end at once. One task may wait at a time.
    pub(super) fn evicted(&self) -> impl Future<Output = ()> + '_ {
        poll_fn(|context| {
            self.pulse.waker.register(context.waker());
            if self.pulse.evicted.load(Ordering::Acquire) { Poll::Ready(()) } else { Poll::Pending }
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.seats.table().leave(self.id);
    }
}

/// See [`Seat::busy`].
pub(super) struct Busy<'s> {
    seat: &'s Seat,
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.seat.active();
        self.seat.pulse.busy.fetch_sub(1, Ordering::Release);
    }
}

/// What a connection and the table of seats tell each other.
struct Pulse {
    /// When it was active last; grows only.
    last: AtomicU64,
    /// How many things are under way.
    busy: AtomicU32,
    evicted: AtomicBool,
    waker: AtomicWaker,
}

impl Pulse {
    fn new(now: u64) -> Self {
        let (busy, evicted) = (AtomicU32::new(0), AtomicBool::new(false));
        Self { last: AtomicU64::new(now), busy, evicted, waker: AtomicWaker::new() }
    }

    /// The moment since which it is idle; `now` while it is busy.
    fn idle_since(&self, now: u64) -> u64 {
        if self.busy.load(Ordering::Acquire) > 0 { now } else { self.last.load(Ordering::Relaxed) }
    }
}
