//! What the process counts, and its text form for /metrics.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::node::bounds::Bounds;

/// Labels of an EPP command.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct CommandLabels {
    command: &'static str,
    code: u16,
}

/// Labels of an RDAP answer.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct StatusLabels {
    status: u16,
}

/// The class Specification 10 gives a command.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ClassLabels {
    class: &'static str,
}

/// Counters and histograms, shared by all executors.
pub(super) struct Metrics {
    registry: Registry,
    commands: Family<CommandLabels, Counter>,
    durations: Family<ClassLabels, Histogram, fn() -> Histogram>,
    rdap: Family<StatusLabels, Counter>,
    batches: Counter,
    transactions: Counter,
    /// Pieces of work that had to wait for their payer's turn.
    pub(super) turns_waited: Counter,
    /// EPP connections open now.
    pub(super) epp_sessions: Gauge,
    /// RDAP connections open now.
    pub(super) rdap_connections: Gauge,
    /// Every bound that can bite.
    pub(super) bounds: Bounds,
}

/// Upper bounds in seconds, from tens of microseconds to the limits of Specification 10.
const BUCKETS: [f64; 14] = [0.00003, 0.0001, 0.0003, 0.001, 0.002, 0.004, 0.01, 0.03, 0.1, 0.3, 1.0, 2.0, 4.0, 20.0];

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("domesday");
        let commands = Family::default();
        let durations = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> Histogram);
        let (rdap, batches, transactions) = (Family::default(), Counter::default(), Counter::default());
        let (epp_sessions, rdap_connections) = (Gauge::default(), Gauge::default());
        registry.register("epp_commands", "EPP commands answered, by command and result code", commands.clone());
        registry.register(
            "epp_command_seconds",
            "Time from a whole frame to its response, by Specification 10 class",
            durations.clone(),
        );
        registry.register("epp_sessions", "EPP connections open", epp_sessions.clone());
        registry.register("rdap_responses", "RDAP responses, by HTTP status", rdap.clone());
        registry.register("rdap_connections", "RDAP connections open", rdap_connections.clone());
        let turns_waited = Counter::default();
        registry.register(
            "turns_waited",
            "Pieces of work that had to wait for the turn of their registrar, of RDAP or of strangers",
            turns_waited.clone(),
        );
        registry.register("ledger_batches", "Group commits", batches.clone());
        registry.register("ledger_submissions", "Transforms the ledger answered", transactions.clone());
        let bounds = Bounds::new(&mut registry);
        Self {
            registry,
            commands,
            durations,
            rdap,
            batches,
            transactions,
            turns_waited,
            epp_sessions,
            rdap_connections,
            bounds,
        }
    }
}

impl Metrics {
    /// One EPP command: its name, its Specification 10 class, the result code and the time it took.
    pub(super) fn command(&self, command: &'static str, class: &'static str, code: u16, took: Duration) {
        self.commands.get_or_create(&CommandLabels { command, code }).inc();
        self.durations.get_or_create(&ClassLabels { class }).observe(took.as_secs_f64());
    }

    /// One RDAP response.
    pub(super) fn rdap(&self, status: u16) {
        self.rdap.get_or_create(&StatusLabels { status }).inc();
    }

    /// One group commit of that many submissions.
    pub(super) fn batch(&self, submissions: usize) {
        self.batches.inc();
        self.transactions.inc_by(submissions as u64);
    }

    /// The OpenMetrics text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        match encode(&mut text, &self.registry) {
            Ok(()) => text,
            // Writing into a string fails only when a metric refuses to encode itself; none of ours does.
            Err(error) => format!("# {error}\n# EOF\n"),
        }
    }
}
