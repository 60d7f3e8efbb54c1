//! Counts what a run does, while it runs, without keeping the run waiting.
//!
//! A [`Recorder`] is of the thread that sends and receives: an answer costs it one step in a histogram and a few additions,
//! and no memory. Once an interval it hands all that to a thread that packs it for the time line, adds it up, shows
//! progress, and gives the memory back. Should that thread be late, the interval grows longer; nothing waits.

use std::collections::BTreeMap;
use std::fmt;
use std::mem::replace;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::times::LONGEST;
use super::{Command, Damaged, Packed, Point, Progress, Series, Slice, Sum, Times};

/// Intervals of each recorder: one that it counts in, one that is packed, one ready.
const INTERVALS: usize = 3;

/// What became of a command. All times are from the start of the run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    /// Its place among the commands of the recording.
    pub(crate) command: usize,
    /// When it was to be sent, whether or not it was.
    pub(crate) due: Duration,
    /// When its answer was there, or nobody waited any longer.
    pub(crate) done: Duration,
    pub(crate) outcome: Result<(), Failure>,
}

/// How a command failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Failure {
    /// The server answered no, and was not to.
    Refused(u16),
    /// An answer that is none to this command.
    Wrong(&'static str),
    Unanswered,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(code) => write!(f, "answered {code}"),
            Self::Wrong(why) => f.write_str(why),
            Self::Unanswered => f.write_str("not answered"),
        }
    }
}

/// One command in one interval.
#[derive(Debug, Default)]
struct Tally {
    sent: u64,
    answered: u64,
    errors: BTreeMap<Failure, u64>,
    times: Times,
}

/// All commands in one interval.
#[derive(Debug, Default)]
struct Interval {
    start: Duration,
    length: Duration,
    /// In the order of the recording's commands.
    tallies: Vec<Tally>,
    lost: BTreeMap<String, u64>,
    late: Times,
}

impl Interval {
    fn new(commands: usize) -> Box<Self> {
        Box::new(Self { tallies: std::iter::repeat_with(Tally::default).take(commands).collect(), ..Self::default() })
    }

    fn reset(&mut self) {
        for tally in &mut self.tallies {
            (tally.sent, tally.answered) = (0, 0);
            tally.errors.clear();
            tally.times.reset();
        }
        self.lost.clear();
        self.late.reset();
    }
}

type Pool = Arc<Mutex<Vec<Box<Interval>>>>;

/// The recording of a run.
#[derive(Debug)]
pub(crate) struct Recording {
    collector: JoinHandle<Result<Recorded, Damaged>>,
}

/// What was recorded.
#[derive(Debug, Default)]
pub(crate) struct Recorded {
    pub(crate) series: Vec<Series>,
    pub(crate) lost: BTreeMap<String, u64>,
    pub(crate) timeline: Vec<Point>,
    /// How late the tester was, if it told.
    pub(crate) late: Option<Packed>,
}

/// Counts for one thread.
#[derive(Debug)]
pub(crate) struct Recorder {
    current: Box<Interval>,
    /// How long an interval is.
    interval: Duration,
    pool: Pool,
    full: SyncSender<Box<Interval>>,
}

impl Recording {
    /// Begins to record these commands from so many threads.
    pub(crate) fn begin(
        commands: &[Command],
        recorders: usize,
        interval: Duration,
        progress: Option<Progress>,
    ) -> (Self, Vec<Recorder>) {
        let spare = (INTERVALS - 1) * recorders;
        let pool: Pool =
            Arc::new(Mutex::new(std::iter::repeat_with(|| Interval::new(commands.len())).take(spare).collect()));
        // As many as there are, so that handing one over never waits.
        let (full, received) = sync_channel(INTERVALS * recorders);
        let of_one =
            || Recorder { current: Interval::new(commands.len()), interval, pool: pool.clone(), full: full.clone() };
        let all = std::iter::repeat_with(of_one).take(recorders).collect();
        let collector = Collector {
            commands: commands.to_vec(),
            totals: std::iter::repeat_with(Total::default).take(commands.len()).collect(),
            timeline: BTreeMap::new(),
            lost: BTreeMap::new(),
            late: Times::default(),
            interval,
            progress: progress.map(|progress| Ahead { progress, recorders, seen: 0, sum: Sum::default() }),
        };
        let collector = std::thread::spawn({
            let pool = pool.clone();
            move || collector.run(&received, &pool)
        });
        (Self { collector }, all)
    }

    /// What was recorded, when all recorders have ended.
    pub(crate) fn end(self) -> Result<Recorded, String> {
        let recorded = self.collector.join().map_err(|_| "the recording ended early".to_owned())?;
        recorded.map_err(|error| error.to_string())
    }
}

impl Recorder {
    /// A command is sent.
    pub(crate) fn sent(&mut self, command: usize, now: Duration) {
        self.tick(now);
        if let Some(tally) = self.current.tallies.get_mut(command) {
            tally.sent += 1;
        }
    }

    /// A command is answered, or never will be.
    pub(crate) fn done(&mut self, answer: Answer) {
        self.tick(answer.done);
        let Some(tally) = self.current.tallies.get_mut(answer.command) else { return };
        let took = answer.done.saturating_sub(answer.due);
        match answer.outcome {
            Ok(()) => tally.times.record(took),
            // What never came would have to be waited for without end.
            Err(Failure::Unanswered) => tally.times.record(LONGEST),
            // A quick refusal is no quick answer.
            Err(Failure::Refused(_) | Failure::Wrong(_)) => {}
        }
        if let Err(failure) = answer.outcome {
            *tally.errors.entry(failure).or_default() += 1;
        }
        tally.answered += u64::from(answer.outcome != Err(Failure::Unanswered));
    }

