//! What the tasks of one shard share: the index, the way to the ledger and back, and the numbers it gives out.

use std::cell::{Cell, RefCell};
use std::fmt::Write;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustls::ServerConfig;

use crate::base::timestamp::Timestamp;
use crate::config::Config;
use crate::epp::encode::Greeting;
use crate::index;
use crate::model::refusal::Refusal;
use crate::model::transaction::Actor;
use crate::node::activity::Activity;
use crate::node::bounds::Bound;
use crate::node::escrow::Escrow;
use crate::node::known::Known;
use crate::node::ledger::{Outcome, Submission, Work};
use crate::node::login::Logins;
use crate::node::meter::{RdapKind, ShardMeter};
use crate::node::metrics::Metrics;
use crate::node::monthly::Monthly;
use crate::node::pending::Pending;
use crate::node::rate_limit::{Offenders, RateLimiter, Told};
use crate::node::rdap_service::{ACCESS_LOG, Access, Denial, Held, HeldBound, Limit, Surroundings};
use crate::node::seats::{Seat, Seats};
use crate::node::signed_marks::SignedMarks;
use crate::node::stop::Stop;
use crate::node::turns::{RDAP_COST, Turns};
use crate::port::clock::Clock;
use crate::rdap::CursorKey;
use crate::runtime::clock::SystemClock;
use crate::runtime::mailbox::{self, Sender};
use crate::runtime::net::{AcceptError, Socket};
use crate::runtime::offload::Offload;
use crate::runtime::task::yield_now;
use crate::runtime::time::sleep;

/// Salts that one call to the system gives.
const SALTS_AT_ONCE: usize = 64;

/// Where an answer of the ledger goes: which shard, and which of its tasks.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReplyTo {
    pub(super) shard: usize,
    pub(super) number: u64,
}

/// What other threads send to a shard.
pub(super) enum Mail {
    /// An answer of the ledger.
    Reply(u64, Outcome),
    /// A new EPP connection.
    Session(Socket, Seat),
    /// Finish what you hold, take nothing new.
    Stop,
}

/// What other threads send to the ledger.
pub(super) enum LedgerMail {
    /// A command.
    Submit(Submission<ReplyTo>),
    /// A checkpoint, now; the answer says what came of it.
    Checkpoint(Option<Sender<Result<String, String>>>),
    /// A checkpoint's thread is done.
    Checkpointed(Result<index::NewBase, String>),
    /// The ledger's figures.
    Stats(Sender<crate::node::ledger::Stats>),
    /// Answer when nothing that has fallen due is left to be done.
    Settle(Sender<()>),
    /// Another line of the clock is believed; the next start is to know it.
    KeepClock,
    /// Answer what waits, then end.
    Stop,
}

/// What all shards share.
pub(super) struct Common {
    pub(super) config: Config,
    pub(super) metrics: Metrics,
    /// Who reads all meters, since no shard has the time.
    pub(super) observers: Offload,
    pub(super) logins: Arc<Logins>,
    /// Whose signed marks are believed.
    pub(super) signed_marks: SignedMarks,
    pub(super) greeting: Greeting,
    /// Who makes deposits.
    pub(super) escrow: Escrow,
    /// Who makes the monthly reports.
    pub(super) monthly: Monthly,
    /// Distinguishes the transaction identifiers of this run from those of all others.
    pub(super) run: String,
    pub(super) epp_tls: Arc<ServerConfig>,
    pub(super) rdap_tls: Arc<ServerConfig>,
    /// Which strangers look like registrars.
    pub(super) known: Known,
    /// EPP connections that have not logged in.
    pub(super) waiting: Arc<Seats>,
    /// Who is connected to RDAP.
    pub(super) rdap_seats: Arc<Seats>,
    /// Answers of RDAP that were not taken yet.
    pub(super) rdap_held: Arc<Held>,
    /// How often who may ask RDAP, if there is a limit.
    pub(super) rdap_rate: Option<Arc<RateLimiter>>,
    /// What seals the cursors of RDAP's searches.
    pub(super) rdap_cursors: Arc<CursorKey>,
    /// Whose RDAP requests all shards have refused.
    pub(super) rdap_offenders: Told,
    /// When the node began: the zero of its limits, which no setting of a clock moves.
    pub(super) began: Instant,
    /// EPP sessions of each shard.
    pub(super) sessions: Vec<AtomicUsize>,
}

