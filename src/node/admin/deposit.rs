//! What operators ask of escrow.

use serde::{Deserialize, Serialize};

use crate::base::timestamp::Timestamp;
use crate::escrow::{DepositKind, Models};
use crate::model::escrow::EscrowNote;
use crate::model::operator::{EscrowVerdictSet, OperatorCommand};
use crate::node::admin::{AdminFailure, ask_ledger};
use crate::node::escrow::plan::TldPlan;
use crate::node::escrow::round::{self, Attempts, Revision, Step, StepError};
use crate::node::escrow::{EscrowError, Made, Order};
use crate::node::shard::{LedgerMail, Shard};
use crate::port::clock::Clock as _;

/// A full deposit of a TLD.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscrowFull {
    /// The TLD.
    pub tld: String,
    /// The moment whose state is deposited, in microseconds since 1970; now when missing.
    #[serde(default)]
    pub at_micros: Option<i64>,
}

/// A deposit that was made.
#[derive(Serialize)]
pub(super) struct Deposited {
    file: String,
    id: String,
    watermark: String,
    last_transaction: u64,
    octets: u64,
    objects: Vec<Counted>,
}

#[derive(Serialize)]
struct Counted {
    uri: &'static str,
    count: u64,
}

/// Makes it; answers when it is on disk.
pub(super) async fn full(shard: &Shard, asked: EscrowFull) -> Result<Deposited, AdminFailure> {
    let now = shard.clock.now();
    // As transactions are dated, and as the deposit says it.
    let watermark = asked.at_micros.map_or(now, Timestamp::from_micros).trunc_millis();
    if watermark > now {
        let message = format!("expected a moment that has come, found {watermark}; it is {now}");
        return Err(AdminFailure { code: 2306, message });
    }
    if let Some(doubt) = shard.clock.look().doubt {
        // Nothing that is due would be done.
        return Err(AdminFailure { code: 2304, message: doubt.to_string() });
    }
    // What falls due before the watermark is of its state, whether anybody has asked since or not.
    ask_ledger(shard, LedgerMail::Settle).await?;
    let durable = shard.index.position();
    let greeting = shard.common.greeting.clone();
    let order = Order {
        tld: asked.tld,
        kind: DepositKind::Full,
        watermark,
        previous: None,
        resend: 0,
        stem: None,
        durable,
        greeting,
        models: Models::xml(),
    };
    let made = shard.common.escrow.make(&shard.common.config, order).await.map_err(failure)?;
    let Made { path, csv, id, sequence, octets, counts, models, .. } = made;
    let file = path.display().to_string();
    tracing::info!(file, id, %watermark, octets, csv = csv.len(), "a full deposit was made");
    let objects = counts.into_iter().map(|(kind, count)| Counted { uri: models.uri(kind), count }).collect();
    Ok(Deposited { file, id, watermark: watermark.to_string(), last_transaction: sequence, octets, objects })
}

/// What is due for a TLD, done now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscrowRun {
    /// The TLD.
    pub tld: String,
    /// Whether the deposit is a full one, whatever the day.
    #[serde(default)]
    pub full: bool,
}

/// Of which TLD; all when missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscrowStatus {
    /// The TLD.
    #[serde(default)]
    pub tld: Option<String>,
}

/// A deposit of a TLD; the newest when it is not said which.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscrowOf {
    /// The TLD.
    pub tld: String,
    /// The deposit.
    #[serde(default)]
    pub id: Option<String>,
}

/// What was done.
#[derive(Serialize)]
pub(super) struct Ran {
    tld: String,
    done: Vec<String>,
}

/// A deposit, as operators see it.
#[derive(Serialize)]
pub(super) struct DepositRow {
    tld: String,
    id: String,
    kind: &'static str,
    watermark: String,
    resend: u32,
    previous: Option<String>,
    made: String,
    delivered: Option<String>,
    reported: Option<String>,
    verdict: Option<&'static str>,
    files: Vec<String>,
}

/// What was found when a deposit was made once more.
#[derive(Serialize)]
pub(super) struct Validated {
    tld: String,
    id: String,
    /// Whether the document is the same again.
    same: bool,
    /// How much our own check finds, with the words of the first.
    findings: u64,
    told: Vec<String>,
    /// Files whose signature is good.
    signed: Vec<String>,
}

fn plan_of<'s>(shard: &'s Shard, tld: &str) -> Result<&'s TldPlan, AdminFailure> {
    shard.common.escrow.plans.get(tld).ok_or_else(|| AdminFailure {
        code: 2303,
        message: format!("expected a TLD with a table in the file escrow.plan, found {tld:?}"),
    })
}

