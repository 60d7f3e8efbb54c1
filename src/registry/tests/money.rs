//! What commands cost, and what is given back: each table row is a command on a priced world.

use std::borrow::Cow;

use crate::base::timestamp::Timestamp;
use crate::model::answer::{Answer, Success};
use crate::model::command::{Period, PeriodUnit, Query, TransferOp, Transform};
use crate::model::fee::{FeeCheck, FeeCommand, FeeOffer, FeeQuestion};
use crate::model::money::{Currency, Decimal};
use crate::model::record::{
    Account, BillingKind, BillingLine, FeePolicy, ListPurpose, NameList, Price, PriceList, Threshold, Tld,
};
use crate::model::rgp::{Restore, RestoreOp};
use crate::model::transaction::Change;
use crate::model::view::{View, key};
use crate::registry::domain::fixture::{bare, chg, delete, password, renew, request, transfer, update};
use crate::registry::testing::{A, B, C, PASSWORD, World};
use crate::registry::{Cause, billing, checks, invariants};

const NAME: &str = "foo.test";

pub(super) fn currency(code: &str) -> Currency {
    Currency::parse(code).expect("a currency")
}

fn price(code: &str, class: &str, from: Timestamp, scale: i64) -> Price {
    Price {
        currency: currency(code),
        class: class.into(),
        from,
        create: vec![200 * scale, 1000 * scale],
        renew: vec![1000 * scale],
        transfer: vec![900 * scale],
        restore: 5000 * scale,
    }
}

/// Prices in `test` in euros and dollars, gold ones for a list; A has 200.00 in euros, B may owe 30.00 dollars, C has no account.
pub(super) fn priced() -> World {
    let mut world = World::new();
    price_all(&mut world);
    world
}

/// Puts those prices, accounts and lists.
pub(super) fn price_all(world: &mut World) {
    let from = world.now.trunc_millis();
    let prices = vec![price("EUR", "", from, 1), price("EUR", "gold", from, 100), price("USD", "", from, 1)];
    world.put(vec![Change::PutPriceList(PriceList { tld: "test".into(), prices })]);
    for (clid, code, credit_limit) in [(A, "EUR", 0), (B, "USD", 3000)] {
        let account = Account {
            clid: clid.into(),
            currency: currency(code),
            credit_limit,
            threshold: Some(Threshold::Fixed(1000)),
            created: from,
            updated: None,
        };
        world.put(vec![Change::PutAccount(account)]);
    }
    pay(world, A, 20_000);
    for (name, purpose, class, labels) in [
        ("gold", ListPurpose::Premium, "gold", &["bank", "shop"][..]),
        ("kept", ListPurpose::Reserved, "", &["nic", "shop"]),
        ("never", ListPurpose::Blocked, "", &["nic"]),
    ] {
        let list = NameList {
            tld: "test".into(),
            name: name.into(),
            purpose,
            class: class.into(),
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            patterns: if class.is_empty() { Vec::new() } else { vec!["?".into()] },
            loaded: from,
        };
        world.put(vec![Change::PutNameList(list)]);
    }
}

/// A payment that has come in.
pub(super) fn pay(world: &mut World, clid: &str, amount: i64) {
    let cause = Cause { command: "pay", operator: "op", cl_trid: None, sv_trid: "SV", now: world.now.trunc_millis() };
    let mut changes = Vec::new();
    let kind = BillingKind::Payment;
    let posting = billing::Posting { clid, kind, amount, domain: None, months: 0, reason: "bank" };
    billing::post(&world.memory, &cause, &mut changes, posting);
    world.put(changes);
}

fn offer(total: &str, code: Option<&str>) -> Option<FeeOffer> {
    let total = Decimal::parse(total).expect("a number");
    Some(FeeOffer { currency: code.map(str::to_owned), total, shown: "shown".into() })
}

fn create(name: &str, years: u32, fee: Option<FeeOffer>) -> Transform {
    let mut create = bare(name);
    create.period = Some(Period { count: years, unit: PeriodUnit::Years });
    create.auth = password(PASSWORD);
    create.fee = fee;
    Transform::DomainCreate(create)
}

/// Kind, amount and months of a registrar's lines.
fn lines(world: &World, clid: &str) -> Vec<(BillingKind, i64, u32)> {
    let count = world.memory.balance(clid).lines;
    let line = |number| world.memory.record::<BillingLine>(&key::billing_line(clid, number)).expect("there");
    (1..=count).map(line).map(|l| (l.kind.get(), l.amount.to_native(), l.months.to_native())).collect()
}

