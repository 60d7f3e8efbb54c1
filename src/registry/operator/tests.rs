//! Operators' commands by tables: what is refused, and with which words.

use crate::model::change::ObjectChange;
use crate::model::operator::{
    ByName, IdnRules, ObjectKind, OperatorCommand, OperatorRefusal, RegistrarAdd, RegistrarAddCert, RegistrarAddress,
    RegistrarRemoveCert, RegistrarSet, RegistrarSetPassword, RegistrarSuspend, StatusChange, TldAdd, TldPeriods,
    TldSecDns, TldSet,
};
use crate::model::record::{
    Contact, ContactRole, DataModel, Disclosure, Domain, FeePolicy, Host, HostModel, Kind, PollData, PollMessage,
    Registrar, Tld,
};
use crate::model::status::{Status, Statuses};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::checks;
use crate::registry::host::tests::put_domain;
use crate::registry::testing::{A, B, World};

fn run(world: &mut World, command: OperatorCommand) -> Result<(), OperatorRefusal> {
    world.operate(&command)
}

fn tld(name: &str) -> TldAdd {
    TldAdd {
        name: name.into(),
        data_model: ByName(DataModel::Maximum),
        host_model: ByName(HostModel::Objects),
        required_contacts: vec![ByName(ContactRole::Tech), ByName(ContactRole::Admin), ByName(ContactRole::Tech)],
        repository_id: "EXAMPLE".into(),
        min_months: 12,
        max_months: 120,
        default_months: 12,
        transfer_days: 5,
        periods: TldPeriods::default(),
        restore_report: true,
        fee_policy: ByName(FeePolicy::Premium),
        disclosure: ByName(Disclosure::ByDisclose),
        sec_dns: TldSecDns::default(),
        idn: true,
        ttls: Vec::new(),
        idn_rules: IdnRules::default(),
    }
}

/// What a refusal is about, for tables: the field, or the kind of refusal.
fn about(result: Result<(), OperatorRefusal>) -> &'static str {
    match result {
        Ok(()) => "done",
        Err(OperatorRefusal::Invalid { field, .. }) => field,
        Err(OperatorRefusal::Exists { .. }) => "exists",
        Err(OperatorRefusal::DoesNotExist { .. }) => "missing",
        Err(OperatorRefusal::Unchanged { .. }) => "unchanged",
        Err(OperatorRefusal::PasswordChanged) => "changed meanwhile",
        Err(OperatorRefusal::Conflict { .. }) => "conflict",
    }
}

