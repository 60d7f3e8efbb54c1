//! Keeps a record of service levels in the data directory: a thread of its own looks once a second whether the shards and the
//! ledger get on, and writes what they have counted, once a minute (`sla.record_s`).
//!
//! Nothing depends on the record: neither the log, nor the index, nor a start. A disk that does not take it is told of, and
//! what was counted meanwhile is written when it does. Lines are not synced: a process that is killed loses what it has counted
//! since the last line, a machine that loses power also what its kernel had not written yet.

use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::base::timestamp::{Date, Timestamp};
use crate::index;
use crate::model::command_kind::CommandClass;
use crate::model::record::Kind;
use crate::model::view::View as _;
use crate::node::activity;
use crate::node::bounds::Bound;
use crate::node::meter::{self, Reading, encoded};
use crate::node::shard::Common;
use crate::port::clock::Clock as _;
use crate::reports::monthly::Month;
use crate::reports::sla_record::{self, Answers, Interval, Line, TITLE, Times, Window};
use crate::runtime::clock::SystemClock;

/// The directory of the files, in the data directory.
pub const DIRECTORY: &str = "sla";
/// How often it looks.
const LOOK: Duration = Duration::from_secs(1);
/// Without a sign of life for so long, a shard counts as down: five times what a query may take.
const SHARD_STALL: Duration = Duration::from_secs(10);
/// The same of the ledger, while commands wait for it: five times what a transform may take.
const LEDGER_STALL: Duration = Duration::from_secs(20);
/// How long a minute of quantiles is.
const MARK: Duration = Duration::from_secs(60);
/// How often times are written.
const HOUR: Duration = Duration::from_secs(3600);

/// The thread, until it is stopped.
pub(super) struct SlaRecorder {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl SlaRecorder {
    /// Begins to record.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(super) fn start(common: Arc<Common>, clock: SystemClock, index: index::Reader) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopping = stop.clone();
        let mut recorder = Recorder::new(common, clock, index);
        let run = move || {
            while !stopping.load(Ordering::Acquire) {
                thread::park_timeout(LOOK);
                recorder.look();
            }
            recorder.end();
        };
        let thread = thread::Builder::new().name("sla".into()).spawn(run)?;
        Ok(Self { stop, thread })
    }

    /// Writes what is left.
    pub(super) fn stop(self) {
        self.stop.store(true, Ordering::Release);
        self.thread.thread().unpark();
        if self.thread.join().is_err() {
            tracing::error!("the record of service levels ended by a panic; its last line is missing");
        }
    }
}

/// What tells whether the services get on, at one moment.
#[derive(Clone, Copy, Debug, Default)]
struct Signs {
    /// How long ago the shard that is furthest behind gave a sign of life.
    silence: Duration,
    /// Commands that wait for the ledger.
    waiting: u64,
    /// Those that it has answered since the start.
    decided: u64,
    /// Those that were refused since the start because the log took nothing, or because the clock was doubted.
    refused: u64,
}

/// For how long the services were up.
#[derive(Debug, Default)]
struct Uptime {
    /// In the span that is being measured.
    epp: Duration,
    rdap: Duration,
    /// Whether a shard gave no sign of life for too long at the last look.
    silent: bool,
    /// Answers of the ledger at the last look, how long there has been no other while commands waited, and whether that was
    /// too long.
    decided: u64,
    waits: Duration,
    stalled: bool,
    /// Refusals at the last look, and whether nothing has been accepted since the last of them.
    refused: u64,
    refuses: bool,
}

impl Uptime {
    /// Takes in what is seen, so long after the last look.
    fn look(&mut self, passed: Duration, signs: Signs) {
        let refused = signs.refused > self.refused;
        let decided = signs.decided > self.decided;
        (self.decided, self.refused) = (signs.decided, signs.refused);
        self.refuses = refused || self.refuses && !decided;
        self.waits = if signs.waiting == 0 || decided { Duration::ZERO } else { self.waits + passed };
        let silent = signs.silence.max(passed) >= SHARD_STALL;
        let stalled = self.waits >= LEDGER_STALL;
        // It shows only when it has lasted for a while, in all of which nobody was served.
        let since = |lasts: bool, did: bool, time: Duration| match lasts && !did {
            true => time.saturating_sub(passed),
            false => Duration::ZERO,
        };
        let silent_since = since(silent, self.silent, signs.silence);
        let stalled_since = since(stalled, self.stalled, self.waits);
        (self.silent, self.stalled) = (silent, stalled);
        self.rdap = if silent { self.rdap.saturating_sub(silent_since) } else { self.rdap + passed };
        self.epp = match silent || stalled || self.refuses {
            true => self.epp.saturating_sub(silent_since.max(stalled_since)),
            false => self.epp + passed,
        };
    }

