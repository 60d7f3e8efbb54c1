//! Two servers, or two builds, side by side: slices of load in turn at one and the other, and the ratio with its confidence.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use crate::engine::Fleet;
use crate::load::{Campaign, LoadArgs, Place};
use crate::numbers::number;
use crate::ratio::Ratio;
use crate::results::{Judged, Machine, Results};
use crate::run::{measured, run_number};
use crate::scenario::Load;
use crate::target::Target;

/// What is to be compared.
#[derive(Debug, clap::Args)]
pub(crate) struct CompareArgs {
    /// The demo.json of the one server.
    a: PathBuf,
    /// That of the other, which is to be as good.
    b: PathBuf,
    /// What is sent, unless --mix says otherwise: mixed, check, info, create, rdap.
    #[arg(long, value_enum, default_value = "check")]
    scenario: Load,
    /// Pairs of slices.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(2..=1000))]
    pairs: u32,
    /// Seconds of each slice, without its warm-up.
    #[arg(long, default_value_t = 2.0, value_parser = number(0.05, 86_400.0))]
    slice: f64,
    /// B may be worse than A by so many percent.
    #[arg(long, default_value_t = 5.0, value_parser = number(0.0, 1000.0))]
    tolerance: f64,
    /// The registrars who load; all of the targets if not given.
    #[arg(long = "as", value_name = "CLID", value_delimiter = ',')]
    registrars: Vec<String>,
    /// The TLD of all names; the last that each target names if not given.
    #[arg(long)]
    tld: Option<String>,
    /// Load targets that are not on this machine.
    #[arg(long)]
    i_may_load_that_host: bool,
    /// Write every slice and the ratios as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    #[command(flatten, next_help_heading = "Load")]
    pub(crate) load: LoadArgs,
}

/// What was found.
#[derive(Debug, Serialize)]
struct Comparison {
    a: String,
    b: String,
    commit: String,
    machine: Machine,
    started_ms: u64,
    arguments: Vec<String>,
    slices: Vec<Slice>,
    /// B over A.
    ratios: Vec<Line>,
    errors: u64,
}

/// One slice.
#[derive(Clone, Copy, Debug, Serialize)]
struct Slice {
    server: &'static str,
    rate: f64,
    p50_ns: f64,
    p99_ns: f64,
    p99_9_ns: f64,
    errors: u64,
}

/// One figure.
#[derive(Debug, Serialize)]
struct Line {
    what: &'static str,
    ratio: Option<Ratio>,
    /// Whether more is better; none: it is not judged.
    more_is_better: Option<bool>,
    a: f64,
    b: f64,
}

