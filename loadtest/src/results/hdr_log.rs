//! Results as an interval log of HdrHistogram, which HistogramLogAnalyzer and its like read.
//!
//! Values are nanoseconds. The column for the longest one is in milliseconds, as all tools write it; each command is a tag.

use std::time::{Duration, UNIX_EPOCH};

use hdrhistogram::serialization::V2DeflateSerializer;
use hdrhistogram::serialization::interval_log::{IntervalLogWriterBuilder, Tag};

use super::Results;

const NANOS_PER_MS: f64 = 1e6;

/// The log.
///
/// # Errors
/// A histogram that is damaged.
pub(crate) fn write(results: &Results) -> Result<Vec<u8>, String> {
    let run = &results.run;
    let started = UNIX_EPOCH + Duration::from_millis(run.started_ms);
    let (mut log, mut serializer) = (Vec::new(), V2DeflateSerializer::new());
    let mut writer = IntervalLogWriterBuilder::new()
        .add_comment(&format!("[Logged with {} ({})]", run.tester, run.commit))
        .add_comment(&format!("[{} to {}, started {}]", run.scenario, run.target, run.started()))
        .add_comment("[Histogram log format version 1.3]")
        .with_start_time(started)
        .with_base_time(started)
        .with_max_value_divisor(NANOS_PER_MS)
        .begin_log_with(&mut log, &mut serializer)
        .map_err(|error| error.to_string())?;
    for point in &results.timeline {
        let (start, length) = (Duration::from_millis(point.start_ms), Duration::from_millis(point.length_ms));
        for slice in &point.commands {
            let times = slice.times.unpack().map_err(|error| error.to_string())?;
            // A tag holds no space and no comma.
            let tag = slice.command.replace([' ', ',', '\r', '\n'], "-");
            let written = writer.write_histogram(times.histogram(), start, length, Tag::new(&tag));
            written.map_err(|error| error.to_string())?;
        }
    }
    Ok(log)
}

#[cfg(test)]
mod tests {
    use hdrhistogram::Histogram;
    use hdrhistogram::serialization::Deserializer;
    use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};

    use base64::Engine as _;

    use super::super::tests::sample;
    use super::*;

    #[test]
    fn the_library_that_reads_such_logs_reads_ours() {
        let results = sample(1);
        let log = write(&results).expect("a log");
        let (mut starts, mut counts, mut longest) = (0, std::collections::BTreeMap::<String, u64>::new(), 0.0_f64);
        let mut last = Duration::ZERO;
        for entry in IntervalLogIterator::new(&log) {
            match entry.expect("a log that is read") {
                LogEntry::StartTime(at) | LogEntry::BaseTime(at) => {
                    assert_eq!(at.as_millis() as u64, results.run.started_ms);
                    starts += 1;
                }
                LogEntry::Interval(interval) => {
                    assert!(interval.start_timestamp() >= last, "in order");
                    last = interval.start_timestamp();
                    let octets = base64::engine::general_purpose::STANDARD.decode(interval.encoded_histogram());
                    let octets = octets.expect("Base64");
                    let times: Histogram<u64> =
                        Deserializer::new().deserialize(&mut octets.as_slice()).expect("a histogram");
                    assert!((interval.max() - times.max() as f64 / NANOS_PER_MS).abs() < 0.001, "in milliseconds");
                    longest = longest.max(interval.max());
                    *counts.entry(interval.tag().expect("a tag").to_string()).or_default() += times.len();
                }
            }
        }
        assert_eq!(starts, 2);
        let expected = results.series.iter().map(|series| (series.command.replace(' ', "-"), series.times.count));
        assert_eq!(counts, expected.collect());
        let max = results.series.iter().map(|series| series.times.max_ns).max().unwrap_or_default();
        assert!((longest - max as f64 / NANOS_PER_MS).abs() < 0.001);
    }
}