#[test]
fn tlds_are_added_with_good_values_only() {
    type Edit = fn(&mut TldAdd);
    let table: &[(&str, Edit, &str)] = &[
        ("a TLD", |_| (), "done"),
        ("of two labels", |t| t.name = "co.fresh".into(), "done"),
        ("an A-label", |t| t.name = "xn--p1ai".into(), "done"),
        ("an evaluation TLD", |t| t.name = "zz--main-1234".into(), "done"),
        ("a reserved label", |t| t.name = "zz--a.fresh".into(), "name"),
        ("upper case", |t| t.name = "Fresh".into(), "name"),
        ("empty", |t| t.name = String::new(), "name"),
        ("dot at the end", |t| t.name = "fresh.".into(), "name"),
        ("dot at the beginning", |t| t.name = ".fresh".into(), "name"),
        ("digits", |t| t.name = "123".into(), "name"),
        ("a bad A-label", |t| t.name = "xn--a".into(), "name"),
        ("no room", |t| t.name = format!("{}a", "abcdefg.".repeat(32)), "name"),
        ("there", |t| t.name = "example".into(), "exists"),
        ("a domain", |t| t.name = "taken.test".into(), "conflict"),
        ("no repository", |t| t.repository_id = String::new(), "repository_id"),
        ("long repository", |t| t.repository_id = "EXAMPLES9".into(), "repository_id"),
        ("odd repository", |t| t.repository_id = "EX-1".into(), "repository_id"),
        ("no months", |t| t.min_months = 0, "min_months"),
        ("too many months", |t| t.max_months = 121, "max_months"),
        ("crossed months", |t| (t.min_months, t.max_months) = (24, 12), "min_months"),
        ("short default", |t| t.default_months = 6, "default_months"),
        ("long default", |t| t.default_months = 121, "default_months"),
        ("many days of redemption", |t| t.periods.redemption = Some(367), "periods.redemption"),
        ("many days", |t| t.transfer_days = 367, "transfer_days"),
        ("host attributes", |t| t.host_model = ByName(HostModel::Attributes), "done"),
        ("the data model of each registrar", |t| t.data_model = ByName(DataModel::PerRegistrar), "done"),
        ("a private algorithm", |t| t.sec_dns.refused_algorithms = Some(vec![8, 253]), "sec_dns.refused_algorithms"),
        ("all algorithms", |t| t.sec_dns.refused_algorithms = Some(vec![1, 8, 13, 14, 15, 16]), "done"),
        ("no digest type", |t| t.sec_dns.refused_digests = Some(vec![0]), "sec_dns.refused_digests"),
        ("a digest that is not made", |t| t.sec_dns.made_digests = Some(vec![2, 1]), "sec_dns.made_digests"),
        ("no digest to make", |t| t.sec_dns.made_digests = Some(Vec::new()), "sec_dns.made_digests"),
        ("many DNSSEC records", |t| t.sec_dns.most = Some(65), "sec_dns.most"),
        ("contacts in the minimum model", |t| t.data_model = ByName(DataModel::Minimum), "required_contacts"),
    ];
    for (case, edit, expected) in table {
        let mut world = World::new();
        put_domain(&mut world, A, "taken.test", &[]);
        let mut add = tld("fresh");
        edit(&mut add);
        let name = add.name.clone();
        assert_eq!(about(run(&mut world, OperatorCommand::TldAdd(add))), *expected, "{case}");
        assert_eq!(
            world.memory.directory(Kind::Tld).any(|known| known == name),
            matches!(*expected, "done" | "exists")
        );
    }
    let mut world = World::new();
    run(&mut world, OperatorCommand::TldAdd(tld("fresh"))).expect("good");
    let added = checks::native::<Tld>(world.memory.tld("fresh").expect("there"));
    assert_eq!(added.required_contacts, [ContactRole::Admin, ContactRole::Tech]);
    assert_eq!(added.host_model, HostModel::Objects);
    assert_eq!((added.created, added.updated), (world.now.trunc_millis(), None));
}

#[test]
fn a_tld_changes_where_it_is_told_to() {
    let mut world = World::new();
    let before = checks::native::<Tld>(world.memory.tld("example").expect("there"));
    let set = |edit: fn(&mut TldSet)| {
        let mut set = TldSet { name: "example".into(), ..Default::default() };
        edit(&mut set);
        OperatorCommand::TldSet(set)
    };
    assert_eq!(about(run(&mut world, set(|t| t.name = "none".into()))), "missing");
    assert_eq!(about(run(&mut world, set(|t| t.max_months = Some(6)))), "min_months");
    assert_eq!(about(run(&mut world, set(|t| t.data_model = Some(ByName(DataModel::Minimum))))), "required_contacts");
    run(&mut world, set(|t| (t.idn, t.max_months) = (Some(true), Some(60)))).expect("good");
    let after = checks::native::<Tld>(world.memory.tld("example").expect("there"));
    assert_eq!(after, Tld { idn: true, max_months: 60, updated: Some(world.now.trunc_millis()), ..before });
}

fn fresh() -> RegistrarAdd {
    RegistrarAdd {
        clid: "fresh".into(),
        name: "Fresh Inc.".into(),
        iana_id: Some(1),
        networks: vec!["192.0.2.0/24".into(), "2001:db8::/32".into()],
        session_limit: Some(4),
        data_model: Some(ByName(DataModel::Minimum)),
        email: Some("hostmaster@fresh.example".into()),
        voice: Some("+1.7035555555".into()),
        url: Some("http://fresh.example/".into()),
        rdap_url: Some("https://rdap.fresh.example/".into()),
        abuse_email: Some("abuse@fresh.example".into()),
        abuse_voice: Some("+1.7035555556".into()),
        address: Some(RegistrarAddress {
            street: vec!["1 Main Street".into()],
            city: "Reston".into(),
            sp: Some("VA".into()),
            pc: Some("20190".into()),
            cc: "us".into(),
        }),
        fax: Some("+1.7035555557".into()),
        is_test: None,
    }
}

