//! Answers that tasks of this executor wait for, and that another thread will send: a number out, a value back.

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::poll_fn;
use std::task::{Poll, Waker};

/// What is awaited, by number.
pub(super) struct Pending<T> {
    slots: RefCell<HashMap<u64, Slot<T>>>,
    next: RefCell<u64>,
}

enum Slot<T> {
    Empty,
    Waiting(Waker),
    Filled(T),
}

impl<T> Default for Pending<T> {
    fn default() -> Self {
        Self { slots: RefCell::default(), next: RefCell::new(0) }
    }
}

impl<T> Pending<T> {
    /// A new number; its value may be sent from now on.
    pub(super) fn open(&self) -> u64 {
        let mut next = self.next.borrow_mut();
        *next += 1;
        self.slots.borrow_mut().insert(*next, Slot::Empty);
        *next
    }

    /// The value of a number. A task that stops waiting closes the number, and a late value is dropped.
    pub(super) async fn wait(&self, number: u64) -> T {
        let guard = Close { pending: self, number };
        poll_fn(|context| {
            let mut slots = guard.pending.slots.borrow_mut();
            match slots.remove(&number) {
                Some(Slot::Filled(value)) => Poll::Ready(value),
                _ => {
                    slots.insert(number, Slot::Waiting(context.waker().clone()));
                    Poll::Pending
                }
            }
        })
        .await
    }

    /// Fills a number.
    pub(super) fn fill(&self, number: u64, value: T) {
        let before = match self.slots.borrow_mut().get_mut(&number) {
            Some(slot) => std::mem::replace(slot, Slot::Filled(value)),
            None => return,
        };
        if let Slot::Waiting(waker) = before {
            waker.wake();
        }
    }
}

struct Close<'p, T> {
    pending: &'p Pending<T>,
    number: u64,
}

impl<T> Drop for Close<'_, T> {
    fn drop(&mut self) {
        self.pending.slots.borrow_mut().remove(&self.number);
    }
}
