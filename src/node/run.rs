//! Starting a node and stopping it: opens the registry, starts the executors, and waits until all of them have ended.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, mpsc};
use std::time::Instant;

use crate::base::limits::{LEDGER_QUEUE, SPARE_DESCRIPTORS};
use crate::config::{Config, ConfigError};
use crate::epp::encode::Greeting;
use crate::epp::extensions::Extension;
use crate::index::{self, SEARCH_KEYS, SearchKeys};
use crate::model::operator::OperatorCommand;
use crate::node::clock_note::ClockNote;
use crate::node::data_dir::DataDir;
use crate::node::escrow::Escrow;
use crate::node::escrow::plan::{self, PlanError, Plans};
use crate::node::kept::Kept;
use crate::node::known::Known;
use crate::node::ledger::{Ledger, OpenError, Settings};
use crate::node::ledger_service::LedgerService;
use crate::node::log_queue::LogQueue;
use crate::node::login::Logins;
use crate::node::metrics::Metrics;
use crate::node::metrics_service;
use crate::node::monthly::Monthly;
use crate::node::preflight;
use crate::node::profile_note;
use crate::node::rate_limit::{Rate, RateLimiter, Told};
use crate::node::seats::{SeatLimits, Seats};
use crate::node::shard::{Common, LedgerMail, Mail};
use crate::node::shard_main::{self, Front, Part, RdapPorts};
use crate::node::signed_marks::{self, SignedMarks, TrustError};
use crate::node::sla_recorder::SlaRecorder;
use crate::port::clock::Clock;
use crate::rdap::{CursorKey, SearchPolicy};
use crate::runtime::bus_fault;
use crate::runtime::clock::SystemClock;
use crate::runtime::dir_lock::LockError;
use crate::runtime::disk::{FsDisk, SyncTimes};
use crate::runtime::executor::{self, ExecutorHandle, Placement, RuntimeError};
use crate::runtime::mailbox::{self, Sender};
use crate::runtime::net::{self, Port};
use crate::runtime::probe::{self, Machine};
use crate::runtime::tls::{ClientAuth, ServerIdentity, TlsError, epp_server_config, rdap_server_config};
use crate::wal::{Recovery, WalError};

/// Threads that hash passwords.
const HASHING_THREADS: usize = 2;