fn balance(world: &World, clid: &str) -> i64 {
    invariants::check(&world.memory, world.now).expect("whole");
    world.memory.balance(clid).amount
}

fn expiry(world: &World, name: &str) -> Option<crate::base::timestamp::Date> {
    world.memory.domain(name).map(|domain| domain.expires.get().date())
}

#[test]
fn creates_are_charged_and_judged() {
    // Who, name, years, what is offered, the code, and what is charged.
    let rows = [
        (A, NAME, 1, None, 1000, 200),
        (A, NAME, 3, None, 1000, 2200),
        (A, NAME, 3, offer("22", None), 1000, 2200),
        (A, NAME, 3, offer("22.00", Some("EUR")), 1000, 2200),
        (A, NAME, 3, offer("21.99", Some("EUR")), 2004, 0),
        (A, NAME, 3, offer("1000", Some("EUR")), 1000, 2200),
        (A, NAME, 3, offer("22.00", Some("USD")), 2004, 0),
        (B, NAME, 3, offer("22.00", Some("USD")), 1000, 2200),
        (B, NAME, 4, None, 2104, 0),
        (C, NAME, 1, None, 2104, 0),
        (C, NAME, 1, offer("2", Some("EUR")), 2104, 0),
        (A, "bank.test", 1, None, 2003, 0),
        (A, "bank.test", 1, offer("199.99", None), 2004, 0),
        (A, "bank.test", 1, offer("200", None), 1000, 20_000),
        (A, "bank.test", 2, offer("1200", None), 2104, 0),
        (A, "x.test", 1, offer("200", None), 1000, 20_000),
        (B, "bank.test", 1, offer("200", None), 2104, 0),
        (A, "nic.test", 1, None, 2306, 0),
        (A, "shop.test", 1, offer("200", None), 2306, 0),
        (A, "free.example", 1, None, 2003, 0),
    ];
    for (clid, name, years, fee, code, charged) in rows {
        let mut world = priced();
        let before = balance(&world, clid);
        let result = world.run(clid, &create(name, years, fee.clone()));
        let found = crate::registry::testing::code(&result);
        assert_eq!(found, code, "{clid} {name} {years} {fee:?}");
        assert_eq!(before - balance(&world, clid), charged, "{clid} {name} {years} {fee:?}");
        if let Ok((_, Answer::DomainCreated { bill: Some(bill), .. })) = result {
            let account = bill.account.expect("an account");
            assert_eq!(account.balance, before - charged);
            assert_eq!(bill.lines.iter().map(|line| line.amount).sum::<i64>(), charged);
            assert!(bill.lines.iter().all(|line| line.grace_days == Some(5)));
        }
    }
}

#[test]
fn a_price_begins_at_its_moment_and_a_name_keeps_its_class() {
    let mut world = priced();
    let mut prices = checks::native::<PriceList>(world.memory.price_list("test").expect("there"));
    let later = world.now.plus_days(30).trunc_millis();
    prices.prices.insert(1, Price { create: vec![7], ..price("EUR", "", later, 1) });
    world.put(vec![Change::PutPriceList(prices)]);
    assert_eq!(world.code(A, &create(NAME, 1, None)), 1000);
    world.now = Timestamp::from_micros(later.micros() - 1);
    assert_eq!(world.code(A, &create("a-day-before.test", 1, None)), 1000);
    world.now = later;
    assert_eq!(world.code(A, &create("then.test", 1, None)), 1000);
    assert_eq!(lines(&world, A)[1..].iter().map(|line| line.1).collect::<Vec<_>>(), [-200, -200, -7]);
    // A list that is loaded after a name was registered does not change what the name's renewal costs.
    let list = world.memory.name_list("test", "gold").expect("there");
    let mut list = checks::native::<NameList>(list);
    list.labels.insert(1, "foo".into());
    world.put(vec![Change::PutNameList(list)]);
    let expiry = expiry(&world, NAME);
    assert_eq!(world.code(A, &renew(NAME, expiry, None)), 1000);
    assert_eq!(lines(&world, A).last(), Some(&(BillingKind::Renew, -1000, 12)));
}

