//! The two monthly reports of Specification 3 as files: comma-separated values (RFC 4180) in UTF-8, and what their receiver
//! checks of them.

use std::fmt;

use super::activity::Form;
use crate::base::timestamp::{Date, Timestamp};

/// Columns of a transactions report before those that add up: the registrar's name and IANA id.
pub const NAMES: usize = 2;

/// The columns of the per-registrar transactions report.
pub const TRANSACTIONS: [&str; 39] = [
    "registrar-name",
    "iana-id",
    "total-domains",
    "total-nameservers",
    "net-adds-1-yr",
    "net-adds-2-yr",
    "net-adds-3-yr",
    "net-adds-4-yr",
    "net-adds-5-yr",
    "net-adds-6-yr",
    "net-adds-7-yr",
    "net-adds-8-yr",
    "net-adds-9-yr",
    "net-adds-10-yr",
    "net-renews-1-yr",
    "net-renews-2-yr",
    "net-renews-3-yr",
    "net-renews-4-yr",
    "net-renews-5-yr",
    "net-renews-6-yr",
    "net-renews-7-yr",
    "net-renews-8-yr",
    "net-renews-9-yr",
    "net-renews-10-yr",
    "transfer-gaining-successful",
    "transfer-gaining-nacked",
    "transfer-losing-successful",
    "transfer-losing-nacked",
    "transfer-disputed-won",
    "transfer-disputed-lost",
    "transfer-disputed-nodecision",
    "deleted-domains-grace",
    "deleted-domains-nograce",
    "restored-domains",
    "restored-noreport",
    "agp-exemption-requests",
    "agp-exemptions-granted",
    "agp-exempted-domains",
    "attempted-adds",
];

/// A month of the calendar, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize)]
#[rkyv(derive(PartialEq, Eq, PartialOrd, Ord))]
pub struct Month {
    /// 1 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
}

impl Month {
    /// The month of a moment.
    pub fn of(moment: Timestamp) -> Self {
        let Date { year, month, .. } = moment.date();
        Self { year: u16::try_from(year).unwrap_or(1), month }
    }

    /// A month written as `2026-11`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-').filter(|(year, month)| year.len() == 4 && month.len() == 2)?;
        let number = |text: &str| text.bytes().all(|octet| octet.is_ascii_digit()).then(|| text.parse().ok())?;
        let found = Self { year: number(year)?, month: u8::try_from(number(month)?).ok()? };
        Date::new(found.year.into(), found.month, 1).map(|_| found)
    }

    /// Its first moment.
    pub fn start(self) -> Timestamp {
        Date { year: self.year.into(), month: self.month, day: 1 }.midnight()
    }

    /// The first moment of the next month.
    pub fn end(self) -> Timestamp {
        self.start().plus_months(1)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// Which of the two reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Per registrar.
    Transactions,
    /// Registry functions.
    Activity,
}

impl Kind {
    /// As commands and file names say it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Transactions => "transactions",
            Self::Activity => "activity",
        }
    }

    /// The name of a TLD's file of a month: `example-activity-202611.csv`.
    pub fn file_name(self, tld: &str, month: Month) -> String {
        format!("{tld}-{}-{:04}{:02}.csv", self.name(), month.year, month.month)
    }
}

/// Lines as RFC 4180 writes them.
pub fn csv(lines: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(Vec::new());
    for line in lines {
        // A vector takes everything.
        let _ = writer.write_record(line);
    }
    writer.into_inner().unwrap_or_default()
}

/// The fields of a file, line by line.
///
/// # Errors
/// What is not RFC 4180, or not UTF-8.
pub fn lines(file: &[u8]) -> Result<Vec<Vec<String>>, String> {
    let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file);
    let fields = |record: csv::Result<csv::StringRecord>| {
        let record = record.map_err(|error| error.to_string())?;
        Ok(record.iter().map(str::to_owned).collect())
    };
    reader.into_records().map(fields).collect()
}

/// Something that the receiver would refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The result code that it would answer.
    pub code: u16,
    /// The line, from 1; 0: the whole file.
    pub line: usize,
    /// What was expected and found.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{} {}", self.code, self.what),
            line => write!(f, "line {line}: {} {}", self.code, self.what),
        }
    }
}