/// Runs a comparison; whether B is as good as A, as far as can be told.
///
/// # Errors
/// Why it could not be made.
pub(crate) fn run(args: &CompareArgs) -> Result<bool, String> {
    if let Some(folder) = args.json.as_ref().and_then(|path| path.parent()).filter(|path| !path.as_os_str().is_empty())
        && !folder.is_dir()
    {
        return Err(format!("{} is no directory", folder.display()));
    }
    let run = run_number();
    let one = Contestant::muster("A", &args.a, args, run)?;
    let other = Contestant::muster("B", &args.b, args, run + 1)?;
    let mut slices = Vec::new();
    for pair in 0..args.pairs {
        // A B, then B A: what drifts meets both alike.
        let order = if pair % 2 == 0 { [&one, &other] } else { [&other, &one] };
        for contestant in order {
            slices.push(contestant.slice(args)?);
        }
        eprintln!("pair {} of {}", pair + 1, args.pairs);
    }
    let comparison = Comparison {
        a: one.told(&args.a),
        b: other.told(&args.b),
        commit: env!("DOMESDAY_COMMIT").to_owned(),
        machine: Machine::here(),
        started_ms: run,
        arguments: Machine::arguments(),
        ratios: ratios(&slices, args.load.closed),
        errors: slices.iter().map(|slice| slice.errors).sum(),
        slices,
    };
    println!("{comparison}");
    if let Some(path) = &args.json {
        let text = simd_json::to_string_pretty(&comparison).map_err(|error| error.to_string())?;
        std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    comparison.verdict(args.tolerance)
}

struct Contestant {
    name: &'static str,
    campaign: Campaign,
    fleet: Fleet,
}

impl Contestant {
    fn muster(name: &'static str, path: &std::path::Path, args: &CompareArgs, run: u64) -> Result<Self, String> {
        let target = Target::read(path)?;
        let place = Place {
            target: &target,
            registrars: &args.registrars,
            tld: args.tld.as_deref(),
            anywhere: args.i_may_load_that_host,
        };
        let mix = match &args.load.mix {
            Some(mix) => mix.clone(),
            None => args.scenario.mix().parse()?,
        };
        let campaign = Campaign::plan(&place, &args.load, mix, run)?;
        let fleet = Fleet::muster(&campaign.crew, &campaign.brief, true)?;
        Ok(Self { name, campaign, fleet })
    }

    /// The target's file with its folder, but not where that lies: results are published.
    fn told(&self, path: &std::path::Path) -> String {
        let folder = path.parent().and_then(std::path::Path::file_name).unwrap_or_default();
        let file = std::path::Path::new(folder).join(path.file_name().unwrap_or_default());
        format!("{} ({})", file.display(), self.campaign.address)
    }

    fn slice(&self, args: &CompareArgs) -> Result<Slice, String> {
        let trial = args.load.trial(args.slice);
        let results = measured(&self.fleet, &self.campaign, &trial, None)?;
        Slice::of(self.name, &results)
    }
}

impl Slice {
    fn of(server: &'static str, results: &Results) -> Result<Self, String> {
        let judged = Judged::new(results).map_err(|error| error.to_string())?;
        let at = |quantile| judged.quantile(None, quantile).map_or(0.0, |time| time.as_nanos() as f64);
        Ok(Self {
            server,
            rate: judged.rate(),
            p50_ns: at(0.5),
            p99_ns: at(0.99),
            p99_9_ns: at(0.999),
            errors: judged.failures().values().sum(),
        })
    }
}

fn ratios(slices: &[Slice], closed: bool) -> Vec<Line> {
    let of = |name: &str| slices.iter().filter(|slice| slice.server == name).copied().collect::<Vec<_>>();
    let (a, b) = (of("A"), of("B"));
    let line = |what, more_is_better, figure: &dyn Fn(&Slice) -> f64| {
        let pairs: Vec<_> = b.iter().zip(&a).map(|(b, a)| (figure(b), figure(a))).collect();
        let mean = |all: &[Slice]| all.iter().map(figure).sum::<f64>() / all.len().max(1) as f64;
        Line { what, ratio: Ratio::of(&pairs), more_is_better, a: mean(&a), b: mean(&b) }
    };
    vec![
        // An open loop's rate is the tester's, whoever answers.
        line("commands a second", closed.then_some(true), &|slice| slice.rate),
        line("p50 (ms)", (!closed).then_some(false), &|slice| slice.p50_ns / 1e6),
        line("p99 (ms)", (!closed).then_some(false), &|slice| slice.p99_ns / 1e6),
        line("p99.9 (ms)", None, &|slice| slice.p99_9_ns / 1e6),
    ]
}

impl Comparison {
    /// Tells whether B is as good as A, as far as can be told; `tolerance` in percent.
    ///
    /// # Errors
    /// A figure that is to be judged and has no ratio, since a slice had nothing of it.
    fn verdict(&self, tolerance: f64) -> Result<bool, String> {
        if self.errors > 0 {
            println!("{} WRONG OR MISSING ANSWERS", self.errors);
            return Ok(false);
        }
        let missing = self.ratios.iter().find(|line| line.more_is_better.is_some() && line.ratio.is_none());
        if let Some(line) = missing {
            return Err(format!(
                "nothing can be said of {}: a slice of A or of B had none; give longer slices (--slice)",
                line.what
            ));
        }
        let is_as_good = self.is_as_good(tolerance / 100.0);
        let says = if is_as_good { "B is not surely worse than A by" } else { "B IS WORSE than A by" };
        println!("{says} more than {tolerance} %");
        Ok(is_as_good)
    }

    fn is_as_good(&self, tolerance: f64) -> bool {
        self.ratios.iter().all(|line| match (line.more_is_better, line.ratio) {
            (Some(true), Some(ratio)) => !ratio.is_below(1.0 - tolerance),
            (Some(false), Some(ratio)) => !ratio.is_above(1.0 + tolerance),
            _ => true,
        })
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "A: {}\nB: {}", self.a, self.b)?;
        writeln!(f, "{:<20}{:>14}{:>14}  B/A, with the interval that holds it at 95 %", "", "A", "B")?;
        for line in &self.ratios {
            let ratio = line.ratio.map_or_else(|| "-".to_owned(), |ratio| ratio.to_string());
            writeln!(f, "{:<20}{:>14.3}{:>14.3}  {ratio}", line.what, line.a, line.b)?;
        }
        write!(f, "{} slices, {} errors", self.slices.len(), self.errors)
    }
}

