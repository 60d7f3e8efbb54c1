//! What operators ask of the monthly reports.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::node::admin::{AdminFailure, ask_ledger};
use crate::node::monthly::{Made, MonthlyError, Order};
use crate::node::shard::{LedgerMail, Shard};
use crate::port::clock::Clock as _;
use crate::reports::activity::{Form, GIVEN};
use crate::reports::monthly::{Kind, Month};

/// A monthly report of a TLD.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportMake {
    /// Which of the two.
    pub report: Kind,
    /// The TLD.
    pub tld: String,
    /// The month, as `2026-11`.
    pub month: String,
    /// The columns of an activity report.
    #[serde(default)]
    pub form: Form,
    /// Figures of other systems, by column.
    #[serde(default)]
    pub given: Option<BTreeMap<String, u64>>,
    /// Whether a month that is not over is reported as far as it goes.
    #[serde(default)]
    pub so_far: bool,
    /// Whether the report that is kept is replaced.
    #[serde(default)]
    pub anew: bool,
}

/// A report that was made.
#[derive(Serialize)]
pub(super) struct Reported {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    csv: String,
    warnings: Vec<String>,
}

/// Makes it; answers when it is on disk.
pub(super) async fn make(shard: &Shard, asked: ReportMake) -> Result<Reported, AdminFailure> {
    let ReportMake { report, tld, month, form, given, so_far, anew } = asked;
    let refused = |code, message| AdminFailure { code, message };
    let found = Month::parse(&month);
    let month = found.ok_or_else(|| refused(2005, format!("expected a month as 2026-11, found {month:?}")))?;
    let unknown = given.iter().flatten().find(|(column, _)| !GIVEN.contains(&column.as_str()));
    if let Some((column, _)) = unknown {
        let columns = GIVEN.join(", ");
        return Err(refused(2306, format!("expected a figure of another system, one of {columns}; found {column}")));
    }
    if let Some(doubt) = shard.clock.look().doubt {
        // Nothing that is due would be done.
        return Err(refused(2304, doubt.to_string()));
    }
    let now = shard.clock.now();
    // What fell due in the month is of it, whether anybody has asked since or not.
    ask_ledger(shard, LedgerMail::Settle).await?;
    let durable = shard.index.position();
    let order = Order { report, tld, month, form, given, so_far, anew, now, durable };
    let made = shard.common.monthly.make(order).await;
    let Made { path, csv, warnings } = made.map_err(|error| refused(code(&error), error.to_string()))?;
    let file = path.map(|path| path.display().to_string());
    // Names of registrars are text, and all else is figures.
    Ok(Reported { file, csv: String::from_utf8_lossy(&csv).into_owned(), warnings })
}

fn code(error: &MonthlyError) -> u16 {
    match error {
        MonthlyError::NoTld(_) => 2303,
        MonthlyError::NotOver(..) | MonthlyError::TooEarly(..) | MonthlyError::Busy | MonthlyError::Image(_) => 2304,
        MonthlyError::File(..) | MonthlyError::Counts(_) => 2400,
    }
}
