//! What the lines of a month come to: for how long a service was down, and how fast answers came.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;

use super::sla_record::{Answers, CLASSES, Interval, Line, Window, histogram};
use crate::base::timestamp::Date;

/// How long the last span of a month may have ended before the present without anybody having been down: two lines.
const FRESH_MILLIS: i64 = 120_000;

/// How long a service was down, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Downtime {
    /// In all.
    pub all: u64,
    /// As much of it as lies in maintenance that was announced.
    pub announced: u64,
}

/// A month, as far as it was measured. Moments are milliseconds since 1970.
#[derive(Clone, Debug)]
pub struct Month {
    /// From when it was measured: its beginning, or when measuring began.
    pub from: i64,
    /// Until when: its end, or the present.
    pub to: i64,
    /// Whether that is all of the month.
    pub is_whole: bool,
    /// Of EPP; `None`: nothing was measured.
    pub epp: Option<Downtime>,
    /// Of RDAP; `None`: nothing was measured, or RDAP was not offered.
    pub rdap: Option<Downtime>,
    /// What was answered.
    pub answers: Answers,
    /// Times of answers in nanoseconds, by class; of fewer answers than were counted when the process was killed.
    pub times: [Histogram<u64>; CLASSES],
}

/// Moments of a month's beginning and end, in milliseconds since 1970.
fn bounds(month: Date) -> (i64, i64) {
    let first = Date { day: 1, ..month }.midnight();
    (first.micros() / 1000, first.plus_months(1).micros() / 1000)
}

/// Reckons up a month as of `now`, in milliseconds since 1970. `before` are the lines of the month before it, whose last span
/// may reach into this one; none: nothing was measured before. What no line tells of counts as down.
pub fn reckon(month: Date, before: Option<&[Line]>, own: &[Line], now: i64) -> Month {
    let (start, end) = bounds(month);
    let lines = || before.unwrap_or_default().iter().chain(own);
    let intervals = |line: &Line| match line {
        Line::Interval(interval) => Some(interval.clone()),
        _ => None,
    };
    let mut spans: Vec<Interval> = lines().filter_map(intervals).filter(|span| span.end() > start).collect();
    spans.sort_by_key(|span| span.from);
    let mut answers = Answers::default();
    for interval in own.iter().filter_map(intervals) {
        for (sums, counts) in answers.iter_mut().zip(interval.answers) {
            sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
    }
    let first = spans.first().map_or(start, |span| span.from.max(start));
    let last = spans.iter().map(Interval::end).max().unwrap_or(start);
    let from = if before.is_some() { start } else { first };
    let present = if now.saturating_sub(last) < FRESH_MILLIS { last } else { now };
    let to = present.min(end).max(from);
    let windows = windows(lines());
    let concerned = |concerns: fn(&Window) -> bool| merged(windows.values().filter(|window| concerns(window)));
    let down = |up, windows: &[(i64, i64)]| (!spans.is_empty()).then(|| downtime((from, to), &spans, windows, up));
    let offers_rdap = spans.iter().any(|span| span.rdap_up.is_some());
    Month {
        from,
        to,
        is_whole: from == start && to == end,
        epp: down(|span| Some(span.epp_up), &concerned(|window| window.epp)),
        rdap: down(|span| span.rdap_up, &concerned(|window| window.rdap)).filter(|_| offers_rdap),
        answers,
        times: times(own),
    }
}

impl Interval {
    fn end(&self) -> i64 {
        self.from.saturating_add_unsigned(self.length)
    }
}

/// How long a service was down between two moments. `up` tells for how much of a span it was up; `None`: it was not offered.
fn downtime(
    (from, to): (i64, i64),
    spans: &[Interval],
    windows: &[(i64, i64)],
    up: fn(&Interval) -> Option<u64>,
) -> Downtime {
    let mut down = Downtime::default();
    let mut add = |millis: u64, (begin, end): (i64, i64)| {
        down.all += millis;
        down.announced += millis.min(overlap((begin, end), windows));
    };
    let mut reached = from;
    for span in spans {
        let (begin, end) = (span.from.clamp(reached, to), span.end().clamp(reached, to));
        add(begin.abs_diff(reached), (reached, begin));
        let part = end.abs_diff(begin);
        if let Some(up) = up(span) {
            // As much of the part as of the whole.
            let share = u128::from(up.min(span.length)) * u128::from(part) / u128::from(span.length.max(1));
            add(part - u64::try_from(share).unwrap_or(part).min(part), (begin, end));
        }
        reached = end.max(reached);
    }
    add(to.abs_diff(reached), (reached, to));
    down
}

/// How much of a span lies in windows that do not overlap.
fn overlap((begin, end): (i64, i64), windows: &[(i64, i64)]) -> u64 {
    let common = |(from, to): &(i64, i64)| u64::try_from((*to).min(end) - (*from).max(begin)).unwrap_or(0);
    windows.iter().map(common).sum()
}

/// The windows that were announced and not taken back, as they were announced last.
fn windows<'l>(lines: impl Iterator<Item = &'l Line>) -> BTreeMap<&'l str, &'l Window> {
    let mut windows = BTreeMap::new();
    for line in lines {
        match line {
            Line::Window(window) => drop(windows.insert(window.id.as_str(), window)),
            Line::Gone(id) => drop(windows.remove(id.as_str())),
            Line::Interval(_) | Line::Times(_) => {}
        }
    }
    windows
}

