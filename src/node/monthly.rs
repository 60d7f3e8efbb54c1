//! The monthly reports of Specification 3, made from the log, the index and the shards' counters.
//!
//! What the log says of transactions is counted before a checkpoint releases it: `reports/tally` in the data directory is the
//! fold of all frames up to the base files', and of what there was at the end of each month. A report folds on from there. A
//! report of a month that is over is kept, and is the report of that month from then on.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::base::timestamp::Timestamp;
use crate::index;
use crate::model::record::Kind;
use crate::model::transaction::decode_batch;
use crate::model::version::tag;
use crate::model::view::View;
use crate::node::activity::{self, CountsError};
use crate::node::image::{self, ImageError};
use crate::node::ledger::{OpenError, Opened};
use crate::reports::activity::{Form, given_in, report as activity_report};
use crate::reports::monthly::{Kind as Report, Month, check};
use crate::reports::tally::{Census, Registered, Tally, report as transactions_report};
use crate::runtime::disk::FsDisk;
use crate::runtime::offload::{Account, Bounds, Busy, Offload};
use crate::wal::{Frames, WalError};

/// The directory of the reports, in the data directory.
const DIRECTORY: &str = "reports";
/// The file of the tally in it.
const TALLY: &str = "tally";
/// Days after which no transaction can be dated before a grace period's end that is not counted yet: a registry that has been
/// stopped for less does what fell due meanwhile under its own date.
const LATE_DAYS: i64 = 40;
/// Months whose counts are kept.
const KEPT_MONTHS: u32 = 24;

/// Who makes reports, one at a time.
pub(super) struct Monthly {
    maker: Offload,
    registry: Arc<Registry>,
}

struct Registry {
    disks: (FsDisk, FsDisk),
    options: index::Options,
    log_id: u64,
    data_dir: PathBuf,
    /// Whoever has it reads the log and the tally, and no checkpoint releases what is read.
    turn: Mutex<()>,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub(super) struct Order {
    /// Which of the two.
    pub(super) report: Report,
    /// Of which TLD.
    pub(super) tld: String,
    /// Of which month.
    pub(super) month: Month,
    /// The columns of an activity report.
    pub(super) form: Form,
    /// Figures of other systems, by column; `None`: those of the report that is kept.
    pub(super) given: Option<BTreeMap<String, u64>>,
    /// Whether a month that is not over is reported as far as it goes.
    pub(super) so_far: bool,
    /// Whether a report that is kept is replaced.
    pub(super) anew: bool,
    /// The present.
    pub(super) now: Timestamp,
    /// Frames up to this one are on disk, and hold all that was done by now.
    pub(super) durable: u64,
}

/// A report that was made.
pub(super) struct Made {
    /// Where it is kept; `None` of a month that is not over.
    pub(super) path: Option<PathBuf>,
    /// The file.
    pub(super) csv: Vec<u8>,
    /// What an operator should know of it.
    pub(super) warnings: Vec<String>,
}

/// Why there is no report.
#[derive(Debug)]
pub(super) enum MonthlyError {
    /// The month is not over.
    NotOver(Month, Timestamp),
    /// There was no such TLD at the end of the month.
    NoTld(Month),
    /// The registry was not counted yet in that month.
    TooEarly(Month, Timestamp),
    /// A state of the registry, or its log.
    Image(ImageError),
    /// A file.
    File(PathBuf, io::Error),
    /// What the shards have counted.
    Counts(CountsError),
    /// Another report is being made.
    Busy,
}

impl fmt::Display for MonthlyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOver(month, now) => write!(
                f,
                "expected a month that is over, found {month}; it is {now}. --so-far reports a month as far as it goes"
            ),
            Self::NoTld(month) => {
                write!(f, "expected a TLD that was there at the end of {month}, found none of that name")
            }
            Self::TooEarly(month, since) => {
                write!(f, "expected a month that was counted, found {month}; transactions are counted from {since} on")
            }
            Self::Image(error) => error.fmt(f),
            Self::File(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Counts(CountsError::File(path, error)) => write!(f, "{}: {error}", path.display()),
            Self::Counts(CountsError::Content(path, error)) => write!(f, "{}: {error}", path.display()),
            Self::Busy => f.write_str("another report is being made; ask again when it is done"),
        }
    }
}

