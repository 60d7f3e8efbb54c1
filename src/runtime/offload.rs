//! Slow work (password hashing) on threads of its own, so that no executor stalls for it.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::{mailbox, task};
use crate::base::fair_queue::FairQueue;

type Job = Box<dyn FnOnce() + Send>;

/// On whose account a job is: the owners take turns, and so do the groups of one owner.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Account {
    /// Who pays, a registrar say.
    pub owner: String,
    /// A part of the owner's jobs, those of one client network say.
    pub group: String,
}

/// How much may wait.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Jobs in all.
    pub all: usize,
    /// Jobs of one owner.
    pub owner: usize,
}

/// A small pool of plain threads behind a bounded queue in which accounts take turns. The threads end with it.
#[derive(Debug)]
pub struct Offload {
    shared: Arc<Shared>,
    bounds: Bounds,
}

/// The queue of the pool is full, for all or for this owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too much slow work is waiting already")
    }
}

impl std::error::Error for Busy {}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shared({} jobs wait)", self.lock().owners.len())
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        // A panic of a job ends the process; nothing else panics while the lock is held.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Turns between owners, and within each owner's turns, turns between its groups.
#[derive(Default)]
struct Queue {
    owners: FairQueue<String, ()>,
    groups: HashMap<String, FairQueue<String, Job>>,
    ended: bool,
}

impl Queue {
    fn push(&mut self, account: &Account, job: Job) {
        self.owners.push(&account.owner, ());
        self.groups.entry(account.owner.clone()).or_default().push(&account.group, job);
    }

    fn pop(&mut self) -> Option<Job> {
        let (owner, ()) = self.owners.pop()?;
        let groups = self.groups.get_mut(&owner)?;
        let job = groups.pop();
        if groups.is_empty() {
            self.groups.remove(&owner);
        }
        job.map(|(_, job)| job)
    }
}

impl Offload {
    /// Starts `threads` threads. They may run where the calling thread may, so make the pool before that one is pinned.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn new(threads: usize, bounds: Bounds) -> io::Result<Self> {
        let offload = Self { shared: Arc::default(), bounds };
        for number in 0..threads {
            let shared = offload.shared.clone();
            thread::Builder::new().name(format!("offload-{number}")).spawn(move || work(&shared))?;
        }
        Ok(offload)
    }

    /// Runs `job` on the pool, when the account's turn comes, and returns its answer to the calling executor. Dropping the
    /// future drops the answer, not the job. A panic of the job ends the process.
    ///
    /// # Errors
    /// [`Busy`].
    pub async fn run<T: Send + 'static>(
        &self,
        account: &Account,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let (answer, mut answered) = mailbox::channel(1);
        let job = move || {
            // Refused only when nobody waits for it any more.
            let _ = answer.try_send(job());
        };
        {
            let mut queue = self.shared.lock();
            if queue.owners.len() >= self.bounds.all || queue.owners.len_of(&account.owner) >= self.bounds.owner {
                return Err(Busy);
            }
            queue.push(account, Box::new(job));
        }
        self.shared.changed.notify_one();
        Ok(answered.recv().await.expect("a job answers, or the process ends"))
    }
}

impl Drop for Offload {
    fn drop(&mut self) {
        self.shared.lock().ended = true;
        self.shared.changed.notify_all();
    }
}

fn work(shared: &Shared) {
    let bomb = task::AbortOnUnwind;
    // The executors' work is more urgent than this; where they need the cores, they shall have them.
    let _ = rustix::process::nice(NICENESS);
    loop {
        let job = {
            let queue = shared.lock();
            let waits = |queue: &mut Queue| queue.owners.is_empty() && !queue.ended;
            let mut queue = shared.changed.wait_while(queue, waits).unwrap_or_else(PoisonError::into_inner);
            match queue.pop() {
                Some(job) => job,
                None => break,
            }
        };
        job();
    }
    std::mem::forget(bomb);
}

/// How much less urgent the pool's threads are than others, in steps of nice(2).
const NICENESS: i32 = 5;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::executor::tests::run;
    use std::cell::RefCell;
    use std::rc::Rc;
    use std::sync::mpsc::sync_channel;

    fn account(owner: &str, group: &str) -> Account {
        Account { owner: owner.into(), group: group.into() }
    }

    #[test]
    fn answers_come_back_in_turns_of_owners_and_groups_and_a_full_queue_is_busy() {
        let pool = Offload::new(1, Bounds { all: 7, owner: 4 }).expect("a thread");
        run(|| async move {
            let pool = Rc::new(pool);
            let (begun, has_begun) = sync_channel(1);
            let (release, released) = sync_channel::<()>(1);
            let answers = Rc::new(RefCell::new(Vec::new()));
            let done = Arc::new(Mutex::new(Vec::new()));
            let (first, answered) = (pool.clone(), answers.clone());
            task::spawn(async move {
                let slow = move || {
                    begun.send(()).expect("the test waits");
                    released.recv().expect("the test releases");
                    "slow"
                };
                let answer = first.run(&account("storm", "a"), slow).await.expect("the queue is empty");
                answered.borrow_mut().push(answer);
            });
            task::yield_now().await;
            has_begun.recv().expect("the job begins");
            let rows = [("storm", "a"), ("storm", "a"), ("storm", "a"), ("storm", "b"), ("calm", "c")];
            let names = ["storm a1", "storm a2", "storm a3", "storm b1", "calm c1"];
            for ((owner, group), name) in rows.into_iter().zip(names) {
                let (pool, answered, done) = (pool.clone(), answers.clone(), done.clone());
                task::spawn(async move {
                    let job = move || {
                        done.lock().expect("no panic").push(name);
                        name
                    };
                    let answer = pool.run(&account(owner, group), job).await.expect("these may wait");
                    answered.borrow_mut().push(answer);
                });
                task::yield_now().await;
            }
            assert_eq!(pool.run(&account("storm", "z"), || ()).await, Err(Busy), "the owner's bound");
            release.send(()).expect("the job waits");
            while answers.borrow().len() < 6 {
                task::yield_now().await;
            }
            let expected = ["storm a1", "calm c1", "storm b1", "storm a2", "storm a3"];
            assert_eq!(*done.lock().expect("no panic"), expected);
            answers.borrow_mut().sort_unstable();
            assert_eq!(*answers.borrow(), ["calm c1", "slow", "storm a1", "storm a2", "storm a3", "storm b1"]);
        });
    }
}
