//! Prices, accounts, billing lines and name lists by tables: what is done, what is refused, and with which words.

use crate::base::limits::{LISTS_PER_TLD, PATTERNS_PER_LIST, PRICES_PER_TLD};
use crate::base::timestamp::Timestamp;
use crate::model::money::Currency;
use crate::model::operator::{
    BillingOpen, BillingPost, BillingSet, ByName, ListLoad, ListName, OperatorCommand, PriceRemove, PriceSet,
};
use crate::model::poll_data::PollData;
use crate::model::record::{
    Account, BillingKind, BillingLine, ListPurpose, NameList, PollMessage, Price, PriceList, Threshold,
};
use crate::model::transaction::Change;
use crate::model::view::{View, key};
use crate::registry::operator::price;
use crate::registry::testing::{A, B, World};
use crate::registry::{checks, invariants};

/// Runs the command; empty when it is done, else the refusal in its words. The registry is whole either way.
fn words(world: &mut World, command: OperatorCommand) -> String {
    let before = world.sequence;
    let result = world.operate(&command);
    assert_eq!(world.sequence - before, u64::from(result.is_ok()), "a refusal changes nothing");
    invariants::check(&world.memory, world.now).expect("whole");
    result.map_or_else(|refusal| refusal.to_string(), |()| String::new())
}

/// Runs the command, which is refused with words that hold `expected`; empty: which is done.
#[track_caller]
fn expect(world: &mut World, case: &str, command: OperatorCommand, expected: &str) {
    let words = words(world, command);
    let right = if expected.is_empty() { words.is_empty() } else { words.contains(expected) };
    assert!(right, "{case}: {words:?} instead of {expected:?}");
}

fn usd() -> Currency {
    Currency::parse("USD").expect("a currency")
}

fn amounts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn price() -> PriceSet {
    PriceSet {
        tld: "example".into(),
        currency: "USD".into(),
        class: String::new(),
        from_micros: None,
        create: amounts(&["8.00", "10"]),
        renew: amounts(&["10.00"]),
        transfer: amounts(&["9.5"]),
        restore: "40.00".into(),
    }
}

fn with(edit: impl FnOnce(&mut PriceSet)) -> OperatorCommand {
    let mut set = price();
    edit(&mut set);
    OperatorCommand::PriceSet(set)
}

fn in_days(world: &World, days: i64) -> Option<i64> {
    Some(world.now.plus_days(days).micros())
}

fn prices(world: &World) -> Vec<Price> {
    world.memory.price_list("example").map(checks::native::<PriceList>).unwrap_or_default().prices
}

