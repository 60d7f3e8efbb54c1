//! What `top` shows: the difference of two samples, reckoned and laid out.

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use simd_json::OwnedValue;

use super::table::printable;
use crate::reports::sla_record::histogram;

/// What a registry has counted since its start.
#[derive(Deserialize)]
pub(super) struct Sample {
    elapsed_micros: u64,
    rdap_connections: i64,
    log_bytes_since_checkpoint: i64,
    index_delta_bytes: i64,
    shards: Vec<ShardSample>,
    epp: Vec<TimesSample>,
    rdap: Vec<TimesSample>,
    registrars: Vec<RegistrarSample>,
    #[serde(deserialize_with = "decoded")]
    batch_size: Histogram<u64>,
    #[serde(deserialize_with = "decoded")]
    sync: Histogram<u64>,
}

#[derive(Deserialize)]
struct ShardSample {
    shard: usize,
    epp_sessions: u64,
    waiting: u64,
    #[serde(deserialize_with = "decoded")]
    epp: Histogram<u64>,
    #[serde(deserialize_with = "decoded")]
    rdap: Histogram<u64>,
}

#[derive(Deserialize)]
struct TimesSample {
    kind: String,
    #[serde(deserialize_with = "decoded")]
    times: Histogram<u64>,
}

#[derive(Deserialize)]
struct RegistrarSample {
    clid: String,
    session: u64,
    query: u64,
    transform: u64,
}

impl RegistrarSample {
    fn all(&self) -> u64 {
        self.session + self.query + self.transform
    }
}

fn decoded<'de, D: serde::Deserializer<'de>>(text: D) -> Result<Histogram<u64>, D::Error> {
    let text = String::deserialize(text)?;
    histogram(&text).ok_or_else(|| serde::de::Error::custom("expected a histogram (HdrHistogram V2 in base64)"))
}

impl Sample {
    /// Reads what the admin socket answers.
    ///
    /// # Errors
    /// What of it is not understood.
    pub(super) fn read(answer: OwnedValue) -> Result<Self, String> {
        simd_json::serde::from_owned_value(answer)
            .map_err(|error| format!("{error}; is this domesday of another version than the registry's?"))
    }

    /// Whether the registry has not been started again since that one.
    pub(super) fn is_of_the_same_run(&self, earlier: &Self) -> bool {
        self.elapsed_micros >= earlier.elapsed_micros
    }
}

/// What came in an interval. Rates are per second, shares of a hundred.
#[derive(Debug, Serialize)]
pub(super) struct View {
    up_seconds: u64,
    interval_seconds: f64,
    epp_sessions: u64,
    rdap_connections: i64,
    epp: KindView,
    rdap: KindView,
    commands: Vec<KindView>,
    queries: Vec<KindView>,
    shards: Vec<ShardView>,
    ledger: LedgerView,
    registrars: Vec<RegistrarView>,
}

/// Answers of a kind; times in nanoseconds.
#[derive(Debug, Serialize)]
struct KindView {
    kind: String,
    rate: f64,
    share: f64,
    p50: u64,
    p99: u64,
    p999: u64,
    max: u64,
}

#[derive(Debug, Serialize)]
struct ShardView {
    shard: usize,
    epp_sessions: u64,
    epp_rate: f64,
    epp_p99: u64,
    rdap_rate: f64,
    rdap_p99: u64,
    /// Its commands that wait for the ledger.
    waiting: u64,
}

/// Group commits; times in nanoseconds.
#[derive(Debug, Serialize)]
struct LedgerView {
    waiting: u64,
    commits: f64,
    batch_mean: f64,
    batch_p99: u64,
    batch_max: u64,
    sync_p50: u64,
    sync_p99: u64,
    sync_max: u64,
    index_delta_bytes: i64,
    log_bytes_since_checkpoint: i64,
}

#[derive(Debug, Serialize)]
struct RegistrarView {
    clid: String,
    rate: f64,
    share: f64,
    query_rate: f64,
    transform_rate: f64,
}

/// What came between, or all of it.
fn since(now: &Histogram<u64>, before: Option<&Histogram<u64>>) -> Histogram<u64> {
    let mut came = now.clone();
    if let Some(before) = before
        && came.subtract(before).is_err()
    {
        // Only counters that went back can be less than they were.
        came.reset();
    }
    came
}

#[expect(clippy::cast_precision_loss, reason = "rates and shares are shown with four digits")]
fn per(count: u64, seconds: f64) -> f64 {
    if seconds > 0.0 { count as f64 / seconds } else { 0.0 }
}

fn share(count: u64, all: u64) -> f64 {
    per(count * 100, per(all, 1.0))
}

/// A quantile; nothing of nothing.
fn at(of: &Histogram<u64>, quantile: f64) -> u64 {
    if of.is_empty() { 0 } else { of.value_at_quantile(quantile) }
}

