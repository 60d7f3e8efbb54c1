//! Deposits, made beside the registry that goes on: each of a state of its own, on a thread of its own.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::timestamp::Timestamp;
use crate::config::Config;
use crate::epp::encode::Greeting;
use crate::epp::offer::Offer;
use crate::epp::switches;
use crate::escrow::{
    Announced, Dcp, DcpStatement, Deposit, DepositKind, EppParams, Full, IdnTable, Models, ObjectKind, csv, xml,
};
use crate::index;
use crate::model::record::Kind;
use crate::model::view::View;
use crate::node::image::{self, ImageError};
use crate::node::ledger::Opened;
use crate::runtime::disk::FsDisk;
use crate::runtime::offload::{Account, Bounds, Busy, Offload};

/// Octets that are gathered before they are written.
const BUFFER: usize = 1 << 20;

/// Who makes deposits: one at a time.
pub(super) struct Escrow {
    maker: Offload,
    /// Whether one is being made.
    is_busy: Arc<AtomicBool>,
    disks: (FsDisk, FsDisk),
    options: index::Options,
    log_id: u64,
}

/// Says at its end, whatever it is, that no deposit is being made.
struct Done(Arc<AtomicBool>);

impl Drop for Done {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// What is asked for.
pub(super) struct Order {
    /// The TLD.
    pub(super) tld: String,
    /// The moment whose state is deposited.
    pub(super) watermark: Timestamp,
    /// Frames up to this one are on disk, and hold all that was done before the watermark.
    pub(super) durable: u64,
    /// What the EPP service announces of extensions.
    pub(super) greeting: Greeting,
    /// Which types of objects are in CSV files.
    pub(super) models: Models,
}

/// A deposit that was made.
pub(super) struct Made {
    /// The file; of CSV files, that which names them.
    pub(super) path: PathBuf,
    /// The CSV files beside it.
    pub(super) csv: Vec<PathBuf>,
    /// The id.
    pub(super) id: String,
    /// Sequence of the last transaction in it.
    pub(super) sequence: u64,
    /// Its octets, with those of CSV files.
    pub(super) octets: u64,
    /// Its objects.
    pub(super) counts: Vec<(ObjectKind, u64)>,
    /// The model of each type of them.
    pub(super) models: Models,
}

/// Why there is no deposit.
#[derive(Debug)]
pub(super) enum EscrowError {
    /// The TLD is not there at the watermark.
    NoTld,
    /// The state cannot be read.
    Image(ImageError),
    /// The file cannot be written.
    File(PathBuf, io::Error),
    /// The document cannot be written.
    Document(PathBuf, xml::WriteError),
    /// Another deposit is being made.
    Busy,
}

impl std::fmt::Display for EscrowError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoTld => f.write_str("expected a TLD that was there at the watermark, found none of that name"),
            Self::Image(error) => error.fmt(f),
            Self::File(path, error) => write!(f, "the deposit cannot be written to {}: {error}", path.display()),
            Self::Document(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Busy => f.write_str("another deposit is being made; ask again when it is done"),
        }
    }
}

impl From<Busy> for EscrowError {
    fn from(Busy: Busy) -> Self {
        Self::Busy
    }
}

impl Escrow {
    /// Over the log and index of a registry that has been opened.
    ///
    /// # Errors
    /// When there is no thread.
    pub(super) fn new(disks: (FsDisk, FsDisk), options: index::Options, opened: &Opened) -> io::Result<Self> {
        let maker = Offload::new(1, Bounds { all: 1, owner: 1 })?;
        Ok(Self { maker, is_busy: Arc::default(), disks, options, log_id: opened.log_id })
    }

    /// Makes a full deposit. Takes as long as it takes to read the registry.
    ///
    /// # Errors
    /// [`EscrowError`].
    pub(super) async fn full(&self, config: &Config, order: Order) -> Result<Made, EscrowError> {
        let (disks, options, log_id) = (self.disks.clone(), self.options.clone(), self.log_id);
        let dir = config.escrow_path().join(&order.tld);
        let urls = (config.escrow_idn_table_url.clone(), config.escrow_idn_policy_url.clone());
        if self.is_busy.swap(true, Ordering::AcqRel) {
            return Err(EscrowError::Busy);
        }
        let done = Done(self.is_busy.clone());
        let account = Account { owner: String::new(), group: String::new() };
        let job = move || {
            let _done = done;
            let until = Some(order.watermark);
            let image = image::open((&disks.0, &disks.1), &options, log_id, order.durable, until);
            let image = image.map_err(EscrowError::Image)?;
            let state = image.state();
            let announced = announced(state, &order, &urls);
            let full = Full::survey(state, &order.tld, order.watermark, &announced).ok_or(EscrowError::NoTld)?;
            write(&full.in_models(order.models), &dir, &order, image.sequence)
        };
        self.maker.run(&account, job).await?
    }
}

