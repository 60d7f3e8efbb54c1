//! One admin command for each line of a list: several at a time, with progress, and a line that says what came of each.

use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal, Read, Write};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use simd_json::OwnedValue;
use simd_json::prelude::*;

use super::admin::Connection;
use super::exit::CliError;
use super::table;
use crate::node::admin::AdminRequest;

/// Connections at one time; a commit takes many commands.
const CONNECTIONS: usize = 8;
/// How often progress is said.
const PROGRESS: Duration = Duration::from_secs(1);

/// The names of a list: those on the command line, and the lines of a file or of standard input (`-`). A line ends with its
/// comment (`#`); blank ones count for nothing, and one that is named again neither.
pub(super) fn names(given: &[String], file: Option<&Path>) -> Result<Vec<String>, CliError> {
    let mut names = given.to_vec();
    if let Some(path) = file {
        let mut text = String::new();
        let read = match path == Path::new("-") {
            true => std::io::stdin().lock().read_to_string(&mut text),
            false => std::fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text)),
        };
        read.map_err(CliError::file(path))?;
        names.extend(lines(&text));
    }
    let mut known = std::collections::HashSet::new();
    names.retain(|name| known.insert(name.clone()));
    if names.is_empty() {
        return Err(CliError::Usage("name at least one object, or give a --file that does".into()));
    }
    Ok(names)
}

fn lines(text: &str) -> impl Iterator<Item = String> {
    // Editors of some systems begin a file with a byte order mark.
    let words =
        text.trim_start_matches('\u{feff}').lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    words.filter(|word| !word.is_empty()).map(str::to_owned)
}

/// What came of a batch.
#[derive(Default)]
struct Outcomes {
    /// By the place of the name in the list, until all before it are printed.
    waiting: BTreeMap<usize, String>,
    printed: usize,
    refused: usize,
}

/// Sends `request` for each name and prints a line of what came of it, in the order of the list. The exit code: 0 when all were done, else 1.
pub(super) fn run(
    socket: &Path,
    (names, json): (&[String], bool),
    request: impl Fn(&str) -> AdminRequest + Sync,
) -> Result<u8, CliError> {
    let (next, outcomes, began) = (AtomicUsize::new(0), Mutex::new(Outcomes::default()), Instant::now());
    let failure = Mutex::new(None);
    let watched = std::io::stderr().is_terminal() || names.len() > 1000;
    std::thread::scope(|scope| {
        for _ in 0..CONNECTIONS.min(names.len()) {
            scope.spawn(|| {
                let work = || {
                    let mut connection = Connection::open(socket.to_owned())?;
                    while let Some((place, name)) = take(&next, names) {
                        match connection.ask(&request(name)) {
                            Err(error) if !matches!(error, CliError::Refused { .. }) => return Err(error),
                            outcome => said(&outcomes, place, line(name, outcome, json)),
                        }
                    }
                    Ok(())
                };
                if let Err(error) = work() {
                    failure.lock().expect("no thread panics").get_or_insert(error);
                    next.store(names.len(), Ordering::Relaxed);
                }
            });
        }
        if watched {
            scope.spawn(|| progress(&next, names.len(), began));
        }
    });
    if let Some(error) = failure.into_inner().expect("no thread panics") {
        return Err(error);
    }
    let refused = outcomes.into_inner().expect("no thread panics").refused;
    let done = names.len() - refused;
    eprintln!("{done} done, {refused} refused, in {:.1} s", began.elapsed().as_secs_f64());
    Ok(u8::from(refused > 0))
}

fn take<'n>(next: &AtomicUsize, names: &'n [String]) -> Option<(usize, &'n str)> {
    let place = next.fetch_add(1, Ordering::Relaxed);
    names.get(place).map(|name| (place, name.as_str()))
}

/// What came of one: whether it is a refusal, and the line to print, which with `json` is an object.
fn line(name: &str, outcome: Result<OwnedValue, CliError>, json: bool) -> (bool, String) {
    match (outcome, json) {
        (Ok(_), false) => (false, format!("{}: done", table::printable(name))),
        (Err(refusal), false) => (true, format!("{}: {refusal}", table::printable(name))),
        (Ok(answer), true) => (false, simd_json::json!({ "name": name, "ok": answer }).encode()),
        (Err(refusal), true) => {
            let CliError::Refused { code, message } = refusal else { return (true, String::new()) };
            (true, simd_json::json!({ "name": name, "error": { "code": code, "message": message } }).encode())
        }
    }
}

fn said(outcomes: &Mutex<Outcomes>, place: usize, (refused, line): (bool, String)) {
    let mut outcomes = outcomes.lock().expect("no thread panics");
    outcomes.refused += usize::from(refused);
    outcomes.waiting.insert(place, line);
    let mut out = std::io::stdout().lock();
    while let Some(line) = {
        let printed = outcomes.printed;
        outcomes.waiting.remove(&printed)
    } {
        outcomes.printed += 1;
        // Whoever reads our output may have read enough; the commands go on.
        let _ = writeln!(out, "{line}");
    }
}

fn progress(next: &AtomicUsize, all: usize, began: Instant) {
    let mut said = Instant::now();
    while next.load(Ordering::Relaxed) < all {
        std::thread::sleep(Duration::from_millis(50));
        if said.elapsed() >= PROGRESS {
            said = Instant::now();
            let sent = next.load(Ordering::Relaxed).min(all);
            eprintln!("{sent} of {all}, {:.0} a second", sent as f64 / began.elapsed().as_secs_f64());
        }
    }
}

/// Asks on the terminal before something great is done; `yes` answers for it.
pub(super) fn confirm(question: &str, yes: bool) -> Result<(), CliError> {
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(CliError::Usage(format!("{question} Say --yes to do it, or --dry-run to see what would be done")));
    }
    eprint!("{question} [y/N] ");
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).map_err(CliError::Terminal)?;
    match answer.trim() {
        "y" | "Y" | "yes" => Ok(()),
        _ => Err(CliError::Usage("nothing was done".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_a_name_a_line() {
        let found: Vec<String> = lines("\u{feff}a.test\n# a comment\n\n  b.test # why\r\n#\nc.test").collect();
        assert_eq!(found, ["a.test", "b.test", "c.test"]);
        assert!(names(&[], None).is_err());
        assert_eq!(names(&["a.test".into(), "a.test".into()], None).expect("one"), ["a.test"]);
    }
}
