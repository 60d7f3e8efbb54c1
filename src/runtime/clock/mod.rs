//! The real clock: UTC that is checked against time that nobody can set.
//!
//! Everybody reads *trusted time*: the steady clock and a difference that all threads share. The wall clock itself is
//! read in three places only: when the ledger asks for a date, so that a jump is found by the first batch after it; once a
//! second, so that small corrections are followed and a jump is told; and when an operator asks.
//!
//! The steady clock is CLOCK_BOOTTIME. It goes on while the machine is suspended, as the wall clock does; CLOCK_MONOTONIC
//! (and so `Instant`) stands still, and every resume would look like a jump. Both are slewed by NTP together with the wall
//! clock, so only a step shows.

mod guard;

use std::fmt::{self, Debug};
use std::io;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use guard::{Guard, Reading};
use rustix::time::{ClockId, clock_gettime};
use rustls::pki_types::UnixTime;
use rustls::time_provider::TimeProvider;

use crate::base::limits::{CLOCK_READING_MICROS, CLOCK_READINGS};
use crate::base::timestamp::Timestamp;
use crate::port::clock::{Clock, Doubt};

/// Two clocks in microseconds.
pub trait Source: Debug + Send + Sync {
    /// The date, since 1970-01-01T00:00:00Z; anybody may set it.
    fn wall(&self) -> i64;

    /// What has passed since some moment before; never goes back.
    fn steady(&self) -> i64;

    /// How far both have been driven ahead of the machine's.
    fn ahead(&self) -> i64 {
        0
    }

    /// What was kept last is of that date: clocks that can be driven go there, since they had been.
    fn begin_after(&self, _last: Timestamp) {}
}

/// The machine's clocks, and how far both have been driven ahead where time is virtual.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    ahead: Option<Arc<AtomicI64>>,
}

impl Source for Machine {
    fn wall(&self) -> i64 {
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX).saturating_add(self.ahead())
    }

    fn steady(&self) -> i64 {
        let at = clock_gettime(ClockId::Boottime);
        at.tv_sec * 1_000_000 + at.tv_nsec / 1000 + self.ahead()
    }

    fn begin_after(&self, last: Timestamp) {
        if let Some(ahead) = &self.ahead {
            ahead.fetch_add(last.micros().saturating_sub(self.wall()).max(0), Ordering::Relaxed);
        }
    }

    fn ahead(&self) -> i64 {
        self.ahead.as_ref().map_or(0, |ahead| ahead.load(Ordering::Relaxed))
    }
}

/// What the kernel calls the time since the machine was started: another one each time, and the steady clock begins anew.
///
/// # Errors
/// A kernel that does not tell.
pub fn boot_id() -> io::Result<String> {
    Ok(std::fs::read_to_string("/proc/sys/kernel/random/boot_id")?.trim().to_owned())
}

/// The wall clock as it is, believed or not: for a program that runs no registry.
pub fn wall() -> Timestamp {
    Timestamp::from_micros(Machine::default().wall())
}

/// The clock of this process; clones share what is believed.
pub type SystemClock = CheckedClock<Machine>;

/// A wall clock that is believed only as long as it agrees with a steady one.
#[derive(Clone, Debug)]
pub struct CheckedClock<S> {
    source: S,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// Trusted time less the steady clock, for readers that do not wait.
    trusted: AtomicI64,
    judge: Mutex<Judge>,
}

#[derive(Debug)]
struct Judge {
    guard: Guard,
    /// What the log was last told.
    said: Option<Doubt>,
    /// How often doubt has begun.
    doubts: u64,
}

/// What is known of the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockStatus {
    /// What the machine says.
    pub wall: Timestamp,
    /// What is believed.
    pub trusted: Timestamp,
    /// The date of the last transaction, if there is one.
    pub last: Option<Timestamp>,
    /// Why the machine is not believed; `None`: it is.
    pub doubt: Option<Doubt>,
    /// How often that has begun since the start.
    pub doubts: u64,
}

impl ClockStatus {
    /// Microseconds that the machine is ahead of what is believed.
    pub fn offset(&self) -> i64 {
        self.wall.micros().saturating_sub(self.trusted.micros())
    }
}

impl SystemClock {
    /// A clock that begins with the machine's time. It doubts jumps of more than `bound`.
    pub fn new(bound: Duration) -> Self {
        Self::over(Machine::default(), bound)
    }

    /// One that is driven ahead by [`SystemClock::advance`], for a demo; between two drives it goes on as the machine's.
    pub fn virtual_time(bound: Duration) -> Self {
        Self::over(Machine { ahead: Some(Arc::default()) }, bound)
    }

    /// How far it has been driven ahead of the machine's time, in microseconds; `None` for one that cannot be.
    pub fn ahead(&self) -> Option<i64> {
        self.source.ahead.as_ref().map(|ahead| ahead.load(Ordering::Relaxed))
    }