fn write<S: crate::escrow::State>(
    full: &Full<'_, S>,
    dir: &Path,
    order: &Order,
    sequence: u64,
) -> Result<Made, EscrowError> {
    let day = &order.watermark.to_string()[..10];
    let id = id(order.watermark);
    // By its id too: two of one day are two.
    let stem = format!("{}_{day}_full_{id}", order.tld);
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| EscrowError::File(path, error)
    };
    DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(failed(dir))?;
    let deposit = Deposit {
        kind: DepositKind::Full,
        id: id.clone(),
        previous: None,
        resend: 0,
        watermark: order.watermark,
        menu: full.menu(),
    };
    let parts = Parts { dir, made: RefCell::default() };
    let written = write_files(full, &deposit, &stem, &parts);
    let octets = written.map_err(|error| {
        // A disk that is full is to have its room again.
        parts.made.borrow().iter().for_each(|name| drop(std::fs::remove_file(parts.unfinished(name))));
        EscrowError::Document(dir.join(&stem).with_extension("xml"), error)
    })?;
    // The XML was made first and comes last: what it names is there.
    let mut paths = Vec::new();
    for name in parts.made.borrow().iter().rev() {
        let path = dir.join(name);
        std::fs::rename(parts.unfinished(name), &path).map_err(failed(&path))?;
        paths.push(path);
    }
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(failed(dir))?;
    let path = paths.pop().unwrap_or_default();
    paths.reverse();
    Ok(Made { path, csv: paths, id, sequence, octets, counts: full.counts(), models: full.models() })
}

/// Files of a deposit, which have other names until they are whole.
struct Parts<'d> {
    dir: &'d Path,
    made: RefCell<Vec<String>>,
}

impl Parts<'_> {
    fn unfinished(&self, name: &str) -> PathBuf {
        self.dir.join(format!("{name}.part"))
    }

    fn create(&self, name: &str) -> io::Result<BufWriter<File>> {
        let path = self.unfinished(name);
        // What an attempt before has left is nobody's.
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        self.made.borrow_mut().push(name.to_owned());
        Ok(BufWriter::with_capacity(BUFFER, file))
    }
}

/// The octets of all files, which are on disk.
fn write_files<S: crate::escrow::State>(
    full: &Full<'_, S>,
    deposit: &Deposit,
    stem: &str,
    parts: &Parts<'_>,
) -> Result<u64, xml::WriteError> {
    let models = (full.models(), full.wants_registrants());
    let xml = parts.create(&format!("{stem}.xml"))?;
    let mut writer = csv::Writer::begin(xml, deposit, models, stem, |name: &str| parts.create(name))?;
    writer.header(&full.header())?;
    full.for_each(|object| writer.object(&object))?;
    let csv::Finished { xml, files } = writer.finish()?;
    let mut octets = 0;
    for mut out in std::iter::once(xml).chain(files.into_iter().map(|(_, out)| out)) {
        out.flush()?;
        let file = out.get_ref();
        file.sync_all()?;
        octets += file.metadata()?.len();
    }
    Ok(octets)
}

/// An id of 13 characters at most that no other moment has: the watermark's microseconds, in 36 signs.
fn id(watermark: Timestamp) -> String {
    let mut micros = u64::try_from(watermark.micros()).unwrap_or_default();
    let mut signs = Vec::new();
    loop {
        signs.push(char::from_digit((micros % 36) as u32, 36).unwrap_or('0'));
        micros /= 36;
        if micros == 0 {
            return signs.iter().rev().collect::<String>().to_uppercase();
        }
    }
}

/// What the deposit says of the registry's services, as its greeting and its pages say it.
fn announced(state: &impl View, order: &Order, (table, policy): &(String, String)) -> Announced {
    let off = switches::in_registry(state);
    let extensions = order.greeting.extensions.iter().filter(|uri| !off.has_uri(uri)).map(|uri| (*uri).to_owned());
    let statement = DcpStatement {
        purposes: vec!["admin".into(), "prov".into()],
        recipients: vec![("ours".into(), None), ("public".into(), None)],
        retention: "stated".into(),
    };
    let epp = EppParams {
        versions: vec!["1.0".into()],
        langs: vec!["en".into()],
        objects: Offer::of(state).announced().map(str::to_owned).collect(),
        extensions: extensions.collect(),
        dcp: Dcp { access: "all".into(), statements: vec![statement], expiry: None },
    };
    // Names keep tables that their TLD has given up.
    let tables = state.directory(Kind::IdnTable).map(|tag| {
        let url = |pattern: &str| pattern.replace("{tld}", &order.tld).replace("{tag}", tag);
        let policy_url = Some(url(policy)).filter(|url| !url.is_empty());
        (tag.to_owned(), IdnTable { id: tag.to_owned(), url: url(table), policy_url })
    });
    Announced { epp, idn_tables: tables.collect::<BTreeMap<_, _>>() }
}
