//! The registrars' sessions in the race: each keeps creates under way, and learns from its registrar's answers only.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use rustix::event::epoll;

use super::list::Walk;
use super::race::Race;
use crate::attack::tally::Tally;
use crate::attack::{Attacker, Plan, wants};
use crate::engine::login::Account;
use crate::epp::Epp;
use crate::frames::{create, judged};

/// The results that decide a create.
pub(super) const SERVED: [u16; 3] = [1000, 1001, 2302];

/// A name that a registrar was told is his.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Win {
    /// Its place in the list.
    pub(super) name: usize,
    pub(super) at: Instant,
}

/// What a registrar sent, and was told.
#[derive(Clone, Debug, Default)]
pub(super) struct Score {
    /// Sessions that are logged in.
    pub(super) logged_in: usize,
    /// Why a session could not log in, if one could not.
    pub(super) turned_away: Option<String>,
    pub(super) sent: u64,
    /// Answers by result code.
    pub(super) codes: BTreeMap<u16, u64>,
    /// Of those that decided a create, how many came when the names had fallen.
    pub(super) served_since: u64,
    /// Answers that were none to what was asked, and why.
    pub(super) wrong: BTreeMap<String, u64>,
    pub(super) wins: Vec<Win>,
    /// When the last answer came.
    pub(super) last: Option<Instant>,
    /// Names whose creates got no answer.
    pub(super) unanswered: Vec<usize>,
}

impl Score {
    /// Creates that were decided: the name is his, will be, or is somebody's. Any other answer is a refusal to serve.
    pub(super) fn served(&self) -> u64 {
        let count = |code| self.codes.get(&code).copied().unwrap_or_default();
        SERVED.map(count).into_iter().sum()
    }

    fn count(&mut self, code: u16, has_fallen: bool) {
        *self.codes.entry(code).or_default() += 1;
        self.served_since += u64::from(has_fallen && SERVED.contains(&code));
    }

    pub(super) fn under_way(&self) -> u64 {
        let answered: u64 = self.codes.values().sum();
        let over = answered + self.wrong.values().sum::<u64>() + self.unanswered.len() as u64;
        self.sent.saturating_sub(over)
    }
}

/// A score that the racers' thread writes and the race reads.
#[derive(Clone, Debug, Default)]
pub(super) struct Scoreboard(Arc<Mutex<Score>>);

impl Scoreboard {
    pub(super) fn lock(&self) -> MutexGuard<'_, Score> {
        // Every change of it is whole at each line.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One registrar.
#[derive(Clone, Debug)]
pub(super) struct Racer {
    pub(super) account: Account,
    pub(super) sessions: usize,
    pub(super) score: Scoreboard,
}

/// All sessions of all racers.
pub(super) struct Sessions {
    race: Arc<Race>,
    /// Each with the names that he was told are his.
    racers: Vec<(Racer, Rc<RefCell<Vec<bool>>>)>,
    /// The racer of each session.
    whose: Vec<usize>,
    /// Sessions so far, so that no two creates have one clTRID.
    opened: u64,
}

impl Sessions {
    pub(super) fn new(race: Arc<Race>, racers: &[Racer]) -> Self {
        let whose = racers.iter().enumerate().flat_map(|(at, racer)| std::iter::repeat_n(at, racer.sessions)).collect();
        let nothing = || Rc::new(RefCell::new(vec![false; race.names.len()]));
        let racers = racers.iter().map(|racer| (racer.clone(), nothing())).collect();
        Self { race, racers, whose, opened: 0 }
    }
}

impl Plan for Sessions {
    fn open(&mut self, slot: usize) -> io::Result<Box<dyn Attacker>> {
        let (Racer { account, score, .. }, won) = self.racers.get(self.group(slot)).ok_or(io::ErrorKind::NotFound)?;
        let epp = Epp::open(&account.peer, None, account.login.clone())?;
        self.opened += 1;
        Ok(Box::new(Session {
            epp,
            race: self.race.clone(),
            walk: Walk::new(self.race.names.len(), self.race.seed, slot),
            won: won.clone(),
            score: score.clone(),
            number: self.opened,
            asked: 0,
            under_way: VecDeque::new(),
            was_logged_in: false,
        }))
    }

