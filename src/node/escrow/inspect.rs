//! What our own check finds in a document before it is sent: who reports a deposit says that it was inspected, "complete and
//! accurate" (Specification 2, part A, section 7).

use std::io::{self, BufReader};
use std::path::Path;

use crate::base::timestamp::Timestamp;
use crate::escrow::csv::Reader;
use crate::escrow::xml::Event;
use crate::escrow::{Checker, Deposit, Finding, Header};
use crate::node::csv_files::{Amount, Beside};

/// Octets that are read at a time.
const BUFFER: usize = 1 << 20;
/// Findings whose words are kept.
const TOLD: usize = 20;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Inspected {
    /// The frame.
    pub(super) deposit: Option<Deposit>,
    /// The header.
    pub(super) header: Option<Header>,
    /// How many faults and findings there are.
    pub(super) findings: u64,
    /// The words of the first ones.
    pub(super) told: Vec<String>,
    /// Whether it was read to its end.
    pub(super) is_whole: bool,
}

impl Inspected {
    fn add(&mut self, words: String) {
        self.findings += 1;
        if self.told.len() < TOLD {
            self.told.push(words);
        }
    }

    fn add_all(&mut self, findings: Vec<Finding>) {
        for Finding { case, file, line, object, problem } in findings {
            self.add(format!("{}: {object}: {problem} ({})", place(file.as_deref(), line), case.name()));
        }
    }
}

fn place(file: Option<&str>, line: u64) -> String {
    file.map_or_else(|| format!("line {line}"), |file| format!("{file} line {line}"))
}

/// Reads a document, with the CSV files beside it, as whoever receives it does.
///
/// # Errors
/// The file's.
pub(super) fn inspect(path: &Path, now: Timestamp) -> io::Result<Inspected> {
    let mut inspected = Inspected::default();
    let mut checker = None;
    let (amount, dir) = (Amount::default(), path.parent().unwrap_or(Path::new("")));
    let xml = BufReader::with_capacity(BUFFER, amount.open(path)?);
    // What is sorted lies where deposits do.
    for placed in Reader::new(xml, Beside::new(dir, &amount), dir) {
        let placed = placed?;
        checker.iter_mut().for_each(|checker: &mut Checker| checker.in_file(placed.file.as_ref()));
        match placed.event {
            Event::Begin(deposit) => {
                inspected.deposit = Some(deposit.clone());
                checker = Some(Checker::new(deposit, now));
            }
            Event::Header(header) => {
                inspected.header = Some(header.clone());
                checker.iter_mut().for_each(|checker| checker.header(header.clone()));
            }
            Event::Fault(fault) => {
                inspected.add(format!(
                    "{}: {}: expected {}, found {:?}",
                    place(placed.file.as_deref(), fault.line),
                    fault.element,
                    fault.expected,
                    fault.found
                ));
            }
            Event::Object(object) => checker.iter_mut().for_each(|checker| checker.object(placed.line, &object)),
            Event::Csv(definitions) => checker.iter_mut().for_each(|checker| checker.csv(&definitions)),
            Event::Delete(_) => {}
            Event::End => inspected.is_whole = true,
        }
        if let Some(checker) = &mut checker {
            inspected.add_all(checker.take());
        }
    }
    if let Some(checker) = checker.filter(|_| inspected.is_whole) {
        inspected.add_all(checker.finish());
    }
    Ok(inspected)
}
