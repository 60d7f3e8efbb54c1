//! The main future of one tester core: connects its sessions, prepares what they need, runs trials as it is told.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use domesday::runtime::mailbox::Receiver;
use domesday::runtime::task::{spawn, yield_now};
use domesday::runtime::time::sleep;
use futures_util::future::{Either, select};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::arrivals::Arrivals;
use super::core::{Closed, Core, Due, GRACE, Shared, Tally, Trial};
use super::epp_session::EppSession;
use super::login::{self, Account};
use super::rdap_connection::RdapConnection;
use crate::results::Recorder;
use crate::wire::Peer;
use crate::workload::{Brief, Op, Protocol, Workload};

/// Sessions of one core that log in at one time.
const LOGGING_IN: usize = 32;
/// How long after that the commands that are under way are waited for, when nothing more is sent.
const DRAIN: Duration = Duration::from_secs(3);
/// How much later than it was asked to a sleep may end; what is due sooner is waited for awake.
const SLEEP_MARGIN: Duration = Duration::from_millis(3);

/// What a core is to do.
pub(super) struct Part {
    pub(super) part: usize,
    pub(super) parts: usize,
    pub(super) brief: Arc<Brief>,
    pub(super) accounts: Arc<[Account]>,
    /// The account of each of its sessions.
    pub(super) sessions: Vec<usize>,
    pub(super) pipeline: usize,
    pub(super) rdap: Option<(Peer, String)>,
    pub(super) readers: usize,
    pub(super) progress: Arc<Progress>,
}

/// How far all cores are.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    pub(crate) sessions: AtomicU64,
    pub(crate) prepared: AtomicU64,
    pub(crate) to_prepare: AtomicU64,
}

/// A trial, for one core.
pub(super) struct Order {
    pub(super) recorder: Recorder,
    pub(super) began: Instant,
    pub(super) warmup: Duration,
    pub(super) pace: Pace,
}

/// When commands are sent.
#[derive(Clone, Debug)]
pub(super) enum Pace {
    /// When they are due, over so long.
    Open(Arrivals, Duration),
    /// As soon as the one before is answered, for so long, and up to so many.
    Closed { lasts: Duration, most: u64 },
}

/// What a core tells.
pub(super) enum Report {
    Ready,
    Failed(String),
    /// How long the trial was, warm-up left out, and what went over the wire.
    Done(Duration, Tally),
}

pub(super) async fn run(part: Part, mut orders: Receiver<Order>, reports: mpsc::Sender<Report>) {
    let core = match begin(&part).await {
        Ok(core) => core,
        Err(why) => {
            let _ = reports.send(Report::Failed(why));
            return;
        }
    };
    // Nobody listens any more only when the tester has failed elsewhere.
    let _ = reports.send(Report::Ready);
    while let Some(order) = orders.recv().await {
        let (elapsed, tally) = trial(&core, &part, order).await;
        let _ = reports.send(Report::Done(elapsed, tally));
    }
}

/// Logs in and prepares, then lets the sessions wait for a trial.
async fn begin(part: &Part) -> Result<Shared, String> {
    let present: BTreeSet<usize> = part.sessions.iter().copied().collect();
    let present: Vec<usize> = present.into_iter().collect();
    let core = Core::new(Workload::new(part.brief.clone(), part.part, part.parts, &present));
    let (_, all) = core.borrow().workload.to_prepare();
    part.progress.to_prepare.fetch_add(all, Ordering::Relaxed);
    let ready = in_parallel(part.sessions.iter().copied().enumerate(), LOGGING_IN, async |(number, index)| {
        let account = part.accounts.get(index).ok_or("a session of nobody")?;
        let channel = login::log_in(account).await.map_err(|why| format!("{}: {why}", account.peer.address))?;
        part.progress.sessions.fetch_add(1, Ordering::Relaxed);
        Ok(EppSession::new(channel, number, index, part.pipeline))
    })
    .await?;
    let watch = async {
        let mut told = 0;
        loop {
            let (done, _) = core.borrow().workload.to_prepare();
            part.progress.prepared.fetch_add(done - told, Ordering::Relaxed);
            told = done;
            sleep(Duration::from_millis(100)).await;
        }
    };
    let all = in_parallel(ready, usize::MAX, async |mut session: EppSession| {
        session.prepare(&core).await?;
        Ok(session)
    });
    match select(pin!(all), pin!(watch)).await {
        Either::Left((ready, _)) => ready?.into_iter().for_each(|session| spawn(session.serve(core.clone()))),
        Either::Right((never, _)) => never,
    }
    if let Some((peer, authority)) = &part.rdap {
        for number in 0..part.readers {
            let (peer, authority) = (peer.clone(), authority.clone());
            spawn(RdapConnection { peer, authority, number, channel: None }.serve(core.clone()));
        }
    }
    Ok(core)
}

