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
//! parks, even with runnable ones; a pending timer of its own is what surely ends that. The driver keeps one armed, at
//! most a [`HEARTBEAT`] ahead.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use glommio::timer::Timer;

use super::Driver;

/// How long glommio's stall may last.
const HEARTBEAT: Duration = Duration::from_millis(1);
/// The first sleep after work; each further one doubles. Longer than glommio's preemption timer, so that glommio looks
/// at its own sources after each.
const SHORTEST_SLEEP: Duration = Duration::from_millis(2);
/// The longest sleep: fifty wake-ups a second cost an idle core about a thousandth.
const LONGEST_SLEEP: Duration = Duration::from_millis(20);

/// The driver as a task; ends when the driver is dismissed.
pub(in crate::runtime) struct Drive {
    driver: Rc<Driver>,
    spin: Duration,
    spin_until: Instant,
    seen_steps: u64,
    sleep: Duration,
    empty_round: bool,
    heartbeat: Timer,
    beat_at: Instant,
}

impl Drive {
    /// `spin`: how long after the last work the driver keeps polling before it sleeps.
    pub(in crate::runtime) fn new(driver: Rc<Driver>, spin: Duration) -> Self {
        let now = Instant::now();
        Self {
            driver,
            spin,
            spin_until: now,
            seen_steps: 0,
            sleep: SHORTEST_SLEEP,
            empty_round: true,
            heartbeat: Timer::new(HEARTBEAT),
            beat_at: now,
        }
    }

    fn beat(&mut self, now: Instant, cx: &mut Context<'_>) {
        if now >= self.beat_at {
            self.heartbeat = Timer::new(HEARTBEAT);
            // Registers the timer with glommio; that it fires is all we want of it.
            let _ = Pin::new(&mut self.heartbeat).poll(cx);
            self.beat_at = now + HEARTBEAT;
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
        let mut now = Instant::now();
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
