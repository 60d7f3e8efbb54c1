//! Accounts of registrars: opened once, in a currency that stays; payments and corrections are lines like all others.

use crate::base::timestamp::Timestamp;
use crate::model::money::{Currency, Money};
use crate::model::operator::{BillingOpen, BillingPost, BillingSet, OperatorRefusal};
use crate::model::record::{Account, BillingKind, Threshold};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::billing::{self, Posting};
use crate::registry::operator::{fields, invalid, registrar};
use crate::registry::{Cause, checks};

/// `billing-open`.
///
/// # Errors
/// A bad field; no such registrar; an account that is there.
pub(crate) fn open<V: View>(view: &V, now: Timestamp, open: &BillingOpen) -> Result<Account, OperatorRefusal> {
    registrar::load(view, &open.clid)?;
    if view.account(&open.clid).is_some() {
        let advice = "change it with billing set; its currency stays";
        return Err(OperatorRefusal::Exists { what: "billing account of", name: open.clid.clone(), advice });
    }
    let currency = fields::currency(&open.currency)?;
    let limit = open.credit_limit.as_deref().map_or(Ok(0), |text| credit_limit(text, currency))?;
    let threshold = open.threshold.as_deref().map_or(Ok(None), |text| threshold(text, currency))?;
    check(threshold, limit, currency)?;
    Ok(Account { clid: open.clid.clone(), currency, credit_limit: limit, threshold, created: now, updated: None })
}

/// `billing-set`. The registrar is told when that makes its balance low.
///
/// # Errors
/// A bad field; no such account.
pub(crate) fn set<V: View>(view: &V, now: Timestamp, set: &BillingSet) -> Result<Vec<Change>, OperatorRefusal> {
    let before = load(view, &set.clid)?;
    let mut account = before.clone();
    if let Some(text) = &set.credit_limit {
        account.credit_limit = credit_limit(text, account.currency)?;
    }
    if let Some(text) = &set.threshold {
        account.threshold = threshold(text, account.currency)?;
    }
    check(account.threshold, account.credit_limit, account.currency)?;
    account.updated = Some(now);
    Ok(billing::changed(view, now, &before, account))
}

/// `billing-pay` and `billing-correct`: one line, and a poll message where a correction takes what can be spent below the
/// threshold.
///
/// # Errors
/// A bad field; no such account.
pub(crate) fn post<V: View>(
    view: &V,
    cause: &Cause<'_>,
    post: &BillingPost,
    kind: BillingKind,
) -> Result<Vec<Change>, OperatorRefusal> {
    let account = load(view, &post.clid)?;
    let least = if kind == BillingKind::Correction { -fields::MOST } else { 1 };
    let amount = fields::amount("amount", &post.amount, account.currency, least..=fields::MOST)?;
    if amount == 0 {
        return Err(invalid("amount", post.amount.as_str(), "more or less than nothing"));
    }
    let reason = fields::line("reason", &post.reason)?;
    let reason = reason.ok_or_else(|| invalid("reason", post.reason.as_str(), "why, in a few words"))?;
    let mut changes = Vec::new();
    let posting = Posting { clid: &post.clid, kind, amount, domain: None, months: 0, reason: &reason };
    billing::post(view, cause, &mut changes, posting);
    Ok(changes)
}

fn load<V: View>(view: &V, clid: &str) -> Result<Account, OperatorRefusal> {
    registrar::load(view, clid)?;
    let missing = || OperatorRefusal::DoesNotExist {
        what: "billing account of",
        name: clid.to_owned(),
        advice: "billing open makes one, billing show shows all",
    };
    Ok(checks::native::<Account>(view.account(clid).ok_or_else(missing)?))
}

fn credit_limit(text: &str, currency: Currency) -> Result<i64, OperatorRefusal> {
    fields::amount("credit_limit", text, currency, 0..=fields::MOST)
}

/// An amount, hundredths of the credit limit as `10%`, or nothing as `none`.
fn threshold(text: &str, currency: Currency) -> Result<Option<Threshold>, OperatorRefusal> {
    if text.is_empty() || text == "none" {
        return Ok(None);
    }
    let Some(percent) = text.strip_suffix('%') else {
        return Ok(Some(Threshold::Fixed(fields::amount("threshold", text, currency, 0..=fields::MOST)?)));
    };
    let digits = percent.bytes().all(|octet| octet.is_ascii_digit());
    let percent = percent.parse().ok().filter(|percent| digits && (1..=100).contains(percent));
    percent.map(|percent| Some(Threshold::Percent(percent))).ok_or_else(|| invalid("threshold", text, "1% to 100%"))
}

/// That the threshold can ever be reached.
fn check(threshold: Option<Threshold>, credit_limit: i64, currency: Currency) -> Result<(), OperatorRefusal> {
    match threshold {
        Some(Threshold::Percent(percent)) if credit_limit == 0 => {
            let none = Money { minor: 0, currency };
            let expected = format!("an amount or none: hundredths of a credit limit of {none} are nothing");
            Err(invalid("threshold", format!("{percent}%"), expected))
        }
        _ => Ok(()),
    }
}
