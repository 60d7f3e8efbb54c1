//! One line of a table: what was measured, its floor, the ratio, the budget, and whether the budget holds.

use std::fmt::Write as _;

/// What a ratio must be.
#[derive(Clone, Copy, Debug)]
pub enum Budget {
    AtLeast(f64),
    AtMost(f64),
}

/// The lines of a bench.
#[derive(Default)]
pub struct Verdicts {
    lines: Vec<Line>,
}

struct Line {
    what: String,
    unit: &'static str,
    measured: f64,
    floor: f64,
    budget: Budget,
}

impl Line {
    fn ratio(&self) -> f64 {
        self.measured / self.floor
    }

    fn holds(&self) -> bool {
        match self.budget {
            Budget::AtLeast(least) => self.ratio() >= least,
            Budget::AtMost(most) => self.ratio() <= most,
        }
    }

    fn bound(&self) -> String {
        match self.budget {
            Budget::AtLeast(least) => format!(">= {least:.2}"),
            Budget::AtMost(most) => format!("<= {most:.2}"),
        }
    }
}

impl Verdicts {
    pub fn add(&mut self, what: impl Into<String>, unit: &'static str, measured: f64, floor: f64, budget: Budget) {
        self.lines.push(Line { what: what.into(), unit, measured, floor, budget });
    }

    /// Prints the table, and writes it as JSON to the build's directory.
    pub fn print(&self, bench: &str) {
        println!("\n{:<62} {:>14} {:>14} {:>6} {:>8}  verdict", "what", "measured", "floor", "ratio", "budget");
        let mut json = String::from("[");
        for line in &self.lines {
            let verdict = if line.holds() { "holds" } else { "MISSED" };
            let (unit, ratio, bound) = (line.unit, line.ratio(), line.bound());
            let shown = |value: f64| format!("{value:.0} {unit}");
            println!(
                "{:<62} {:>14} {:>14} {ratio:>6.2} {bound:>8}  {verdict}",
                line.what,
                shown(line.measured),
                shown(line.floor)
            );
            let comma = if json.len() > 1 { "," } else { "" };
            let _ = write!(
                json,
                "{comma}\n{{\"what\":\"{}\",\"unit\":\"{unit}\",\"measured\":{:.3},\"floor\":{:.3},\"ratio\":{ratio:.4},\
                 \"budget\":\"{bound}\",\"holds\":{}}}",
                line.what,
                line.measured,
                line.floor,
                line.holds()
            );
        }
        json.push_str("\n]\n");
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-{bench}.json"));
        match std::fs::write(&path, json) {
            Ok(()) => println!("(also in {})", path.display()),
            Err(error) => println!("({}: {error})", path.display()),
        }
    }
}
