//! The schedule: what is due is made, delivered and reported, one TLD after the other, and told to the log.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::inspect::{Inspected, inspect};
use super::plan::{Packing, PlanError, Plans, TldPlan};
use super::{EscrowError, Made, Order, Place, Registry, Turn, document};
use crate::base::timestamp::Timestamp;
use crate::escrow::pack::{Extension, FileKind, FileName, verify};
use crate::escrow::schedule::Wanted;
use crate::escrow::{Report, xml};
use crate::model::escrow::{DepositKind, EscrowHistory, EscrowNote};
use crate::model::operator::{EscrowMade, EscrowProgress, EscrowStep, OperatorCommand};
use crate::model::refusal::Refusal;
use crate::model::seal::native;
use crate::model::transaction::Actor;
use crate::model::view::View as _;
use crate::node::back_off::BackOff;
use crate::node::delivery::{DeliveryError, deliver};
use crate::node::deposit_folder::{Parcel, ParcelError, pack_into, secret_key};
use crate::node::ledger::Work;
use crate::node::reporting::{ReportingError, Subject, Upload};
use crate::node::shard::{LedgerMail, Shard};
use crate::port::clock::Clock as _;
use crate::runtime::task::spawn;
use crate::runtime::time::sleep;

/// How often it looks what is due.
const LOOK: Duration = Duration::from_secs(5);
/// How long a step waits that nobody expects to succeed before something is changed.
const HOPELESS: Duration = Duration::from_secs(3600);
/// Whose deeds they are in the log.
const ACTOR: &str = "escrow";
/// What the report for the agent ends with.
const REPORT: &str = "rep";
/// The folder of what is made once more.
const AGAIN: &str = "again";

/// What was done for a TLD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::node) enum Step {
    /// A deposit was made: its id, and how much our own check found.
    Made(String, u64),
    /// The agent has it.
    Delivered(String),
    /// ICANN has accepted the report of it.
    Reported(String),
}

/// Why a step was not done.
#[derive(Debug)]
pub(in crate::node) enum StepError {
    /// The deposit cannot be made.
    Make(EscrowError),
    /// Its files cannot be read or written.
    File(PathBuf, io::Error),
    /// It cannot be inspected or its report cannot be made: it is not whole.
    NotWhole(PathBuf),
    /// The passphrase of the registry's key cannot be had.
    Plan(PlanError),
    /// It has no name that a file of a deposit may have.
    Name(String),
    /// It cannot be packed.
    Pack(ParcelError),
    /// A file's signature is not good.
    Signature(PathBuf, String),
    /// The agent cannot be given it.
    Deliver(DeliveryError),
    /// ICANN does not accept the report.
    Report(ReportingError),
    /// The log does not take it.
    Log(String),
    /// The clock is doubted.
    Clock(String),
    /// The node stops.
    Stop,
}

impl fmt::Display for StepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Make(error) => error.fmt(f),
            Self::File(path, error) => write!(f, "{}: {error}", path.display()),
            Self::NotWhole(path) => {
                write!(f, "{}: expected a whole deposit, found one that ends early", path.display())
            }
            Self::Plan(error) => error.fmt(f),
            Self::Name(why) => write!(f, "the deposit has no name for its files: {why}"),
            Self::Pack(error) => error.fmt(f),
            Self::Signature(path, why) => write!(f, "{}: {why}", path.display()),
            Self::Deliver(error) => error.fmt(f),
            Self::Report(error) => error.fmt(f),
            Self::Log(why) => write!(f, "the log does not take what was done: {why}"),
            Self::Clock(why) => f.write_str(why),
            Self::Stop => f.write_str("the node stops"),
        }
    }
}

