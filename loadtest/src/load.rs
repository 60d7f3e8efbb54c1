//! What is asked of a load on the command line, and who does it: cores, sessions, population, mix, rate.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use domesday::base::timestamp::Date;
use domesday::runtime::probe::allowed_cores;
use domesday::runtime::tls::client_config;

use crate::engine::arrivals::{Rate, Spacing};
use crate::engine::login::Account;
use crate::engine::{self, Crew, Trial};
use crate::frames;
use crate::numbers::number;
use crate::session::Session;
use crate::target::{Target, address};
use crate::wire::Peer;
use crate::workload::{Brief, Mix, Op, Pick, Protocol};

/// Sessions, unless told otherwise.
pub(crate) const SESSIONS: Sessions = Sessions::All(16);

/// What is sent by whom, how fast, about which names.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct LoadArgs {
    /// What is sent, in parts: check=60,info=25,create=8,update=4,renew=2,transfer=1. There are check, info, poll, create,
    /// update, renew, transfer, delete, login (a whole connection, and its logout), rdap-domain, rdap-nameserver,
    /// rdap-entity, rdap-help. [default: of the scenario]
    #[arg(long, value_name = "COMMAND=PARTS,…")]
    pub(crate) mix: Option<Mix>,
    /// Commands a second over all sessions: 1000, steps as 500:10,1000:10 (seconds behind the colon), slopes as
    /// 500..2000:60. [default: 1000]
    #[arg(long)]
    pub(crate) rate: Option<Rate>,
    /// How commands follow one another.
    #[arg(long, value_enum, default_value = "constant")]
    pub(crate) arrivals: Spacing,
    /// Each session asks as soon as it was answered, so that the server is kept as busy as the sessions can: for rates at
    /// saturation. What is measured then is the server's time, not what clients feel who do not wait for each other.
    #[arg(long, conflicts_with_all = ["rate", "arrivals"])]
    pub(crate) closed: bool,
    /// Seconds before what counts.
    #[arg(long, default_value_t = 1.0, value_parser = number(0.0, 3600.0))]
    pub(crate) warmup: f64,
    /// EPP sessions, dealt out to all registrars in turns; or of each: registrar-a=500,registrar-b=1.
    #[arg(long, default_value_t = SESSIONS)]
    pub(crate) sessions: Sessions,
    /// Commands that each session has under way at most.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) pipeline: u16,
    /// Connections of readers of RDAP, if the mix has RDAP.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub(crate) readers: u16,
    /// The tester's cores. [default: the last that it may use]
    #[arg(long, value_delimiter = ',')]
    pub(crate) cores: Vec<usize>,
    /// Names that are registered before the test, shared by all registrars; the same seed finds them again.
    #[arg(long, default_value_t = 10_000)]
    pub(crate) population: u64,
    /// Which of them are asked for: uniform, or zipf with its exponent: zipf:1.0.
    #[arg(long, default_value = "uniform")]
    pub(crate) pick: Pick,
    /// Which names there are, and what is drawn; of several testers of one server each needs its own. [default: 1]
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Of 100 names that are checked or looked up, so many are registered.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) taken: u8,
    /// Names of each check.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) names_per_check: u16,
    /// Give each domain contacts: for TLDs that ask for them.
    #[arg(long)]
    pub(crate) contacts: bool,
    /// Give each domain two name servers.
    #[arg(long)]
    pub(crate) hosts: bool,
}

/// Sessions of all registrars together, or of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sessions {
    All(u32),
    Each(Vec<(String, u32)>),
}

impl FromStr for Sessions {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let count = |text: &str| match text.parse() {
            Ok(count @ 1..=30_000) => Ok(count),
            _ => Err(format!("expected 1 to 30000 sessions, or CLID=SESSIONS with commas, found {text}")),
        };
        if !text.contains('=') {
            return count(text).map(Self::All);
        }
        let each = text.split(',').map(|part| {
            let (clid, sessions) = part.split_once('=').unwrap_or((part, ""));
            Ok((clid.to_owned(), count(sessions)?))
        });
        each.collect::<Result<_, String>>().map(Self::Each)
    }
}

impl FromStr for Pick {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "uniform" => Ok(Self::Uniform),
            None if text == "zipf" => Ok(Self::Zipf(1.0)),
            Some(("zipf", exponent)) => exponent
                .parse()
                .map(Self::Zipf)
                .map_err(|_| format!("the exponent of zipf is a number, found {exponent}")),
            _ => Err(format!("expected uniform, zipf or zipf:EXPONENT, found {text}")),
        }
    }
}

