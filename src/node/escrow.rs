//! Deposits, made beside the registry that goes on: each of a state of its own, on a thread of its own.
//!
//! | file | idea |
//! | --- | --- |
//! | `document` | the document of a deposit: a state, or what has changed between two |
//! | `inspect` | what is found in a document before it is sent |
//! | `plan` | which TLDs are deposited, when, and with whom |
//! | `round` | the schedule: what is due is made, delivered and reported |

mod document;
mod inspect;
pub(crate) mod plan;
pub(super) mod round;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use self::plan::Plans;
use crate::base::timestamp::Timestamp;
use crate::config::Config;
use crate::epp::encode::Greeting;
use crate::escrow::{Models, ObjectKind, xml};
use crate::index;
use crate::model::escrow::DepositKind;
use crate::node::image::ImageError;
use crate::node::kept::Kept;
use crate::node::ledger::{OpenError, Opened, Passed};
use crate::node::reporting::{Interface, Reporter, ReportingError, Upload};
use crate::runtime::disk::FsDisk;
use crate::runtime::halt::Halt;
use crate::runtime::offload::{Account, Bounds, Busy, Offload};

/// Deposits that are sent at one time.
const COURIERS: usize = 4;
/// Those that wait for it: several of each TLD, in a registry with as many TLDs as there are.
const WAITING: usize = 4096;

/// Who makes deposits: one at a time.
pub(super) struct Escrow {
    maker: Offload,
    /// Who deliver and report.
    couriers: Offload,
    turns: Turns,
    /// Whether one is being made.
    is_busy: Arc<AtomicBool>,
    registry: Arc<Registry>,
    /// Which TLDs are deposited by schedule.
    pub(super) plans: Plans,
    /// Ends what is being sent, when the node stops.
    halt: Halt,
}

/// What is done for one TLD by one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Make,
    Send,
}

/// Who does what for which TLD.
type Turns = Arc<Mutex<BTreeSet<(Turn, String)>>>;

/// A turn that was taken, until it is dropped.
struct Taken {
    what: (Turn, String),
    all: Turns,
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.what);
    }
}

/// Where the states are read from.
struct Registry {
    disks: (FsDisk, FsDisk),
    kept: Kept,
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
    /// How much is in it.
    pub(super) kind: DepositKind,
    /// The moment whose state is deposited.
    pub(super) watermark: Timestamp,
    /// Id and watermark of the one that it is the difference to.
    pub(super) previous: Option<(String, Timestamp)>,
    /// How many of that moment the agent has refused.
    pub(super) resend: u32,
    /// The name of the file, before its extension; `None`: one that says its id.
    pub(super) stem: Option<String>,
    /// Frames up to this one are on disk, and hold all that was done before the watermark.
    pub(super) durable: u64,
    /// What the EPP service announces of extensions.
    pub(super) greeting: Greeting,
    /// Which types of objects are in CSV files.
    pub(super) models: Models,
}

/// A deposit that was made.
pub(super) struct Made {
    /// The TLD.
    pub(super) tld: String,
    /// How much is in it.
    pub(super) kind: DepositKind,
    /// The moment whose state it tells.
    pub(super) watermark: Timestamp,
    /// The id of the one that it is the difference to.
    pub(super) previous: Option<String>,
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
    /// SHA-256 of the file, which has the checksums of CSV files in it.
    pub(super) sha256: [u8; 32],
    /// The objects that there are.
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
    /// The state before cannot be read, to which the difference is to be told; or the TLD was not there then.
    Earlier(Option<ImageError>),
    /// What is kept for deposits cannot be read.
    Kept(io::Error),
    /// The file cannot be written.
    File(PathBuf, io::Error),
    /// The document cannot be written.
    Document(PathBuf, xml::WriteError),
    /// Another deposit is being made.
    Busy,
}

impl fmt::Display for EscrowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTld => f.write_str("expected a TLD that was there at the watermark, found none of that name"),
            Self::Image(error) | Self::Earlier(Some(error)) => error.fmt(f),
            Self::Earlier(None) => f.write_str("expected a TLD that was there at the deposit before, found none"),
            Self::Kept(error) => write!(f, "what is kept of earlier states cannot be read: {error}"),
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

impl From<ImageError> for EscrowError {
    fn from(error: ImageError) -> Self {
        Self::Image(error)
    }
}

impl From<OpenError> for EscrowError {
    fn from(error: OpenError) -> Self {
        Self::Image(error.into())
    }
}