impl StepError {
    /// The step that was not done, as metrics call it.
    pub(in crate::node) const fn step(&self) -> &'static str {
        match self {
            Self::Make(_) | Self::File(..) | Self::NotWhole(_) | Self::Clock(_) => "make",
            Self::Plan(_) | Self::Name(_) | Self::Pack(_) | Self::Signature(..) => "pack",
            Self::Deliver(_) => "deliver",
            Self::Report(_) => "report",
            Self::Log(_) | Self::Stop => "log",
        }
    }

    /// Whether the same may succeed later, though nobody changes anything here.
    fn is_worth_retry(&self) -> bool {
        match self {
            Self::Deliver(error) => error.is_worth_retry(),
            Self::Report(error) => error.is_worth_retry(),
            Self::Name(_) | Self::Plan(_) => false,
            _ => true,
        }
    }
}

impl StepError {
    /// How long whoever refused wants to be left alone.
    fn asks_to_wait(&self) -> Duration {
        match self {
            Self::Report(error) => error.retry_after().unwrap_or_default(),
            _ => Duration::ZERO,
        }
    }
}

impl From<EscrowError> for StepError {
    fn from(error: EscrowError) -> Self {
        Self::Make(error)
    }
}

/// When something is tried again after failures.
#[derive(Default)]
pub(in crate::node) struct Attempt {
    failures: u32,
    next: Option<Instant>,
}

impl Attempt {
    fn is_due(&self) -> bool {
        self.next.is_none_or(|next| next <= Instant::now())
    }

    /// Waits longer after each failure, and says so.
    fn failed(&mut self, shard: &Shard, tld: &str, error: &StepError) {
        self.failures += 1;
        let chance = getrandom::u32().unwrap_or(u32::MAX);
        let wait = match error.is_worth_retry() {
            true => BackOff::default().wait(self.failures, chance).max(error.asks_to_wait()),
            false => HOPELESS,
        };
        self.next = Some(Instant::now() + wait);
        shard.common.metrics.escrow.failed(tld, error.step());
        let (step, again_s) = (error.step(), wait.as_secs());
        tracing::error!(tld, step, %error, again_s, "a step of the escrow schedule failed");
    }
}

/// When deposits are sent again after failures, by their ids.
pub(in crate::node) type Attempts = BTreeMap<String, Attempt>;

/// Keeps the schedule until the shard stops. What is made is sent by a task of each TLD, so that a server that does not answer
/// holds up nothing else.
pub(in crate::node) async fn keep(shard: Rc<Shard>) {
    if shard.common.escrow.plans.is_empty() {
        return;
    }
    let stopping = shard.clone();
    spawn(async move {
        stopping.stop.wait().await;
        stopping.common.escrow.halt.set();
    });
    for tld in shard.common.escrow.plans.keys() {
        if shard.index.pin().tld(tld).is_none() {
            tracing::warn!(
                tld,
                "escrow.plan has a TLD that the registry does not have; nothing is deposited of it until it is there"
            );
        }
        shard.common.metrics.escrow.begin(tld, &history(&shard, tld));
        spawn(keep_sending(shard.clone(), tld.clone()));
    }
    let mut attempts: BTreeMap<&str, Attempt> = BTreeMap::new();
    loop {
        for (tld, plan) in &shard.common.escrow.plans {
            let attempt = attempts.entry(tld).or_default();
            if !attempt.is_due() {
                continue;
            }
            match make_due(&shard, tld, plan, None).await {
                Ok(_) => *attempt = Attempt::default(),
                Err(StepError::Make(EscrowError::Busy)) => {}
                Err(error) => attempt.failed(&shard, tld, &error),
            }
        }
        if shard.stop.or(sleep(LOOK)).await.is_none() {
            return;
        }
    }
}

/// Delivers and reports the deposits of a TLD until the shard stops.
async fn keep_sending(shard: Rc<Shard>, tld: String) {
    let Some(plan) = shard.common.escrow.plans.get(&tld) else { return };
    let mut attempts = Attempts::new();
    while shard.stop.or(sleep(LOOK)).await.is_some() {
        send_open(&shard, &tld, plan, &mut attempts).await;
    }
}

