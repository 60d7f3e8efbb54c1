//! The tester's engine: on each of its cores an executor with sessions of its own, which take part in trials.
//!
//! A [`Fleet`] connects, logs in and prepares once; trials follow one another over the same sessions, so that a search for
//! the highest rate, or a comparison of two servers, does not measure logins.

pub(crate) mod arrivals;
mod channel;
mod core;
mod epp_session;
pub(crate) mod login;
mod rdap_connection;
mod tester;
#[cfg(test)]
mod tests;

use std::io::{IsTerminal, Write, stderr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use domesday::runtime::executor::{self, ExecutorHandle, Placement};
use domesday::runtime::mailbox::{Sender, channel};

use self::arrivals::{Arrivals, Rate, Spacing};
pub(crate) use self::core::Tally;
use self::login::Account;
use self::tester::{Order, Pace, Part, Progress, Report};
use crate::results::Recorder;
use crate::wire::Peer;
use crate::workload::Brief;

/// How soon a trial begins after it was ordered, so that all cores are ready.
pub(crate) const LEAD: Duration = Duration::from_millis(20);

/// Who takes part, on which cores.
#[derive(Clone, Debug)]
pub(crate) struct Crew {
    /// The tester's cores; each runs one executor.
    pub(crate) cores: Vec<usize>,
    pub(crate) accounts: Arc<[Account]>,
    /// Sessions of each account.
    pub(crate) sessions: Vec<usize>,
    /// Commands that each session has under way at most.
    pub(crate) pipeline: usize,
    /// RDAP: whom to ask, and the authority of its URL.
    pub(crate) rdap: Option<(Peer, String)>,
    /// Connections of readers of RDAP.
    pub(crate) readers: usize,
}

/// When commands are sent in a trial.
#[derive(Clone, Debug)]
pub(crate) enum Load {
    /// At a rate, whatever the server does.
    Open { rate: Rate, spacing: Spacing },
    /// Each session asks as soon as it is answered, for so long, or until so many commands are asked.
    Closed { lasts: Duration, most: Option<u64> },
}

/// One trial.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    pub(crate) load: Load,
    /// Before what counts.
    pub(crate) warmup: Duration,
    pub(crate) seed: u64,
}

impl Trial {
    /// How long commands are sent, the warm-up included.
    pub(crate) fn duration(&self) -> Duration {
        match &self.load {
            Load::Open { rate, .. } => rate.duration(),
            Load::Closed { lasts, .. } => *lasts,
        }
    }
}

/// Cores with sessions that wait for trials.
pub(crate) struct Fleet {
    cores: Vec<Member>,
}

struct Member {
    orders: Sender<Order>,
    reports: mpsc::Receiver<Report>,
    executor: ExecutorHandle,
}

impl Fleet {
    /// Logs in and prepares what the commands of `brief` need.
    ///
    /// # Errors
    /// Why it cannot take part.
    pub(crate) fn muster(crew: &Crew, brief: &Arc<Brief>, tells: bool) -> Result<Self, String> {
        let (parts, progress) = (crew.cores.len(), Arc::new(Progress::default()));
        let mut cores = Vec::with_capacity(parts);
        for (part, core) in crew.cores.iter().enumerate() {
            let (orders, ordered) = channel(1);
            let (tell, reports) = mpsc::channel();
            let of_core = Part {
                part,
                parts,
                brief: brief.clone(),
                accounts: crew.accounts.clone(),
                sessions: share(&crew.sessions, part, parts),
                pipeline: crew.pipeline,
                rdap: crew.rdap.clone(),
                readers: crew.readers / parts + usize::from(part < crew.readers % parts),
                progress: progress.clone(),
            };
            let placement = Placement { name: format!("tester-{part}"), core: Some(*core), spin: Duration::ZERO };
            let started = executor::start(placement, move || tester::run(of_core, ordered, tell));
            cores.push(Member { orders, reports, executor: started.map_err(|error| error.to_string())? });
        }
        let fleet = Self { cores };
        for member in &fleet.cores {
            match member.wait(|| progress.show(tells, crew.sessions.iter().sum()))? {
                Report::Failed(why) => return Err(why),
                Report::Ready | Report::Done(..) => {}
            }
        }
        progress.end(tells);
        Ok(fleet)
    }

    /// Runs a trial; as many recorders as there are cores.
    ///
    /// # Errors
    /// A tester core that has ended.
    pub(crate) fn run(&self, trial: &Trial, recorders: Vec<Recorder>) -> Result<(Duration, Tally), String> {
        let (began, parts) = (Instant::now() + LEAD, self.cores.len());
        for (part, (member, recorder)) in self.cores.iter().zip(recorders).enumerate() {
            let pace = match &trial.load {
                Load::Open { rate, spacing } => {
                    Pace::Open(Arrivals::new(rate, *spacing, part, parts, trial.seed), rate.duration())
                }
                Load::Closed { lasts, most } => {
                    let most = most.map(|most| most / parts as u64 + u64::from((part as u64) < most % parts as u64));
                    Pace::Closed { lasts: *lasts, most: most.unwrap_or(u64::MAX) }
                }
            };
            let order = Order { recorder, began, warmup: trial.warmup, pace };
            member.orders.try_send(order).map_err(|_| "a tester core has ended".to_owned())?;
        }
        let (mut elapsed, mut tally) = (Duration::ZERO, Tally::default());
        for member in &self.cores {
            if let Report::Done(of_core, tallied) = member.wait(|| {})? {
                elapsed = elapsed.max(of_core);
                tally.add(&tallied);
            }
        }
        Ok((elapsed, tally))
    }

    pub(crate) fn cores(&self) -> usize {
        self.cores.len()
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for Member { orders, reports, executor } in self.cores.drain(..) {
            drop((orders, reports));
            // It has ended, or ends because nobody orders anything any more.
            let _ = executor.join();
        }
    }
}

impl Member {
    /// The next report; meanwhile `passing` is called now and then.
    fn wait(&self, passing: impl Fn()) -> Result<Report, String> {
        loop {
            match self.reports.recv_timeout(Duration::from_millis(500)) {
                Ok(report) => return Ok(report),
                Err(mpsc::RecvTimeoutError::Timeout) => passing(),
                Err(mpsc::RecvTimeoutError::Disconnected) => return Err("a tester core has ended".into()),
            }
        }
    }
}

impl Progress {
    fn show(&self, tells: bool, sessions: usize) {
        if !tells {
            return;
        }
        let read = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
        let (all, prepared) = (read(&self.to_prepare), read(&self.prepared));
        let line = match read(&self.sessions) {
            ready if (ready as usize) < sessions => format!("{ready} of {sessions} sessions"),
            _ => format!("{prepared} of {all} names are there"),
        };
        // What cannot be shown is no reason to stop.
        let _ = match stderr().is_terminal() {
            true => write!(stderr(), "\r\x1b[K{line}"),
            false => writeln!(stderr(), "{line}"),
        };
    }

    fn end(&self, tells: bool) {
        if tells && stderr().is_terminal() {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }
}

/// The accounts of the sessions of core `part`: dealt out in rounds of one session of each account that has some left, each
/// round one core further, so that each core has some of each account.
fn share(sessions: &[usize], part: usize, parts: usize) -> Vec<usize> {
    let most = sessions.iter().copied().max().unwrap_or_default();
    let mut own = Vec::new();
    for round in 0..most {
        for (account, count) in sessions.iter().enumerate() {
            if *count > round && (account + round) % parts == part {
                own.push(account);
            }
        }
    }
    own
}