#[test]
fn deletes_in_grace_give_back_what_was_paid() {
    let mut world = priced();
    assert_eq!(world.code(A, &create(NAME, 2, None)), 1000);
    let until = expiry(&world, NAME);
    assert_eq!(world.code(A, &renew(NAME, until, None)), 1000);
    assert_eq!(balance(&world, A), 20_000 - 1200 - 1000);
    let Ok((Success::Completed, Answer::DomainDeleted { bill: Some(bill) })) = world.run(A, &delete(NAME)) else {
        panic!("purged in the add grace period")
    };
    assert_eq!(bill.lines.iter().map(|line| line.amount).collect::<Vec<_>>(), [-1200, -1000]);
    assert_eq!(bill.account.map(|account| account.balance), Some(20_000));
    assert_eq!(balance(&world, A), 20_000);
    let kinds =
        [BillingKind::Payment, BillingKind::Create, BillingKind::Renew, BillingKind::Refund, BillingKind::Refund];
    assert_eq!(lines(&world, A).iter().map(|line| line.0).collect::<Vec<_>>(), kinds);

    // After the grace period nothing comes back.
    assert_eq!(world.code(A, &create(NAME, 2, None)), 1000);
    world.pass(world.now.plus_days(5));
    assert_eq!(world.code(A, &delete(NAME)), 1001);
    assert_eq!(balance(&world, A), 20_000 - 1200);
}

#[test]
fn an_auto_renewal_is_charged_beyond_the_limit_and_given_back_when_deleted_in_time() {
    let mut world = priced();
    assert_eq!(world.code(B, &create(NAME, 3, None)), 1000);
    let expires = world.memory.domain(NAME).expect("there").expires.get();
    assert_eq!(balance(&world, B), -2200);
    world.pass(expires);
    assert_eq!(balance(&world, B), -3200, "200 beyond the limit");
    assert_eq!(world.code(B, &create("other.test", 1, None)), 2104);
    world.pass(expires.plus_days(44));
    assert_eq!(world.code(B, &delete(NAME)), 1001);
    assert_eq!(balance(&world, B), -2200);
    assert_eq!(world.memory.domain(NAME).expect("there").expires.get(), expires);
}

#[test]
fn a_transfer_is_paid_when_it_is_asked_for_and_given_back_when_it_comes_to_nothing() {
    for (op, who, after) in [(TransferOp::Reject, A, 0), (TransferOp::Cancel, B, 0), (TransferOp::Approve, A, -900)] {
        let mut world = priced();
        assert_eq!(world.code(A, &create(NAME, 1, None)), 1000);
        let before = balance(&world, A);
        let Ok((Success::Pending, Answer::DomainTransfer { bill: Some(bill), .. })) =
            world.run(B, &request(NAME, None, Some(password(PASSWORD))))
        else {
            panic!("asked for")
        };
        assert_eq!(bill.account.map(|account| account.balance), Some(-900));
        assert_eq!(balance(&world, B), -900);
        // The one who pays sees what; the other one does not.
        let query = Query::DomainTransferQuery { name: NAME.into(), auth: None };
        for (clid, shown) in [(A, false), (B, true)] {
            let Ok((_, Answer::DomainTransfer { bill, .. })) = world.ask(clid, &query) else { panic!("pending") };
            assert_eq!(bill.is_some_and(|bill| bill.account.is_none() && bill.lines[0].amount == 900), shown);
        }
        assert_eq!(world.code(who, &transfer(op, NAME, None)), 1000);
        assert_eq!((balance(&world, A), balance(&world, B)), (before, after), "{op:?}");
        if op == TransferOp::Approve {
            assert_eq!(world.code(B, &delete(NAME)), 1001);
            assert_eq!(balance(&world, B), 0, "in the transfer grace period");
        }
    }
    let mut world = priced();
    assert_eq!(world.code(A, &create(NAME, 1, None)), 1000);
    assert_eq!(world.code(C, &request(NAME, None, Some(password(PASSWORD)))), 2104);
    assert_eq!(world.code(B, &create("much.test", 3, None)), 1000);
    assert_eq!(world.code(B, &request(NAME, None, Some(password(PASSWORD)))), 2104, "22.00 and 9.00 are above 30.00");
}

