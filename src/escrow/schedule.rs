//! Which deposit is to be made next, and which earlier states it takes (Specification 2, part A, sections 1 and 2).
//!
//! A deposit tells the state at a midnight (UTC). Days on which the registry was down are caught up with, oldest first, as far as
//! their states are kept. A deposit that the agent refuses is made again, with the next resend number.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::base::timestamp::Timestamp;
use crate::model::escrow::{DepositKind, EscrowNote};

const DAY: i64 = 86_400_000_000;
/// Days that are caught up with; of longer pauses the last day alone is.
const CATCH_UP: i64 = 7;
/// Days after which nobody is expected to refuse a deposit any more: the agent has one day to tell.
const REFUSABLE: i64 = 3;

/// When deposits of a TLD are made, and how much is in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Whether the deposit is a full one, from Monday to Sunday.
    pub full: [bool; 7],
    /// What it is on the other days; `None`: there is none.
    pub others: Option<DepositKind>,
    /// How long after midnight it is made.
    pub after: Duration,
}

/// A deposit that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// How much is in it.
    pub kind: DepositKind,
    /// The moment whose state it tells.
    pub watermark: Timestamp,
    /// Id and watermark of the one that it is the difference to.
    pub previous: Option<(String, Timestamp)>,
    /// How many deposits of that moment the agent has refused.
    pub resend: u32,
}

/// The last midnight that has been.
pub const fn midnight(now: Timestamp) -> Timestamp {
    Timestamp::from_micros(now.micros().div_euclid(DAY) * DAY)
}

/// 0 on Mondays.
pub const fn weekday(moment: Timestamp) -> usize {
    // 1 January 1970 was a Thursday.
    (moment.micros().div_euclid(DAY) + 3).rem_euclid(7) as usize
}

impl Calendar {
    /// The deposit that is due at `now`, where `notes` are those that were made, oldest first. With `early` the hour does not
    /// matter.
    pub fn due(&self, notes: &[EscrowNote], now: Timestamp, early: bool) -> Option<Wanted> {
        let last = midnight(now);
        if let Some(refused) = notes.last().filter(|note| !note.is_good()) {
            let earlier = notes.iter().filter(|note| note.watermark < refused.watermark);
            return Some(wanted(refused.kind, refused.watermark, earlier, refused.resend + 1));
        }
        let first = match notes.last() {
            Some(note) => midnight(note.watermark).plus_days(1).max(last.plus_days(1 - CATCH_UP)),
            None => last,
        };
        let mut watermark = first;
        while watermark <= last {
            let is_time = early || now.micros() - watermark.micros() >= self.after.as_micros() as i64;
            if let Some(kind) = self.kind_at(watermark).filter(|_| is_time) {
                return Some(wanted(kind, watermark, notes.iter(), 0));
            }
            watermark = watermark.plus_days(1);
        }
        None
    }

    /// How much is in the deposit of that day.
    fn kind_at(&self, watermark: Timestamp) -> Option<DepositKind> {
        match self.full.get(weekday(watermark)) {
            Some(true) => Some(DepositKind::Full),
            _ => self.others,
        }
    }

    /// The moments whose states have to be kept for deposits to come: those before and at what may be refused yet, and those
    /// that the next ones are differences to.
    pub fn needed(&self, notes: &[EscrowNote], now: Timestamp) -> BTreeSet<Timestamp> {
        let good = || notes.iter().filter(|note| note.is_good());
        let full = good().rfind(|note| note.kind == DepositKind::Full);
        let mut needed: BTreeSet<_> = good().next_back().map(|note| note.watermark).into_iter().collect();
        if self.others == Some(DepositKind::Incremental) {
            needed.extend(full.map(|note| note.watermark));
        }
        let oldest = now.plus_days(-REFUSABLE);
        let open = notes.iter().filter(|note| note.watermark > oldest);
        for note in open.filter(|note| note.verdict.as_ref().is_none_or(|verdict| !verdict.passed)) {
            needed.insert(note.watermark);
            let previous = note.previous.as_ref().and_then(|id| notes.iter().find(|other| other.id == *id));
            needed.extend(previous.map(|note| note.watermark));
        }
        // Those that are due and not made yet.
        let last = midnight(now);
        let made = notes.last().map_or(last.plus_days(-1), |note| midnight(note.watermark));
        let missed = (0..CATCH_UP).map(|days| last.plus_days(-days)).take_while(|midnight| *midnight > made);
        needed.extend(missed);
        needed
    }
}

