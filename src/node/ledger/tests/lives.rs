//! Random lives of a registry over the real log, index and due queue: after each step the index is whole, its due queue says
//! exactly what falls due, and what a power cut leaves folds to the same records.

use super::*;
use crate::model::command::ContactCreate;
use crate::model::idn::VariantPolicy;
use crate::model::operator::{BillingOpen, RegistrarSet};
use crate::model::record::{ContactRole, PostalAddress, PostalInfo, PostalKind};
use crate::registry::testing::idn;
use crate::registry::workload::{CONTACTS, Deed, Dice};

/// Lives in an ordinary run; `DOMESDAY_LIVES` says how many instead, and `DOMESDAY_SEED` which one is the first.
const LIVES: u64 = 32;
const STEPS: u64 = 300;

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn contact(id: &str) -> Transform {
    let address = PostalAddress { street: Vec::new(), city: "Dulles".into(), sp: None, pc: None, cc: "US".into() };
    Transform::ContactCreate(ContactCreate {
        id: id.into(),
        postal: vec![PostalInfo { kind: PostalKind::Int, name: "John Doe".into(), org: None, address }],
        voice: None,
        fax: None,
        email: "jdoe@example.com".into(),
        auth: AuthInfo::Password { password: "2fooBAR".into(), roid: None },
        disclose: None,
    })
}

impl World {
    /// A world of four TLDs, three registrars and three contacts.
    fn furnished(seed: u64) -> Self {
        let mut world = Self::new(seed);
        let example = TldAdd {
            name: "example".into(),
            data_model: ByName(DataModel::Maximum),
            required_contacts: [ContactRole::Admin, ContactRole::Tech].map(ByName).to_vec(),
            periods: TldPeriods::default(),
            ..tld()
        };
        let third = RegistrarAdd { clid: "registrar-c".into(), name: "C".into(), ..RegistrarAdd::default() };
        let account = |clid: &str, currency: &str, limit: &str| {
            OperatorCommand::BillingOpen(BillingOpen {
                clid: clid.into(),
                currency: currency.into(),
                credit_limit: Some(limit.into()),
                threshold: Some("5".into()),
            })
        };
        let attributes = TldAdd {
            name: "attr".into(),
            host_model: ByName(HostModel::Attributes),
            periods: TldPeriods::default(),
            ..tld()
        };
        let choice = TldAdd {
            name: "choice".into(),
            data_model: ByName(DataModel::PerRegistrar),
            required_contacts: vec![ByName(ContactRole::Tech)],
            periods: TldPeriods::default(),
            ..tld()
        };
        let chosen = RegistrarSet {
            clid: CLIENTS[0].into(),
            data_model: Some(ByName(DataModel::Maximum)),
            ..RegistrarSet::default()
        };
        let example_tables = [("latin", VariantPolicy::Blocked), ("cyrillic", VariantPolicy::SameHolder)];
        let commands = [
            OperatorCommand::TldAdd(example),
            OperatorCommand::TldAdd(attributes),
            OperatorCommand::TldAdd(choice),
            OperatorCommand::RegistrarSet(chosen),
            OperatorCommand::RegistrarAdd(third),
            account(CLIENTS[0], "EUR", "50"),
            account(CLIENTS[1], "USD", "0"),
        ];
        for command in commands.into_iter().chain(idn::tables()).chain([idn::take("example", &example_tables)]) {
            let outcome = world.commit(vec![(Actor::Operator("root".into()), Work::Operator(Box::new(command)))]);
            assert!(outcome.iter().all(Result::is_ok));
        }
        for (id, clid) in CONTACTS.iter().zip([0, 1, 0]) {
            let work = Work::Transform(Box::new(contact(id)));
            assert!(world.commit(vec![(Actor::Registrar(CLIENTS[clid].into()), work)]).iter().all(Result::is_ok));
        }
        world
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.ledger.clock.micros.get())
    }

    /// That the due queue names every object of which something falls due, at its moment, in order.
    fn check_due(&mut self, memory: &Memory) {
        let found: Vec<(i64, u8, Vec<u8>)> =
            self.ledger.index.due(i64::MAX, usize::MAX).into_iter().map(|due| (due.time, due.kind, due.key)).collect();
        assert!(found.windows(2).all(|pair| pair[0].0 <= pair[1].0), "not in order: {found:?}");
        let of = |kind| memory.keys(kind).into_iter().map(move |key| (kind, key.to_vec()));
        let mut expected: Vec<(i64, u8, Vec<u8>)> = of(Kind::Domain)
            .chain(of(Kind::Contact))
            .chain(of(Kind::Maintenance))
            .filter_map(|(kind, key)| Some((due::deadline(memory, kind, &key)?.micros(), tag(kind), key)))
            .collect();
        let mut found = found;
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected);
    }

    /// One step: its name, what was done, and its result code.
    fn live(&mut self, dice: &Dice) -> (&'static str, String, u16) {
        let deed = dice.deed(&self.reader.pin(), self.now());
        let work = match deed {
            Deed::Pass(days) => {
                self.wait(days);
                while self.ledger.fall_due() > 0 {}
                assert!(!self.ledger.is_overdue());
                return ("time", format!("{days} days"), 1000);
            }
            Deed::Command(clid, command) => {
                (command.name(), (Actor::Registrar(clid), Work::Transform(Box::new(command))))
            }
            Deed::Operator(command) => {
                (command.name(), (Actor::Operator("root".into()), Work::Operator(Box::new(command))))
            }
        };
        let (name, work) = work;
        let shown = format!("{work:?}");
        let outcomes = self.commit(vec![work]);
        let outcome = outcomes.into_iter().next().expect("one was committed");
        (name, shown, outcome.map_or_else(|refusal| refusal.code(), |(success, _)| success.code()))
    }
}

#[test]
fn any_life_leaves_index_queue_and_log_in_step() {
    let (first, lives) = (number("DOMESDAY_SEED", 2000), number("DOMESDAY_LIVES", LIVES));
    let (mut steps, mut done) = (0, BTreeMap::<&str, u64>::new());
    for seed in first..first + lives {
        let mut world = World::furnished(seed);
        for step in 0..STEPS {
            let dice = Dice::roll(|below| world.random.below(below));
            let (name, deed, code) = world.live(&dice);
            steps += 1;
            *done.entry(name).or_default() += u64::from(code < 2000);
            let here = || format!("DOMESDAY_SEED={seed} DOMESDAY_LIVES=1, step {step}: {deed}: {code}");
            assert_ne!(code, 2400, "{}", here());
            let image = world.image();
            let memory = memory(&image);
            let now = world.now();
            invariants::check(&memory, now).unwrap_or_else(|broken| panic!("{broken}, after {}", here()));
            world.check_due(&memory);
            match world.random.below(20) {
                0 => world.checkpoint(),
                1 => {
                    world = world.restart();
                    assert!(world.image() == image, "the log folds to something else after {}", here());
                    world.check_due(&memory);
                }
                _ => {}
            }
        }
    }
    println!("{steps} steps; done: {done:?}");
    let never: Vec<_> = done.iter().filter(|(_, times)| **times == 0).collect();
    assert!(never.is_empty() || lives < LIVES, "never done in {steps} steps: {never:?}");
}