#[test]
fn a_transfer_that_absorbs_an_auto_renewal_gives_its_fee_back() {
    let mut world = priced();
    assert_eq!(world.code(A, &create(NAME, 1, None)), 1000);
    let expires = world.memory.domain(NAME).expect("there").expires.get();
    world.pass(expires);
    assert_eq!(balance(&world, A), 20_000 - 200 - 1000);
    assert_eq!(world.code(A, &chg(NAME, None, Some(password(PASSWORD)))), 1000);
    assert_eq!(world.code(B, &request(NAME, None, Some(password(PASSWORD)))), 1001);
    world.pass(expires.plus_days(5));
    assert_eq!((balance(&world, A), balance(&world, B)), (20_000 - 200, -900));
}

#[test]
fn a_restore_is_paid_when_it_is_asked_for_and_the_years_it_adds_when_it_adds_them() {
    let ask = |fee| {
        update(NAME, |update| {
            update.chg = Some(crate::model::command::DomainChange::default());
            update.restore = Some(Restore { op: RestoreOp::Request, report: None });
            update.fee = fee;
        })
    };
    let mut world = priced();
    assert_eq!(world.code(A, &create(NAME, 1, None)), 1000);
    let expires = world.memory.domain(NAME).expect("there").expires.get();
    world.pass(expires.plus_days(-10));
    assert_eq!(world.code(A, &delete(NAME)), 1001);
    assert_eq!(world.code(A, &ask(offer("49.99", None))), 2004);
    assert_eq!(world.code(A, &ask(None)), 1000);
    assert_eq!(balance(&world, A), 20_000 - 200 - 5000);
    world.pass(world.now.plus_days(7));
    assert_eq!(balance(&world, A), 20_000 - 200 - 5000, "no report, and no money back");

    let mut world = priced();
    let mut tld = checks::native::<Tld>(world.memory.tld("test").expect("there"));
    tld.restore_report = false;
    world.put(vec![Change::PutTld(tld)]);
    assert_eq!(world.code(A, &create(NAME, 1, None)), 1000);
    world.pass(expires.plus_days(-10));
    assert_eq!(world.code(A, &delete(NAME)), 1001);
    world.pass(expires.plus_days(10));
    assert_eq!(world.code(A, &ask(offer("50", None))), 2004, "a year more");
    assert_eq!(world.code(A, &ask(offer("60", None))), 1000);
    assert_eq!(balance(&world, A), 20_000 - 200 - 6000);
}

#[test]
fn a_registrar_is_warned_once_when_it_falls_below_its_threshold() {
    let mut world = priced();
    let warned = |world: &World| world.memory.poll_queue(B).map_or(0, |queue| queue.count.to_native());
    assert_eq!(world.code(B, &create("a.test", 1, offer("1000", None))), 2104, "premium, in no dollars");
    assert_eq!(world.code(B, &create("one.test", 2, None)), 1000);
    assert_eq!(warned(&world), 0);
    assert_eq!(world.code(B, &create("two.test", 2, None)), 1000);
    assert_eq!(warned(&world), 1);
    assert_eq!(world.code(B, &create("three.test", 1, None)), 1000);
    assert_eq!(warned(&world), 1);
    pay(&mut world, B, 5000);
    assert_eq!(world.code(B, &create("four.test", 5, None)), 1000);
    assert_eq!(world.code(B, &create("five.test", 2, None)), 1000);
    assert_eq!(warned(&world), 2);
    balance(&world, B);
}

fn question(command: FeeCommand, years: Option<u32>) -> FeeQuestion {
    let period = years.map(|count| Period { count, unit: PeriodUnit::Years });
    FeeQuestion { command, custom: None, phase: None, subphase: None, period }
}