/// Makes the deposits that are due for a TLD. With `early` the hour does not matter; with a kind in it, the deposit is of that kind.
///
/// # Errors
/// The first step that is not done.
pub(in crate::node) async fn make_due(
    shard: &Shard,
    tld: &str,
    plan: &TldPlan,
    early: Option<Option<DepositKind>>,
) -> Result<Vec<Step>, StepError> {
    let mut steps = Vec::new();
    // From what is due to its note in the log: else another would make it too.
    let turn = shard.common.escrow.begin(Turn::Make, tld);
    let _turn = turn.ok_or(StepError::Make(EscrowError::Busy))?;
    while let Some(wanted) = due(shard, tld, plan, early) {
        let (note, findings) = make(shard, tld, plan, wanted).await?;
        let (id, watermark) = (note.id.clone(), note.watermark);
        submit(shard, OperatorCommand::EscrowMade(EscrowMade { tld: tld.to_owned(), note })).await?;
        shard.common.metrics.escrow.made(tld, watermark, findings);
        steps.push(Step::Made(id, findings));
        tidy(shard).await?;
    }
    Ok(steps)
}

/// Delivers deposits and reports those that are there, each on its own: one that is refused holds up no other. Says what was
/// done, and what was not.
pub(in crate::node) async fn send_open(
    shard: &Shard,
    tld: &str,
    plan: &TldPlan,
    attempts: &mut Attempts,
) -> (Vec<Step>, Vec<StepError>) {
    let (mut steps, mut errors) = (Vec::new(), Vec::new());
    let Some(_turn) = shard.common.escrow.begin(Turn::Send, tld) else { return (steps, errors) };
    let is_open = |note: &EscrowNote| {
        let to_deliver = plan.delivery.is_some() && note.delivered.is_none() && !note.files.is_empty();
        note.is_good() && (to_deliver || (plan.reporting.is_some() && note.reported.is_none()))
    };
    let open = history(shard, tld).into_iter().filter(is_open).map(|note| note.id);
    for id in open.filter(|id| attempts.get(id).is_none_or(Attempt::is_due)).collect::<Vec<_>>() {
        // As it is by now: the agent may have told something meanwhile.
        let Some(note) = history(shard, tld).into_iter().find(|note| note.id == id && is_open(note)) else { continue };
        match send(shard, tld, plan, &note).await {
            Ok(done) => {
                attempts.remove(&id);
                steps.extend(done);
            }
            Err(StepError::Stop) => break,
            Err(error) => {
                attempts.entry(id).or_default().failed(shard, tld, &error);
                errors.push(error);
            }
        }
    }
    (steps, errors)
}

/// Delivers a deposit if it is not, and reports it if it is not.
async fn send(shard: &Shard, tld: &str, plan: &TldPlan, note: &EscrowNote) -> Result<Vec<Step>, StepError> {
    let (mut steps, id) = (Vec::new(), note.id.as_str());
    if let Some(to) = plan.delivery.clone().filter(|_| note.delivered.is_none() && !note.files.is_empty()) {
        let (files, halt) = (paths(shard, tld, note), shard.common.escrow.halt.clone());
        let sent = shard.common.escrow.send(tld, move || deliver(&to, &files, &mut |_| {}, &halt)).await?;
        let sent = sent.map_err(|error| match error {
            DeliveryError::Halted => StepError::Stop,
            error => StepError::Deliver(error),
        })?;
        progress(shard, tld, id, EscrowProgress::Delivered).await?;
        shard.common.metrics.escrow.delivered(tld, note.watermark);
        tracing::info!(tld, id, files = sent.files, octets = sent.octets, "a deposit was delivered");
        steps.push(Step::Delivered(id.to_owned()));
    } else if plan.delivery.is_some() && note.delivered.is_none() {
        return Ok(steps);
    }
    if let Some(interface) = plan.reporting.clone().filter(|_| note.reported.is_none()) {
        let path = report_path(shard, tld, note);
        let body = std::fs::read(&path).map_err(|error| StepError::File(path, error))?;
        let upload = Upload { subject: Subject::Deposit { tld: tld.to_owned(), id: id.to_owned() }, body };
        let record = shard.common.escrow.upload(interface, upload, shard.clock.now()).await?;
        progress(shard, tld, id, EscrowProgress::Reported).await?;
        shard.common.metrics.escrow.reported(tld, note.watermark);
        tracing::info!(tld, id, record, "the report of a deposit was accepted");
        steps.push(Step::Reported(id.to_owned()));
    }
    Ok(steps)
}

