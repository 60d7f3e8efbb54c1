//! The rules together: random lives of a whole registry, and tables over several operations.

mod actions;
mod cases;
mod maintenance;
mod money;
mod terms;
mod tokens;
mod ttls;

use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;

use crate::model::command::{HostsShown, Query};
use crate::model::idn::VariantPolicy;
use crate::model::record::Policy;
use crate::model::transaction::Change;
use crate::registry::invariants;
use crate::registry::testing::idn::take;
use crate::registry::testing::{A, B, C, World, code};
use crate::registry::workload::{CONTACTS, DOMAINS, Deed, HOSTS, IDNS, dice};

/// How many lives there are; `PROPTEST_CASES` says otherwise.
const LIVES: u32 = 96;
static STEPS: AtomicUsize = AtomicUsize::new(0);

/// A registry with prices and random steps: it is whole after each, a command that is refused has changed
/// nothing, and no operation answers what it does not list. What fails is made small, printed, and kept to be run again first.
#[test]
fn the_registry_is_whole_after_anything_that_can_happen() {
    let config = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { config.cases } else { LIVES };
    let steps = proptest::collection::vec(dice(), 1..300);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases,
        failure_persistence: Some(Box::new(proptest::test_runner::FileFailurePersistence::WithSource("regressions"))),
        source_file: Some(file!()),
        ..config
    });
    let outcome = runner.run(&steps, |steps| {
        let mut world = money::priced();
        world.put_idn_tables();
        let policy = [("latin", VariantPolicy::Blocked), ("cyrillic", VariantPolicy::SameHolder)];
        world.operate(&take("example", &policy)).expect("good");
        // Contacts without links go within the time that a life has.
        world.put(vec![Change::PutPolicy(Policy {
            orphan_contact_days: 20,
            orphan_delete_days: 10,
            ..Policy::default()
        })]);
        CONTACTS.iter().zip([A, B, A]).for_each(|(id, clid)| world.put_contact(clid, id));
        for dice in steps {
            STEPS.fetch_add(1, Ordering::Relaxed);
            let before = world.sequence;
            let (done, deed) = match dice.deed(&world.memory, world.now) {
                Deed::Pass(days) => {
                    world.pass(world.now.plus_days(days));
                    continue;
                }
                Deed::Command(clid, command) => {
                    let code = world.code(&clid, &command);
                    prop_assert!(cases::is_listed(cases::operation(&command), code), "{command:?}: {code}");
                    (code < 2000, format!("{clid} {command:?}: {code}"))
                }
                Deed::Operator(command) => {
                    let outcome = world.operate(&command);
                    (outcome.is_ok(), format!("{command:?}: {outcome:?}"))
                }
            };
            prop_assert_eq!(world.sequence - before, u64::from(done), "{}", deed);
            if let Err(broken) = invariants::check(&world.memory, world.now) {
                prop_assert!(false, "after {}: {}", deed, broken);
            }
        }
        prop_assert_eq!(unlisted(&world), Vec::<String>::new());
        Ok(())
    });
    println!("{} steps", STEPS.load(Ordering::Relaxed));
    outcome.expect("whole");
}

/// Questions about everything whose answers no list has.
fn unlisted(world: &World) -> Vec<String> {
    let domains = DOMAINS.iter().chain(&IDNS).flat_map(|name| {
        let info =
            Query::DomainInfo { name: (*name).into(), hosts: HostsShown::All, auth: None, token: false, ttl: None };
        [info, Query::DomainTransferQuery { name: (*name).into(), auth: None }]
    });
    let hosts = HOSTS.iter().map(|name| Query::HostInfo { name: (*name).into(), ttl: None });
    let contacts = CONTACTS.iter().flat_map(|id| {
        let info = Query::ContactInfo { id: (*id).into(), auth: None };
        [info, Query::ContactTransferQuery { id: (*id).into(), auth: None }]
    });
    let checks = [
        Query::DomainCheck { names: DOMAINS.map(Into::into).to_vec(), fee: None, idn: None, token: None },
        Query::DomainCheck { names: IDNS.map(Into::into).to_vec(), fee: None, idn: None, token: None },
        Query::HostCheck(HOSTS.map(Into::into).to_vec()),
        Query::ContactCheck(CONTACTS.map(Into::into).to_vec()),
    ];
    let queries = domains.chain(hosts).chain(contacts).chain(checks).chain([Query::PollRequest, Query::BalanceInfo]);
    let mut unlisted = Vec::new();
    for query in queries {
        for clid in [A, B, C] {
            let found = code(&world.ask(clid, &query));
            if !cases::is_listed(query.name(), found) {
                unlisted.push(format!("{clid} {query:?}: {found}"));
            }
        }
    }
    unlisted
}
