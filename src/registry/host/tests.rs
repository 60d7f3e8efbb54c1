//! Hosts by tables: one row per case, the last column is the result code.

use crate::model::answer::Answer;
use crate::model::command::{AddressFamily, HostAddRem, HostAddress, HostUpdate, Query, Transform};
use crate::model::record::{Domain, Grace, GraceKind, Host};
use crate::model::status::{Status, Statuses};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::checks;
use crate::registry::testing::{A, B, World, code};

const V4: &str = "192.0.2.1";
const V6: &str = "2001:db8::1";

/// Puts a domain of the minimum model's shape, with the hosts of these names as its name servers.
pub(crate) fn put_domain(world: &mut World, clid: &str, name: &str, name_servers: &[&str]) {
    let id = |host: &&str| world.memory.host_named(host).expect("put before").id.to_native();
    let domain = Domain {
        id: world.sequence + 1,
        roid: checks::roid('D', world.sequence + 1, "TEST"),
        name: name.into(),
        tld: world.memory.tld_of(name).expect("in a TLD").1.name.to_string(),
        sponsor: clid.into(),
        creator: clid.into(),
        created: world.now.trunc_millis(),
        updater: None,
        updated: None,
        expires: world.now.plus_months(12),
        transferred: None,
        statuses: Statuses::NONE,
        registrant: None,
        contacts: Vec::new(),
        name_servers: name_servers.iter().map(id).collect(),
        auth: None,
        transfer: None,
        grace: vec![Grace { kind: GraceKind::Add, until: world.now.plus_days(5), months: 12, added: 0, fee: 0 }],
        removal: None,
        class: String::new(),
        transfer_fee: 0,
        locks: Vec::new(),
        host_attributes: Vec::new(),
        sec_dns: None,
        idn: None,
        variant_keys: Vec::new(),
        ttls: Vec::new(),
        launch: None,
        token: None,
        auth_until: None,
    };
    world.put(vec![Change::PutDomain(domain)]);
}

fn written(addresses: &[&str]) -> Vec<HostAddress> {
    let family = |text: &str| if text.contains(':') { AddressFamily::V6 } else { AddressFamily::V4 };
    addresses.iter().map(|text| HostAddress { family: family(text), text: (*text).into() }).collect()
}

fn create(name: &str, addresses: &[&str]) -> Transform {
    Transform::HostCreate { name: name.into(), addresses: written(addresses), ttls: Vec::new() }
}

/// `add` and `rem` hold addresses; statuses are a case of their own.
fn update(name: &str, add: &[&str], rem: &[&str], new_name: Option<&str>) -> Transform {
    let part =
        |texts: &[&str]| (!texts.is_empty()).then(|| HostAddRem { addresses: written(texts), statuses: Vec::new() });
    Transform::HostUpdate(HostUpdate {
        name: name.into(),
        add: part(add),
        rem: part(rem),
        new_name: new_name.map(str::to_owned),
        ttls: Vec::new(),
    })
}

fn statuses(name: &str, add: &[Status], rem: &[Status]) -> Transform {
    let part = |statuses: &[Status]| {
        let values = || statuses.iter().map(|status| (*status).into()).collect();
        (!statuses.is_empty()).then(|| HostAddRem { addresses: Vec::new(), statuses: values() })
    };
    Transform::HostUpdate(HostUpdate {
        name: name.into(),
        add: part(add),
        rem: part(rem),
        new_name: None,
        ttls: Vec::new(),
    })
}

fn native(world: &World, name: &str) -> Host {
    checks::native::<Host>(world.memory.host_named(name).expect("there"))
}

/// `a.test` and `a2.test` are A's, `b.test` is B's; `ns1.a.test` has addresses, `ns.ext.icann` is A's and external.
fn world() -> World {
    let mut world = World::new();
    for (clid, name) in [(A, "a.test"), (A, "a2.test"), (B, "b.test")] {
        put_domain(&mut world, clid, name, &[]);
    }
    world.put_host(A, "ns1.a.test", &[V4, V6]);
    world.put_host(A, "ns.ext.icann", &[]);
    world
}

