//! Whether the wall clock is to be believed: pure arithmetic on readings of two clocks, in microseconds.
//!
//! The *wall clock* tells the date and can be set to anything at any moment. The *steady clock* tells only how much time
//! has passed, and nobody can set it. What the first says less what the second says is a constant as long as nobody
//! sets the first, so that constant is what is watched: the *line*.

use crate::base::limits::{CLOCK_FOLLOW_SHARE, CLOCK_GRAIN_MICROS};
use crate::base::timestamp::Timestamp;
use crate::port::clock::Doubt;

/// Both clocks at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    /// Since the epoch.
    pub(super) wall: i64,
    /// Since some moment before the process began; never goes back.
    pub(super) steady: i64,
}

impl Reading {
    fn difference(self) -> i64 {
        self.wall.saturating_sub(self.steady)
    }
}

/// What is known of the two clocks.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    bound: i64,
    /// The difference that is expected. It follows the wall clock at a bounded rate, so that many small steps are found out
    /// like a large one.
    line: i64,
    /// The difference that is believed: trusted time less the steady clock. It is the wall clock's while that is within
    /// `bound` of the line, and else what it was before.
    trusted: i64,
    /// The steady clock when the line was last moved.
    followed: i64,
    /// The date of the last transaction; 0: there is none.
    last: i64,
    /// Whether there is a line: not when the clock was behind the log at start, for then it was never right.
    anchored: bool,
}

impl Guard {
    /// Believes the wall clock as it is, there being nothing to compare it with.
    pub(super) fn new(bound: i64, reading: Reading) -> Self {
        let line = reading.difference();
        let (last, followed) = (0, reading.steady);
        Self { bound, line, trusted: line, followed, last, anchored: true }
    }

    /// Begins anew with a log whose last transaction is known, and with the line that an earlier process believed in, if
    /// there is one: then a clock that has left it has jumped. Without, a wall clock behind the log is wrong, and the best
    /// guess of the time is that of the transaction.
    pub(super) fn begin_after(&mut self, last: Timestamp, line: Option<i64>, reading: Reading) -> Option<Doubt> {
        *self = Self::new(self.bound, reading);
        self.last = last.micros();
        if let Some(line) = line {
            (self.line, self.trusted) = (line, line);
        } else if self.is_behind(reading) {
            self.anchored = false;
            self.trusted = self.last.saturating_sub(reading.steady);
        }
        self.look(reading)
    }

    /// No date may go behind this one.
    pub(super) fn kept(&mut self, last: Timestamp) {
        self.last = self.last.max(last.micros());
    }

    /// Judges a reading, which is no older than the one before.
    pub(super) fn look(&mut self, reading: Reading) -> Option<Doubt> {
        if !self.anchored && !self.is_behind(reading) {
            self.anchor(reading);
        }
        let (difference, room) = (reading.difference(), self.room(reading));
        let off = difference.saturating_sub(self.line);
        let jumped = self.anchored && off.unsigned_abs() > self.bound.unsigned_abs();
        if self.anchored && !jumped {
            self.line += off.clamp(-room, room);
            if difference.abs_diff(self.trusted) >= CLOCK_GRAIN_MICROS {
                self.trusted = difference;
            }
        }
        match jumped {
            true => Some(Doubt::Jumped { by: difference.saturating_sub(self.trusted) }),
            false => self.is_behind(reading).then(|| self.behind(reading)),
        }
    }

    /// Believes the wall clock because a person says so.
    pub(super) fn accept(&mut self, reading: Reading) -> Option<Doubt> {
        self.anchor(reading);
        self.look(reading)
    }

    fn anchor(&mut self, reading: Reading) {
        (self.line, self.trusted) = (reading.difference(), reading.difference());
        (self.followed, self.anchored) = (reading.steady, true);
    }

    /// How far the line may move since it last did.
    fn room(&mut self, reading: Reading) -> i64 {
        let room = reading.steady.saturating_sub(self.followed).max(0) / CLOCK_FOLLOW_SHARE;
        self.followed += room * CLOCK_FOLLOW_SHARE;
        room
    }

    fn is_behind(&self, reading: Reading) -> bool {
        reading.wall < self.last.saturating_sub(self.bound)
    }

    fn behind(&self, reading: Reading) -> Doubt {
        Doubt::BehindLog {
            wall: Timestamp::from_micros(reading.wall),
            last: Timestamp::from_micros(self.last),
            until: Timestamp::from_micros(self.last.saturating_sub(self.bound)),
        }
    }

    /// Trusted time less the steady clock.
    pub(super) fn trusted(&self) -> i64 {
        self.trusted
    }

