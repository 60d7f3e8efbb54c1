//! Which TLDs are deposited by schedule: when, for whom, and where to. A file of its own beside the configuration, since it has a
//! table for each TLD.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::Deserialize;
use toml::{Table, Value};

use crate::escrow::pack::{Cipher, Compression};
use crate::escrow::schedule::Calendar;
use crate::escrow::{Models, ObjectKind};
use crate::model::escrow::DepositKind;
use crate::node::delivery::Destination;
use crate::node::deposit_files::small_file;
use crate::node::reporting::Interface;

/// How long the command may take that says a passphrase.
const COMMAND_LIMIT: Duration = Duration::from_secs(30);

/// The plans of all TLDs, by their names.
pub(crate) type Plans = BTreeMap<String, TldPlan>;

/// The plan of a TLD.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TldPlan {
    /// Days of full deposits.
    #[serde(default = "sunday")]
    full_days: Vec<Day>,
    /// What is deposited on the others.
    #[serde(default)]
    other_days: OtherDays,
    /// How long after midnight (UTC) deposits are made, as `00:10`.
    #[serde(default = "soon")]
    time: String,
    /// Days after which files that were delivered are removed.
    #[serde(default = "month")]
    pub(super) keep_days: u16,
    /// Which types of objects are in CSV files.
    #[serde(default)]
    csv: Vec<CsvType>,
    /// For whom deposits are encrypted; without it they stay documents for their owner's eyes, and go nowhere.
    pub(super) packing: Option<Packing>,
    /// The agent's server.
    pub(super) delivery: Option<Destination>,
    /// ICANN's interface.
    pub(in crate::node) reporting: Option<Interface>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

fn sunday() -> Vec<Day> {
    vec![Day::Sunday]
}

fn soon() -> String {
    "00:10".to_owned()
}

const fn month() -> u16 {
    31
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum OtherDays {
    #[default]
    Differential,
    Incremental,
    None,
}

/// What can be in CSV files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum CsvType {
    Domain,
    Host,
    Contact,
    Registrar,
    Idn,
    Nndn,
}

/// How deposits are packed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Packing {
    /// Files with the OpenPGP keys of those who can read deposits: the agent's.
    pub(super) recipients: Vec<PathBuf>,
    /// The file with the registry's secret OpenPGP key.
    pub(super) signer: PathBuf,
    /// A file whose first line opens that key.
    passphrase_file: Option<PathBuf>,
    /// A command, with its arguments, whose first line opens that key.
    passphrase_command: Option<Vec<String>>,
    #[serde(default)]
    compression: CompressionName,
    #[serde(default)]
    cipher: CipherName,
    /// Megabytes of a part; not split when missing.
    part_mb: Option<NonZeroU64>,
    /// Whether signatures are in ASCII armour.
    #[serde(default)]
    pub(super) armour_signatures: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum CompressionName {
    None,
    #[default]
    Zip,
    Zlib,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum CipherName {
    #[default]
    Aes128,
    Aes256,
}

/// What is wrong with the file, or with a key's passphrase.
#[derive(Debug)]
pub struct PlanError {
    /// The file.
    path: PathBuf,
    /// Where in it; empty: the file.
    place: String,
    /// What was expected and found.
    why: String,
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.as_str() {
            "" => write!(f, "{}: {}", self.path.display(), self.why),
            place => write!(f, "{}: {place}: {}", self.path.display(), self.why),
        }
    }
}

impl std::error::Error for PlanError {}

/// Reads a file of plans: tables `[tld.NAME]`, and a table `[default]` with what they do not say themselves.
///
/// # Errors
/// [`PlanError`].
pub(crate) fn read(path: &Path) -> Result<Plans, PlanError> {
    let failed = |place: &str, why: String| PlanError { path: path.to_owned(), place: place.to_owned(), why };
    let text = std::fs::read_to_string(path).map_err(|error| failed("", error.to_string()))?;
    parse(&text).map_err(|(place, why)| failed(&place, why))
}

fn parse(text: &str) -> Result<Plans, (String, String)> {
    let mut file: Table = text.parse().map_err(|error: toml::de::Error| (String::new(), error.to_string()))?;
    let mut table = |name: &str| match file.remove(name) {
        None => Ok(Table::new()),
        Some(Value::Table(table)) => Ok(table),
        Some(other) => Err((name.to_owned(), format!("expected a table, found {other}"))),
    };
    let (default, tlds) = (table("default")?, table("tld")?);
    if let Some(other) = file.keys().next() {
        return Err((other.clone(), "expected [default] and [tld.NAME], found this".to_owned()));
    }
    let mut plans = Plans::new();
    for (tld, own) in tlds {
        let place = format!("tld.{tld}");
        let Value::Table(own) = own else { return Err((place, format!("expected a table, found {own}"))) };
        let mut whole = default.clone();
        overlay(&mut whole, own);
        let plan: TldPlan = Value::Table(whole)
            .try_into()
            .map_err(|error: toml::de::Error| (place.clone(), error.message().to_owned()))?;
        plan.check().map_err(|why| (place, why))?;
        plans.insert(tld, plan);
    }
    Ok(plans)
}

