//! `domesday admin report`: the monthly reports of Specification 3, printed or written as the files that ICANN takes.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use simd_json::prelude::*;

use super::admin::{Connection, print, print_json};
use super::exit::CliError;
use super::table::printable;
use crate::node::admin::{AdminRequest, ReportMake};
use crate::reports::activity::Form;
use crate::reports::monthly::{Kind, Month};

/// `admin report`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum ReportCommand {
    /// Print a TLD's per-registrar transactions of a month, as CSV.
    #[command(after_help = TRANSACTIONS)]
    Transactions(MonthArgs),
    /// Print a TLD's registry functions activity of a month, as CSV.
    #[command(after_help = ACTIVITY)]
    Activity(ActivityArgs),
}

/// Which report.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct MonthArgs {
    /// The TLD.
    tld: String,
    /// The month, in UTC, as 2026-11.
    #[arg(long, value_name = "MONTH", value_parser = month)]
    month: Month,
    /// Write the file there instead of printing it.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Report a month that is not over, as far as it goes. Such a report is not kept.
    #[arg(long)]
    so_far: bool,
    /// Make the report anew, and replace the one that is kept.
    #[arg(long)]
    anew: bool,
}

/// `admin report activity`.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct ActivityArgs {
    #[command(flatten)]
    of: MonthArgs,
    /// Figures of other systems: lines of a column and a number, as `dns-udp-queries-received 1234`; # begins a comment. Columns
    /// that it does not name are 0.
    #[arg(long, value_name = "FILE")]
    dns: Option<PathBuf>,
    /// The columns of agreements before 2017: registrars that ramp up, and no RDAP.
    #[arg(long)]
    older_columns: bool,
}

const TRANSACTIONS: &str = "\
The report of a month that is over is kept in reports/ of the data directory, and is the report of that month from then on.

Examples:
  domesday admin --config registry.toml report transactions example --month 2026-11
  domesday admin --config registry.toml report transactions example --month 2026-12 --so-far";

const ACTIVITY: &str = "\
The report of a month that is over is kept in reports/ of the data directory, and is the report of that month from then on.

Examples:
  domesday admin --config registry.toml report activity example --month 2026-11 --dns dns.txt --out example-activity-202611.csv";

fn month(text: &str) -> Result<Month, String> {
    Month::parse(text).ok_or_else(|| "expected a month as 2026-11".to_owned())
}

/// Asks, and prints or writes.
///
/// # Errors
/// A file, or a refusal.
pub(super) fn run(mut connection: Connection, command: &ReportCommand, json: bool) -> Result<u8, CliError> {
    let (report, of, form, given) = match command {
        ReportCommand::Transactions(of) => (Kind::Transactions, of, Form::Current, None),
        ReportCommand::Activity(args) => {
            let form = if args.older_columns { Form::Older } else { Form::Current };
            (Kind::Activity, &args.of, form, args.dns.as_deref().map(figures).transpose()?)
        }
    };
    let MonthArgs { tld, month, out, so_far, anew } = of;
    let (tld, month, so_far, anew) = (tld.clone(), month.to_string(), *so_far, *anew);
    let made =
        connection.ask(&AdminRequest::ReportMake(ReportMake { report, tld, month, form, given, so_far, anew }))?;
    for warning in made.get_array("warnings").into_iter().flatten().filter_map(|warning| warning.as_str()) {
        // The report is made; when nobody hears standard error, JSON still says it.
        let _ = writeln!(std::io::stderr(), "warning: {}", printable(warning));
    }
    let csv = made.get_str("csv").unwrap_or_default();
    match (out, json) {
        (Some(path), _) => std::fs::write(path, csv).map_err(CliError::file(path))?,
        (None, true) => print_json(&made)?,
        (None, false) => print(csv)?,
    }
    Ok(0)
}

/// The figures of a file, by column.
fn figures(path: &Path) -> Result<BTreeMap<String, u64>, CliError> {
    let text = std::fs::read_to_string(path).map_err(CliError::file(path))?;
    let lines = text.lines().zip(1..).map(|(line, number)| (line.split('#').next().unwrap_or_default().trim(), number));
    let figure = |(line, number): (&str, usize)| {
        let pair = line.split_once(char::is_whitespace);
        let pair = pair.and_then(|(column, value)| Some((column.to_owned(), value.trim().parse().ok()?)));
        pair.ok_or_else(|| CliError::Content {
            path: path.to_owned(),
            problem: format!("line {number}: expected a column and a number, found {line:?}"),
        })
    };
    lines.filter(|(line, _)| !line.is_empty()).map(figure).collect()
}
