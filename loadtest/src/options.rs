//! Options that would be ignored are refused: whoever gives one believes that it does something.

use clap::ArgMatches;
use clap::parser::ValueSource;

use crate::args::{Args, Command};
use crate::engine::arrivals::Rate;
use crate::load::{LoadArgs, Sessions};
use crate::scenario::{Load, Scenario};

/// What only loads take, and races do not.
const OF_LOADS: [&str; 15] = [
    "rate",
    "mix",
    "find",
    "floor",
    "cores",
    "arrivals",
    "closed",
    "warmup",
    "readers",
    "population",
    "pick",
    "taken",
    "names_per_check",
    "contacts",
    "hosts",
];
/// What loads and races take, and attacks do not.
const NOT_OF_ATTACKS: [&str; 8] = ["sessions", "pipeline", "seed", "names", "names_file", "at", "owner", "progress"];
/// What loads do not take.
const NOT_OF_LOADS: [&str; 9] =
    ["bystander", "bystander_rate", "attackers", "within", "metrics", "names", "names_file", "at", "owner"];

/// The options that were given.
#[derive(Clone, Copy)]
struct Given<'a>(&'a ArgMatches);

impl Given<'_> {
    fn has(self, option: &str) -> bool {
        self.0.value_source(option) == Some(ValueSource::CommandLine)
    }

    /// # Errors
    /// One of the options was given; `beside` what they have no place, `why`.
    fn refuse(self, options: &[&str], beside: &str, why: &str) -> Result<(), String> {
        match options.iter().find(|option| self.has(option)) {
            Some(option) => Err(format!("--{} does not go with {beside}: {why}", option.replace('_', "-"))),
            None => Ok(()),
        }
    }

    /// What every load has.
    fn of_load(self, load: &LoadArgs) -> Result<(), String> {
        match &load.sessions {
            Sessions::Each(_) if self.has("registrars") => {
                Err(format!("--as does not go with --sessions {}, which says who takes part", load.sessions))
            }
            _ => Ok(()),
        }
    }

    /// `length`: the option that says how long, beside a rate that says it too.
    fn one_length(self, rate: Option<&Rate>, length: &str) -> Result<(), String> {
        match rate.filter(|rate| rate.says_how_long()) {
            Some(rate) => self.refuse(&[length], &format!("--rate {rate}"), "the rate says how long it goes on"),
            None => Ok(()),
        }
    }
}

/// Whether every option that was given does something.
///
/// # Errors
/// The first that does not, and beside what.
pub(crate) fn check(args: &Args, matches: &ArgMatches) -> Result<(), String> {
    let of_command = Given(matches.subcommand().map_or(matches, |(_, matches)| matches));
    match &args.command {
        Some(Command::ReplayDay(day)) => {
            let why = "a day is replayed as fast as it is answered, and all of it counts";
            of_command.refuse(&["rate", "warmup", "arrivals"], "replay-day", why)?;
            of_command.of_load(&day.load)
        }
        Some(Command::Compare(compare)) => {
            of_command.one_length(compare.load.rate.as_ref(), "slice")?;
            of_command.of_load(&compare.load)
        }
        Some(Command::Show { .. } | Command::Floor(_)) => Ok(()),
        None => of_scenario(args, of_command),
    }
}

