//! Bounded mailboxes between threads: any thread sends without waiting, one executor receives.
//!
//! A message is a push into a lock-free queue and a ring of the receiving executor's doorbell (see `driver::doorbell`
//! for why none is overlooked); it costs a system call only when that executor sleeps.

use std::cell::Cell;
use std::fmt;
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Waker};

use crossbeam_queue::ArrayQueue;

use super::driver::{Doorbell, Driver, Inbox};

/// A mailbox for up to `capacity` messages (at least one).
pub fn channel<T: Send>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let shared = Arc::new(Shared {
        queue: ArrayQueue::new(capacity.max(1)),
        senders: AtomicUsize::new(1),
        receiver_gone: AtomicBool::new(false),
        doorbell: OnceLock::new(),
    });
    (Sender { shared: shared.clone() }, Receiver { shared, inbox: None })
}

struct Shared<T> {
    queue: ArrayQueue<T>,
    senders: AtomicUsize,
    receiver_gone: AtomicBool,
    /// The bell of the executor that receives, once that is known.
    doorbell: OnceLock<Arc<Doorbell>>,
}

impl<T> Shared<T> {
    /// After a change the receiver has to see. The fence pairs with the one in [`Receiver::bind`]: either we see the
    /// bell it set, or its look into the queue, which follows, sees our change.
    fn announce(&self) {
        fence(Ordering::SeqCst);
        if let Some(doorbell) = self.doorbell.get() {
            doorbell.ring();
        }
    }

    fn ended(&self) -> bool {
        self.senders.load(Ordering::Acquire) == 0
    }
}

/// The mailbox had no room (or nobody receives any more); the message comes back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Full<T>(pub T);

impl<T> fmt::Debug for Full<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Full(..)")
    }
}

impl<T> fmt::Display for Full<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the mailbox is full")
    }
}

impl<T> std::error::Error for Full<T> {}

/// The sending end, for any thread, executor or not.
pub struct Sender<T> {
    shared: Arc<Shared<T>>,
}

impl<T: Send> Sender<T> {
    /// Puts a message in and wakes the receiver. Never waits.
    ///
    /// # Errors
    /// [`Full`] with the message.
    pub fn try_send(&self, message: T) -> Result<(), Full<T>> {
        if self.shared.receiver_gone.load(Ordering::Acquire) {
            return Err(Full(message));
        }
        self.shared.queue.push(message).map_err(Full)?;
        self.shared.announce();
        Ok(())
    }

    /// Whether nobody receives any more.
    pub fn is_closed(&self) -> bool {
        self.shared.receiver_gone.load(Ordering::Acquire)
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.shared.senders.fetch_add(1, Ordering::Relaxed);
        Self { shared: self.shared.clone() }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        if self.shared.senders.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.shared.announce();
        }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sender({} of {})", self.shared.queue.len(), self.shared.queue.capacity())
    }
}

/// The receiving end. It may travel until it is first awaited; from then on it belongs to that executor.
pub struct Receiver<T> {
    shared: Arc<Shared<T>>,
    /// Its place among the executor's inboxes.
    inbox: Option<u64>,
}

impl<T: Send + 'static> Receiver<T> {
    /// The next message; `None` when all senders are gone and nothing is left. Dropping the future loses nothing.
    ///
    /// # Panics
    /// When awaited on another executor than the first time, or on none.
    pub async fn recv(&mut self) -> Option<T> {
        poll_fn(|cx| self.poll_recv(cx)).await
    }

    /// A message that lies there already; from any thread.
    pub fn try_recv(&mut self) -> Option<T> {
        self.shared.queue.pop()
    }

    /// See [`Receiver::recv`].
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        if let Some(message) = self.shared.queue.pop() {
            return Poll::Ready(Some(message));
        }
        self.bind(cx);
        // The end is asked for before the last look, so that a message sent just before the end is not lost.
        let ended = self.shared.ended();
        match self.shared.queue.pop() {
            None if !ended => Poll::Pending,
            message => Poll::Ready(message),
        }
    }

    /// Leaves the waker where the driver finds it when the bell rings. The first time also tells the senders which bell
    /// that is; the look into the queue that follows catches what was sent before.
    fn bind(&mut self, cx: &Context<'_>) {
        let driver = Driver::current();
        let doorbell = self.shared.doorbell.get_or_init(|| driver.doorbell().clone());
        assert!(Arc::ptr_eq(doorbell, driver.doorbell()), "a mailbox is received by one executor only");
        match self.inbox {
            Some(key) => driver.wait_at_inbox(key, cx.waker()),
            None => {
                let inbox = LocalEnd { shared: self.shared.clone(), waiting: Cell::new(Some(cx.waker().clone())) };
                self.inbox = Some(driver.add_inbox(Rc::new(inbox)));
                fence(Ordering::SeqCst);
            }
        }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.shared.receiver_gone.store(true, Ordering::Release);
        while self.shared.queue.pop().is_some() {}
        if let (Some(key), Some(driver), Some(doorbell)) = (self.inbox, Driver::installed(), self.shared.doorbell.get())
            && Arc::ptr_eq(doorbell, driver.doorbell())
        {
            driver.remove_inbox(key);
        }
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Receiver({} of {})", self.shared.queue.len(), self.shared.queue.capacity())
    }
}

/// What the driver keeps of a receiver.
struct LocalEnd<T> {
    shared: Arc<Shared<T>>,
    waiting: Cell<Option<Waker>>,
}

impl<T> Inbox for LocalEnd<T> {
    fn take_ready(&self, woken: &mut Vec<Waker>) {
        if !self.shared.queue.is_empty() || self.shared.ended() {
            woken.extend(self.waiting.take());
        }
    }

    fn wait(&self, waker: &Waker) {
        let waker = self.waiting.take().filter(|kept| kept.will_wake(waker)).unwrap_or_else(|| waker.clone());
        self.waiting.set(Some(waker));
    }

    fn dismiss(&self) -> Option<Waker> {
        self.waiting.take()
    }
}

#[cfg(test)]
mod tests;
