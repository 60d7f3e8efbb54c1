//! Lines to report to the Trademark Clearinghouse (LORDN; RFC 9361, section 6.3), page by page.

use serde::{Deserialize, Serialize};

use super::inquiry::check_tld;
use super::message::AdminFailure;
use crate::base::limits::ADMIN_ROWS;
use crate::base::timestamp::Timestamp;
use crate::model::launch_record::{ArchivedLordnLine, LordnKind, LordnLine};
use crate::model::operator::ByName;
use crate::model::record::Kind;
use crate::model::view::{View, key};

/// A page of the lines of a TLD's kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LordnList {
    /// Which TLD.
    pub tld: String,
    /// `sunrise` or `claims`.
    pub kind: ByName<LordnKind>,
    /// The number of the first line; 1 when missing.
    #[serde(default)]
    pub first: Option<u64>,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LordnPage {
    /// The registry's time, in microseconds since 1970.
    pub now_micros: i64,
    /// How many lines there are in all, numbered from 1.
    pub total: u64,
    /// Those of the page.
    pub lines: Vec<LordnRow>,
    /// Where the next page begins; none: this is the last one.
    pub next: Option<u64>,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LordnRow {
    number: u64,
    roid: String,
    name: String,
    /// Identifier of the signed mark or of the notice; empty: the label had just entered the list.
    proof: String,
    iana_id: Option<u32>,
    registered_micros: i64,
    accepted_micros: Option<i64>,
    applied_micros: Option<i64>,
}

impl LordnRow {
    fn of(line: &ArchivedLordnLine) -> Self {
        Self {
            number: line.number.to_native(),
            roid: line.roid.to_string(),
            name: line.name.to_string(),
            proof: line.proof.to_string(),
            iana_id: line.iana_id.as_ref().map(|id| id.to_native()),
            registered_micros: line.registered.get().micros(),
            accepted_micros: line.accepted.as_ref().map(|accepted| accepted.get().micros()),
            applied_micros: line.applied.as_ref().map(|applied| applied.get().micros()),
        }
    }

    /// The line that it tells of.
    pub fn line(self, tld: &str, kind: LordnKind) -> LordnLine {
        LordnLine {
            tld: tld.to_owned(),
            kind,
            number: self.number,
            roid: self.roid,
            name: self.name,
            proof: self.proof,
            iana_id: self.iana_id,
            registered: Timestamp::from_micros(self.registered_micros),
            accepted: self.accepted_micros.map(Timestamp::from_micros),
            applied: self.applied_micros.map(Timestamp::from_micros),
        }
    }
}

/// The page that begins with the line of that number.
///
/// # Errors
/// No such TLD; a number that is neither that of a line nor of the next one that will be.
pub(super) fn page(view: &impl View, now: Timestamp, asked: &LordnList) -> Result<LordnPage, AdminFailure> {
    check_tld(view, &asked.tld)?;
    let (tld, kind) = (asked.tld.as_str(), asked.kind.0);
    let total = view.count(Kind::LordnLines, &key::lordn_lines(tld, kind));
    let first = asked.first.unwrap_or(1);
    if !(1..=total + 1).contains(&first) {
        let message = format!("from: expected 1 to {}, since there are {total} lines, found {first}", total + 1);
        return Err(AdminFailure { code: 2306, message });
    }
    let end = first.saturating_add(ADMIN_ROWS as u64).min(total + 1);
    let line = |number| view.record::<LordnLine>(&key::lordn_line(tld, kind, number)).map(LordnRow::of);
    let lines: Vec<LordnRow> = (first..end).map_while(line).collect();
    // A line that has just been made may not be seen yet: it is for the next report.
    let complete = lines.len() as u64 == end - first;
    let total = if complete { total } else { first + lines.len() as u64 - 1 };
    Ok(LordnPage { now_micros: now.micros(), total, lines, next: (complete && end <= total).then_some(end) })
}