fn kind(name: &str, came: &Histogram<u64>, all: u64, seconds: f64) -> KindView {
    let at = |quantile| at(came, quantile);
    KindView {
        kind: name.to_owned(),
        rate: per(came.len(), seconds),
        share: share(came.len(), all),
        p50: at(0.5),
        p99: at(0.99),
        p999: at(0.999),
        max: at(1.0),
    }
}

/// The kinds that came, the most frequent first, and all of them together.
fn kinds(name: &str, now: &[TimesSample], before: Option<&[TimesSample]>, seconds: f64) -> (KindView, Vec<KindView>) {
    let earlier = |kind: &str| before?.iter().find(|sample| sample.kind == kind).map(|sample| &sample.times);
    let came: Vec<_> = now.iter().map(|sample| (&sample.kind, since(&sample.times, earlier(&sample.kind)))).collect();
    let mut sum = came.first().map_or_else(|| Histogram::new(2).expect("two digits"), |(_, first)| first.clone());
    for (_, more) in came.iter().skip(1) {
        // Both have the same bounds.
        let _ = sum.add(more);
    }
    let mut rows: Vec<_> = came.iter().filter(|(_, came)| !came.is_empty()).collect();
    rows.sort_by_key(|(kind, came)| (std::cmp::Reverse(came.len()), *kind));
    let rows = rows.into_iter().map(|(name, came)| kind(name, came, sum.len(), seconds)).collect();
    (kind(name, &sum, sum.len(), seconds), rows)
}

impl View {
    /// What came since an earlier sample of the same run; `None`: since its start.
    pub(super) fn between(before: Option<&Sample>, now: &Sample) -> Self {
        let micros = now.elapsed_micros - before.map_or(0, |before| before.elapsed_micros);
        let seconds = per(micros, 1e6);
        let (epp, commands) = kinds("EPP", &now.epp, before.map(|before| before.epp.as_slice()), seconds);
        let (rdap, queries) = kinds("RDAP", &now.rdap, before.map(|before| before.rdap.as_slice()), seconds);
        Self {
            up_seconds: now.elapsed_micros / 1_000_000,
            interval_seconds: seconds,
            epp_sessions: now.shards.iter().map(|shard| shard.epp_sessions).sum(),
            rdap_connections: now.rdap_connections,
            epp,
            rdap,
            commands,
            queries,
            shards: shards(before, now, seconds),
            ledger: ledger(before, now, seconds),
            registrars: registrars(before, now, seconds),
        }
    }
}

fn shards(before: Option<&Sample>, now: &Sample, seconds: f64) -> Vec<ShardView> {
    let row = |shard: &ShardSample| {
        let earlier = before.and_then(|before| before.shards.iter().find(|other| other.shard == shard.shard));
        let epp = kind("", &since(&shard.epp, earlier.map(|earlier| &earlier.epp)), 0, seconds);
        let rdap = kind("", &since(&shard.rdap, earlier.map(|earlier| &earlier.rdap)), 0, seconds);
        ShardView {
            shard: shard.shard,
            epp_sessions: shard.epp_sessions,
            epp_rate: epp.rate,
            epp_p99: epp.p99,
            rdap_rate: rdap.rate,
            rdap_p99: rdap.p99,
            waiting: shard.waiting,
        }
    };
    now.shards.iter().map(row).collect()
}

fn ledger(before: Option<&Sample>, now: &Sample, seconds: f64) -> LedgerView {
    let batches = since(&now.batch_size, before.map(|before| &before.batch_size));
    let syncs = since(&now.sync, before.map(|before| &before.sync));
    LedgerView {
        waiting: now.shards.iter().map(|shard| shard.waiting).sum(),
        commits: per(batches.len(), seconds),
        batch_mean: if batches.is_empty() { 0.0 } else { batches.mean() },
        batch_p99: at(&batches, 0.99),
        batch_max: at(&batches, 1.0),
        sync_p50: at(&syncs, 0.5),
        sync_p99: at(&syncs, 0.99),
        sync_max: at(&syncs, 1.0),
        index_delta_bytes: now.index_delta_bytes,
        log_bytes_since_checkpoint: now.log_bytes_since_checkpoint,
    }
}