#[test]
fn a_check_tells_what_would_be_charged() {
    let mut world = priced();
    assert_eq!(world.code(A, &create(NAME, 1, None)), 1000);
    let tld = checks::native::<Tld>(world.memory.tld("test").expect("there"));
    world.put(vec![Change::PutTld(Tld { idn: true, ..tld })]);
    let names = ["free.test", "bank.test", NAME, "nic.test", "free.example", "-.test", "xn--n3h.test"];
    let commands = vec![
        question(FeeCommand::Create, Some(2)),
        question(FeeCommand::Renew, None),
        question(FeeCommand::Transfer, None),
        question(FeeCommand::Restore, None),
        question(FeeCommand::Delete, None),
        question(FeeCommand::Update, None),
        question(FeeCommand::Create, Some(11)),
    ];
    let query = Query::DomainCheck {
        names: names.iter().map(|name| Cow::Borrowed(*name)).collect(),
        fee: Some(Box::new(FeeCheck { currency: Some("EUR".into()), commands })),
        idn: None,
        token: None,
    };
    let Ok((_, Answer::DomainChecked { objects, fees: Some(fees) })) = world.ask(A, &query) else { panic!("asked") };
    let available: Vec<bool> = objects.iter().map(|object| object.reason.is_none()).collect();
    assert_eq!(available, [true, true, false, false, true, false, false]);
    let told: Vec<(Option<&str>, Option<&str>, Vec<i64>)> = fees
        .objects
        .iter()
        .map(|of| {
            let sums = of.commands.iter().map(|answer| match &answer.reason {
                Some(_) => -1,
                None => answer.lines.iter().map(|line| line.amount).sum(),
            });
            (of.class.as_deref(), of.reason, sums.collect())
        })
        .collect();
    let expected = [
        (Some(""), None, vec![1200, 1000, 900, 5000, 0, 0, -1]),
        (Some("gold"), None, vec![120_000, 100_000, 90_000, 500_000, 0, 0, -1]),
        (Some(""), None, vec![1200, 1000, 900, 5000, -200, 0, -1]),
        (None, Some("Blocked name"), vec![]),
        (Some(""), None, vec![0, 0, 0, 0, 0, 0, -1]),
        (None, Some("Invalid domain name"), vec![]),
        (None, Some("Invalid domain name"), vec![]),
    ];
    assert_eq!(told, expected);
    let periods: Vec<Option<u32>> =
        fees.objects[0].commands.iter().map(|answer| answer.period.map(|period| period.count)).collect();
    assert_eq!(periods, [Some(2), Some(1), Some(1), None, Some(1), Some(1), Some(11)]);
}

#[test]
fn checks_of_fees_are_judged() {
    let mut world = priced();
    let mut tld = checks::native::<Tld>(world.memory.tld("test").expect("there"));
    let check = |currency: Option<&str>, question: FeeQuestion, count: usize| Query::DomainCheck {
        names: vec!["free.test".into()],
        fee: Some(Box::new(FeeCheck { currency: currency.map(str::to_owned), commands: vec![question; count] })),
        idn: None,
        token: None,
    };
    let plain = || question(FeeCommand::Create, None);
    let phase = |phase: Option<&str>, subphase: Option<&str>| FeeQuestion {
        phase: phase.map(str::to_owned),
        subphase: subphase.map(str::to_owned),
        ..plain()
    };
    for (case, clid, query, code) in [
        ("own currency", A, check(Some("EUR"), plain(), 1), 1000),
        ("another currency", A, check(Some("USD"), plain(), 1), 2004),
        ("no currency", A, check(None, plain(), 32), 1000),
        ("too many commands", A, check(None, plain(), 33), 2306),
        ("no account", C, check(Some("EUR"), plain(), 1), 1000),
        ("no account, no currency", C, check(Some("EUX"), plain(), 1), 2004),
        ("open", A, check(None, phase(Some("open"), None), 1), 1000),
        ("sunrise", A, check(None, phase(Some("sunrise"), None), 1), 2004),
        ("open and more", A, check(None, phase(Some("open"), Some("x")), 1), 2004),
        ("half a phase", A, check(None, phase(None, Some("x")), 1), 2003),
        ("custom without name", A, check(None, question(FeeCommand::Custom, None), 1), 2003),
    ] {
        assert_eq!(crate::registry::testing::code(&world.ask(clid, &query)), code, "{case}");
    }
    // Without the extension a name is available only when a create without it would succeed.
    let available = |world: &World, clid| {
        let names = vec!["free.test".into(), "bank.test".into()];
        let query = Query::DomainCheck { names, fee: None, idn: None, token: None };
        let Ok((_, Answer::DomainChecked { objects, .. })) = world.ask(clid, &query) else { panic!("asked") };
        objects.iter().map(|object| object.reason).collect::<Vec<_>>()
    };
    let unsaid = Some("Fee must be acknowledged");
    assert_eq!(available(&world, A), [None, unsaid]);
    assert_eq!(available(&world, B), [None, Some("No price in your currency")]);
    assert_eq!(available(&world, C), [Some("No billing account"); 2]);
    tld.fee_policy = FeePolicy::Always;
    world.put(vec![Change::PutTld(tld)]);
    assert_eq!(available(&world, A), [unsaid; 2]);
    assert_eq!(world.code(A, &create("free.test", 1, None)), 2003);
    assert_eq!(world.code(A, &create("free.test", 1, offer("2", None))), 1000);
}

