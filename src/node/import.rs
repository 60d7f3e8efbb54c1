//! A registry made of deposits: judged first, as a whole, then written beside the place where it is to be, and put there at the
//! very end, so that a crash leaves nothing half there.

mod tlds;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::base::timestamp::Timestamp;
use crate::escrow::csv::Placed;
use crate::escrow::into_record::{Converter, Place, Problems, References, Rule, Survey, Zones};
use crate::escrow::xml::Event;
use crate::escrow::{Object, Repository};
use crate::index::{self, SEARCH_KEYS};
use crate::model::record::{DataModel, NameList, Registrar, Tld};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::node::data_dir::DataDir;
use crate::node::head::Head;
use crate::node::ledger::import::{Filling, ImportFailure};
use crate::node::ledger::{Ledger, OpenError, Settings};
use crate::node::run::{StartError, random};
use crate::port::clock::Clock;
use crate::port::disk::Disk;
use crate::runtime::clock::SystemClock;
use crate::runtime::dir_lock::lock_dir;
use crate::wal;

/// Octets in memory at which a base file is written.
const FRESH_BYTES: u64 = 256 * 1024 * 1024;
/// Objects after which that is looked at.
const LOOK: u64 = 4096;

/// Which pass over the deposits is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Whose deposit it is.
    Header,
    /// What there is.
    Survey,
    /// What fits.
    Judge,
    /// Contacts and hosts; domains too, where they come last.
    Write,
    /// Domains.
    WriteDomains,
}

impl Pass {
    /// What is being done, for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Header => "looking",
            Self::Survey => "reading",
            Self::Judge => "judging",
            Self::Write => "writing",
            Self::WriteDomains => "writing domains",
        }
    }
}

/// What a deposit says, piece by piece.
pub type Events<'f> = Box<dyn Iterator<Item = io::Result<Placed>> + 'f>;