#[test]
fn prices_are_set_with_good_values_only() {
    type Edit = fn(&mut PriceSet);
    let table: &[(&str, Edit, &str)] = &[
        ("a price", |_| (), ""),
        ("of a class", |p| p.class = "gold-1".into(), ""),
        ("of nothing", |p| (p.create, p.restore) = (amounts(&["0"]), "0.00".into()), ""),
        ("ten years", |p| p.create = vec!["1".into(); 10], ""),
        ("the most", |p| p.create = amounts(&["10000000000.00"]), ""),
        (
            "a whole currency",
            |p| (p.currency, p.create) = ("JPY".into(), amounts(&["900"])),
            "renew: expected whole JPY",
        ),
        ("no TLD", |p| p.tld = "none".into(), "there is no TLD \"none\"; tld list shows all"),
        ("no currency", |p| p.currency = "usd".into(), "currency: expected a code of ISO 4217"),
        ("the standard class", |p| p.class = "standard".into(), "class: expected another name"),
        ("an odd class", |p| p.class = "Gold".into(), "class: expected 1 to 32 lower-case letters"),
        ("a long class", |p| p.class = "g".repeat(33), "class: expected 1 to 32 lower-case letters"),
        ("no years", |p| p.renew.clear(), "renew: expected prices of 1 to 10 years"),
        ("eleven years", |p| p.transfer = vec!["1".into(); 11], "transfer: expected prices of 1 to 10 years"),
        (
            "a third place",
            |p| p.create = amounts(&["8.001"]),
            "create: expected an amount of USD with 2 decimal places",
        ),
        ("below nothing", |p| p.renew = amounts(&["10", "-1"]), "renew: expected an amount of USD"),
        ("too much", |p| p.restore = "10000000000.01".into(), "from 0.00 to 10000000000.00, found"),
        ("words", |p| p.restore = "forty".into(), "restore: expected an amount of USD"),
        ("the past", |p| p.from_micros = Some(1_000_000), "from: expected a moment that has not passed"),
        ("before time", |p| p.from_micros = Some(i64::MIN), "from: expected a moment from 1970"),
        ("beyond time", |p| p.from_micros = Some(i64::MAX), "from: expected a moment from 1970"),
    ];
    for (case, edit, expected) in table {
        let mut world = World::new();
        expect(&mut world, case, with(edit), expected);
        assert_eq!(prices(&world).len(), usize::from(expected.is_empty()), "{case}");
    }
    let mut world = World::new();
    expect(&mut world, "a price", with(|_| ()), "");
    let set = Price {
        currency: usd(),
        class: String::new(),
        from: world.now.trunc_millis(),
        create: vec![800, 1000],
        renew: vec![1000],
        transfer: vec![950],
        restore: 4000,
    };
    assert_eq!(prices(&world), [set]);
}

#[test]
fn what_has_taken_effect_stays_and_what_has_not_can_be_replaced() {
    let mut world = World::new();
    let (now, soon) = (Some(world.now.micros()), in_days(&world, 10));
    let remove = |currency: &str, class: &str, from: Option<i64>| {
        OperatorCommand::PriceRemove(PriceRemove {
            tld: "example".into(),
            currency: currency.into(),
            class: class.into(),
            from_micros: from.expect("a moment"),
        })
    };
    for (case, command, expected) in [
        ("now", with(|_| ()), ""),
        ("now, again", with(|_| ()), "the USD price of class standard has taken effect at 2026-11-21T09:08:07.123Z"),
        ("in ten days", with(|p| p.from_micros = soon), ""),
        ("in its place", with(|p| (p.from_micros, p.restore) = (soon, "1".into())), ""),
        ("in EUR", with(|p| (p.from_micros, p.currency) = (soon, "EUR".into())), ""),
        ("of a class", with(|p| (p.from_micros, p.class) = (soon, "gold".into())), ""),
        ("away, now", remove("USD", "", now), "has taken effect"),
        ("away, never", remove("USD", "", in_days(&world, 11)), "there is no price \"USD of class standard from"),
        ("away, odd", remove("USD", "", Some(i64::MIN)), "from: expected a moment from 1970"),
        ("away, the class", remove("USD", "gold", soon), ""),
        ("away, EUR", remove("EUR", "", soon), ""),
        ("away, no currency", remove("EURO", "", soon), "currency: expected"),
        ("away, the standard class", remove("EUR", "standard", soon), "class: expected another name"),
    ] {
        expect(&mut world, case, command, expected);
    }
    let left: Vec<_> = prices(&world).into_iter().map(|price| (price.from.micros(), price.restore)).collect();
    let millis = |from: Option<i64>| Timestamp::from_micros(from.expect("a moment")).trunc_millis().micros();
    assert_eq!(left, [(millis(now), 4000), (millis(soon), 100)]);
    world.now = world.now.plus_days(10);
    expect(&mut world, "away, too late", remove("USD", "", soon), "has taken effect");
}

