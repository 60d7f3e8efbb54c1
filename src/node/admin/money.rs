//! Prices, accounts and billing lines as an operator reads them. Amounts are texts, exact in their currency.

use serde::Serialize;

use crate::base::limits::ADMIN_ROWS;
use crate::base::timestamp::Timestamp;
use crate::model::money::{Currency, Money};
use crate::model::record::{
    ArchivedAccount, ArchivedBillingLine, ArchivedPrice, ArchivedPriceList, BillingLine, Kind, Threshold,
};
use crate::model::view::{View, key};
use crate::node::admin::AdminFailure;
use crate::node::admin::inquiry::{BillingStatement, check_registrar, check_tld, missing};

/// A price.
#[derive(Debug, Serialize)]
pub(super) struct PriceRow {
    tld: String,
    currency: String,
    class: String,
    from: String,
    /// `past`, `present` or `future`.
    state: &'static str,
    create: Vec<String>,
    renew: Vec<String>,
    transfer: Vec<String>,
    restore: String,
}

/// An account.
#[derive(Debug, Serialize)]
pub(super) struct AccountRow {
    registrar: String,
    currency: String,
    balance: String,
    credit_limit: String,
    /// What it can still spend.
    available: String,
    threshold: Option<String>,
    /// How many lines its billing ledger has.
    lines: u64,
    opened: String,
    updated: Option<String>,
}

/// A page of a billing ledger.
#[derive(Debug, Serialize)]
pub(super) struct Statement {
    registrar: String,
    currency: String,
    balance: String,
    /// How many lines there are in all.
    total: u64,
    lines: Vec<LineRow>,
    /// Where the next page begins; none: this is the last one.
    next: Option<u64>,
}

/// A line.
#[derive(Debug, Serialize)]
struct LineRow {
    number: u64,
    time: String,
    kind: &'static str,
    amount: String,
    currency: String,
    object: String,
    tld: String,
    class: String,
    months: u32,
    command: String,
    operator: String,
    cl_trid: Option<String>,
    sv_trid: String,
    reason: String,
}

/// The prices of a TLD, or of all.
pub(super) fn prices(view: &impl View, now: Timestamp, tld: Option<&str>) -> Result<Vec<PriceRow>, AdminFailure> {
    let rows = |tld: &str| {
        let list = view.price_list(tld);
        list.into_iter().flat_map(|list| list.prices.iter().map(|price| price_row(list, price, now))).collect()
    };
    match tld {
        Some(tld) => check_tld(view, tld).map(|()| rows(tld)),
        None => Ok(view.directory(Kind::Tld).flat_map(|tld| -> Vec<_> { rows(tld) }).collect()),
    }
}

fn price_row(list: &ArchivedPriceList, price: &ArchivedPrice, now: Timestamp) -> PriceRow {
    let (currency, from) = (price.currency.get(), price.from.get());
    let present = list.at(currency, &price.class, now).map(|price| price.from.get());
    let state = match present {
        Some(present) if from == present => "present",
        _ if from > now => "future",
        _ => "past",
    };
    let amounts =
        |prices: &[rkyv::rend::i64_le]| prices.iter().map(|price| text(price.to_native(), currency)).collect();
    PriceRow {
        tld: list.tld.to_string(),
        currency: currency.to_string(),
        class: if price.class.is_empty() { "standard".to_owned() } else { price.class.to_string() },
        from: from.to_string(),
        state,
        create: amounts(&price.create),
        renew: amounts(&price.renew),
        transfer: amounts(&price.transfer),
        restore: text(price.restore.to_native(), currency),
    }
}

/// The account of a registrar.
pub(super) fn account(view: &impl View, clid: &str) -> Result<AccountRow, AdminFailure> {
    Ok(account_row(view, found(view, clid)?))
}

/// All accounts, by registrar.
pub(super) fn accounts(view: &impl View) -> Vec<AccountRow> {
    let found = view.directory(Kind::Registrar).filter_map(|clid| view.account(clid));
    found.map(|account| account_row(view, account)).collect()
}

fn found<'v>(view: &'v impl View, clid: &str) -> Result<&'v ArchivedAccount, AdminFailure> {
    check_registrar(view, clid)?;
    view.account(clid).ok_or_else(|| missing("billing account of", clid, "billing open makes one"))
}

