//! How long a name has been registered: its expiry, the stage of its removal, and the grace periods that are running. A deposit
//! tells which stages and periods there are and not when they end; that follows from its dates and the periods of the TLD.

use crate::base::timestamp::Timestamp;
use crate::escrow::into_record::shared::{Made, Stored};
use crate::escrow::into_record::{Notes, Rule};
use crate::escrow::object::Stated;
use crate::model::record::{Grace, GraceKind, Periods, Removal, RemovalStage, Tld};
use crate::model::rgp::RgpStatus;
use crate::model::status::Status;

/// The term of a domain.
pub(super) struct Term {
    pub(super) expires: Timestamp,
    pub(super) removal: Option<Removal>,
    pub(super) grace: Vec<Grace>,
}

/// What it follows from.
pub(super) struct Told<'a> {
    pub(super) tld: &'a Tld,
    pub(super) watermark: Timestamp,
    pub(super) made: &'a Made,
    /// exDate.
    pub(super) expires: Option<Timestamp>,
    pub(super) rgp: Vec<Stated<RgpStatus>>,
}

/// Months that the registry renews by, at expiry.
const YEAR: u32 = 12;

impl Told<'_> {
    pub(super) fn term(self, notes: &mut Notes<'_>, stored: &mut Stored) -> Term {
        if let Some(said) = self.rgp.iter().find(|rgp| !rgp.text.is_empty()) {
            notes.tell(Rule::NoPlace, format!("nothing is kept beside {}, found {:?}", said.status.name(), said.text));
        }
        let kinds: Vec<GraceKind> = self.rgp.iter().filter_map(|rgp| grace_kind(rgp.status)).collect();
        if let Some((removal, expires)) = self.removal(notes, stored) {
            if !kinds.is_empty() {
                notes.tell(Rule::Grace, "expected no grace period beside a removal, found one");
            }
            return Term { expires: self.bounded(notes, expires), removal: Some(removal), grace: Vec::new() };
        }
        let expires = self.expires.unwrap_or_else(|| {
            notes.tell(Rule::MissingData, "expected exDate, found none");
            anniversary(self.made.created, self.watermark)
        });
        if expires < self.made.created {
            let problem = format!("expected exDate after crDate {}, found {expires}", self.made.created);
            notes.tell(Rule::Dates, problem);
        }
        let expires = self.bounded(notes, expires);
        let mut room = (expires.micros() - self.made.created.micros()).max(0);
        let grace = kinds.into_iter().filter_map(|kind| {
            let mut grace = self.grace(notes, kind, expires)?;
            // What a delete takes back is never more than there is.
            grace.added = grace.added.min(room);
            room -= grace.added;
            Some(grace)
        });
        Term { expires, removal: None, grace: grace.collect() }
    }

    /// The expiry, no further away than the TLD's longest registration; a day more, as two ends of a February may be apart.
    fn bounded(&self, notes: &mut Notes<'_>, expires: Timestamp) -> Timestamp {
        let longest = self.watermark.plus_months(self.tld.max_months);
        if expires <= longest.plus_days(1) {
            return expires;
        }
        notes.tell(Rule::Expiry, format!("expected an expiry until {longest}, found {expires}"));
        longest
    }

    /// The removal, and when the registration would end if it were taken back.
    fn removal(&self, notes: &mut Notes<'_>, stored: &mut Stored) -> Option<(Removal, Timestamp)> {
        let stages: Vec<RemovalStage> = self.rgp.iter().filter_map(|rgp| stage(rgp.status)).collect();
        let shown = stored.statuses.has(Status::PendingDelete);
        let is_clear = shown == (stages.len() == 1) && stages.len() < 2;
        let stage = match stages.first() {
            None if !shown => return None,
            stage => stage.copied().unwrap_or(RemovalStage::Deletion),
        };
        stored.statuses = stored.statuses.with(Status::PendingDelete);
        let Periods { redemption, pending_delete, pending_restore, .. } = self.tld.periods;
        let (own, after) = match stage {
            RemovalStage::Redemption => (redemption, pending_delete),
            RemovalStage::Restoring => (pending_restore, redemption + pending_delete),
            RemovalStage::Deletion => (pending_delete, 0),
        };
        let (own, after) = (i64::from(own), i64::from(after));
        let now = self.watermark;
        let anniversary = anniversary(self.made.created, now);
        let deleted = self.made.updated.filter(|updated| *updated <= now).unwrap_or(now);
        // exDate of a name that is being removed is its purge where the registry that made the deposit has it as we do.
        let until = self.expires.map(|purge| (purge.plus_days(-after), purge));
        let until = until.filter(|(until, _)| now < *until && *until <= now.plus_days(own));
        let (until, purge, expires) = match until {
            Some((until, purge)) => (until, purge, anniversary),
            None => {
                let until = Some(deleted.plus_days(own)).filter(|until| now < *until);
                let until = until.unwrap_or_else(|| now.plus_days(own));
                (until, until.plus_days(after), self.expires.unwrap_or(anniversary))
            }
        };
        if !is_clear {
            let problem = "expected pendingDelete and one rgpStatus that says how far the removal is, found other ones";
            notes.tell(Rule::Removal, problem);
        } else if self.expires != Some(purge) {
            let found = self.expires.map_or_else(|| "none".to_owned(), |found| found.to_string());
            let problem = format!("expected the moment of the purge as exDate, {purge} or near it, found {found}");
            notes.tell(Rule::Removal, problem);
        }
        Some((Removal { stage, deleted, until, purge, asked: None }, expires))
    }

    /// A grace period that is running; `None`: the TLD has none of these.
    fn grace(&self, notes: &mut Notes<'_>, kind: GraceKind, expires: Timestamp) -> Option<Grace> {
        let (made, now) = (self.made, self.watermark);
        let periods = &self.tld.periods;
        let (began, days) = match kind {
            GraceKind::Add => (Some(made.created), periods.add_grace),
            GraceKind::AutoRenew => (Some(latest_expiry(expires, now)), periods.auto_renew_grace),
            GraceKind::Renew => (made.updated, periods.renew_grace),
            GraceKind::Transfer => (made.transferred, periods.transfer_grace),
        };
        let until = began.filter(|began| *began <= now).map(|began| began.plus_days(i64::from(days)));
        let until = until.filter(|until| now < *until).unwrap_or_else(|| {
            let began = began.map_or_else(|| "no date of its beginning".to_owned(), |began| began.to_string());
            notes.tell(Rule::Grace, format!("expected a period that began in the last {days} days, found {began}"));
            now.plus_days(i64::from(days))
        });
        let (months, added) = match kind {
            GraceKind::Add => (months_between(made.created, expires), expires.micros() - made.created.micros()),
            _ => (YEAR, expires.micros() - expires.minus_months(YEAR).micros()),
        };
        (days > 0).then_some(Grace { kind, until, months, added, fee: 0 })
    }
}

