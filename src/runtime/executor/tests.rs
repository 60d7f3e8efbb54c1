//! Executors start or say why not, end, and never stall.

use super::*;
use crate::runtime::time;
use std::cell::Cell;
use std::process::{Command, Output};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A placement for tests: anywhere, without spinning.
pub(crate) fn anywhere(name: &str) -> Placement {
    Placement { name: name.into(), core: None, spin: Duration::ZERO }
}

/// Runs a future on an executor of its own, to its end.
pub(crate) fn run<F, Fut>(main: F)
where
    F: FnOnce() -> Fut + Send + 'static,
    Fut: Future<Output = ()> + 'static,
{
    start(anywhere("test"), main).expect("an executor starts").join().expect("it ends");
}

/// Runs `body` in a process of its own: this very test, once more. `None` inside that process.
pub(crate) fn run_in_child(test: &str, body: impl FnOnce()) -> Option<Output> {
    const MARK: &str = "DOMESDAY_TEST_CHILD";
    if std::env::var_os(MARK).is_some() {
        body();
        return None;
    }
    let mut command = Command::new(std::env::current_exe().expect("tests are files"));
    command.args(["--exact", test, "--nocapture"]).env(MARK, "1");
    Some(command.output().expect("the test binary runs"))
}

#[test]
fn a_low_memlock_limit_is_refused_before_anything_runs() {
    let test = "runtime::executor::tests::a_low_memlock_limit_is_refused_before_anything_runs";
    let output = run_in_child(test, || {
        let low = rustix::process::Rlimit { current: Some(64 * 1024), maximum: Some(64 * 1024) };
        rustix::process::setrlimit(rustix::process::Resource::Memlock, low).expect("lowering is allowed");
        let error = start(anywhere("low"), || async { panic!("must not run") }).expect_err("64 KiB are too few");
        assert!(matches!(error, RuntimeError::LockedMemory { limit: 65_536, needed: MEMLOCK_NEEDED }), "{error}");
        assert!(error.to_string().contains("ulimit -l"));
    });
    if let Some(output) = output {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn a_core_that_is_not_allowed_is_refused() {
    let placement = Placement { core: Some(100_000), ..anywhere("far") };
    let error = start(placement, || async {}).expect_err("no such core");
    assert!(matches!(&error, RuntimeError::Core { core: 100_000, allowed } if !allowed.is_empty()), "{error}");
}

#[test]
fn a_pinned_executor_runs_on_its_core() {
    let core = probe::allowed_cores()[0];
    let placement = Placement { core: Some(core), ..anywhere("pinned") };
    let pinned = start(placement, move || async move { assert_eq!(probe::allowed_cores(), [core]) });
    pinned.expect("the core is allowed").join().expect("it ends");
}

#[test]
fn tasks_left_over_are_dropped_with_the_executor() {
    struct Held(Arc<AtomicBool>);
    impl Drop for Held {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Release);
        }
    }
    let dropped = Arc::new(AtomicBool::new(false));
    let held = Held(dropped.clone());
    let dropped_too = Arc::new(AtomicBool::new(false));
    let held_longer = Held(dropped_too.clone());
    run(|| async {
        task::spawn(async move {
            let _held = held;
            time::sleep(Duration::from_secs(3600)).await;
        });
        task::spawn(async move {
            let _held = held_longer;
            // Runs on while the executor ends, and waits only then.
            for _ in 0..LAST_ROUNDS / 2 {
                task::yield_now().await;
            }
            time::sleep(Duration::from_secs(3600)).await;
        });
        task::yield_now().await;
    });
    assert!(dropped_too.load(Ordering::Acquire));
    assert!(dropped.load(Ordering::Acquire));
}

/// With so short a preemption timer glommio's stall (see `driver::drive`) hits within a few thousand rounds, and many of the
/// very first and last ones: without heartbeats and watchdog, or with a timer that runs before they do, this test does not
/// end.
#[test]
fn a_busy_executor_does_not_stall() {
    start_watchdog();
    for steps in std::iter::repeat_n(10, 60).chain([50_000]) {
        let rounds = Arc::new(AtomicU64::new(0));
        let counted = rounds.clone();
        thread::spawn(move || busy(steps, &counted)).join().expect("it ends");
        assert_eq!(rounds.load(Ordering::Relaxed), 4 * steps);
    }
}

/// An executor whose four tasks always have something to do, until each has done it `steps` times.
fn busy(steps: u64, rounds: &Arc<AtomicU64>) {
    let executor = make(&anywhere("stall")).expect("an executor");
    let rounds = rounds.clone();
    let _watched = executor.run(async {
        let driver = Driver::install().expect("a driver");
        drive(Duration::ZERO, Duration::from_micros(20), driver, async move {
            let done = Rc::new(Cell::new(0));
            for _ in 0..4 {
                let (done, rounds) = (done.clone(), rounds.clone());
                task::spawn(async move {
                    for _ in 0..steps {
                        task::yield_now().await;
                        rounds.fetch_add(1, Ordering::Relaxed);
                    }
                    done.set(done.get() + 1);
                });
            }
            while done.get() < 4 {
                task::yield_now().await;
            }
        })
        .await
    });
}

/// A waker called by a thread that knows nothing of mailboxes is served too, between two sleeps of the driver.
#[test]
fn a_foreign_wake_is_not_lost() {
    run(|| async {
        for _ in 0..20 {
            let woken = Arc::new(AtomicBool::new(false));
            let (theirs, mut begun) = (woken.clone(), false);
            std::future::poll_fn(move |cx| {
                if woken.load(Ordering::Acquire) {
                    return std::task::Poll::Ready(());
                }
                if !std::mem::replace(&mut begun, true) {
                    let (waker, woken) = (cx.waker().clone(), theirs.clone());
                    thread::spawn(move || {
                        thread::sleep(Duration::from_millis(5));
                        woken.store(true, Ordering::Release);
                        waker.wake();
                    });
                }
                std::task::Poll::Pending
            })
            .await;
        }
    });
}