fn account_row(view: &impl View, account: &ArchivedAccount) -> AccountRow {
    let (currency, credit_limit) = (account.currency.get(), account.credit_limit.to_native());
    let balance = view.balance(&account.clid);
    let threshold = account.threshold.as_ref().map(|threshold| match threshold.get() {
        Threshold::Fixed(amount) => text(amount, currency),
        Threshold::Percent(percent) => format!("{percent}%"),
    });
    AccountRow {
        registrar: account.clid.to_string(),
        currency: currency.to_string(),
        balance: text(balance.amount, currency),
        credit_limit: text(credit_limit, currency),
        available: text(balance.amount.saturating_add(credit_limit), currency),
        threshold,
        lines: balance.lines,
        opened: account.created.get().to_string(),
        updated: account.updated.as_ref().map(|updated| updated.get().to_string()),
    }
}

/// A page of a registrar's billing ledger. It looks at [`ADMIN_ROWS`] lines, however few of them it shows.
pub(super) fn statement(view: &impl View, asked: &BillingStatement) -> Result<Statement, AdminFailure> {
    let currency = found(view, &asked.clid)?.currency.get();
    // The balance comes after the lines that it counts, so that all of them can be seen.
    let balance = view.balance(&asked.clid);
    let recent = asked.last.map_or(1, |last| balance.lines.saturating_sub(last).saturating_add(1));
    let first = asked.first.unwrap_or(1).max(recent).max(1);
    let end = first.saturating_add(ADMIN_ROWS as u64).min(balance.lines.saturating_add(1));
    let mut lines = Vec::new();
    for number in first..end {
        let line = view.record::<BillingLine>(&key::billing_line(&asked.clid, number));
        let line = line.ok_or_else(|| {
            let message = format!("line {number} of {} is missing from the billing ledger", asked.clid);
            AdminFailure { code: 2400, message }
        })?;
        let time = line.time.get().micros();
        if asked.from_micros.is_none_or(|from| time >= from) && asked.to_micros.is_none_or(|to| time < to) {
            lines.push(line_row(line));
        }
    }
    Ok(Statement {
        registrar: asked.clid.clone(),
        currency: currency.to_string(),
        balance: text(balance.amount, currency),
        total: balance.lines,
        lines,
        next: (end <= balance.lines).then_some(end),
    })
}

fn line_row(line: &ArchivedBillingLine) -> LineRow {
    let currency = line.currency.get();
    LineRow {
        number: line.number.to_native(),
        time: line.time.get().to_string(),
        kind: line.kind.get().name(),
        amount: text(line.amount.to_native(), currency),
        currency: currency.to_string(),
        object: line.object.to_string(),
        tld: line.tld.to_string(),
        class: line.class.to_string(),
        months: line.months.to_native(),
        command: line.command.to_string(),
        operator: line.operator.to_string(),
        cl_trid: line.cl_trid.as_ref().map(ToString::to_string),
        sv_trid: line.sv_trid.to_string(),
        reason: line.reason.to_string(),
    }
}