/// The deposits of a TLD that are remembered.
pub(in crate::node) fn history(shard: &Shard, tld: &str) -> Vec<EscrowNote> {
    let pinned = shard.index.pin();
    let found = pinned.escrow_history(tld);
    found.map(|history| native::<EscrowHistory>(history).deposits).unwrap_or_default()
}

fn due(shard: &Shard, tld: &str, plan: &TldPlan, early: Option<Option<DepositKind>>) -> Option<Wanted> {
    let notes = history(shard, tld);
    let mut calendar = plan.calendar();
    if early == Some(Some(DepositKind::Full)) {
        calendar.full = [true; 7];
    }
    let wanted = calendar.due(&notes, shard.clock.now(), early.is_some())?;
    // Of what was not there yet, nothing is to be told.
    let there = shard.index.pin().tld(tld).is_some_and(|tld| tld.created.get() < wanted.watermark);
    Some(wanted).filter(|_| there)
}

/// What is known of a deposit that was made, for the log, and how much our own check found.
async fn make(shard: &Shard, tld: &str, plan: &TldPlan, wanted: Wanted) -> Result<(EscrowNote, u64), StepError> {
    if let Some(doubt) = shard.clock.look().doubt {
        return Err(StepError::Clock(doubt.to_string()));
    }
    // What falls due before the watermark is of its state.
    shard.ask_ledger(LedgerMail::Settle).await.map_err(|why| StepError::Log(why.into()))?;
    let resend = wanted.resend;
    let order = order(shard, tld, plan, wanted)?;
    let (registry, place) = (shard.common.escrow.registry.clone(), Place::new(&shard.common.config, tld));
    let (plan, now) = (plan.clone(), shard.clock.now());
    let job = move || {
        // What only the agent is to read is made when it can be packed.
        let passphrase = plan.packing.as_ref().map(opened).transpose()?;
        let made = made_of(&registry, &place, &order, now)?;
        let plain: Vec<PathBuf> = made.csv.iter().chain([&made.path]).cloned().collect();
        let finished = finish(made, &place, &plan, passphrase.as_deref(), now);
        if finished.is_err() && plan.packing.is_some() {
            plain.iter().for_each(|path| drop(std::fs::remove_file(path)));
        }
        finished
    };
    let (made, findings, files) = shard.common.escrow.run(job).await??;
    let previous = made.previous.clone();
    let Made { id, sequence, sha256, octets, kind, watermark, .. } = made;
    tracing::info!(tld, id, kind = kind.name(), %watermark, octets, findings, "a deposit was made");
    let note = EscrowNote {
        id,
        previous,
        kind,
        watermark,
        resend,
        sequence,
        sha256,
        made: now,
        files,
        delivered: None,
        reported: None,
        verdict: None,
    };
    Ok((note, findings))
}

/// What is to be made, as of all that is durable by now.
fn order(shard: &Shard, tld: &str, plan: &TldPlan, wanted: Wanted) -> Result<Order, StepError> {
    let stem = Some(stem(&name(tld, &wanted)?));
    let Wanted { kind, watermark, previous, resend } = wanted;
    let (durable, greeting) = (shard.index.position(), shard.common.greeting.clone());
    Ok(Order { tld: tld.to_owned(), kind, watermark, previous, resend, stem, durable, greeting, models: plan.models() })
}

