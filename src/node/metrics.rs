//! What the process counts, and its text form for /metrics.

use std::sync::atomic::{AtomicU64, Ordering};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use crate::index::MemoryUse;
use crate::node::bounds::Bounds;
use crate::node::escrow_metrics::EscrowMetrics;
use crate::node::log_queue::LogQueue;
use crate::node::meter::Meters;
use crate::node::rdap_service::Denial;
use crate::runtime::clock::ClockStatus;

/// Labels of a namespace that a client was sent without having asked for it.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct UnhandledLabels {
    clid: String,
    namespace: &'static str,
}

/// Labels of queries by clients of RDAP that the registry knows.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ClientLabels {
    client: String,
}

/// Labels of queries of RDAP that showed credentials in vain.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct DenialLabels {
    why: &'static str,
}

/// What is counted seldom, shared by all executors, and the meters of each thread for what is counted with every command.
pub(super) struct Metrics {
    registry: Registry,
    pub(super) meters: Meters,
    unhandled: Family<UnhandledLabels, Counter>,
    rdap_clients: RdapClients,
    batches: Counter,
    /// Steps that fell due and were taken.
    pub(super) due_steps: Counter,
    transactions: Counter,
    /// Pieces of work that had to wait for their payer's turn.
    pub(super) turns_waited: Counter,
    files: Files,
    /// EPP connections open now.
    pub(super) epp_sessions: Gauge,
    /// RDAP connections open now.
    pub(super) rdap_connections: Gauge,
    /// Clients and networks that have asked RDAP of late, as of the last scrape.
    pub(super) rdap_rate_networks: Gauge,
    clock: ClockMetrics,
    /// When the Trademark Clearinghouse's next list of revoked certificates is due, in seconds since 1970; 0: there is none.
    pub(super) crl_due: Gauge,
    /// What became of deposits.
    pub(super) escrow: EscrowMetrics,
    /// Every bound that can bite.
    pub(super) bounds: Bounds,
}

/// What is known of the clock, as of the last scrape.
struct ClockMetrics {
    doubted: Gauge,
    offset: Gauge<f64, AtomicU64>,
    doubts: Counter,
}

impl ClockMetrics {
    fn new(registry: &mut Registry) -> Self {
        let (doubted, offset, doubts) = (Gauge::default(), Gauge::default(), Counter::default());
        registry.register("clock_doubted", "1 while the machine's clock is not believed", doubted.clone());
        registry.register("clock_offset_seconds", "The machine's clock less trusted time", offset.clone());
        registry.register("clock_doubts", "Times that the machine's clock began to be doubted", doubts.clone());
        Self { doubted, offset, doubts }
    }

    fn set(&self, clock: &ClockStatus) {
        self.doubted.set(i64::from(clock.doubt.is_some()));
        self.offset.set(clock.offset() as f64 / 1e6);
        self.doubts.inner().store(clock.doubts, Ordering::Relaxed);
    }
}

/// Queries of RDAP with credentials.
struct RdapClients {
    authorised: Family<ClientLabels, Counter>,
    denied: Family<DenialLabels, Counter>,
}

impl RdapClients {
    fn new(registry: &mut Registry) -> Self {
        let (authorised, denied) = (Family::default(), Family::default());
        let help = "RDAP queries by clients that see more than the public, by client";
        registry.register("rdap_authorised_queries", help, authorised.clone());
        let help = "RDAP queries whose credentials or purpose were refused, by reason";
        registry.register("rdap_denied_queries", help, denied.clone());
        for denial in Denial::ALL {
            let _ = denied.get_or_create(&DenialLabels { why: denial.name() });
        }
        Self { authorised, denied }
    }
}

/// What log and index take up, in octets.
#[derive(Default)]
struct Files {
    log: Gauge,
    fresh_log: Gauge,
    base: Gauge,
    delta: Gauge,
}

impl Files {
    fn new(registry: &mut Registry) -> Self {
        let files = Self::default();
        let mut gauge = |name: &str, help: &str, gauge: &Gauge| {
            registry.register_with_unit(name, help, Unit::Bytes, gauge.clone());
        };
        gauge("log", "Files of the log, the segment being prepared included", &files.log);
        gauge("log_since_checkpoint", "Log that no base file contains", &files.fresh_log);
        gauge("index_base", "Base files of the index", &files.base);
        gauge("index_delta", "Memory of changed records that no base file contains", &files.delta);
        files
    }
}