/// One shard, seen by its own tasks.
pub(super) struct Shard {
    pub(super) id: usize,
    pub(super) common: Arc<Common>,
    pub(super) index: index::Reader,
    pub(super) clock: SystemClock,
    /// Whose RDAP requests this shard has refused since it last told.
    pub(super) offenders: RefCell<Offenders>,
    pub(super) stop: Stop,
    pub(super) ledger: Sender<LedgerMail>,
    pub(super) pending: Pending<Outcome>,
    /// What this shard counts with every command.
    pub(super) meter: Arc<ShardMeter>,
    /// What it counts for the monthly reports.
    pub(super) activity: Activity,
    /// Whose work comes next.
    pub(super) turns: Turns,
    pub(super) commands: Cell<u64>,
    /// What the shard's transaction identifiers begin with.
    pub(super) trid_prefix: String,
    /// Randomness that is not given out yet.
    pub(super) salts: RefCell<Vec<[u8; 16]>>,
    /// Tasks that serve a connection.
    pub(super) connections: Cell<usize>,
}

impl Shard {
    /// A server transaction identifier that no other command ever had or gets.
    pub(super) fn sv_trid(&self) -> String {
        let number = self.commands.get() + 1;
        self.commands.set(number);
        let mut sv_trid = String::with_capacity(self.trid_prefix.len() + 20);
        sv_trid.push_str(&self.trid_prefix);
        // A string takes everything.
        let _ = write!(sv_trid, "{number}");
        sv_trid
    }

    /// Lets the ledger decide, and waits for the answer.
    pub(super) async fn submit(&self, actor: Actor, work: Work, cl_trid: Option<String>, sv_trid: String) -> Outcome {
        let Some(salt) = self.salt() else { return Err(Refusal::Failed("the system gives no randomness")) };
        let _waiting = self.meter.waiting();
        let number = self.pending.open();
        let reply_to = ReplyTo { shard: self.id, number };
        let submission = Submission { actor, work, cl_trid, sv_trid, salt, reply_to };
        if self.ledger.try_send(LedgerMail::Submit(submission)).is_err() {
            self.pending.fill(number, Err(Refusal::Failed("too many commands are waiting; try again")));
        }
        self.pending.wait(number).await
    }

    /// Asks the ledger something, and waits for the answer.
    ///
    /// # Errors
    /// It takes no mail, or has ended.
    pub(super) async fn ask_ledger<T: Send + 'static>(
        &self,
        mail: impl FnOnce(Sender<T>) -> LedgerMail,
    ) -> Result<T, &'static str> {
        let (asker, mut answer) = mailbox::channel(1);
        self.ledger.try_send(mail(asker)).map_err(|_| "the ledger takes no more mail; try again")?;
        answer.recv().await.ok_or("the ledger has ended")
    }

    /// Randomness that nobody else gets; `None` when the system gives none.
    fn salt(&self) -> Option<[u8; 16]> {
        let mut salts = self.salts.borrow_mut();
        if salts.is_empty() {
            let mut octets = [0; 16 * SALTS_AT_ONCE];
            getrandom::fill(&mut octets).ok()?;
            salts.extend_from_slice(octets.as_chunks().0);
        }
        salts.pop()
    }

    /// What a listener accepts next; `None` when the shard stops, or the listener is of no more use.
    pub(super) async fn accepted<T>(&self, mut accept: impl AsyncFnMut() -> Result<T, AcceptError>) -> Option<T> {
        loop {
            match self.stop.or(accept()).await? {
                Ok(connection) => {
                    // A crowd at the door is let in one by one, so that those inside are served meanwhile.
                    yield_now().await;
                    return Some(connection);
                }
                Err(AcceptError::Shortage(error)) => self.common.metrics.bounds.bite(Bound::Descriptors, &error),
                Err(AcceptError::Broken(error)) => {
                    tracing::error!(%error, "a listener accepts no more connections; restart the process");
                    return None;
                }
            }
        }
    }

    /// Counts a connection's task until the guard is dropped.
    pub(super) fn connection(&self) -> ConnectionGuard<'_> {
        self.connections.set(self.connections.get() + 1);
        ConnectionGuard { shard: self }
    }
}

/// One connection of a shard.
pub(super) struct ConnectionGuard<'s> {
    shard: &'s Shard,
}