    /// Drives it ahead to that moment. The two clocks go together, so that this is no jump.
    ///
    /// # Errors
    /// [`NotAhead`].
    pub fn advance(&self, to: Timestamp) -> Result<(), NotAhead> {
        let ahead = self.source.ahead.as_ref().ok_or(NotAhead::NotVirtual)?;
        // Within the lock, so that nobody reads one clock before and the other after.
        let _held = self.held();
        let now = self.now();
        let by = to.micros().saturating_sub(now.micros());
        if by <= 0 {
            return Err(NotAhead::NotLater { now });
        }
        ahead.fetch_add(by, Ordering::Relaxed);
        Ok(())
    }
}

/// Why a clock was not driven ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAhead {
    /// It is a real one.
    NotVirtual,
    /// It is that late already.
    NotLater {
        /// What it says.
        now: Timestamp,
    },
}

impl fmt::Display for NotAhead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotVirtual => f.write_str("time is real here and cannot be driven: start a demo with --virtual-time"),
            Self::NotLater { now } => write!(f, "time goes forward only, and it is {now} already"),
        }
    }
}

impl std::error::Error for NotAhead {}

/// One with a bound of five seconds.
impl Default for SystemClock {
    fn default() -> Self {
        Self::new(Duration::from_secs(5))
    }
}

impl<S: Source> CheckedClock<S> {
    /// The same over any two clocks.
    pub fn over(source: S, bound: Duration) -> Self {
        let bound = i64::try_from(bound.as_micros()).unwrap_or(i64::MAX);
        let guard = Guard::new(bound, read(&source));
        let trusted = AtomicI64::new(guard.trusted());
        Self { source, shared: Arc::new(Shared { trusted, judge: Mutex::new(Judge { guard, said: None, doubts: 0 }) }) }
    }

    /// Begins anew, for a registry whose last transaction is of that date; the epoch is that of a log without transactions.
    ///
    /// `line` is what [`CheckedClock::line`] said in an earlier process, since the machine was started: a clock that is off
    /// it has jumped meanwhile. Without it, a clock that is further before the last transaction than the bound is doubted,
    /// and one that is after it may be right, however far: a registry can have been stopped for years.
    pub fn begin_after(&self, last: Timestamp, line: Option<i64>) -> ClockStatus {
        self.source.begin_after(last);
        self.judge(|guard, reading| guard.begin_after(last, line, reading))
    }

    /// Trusted time less the steady clock, in microseconds: true until the machine is started again. None while trusted
    /// time is only a guess.
    pub fn line(&self) -> Option<i64> {
        self.held().guard.line()
    }

    /// Trusted time as if it had not been driven ahead: for certificates, which are of the machine's world.
    pub fn undriven(&self) -> Timestamp {
        Timestamp::from_micros(self.now().micros().saturating_sub(self.source.ahead()))
    }

    /// Compares the two clocks.
    pub fn look(&self) -> ClockStatus {
        self.judge(Guard::look)
    }

    /// Believes the wall clock from now on, because an operator says that it is right. A doubt that is left says that the
    /// last transaction is later.
    pub fn accept(&self) -> ClockStatus {
        self.judge(Guard::accept)
    }

    fn judge(&self, judge: impl FnOnce(&mut Guard, Reading) -> Option<Doubt>) -> ClockStatus {
        let mut held = self.held();
        // Within the lock, so that readings come in their order.
        let reading = read(&self.source);
        let doubt = judge(&mut held.guard, reading);
        let trusted = held.guard.trusted();
        if self.shared.trusted.load(Ordering::Relaxed) != trusted {
            self.shared.trusted.store(trusted, Ordering::Relaxed);
        }
        held.tell(doubt);
        ClockStatus {
            wall: Timestamp::from_micros(reading.wall),
            trusted: Timestamp::from_micros(reading.steady.saturating_add(trusted)),
            last: held.guard.last(),
            doubt,
            doubts: held.doubts,
        }
    }