/// Which report a file is by its first line, and all that its receiver would refuse. That registrars are accredited (2102), and
/// the month and TLD of the address it is sent to, are seen by nobody who has only the file.
pub fn check(file: &[u8]) -> (Option<Kind>, Vec<Fault>) {
    let mut faults = Vec::new();
    let mut fault = |code, line, what: String| faults.push(Fault { code, line, what });
    if let Err(error) = std::str::from_utf8(file) {
        fault(2105, 0, format!("expected UTF-8, found octets at {} that are none", error.valid_up_to()));
        return (None, faults);
    }
    if file.starts_with(b"\xef\xbb\xbf") {
        fault(2001, 1, "expected no mark of an encoding before the first field, found U+FEFF".into());
    }
    let ends = file.split_inclusive(|octet| *octet == b'\n').zip(1..);
    for (_, number) in ends.filter(|(line, _)| !line.ends_with(b"\r\n")) {
        fault(2001, number, "expected the line to end with CR and LF (RFC 4180)".into());
    }
    let lines = match lines(file) {
        Ok(lines) => lines,
        Err(error) => {
            fault(2001, 0, error);
            return (None, faults);
        }
    };
    let Some(head) = lines.first() else {
        fault(2001, 0, "expected a first line with the names of the fields, found nothing".into());
        return (None, faults);
    };
    let rest = || lines.iter().zip(1..).skip(1);
    let kind = match head.first().map(String::as_str) {
        Some("registrar-name") => Kind::Transactions,
        Some("operational-registrars") => Kind::Activity,
        found => {
            let found = found.unwrap_or_default();
            fault(2001, 1, format!("expected registrar-name or operational-registrars first, found {found:?}"));
            return (None, faults);
        }
    };
    let known = match kind {
        Kind::Transactions => *head == TRANSACTIONS,
        Kind::Activity => Form::of(head.iter().map(String::as_str)).is_some(),
    };
    if !known {
        let columns = if kind == Kind::Transactions { TRANSACTIONS.to_vec() } else { Form::Current.columns() };
        let found = (0..).zip(head).find(|(place, name)| columns.get(*place) != Some(&name.as_str()));
        let found = found.map_or("too few".to_owned(), |(place, name)| format!("{name:?} as field {}", place + 1));
        fault(2001, 1, format!("expected the fields of Specification 3 in their order, found {found}"));
    }
    for (line, number) in rest() {
        if line.len() != head.len() {
            fault(2001, number, format!("expected {} fields, found {}", head.len(), line.len()));
        }
        for (field, value) in head.iter().zip(line).skip(if kind == Kind::Transactions { NAMES } else { 0 }) {
            match value.parse::<u64>() {
                Err(_) if field == "zfa-passwords" && value == "CZDS" => {}
                Err(_) if value.starts_with('-') && value[1..].bytes().all(|octet| octet.is_ascii_digit()) => {
                    fault(2003, number, format!("expected {field} to be no negative number, found {value}"));
                }
                Ok(_) if value.bytes().all(|octet| octet.is_ascii_digit()) => {}
                _ => fault(2001, number, format!("expected {field} to be a number, found {value:?}")),
            }
        }
    }
    match kind {
        Kind::Transactions => faults.extend(check_totals(&lines)),
        Kind::Activity if lines.len() != 2 => {
            let what = format!("expected one line after the first, found {}", lines.len() - 1);
            faults.push(Fault { code: 2001, line: 0, what });
        }
        Kind::Activity => {}
    }
    (Some(kind), faults)
}