fn address(registrar: &mut RegistrarAdd) -> &mut RegistrarAddress {
    registrar.address.as_mut().expect("one")
}

#[test]
fn registrars_are_added_with_good_values_only() {
    type Edit = fn(&mut RegistrarAdd);
    let table: &[(&str, Edit, &str)] = &[
        ("whole", |_| (), "done"),
        ("least", |r| *r = RegistrarAdd { clid: "abc".into(), name: "A".into(), ..Default::default() }, "done"),
        ("short clID", |r| r.clid = "ab".into(), "clid"),
        ("long clID", |r| r.clid = "a".repeat(17), "clid"),
        ("odd clID", |r| r.clid = "a b c".into(), "clid"),
        ("clID there", |r| r.clid = A.into(), "exists"),
        ("no name", |r| r.name = " ".into(), "name"),
        ("long name", |r| r.name = "n".repeat(256), "name"),
        ("IANA id taken", |r| r.iana_id = Some(9995), "conflict"),
        ("no IANA id", |r| r.iana_id = Some(0), "done"),
        ("network", |r| r.networks = vec!["192.0.2.1/24".into()], "networks"),
        ("networks", |r| r.networks = vec!["192.0.2.0/24".into(); 257], "networks"),
        ("data model", |r| r.data_model = Some(ByName(DataModel::PerRegistrar)), "data_model"),
        ("e-mail", |r| r.email = Some("hostmaster".into()), "email"),
        ("abuse e-mail", |r| r.abuse_email = Some("@".into()), "abuse_email"),
        ("voice", |r| r.voice = Some("703".into()), "voice"),
        ("abuse voice", |r| r.abuse_voice = Some("+1.".into()), "abuse_voice"),
        ("fax", |r| r.fax = Some("1".into()), "fax"),
        ("no address", |r| r.address = Some(RegistrarAddress::default()), "done"),
        ("no street", |r| address(r).street.clear(), "address.street"),
        ("four lines", |r| address(r).street = vec!["a".into(); 4], "address.street"),
        ("no city", |r| address(r).city.clear(), "address.city"),
        ("odd city", |r| address(r).city = "a\u{7}".into(), "address.city"),
        ("no country", |r| address(r).cc = "XX".into(), "address.cc"),
        ("url", |r| r.url = Some("fresh.example".into()), "url"),
        ("url with a space", |r| r.url = Some("https://fresh.example/a b".into()), "url"),
        ("RDAP with a query", |r| r.rdap_url = Some("https://fresh.example/?a".into()), "rdap_url"),
        ("RDAP without slash", |r| r.rdap_url = Some("https://fresh.example".into()), "done"),
        ("clID is an IANA id", |r| r.clid = "9995".into(), "conflict"),
        ("clID is its own IANA id", |r| (r.clid, r.iana_id) = ("4711".into(), Some(4711)), "done"),
        ("RDAP over HTTP", |r| r.rdap_url = Some("http://fresh.example/".into()), "rdap_url"),
        ("two lines", |r| r.url = Some("https://fresh.example/\n".into()), "url"),
    ];
    for (case, edit, expected) in table {
        let mut world = World::new();
        let mut add = fresh();
        edit(&mut add);
        assert_eq!(about(run(&mut world, OperatorCommand::RegistrarAdd(add))), *expected, "{case}");
    }
}

fn registrar(world: &World, clid: &str) -> Registrar {
    checks::native::<Registrar>(world.memory.registrar(clid).expect("there"))
}

#[test]
fn a_registrar_changes_where_it_is_told_to() {
    let mut world = World::new();
    run(&mut world, OperatorCommand::RegistrarAdd(fresh())).expect("good");
    let before = registrar(&world, "fresh");
    assert!(before.password.is_empty() && before.certificates.is_empty() && !before.suspended);
    let set = |edit: fn(&mut RegistrarSet)| {
        let mut set = RegistrarSet { clid: "fresh".into(), ..Default::default() };
        edit(&mut set);
        OperatorCommand::RegistrarSet(set)
    };
    assert_eq!(about(run(&mut world, set(|r| r.clid = "none".into()))), "missing");
    assert_eq!(about(run(&mut world, set(|r| r.name = Some(String::new())))), "name");
    assert_eq!(about(run(&mut world, set(|r| r.iana_id = Some(9996)))), "conflict");
    assert_eq!(about(run(&mut world, set(|r| r.iana_id = Some(1)))), "done", "its own");
    run(
        &mut world,
        set(|r| {
            (r.iana_id, r.session_limit) = (Some(0), Some(0));
            r.data_model = Some(ByName(DataModel::Maximum));
            (r.email, r.voice, r.networks) = (Some(String::new()), Some("+49.1".into()), Some(vec![]));
        }),
    )
    .expect("good");
    let expected = Registrar {
        iana_id: None,
        session_limit: None,
        data_model: Some(DataModel::Maximum),
        email: None,
        voice: Some("+49.1".into()),
        networks: vec![],
        updated: Some(world.now.trunc_millis()),
        ..before
    };
    assert_eq!(registrar(&world, "fresh"), expected);
    assert!(world.memory.registrar_by_iana_id(1).is_none());
}

