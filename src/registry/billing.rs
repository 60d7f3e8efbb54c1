//! Charges and refunds: each is a line of a registrar's billing ledger, written with what caused it.

use crate::base::timestamp::Timestamp;
use crate::model::answer::{Answer, Success};
use crate::model::fee::{AccountState, Bill, FeeLine};
use crate::model::money::{Currency, Money};
use crate::model::poll_data::PollData;
use crate::model::record::{Account, ArchivedAccount, BillingKind, BillingLine, Domain, Threshold};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::{Cause, Reader, checks};

/// What a client reads of a fee, with the days in which it gets it back; zero: it never does (RFC 8748, section 3.4).
pub(crate) const fn fee_line(kind: BillingKind, amount: i64, grace_days: u32) -> FeeLine {
    let description = match kind {
        BillingKind::Create => "Registration Fee",
        BillingKind::Renew | BillingKind::AutoRenew => "Renewal Fee",
        BillingKind::Transfer => "Transfer Fee",
        BillingKind::Restore => "Redemption Fee",
        BillingKind::Refund | BillingKind::Payment | BillingKind::Correction => "Credit",
    };
    FeeLine { amount, description, grace_days: if grace_days > 0 { Some(grace_days) } else { None } }
}

/// What is charged or given back.
pub(crate) struct Posting<'a> {
    /// Whose account.
    pub(crate) clid: &'a str,
    /// What for.
    pub(crate) kind: BillingKind,
    /// Above zero what the registrar gets, below zero what it pays.
    pub(crate) amount: i64,
    /// The domain it is about.
    pub(crate) domain: Option<&'a Domain>,
    /// Months that are bought or given back.
    pub(crate) months: u32,
    /// Why, where that is not plain.
    pub(crate) reason: &'a str,
}

/// Adds a line for a charge that a registrar commanded.
///
/// # Errors
/// 2104 when it is not covered by balance and credit limit.
pub(crate) fn charge<V: View>(
    view: &V,
    cause: &Cause<'_>,
    changes: &mut Vec<Change>,
    posting: Posting<'_>,
) -> Result<(), Refusal> {
    if posting.amount < 0
        && let Some(account) = view.account(posting.clid)
    {
        let left = available(account, balance(view, changes, posting.clid)).saturating_add(posting.amount);
        if left < 0 {
            let name = posting.domain.map_or("", |domain| &domain.name);
            let currency = account.currency.get();
            let short = Money { minor: left.saturating_neg(), currency };
            let reason = format!("the account lacks {short} {currency}");
            return Err(Refusal::Billing(Fault::new(Element::domain("name"), name, reason)));
        }
    }
    post(view, cause, changes, posting);
    Ok(())
}

/// Adds a line, whatever the balance; nothing where there is no account or no amount. The registrar is told when what it can
/// still spend falls below its threshold.
pub(crate) fn post<V: View>(view: &V, cause: &Cause<'_>, changes: &mut Vec<Change>, posting: Posting<'_>) {
    if posting.amount == 0 {
        return;
    }
    let Some(account) = view.account(posting.clid) else { return };
    let before = balance(view, changes, posting.clid);
    let lines =
        changes.iter().filter(|change| matches!(change, Change::PutBillingLine(l) if l.registrar == posting.clid));
    let domain = posting.domain;
    let line = BillingLine {
        registrar: posting.clid.to_owned(),
        number: view.balance(posting.clid).lines + lines.count() as u64 + 1,
        time: cause.now,
        kind: posting.kind,
        amount: posting.amount,
        currency: account.currency.get(),
        object: domain.map_or_else(String::new, |domain| domain.name.clone()),
        tld: domain.map_or_else(String::new, |domain| domain.tld.clone()),
        class: domain.map_or_else(String::new, |domain| domain.class.clone()),
        months: posting.months,
        command: cause.command.to_owned(),
        operator: cause.operator.to_owned(),
        cl_trid: cause.cl_trid.map(str::to_owned),
        sv_trid: cause.sv_trid.to_owned(),
        reason: posting.reason.to_owned(),
    };
    changes.push(Change::PutBillingLine(line));
    warn(view, account, cause.now, changes, (before, before.saturating_add(posting.amount)));
}

