//! `domesday import`: a registry made of deposits of any make. What does not fit is printed before anything is written.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, BufReader, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;

use super::admin::print;
use super::exit::CliError;
use crate::escrow::csv::Reader;
use crate::escrow::into_record::Rule;
use crate::escrow::xml::Event;
use crate::node::csv_files::{Amount, Beside};
use crate::node::import::{self, Deposits, Events, ImportError, Imported, Order, Pass, Report};
use crate::runtime::clock;

pub(super) const HELP: &str = "\
Examples:
  domesday import --deposit example_full.xml --into /var/lib/domesday --dry-run
  domesday import --deposit full.xml diff-1.xml diff-2.xml --into /var/lib/domesday --accept missing-contact
  domesday import --deposit uk.xml --zone co.uk --zone org.uk --tld periods.add_grace=0 --into ./data
  domesday import --list-rules";

/// `import`.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct ImportArgs {
    /// The deposits, each the XML of one, decrypted: a full one, and what follows on it in order. CSV files lie beside the XML that
    /// names them.
    #[arg(long, value_name = "FILE", num_args = 1.., required_unless_present = "list_rules")]
    deposit: Vec<PathBuf>,
    /// data.dir of the new registry; there is nothing yet, or an empty directory.
    #[arg(long, value_name = "DIR", required_unless_present = "list_rules")]
    into: Option<PathBuf>,
    /// Take what a rule says does not fit, in the way that --list-rules tells; repeat for more.
    #[arg(long, value_name = "RULE", value_parser = rule)]
    accept: Vec<Rule>,
    /// Another name that domains are registered directly under, besides the TLD of the header; repeat for more.
    #[arg(long, value_name = "NAME")]
    zone: Vec<String>,
    /// What the TLDs are like, where that is not as with `admin tld add`: a field of its record and a TOML value, as
    /// periods.add_grace=0; repeat for more.
    #[arg(long, value_name = "FIELD=VALUE", value_parser = setting)]
    tld: Vec<(String, String)>,
    /// Where records of CSV files are sorted that stand in no order and do not fit into memory; default: the system's folder for
    /// temporary files. They lie there in files without a name, as they are.
    #[arg(long, value_name = "DIR")]
    spill: Option<PathBuf>,
    /// Say what would be imported, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print all rules: what each means, and what accepting it does.
    #[arg(long, exclusive = true)]
    list_rules: bool,
}

