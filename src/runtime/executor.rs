//! One executor: a thread, usually pinned to a core, that runs glommio with our driver inside.

use std::fmt;
use std::future::Future;
use std::io;
use std::rc::Rc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use glommio::timer::Timer;
use glommio::{GlommioError, Latency, LocalExecutor, LocalExecutorBuilder, Shares};

use super::driver::{Drive, Driver, HEARTBEAT, start_watchdog};
use super::{probe, task};

/// How soon glommio looks at its own sources while tasks keep the executor busy. Nothing of ours waits for those, and a
/// shorter one makes glommio's stall (see `driver::drive`) likelier: on a shared core, 1 ms stalled every few seconds.
const PREEMPT_TIMER: Duration = Duration::from_millis(10);
/// That timer before our driver has begun: never, as a stall of the very first rounds would have no end.
const NO_PREEMPT_TIMER: Duration = Duration::from_hours(24 * 365);
/// Locked memory glommio's rings ask for, in octets; below, glommio refuses to start.
pub const MEMLOCK_NEEDED: u64 = 512 * 1024;
/// Rounds in which tasks that lost their wakers may end, one after the other, when the executor ends.
const LAST_ROUNDS: usize = 64;

/// Where and how an executor runs.
#[derive(Clone, Debug)]
pub struct Placement {
    /// The thread's name; tools show its first 15 octets.
    pub name: String,
    /// The core it is pinned to; `None` leaves that to the kernel.
    pub core: Option<usize>,
    /// How long it polls after the last work before it sleeps. Burns the core for that long, and spares the next
    /// request the waking; worth it only on a core of its own.
    pub spin: Duration,
}

/// Why an executor does not run.
#[derive(Debug)]
#[non_exhaustive]
pub enum RuntimeError {
    /// The limit of locked memory (`RLIMIT_MEMLOCK`) is too low, in octets.
    LockedMemory {
        /// The present soft limit.
        limit: u64,
        /// What an executor needs.
        needed: u64,
    },
    /// The kernel refuses io_uring, or a sandbox forbids it.
    IoUring(io::Error),
    /// The core does not exist or is not allowed to this process.
    Core {
        /// The core asked for.
        core: usize,
        /// Those that are allowed.
        allowed: Vec<usize>,
    },
    /// glommio could not be set up.
    Setup(String),
    /// No thread, no descriptor or no memory.
    Io(io::Error),
    /// The thread ended by a panic.
    Panicked {
        /// Its name.
        executor: String,
    },
}

impl fmt::Display for RuntimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LockedMemory { limit, needed } => write!(
                f,
                "the limit of locked memory is {limit} octets, an executor needs {needed}: raise it with \
                 `ulimit -l`, with LimitMEMLOCK= in the systemd unit, or in /etc/security/limits.conf"
            ),
            Self::IoUring(error) => write!(
                f,
                "the kernel refuses io_uring ({error}): it takes Linux 5.8 or later, kernel.io_uring_disabled=0, and a \
                 container profile that allows it"
            ),
            Self::Core { core, allowed } => {
                write!(f, "core {core} is not among those this process may use: {allowed:?}")
            }
            Self::Setup(what) => write!(f, "glommio cannot start: {what}"),
            Self::Io(error) => write!(f, "an executor cannot start: {error}"),
            Self::Panicked { executor } => write!(f, "executor {executor} ended by a panic"),
        }
    }
}

impl std::error::Error for RuntimeError {}

impl From<io::Error> for RuntimeError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A running executor.
#[derive(Debug)]
pub struct ExecutorHandle {
    name: String,
    thread: thread::JoinHandle<()>,
}

impl ExecutorHandle {
    /// Waits until its main future has ended; tasks it spawned are dropped then.
    ///
    /// # Errors
    /// [`RuntimeError::Panicked`].
    pub fn join(self) -> Result<(), RuntimeError> {
        self.thread.join().map_err(|_| RuntimeError::Panicked { executor: self.name })
    }
}