/// Those who asked anything, the busiest first.
fn registrars(before: Option<&Sample>, now: &Sample, seconds: f64) -> Vec<RegistrarView> {
    let none = RegistrarSample { clid: String::new(), session: 0, query: 0, transform: 0 };
    let came = now.registrars.iter().map(|registrar| {
        let earlier = before.and_then(|before| before.registrars.iter().find(|other| other.clid == registrar.clid));
        let earlier = earlier.unwrap_or(&none);
        RegistrarSample {
            clid: registrar.clid.clone(),
            session: registrar.session.saturating_sub(earlier.session),
            query: registrar.query.saturating_sub(earlier.query),
            transform: registrar.transform.saturating_sub(earlier.transform),
        }
    });
    let mut came: Vec<_> = came.filter(|registrar| registrar.all() > 0).collect();
    came.sort_by_key(|registrar| (std::cmp::Reverse(registrar.all()), registrar.clid.clone()));
    let all = came.iter().map(RegistrarSample::all).sum();
    let row = |registrar: &RegistrarSample| RegistrarView {
        clid: registrar.clid.clone(),
        rate: per(registrar.all(), seconds),
        share: share(registrar.all(), all),
        query_rate: per(registrar.query, seconds),
        transform_rate: per(registrar.transform, seconds),
    };
    came.iter().map(row).collect()
}

impl View {
    /// For people: a line of sums, then tables.
    pub(super) fn text(&self) -> String {
        let Self { epp, rdap, ledger, .. } = self;
        let mut out = format!(
            "up {}, {} shards, {:.1} s: EPP {}/s on {} sessions, RDAP {}/s on {} connections, {} wait for the ledger\n\n",
            age(self.up_seconds),
            self.shards.len(),
            self.interval_seconds,
            rate(epp.rate),
            self.epp_sessions,
            rate(rdap.rate),
            self.rdap_connections,
            ledger.waiting,
        );
        let mut rows = vec![words(&["COMMAND", "/S", "SHARE", "P50", "P99", "P99.9", "MAX"])];
        let totals = [(epp, &self.commands, "epp"), (rdap, &self.queries, "rdap")];
        for (total, kinds, name) in totals {
            rows.extend((!kinds.is_empty()).then(|| total.row(name)));
            rows.extend(kinds.iter().map(|kind| kind.row(&format!("  {}", kind.kind))));
        }
        out += &table(&rows);
        rows = vec![words(&["SHARD", "SESSIONS", "EPP/S", "P99", "RDAP/S", "P99", "AT LEDGER"])];
        rows.extend(self.shards.iter().map(ShardView::row));
        out += "\n";
        out += &table(&rows);
        rows = vec![words(&["LEDGER", "/S", "MEAN", "P50", "P99", "MAX"])];
        let batch = [
            format!("{:.1}", ledger.batch_mean),
            "-".into(),
            ledger.batch_p99.to_string(),
            ledger.batch_max.to_string(),
        ];
        rows.push(["commands of a commit".to_owned(), rate(ledger.commits)].into_iter().chain(batch).collect());
        let sync = [ledger.sync_p50, ledger.sync_p99, ledger.sync_max].map(span);
        rows.push(words(&["wait for the disk", "-", "-"]).into_iter().chain(sync).collect());
        out += "\n";
        out += &table(&rows);
        let [delta, log] = [ledger.index_delta_bytes, ledger.log_bytes_since_checkpoint].map(octets);
        out += &format!("changed records in memory {delta}, log since the last checkpoint {log}\n\n");
        rows = vec![words(&["REGISTRAR", "/S", "SHARE", "QUERIES/S", "TRANSFORMS/S"])];
        rows.extend(self.registrars.iter().map(RegistrarView::row));
        out + &table(&rows)
    }
}

impl KindView {
    fn row(&self, name: &str) -> Vec<String> {
        let times = [self.p50, self.p99, self.p999, self.max].map(span);
        [name.to_owned(), rate(self.rate), format!("{:.1} %", self.share)].into_iter().chain(times).collect()
    }
}

impl ShardView {
    fn row(&self) -> Vec<String> {
        vec![
            self.shard.to_string(),
            self.epp_sessions.to_string(),
            rate(self.epp_rate),
            span(self.epp_p99),
            rate(self.rdap_rate),
            span(self.rdap_p99),
            self.waiting.to_string(),
        ]
    }
}

impl RegistrarView {
    fn row(&self) -> Vec<String> {
        let share = format!("{:.1} %", self.share);
        let rates = [self.query_rate, self.transform_rate].map(rate);
        [printable(&self.clid), rate(self.rate), share].into_iter().chain(rates).collect()
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The first column to the left, all others to the right.
fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<_> = (0..columns)
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0))
        .collect();
    let mut out = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| match column {
            0 => format!("{cell:width$}"),
            _ => format!("  {cell:>width$}"),
        });
        out += cells.collect::<String>().trim_end();
        out += "\n";
    }
    out
}

fn rate(rate: f64) -> String {
    if rate < 100.0 { format!("{rate:.1}") } else { format!("{rate:.0}") }
}

/// A time in nanoseconds with three digits; nothing took no time.
#[expect(clippy::cast_precision_loss, reason = "three digits")]
fn span(nanos: u64) -> String {
    let (value, unit) = match nanos {
        0 => return "-".to_owned(),
        1..1_000_000 => (nanos as f64 / 1e3, "µs"),
        1_000_000..1_000_000_000 => (nanos as f64 / 1e6, "ms"),
        _ => (nanos as f64 / 1e9, "s"),
    };
    let digits = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.digits$} {unit}")
}