    /// For how much of a span EPP and RDAP were up; the next one begins.
    fn take(&mut self, length: Duration) -> (Duration, Duration) {
        let taken = (self.epp.min(length), self.rdap.min(length));
        (self.epp, self.rdap) = Default::default();
        taken
    }
}

struct Recorder {
    common: Arc<Common>,
    clock: SystemClock,
    index: index::Reader,
    journal: Journal,
    uptime: Uptime,
    /// When it looked last, and when the span that is being measured began.
    looked: Instant,
    began: Instant,
    /// The number of that span, by the clock: another one is due when it has another number.
    number: i64,
    /// What was answered before it.
    answers: Answers,
    /// When the span of times began, and what had been counted before it.
    times_since: Timestamp,
    times_began: Instant,
    times: [Reading; meter::CLASSES],
    marked: Instant,
    /// Maintenance that has been told of.
    windows: BTreeMap<String, Window>,
    /// The month whose file has been told of it.
    windows_in: Option<Date>,
}

impl Recorder {
    fn new(common: Arc<Common>, clock: SystemClock, index: index::Reader) -> Self {
        let (now, at) = (Instant::now(), clock.undriven());
        let journal = Journal::new(common.config.data_dir.join(DIRECTORY), common.config.sla_keep_months);
        Self {
            number: span_number(at, common.config.sla_record),
            times: common.metrics.meters.class_readings(),
            answers: answers(&common),
            common,
            clock,
            index,
            journal,
            uptime: Uptime::default(),
            looked: now,
            began: now,
            times_since: at,
            times_began: now,
            marked: now,
            windows: BTreeMap::new(),
            windows_in: None,
        }
    }

    fn look(&mut self) {
        let now = Instant::now();
        let passed = now.saturating_duration_since(std::mem::replace(&mut self.looked, now));
        self.uptime.look(passed, self.signs());
        if now.saturating_duration_since(self.marked) >= MARK {
            self.marked = now;
            self.common.metrics.meters.mark();
        }
        let number = span_number(self.clock.undriven(), self.common.config.sla_record);
        if number != self.number {
            self.number = number;
            self.record(now, now.saturating_duration_since(self.times_began) >= HOUR);
        }
    }

    fn end(&mut self) {
        self.record(Instant::now(), true);
    }

    fn signs(&self) -> Signs {
        let (meters, bounds) = (&self.common.metrics.meters, &self.common.metrics.bounds);
        let elapsed = self.common.began.elapsed();
        let beats = meters.shards().iter().map(|shard| elapsed.saturating_sub(shard.last_beat()));
        let (waiting, decided) = meters.at_ledger();
        let refused = bounds.count(Bound::LogRefused) + bounds.count(Bound::ClockJump);
        Signs { silence: beats.max().unwrap_or_default(), waiting, decided, refused }
    }

    /// Writes the span that ends now, and with it the times since they were written last.
    fn record(&mut self, now: Instant, with_times: bool) {
        self.sync_activity();
        let at = self.clock.undriven();
        let length = now.saturating_duration_since(self.began);
        let from = Timestamp::from_micros(at.micros() - micros(length));
        let answers = answers(&self.common);
        let (epp_up, rdap_up) = self.uptime.take(length);
        let offers_rdap = !self.common.config.rdap_listen.is_empty();
        let interval = Interval {
            from: from.micros() / 1000,
            length: millis(length),
            epp_up: millis(epp_up),
            rdap_up: offers_rdap.then(|| millis(rdap_up)),
            answers: difference(&answers, &self.answers),
        };
        let month = Date { day: 1, ..from.date() };
        let windows = self.current_windows();
        let mut lines = self.news(&windows, month, at);
        lines.push(Line::Interval(interval));
        let times = with_times.then(|| self.common.metrics.meters.class_readings());
        lines.extend(times.as_ref().map(|times| self.times_line(times)));
        match self.journal.append(month, &lines) {
            Ok(()) => {
                (self.began, self.answers) = (now, answers);
                (self.windows, self.windows_in) = (windows, Some(month));
                if let Some(times) = times {
                    (self.times, self.times_since, self.times_began) = (times, at, now);
                }
            }
            // What was counted is written with the next span; it was up for as long as it was.
            Err(_) => (self.uptime.epp, self.uptime.rdap) = (self.uptime.epp + epp_up, self.uptime.rdap + rdap_up),
        }
    }