/// Windows as spans that do not overlap.
fn merged<'w>(windows: impl Iterator<Item = &'w &'w Window>) -> Vec<(i64, i64)> {
    let mut spans: Vec<_> = windows.map(|window| (window.start, window.end)).collect();
    spans.sort_unstable();
    let mut merged: Vec<(i64, i64)> = Vec::new();
    for (start, end) in spans {
        match merged.last_mut() {
            Some((_, last)) if start <= *last => *last = end.max(*last),
            _ => merged.push((start, end)),
        }
    }
    merged
}

fn times(lines: &[Line]) -> [Histogram<u64>; CLASSES] {
    std::array::from_fn(|class| {
        let mut sum = Histogram::<u64>::new(2).expect("two digits");
        for line in lines {
            if let Line::Times(times) = line
                && let Some(more) = histogram(&times.classes[class])
            {
                // It grows as it must.
                let _ = sum.add(more);
            }
        }
        sum
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::sla_record::Times;
    use crate::reports::sla_record::tests::encoded;

    const MINUTE: i64 = 60_000;

    fn november() -> (Date, i64, i64) {
        let month = Date::new(2026, 11, 1).expect("a date");
        let (start, end) = bounds(month);
        (month, start, end)
    }

    fn span(from: i64, length: u64, epp_up: u64, rdap_up: Option<u64>) -> Line {
        Line::Interval(Interval { from, length, epp_up, rdap_up, ..Interval::default() })
    }

    fn up(from: i64, to: i64) -> Line {
        let length = to.abs_diff(from);
        span(from, length, length, Some(length))
    }

    #[test]
    fn the_bounds_of_a_month_are_midnights() {
        let (_, start, end) = november();
        assert_eq!((start, end - start), (1_793_491_200_000, 30 * 24 * 60 * MINUTE));
    }

    #[test]
    fn what_no_line_tells_of_is_down_and_spans_reach_over_the_end_of_a_month() {
        let (month, start, end) = november();
        let before = [up(start - MINUTE, start + MINUTE)];
        let own = [up(start + MINUTE, start + 10 * MINUTE), up(start + 13 * MINUTE, end + 30_000)];
        let found = reckon(month, Some(&before), &own, end + 1_000_000_000);
        let down = Some(Downtime { all: 180_000, announced: 0 });
        assert_eq!((found.epp, found.rdap, found.is_whole), (down, down, true));
        let cut = reckon(month, Some(&[]), &own, end);
        assert_eq!(cut.epp.map(|down| down.all), Some(240_000), "the first minute is not told of by its own lines");
    }

    #[test]
    fn measuring_begins_with_the_first_line_there_is_and_ends_now() {
        let (month, start, _) = november();
        let own = [up(start + 5 * MINUTE, start + 7 * MINUTE)];
        let fresh = reckon(month, None, &own, start + 8 * MINUTE);
        assert_eq!((fresh.from, fresh.to, fresh.is_whole), (start + 5 * MINUTE, start + 7 * MINUTE, false));
        assert_eq!(fresh.epp, Some(Downtime::default()));
        let stopped = reckon(month, None, &own, start + 60 * MINUTE);
        assert_eq!(stopped.epp.map(|down| down.all), Some(53 * 60_000), "since the last line it is down");
        let nothing = reckon(month, None, &[], start + MINUTE);
        assert_eq!((nothing.epp, nothing.rdap), (None, None));
    }

    #[test]
    fn a_service_that_was_down_in_part_or_not_offered() {
        let (month, start, _) = november();
        let own = [span(start, 60_000, 45_000, None), span(start + MINUTE, 60_000, 60_000, Some(10_000))];
        let found = reckon(month, Some(&[]), &own, start + 2 * MINUTE);
        assert_eq!(found.epp.map(|down| down.all), Some(15_000));
        assert_eq!(found.rdap.map(|down| down.all), Some(50_000));
        let never = reckon(month, Some(&[]), &own[..1], start + MINUTE);
        assert_eq!(never.rdap, None);
    }

    #[test]
    fn lines_that_tell_of_the_same_time_count_it_once() {
        let (month, start, _) = november();
        let own = [up(start, start + 2 * MINUTE), up(start + MINUTE, start + 3 * MINUTE), up(start, start + MINUTE)];
        let found = reckon(month, Some(&[]), &own, start + 5 * MINUTE);
        assert_eq!(found.epp.map(|down| down.all), Some(120_000));
    }

    #[test]
    fn downtime_in_announced_maintenance_is_told_apart() {
        let (month, start, _) = november();
        let window = |id: &str, from: i64, to: i64, epp| {
            let (start, end) = (start + from * MINUTE, start + to * MINUTE);
            Line::Window(Window { id: id.into(), start, end, epp, rdap: true })
        };
        let own = [
            window("a", 11, 12, true),
            window("b", 0, 100, true),
            up(start, start + 10 * MINUTE),
            window("a", 12, 14, true),
            window("c", 13, 15, false),
            Line::Gone("b".into()),
            up(start + 20 * MINUTE, start + 21 * MINUTE),
        ];
        let found = reckon(month, Some(&[]), &own, start + 21 * MINUTE);
        assert_eq!(found.epp, Some(Downtime { all: 600_000, announced: 120_000 }));
        assert_eq!(found.rdap, Some(Downtime { all: 600_000, announced: 180_000 }));
    }

    #[test]
    fn answers_and_times_are_summed() {
        let (month, start, _) = november();
        let mut interval = Interval { from: start, length: 1, ..Interval::default() };
        interval.answers[2][3] = 4;
        let times = |values: &[u64]| {
            let classes = [String::new(), String::new(), encoded(values), String::new()];
            Line::Times(Times { from: start, classes })
        };
        let own = [Line::Interval(interval.clone()), times(&[1_000]), Line::Interval(interval), times(&[2_000_000, 5])];
        let found = reckon(month, None, &own, start);
        assert_eq!(found.answers[2][3], 8);
        assert_eq!((found.times[2].len(), found.times[1].len()), (3, 0));
        assert!((1_990_000..=2_010_000).contains(&found.times[2].max()), "{}", found.times[2].max());
    }
}