#[test]
fn creates_follow_the_name_and_its_superordinate_domain() {
    for (name, addresses, expected) in [
        ("ns2.a.test", &[V4][..], 1000),
        ("NS2.A.Test", &[V4, V6], 1000),
        ("ns2.a.test", &[], 1000),
        ("deep.ns2.a.test", &[V6], 1000),
        ("a.test", &[V4], 1000),
        ("ns1.other.icann", &[], 1000),
        ("ns1.other.icann", &[V4], 2306),
        ("ns1.a.test", &[V4], 2302),
        ("NS1.A.TEST", &[V4], 2302),
        ("ns.ext.icann", &[], 2302),
        ("ns1.none.test", &[V4], 2303),
        ("none.test", &[V4], 2303),
        ("ns1.none.example", &[], 2303),
        ("ns1.b.test", &[V4], 2201),
        ("ns1.b.test", &[], 2201),
        ("b.test", &[], 2201),
        ("test", &[], 2005),
        ("ns_1.a.test", &[V4], 2005),
        ("-ns.a.test", &[V4], 2005),
        ("ns2.a.test.", &[V4], 2005),
        ("", &[], 2005),
        ("ns2.a.test", &["192.0.2.300"], 2005),
        ("ns2.a.test", &["127.0.0.1"], 2306),
        ("ns2.a.test", &[V4, V4], 2306),
    ] {
        let mut world = world();
        assert_eq!(world.code(A, &create(name, addresses)), expected, "{name} {addresses:?}");
    }
}

#[test]
fn a_created_host_reads_back_as_it_was_sent() {
    let mut world = world();
    let (_, answer) = world.run(A, &create("NS2.a.test", &[V6, V4])).expect("good");
    let Answer::HostCreated { name, created } = answer else { panic!("a creData") };
    assert_eq!((name.as_str(), created), ("ns2.a.test", world.now.trunc_millis()));
    let host = native(&world, "ns2.a.test");
    let addresses: Vec<_> = host.addresses.iter().map(|address| address.ip().to_string()).collect();
    assert_eq!(addresses, [V6, V4]);
    assert_eq!((host.id, host.superordinate.as_deref()), (world.sequence, Some("a.test")));
    assert_eq!((host.sponsor.as_str(), host.creator.as_str()), (A, A));
    assert_eq!((host.created, host.updated, host.updater), (created, None, None));
    assert!(host.roid.starts_with('H') && host.roid.ends_with("-REPO"), "{}", host.roid);
}

#[test]
fn a_name_of_a_tld_is_no_host_name_and_a_domain_about_to_go_takes_no_host() {
    let mut world = world();
    let mut sub = checks::native::<crate::model::record::Tld>(world.memory.tld("test").expect("there"));
    sub.name = "sub.icann".into();
    world.put(vec![Change::PutTld(sub)]);
    assert_eq!(world.code(A, &create("sub.icann", &[])), 2306);
    let mut domain = checks::native::<Domain>(world.memory.domain("a.test").expect("there"));
    domain.statuses = Statuses::of(&[Status::PendingDelete]);
    world.put(vec![Change::PutDomain(domain)]);
    assert_eq!(world.code(A, &create("ns2.a.test", &[])), 2304);
}

#[test]
fn a_domain_has_room_for_a_bounded_number_of_hosts() {
    let mut world = world();
    let most = crate::base::limits::SUBORDINATE_HOSTS_PER_DOMAIN;
    for n in 2..=most {
        world.put_host(A, &format!("ns{n}.a.test"), &[]);
    }
    assert_eq!(world.code(A, &create("over.a.test", &[])), 2306);
    assert_eq!(world.code(A, &update("ns.ext.icann", &[], &[], Some("over.a.test"))), 2306);
    assert_eq!(world.code(A, &update("ns1.a.test", &[], &[], Some("same.a.test"))), 1000, "takes no more room");
}

#[test]
fn checks_say_what_can_be_created() {
    let world = world();
    let names = [
        "ns2.a.test",
        "NS1.A.TEST",
        "ns.ext.icann",
        "free.icann",
        "ns1.none.test",
        "a b.test",
        "xn--n3h.icann",
        "test",
    ];
    let query = Query::HostCheck(names.iter().map(|name| (*name).into()).collect());
    let (_, Answer::HostChecked(found)) = world.ask(B, &query).expect("good") else { panic!("a chkData") };
    let available: Vec<_> = found.iter().map(|it| (it.object.as_ref(), it.reason.is_none())).collect();
    assert_eq!(
        available,
        names.into_iter().zip([true, false, false, true, true, false, false, false]).collect::<Vec<_>>()
    );
    assert!(found.iter().filter_map(|it| it.reason).all(|reason| reason.chars().count() <= 32));
    let many = Query::HostCheck(vec!["a.b.icann".into(); crate::base::limits::CHECK_OBJECTS + 1]);
    assert_eq!(code(&world.ask(A, &many)), 2306);
}