    /// Has the disk take what is counted for the monthly reports. No more often than this: the log is on the same disk, and its
    /// commits are what registrars wait for.
    fn sync_activity(&self) {
        let month = Month::of(self.clock.now());
        if let Err(error) = activity::sync(&self.common.config.data_dir, month) {
            tracing::warn!(%error, "what is counted for the monthly reports cannot be synced; it is tried again");
        }
    }

    fn times_line(&self, times: &[Reading; meter::CLASSES]) -> Line {
        let class = |class: usize| {
            let came = times[class].since(&self.times[class]);
            if came.count() == 0 { String::new() } else { encoded(&came) }
        };
        Line::Times(Times { from: self.times_since.micros() / 1000, classes: PROMISED.map(class) })
    }

    /// Maintenance of the production systems, as it is announced now.
    fn current_windows(&self) -> BTreeMap<String, Window> {
        let view = self.index.pin();
        let mut windows = BTreeMap::new();
        for id in view.directory(Kind::Maintenance) {
            let Some(found) = view.maintenance(id).filter(|found| !found.is_gone()) else { continue };
            let event = &found.event;
            let concerns = |names: &[&str]| {
                event.systems.iter().any(|system| {
                    let name = system.name.to_ascii_lowercase();
                    names.iter().any(|part| name.contains(part))
                })
            };
            if event.environment.as_str() != "production" {
                continue;
            }
            let window = Window {
                id: id.to_owned(),
                start: event.start.get().micros() / 1000,
                end: event.end.get().micros() / 1000,
                epp: concerns(&["epp"]),
                rdap: concerns(&["rdap", "rdds", "whois"]),
            };
            windows.insert(window.id.clone(), window);
        }
        windows
    }

    /// What of the maintenance this month's file has not been told of.
    fn news(&self, windows: &BTreeMap<String, Window>, month: Date, at: Timestamp) -> Vec<Line> {
        let is_new_file = self.windows_in != Some(month);
        let untold = windows.values().filter(|window| is_new_file || self.windows.get(&window.id) != Some(window));
        // What is over stays true when it is forgotten.
        let over = |window: &Window| window.end <= at.micros() / 1000;
        let gone = self.windows.values().filter(|window| !windows.contains_key(&window.id) && !over(window));
        untold.cloned().map(Line::Window).chain(gone.map(|window| Line::Gone(window.id.clone()))).collect()
    }
}

/// The classes whose times are promised, by their number among those that are timed.
const PROMISED: [usize; sla_record::CLASSES] =
    [CommandClass::Session as usize, CommandClass::Query as usize, CommandClass::Transform as usize, meter::RDAP];

fn answers(common: &Common) -> Answers {
    let buckets = common.metrics.meters.buckets();
    PROMISED.map(|class| buckets[class])
}

fn difference(now: &Answers, before: &Answers) -> Answers {
    let class = |class: usize| std::array::from_fn(|bucket| now[class][bucket].saturating_sub(before[class][bucket]));
    std::array::from_fn(class)
}