    fn group(&self, slot: usize) -> usize {
        self.whose.get(slot).copied().unwrap_or_default()
    }

    fn begins(&self) -> Option<Instant> {
        self.race.begins()
    }
}

struct Session {
    epp: Epp,
    race: Arc<Race>,
    walk: Walk,
    won: Rc<RefCell<Vec<bool>>>,
    score: Scoreboard,
    /// Part of its clTRIDs.
    number: u64,
    asked: u64,
    /// Names that were asked for, oldest first, each with its clTRID; answers come in this order.
    under_way: VecDeque<(usize, String)>,
    was_logged_in: bool,
}

impl Session {
    /// Takes the answers that came.
    fn take_answers(&mut self, tally: &Tally) -> io::Result<()> {
        while let Some(answer) = self.epp.answer()? {
            let now = Instant::now();
            let Some((name, cl_trid)) = self.under_way.pop_front() else {
                return Err(io::Error::other("an answer to nothing"));
            };
            let mut score = self.score.lock();
            match judged(&answer, &cl_trid, self.race.names.get(name).map(String::as_str)) {
                Ok(code) => {
                    score.count(code, self.race.has_fallen(now));
                    score.last = Some(now);
                    if code == 1000 {
                        tally.completed(1);
                        score.wins.push(Win { name, at: now });
                        if let Some(won) = self.won.borrow_mut().get_mut(name) {
                            *won = true;
                        }
                        self.race.is_taken(name);
                    } else {
                        tally.refused(1);
                    }
                }
                Err(why) => {
                    *score.wrong.entry(why.to_owned()).or_default() += 1;
                    return Err(io::Error::other(why));
                }
            }
        }
        if self.epp.is_logged_in() && !self.was_logged_in {
            self.was_logged_in = true;
            self.score.lock().logged_in += 1;
        }
        Ok(())
    }

    /// Sends creates until as many are under way as should be.
    fn ask(&mut self, tally: &Tally) -> io::Result<()> {
        while self.epp.is_logged_in() && self.race.is_on() && self.under_way.len() < self.race.pipeline {
            let Some(name) = self.walk.next(&self.won.borrow()) else { break };
            let Some(text) = self.race.names.get(name) else { break };
            let cl_trid = format!("drop-{:x}-{}-{}", self.race.run, self.number, self.asked);
            self.asked += 1;
            self.epp.wire.queue_frame(&create(text, &cl_trid))?;
            self.under_way.push_back((name, cl_trid));
            self.score.lock().sent += 1;
            tally.sent(1);
        }
        self.epp.wire.flush().map(drop)
    }
}

impl AsFd for Session {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.epp.as_fd()
    }
}

impl Attacker for Session {
    fn drive(&mut self, tally: &Tally) -> io::Result<()> {
        let received = self.epp.wire.receive();
        // What came before the end of a connection counts.
        let driven = self.take_answers(tally).and(received).and_then(|()| self.ask(tally));
        if let (Err(error), false) = (&driven, self.was_logged_in) {
            self.score.lock().turned_away.get_or_insert_with(|| error.to_string());
        }
        driven
    }

    fn wants(&self) -> epoll::EventFlags {
        wants(&self.epp.wire, true)
    }

    fn is_settled(&self) -> bool {
        self.was_logged_in
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let mut score = self.score.lock();
        score.logged_in -= usize::from(self.was_logged_in);
        score.unanswered.extend(self.under_way.drain(..).map(|(name, _)| name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_not_served_but_answered() {
        let mut score = Score { sent: 520, ..Score::default() };
        for (code, count, has_fallen) in
            [(2302, 3, false), (2302, 1, true), (1000, 1, true), (1001, 2, true), (2400, 500, true), (2306, 7, false)]
        {
            (0..count).for_each(|_| score.count(code, has_fallen));
        }
        assert_eq!((score.served(), score.served_since, score.under_way()), (7, 4, 6));
    }
}
