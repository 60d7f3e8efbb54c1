//! `domesday escrow check`: a deposit of any make, judged by its files, its schemas and the rules of ICANN's tests.

use std::io::{self, BufReader, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::escrow_report::{Progress, Report, Row};
use super::exit::CliError;
use super::password;
use crate::escrow::csv::{Placed, Reader};
use crate::escrow::pack::{KeyError, Layer, MemberReader, PublicKey, SecretKey, Signed, UnpackError, Wrapping};
use crate::escrow::package::{Package, Role};
use crate::escrow::xml::{self, Event};
use crate::escrow::{Case, Checker, Deposit, ObjectKind};
use crate::node::csv_files::{Amount, Beside, Unpacked};
use crate::node::deposit_files::{DepositFiles, FileError, Found, small_file};
use crate::runtime::clock;

/// `escrow`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum EscrowCommand {
    /// Judge a deposit of any make: its files, its schemas (RFC 8909, RFC 9022) and the rules of ICANN's tests (rde-01 to rde-15).
    ///
    /// FILES are the parts of a deposit as it is sent (.ryde), in any order, or what is inside of them: a tar file, or the XML, beside
    /// which CSV files lie that it names. It is decrypted and unpacked while it is read, with little memory, and nothing of it is
    /// written to a disk, but to the folder of --spill. Each finding is a line with its place, its rule, and what was expected and
    /// found; what could not be judged is said too. Exit code 0: nothing is wrong; 1: something is; 2: the deposit cannot be read to
    /// its end.
    #[command(
        after_help = "Examples:\n  domesday escrow check example_2026-11-29_full_S1_R0.xml\n  domesday escrow check example_2026-11-29_full_*.ryde --signer registry.asc --key agent.key --passphrase-file agent.pass\n  domesday escrow check deposit.xml --json | jq .summary"
    )]
    Check(CheckArgs),
}

/// `escrow check`.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct CheckArgs {
    /// The deposit: its parts in any order, its tar file or its XML.
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
    /// The OpenPGP secret key that decrypts it.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The first line of this file opens the secret key; "-": of standard input.
    #[arg(long, value_name = "FILE", requires = "key")]
    passphrase_file: Option<PathBuf>,
    /// The OpenPGP public key of the registry: the signatures beside the parts (.sig, binary or armoured) are verified.
    #[arg(long, value_name = "FILE")]
    signer: Option<PathBuf>,
    /// Where CSV files of a package lie meanwhile: without it they are not read. Records of CSV files that stand in no order and do
    /// not fit into memory are sorted there too; of CSV files beside the XML, else in the system's folder for temporary files. They
    /// lie there decrypted, in files without a name.
    #[arg(long, value_name = "DIR")]
    spill: Option<PathBuf>,
    /// Findings as JSON, one a line, and a summary as the last line.
    #[arg(long)]
    pub(super) json: bool,
    /// Findings that are printed; the others are counted.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(super) most: usize,
}

/// Octets read at a time.
const BUFFER: usize = 1 << 20;

/// Why a deposit is not read on.
enum Stop {
    Deposit(UnpackError),
    Cli(CliError),
    /// Reading failed; what lies below knows why.
    Read(io::Error),
}

impl From<UnpackError> for Stop {
    fn from(error: UnpackError) -> Self {
        Self::Deposit(error)
    }
}

impl From<CliError> for Stop {
    fn from(error: CliError) -> Self {
        Self::Cli(error)
    }
}

impl From<FileError> for CliError {
    fn from(FileError { path, error }: FileError) -> Self {
        Self::File { path, error }
    }
}

/// The keys that were given.
struct Keys {
    secret: Option<SecretKey>,
    signer: Option<PublicKey>,
}

impl Keys {
    fn read(args: &CheckArgs) -> Result<Self, CliError> {
        let wrong = |path: &Path| {
            let path = path.to_owned();
            move |error: KeyError| CliError::Content { path, problem: error.to_string() }
        };
        let passphrase = match &args.passphrase_file {
            Some(path) => password::read("the secret key", Some(path))?,
            None => String::new(),
        };
        let secret = args.key.as_deref().map(|path| {
            let key = SecretKey::read(&small_file(path)?, &passphrase);
            key.map_err(wrong(path))
        });
        let signer = args.signer.as_deref().map(|path| {
            let key = PublicKey::read(&small_file(path)?);
            key.map_err(wrong(path))
        });
        Ok(Self { secret: secret.transpose()?, signer: signer.transpose()? })
    }
}

/// Checks, prints, and says by the exit code what came of it.
///
/// # Errors
/// Standard output.
pub(super) fn run(args: &CheckArgs) -> Result<u8, CliError> {
    match check(args) {
        Err(error @ (CliError::File { .. } | CliError::Content { .. })) => {
            // When nobody hears it, the exit code still says it.
            let _ = writeln!(io::stderr(), "domesday: {error}");
            Ok(2)
        }
        outcome => outcome,
    }
}

