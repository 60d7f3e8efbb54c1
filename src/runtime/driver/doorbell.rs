//! How another thread tells an executor that something lies in one of its mailboxes.
//!
//! One atomic holds one of three states, and both sides change it only by read-modify-write:
//!
//! - a sender first puts its message into the queue, then swaps in `RUNG`; only when it replaced `ASLEEP` it writes the
//!   eventfd;
//! - the driver swaps in `QUIET` and, when it replaced `RUNG`, looks into every mailbox;
//! - the driver goes to sleep only by a compare-exchange from `QUIET` to `ASLEEP`.
//!
//! Why no message is left behind: all changes of the atomic have one order. Take a sender's swap to `RUNG`. If the next
//! change is the driver's swap to `QUIET`, that swap acquires what the sender released, so the look that follows sees
//! the message. If the driver tries to sleep instead, its compare-exchange finds `RUNG` and fails. If the driver already
//! was asleep, the sender saw that and writes the eventfd, which the sleeping `epoll_wait` reports. Another sender's
//! swap in between keeps `RUNG` and, being a read-modify-write, carries the first sender's release on.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicU8, Ordering};

use rustix::event::{EventfdFlags, eventfd};

const QUIET: u8 = 0;
const RUNG: u8 = 1;
const ASLEEP: u8 = 2;

/// The bell of one executor; shared with everyone who may send to it.
pub(in crate::runtime) struct Doorbell {
    state: AtomicU8,
    wire: OwnedFd,
}

impl Doorbell {
    pub(super) fn new() -> io::Result<Self> {
        let wire = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        Ok(Self { state: AtomicU8::new(QUIET), wire })
    }

    /// Called by any thread after it put its message where the driver will look.
    pub(in crate::runtime) fn ring(&self) {
        if self.state.swap(RUNG, Ordering::AcqRel) == ASLEEP {
            // Any number but zero will do, in whatever order of octets. Fails only when the counter is full, and then the
            // wire is readable already. The driver watches it edge-triggered, and each write is an edge, so nobody ever
            // needs to read it.
            let _ = rustix::io::write(&self.wire, &1u64.to_le_bytes());
        }
    }

    /// The driver's side: whether someone rang since the last call.
    pub(super) fn answer(&self) -> bool {
        // The load keeps the cache line shared on a quiet turn; a ring it misses is found by the next turn or by
        // `fall_asleep`.
        self.state.load(Ordering::Relaxed) == RUNG && self.state.swap(QUIET, Ordering::AcqRel) == RUNG
    }

    /// The driver's side: from now on a ring writes the wire. `false` when someone rang already.
    pub(super) fn fall_asleep(&self) -> bool {
        self.state.compare_exchange(QUIET, ASLEEP, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// Whether the driver sleeps, and no ring has come that ends it.
    pub(super) fn sleeps(&self) -> bool {
        self.state.load(Ordering::Relaxed) == ASLEEP
    }

    /// The driver's side: rings need no wire any more. A ring that came meanwhile stays for [`Doorbell::answer`].
    pub(super) fn wake_up(&self) {
        let _ = self.state.compare_exchange(ASLEEP, QUIET, Ordering::AcqRel, Ordering::Acquire);
    }
}

impl AsFd for Doorbell {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.wire.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rings_on_the_wire(bell: &Doorbell) -> u64 {
        let mut count = [0; 8];
        rustix::io::read(bell, &mut count).map_or(0, |_| u64::from_le_bytes(count))
    }

    #[test]
    fn only_a_sleeper_costs_a_system_call() {
        let bell = Doorbell::new().expect("a descriptor is free");
        bell.ring();
        bell.ring();
        assert_eq!(rings_on_the_wire(&bell), 0);
        assert!(!bell.fall_asleep(), "a ring came before");
        assert!(bell.answer() && !bell.answer());
        assert!(bell.fall_asleep());
        bell.ring();
        bell.ring();
        assert_eq!(rings_on_the_wire(&bell), 1);
        bell.wake_up();
        assert!(bell.answer(), "waking up keeps the ring");
    }
}
