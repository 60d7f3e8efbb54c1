//! TTLs: what is chosen, what is told of it, and what stays when names and TLDs change.

use crate::model::answer::Answer;
use crate::model::command::{DomainCreate, HostUpdate, HostsShown, Query, Transform};
use crate::model::operator::{OperatorCommand, TldSet};
use crate::model::ttl::{TtlBounds, TtlGiven, TtlType};
use crate::model::view::View;
use crate::registry::domain::fixture::{minimum, update, world};
use crate::registry::testing::{A, B, World};

fn given(record: &'static str, seconds: Option<u32>) -> TtlGiven {
    TtlGiven { record, custom: None, seconds }
}

/// What everybody is told of a domain: types with seconds.
fn told(world: &World, name: &str, policy: Option<bool>) -> Vec<(TtlType, Option<u32>, Option<TtlBounds>)> {
    let query = Query::DomainInfo { name: name.into(), hosts: HostsShown::All, auth: None, token: false, ttl: policy };
    let Ok((_, Answer::DomainInfo(info))) = world.ask(B, &query) else { panic!("there") };
    info.ttls.iter().map(|told| (told.kind, told.seconds, told.bounds)).collect()
}

/// The same of a host.
fn told_of_host(world: &World, name: &str, policy: bool) -> Vec<(TtlType, Option<u32>)> {
    let query = Query::HostInfo { name: name.into(), ttl: Some(policy) };
    let Ok((_, Answer::HostInfo(info))) = world.ask(B, &query) else { panic!("there") };
    info.ttls.iter().map(|told| (told.kind, told.seconds)).collect()
}

#[test]
fn what_a_client_has_chosen_is_told_as_it_was_asked_for() {
    let mut world = world();
    let ttls = vec![given("DS", Some(86_400)), given("NS", Some(3600))];
    let create = Transform::DomainCreate(DomainCreate { ttls, ..minimum("new.test") });
    assert_eq!(world.code(A, &create), 1000);
    let bounds = |kind| Some(TtlBounds { kind, min: 3600, default: 86_400, max: 172_800 });
    assert_eq!(told(&world, "new.test", None), []);
    assert_eq!(told(&world, "new.test", Some(false)), [(TtlType::Ns, Some(3600), None)], "the other is the default");
    let (ns, ds) = (bounds(TtlType::Ns), bounds(TtlType::Ds));
    let all = [(TtlType::Ns, Some(3600), ns), (TtlType::Ds, Some(86_400), ds)];
    assert_eq!(told(&world, "new.test", Some(true)), all);
    assert_eq!(told(&world, "foo.test", Some(true)), [(TtlType::Ns, None, ns), (TtlType::Ds, None, ds)]);
    assert_eq!(told(&world, "foo.test", Some(false)), []);
    let back = update("new.test", |update| update.ttls = vec![given("NS", None)]);
    assert_eq!(world.code(A, &back), 1000);
    assert_eq!(told(&world, "new.test", Some(false)), []);
}

#[test]
fn a_tld_sets_what_can_be_chosen_and_what_was_chosen_stays() {
    let mut world = world();
    let choose = |seconds| update("foo.test", move |update| update.ttls = vec![given("NS", Some(seconds))]);
    assert_eq!(world.code(A, &choose(172_800)), 1000);
    let set = |world: &mut World, ttls: &[&str]| {
        let ttls = ttls.iter().map(|ttl| (*ttl).to_owned()).collect();
        world.operate(&OperatorCommand::TldSet(TldSet { name: "test".into(), ttls, ..TldSet::default() }))
    };
    assert!(set(&mut world, &["NS=1:2"]).is_err_and(|refusal| refusal.to_string().starts_with("ttls: expected TYPE=")));
    set(&mut world, &["NS=60:600:6000", "A=1:2:3"]).expect("good");
    assert_eq!(told(&world, "foo.test", Some(false)), [(TtlType::Ns, Some(172_800), None)]);
    for (seconds, code) in [(59, 2004), (60, 1000), (6000, 1000), (6001, 2004)] {
        assert_eq!(world.code(A, &choose(seconds)), code, "{seconds}");
    }
    let kinds: Vec<_> = world.memory.tld("test").expect("there").ttls.iter().map(|ttl| ttl.kind.get()).collect();
    assert_eq!(kinds, TtlType::ALL);
}

#[test]
fn a_host_keeps_its_ttls_where_the_zone_of_its_new_name_has_them() {
    let mut world = world();
    let ttls = vec!["AAAA=60:86400:100000".to_owned()];
    let set = TldSet { name: "test".into(), ttls, ..TldSet::default() };
    world.operate(&OperatorCommand::TldSet(set)).expect("good");
    let change = |name: &str, new_name: Option<&str>, ttls: Vec<TtlGiven>| {
        let (name, new_name) = (name.to_owned(), new_name.map(str::to_owned));
        Transform::HostUpdate(HostUpdate { name, add: None, rem: None, new_name, ttls })
    };
    let both = vec![given("A", Some(3600)), given("AAAA", Some(172_800))];
    assert_eq!(world.code(A, &change("ns1.foo.example", None, both)), 1000);
    let told = |world: &World, name| told_of_host(world, name, false);
    assert_eq!(told(&world, "ns1.foo.example"), [(TtlType::A, Some(3600)), (TtlType::Aaaa, Some(172_800))]);
    assert_eq!(world.code(A, &change("ns1.foo.example", Some("ns1.foo.test"), Vec::new())), 1000);
    assert_eq!(told(&world, "ns1.foo.test"), [(TtlType::A, Some(3600))], "the other is too long there");
    assert_eq!(told_of_host(&world, "ns1.foo.test", true), [(TtlType::A, Some(3600)), (TtlType::Aaaa, None)]);
    assert_eq!(told_of_host(&world, "ns1.example.com", true), [], "no zone, no records");
}
