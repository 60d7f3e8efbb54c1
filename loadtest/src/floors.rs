//! `floor`: what this machine takes for exchanges and for durable writes when nobody does anything else with them; and the
//! floor of a run, to be kept with its results.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use domesday::runtime::probe::raise_limits;
use domesday_loadtest::floor::{self, Conditions, Exchange, Found, Kind, OCTETS_MAX, disk};
use serde::Serialize;

use crate::results::{Floor, Machine, Packed, Results, packed};

/// The form of the file; another one is another number.
const FORMAT: u32 = 1;
/// How long each floor of a run is measured.
const OF_A_RUN: Duration = Duration::from_secs(3);

/// `floor`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct FloorArgs {
    /// Octets of a request, with its EPP header.
    #[arg(long, value_name = "OCTETS", default_value_t = 700, value_parser = octets(OCTETS_MAX), conflicts_with = "like")]
    request: u64,
    /// Octets of an answer, with its EPP header.
    #[arg(long, value_name = "OCTETS", default_value_t = 1100, value_parser = octets(OCTETS_MAX), conflicts_with = "like")]
    answer: u64,
    /// Results (JSON) whose mean sizes of command and answer are taken instead, and their sessions too; 1 session when their
    /// rate was given, since nobody waits for others then.
    #[arg(long, value_name = "RESULTS.json")]
    like: Option<PathBuf>,
    /// Sessions, each with one request under way [default: 16, or as --like says].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    sessions: Option<u16>,
    /// Seconds that each floor is measured.
    #[arg(long, value_name = "S", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    duration: u32,
    /// The servers' core [default: the first that this process may use].
    #[arg(long, value_name = "N")]
    server_core: Option<usize>,
    /// The client's core, which it keeps busy [default: the last].
    #[arg(long, value_name = "N")]
    client_core: Option<usize>,
    /// Measure writing and syncing too, in a file of this directory that is removed afterwards.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Octets of each write, rounded up to whole blocks of the log (4096).
    #[arg(long, value_name = "OCTETS", default_value_t = 4096, value_parser = octets(disk::WRITE_MAX), requires = "dir")]
    sync_bytes: u64,
    /// Write what was found as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

fn octets(most: usize) -> clap::builder::RangedU64ValueParser {
    clap::value_parser!(u64).range(1..=most as u64)
}

/// What is written with `--json`. Times are in nanoseconds.
#[derive(Serialize)]
struct Report {
    format: u32,
    /// Name and version of the tester.
    tester: String,
    /// What it was built from.
    commit: String,
    machine: Machine,
    duration_ms: u64,
    server_core: usize,
    client_core: usize,
    echo: Vec<Echo>,
    disk: Option<Disk>,
}

#[derive(Serialize)]
struct Echo {
    #[serde(flatten)]
    floor: Floor,
    /// How often the server's thread lost or gave up its core, in all.
    switches: u64,
    /// The share of the time that it had one.
    busy: f64,
    handshakes: Packed,
}

#[derive(Serialize)]
struct Disk {
    dir: PathBuf,
    /// Octets of each write.
    octets: usize,
    /// Writes a second, one after the other.
    rate: u64,
    /// The directory is in memory: nothing in it is durable.
    in_memory: bool,
    times: Packed,
}

/// Measures and prints.
///
/// # Errors
/// What cannot be measured or written.
pub(crate) fn run(args: &FloorArgs) -> Result<(), String> {
    let like = args.like.as_deref().map(Results::read).transpose()?;
    let conditions = args.conditions(like.as_ref())?;
    conditions.check().map_err(|error| error.to_string())?;
    if let Some(path) = args.json.as_deref().filter(|path| !can_be_written(path)) {
        return Err(format!("{} cannot be written there", path.display()));
    }
    if let Some(dir) = args.dir.as_deref().filter(|dir| !dir.is_dir()) {
        return Err(format!("{}: expected a directory, the log's for instance", dir.display()));
    }
    raise_limits();
    print!("{}", head(&conditions));
    let mut echo = Vec::new();
    for kind in Kind::ALL {
        let found = floor::measure_one(kind, &conditions).map_err(|error| error.to_string())?;
        println!("{}", row(&found));
        echo.push(Echo {
            floor: Floor::of(&found).map_err(|error| error.to_string())?,
            switches: found.usage.switches,
            busy: found.busy(),
            handshakes: packed(&found.handshakes)?,
        });
    }
    let duration = conditions.duration;
    let measured = args.dir.as_deref().map(|dir| disk::measure(dir, args.sync_bytes as usize, duration)).transpose();
    let disk = match (&args.dir, measured.map_err(|error| error.to_string())?) {
        (Some(dir), Some(found)) => {
            println!("{}", disk_text(dir, &found));
            let (octets, rate, in_memory) = (found.octets, found.rate().round() as u64, found.in_memory);
            Some(Disk { dir: dir.clone(), octets, rate, in_memory, times: packed(&found.times)? })
        }
        _ => None,
    };
    let Some(path) = &args.json else { return Ok(()) };
    let report = Report {
        format: FORMAT,
        tester: concat!("domesday-loadtest ", env!("CARGO_PKG_VERSION")).to_owned(),
        commit: env!("DOMESDAY_COMMIT").to_owned(),
        machine: Machine::here(),
        duration_ms: u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
        server_core: conditions.server_core,
        client_core: conditions.client_core,
        echo,
        disk,
    };
    let json = simd_json::to_string(&report).map_err(|error| error.to_string())?;
    std::fs::write(path, json).map_err(|error| format!("{}: {error}", path.display()))
}

