//! Results as text for a terminal.

use std::fmt;

use super::judge::{Judged, QUANTILES, Row};

impl fmt::Display for Judged<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "round trips in ms, from the moment each command was due")?;
        write!(f, "{:<12}{:>10}{:>8}{:>9}", "", "count", "errors", "per s")?;
        QUANTILES.iter().try_for_each(|(name, _)| write!(f, "{name:>10}"))?;
        writeln!(f, "{:>10}{:>12}  limit", "max", "within")?;
        for group in &self.classes {
            row(f, &group.total.name, &group.total)?;
            writeln!(f, "  {}: {}", group.limit_text(), group.verdict().name())?;
            for command in &group.commands {
                row(f, &format!("  {}", command.name), command)?;
                writeln!(f)?;
            }
        }
        for line in self.results.replaced_line().into_iter().chain(self.fairness_lines()) {
            writeln!(f, "{line}")?;
        }
        for line in self.drift_lines() {
            writeln!(f, "{line}")?;
        }
        if let Some(traffic) = &self.results.traffic {
            writeln!(f, "{}", traffic.line())?;
        }
        if let Some(floor) = &self.results.floor {
            writeln!(f, "{}", floor.text())?;
            if let Some(compared) = floor.compared(self) {
                writeln!(f, "{compared}")?;
            }
        }
        if let Some(lateness) = self.lateness() {
            writeln!(f, "{lateness}")?;
        }
        for (what, count) in self.failures() {
            writeln!(f, "{what}: {count}")?;
        }
        for reason in self.reasons() {
            writeln!(f, "why not: {reason}")?;
        }
        f.write_str(self.verdict())
    }
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, row: &Row) -> fmt::Result {
    write!(f, "{name:<12}{:>10}{:>8}{:>9.0}", row.count, row.errors, row.per_second)?;
    row.shown().try_for_each(|time| write!(f, "{time:>10}"))?;
    write!(f, "{:>12}", row.within_text())
}
