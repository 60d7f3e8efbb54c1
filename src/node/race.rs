//! Registrars who race for transforms are served alike, however many sessions each has (Specification 9).
//!
//! Turns alone do not make them so: who has one session can have one command waiting, and waits for its commit before it
//! sends the next; who has hundreds fills every commit meanwhile. So whoever is ahead of the slowest of those who race by
//! more than a few commands is kept waiting until the others have caught up. Who races is who has a command waiting, or
//! had one so short a time ago that it may be on its way back with the next: a client that thinks longer, or is farther away,
//! holds up nobody.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Commands that a registrar may be ahead of the slowest that races with it.
const LEAD: u64 = 4;
/// Looks within one commit while others have raced of late: a burst of hundreds would itself delay their next commands beyond
/// the window.
const LOOKS: u32 = 8;
/// Windows after which a registrar who sent nothing begins anew, beside the slowest of the others.
const FORGOTTEN: u32 = 20;
/// Registrars who are remembered after their last command; beyond, those who do not race any more are forgotten.
const REMEMBERED: usize = 1024;

/// The race of the moment.
pub(super) struct Race {
    /// How long after its last command a registrar still races; zero: nobody is kept waiting.
    window: Duration,
    runners: HashMap<String, Runner>,
    /// What the slowest who races was served, as of the last look.
    slowest: u64,
    /// Looks that are left in this commit.
    looks: u32,
}

struct Runner {
    /// Commands, in a count that begins where the slowest was when this one joined.
    served: u64,
    waiting: u32,
    /// When it last sent or was answered.
    seen: Instant,
    /// Served, and not answered yet.
    in_commit: bool,
}

impl Race {
    pub(super) fn new(window: Duration) -> Self {
        Self { window, runners: HashMap::new(), slowest: 0, looks: 0 }
    }

    fn is_off(&self) -> bool {
        self.window.is_zero()
    }

    /// A registrar has sent a command.
    pub(super) fn enter(&mut self, clid: &str, now: Instant) {
        if self.is_off() {
            return;
        }
        if let Some(runner) = self.runners.get_mut(clid) {
            if !runner.races(self.window * FORGOTTEN, now) {
                // Who stood still so long has no right to catch up. After a shorter stall it has: or each stall, of the
                // machine say, would be a gain for those who have hundreds of commands waiting.
                runner.served = runner.served.max(self.slowest);
            }
            runner.waiting += 1;
            runner.seen = now;
            return;
        }
        if self.runners.len() >= REMEMBERED {
            self.runners.retain(|_, runner| runner.races(self.window * FORGOTTEN, now));
        }
        self.runners.insert(clid.to_owned(), Runner { served: self.slowest, waiting: 1, seen: now, in_commit: false });
    }

    /// Whether a registrar's next command may be served.
    pub(super) fn may(&self, clid: &str) -> bool {
        self.runners.get(clid).is_none_or(|runner| runner.served <= self.slowest + LEAD)
    }

    /// A registrar's command is served, in the commit that begins.
    pub(super) fn serve(&mut self, clid: &str, now: Instant) {
        if let Some(runner) = self.runners.get_mut(clid) {
            runner.served += 1;
            runner.waiting = runner.waiting.saturating_sub(1);
            runner.seen = now;
            runner.in_commit = true;
        }
    }

    /// All that was served is answered now: only from here on can the next be on its way.
    pub(super) fn answered(&mut self, now: Instant) {
        for runner in self.runners.values_mut().filter(|runner| runner.in_commit) {
            runner.in_commit = false;
            runner.seen = now;
        }
    }

    /// A commit begins.
    pub(super) fn begin(&mut self, now: Instant) {
        let of_late = self.runners.values().filter(|runner| runner.races(self.window * FORGOTTEN, now)).count();
        self.looks = if of_late > 1 { LOOKS } else { u32::MAX };
        self.look(now);
    }

    /// Looks who races, and who of them is the slowest; whether somebody may be served in this commit who might not before.
    pub(super) fn look(&mut self, now: Instant) -> bool {
        if self.looks == 0 {
            return false;
        }
        self.looks -= 1;
        let racing = self.runners.values().filter(|runner| runner.races(self.window, now));
        let slowest = racing.map(|runner| runner.served).min().unwrap_or(self.slowest);
        std::mem::replace(&mut self.slowest, slowest) < slowest
    }

    /// When to look again though nothing was sent: a part of the window, after which somebody may race no more.
    pub(super) fn pause(&self) -> Duration {
        self.window / 2
    }
}