#[test]
fn prices_are_kept_in_the_order_in_which_they_are_looked_up() {
    let mut world = World::new();
    for (currency, class, days) in
        [("USD", "gold", 3), ("USD", "", 2), ("EUR", "gold", 1), ("USD", "", 1), ("EUR", "", 5), ("USD", "gold", 1)]
    {
        let from = in_days(&world, days);
        let set = with(|p| (p.currency, p.class, p.from_micros) = (currency.into(), class.into(), from));
        expect(&mut world, currency, set, "");
    }
    let order: Vec<_> = prices(&world)
        .into_iter()
        .map(|price| {
            format!(
                "{}/{}/{}",
                price.currency,
                price.class,
                (price.from.micros() - world.now.micros()) / 86_399_000_000
            )
        })
        .collect();
    assert_eq!(order, ["EUR//5", "EUR/gold/1", "USD//1", "USD//2", "USD/gold/1", "USD/gold/3"]);
    let list = world.memory.price_list("example").expect("there");
    let at = |days| list.at(usd(), "", world.now.plus_days(days)).map(|price| price.from.get());
    assert_eq!((at(0), at(1)), (None, Some(world.now.plus_days(1).trunc_millis())));
    assert_eq!(at(9), Some(world.now.plus_days(2).trunc_millis()));
}

#[test]
fn there_is_an_end_to_prices() {
    let mut world = World::new();
    expect(&mut world, "one", with(|_| ()), "");
    let mut list = checks::native::<PriceList>(world.memory.price_list("example").expect("there"));
    let first = list.prices[0].clone();
    let older = |n: usize| Price { from: first.from.plus_days(-(n as i64)), ..first.clone() };
    list.prices = (0..PRICES_PER_TLD).rev().map(older).collect();
    world.put(vec![Change::PutPriceList(list)]);
    let from = in_days(&world, 1);
    expect(&mut world, "one more", with(|p| p.from_micros = from), "example has 4096 prices, the most there can be");
}

#[test]
fn a_rise_without_the_notice_that_icann_asks_for_is_told() {
    let mut world = World::new();
    let told = |world: &World, command: &OperatorCommand| {
        let lines = price::warnings(&world.memory, world.now.trunc_millis(), command);
        lines.iter().map(|line| line.split(" price rises").next().expect("a word").to_owned()).collect::<Vec<_>>()
    };
    let first = with(|_| ());
    assert!(told(&world, &first).is_empty(), "nothing rises where there was no price");
    world.operate(&first).expect("good");
    type Edit = fn(&mut PriceSet);
    let table: &[(&str, i64, Edit, &[&str])] = &[
        ("the same", 0, |_| (), &[]),
        ("lower", 0, |p| (p.create, p.renew) = (amounts(&["1"]), amounts(&["1"])), &[]),
        (
            "higher, today",
            1,
            |p| (p.create, p.renew) = (amounts(&["9"]), amounts(&["11"])),
            &["the create", "the renewal"],
        ),
        ("higher, in 29 days", 29, |p| p.create = amounts(&["9"]), &["the create"]),
        ("higher, in 30 days", 30, |p| p.create = amounts(&["9"]), &[]),
        ("higher in the third year", 1, |p| p.create = amounts(&["8", "10", "11"]), &["the create"]),
        ("renewal, in 179 days", 179, |p| p.renew = amounts(&["10.01"]), &["the renewal"]),
        ("renewal, in 180 days", 180, |p| p.renew = amounts(&["10.01"]), &[]),
        ("transfer and restore", 1, |p| (p.transfer, p.restore) = (amounts(&["99"]), "99".into()), &[]),
        ("another currency", 1, |p| (p.currency, p.renew) = ("EUR".into(), amounts(&["11"])), &[]),
        ("another class", 1, |p| (p.class, p.renew) = ("gold".into(), amounts(&["11"])), &[]),
    ];
    for (case, days, edit, expected) in table {
        let mut set = price();
        set.from_micros = in_days(&world, *days);
        edit(&mut set);
        assert_eq!(told(&world, &OperatorCommand::PriceSet(set)), *expected, "{case}");
    }
    // What was announced in time may go on; taking back a price that was to be lower is a rise.
    let (sale, end) = (in_days(&world, 40), in_days(&world, 60));
    world.operate(&with(|p| (p.renew, p.from_micros) = (amounts(&["5"]), sale))).expect("good");
    let back = with(|p| p.from_micros = end);
    assert_eq!(told(&world, &back), ["the renewal"], "the sale had no end");
    world.operate(&back).expect("good");
    assert!(told(&world, &with(|p| (p.from_micros, p.restore) = (end, "1".into()))).is_empty(), "told before");
    let remove = OperatorCommand::PriceRemove(PriceRemove {
        tld: "example".into(),
        currency: "USD".into(),
        class: String::new(),
        from_micros: Timestamp::from_micros(sale.expect("a moment")).trunc_millis().micros(),
    });
    assert_eq!(told(&world, &remove), ["the renewal"], "the sale is called off");
    let line = &price::warnings(&world.memory, world.now.trunc_millis(), &remove)[0];
    assert!(line.contains("at 2026-12-31T09:08:07.123Z, 40 days from now") && line.contains("180 days"), "{line}");
}