    /// The tester itself saw so late that a command was due. Waiting for a free session is the server's doing and not
    /// counted.
    pub(crate) fn late(&mut self, by: Duration) {
        self.current.late.record(by);
    }

    /// A session ended that was not to.
    pub(crate) fn lost(&mut self, why: &dyn fmt::Display, now: Duration) {
        self.tick(now);
        *self.current.lost.entry(why.to_string()).or_default() += 1;
    }

    /// Time went on. To be told at least once an interval, for a progress that shows a server which says nothing.
    pub(crate) fn tick(&mut self, now: Duration) {
        if now < self.current.start + self.interval {
            return;
        }
        let Some(mut fresh) = self.pool.lock().unwrap_or_else(PoisonError::into_inner).pop() else { return };
        let past = now.as_nanos() / self.interval.as_nanos().max(1);
        fresh.start = self.interval.saturating_mul(u32::try_from(past).unwrap_or(u32::MAX));
        let mut full = replace(&mut self.current, fresh);
        full.length = self.current.start - full.start;
        // Without a collector there will be no results either, which its end tells.
        let _ = self.full.try_send(full);
    }

    /// Tests have no second between two ticks.
    #[cfg(test)]
    pub(super) fn wait_for_spare(&self) {
        while self.pool.lock().unwrap_or_else(PoisonError::into_inner).is_empty() {
            std::thread::yield_now();
        }
    }

    /// The run is over.
    pub(crate) fn end(mut self, now: Duration) {
        self.tick(now);
        self.current.length = now.saturating_sub(self.current.start);
        let _ = self.full.send(self.current);
    }
}

/// One command in all intervals.
#[derive(Debug, Default)]
struct Total {
    count: u64,
    errors: BTreeMap<Failure, u64>,
    times: Times,
}

/// The other thread.
struct Collector {
    commands: Vec<Command>,
    totals: Vec<Total>,
    /// By number of interval.
    timeline: BTreeMap<u64, Point>,
    lost: BTreeMap<String, u64>,
    late: Times,
    interval: Duration,
    progress: Option<Ahead>,
}

/// An interval that not all recorders have handed over yet.
struct Ahead {
    progress: Progress,
    recorders: usize,
    seen: usize,
    sum: Sum,
}

impl Collector {
    fn run(mut self, received: &Receiver<Box<Interval>>, pool: &Pool) -> Result<Recorded, Damaged> {
        for mut interval in received {
            self.take(&interval)?;
            interval.reset();
            pool.lock().unwrap_or_else(PoisonError::into_inner).push(interval);
        }
        if let Some(ahead) = &mut self.progress {
            ahead.progress.end();
        }
        let series = self.commands.iter().zip(self.totals).filter(|(_, total)| total.count > 0);
        let mut series: Vec<Series> = series
            .map(|(command, total)| Series {
                class: command.class,
                command: command.name.to_owned(),
                count: total.count,
                errors: total.errors.iter().map(|(failure, count)| (failure.to_string(), *count)).collect(),
                times: total.times.pack(),
            })
            .collect();
        series.sort_by(|a, b| (a.class, &a.command).cmp(&(b.class, &b.command)));
        Ok(Recorded {
            series,
            lost: self.lost,
            timeline: self.timeline.into_values().collect(),
            late: (self.late.count() > 0).then(|| self.late.pack()),
        })
    }

    fn take(&mut self, interval: &Interval) -> Result<(), Damaged> {
        for (total, tally) in self.totals.iter_mut().zip(&interval.tallies) {
            total.times.add(&tally.times);
            total.count += tally.answered + tally.errors.get(&Failure::Unanswered).copied().unwrap_or_default();
            for (failure, count) in &tally.errors {
                *total.errors.entry(*failure).or_default() += count;
            }
        }
        for (why, count) in &interval.lost {
            *self.lost.entry(why.clone()).or_default() += count;
        }
        self.late.add(&interval.late);
        if let Some(ahead) = &mut self.progress {
            ahead.take(interval);
        }
        if interval.length.is_zero() && interval.tallies.iter().all(|tally| !tally.is_something()) {
            return Ok(());
        }
        let point = self.point(interval);
        let slot = point.start_ms / millis(self.interval).max(1);
        match self.timeline.get_mut(&slot) {
            Some(own) => own.absorb(point),
            None => {
                self.timeline.insert(slot, point);
                Ok(())
            }
        }
    }

    fn point(&self, interval: &Interval) -> Point {
        let slices = self.commands.iter().zip(&interval.tallies).filter(|(_, tally)| tally.is_something());
        let mut commands: Vec<Slice> = slices
            .map(|(command, tally)| Slice {
                class: command.class,
                command: command.name.to_owned(),
                sent: tally.sent,
                answered: tally.answered,
                errors: tally.errors.values().sum(),
                times: tally.times.pack(),
            })
            .collect();
        commands.sort_by(|a, b| (a.class, &a.command).cmp(&(b.class, &b.command)));
        Point { start_ms: millis(interval.start), length_ms: millis(interval.length), commands }
    }
}

impl Tally {
    fn is_something(&self) -> bool {
        self.sent + self.answered > 0 || !self.errors.is_empty()
    }
}

impl Ahead {
    fn take(&mut self, interval: &Interval) {
        for tally in &interval.tallies {
            self.sum.sent += tally.sent;
            self.sum.answered += tally.answered;
            self.sum.errors += tally.errors.values().sum::<u64>();
            self.sum.times.add(&tally.times);
        }
        self.sum.errors += interval.lost.values().sum::<u64>();
        self.seen += 1;
        if self.seen.is_multiple_of(self.recorders) {
            self.progress.show(interval.start + interval.length, interval.length, &self.sum);
            self.sum = Sum::default();
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
