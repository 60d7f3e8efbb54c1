//! Nobody has a term that it has not paid for: random lives of names in a TLD where everything has its price, without the
//! registry's own hand.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::money;
use crate::model::command::{DomainUpdate, Transform};
use crate::model::record::{BillingKind, BillingLine, Tld};
use crate::model::transaction::Change;
use crate::model::view::{View, key};
use crate::registry::checks;
use crate::registry::testing::{A, B, C, World};
use crate::registry::workload::{DOMAINS, Deed, dice};

/// Months that are paid and not given back for a name, of lines after those of its earlier lives.
fn paid(world: &World, name: &str, since: &BTreeMap<&'static str, [u64; 2]>) -> u32 {
    let mut months = 0_i64;
    for (clid, first) in [A, B].into_iter().zip(since.get(name).copied().unwrap_or_default()) {
        for number in first + 1..=world.memory.balance(clid).lines {
            let line = world.memory.record::<BillingLine>(&key::billing_line(clid, number)).expect("numbered in turn");
            if line.object != name {
                continue;
            }
            let sign = if line.kind.get() == BillingKind::Refund { -1 } else { 1 };
            months += sign * i64::from(line.months.to_native());
        }
    }
    u32::try_from(months).expect("no more is given back than was paid")
}

fn is_of_test(command: &Transform) -> bool {
    match command {
        Transform::DomainCreate(create) => create.name.ends_with(".test"),
        Transform::DomainUpdate(DomainUpdate { name, .. })
        | Transform::DomainDelete { name }
        | Transform::DomainRenew { name, .. }
        | Transform::DomainTransfer { name, .. } => name.ends_with(".test"),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn nobody_has_a_term_that_it_has_not_paid(steps in proptest::collection::vec(dice(), 1..400)) {
        let mut world = money::priced();
        let mut tld = checks::native::<Tld>(world.memory.tld("test").expect("there"));
        // Months too, grace periods that overlap for long, and restores that need no report.
        tld.min_months = 1;
        (tld.periods.transfer_grace, tld.periods.renew_grace, tld.restore_report) = (60, 60, false);
        world.put(vec![Change::PutTld(tld)]);
        [A, B].iter().for_each(|clid| money::pay(&mut world, clid, 1_000_000_000));
        let mut since: BTreeMap<&'static str, [u64; 2]> = BTreeMap::new();
        for dice in steps {
            let there: Vec<bool> = DOMAINS.iter().map(|name| world.memory.domain(name).is_some()).collect();
            let lines = [A, B].map(|clid| world.memory.balance(clid).lines);
            match dice.deed(&world.memory, world.now) {
                Deed::Pass(days) => drop(world.pass(world.now.plus_days(days))),
                Deed::Command(clid, command) if clid != C && is_of_test(&command) => {
                    world.code(&clid, &command);
                }
                Deed::Command(..) | Deed::Operator(_) => continue,
            }
            for (name, there) in DOMAINS.iter().zip(there) {
                let Some(domain) = world.memory.domain(name) else { continue };
                if !there {
                    since.insert(name, lines);
                }
                let (created, expires) = (domain.created.get(), domain.expires.get());
                let months = paid(&world, name, &since);
                // A day for months of different lengths.
                prop_assert!(
                    expires <= created.plus_months(months).plus_days(2),
                    "{name}: {months} months paid, created {created}, expires {expires}, after {dice:?}"
                );
            }
        }
    }
}
