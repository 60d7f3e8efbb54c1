//! A load: sessions ready, one trial, and what came of it.

use std::time::{Duration, SystemTime};

use crate::args::Args;
use crate::engine::arrivals::Rate;
use crate::engine::login::{Account, counted};
use crate::engine::{self, Fleet, Trial};
use crate::find::find;
use crate::floors;
use crate::load::{Campaign, LoadArgs, Place, two_or_more};
use crate::results::{self, Draws, Machine, Progress, Recording, Results, Run, Served, Tester, Traffic};
use crate::scenario::{Load, Scenario};
use crate::target::Target;
use crate::workload::Op;

/// Runs a load.
///
/// # Errors
/// Why it could not begin.
pub(crate) fn run(args: &Args, load: Load) -> Result<Results, String> {
    args.output.check()?;
    let (target, run) = (args.target()?, run_number());
    let campaign = campaign(args, &target, load, run)?;
    args.find.as_ref().map_or(Ok(()), |goal| goal.check(&campaign.brief.mix))?;
    if load == Load::Fair {
        two_or_more(&campaign.crew.accounts, "--as and --sessions")?;
    }
    let seconds = args.duration.unwrap_or(load.seconds());
    let closed = args.load.closed || load == Load::Fair;
    let trial = LoadArgs { closed, ..args.load.clone() }.trial(seconds.into());
    let fleet = Fleet::muster(&campaign.crew, &campaign.brief, args.progress || Progress::wanted(false).is_some())?;
    println!("{}", campaign.announcement(&trial));
    let mut results = match &args.find {
        Some(goal) => {
            let first = args.load.rate.as_ref().map_or(1000.0, Rate::first);
            find(&fleet, &campaign, goal, first, args.load.arrivals, &trial, seconds.into())?
        }
        None => measured(&fleet, &campaign, &trial, Progress::wanted(args.progress))?,
    };
    results.run.scenario = Scenario::Load(load).name();
    // Its threads are gone before cores are given to the floor.
    drop(fleet);
    if args.floor {
        results.floor = Some(floors::measure(&results)?);
    }
    Ok(results)
}

/// What the arguments ask for, at this target.
pub(crate) fn campaign(args: &Args, target: &Target, load: Load, run: u64) -> Result<Campaign, String> {
    let place =
        Place { target, registrars: &args.registrars, tld: args.tld.as_deref(), anywhere: args.i_may_load_that_host };
    let mix = match &args.load.mix {
        Some(mix) => mix.clone(),
        None => load.mix().parse()?,
    };
    Campaign::plan(&place, &args.load, mix, run)
}

/// One trial as results.
pub(crate) fn measured(
    fleet: &Fleet,
    campaign: &Campaign,
    trial: &Trial,
    progress: Option<Progress>,
) -> Result<Results, String> {
    let interval = results::interval(u32::try_from(trial.duration().as_secs()).unwrap_or(u32::MAX));
    let (recording, recorders) = Recording::begin(&counted(), fleet.cores(), interval, progress);
    // All times are told from the end of the warm-up.
    let started_ms = run_number() + millis(engine::LEAD + trial.warmup);
    let (elapsed, tally) = fleet.run(trial, recorders)?;
    let recorded = recording.end()?;
    let tester = Tester {
        machine: Machine::here(),
        arguments: Machine::arguments(),
        address: campaign.address.clone(),
        seed: campaign.brief.seed,
        started_ms,
    };
    let run = Run {
        scenario: String::new(),
        target: campaign.server.clone(),
        tester: concat!("domesday-loadtest ", env!("CARGO_PKG_VERSION")).to_owned(),
        commit: env!("DOMESDAY_COMMIT").to_owned(),
        started_ms,
        elapsed_ms: millis(elapsed),
        interval_ms: millis(interval),
        askers: campaign.askers(),
        pipeline: campaign.pipeline(),
        testers: vec![tester],
    };
    let mut results = Results::new(run, recorded);
    let is_closed = matches!(trial.load, engine::Load::Closed { .. });
    results.traffic = Some(Traffic {
        answered: tally.answered,
        asked_octets: tally.asked_octets,
        answered_octets: tally.answered_octets,
        tester_cpu_ns: is_closed.then_some(tally.cpu_ns),
    });
    let commands = Op::ALL.iter().zip(tally.drawn.iter().zip(&tally.sent));
    let used = commands.filter(|(_, (drawn, sent))| **drawn + **sent > 0);
    let of = |(op, (drawn, sent)): (&Op, (&u64, &u64))| Draws { command: op.name().into(), drawn: *drawn, sent: *sent };
    results.draws = used.map(of).collect();
    if is_closed {
        let all = campaign.crew.accounts.iter().zip(&campaign.crew.sessions).zip(&tally.served);
        let of = |((account, sessions), answered): ((&Account, &usize), &u64)| Served {
            clid: account.clid.clone(),
            sessions: *sessions as u64,
            answered: *answered,
        };
        results.served = all.map(of).collect();
    }
    Ok(results)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// A number that no earlier run had, for the names it registers.
pub(crate) fn run_number() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or_default()
}