/// A target, and what is to be done there.
pub(crate) struct Campaign {
    pub(crate) crew: Crew,
    pub(crate) brief: Arc<Brief>,
    /// The server, by the name in its certificate, and the port.
    pub(crate) server: String,
    /// Where that is.
    pub(crate) address: String,
}

/// Where and who, for every kind of load.
pub(crate) struct Place<'a> {
    pub(crate) target: &'a Target,
    /// Registrars who take part; all of the target if empty.
    pub(crate) registrars: &'a [String],
    pub(crate) tld: Option<&'a str>,
    pub(crate) anywhere: bool,
}

impl Campaign {
    /// Reads certificates and asks the server what day it is.
    ///
    /// # Errors
    /// What is wrong with the arguments or the target.
    pub(crate) fn plan(place: &Place<'_>, load: &LoadArgs, mix: Mix, run: u64) -> Result<Self, String> {
        let Place { target, tld, anywhere, .. } = place;
        let (accounts, sessions) = accounts(place, &load.sessions)?;
        let tld = tld.or(target.tlds.last().map(String::as_str)).ok_or("the target names no TLD")?;
        let cores = cores(&load.cores)?;
        if let Some((account, _)) = accounts.iter().zip(&sessions).find(|(_, sessions)| **sessions < cores.len()) {
            let (cores, clid) = (cores.len(), &account.clid);
            return Err(format!(
                "{clid} needs a session on each of the {cores} cores of the tester: see --sessions, --cores"
            ));
        }
        if load.closed && mix.weight(Op::Login) > 0 {
            return Err("login has no place in a closed loop, where sessions stay: give a --rate".to_owned());
        }
        let first = accounts.first().ok_or("the target names no registrar")?;
        let (_, greeting) =
            Session::connect(&first.peer).map_err(|error| format!("{}: {error}", first.peer.address))?;
        let brief = Brief {
            tld: tld.to_owned(),
            registrars: accounts.iter().map(|account| account.clid.clone()).collect(),
            population: load.population,
            pick: load.pick,
            seed: load.seed,
            run,
            taken_share: load.taken,
            names_per_check: load.names_per_check,
            contacts: load.contacts,
            hosts: load.hosts,
            today: day(&greeting)?,
            mix,
        };
        brief.check()?;
        let (rdap, readers) = match brief.mix.total(Protocol::Rdap) {
            0 => (None, 0),
            _ => {
                let (host, port, ca) = target.rdap()?;
                let tls = client_config(ca, None).map_err(|error| error.to_string())?;
                let peer = Peer::new(address(host, port, *anywhere)?, host, tls)?;
                (Some((peer, format!("{host}:{port}"))), usize::from(load.readers))
            }
        };
        let (server, address) =
            (format!("{}:{}", target.epp.server_name, target.epp.port), first.peer.address.to_string());
        let crew = Crew { cores, accounts, sessions, pipeline: load.pipeline.into(), rdap, readers };
        Ok(Self { crew, brief: Arc::new(brief), server, address })
    }
}

impl Campaign {
    /// Sessions and readers that ask side by side: those of a protocol that the mix has.
    pub(crate) fn askers(&self) -> u64 {
        let sessions = if self.asks_epp() { self.crew.sessions.iter().sum() } else { 0 };
        (sessions + self.crew.readers) as u64
    }

    /// Commands that each of them has under way at most.
    pub(crate) fn pipeline(&self) -> u64 {
        if self.asks_epp() { self.crew.pipeline as u64 } else { 1 }
    }

    fn asks_epp(&self) -> bool {
        self.brief.mix.total(Protocol::Epp) > 0
    }

    /// What begins, in a line.
    pub(crate) fn announcement(&self, trial: &Trial) -> String {
        let sessions: usize = self.crew.sessions.iter().sum();
        let pace = match &trial.load {
            engine::Load::Open { rate, .. } => {
                format!("{} commands in {} s", rate.count(), rate.duration().as_secs_f64())
            }
            engine::Load::Closed { lasts, most } => {
                let most = most.map_or_else(String::new, |most| format!(", {most} at most"));
                format!("as many commands as are answered in {} s{most}", lasts.as_secs_f64())
            }
        };
        let registrars = self.crew.accounts.len();
        let mix = &self.brief.mix;
        format!("{pace}, over {sessions} sessions of {registrars} registrars to {}: {mix}", self.address)
    }
}