impl Drop for ConnectionGuard<'_> {
    fn drop(&mut self) {
        self.shard.connections.set(self.shard.connections.get() - 1);
    }
}

impl Common {
    /// The shard with the fewest EPP sessions, which counts one more from now on.
    pub(super) fn least_busy(&self) -> usize {
        let counts = self.sessions.iter().map(|count| count.load(Ordering::Relaxed));
        let chosen = counts.enumerate().min_by_key(|(_, count)| *count).map_or(0, |(shard, _)| shard);
        if let Some(count) = self.sessions.get(chosen) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        chosen
    }

    /// A session of the shard ended, or never began.
    pub(super) fn session_ended(&self, shard: usize) {
        if let Some(count) = self.sessions.get(shard) {
            count.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// EPP connections of all shards.
    pub(super) fn session_count(&self) -> usize {
        self.sessions.iter().map(|count| count.load(Ordering::Relaxed)).sum()
    }

    /// EPP connections of each shard.
    pub(super) fn session_counts(&self) -> Vec<usize> {
        self.sessions.iter().map(|count| count.load(Ordering::Relaxed)).collect()
    }
}

/// The shard as RDAP sees it.
pub(super) struct ShardView(pub(super) Rc<Shard>);

impl Surroundings for ShardView {
    type View<'a> = index::Snapshot<'a>;

    fn pin(&self) -> index::Snapshot<'_> {
        self.0.index.pin()
    }

    fn position(&self) -> Option<u64> {
        Some(self.0.index.position())
    }

    fn now(&self) -> Timestamp {
        // HTTP's dates are between machines and caches, which know nothing of time that is driven here.
        self.0.clock.undriven()
    }

    fn elapsed(&self) -> Duration {
        self.0.common.began.elapsed()
    }

    fn updated(&self) -> Timestamp {
        self.0.clock.now()
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> {
        sleep(duration)
    }

    fn turn(&self, client: IpAddr) -> impl Future<Output = ()> {
        self.0.turns.enter(&self.0.turns.rdap, client, RDAP_COST)
    }

    async fn closing(&self) {
        self.0.stop.wait().await;
    }

    fn reached(&self, limit: Limit, client: IpAddr) {
        let bound = match limit {
            Limit::Rate { network, is_shared } => {
                self.0.offenders.borrow_mut().add(network);
                let bound = if is_shared { Bound::RdapNetworkRate } else { Bound::RdapRate };
                return self.0.common.metrics.bounds.tally(bound);
            }
            Limit::IdleTime => Bound::RdapIdleTime,
            Limit::WriteTime => Bound::RdapWriteTime,
            Limit::BetweenRequests => Bound::RdapBetweenRequests,
            Limit::StreamErrors => Bound::RdapStreamErrors,
            Limit::Held(HeldBound::Connection) => Bound::RdapHeldConnection,
            Limit::Held(HeldBound::Network) => Bound::RdapHeldNetwork,
            Limit::Held(HeldBound::All) => Bound::RdapHeld,
        };
        self.0.common.metrics.bounds.bite(bound, &client);
    }

    fn answered(&self, status: u16) {
        self.0.meter.rdap(status);
    }

    fn took(&self, kind: RdapKind, took: Duration) {
        self.0.meter.rdap_took(kind, took);
    }

    fn counts(&self, kind: RdapKind, name: &str) {
        self.0.activity.rdap(|| self.0.index.pin(), kind, name, self.0.clock.now());
    }

    fn accessed(&self, access: &Access<'_>) {
        let Access { client, by, outcome, kind, name, status, address, at } = *access;
        let by = by.name();
        // Operators keep these lines: their names are promised (see the manual).
        match outcome {
            Ok(purpose) => {
                self.0.common.metrics.rdap_authorised(client);
                let purpose = purpose.name();
                tracing::info!(
                    target: ACCESS_LOG, client, purpose, by, kind, name, status, %address, %at, "authorised RDAP query"
                );
            }
            Err(denial) => {
                self.denied(denial);
                let why = denial.name();
                tracing::info!(
                    target: ACCESS_LOG, client, by, why, kind, name, status, %address, %at, "RDAP query of a client refused"
                );
            }
        }
    }

    fn denied(&self, denial: Denial) {
        self.0.common.metrics.rdap_denied(denial);
    }
}