/// Why a node does not run.
#[derive(Debug)]
pub enum StartError {
    /// The configuration does not fit this program or this machine.
    Config(Vec<ConfigError>),
    /// A file or directory.
    Path {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A symbolic link in the place of a directory leads to nothing.
    Link {
        /// The link.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// There is no log, and so nothing to open.
    NoRegistry {
        /// The data directory.
        dir: PathBuf,
    },
    /// The file of escrow plans.
    Plan(PlanError),
    /// Another process has the data directory.
    Lock(LockError),
    /// Log or index.
    Open(OpenError),
    /// Certificates or keys.
    Tls(TlsError),
    /// The clearinghouse's root, or its list of revoked certificates.
    Trust(TrustError),
    /// An address cannot be listened on.
    Listen {
        /// Which.
        address: String,
        /// Why.
        error: io::Error,
    },
    /// The base URL of RDAP.
    BaseUrl(String),
    /// An executor.
    Runtime(RuntimeError),
    /// A first record was refused.
    Seed(String),
    /// Randomness or threads.
    System(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(problems) => {
                let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
                write!(f, "the configuration cannot be started with: {}", problems.join("; "))
            }
            Self::Path { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Link { path, target } => write!(
                f,
                "{}: expected a directory, found a symbolic link to {}, where there is nothing: make or mount that \
                 directory, or remove the link",
                path.display(),
                target.display()
            ),
            Self::NoRegistry { dir } => write!(
                f,
                "{}: no registry here: there is no log in wal/; `domesday init --config FILE` begins a new one. If there \
                 should be one, is its volume mounted?",
                dir.display()
            ),
            Self::Plan(error) => write!(f, "escrow.plan: {error}"),
            Self::Lock(error) => error.fmt(f),
            Self::Open(error) => error.fmt(f),
            Self::Tls(error) => error.fmt(f),
            Self::Trust(error) => write!(f, "{}: {error}", error.key),
            Self::Listen { address, error } => write!(f, "cannot listen on {address}: {error}"),
            Self::BaseUrl(why) => write!(f, "rdap.base_url: {why}"),
            Self::Runtime(error) => error.fmt(f),
            Self::Seed(why) => write!(f, "the registry could not be set up: {why}"),
            Self::System(error) => write!(f, "the system gives no threads or no randomness: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

macro_rules! from {
    ($($error:ty => $variant:ident),*) => {
        $(impl From<$error> for StartError {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        })*
    };
}
from!(LockError => Lock, OpenError => Open, TlsError => Tls, TrustError => Trust, RuntimeError => Runtime, io::Error => System);

/// A node that runs.
pub struct Running {
    /// Where EPP listens.
    pub epp: Vec<SocketAddr>,
    /// Where RDAP listens.
    pub rdap: Vec<SocketAddr>,
    /// Where plain HTTP is sent on to RDAP.
    pub redirect: Vec<SocketAddr>,
    /// Where /metrics is.
    pub metrics: Option<SocketAddr>,
    /// The admin socket.
    pub admin: PathBuf,
    /// What was measured at start: machine, shards, what was recovered.
    pub machine: String,
    shards: Vec<ExecutorHandle>,
    ledger: ExecutorHandle,
    ledger_mail: Sender<LedgerMail>,
    /// `None`: nothing depends on it, and the system gave no thread.
    sla: Option<SlaRecorder>,
    _dir: DataDir,
}

impl Running {
    /// Waits until a signal has stopped the node and all it held is answered.
    ///
    /// # Errors
    /// An executor that ended by a panic.
    pub fn wait(self) -> Result<(), StartError> {
        for shard in self.shards {
            shard.join()?;
        }
        // Only now: a shard that still serves may still submit.
        drop(self.ledger_mail.try_send(LedgerMail::Stop));
        self.ledger.join()?;
        self.sla.into_iter().for_each(SlaRecorder::stop);
        tracing::info!("stopped");
        Ok(())
    }
}

/// How a node is started, besides its configuration: what only a demo needs.
#[derive(Default)]
pub struct Extras {
    /// First records for a new registry; those that exist are left as they are, but passwords are set anew.
    pub seed: Vec<OperatorCommand>,
    /// Ports of the configuration that are taken already.
    pub held: Vec<Port>,
    /// Where lines of the log wait, to count those that are lost.
    pub log: Option<LogQueue>,
    /// Whether time is driven by an operator: see [`SystemClock::virtual_time`].
    pub virtual_time: bool,
}

/// Starts a node.
///
/// # Errors
/// [`StartError`]; nothing runs then.
pub fn start(config: Config, extras: Extras) -> Result<Running, StartError> {
    let Extras { seed, mut held, log, virtual_time } = extras;
    let problems = preflight::problems(&config);
    if !problems.is_empty() {
        return Err(StartError::Config(problems));
    }
    probe::raise_limits();
    let machine = Machine::probe();
    bus_fault::watch(index::SUFFIX)?;
    let plans = match &config.escrow_plan {
        Some(path) => plan::read(path).map_err(StartError::Plan)?,
        None => Plans::new(),
    };
    let dir = DataDir::open(&config.data_dir)?;
    let clock = match virtual_time {
        true => SystemClock::virtual_time(config.max_jump),
        false => SystemClock::new(config.max_jump),
    };
    let (ledger, reader, opened, syncs) = open(&config, &dir, clock.clone())?;
    let clock_note = ClockNote::begin(&config.data_dir, clock.clone(), opened.last);
    dir.narrow()?;
    tell(&opened.recovery);
    profile_note::tell(&config, &reader.pin());
    // An eighth more, for those whose seat was given to another and who are about to end.
    let rdap = u64::from(config.rdap_connections) * 9 / 8;
    let wanted = u64::from(config.epp_sessions) + rdap + SPARE_DESCRIPTORS;
    if machine.descriptors < wanted {
        let descriptors = machine.descriptors;
        tracing::warn!(
            descriptors,
            wanted,
            "fewer descriptors than epp.sessions and rdap.connections may need; raise LimitNOFILE= or lower them"
        );
    }
    let cores = if config.shard_cores.is_empty() { machine.cores.clone() } else { config.shard_cores.clone() };
    let (epp_ports, epp) = take(&config.epp_listen, 1, &mut held)?;
    let (rdap_ports, rdap) = take(&config.rdap_listen, cores.len(), &mut held)?;
    let (redirect_ports, redirect) = take(&config.rdap_redirect_listen, cores.len(), &mut held)?;
    let (metrics_ports, metrics) = take(config.metrics_listen.as_slice(), 1, &mut held)?;
    let admin = config.admin_socket_path();
    let summary = format!(
        "{machine}; {} shards on cores {cores:?}; log at frame {}, {} transactions replayed",
        cores.len(),
        opened.recovery.last_sequence,
        opened.transactions
    );
    let rdap_ports = rdap_ports.into_iter().zip(redirect_ports).map(|(tls, plain)| RdapPorts { tls, plain }).collect();
    let front = Front {
        epp: epp_ports.into_iter().flatten().collect(),
        metrics: metrics_ports.into_iter().flatten().next(),
        admin: admin.clone(),
    };
    let memory = index::Memory::Lazy;
    let options = index::Options { map: Some(dir.index.clone()), memory, ..index::Options::new(random()?) };
    let monthly = Monthly::new(dir.disks()?, options.clone(), &opened, &config.data_dir)?;
    let escrow = Escrow::new(dir.disks()?, Kept::new(&dir.index, &dir.wal), options, &opened, plans)?;
    let (common, identities) = common(config, cores.len(), &clock, (log.as_ref(), escrow, monthly))?;
    let index_disk = dir.disks()?.1;
    let watched = (common.clone(), clock.clone(), reader.clone());
    let executors = Executors { common, reader, clock, clock_note, cores, index_disk, syncs };
    let (shards, ledger, ledger_mail) = executors.start(ledger, front, rdap_ports, identities, seed)?;
    let metrics = metrics.first().copied();
    let (common, clock, reader) = watched;
    let sla = SlaRecorder::start(common, clock, reader);
    let sla = sla.inspect_err(|error| tracing::error!(%error, "no record of service levels is kept in this run")).ok();
    Ok(Running { epp, rdap, redirect, metrics, admin, machine: summary, shards, ledger, ledger_mail, sla, _dir: dir })
}

/// Says in the log what of the files was not whole, although nothing of it stops the start.
fn tell(found: &Recovery) {
    if let Some(torn) = &found.torn {
        let (last, file, offset) = (found.last_sequence, &torn.file, torn.offset);
        tracing::warn!(file, offset, reason = %torn.reason, last, "the log's torn tail was cut: the frame after the last \
             whole one is not whole, and its commands are not there; whether they had been answered cannot be known here. \
             Everything up to the last whole frame is there");
    }
    if found.seal_damaged {
        tracing::warn!(
            "one of the two slots of the log's seal was not whole, and the other one was believed: a crash \
             while it was written leaves that, and so does a disk that fails. It is written anew"
        );
    }
}

type OpenedLedger = (Ledger<FsDisk, SystemClock>, index::Reader, crate::node::ledger::Opened, Arc<SyncTimes>);

fn open(config: &Config, dir: &DataDir, clock: SystemClock) -> Result<OpenedLedger, StartError> {
    let memory = match (config.lock_memory, config.prefault) {
        (true, _) => index::Memory::Lock,
        (false, true) => index::Memory::Prefault,
        (false, false) => index::Memory::Lazy,
    };
    // Nobody pays for what nobody may ask.
    let search = if search_policy(config) == SearchPolicy::Off { SearchKeys::NONE } else { SEARCH_KEYS };
    let settings = Settings {
        repository_id: config.repository_id.clone(),
        wal: preflight::wal_options(config, random()?),
        index: index::Options { map: Some(dir.index.clone()), memory, search, ..index::Options::new(random()?) },
    };
    let (wal, index) = dir.disks()?;
    let syncs = wal.sync_times();
    match Ledger::open(wal, &index, clock, settings) {
        Err(OpenError::Wal(WalError::NoLog { .. })) => Err(StartError::NoRegistry { dir: config.data_dir.clone() }),
        opened => {
            let (ledger, reader, found) = opened?;
            Ok((ledger, reader, found, syncs))
        }
    }
}

/// Who may search RDAP.
pub(super) fn search_policy(config: &Config) -> SearchPolicy {
    // The table of keys takes no other names.
    SearchPolicy::named(&config.rdap_search).unwrap_or_default()
}

pub(super) fn random() -> io::Result<u64> {
    getrandom::u64().map_err(io::Error::other)
}

fn cursor_key() -> io::Result<CursorKey> {
    let mut octets = [0; 32];
    getrandom::fill(&mut octets).map_err(io::Error::other)?;
    Ok(CursorKey::new(&octets))
}

fn common(
    config: Config,
    shards: usize,
    clock: &SystemClock,
    (log, escrow, monthly): (Option<&LogQueue>, Escrow, Monthly),
) -> Result<(Arc<Common>, Vec<Arc<ServerIdentity>>), StartError> {
    let epp_identity = ServerIdentity::load(&config.epp_certificate, &config.epp_key)?;
    let rdap_identity = match (&config.rdap_certificate, &config.rdap_key) {
        (Some(certificate), Some(key)) => ServerIdentity::load(certificate, key)?,
        _ => epp_identity.clone(),
    };
    let client_auth = config.epp_client_ca.clone().map_or(ClientAuth::Pinned, ClientAuth::Authority);
    let metrics = Metrics::new(shards);
    let metrics = match log {
        Some(log) => metrics.with_log(log),
        None => metrics,
    };
    let rate =
        Rate { per_second: config.rdap_rate, burst: config.rdap_burst, network_multiple: config.rdap_network_multiple };
    let limiter = || Arc::new(RateLimiter::new(rate, config.rdap_exempt.iter().copied()));
    let common = Common {
        escrow,
        monthly,
        rdap_rate: (config.rdap_rate > 0).then(limiter),
        rdap_offenders: Told::default(),
        rdap_cursors: Arc::new(cursor_key()?),
        began: Instant::now(),
        signed_marks: SignedMarks::new(signed_marks::trust(&config)?, &metrics, clock.now())?,
        metrics,
        observers: metrics_service::observers()?,
        waiting: Seats::new(SeatLimits {
            all: config.epp_waiting as usize,
            per_address: config.epp_waiting_per_address as usize,
            per_network: config.epp_waiting_per_network as usize,
        }),
        known: Known::default(),
        rdap_seats: Seats::new(SeatLimits {
            all: config.rdap_connections as usize,
            per_address: config.rdap_connections_per_address as usize,
            per_network: config.rdap_connections_per_network as usize,
        }),
        rdap_held: Arc::default(),
        logins: Arc::new(Logins::new(HASHING_THREADS)?),
        greeting: Greeting {
            server_id: config.server_id.clone(),
            extensions: Extension::ALL.map(Extension::uri).to_vec(),
        },
        // No date but a name: of all moments, the one that the machine tells is least likely to come again.
        run: format!("{:X}", clock.look().wall.micros()),
        epp_tls: epp_server_config(epp_identity.clone(), &client_auth, &[], clock)?,
        rdap_tls: rdap_server_config(
            rdap_identity.clone(),
            &[b"h2", b"http/1.1"],
            clock,
            config.rdap_client_certificates,
        )?,
        sessions: (0..shards).map(|_| AtomicUsize::new(0)).collect(),
        config,
    };
    Ok((Arc::new(common), vec![epp_identity, rdap_identity]))
}

/// The ports of each executor, and where they are.
type Taken = (Vec<Vec<Port>>, Vec<SocketAddr>);

/// Takes the addresses, those among `held` from there.
fn take(addresses: &[SocketAddr], executors: usize, held: &mut Vec<Port>) -> Result<Taken, StartError> {
    let failed = |(address, error): (SocketAddr, io::Error)| StartError::Listen { address: address.to_string(), error };
    let is_held = |address: &SocketAddr| held.iter().any(|port| port.local_addr() == *address);
    let taken = if addresses.iter().all(is_held) {
        let mine = held.extract_if(.., |port| addresses.contains(&port.local_addr()));
        let shared = mine.map(|port| {
            let address = port.local_addr();
            port.shared(executors).map_err(|error| failed((address, error)))
        });
        shared.collect::<Result<_, _>>()?
    } else {
        net::take_all(addresses, executors).map_err(failed)?
    };
    let locals = taken.iter().filter_map(|ports| ports.first()).map(Port::local_addr).collect();
    let mut shares: Vec<_> = (0..executors).map(|_| Vec::new()).collect();
    for ports in taken {
        shares.iter_mut().zip(ports).for_each(|(share, port)| share.push(port));
    }
    Ok((shares, locals))
}

struct Executors {
    common: Arc<Common>,
    reader: index::Reader,
    clock: SystemClock,
    clock_note: ClockNote,
    cores: Vec<usize>,
    index_disk: FsDisk,
    syncs: Arc<SyncTimes>,
}

type Started = (Vec<ExecutorHandle>, ExecutorHandle, Sender<LedgerMail>);

impl Executors {
    fn start(
        self,
        ledger: Ledger<FsDisk, SystemClock>,
        front: Front,
        rdap: Vec<RdapPorts>,
        identities: Vec<Arc<ServerIdentity>>,
        seed: Vec<OperatorCommand>,
    ) -> Result<Started, StartError> {
        let config = &self.common.config;
        let (ledger_mail, ledger_inbox) = mailbox::channel::<LedgerMail>(LEDGER_QUEUE);
        let capacity = LEDGER_QUEUE + config.epp_sessions as usize;
        let (mail, inboxes): (Vec<_>, Vec<_>) = self.cores.iter().map(|_| mailbox::channel::<Mail>(capacity)).unzip();
        let (own, disks) = (ledger_mail.clone(), (self.index_disk.clone(), self.syncs));
        let service = LedgerService::new(ledger, self.common.clone(), mail.clone(), own, disks, self.clock_note);
        let spin = if config.ledger_core.is_some() { config.spin } else { std::time::Duration::ZERO };
        let placement = Placement { name: "ledger".into(), core: config.ledger_core, spin };
        let ledger = executor::start(placement, move || service.run(ledger_inbox))?;
        let mut shards = Vec::new();
        let (tell, told) = mpsc::channel();
        let mut first = Some((front, identities, seed));
        for (id, ((core, inbox), rdap)) in self.cores.iter().zip(inboxes).zip(rdap).enumerate() {
            let part = Part {
                id,
                common: self.common.clone(),
                index: self.reader.clone(),
                clock: self.clock.clone(),
                ledger: ledger_mail.clone(),
                shards: mail.clone(),
                rdap,
                first: first.take(),
                started: tell.clone(),
            };
            let placement = Placement { name: format!("shard-{id}"), core: Some(*core), spin: config.spin };
            shards.push(executor::start(placement, move || shard_main::run(part, inbox))?);
        }
        drop(tell);
        for _ in 0..shards.len() {
            let started = told.recv().unwrap_or_else(|_| Err(StartError::Seed("a shard ended".into())));
            if let Err(error) = started {
                mail.iter().for_each(|shard| drop(shard.try_send(Mail::Stop)));
                drop(ledger_mail.try_send(LedgerMail::Stop));
                return Err(error);
            }
        }
        Ok((shards, ledger, ledger_mail))
    }
}
