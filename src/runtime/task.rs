//! Tasks of the calling executor.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use super::driver::Driver;

/// Runs `future` beside the caller, on the same executor, from the next round on. Nobody waits for it: it ends by itself,
/// or with the executor. A panic in it ends the process, because a shard that lost a task would fail in silence.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    spawn_uncounted(counted(Driver::current(), future));
}

/// Spawns a task whose steps the driver is not told.
pub(super) fn spawn_uncounted(future: impl Future<Output = ()> + 'static) {
    let queue = glommio::executor().current_task_queue();
    // "Into" its own queue: plain `spawn_local` would run the task at once, inside the caller's borrows.
    glommio::spawn_local_into(future, queue).expect("the queue that runs the caller is there").detach();
}

/// Lets every other runnable task, and the driver, take a step first.
pub async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// The executor's rounds: in each, the driver looks for news once, and every task that can run takes a step.
pub struct Rounds {
    driver: Rc<Driver>,
}

impl Rounds {
    /// Those of the calling executor.
    pub fn current() -> Self {
        Self { driver: Driver::current() }
    }

    /// The number of the present round; it only grows.
    pub fn number(&self) -> u64 {
        self.driver.round()
    }
}

/// Tells the driver of each step of `future`, its end included, and turns a panic into the end of the process.
pub(super) async fn counted<T>(driver: Rc<Driver>, future: impl Future<Output = T>) -> T {
    let _last = CountAtEnd(driver.clone());
    let mut future = pin!(future);
    poll_fn(|cx| {
        driver.count_step();
        let bomb = AbortOnUnwind;
        let step = future.as_mut().poll(cx);
        std::mem::forget(bomb);
        step
    })
    .await
}

/// A task may be dropped without running again, and its destructors may wake others.
struct CountAtEnd(Rc<Driver>);

impl Drop for CountAtEnd {
    fn drop(&mut self) {
        self.0.count_step();
    }
}

/// Ends the process when a panic unwinds through it; the panic hook has printed the message by then.
pub(super) struct AbortOnUnwind;

impl Drop for AbortOnUnwind {
    fn drop(&mut self) {
        std::process::abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::executor::tests::{run, run_in_child};
    use std::cell::RefCell;

    #[test]
    fn a_spawned_task_does_not_run_inside_its_spawner() {
        run(|| async {
            let order = Rc::new(RefCell::new(Vec::new()));
            let theirs = order.clone();
            spawn(async move { theirs.borrow_mut().push("spawned") });
            order.borrow_mut().push("spawner");
            yield_now().await;
            assert_eq!(*order.borrow(), ["spawner", "spawned"]);
        });
    }

    #[test]
    fn a_panic_in_a_task_aborts_the_process() {
        let output = run_in_child("runtime::task::tests::a_panic_in_a_task_aborts_the_process", || {
            run(|| async {
                spawn(async { panic!("the shard is broken") });
                std::future::pending::<()>().await;
            });
        });
        if let Some(output) = output {
            assert_eq!(std::os::unix::process::ExitStatusExt::signal(&output.status), Some(libc::SIGABRT));
            assert!(String::from_utf8_lossy(&output.stderr).contains("the shard is broken"));
        }
    }
}