/// A difference needs what it is one to: a full deposit is made where there is none.
fn wanted<'n>(
    kind: DepositKind,
    watermark: Timestamp,
    notes: impl DoubleEndedIterator<Item = &'n EscrowNote>,
    resend: u32,
) -> Wanted {
    let mut good = notes.filter(|note| note.is_good() && note.watermark < watermark);
    let previous = match kind {
        DepositKind::Full => None,
        DepositKind::Differential => good.next_back(),
        DepositKind::Incremental => good.rfind(|note| note.kind == DepositKind::Full),
    };
    let kind = if previous.is_some() { kind } else { DepositKind::Full };
    let previous = previous.map(|note| (note.id.clone(), note.watermark));
    Wanted { kind, watermark, previous, resend }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::escrow::EscrowVerdict;

    const KINDS: [DepositKind; 2] = [DepositKind::Full, DepositKind::Differential];

    /// Sunday, 29 November 2026.
    fn sunday() -> Timestamp {
        crate::base::timestamp::Date::new(2026, 11, 29).expect("a date").midnight()
    }

    fn calendar(others: Option<DepositKind>) -> Calendar {
        let full = [false, false, false, false, false, false, true];
        Calendar { full, others, after: Duration::from_secs(1800) }
    }

    fn note(id: &str, kind: DepositKind, watermark: Timestamp) -> EscrowNote {
        EscrowNote {
            id: id.into(),
            previous: None,
            kind,
            watermark,
            resend: 0,
            sequence: 1,
            sha256: [0; 32],
            made: watermark,
            files: Vec::new(),
            delivered: None,
            reported: None,
            verdict: None,
        }
    }

    fn hours(moment: Timestamp, hours: i64) -> Timestamp {
        Timestamp::from_micros(moment.micros() + hours * 3_600_000_000)
    }

    #[test]
    fn sundays_are_full_and_the_other_days_tell_the_difference() {
        let calendar = calendar(Some(DepositKind::Differential));
        assert_eq!(weekday(sunday()), 6);
        let due = |notes: &[EscrowNote], now| calendar.due(notes, now, false).map(|due| (due.kind, due.watermark));
        let [full, differential] = KINDS;
        assert_eq!(due(&[], hours(sunday(), 0)), None, "it is too early");
        assert!(calendar.due(&[], sunday(), true).is_some(), "unless somebody wants it now");
        assert_eq!(due(&[], hours(sunday(), 1)), Some((full, sunday())));
        // The first one is full whatever the day.
        assert_eq!(due(&[], hours(sunday(), 25)), Some((full, sunday().plus_days(1))));
        let notes = [note("A", full, sunday())];
        assert_eq!(due(&notes, hours(sunday(), 23)), None);
        let wanted = calendar.due(&notes, hours(sunday(), 25), false).expect("due");
        assert_eq!((wanted.kind, wanted.previous), (differential, Some(("A".into(), sunday()))));
        // A week without any: the oldest of the last seven days comes first.
        assert_eq!(due(&notes, hours(sunday(), 24 * 3)), Some((differential, sunday().plus_days(1))));
        assert_eq!(due(&notes, hours(sunday(), 24 * 30 + 1)), Some((differential, sunday().plus_days(24))));
        assert_eq!(super::midnight(hours(sunday(), 23)), sunday());
        assert_eq!(Calendar { others: None, ..calendar }.due(&notes, hours(sunday(), 60), false), None);
    }

    #[test]
    fn what_is_refused_is_made_again_and_nothing_is_the_difference_to_it() {
        let calendar = calendar(Some(DepositKind::Differential));
        let [full, differential] = KINDS;
        let mut notes = vec![note("A", full, sunday()), note("B", differential, sunday().plus_days(1))];
        notes[1].verdict = Some(EscrowVerdict { passed: false, told: sunday().plus_days(1) });
        let again = calendar.due(&notes, hours(sunday(), 26), false).expect("at once");
        let previous = Some(("A".to_owned(), sunday()));
        let expected = Wanted { kind: differential, watermark: sunday().plus_days(1), previous, resend: 1 };
        assert_eq!(again, expected);
        notes.push(EscrowNote { resend: 1, ..note("B1", differential, sunday().plus_days(1)) });
        let next = calendar.due(&notes, hours(sunday(), 49), false).expect("due");
        assert_eq!(next.previous, Some(("B1".into(), sunday().plus_days(1))));
    }

    #[test]
    fn an_incremental_deposit_tells_the_difference_to_the_last_full_one() {
        let calendar = calendar(Some(DepositKind::Incremental));
        let [full, _] = KINDS;
        let notes = vec![
            note("A", full, sunday()),
            note("B", DepositKind::Incremental, sunday().plus_days(1)),
            note("C", DepositKind::Incremental, sunday().plus_days(2)),
        ];
        let next = calendar.due(&notes, hours(sunday(), 24 * 3 + 1), false).expect("due");
        assert_eq!((next.kind, next.previous), (DepositKind::Incremental, Some(("A".into(), sunday()))));
        let needed = calendar.needed(&notes, hours(sunday(), 24 * 5 + 1));
        let days = [0, 2, 3, 4, 5].map(|days| sunday().plus_days(days));
        assert!(days[..2].iter().all(|day| needed.contains(day)), "{needed:?}");
        assert!(needed.contains(&days[4]) && needed.contains(&days[3]), "what is not made yet: {needed:?}");
    }

    #[test]
    fn states_are_kept_for_what_may_be_refused_and_for_the_next_difference() {
        let calendar = calendar(Some(DepositKind::Differential));
        let [full, differential] = KINDS;
        let mut notes = vec![note("A", full, sunday()), note("B", differential, sunday().plus_days(1))];
        notes[1].previous = Some("A".into());
        let on_tuesday = hours(sunday(), 49);
        assert_eq!(
            calendar.needed(&notes, on_tuesday),
            [0, 1, 2].map(|days| sunday().plus_days(days)).into(),
            "B may be refused, and Tuesday's is to be made"
        );
        for note in &mut notes {
            note.verdict = Some(EscrowVerdict { passed: true, told: sunday() });
        }
        assert_eq!(calendar.needed(&notes, on_tuesday), [1, 2].map(|days| sunday().plus_days(days)).into());
    }
}
