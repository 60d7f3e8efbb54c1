//! A flag that tasks of one executor can wait for: "finish what you hold, take nothing new".

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

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

    /// What `future` gives, or `None` when the flag is set first.
    pub(super) async fn or<F: Future>(&self, future: F) -> Option<F::Output> {
        match select(pin!(future), pin!(self.wait())).await {
            Either::Left((output, _)) => Some(output),
            Either::Right(((), _)) => None,
        }
    }

    /// Completes when the flag is set.
    pub(super) async fn wait(&self) {
        let mut watch = self.watch();
        poll_fn(|context| watch.poll(context)).await;
    }

    /// The flag for one task, which asks often.
    pub(super) fn watch(&self) -> Watch<'_> {
        let id = self.next.get();
        self.next.set(id + 1);
        Watch { stop: self, id, woken: None }
    }
}

/// Looks at the flag, and has the task woken when it is set.
pub(super) struct Watch<'s> {
    stop: &'s Stop,
    id: u64,
    /// Whom the flag wakes.
    woken: Option<Waker>,
}

impl Watch<'_> {
    /// Whether the flag is set; if not, the task will be woken then.
    pub(super) fn poll(&mut self, context: &Context<'_>) -> Poll<()> {
        if self.stop.set.get() {
            return Poll::Ready(());
        }
        if !self.woken.as_ref().is_some_and(|woken| woken.will_wake(context.waker())) {
            self.woken = Some(context.waker().clone());
            self.stop.waiting.borrow_mut().insert(self.id, context.waker().clone());
        }
        Poll::Pending
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if self.woken.is_some() {
            self.stop.waiting.borrow_mut().remove(&self.id);
        }
    }
}