/// What is found when a deposit is made once more.
pub(in crate::node) struct Revision {
    /// Whether the document is the same again.
    pub(in crate::node) is_same: bool,
    /// How much our own check finds.
    pub(in crate::node) findings: u64,
    /// The words of the first ones.
    pub(in crate::node) told: Vec<String>,
    /// Files whose signature is good.
    pub(in crate::node) signed: Vec<String>,
}

/// Makes a deposit once more from the log, inspects it, and verifies the signatures of its files. Nothing is left of it.
///
/// # Errors
/// Its state is not kept any more; a file is missing, or its signature is not good.
pub(in crate::node) async fn validate(
    shard: &Shard,
    tld: &str,
    plan: &TldPlan,
    note: &EscrowNote,
) -> Result<Revision, StepError> {
    let notes = history(shard, tld);
    let before = |id: &String| Some((id.clone(), notes.iter().find(|note| note.id == *id)?.watermark));
    let wanted = Wanted {
        kind: note.kind,
        watermark: note.watermark,
        previous: note.previous.as_ref().and_then(before),
        resend: note.resend,
    };
    let order = order(shard, tld, plan, wanted)?;
    let (registry, place) = (shard.common.escrow.registry.clone(), Place::new(&shard.common.config, tld));
    let (packing, files, now) = (plan.packing.clone(), note.files.clone(), shard.clock.now());
    let sha256 = note.sha256;
    let job = move || {
        let (made, inspected) = again(&registry, &place, &order, now)?;
        let signed = match packing {
            Some(packing) => verified(&place.dir, &packing, files, now)?,
            None => Vec::new(),
        };
        Ok(Revision { is_same: made.sha256 == sha256, findings: inspected.findings, told: inspected.told, signed })
    };
    shard.common.escrow.run(job).await?
}

/// Makes a document in a folder of its own, since its CSV files are named in it, inspects it and removes it.
fn again(registry: &Registry, place: &Place, order: &Order, now: Timestamp) -> Result<(Made, Inspected), StepError> {
    let beside = Place { dir: place.dir.join(AGAIN), ..place.clone() };
    let made = document::make(registry, &beside, order);
    let inspected = made.map_err(StepError::Make).and_then(|made| {
        let inspected = inspect(&made.path, now).map_err(|error| StepError::File(made.path.clone(), error))?;
        Ok((made, inspected))
    });
    match std::fs::remove_dir_all(&beside.dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StepError::File(beside.dir, error)),
        _ => inspected,
    }
}

/// The files whose signature is good: all of them, or an error.
fn verified(dir: &Path, packing: &Packing, files: Vec<String>, now: Timestamp) -> Result<Vec<String>, StepError> {
    let passphrase = packing.passphrase().map_err(StepError::Plan)?;
    let signer = secret_key(&packing.signer, &passphrase).map_err(StepError::Pack)?;
    let is_part = |file: &String| !file.ends_with(".sig");
    let parts = files.into_iter().filter(is_part);
    let verified = parts.map(|file| {
        let (path, signature) = (dir.join(&file), dir.join(&file).with_extension("sig"));
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |error| StepError::File(path, error)
        };
        let octets = std::fs::read(&signature).map_err(failed(&signature))?;
        let part = std::fs::File::open(&path).map_err(failed(&path))?;
        let signed = verify(part, &octets, signer.public(), now);
        signed.map_err(|error| StepError::Signature(path, error.to_string()))?;
        Ok(file)
    });
    verified.collect()
}

/// The passphrase of the registry's key, which it opens, with all keys read.
fn opened(packing: &Packing) -> Result<String, StepError> {
    let passphrase = packing.passphrase().map_err(StepError::Plan)?;
    secret_key(&packing.signer, &passphrase).map_err(StepError::Pack)?;
    for recipient in &packing.recipients {
        std::fs::File::open(recipient).map_err(|error| StepError::File(recipient.clone(), error))?;
    }
    Ok(passphrase)
}

