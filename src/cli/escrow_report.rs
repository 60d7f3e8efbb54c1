//! What `escrow check` prints: findings as they come, what was not checked, a summary, and progress meanwhile.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::admin::print;
use super::escrow_check::CheckArgs;
use super::exit::CliError;
use crate::escrow::pack::Wrapping;
use crate::escrow::{Case, Finding};

/// How often progress is told on a terminal.
const BETWEEN: Duration = Duration::from_millis(200);

/// A finding as people and programs read it.
#[derive(Serialize)]
pub(super) struct Row<'f> {
    /// The CSV file; `None`: the XML.
    pub(super) file: Option<&'f str>,
    pub(super) line: u64,
    /// The case of ICANN's tests.
    pub(super) case: &'f str,
    /// The rule of the schemas that is broken; of others, the case again.
    pub(super) rule: &'f str,
    pub(super) object: &'f str,
    pub(super) problem: String,
}

/// What was not judged, and why.
#[derive(Serialize)]
struct Unchecked {
    cases: Vec<&'static str>,
    why: String,
}

/// What was found in all.
#[derive(Default, Serialize)]
struct Summary {
    file: String,
    files: usize,
    findings: u64,
    objects: u64,
    deletes: u64,
    ended: bool,
    wrapping: String,
    signed_by: Vec<String>,
    not_checked: Vec<Unchecked>,
}

/// Prints findings, and keeps the summary.
pub(super) struct Report<'a> {
    args: &'a CheckArgs,
    summary: Summary,
    pub(super) progress: &'a Progress,
}

impl<'a> Report<'a> {
    pub(super) fn new(args: &'a CheckArgs, progress: &'a Progress) -> Self {
        let file = args.files.first().map(|path| path.display().to_string()).unwrap_or_default();
        Self { args, summary: Summary { file, files: args.files.len(), ..Summary::default() }, progress }
    }

    pub(super) fn tell(&mut self, row: &Row<'_>) -> Result<(), CliError> {
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
                let rule = if row.rule == row.case { String::new() } else { format!(", {}", row.rule) };
                format!("{place}: {object}{} ({}{rule})", row.problem, row.case)
            }
        };
        print(&format!("{text}\n"))
    }

    pub(super) fn findings(&mut self, findings: Vec<Finding>) -> Result<(), CliError> {
        for Finding { case, file, line, object, problem } in findings {
            let (file, name) = (file.as_deref(), case.name());
            self.tell(&Row { file, line, case: name, rule: name, object: &object, problem })?;
        }
        Ok(())
    }

    /// Says of cases that they were not judged.
    pub(super) fn unchecked(&mut self, cases: &[Case], why: &str) {
        let cases = cases.iter().map(|case| case.name()).collect();
        self.summary.not_checked.push(Unchecked { cases, why: why.to_owned() });
    }

    pub(super) fn wrapping(&mut self, wrapping: &Wrapping) {
        self.summary.wrapping = wrapping.sealing.as_ref().map(ToString::to_string).unwrap_or_default();
    }

    pub(super) fn signed(&mut self, by: &str) {
        self.summary.signed_by.push(by.to_owned());
    }

    pub(super) fn delete(&mut self) {
        self.summary.deletes += 1;
    }

    pub(super) fn object(&mut self) {
        self.summary.objects += 1;
        self.progress.objects.store(self.summary.objects, Ordering::Relaxed);
    }

    /// The XML was read to its end.
    pub(super) fn read(&mut self) {
        self.summary.ended = true;
    }

    /// The deposit was not read to its end after all.
    pub(super) fn unread(&mut self) {
        self.summary.ended = false;
    }

    pub(super) fn is_read(&self) -> bool {
        self.summary.ended
    }

    /// Prints the summary; the exit code.
    pub(super) fn end(self) -> Result<u8, CliError> {
        self.progress.clear();
        let summary = self.summary;
        let said = if self.args.json {
            format!("{{\"summary\":{}}}\n", simd_json::to_string(&summary).expect("texts and numbers are JSON"))
        } else {
            summary.text()
        };
        print(&said)?;
        Ok(match (summary.ended, summary.findings) {
            (false, _) => 2,
            (true, 0) => 0,
            (true, _) => 1,
        })
    }
}

impl Summary {
    fn text(&self) -> String {
        let mut text = String::new();
        for Unchecked { cases, why } in &self.not_checked {
            text += &format!("not checked: {}: {why}\n", cases.join(", "));
        }
        for by in &self.signed_by {
            text += &format!("signed by {by}\n");
        }
        if !self.wrapping.is_empty() {
            text += &format!("message: {}\n", self.wrapping);
        }
        let more = if self.files > 1 { format!(" and {} more", self.files - 1) } else { String::new() };
        let end = if self.ended { "" } else { "; the deposit was not read to its end" };
        let Self { file, findings, objects, deletes, .. } = self;
        text + &format!("{file}{more}: {findings} findings in {objects} objects and {deletes} deletes{end}\n")
    }
}

/// A line on the terminal that says how far it is, where there is one.
pub(super) struct Progress {
    size: AtomicU64,
    read: AtomicU64,
    objects: AtomicU64,
    began: Instant,
    told: Mutex<Option<Instant>>,
    is_shown: bool,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self {
            size: AtomicU64::new(0),
            read: AtomicU64::new(0),
            objects: AtomicU64::new(0),
            began: Instant::now(),
            told: Mutex::new(None),
            is_shown: io::stderr().is_terminal(),
        }
    }

    /// How many octets there are to be read.
    pub(super) fn expect(&self, octets: u64) {
        self.size.store(octets, Ordering::Relaxed);
    }

    /// There are so many octets more to be read.
    pub(super) fn expect_more(&self, octets: u64) {
        self.size.fetch_add(octets, Ordering::Relaxed);
    }

    /// So many octets more have been read.
    pub(super) fn read(&self, octets: u64) {
        let read = self.read.fetch_add(octets, Ordering::Relaxed) + octets;
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.is_shown || told.is_some_and(|told| told.elapsed() < BETWEEN) || self.began.elapsed() < BETWEEN {
            return;
        }
        *told = Some(Instant::now());
        let percent = (read * 100).checked_div(self.size.load(Ordering::Relaxed)).unwrap_or(100).min(100);
        let bar = "#".repeat(percent as usize / 5);
        let objects = self.objects.load(Ordering::Relaxed);
        // Nobody is harmed when it cannot be shown.
        let _ = write!(io::stderr(), "\r[{bar:<20}] {percent:>3} %, {objects} objects");
    }

    fn clear(&self) {
        if self.told.lock().unwrap_or_else(PoisonError::into_inner).take().is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