fn open(clid: &str) -> BillingOpen {
    BillingOpen { clid: clid.into(), currency: "EUR".into(), credit_limit: Some("100".into()), threshold: None }
}

fn account(world: &World, clid: &str) -> Account {
    checks::native::<Account>(world.memory.account(clid).expect("an account"))
}

#[test]
fn accounts_are_opened_and_changed_with_good_values_only() {
    let mut world = World::new();
    let opened = |edit: fn(&mut BillingOpen)| {
        let mut command = open(A);
        edit(&mut command);
        OperatorCommand::BillingOpen(command)
    };
    let set = |credit_limit: Option<&str>, threshold: Option<&str>| {
        let [credit_limit, threshold] = [credit_limit, threshold].map(|text| text.map(str::to_owned));
        OperatorCommand::BillingSet(BillingSet { clid: A.into(), credit_limit, threshold })
    };
    for (case, command, expected) in [
        ("set too early", set(None, None), "there is no billing account of \"registrar-a\"; billing open makes one"),
        ("no registrar", opened(|o| o.clid = "none".into()), "there is no registrar \"none\""),
        ("no currency", opened(|o| o.currency = "EU".into()), "currency: expected a code of ISO 4217"),
        ("below zero", opened(|o| o.credit_limit = Some("-1".into())), "credit_limit: expected an amount of EUR"),
        ("a vast limit", opened(|o| o.credit_limit = Some("10000000001".into())), "from 0.00 to 10000000000.00"),
        ("odd threshold", opened(|o| o.threshold = Some("ten".into())), "threshold: expected an amount of EUR"),
        ("no percent", opened(|o| o.threshold = Some("0%".into())), "threshold: expected 1% to 100%"),
        ("much percent", opened(|o| o.threshold = Some("101%".into())), "threshold: expected 1% to 100%"),
        ("signed percent", opened(|o| o.threshold = Some("+10%".into())), "threshold: expected 1% to 100%"),
        (
            "percent of nothing",
            opened(|o| (o.credit_limit, o.threshold) = (None, Some("10%".into()))),
            "hundredths of a credit limit of 0.00 are nothing",
        ),
        ("good", opened(|o| o.threshold = Some("10%".into())), ""),
        ("there", opened(|_| ()), "there is a billing account of registrar-a already; change it with billing set"),
        ("the limit goes", set(Some("0"), None), "hundredths of a credit limit of 0.00 are nothing"),
        ("both go", set(Some("0"), Some("none")), ""),
        ("others come", set(Some("12.5"), Some("1.25")), ""),
        ("bad limit", set(Some("12.555"), None), "credit_limit: expected an amount of EUR"),
    ] {
        expect(&mut world, case, command, expected);
    }
    let now = world.now.trunc_millis();
    let expected = Account {
        clid: A.into(),
        currency: Currency::parse("EUR").expect("a currency"),
        credit_limit: 1250,
        threshold: Some(Threshold::Fixed(125)),
        created: now,
        updated: Some(now),
    };
    assert_eq!(account(&world, A), expected);
    let yen = BillingOpen { clid: B.into(), currency: "JPY".into(), credit_limit: None, threshold: None };
    expect(&mut world, "yen", OperatorCommand::BillingOpen(yen), "");
    let set = BillingSet { clid: B.into(), credit_limit: Some("0.5".into()), threshold: None };
    expect(&mut world, "half a yen", OperatorCommand::BillingSet(set), "credit_limit: expected whole JPY");
    assert_eq!((account(&world, B).credit_limit, account(&world, B).threshold), (0, None));
}