/// Starts an executor that runs the future `main` makes, and returns when it runs. The executor ends with that future.
///
/// # Errors
/// Every [`RuntimeError`]; nothing is left running then.
pub fn start<F, Fut>(placement: Placement, main: F) -> Result<ExecutorHandle, RuntimeError>
where
    F: FnOnce() -> Fut + Send + 'static,
    Fut: Future<Output = ()> + 'static,
{
    // glommio asserts the second and reports the first only when the thread is joined: ask before.
    let limit = probe::memlock_limit();
    if limit < MEMLOCK_NEEDED {
        return Err(RuntimeError::LockedMemory { limit, needed: MEMLOCK_NEEDED });
    }
    probe::io_uring().map_err(RuntimeError::IoUring)?;
    // From this thread, which is not pinned yet.
    start_watchdog();
    let name = placement.name.clone();
    let (tell, told) = mpsc::sync_channel(1);
    let thread = thread::Builder::new().name(name.clone()).spawn(move || run(placement, main, &tell))?;
    let handle = ExecutorHandle { name, thread };
    match told.recv() {
        Ok(Ok(())) => Ok(handle),
        Ok(Err(error)) => {
            handle.join()?;
            Err(error)
        }
        Err(mpsc::RecvError) => Err(RuntimeError::Panicked { executor: handle.name }),
    }
}

fn run<F, Fut>(placement: Placement, main: F, tell: &mpsc::SyncSender<Result<(), RuntimeError>>)
where
    F: FnOnce() -> Fut,
    Fut: Future<Output = ()> + 'static,
{
    let executor = match make(&placement) {
        Ok(executor) => executor,
        Err(error) => return tell.send(Err(error)).expect("the starter waits"),
    };
    let watched = executor.run(async {
        let driver = match Driver::install() {
            Ok(driver) => driver,
            Err(error) => {
                tell.send(Err(error.into())).expect("the starter waits");
                return None;
            }
        };
        tell.send(Ok(())).expect("the starter waits");
        Some(drive(placement.spin, PREEMPT_TIMER, driver, main()).await)
    });
    drop(watched);
}

fn make(placement: &Placement) -> Result<LocalExecutor, RuntimeError> {
    let place = match placement.core {
        Some(core) => {
            let allowed = probe::allowed_cores();
            if !allowed.contains(&core) {
                return Err(RuntimeError::Core { core, allowed });
            }
            glommio::Placement::Fixed(core)
        }
        None => glommio::Placement::Unbound,
    };
    // Registered memory is for glommio's files, which we do not use.
    let builder = LocalExecutorBuilder::new(place).name(&placement.name).io_memory(64 * 1024);
    builder.preempt_timer(NO_PREEMPT_TIMER).make().map_err(|error| match error {
        GlommioError::IoError(error) => RuntimeError::Io(error),
        other => RuntimeError::Setup(other.to_string()),
    })
}

/// Runs the driver, `main` and all that it spawns in a queue of their own, the only one that glommio's preemption timer
/// reaches. What is returned is to be kept until the executor has ended: its very last round may stall too.
async fn drive<F>(spin: Duration, preempt: Duration, driver: Rc<Driver>, main: F) -> impl Sized
where
    F: Future<Output = ()> + 'static,
{
    let queue = glommio::executor().create_task_queue(Shares::default(), Latency::Matters(preempt), "driven");
    let driven = async move {
        task::spawn_uncounted(Drive::new(driver.clone(), spin));
        // This very round has no preemption timer. All later ones do, and find heartbeats and pulse in place: the driver
        // has had its first turn when this one ends.
        Timer::new(HEARTBEAT).await;
        task::counted(driver.clone(), main).await;
        // The driver's heartbeats and pulse end with it; these rounds may stall like all others, and nobody else would end
        // that.
        let (watched, last_task) = driver.watched_to_the_end();
        task::spawn_uncounted(last_task);
        // It has to have run before the driver ends.
        task::yield_now().await;
        for _ in 0..LAST_ROUNDS {
            driver.dismiss();
            task::yield_now().await;
        }
        Driver::uninstall();
        watched
    };
    glommio::spawn_local_into(driven, queue).expect("the queue was just made").await
}

#[cfg(test)]
pub(super) mod tests;