/// Spans are of the same length and begin with the hour.
fn span_number(at: Timestamp, length: Duration) -> i64 {
    at.micros().div_euclid(micros(length).max(1))
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The files, one for each month.
struct Journal {
    dir: PathBuf,
    keep_months: u32,
    open: Option<OpenFile>,
    /// Whether the last line could not be written.
    failed: bool,
}

struct OpenFile {
    month: Date,
    file: File,
}

impl Journal {
    fn new(dir: PathBuf, keep_months: u32) -> Self {
        Self { dir, keep_months, open: None, failed: false }
    }

    /// Writes lines into a month's file, or none of them. That it cannot is said once, until it can again.
    fn append(&mut self, month: Date, lines: &[Line]) -> io::Result<()> {
        let written = self.try_append(month, lines);
        match &written {
            Ok(()) => self.failed = false,
            Err(error) => {
                // What was half written is cut when the file is opened again.
                self.open = None;
                if !std::mem::replace(&mut self.failed, true) {
                    let dir = self.dir.display();
                    tracing::error!(%error, %dir, "the record of service levels cannot be written; what was counted is \
                         written when it can be, but is lost if the process ends before. Said once until then");
                }
            }
        }
        written
    }

    fn try_append(&mut self, month: Date, lines: &[Line]) -> io::Result<()> {
        if self.open.as_ref().is_none_or(|open| open.month != month) {
            self.open = Some(self.open(month)?);
            self.forget(month)?;
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        let text: String = lines.iter().map(Line::text).collect();
        open.file.write_all(text.as_bytes())
    }

    /// Opens a month's file behind its last whole line; what is behind that is cut.
    fn open(&self, month: Date) -> io::Result<OpenFile> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.dir)?;
        let path = self.dir.join(sla_record::file_name(month));
        let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(&path)?;
        let octets = std::fs::read(&path)?;
        let lines = sla_record::read(&octets).map_err(|error| {
            let kept = format!("{}: {error}: move it away", path.display());
            io::Error::new(io::ErrorKind::InvalidData, kept)
        })?;
        for bad in &lines.bad {
            let file = path.display();
            tracing::error!(%file, line = bad.number, why = bad.why, "the record of service levels is damaged: this line \
                 does not count, and what it told of counts as down");
        }
        if lines.whole < octets.len() {
            let (file_name, cut) = (path.display(), octets.len() - lines.whole);
            tracing::warn!(file = %file_name, cut, "the record of service levels ended in a line that is not whole, which \
                 was cut: a process that was killed leaves that");
            file.set_len(lines.whole as u64)?;
        }
        if lines.whole == 0 {
            file.write_all(format!("{TITLE}\n").as_bytes())?;
        }
        Ok(OpenFile { month, file })
    }

    /// Removes the files of months that are no longer to be kept.
    fn forget(&self, month: Date) -> io::Result<()> {
        let oldest = month.midnight().minus_months(self.keep_months).date();
        for entry in std::fs::read_dir(&self.dir)? {
            let path = entry?.path();
            let of = path.file_name().and_then(|name| sla_record::month_of(name.to_str()?));
            if of.is_some_and(|of| of < oldest) {
                std::fs::remove_file(&path)?;
                tracing::info!(file = %path.display(), "a record of service levels is as old as sla.keep_months: removed");
            }
        }
        Ok(())
    }
}

