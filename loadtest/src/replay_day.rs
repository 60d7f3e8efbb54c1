//! A day of a very large registry's shared registration system, as fast as it is answered.
//!
//! 140 million transactions a day are what the largest registry has published; of 100, some 92 are checks, 6 infos and 2
//! transforms.

use std::path::PathBuf;
use std::time::Duration;

use crate::engine::{self, Fleet, Trial};
use crate::load::{Campaign, LoadArgs, Place};
use crate::numbers::number;
use crate::results::{Output, Progress, Results};
use crate::run::{measured, run_number};
use crate::target::Target;

/// What a day is made of.
const MIX: &str = "check=9200,info=600,create=100,update=50,renew=30,transfer=20";

/// What is replayed.
#[derive(Debug, clap::Args)]
pub(crate) struct ReplayDayArgs {
    /// The demo.json of a running registry.
    #[arg(long, value_name = "FILE")]
    target: PathBuf,
    /// Transactions of the day.
    #[arg(long, default_value_t = 140_000_000)]
    transactions: u64,
    /// Replay so many minutes of it at most.
    #[arg(long, default_value_t = 60.0, value_parser = number(0.01, 1440.0))]
    minutes: f64,
    /// The registrars who load; all of the target if not given.
    #[arg(long = "as", value_name = "CLID", value_delimiter = ',')]
    registrars: Vec<String>,
    /// The TLD of all names; the last that the target names if not given.
    #[arg(long)]
    tld: Option<String>,
    /// Load a target that is not on this machine.
    #[arg(long)]
    i_may_load_that_host: bool,
    /// Tell each second how it goes, even when the standard error output is no terminal.
    #[arg(long)]
    progress: bool,
    #[command(flatten, next_help_heading = "Load")]
    pub(crate) load: LoadArgs,
    #[command(flatten, next_help_heading = "Results")]
    pub(crate) output: Output,
}

/// Replays.
///
/// # Errors
/// Why it could not begin.
pub(crate) fn run(args: &ReplayDayArgs) -> Result<Results, String> {
    args.output.check()?;
    let target = Target::read(&args.target)?;
    let place = Place {
        target: &target,
        registrars: &args.registrars,
        tld: args.tld.as_deref(),
        anywhere: args.i_may_load_that_host,
    };
    let mix = match &args.load.mix {
        Some(mix) => mix.clone(),
        None => MIX.parse()?,
    };
    let campaign = Campaign::plan(&place, &args.load, mix, run_number())?;
    let fleet = Fleet::muster(&campaign.crew, &campaign.brief, true)?;
    let lasts = Duration::from_secs_f64(args.minutes * 60.0);
    let load = engine::Load::Closed { lasts, most: Some(args.transactions) };
    let trial = Trial { load, warmup: Duration::ZERO, seed: args.load.seed };
    println!("{}", campaign.announcement(&trial));
    let mut results = measured(&fleet, &campaign, &trial, Progress::wanted(args.progress))?;
    results.run.scenario = "replay-day".to_owned();
    let answered = results.traffic.map_or(0, |traffic| traffic.answered);
    println!("{}", projection(answered, args.transactions, Duration::from_millis(results.run.elapsed_ms)));
    Ok(results)
}

fn projection(answered: u64, day: u64, elapsed: Duration) -> String {
    let minutes = elapsed.as_secs_f64() / 60.0;
    match answered {
        0 => "nothing was answered".to_owned(),
        whole if whole >= day => format!("the day's {day} transactions took {minutes:.1} minutes"),
        part => {
            let whole = minutes * day as f64 / part as f64;
            format!(
                "{part} transactions in {minutes:.1} minutes: the day's {day} would take {whole:.1} minutes at this rate"
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_says_what_the_whole_would_take() {
        let ten = Duration::from_secs(600);
        assert!(projection(35_000_000, 140_000_000, ten).ends_with("would take 40.0 minutes at this rate"));
        assert_eq!(projection(5, 5, ten), "the day's 5 transactions took 10.0 minutes");
        assert_eq!(projection(0, 5, ten), "nothing was answered");
        assert!(MIX.parse::<crate::workload::Mix>().is_ok());
    }
}
