//! What metrics say of deposits, by TLD: an operator's alarm stands on the age of the last one.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use crate::base::timestamp::Timestamp;
use crate::model::escrow::EscrowNote;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct TldLabels {
    tld: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct StepLabels {
    tld: String,
    step: &'static str,
}

/// The metrics.
#[derive(Default)]
pub(super) struct EscrowMetrics {
    made: Family<TldLabels, Gauge>,
    delivered: Family<TldLabels, Gauge>,
    reported: Family<TldLabels, Gauge>,
    findings: Family<TldLabels, Gauge>,
    failures: Family<StepLabels, Counter>,
}

impl EscrowMetrics {
    pub(super) fn new(registry: &mut Registry) -> Self {
        let metrics = Self::default();
        let mut moment = |name: &str, help: &str, family: &Family<TldLabels, Gauge>| {
            registry.register_with_unit(name, help, Unit::Seconds, family.clone());
        };
        moment("escrow_made_watermark", "Watermark of the last deposit that was made, since 1970", &metrics.made);
        moment(
            "escrow_delivered_watermark",
            "Watermark of the last one that the agent has, since 1970",
            &metrics.delivered,
        );
        moment(
            "escrow_reported_watermark",
            "Watermark of the last one whose report ICANN accepted, since 1970",
            &metrics.reported,
        );
        let help = "What our own check finds fault with in the last deposit";
        registry.register("escrow_findings", help, metrics.findings.clone());
        let help = "Steps of the escrow schedule that failed: make, pack, deliver, report, log";
        registry.register("escrow_failures", help, metrics.failures.clone());
        metrics
    }

    /// What earlier runs have done.
    pub(super) fn begin(&self, tld: &str, notes: &[EscrowNote]) {
        for note in notes {
            self.set(&self.made, tld, note.watermark);
            let steps = [(&self.delivered, note.delivered), (&self.reported, note.reported)];
            steps.into_iter().filter(|(_, done)| done.is_some()).for_each(|(of, _)| self.set(of, tld, note.watermark));
        }
        for step in ["make", "pack", "deliver", "report", "log"] {
            let _ = self.failures.get_or_create(&StepLabels { tld: tld.to_owned(), step });
        }
    }

    fn set(&self, family: &Family<TldLabels, Gauge>, tld: &str, watermark: Timestamp) {
        family.get_or_create(&TldLabels { tld: tld.to_owned() }).set(watermark.micros() / 1_000_000);
    }

    pub(super) fn made(&self, tld: &str, watermark: Timestamp, findings: u64) {
        self.set(&self.made, tld, watermark);
        self.findings
            .get_or_create(&TldLabels { tld: tld.to_owned() })
            .set(i64::try_from(findings).unwrap_or(i64::MAX));
    }

    pub(super) fn delivered(&self, tld: &str, watermark: Timestamp) {
        self.set(&self.delivered, tld, watermark);
    }

    pub(super) fn reported(&self, tld: &str, watermark: Timestamp) {
        self.set(&self.reported, tld, watermark);
    }

    pub(super) fn failed(&self, tld: &str, step: &'static str) {
        self.failures.get_or_create(&StepLabels { tld: tld.to_owned(), step }).inc();
    }
}