#[test]
fn every_client_reads_a_host_with_what_it_shows() {
    let mut world = world();
    let query = Query::HostInfo { name: "NS1.a.TEST".into(), ttl: None };
    let shown = |world: &World| match world.ask(B, &query) {
        Ok((_, Answer::HostInfo(info))) => info.statuses,
        _ => panic!("an infData"),
    };
    assert_eq!(shown(&world), Statuses::of(&[Status::Ok]));
    put_domain(&mut world, B, "linked.test", &["ns1.a.test"]);
    assert_eq!(shown(&world), Statuses::of(&[Status::Ok, Status::Linked]));
    assert_eq!(code(&world.ask(A, &Query::HostInfo { name: "ns9.a.test".into(), ttl: None })), 2303);
    assert_eq!(code(&world.ask(A, &Query::HostInfo { name: "ns9_.a.test".into(), ttl: None })), 2005);
}

#[test]
fn addresses_are_added_and_removed_once() {
    for (add, rem, expected) in [
        (&["192.0.2.2"][..], &[][..], 1000),
        (&[], &[V4], 1000),
        (&["192.0.2.2"], &[V4, V6], 1000),
        (&[], &[V4, V6], 1000),
        (&[V4], &[], 2306),
        (&["2001:DB8::1"], &[], 2306),
        (&[], &["192.0.2.2"], 2306),
        (&[V4], &[V4], 2306),
        (&["192.0.2.2", "192.0.2.2"], &[], 2306),
        (&["10.0.0.1"], &[], 2306),
        (&["192.0.2"], &[], 2005),
        (&[], &["192.0.2"], 2005),
        (&[], &[], 2003),
    ] {
        assert_eq!(world().code(A, &update("ns1.a.test", add, rem, None)), expected, "{add:?} {rem:?}");
    }
    assert_eq!(world().code(A, &update("ns.ext.icann", &[V4], &[], None)), 2306);
    assert_eq!(world().code(B, &update("ns1.a.test", &["192.0.2.2"], &[], None)), 2201);
    assert_eq!(world().code(A, &update("ns9.a.test", &["192.0.2.2"], &[], None)), 2303);
}

#[test]
fn a_delegated_host_keeps_an_address() {
    let mut world = world();
    put_domain(&mut world, B, "linked.test", &["ns1.a.test"]);
    assert_eq!(world.code(A, &update("ns1.a.test", &[], &[V4, V6], None)), 2305);
    assert_eq!(world.code(A, &update("ns1.a.test", &["192.0.2.2"], &[V4, V6], None)), 1000);
    assert_eq!(world.code(A, &update("ns1.a.test", &[], &["192.0.2.2"], None)), 2305);
}

#[test]
fn statuses_are_the_clients_and_hold_back_updates_and_deletes() {
    use Status::{ClientDeleteProhibited, ClientUpdateProhibited, ServerDeleteProhibited, ServerUpdateProhibited};
    let mut world = world();
    let host = "ns1.a.test";
    for (command, expected) in [
        (statuses(host, &[ServerDeleteProhibited], &[]), 2306),
        (statuses(host, &[], &[ClientDeleteProhibited]), 2306),
        (statuses(host, &[ClientDeleteProhibited], &[]), 1000),
        (statuses(host, &[ClientDeleteProhibited], &[]), 2306),
        (Transform::HostDelete { name: host.into() }, 2304),
        (statuses(host, &[ClientUpdateProhibited], &[]), 1000),
        (statuses(host, &[], &[ClientDeleteProhibited]), 2304),
        (update(host, &["192.0.2.2"], &[], None), 2304),
        (statuses(host, &[], &[ClientUpdateProhibited, ClientDeleteProhibited]), 1000),
        (Transform::HostDelete { name: host.into() }, 1000),
    ] {
        assert_eq!(world.code(A, &command), expected, "{command:?}");
    }
    let mut held = native(&world, "ns.ext.icann");
    held.statuses = Statuses::of(&[ServerUpdateProhibited]);
    world.put(vec![Change::PutHost(held)]);
    assert_eq!(world.code(A, &statuses("ns.ext.icann", &[ClientUpdateProhibited], &[])), 2304);
}

#[test]
fn deletes_are_the_sponsors_and_of_hosts_that_nobody_names() {
    let mut world = world();
    put_domain(&mut world, B, "linked.test", &["ns1.a.test"]);
    let delete = |name: &str| Transform::HostDelete { name: name.into() };
    assert_eq!(world.code(B, &delete("ns.ext.icann")), 2201);
    assert_eq!(world.code(A, &delete("ns1.a.test")), 2305);
    assert_eq!(world.code(A, &delete("NS.ext.icann")), 1000);
    assert_eq!(world.code(A, &delete("ns.ext.icann")), 2303);
    put_domain(&mut world, B, "linked.test", &[]);
    assert_eq!(world.code(A, &delete("ns1.a.test")), 1000);
}

