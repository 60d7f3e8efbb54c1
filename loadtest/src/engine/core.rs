//! What the sessions of one tester core share: what is to be asked, who waits to ask it, and what is counted.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use crate::results::{Answer, Failure, Recorder};
use crate::workload::{Asked, Op, Protocol, Workload};

/// How long answers are awaited after the last command was due.
pub(crate) const GRACE: Duration = Duration::from_secs(10);

/// A stretch of time in which commands are sent.
pub(super) struct Trial {
    pub(super) recorder: Recorder,
    /// When it begins, the same on all cores.
    pub(super) began: Instant,
    /// What is due before this counts for nothing.
    pub(super) warmup: Duration,
    /// Sessions ask as soon as they are answered.
    pub(super) closed: Option<Closed>,
    /// From then on nobody waits any more.
    pub(super) deadline: Duration,
    /// Commands that were counted, and what they and their answers took up.
    pub(super) tally: Tally,
}

/// How long a closed loop goes on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Closed {
    pub(super) until: Duration,
    /// Commands that may still be asked.
    pub(super) left: u64,
}

/// What went over the wire in a trial.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) answered: u64,
    pub(crate) asked_octets: u64,
    pub(crate) answered_octets: u64,
    /// Processor time of the tester's threads, in nanoseconds.
    pub(crate) cpu_ns: u64,
    /// Right answers over EPP, by registrar.
    pub(crate) served: Vec<u64>,
    /// How often each command of [`Op::ALL`] came up in the mix, and how often it was sent.
    pub(crate) drawn: [u64; Op::ALL.len()],
    pub(crate) sent: [u64; Op::ALL.len()],
}

impl Tally {
    pub(super) fn of(registrars: usize) -> Self {
        Self { served: vec![0; registrars], ..Self::default() }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.served.resize(self.served.len().max(other.served.len()), 0);
        self.served.iter_mut().zip(&other.served).for_each(|(own, more)| *own += more);
        self.drawn.iter_mut().zip(&other.drawn).for_each(|(own, more)| *own += more);
        self.sent.iter_mut().zip(&other.sent).for_each(|(own, more)| *own += more);
        self.answered += other.answered;
        self.asked_octets += other.asked_octets;
        self.answered_octets += other.answered_octets;
        self.cpu_ns += other.cpu_ns;
    }
}

/// A command that is due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Due {
    pub(super) op: Op,
    /// From the start of the trial.
    pub(super) at: Duration,
}

/// A command that was sent.
#[derive(Debug)]
pub(super) struct UnderWay {
    pub(super) asked: Asked,
    due: Duration,
}

/// Sessions of one protocol that have nothing to do, and what they are to do.
#[derive(Default)]
struct Line {
    due: VecDeque<Due>,
    /// Those who wait, the longest waiting first.
    idle: VecDeque<usize>,
    /// By session; none: it does not wait.
    wakers: Vec<Option<Waker>>,
}

impl Line {
    fn wait(&mut self, session: usize, waker: &Waker) {
        if self.wakers.len() <= session {
            self.wakers.resize(session + 1, None);
        }
        if let Some(place) = self.wakers.get_mut(session) {
            match place {
                Some(known) if known.will_wake(waker) => {}
                Some(known) => known.clone_from(waker),
                None => {
                    *place = Some(waker.clone());
                    self.idle.push_back(session);
                }
            }
        }
    }

    /// It does not wait any more, or has ended.
    fn leave(&mut self, session: usize) {
        if self.wakers.get_mut(session).and_then(Option::take).is_some() {
            self.idle.retain(|other| *other != session);
        }
    }

    fn wake_one(&mut self) {
        if let Some(session) = self.idle.pop_front()
            && let Some(waker) = self.wakers.get_mut(session).and_then(Option::take)
        {
            waker.wake();
        }
    }

    fn wake_all(&mut self) {
        while !self.idle.is_empty() {
            self.wake_one();
        }
    }
}

/// The shared state.
pub(super) struct Core {
    pub(super) workload: Workload,
    pub(super) trial: Option<Trial>,
    epp: Line,
    rdap: Line,
    /// Commands under way.
    pub(super) under_way: usize,
    /// Sessions and connections that have not ended.
    pub(super) alive: usize,
    /// Raised when nobody waits any more for what is under way.
    pub(super) abandoned: bool,
    /// All sessions, so that they see that.
    everybody: Vec<Waker>,
}

/// The state, as its tasks hold it. Borrowed within one step of a task only.
pub(super) type Shared = Rc<RefCell<Core>>;

impl Core {
    pub(super) fn new(workload: Workload) -> Shared {
        Rc::new(RefCell::new(Self {
            workload,
            trial: None,
            epp: Line::default(),
            rdap: Line::default(),
            under_way: 0,
            alive: 0,
            abandoned: false,
            everybody: Vec::new(),
        }))
    }

    fn line(&mut self, protocol: Protocol) -> &mut Line {
        match protocol {
            Protocol::Rdap => &mut self.rdap,
            Protocol::Epp | Protocol::Either => &mut self.epp,
        }
    }

    /// From the start of the trial.
    pub(super) fn now(&self) -> Duration {
        self.trial.as_ref().map_or(Duration::ZERO, |trial| trial.began.elapsed())
    }