/// Does something with each, with up to so many at one time; the first failure ends it.
async fn in_parallel<I, T, F: Future<Output = Result<T, String>>>(
    all: impl IntoIterator<Item = I>,
    at_once: usize,
    each: impl Fn(I) -> F,
) -> Result<Vec<T>, String> {
    stream::iter(all).map(each).buffer_unordered(at_once).try_collect().await
}

async fn trial(core: &Shared, part: &Part, order: Order) -> (Duration, Tally) {
    let Order { recorder, began, warmup, pace } = order;
    let (lasts, closed) = match &pace {
        Pace::Open(_, lasts) => (*lasts, None),
        Pace::Closed { lasts, most } => (*lasts, Some(Closed { until: *lasts, left: *most })),
    };
    wait_until(began).await;
    let cpu = thread_cpu();
    {
        let mut core = core.borrow_mut();
        let (deadline, tally) = (lasts + GRACE + DRAIN, Tally::of(part.accounts.len()));
        core.abandoned = false;
        core.trial = Some(Trial { recorder, began, warmup, closed, deadline, tally });
        core.wake_all();
    }
    match pace {
        Pace::Open(arrivals, _) => dispatch(core, part, began, arrivals).await,
        Pace::Closed { .. } => pass_time(core, |now| now >= lasts || core.borrow().has_asked_all()).await,
    }
    let idle = |core: &Core| core.under_way == 0 && !core.has_due();
    pass_time(core, |now| now >= lasts + GRACE || idle(&core.borrow()) || core.borrow().alive == 0).await;
    core.borrow_mut().drop_due();
    // A server that was asked far too much still answers what it has: its sessions are good for another trial.
    pass_time(core, |now| now >= lasts + GRACE + DRAIN || core.borrow().under_way == 0 || core.borrow().alive == 0)
        .await;
    let elapsed = {
        let mut core = core.borrow_mut();
        if core.under_way > 0 {
            core.abandon();
        }
        core.now()
    };
    // Each session that nobody waits for takes one step to say so.
    while core.borrow().under_way > 0 {
        yield_now().await;
    }
    let mut core = core.borrow_mut();
    let Some(mut trial) = core.trial.take() else { return (Duration::ZERO, Tally::default()) };
    // A rate is what was asked for, over the time that it was asked for: the last answer may come long before its end.
    let elapsed = if trial.closed.is_some() { elapsed } else { elapsed.max(lasts) };
    let counted = elapsed.saturating_sub(trial.warmup);
    trial.recorder.end(counted);
    trial.tally.cpu_ns = thread_cpu() - cpu;
    (counted, trial.tally)
}

/// Hands each command to a session when it is due.
async fn dispatch(core: &Shared, part: &Part, began: Instant, mut arrivals: Arrivals) {
    let mut accounts = part.accounts.iter().cycle();
    while let Some(next) = arrivals.next_due() {
        let now = began.elapsed();
        if next > now {
            core.borrow_mut().tick();
            if core.borrow().alive == 0 {
                // All that is due is still to be counted.
                break;
            }
            wait(next - now).await;
            continue;
        }
        let mut core_now = core.borrow_mut();
        arrivals.advance();
        core_now.late(now - next);
        match (core_now.workload.draw(Protocol::Either), accounts.next()) {
            (Some(Op::Login), Some(account)) => {
                core_now.under_way += 1;
                spawn(login::measure(core.clone(), account.clone(), next));
            }
            (Some(op), _) => core_now.arrives(Due { op, at: next }),
            (None, _) => {}
        }
    }
    while let Some(next) = arrivals.next_due() {
        let mut core = core.borrow_mut();
        arrivals.advance();
        if let Some(op) = core.workload.draw(Protocol::Either) {
            core.arrives(Due { op, at: next });
        }
    }
}

async fn wait_until(moment: Instant) {
    while let Some(left) = moment.checked_duration_since(Instant::now())
        && !left.is_zero()
    {
        wait(left).await;
    }
}

/// Waits for a part of so long, or takes one turn.
async fn wait(left: Duration) {
    match left.checked_sub(SLEEP_MARGIN) {
        Some(left) => sleep(left.min(Duration::from_millis(100))).await,
        None => yield_now().await,
    }
}

/// Waits, and lets the recorder know.
async fn pass_time(core: &Shared, over: impl Fn(Duration) -> bool) {
    loop {
        let now = core.borrow().now();
        if over(now) {
            return;
        }
        core.borrow_mut().tick();
        sleep(Duration::from_millis(1)).await;
    }
}

/// Processor time of this thread, in nanoseconds.
fn thread_cpu() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    u64::try_from(time.tv_sec * 1_000_000_000 + time.tv_nsec).unwrap_or_default()
}
