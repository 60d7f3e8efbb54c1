//! The race itself: racers in their places, the names fall, and all is over when each name is taken or time is up.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::clerk::Clerk;
use super::racer::{Racer, Sessions};
use crate::attack::tally::{Achieved, Tally};
use crate::attack::{Plan, Storm};

/// How long before the fall the racers begin to ask.
pub(super) const LEAD: Duration = Duration::from_secs(1);
/// What the racers' thread adds to its nice value.
const NICE: i32 = 10;
/// How long answers are awaited when the race is over.
const DRAIN: Duration = Duration::from_secs(5);
/// How often it is looked whether something has come about.
const LOOK: Duration = Duration::from_millis(1);

/// What all racers see.
#[derive(Debug)]
pub(super) struct Race {
    pub(super) names: Vec<String>,
    /// Creates under way in each session.
    pub(super) pipeline: usize,
    pub(super) seed: u64,
    /// Part of every clTRID.
    pub(super) run: u64,
    begins: OnceLock<Instant>,
    over: AtomicBool,
    /// Names that somebody was told are his.
    taken: Vec<AtomicBool>,
    left: AtomicUsize,
}

impl Race {
    pub(super) fn new(names: Vec<String>, pipeline: usize, seed: u64, run: u64) -> Self {
        let taken = names.iter().map(|_| AtomicBool::new(false)).collect();
        let left = AtomicUsize::new(names.len());
        Self { names, pipeline, seed, run, begins: OnceLock::new(), over: AtomicBool::new(false), taken, left }
    }

    /// When the racers begin to ask, once that is known.
    pub(super) fn begins(&self) -> Option<Instant> {
        self.begins.get().copied()
    }

    /// Whether the names have fallen by then, or begin to.
    pub(super) fn has_fallen(&self, by: Instant) -> bool {
        self.begins().is_some_and(|begins| by >= begins + LEAD)
    }

    /// Whether racers may ask.
    pub(super) fn is_on(&self) -> bool {
        self.begins.get().is_some() && !self.over.load(Ordering::Acquire)
    }

    /// Somebody was told that this name is his.
    pub(super) fn is_taken(&self, name: usize) {
        let first = self.taken.get(name).is_some_and(|taken| !taken.swap(true, Ordering::AcqRel));
        if first && self.left.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.end();
        }
    }

    fn end(&self) {
        self.over.store(true, Ordering::Release);
    }
}

/// How the names fall.
pub(super) enum Fall {
    /// Their owner deletes them.
    Deleted(Clerk),
    /// By themselves, at this moment.
    Alone(Instant),
}

/// When things came about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Course {
    /// When the racers began.
    pub(super) began: Instant,
    /// When the names fell, or began to.
    pub(super) instant: Instant,
    /// How long after that the last delete was answered.
    pub(super) fell: Option<Duration>,
}

/// All racers in their places.
pub(super) struct Field {
    race: Arc<Race>,
    racers: Vec<Racer>,
    storm: Storm,
    fall: Fall,
    course: Option<Course>,
}

impl Field {
    /// Logs all in, then waits until it is time.
    ///
    /// # Errors
    /// A session that is turned away, or does not come within `patience`; a fall that comes sooner.
    pub(super) fn muster(race: Arc<Race>, racers: Vec<Racer>, fall: Fall, patience: Duration) -> Result<Self, String> {
        let sessions = racers.iter().map(|racer| racer.sessions).sum();
        let (theirs, all) = (race.clone(), racers.clone());
        let plan = move || Ok(Box::new(Sessions::new(theirs, &all)) as Box<dyn Plan>);
        let storm = Storm::begin(NICE, sessions, Arc::new(Tally::default()), plan);
        let field = Self { race, racers, storm, fall, course: None };
        match field.take_places(patience) {
            Ok(()) => Ok(field),
            Err(why) => {
                field.storm.end()?;
                Err(why)
            }
        }
    }

    fn take_places(&self, patience: Duration) -> Result<(), String> {
        let began = Instant::now();
        loop {
            let mut absent = 0;
            for Racer { account, sessions, score } in &self.racers {
                let score = score.lock();
                if let Some(why) = &score.turned_away {
                    return Err(format!(
                        "{} has {} of {sessions} sessions, and the next was turned away: {why}; see --attackers and \
                         --sessions here, and how many sessions of one registrar the server allows",
                        account.clid, score.logged_in
                    ));
                }
                absent += sessions - score.logged_in;
            }
            if absent == 0 {
                break;
            }
            if began.elapsed() > patience {
                return Err(format!("after {} s {absent} of the racers' sessions are not there", patience.as_secs()));
            }
            sleep(LOOK);
        }
        if let Fall::Alone(instant) = self.fall {
            let begin = instant.checked_sub(LEAD).and_then(|begin| begin.checked_duration_since(Instant::now()));
            sleep(begin.ok_or("the names fell before all racers had logged in: give a later --at")?);
        }
        Ok(())
    }

    /// The race, which lasts no longer than `most` after the names fell.
    ///
    /// # Errors
    /// When the names could not be deleted.
    pub(super) fn run(&mut self, most: Duration) -> Result<Achieved, String> {
        let mark = self.storm.tally.mark();
        let began = *self.race.begins.get_or_init(Instant::now);
        let instant = match self.fall {
            Fall::Deleted(_) => began + LEAD,
            Fall::Alone(instant) => instant,
        };
        sleep(instant.saturating_duration_since(Instant::now()));
        let mut fell = None;
        if let Fall::Deleted(owner) = &mut self.fall {
            owner.delete(&self.race.names)?;
            fell = Some(instant.elapsed());
        }
        while self.race.is_on() && instant.elapsed() < most {
            sleep(LOOK);
        }
        self.race.end();
        let achieved = self.storm.tally.since(&mark);
        self.course = Some(Course { began, instant, fell });
        Ok(achieved)
    }

    /// Waits for what is under way, and ends all sessions. When things came about.
    ///
    /// # Errors
    /// A thread that could not go on, or no race before.
    pub(super) fn leave(self) -> Result<Course, String> {
        self.race.end();
        let began = Instant::now();
        while began.elapsed() < DRAIN && self.racers.iter().any(|racer| racer.score.lock().under_way() > 0) {
            sleep(LOOK);
        }
        self.storm.end()?;
        self.course.ok_or_else(|| "there was no race".to_owned())
    }
}