    /// What a later process may believe in; none while all there is is a guess.
    pub(super) fn line(&self) -> Option<i64> {
        self.anchored.then_some(self.trusted)
    }

    /// The date of the last transaction, if there is one.
    pub(super) fn last(&self) -> Option<Timestamp> {
        (self.last > 0).then(|| Timestamp::from_micros(self.last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;
    /// The wall clock when the table begins.
    const BEGIN: i64 = 1_795_252_087 * SECOND;

    /// One line a step: what happens, how much time passes, where the wall clock then is against the true time, and what is
    /// found: `ok` or the doubt, and where trusted time is against the true time. Milliseconds.
    const JUMPS: &str = "
        # nothing happens
        look     1000        0   ok              0
        # differences below a millisecond are none
        # NTP sets the clock by a little: adopted at once
        look     1000      200   ok            200
        look     1000     -300   ok           -300
        # a leap second
        look     1000    -1000   ok          -1000
        look  1000000        0   ok              0
        # just within the bound, from the line on
        look     1000     5000   ok           5000
        # beyond it: the trusted time goes on from where it was
        look     1000     5100   jumped       5000
        look     1000     5100   jumped       5000
        # back
        look     1000        0   ok              0
        look  1000000        0   ok              0
        # twenty-five years and back
        look      100  788923150000   jumped     0
        look     2000  788923150000   jumped     0
        look        0        0   ok              0
        look     1000 -788923150000   jumped     0
        look     1000       10   ok             10
        look  1000000        0   ok              0
        # a walk of small steps is found out where it leaves the bound of the line, which follows by a hundredth
        look     1000     3000   ok           3000
        look     1000     6000   jumped       3000
        look     1000     9000   jumped       3000
        look     1000        0   ok              0
        look  1000000        0   ok              0
        # a clock that is drawn along slowly is followed however far
        look   100000      900   ok            900
        look   100000     1800   ok           1800
        look   100000     2700   ok           2700
        look   100000     3600   ok           3600
        look   100000     4500   ok           4500
        look   100000     5400   ok           5400
        look   100000     6300   ok           6300
        look  2000000     6300   ok           6300
        look     1000    11200   ok          11200
        look  2000000     6300   ok           6300
        # a large step is no drawing along however long it lasts
        look  9999999    20000   jumped       6300
        # a person says that it is right
        accept   1000    20000   ok          20000
        look     1000    20100   ok          20100
        look     1000     6300   jumped      20100
        look     1000    15200   ok          15200
        # a transaction is dated; a person accepts a time that is not long before it
        keep        0        0   ok          15200
        accept   1000    12000   ok          12000
        # and one long before it: nothing may be dated until the clock has caught up
        accept   1000    -5000   behind      -5000
        look     1000    -5000   behind      -5000
        look    10000    -5000   behind      -5000
        look     3300    -5000   ok          -5000
    ";

    /// Carries a table out; the steps it holds.
    fn carry_out(table: &str) -> usize {
        let (mut true_time, mut steps) = (0, 0);
        let at = |true_time: i64, off: i64| Reading { wall: BEGIN + true_time + off, steady: 77 + true_time };
        let mut guard = Guard::new(5 * SECOND, at(0, 0));
        for line in table.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [what, passes, off, found, trusted] = words[..] else { panic!("five words: {line}") };
            let micros = |text: &str| text.parse::<i64>().expect("a number") * 1000;
            true_time += micros(passes);
            let reading = at(true_time, micros(off));
            let doubt = match what {
                "look" => guard.look(reading),
                "accept" => guard.accept(reading),
                "keep" => {
                    guard.kept(Timestamp::from_micros(reading.steady + guard.trusted()));
                    None
                }
                _ => panic!("{line}"),
            };
            let word = match doubt {
                None => "ok",
                Some(Doubt::Jumped { .. }) => "jumped",
                Some(Doubt::BehindLog { .. }) => "behind",
            };
            assert_eq!(word, found, "{line}");
            assert_eq!(guard.trusted() + reading.steady - BEGIN - true_time, micros(trusted), "{line}");
            if let Some(Doubt::Jumped { by }) = doubt {
                assert_eq!(by, micros(off) - micros(trusted), "{line}");
            }
            steps += 1;
        }
        steps
    }

    #[test]
    fn the_table_of_jumps() {
        assert!(carry_out(JUMPS) > 40);
    }

    #[test]
    fn a_difference_that_nobody_sees_moves_nothing() {
        let mut guard = Guard::new(5 * SECOND, Reading { wall: BEGIN, steady: 0 });
        for noise in [3, -999, 999, 0] {
            assert_eq!(guard.look(Reading { wall: BEGIN + SECOND + noise, steady: SECOND }), None);
            assert_eq!(guard.trusted(), BEGIN);
        }
    }

    #[test]
    fn looking_often_does_not_stop_the_line() {
        let mut guard = Guard::new(5 * SECOND, Reading { wall: BEGIN, steady: 0 });
        for steady in 0..500_000 {
            guard.look(Reading { wall: BEGIN + steady + SECOND, steady });
        }
        assert_eq!(guard.line, BEGIN + 4999);
    }

    #[test]
    fn a_start_behind_the_log_is_doubted_until_the_clock_has_been_set() {
        let last = Timestamp::from_micros(BEGIN + 3600 * SECOND);
        let mut guard = Guard::new(5 * SECOND, Reading { wall: BEGIN, steady: 0 });
        let doubt = guard.begin_after(last, None, Reading { wall: BEGIN, steady: 0 });
        assert!(matches!(doubt, Some(Doubt::BehindLog { .. })));
        // The best guess there is: that of the log, and what has passed since.
        assert_eq!((guard.trusted(), guard.line()), (last.micros(), None));
        assert!(guard.look(Reading { wall: BEGIN + SECOND, steady: SECOND }).is_some());
        assert_eq!(guard.trusted(), last.micros());
        // Set right, whatever that is.
        let day = 86_400 * SECOND;
        assert_eq!(guard.look(Reading { wall: BEGIN + day, steady: 2 * SECOND }), None);
        assert_eq!(guard.trusted(), BEGIN + day - 2 * SECOND);
        assert!(guard.look(Reading { wall: BEGIN, steady: 3 * SECOND }).is_some());
    }

    #[test]
    fn a_start_behind_the_log_by_less_than_the_bound_or_after_it_is_believed() {
        for wall in [BEGIN - 4 * SECOND, BEGIN, BEGIN + 1_000_000 * SECOND] {
            let mut guard = Guard::new(5 * SECOND, Reading { wall, steady: 0 });
            let doubt = guard.begin_after(Timestamp::from_micros(BEGIN), None, Reading { wall, steady: 0 });
            assert_eq!((doubt, guard.trusted()), (None, wall));
        }
    }

    #[test]
    fn a_start_off_the_line_of_an_earlier_process_is_a_jump_like_any_other() {
        let last = Timestamp::from_micros(BEGIN);
        for (off, by) in [(3, None), (-3, None), (6, Some(6)), (-3600, Some(-3600)), (3600, Some(3600))] {
            let reading = Reading { wall: BEGIN + (100 + off) * SECOND, steady: 100 * SECOND };
            let mut guard = Guard::new(5 * SECOND, reading);
            let doubt = guard.begin_after(last, Some(BEGIN), reading);
            assert_eq!(doubt, by.map(|by| Doubt::Jumped { by: by * SECOND }), "{off}");
            // What is not believed now is not to be believed at the next start either.
            assert_eq!(guard.line(), Some(by.map_or(BEGIN + off * SECOND, |_| BEGIN)), "{off}");
            assert_eq!(guard.look(Reading { wall: BEGIN + 101 * SECOND, steady: 101 * SECOND }), None, "it is back");
            guard.look(reading);
            assert_eq!(guard.accept(reading).is_some(), off == -3600, "{off}");
            assert_eq!(guard.line(), Some(BEGIN + off * SECOND));
        }
    }

    #[test]
    fn accepting_a_time_behind_the_log_says_until_when_nothing_is_dated() {
        let mut guard = Guard::new(5 * SECOND, Reading { wall: BEGIN, steady: 0 });
        guard.begin_after(Timestamp::from_micros(BEGIN + 100 * SECOND), None, Reading { wall: BEGIN, steady: 0 });
        let doubt = guard.accept(Reading { wall: BEGIN, steady: 0 }).expect("it stays");
        let until = Timestamp::from_micros(BEGIN + 95 * SECOND);
        assert!(doubt.to_string().contains(&until.to_string()), "{doubt}");
        assert_eq!(guard.trusted(), BEGIN, "queries believe the person");
        assert_eq!(guard.look(Reading { wall: BEGIN + 95 * SECOND, steady: 95 * SECOND }), None);
    }

    #[test]
    fn readings_at_the_ends_of_time_are_doubted_and_harm_nothing() {
        let mut guard = Guard::new(5 * SECOND, Reading { wall: BEGIN, steady: 0 });
        for wall in [0, i64::MAX, i64::MIN] {
            assert!(matches!(guard.look(Reading { wall, steady: i64::MAX }), Some(Doubt::Jumped { .. })));
        }
    }
}
