//! What the meters hold, in the OpenMetrics text format.
//!
//! Written by hand, since the library that writes the other metrics keeps its own counters, shared by all threads, and has
//! no summaries.

use std::fmt::{Display, Write as _};

use super::{CLASS, CODES, Meters, RDAP, Reading, STATUSES, STRANGER, ShardMeter};
use super::{RdapKind, Readings};
use crate::model::command_kind::{CommandClass, CommandKind};
use crate::reports::sla_record::{BOUNDS, BUCKETS};

/// What is told of a summary.
const QUANTILES: [f64; 4] = [0.5, 0.9, 0.99, 0.999];

type Labels<'l> = &'l [(&'l str, &'l str)];

/// Text that grows by families.
struct Families<'o> {
    out: &'o mut String,
    /// With the prefix.
    name: &'static str,
}

impl Families<'_> {
    fn begin(&mut self, name: &'static str, kind: &str, help: &str) {
        self.name = name;
        self.put(format_args!("# HELP {name} {help}.\n# TYPE {name} {kind}\n"));
        if let Some(unit) = ["seconds"].into_iter().find(|unit| name.ends_with(&format!("_{unit}"))) {
            self.put(format_args!("# UNIT {name} {unit}\n"));
        }
    }

    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing into a string never fails.
        let _ = self.out.write_fmt(text);
    }

    fn sample(&mut self, suffix: &str, labels: Labels<'_>, value: impl Display) {
        let name = self.name;
        self.put(format_args!("{name}{suffix}"));
        for (place, (label, value)) in labels.iter().enumerate() {
            let (open, value) = (if place == 0 { '{' } else { ',' }, escaped(value));
            self.put(format_args!("{open}{label}=\"{value}\""));
        }
        let close = if labels.is_empty() { "" } else { "}" };
        self.put(format_args!("{close} {value}\n"));
    }

    /// A histogram of a class of answers; `counter` gives the counter of a bucket, and behind the buckets the sum.
    fn histogram(&mut self, labels: Labels<'_>, counter: impl Fn(usize) -> u64) {
        let mut count = 0;
        for bucket in 0..BUCKETS {
            count += counter(bucket);
            let le = BOUNDS.get(bucket).map_or("+Inf".to_owned(), |bound| seconds(*bound).to_string());
            let labels: Vec<_> = [("le", le.as_str())].into_iter().chain(labels.iter().copied()).collect();
            self.sample("_bucket", &labels, count);
        }
        self.sample("_sum", labels, seconds(counter(BUCKETS)));
        self.sample("_count", labels, count);
    }

    /// A summary: count and sum of all time, quantiles of what came since `before`. `scale` makes a number of a value.
    fn summary(&mut self, labels: Labels<'_>, now: &Reading, before: Option<&Reading>, scale: fn(u64) -> f64) {
        let recent = before.map_or_else(|| now.clone(), |before| now.since(before)).histogram();
        for quantile in QUANTILES {
            let value = if recent.is_empty() { f64::NAN } else { scale(recent.value_at_quantile(quantile)) };
            let quantile = quantile.to_string();
            let labels: Vec<_> = labels.iter().copied().chain([("quantile", quantile.as_str())]).collect();
            self.sample("", &labels, value);
        }
        self.sample("_sum", labels, scale(now.sum));
        self.sample("_count", labels, now.count());
    }

    /// A summary for each shard and kind of which there was any.
    fn by_shard(
        &mut self,
        label: &str,
        names: &[&str],
        (now, before): (&Readings, Option<&Readings>),
        of: fn(&Readings) -> Vec<&[Reading]>,
    ) {
        let earlier = before.map(of);
        for (shard, readings) in of(now).into_iter().enumerate() {
            let id = shard.to_string();
            for (kind, (name, reading)) in names.iter().zip(readings).enumerate() {
                let before = earlier.as_ref().and_then(|shards| shards.get(shard)?.get(kind));
                if reading.count() > 0 {
                    self.summary(&[("shard", &id), (label, name)], reading, before, seconds);
                }
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a time is known to within one part in 128")]
fn seconds(nanos: u64) -> f64 {
    nanos as f64 / 1e9
}

#[expect(clippy::cast_precision_loss, reason = "a size is known to within one part in 128")]
fn number(value: u64) -> f64 {
    value as f64
}

/// A label's value, as the format wants it.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

impl Meters {
    /// Writes all metrics of the meters. `sessions` are the EPP connections of each shard.
    pub(in crate::node) fn write(&self, out: &mut String, sessions: &[usize]) {
        let (now, marked) = (self.read(), self.marked());
        let before = marked.as_deref();
        let mut to = Families { out, name: "" };
        self.write_epp(&mut to);
        self.write_rdap(&mut to);
        let help = "Time from a whole frame to its response written, by shard and command; quantiles of the last one to two \
                    minutes";
        to.begin("domesday_epp_latency_seconds", "summary", help);
        let names: Vec<_> = CommandKind::ALL.iter().map(|kind| kind.name()).chain(["stranger"]).collect();
        debug_assert_eq!(names.len(), STRANGER + 1);
        to.by_shard("command", &names, (&now, before), |readings| {
            readings.shards.iter().map(|(epp, _)| epp.as_slice()).collect()
        });
        let help =
            "Time from a whole request to its answer, by shard and kind; quantiles of the last one to two minutes";
        to.begin("domesday_rdap_latency_seconds", "summary", help);
        to.by_shard("kind", &RdapKind::ALL.map(RdapKind::name), (&now, before), |readings| {
            readings.shards.iter().map(|(_, rdap)| rdap.as_slice()).collect()
        });
        to.begin("domesday_shard_epp_sessions", "gauge", "EPP connections open, by shard");
        for (shard, sessions) in sessions.iter().enumerate() {
            to.sample("", &[("shard", &shard.to_string())], sessions);
        }
        to.begin("domesday_ledger_waiting", "gauge", "Commands that wait for the ledger, by the shard they came to");
        for (shard, meter) in self.shards.iter().enumerate() {
            to.sample("", &[("shard", &shard.to_string())], meter.waiting_now());
        }
        let help = "Commands of a group commit; quantiles of the last one to two minutes";
        to.begin("domesday_ledger_batch_size", "summary", help);
        to.summary(&[], &now.batch, before.map(|before| &before.batch), number);
        let help = "Time that a group commit, or a batch of what fell due, waited for the log's disk; quantiles of the last one \
                    to two minutes";
        to.begin("domesday_wal_sync_seconds", "summary", help);
        to.summary(&[], &now.sync, before.map(|before| &before.sync), seconds);
    }

    fn write_epp(&self, to: &mut Families<'_>) {
        let sum = |of: &dyn Fn(&ShardMeter) -> u64| self.shards.iter().map(|shard| of(shard)).sum::<u64>();
        to.begin("domesday_epp_commands", "counter", "EPP commands answered, by command and result code");
        for kind in CommandKind::ALL {
            for (place, code) in CODES.iter().enumerate() {
                let count = sum(&|shard| shard.codes.get(*kind as usize * CODES.len() + place));
                if count > 0 {
                    to.sample("_total", &[("command", kind.name()), ("code", &code.to_string())], count);
                }
            }
        }
        let help = "Time from a whole frame to its response written, by Specification 10 class; stranger is what connections \
                    that are not logged in were answered";
        to.begin("domesday_epp_command_seconds", "histogram", help);
        for class in CommandClass::ALL {
            let counter = |place| sum(&|shard| shard.classes.get(class as usize * CLASS + place));
            to.histogram(&[("class", class.name())], counter);
        }
        to.begin("domesday_epp_registrar_commands", "counter", "EPP commands answered, by registrar and class");
        for (clid, counts) in self.by_registrar() {
            for (class, count) in CommandClass::ALL.into_iter().zip(counts).filter(|(_, count)| *count > 0) {
                to.sample("_total", &[("clid", &clid), ("class", class.name())], count);
            }
        }
    }

    fn write_rdap(&self, to: &mut Families<'_>) {
        let sum = |of: &dyn Fn(&ShardMeter) -> u64| self.shards.iter().map(|shard| of(shard)).sum::<u64>();
        to.begin("domesday_rdap_responses", "counter", "RDAP responses, by HTTP status");
        for (place, status) in STATUSES.iter().enumerate() {
            let count = sum(&|shard| shard.statuses.get(place));
            if count > 0 {
                to.sample("_total", &[("status", &status.to_string())], count);
            }
        }
        to.begin("domesday_rdap_query_seconds", "histogram", "Time from a whole RDAP query to its answer");
        to.histogram(&[], |place| sum(&|shard| shard.classes.get(RDAP * CLASS + place)));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_family_is_told_once_and_its_samples_follow() {
        let meters = Meters::new(2);
        let shard = meters.shard(1);
        shard.command(CommandKind::DomainCheck, 1000);
        shard.command_took(CommandKind::DomainCheck, CommandClass::Query, Duration::from_micros(100));
        shard.registrar("a\"b").command(CommandClass::Query);
        shard.rdap(200);
        shard.rdap_took(RdapKind::Domain, Duration::from_micros(20));
        let waiting = shard.waiting();
        meters.ledger.batch(3);
        let mut text = String::new();
        meters.write(&mut text, &[5, 6]);
        drop(waiting);
        for line in [
            "domesday_epp_commands_total{command=\"domain:check\",code=\"1000\"} 1",
            "domesday_epp_command_seconds_bucket{le=\"0.00003\",class=\"query\"} 0",
            "domesday_epp_command_seconds_bucket{le=\"0.0001\",class=\"query\"} 1",
            "domesday_epp_command_seconds_bucket{le=\"+Inf\",class=\"query\"} 1",
            "domesday_epp_command_seconds_sum{class=\"query\"} 0.0001",
            "domesday_epp_command_seconds_count{class=\"session\"} 0",
            "domesday_epp_registrar_commands_total{clid=\"a\\\"b\",class=\"query\"} 1",
            "domesday_epp_latency_seconds{shard=\"1\",command=\"domain:check\",quantile=\"0.5\"} 0.000100351",
            "domesday_epp_latency_seconds_count{shard=\"1\",command=\"domain:check\"} 1",
            "# UNIT domesday_rdap_latency_seconds seconds",
            "domesday_rdap_latency_seconds_sum{shard=\"1\",kind=\"domain\"} 0.00002",
            "domesday_rdap_responses_total{status=\"200\"} 1",
            "domesday_rdap_query_seconds_count 1",
            "domesday_shard_epp_sessions{shard=\"1\"} 6",
            "domesday_ledger_waiting{shard=\"1\"} 1",
            "domesday_ledger_batch_size{quantile=\"0.99\"} 3",
            "domesday_wal_sync_seconds{quantile=\"0.5\"} NaN",
            "domesday_wal_sync_seconds_count 0",
        ] {
            assert_eq!(text.lines().filter(|found| *found == line).count(), 1, "{line}:\n{text}");
        }
        let families: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
        assert_eq!(families.len(), 11, "{text}");
        meters.mark();
        meters.mark();
        text.clear();
        meters.write(&mut text, &[5, 6]);
        let quiet = "domesday_epp_latency_seconds{shard=\"1\",command=\"domain:check\",quantile=\"0.5\"} NaN";
        assert!(text.contains(quiet) && text.contains("domesday_epp_latency_seconds_count{shard=\"1\""), "{text}");
    }
}