impl From<Busy> for MonthlyError {
    fn from(Busy: Busy) -> Self {
        Self::Busy
    }
}

impl<E: Into<ImageError>> From<E> for MonthlyError {
    fn from(error: E) -> Self {
        Self::Image(error.into())
    }
}

fn file_error(path: &Path) -> impl FnOnce(io::Error) -> MonthlyError + use<> {
    let path = path.to_owned();
    move |error| MonthlyError::File(path, error)
}

impl Monthly {
    /// Over the log and index of a registry that has been opened.
    ///
    /// # Errors
    /// When there is no thread.
    pub(super) fn new(
        disks: (FsDisk, FsDisk),
        options: index::Options,
        opened: &Opened,
        data_dir: &Path,
    ) -> io::Result<Self> {
        let maker = Offload::new(1, Bounds { all: 1, owner: 1 })?;
        let (data_dir, turn) = (data_dir.to_owned(), Mutex::default());
        Ok(Self { maker, registry: Arc::new(Registry { disks, options, log_id: opened.log_id, data_dir, turn }) })
    }

    /// Counts what a checkpoint is about to release, up to that frame. To be called before it is written, on its thread.
    ///
    /// # Errors
    /// [`MonthlyError`]: the log has to stay.
    pub(super) fn before_checkpoint(&self, frame: u64) -> Result<(), MonthlyError> {
        let registry = &self.registry;
        let _turn = registry.turn();
        let mut tally = registry.tally(frame)?;
        let oldest = Month::of(tally.last.minus_months(KEPT_MONTHS));
        tally.tidy(tally.last.plus_days(-LATE_DAYS), oldest);
        registry.write(TALLY, &tally.to_file())
    }

    /// Makes a report, or gives the one that is kept.
    ///
    /// # Errors
    /// [`MonthlyError`].
    pub(super) async fn make(&self, order: Order) -> Result<Made, MonthlyError> {
        let registry = self.registry.clone();
        let account = Account { owner: String::new(), group: String::new() };
        self.maker.run(&account, move || registry.make(&order)).await?
    }
}

