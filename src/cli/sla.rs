//! `sla report`: a month's service levels, from the record in the data directory.

use std::io::Write;
use std::path::PathBuf;

use super::args::SlaReportArgs;
use super::exit::CliError;
use super::table::{aligned, printable};
use super::{admin, serve};
use crate::node::sla_recorder::{DIRECTORY, read_months};
use crate::reports::sla_month::reckon;
use crate::reports::sla_record::{Lines, file_name};
use crate::reports::sla_report::{Report, Row, Verdict, report as report_of};
use crate::runtime::clock;

/// Reads and prints.
///
/// # Errors
/// No data directory, or a record that cannot be read.
pub(super) fn report(args: &SlaReportArgs) -> Result<u8, CliError> {
    let data_dir: PathBuf = match (&args.data_dir, &args.config) {
        (Some(dir), _) => dir.clone(),
        (None, Some(file)) => serve::read(file)?.data_dir,
        (None, None) => return Err(CliError::Usage("give --config or --data-dir".into())),
    };
    std::fs::metadata(&data_dir).map_err(CliError::file(&data_dir))?;
    let (before, own) = read_months(&data_dir, args.month).map_err(|(path, error)| CliError::File { path, error })?;
    let file = data_dir.join(DIRECTORY).join(file_name(args.month));
    let damaged: Vec<_> = own.bad.iter().map(|bad| format!("{}: {bad}", file.display())).collect();
    for line in &damaged {
        // The report says it too.
        let _ = writeln!(std::io::stderr(), "warning: damaged, and counts as down: {}", printable(line));
    }
    let Lines { good, .. } = own;
    let now = clock::wall().micros() / 1000;
    let month = reckon(args.month, before.as_ref().map(|lines| lines.good.as_slice()), &good, now);
    let report = report_of(args.month, &month, damaged);
    let text = match (args.json, args.csv) {
        (true, _) => simd_json::to_string(&report).expect("a report is plain data") + "\n",
        (_, true) => csv(&report),
        _ => text(&report),
    };
    admin::print(&text)?;
    Ok(0)
}

/// For people.
fn text(report: &Report) -> String {
    let span = if report.whole_month { "the whole month" } else { "a part of the month" };
    let Report { month, from, to, how, .. } = report;
    let mut out = format!("Service levels of {month} (Specification 10), {span}:\nmeasured from {from} to {to}.\n\n");
    out += &filled(how);
    out += "\n";
    let head = ["SERVICE", "PARAMETER", "REQUIRED", "MEASURED", "VERDICT"].map(str::to_owned).to_vec();
    let rows = report.levels.iter().map(|row| {
        let columns = [row.service, row.parameter].map(str::to_owned).into_iter();
        columns.chain([required(row), measured(row), row.verdict.name().to_owned()]).collect()
    });
    out += &aligned(&std::iter::once(head).chain(rows).collect::<Vec<_>>());
    if !report.times_millis.is_empty() {
        let head = ["TIMES", "ANSWERS", "P50", "P99", "P99.9", "MAX"].map(str::to_owned).to_vec();
        let rows = report.times_millis.iter().map(|times| {
            let millis = [times.p50, times.p99, times.p999, times.max].map(|millis| format!("{millis:.3} ms"));
            [times.class.to_owned(), times.timed.to_string()].into_iter().chain(millis).collect()
        });
        out += "\n";
        out += &aligned(&std::iter::once(head).chain(rows).collect::<Vec<_>>());
    }
    if !report.damaged.is_empty() {
        out += &format!("\n{} damaged lines of the record were not counted.\n", report.damaged.len());
    }
    out
}

/// A text in lines of 100 characters at most.
fn filled(text: &str) -> String {
    let (mut out, mut column) = (String::new(), 0);
    for word in text.split_whitespace() {
        let length = word.chars().count();
        let gap = if column == 0 {
            ""
        } else if column + 1 + length > 100 {
            "\n"
        } else {
            " "
        };
        column = if gap == " " { column + 1 + length } else { length };
        out += gap;
        out += word;
    }
    out + "\n"
}

fn required(row: &Row) -> String {
    let limit = format!("{} {} at most", row.limit, row.unit);
    row.required_percent.map_or_else(|| limit.clone(), |percent| format!("{limit} for {percent} %"))
}

fn measured(row: &Row) -> String {
    if row.verdict == Verdict::NoData {
        return "-".to_owned();
    }
    match (row.downtime_minutes, row.within_percent) {
        (Some(all), _) => {
            let announced = row.announced_minutes.filter(|minutes| *minutes > 0.0);
            let of_it = announced.map_or_else(String::new, |minutes| format!(", {minutes:.2} of it announced"));
            format!("{all:.2} min{of_it}")
        }
        (None, Some(percent)) => {
            let late = row.beyond_five_times.filter(|late| *late > 0);
            let late = late.map_or_else(String::new, |late| format!(", {late} beyond five times the limit"));
            format!("{percent:.3} % of {}{late}", row.answers.unwrap_or_default())
        }
        (None, None) => "-".to_owned(),
    }
}

/// For spreadsheets (RFC 4180). No value has a comma or a quotation mark.
fn csv(report: &Report) -> String {
    let mut out =
        "month,service,parameter,limit,unit,required_percent,downtime_minutes,announced_minutes,within_percent,\
                   answers,beyond_five_times,verdict\r\n"
            .to_owned();
    for row in &report.levels {
        let number = |value: Option<u64>| value.map_or_else(String::new, |value| value.to_string());
        let part = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
        let fields = [
            report.month.clone(),
            row.service.to_owned(),
            row.parameter.to_owned(),
            row.limit.to_string(),
            row.unit.to_owned(),
            number(row.required_percent),
            part(row.downtime_minutes),
            part(row.announced_minutes),
            part(row.within_percent),
            number(row.answers),
            number(row.beyond_five_times),
            row.verdict.name().to_owned(),
        ];
        out += &fields.join(",");
        out += "\r\n";
    }
    out
}