/// The floor of a run that has ended: as many octets as its commands and answers had, from as many sessions where each sent
/// as soon as it could; from one where the rate was given, since nobody waited for others then.
///
/// # Errors
/// A run without an answer; what cannot be measured.
pub(crate) fn measure(results: &Results) -> Result<Floor, String> {
    let (server_core, client_core) = Conditions::cores();
    let (exchange, sessions) = like(results)?;
    let conditions = Conditions { exchange, sessions, duration: OF_A_RUN, server_core, client_core };
    let found = floor::measure(&conditions).map_err(|error| error.to_string())?;
    Floor::of(&found).map_err(|error| error.to_string())
}

/// The mean sizes of a run, rounded, and the sessions of its floor.
fn like(results: &Results) -> Result<(Exchange, usize), String> {
    let traffic = results.traffic.filter(|traffic| traffic.answered > 0);
    let traffic = traffic.ok_or("these results do not tell how many octets commands and answers had")?;
    let mean = |sum: u64| ((sum + traffic.answered / 2) / traffic.answered) as usize;
    let exchange = Exchange { request: mean(traffic.asked_octets), answer: mean(traffic.answered_octets) };
    let sessions = match (results.is_closed_loop(), results.run.askers) {
        (false, _) => 1,
        // An older file tells of sessions of EPP only.
        (true, 0) => results.served.iter().map(|served| served.sessions as usize).sum(),
        (true, askers) => askers as usize,
    };
    Ok((exchange, sessions))
}

impl FloorArgs {
    fn conditions(&self, results: Option<&Results>) -> Result<Conditions, String> {
        let (first, last) = Conditions::cores();
        let plain = Exchange { request: self.request as usize, answer: self.answer as usize };
        let (exchange, sessions) = results.map_or(Ok((plain, 16)), like)?;
        Ok(Conditions {
            exchange,
            sessions: self.sessions.map_or(sessions, usize::from),
            duration: Duration::from_secs(self.duration.into()),
            server_core: self.server_core.unwrap_or(first),
            client_core: self.client_core.unwrap_or(last),
        })
    }
}

fn can_be_written(path: &Path) -> bool {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    !path.is_dir() && folder.is_none_or(Path::is_dir)
}

fn head(conditions: &Conditions) -> String {
    let Conditions { exchange: Exchange { request, answer }, sessions, duration, server_core, client_core } =
        conditions;
    let mut text = format!(
        "TLS echo: {request} octets in, {answer} out; sessions: {sessions}; {duration:?} each; servers on core {server_core}, \
         client on core {client_core}\n"
    );
    if server_core == client_core {
        text += "one core for both: they wait for each other, and the figures tell little\n";
    }
    let _ = writeln!(
        text,
        "{:<22}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}{:>7}{:>14}",
        "server", "per s", "p50 µs", "p99 µs", "p99.9 µs", "max µs", "CPU µs", "switches", "busy", "handshake µs"
    );
    text
}

fn row(found: &Found) -> String {
    let micros = |nanos: u64| nanos as f64 / 1000.0;
    let at = |quantile| micros(found.round_trips.value_at_quantile(quantile));
    format!(
        "{:<22}{:>10.0}{:>10.1}{:>10.1}{:>10.1}{:>10.1}{:>10.2}{:>10.3}{:>7.2}{:>14.0}",
        found.kind.name(),
        found.rate(),
        at(0.5),
        at(0.99),
        at(0.999),
        micros(found.round_trips.max()),
        found.cpu_per_exchange().as_nanos() as f64 / 1000.0,
        found.switches_per_exchange(),
        found.busy(),
        micros(found.handshakes.value_at_quantile(0.5)),
    )
}

