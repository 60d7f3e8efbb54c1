//! What a shard's executor does: its listeners, its mail, and an orderly end.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::pin;
use std::rc::Rc;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use futures_util::future::{Either, select};

use crate::base::limits::{CLOCK_KEEP_MICROS, CLOCK_LOOK_SECONDS, HANDSHAKE_SECONDS, NOTICE_SECONDS};
use crate::index;
use crate::model::operator::OperatorCommand;
use crate::model::transaction::Actor;
use crate::node::activity::Activity;
use crate::node::bounds::Bound;
use crate::node::client_certificate::ClientCertificate;
use crate::node::escrow::round;
use crate::node::ledger::Work;
use crate::node::paced::{Paced, Phase};
use crate::node::rate_limit::Summary;
use crate::node::rdap_service::{self, RdapState};
use crate::node::run::{StartError, search_policy};
use crate::node::seats::{Full, Seat};
use crate::node::shard::{Common, LedgerMail, Mail, Shard, ShardView};
use crate::node::stop::Stop;
use crate::node::turns::{Shares, Turns};
use crate::node::{admin, epp_session, metrics_service};
use crate::rdap::BaseUrl;
use crate::runtime::clock::SystemClock;
use crate::runtime::mailbox::{Receiver, Sender};
use crate::runtime::net::{Listener, Port, Socket, Stream, UnixListener};
use crate::runtime::signals::{Signal, Signals};
use crate::runtime::task::spawn;
use crate::runtime::time::{sleep, timeout};
use crate::runtime::tls::{self, ServerIdentity};

/// How long a stopping shard waits for its connections.
const GRACE: Duration = Duration::from_secs(10);
/// How often a shard shows that it lives.
const BEAT: Duration = Duration::from_secs(1);
/// How long an RDAP handshake may take.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(HANDSHAKE_SECONDS);

/// What only the first shard listens on.
pub(super) struct Front {
    pub(super) epp: Vec<Port>,
    pub(super) metrics: Option<Port>,
    pub(super) admin: PathBuf,
}

/// What a shard listens on for RDAP.
pub(super) struct RdapPorts {
    pub(super) tls: Vec<Port>,
    /// Where requests without TLS are sent on.
    pub(super) plain: Vec<Port>,
}

/// What a shard is made of, before its executor runs.
pub(super) struct Part {
    pub(super) id: usize,
    pub(super) common: Arc<Common>,
    pub(super) index: index::Reader,
    pub(super) clock: SystemClock,
    pub(super) ledger: Sender<LedgerMail>,
    pub(super) shards: Vec<Sender<Mail>>,
    pub(super) rdap: RdapPorts,
    /// The first shard's duties: the front, certificates to reload, first records.
    pub(super) first: Option<(Front, Vec<Arc<ServerIdentity>>, Vec<OperatorCommand>)>,
    /// Told once, when the shard serves or cannot.
    pub(super) started: mpsc::Sender<Result<(), StartError>>,
}

/// Runs a shard to its end.
pub(super) async fn run(part: Part, mut inbox: Receiver<Mail>) {
    let Part { id, common, index, clock, ledger, shards, rdap, first, started } = part;
    let (stop, pending) = (Stop::default(), Default::default());
    let (commands, connections, offenders, salts) = Default::default();
    let trid_prefix = format!("{}-{id}-", common.run);
    let shares = Shares { rdap: common.config.rdap_share, strangers: common.config.epp_login_share };
    let turns = Turns::new(shares, common.metrics.turns_waited.clone());
    let meter = common.metrics.meters.shard(id);
    let activity = Activity::new(&common.config.data_dir, id);
    activity.learn(&index.pin());
    let shard = Rc::new(Shard {
        id,
        common,
        index,
        clock,
        offenders,
        stop,
        ledger,
        pending,
        meter,
        activity,
        turns,
        commands,
        trid_prefix,
        salts,
        connections,
    });
    spawn(beat(shard.clone()));
    let dispatched = shard.clone();
    spawn(async move { dispatched.turns.dispatch().await });
    let outcome = serve_rdap(&shard, rdap);
    let served = outcome.and_then(|()| match first {
        Some((front, identities, seed)) => serve_front(&shard, front, identities, seed, shards, started.clone()),
        None => {
            drop(started.send(Ok(())));
            Ok(())
        }
    });
    if let Err(error) = served {
        // The starter stops all shards and tells why.
        drop(started.send(Err(error)));
    }
    drop(started);
    while let Some(mail) = inbox.recv().await {
        match mail {
            Mail::Reply(number, outcome) => shard.pending.fill(number, outcome),
            Mail::Session(socket, place) => {
                let shard = shard.clone();
                spawn(async move {
                    let (common, id) = (shard.common.clone(), shard.id);
                    common.metrics.epp_sessions.inc();
                    epp_session::serve(shard, socket, place).await;
                    common.metrics.epp_sessions.dec();
                    common.session_ended(id);
                });
            }
            Mail::Stop => break,
        }
    }
    shard.stop.set();
    drain(&shard, &mut inbox).await;
}