impl Runner {
    fn races(&self, window: Duration, now: Instant) -> bool {
        self.waiting > 0 || now.saturating_duration_since(self.seen) <= window
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Duration = Duration::from_millis(3);

    /// Serves what it may of `who`, up to `most`.
    fn served(race: &mut Race, who: &str, most: usize, now: Instant) -> usize {
        race.begin(now);
        let mut count = 0;
        while count < most && (race.may(who) || race.look(now)) {
            race.serve(who, now);
            count += 1;
        }
        count
    }

    #[test]
    fn who_is_alone_is_never_kept_waiting() {
        let (mut race, now) = (Race::new(WINDOW), Instant::now());
        for _ in 0..1000 {
            race.enter("storm", now);
        }
        assert_eq!(served(&mut race, "storm", 1000, now), 1000, "in one commit");
    }

    #[test]
    fn a_pause_of_the_others_lets_no_burst_through() {
        let (mut race, mut now) = (Race::new(WINDOW), Instant::now());
        (0..1000).for_each(|_| race.enter("storm", now));
        race.enter("calm", now);
        assert_eq!(served(&mut race, "calm", 1, now), 1);
        now += 2 * WINDOW;
        let burst = served(&mut race, "storm", 1000, now);
        assert!((1..=(LOOKS as usize + 1) * (LEAD as usize + 1)).contains(&burst), "{burst}");
    }

    #[test]
    fn a_registrar_of_many_sessions_is_served_as_often_as_one_of_one_session() {
        let (mut race, mut now) = (Race::new(WINDOW), Instant::now());
        let (mut storm, mut calm) = (0, 0);
        for _ in 0..100_000 {
            race.enter("storm", now);
        }
        // One session that comes back a millisecond after each answer.
        for _ in 0..1000 {
            race.enter("calm", now);
            calm += served(&mut race, "calm", 1, now);
            storm += served(&mut race, "storm", usize::MAX, now);
            now += Duration::from_millis(1);
            storm += served(&mut race, "storm", usize::MAX, now);
        }
        assert_eq!(calm, 1000);
        assert!((1000..=1000 + 2 * LEAD as usize).contains(&storm), "{storm}");
    }

    #[test]
    fn who_thinks_longer_than_the_window_holds_up_nobody_and_gains_nothing_by_it() {
        let (mut race, mut now) = (Race::new(WINDOW), Instant::now());
        for _ in 0..100_000 {
            race.enter("storm", now);
        }
        race.enter("far", now);
        assert_eq!(served(&mut race, "far", 1, now), 1);
        served(&mut race, "storm", 100, now);
        assert!(!race.may("storm"), "the other may be on its way back");
        now += 2 * WINDOW;
        let mut all = 0;
        while all < 1000 {
            all += served(&mut race, "storm", 1000 - all, now);
        }
        // Back again, it is not served alone until it has a thousand too.
        now += FORGOTTEN * WINDOW;
        for _ in 0..100 {
            race.enter("far", now);
        }
        assert!(served(&mut race, "far", 100, now) <= 2 * (1 + LEAD as usize));
        assert!(served(&mut race, "storm", 100, now) > 0);
    }

    #[test]
    fn what_a_stall_gave_to_the_one_is_given_back_to_the_others() {
        let (mut race, mut now) = (Race::new(WINDOW), Instant::now());
        (0..100_000).for_each(|_| race.enter("storm", now));
        let (mut storm, mut calm) = (0, 0);
        for round in 0..2000 {
            race.enter("calm", now);
            calm += served(&mut race, "calm", 1, now);
            storm += served(&mut race, "storm", 50, now);
            now += if round % 100 == 50 { 2 * WINDOW } else { WINDOW / 5 };
            storm += served(&mut race, "storm", 50, now);
        }
        assert!((calm..=calm + 50 + 2 * LEAD as usize).contains(&storm), "{storm} and {calm}");
    }

    #[test]
    fn a_commit_that_takes_longer_than_the_window_lets_nobody_get_ahead() {
        let (mut race, mut now) = (Race::new(WINDOW), Instant::now());
        (0..1000).for_each(|_| race.enter("storm", now));
        let mut storm = 0;
        for _ in 0..20 {
            race.enter("calm", now);
            assert_eq!(served(&mut race, "calm", 1, now), 1);
            storm += served(&mut race, "storm", usize::MAX, now);
            now += 3 * WINDOW;
            race.answered(now);
            storm += served(&mut race, "storm", usize::MAX, now);
            now += WINDOW / 2;
        }
        assert!(storm <= 20 + 2 * LEAD as usize, "{storm}");
    }

    #[test]
    fn off_is_off() {
        let (mut race, now) = (Race::new(Duration::ZERO), Instant::now());
        race.enter("calm", now);
        race.enter("storm", now);
        race.begin(now);
        assert!((0..1000).all(|_| {
            race.serve("storm", now);
            race.may("storm")
        }));
    }

    #[test]
    fn those_who_are_gone_are_forgotten() {
        let (mut race, now) = (Race::new(WINDOW), Instant::now());
        for number in 0..10 * REMEMBERED {
            let later = now + Duration::from_millis(number as u64);
            race.enter(&number.to_string(), later);
            race.serve(&number.to_string(), later);
        }
        assert!(race.runners.len() <= REMEMBERED, "{}", race.runners.len());
    }
}