fn rule(text: &str) -> Result<Rule, String> {
    match Rule::parse(text) {
        Some(rule) if rule.accepting().is_some() => Ok(rule),
        Some(_) => Err("this cannot be accepted".into()),
        None => Err("expected a rule; domesday import --list-rules prints them".into()),
    }
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("expected FIELD=VALUE")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

/// How often progress is told on a terminal.
const BETWEEN: Duration = Duration::from_millis(200);
/// Octets read at a time.
const BUFFER: usize = 1 << 20;

/// Imports, prints, and says by the exit code what came of it.
///
/// # Errors
/// A file that cannot be read, a place that is taken, a disk that refuses; there is no registry then.
pub(super) fn run(args: &ImportArgs) -> Result<u8, CliError> {
    let Some(into) = args.into.clone().filter(|_| !args.list_rules) else {
        print(&rules())?;
        return Ok(0);
    };
    let order = Order {
        into,
        zones: args.zone.clone(),
        tld: args.tld.clone(),
        accepted: args.accept.iter().copied().collect(),
        dry_run: args.dry_run,
    };
    let spill = args.spill.clone().unwrap_or_else(std::env::temp_dir);
    let files = Files { paths: args.deposit.clone(), spill, progress: RefCell::new(Progress::new()) };
    let began = Instant::now();
    let report = import::import(&files, &order, clock::wall());
    files.progress.borrow_mut().clear();
    let report = report.map_err(|error| failed(error, args))?;
    print(&told(&report, &order, &files))?;
    let Some(found) = &report.found else { return Ok(1) };
    if !report.refused.is_empty() {
        return Ok(1);
    }
    print(&done(found, &order, began.elapsed()))?;
    Ok(0)
}

fn failed(error: ImportError, args: &ImportArgs) -> CliError {
    match error {
        ImportError::Deposit { file, error } => CliError::File { path: file.into(), error },
        ImportError::File { path, error } => CliError::File { path, error },
        ImportError::Start(error) => CliError::Node(error),
        ImportError::Order(why) => CliError::Usage(why),
        ImportError::Write(problem) => CliError::Content { path: args.into.clone().unwrap_or_default(), problem },
    }
}

fn rules() -> String {
    let mut text = String::new();
    for rule in Rule::ALL {
        let accepting = rule.accepting().unwrap_or("it cannot be accepted");
        let _ = writeln!(text, "{:<18} {}\n{:<18}   --accept: {accepting}", rule.name(), rule.meaning(), "");
    }
    text
}

/// What does not fit, by rule.
fn told(report: &Report, order: &Order, files: &Files) -> String {
    let mut text = String::new();
    if let Some(leftover) = &report.leftover {
        let _ = writeln!(text, "removed {}, which an import that did not end has left", leftover.display());
    }
    for (rule, count, examples) in report.problems.iter() {
        let _ = writeln!(text, "{}: {count} times: {}", rule.name(), rule.meaning());
        for example in examples {
            let file = match &example.place.csv {
                None => files.name(example.place.file),
                Some(csv) => files.beside(example.place.file).join(&**csv).display().to_string(),
            };
            let place = match example.place.line {
                0 => file,
                line => format!("{file}:{line}"),
            };
            let _ = writeln!(text, "  {place}: {}: {}", example.object, example.problem);
        }
        let more = count - examples.len() as u64;
        if more > 0 {
            let _ = writeln!(text, "  and {more} more");
        }
        let _ = match (rule.accepting(), order.accepted.contains(&rule)) {
            (None, _) => writeln!(text, "  it cannot be accepted"),
            (Some(accepting), true) => writeln!(text, "  accepted: {accepting}"),
            (Some(accepting), false) => writeln!(text, "  with --accept {}: {accepting}", rule.name()),
        };
    }
    if !report.refused.is_empty() {
        let names: Vec<&str> = report.refused.iter().map(|rule| rule.name()).collect();
        let _ = writeln!(text, "nothing was imported: {} not accepted", names.join(", "));
    }
    text
}

/// What was imported, and what is to be done next.
fn done(found: &Imported, order: &Order, took: Duration) -> String {
    let [contacts, hosts, domains] = found.objects;
    let tlds: Vec<&str> = found.tlds.iter().map(|tld| tld.name.as_str()).collect();
    let (into, seconds) = (order.into.display(), took.as_secs_f64());
    let what = format!(
        "deposit {} of {} as of {}: {domains} domains, {hosts} hosts, {contacts} contacts, {} registrars, {} blocked labels",
        found.id,
        tlds.join(", "),
        found.watermark,
        found.registrars.len(),
        found.blocked
    );
    if !found.written {
        return format!("{what}\nnothing was written (--dry-run)\n");
    }
    let rate = domains as f64 / seconds.max(0.001);
    let mut text = format!("{what}\nimported into {into} in {seconds:.1} s, {rate:.0} domains/s\n\nNext:\n");
    let repositories: BTreeSet<&str> = found.tlds.iter().map(|tld| tld.repository_id.as_str()).collect();
    let repository = repositories.iter().next().copied().unwrap_or_default();
    let _ = writeln!(text, "  in the configuration: data.dir = \"{into}\", registry.repository_id = \"{repository}\"");
    let _ = writeln!(text, "  domesday serve --config FILE");
    for registrar in found.registrars.iter().filter(|registrar| registrar.terminated.is_none()) {
        let clid = &registrar.clid;
        let note = if registrar.suspended { "  (suspended)" } else { "" };
        let _ =
            writeln!(text, "  domesday admin --config FILE registrar set-password {clid} --password-file FILE{note}");
        let _ = writeln!(text, "  domesday admin --config FILE registrar add-cert {clid} --pem FILE");
    }
    let tags: Vec<&str> = found.idn_tables.iter().map(|(tag, _)| tag.as_str()).collect();
    for (tag, url) in &found.idn_tables {
        let _ = writeln!(text, "  domesday admin --config FILE idn load {tag} FILE  (published at {url})");
    }
    if !tags.is_empty() {
        for tld in tlds {
            let _ = writeln!(text, "  domesday admin --config FILE tld set {tld} --idn-tables {}", tags.join(","));
        }
        let _ = writeln!(text, "  domesday admin --config FILE idn rekey --help  (gives names their variant keys)");
    }
    text
}

/// The files, and how far reading them is.
struct Files {
    paths: Vec<PathBuf>,
    spill: PathBuf,
    progress: RefCell<Progress>,
}

impl Files {
    /// The folder of a file.
    fn beside(&self, file: usize) -> &Path {
        self.paths.get(file).and_then(|path| path.parent()).unwrap_or(Path::new(""))
    }
}

impl Deposits for Files {
    fn count(&self) -> usize {
        self.paths.len()
    }

    fn name(&self, file: usize) -> String {
        self.paths.get(file).map(|path| path.display().to_string()).unwrap_or_default()
    }

    fn open(&self, file: usize, pass: Pass) -> io::Result<Events<'_>> {
        let path = self.paths.get(file).ok_or(io::ErrorKind::NotFound)?;
        let amount = Amount::default();
        let xml = BufReader::with_capacity(BUFFER, amount.open(path)?);
        self.progress.borrow_mut().begin(pass);
        let reader = Reader::new(xml, Beside::new(self.beside(file), &amount), &self.spill);
        Ok(Box::new(reader.inspect(move |placed| {
            let is_object = matches!(placed, Ok(placed) if matches!(placed.event, Event::Object(_)));
            self.progress.borrow_mut().at(&amount, is_object);
        })))
    }
}

/// A line on the terminal that says how far it is and how fast, where there is one.
struct Progress {
    pass: Pass,
    objects: u64,
    began: Instant,
    told: Option<Instant>,
    is_shown: bool,
}

impl Progress {
    fn new() -> Self {
        let is_shown = io::stderr().is_terminal();
        Self { pass: Pass::Header, objects: 0, began: Instant::now(), told: None, is_shown }
    }

    fn begin(&mut self, pass: Pass) {
        (self.pass, self.objects, self.began) = (pass, 0, Instant::now());
    }

    fn at(&mut self, amount: &Amount, is_object: bool) {
        self.objects += u64::from(is_object);
        if !self.is_shown || self.began.elapsed() < BETWEEN || self.told.is_some_and(|told| told.elapsed() < BETWEEN) {
            return;
        }
        self.told = Some(Instant::now());
        let percent = (amount.read() * 100).checked_div(amount.size()).unwrap_or(100);
        let bar = "#".repeat(percent as usize / 5);
        let rate = self.objects as f64 / self.began.elapsed().as_secs_f64();
        let (pass, objects) = (self.pass.name(), self.objects);
        // Nobody is harmed when it cannot be shown.
        let _ = write!(io::stderr(), "\r\x1b[K{pass} [{bar:<20}] {percent:>3} %, {objects} objects, {rate:.0}/s");
    }

    fn clear(&mut self) {
        if self.told.take().is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