fn pay(clid: &str, amount: &str, reason: &str) -> OperatorCommand {
    OperatorCommand::BillingPay(BillingPost { clid: clid.into(), amount: amount.into(), reason: reason.into() })
}

fn correct(clid: &str, amount: &str, reason: &str) -> OperatorCommand {
    OperatorCommand::BillingCorrect(BillingPost { clid: clid.into(), amount: amount.into(), reason: reason.into() })
}

#[test]
fn payments_and_corrections_are_lines_with_a_reason() {
    let mut world = World::new();
    expect(&mut world, "no account", pay(A, "1", "x"), "there is no billing account of \"registrar-a\"");
    expect(&mut world, "no registrar", pay("none", "1", "x"), "there is no registrar \"none\"");
    expect(&mut world, "open", OperatorCommand::BillingOpen(open(A)), "");
    for (case, command, expected) in [
        ("a payment", pay(A, "250.00", " wire 4711 "), ""),
        ("none", pay(A, "0", "x"), "amount: expected an amount of EUR with 2 decimal places at most, from 0.01"),
        ("below", pay(A, "-5", "x"), "amount: expected an amount of EUR"),
        ("too much", pay(A, "10000000000.01", "x"), "to 10000000000.00"),
        ("no reason", pay(A, "5", " "), "reason: expected why, in a few words"),
        ("two lines", pay(A, "5", "a\nb"), "reason: expected one line of 255 characters"),
        ("a long reason", correct(A, "5", &"x".repeat(256)), "reason: expected one line of 255 characters"),
        ("a correction down", correct(A, "-300.5", "paid twice"), ""),
        ("a correction up", correct(A, "0.01", "rounding"), ""),
        ("a correction of nothing", correct(A, "0.00", "x"), "amount: expected more or less than nothing"),
        ("far down", correct(A, "-10000000000.01", "x"), "from -10000000000.00"),
        ("no reason to correct", correct(A, "5", ""), "reason: expected why"),
    ] {
        expect(&mut world, case, command, expected);
    }
    let balance = world.memory.balance(A);
    assert_eq!((balance.amount, balance.lines), (25_000 - 30_050 + 1, 3));
    let line = |number| {
        let line = world.memory.record::<BillingLine>(&key::billing_line(A, number)).expect("a line");
        checks::native::<BillingLine>(line)
    };
    let first = BillingLine {
        registrar: A.into(),
        number: 1,
        time: world.now.trunc_millis(),
        kind: BillingKind::Payment,
        amount: 25_000,
        currency: Currency::parse("EUR").expect("a currency"),
        object: String::new(),
        tld: String::new(),
        class: String::new(),
        months: 0,
        command: "billing-pay".into(),
        operator: "operator".into(),
        cl_trid: None,
        sv_trid: "SV-OP".into(),
        reason: "wire 4711".into(),
    };
    assert_eq!(line(1), first);
    let second = line(2);
    assert_eq!(
        (second.kind, second.amount, &second.command[..]),
        (BillingKind::Correction, -30_050, "billing-correct")
    );
}

