//! The last resort against glommio's stall (see [`super::drive`]): one thread that looks at every executor a few times a
//! second, and calls the waker of a driver that neither took a turn nor sleeps.
//!
//! A call from another thread is the one thing that ends the stall each time, because glommio arms the descriptor behind
//! it anew in every round, before it can stall. The heartbeats end nearly all stalls sooner.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, Once, OnceLock, PoisonError, Weak};
use std::task::Waker;
use std::thread;
use std::time::Duration;

use super::Doorbell;

/// Between two looks; a stall that outlives all heartbeats ends within two of these.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// One executor's sign of life.
pub(super) struct Pulse {
    doorbell: Arc<Doorbell>,
    turns: AtomicU64,
    driver: OnceLock<Waker>,
}

impl Pulse {
    /// A pulse that is watched from now on, for as long as it is kept.
    pub(super) fn watched(doorbell: Arc<Doorbell>) -> Arc<Self> {
        let pulse = Arc::new(Self { doorbell, turns: AtomicU64::new(0), driver: OnceLock::new() });
        WATCHDOG.watched.lock().unwrap_or_else(PoisonError::into_inner).push((Arc::downgrade(&pulse), 0));
        WATCHDOG.more.notify_one();
        pulse
    }

    /// The driver takes a turn.
    pub(super) fn turn(&self, driver: &Waker) {
        self.turns.fetch_add(1, Ordering::Relaxed);
        if self.driver.get().is_none() {
            let _ = self.driver.set(driver.clone());
        }
    }
}

struct Watchdog {
    /// With the number of turns at the last look.
    watched: Mutex<Vec<(Weak<Pulse>, u64)>>,
    more: Condvar,
}

static WATCHDOG: Watchdog = Watchdog { watched: Mutex::new(Vec::new()), more: Condvar::new() };

/// Starts the thread, once a process. It may run where the caller may.
pub(in crate::runtime) fn start_watchdog() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let started = thread::Builder::new().name("watchdog".into()).spawn(|| watch(&WATCHDOG));
        if let Err(error) = started {
            tracing::warn!(%error, "no watchdog: an executor that stalls stays so until something reaches it");
        }
    });
}

fn watch(watchdog: &Watchdog) {
    loop {
        let watched = watchdog.watched.lock().unwrap_or_else(PoisonError::into_inner);
        let watched = watchdog.more.wait_while(watched, |watched| watched.is_empty());
        watched.unwrap_or_else(PoisonError::into_inner).retain_mut(|(pulse, seen)| {
            let Some(pulse) = pulse.upgrade() else { return false };
            let turns = pulse.turns.load(Ordering::Relaxed);
            if turns == *seen && !pulse.doorbell.sleeps() {
                // A driver that is only held up by a long step of some task does not mind.
                pulse.driver.get().into_iter().for_each(Waker::wake_by_ref);
            }
            *seen = turns;
            true
        });
        thread::sleep(LOOK_EVERY);
    }
}