fn disk_text(dir: &Path, found: &disk::Found) -> String {
    let micros = |nanos: u64| nanos as f64 / 1000.0;
    let at = |quantile| micros(found.times.value_at_quantile(quantile));
    let mut text = format!(
        "write + fdatasync of {} octets in {}, one after the other: {} writes, {:.0} per s, p50 {:.1} µs, p99 {:.1} µs, \
         max {:.1} µs",
        found.octets,
        dir.display(),
        found.writes,
        found.rate(),
        at(0.5),
        at(0.99),
        micros(found.times.max())
    );
    if found.in_memory {
        text += "; this directory is in memory, where nothing is durable";
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;
    use simd_json::prelude::*;

    use crate::args::{Args, Command};
    use crate::results::{Served, Traffic, sample};

    fn parsed(more: &[&str]) -> Result<FloorArgs, clap::error::ErrorKind> {
        let args = Args::try_parse_from(["domesday-loadtest", "floor"].iter().chain(more));
        match args.map_err(|error| error.kind())?.command {
            Some(Command::Floor(args)) => Ok(args),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_not_given_is_the_default_and_what_cannot_be_is_refused() {
        let conditions = |more: &[&str]| parsed(more).expect("good").conditions(None).expect("given");
        let (server_core, client_core) = Conditions::cores();
        let exchange = Exchange { request: 700, answer: 1100 };
        let duration = Duration::from_secs(5);
        let default = Conditions { exchange, sessions: 16, duration, server_core, client_core };
        assert_eq!(conditions(&[]), default);
        let given = ["--request", "9", "--answer", "8", "--sessions", "7", "--duration", "6", "--server-core", "5"];
        let exchange = Exchange { request: 9, answer: 8 };
        let expected =
            Conditions { exchange, sessions: 7, duration: Duration::from_secs(6), server_core: 5, client_core: 4 };
        assert_eq!(conditions(&[&given[..], &["--client-core", "4"]].concat()), expected);
        use clap::error::ErrorKind::{ArgumentConflict, MissingRequiredArgument, ValueValidation};
        for (wrong, kind) in [
            (&["--request", "0"][..], ValueValidation),
            (&["--answer", "1048577"], ValueValidation),
            (&["--sessions", "0"], ValueValidation),
            (&["--like", "x", "--answer", "1"], ArgumentConflict),
            (&["--sync-bytes", "1"], MissingRequiredArgument),
        ] {
            assert_eq!(parsed(wrong).map(drop), Err(kind), "{wrong:?}");
        }
    }

    #[test]
    fn a_run_has_the_floor_of_its_mean_octets_and_of_its_sessions_where_they_waited_for_each_other() {
        let mut results = sample(1);
        results.traffic = None;
        assert!(like(&results).expect_err("no octets").contains("octets"));
        let traffic = Traffic { answered: 3, asked_octets: 1001, answered_octets: 2000, tester_cpu_ns: Some(1) };
        results.traffic = Some(traffic);
        assert_eq!(like(&results), Ok((Exchange { request: 334, answer: 667 }, 1)));
        let served = |clid: &str, sessions| Served { clid: clid.into(), sessions, answered: 1 };
        results.served = vec![served("a", 5), served("b", 7)];
        results.run.askers = 0;
        assert_eq!(like(&results), Ok((Exchange { request: 334, answer: 667 }, 12)), "as an older file tells");
        results.run.askers = 8;
        assert_eq!(like(&results), Ok((Exchange { request: 334, answer: 667 }, 8)), "readers of RDAP, not sessions");
        let args = parsed(&["--like", "x", "--sessions", "2"]).expect("good");
        assert_eq!(args.conditions(Some(&results)).map(|conditions| conditions.sessions), Ok(2));
    }

    #[test]
    fn every_floor_stands_in_the_file() {
        let folder = tempfile::tempdir().expect("a directory");
        let json = folder.path().join("floor.json");
        let dir = folder.path().join("log");
        std::fs::create_dir(&dir).expect("new");
        let text = |path: &Path| path.display().to_string();
        let (file, data) = (text(&json), text(&dir));
        let more = ["--sessions", "2", "--duration", "1", "--dir", &data, "--sync-bytes", "5000", "--json", &file];
        run(&parsed(&more).expect("good")).expect("measured");
        assert_eq!(std::fs::read_dir(&dir).expect("there").count(), 0, "nothing stays behind");
        let mut read = std::fs::read(&json).expect("written");
        let report = simd_json::to_owned_value(&mut read).expect("JSON");
        let echo = report.get_array("echo").expect("a list");
        assert_eq!(echo.len(), 3);
        for one in echo {
            let number = |key: &str| one.get_u64(key).unwrap_or_else(|| panic!("{key} in {one}"));
            assert_eq!((number("request"), number("answer"), number("sessions")), (700, 1100, 2));
            let count = one.get("times").and_then(|times| times.get_u64("count")).expect("a count");
            assert!(number("rate") > 0 && number("cpu_ns") > 0 && count > 0, "{one}");
            assert!(number("rate").abs_diff(count) <= count / 4, "a second was measured: {one}");
            assert_eq!(one.get("handshakes").and_then(|times| times.get_u64("count")), Some(2));
        }
        let disk = report.get("disk").expect("measured");
        assert_eq!(disk.get_u64("octets"), Some(8192));
        assert!(disk.get_u64("rate") > Some(0), "{disk}");
    }

    #[test]
    fn a_directory_that_is_not_there_is_told_before_anything_is_measured() {
        let begun = std::time::Instant::now();
        let refused = |more: &[&str]| run(&parsed(more).expect("good")).expect_err("refused");
        assert_eq!(
            refused(&["--dir", "/nonexistent/log", "--duration", "60"]),
            "/nonexistent/log: expected a directory, the log's for instance"
        );
        let refusal = refused(&["--json", "/nonexistent/floor.json", "--duration", "60"]);
        assert_eq!(refusal, "/nonexistent/floor.json cannot be written there");
        assert!(refused(&["--like", "/nonexistent/results.json"]).contains("No such file"));
        assert!(begun.elapsed() < Duration::from_secs(30));
    }
}
