//! Allocation tokens in use: what they are spent for, what is paid with them, and what a domain keeps of them.

use std::borrow::Cow;

use crate::model::answer::Answer;
use crate::model::command::{DomainCreate, HostsShown, Query, TransferOp, Transform};
use crate::model::fee::{FeeCheck, FeeCommand, FeeQuestion};
use crate::model::operator::{ByName, ListLoad, OperatorCommand, OperatorRefusal, TokenAdd, TokenRevoke, TokenTerms};
use crate::model::record::{BillingLine, ListPurpose};
use crate::model::token::TokenAction;
use crate::model::view::{View, key};
use crate::registry::domain::fixture::{bare, delete, domain, minimum, password, renew, request, transfer};
use crate::registry::invariants;
use crate::registry::testing::{A, B, PASSWORD, World, code};
use crate::registry::tests::money::priced;

fn add(world: &mut World, token: &str, change: impl FnOnce(&mut TokenTerms)) {
    let mut terms = TokenTerms { batch: "winter".into(), ..TokenTerms::default() };
    change(&mut terms);
    let add = TokenAdd { tokens: vec![token.into()], terms };
    world.operate(&OperatorCommand::TokenAdd(add)).expect("good");
}

fn create(name: &str, token: Option<&str>) -> Transform {
    Transform::DomainCreate(DomainCreate { token: token.map(str::to_owned), ..minimum(name) })
}

fn used(world: &World, token: &str) -> u32 {
    invariants::check(&world.memory, world.now).expect("whole");
    world.memory.token(token).expect("there").used.to_native()
}

/// Amount and reason of a registrar's last line.
fn last_line(world: &World, clid: &str) -> (i64, String) {
    let count = world.memory.balance(clid).lines;
    let line = world.memory.record::<BillingLine>(&key::billing_line(clid, count)).expect("there");
    (line.amount.to_native(), line.reason.to_string())
}

#[test]
fn a_token_is_used_by_what_succeeds_and_only_as_often_as_it_may() {
    let mut world = priced();
    add(&mut world, "once", |_| ());
    add(&mut world, "twice", |terms| terms.uses = Some(2));
    let refused = Transform::DomainCreate(DomainCreate { token: Some("once".into()), ..bare("bad.com") });
    assert_eq!(world.code(A, &refused), 2306);
    assert_eq!(world.code(A, &create("bank.test", Some("once"))), 2003, "the fee is not acknowledged");
    assert_eq!(used(&world, "once"), 0, "what is refused uses nothing");
    assert_eq!(world.code(A, &create("one.test", Some("once"))), 1000);
    assert_eq!(used(&world, "once"), 1);
    assert_eq!(world.code(B, &create("two.test", Some("once"))), 2201, "the second finds it used");
    for (name, expected) in [("three.test", 1000), ("four.test", 1000), ("five.test", 2201)] {
        assert_eq!(world.code(B, &create(name, Some("twice"))), expected);
    }
    assert_eq!(used(&world, "twice"), 2);
}

#[test]
fn what_is_paid_with_a_token_is_what_is_charged_told_and_given_back() {
    let mut world = priced();
    let before = world.memory.balance(A).amount;
    add(&mut world, "half", |terms| (terms.discount, terms.uses) = (Some("50%".into()), Some(0)));
    let Ok((_, Answer::DomainCreated { bill: Some(bill), .. })) = world.run(A, &create("new.test", Some("half")))
    else {
        panic!("a bill")
    };
    assert_eq!(bill.lines.iter().map(|line| line.amount).collect::<Vec<_>>(), [100]);
    assert_eq!(last_line(&world, A), (-100, "allocation token of batch winter".into()));
    let expires = domain(&world, "new.test").expires.date();
    let mut renewal = renew("new.test", Some(expires), None);
    if let Transform::DomainRenew { token, .. } = &mut renewal {
        *token = Some("half".into());
    }
    assert_eq!(world.code(A, &renewal), 1000);
    assert_eq!(last_line(&world, A).0, -500);
    assert_eq!(world.code(A, &delete("new.test")), 1000);
    assert_eq!(world.memory.balance(A).amount, before, "no more, and no less");
    assert_eq!(used(&world, "half"), 2);
    let mut asked = request("bare.test", None, Some(password(PASSWORD)));
    assert_eq!(world.code(A, &create("goes.test", None)), 1000);
    if let Transform::DomainTransfer { token, name, .. } = &mut asked {
        (*token, *name) = (Some("half".into()), "goes.test".into());
    }
    assert_eq!(world.code(B, &asked), 1001);
    assert_eq!(last_line(&world, B).0, -450);
    assert_eq!(world.code(A, &transfer(TransferOp::Reject, "goes.test", None)), 1000);
    assert_eq!((last_line(&world, B).0, used(&world, "half")), (450, 3));
}