/// Has the shard's meter show that its tasks get their turns.
async fn beat(shard: Rc<Shard>) {
    loop {
        shard.meter.beat(shard.common.began.elapsed());
        shard.activity.learn(&shard.index.pin());
        if shard.stop.or(sleep(BEAT)).await.is_none() {
            return;
        }
    }
}

/// Connections answer what they hold; the ledger's answers still arrive.
async fn drain(shard: &Shard, inbox: &mut Receiver<Mail>) {
    let began = Instant::now();
    while shard.connections.get() > 0 && began.elapsed() < GRACE {
        match timeout(Duration::from_millis(20), inbox.recv()).await {
            Ok(Some(Mail::Reply(number, outcome))) => shard.pending.fill(number, outcome),
            Ok(Some(Mail::Session(..))) => shard.common.session_ended(shard.id),
            Ok(Some(Mail::Stop)) | Err(_) => {}
            Ok(None) => return,
        }
    }
    if shard.connections.get() > 0 {
        tracing::warn!(
            shard = shard.id,
            connections = shard.connections.get(),
            "connections cut off at the end of the grace period"
        );
    }
}

fn serve_rdap(shard: &Rc<Shard>, ports: RdapPorts) -> Result<(), StartError> {
    spawn(tell_offenders(shard.clone()));
    let state = Rc::new(rdap_state(shard)?);
    for port in ports.tls {
        spawn(accept_strangers(shard.clone(), Listener::new(port)?, state.clone(), Transport::Tls));
    }
    let state = Rc::new(rdap_state(shard)?.redirecting());
    for port in ports.plain {
        spawn(accept_strangers(shard.clone(), Listener::new(port)?, state.clone(), Transport::Plain));
    }
    Ok(())
}

fn rdap_state(shard: &Rc<Shard>) -> Result<RdapState<ShardView>, StartError> {
    let config = &shard.common.config;
    let base = BaseUrl::new(&config.rdap_base_url).map_err(|error| StartError::BaseUrl(error.to_string()))?;
    let rate = shard.common.rdap_rate.clone();
    let terms = Some(config.terms_url.clone());
    let (held, max_age) = (shard.common.rdap_held.clone(), config.rdap_max_age);
    let state = RdapState::new(ShardView(shard.clone()), vec![base], terms, rate, held, max_age);
    let state = state.map_err(|error| StartError::BaseUrl(error.to_string()))?;
    Ok(state.searching(search_policy(config), shard.common.rdap_cursors.clone()))
}

/// How octets of RDAP travel.
#[derive(Clone, Copy)]
enum Transport {
    Tls,
    /// Only to be sent on.
    Plain,
}

async fn accept_strangers(shard: Rc<Shard>, listener: Listener, state: Rc<RdapState<ShardView>>, transport: Transport) {
    while let Some((socket, peer)) = shard.accepted(async || listener.accept().await).await {
        match shard.common.rdap_seats.enter(peer.ip(), false) {
            Ok(seat) => {
                let (shard, state) = (shard.clone(), state.clone());
                spawn(serve_stranger(shard, state, socket, peer, seat, transport));
            }
            Err(full) => shard.common.metrics.bounds.bite(RDAP_BOUNDS.of(full), &peer.ip()),
        }
    }
}

/// Has the log say now and then whose RDAP requests were refused, on all shards together. Until then each counts for itself.
async fn tell_offenders(shard: Rc<Shard>) {
    while shard.stop.or(sleep(Duration::from_secs(NOTICE_SECONDS))).await.is_some() {
        let (seen, common) = (shard.offenders.take(), &shard.common);
        if let Some(Summary { refused, top }) = common.rdap_offenders.hand_in(seen, common.began.elapsed()) {
            tracing::warn!(
                limit = "rdap-rate",
                refused,
                top,
                "RDAP requests were refused (429): whoever is named asks too often"
            );
        }
    }
}

