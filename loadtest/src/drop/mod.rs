//! `drop`: sessions of many registrars race for names that fall at one instant. Who won, how fairly the registry served them,
//! whether it holds to what it told, and what bystanders felt meanwhile.
//!
//! The names are an owner's, who deletes them at the instant, or fall by themselves at a time that is known. From a second
//! before, each session keeps creates under way. What a registrar is told all its sessions know, and no other registrar's.

mod check;
mod clerk;
mod list;
mod noise;
mod race;
mod racer;
mod report;
mod roles;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use self::check::{Found, Sponsors, Told, check};
use self::clerk::Clerk;
use self::race::{Course, Fall, Field, LEAD, Race};
use self::racer::{Racer, Scoreboard};
use self::report::{Report, Setting};
use self::roles::{Roles, Wish, cast};
use crate::args::Args;
use crate::bench::{self, MUSTER, WARMING};
use crate::frames;
use crate::load::{Place, SESSIONS, Sessions, accounts, two_or_more};
use crate::run::run_number;
use crate::target::{Registrar, Target};

/// Sessions of all racers, unless told otherwise.
const RACERS: u32 = 1000;

/// What only the race takes.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct DropArgs {
    /// Names that are registered before, and deleted at the instant of the race.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) names: u32,
    /// Names that fall by themselves, one a line.
    #[arg(long, value_name = "FILE", conflicts_with = "names", requires = "at")]
    pub(crate) names_file: Option<PathBuf>,
    /// When they fall: 2027-03-01T14:00:00Z.
    #[arg(long, value_name = "TIME", requires = "names_file", value_parser = moment)]
    pub(crate) at: Option<SystemTime>,
    /// The registrar who registers and deletes the names. [default: the first that neither stands by nor was named by --as;
    /// the bystander where there are too few]
    #[arg(long, value_name = "CLID")]
    pub(crate) owner: Option<String>,
}

fn moment(text: &str) -> Result<SystemTime, String> {
    let moment = OffsetDateTime::parse(text, &Rfc3339);
    moment.map(SystemTime::from).map_err(|error| format!("expected a moment of RFC 3339, found {text}: {error}"))
}

/// Runs a race and prints what came of it. The exit code.
///
/// # Errors
/// Why it could not be made.
pub(crate) fn run(args: &Args) -> Result<u8, String> {
    bench::only_here(args)?;
    if args.output.hdr.is_some() || args.output.html.is_some() {
        return Err("--hdr and --html are for load; a race writes --json".into());
    }
    args.output.check()?;
    let target = args.target()?;
    let event = Event::plan(args, &target)?;
    let guide = bench::guide(args, &target, event.bystander, &event.tld, event.race.run)?;
    let (fall, before) = event.prepare(args)?;
    println!("{}", event.announcement());
    let muster = || Field::muster(event.race.clone(), event.racers.clone(), fall, MUSTER);
    let (verdict, field) = bench::watch(args, &guide, "drop", muster, Field::run)?;
    let course = field.leave()?;
    let report = event.report(course, before.as_deref())?.beside(&verdict);
    println!("{report}\n\n{verdict}");
    if let Some(path) = &args.output.json {
        std::fs::write(path, report.json()?).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(report.exit_code())
}

/// Everything that is settled before.
struct Event<'a> {
    target: &'a Target,
    tld: String,
    roles: Roles,
    bystander: &'a Registrar,
    race: Arc<Race>,
    racers: Vec<Racer>,
}

impl<'a> Event<'a> {
    fn plan(args: &Args, target: &'a Target) -> Result<Self, String> {
        let asked = &args.drop;
        let sessions = sessions(&args.load.sessions, args.attack.attackers)?;
        let named: Vec<String> = match &sessions {
            Sessions::Each(each) => each.iter().map(|(clid, _)| clid.clone()).collect(),
            Sessions::All(_) => args.registrars.clone(),
        };
        let all: Vec<String> = target.registrars.iter().map(|registrar| registrar.clid.clone()).collect();
        let (bystander, owner) = (args.attack.bystander.as_str(), asked.owner.as_deref());
        let fall_alone = asked.names_file.is_some();
        let roles = cast(&all, &Wish { bystander, owner, racers: &named, fall_alone })?;
        let tld = args.tld.clone().or(target.tlds.last().cloned()).ok_or("the target names no TLD")?;
        let run = run_number();
        let names = match &asked.names_file {
            Some(path) => list::read(path)?,
            None => list::own(asked.names, &tld, run),
        };
        let place = Place { target, registrars: &roles.racers, tld: Some(&tld), anywhere: false };
        let (accounts, sessions) = accounts(&place, &sessions)?;
        two_or_more(&accounts, "--as, --sessions and --attackers")?;
        let racers = accounts.iter().zip(sessions).map(|(account, sessions)| Racer {
            account: account.clone(),
            sessions,
            score: Scoreboard::default(),
        });
        let bystander = target.registrar(bystander)?;
        let race = Race::new(names, args.load.pipeline.into(), args.load.seed, run);
        let (racers, race) = (racers.collect(), Arc::new(race));
        Ok(Self { target, tld, bystander, race, racers, roles })
    }