/// What `own` says counts, table by table.
fn overlay(whole: &mut Table, own: Table) {
    for (key, value) in own {
        match (whole.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(value)) => overlay(below, value),
            (_, value) => drop(whole.insert(key, value)),
        }
    }
}

impl TldPlan {
    fn check(&self) -> Result<(), String> {
        self.after()?;
        if self.full_days.is_empty() {
            return Err("full_days: expected one day at least, found none".into());
        }
        if self.delivery.is_some() && self.packing.is_none() {
            return Err("packing: expected a table, since what is delivered is encrypted and signed; found none".into());
        }
        let Some(packing) = &self.packing else { return Ok(()) };
        if packing.recipients.is_empty() {
            return Err("packing.recipients: expected the file of the agent's key, found none".into());
        }
        match (&packing.passphrase_file, &packing.passphrase_command) {
            (Some(_), Some(_)) => Err("packing: expected passphrase_file or passphrase_command, found both".into()),
            (None, Some(command)) if command.is_empty() => {
                Err("packing.passphrase_command: expected a command, found none".into())
            }
            _ => Ok(()),
        }
    }

    fn after(&self) -> Result<Duration, String> {
        let wrong = || format!("time: expected an hour and minutes as \"00:10\", found {:?}", self.time);
        let (hour, minute) = self.time.split_once(':').ok_or_else(wrong)?;
        let number = |text: &str, below: u64| {
            let is_number = text.len() == 2 && text.bytes().all(|octet| octet.is_ascii_digit());
            text.parse().ok().filter(|number: &u64| is_number && *number < below).ok_or_else(wrong)
        };
        Ok(Duration::from_secs(number(hour, 24)? * 3600 + number(minute, 60)? * 60))
    }

    /// When deposits are made, and how much is in them.
    pub(super) fn calendar(&self) -> Calendar {
        let mut full = [false; 7];
        self.full_days.iter().for_each(|day| full[*day as usize] = true);
        let others = match self.other_days {
            OtherDays::Differential => Some(DepositKind::Differential),
            OtherDays::Incremental => Some(DepositKind::Incremental),
            OtherDays::None => None,
        };
        Calendar { full, others, after: self.after().unwrap_or_default() }
    }

    /// Which types of objects are in CSV files.
    pub(super) fn models(&self) -> Models {
        self.csv.iter().fold(Models::xml(), |models, csv| models.with_csv(csv.kind()))
    }
}

impl CsvType {
    const fn kind(self) -> ObjectKind {
        match self {
            Self::Domain => ObjectKind::Domain,
            Self::Host => ObjectKind::Host,
            Self::Contact => ObjectKind::Contact,
            Self::Registrar => ObjectKind::Registrar,
            Self::Idn => ObjectKind::IdnTable,
            Self::Nndn => ObjectKind::Nndn,
        }
    }
}

impl Packing {
    pub(super) const fn compression(&self) -> Compression {
        match self.compression {
            CompressionName::None => Compression::None,
            CompressionName::Zip => Compression::Zip,
            CompressionName::Zlib => Compression::Zlib,
        }
    }

    pub(super) const fn cipher(&self) -> Cipher {
        match self.cipher {
            CipherName::Aes128 => Cipher::Aes128,
            CipherName::Aes256 => Cipher::Aes256,
        }
    }

    pub(super) fn part_octets(&self) -> Option<NonZeroU64> {
        self.part_mb.and_then(|megabytes| megabytes.checked_mul(NonZeroU64::new(1_000_000)?))
    }

    /// What opens the registry's key.
    ///
    /// # Errors
    /// A file that cannot be read, a command that fails.
    pub(super) fn passphrase(&self) -> Result<String, PlanError> {
        let text = match (&self.passphrase_file, &self.passphrase_command) {
            (Some(file), _) => {
                let failed = |why: String| PlanError { path: file.clone(), place: String::new(), why };
                let octets = small_file(file).map_err(|error| failed(error.error.to_string()))?;
                String::from_utf8(octets).map_err(|error| failed(format!("expected UTF-8: {error}")))?
            }
            (None, Some(command)) => said_by(command)?,
            (None, None) => String::new(),
        };
        Ok(text.lines().next().unwrap_or_default().to_owned())
    }
}

