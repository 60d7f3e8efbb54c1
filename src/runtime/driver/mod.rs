//! What an executor's tasks wait for, in one place: sockets (one epoll set), mailboxes (one doorbell), timers (one wheel).
//!
//! [`drive::Drive`] is the task that polls all three; the rest of `runtime` registers here. Nothing in this module is
//! shared with another thread but the [`Doorbell`].

mod doorbell;
mod drive;
mod slots;
mod source;
mod watchdog;
mod wheel;

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Waker;
use std::time::{Duration, Instant};

use rustix::event::{Timespec, epoll};

pub(super) use doorbell::Doorbell;
pub(super) use drive::{Drive, HEARTBEAT};
pub(super) use source::Registered;
pub(super) use watchdog::start_watchdog;
pub(super) use wheel::TimerKey;

use slots::Slots;
use source::Source;
use watchdog::Pulse;
use wheel::Wheel;

/// The epoll token of the doorbell; no [`Slots`] key has this value.
const DOORBELL: u64 = u64::MAX;
/// Socket events taken in one turn.
const EVENTS_PER_TURN: usize = 256;
/// Octets one stream may move in one turn, so that a peer with a fast line does not hold up the others.
const STREAM_BYTES_PER_TURN: usize = 128 * 1024;

thread_local! {
    static CURRENT: RefCell<Option<Rc<Driver>>> = const { RefCell::new(None) };
}

/// The mailbox end that lives in this executor, as the driver sees it.
pub(super) trait Inbox {
    /// Moves the waiting task's waker to `woken` when a message (or the end) is there.
    fn take_ready(&self, woken: &mut Vec<Waker>);
    /// Remembers whom the next message wakes.
    fn wait(&self, waker: &Waker);
    /// Forgets the waiting task.
    fn dismiss(&self) -> Option<Waker>;
}

/// The state behind one executor.
pub(super) struct Driver {
    epoll: OwnedFd,
    doorbell: Arc<Doorbell>,
    events: RefCell<Vec<epoll::Event>>,
    sources: RefCell<Slots<Rc<Source>>>,
    inboxes: RefCell<Slots<Rc<dyn Inbox>>>,
    wheel: RefCell<Wheel>,
    /// Kept between turns for its capacity.
    woken: Cell<Vec<Waker>>,
    born: Instant,
    turn: Cell<u64>,
    task_steps: Cell<u64>,
    dismissed: Cell<bool>,
}