fn check(args: &CheckArgs) -> Result<u8, CliError> {
    let keys = Keys::read(args)?;
    let Found { files, package } = DepositFiles::find(&args.files)?;
    let progress = Progress::new();
    let report = Report::new(args, &progress);
    let unpacked = args.spill.as_deref().map(Unpacked::new);
    let mut check = Check { report, package, checker: None, csv: None, unpacked, document: None, wrapping: None };
    check.report.findings(check.package.take())?;
    let Some(files) = files else {
        let cases = [&[Case::Rde02], &Case::BEHIND_ENCRYPTION[..]].concat();
        check.report.unchecked(&cases, "the files are not the parts of one deposit");
        return check.report.end();
    };
    let passes = if files.is_message() && keys.signer.is_some() { 2 } else { 1 };
    progress.expect(files.octets() * passes);
    check.signatures(&files, &keys)?;
    check.contents(&files, &keys, args)?;
    check.report.end()
}

/// A deposit that is being judged.
struct Check<'a> {
    report: Report<'a>,
    package: Package,
    /// The judge of the contents, once they have begun.
    checker: Option<Checker>,
    /// The first CSV file that the package has or should have, until they are read.
    csv: Option<String>,
    /// Those of the package, where they may lie somewhere.
    unpacked: Option<Unpacked>,
    /// The XML of the package, which is read once the CSV files that it names are unpacked.
    document: Option<String>,
    /// What the data files are wrapped in, once one has been seen.
    wrapping: Option<Wrapping>,
}

