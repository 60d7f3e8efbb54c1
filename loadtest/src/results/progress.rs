//! The line that tells how a run goes.

use std::io::{IsTerminal, Write, stderr};
use std::time::Duration;

use super::Sum;

/// A line for each interval, on the standard error output.
#[derive(Debug)]
pub(crate) struct Progress {
    /// On a terminal each line takes the place of the last.
    terminal: bool,
    shown: bool,
}

impl Progress {
    /// On a terminal, or where it was asked for.
    pub(crate) fn wanted(asked: bool) -> Option<Self> {
        let terminal = stderr().is_terminal();
        (asked || terminal).then_some(Self { terminal, shown: false })
    }

    pub(super) fn show(&mut self, until: Duration, length: Duration, sum: &Sum) {
        let line = line(until, length, sum);
        // What cannot be shown is no reason to stop.
        let _ = match self.terminal {
            true => write!(stderr(), "\r\x1b[K{line}"),
            false => writeln!(stderr(), "{line}"),
        };
        self.shown = true;
    }

    pub(super) fn end(&mut self) {
        if self.terminal && self.shown {
            let _ = writeln!(stderr());
        }
    }
}

fn line(until: Duration, length: Duration, sum: &Sum) -> String {
    let per_second = |count: u64| count as f64 / length.as_secs_f64().max(0.001);
    let p99 = match sum.times.count() {
        0 => "-".to_owned(),
        _ => format!("{:.3} ms", sum.times.quantile(0.99).as_secs_f64() * 1000.0),
    };
    format!(
        "{:>5.0} s  sent {:.0}/s  answered {:.0}/s  p99 {p99}  errors {}",
        until.as_secs_f64(),
        per_second(sum.sent),
        per_second(sum.answered),
        sum.errors
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_tells_rates_of_intervals_of_any_length() {
        let mut sum = Sum { sent: 400, answered: 300, errors: 2, ..Sum::default() };
        let two = Duration::from_secs(2);
        assert_eq!(line(3 * two, two, &sum), "    6 s  sent 200/s  answered 150/s  p99 -  errors 2");
        sum.times.record(Duration::from_micros(1500));
        assert_eq!(line(3 * two, two, &sum), "    6 s  sent 200/s  answered 150/s  p99 1.500 ms  errors 2");
    }
}