#[test]
fn the_sponsor_reads_the_token_until_the_domain_is_another_ones() {
    let mut world = priced();
    add(&mut world, "any", |terms| terms.uses = Some(0));
    assert_eq!(world.code(A, &create("new.test", Some("any"))), 1000);
    let query = Query::DomainInfo {
        name: "new.test".into(),
        hosts: HostsShown::All,
        auth: Some(password(PASSWORD)),
        token: true,
        ttl: None,
    };
    let Ok((_, Answer::DomainInfo(info))) = world.ask(A, &query) else { panic!("its sponsor") };
    assert_eq!(info.token, Some("any"));
    assert_eq!(world.code(B, &request("new.test", None, Some(password(PASSWORD)))), 1001);
    assert_eq!(world.code(A, &transfer(TransferOp::Approve, "new.test", None)), 1000);
    let query =
        Query::DomainInfo { name: "new.test".into(), hosts: HostsShown::All, auth: None, token: true, ttl: None };
    assert_eq!((code(&world.ask(A, &query)), code(&world.ask(B, &query))), (2201, 2303));
}

#[test]
fn checks_tell_what_a_token_opens_and_what_it_saves() {
    let mut world = priced();
    let vip = ListLoad {
        tld: "test".into(),
        name: "vip".into(),
        kind: ByName(ListPurpose::Token),
        class: String::new(),
        labels: vec!["vip".into()],
        patterns: Vec::new(),
    };
    world.operate(&OperatorCommand::ListLoad(vip)).expect("good");
    add(&mut world, "key", |terms| {
        (terms.unlock_reserved, terms.waive_premium) = (true, true);
        (terms.discount, terms.actions) = (Some("50%".into()), vec![ByName(TokenAction::Create)]);
    });
    add(&mut world, "one", |terms| terms.name = Some("new.test".into()));
    let names = ["new.test", "vip.test", "shop.test", "nic.test", "bank.test"];
    let question = |command| FeeQuestion { command, custom: None, phase: None, subphase: None, period: None };
    let answer = |token: Option<&str>| {
        let commands = vec![question(FeeCommand::Create), question(FeeCommand::Renew)];
        let query = Query::DomainCheck {
            names: names.map(Cow::Borrowed).to_vec(),
            fee: Some(Box::new(FeeCheck { currency: None, commands })),
            token: token.map(str::to_owned),
            idn: None,
        };
        let Ok((_, Answer::DomainChecked { objects, fees: Some(fees) })) = world.ask(A, &query) else {
            panic!("asked")
        };
        let told = |fees: &crate::model::fee::FeesOf<'_>| {
            let commands = fees.commands.iter();
            commands.map(|told| told.lines.iter().map(|line| line.amount).sum()).collect::<Vec<i64>>()
        };
        let reasons: Vec<_> = objects.iter().map(|object| object.reason).collect();
        (reasons, fees.objects.iter().map(told).collect::<Vec<_>>())
    };
    let (required, mismatch) = (Some("Allocation Token required"), Some("Allocation Token mismatch"));
    let (reserved, blocked) = (Some("Reserved name"), Some("Blocked name"));
    let none = Vec::new;
    for (token, reasons, fees) in [
        (
            None,
            [None, required, reserved, blocked, None],
            [vec![200, 1000], none(), none(), none(), vec![20_000, 100_000]],
        ),
        (
            Some("key"),
            [None, None, None, blocked, None],
            // It is for creates only: other commands cost what they cost without.
            [vec![100, 1000], vec![100, 1000], vec![100, 100_000], none(), vec![100, 100_000]],
        ),
        (
            Some("one"),
            [None, mismatch, mismatch, mismatch, mismatch],
            [vec![200, 1000], none(), none(), none(), vec![0, 0]],
        ),
        (Some("nothing"), [mismatch; 5], [vec![0, 0], none(), none(), none(), vec![0, 0]]),
    ] {
        assert_eq!(answer(token), (reasons.to_vec(), fees.to_vec()), "{token:?}");
    }
}