    fn held(&self) -> MutexGuard<'_, Judge> {
        // Whole before and after each change.
        self.shared.judge.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Source> Clock for CheckedClock<S> {
    fn now(&self) -> Timestamp {
        // The difference is a value of its own: no other memory is read by its light.
        Timestamp::from_micros(self.source.steady().saturating_add(self.shared.trusted.load(Ordering::Relaxed)))
    }

    fn date(&self, last: Timestamp) -> Result<Timestamp, Doubt> {
        let status = self.judge(|guard, reading| {
            guard.kept(last);
            guard.look(reading)
        });
        status.doubt.map_or(Ok(status.trusted.max(last)), Err)
    }
}

/// So that certificates and tickets are judged by trusted time too.
impl<S: Source> TimeProvider for CheckedClock<S> {
    fn current_time(&self) -> Option<UnixTime> {
        let micros = u64::try_from(self.undriven().micros()).unwrap_or_default();
        Some(UnixTime::since_unix_epoch(Duration::from_micros(micros)))
    }
}

impl Judge {
    /// Tells the log once when doubt begins or turns into another, and when it ends.
    fn tell(&mut self, doubt: Option<Doubt>) {
        let same = match (self.said, doubt) {
            (Some(Doubt::Jumped { by: before }), Some(Doubt::Jumped { by })) => by.signum() == before.signum(),
            (Some(Doubt::BehindLog { .. }), Some(Doubt::BehindLog { .. })) | (None, None) => true,
            _ => false,
        };
        if same {
            return;
        }
        match doubt {
            Some(doubt) => {
                tracing::error!("commands that change the registry are refused until this ends: {doubt}");
                self.doubts += u64::from(self.said.is_none());
            }
            None => tracing::warn!("the machine's clock is believed again; commands are taken"),
        }
        self.said = doubt;
    }
}

/// Both clocks at the same moment: a thread that was stopped between the two reads them again.
fn read(source: &impl Source) -> Reading {
    let mut steady = source.steady();
    let mut reading = Reading { wall: source.wall(), steady };
    for _ in 0..CLOCK_READINGS {
        let after = source.steady();
        if after - steady <= CLOCK_READING_MICROS {
            break;
        }
        steady = after;
        reading = Reading { wall: source.wall(), steady };
    }
    reading
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clocks that a test sets.
    #[derive(Clone, Debug, Default)]
    struct Set {
        wall: Arc<AtomicI64>,
        steady: Arc<AtomicI64>,
        /// Added to the steady clock once, between two looks: a thread that was not run for so long.
        stall: Arc<AtomicI64>,
    }

    impl Source for Set {
        fn wall(&self) -> i64 {
            let stall = self.stall.swap(0, Ordering::Relaxed);
            self.pass(stall);
            self.wall.load(Ordering::Relaxed)
        }

        fn steady(&self) -> i64 {
            self.steady.load(Ordering::Relaxed)
        }
    }

    impl Set {
        fn pass(&self, micros: i64) {
            self.wall.fetch_add(micros, Ordering::Relaxed);
            self.steady.fetch_add(micros, Ordering::Relaxed);
        }

        fn jump(&self, micros: i64) {
            self.wall.fetch_add(micros, Ordering::Relaxed);
        }
    }

    const SECOND: i64 = 1_000_000;
    const YEARS: i64 = 25 * 365 * 86_400 * SECOND;

    fn clock() -> (Set, CheckedClock<Set>) {
        let set = Set::default();
        set.pass(1_795_252_087 * SECOND);
        (set.clone(), CheckedClock::over(set, Duration::from_secs(5)))
    }

    #[test]
    fn the_first_date_after_a_jump_is_refused_and_trusted_time_goes_on_for_all_clones() {
        let (set, clock) = clock();
        let shard = clock.clone();
        let before = clock.date(Timestamp::default()).expect("no doubt");
        set.jump(YEARS);
        assert!(matches!(clock.date(before), Err(Doubt::Jumped { by }) if by == YEARS));
        set.pass(2 * SECOND);
        assert_eq!(shard.now().micros(), before.micros() + 2 * SECOND);
        assert_eq!(
            shard.current_time().map(|time| time.as_secs()),
            Some(shard.now().micros().unsigned_abs() / 1_000_000)
        );
        set.jump(-YEARS);
        assert_eq!(clock.date(before).map(Timestamp::micros), Ok(before.micros() + 2 * SECOND));
        assert_eq!(clock.look().doubts, 1);
    }

    #[test]
    fn a_date_never_goes_behind_the_last_one() {
        let (set, clock) = clock();
        let before = clock.date(Timestamp::default()).expect("no doubt");
        set.jump(-3 * SECOND);
        assert_eq!(clock.date(before), Ok(before));
        assert_eq!(clock.look().offset(), 0, "adopted");
    }

    #[test]
    fn an_accepted_time_is_that_of_all_clones() {
        let (set, clock) = clock();
        let shard = clock.clone();
        set.jump(YEARS);
        assert_eq!(clock.look().offset(), YEARS);
        assert_eq!(clock.accept().doubt, None);
        assert_eq!(shard.now(), shard.look().wall);
        assert_eq!(shard.date(Timestamp::default()), Ok(shard.now()));
    }

    #[test]
    fn a_thread_that_was_stopped_between_two_looks_doubts_nothing() {
        let (set, clock) = clock();
        set.stall.store(60 * SECOND, Ordering::Relaxed);
        let status = clock.look();
        assert_eq!((status.doubt, status.offset()), (None, 0));
    }

    #[test]
    fn the_machines_clocks_agree_with_themselves() {
        let clock = SystemClock::new(Duration::from_secs(5));
        let (before, between, after) = (wall(), clock.now(), wall());
        let grain = 2000;
        assert!(before.micros() - grain <= between.micros() && between.micros() <= after.micros() + grain);
        assert_eq!(clock.look().doubt, None);
    }
}