/// Approves a transfer of the name to B.
fn transferred(world: &mut World, period: Option<Period>) {
    assert_eq!(world.code(A, &chg(NAME, None, Some(password(PASSWORD)))), 1000);
    assert_eq!(world.code(B, &request(NAME, period, Some(password(PASSWORD)))), 1001);
    assert_eq!(world.code(A, &transfer(TransferOp::Approve, NAME, None)), 1000);
}

/// A delete and a restore: what is given back goes, so that nobody gets a year for the price of a restore.
#[test]
fn what_a_delete_gives_back_is_gone_also_when_the_term_was_cut_at_ten_years() {
    let mut world = priced();
    pay(&mut world, A, 100_000);
    pay(&mut world, B, 100_000);
    assert_eq!(world.code(A, &create(NAME, 10, None)), 1000);
    let expires = world.memory.domain(NAME).expect("there").expires.get();
    world.pass(world.now.plus_days(360));
    let before = balance(&world, B);
    transferred(&mut world, None);
    let cut = world.memory.domain(NAME).expect("there").expires.get();
    assert!(expires < cut && cut < expires.plus_months(12), "{cut}");
    assert_eq!(world.code(B, &delete(NAME)), 1001);
    assert_eq!(balance(&world, B), before, "the transfer is given back");
    assert_eq!(world.memory.domain(NAME).expect("there").expires.get(), expires, "and so is what it added");
}

/// Months instead of years: an auto-renewal is absorbed only by a transfer that adds as much.
#[test]
fn a_short_transfer_does_not_take_the_place_of_a_year_that_it_does_not_pay() {
    let month = |count| Some(Period { count, unit: PeriodUnit::Months });
    // Months that the transfer adds; what A gets back, what B pays, months that the name lasts beyond its expiry.
    for (months, back, paid, lasts) in [(1, 0, 75, 13), (11, 0, 825, 23), (12, 1000, 900, 12), (24, 1000, 1800, 24)] {
        let mut world = priced();
        let mut tld = checks::native::<Tld>(world.memory.tld("test").expect("there"));
        tld.min_months = 1;
        world.put(vec![Change::PutTld(tld)]);
        assert_eq!(world.code(A, &create(NAME, 1, None)), 1000);
        let expires = world.memory.domain(NAME).expect("there").expires.get();
        world.pass(expires);
        let before = (balance(&world, A), balance(&world, B));
        transferred(&mut world, month(months));
        assert_eq!((balance(&world, A) - before.0, before.1 - balance(&world, B)), (back, paid), "{months}");
        let domain = checks::native::<crate::model::record::Domain>(world.memory.domain(NAME).expect("there"));
        assert_eq!(domain.expires, expires.plus_months(lasts), "{months}");
        // What was promised is what came.
        let promised = domain.transfer.expect("kept").expires;
        assert_eq!(promised, (months != 12).then_some(domain.expires), "{months}");
        assert_eq!(world.code(B, &delete(NAME)), 1001);
        let left = if months < 12 { expires.plus_months(12) } else { expires };
        assert_eq!(world.memory.domain(NAME).expect("there").expires.get(), left, "{months}");
    }
}

#[test]
fn all_auto_renewals_that_run_are_absorbed_by_a_transfer_that_adds_as_much() {
    let mut world = priced();
    let mut tld = checks::native::<Tld>(world.memory.tld("test").expect("there"));
    (tld.min_months, tld.max_months, tld.default_months) = (1, 1, 1);
    world.put(vec![Change::PutTld(tld)]);
    let mut command = bare(NAME);
    command.auth = password(PASSWORD);
    assert_eq!(world.code(A, &Transform::DomainCreate(command)), 1000);
    let expires = world.memory.domain(NAME).expect("there").expires.get();
    world.pass(expires.plus_days(40));
    assert_eq!(world.memory.domain(NAME).expect("there").grace.len(), 2);
    let before = balance(&world, A);
    transferred(&mut world, None);
    assert_eq!(balance(&world, A) - before, 84, "one month of the two, since the transfer adds one");
}
