//! `domesday escrow check`: a deposit of any make, judged by its schemas and by the rules of ICANN's tests.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, IsTerminal as _, Read, Write as _};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use clap::{Args, Subcommand};
use serde::Serialize;

use super::admin::print;
use super::exit::CliError;
use crate::escrow::csv::{Files, Reader};
use crate::escrow::xml::Event;
use crate::escrow::{Checker, Finding};
use crate::runtime::clock;

/// `escrow`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum EscrowCommand {
    /// Judge a deposit of any make: its schemas (RFC 8909, RFC 9022) and the rules of ICANN's tests (rde-01 to rde-15).
    ///
    /// FILE is the XML of a deposit, decrypted; CSV files that it names lie beside it. Each finding is a line with its place, its rule, and what was
    /// expected and found. Exit code 0: nothing is wrong; 1: something is; 2: the file cannot be read to its end.
    #[command(
        after_help = "Examples:\n  domesday escrow check example_2026-11-29_full_S1_R0.xml\n  domesday escrow check deposit.xml --json | jq .summary"
    )]
    Check(CheckArgs),
}

/// `escrow check`.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct CheckArgs {
    /// The deposit.
    file: PathBuf,
    /// Where records of CSV files are sorted that stand in no order and do not fit into memory; default: the system's folder for
    /// temporary files. They lie there in files without a name, as they are.
    #[arg(long, value_name = "DIR")]
    spill: Option<PathBuf>,
    /// Findings as JSON, one a line, and a summary as the last line.
    #[arg(long)]
    json: bool,
    /// Findings that are printed; the others are counted.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    most: usize,
}

/// How often progress is told on a terminal.
const BETWEEN: Duration = Duration::from_millis(200);
/// Octets read at a time.
const BUFFER: usize = 1 << 20;

/// A finding as people and programs read it.
#[derive(Serialize)]
struct Row<'f> {
    /// The CSV file; `None`: the XML.
    file: Option<&'f str>,
    line: u64,
    rule: &'f str,
    object: &'f str,
    problem: String,
}

/// What was found in all.
#[derive(Default, Serialize)]
struct Summary {
    file: String,
    findings: u64,
    objects: u64,
    deletes: u64,
    ended: bool,
}

struct Report<'a> {
    args: &'a CheckArgs,
    summary: Summary,
    progress: Progress,
}

impl Report<'_> {
    fn tell(&mut self, row: &Row<'_>) -> Result<(), CliError> {
        self.summary.findings += 1;
        if self.summary.findings > self.args.most as u64 {
            return Ok(());
        }
        self.progress.clear();
        let text = match self.args.json {
            true => simd_json::to_string(row).expect("texts and a number are JSON"),
            false => {
                let place = match (row.file, row.line) {
                    (_, 0) => "the deposit".to_owned(),
                    (Some(file), line) => format!("{file} line {line}"),
                    (None, line) => format!("line {line}"),
                };
                let object = if row.object.is_empty() { String::new() } else { format!("{}: ", row.object) };
                format!("{place}: {object}{} ({})", row.problem, row.rule)
            }
        };
        print(&format!("{text}\n"))
    }

    fn findings(&mut self, findings: Vec<Finding>) -> Result<(), CliError> {
        for Finding { case, file, line, object, problem } in findings {
            self.tell(&Row { file: file.as_deref(), line, rule: case.name(), object: &object, problem })?;
        }
        Ok(())
    }
}

/// Checks, prints, and says by the exit code what came of it.
///
/// # Errors
/// Standard output.
pub(super) fn run(args: &CheckArgs) -> Result<u8, CliError> {
    match check(args) {
        Err(error @ CliError::File { .. }) => {
            // When nobody hears it, the exit code still says it.
            let _ = writeln!(io::stderr(), "domesday: {error}");
            Ok(2)
        }
        outcome => outcome,
    }
}