    /// A command is due: the next session that is free is to send it.
    pub(super) fn arrives(&mut self, due: Due) {
        let line = self.line(due.op.protocol());
        line.due.push_back(due);
        line.wake_one();
    }

    /// All sessions are to look what there is to do.
    pub(super) fn wake_all(&mut self) {
        self.epp.wake_all();
        self.rdap.wake_all();
    }

    /// What a session is to send; if there is nothing, it is woken when there is.
    pub(super) fn next(&mut self, protocol: Protocol, session: usize, cx: &mut Context<'_>) -> Option<Due> {
        let due = self.next_due(protocol);
        let line = self.line(protocol);
        match due {
            Some(_) => line.leave(session),
            None => line.wait(session, cx.waker()),
        }
        due
    }

    fn next_due(&mut self, protocol: Protocol) -> Option<Due> {
        let trial = self.trial.as_mut()?;
        let Some(closed) = &mut trial.closed else { return self.line(protocol).due.pop_front() };
        let now = trial.began.elapsed();
        if now >= closed.until || closed.left == 0 {
            return None;
        }
        closed.left -= 1;
        self.workload.draw(protocol).map(|op| Due { op, at: now })
    }

    /// Is sent, in so many octets.
    pub(super) fn sent(&mut self, asked: Asked, Due { op, at: due }: Due, octets: usize) -> UnderWay {
        self.under_way += 1;
        let counted = asked.op as usize;
        if let Some(trial) = &mut self.trial {
            trial.tally.drawn[op as usize] += 1;
            trial.tally.sent[counted] += 1;
            trial.tally.asked_octets += octets as u64;
            if due >= trial.warmup {
                trial.recorder.sent(counted, trial.began.elapsed().saturating_sub(trial.warmup));
            }
        }
        UnderWay { asked, due }
    }

    /// A registrar is answered, or a reader (none), in so many octets.
    pub(super) fn answered(
        &mut self,
        under_way: UnderWay,
        registrar: Option<usize>,
        octets: usize,
        outcome: Result<(), Failure>,
    ) {
        self.under_way -= 1;
        if let Some(trial) = &mut self.trial {
            trial.tally.answered_octets += octets as u64;
            if let (Some(served), Ok(())) = (registrar.and_then(|place| trial.tally.served.get_mut(place)), outcome) {
                *served += 1;
            }
        }
        self.done(under_way.asked.op as usize, under_way.due, outcome);
    }

    /// Will not be answered.
    pub(super) fn unanswered(&mut self, under_way: UnderWay) {
        let (command, due) = (under_way.asked.op as usize, under_way.due);
        self.under_way -= 1;
        self.workload.unanswered(under_way.asked);
        self.done(command, due, Err(Failure::Unanswered));
    }

    /// What came of a command that was due then, by its place among those that are counted.
    pub(super) fn done(&mut self, command: usize, due: Duration, outcome: Result<(), Failure>) {
        let Some(trial) = &mut self.trial else { return };
        trial.tally.answered += u64::from(outcome != Err(Failure::Unanswered));
        let Some(due) = due.checked_sub(trial.warmup) else { return };
        let done = trial.began.elapsed().saturating_sub(trial.warmup);
        trial.recorder.done(Answer { command, due, done, outcome });
    }

    /// Time went on.
    pub(super) fn tick(&mut self) {
        if let Some(trial) = &mut self.trial {
            trial.recorder.tick(trial.began.elapsed().saturating_sub(trial.warmup));
        }
    }

    /// The tester itself saw so late that something was due.
    pub(super) fn late(&mut self, by: Duration) {
        if let Some(trial) = &mut self.trial {
            trial.recorder.late(by);
        }
    }

    /// A session ended that was not to.
    pub(super) fn lost(&mut self, why: &dyn std::fmt::Display) {
        if let Some(trial) = &mut self.trial {
            let now = trial.began.elapsed().saturating_sub(trial.warmup);
            trial.recorder.lost(why, now);
        }
    }

    /// What was due and never sent is not answered.
    pub(super) fn drop_due(&mut self) {
        let unsent: Vec<Due> = self.epp.due.drain(..).chain(self.rdap.due.drain(..)).collect();
        for due in unsent {
            self.done(due.op as usize, due.at, Err(Failure::Unanswered));
        }
    }

    /// Of a closed loop that was to ask so many.
    pub(super) fn has_asked_all(&self) -> bool {
        let closed = self.trial.as_ref().and_then(|trial| trial.closed);
        closed.is_some_and(|closed| closed.left == 0) && self.under_way == 0
    }

    pub(super) fn has_due(&self) -> bool {
        !(self.epp.due.is_empty() && self.rdap.due.is_empty())
    }

    /// Begins to take part.
    pub(super) fn enter(&mut self, waker: &Waker) {
        self.alive += 1;
        self.everybody.push(waker.clone());
    }

    /// Takes no part any more.
    pub(super) fn exit(&mut self, protocol: Protocol, session: usize) {
        self.alive -= 1;
        let line = self.line(protocol);
        line.leave(session);
        // What it was woken for is another's now.
        if !line.due.is_empty() {
            line.wake_one();
        }
    }

    /// Nobody waits any more for what is under way.
    pub(super) fn abandon(&mut self) {
        self.abandoned = true;
        self.everybody.iter().for_each(Waker::wake_by_ref);
    }
}