#[test]
fn a_correction_below_the_threshold_is_told_once() {
    let mut world = World::new();
    let command = BillingOpen { threshold: Some("50%".into()), ..open(A) };
    expect(&mut world, "open", OperatorCommand::BillingOpen(command), "");
    for (amount, waiting) in [("-50", 0), ("-0.01", 1), ("-1", 1), ("10", 1), ("-10", 2)] {
        expect(&mut world, amount, correct(A, amount, "x"), "");
        assert_eq!(world.memory.poll_queue(A).map_or(0, |queue| queue.count.to_native()), waiting, "{amount}");
    }
    let message = checks::native::<PollMessage>(world.memory.poll_message(A, 1).expect("there"));
    assert!(matches!(message.data, Some(PollData::LowBalance { available: 4999, credit_limit: 10_000, .. })));
}

#[test]
fn a_limit_or_threshold_that_makes_the_balance_low_is_told_once() {
    let mut world = World::new();
    expect(&mut world, "open", OperatorCommand::BillingOpen(open(A)), "");
    expect(&mut world, "pay", pay(A, "50", "wire"), "");
    let told = |world: &World| world.memory.poll_queue(A).map_or(0, |queue| queue.count.to_native());
    let before = told(&world);
    for (limit, threshold, messages) in [
        (Some("100"), Some("60"), 0),
        (Some("5"), None, 1),
        (Some("1"), None, 1),
        (None, Some("20"), 1),
        (None, Some("80"), 2),
        (None, Some("none"), 2),
    ] {
        let (credit_limit, threshold) = (limit.map(str::to_owned), threshold.map(str::to_owned));
        let set = BillingSet { clid: A.into(), credit_limit: credit_limit.clone(), threshold: threshold.clone() };
        expect(&mut world, "set", OperatorCommand::BillingSet(set), "");
        assert_eq!(told(&world) - before, messages, "{credit_limit:?} {threshold:?}");
    }
}

fn list(purpose: ListPurpose, labels: &[&str], patterns: &[&str]) -> ListLoad {
    ListLoad {
        tld: "example".into(),
        name: "first".into(),
        kind: ByName(purpose),
        class: String::new(),
        labels: amounts(labels),
        patterns: amounts(patterns),
    }
}

#[test]
fn lists_are_loaded_with_good_names_only() {
    type Edit = fn(&mut ListLoad);
    let table: &[(&str, Edit, &str)] = &[
        ("labels", |_| (), ""),
        ("patterns only", |l| l.labels.clear(), ""),
        ("an A-label", |l| l.labels = amounts(&["xn--bcher-kva"]), ""),
        ("premium", |l| (l.kind, l.class) = (ByName(ListPurpose::Premium), "gold".into()), ""),
        ("blocked", |l| l.kind = ByName(ListPurpose::Blocked), ""),
        ("no TLD", |l| l.tld = "none".into(), "there is no TLD \"none\""),
        ("no name", |l| l.name = String::new(), "name: expected 1 to 32 lower-case letters"),
        ("an odd name", |l| l.name = "a b".into(), "name: expected 1 to 32 lower-case letters"),
        ("premium without class", |l| l.kind = ByName(ListPurpose::Premium), "class: expected the class of its names"),
        ("reserved with class", |l| l.class = "gold".into(), "class: expected none: nobody buys a name"),
        (
            "premium of the standard class",
            |l| (l.kind, l.class) = (ByName(ListPurpose::Premium), "standard".into()),
            "class: expected another name",
        ),
        ("upper case", |l| l.labels = amounts(&["Bank"]), "labels: expected lower-case labels without the TLD"),
        ("with the TLD", |l| l.labels = amounts(&["bank.example"]), "labels: expected lower-case labels"),
        ("a U-label", |l| l.labels = amounts(&["bücher"]), "write U-labels as A-labels"),
        ("a pattern among labels", |l| l.labels = amounts(&["a?"]), "labels: expected lower-case labels"),
        ("a label among patterns", |l| l.patterns = amounts(&["ab"]), "patterns: expected lower-case labels"),
        ("a pattern of nothing", |l| l.patterns = amounts(&["ab--?"]), "patterns: expected lower-case labels"),
        ("nothing", |l| (l.labels, l.patterns) = Default::default(), "labels: expected one at least; list remove"),
        (
            "many patterns",
            |l| l.patterns = (0..=PATTERNS_PER_LIST).map(|n| format!("{n}?")).collect(),
            "patterns: expected 1000 at most",
        ),
        (
            "many labels",
            |l| l.labels = (0..150_000).map(|n| format!("a-name-of-thirty-octets-{n:06}")).collect(),
            "octets at most; split the list into several",
        ),
    ];
    for (case, edit, expected) in table {
        let mut world = World::new();
        let mut load = list(ListPurpose::Reserved, &["www", "bank", "www"], &["b?", "a?", "b?"]);
        edit(&mut load);
        expect(&mut world, case, OperatorCommand::ListLoad(load), expected);
        assert_eq!(world.memory.name_lists("example").count(), usize::from(expected.is_empty()), "{case}");
    }
}