fn check(args: &CheckArgs) -> Result<u8, CliError> {
    let failed = |error| CliError::File { path: args.file.clone(), error };
    let amount = Amount::default();
    let xml = amount.open(&args.file).map_err(failed)?;
    let mut report = Report { args, summary: Summary::default(), progress: Progress::new() };
    report.summary.file = shown(&args.file);
    let beside = Beside { dir: args.file.parent().unwrap_or(Path::new("")).to_owned(), amount: amount.clone() };
    let spill = args.spill.clone().unwrap_or_else(std::env::temp_dir);
    let reader = Reader::new(BufReader::with_capacity(BUFFER, xml), beside, &spill);
    let mut checker = None;
    for placed in reader {
        let placed = placed.map_err(failed)?;
        checker.iter_mut().for_each(|checker: &mut Checker| checker.in_file(placed.file.as_ref()));
        match placed.event {
            Event::Begin(deposit) => checker = Some(Checker::new(deposit, clock::wall())),
            Event::Fault(fault) => {
                let found = if fault.found.is_empty() { "nothing".to_owned() } else { format!("{:?}", fault.found) };
                let problem = format!("expected {}, found {found}", fault.expected);
                let file = placed.file.as_deref();
                report.tell(&Row {
                    file,
                    line: fault.line,
                    rule: fault.rule.name(),
                    object: &fault.element,
                    problem,
                })?;
            }
            Event::Header(header) => checker.iter_mut().for_each(|checker| checker.header(header.clone())),
            Event::Delete(_) => report.summary.deletes += 1,
            Event::Object(object) => {
                report.summary.objects += 1;
                checker.iter_mut().for_each(|checker| checker.object(placed.line, &object));
            }
            Event::Csv(definitions) => checker.iter_mut().for_each(|checker| checker.csv(&definitions)),
            Event::End => report.summary.ended = true,
        }
        if let Some(checker) = &mut checker {
            report.findings(checker.take())?;
        }
        report.progress.at(&amount, report.summary.objects);
    }
    if let Some(checker) = checker.filter(|_| report.summary.ended) {
        report.findings(checker.finish())?;
    }
    report.progress.clear();
    let summary = report.summary;
    let said = match args.json {
        true => format!("{{\"summary\":{}}}\n", simd_json::to_string(&summary).expect("texts and numbers are JSON")),
        false => format!(
            "{}: {} findings in {} objects and {} deletes{}\n",
            summary.file,
            summary.findings,
            summary.objects,
            summary.deletes,
            if summary.ended { "" } else { "; the file was not read to its end" }
        ),
    };
    print(&said)?;
    Ok(match (summary.ended, summary.findings) {
        (false, _) => 2,
        (true, 0) => 0,
        (true, _) => 1,
    })
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Octets that there are to be read, as far as is known, and that have been.
#[derive(Clone, Default)]
struct Amount {
    size: Rc<Cell<u64>>,
    read: Rc<Cell<u64>>,
}

impl Amount {
    fn open(&self, path: &Path) -> io::Result<Counted> {
        let inner = File::open(path)?;
        self.size.set(self.size.get() + inner.metadata()?.len());
        Ok(Counted { inner, read: self.read.clone() })
    }
}

/// Counts what is read of a file.
struct Counted {
    inner: File,
    read: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buf)?;
        self.read.set(self.read.get() + read as u64);
        Ok(read)
    }
}

/// The CSV files in the folder of the XML.
struct Beside {
    dir: PathBuf,
    amount: Amount,
}

impl Files for Beside {
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Read>>> {
        let path = self.dir.join(name);
        match self.amount.open(&path) {
            Ok(file) => Ok(Some(Box::new(file))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            // The file that is told is the deposit's.
            Err(error) => Err(io::Error::new(error.kind(), format!("{}: {error}", path.display()))),
        }
    }
}

/// A line on the terminal that says how far it is, where there is one.
struct Progress {
    began: Instant,
    told: Option<Instant>,
    is_shown: bool,
}

impl Progress {
    fn new() -> Self {
        Self { began: Instant::now(), told: None, is_shown: io::stderr().is_terminal() }
    }

    fn at(&mut self, amount: &Amount, objects: u64) {
        if !self.is_shown || self.told.is_some_and(|told| told.elapsed() < BETWEEN) || self.began.elapsed() < BETWEEN {
            return;
        }
        self.told = Some(Instant::now());
        let percent = (amount.read.get() * 100).checked_div(amount.size.get()).unwrap_or(100);
        let bar = "#".repeat(percent as usize / 5);
        // Nobody is harmed when it cannot be shown.
        let _ = write!(io::stderr(), "\r[{bar:<20}] {percent:>3} %, {objects} objects");
    }

    fn clear(&mut self) {
        if self.told.take().is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
