//! `domesday admin billing statement`: a billing ledger page by page, printed as it comes, so that its length does not matter.

use std::io::{BufWriter, Write, stdout};

use simd_json::OwnedValue;
use simd_json::prelude::*;

use super::admin::Connection;
use super::admin_money::StatementArgs;
use super::exit::CliError;
use super::table::printable;
use crate::node::admin::AdminRequest;

/// The columns of a CSV file: members of a line.
const COLUMNS: [&str; 14] = [
    "number", "time", "kind", "amount", "currency", "object", "tld", "class", "months", "command", "operator",
    "cl_trid", "sv_trid", "reason",
];

/// How lines are printed.
#[derive(Clone, Copy)]
enum Form {
    Table,
    Csv,
    Json,
}

/// Asks for page after page and prints them.
///
/// # Errors
/// No answer, a refusal, or nobody who reads.
pub(super) fn run(mut admin: Connection, args: &StatementArgs, json: bool) -> Result<u8, CliError> {
    let form = match (args.csv, json) {
        (true, true) => return Err(CliError::Usage("give either --json or --csv".into())),
        (true, false) => Form::Csv,
        (false, true) => Form::Json,
        (false, false) => Form::Table,
    };
    let mut asked = args.first_page();
    let mut page = admin.ask(&AdminRequest::BillingStatement(asked.clone()))?;
    // Lines that come while these are printed are for the next time.
    let total = page.get_u64("total").unwrap_or(0);
    let mut out = BufWriter::new(stdout().lock());
    let mut shown = 0;
    out.write_all(head(form).as_bytes()).map_err(CliError::Terminal)?;
    loop {
        for line in page.get_array("lines").into_iter().flatten() {
            if line.get_u64("number").is_some_and(|number| number <= total) {
                let separator = if shown > 0 && matches!(form, Form::Json) { ",\n" } else { "" };
                write!(out, "{separator}{}", written(form, line)).map_err(CliError::Terminal)?;
                shown += 1;
            }
        }
        let Some(next) = page.get_u64("next").filter(|next| *next <= total) else { break };
        (asked.first, asked.last) = (Some(next), None);
        page = admin.ask(&AdminRequest::BillingStatement(asked.clone()))?;
    }
    let foot = foot(form, shown, &page);
    out.write_all(foot.as_bytes()).and_then(|()| out.flush()).map_err(CliError::Terminal)?;
    Ok(0)
}

fn head(form: Form) -> String {
    match form {
        Form::Table => row(["NUMBER", "TIME", "KIND", "AMOUNT", "CURRENCY", "FOR"]),
        Form::Csv => COLUMNS.join(",") + "\r\n",
        Form::Json => "[".to_owned(),
    }
}

fn foot(form: Form, shown: u64, page: &OwnedValue) -> String {
    let (total, member) = (page.get_u64("total").unwrap_or(0), |name| page.get_str(name).unwrap_or("-"));
    match form {
        Form::Table => {
            format!("{shown} of {total} lines; the balance is {} {}\n", member("balance"), member("currency"))
        }
        Form::Csv => String::new(),
        Form::Json => "]\n".to_owned(),
    }
}

fn written(form: Form, line: &OwnedValue) -> String {
    match form {
        Form::Table => {
            let [number, time, kind, amount, currency] =
                ["number", "time", "kind", "amount", "currency"].map(|m| cell(line, m));
            row([&number, &time, &kind, &amount, &currency, &printable(&purpose(line))])
        }
        Form::Csv => COLUMNS.map(|column| quoted(&harmless(column, cell(line, column)))).join(",") + "\r\n",
        Form::Json => line.encode(),
    }
}

/// What a line is for: a name with its class and years, or why.
fn purpose(line: &OwnedValue) -> String {
    let mut parts = vec![cell(line, "object")];
    let class = cell(line, "class");
    parts.push(if class.is_empty() { class } else { format!("class {class}") });
    let months = line.get_u64("months").unwrap_or(0);
    parts.push(if months > 0 { format!("{months} months") } else { String::new() });
    parts.push(cell(line, "reason"));
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

/// Columns of a width that suits all lines, since most of them are not there yet.
fn row([number, time, kind, amount, currency, purpose]: [&str; 6]) -> String {
    let line = format!("{number:>8}  {time:24}  {kind:10}  {amount:>16}  {currency:8}  {purpose}");
    line.trim_end().to_owned() + "\n"
}

/// A member as text; nothing for what is missing.
fn cell(line: &OwnedValue, member: &str) -> String {
    match line.get(member) {
        None => String::new(),
        Some(value) if value.is_null() => String::new(),
        Some(value) => value.as_str().map_or_else(|| value.encode(), str::to_owned),
    }
}

/// The text of a column with a quote before what a spreadsheet would take for a formula: a clTRID is a registrar's to choose.
/// Amounts are ours, and stay numbers.
fn harmless(column: &str, text: String) -> String {
    match column != "amount" && text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text,
    }
}

/// A field of a CSV file (RFC 4180, section 2).
fn quoted(text: &str) -> String {
    match text.contains(['"', ',', '\r', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> OwnedValue {
        let json = r#"{"number":12,"time":"2027-01-01T00:00:00.000Z","kind":"create","amount":"-20.00","currency":"EUR",
            "object":"a.example","tld":"example","class":"gold","months":24,"command":"domain:create","operator":"",
            "cl_trid":"A,\"B\"","sv_trid":"SV-1","reason":""}"#;
        simd_json::to_owned_value(&mut json.as_bytes().to_vec()).expect("JSON")
    }

    #[test]
    fn a_line_is_a_row_for_people_and_a_record_for_programs() {
        let expected = "      12  2027-01-01T00:00:00.000Z  create                -20.00  EUR       a.example, class gold, 24 months\n";
        assert_eq!(written(Form::Table, &line()), expected);
        let expected = "12,2027-01-01T00:00:00.000Z,create,-20.00,EUR,a.example,example,gold,24,domain:create,,\
                        \"A,\"\"B\"\"\",SV-1,\r\n";
        assert_eq!(written(Form::Csv, &line()), expected);
        assert_eq!(head(Form::Csv).split(',').count(), 14);
        assert_eq!(harmless("cl_trid", "=1+1".into()), "'=1+1");
        assert_eq!(harmless("amount", "-1.00".into()), "-1.00");
        assert_eq!(quoted("two\nlines"), "\"two\nlines\"");
    }
}