#[expect(clippy::cast_precision_loss, reason = "one digit behind the point")]
fn octets(octets: i64) -> String {
    let units = [(1_i64 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    let unit = units.into_iter().find(|(size, _)| octets >= *size);
    unit.map_or_else(|| format!("{octets} B"), |(size, unit)| format!("{:.1} {unit}", octets as f64 / size as f64))
}

fn age(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let days = if days > 0 { format!("{days} d ") } else { String::new() };
    format!("{days}{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use hdrhistogram::serialization::{Serializer, V2Serializer};

    fn times(nanos: &[(u64, u64)]) -> String {
        let mut histogram = Histogram::<u64>::new_with_bounds(64, 100_000_000_000, 2).expect("bounds");
        nanos.iter().for_each(|(value, count)| histogram.record_n(*value, *count).expect("in range"));
        let mut octets = Vec::new();
        V2Serializer::new().serialize(&histogram, &mut octets).expect("a vector");
        STANDARD.encode(octets)
    }

    fn sample(elapsed_micros: u64, checks: u64, creates: u64) -> Sample {
        let (fast, slow) = (times(&[(50_000, checks)]), times(&[(2_000_000, creates)]));
        let both = times(&[(50_000, checks), (2_000_000, creates)]);
        let json = format!(
            r#"{{"elapsed_micros":{elapsed_micros},"rdap_connections":2,"log_bytes_since_checkpoint":2048,
            "index_delta_bytes":3145728,"shards":[{{"shard":0,"epp_sessions":3,"waiting":1,"epp":"{both}","rdap":"{fast}"}},
            {{"shard":1,"epp_sessions":0,"waiting":0,"epp":"{none}","rdap":"{none}"}}],
            "epp":[{{"kind":"domain:create","times":"{slow}"}},{{"kind":"domain:check","times":"{fast}"}}],
            "rdap":[{{"kind":"domain","times":"{fast}"}}],
            "registrars":[{{"clid":"a","session":0,"query":{checks},"transform":0}},
            {{"clid":"b","session":1,"query":0,"transform":{creates}}}],"batch_size":"{fast}","sync":"{slow}"}}"#,
            none = times(&[])
        );
        Sample::read(simd_json::to_owned_value(&mut json.into_bytes()).expect("JSON")).expect("a sample")
    }

    #[test]
    fn a_view_is_what_came_between() {
        let view = View::between(Some(&sample(10_000_000, 100, 10)), &sample(12_000_000, 1_000, 110));
        assert_eq!((view.commands[0].kind.as_str(), view.commands[0].rate), ("domain:check", 450.0));
        assert_eq!((view.commands[0].share, view.commands[1].rate), (90.0, 50.0));
        assert_eq!(view.registrars.iter().map(|row| row.share).collect::<Vec<_>>(), [90.0, 10.0]);
        assert!(view.commands.iter().all(|row| row.p50.abs_diff(row.max) * 100 <= row.max), "one value each");
        assert_eq!((view.ledger.waiting, view.ledger.commits, view.shards[1].epp_rate), (1, 450.0, 0.0));
        let text = view.text();
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[0].starts_with("up 00:00:12, 2 shards, 2.0 s: EPP 500/s on 3 sessions, RDAP 450/s"), "{text}");
        for line in [
            "  domain:check    450   90.0 %  50.2 µs  50.2 µs  50.2 µs  50.2 µs",
            "0             3    500  2.01 ms     450  50.2 µs          1",
            "changed records in memory 3.0 MiB, log since the last checkpoint 2.0 KiB",
            "a           450  90.0 %        450           0.0",
        ] {
            assert!(!line.is_empty() && text.contains(line), "{line}\n{text}");
        }
        assert!(!text.contains('\x1b'));
    }

    #[test]
    fn after_a_restart_all_there_is_came_since() {
        let (old, new) = (sample(10_000_000, 100, 10), sample(1_000_000, 7, 0));
        assert!(!new.is_of_the_same_run(&old));
        assert_eq!(View::between(None, &new).epp.rate, 7.0);
    }

    #[test]
    fn times_octets_and_ages_for_people() {
        assert_eq!(
            [0, 64, 1_234, 45_600, 4_560_000, 12_000_000_000].map(span),
            ["-", "0.06 µs", "1.23 µs", "45.6 µs", "4.56 ms", "12.0 s"]
        );
        assert_eq!([1023, 1536, 5 << 30].map(octets), ["1023 B", "1.5 KiB", "5.0 GiB"]);
        assert_eq!([61, 90_061].map(age), ["00:01:01", "1 d 01:01:01"]);
    }
}