/// A month's lines, and those of the month before, as they lie in a data directory.
///
/// # Errors
/// A file that cannot be read or holds no record. A file that is missing has no lines.
pub fn read_months(
    data_dir: &Path,
    month: Date,
) -> Result<(Option<sla_record::Lines>, sla_record::Lines), (PathBuf, io::Error)> {
    let dir = data_dir.join(DIRECTORY);
    let read = |month: Date| {
        let path = dir.join(sla_record::file_name(month));
        let octets = match std::fs::read(&path) {
            Ok(octets) => octets,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err((path, error)),
        };
        let lines =
            sla_record::read(&octets).map_err(|error| (path, io::Error::new(io::ErrorKind::InvalidData, error)))?;
        Ok(Some(lines))
    };
    let before = read(month.midnight().minus_months(1).date())?;
    let own = read(month)?.unwrap_or_default();
    let has_earlier = || {
        let entries = std::fs::read_dir(&dir).into_iter().flatten().flatten();
        let mut months = entries.filter_map(|entry| sla_record::month_of(entry.file_name().to_str()?));
        months.any(|other| other < month)
    };
    // A whole month without a line is a month of downtime, not the beginning of measuring.
    let before = before.or_else(|| has_earlier().then(sla_record::Lines::default));
    Ok((before, own))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn a_node_that_gets_on_is_up_and_one_whose_shard_is_silent_is_not() {
        let mut uptime = Uptime::default();
        for decided in 0..60 {
            uptime.look(SECOND, Signs { decided, waiting: 3, ..Signs::default() });
        }
        assert_eq!(uptime.take(seconds(60)), (seconds(60), seconds(60)));
        // Silent from the 21st second on to the 40th.
        for second in 1..=60 {
            let silence = if (21..=40).contains(&second) { seconds(second - 20) } else { Duration::ZERO };
            uptime.look(SECOND, Signs { silence, ..Signs::default() });
        }
        let (epp, rdap) = uptime.take(seconds(60));
        assert_eq!((epp, rdap), (seconds(40), seconds(40)));
    }

    #[test]
    fn a_process_that_was_stopped_was_down_for_as_long() {
        let mut uptime = Uptime::default();
        uptime.look(SECOND, Signs::default());
        uptime.look(seconds(59), Signs::default());
        assert_eq!(uptime.take(seconds(60)), (SECOND, SECOND));
    }

    #[test]
    fn a_ledger_that_answers_nobody_is_epps_and_not_rdaps() {
        let mut uptime = Uptime::default();
        for _ in 0..30 {
            uptime.look(SECOND, Signs { waiting: 1, decided: 5, ..Signs::default() });
        }
        let (epp, rdap) = uptime.take(seconds(30));
        assert_eq!(rdap, seconds(30));
        assert_eq!(epp, seconds(1), "the first answers came then");
        uptime.look(SECOND, Signs { waiting: 1, decided: 6, ..Signs::default() });
        assert_eq!(uptime.take(SECOND), (SECOND, SECOND), "it answers again");
    }

    #[test]
    fn a_log_that_refuses_is_down_until_something_is_accepted() {
        let mut uptime = Uptime::default();
        let mut look = |decided, refused| {
            uptime.look(SECOND, Signs { decided, refused, ..Signs::default() });
            uptime.take(SECOND).0
        };
        assert_eq!(look(1, 0), SECOND);
        assert_eq!(look(2, 1), Duration::ZERO);
        assert_eq!(look(2, 1), Duration::ZERO, "nobody has tried since");
        assert_eq!(look(3, 1), SECOND);
    }

    fn month(number: u8) -> Date {
        Date::new(2026, number, 1).expect("a date")
    }

    fn line(from: i64) -> Line {
        Line::Interval(Interval { from, length: 1, ..Interval::default() })
    }

    fn good(dir: &Path, number: u8) -> Vec<Line> {
        let octets = std::fs::read(dir.join(sla_record::file_name(month(number)))).expect("a file");
        sla_record::read(&octets).expect("a record").good
    }

    #[test]
    fn lines_are_appended_behind_what_is_whole() {
        let temporary = tempfile::tempdir().expect("a directory");
        let dir = temporary.path().join("sla");
        let begin = || Journal::new(dir.clone(), 12);
        begin().append(month(11), &[line(1)]).expect("writable");
        let file = dir.join("2026-11.sla");
        let torn = [std::fs::read(&file).expect("there"), b"i 2 1 0 - -".to_vec()].concat();
        std::fs::write(&file, torn).expect("writable");
        let mut journal = begin();
        journal.append(month(11), &[line(3), line(4)]).expect("writable");
        assert_eq!(good(&dir, 11), [line(1), line(3), line(4)]);
        std::fs::write(dir.join("2026-12.sla"), "another format\n").expect("writable");
        let refused = journal.append(month(12), &[line(5)]).expect_err("not ours").to_string();
        assert!(refused.contains("2026-12.sla: expected") && refused.ends_with("move it away"), "{refused}");
        assert_eq!(std::fs::read(dir.join("2026-12.sla")).expect("there"), b"another format\n");
    }

    #[test]
    fn months_that_are_old_enough_are_forgotten() {
        let temporary = tempfile::tempdir().expect("a directory");
        let mut journal = Journal::new(temporary.path().to_owned(), 2);
        std::fs::write(temporary.path().join("notes.txt"), "mine").expect("writable");
        for number in 6..=10 {
            journal.append(month(number), &[line(0)]).expect("writable");
        }
        let mut left: Vec<_> = std::fs::read_dir(temporary.path()).expect("there").flatten().collect();
        left.sort_by_key(std::fs::DirEntry::file_name);
        let names: Vec<_> = left.iter().map(|entry| entry.file_name().into_string().expect("UTF-8")).collect();
        assert_eq!(names, ["2026-08.sla", "2026-09.sla", "2026-10.sla", "notes.txt"]);
    }

    #[test]
    fn a_month_without_a_line_is_no_beginning() {
        let temporary = tempfile::tempdir().expect("a directory");
        let mut journal = Journal::new(temporary.path().join(DIRECTORY), 12);
        let read = |number| read_months(temporary.path(), month(number)).expect("readable");
        assert_eq!(read(6), (None, sla_record::Lines::default()));
        journal.append(month(6), &[line(0)]).expect("writable");
        assert_eq!(read(6).0, None);
        assert_eq!(read(7).0.map(|lines| lines.good), Some(vec![line(0)]));
        assert_eq!(read(9).0.map(|lines| lines.good), Some(Vec::new()));
    }
}