fn said_by(command: &[String]) -> Result<String, PlanError> {
    let (program, arguments) = command.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let failed = |why: String| PlanError { path: program.into(), place: "packing.passphrase_command".into(), why };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| failed(error.to_string()))?;
    let began = Instant::now();
    while child.try_wait().map_err(|error| failed(error.to_string()))?.is_none() {
        if began.elapsed() >= COMMAND_LIMIT {
            let _ = child.kill();
            let _ = child.wait();
            return Err(failed(format!("expected it to end within {} s", COMMAND_LIMIT.as_secs())));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output().map_err(|error| failed(error.to_string()))?;
    match output.status.success() {
        true => String::from_utf8(output.stdout).map_err(|error| failed(format!("expected UTF-8: {error}"))),
        false => Err(failed(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
[default]
full_days = ["sunday", "wednesday"]
time = "01:30"
csv = ["domain", "idn"]
[default.packing]
recipients = ["agent.asc"]
signer = "registry.asc"
passphrase_command = ["cat", "secret"]
part_mb = 100
[default.delivery]
host = "sftp.agent.example"
user = "registry"
identity = "id_ed25519"
known_hosts = "known_hosts"
[tld.example]
[tld.test]
csv = []
other_days = "incremental"
full_days = ["monday"]
[tld.test.packing]
recipients = ["other.asc"]
[tld.test.delivery]
directory = "test"
"#;

    #[test]
    fn a_tld_has_what_it_says_and_otherwise_the_default() {
        let plans = parse(WHOLE).expect("good");
        let [example, test] = ["example", "test"].map(|tld| &plans[tld]);
        let calendar = example.calendar();
        assert_eq!(calendar.full, [false, false, true, false, false, false, true]);
        assert_eq!((calendar.others, calendar.after), (Some(DepositKind::Differential), Duration::from_secs(5400)));
        assert_eq!(test.calendar().full, [true, false, false, false, false, false, false]);
        assert_eq!(test.calendar().others, Some(DepositKind::Incremental));
        let domains_and_tables = Models::xml().with_csv(ObjectKind::Domain).with_csv(ObjectKind::IdnTable);
        assert_eq!((example.models(), test.models()), (domains_and_tables, Models::xml()));
        let all = "[tld.a]\ncsv = [\"domain\", \"host\", \"contact\", \"registrar\", \"idn\", \"nndn\"]";
        assert_eq!(parse(all).expect("good")["a"].models(), Models::csv());
        let packing = [example, test].map(|plan| plan.packing.as_ref().expect("said"));
        assert_eq!(packing.map(|packing| packing.recipients[0].to_str()), [Some("agent.asc"), Some("other.asc")]);
        assert_eq!(packing[1].part_octets(), NonZeroU64::new(100_000_000));
        let delivery = [example, test].map(|plan| plan.delivery.as_ref().expect("said"));
        assert_eq!(delivery.map(|to| to.directory.as_deref()), [None, Some("test")]);
        assert_eq!(delivery[1].host, "sftp.agent.example");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let table = [
            ("[tld.example]\ntime = \"24:00\"", "time: expected an hour"),
            ("[tld.example]\ntime = \"1:00\"", "time: expected an hour"),
            ("[tld.example]\nfull_days = []", "one day at least"),
            ("[tld.example]\nfull_days = [\"Sunday\"]", "unknown variant `Sunday`"),
            ("[tld.example]\nful_days = []", "unknown field `ful_days`"),
            ("[tld.example]\ncsv = [\"policy\"]", "unknown variant `policy`"),
            ("[tlds.example]", "expected [default] and [tld.NAME]"),
            ("tld = 1", "expected a table, found 1"),
            ("[tld]\nexample = 1", "expected a table, found 1"),
            ("[tld.example.packing]\nrecipients = []\nsigner = \"a\"", "the agent's key"),
            (
                "[tld.example.packing]\nrecipients = [\"a\"]\nsigner = \"a\"\npassphrase_file = \"a\"\npassphrase_command = [\"b\"]",
                "found both",
            ),
            (
                "[tld.example.delivery]\nhost = \"h\"\nuser = \"u\"\nidentity = \"i\"\nknown_hosts = \"k\"",
                "packing: expected a table",
            ),
        ];
        for (text, expected) in table {
            let (place, why) = parse(text).expect_err(text);
            let said = format!("{place}: {why}");
            assert!(said.contains(expected), "{text}: {said}");
        }
    }

    #[test]
    fn a_command_says_the_passphrase_with_its_first_line_or_why_not() {
        let with = |command: &[&str]| {
            let command: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
            said_by(&command).map_err(|error| error.to_string())
        };
        assert_eq!(with(&["printf", "secret\\nmore"]), Ok("secret\nmore".into()));
        let failed = with(&["sh", "-c", "echo locked >&2; exit 3"]).expect_err("fails");
        assert!(failed.contains("locked") && failed.contains('3'), "{failed}");
        assert!(with(&["/nonexistent/program"]).is_err());
    }
}