/// Where documents are written, and what they say of the pages of the registry.
#[derive(Clone)]
struct Place {
    dir: PathBuf,
    idn_table_url: String,
    idn_policy_url: String,
}

impl Place {
    fn new(config: &Config, tld: &str) -> Self {
        let (idn_table_url, idn_policy_url) =
            (config.escrow_idn_table_url.clone(), config.escrow_idn_policy_url.clone());
        Self { dir: config.escrow_path().join(tld), idn_table_url, idn_policy_url }
    }
}

impl Escrow {
    /// Over the log and index of a registry that has been opened.
    ///
    /// # Errors
    /// When there is no thread.
    pub(super) fn new(
        disks: (FsDisk, FsDisk),
        kept: Kept,
        options: index::Options,
        opened: &Opened,
        plans: Plans,
    ) -> io::Result<Self> {
        let maker = Offload::new(1, Bounds { all: 1, owner: 1 })?;
        let couriers = Offload::new(COURIERS, Bounds { all: WAITING, owner: 4 })?;
        if plans.is_empty() {
            // What an earlier plan has had kept.
            kept.let_go(&BTreeSet::new())?;
        }
        let registry = Arc::new(Registry { disks, kept, options, log_id: opened.log_id });
        let (is_busy, turns) = Default::default();
        Ok(Self { maker, couriers, turns, is_busy, registry, plans, halt: Halt::default() })
    }

    /// Keeps what a checkpoint will replace, where deposits may need it. To be called before it is written, on its thread.
    pub(super) fn before_checkpoint(&self, passed: &Passed) {
        if self.plans.is_empty() {
            return;
        }
        match self.registry.kept.before_checkpoint(passed) {
            Ok(true) => tracing::info!(frame = passed.frame, "the state before midnight is kept for deposits"),
            Ok(false) => {}
            Err(error) => tracing::error!(
                %error, frame = passed.frame,
                "the state before midnight cannot be kept: a deposit that tells the difference to it cannot be made, and the next is full"
            ),
        }
    }

    /// Makes the document of a deposit. Takes as long as it takes to read the registry.
    ///
    /// # Errors
    /// [`EscrowError`].
    pub(super) async fn make(&self, config: &Config, order: Order) -> Result<Made, EscrowError> {
        let (registry, place) = (self.registry.clone(), Place::new(config, &order.tld));
        self.run(move || document::make(&registry, &place, &order)).await?
    }

    /// Sends a report to ICANN's interface; the file in which request and answer are kept.
    ///
    /// # Errors
    /// Why it was not accepted, as far as is known.
    pub(super) async fn upload(
        &self,
        interface: Interface,
        upload: Upload,
        now: Timestamp,
    ) -> Result<String, round::StepError> {
        let (halt, interface_of) = (self.halt.clone(), upload.subject.tld().to_owned());
        let job = move || {
            let mut reporter = Reporter::new(&interface, halt)?;
            reporter.put(&upload, now)
        };
        let accepted = self.send(&interface_of, job).await?.map_err(|error| match error {
            ReportingError::Halted => round::StepError::Stop,
            error => round::StepError::Report(error),
        })?;
        Ok(accepted.record.display().to_string())
    }

    /// Whoever has it makes, or sends, the deposits of the TLD; nobody else does meanwhile.
    fn begin(&self, turn: Turn, tld: &str) -> Option<Taken> {
        let (what, all) = ((turn, tld.to_owned()), self.turns.clone());
        let is_free = all.lock().unwrap_or_else(PoisonError::into_inner).insert(what.clone());
        is_free.then_some(Taken { what, all })
    }

    /// Does what waits for others' machines.
    ///
    /// # Errors
    /// [`EscrowError::Busy`].
    async fn send<T: Send + 'static>(
        &self,
        tld: &str,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, EscrowError> {
        Ok(self.couriers.run(&Account { owner: tld.to_owned(), group: String::new() }, job).await?)
    }

    /// Does slow work for deposits on their thread.
    ///
    /// # Errors
    /// [`EscrowError::Busy`].
    async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, EscrowError> {
        if self.is_busy.swap(true, Ordering::AcqRel) {
            return Err(EscrowError::Busy);
        }
        let done = Done(self.is_busy.clone());
        let account = Account { owner: String::new(), group: String::new() };
        let job = move || {
            let _done = done;
            job()
        };
        Ok(self.maker.run(&account, job).await?)
    }
}

fn file_error(path: &Path) -> impl FnOnce(io::Error) -> EscrowError + use<> {
    let path = path.to_owned();
    move |error| EscrowError::File(path, error)
}