impl Check<'_> {
    fn signatures(&mut self, files: &DepositFiles, keys: &Keys) -> Result<(), CliError> {
        if !files.is_message() {
            let cases: &[Case] = if self.package.is_named() { &[] } else { &[Case::Rde01] };
            let why = "the file has been taken out of its wrapping, and has neither signature nor encryption";
            self.report.unchecked(&[cases, &[Case::Rde02, Case::Rde03]].concat(), why);
            return Ok(());
        }
        let Some(signer) = &keys.signer else {
            self.report.unchecked(&[Case::Rde02], "signatures need the public key of the registry (--signer)");
            return Ok(());
        };
        let progress = self.report.progress;
        let signed = files.verify(&mut self.package, signer, clock::wall(), &|octets| progress.read(octets))?;
        self.report.findings(self.package.take())?;
        for Signed { made, by } in signed {
            self.report.signed(&format!("{by} at {made}"));
        }
        Ok(())
    }

    fn contents(&mut self, files: &DepositFiles, keys: &Keys, args: &CheckArgs) -> Result<(), CliError> {
        let progress = self.report.progress;
        let (secret, read) = (keys.secret.as_ref(), |octets| progress.read(octets));
        let beside = files.parts()[0].parent().unwrap_or(Path::new(""));
        let spill = args.spill.clone().unwrap_or_else(std::env::temp_dir);
        let mut unpacked = files.unpack(secret, &read, |member| self.member(member, beside, &spill));
        if let (Ok(_), Some(document)) = (&unpacked, self.document.take())
            && let Some(csv) = self.unpacked.take()
        {
            progress.expect_more(files.octets());
            self.csv = None;
            unpacked = files.unpack(secret, &read, |member| match *member.name == *document {
                true => {
                    let xml = BufReader::with_capacity(BUFFER, member);
                    self.judge(Reader::new(xml, &csv, &spill), &Amount::default())
                }
                false => Ok(()),
            });
        }
        if let Some(failure) = files.failure() {
            return Err(failure.into());
        }
        match unpacked {
            Ok(_) => {
                self.package.finish();
                self.report.findings(self.package.take())?;
                self.csv_model();
                if let Some(checker) = self.checker.take().filter(|_| self.report.is_read() && self.csv.is_none()) {
                    self.report.findings(checker.finish())?;
                }
            }
            Err(Stop::Deposit(UnpackError::Encrypted)) => {
                self.report.unread();
                self.report
                    .unchecked(&Case::BEHIND_ENCRYPTION, "the deposit is encrypted, and needs a secret key (--key)");
            }
            Err(Stop::Deposit(UnpackError::Io(error)) | Stop::Read(error)) => {
                return Err(CliError::File { path: files.parts()[0].clone(), error });
            }
            Err(Stop::Deposit(UnpackError::Key(error))) => {
                let path = args.key.clone().unwrap_or_default();
                return Err(CliError::Content { path, problem: error.to_string() });
            }
            Err(Stop::Deposit(error)) => {
                self.report.unread();
                self.package.fault("", &error);
                self.report.findings(self.package.take())?;
            }
            Err(Stop::Cli(error)) => return Err(error),
        }
        Ok(())
    }

    /// Says that files of the CSV model are not read.
    fn csv_model(&mut self) {
        let Some(csv) = &self.csv else { return };
        self.report.unread();
        let why = match self.unpacked {
            None => {
                "is of the CSV model; CSV files of a package are read where they may lie on a disk meanwhile (--spill)"
            }
            Some(_) => "is of the CSV model, which no type of objects is in by the menu of the XML",
        };
        let why = format!("{csv} {why}; findings in the XML may come of that");
        self.report.unchecked(&Case::IN_CSV, &why);
    }

    fn member(&mut self, member: &mut MemberReader<'_>, beside: &Path, spill: &Path) -> Result<(), Stop> {
        if self.wrapping.is_none() {
            self.package.wrapping(member.wrapping);
            self.report.wrapping(member.wrapping);
            self.wrapping = Some(member.wrapping.clone());
        }
        let role = self.package.member(member.name, member.wrapping);
        self.report.findings(self.package.take())?;
        match role {
            Role::Deposit if member.wrapping.layers.last() == Some(&Layer::Tar) => self.packed(member),
            Role::Deposit => {
                let amount = Amount::default();
                let xml = BufReader::with_capacity(BUFFER, member);
                self.judge(Reader::new(xml, Beside::new(beside, &amount), spill), &amount)
            }
            Role::Csv => {
                self.csv.get_or_insert_with(|| member.name.to_owned());
                let Some(unpacked) = &mut self.unpacked else { return Ok(()) };
                let name = member.name.to_owned();
                unpacked.keep(&name, member).map_err(Stop::Read)
            }
            Role::Foreign => Ok(()),
        }
    }

    /// Judges the XML of a package, unless it has CSV files that are to be unpacked before: the XML that tells their columns may
    /// stand before or behind them.
    fn packed(&mut self, member: &mut MemberReader<'_>) -> Result<(), Stop> {
        let name = member.name.to_owned();
        let mut events = xml::Reader::new(BufReader::with_capacity(BUFFER, member));
        let mut first = Vec::new();
        for placed in events.by_ref() {
            let placed = placed.map_err(Stop::Read)?;
            let has_csv = matches!(&placed.event, Event::Begin(deposit) if has_csv(deposit));
            let is_begun = matches!(placed.event, Event::Begin(_));
            first.push(Ok(placed));
            if has_csv && self.unpacked.is_some() {
                self.document = Some(name);
                return Ok(());
            }
            if is_begun {
                break;
            }
        }
        self.judge(first.into_iter().chain(events).map(|placed| placed.map(Placed::from)), &Amount::default())
    }

    /// Judges a deposit; `amount` is what is read of CSV files beside it.
    fn judge(&mut self, events: impl Iterator<Item = io::Result<Placed>>, amount: &Amount) -> Result<(), Stop> {
        for placed in events {
            let Placed { file, line, event } = placed.map_err(Stop::Read)?;
            self.checker.iter_mut().for_each(|checker| checker.in_file(file.as_ref()));
            match event {
                Event::Begin(deposit) => {
                    self.package.frame(&deposit);
                    self.checker = Some(Checker::new(deposit, clock::wall()));
                }
                Event::Fault(fault) => {
                    let found =
                        if fault.found.is_empty() { "nothing".to_owned() } else { format!("{:?}", fault.found) };
                    let problem = format!("expected {}, found {found}", fault.expected);
                    let (rule, object) = (fault.rule.name(), fault.element.as_str());
                    let (file, line, case) = (file.as_deref(), fault.line, Case::Rde04.name());
                    self.report.tell(&Row { file, line, case, rule, object, problem })?;
                }
                Event::Header(header) => {
                    self.package.header(&header);
                    self.checker.iter_mut().for_each(|checker| checker.header(header.clone()));
                }
                Event::Delete(_) => self.report.delete(),
                Event::Object(object) => {
                    self.report.object();
                    self.checker.iter_mut().for_each(|checker| checker.object(line, &object));
                }
                Event::Csv(definitions) => {
                    self.checker.iter_mut().for_each(|checker| checker.csv(&definitions));
                }
                Event::End => self.report.read(),
            }
            self.report.findings(self.package.take())?;
            if let Some(checker) = &mut self.checker {
                self.report.findings(checker.take())?;
            }
            let (size, read) = amount.take();
            self.report.progress.expect_more(size);
            self.report.progress.read(read);
        }
        Ok(())
    }
}

/// Whether a type of objects is in CSV files, by its menu.
fn has_csv(deposit: &Deposit) -> bool {
    let uris = || ObjectKind::ALL.into_iter().filter_map(ObjectKind::csv_uri);
    deposit.menu.iter().any(|uri| uris().any(|csv| csv == uri))
}