#[test]
fn a_list_is_replaced_whole_and_removed() {
    let mut world = World::new();
    let load =
        |labels: &[&str], patterns: &[&str]| OperatorCommand::ListLoad(list(ListPurpose::Reserved, labels, patterns));
    let remove = |tld: &str, name: &str| OperatorCommand::ListRemove(ListName { tld: tld.into(), name: name.into() });
    let kept = |world: &World| world.memory.name_list("example", "first").map(checks::native::<NameList>);
    expect(&mut world, "load", load(&["www", "bank", "www"], &["b?", "a?", "b?"]), "");
    let first = kept(&world).expect("there");
    assert_eq!((&first.labels, &first.patterns), (&amounts(&["bank", "www"]), &amounts(&["a?", "b?"])));
    assert_eq!(first.loaded, world.now.trunc_millis());
    expect(
        &mut world,
        "the same",
        load(&["bank", "www"], &["b?", "a?"]),
        "nothing to do: list first of example is as given",
    );
    let premium = ListLoad { class: "gold".into(), ..list(ListPurpose::Premium, &["bank", "www"], &["a?", "b?"]) };
    expect(&mut world, "of another kind", OperatorCommand::ListLoad(premium.clone()), "");
    let silver = ListLoad { class: "silver".into(), ..premium };
    expect(&mut world, "of another class", OperatorCommand::ListLoad(silver), "");
    expect(&mut world, "other names", load(&["zoo"], &[]), "");
    let second = kept(&world).expect("there");
    assert_eq!((second.labels, second.patterns, second.class), (amounts(&["zoo"]), vec![], String::new()));
    expect(&mut world, "no TLD", remove("none", "first"), "there is no TLD \"none\"");
    expect(&mut world, "another TLD's", remove("test", "first"), "there is no list \"first\"; list all shows all");
    expect(&mut world, "away", remove("example", "first"), "");
    expect(&mut world, "away again", remove("example", "first"), "there is no list \"first\"");
    assert_eq!(kept(&world), None);
}

#[test]
fn there_is_an_end_to_lists() {
    let mut world = World::new();
    for number in 0..LISTS_PER_TLD {
        let load = ListLoad { name: format!("list-{number}"), ..list(ListPurpose::Reserved, &["www"], &[]) };
        world.operate(&OperatorCommand::ListLoad(load)).expect("room");
    }
    let more = list(ListPurpose::Reserved, &["www"], &[]);
    expect(&mut world, "one more", OperatorCommand::ListLoad(more), "example has 64 lists, the most there can be");
    let again = ListLoad { name: "list-0".into(), ..list(ListPurpose::Reserved, &["zoo"], &[]) };
    expect(&mut world, "one that is there", OperatorCommand::ListLoad(again), "");
}