impl Registry {
    fn turn(&self) -> MutexGuard<'_, ()> {
        // It guards files, which are whole whatever became of whoever had it.
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.data_dir.join(DIRECTORY).join(name)
    }

    /// Writes a file, durably and whole.
    fn write(&self, name: &str, octets: &[u8]) -> Result<(), MonthlyError> {
        let (path, unfinished) = (self.path(name), self.path(&format!("{name}.part")));
        let dir = self.data_dir.join(DIRECTORY);
        DirBuilder::new().recursive(true).mode(0o700).create(&dir).map_err(file_error(&dir))?;
        let written = (|| {
            let open = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished);
            let mut file = open?;
            file.write_all(octets)?;
            file.sync_all()?;
            fs::rename(&unfinished, &path)?;
            File::open(&dir)?.sync_all()?;
            File::open(&self.data_dir)?.sync_all()
        })();
        written.map_err(|error| {
            // A disk that is full is to have its room again.
            let _ = fs::remove_file(&unfinished);
            MonthlyError::File(path, error)
        })
    }

    /// What has been counted up to that frame.
    fn tally(&self, durable: u64) -> Result<Tally, MonthlyError> {
        let kept = self.kept()?.filter(|kept| kept.log_id == self.log_id && kept.frame <= durable);
        let (mut tally, is_new) = match kept {
            Some(kept) => (kept, false),
            None => (self.begin()?, true),
        };
        match self.count_on(&mut tally, durable) {
            Err(MonthlyError::Image(ImageError::Open(OpenError::Wal(WalError::Released { .. })))) if !is_new => {
                tracing::error!(
                    "the log that was not counted yet is gone: the transactions of this month's reports are not whole"
                );
                tally = self.begin()?;
                self.count_on(&mut tally, durable)?;
            }
            counted => counted?,
        }
        Ok(tally)
    }

    fn kept(&self) -> Result<Option<Tally>, MonthlyError> {
        let path = self.path(TALLY);
        let file = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file.map_err(file_error(&path))?,
        };
        match Tally::from_file(&file) {
            Ok(tally) => Ok(Some(tally)),
            Err(error) => {
                let aside = path.with_extension("damaged");
                fs::rename(&path, &aside).map_err(file_error(&aside))?;
                tracing::error!(%error, file = %aside.display(), "what was counted of transactions was put aside; they are counted anew, from what the log still has");
                Ok(None)
            }
        }
    }

    /// Begins with what is under way in the base files.
    fn begin(&self) -> Result<Tally, MonthlyError> {
        let Self { disks: (wal, index), options, log_id, .. } = self;
        let image = image::open((wal, index), options, *log_id, 0, None)?;
        let mut tally = Tally::new(*log_id, image.base, image.last);
        let view = image.state().reader();
        let view = view.pin();
        view.for_each(tag(Kind::Domain), |key, _| {
            if let Some(domain) = std::str::from_utf8(key).ok().and_then(|name| view.domain(name)) {
                tally.begin_with(domain);
            }
        });
        Ok(tally)
    }

    /// Counts on, and notes what there was at the end of each month that has passed.
    fn count_on(&self, tally: &mut Tally, durable: u64) -> Result<(), MonthlyError> {
        let mut from = (tally.frame > 0).then_some(tally.last);
        let mut frames = Frames::open(&self.disks.0, tally.frame + 1, durable).map_err(OpenError::from)?;
        while let Some(frame) = frames.next_frame().map_err(OpenError::from)? {
            let sequence = frame.header.sequence;
            let bad = |cause| OpenError::Batch { sequence, cause };
            for entry in decode_batch(frame.payload).map_err(bad)? {
                from.get_or_insert(entry.origin.time);
                tally.count(&entry).map_err(bad)?;
            }
            tally.frame = sequence;
        }
        let mut month = Month::of(from.unwrap_or(tally.last));
        while month.end() <= tally.last {
            if !tally.ends.contains_key(&month) {
                tally.ends.insert(month, self.census(month.end(), durable)?);
            }
            month = Month::of(month.end());
        }
        Ok(())
    }

    /// What there is of all that is dated before a moment.
    fn census(&self, until: Timestamp, durable: u64) -> Result<Census, MonthlyError> {
        let Self { disks: (wal, index), options, log_id, .. } = self;
        let image = image::open((wal, index), options, *log_id, durable, Some(until))?;
        let reader = image.state().reader();
        Ok(census(&reader.pin()))
    }

    fn make(&self, order: &Order) -> Result<Made, MonthlyError> {
        let Order { report, tld, month, .. } = order;
        let is_over = order.now >= month.end();
        if !is_over && !order.so_far {
            return Err(MonthlyError::NotOver(*month, order.now));
        }
        let _turn = self.turn();
        let name = report.file_name(tld, *month);
        let path = self.path(&name);
        let kept = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            kept => Some(kept.map_err(file_error(&path))?),
        };
        let (csv, mut warnings) = match (self.compute(order, kept.as_deref()), &kept) {
            (Err(error), Some(kept)) if !order.anew => {
                let warning = format!("this is the report that is kept; it cannot be made again: {error}");
                return Ok(Made { path: Some(path), csv: kept.clone(), warnings: vec![warning] });
            }
            (computed, _) => computed?,
        };
        let faults = check(&csv).1;
        warnings.extend(faults.iter().map(|fault| format!("the receiver will refuse it: {fault}")));
        if !is_over {
            warnings.push(format!("{month} is not over: these are its figures until {}", order.now));
            return Ok(Made { path: None, csv, warnings });
        }
        if let Some(kept) = kept.filter(|kept| *kept != csv && !order.anew) {
            let warning = format!(
                "this is the report that is kept in {}; one that is made now says something else, and --anew replaces it",
                path.display()
            );
            return Ok(Made { path: Some(path), csv: kept, warnings: vec![warning] });
        }
        self.write(&name, &csv)?;
        Ok(Made { path: Some(path), csv, warnings })
    }

    /// The report, as all that is known now says it.
    fn compute(&self, order: &Order, kept: Option<&[u8]>) -> Result<(Vec<u8>, Vec<String>), MonthlyError> {
        let Order { tld, month, .. } = order;
        let tally = self.tally(order.durable)?;
        let census = match tally.ends.get(month) {
            Some(census) => census.clone(),
            None if tally.since >= month.end() => return Err(MonthlyError::TooEarly(*month, tally.since)),
            None => self.census(month.end(), order.durable)?,
        };
        if !census.tlds.contains(tld) {
            return Err(MonthlyError::NoTld(*month));
        }
        let (counts, files) = activity::read(&self.data_dir, *month).map_err(MonthlyError::Counts)?;
        let mut warnings = Vec::new();
        if files == 0 {
            warnings.push(format!("nothing that was responded to in {month} has been counted"));
        }
        if order.report == Report::Activity {
            let operational = census.registrars.iter().filter(|registrar| registrar.operational && !registrar.is_test);
            let before = || kept.map_or_else(BTreeMap::new, given_in);
            let given = order.given.clone().unwrap_or_else(before);
            return Ok((activity_report(order.form, tld, operational.count() as u64, &given, &counts), warnings));
        }
        if tally.since > month.start() {
            warnings.push(format!("transactions of {month} are counted from {} on", tally.since));
        }
        for registrar in census.registrars.iter().filter(|found| found.iana_id.is_none() && !found.is_test) {
            warnings.push(format!("{} has no IANA id, and is reported as 9999: the operator's own", registrar.clid));
        }
        let attempts = counts.iter().filter_map(|(key, counts)| {
            let (of, clid) = key.split_once('\0')?;
            (of == tld).then(|| (clid.to_owned(), counts.first().copied().unwrap_or(0)))
        });
        let figures = tally.month(*month, tld, order.now, &census, &attempts.collect());
        Ok((transactions_report(&figures, &census), warnings))
    }
}