fn text(minor: i64, currency: Currency) -> String {
    Money { minor, currency }.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::operator::{BillingOpen, BillingPost, OperatorCommand, PriceSet};
    use crate::registry::testing::{A, B, World};

    fn ledger(lines: usize) -> World {
        let mut world = World::new();
        let open = BillingOpen {
            clid: A.into(),
            currency: "EUR".into(),
            credit_limit: Some("10".into()),
            threshold: Some("50%".into()),
        };
        world.operate(&OperatorCommand::BillingOpen(open)).expect("good");
        for _ in 0..lines {
            world.now = world.now.plus_days(1);
            let pay = BillingPost { clid: A.into(), amount: "0.01".into(), reason: "x".into() };
            world.operate(&OperatorCommand::BillingPay(pay)).expect("good");
        }
        world
    }

    fn asked() -> BillingStatement {
        BillingStatement { clid: A.into(), first: None, last: None, from_micros: None, to_micros: None }
    }

    #[test]
    fn a_statement_is_read_page_by_page() {
        let world = ledger(ADMIN_ROWS + 2);
        let page = |edit: fn(&mut BillingStatement)| {
            let mut asked = asked();
            edit(&mut asked);
            let page = statement(&world.memory, &asked).expect("an account");
            let number = |line: Option<&LineRow>| line.map_or(0, |line| line.number);
            (number(page.lines.first()), number(page.lines.last()), page.lines.len(), page.next)
        };
        assert_eq!(page(|_| ()), (1, 1000, 1000, Some(1001)));
        assert_eq!(page(|a| a.first = Some(1001)), (1001, 1002, 2, None));
        assert_eq!(page(|a| a.first = Some(3)), (3, 1002, 1000, None));
        assert_eq!(page(|a| a.first = Some(1003)), (0, 0, 0, None));
        assert_eq!(page(|a| a.first = Some(u64::MAX)), (0, 0, 0, None));
        assert_eq!(page(|a| a.last = Some(1)), (1002, 1002, 1, None));
        assert_eq!(page(|a| a.last = Some(u64::MAX)), (1, 1000, 1000, Some(1001)));
        assert_eq!(page(|a| a.last = Some(0)), (0, 0, 0, None));
        assert_eq!(page(|a| (a.first, a.last) = (Some(1001), Some(1002))), (1001, 1002, 2, None));
    }

    #[test]
    fn a_statement_of_a_span_of_time_leaves_out_the_rest() {
        let world = ledger(5);
        let micros = |days: i64| Some(world.now.trunc_millis().plus_days(days).micros());
        for (from, to, expected) in [
            (None, None, &[1, 2, 3, 4, 5][..]),
            (micros(-2), None, &[3, 4, 5]),
            (None, micros(-2), &[1, 2]),
            (micros(-3), micros(-1), &[2, 3]),
            (micros(1), None, &[]),
        ] {
            let page = statement(&world.memory, &BillingStatement { from_micros: from, to_micros: to, ..asked() });
            let page = page.expect("an account");
            assert_eq!(page.lines.iter().map(|line| line.number).collect::<Vec<_>>(), expected);
            assert_eq!((page.total, page.balance.as_str(), page.next), (5, "0.05", None));
        }
        let none = statement(&world.memory, &BillingStatement { clid: B.into(), ..asked() }).expect_err("no account");
        assert_eq!((none.code, none.message.contains("registrar-b")), (2303, true));
    }

    #[test]
    fn an_account_shows_what_can_still_be_spent() {
        let world = ledger(3);
        let row = account(&world.memory, A).expect("an account");
        assert_eq!((&row.balance[..], &row.credit_limit[..], &row.available[..]), ("0.03", "10.00", "10.03"));
        assert_eq!((row.threshold.as_deref(), row.lines), (Some("50%"), 3));
        assert_eq!(accounts(&world.memory).len(), 1);
        assert_eq!(account(&world.memory, "none").expect_err("no registrar").code, 2303);
    }

    #[test]
    fn prices_tell_which_of_them_hold() {
        let mut world = World::new();
        for (class, days) in [("", 0), ("", 5), ("", 9), ("gold", 9)] {
            let set = PriceSet {
                tld: "example".into(),
                currency: "USD".into(),
                class: class.into(),
                from_micros: Some(world.now.plus_days(days).micros()),
                create: vec!["8".into(), "10".into()],
                renew: vec!["10".into()],
                transfer: vec!["10".into()],
                restore: "40".into(),
            };
            world.operate(&OperatorCommand::PriceSet(set)).expect("good");
        }
        let states = |days| {
            let rows = prices(&world.memory, world.now.plus_days(days), Some("example")).expect("a TLD");
            rows.iter().map(|row| format!("{} {}", row.class, row.state)).collect::<Vec<_>>()
        };
        assert_eq!(states(0), ["standard present", "standard future", "standard future", "gold future"]);
        assert_eq!(states(6), ["standard past", "standard present", "standard future", "gold future"]);
        assert_eq!(states(9), ["standard past", "standard past", "standard present", "gold present"]);
        assert_eq!(prices(&world.memory, world.now, Some("none")).expect_err("no TLD").code, 2303);
        let all = prices(&world.memory, world.now, None).expect("all TLDs");
        assert_eq!((all.len(), all[0].create.join(" "), &all[0].restore[..]), (4, "8.00 10.00".into(), "40.00"));
    }
}
