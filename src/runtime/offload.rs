//! Slow work (password hashing) on threads of its own, so that no executor stalls for it.

use std::fmt;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use super::{mailbox, task};

type Job = Box<dyn FnOnce() + Send>;

/// A small pool of plain threads behind a bounded queue. Clones share it; the threads end with the last one.
#[derive(Clone, Debug)]
pub struct Offload {
    jobs: SyncSender<Job>,
}

/// The queue of the pool is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too much slow work is waiting already")
    }
}

impl std::error::Error for Busy {}

impl Offload {
    /// Starts `threads` threads; up to `queue` jobs wait while all work. The threads may run where the calling thread
    /// may, so make the pool before that one is pinned.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn new(threads: usize, queue: usize) -> io::Result<Self> {
        let (jobs, waiting) = sync_channel::<Job>(queue);
        let waiting = Arc::new(Mutex::new(waiting));
        for number in 0..threads {
            let waiting = waiting.clone();
            thread::Builder::new().name(format!("offload-{number}")).spawn(move || work(&waiting))?;
        }
        Ok(Self { jobs })
    }

    /// Runs `job` on the pool and returns its answer to the calling executor. Dropping the future drops the answer, not
    /// the job. A panic of the job ends the process.
    ///
    /// # Errors
    /// [`Busy`].
    pub async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let (answer, mut answered) = mailbox::channel(1);
        let job = move || {
            // Refused only when nobody waits for it any more.
            let _ = answer.try_send(job());
        };
        self.jobs.try_send(Box::new(job)).map_err(|_| Busy)?;
        Ok(answered.recv().await.expect("a job answers, or the process ends"))
    }
}

fn work(waiting: &Mutex<Receiver<Job>>) {
    let bomb = task::AbortOnUnwind;
    loop {
        // The lock is held while waiting, by one idle thread; the others wait for the lock instead.
        let job = waiting.lock().expect("a panic ends the process").recv();
        match job {
            Ok(job) => job(),
            Err(_) => break,
        }
    }
    std::mem::forget(bomb);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::executor::tests::run;
    use std::cell::Cell;
    use std::rc::Rc;

    #[test]
    fn answers_come_back_and_a_full_queue_is_busy() {
        let pool = Offload::new(1, 1).expect("a thread");
        run(|| async move {
            let (begun, has_begun) = sync_channel(1);
            let (release, released) = sync_channel::<()>(1);
            let answers = Rc::new(Cell::new(0));
            let (first, answered) = (pool.clone(), answers.clone());
            task::spawn(async move {
                let slow = move || {
                    begun.send(()).expect("the test waits");
                    released.recv().expect("the test releases");
                    7
                };
                let answer = first.run(slow).await.expect("the queue is empty");
                answered.set(answered.get() + answer);
            });
            task::yield_now().await;
            has_begun.recv().expect("the job begins");
            let (second, answered) = (pool.clone(), answers.clone());
            task::spawn(async move {
                let answer = second.run(|| 30).await.expect("one may wait");
                answered.set(answered.get() + answer);
            });
            task::yield_now().await;
            assert_eq!(pool.run(|| ()).await, Err(Busy));
            release.send(()).expect("the job waits");
            while answers.get() != 37 {
                task::yield_now().await;
            }
        });
    }
}