/// What a view has.
fn census(view: &index::Snapshot<'_>) -> Census {
    let mut census = Census { tlds: view.directory(Kind::Tld).map(str::to_owned).collect(), ..Census::default() };
    let registrars = view.directory(Kind::Registrar).filter_map(|clid| view.registrar(clid));
    census.registrars = registrars
        .map(|found| Registered {
            clid: found.clid.as_str().to_owned(),
            name: found.name.as_str().to_owned(),
            iana_id: found.iana_id.as_ref().map(|id| id.to_native()),
            operational: !found.suspended && found.terminated.is_none() && !found.password.is_empty(),
            terminated: found.terminated.is_some(),
            is_test: found.is_test,
        })
        .collect();
    let mut used: HashMap<&str, HashSet<u64>> = HashMap::new();
    let mut attributes = BTreeSet::new();
    let objects = &mut census.objects;
    let mut add = |tld: &str, clid: &str, domains, hosts| {
        let counts = objects.entry((tld.to_owned(), clid.to_owned())).or_default();
        *counts = (counts.0 + domains, counts.1 + hosts);
    };
    view.for_each(tag(Kind::Domain), |key, _| {
        let Some(domain) = std::str::from_utf8(key).ok().and_then(|name| view.domain(name)) else { return };
        let (tld, sponsor) = (domain.tld.as_str(), domain.sponsor.as_str());
        add(tld, sponsor, 1, 0);
        used.entry(tld).or_default().extend(domain.name_servers.iter().map(|id| id.to_native()));
        attributes.extend(domain.host_attributes.iter().map(|host| (tld, sponsor, host.name.as_str())));
    });
    attributes.iter().for_each(|(tld, sponsor, _)| add(tld, sponsor, 0, 1));
    // An object counts where it stands, and in each other TLD whose names use it.
    view.for_each(tag(Kind::Host), |key, _| {
        let Some(host) = key.try_into().ok().and_then(|id| view.host(u64::from_be_bytes(id))) else { return };
        let own = view.tld_of(&host.name).map(|(_, tld)| tld.name.as_str());
        let id = host.id.to_native();
        let others = used.iter().filter(|(tld, ids)| Some(**tld) != own && ids.contains(&id)).map(|(tld, _)| *tld);
        own.into_iter().chain(others).for_each(|tld| add(tld, &host.sponsor, 0, 1));
    });
    census
}