/// The document; a full one where the state before cannot be read any more, and one of now where that of the moment cannot:
/// that is better than nothing.
fn made_of(registry: &Registry, place: &Place, order: &Order, now: Timestamp) -> Result<Made, StepError> {
    let mut outcome = document::make(registry, place, order);
    if let Err(error @ EscrowError::Earlier(_)) = &outcome {
        tracing::warn!(tld = order.tld, %error, "no difference can be told any more: a full deposit is made");
        outcome = document::make(registry, place, &whole(order, order.watermark)?);
    }
    if let Err(error @ EscrowError::Image(_)) = &outcome {
        tracing::warn!(tld = order.tld, %error, "the state of midnight is not kept: a full deposit of now is made");
        outcome = document::make(registry, place, &whole(order, now.trunc_millis())?);
    }
    Ok(outcome?)
}

/// The same as a full deposit.
fn whole(order: &Order, watermark: Timestamp) -> Result<Order, StepError> {
    let wanted = Wanted { kind: DepositKind::Full, watermark, previous: None, resend: order.resend };
    let stem = Some(stem(&name(&order.tld, &wanted)?));
    let (tld, greeting) = (order.tld.clone(), order.greeting.clone());
    let Wanted { kind, watermark, previous, resend } = wanted;
    let (durable, models) = (order.durable, order.models);
    Ok(Order { tld, kind, watermark, previous, resend, stem, durable, greeting, models })
}

/// Inspects a deposit, writes its report, and packs it.
fn finish(
    made: Made,
    place: &Place,
    plan: &TldPlan,
    passphrase: Option<&str>,
    now: Timestamp,
) -> Result<(Made, u64, Vec<String>), StepError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| StepError::File(path, error)
    };
    let inspected = inspect(&made.path, now).map_err(failed(&made.path))?;
    let (Some(deposit), Some(header), true) = (&inspected.deposit, &inspected.header, inspected.is_whole) else {
        return Err(StepError::NotWhole(made.path));
    };
    for finding in &inspected.told {
        tracing::error!(id = made.id, finding, "our own check finds fault with a deposit");
    }
    let report = made.path.with_extension(REPORT);
    write_whole(&report, &xml::write_report(&Report::of(deposit, header, now))).map_err(failed(&report))?;
    let Some(packing) = &plan.packing else { return Ok((made, inspected.findings, Vec::new())) };
    let wanted =
        Wanted { kind: made.kind, watermark: made.watermark, previous: None, resend: u32::from(deposit.resend) };
    let parcel = Parcel {
        name: &name(&made.tld, &wanted)?,
        watermark: made.watermark,
        xml: &made.path,
        csv: &made.csv,
        recipients: &packing.recipients,
        signer: &packing.signer,
        passphrase: passphrase.unwrap_or_default(),
        compression: packing.compression(),
        cipher: packing.cipher(),
        part_octets: packing.part_octets(),
        armour_signatures: packing.armour_signatures,
    };
    let packed = pack_into(&place.dir, &parcel, now).map_err(StepError::Pack)?;
    // What only the agent is to read is not left for others.
    std::iter::once(&made.path)
        .chain(&made.csv)
        .try_for_each(|path| std::fs::remove_file(path).map_err(failed(path)))?;
    let both = |part: &FileName| [part.clone(), part.with_extension(Extension::Sig)];
    let files = packed.parts.iter().flat_map(both).map(|name| name.to_string()).collect();
    Ok((made, inspected.findings, files))
}