/// Which bounds bite when there is no seat.
struct SeatBounds {
    all: Bound,
    address: Bound,
    network: Bound,
}

const RDAP_BOUNDS: SeatBounds = SeatBounds {
    all: Bound::RdapConnections,
    address: Bound::RdapConnectionsPerAddress,
    network: Bound::RdapConnectionsPerNetwork,
};

const EPP_BOUNDS: SeatBounds =
    SeatBounds { all: Bound::EppWaiting, address: Bound::EppWaitingPerAddress, network: Bound::EppWaitingPerNetwork };

impl SeatBounds {
    fn of(&self, full: Full) -> Bound {
        match full {
            Full::All => self.all,
            Full::Address => self.address,
            Full::Network => self.network,
        }
    }
}

/// One RDAP connection, until it ends or its seat is given to another.
async fn serve_stranger(
    shard: Rc<Shard>,
    state: Rc<RdapState<ShardView>>,
    socket: Socket,
    peer: SocketAddr,
    seat: Seat,
    transport: Transport,
) {
    let _connection = shard.connection();
    let metrics = &shard.common.metrics;
    metrics.rdap_connections.inc();
    let seat = Rc::new(seat);
    let serving = async {
        match transport {
            Transport::Tls => shake_hands_and_serve(&shard, state, socket, peer, seat.clone()).await,
            Transport::Plain => send_on(&shard, state, socket, peer, seat.clone()).await,
        }
    };
    if let Either::Right(_) = select(pin!(serving), pin!(seat.evicted())).await {
        metrics.bounds.bite(Bound::RdapGaveWay, &peer.ip());
    }
    metrics.rdap_connections.dec();
}

async fn shake_hands_and_serve(
    shard: &Rc<Shard>,
    state: Rc<RdapState<ShardView>>,
    socket: Socket,
    peer: SocketAddr,
    seat: Rc<Seat>,
) {
    let Ok(mut stream) = Stream::new(socket) else { return };
    stream.set_pace(Paced::boxed(shard, &shard.turns.rdap, peer.ip(), Phase::Handshake));
    let accepted = tls::accept(stream, shard.common.rdap_tls.clone());
    let accepted = shard.stop.or(timeout(HANDSHAKE_TIMEOUT, accepted)).await;
    if matches!(accepted, Some(Err(_))) {
        shard.common.metrics.bounds.bite(Bound::RdapHandshakeTime, &peer.ip());
    }
    let Some(Ok(Ok(mut stream))) = accepted else { return };
    stream.set_pace(Paced::boxed(shard, &shard.turns.rdap, peer.ip(), Phase::Http));
    let (alpn, certificate) = (stream.alpn().map(<[u8]>::to_vec), ClientCertificate::of(&stream));
    rdap_service::serve(stream, peer, alpn.as_deref(), certificate, state, move || seat.active()).await;
}

async fn send_on(shard: &Rc<Shard>, state: Rc<RdapState<ShardView>>, socket: Socket, peer: SocketAddr, seat: Rc<Seat>) {
    let Ok(mut stream) = Stream::new(socket) else { return };
    stream.set_pace(Paced::boxed(shard, &shard.turns.rdap, peer.ip(), Phase::Http));
    rdap_service::serve(stream, peer, None, None, state, move || seat.active()).await;
}

/// EPP, administration, metrics, signals and first records: once in a process.
fn serve_front(
    shard: &Rc<Shard>,
    front: Front,
    identities: Vec<Arc<ServerIdentity>>,
    seed: Vec<OperatorCommand>,
    shards: Vec<Sender<Mail>>,
    started: mpsc::Sender<Result<(), StartError>>,
) -> Result<(), StartError> {
    // First of all: who sees a port or the socket may signal, and is to get an end in order.
    spawn(obey(Signals::new()?, shard.common.clone(), identities, shards.clone()));
    for port in front.epp {
        spawn(accept_epp(shard.clone(), Listener::new(port)?, shards.clone()));
    }
    if let Some(port) = front.metrics {
        spawn(metrics_service::serve(shard.clone(), Listener::new(port)?));
    }
    let admin = UnixListener::bind(&front.admin);
    let admin = admin.map_err(|error| StartError::Path { path: front.admin.clone(), error })?;
    spawn(admin::serve(shard.clone(), admin));
    spawn(sum_up(shard.clone()));
    spawn(watch_clock(shard.clone()));
    spawn(round::keep(shard.clone()));
    let shard = shard.clone();
    spawn(async move { drop(started.send(plant(&shard, seed).await)) });
    Ok(())
}

