//! A flag that tasks of one executor can wait for: "finish what you hold, take nothing new".

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Poll, Waker};

use futures_util::future::{Either, select};

/// The flag.
#[derive(Default)]
pub(super) struct Stop {
    set: Cell<bool>,
    next: Cell<u64>,
    waiting: RefCell<HashMap<u64, Waker>>,
}

impl Stop {
    /// Sets the flag, for good.
    pub(super) fn set(&self) {
        self.set.set(true);
        self.waiting.take().into_values().for_each(Waker::wake);
    }

    /// Whether it is set.
    pub(super) fn is_set(&self) -> bool {
        self.set.get()
    }

    /// What `future` gives, or `None` when the flag is set first.
    pub(super) async fn or<F: Future>(&self, future: F) -> Option<F::Output> {
        match select(pin!(future), pin!(self.wait())).await {
            Either::Left((output, _)) => Some(output),
            Either::Right(((), _)) => None,
        }
    }

    /// Completes when the flag is set.
    pub(super) async fn wait(&self) {
        let id = self.next.get();
        self.next.set(id + 1);
        let guard = Forget { stop: self, id };
        poll_fn(|context| {
            if self.set.get() {
                return Poll::Ready(());
            }
            guard.stop.waiting.borrow_mut().insert(id, context.waker().clone());
            Poll::Pending
        })
        .await
    }
}

struct Forget<'s> {
    stop: &'s Stop,
    id: u64,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.stop.waiting.borrow_mut().remove(&self.id);
    }
}
