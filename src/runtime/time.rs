//! Waiting for a time, and giving up at one. Coarse (milliseconds) and cheap.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use super::driver::{Driver, TimerKey};

/// Completes after `duration`: not before, and up to about two milliseconds later.
pub fn sleep(duration: Duration) -> Sleep {
    Sleep { deadline: Instant::now().checked_add(duration), armed: None }
}

/// See [`sleep`].
#[must_use = "nothing sleeps unless this is awaited"]
pub struct Sleep {
    /// `None`: beyond what a clock can tell, which is never.
    deadline: Option<Instant>,
    armed: Option<(TimerKey, Rc<Driver>)>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = self.deadline else { return Poll::Pending };
        match &self.armed {
            Some((key, driver)) if driver.refresh_timer(*key, cx.waker()) => Poll::Pending,
            Some(_) => Poll::Ready(()),
            None if Instant::now() >= deadline => Poll::Ready(()),
            None => {
                let driver = Driver::current();
                let key = driver.arm_timer(deadline, cx.waker());
                self.armed = Some((key, driver));
                Poll::Pending
            }
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some((key, driver)) = self.armed.take() {
            driver.disarm_timer(key);
        }
    }
}

/// The time was up before the work was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time limit has passed")
    }
}

impl std::error::Error for Elapsed {}

/// Waits for `future`, but no longer than `limit` from when it first has to wait. A future that is ready at once arms no timer.
///
/// # Errors
/// [`Elapsed`]; the future is dropped then.
pub async fn timeout<F: Future>(limit: Duration, future: F) -> Result<F::Output, Elapsed> {
    let mut future = pin!(future);
    // What is ready at once asks no clock.
    let mut waiting = None;
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Ok(output)),
        Poll::Pending => {
            let waiting = waiting.get_or_insert_with(|| sleep(limit));
            Pin::new(waiting).poll(cx).map(|()| Err(Elapsed))
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::executor::tests::run;
    use crate::runtime::task;
    use std::cell::RefCell;

    #[test]
    fn sleepers_wake_in_the_order_of_their_times_and_never_early() {
        run(|| async {
            let woken = Rc::new(RefCell::new(Vec::new()));
            for millis in [40, 5, 20, 0] {
                let woken = woken.clone();
                task::spawn(async move {
                    let (begun, asked) = (Instant::now(), Duration::from_millis(millis));
                    sleep(asked).await;
                    assert!(begun.elapsed() >= asked);
                    woken.borrow_mut().push(millis);
                });
            }
            sleep(Duration::from_millis(80)).await;
            assert_eq!(*woken.borrow(), [0, 5, 20, 40]);
        });
    }

    #[test]
    fn a_timeout_ends_what_takes_too_long_and_nothing_else() {
        run(|| async {
            assert_eq!(timeout(Duration::from_millis(5), std::future::pending::<()>()).await, Err(Elapsed));
            assert_eq!(timeout(Duration::ZERO, std::future::ready(7)).await, Ok(7));
            let slow = async {
                sleep(Duration::from_millis(5)).await;
                7
            };
            assert_eq!(timeout(Duration::MAX, slow).await, Ok(7));
        });
    }
}