#[cfg(test)]
mod tests {
    use rand_xoshiro::Xoshiro256PlusPlus;
    use rand_xoshiro::rand_core::SeedableRng;

    use super::*;
    use crate::engine::arrivals::fraction;

    fn slices(b_over_a: f64, noise: f64) -> Vec<Slice> {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(11);
        let mut slice = |server, factor: f64, drift: f64| {
            let noise = 1.0 + noise * (fraction(&mut random) - 0.5);
            let nanos = 1e5 / factor * drift * noise;
            Slice {
                server,
                rate: 1e4 * factor / drift * noise,
                p50_ns: nanos,
                p99_ns: nanos,
                p99_9_ns: nanos,
                errors: 0,
            }
        };
        // The machine becomes slower by half meanwhile.
        (0..10)
            .flat_map(|pair| {
                let drift = 1.0 + 0.05 * f64::from(pair);
                [slice("A", 1.0, drift), slice("B", b_over_a, drift)]
            })
            .collect()
    }

    fn comparison(slices: Vec<Slice>, closed: bool) -> Comparison {
        let machine = Machine::here();
        let (a, b, commit) = (String::new(), String::new(), String::new());
        let (started_ms, arguments, ratios) = (0, Vec::new(), ratios(&slices, closed));
        Comparison { a, b, commit, machine, started_ms, arguments, slices, ratios, errors: 0 }
    }

    #[test]
    fn what_is_slower_is_found_through_noise_and_drift_and_what_is_not_is_left_alone() {
        for closed in [true, false] {
            assert!(!comparison(slices(0.85, 0.06), closed).is_as_good(0.05), "{closed}");
            assert!(comparison(slices(1.0, 0.06), closed).is_as_good(0.05), "{closed}");
            assert!(comparison(slices(1.3, 0.06), closed).is_as_good(0.05), "{closed}");
        }
        let ratio = comparison(slices(0.85, 0.06), true).ratios[0].ratio.expect("a ratio");
        assert!(ratio.low < 0.85 && 0.85 < ratio.high && ratio.high - ratio.low < 0.1, "{ratio}");
    }

    #[test]
    fn a_ratio_that_is_missing_is_no_sign_that_b_is_as_good() {
        for closed in [true, false] {
            assert_eq!(comparison(slices(1.0, 0.06), closed).verdict(5.0), Ok(true));
            let mut silent = slices(1.0, 0.06);
            (silent[3].rate, silent[3].p50_ns) = (0.0, 0.0);
            let mut silent = comparison(silent, closed);
            let why = silent.verdict(5.0).expect_err("nothing");
            assert!(why.contains(if closed { "commands a second" } else { "p50" }), "{why}");
            silent.errors = 1;
            assert_eq!(silent.verdict(5.0), Ok(false));
        }
    }

    #[test]
    fn what_is_unclear_is_not_held_against_b() {
        let wild = comparison(slices(0.9, 1.8), true);
        assert!(wild.is_as_good(0.05), "{wild}");
    }
}