/// Has the log say now and then how often the limits have bitten since it last said so.
async fn sum_up(shard: Rc<Shard>) {
    while shard.stop.or(sleep(Duration::from_secs(NOTICE_SECONDS))).await.is_some() {
        shard.common.metrics.bounds.flush();
    }
}

/// Follows small corrections of the wall clock, and finds out a jump although nobody asks the ledger for a date. Has it
/// kept for the next start where the clock is now, when an operator has accepted it or corrections have added up.
async fn watch_clock(shard: Rc<Shard>) {
    let mut kept = shard.clock.line();
    while shard.stop.or(sleep(Duration::from_secs(CLOCK_LOOK_SECONDS))).await.is_some() {
        shard.clock.look();
        let line = shard.clock.line();
        let moved = line.zip(kept).is_none_or(|(line, kept)| line.abs_diff(kept) >= CLOCK_KEEP_MICROS);
        if line.is_some() && moved && shard.ledger.try_send(LedgerMail::KeepClock).is_ok() {
            kept = line;
        }
    }
}

async fn accept_epp(shard: Rc<Shard>, listener: Listener, shards: Vec<Sender<Mail>>) {
    while let Some((socket, peer)) = shard.accepted(async || listener.accept().await).await {
        if shard.common.session_count() >= shard.common.config.epp_sessions as usize {
            shard.common.metrics.bounds.bite(Bound::EppSessions, &peer.ip());
            continue;
        }
        let known = shard.common.known.address(&shard.index.pin(), peer.ip());
        let place = match shard.common.waiting.enter(peer.ip(), known) {
            Ok(place) => place,
            Err(full) => {
                shard.common.metrics.bounds.bite(EPP_BOUNDS.of(full), &peer.ip());
                continue;
            }
        };
        let chosen = shard.common.least_busy();
        let sent = shards.get(chosen).is_some_and(|shard| shard.try_send(Mail::Session(socket, place)).is_ok());
        if !sent {
            shard.common.session_ended(chosen);
        }
    }
}

async fn obey(
    mut signals: Signals,
    common: Arc<Common>,
    identities: Vec<Arc<ServerIdentity>>,
    shards: Vec<Sender<Mail>>,
) {
    loop {
        match signals.recv().await {
            Ok(Signal::Reload) => {
                identities.iter().for_each(|identity| match identity.reload() {
                    Ok(()) => tracing::info!("certificate read again"),
                    Err(error) => tracing::error!(%error, "the certificate could not be read again; the old one stays"),
                });
                match common.signed_marks.reload(&common.config, &common.metrics) {
                    Ok(true) => tracing::info!("the Trademark Clearinghouse's list of revoked certificates read again"),
                    Ok(false) => {}
                    Err(error) => {
                        tracing::error!(key = error.key, %error, "not read again; signed marks are believed as before");
                    }
                }
            }
            Ok(signal @ (Signal::Terminate | Signal::Interrupt)) => {
                tracing::info!(?signal, "stopping: no new connections, what is in flight is answered");
                shards.iter().for_each(|shard| drop(shard.try_send(Mail::Stop)));
            }
            Err(error) => {
                tracing::error!(%error, "signals are lost; stop the process with SIGKILL, nothing acknowledged is lost");
                return sleep(Duration::MAX).await;
            }
        }
    }
}

/// Submits first records; those that exist already are left alone. Passwords are set each time.
async fn plant(shard: &Shard, seed: Vec<OperatorCommand>) -> Result<(), StartError> {
    let clock = shard.clock.look();
    if let (Some(doubt), Some(_), false) = (clock.doubt, clock.last, seed.is_empty()) {
        tracing::warn!(%doubt, "first records are not planted; those of an earlier start stay as they are");
        return Ok(());
    }
    for command in seed {
        let name = command.name();
        let work = Work::Operator(Box::new(command));
        match shard.submit(Actor::System, work, None, shard.sv_trid()).await {
            Ok(_) => {}
            Err(refusal) if refusal.code() == 2302 => {}
            Err(refusal) => return Err(StartError::Seed(format!("{name}: {refusal}"))),
        }
    }
    Ok(())
}
