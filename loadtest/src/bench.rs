//! The attack bench: bystanders in quiet, then while something is done to the server, in one run.

use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use domesday::runtime::tls::client_config;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustls::ClientConfig;
use rustls::client::Resumption;

use crate::args::Args;
use crate::attack::tally::{Achieved, Tally};
use crate::attack::{self, Aim, Storm};
use crate::bystanders::{Bystanders, Clock, Guide, Phase};
use crate::frames;
use crate::metrics;
use crate::run::run_number;
use crate::scenario::Attack;
use crate::script::Script;
use crate::session::Session;
use crate::target::{Registrar, Target, address};
use crate::verdict::Verdict;
use crate::wire::Peer;

/// How long the bystanders go about before they are measured.
pub(crate) const WARMING: Duration = Duration::from_secs(3);
/// How long the attackers may take to be in their places.
pub(crate) const MUSTER: Duration = Duration::from_secs(60);
/// What the attackers' thread adds to its nice value, so that it does not starve the bystanders' loop.
const NICE: i32 = 10;

/// Runs an attack.
///
/// # Errors
/// Why it could not be made.
pub(crate) fn run(args: &Args, attack: Attack) -> Result<Verdict, String> {
    only_here(args)?;
    if args.output.is_wanted() {
        return Err("--json, --hdr and --html are for load; an attack has no such results".into());
    }
    let target = args.target()?;
    let tld = args.tld.as_ref().or(target.tlds.last()).ok_or("the target names no TLD")?;
    let (bystander, attacker) = (target.registrar(&args.attack.bystander)?, target.registrar(args.attacker())?);
    let run = run_number();
    let guide = guide(args, &target, bystander, tld, run)?;
    let aim = Aim {
        epp: epp_peer(&target, attacker)?,
        login: frames::login(&attacker.clid, &attacker.pw).into(),
        victim: bystander.clid.clone(),
        rdap: guide.rdap.clone(),
        authority: guide.authority.clone(),
        names: guide.checks.clone(),
        tld: tld.clone(),
        run,
        connections: args.attack.attackers.map_or(attack.connections(), usize::from),
    };
    println!("{} bystanding, {} attacking with {} connections", bystander.clid, attacker.clid, aim.connections);
    let muster = || {
        let (connections, tally) = (aim.connections, Arc::new(Tally::default()));
        let storm = Storm::begin(NICE, connections, tally, move || attack::plan(attack, aim));
        if !storm.wait_ready(MUSTER) {
            println!("after {} s not all attackers are in their places; it begins without them", MUSTER.as_secs());
        }
        Ok(storm)
    };
    let strike = |storm: &mut Storm, phase| {
        let mark = storm.tally.mark();
        sleep(phase);
        Ok(storm.tally.since(&mark))
    };
    let (verdict, storm) = watch(args, &guide, &format!("{attack:?}"), muster, strike)?;
    storm.end()?;
    Ok(verdict)
}

/// Attacks are for this machine only.
///
/// # Errors
/// When they may go elsewhere.
pub(crate) fn only_here(args: &Args) -> Result<(), String> {
    match args.i_may_load_that_host {
        true => Err("attacks are for this machine only; --i-may-load-that-host does not go with them".into()),
        false => Ok(()),
    }
}

/// How long each phase is.
pub(crate) fn phase(args: &Args) -> Duration {
    Duration::from_secs(args.duration.unwrap_or(10).into())
}

/// Bystanders go about their business in quiet; then somebody musters, unmeasured, and strikes. The verdict, and who
/// mustered.
///
/// # Errors
/// Why it could not be made.
pub(crate) fn watch<S>(
    args: &Args,
    guide: &Guide,
    name: &str,
    muster: impl FnOnce() -> Result<S, String>,
    strike: impl FnOnce(&mut S, Duration) -> Result<Achieved, String>,
) -> Result<(Verdict, S), String> {
    let limits = || args.attack.metrics.as_deref().map(metrics::fetch).transpose();
    limits()?;
    raise_descriptors();
    prepare(guide)?;
    let (phase, clock) = (phase(args), Clock::default());
    let bystanders = Bystanders::begin(guide, &clock);
    sleep(WARMING);
    clock.set(Phase::Quiet);
    sleep(phase);
    clock.set(Phase::Between);
    let before = limits()?;
    let mut attackers = muster()?;
    clock.set(Phase::Attacked);
    let achieved = strike(&mut attackers, phase)?;
    clock.set(Phase::Ending);
    let felt = bystanders.end()?;
    let moved = before.zip(limits()?).map(|(before, after)| metrics::moved(&before, &after));
    let verdict = Verdict {
        attack: name.to_owned(),
        quiet: felt.quiet,
        attacked: felt.attacked,
        within: args.attack.within,
        achieved,
        limits: moved,
    };
    Ok((verdict, attackers))
}

/// As many descriptors as the machine allows this process.
fn raise_descriptors() {
    let limit = getrlimit(Resource::Nofile);
    // What cannot be opened then is counted, so that a refusal is seen.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
}

/// What the bystanders need to know.
///
/// # Errors
/// What is wrong with the target.
pub(crate) fn guide(args: &Args, target: &Target, bystander: &Registrar, tld: &str, run: u64) -> Result<Guide, String> {
    let (host, port, ca) = target.rdap()?;
    let rdap = client_config(ca, None).map_err(|error| error.to_string())?;
    Ok(Guide {
        epp: epp_peer(target, bystander)?,
        login: frames::login(&bystander.clid, &bystander.pw).into(),
        rdap: Peer::new(address(host, port, false)?, host, unresumed(rdap))?,
        authority: format!("{host}:{port}"),
        checks: Script::checks(tld, run),
        creates: Script::creates(tld, run),
        rate: args.attack.bystander_rate,
    })
}

/// EPP, with the certificate of this registrar.
///
/// # Errors
/// A certificate that cannot be read, an address that is not of this machine.
pub(crate) fn epp_peer(target: &Target, registrar: &Registrar) -> Result<Peer, String> {
    let tls = client_config(&target.epp.ca, Some((&registrar.cert, &registrar.key)));
    let tls = tls.map_err(|error| error.to_string())?;
    Peer::new(target.epp_address(false)?, &target.epp.server_name, unresumed(tls))
}

/// Each handshake is a whole one: the first, which counts when somebody crowds in.
fn unresumed(mut tls: ClientConfig) -> ClientConfig {
    tls.resumption = Resumption::disabled();
    tls
}

/// Registers what the bystanders ask for.
fn prepare(guide: &Guide) -> Result<(), String> {
    let (mut session, _) = Session::connect(&guide.epp).map_err(|error| format!("{}: {error}", guide.epp.address))?;
    session.must_complete(&guide.login)?;
    guide.checks.preparation().try_for_each(|command| session.must_complete(&command))
}