/// In or out of the zones, named by nobody's, one's own or another's domain, to each kind of new name.
#[test]
fn renames_follow_zone_links_and_sponsors() {
    let (own, other) = (Some(A), Some(B));
    let (inside, outside) = ("ns1.a.test", "ns.ext.icann");
    let both = &[V4, V6][..];
    type Row<'r> = (&'r str, Option<&'r str>, &'r str, &'r [&'r str], &'r [&'r str], u16);
    let table: &[Row<'_>] = &[
        // From a zone to a zone.
        (inside, None, "ns9.a.test", &[], &[], 1000),
        (inside, None, "ns9.a2.test", &[], &[], 1000),
        (inside, own, "ns9.a2.test", &[], &[], 1000),
        (inside, other, "ns9.a2.test", &[], &[], 1000),
        (inside, None, "a2.test", &[], &[], 1000),
        (inside, None, "ns9.b.test", &[], &[], 2201),
        (inside, None, "ns9.none.test", &[], &[], 2303),
        (inside, None, "ns9.none.example", &[], &[], 2303),
        (inside, None, "ns.ext.icann", &[], both, 2302),
        (inside, None, "NS1.a.test", &[], &[], 2302),
        (inside, None, "ns_9.a.test", &[], &[], 2005),
        (inside, None, "ns9.a2.test", &[], both, 1000),
        (inside, own, "ns9.a2.test", &[], both, 2305),
        // From a zone to outside.
        (inside, None, "ns9.other.icann", &[], &[], 2306),
        (inside, None, "ns9.other.icann", &[], both, 1000),
        (inside, own, "ns9.other.icann", &[], both, 1000),
        (inside, other, "ns9.other.icann", &[], both, 1000),
        (inside, None, "ns9.other.icann", &["192.0.2.2"], both, 2306),
        // From outside to a zone.
        (outside, None, "ns9.a.test", &[], &[], 1000),
        (outside, None, "ns9.a.test", &[V4], &[], 1000),
        (outside, own, "ns9.a.test", &[V4], &[], 1000),
        (outside, own, "ns9.a.test", &[], &[], 2306),
        (outside, other, "ns9.a.test", &[V4], &[], 2305),
        (outside, None, "ns9.b.test", &[V4], &[], 2201),
        (outside, None, "ns9.none.test", &[V4], &[], 2303),
        // From outside to outside.
        (outside, None, "ns9.other.icann", &[], &[], 1000),
        (outside, own, "ns9.other.icann", &[], &[], 1000),
        (outside, other, "ns9.other.icann", &[], &[], 2305),
        (outside, None, "ns9.other.icann", &[V4], &[], 2306),
    ];
    for row in table {
        let (name, linked_by, new_name, add, rem, expected) = *row;
        let mut world = world();
        if let Some(clid) = linked_by {
            put_domain(&mut world, clid, "linked.test", &[name]);
        }
        let before = native(&world, name);
        assert_eq!(world.code(A, &update(name, add, rem, Some(new_name))), expected, "{row:?}");
        if expected != 1000 {
            assert_eq!(native(&world, name), before, "{row:?}");
            continue;
        }
        assert!(world.memory.host_named(name).is_none(), "{row:?}");
        let after = native(&world, &new_name.to_ascii_lowercase());
        assert_eq!((after.id, &after.roid), (before.id, &before.roid), "{row:?}");
        assert_eq!(after.superordinate.as_deref(), world.memory.superordinate_name(new_name), "{row:?}");
        assert_eq!((after.updater.as_deref(), after.updated), (Some(A), Some(world.now.trunc_millis())), "{row:?}");
        let below = |domain| world.memory.subordinate_hosts(domain).any(|id| id == after.id);
        assert_eq!(
            ["a.test", "a2.test"].map(below),
            ["a.test", "a2.test"].map(|d| after.superordinate.as_deref() == Some(d))
        );
    }
    assert_eq!(world().code(B, &update(inside, &[], &[], Some("ns9.b.test"))), 2201);
}

#[test]
fn a_bare_host_that_a_new_tld_found_delegated_can_still_be_updated() {
    let mut world = world();
    put_domain(&mut world, A, "linked.test", &["ns.ext.icann"]);
    let mut host = native(&world, "ns.ext.icann");
    host.superordinate = Some("ext.icann".into());
    world.put(vec![Change::PutHost(host)]);
    assert_eq!(world.code(A, &statuses("ns.ext.icann", &[Status::ClientDeleteProhibited], &[])), 1000);
}
