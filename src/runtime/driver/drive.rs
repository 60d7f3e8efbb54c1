//! The driver task: one turn after the other, and sleep only when nothing can run.
//!
//! **When it may sleep.** glommio runs the tasks of one queue first in, first out, and the driver schedules itself at
//! the end of each of its turns. So when no task ran between two of its turns ([`Driver::count_step`]), the queue held
//! nothing but the driver; and as long as this turn wakes nobody, it still does. Then the driver blocks the thread in
//! `epoll_wait`: a socket's edge, a ring of the doorbell (both through the set) or the next timer (as the limit) ends
//! that. glommio itself never parks, which spares six `io_uring_enter` and an interrupt to every other core per sleep.
//!
//! **Wakes the driver does not know of**, such as a foreign thread calling a task's waker or glommio's own files and
//! timers, are served between two sleeps. No sleep is longer than [`LONGEST_SLEEP`], and after one that found nothing
//! the driver makes an empty round first, so that what glommio found meanwhile shows as a step.
//!
//! **glommio's stall.** When its preemption timer has fired by the time a round begins, glommio 0.9 runs no task and
//! parks, even with runnable ones; a pending timer of its own ends that. One timer is not enough: it may fire in the
//! very poll before the round that stalls. So the driver keeps a whole row of them pending, one [`HEARTBEAT`] apart,
//! and a stall hardly ever lasts longer than one. [`super::watchdog`] ends those that do. Neither can help before the
//! driver's first turn: that one belongs to a round that has no preemption timer, and the first heartbeat begins the next.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use glommio::timer::Timer;

use super::Driver;
use super::watchdog::Pulse;

/// How long glommio's stall may last.
pub(in crate::runtime) const HEARTBEAT: Duration = Duration::from_millis(1);
/// How many heartbeats are pending.
const BEATS_AHEAD: u32 = 32;
/// The first sleep after work; each further one doubles.
const SHORTEST_SLEEP: Duration = Duration::from_millis(2);
/// The longest sleep: fifty wake-ups a second cost an idle core about a thousandth.
const LONGEST_SLEEP: Duration = Duration::from_millis(20);

/// The driver as a task; ends when the driver is dismissed.
pub(in crate::runtime) struct Drive {
    driver: Rc<Driver>,
    pulse: Arc<Pulse>,
    spin: Duration,
    spin_until: Instant,
    seen_steps: u64,
    sleep: Duration,
    empty_round: bool,
    /// Pending, the next first.
    heartbeats: VecDeque<(Instant, Timer)>,
}

impl Drive {
    /// `spin`: how long after the last work the driver keeps polling before it sleeps.
    pub(in crate::runtime) fn new(driver: Rc<Driver>, spin: Duration) -> Self {
        let now = Instant::now();
        Self {
            pulse: Pulse::watched(driver.doorbell.clone()),
            driver,
            spin,
            spin_until: now,
            seen_steps: 0,
            sleep: SHORTEST_SLEEP,
            empty_round: true,
            heartbeats: VecDeque::new(),
        }
    }

    /// Keeps the row of heartbeats full.
    fn beat(&mut self, now: Instant, cx: &mut Context<'_>) {
        if self.heartbeats.front().is_some_and(|(at, _)| now < *at) {
            return;
        }
        self.heartbeats.retain(|(at, _)| now < *at);
        let mut at = self.heartbeats.back().map_or(now, |(at, _)| *at);
        while at < now + HEARTBEAT * BEATS_AHEAD {
            at += HEARTBEAT;
            let mut timer = Timer::new(at - now);
            // Registers it with glommio; that it fires is all we want of it.
            let _ = Pin::new(&mut timer).poll(cx);
            self.heartbeats.push_back((at, timer));
        }
    }
}

impl Future for Drive {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        let driver = this.driver.clone();
        if driver.dismissed.get() {
            return Poll::Ready(());
        }
        this.pulse.turn(cx.waker());
        let mut now = Instant::now();
        if this.heartbeats.is_empty() {
            this.beat(now, cx);
            return Poll::Pending;
        }
        let steps = driver.task_steps.get();
        let alone = std::mem::replace(&mut this.seen_steps, steps) == steps;
        // The doorbell comes last: once it says asleep, every ring costs its sender a system call.
        let sleeps = alone && !this.empty_round && now >= this.spin_until && driver.doorbell.fall_asleep();
        let limit = if sleeps { driver.sleep_limit(now, this.sleep) } else { Duration::ZERO };
        let mut found = driver.poll_sockets(limit);
        if sleeps {
            driver.doorbell.wake_up();
            now = Instant::now();
        }
        found |= driver.answer_doorbell();
        found |= driver.expire_timers(now);
        if found || !alone {
            this.spin_until = now + this.spin;
            this.sleep = SHORTEST_SLEEP;
            this.empty_round = false;
        } else {
            this.empty_round = sleeps;
            this.sleep = if sleeps { (this.sleep * 2).min(LONGEST_SLEEP) } else { this.sleep };
        }
        this.beat(now, cx);
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