impl Driver {
    /// Makes the driver of the calling thread.
    pub(super) fn install() -> io::Result<Rc<Self>> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let doorbell = Arc::new(Doorbell::new()?);
        let token = epoll::EventData::new_u64(DOORBELL);
        epoll::add(&epoll, doorbell.as_fd(), token, epoll::EventFlags::IN | epoll::EventFlags::ET)?;
        let driver = Rc::new(Self {
            epoll,
            doorbell,
            events: RefCell::new(Vec::with_capacity(EVENTS_PER_TURN)),
            sources: RefCell::new(Slots::new()),
            inboxes: RefCell::new(Slots::new()),
            wheel: RefCell::new(Wheel::new()),
            woken: Cell::new(Vec::new()),
            born: Instant::now(),
            turn: Cell::new(0),
            task_steps: Cell::new(0),
            dismissed: Cell::new(false),
        });
        CURRENT.set(Some(driver.clone()));
        Ok(driver)
    }

    /// The driver of the executor that runs the caller.
    ///
    /// # Panics
    /// On a thread that is no executor: a bug of the caller.
    pub(super) fn current() -> Rc<Self> {
        Self::installed().expect("sockets, timers and mailboxes are used inside an executor")
    }

    /// The driver of the calling thread, if it is an executor.
    pub(super) fn installed() -> Option<Rc<Self>> {
        // `try_with`: a receiver may be dropped while the thread's locals are.
        CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
    }

    /// Ends the driving: drops every waker, so that tasks nobody can wake any more are dropped with what they hold. A
    /// task that runs once more may wait again, for good: called again, this drops that task too.
    pub(super) fn dismiss(&self) {
        self.dismissed.set(true);
        let sources: Vec<_> = self.sources.borrow().iter().cloned().collect();
        let inboxes: Vec<_> = self.inboxes.borrow().iter().cloned().collect();
        // Wakers are dropped outside every borrow: a dropped task deregisters what it held.
        drop(sources.iter().flat_map(|source| source.dismiss()).collect::<Vec<_>>());
        drop(inboxes.iter().filter_map(|inbox| inbox.dismiss()).collect::<Vec<_>>());
        let timers = self.wheel.borrow_mut().clear();
        drop(timers);
    }

    /// A task that the watchdog wakes in place of the driver's, for as long as the pulse is kept: to be spawned, and to run
    /// once. It never ends, since a task that has ended cannot be woken, and holds nothing that its executor might leak.
    pub(super) fn watched_to_the_end(&self) -> (impl Sized + use<>, impl Future<Output = ()> + use<>) {
        let pulse = Pulse::watched(self.doorbell.clone());
        let known = Arc::downgrade(&pulse);
        let task = std::future::poll_fn(move |cx| {
            known.upgrade().into_iter().for_each(|pulse| pulse.turn(cx.waker()));
            std::task::Poll::Pending
        });
        (pulse, task)
    }

    /// Takes the driver off its thread again.
    pub(super) fn uninstall() {
        CURRENT.take();
    }

    /// How often the driver has looked for news.
    pub(super) fn round(&self) -> u64 {
        self.turn.get()
    }

    /// Tells that a task of this executor ran or ended; the driver sleeps only after a round in which none did.
    pub(super) fn count_step(&self) {
        self.task_steps.set(self.task_steps.get().wrapping_add(1));
    }

    /// The bell that wakes this executor.
    pub(super) fn doorbell(&self) -> &Arc<Doorbell> {
        &self.doorbell
    }

    /// Adds a mailbox; its key removes it.
    pub(super) fn add_inbox(&self, inbox: Rc<dyn Inbox>) -> u64 {
        self.inboxes.borrow_mut().insert(inbox)
    }

    /// Has the next message of that mailbox wake `waker`.
    pub(super) fn wait_at_inbox(&self, key: u64, waker: &Waker) {
        if let Some(inbox) = self.inboxes.borrow().get(key) {
            inbox.wait(waker);
        }
    }

    pub(super) fn remove_inbox(&self, key: u64) {
        let removed = self.inboxes.borrow_mut().remove(key);
        drop(removed);
    }

    /// Arms a timer: `waker` is woken at `deadline` or up to two milliseconds later, never before.
    pub(super) fn arm_timer(&self, deadline: Instant, waker: &Waker) -> TimerKey {
        let tick = deadline.saturating_duration_since(self.born).as_micros().div_ceil(1000);
        self.wheel.borrow_mut().arm(u64::try_from(tick).unwrap_or(u64::MAX), waker.clone())
    }

    /// Whether the timer is still to fire; if so, for `waker`.
    pub(super) fn refresh_timer(&self, key: TimerKey, waker: &Waker) -> bool {
        self.wheel.borrow_mut().refresh(key, waker)
    }

    pub(super) fn disarm_timer(&self, key: TimerKey) {
        self.wheel.borrow_mut().disarm(key);
    }

    /// How long the driver may sleep at `now`, at most `limit`, without missing a timer.
    fn sleep_limit(&self, now: Instant, limit: Duration) -> Duration {
        let Some(tick) = self.wheel.borrow().next_tick() else { return limit };
        let due = self.born + Duration::from_millis(tick);
        limit.min(due.saturating_duration_since(now))
    }

    /// Takes socket events, waiting up to `limit` for the first. Whether there were any.
    fn poll_sockets(&self, limit: Duration) -> bool {
        self.turn.set(self.turn.get() + 1);
        let mut events = self.events.borrow_mut();
        events.clear();
        // Whole milliseconds, rounded up: a timer must not find itself early, and the older system call serves.
        let millis = limit.as_micros().div_ceil(1000) as i64;
        let timeout = Timespec { tv_sec: millis / 1000, tv_nsec: millis % 1000 * 1_000_000 };
        match epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut events), Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(errno) => panic!("epoll_wait on our own set: {errno}"),
        }
        for event in events.iter() {
            let (data, flags) = (event.data, event.flags);
            let source = self.sources.borrow().get(data.u64()).cloned();
            // No source: the doorbell, or a socket that was closed earlier in this very batch.
            if let Some(source) = source {
                source.note(flags);
            }
        }
        !events.is_empty()
    }

    /// Wakes the readers of mailboxes in which something lies. Whether anyone rang.
    fn answer_doorbell(&self) -> bool {
        if !self.doorbell.answer() {
            return false;
        }
        self.wake_all(|woken| self.inboxes.borrow().iter().for_each(|inbox| inbox.take_ready(woken)));
        true
    }

    /// Wakes whose time has come at `now`. Whether there were any.
    fn expire_timers(&self, now: Instant) -> bool {
        let tick = now.saturating_duration_since(self.born).as_millis() as u64;
        self.wake_all(|woken| self.wheel.borrow_mut().advance(tick, woken))
    }

    fn wake_all(&self, collect: impl FnOnce(&mut Vec<Waker>)) -> bool {
        let mut woken = self.woken.take();
        collect(&mut woken);
        let any = !woken.is_empty();
        woken.drain(..).for_each(Waker::wake);
        self.woken.set(woken);
        any
    }
}