const fn stage(status: RgpStatus) -> Option<RemovalStage> {
    match status {
        RgpStatus::RedemptionPeriod => Some(RemovalStage::Redemption),
        RgpStatus::PendingRestore => Some(RemovalStage::Restoring),
        RgpStatus::PendingDelete => Some(RemovalStage::Deletion),
        _ => None,
    }
}

const fn grace_kind(status: RgpStatus) -> Option<GraceKind> {
    match status {
        RgpStatus::AddPeriod => Some(GraceKind::Add),
        RgpStatus::AutoRenewPeriod => Some(GraceKind::AutoRenew),
        RgpStatus::RenewPeriod => Some(GraceKind::Renew),
        RgpStatus::TransferPeriod => Some(GraceKind::Transfer),
        _ => None,
    }
}

/// Whole years from a date to another, so many that one more would be too many; none where it is the other way round.
fn years_between(from: Timestamp, to: Timestamp) -> u32 {
    let years = u32::try_from(to.date().year - from.date().year).unwrap_or_default();
    if from.plus_months(YEAR * years) > to { years.saturating_sub(1) } else { years }
}

/// The first anniversary of a moment after another.
fn anniversary(of: Timestamp, after: Timestamp) -> Timestamp {
    if of > after {
        return of.plus_months(YEAR);
    }
    of.plus_months(YEAR * (years_between(of, after) + 1))
}

/// When a name that ends then, and is renewed by years, has ended last.
fn latest_expiry(expires: Timestamp, now: Timestamp) -> Timestamp {
    if expires <= now {
        return expires;
    }
    let years = years_between(now, expires) + 1;
    expires.minus_months(YEAR * years)
}

/// Months from a moment to another, those begun counted whole; none where it is the other way round.
pub(super) fn months_between(from: Timestamp, to: Timestamp) -> u32 {
    let (a, b) = (from.date(), to.date());
    let months = i64::from(b.year - a.year) * 12 + i64::from(b.month) - i64::from(a.month);
    let months = u32::try_from(months).unwrap_or_default();
    if from.plus_months(months) < to { months + 1 } else { months }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::timestamp::Date;

    fn date(year: i32, month: u8, day: u8) -> Timestamp {
        Date::new(year, month, day).expect("a date").midnight()
    }

    #[test]
    fn months_and_years_are_counted_as_registrations_are() {
        let from = date(2024, 2, 29);
        for (to, months, years, next) in [
            (date(2024, 2, 29), 0, 0, date(2025, 2, 28)),
            (date(2024, 3, 1), 1, 0, date(2025, 2, 28)),
            (date(2025, 2, 28), 12, 1, date(2026, 2, 28)),
            (date(2026, 3, 1), 25, 2, date(2027, 2, 28)),
        ] {
            assert_eq!(months_between(from, to), months, "{to}");
            assert_eq!(years_between(from, to), years, "{to}");
            assert_eq!(anniversary(from, to), next, "{to}");
        }
        assert_eq!(months_between(date(2026, 1, 1), date(2025, 1, 1)), 0);
        assert_eq!(anniversary(date(2026, 1, 1), date(2025, 1, 1)), date(2027, 1, 1));
        for expires in [date(2027, 3, 1), date(2030, 3, 1)] {
            assert_eq!(latest_expiry(expires, date(2026, 3, 20)), date(2026, 3, 1));
        }
        assert_eq!(latest_expiry(date(2025, 3, 1), date(2026, 3, 20)), date(2025, 3, 1));
    }
}
