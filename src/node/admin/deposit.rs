//! What operators ask of escrow.

use serde::{Deserialize, Serialize};

use crate::base::timestamp::Timestamp;
use crate::escrow::{DepositKind, Models};
use crate::node::admin::{AdminFailure, ask_ledger};
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

fn failure(error: EscrowError) -> AdminFailure {
    let code = match error {
        EscrowError::NoTld => 2303,
        EscrowError::Busy | EscrowError::Image(_) | EscrowError::Kept(_) => 2304,
        EscrowError::File(..) | EscrowError::Document(..) => 2400,
    };
    AdminFailure { code, message: error.to_string() }
}
