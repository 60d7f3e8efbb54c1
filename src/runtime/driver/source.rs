//! A descriptor in the epoll set, and what is known about its readiness.
//!
//! The set is edge-triggered: epoll reports a change once, and the readiness it brought holds until a call proves
//! otherwise ([`Registered::set_unreadable`]). A registered descriptor starts as ready, because its first edge may lie
//! before the registration.

use std::cell::Cell;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::rc::Rc;
use std::task::{Context, Waker};

use rustix::event::epoll::{self, EventFlags};

use super::{Driver, STREAM_BYTES_PER_TURN};

pub(super) struct Source {
    readable: Cell<bool>,
    writable: Cell<bool>,
    /// The peer will send no more: there is always something to read, in the end the end.
    hung_up: Cell<bool>,
    reader: Cell<Option<Waker>>,
    writer: Cell<Option<Waker>>,
    budget_turn: Cell<u64>,
    budget: Cell<usize>,
}

impl Source {
    /// Takes in what epoll reported, and wakes.
    pub(super) fn note(&self, flags: EventFlags) {
        let broken = flags.intersects(EventFlags::ERR | EventFlags::HUP);
        if broken || flags.contains(EventFlags::RDHUP) {
            self.hung_up.set(true);
        }
        if broken || flags.intersects(EventFlags::IN | EventFlags::RDHUP) {
            self.readable.set(true);
            self.reader.take().into_iter().for_each(Waker::wake);
        }
        if broken || flags.contains(EventFlags::OUT) {
            self.writable.set(true);
            self.writer.take().into_iter().for_each(Waker::wake);
        }
    }

    pub(super) fn dismiss(&self) -> impl Iterator<Item = Waker> + use<> {
        self.reader.take().into_iter().chain(self.writer.take())
    }
}

/// A non-blocking descriptor that the executor's driver watches; dropping it deregisters and closes.
pub(in crate::runtime) struct Registered {
    fd: OwnedFd,
    key: u64,
    source: Rc<Source>,
    driver: Rc<Driver>,
}

impl Registered {
    /// Registers with the calling executor's driver. Errors of `epoll_ctl`, such as `ENOSPC` and `ENOMEM`.
    pub(in crate::runtime) fn new(fd: OwnedFd) -> io::Result<Self> {
        let driver = Driver::current();
        let source = Rc::new(Source {
            readable: Cell::new(true),
            writable: Cell::new(true),
            hung_up: Cell::new(false),
            reader: Cell::new(None),
            writer: Cell::new(None),
            budget_turn: Cell::new(0),
            budget: Cell::new(0),
        });
        let key = driver.sources.borrow_mut().insert(source.clone());
        // From here on a failure deregisters through the destructor.
        let registered = Self { fd, key, source, driver };
        let interest = EventFlags::IN | EventFlags::OUT | EventFlags::RDHUP | EventFlags::ET;
        epoll::add(&registered.driver.epoll, &registered.fd, epoll::EventData::new_u64(key), interest)?;
        Ok(registered)
    }

    /// Whether a read may succeed; if not, the task will be woken when one may.
    pub(in crate::runtime) fn readable(&self, cx: &Context<'_>) -> bool {
        if !self.source.readable.get() {
            keep(&self.source.reader, cx);
        }
        self.source.readable.get()
    }

    /// Whether a write may succeed; if not, the task will be woken when one may.
    pub(in crate::runtime) fn writable(&self, cx: &Context<'_>) -> bool {
        if !self.source.writable.get() {
            keep(&self.source.writer, cx);
        }
        self.source.writable.get()
    }

    /// A read found nothing (more): the next edge makes readable again. After a hang-up no edge will come, and there is
    /// always the end to read, so that stays readable.
    pub(in crate::runtime) fn set_unreadable(&self) {
        self.source.readable.set(self.source.hung_up.get());
    }

    /// A write found no room.
    pub(in crate::runtime) fn set_unwritable(&self) {
        self.source.writable.set(false);
    }

    /// How many octets may be moved now: the rest of this turn's budget. Zero when it is used up; then the task is
    /// scheduled again behind the driver, which begins a new turn.
    pub(in crate::runtime) fn budget(&self, cx: &Context<'_>) -> usize {
        let turn = self.driver.turn.get();
        if self.source.budget_turn.replace(turn) != turn {
            self.source.budget.set(STREAM_BYTES_PER_TURN);
        }
        if self.source.budget.get() == 0 {
            cx.waker().wake_by_ref();
        }
        self.source.budget.get()
    }

    pub(in crate::runtime) fn spend(&self, octets: usize) {
        self.source.budget.set(self.source.budget.get().saturating_sub(octets));
    }
}

impl AsFd for Registered {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        // Fails only where the registration failed.
        let _ = epoll::delete(&self.driver.epoll, &self.fd);
        let removed = self.driver.sources.borrow_mut().remove(self.key);
        drop(removed);
    }
}

fn keep(place: &Cell<Option<Waker>>, cx: &Context<'_>) {
    let waker = match place.take() {
        Some(kept) if kept.will_wake(cx.waker()) => kept,
        _ => cx.waker().clone(),
    };
    place.set(Some(waker));
}