#[test]
fn tokens_of_operators_are_judged() {
    let mut world = priced();
    add(&mut world, "there", |_| ());
    let micros = |world: &World, days| Some(world.now.plus_days(days).micros());
    let (past, future) = (micros(&world, -1), micros(&world, 1));
    type Edit = Box<dyn Fn(&mut TokenAdd)>;
    let rows: Vec<(&str, Edit, &str)> = vec![
        ("good", Box::new(|_| ()), ""),
        ("none", Box::new(|add| add.tokens.clear()), "tokens: expected 1 to 1000"),
        ("many", Box::new(|add| add.tokens = (0..1001).map(|n| n.to_string()).collect()), "tokens: expected 1 to 1000"),
        ("there", Box::new(|add| add.tokens = vec!["there".into()]), "there is a token there already"),
        ("twice", Box::new(|add| add.tokens = vec!["a".into(), "a".into()]), "there is a token a already"),
        ("empty", Box::new(|add| add.tokens = vec![String::new()]), "tokens: expected 1 to 64"),
        ("long", Box::new(|add| add.tokens = vec!["x".repeat(65)]), "tokens: expected 1 to 64"),
        ("longest", Box::new(|add| add.tokens = vec!["x".repeat(64)]), ""),
        ("white space", Box::new(|add| add.tokens = vec!["a b".into()]), "tokens: expected 1 to 64"),
        ("no ASCII", Box::new(|add| add.tokens = vec!["é".into()]), "tokens: expected 1 to 64"),
        ("batch", Box::new(|add| add.terms.batch = "Winter".into()), "batch: expected 1 to 32"),
        ("TLD", Box::new(|add| add.terms.tld = Some("shop".into())), "there is no TLD"),
        ("registrar", Box::new(|add| add.terms.registrar = Some("nobody".into())), "there is no registrar"),
        ("no name", Box::new(|add| add.terms.name = Some("a_b.test".into())), "name: expected a name ("),
        (
            "name elsewhere",
            Box::new(|add| add.terms.name = Some("a.com".into())),
            "name: expected a name directly below",
        ),
        (
            "name below",
            Box::new(|add| add.terms.name = Some("a.b.test".into())),
            "name: expected a name directly below",
        ),
        (
            "name of another TLD",
            Box::new(|add| (add.terms.name, add.terms.tld) = (Some("a.test".into()), Some("example".into()))),
            "name: expected a name below example",
        ),
        ("discount", Box::new(|add| add.terms.discount = Some("101%".into())), "discount: expected above 0%"),
        ("until the past", Box::new(move |add| add.terms.until_micros = past), "until: expected a moment to come"),
        (
            "until before from",
            Box::new(move |add| (add.terms.from_micros, add.terms.until_micros) = (future, future)),
            "until: expected a moment to come",
        ),
        ("no moment", Box::new(|add| add.terms.from_micros = Some(-1)), "from: expected a moment from 1970"),
        ("from the past", Box::new(move |add| add.terms.from_micros = past), ""),
    ];
    for (case, edit, expected) in rows {
        let terms = TokenTerms { batch: "winter".into(), ..TokenTerms::default() };
        let mut add = TokenAdd { tokens: vec![format!("token-{}", case.replace(' ', "-"))], terms };
        edit(&mut add);
        let found = world.operate(&OperatorCommand::TokenAdd(add));
        let found = found.err().map_or_else(String::new, |refusal| refusal.to_string());
        assert!(found.starts_with(expected) && found.is_empty() == expected.is_empty(), "{case}: {found}");
        invariants::check(&world.memory, world.now).expect(case);
    }
}

#[test]
fn a_revoked_token_is_good_for_nothing_and_stays_known() {
    let mut world = priced();
    add(&mut world, "any", |terms| terms.uses = Some(0));
    assert_eq!(world.code(A, &create("one.test", Some("any"))), 1000);
    let revoke = |world: &mut World, tokens: &[&str]| {
        let tokens = tokens.iter().map(|token| (*token).to_owned()).collect();
        world.operate(&OperatorCommand::TokenRevoke(TokenRevoke { tokens }))
    };
    assert!(matches!(revoke(&mut world, &["any", "nothing"]), Err(OperatorRefusal::DoesNotExist { .. })));
    assert_eq!(world.code(A, &create("two.test", Some("any"))), 1000, "all or none");
    assert_eq!(revoke(&mut world, &["any", "any"]), Ok(()));
    assert!(matches!(revoke(&mut world, &["any"]), Err(OperatorRefusal::Unchanged { .. })));
    assert_eq!(world.code(A, &create("three.test", Some("any"))), 2201);
    assert_eq!((used(&world, "any"), world.memory.batch_tokens("winter")), (2, 1));
}