#[test]
fn passwords_certificates_and_suspension() {
    let mut world = World::new();
    let phc = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA";
    let password = |clid: &str, hash: &str| {
        OperatorCommand::RegistrarSetPassword(RegistrarSetPassword {
            clid: clid.into(),
            password_hash: hash.into(),
            replaces: None,
        })
    };
    let own_password = |replaced: &str, hash: &str| {
        let (replaces, password_hash) = (Some(replaced.into()), hash.into());
        OperatorCommand::RegistrarSetPassword(RegistrarSetPassword { clid: A.into(), password_hash, replaces })
    };
    let cert = |sha256: String| {
        OperatorCommand::RegistrarAddCert(RegistrarAddCert { clid: A.into(), sha256, label: " 2026 ".into() })
    };
    let uncert = |sha256: String| OperatorCommand::RegistrarRemoveCert(RegistrarRemoveCert { clid: A.into(), sha256 });
    let suspend = |suspended| OperatorCommand::RegistrarSuspend(RegistrarSuspend { clid: A.into(), suspended });
    let digest = |n: usize| format!("{n:064x}");
    for (command, expected) in [
        (password("none", phc), "missing"),
        (password(A, "secret"), "password_hash"),
        (password(A, phc), "done"),
        (own_password(phc, &phc.replace("aGFzaA", "bmV3")), "done"),
        (own_password(phc, &phc.replace("aGFzaA", "bGF0ZQ")), "changed meanwhile"),
        (password(A, phc), "done"),
        (cert("12".into()), "sha256"),
        (cert(digest(1)), "done"),
        (cert(digest(1)), "exists"),
        (uncert(digest(2)), "missing"),
        (cert(digest(2)), "done"),
        (uncert(digest(1)), "done"),
        (suspend(false), "unchanged"),
        (suspend(true), "done"),
        (suspend(true), "unchanged"),
    ] {
        assert_eq!(about(run(&mut world, command.clone())), expected, "{command:?}");
    }
    let after = registrar(&world, A);
    assert_eq!((after.password.as_str(), after.suspended), (phc, true));
    assert_eq!(
        after.certificates.iter().map(|pin| (pin.sha256[31], pin.label.as_str())).collect::<Vec<_>>(),
        [(2, "2026")]
    );
    for n in 3..18 {
        run(&mut world, cert(digest(n))).expect("room");
    }
    assert_eq!(about(run(&mut world, cert(digest(18)))), "conflict");
    let words = run(&mut world, password(A, "secret")).expect_err("no hash").to_string();
    assert!(!words.contains("\"secret\""), "{words}");
}

fn status(object: ObjectKind, name: &str, status: Status, reason: Option<&str>) -> StatusChange {
    StatusChange { object, name: name.into(), status: ByName(status), reason: reason.map(str::to_owned) }
}