impl Metrics {
    /// Of a node with so many shards.
    pub(super) fn new(shards: usize) -> Self {
        let mut registry = Registry::with_prefix("domesday");
        let (batches, transactions) = (Counter::default(), Counter::default());
        let (epp_sessions, rdap_connections) = (Gauge::default(), Gauge::default());
        let unhandled = Family::default();
        registry.register(
            "epp_unhandled_namespaces",
            "Namespaces in answers to a client whose login did not name them (RFC 9038, section 7.2): tell it",
            unhandled.clone(),
        );
        registry.register("epp_sessions", "EPP connections open", epp_sessions.clone());
        registry.register("rdap_connections", "RDAP connections open", rdap_connections.clone());
        let rdap_rate_networks = Gauge::default();
        let help =
            "Clients and networks that have asked RDAP so much of late that they may not ask all at once again yet";
        registry.register("rdap_rate_networks", help, rdap_rate_networks.clone());
        let turns_waited = Counter::default();
        registry.register(
            "turns_waited",
            "Pieces of work that had to wait for the turn of their registrar, of RDAP or of strangers",
            turns_waited.clone(),
        );
        let due_steps = Counter::default();
        registry.register(
            "ledger_due_steps",
            "What fell due and was done: renewals at expiry, approvals by time, purges",
            due_steps.clone(),
        );
        registry.register("ledger_batches", "Group commits", batches.clone());
        registry.register("ledger_submissions", "Transforms the ledger answered", transactions.clone());
        let crl_due = Gauge::default();
        let help = "When the next list of revoked certificates of the Trademark Clearinghouse is due; 0: there is none";
        registry.register_with_unit("tmch_crl_due", help, Unit::Seconds, crl_due.clone());
        let clock = ClockMetrics::new(&mut registry);
        let rdap_clients = RdapClients::new(&mut registry);
        let escrow = EscrowMetrics::new(&mut registry);
        let (files, bounds) = (Files::new(&mut registry), Bounds::new(&mut registry));
        Self {
            registry,
            meters: Meters::new(shards),
            unhandled,
            rdap_clients,
            batches,
            due_steps,
            transactions,
            files,
            turns_waited,
            epp_sessions,
            rdap_connections,
            rdap_rate_networks,
            clock,
            crl_due,
            escrow,
            bounds,
        }
    }

    /// With the lines of the log that are lost.
    pub(super) fn with_log(mut self, log: &LogQueue) -> Self {
        let help = "Lines of the log that nobody took in time: of queries by clients of RDAP (access), and others";
        self.registry.register("log_lines_lost", help, log.lost());
        self
    }

    /// Namespaces in an answer that the client's login did not name.
    pub(super) fn unhandled(&self, clid: &str, namespaces: &[&'static str]) {
        for namespace in namespaces {
            self.unhandled.get_or_create(&UnhandledLabels { clid: clid.to_owned(), namespace }).inc();
        }
    }

    /// One RDAP query by a client that sees more than the public.
    pub(super) fn rdap_authorised(&self, client: &str) {
        self.rdap_clients.authorised.get_or_create(&ClientLabels { client: client.to_owned() }).inc();
    }

    /// One RDAP query whose credentials or purpose were refused.
    pub(super) fn rdap_denied(&self, denial: Denial) {
        self.rdap_clients.denied.get_or_create(&DenialLabels { why: denial.name() }).inc();
    }

    /// One group commit of that many submissions.
    pub(super) fn batch(&self, submissions: usize) {
        self.batches.inc();
        self.transactions.inc_by(submissions as u64);
        self.meters.ledger.batch(submissions);
    }

    /// What log and index take up now: octets of the log's files, and of frames since the last checkpoint.
    pub(super) fn files(&self, log: u64, fresh_log: u64, index: &MemoryUse) {
        let Files { log: files, fresh_log: fresh, base, delta } = &self.files;
        for (gauge, value) in [(files, log), (fresh, fresh_log), (base, index.base_bytes), (delta, index.delta_bytes)] {
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        }
    }

    /// Octets of the log and of memory that no base file contains.
    pub(super) fn fresh_bytes(&self) -> (i64, i64) {
        (self.files.fresh_log.get(), self.files.delta.get())
    }

    /// The OpenMetrics text, with what is known of the clock at this moment, and the EPP connections of each shard. It takes
    /// milliseconds on a large machine: not for a shard.
    pub(super) fn text(&self, clock: &ClockStatus, sessions: &[usize]) -> String {
        self.clock.set(clock);
        let mut text = String::new();
        let mut write = || {
            encode_registry(&mut text, &self.registry)?;
            self.meters.write(&mut text, sessions);
            encode_eof(&mut text)
        };
        match write() {
            Ok(()) => text,
            // Writing into a string fails only when a metric refuses to encode itself; none of ours does.
            Err(error) => format!("# {error}\n# EOF\n"),
        }
    }
}