/// Does what is due, whatever the hour.
pub(super) async fn run(shard: &Shard, asked: EscrowRun) -> Result<Ran, AdminFailure> {
    let plan = plan_of(shard, &asked.tld)?;
    let kind = asked.full.then_some(DepositKind::Full);
    let mut steps = round::make_due(shard, &asked.tld, plan, Some(kind)).await.map_err(|error| {
        shard.common.metrics.escrow.failed(&asked.tld, error.step());
        step_failure(error)
    })?;
    let (sent, errors) = round::send_open(shard, &asked.tld, plan, &mut Attempts::new()).await;
    if let Some(error) = errors.into_iter().next() {
        return Err(step_failure(error));
    }
    steps.extend(sent);
    let done = steps.into_iter().map(|step| match step {
        Step::Made(id, 0) => format!("{id} made"),
        Step::Made(id, findings) => format!("{id} made; our own check has {findings} findings, which the log tells"),
        Step::Delivered(id) => format!("{id} delivered"),
        Step::Reported(id) => format!("{id} reported"),
    });
    Ok(Ran { tld: asked.tld, done: done.collect() })
}

/// The deposits that are remembered, the newest first.
pub(super) fn status(shard: &Shard, asked: &EscrowStatus) -> Result<Vec<DepositRow>, AdminFailure> {
    if let Some(tld) = &asked.tld {
        plan_of(shard, tld)?;
    }
    let planned = shard.common.escrow.plans.keys();
    let wanted = planned.filter(|tld| asked.tld.as_ref().is_none_or(|asked| asked == *tld));
    let rows = wanted.flat_map(|tld| round::history(shard, tld).into_iter().rev().map(|note| row(tld, note)));
    Ok(rows.collect())
}

fn row(tld: &str, note: EscrowNote) -> DepositRow {
    DepositRow {
        tld: tld.to_owned(),
        id: note.id,
        kind: note.kind.name(),
        watermark: note.watermark.to_string(),
        resend: note.resend,
        previous: note.previous,
        made: note.made.to_string(),
        delivered: note.delivered.map(|at| at.to_string()),
        reported: note.reported.map(|at| at.to_string()),
        verdict: note.verdict.map(|verdict| if verdict.passed { "passed" } else { "failed" }),
        files: note.files,
    }
}

fn note_of(shard: &Shard, asked: &EscrowOf) -> Result<EscrowNote, AdminFailure> {
    let notes = round::history(shard, &asked.tld);
    let found = match &asked.id {
        Some(id) => notes.into_iter().find(|note| note.id == *id),
        None => notes.into_iter().next_back(),
    };
    let message =
        "expected a deposit that was made by schedule, found none; escrow status shows those that are remembered";
    found.ok_or_else(|| AdminFailure { code: 2303, message: message.into() })
}

/// The command that has a deposit made again.
pub(super) fn resend(shard: &Shard, asked: &EscrowOf) -> Result<OperatorCommand, AdminFailure> {
    let (newest, note) = (note_of(shard, &EscrowOf { id: None, ..asked.clone() })?, note_of(shard, asked)?);
    if newest.id != note.id {
        let message = format!(
            "expected the newest deposit, {}, found {}: later ones tell the difference to it",
            newest.id, note.id
        );
        return Err(AdminFailure { code: 2304, message });
    }
    Ok(OperatorCommand::EscrowVerdict(EscrowVerdictSet { tld: asked.tld.clone(), id: note.id, passed: false }))
}

/// Makes a deposit once more, compares, inspects, and verifies the signatures of its files.
pub(super) async fn validate(shard: &Shard, asked: EscrowOf) -> Result<Validated, AdminFailure> {
    let (plan, note) = (plan_of(shard, &asked.tld)?, note_of(shard, &asked)?);
    let validated = round::validate(shard, &asked.tld, plan, &note).await.map_err(step_failure)?;
    let Revision { is_same, findings, told, signed } = validated;
    Ok(Validated { tld: asked.tld, id: note.id, same: is_same, findings, told, signed })
}

fn step_failure(error: StepError) -> AdminFailure {
    match error {
        StepError::Make(error) => failure(error),
        error => AdminFailure { code: 2400, message: error.to_string() },
    }
}

fn failure(error: EscrowError) -> AdminFailure {
    let code = match error {
        EscrowError::NoTld => 2303,
        EscrowError::Busy | EscrowError::Image(_) | EscrowError::Earlier(_) | EscrowError::Kept(_) => 2304,
        EscrowError::File(..) | EscrowError::Document(..) => 2400,
    };
    AdminFailure { code, message: error.to_string() }
}