#[test]
fn server_statuses_are_set_and_removed_and_the_sponsor_is_told() {
    let mut world = World::new();
    put_domain(&mut world, A, "a.test", &[]);
    world.put_host(A, "ns1.a.test", &[]);
    world.put_contact(B, "Sh8013");
    use ObjectKind::{Contact as C, Domain as D, Host as H};
    let set = OperatorCommand::StatusSet;
    let unset = OperatorCommand::StatusUnset;
    let court = Some("court order 12-3");
    for (command, expected) in [
        (set(status(D, "A.test", Status::ServerHold, court)), "done"),
        (set(status(D, "a.test", Status::ServerHold, None)), "unchanged"),
        (unset(status(D, "a.test", Status::ServerRenewProhibited, None)), "unchanged"),
        (set(status(D, "a.test", Status::ClientHold, None)), "status"),
        (set(status(D, "a.test", Status::PendingDelete, None)), "status"),
        (set(status(D, "b.test", Status::ServerHold, None)), "missing"),
        (set(status(D, "a.test", Status::ServerHold, Some("two\nlines"))), "reason"),
        (set(status(H, "ns1.a.test", Status::ServerHold, None)), "status"),
        (set(status(H, "ns1.a.test", Status::ServerTransferProhibited, None)), "status"),
        (set(status(H, "ns1.a.test", Status::ServerUpdateProhibited, None)), "done"),
        (set(status(C, "sh8013", Status::ServerUpdateProhibited, None)), "missing"),
        (set(status(C, "Sh8013", Status::ServerRenewProhibited, None)), "status"),
        (set(status(C, "Sh8013", Status::ServerTransferProhibited, None)), "done"),
        (unset(status(D, "a.test", Status::ServerHold, None)), "done"),
    ] {
        assert_eq!(about(run(&mut world, command.clone())), expected, "{command:?}");
    }
    let domain = checks::native::<Domain>(world.memory.domain("a.test").expect("there"));
    assert_eq!(domain.statuses, Statuses::NONE);
    assert_eq!((domain.updated, domain.updater), (Some(world.now.trunc_millis()), None));
    let host = checks::native::<Host>(world.memory.host_named("ns1.a.test").expect("there"));
    assert_eq!(host.statuses, Statuses::of(&[Status::ServerUpdateProhibited]));
    let contact = checks::native::<Contact>(world.memory.contact("Sh8013").expect("there"));
    assert_eq!(contact.statuses, Statuses::of(&[Status::ServerTransferProhibited]));
    let told = |clid: &str, number| {
        let message = world.memory.poll_message(clid, number).map(checks::native::<PollMessage>);
        message.map(|message| {
            let Some(PollData::Changed(change)) = message.data else { panic!("an RFC 8590 message") };
            let (kind, _) = change_kind(&change);
            (message.text, kind, change.reason)
        })
    };
    let text = |text: &str, kind, reason: &str| Some((text.to_owned(), kind, reason.to_owned()));
    assert_eq!(
        told(A, 1),
        text("The registry set serverHold on domain A.test: court order 12-3", Kind::Domain, "court order 12-3")
    );
    assert_eq!(told(A, 2), text("The registry set serverUpdateProhibited on host ns1.a.test.", Kind::Host, ""));
    assert_eq!(told(A, 3), text("The registry removed serverHold on domain a.test.", Kind::Domain, ""));
    assert_eq!(told(B, 1), text("The registry set serverTransferProhibited on contact Sh8013.", Kind::Contact, ""));
    assert_eq!((told(A, 4), told(B, 2)), (None, None));
}

/// What the object of a message is, and what it shows.
fn change_kind(change: &ObjectChange) -> (Kind, Statuses) {
    let version = crate::model::version::Version::of(change.object.tag).expect("a known version");
    (version.kind, change.object.statuses)
}

#[test]
fn a_prohibition_does_not_join_the_pending_action_it_prohibits() {
    let mut world = World::new();
    for (pending, prohibited, other) in [
        (Status::PendingTransfer, Status::ServerTransferProhibited, Status::ServerDeleteProhibited),
        (Status::PendingDelete, Status::ServerDeleteProhibited, Status::ServerTransferProhibited),
        (Status::PendingRenew, Status::ServerRenewProhibited, Status::ServerUpdateProhibited),
        (Status::PendingUpdate, Status::ServerUpdateProhibited, Status::ServerRenewProhibited),
    ] {
        put_domain(&mut world, A, "a.test", &[]);
        let mut domain = checks::native::<Domain>(world.memory.domain("a.test").expect("there"));
        domain.statuses = Statuses::of(&[pending]);
        world.put(vec![Change::PutDomain(domain)]);
        let set = |to| OperatorCommand::StatusSet(status(ObjectKind::Domain, "a.test", to, None));
        assert_eq!(about(run(&mut world, set(prohibited))), "conflict", "{pending}");
        assert_eq!(about(run(&mut world, set(other))), "done", "{pending}");
    }
}