/// The deposits, the full one first; each is read several times.
pub trait Deposits {
    /// How many files there are.
    fn count(&self) -> usize;
    /// The name of a file, for people.
    fn name(&self, file: usize) -> String;
    /// Opens a file to read it from its beginning.
    ///
    /// # Errors
    /// Of the file.
    fn open(&self, file: usize, pass: Pass) -> io::Result<Events<'_>>;
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Order {
    /// Where the registry is to be: nothing, or an empty directory.
    pub into: PathBuf,
    /// Names under which domains are registered directly, besides the TLD of the header.
    pub zones: Vec<String>,
    /// What the TLDs are to be like, where that is not the default: fields of `tld-add` and their values in TOML.
    pub tld: Vec<(String, String)>,
    /// What is taken although it does not fit.
    pub accepted: BTreeSet<Rule>,
    /// Nothing is written.
    pub dry_run: bool,
}

/// What came of it.
#[derive(Debug)]
pub struct Report {
    /// What does not fit.
    pub problems: Problems,
    /// Rules that keep the import from being made.
    pub refused: Vec<Rule>,
    /// What an import before has left, and this one has removed.
    pub leftover: Option<PathBuf>,
    /// What was, or would be, imported; `None`: the deposits cannot be read as a registry.
    pub found: Option<Imported>,
}

/// What is in the registry.
#[derive(Debug)]
pub struct Imported {
    /// The id of the last deposit.
    pub id: String,
    /// The moment whose state it is.
    pub watermark: Timestamp,
    /// TLDs.
    pub tlds: Vec<Tld>,
    /// Registrars: none has a password or certificate.
    pub registrars: Vec<Registrar>,
    /// Tags of IDN tables that names were judged by, and where they are published.
    pub idn_tables: Vec<(String, String)>,
    /// Labels that are blocked.
    pub blocked: u64,
    /// Contacts, hosts and domains written, in this order; what there is to write in a dry run.
    pub objects: [u64; 3],
    /// Whether it was written.
    pub written: bool,
}

/// Why there is no import.
#[derive(Debug)]
pub enum ImportError {
    /// A deposit cannot be read.
    Deposit {
        /// Which.
        file: String,
        /// Why.
        error: io::Error,
    },
    /// It cannot be made as asked: what was expected and found.
    Order(String),
    /// A file or directory.
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The new registry's directories, log or index.
    Start(StartError),
    /// Something cannot be written.
    Write(String),
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deposit { file, error } => write!(f, "{file}: {error}"),
            Self::Order(why) | Self::Write(why) => f.write_str(why),
            Self::File { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Start(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ImportError {}

impl From<StartError> for ImportError {
    fn from(error: StartError) -> Self {
        Self::Start(error)
    }
}

impl From<OpenError> for ImportError {
    fn from(error: OpenError) -> Self {
        Self::Start(StartError::Open(error))
    }
}

impl From<ImportFailure> for ImportError {
    fn from(failure: ImportFailure) -> Self {
        Self::Write(failure.to_string())
    }
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> ImportError + '_ {
    |error| ImportError::File { path: path.to_owned(), error }
}

/// Judges the deposits and, if nothing that is not accepted is wrong with them, makes a registry of them. `now` bounds their
/// watermarks.
///
/// # Errors
/// [`ImportError`]; then there is no registry.
pub fn import(deposits: &impl Deposits, order: &Order, now: Timestamp) -> Result<Report, ImportError> {
    let into = place(&order.into)?;
    let (judged, problems) = judge(deposits, order, now)?;
    let refused = problems.beside(&order.accepted);
    let Some(mut judged) = judged else { return Ok(Report { problems, refused, leftover: None, found: None }) };
    if order.dry_run || !refused.is_empty() {
        return Ok(Report { problems, refused, leftover: None, found: Some(judged.imported) });
    }
    let (beside, leftover) = beside(&into)?;
    let written = write_at(&beside, deposits, &mut judged).and_then(|()| put(&beside, &into));
    if let Err(error) = written {
        // A disk that is full is to have its room again; what cannot be removed goes with the next attempt.
        let _ = std::fs::remove_dir_all(&beside);
        return Err(error);
    }
    judged.imported.written = true;
    Ok(Report { problems, refused, leftover, found: Some(judged.imported) })
}

/// The date of the import's transactions: a deposit of the watermark has what is dated before it.
fn dated(watermark: Timestamp) -> Timestamp {
    Timestamp::from_micros(watermark.micros() - 1000)
}

/// What was found before anything is written.
struct Judged {
    survey: Survey,
    tlds: BTreeMap<String, Tld>,
    lists: Vec<NameList>,
    imported: Imported,
}

/// Where the registry will be, without links. Nothing of anybody is there.
fn place(into: &Path) -> Result<PathBuf, ImportError> {
    let expected = "expected nothing or an empty directory where the registry is to be";
    match std::fs::read_dir(into) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => match into.symlink_metadata() {
            Ok(_) => Err(ImportError::Order(format!("{expected}, found a link to nothing at {}", into.display()))),
            Err(_) => Ok(into.to_owned()),
        },
        Err(error) => Err(failed(into)(error)),
        Ok(mut entries) => match entries.next() {
            None => {
                let whole = into.canonicalize().map_err(failed(into))?;
                let device = |dir: &Path| dir.metadata().map(|found| found.dev()).map_err(failed(dir));
                // It is made beside, and renamed at the end.
                if whole
                    .parent()
                    .is_none_or(|above| !matches!((device(&whole), device(above)), (Ok(a), Ok(b)) if a == b))
                {
                    let found = whole.display();
                    let why = format!(
                        "expected a directory on the file system of the one above it, found a mount point, {found}; name a directory in it"
                    );
                    return Err(ImportError::Order(why));
                }
                Ok(whole)
            }
            Some(_) => Err(ImportError::Order(format!("{expected}, found files in {}", into.display()))),
        },
    }
}

/// The passes that only read.
fn judge(deposits: &impl Deposits, order: &Order, now: Timestamp) -> Result<(Option<Judged>, Problems), ImportError> {
    let mut problems = Problems::default();
    let zones = Zones::new(header(deposits)?.into_iter().chain(order.zones.iter().cloned()));
    if zones.iter().next().is_none() {
        let problem = "expected the header of a TLD's deposit, found none; or name the TLD with --zone";
        problems.add(Rule::Frame, Place::default(), "header", problem.into());
    }
    let mut survey = Survey::new(zones);
    for file in 0..deposits.count() {
        survey.begin(file);
        each(deposits, file, Pass::Survey, |placed| {
            survey.take(placed, &mut problems);
            Ok(())
        })?;
        survey.end(&mut problems);
    }
    survey.finish(&mut problems);
    let Some(last) = survey.deposits().last().cloned() else { return Ok((None, problems)) };
    let watermark = last.watermark;
    if watermark > now {
        let problem = format!("expected a watermark that has come by {now}, found {watermark}");
        problems.add(Rule::Frame, Place::default(), &format!("deposit {}", last.id), problem);
    }
    if problems.of(Rule::Frame) > 0 {
        return Ok((None, problems));
    }
    let tlds = tlds::of(&survey, &order.tld, dated(watermark)).map_err(ImportError::Order)?;
    let lists = survey.lists(watermark, &mut problems);
    let (objects, bare) = judge_objects(deposits, &survey, &tlds, watermark, &mut problems)?;
    let mut tlds = tlds;
    if let Some((place, object)) = bare.filter(|_| survey.facts().data_model == DataModel::Maximum) {
        problems.add(Rule::Policy, place, &object, "expected a contact that is there, found none".into());
        survey.leave_contacts_to_registrars();
        tlds.values_mut().for_each(|tld| tld.data_model = DataModel::PerRegistrar);
    }
    let imported = Imported {
        id: last.id,
        watermark,
        tlds: tlds.values().cloned().collect(),
        registrars: survey.registrars(watermark, &mut problems),
        idn_tables: survey.idn_tables().map(|table| (table.id.clone(), table.url.clone())).collect(),
        blocked: lists.iter().map(|list| list.labels.len() as u64).sum(),
        objects,
        written: false,
    };
    Ok((Some(Judged { survey, tlds, lists, imported }), problems))
}

/// The TLD of the first header.
fn header(deposits: &impl Deposits) -> Result<Option<String>, ImportError> {
    if deposits.count() == 0 {
        return Err(ImportError::Order("expected a deposit, found none".into()));
    }
    let failed = |error| ImportError::Deposit { file: deposits.name(0), error };
    for placed in deposits.open(0, Pass::Header).map_err(failed)? {
        if let Event::Header(header) = placed.map_err(failed)?.event {
            return Ok(match header.repository {
                Repository::Tld(tld) => Some(tld),
                _ => None,
            });
        }
    }
    Ok(None)
}

/// Reads a file from its beginning to its end.
fn each(
    deposits: &impl Deposits,
    file: usize,
    pass: Pass,
    mut take: impl FnMut(Placed) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let failed = |error| ImportError::Deposit { file: deposits.name(file), error };
    for placed in deposits.open(file, pass).map_err(failed)? {
        take(placed.map_err(failed)?)?;
    }
    Ok(())
}

/// Each contact, host and domain that counts, with its place.
fn each_object(
    deposits: &impl Deposits,
    survey: &Survey,
    pass: Pass,
    mut take: impl FnMut(Place, Object) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    for file in 0..deposits.count() {
        let mut number = 0;
        each(deposits, file, pass, |placed| {
            let Event::Object(object) = placed.event else { return Ok(()) };
            number += 1;
            match survey.counts((file, number - 1), &object) {
                true => take(Place { file, csv: placed.file, line: placed.line }, object),
                false => Ok(()),
            }
        })?;
    }
    Ok(())
}

/// A domain without any contact, where the first is.
type Bare = Option<(Place, String)>;

fn judge_objects(
    deposits: &impl Deposits,
    survey: &Survey,
    tlds: &BTreeMap<String, Tld>,
    watermark: Timestamp,
    problems: &mut Problems,
) -> Result<([u64; 3], Bare), ImportError> {
    let converter = Converter { survey, tlds, watermark };
    let (mut objects, mut bare) = ([0; 3], None);
    each_object(deposits, survey, Pass::Judge, |place, object| {
        let changes = converter.changes(survey, object, 1, (place.clone(), problems));
        if let Some(changes) = changes {
            count(&mut objects, &changes);
            if let Some(Change::PutDomain(domain)) = changes.first()
                && domain.registrant.is_none()
                && domain.contacts.is_empty()
                && bare.is_none()
            {
                bare = Some((place, format!("domain {}", domain.name)));
            }
        }
        Ok(())
    })?;
    Ok((objects, bare))
}

fn count(objects: &mut [u64; 3], changes: &[Change]) {
    match changes.first() {
        Some(Change::PutContact(_)) => objects[0] += 1,
        Some(Change::PutHost(_)) => objects[1] += 1,
        Some(Change::PutDomain(_)) => objects[2] += 1,
        _ => {}
    }
}

/// The directory in which it is written, and whether an import before has left it.
fn beside(into: &Path) -> Result<(PathBuf, Option<PathBuf>), ImportError> {
    let name = into
        .file_name()
        .ok_or_else(|| ImportError::Order(format!("expected the name of a directory, found {}", into.display())))?;
    let mut unfinished = std::ffi::OsString::from(".");
    unfinished.push(name);
    unfinished.push(".importing");
    let path = into.with_file_name(unfinished);
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((path, None)),
        Err(error) => return Err(failed(&path)(error)),
        Ok(found) if found.is_dir() => {}
        Ok(_) => return Err(ImportError::Order(format!("expected nothing at {}, found a file", path.display()))),
    }
    // One that still runs has it locked.
    let lock = lock_dir(&path).map_err(StartError::Lock)?;
    std::fs::remove_dir_all(&path).map_err(failed(&path))?;
    drop(lock);
    Ok((path.clone(), Some(path)))
}

/// Moves what was written to its place, where it is from then on, whatever happens.
fn put(beside: &Path, into: &Path) -> Result<(), ImportError> {
    std::fs::rename(beside, into).map_err(failed(into))?;
    let parent = into.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent).and_then(|parent| parent.sync_all()).map_err(failed(parent))
}

fn write_at(path: &Path, deposits: &impl Deposits, judged: &mut Judged) -> Result<(), ImportError> {
    let (dir, _) = DataDir::make(path)?;
    let (wal, index) = dir.disks()?;
    let options = wal::Options::new(random().map_err(StartError::System)?);
    let clock = SystemClock::default();
    Ledger::<_, SystemClock>::begin(&wal, &index, &options, clock.now())?;
    let seed = random().map_err(StartError::System)?;
    // Nothing looks up what lies in base files but hosts, for each domain that names one.
    let memory = index::Memory::Lazy;
    let map = Some(dir.index.clone());
    let index_options = index::Options { map, memory, search: SEARCH_KEYS, ..index::Options::new(seed) };
    let settings = Settings { repository_id: String::new(), wal: options, index: index_options };
    let (ledger, ..) = Ledger::open(wal, &index, clock, settings)?;
    write(ledger, &index, deposits, judged)?;
    drop(dir);
    sync(path)
}

/// The names of the directories in it lie in the directory.
fn sync(path: &Path) -> Result<(), ImportError> {
    File::open(path).and_then(|dir| dir.sync_all()).map_err(failed(path))
}

/// Writes everything into a ledger that has just been begun.
fn write<D: Disk, C: Clock>(
    ledger: Ledger<D, C>,
    index: &D,
    deposits: &impl Deposits,
    judged: &mut Judged,
) -> Result<(), ImportError> {
    let Judged { survey, tlds, lists, imported } = judged;
    let mut filling = Filling::new(ledger, dated(imported.watermark), survey.facts().highest);
    for tld in tlds.values() {
        filling.add(&[Change::PutTld(tld.clone())])?;
    }
    for registrar in &imported.registrars {
        filling.add(&[Change::PutRegistrar(registrar.clone())])?;
    }
    for list in lists.iter() {
        filling.add(&[Change::PutNameList(list.clone())])?;
    }
    let converter = Converter { survey, tlds, watermark: imported.watermark };
    let passes: &[Pass] = if survey.is_sorted() { &[Pass::Write] } else { &[Pass::Write, Pass::WriteDomains] };
    let mut objects = [0; 3];
    for pass in passes {
        let mut seen = 0_u64;
        each_object(deposits, survey, *pass, |place, object| {
            let is_domain = matches!(object, Object::Domain(_));
            if passes.len() > 1 && is_domain != (*pass == Pass::WriteDomains) {
                return Ok(());
            }
            let (id, mut told) = (filling.next_id(), Problems::default());
            let written = Written { survey, head: filling.view() };
            let changes = converter.changes(&written, object, id, (place, &mut told));
            if let Some(changes) = changes {
                count(&mut objects, &changes);
                filling.add(&changes)?;
            }
            seen += 1;
            if seen.is_multiple_of(LOOK) && filling.fresh_bytes() > FRESH_BYTES {
                filling.checkpoint(index)?;
            }
            Ok(())
        })?;
    }
    if objects != imported.objects {
        let (expected, found) = (imported.objects, objects);
        let changed = "the deposits have changed while they were read; nothing was imported";
        return Err(ImportError::Write(format!(
            "expected {expected:?} contacts, hosts and domains, found {found:?}: {changed}"
        )));
    }
    Ok(filling.end(index)?)
}

/// What has been written by now.
struct Written<'a> {
    survey: &'a Survey,
    head: Head<'a>,
}

impl References for Written<'_> {
    fn host_id(&self, name: &str) -> Option<u64> {
        self.head.host_named(name).map(|host| host.id.to_native())
    }

    fn has_contact(&self, id: &str) -> bool {
        self.survey.has_contact(id) && self.head.contact(id).is_some()
    }
}

#[cfg(test)]
mod tests;
