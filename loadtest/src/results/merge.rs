//! One of several: what testers on several machines found of one server at one time.

use std::fmt;

use super::{Damaged, Results, add, add_counts};

/// Why results do not go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MergeError {
    Nothing,
    /// What of the runs is not the same.
    Differ(&'static str),
    /// One began when another had ended.
    Apart,
    /// One result is there two times.
    Twice,
    Damaged(Damaged),
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("no results were given"),
            Self::Differ(what) => write!(f, "these are not of one run: {what} differs"),
            Self::Apart => f.write_str("these are not of one run: one began after another had ended"),
            Self::Twice => f.write_str("the same results were given twice"),
            Self::Damaged(damaged) => write!(f, "{damaged}"),
        }
    }
}

impl From<Damaged> for MergeError {
    fn from(damaged: Damaged) -> Self {
        Self::Damaged(damaged)
    }
}

/// Makes one of several results of one run.
///
/// # Errors
/// When they are not of one run.
pub(crate) fn merge(all: Vec<Results>) -> Result<Results, MergeError> {
    let mut all = all;
    // Points of the time line are counted from the start of the first.
    all.sort_by_key(|results| results.run.started_ms);
    let mut rest = all.into_iter();
    let first = rest.next().ok_or(MergeError::Nothing)?;
    rest.try_fold(first, two)
}

fn two(mut one: Results, other: Results) -> Result<Results, MergeError> {
    same_run(&one, &other)?;
    let (run, later) = (&mut one.run, other.run);
    let shift = later.started_ms - run.started_ms;
    run.elapsed_ms = run.elapsed_ms.max(shift + later.elapsed_ms);
    run.testers.extend(later.testers);
    run.askers += later.askers;
    run.pipeline = run.pipeline.max(later.pipeline);
    for series in other.series {
        match one.series.iter_mut().find(|own| (own.class, &own.command) == (series.class, &series.command)) {
            Some(own) => {
                own.count += series.count;
                own.times = add(&own.times, &series.times)?;
                add_counts(&mut own.errors, series.errors);
            }
            None => one.series.push(series),
        }
    }
    one.series.sort_by(|a, b| (a.class, &a.command).cmp(&(b.class, &b.command)));
    add_counts(&mut one.lost, other.lost);
    let interval = run.interval_ms.max(1);
    for mut point in other.timeline {
        // The interval that most of it lies in.
        let slot = (point.start_ms + shift + interval / 2) / interval;
        point.start_ms = slot * interval;
        match one.timeline.iter_mut().find(|own| own.start_ms / interval == slot) {
            Some(own) => own.absorb(point)?,
            None => one.timeline.push(point),
        }
    }
    one.timeline.sort_by_key(|point| point.start_ms);
    for served in other.served {
        match one.served.iter_mut().find(|own| own.clid == served.clid) {
            Some(own) => {
                own.sessions += served.sessions;
                own.answered += served.answered;
            }
            None => one.served.push(served),
        }
    }
    for draws in other.draws {
        match one.draws.iter_mut().find(|own| own.command == draws.command) {
            Some(own) => {
                own.drawn += draws.drawn;
                own.sent += draws.sent;
            }
            None => one.draws.push(draws),
        }
    }
    match (&mut one.traffic, other.traffic) {
        (Some(own), Some(more)) => own.add(more),
        (own, more) => *own = own.or(more),
    }
    one.floor = one.floor.or(other.floor);
    one.late = match (one.late, other.late) {
        (Some(own), Some(late)) => Some(add(&own, &late)?),
        (own, late) => own.or(late),
    };
    Ok(one)
}

fn same_run(one: &Results, other: &Results) -> Result<(), MergeError> {
    let (a, b) = (&one.run, &other.run);
    let differing = [
        ("the scenario", a.scenario != b.scenario),
        ("the target", a.target != b.target),
        ("the version of the tester", (&a.tester, &a.commit) != (&b.tester, &b.commit)),
        ("the length of the intervals", a.interval_ms != b.interval_ms),
    ];
    if let Some((what, _)) = differing.into_iter().find(|(_, differs)| *differs) {
        return Err(MergeError::Differ(what));
    }
    if b.testers.iter().any(|tester| a.testers.contains(tester)) {
        return Err(MergeError::Twice);
    }
    match b.started_ms < a.started_ms + a.elapsed_ms {
        true => Ok(()),
        false => Err(MergeError::Apart),
    }
}