/// Who logs in, and in how many sessions.
///
/// # Errors
/// A registrar that the target does not know, or a certificate that cannot be read.
pub(crate) fn accounts(place: &Place<'_>, asked: &Sessions) -> Result<(Arc<[Account]>, Vec<usize>), String> {
    let target = place.target;
    let named: Vec<String> = match (asked, place.registrars) {
        (Sessions::Each(each), _) => each.iter().map(|(clid, _)| clid.clone()).collect(),
        (Sessions::All(_), []) => target.registrars.iter().map(|registrar| registrar.clid.clone()).collect(),
        (Sessions::All(_), some) => some.to_vec(),
    };
    let mut sessions = match asked {
        Sessions::Each(each) => each.iter().map(|(_, count)| *count as usize).collect(),
        Sessions::All(count) => dealt(*count as usize, named.len()),
    };
    // Who gets none takes no part.
    let address = target.epp_address(place.anywhere)?;
    let mut known = HashMap::new();
    let mut accounts = Vec::new();
    for (clid, _) in named.iter().zip(&sessions).filter(|(_, count)| **count > 0) {
        let registrar = target.registrar(clid)?;
        if known.insert(clid, ()).is_some() {
            return Err(format!("{clid} is named twice"));
        }
        let identity: (&Path, &Path) = (&registrar.cert, &registrar.key);
        let tls = client_config(&target.epp.ca, Some(identity)).map_err(|error| error.to_string())?;
        let peer = Peer::new(address, &target.epp.server_name, tls)?;
        accounts.push(Account { clid: clid.clone(), peer, login: frames::login(clid, &registrar.pw).into() });
    }
    sessions.retain(|count| *count > 0);
    Ok((accounts.into(), sessions))
}

/// A race of one is fair whatever happens, which says nothing.
///
/// # Errors
/// Who races alone; `options` say how more do.
pub(crate) fn two_or_more(racers: &[Account], options: &str) -> Result<(), String> {
    match racers {
        [one] => Err(format!(
            "only {} races: a race needs two registrars or more with a session each; see {options}",
            one.clid
        )),
        _ => Ok(()),
    }
}

fn dealt(all: usize, among: usize) -> Vec<usize> {
    (0..among).map(|place| all / among + usize::from(place < all % among)).collect()
}

/// The tester's cores.
pub(crate) fn cores(asked: &[usize]) -> Result<Vec<usize>, String> {
    let allowed = allowed_cores();
    match asked {
        [] => allowed.last().map(|last| vec![*last]).ok_or_else(|| "this process may use no core".to_owned()),
        some => match some.iter().find(|core| !allowed.contains(core)) {
            Some(core) => Err(format!("core {core} is not among those that this process may use: {allowed:?}")),
            None => Ok(some.to_vec()),
        },
    }
}

/// Days from 1970 to the date of a greeting (RFC 5730, section 2.4).
fn day(greeting: &str) -> Result<u16, String> {
    let date = greeting.split_once("svDate>").and_then(|(_, rest)| rest.get(..10));
    let mut parts = date.unwrap_or_default().split('-').map(str::parse::<i32>);
    let date = match (parts.next(), parts.next(), parts.next()) {
        (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) => {
            u8::try_from(month).ok().zip(u8::try_from(day).ok()).and_then(|(month, day)| Date::new(year, month, day))
        }
        _ => None,
    };
    let days = date.and_then(|date| u16::try_from(date.midnight().micros() / 86_400_000_000).ok());
    days.ok_or_else(|| format!("expected a greeting with svDate, found {greeting}"))
}

impl LoadArgs {
    /// The trial that was asked for.
    pub(crate) fn trial(&self, seconds: f64) -> Trial {
        let warmup = self.warmup;
        let load = match (self.closed, &self.rate) {
            (true, _) => engine::Load::Closed { lasts: Duration::from_secs_f64(warmup + seconds), most: None },
            (false, rate) => {
                let rate = rate.clone().unwrap_or_else(|| Rate::level(1000.0)).lasting(seconds);
                engine::Load::Open { rate: rate.after(warmup), spacing: self.arrivals }
            }
        };
        Trial { load, warmup: Duration::from_secs_f64(warmup), seed: self.seed }
    }
}

impl fmt::Display for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(count) => write!(f, "{count}"),
            Self::Each(each) => {
                let each: Vec<String> = each.iter().map(|(clid, count)| format!("{clid}={count}")).collect();
                f.write_str(&each.join(","))
            }
        }
    }
}