fn of_scenario(args: &Args, given: Given<'_>) -> Result<(), String> {
    let scenario = format!("--scenario {}", args.scenario.name());
    match args.scenario {
        Scenario::Attack(_) => {
            let why = "an attack has a pace, names and cores of its own; see --attackers and --bystander-rate";
            given.refuse(&OF_LOADS, &scenario, why)?;
            given.refuse(&NOT_OF_ATTACKS, &scenario, why)
        }
        Scenario::Drop => {
            let why =
                "racers ask for the names that fall as fast as they are answered; see --names, --sessions, --pipeline";
            given.refuse(&OF_LOADS, &scenario, why)?;
            given.refuse(&["progress"], &scenario, why)?;
            given.of_load(&args.load)
        }
        Scenario::Load(load) => {
            given.refuse(&NOT_OF_LOADS, &scenario, "it is for attacks and races")?;
            if load == Load::Fair {
                let why = "it is a closed loop, in which nothing has a rate";
                given.refuse(&["rate", "find", "arrivals"], &scenario, why)?;
            }
            let rate = args.load.rate.as_ref();
            given.one_length(rate, "duration")?;
            given.one_length(rate, "find")?;
            given.of_load(&args.load)
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, FromArgMatches as _};

    use super::*;

    fn checked(words: &str) -> Result<(), String> {
        let words = ["domesday-loadtest"].into_iter().chain(words.split(' '));
        let matches = Args::command().try_get_matches_from(words).map_err(|error| error.to_string())?;
        check(&Args::from_arg_matches(&matches).expect("they were matched"), &matches)
    }

    #[test]
    fn what_would_be_ignored_is_refused_and_both_options_are_named() {
        for (words, one, other) in [
            ("--target x --scenario greedy --rate 5", "--rate", "--scenario greedy"),
            ("--target x --scenario greedy --mix check=1", "--mix", "--scenario greedy"),
            ("--target x --scenario half-open --find p99<1ms", "--find", "--scenario half-open"),
            ("--target x --scenario strangers --floor", "--floor", "--scenario strangers"),
            ("--target x --scenario login-storm --cores 1", "--cores", "--scenario login-storm"),
            ("--target x --scenario rdap-mining --names 3", "--names", "--scenario rdap-mining"),
            ("--target x --scenario slow-clients --names-per-check 3", "--names-per-check", "--scenario slow-clients"),
            ("--target x --scenario drop --rate 5", "--rate", "--scenario drop"),
            ("--target x --scenario drop --as a --sessions a=3", "--as", "--sessions a=3"),
            ("--target x --scenario fair --rate 5", "--rate", "--scenario fair"),
            ("--target x --scenario fair --find p99<1ms", "--find", "--scenario fair"),
            ("--target x --within 2", "--within", "--scenario mixed"),
            ("--target x --as a --sessions a=3,b=1", "--as", "--sessions a=3,b=1"),
            ("--target x --duration 5 --rate 50:1,60:1", "--duration", "--rate 50:1,60:1"),
            ("--target x --find p99<1ms --rate 50..60:1", "--find", "--rate 50..60:1"),
            ("replay-day --target x --warmup 2", "--warmup", "replay-day"),
            ("replay-day --target x --arrivals poisson", "--arrivals", "replay-day"),
            ("replay-day --target x --rate 5", "--rate", "replay-day"),
            ("replay-day --target x --as a --sessions a=3", "--as", "--sessions a=3"),
            ("compare a b --slice 2 --rate 50:1", "--slice", "--rate 50:1"),
        ] {
            let why = checked(words).expect_err(words);
            assert!(why.starts_with(&format!("{one} does not go with {other}")), "{words}: {why}");
        }
    }

    #[test]
    fn what_does_something_is_taken() {
        for words in [
            "--target x --rate 5 --mix check=1 --floor --cores 1 --duration 3 --as a --sessions 3",
            "--target x --rate 50:1,60:1",
            "--target x --find p99<1ms --rate 50 --duration 2",
            "--target x --scenario greedy --attackers 3 --within 2 --metrics x --bystander b --bystander-rate 5 --as a --tld t",
            "--target x --scenario drop --names 3 --sessions a=3,b=1 --pipeline 2 --seed 4 --duration 2 --owner o --json f",
            "--target x --scenario fair --sessions a=3,b=1 --duration 2 --warmup 1",
            "replay-day --target x --minutes 2 --pipeline 4 --as a",
            "compare a b --rate 50:1",
            "compare a b --closed --slice 2 --warmup 0.1",
            "floor --sessions 3",
            "show x",
        ] {
            assert_eq!(checked(words), Ok(()), "{words}");
        }
    }
}