/// What is wrong with the last line of a transactions report, and with the names in the others.
fn check_totals(lines: &[Vec<String>]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |code, line, what: String| faults.push(Fault { code, line, what });
    let last = lines.len();
    let Some((totals, others)) = lines[1..].split_last().filter(|(totals, _)| totals[0] == "Totals") else {
        return vec![Fault { code: 2001, line: last, what: "expected a last line that begins with Totals".into() }];
    };
    if totals.get(1).is_none_or(|second| !second.is_empty()) {
        fault(2103, last, format!("expected the second field of the totals to be empty, found {:?}", totals.get(1)));
    }
    for (line, number) in others.iter().zip(2..) {
        let id = line.get(1).map(String::as_str).unwrap_or_default();
        if line[0].is_empty() || id.is_empty() || !id.bytes().all(|octet| octet.is_ascii_digit()) {
            fault(
                2001,
                number,
                format!("expected the name and IANA id of a registrar, found {:?} and {id:?}", line[0]),
            );
        }
        // Of the operator's own there may be several.
        let own = ["9998", "9999"].contains(&id);
        if !own && others[..number - 2].iter().any(|other| other.get(1) == line.get(1)) {
            fault(2001, number, format!("expected one line for the registrar with IANA id {id}, found another"));
        }
    }
    for (place, field) in TRANSACTIONS.iter().enumerate().skip(NAMES) {
        let number = |line: &Vec<String>| line.get(place).and_then(|value| value.parse::<u64>().ok());
        let sum = others.iter().map(number).try_fold(0_u64, |sum, value| sum.checked_add(value?));
        if let (Some(sum), Some(total)) = (sum, number(totals)) {
            if sum != total {
                fault(2101, last, format!("expected the total of {field} to be {sum}, found {total}"));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> String {
        let head = TRANSACTIONS.join(",");
        let zeros = ",0".repeat(34);
        format!("{head}\r\n\"Ärzte, Inc.\",9998,3,1,2{zeros}\r\nB,7,4,0,1{zeros}\r\nTotals,,7,1,3{zeros}\r\n")
    }

    fn codes(file: &[u8]) -> Vec<(u16, usize)> {
        check(file).1.iter().map(|fault| (fault.code, fault.line)).collect()
    }

    #[test]
    fn what_the_receiver_refuses_is_found_with_its_code() {
        assert_eq!(check(good().as_bytes()), (Some(Kind::Transactions), Vec::new()));
        let rows: [(&str, &str, &[(u16, usize)]); 12] = [
            ("Totals,,7", "Totals,,8", &[(2101, 4)]),
            ("Totals,,7", "Totals,0,7", &[(2103, 4)]),
            ("B,7,4,0", "B,7,4,-1", &[(2003, 3)]),
            ("B,7,4,0", "B,7,4,x", &[(2001, 3)]),
            ("B,7,4,0", "B,7,4,+0", &[(2001, 3)]),
            ("B,7,4,0", "B,,4,0", &[(2001, 3)]),
            ("\"Ärzte, Inc.\",9998", "A,7", &[(2001, 3)]),
            ("B,7,4,0", "B,7,4,0,0", &[(2001, 3), (2101, 4)]),
            ("0\r\nB", "0\nB", &[(2001, 2)]),
            ("net-adds-1-yr", "net-adds-1yr", &[(2001, 1)]),
            ("Totals", "Sum", &[(2001, 4), (2001, 4)]),
            ("registrar-name", "name", &[(2001, 1)]),
        ];
        for (from, to, expected) in rows {
            let file = good().replacen(from, to, 1);
            let found = codes(file.as_bytes());
            if to == "Sum" {
                assert_eq!(found, expected[..1], "{to}");
            } else {
                assert_eq!(found, expected, "{to}: {:?}", check(file.as_bytes()).1);
            }
        }
        assert_eq!(codes(&good().replace('Ä', "A").replace("rzte", "\u{0}rzte").into_bytes()), []);
        let mut latin = good().into_bytes();
        let at = latin.iter().position(|octet| *octet == 0xc3).expect("there");
        latin[at] = 0xe9;
        assert_eq!(codes(&latin), [(2105, 0)]);
        assert_eq!(codes(b""), [(2001, 0)]);
        let activity = |line: &str| {
            csv([Form::Current.columns().iter().map(|&c| c.to_owned()).collect()])
                .iter()
                .copied()
                .chain(line.bytes())
                .collect::<Vec<u8>>()
        };
        let line = format!("2,CZDS{}\r\n", ",0".repeat(36));
        assert_eq!(check(&activity(&line)), (Some(Kind::Activity), Vec::new()));
        assert_eq!(codes(&activity(&line.replace("2,", "-2,"))), [(2003, 2)]);
        assert_eq!(codes(&activity("")), [(2001, 0)]);
    }

    #[test]
    fn months_are_read_as_they_are_written() {
        let november = Month { year: 2026, month: 11 };
        assert_eq!(Month::parse("2026-11"), Some(november));
        assert_eq!(
            (november.to_string().as_str(), november.end().to_string().as_str()),
            ("2026-11", "2026-12-01T00:00:00.000Z")
        );
        assert_eq!(Kind::Activity.file_name("example", november), "example-activity-202611.csv");
        for wrong in ["2026-13", "2026-1", "+026-11", "0000-01", "2026-00", "2026/11"] {
            assert_eq!(Month::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Month::of(november.end()), Month { year: 2026, month: 12 });
    }
}