    /// Makes ready how the names fall: registers those that their owner is to delete, or waits until the time of those that
    /// fall by themselves is near. With these comes who has them.
    fn prepare(&self, args: &Args) -> Result<(Fall, Option<Sponsors>), String> {
        let (run, names) = (self.race.run, &self.race.names);
        if let Some(owner) = &self.roles.owner {
            let mut owner = self.clerk(self.target.registrar(owner)?, "owner")?;
            // Whether deleted names are free at once is to be known before the race.
            let one = [format!("drop-{run:x}-x.{}", self.tld)];
            owner.register(&one)?;
            owner.delete(&one)?;
            owner.register(names)?;
            return Ok((Fall::Deleted(owner), None));
        }
        let at = args.drop.at.ok_or("--names-file goes with --at")?;
        let needed = WARMING + bench::phase(args) + LEAD;
        let left = at.duration_since(SystemTime::now()).unwrap_or_default();
        if left < needed {
            return Err(format!(
                "the names fall in {:.1} s: expected more than {} s, for the quiet phase, and time to log in",
                left.as_secs_f64(),
                needed.as_secs()
            ));
        }
        let instant = Instant::now() + left;
        let before = self.clerk(self.bystander, "before")?.sponsors(names)?;
        if let Some((name, _)) = names.iter().zip(&before).find(|(_, sponsor)| sponsor.is_none()) {
            return Err(format!("{name} is free, so it cannot fall"));
        }
        std::thread::sleep(instant.saturating_duration_since(Instant::now()).saturating_sub(needed + MUSTER));
        Ok((Fall::Alone(instant), Some(before)))
    }

    /// What is to come, in lines.
    fn announcement(&self) -> String {
        let (names, bystander) = (self.race.names.len(), &self.roles.bystander);
        let fall = match &self.roles.owner {
            Some(owner) => format!("{owner} deletes {names} names"),
            None => format!("{names} names fall by themselves"),
        };
        let of = |racer: &Racer| format!("{} with {}", racer.account.clid, racer.sessions);
        let racers: Vec<String> = self.racers.iter().map(of).collect();
        let notes = self.roles.notes().into_iter().map(|note| format!("\n{note}")).collect::<String>();
        format!("{bystander} stands by, {fall}, these race, in sessions: {}{notes}", racers.join(", "))
    }

    /// Looks up who has the names now, and sums up.
    fn report(&self, course: Course, before: Option<&[Option<String>]>) -> Result<Report, String> {
        let sponsors = self.clerk(self.bystander, "after")?.sponsors(&self.race.names)?;
        let Roles { owner, bystander, .. } = self.roles.clone();
        let setting = Setting {
            target: format!("{}:{}", self.target.epp.server_name, self.target.epp.port),
            started_ms: self.race.run,
            seed: self.race.seed,
            owner,
            bystander,
            notes: self.roles.notes(),
            pipeline: self.race.pipeline,
            names: self.race.names.clone(),
        };
        Ok(Report::new(setting, &self.racers, course, self.found(&sponsors, before)))
    }

    fn found(&self, sponsors: &[Option<String>], before: Option<&[Option<String>]>) -> Found {
        let scores: Vec<_> = self.racers.iter().map(|racer| racer.score.lock()).collect();
        let told = self.racers.iter().zip(&scores).map(|(racer, score)| Told {
            clid: &racer.account.clid,
            wins: &score.wins,
            unanswered: &score.unanswered,
        });
        check(&self.race.names, sponsors, &told.collect::<Vec<_>>(), before)
    }

    fn clerk(&self, registrar: &Registrar, what: &str) -> Result<Clerk, String> {
        let login = frames::login(&registrar.clid, &registrar.pw);
        Clerk::open(&bench::epp_peer(self.target, registrar)?, &login, format!("{what}-{:x}", self.race.run))
    }
}

/// Sessions of all racers together, or of each.
fn sessions(asked: &Sessions, racers: Option<u16>) -> Result<Sessions, String> {
    match (asked, racers) {
        (Sessions::Each(_), None) => Ok(asked.clone()),
        (Sessions::Each(_), Some(_)) => {
            Err("--sessions says how many each has, so that --attackers says nothing".into())
        }
        (all, racers) if *all == SESSIONS => Ok(Sessions::All(racers.map_or(RACERS, u32::from))),
        (all, _) => Err(format!("--sessions {all}: of a race, --attackers says how many sessions there are in all")),
    }
}
