//! `domesday report check`: a monthly report of any make, judged as its receiver does.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::admin::print;
use super::exit::CliError;
use super::table::printable;
use crate::reports::monthly::{Kind, check, lines};

/// `report`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum ReportCommand {
    /// Judge a monthly report (Specification 3) as ICANN's interface does: fields, numbers, totals, encoding.
    ///
    /// Each finding is a line with the result code that the interface would answer, and what was expected and found. Whether
    /// registrars are accredited is seen there alone. Exit code 0: nothing is wrong; 1: something is.
    #[command(after_help = "Examples:\n  domesday report check example-transactions-202611.csv")]
    Check(ReportCheckArgs),
}

/// `report check`.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct ReportCheckArgs {
    /// The report.
    file: PathBuf,
    /// Findings as JSON, one a line.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row<'f> {
    code: u16,
    line: usize,
    problem: &'f str,
}

/// Reads, judges, prints.
///
/// # Errors
/// The file cannot be read.
pub(super) fn run(args: &ReportCheckArgs) -> Result<u8, CliError> {
    let file = std::fs::read(&args.file).map_err(CliError::file(&args.file))?;
    let (kind, faults) = check(&file);
    let mut out = String::new();
    for fault in &faults {
        let row = Row { code: fault.code, line: fault.line, problem: &fault.what };
        out += &match args.json {
            true => simd_json::to_string(&row).expect("a row is plain data"),
            false => printable(&fault.to_string()),
        };
        out.push('\n');
    }
    if !args.json {
        let rows = lines(&file).map_or(0, |lines| lines.len().saturating_sub(1));
        out += &match (kind, faults.len()) {
            (Some(Kind::Transactions), 0) => {
                format!("a transactions report of {} registrars: nothing is wrong\n", rows - 1)
            }
            (Some(Kind::Activity), 0) => "an activity report: nothing is wrong\n".to_owned(),
            (_, found) => format!("{found} findings\n"),
        };
    }
    print(&out)?;
    Ok(u8::from(!faults.is_empty()))
}