/// Writes a small file, durably and whole.
fn write_whole(path: &Path, octets: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension(format!("{REPORT}.part"));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.write_all(octets)?;
    file.sync_all()?;
    std::fs::rename(&unfinished, path)?;
    std::fs::File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

/// Takes away what no deposit needs any more: earlier states, and files that have served.
async fn tidy(shard: &Shard) -> Result<(), StepError> {
    let (now, escrow) = (shard.clock.now(), &shard.common.escrow);
    let (needed, old) = (needed(shard, now), served(shard, now));
    let registry = escrow.registry.clone();
    let job = move || {
        if let Err(error) = registry.kept.let_go(&needed) {
            tracing::warn!(%error, "earlier states that no deposit needs could not be removed; tried again after the next");
        }
        for path in old {
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    tracing::warn!(path = %path.display(), %error, "a file that has served could not be removed");
                }
                _ => {}
            }
        }
    };
    Ok(escrow.run(job).await?)
}

fn needed(shard: &Shard, now: Timestamp) -> BTreeSet<Timestamp> {
    let plans: &Plans = &shard.common.escrow.plans;
    plans.iter().flat_map(|(tld, plan)| plan.calendar().needed(&history(shard, tld), now)).collect()
}

/// Files of deposits that were delivered long ago.
fn served(shard: &Shard, now: Timestamp) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for (tld, plan) in &shard.common.escrow.plans {
        let oldest = now.plus_days(-i64::from(plan.keep_days));
        let is_reported = |note: &EscrowNote| note.reported.is_some() || plan.reporting.is_none();
        let is_done = |note: &&EscrowNote| note.delivered.is_some() && is_reported(note);
        for note in history(shard, tld).iter().filter(|note| note.made < oldest).filter(is_done) {
            let dir = shard.common.config.escrow_path().join(tld);
            files.extend(note.files.iter().map(|name| dir.join(name)));
            files.push(report_path(shard, tld, note));
        }
    }
    files
}

/// The files of a deposit for the agent, its report last: where that one is, all are.
fn paths(shard: &Shard, tld: &str, note: &EscrowNote) -> Vec<PathBuf> {
    let dir = shard.common.config.escrow_path().join(tld);
    let files = note.files.iter().map(|name| dir.join(name));
    files.chain([report_path(shard, tld, note)]).collect()
}

fn report_path(shard: &Shard, tld: &str, note: &EscrowNote) -> PathBuf {
    let dir = shard.common.config.escrow_path().join(tld);
    let wanted = Wanted { kind: note.kind, watermark: note.watermark, previous: None, resend: note.resend };
    // What has no name was not made.
    name(tld, &wanted).map(|name| dir.join(stem(&name)).with_extension(REPORT)).unwrap_or(dir)
}

fn name(tld: &str, wanted: &Wanted) -> Result<FileName, StepError> {
    // There is no word for an incremental deposit.
    let kind = if wanted.kind == DepositKind::Full { FileKind::Full } else { FileKind::Differential };
    let mut name =
        FileName::new(tld, wanted.watermark.date(), kind).map_err(|error| StepError::Name(error.to_string()))?;
    name.revision = wanted.resend;
    Ok(name)
}

/// The name of the document, without its extension.
fn stem(name: &FileName) -> String {
    name.with_extension(Extension::Xml).to_string().trim_end_matches(".xml").to_owned()
}

async fn progress(shard: &Shard, tld: &str, id: &str, what: EscrowProgress) -> Result<(), StepError> {
    submit(shard, OperatorCommand::EscrowStep(EscrowStep { tld: tld.to_owned(), id: id.to_owned(), what })).await
}

async fn submit(shard: &Shard, command: OperatorCommand) -> Result<(), StepError> {
    let (actor, work) = (Actor::Operator(ACTOR.to_owned()), Work::Operator(Box::new(command)));
    let outcome = shard.submit(actor, work, None, shard.sv_trid()).await;
    let said = |refusal: Refusal| {
        refusal.fault().map_or_else(|| refusal.to_string(), |fault| fault.reason.clone().into_owned())
    };
    outcome.map(drop).map_err(|refusal| StepError::Log(said(refusal)))
}
