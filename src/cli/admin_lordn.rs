//! `domesday admin tmch lordn`: the file that is reported to the Trademark Clearinghouse (RFC 9361, section 6.3), of the lines
//! that the registry has recorded.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use simd_json::OwnedValue;
use simd_json::prelude::*;

use super::admin::{Connection, print, print_json};
use super::admin_args::named;
use super::exit::CliError;
use super::table;
use crate::base::timestamp::Timestamp;
use crate::model::launch_record::{LordnKind, LordnLine};
use crate::model::operator::{ByName, Named};
use crate::node::admin::{AdminRequest, LordnList, LordnPage};
use crate::tmch::lordn;

/// The creation datetime is written in tenths of a second, and two files that have the same one are one file to the
/// clearinghouse (RFC 9361, section 6.3).
const BETWEEN_FILES: Duration = Duration::from_millis(100);
/// Lines without an IANA id that are named.
const NAMED: usize = 10;

pub(super) const LORDN_EXAMPLES: &str = "\
Examples:
  domesday admin --config registry.toml tmch lordn shop claims --out claims-1.csv
  domesday admin --config registry.toml tmch lordn shop claims --from 42 --out claims-42.csv --json";

/// `admin tmch lordn`.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct LordnArgs {
    /// The TLD.
    tld: String,
    /// sunrise (names registered with a signed mark) or claims (names registered with a claims notice).
    #[arg(value_parser = named::<LordnKind>)]
    kind: ByName<LordnKind>,
    /// The number of the first line: what the report before has said to be next.
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    from: u64,
    /// The file, which must not be there yet; standard output when missing.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The IANA id of lines whose registrar had none, as 9999 for names of the registry itself.
    #[arg(long, value_name = "IANA-ID")]
    registrar_id: Option<u32>,
}

/// Writes the file, and says which lines are in it. Where there are none, no file is written.
///
/// # Errors
/// A refusal; lines without IANA id; a file that is there already or cannot be written.
pub(super) fn run(mut admin: Connection, args: &LordnArgs, json: bool) -> Result<u8, CliError> {
    let (created, mut lines) = collect(&mut admin, args)?;
    if let Some(id) = args.registrar_id {
        lines.iter_mut().for_each(|line| line.iana_id = line.iana_id.or(Some(id)));
    }
    let text = lordn::file(args.kind.0, created, &lines).map_err(|missing| nameless(&lines, &missing))?;
    let report = report(args, created, &lines)?;
    let said = if json { report.encode() + "\n" } else { table::render(&report, &[]) };
    match &args.out {
        Some(path) => {
            if !lines.is_empty() {
                write(path, &text)?;
            }
            if json { print_json(&report)? } else { print(&said)? }
        }
        None => {
            if !lines.is_empty() {
                print(&text)?;
            }
            std::io::stderr().lock().write_all(said.as_bytes()).map_err(CliError::Terminal)?;
        }
    }
    std::thread::sleep(BETWEEN_FILES);
    Ok(0)
}

/// The lines from the number on, and when they were asked for.
fn collect(admin: &mut Connection, args: &LordnArgs) -> Result<(Timestamp, Vec<LordnLine>), CliError> {
    let (kind, mut lines) = (args.kind.0, Vec::new());
    let mut asked = LordnList { tld: args.tld.clone(), kind: args.kind, first: Some(args.from) };
    let mut until = None;
    loop {
        let page = admin.ask(&AdminRequest::LordnList(asked.clone()))?;
        let page: LordnPage = simd_json::serde::from_owned_value(page).map_err(|error| CliError::Refused {
            code: 2400,
            message: format!("the answer is not understood ({error}); is the registry's domesday of another version?"),
        })?;
        // Lines that come meanwhile are for the next report.
        let (created, total) = *until.get_or_insert((Timestamp::from_micros(page.now_micros), page.total));
        let rows = page.lines.into_iter().map(|row| row.line(&args.tld, kind));
        lines.extend(rows.filter(|line| line.number <= total));
        match page.next.filter(|next| *next <= total) {
            Some(next) => asked.first = Some(next),
            None => return Ok((created, lines)),
        }
    }
}

fn nameless(lines: &[LordnLine], missing: &[u64]) -> CliError {
    let found = lines.iter().filter(|line| missing.contains(&line.number)).take(NAMED);
    let names: String = found.map(|line| format!("\n  {} {}", line.number, line.name)).collect();
    let count = missing.len();
    let message = format!(
        "the registrars of {count} names had no IANA id when these were registered; --registrar-id says which is to be \
         reported of them:{names}"
    );
    CliError::Usage(message)
}

/// What is in the file, and where the next one begins.
fn report(args: &LordnArgs, created: Timestamp, lines: &[LordnLine]) -> Result<OwnedValue, CliError> {
    let number = |line: Option<&LordnLine>| line.map_or_else(OwnedValue::null, |line| OwnedValue::from(line.number));
    let oldest = lines.iter().map(|line| line.registered).min();
    let next = lines.last().map_or(args.from, |line| line.number + 1);
    let mut report = OwnedValue::object();
    for (name, value) in [
        ("tld", OwnedValue::from(args.tld.as_str())),
        ("kind", OwnedValue::from(args.kind.0.name())),
        ("created", OwnedValue::from(created.to_string())),
        ("lines", OwnedValue::from(lines.len() as u64)),
        ("first", number(lines.first())),
        ("last", number(lines.last())),
        ("next", OwnedValue::from(next)),
        ("oldest", oldest.map_or_else(OwnedValue::null, |oldest| OwnedValue::from(oldest.to_string()))),
    ] {
        // An object takes members.
        let _ = report.try_insert(name, value);
    }
    Ok(report)
}

/// A file that nobody has written yet, whole or not at all.
fn write(path: &Path, text: &str) -> Result<(), CliError> {
    let mut file = fs::File::create_new(path).map_err(CliError::file(path))?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|error| {
        // It is of no use; if it stays, the next call says so.
        let _ = fs::remove_file(path);
        CliError::file(path)(error)
    })
}
