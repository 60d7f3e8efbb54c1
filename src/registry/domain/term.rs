//! How long a registration lasts: the bounds of one period, and how far away an expiry may be.

use crate::base::timestamp::Timestamp;
use crate::model::command::Period;
use crate::model::record::ArchivedTld;
use crate::model::refusal::{Element, Fault, Refusal};

const PERIOD: Element = Element::domain("period");

/// The period in months; `default` months when the command names none (RFC 5731, section 2.5: "A server MAY support a
/// lower maximum value").
///
/// # Errors
/// 2306 outside of the TLD's bounds, and for parts of years in a TLD that registers by the year.
pub(super) fn months(tld: &ArchivedTld, period: Option<Period>, default: u32) -> Result<u32, Refusal> {
    let (least, most) = (tld.min_months.to_native(), tld.max_months.to_native());
    let months = period.map_or(default, Period::months);
    let value = period.map_or_else(String::new, |period| period.count.to_string());
    if !(least..=most).contains(&months) {
        let reason = format!("a period has {least} to {most} months here, found {months}");
        return Err(Refusal::Policy(Fault::new(PERIOD, value, reason)));
    }
    if least >= 12 && !months.is_multiple_of(12) {
        let reason = format!("a period is whole years here, found {months} months");
        return Err(Refusal::Policy(Fault::new(PERIOD, value, reason)));
    }
    Ok(months)
}

/// The expiry `months` after `expires`.
///
/// # Errors
/// 2306 when it would be further away than the TLD's longest registration.
pub(super) fn extended(
    tld: &ArchivedTld,
    expires: Timestamp,
    months: u32,
    now: Timestamp,
) -> Result<Timestamp, Refusal> {
    let (extended, latest) = (expires.plus_months(months), latest(tld, now));
    if extended <= latest {
        return Ok(extended);
    }
    let reason = format!("no expiry here is later than {latest} now, and this would be {extended}");
    Err(Refusal::Policy(Fault::new(PERIOD, format!("{months}"), reason)))
}

/// The expiry of a domain that changes hands now and gets `months` added: cut at the TLD's longest registration, which is
/// no reason to refuse a transfer (ICANN's transfer policy). Never earlier than `expires`.
pub(super) fn transferred(tld: &ArchivedTld, expires: Timestamp, months: u32, now: Timestamp) -> Timestamp {
    expires.plus_months(months).min(latest(tld, now)).max(expires)
}

/// Months that the registry renews a name by when it expires: a year, or the longest registration where that is less.
pub(super) fn auto_renewal(tld: &ArchivedTld) -> u32 {
    tld.max_months.to_native().min(12)
}

/// No expiry is later than this.
fn latest(tld: &ArchivedTld, now: Timestamp) -> Timestamp {
    now.plus_months(tld.max_months.to_native())
}