/// Tells the registrar when a line has taken what it can still spend below its threshold.
fn warn<V: View>(
    view: &V,
    account: &ArchivedAccount,
    now: Timestamp,
    changes: &mut Vec<Change>,
    (before, after): (i64, i64),
) {
    if account.threshold.is_none() {
        return;
    }
    let account = checks::native::<Account>(account);
    if is_low(&account, after) && !is_low(&account, before) {
        tell(view, &account, now, changes, after);
    }
}

/// The account as given, and the message to its registrar when that makes its balance low.
pub(crate) fn changed<V: View>(view: &V, now: Timestamp, before: &Account, after: Account) -> Vec<Change> {
    let balance = view.balance(&after.clid).amount;
    let mut changes = vec![Change::PutAccount(after.clone())];
    if is_low(&after, balance) && !is_low(before, balance) {
        tell(view, &after, now, &mut changes, balance);
    }
    changes
}

/// Whether less can be spent at that balance than the threshold.
fn is_low(account: &Account, balance: i64) -> bool {
    let left = balance.saturating_add(account.credit_limit);
    account.threshold.is_some_and(|threshold| left < threshold.amount(account.credit_limit))
}

fn tell<V: View>(view: &V, account: &Account, now: Timestamp, changes: &mut Vec<Change>, balance: i64) {
    let Some(threshold) = account.threshold else { return };
    let (currency, credit_limit, clid) = (account.currency, account.credit_limit, account.clid.as_str());
    let available = balance.saturating_add(credit_limit);
    let registrar = view.registrar(clid).map_or(clid, |registrar| registrar.name.as_str()).to_owned();
    let text = format!("Low balance: {} {currency} can still be spent.", Money { minor: available, currency });
    let data = PollData::LowBalance { registrar, currency, credit_limit, threshold, available };
    checks::notify(view, now, changes, clid, &text, data);
}

/// What a registrar can still spend at that balance.
fn available(account: &ArchivedAccount, balance: i64) -> i64 {
    balance.saturating_add(account.credit_limit.to_native())
}

/// The balance once `changes` are applied.
fn balance<V: View>(view: &V, changes: &[Change], clid: &str) -> i64 {
    let lines = changes.iter().filter_map(|change| match change {
        Change::PutBillingLine(line) if line.registrar == clid => Some(line.amount),
        _ => None,
    });
    lines.fold(view.balance(clid).amount, i64::saturating_add)
}

/// What a registrar is told of its account once `changes` are applied; `None` without account.
pub(crate) fn bill<V: View>(
    view: &V,
    changes: &[Change],
    clid: &str,
    months: Option<u32>,
    lines: &[FeeLine],
) -> Option<Bill> {
    let account = view.account(clid)?;
    let state = AccountState { balance: balance(view, changes, clid), credit_limit: account.credit_limit.to_native() };
    let lines = lines.iter().copied().filter(|line| line.amount != 0).collect();
    Some(Bill { currency: account.currency.get(), months, lines, account: Some(state) })
}

/// The currency of a registrar's account.
pub(crate) fn currency<V: View>(view: &V, clid: &str) -> Option<Currency> {
    view.account(clid).map(|account| account.currency.get())
}

/// `balance:info`: what the registrar has, may owe, and is warned at.
///
/// # Result codes
/// - 1000
/// - 2303: the registrar has no account
pub(crate) fn answer<'v, V: View>(view: &'v V, reader: &Reader<'_>) -> Result<(Success, Answer<'v>), Refusal> {
    let Some(account) = view.account(reader.clid) else {
        let fault = Fault::new(Element::balance("info"), "", "the registrar has no billing account here");
        return Err(Refusal::DoesNotExist(fault));
    };
    let answer = Answer::Balance {
        currency: account.currency.get(),
        credit_limit: account.credit_limit.to_native(),
        balance: view.balance(reader.clid).amount,
        threshold: account.threshold.as_ref().map_or(Threshold::Fixed(0), |threshold| threshold.get()),
    };
    Ok((Success::Completed, answer))
}
