//! What our own check finds in a document before it is sent: who reports a deposit says that it was inspected, "complete and
//! accurate" (Specification 2, part A, section 7).

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use crate::base::timestamp::Timestamp;
use crate::escrow::xml::{Event, Reader};
use crate::escrow::{Checker, Deposit, Finding, Header};

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
        for Finding { case, line, object, problem } in findings {
            self.add(format!("line {line}: {object}: {problem} ({})", case.name()));
        }
    }
}

/// Reads a document as whoever receives it does.
///
/// # Errors
/// The file's.
pub(super) fn inspect(path: &Path, now: Timestamp) -> io::Result<Inspected> {
    let mut inspected = Inspected::default();
    let mut checker = None;
    for placed in Reader::new(BufReader::with_capacity(BUFFER, File::open(path)?)) {
        let placed = placed?;
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
                    "line {}: {}: expected {}, found {:?}",
                    fault.line, fault.element, fault.expected, fault.found
                ));
            }
            Event::Object(object) => checker.iter_mut().for_each(|checker| checker.object(placed.line, &object)),
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
