//! What the meters hold, whole, for those who look at them again and again and want what came between: histograms in the V2
//! encoding of HdrHistogram, which any of its libraries reads.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::serialization::{Serializer, V2Serializer};
use serde::Serialize;

use super::{LATENCIES, Meters, RdapKind, Reading, STRANGER};
use crate::model::command_kind::{CommandClass, CommandKind};

/// Everything that is counted since the start.
#[derive(Debug, Serialize)]
pub(in crate::node) struct MeterView {
    shards: Vec<ShardView>,
    /// Times of all shards together, by kind.
    epp: Vec<TimesView>,
    rdap: Vec<TimesView>,
    registrars: Vec<RegistrarView>,
    /// Commands of group commits (HdrHistogram, V2, base64).
    batch_size: String,
    /// Nanoseconds that they waited for the disk, the same.
    sync: String,
}

/// One shard.
#[derive(Debug, Serialize)]
struct ShardView {
    shard: usize,
    epp_sessions: usize,
    /// Its commands that wait for the ledger.
    waiting: u64,
    /// Nanoseconds of EPP commands and of RDAP queries, of all kinds (HdrHistogram, V2, base64).
    epp: String,
    rdap: String,
}

/// Answers of one kind.
#[derive(Debug, Serialize)]
struct TimesView {
    kind: &'static str,
    /// Nanoseconds (HdrHistogram, V2, base64).
    times: String,
}

/// Commands of one registrar, by class.
#[derive(Debug, Serialize)]
struct RegistrarView {
    clid: String,
    session: u64,
    query: u64,
    transform: u64,
}

/// What the meters hold now. `sessions` are the EPP connections of each shard.
pub(in crate::node) fn view(meters: &Meters, sessions: &[usize]) -> MeterView {
    let read = meters.read();
    let none = || Reading::none(LATENCIES);
    let all = |readings: &[Reading]| readings.iter().fold(none(), with);
    let mut epp = vec![none(); STRANGER + 1];
    let mut rdap = vec![none(); RdapKind::ALL.len()];
    let mut shards = Vec::new();
    for (shard, ((of_epp, of_rdap), meter)) in read.shards.iter().zip(meters.shards()).enumerate() {
        epp.iter_mut().zip(of_epp).for_each(|(sum, reading)| sum.add(reading));
        rdap.iter_mut().zip(of_rdap).for_each(|(sum, reading)| sum.add(reading));
        shards.push(ShardView {
            shard,
            epp_sessions: sessions.get(shard).copied().unwrap_or_default(),
            waiting: meter.waiting_now(),
            epp: encoded(&all(of_epp)),
            rdap: encoded(&all(of_rdap)),
        });
    }
    let epp_kinds = CommandKind::ALL.iter().map(|kind| kind.name()).chain([CommandClass::Stranger.name()]);
    let registrars = meters.by_registrar().into_iter().map(|(clid, [session, query, transform, _])| RegistrarView {
        clid,
        session,
        query,
        transform,
    });
    MeterView {
        shards,
        epp: times(epp_kinds, &epp),
        rdap: times(RdapKind::ALL.into_iter().map(RdapKind::name), &rdap),
        registrars: registrars.collect(),
        batch_size: encoded(&read.batch),
        sync: encoded(&read.sync),
    }
}

fn with(mut sum: Reading, reading: &Reading) -> Reading {
    sum.add(reading);
    sum
}

fn times(kinds: impl Iterator<Item = &'static str>, readings: &[Reading]) -> Vec<TimesView> {
    let some = kinds.zip(readings).filter(|(_, reading)| reading.count() > 0);
    some.map(|(kind, reading)| TimesView { kind, times: encoded(reading) }).collect()
}

/// A histogram as text.
pub(in crate::node) fn encoded(reading: &Reading) -> String {
    let mut octets = Vec::new();
    V2Serializer::new().serialize(&reading.histogram(), &mut octets).expect("a vector takes what is written");
    STANDARD.encode(octets)
}
