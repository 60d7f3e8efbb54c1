//! Contacts by tables: one row per case, the last column is the result code.

use crate::base::limits::POLL_MESSAGES_PER_OBJECT;
use crate::model::answer::{Answer, ContactInfo, Success};
use crate::model::command::{
    AuthInfo, ContactChange, ContactCreate, ContactUpdate, PostalChange, Query, TransferOp, Transform,
};
use crate::model::record::{
    Contact, Disclose, Domain, Phone, PollData, PostalAddress, PostalInfo, PostalKind, TransferState,
};
use crate::model::status::{Status, Statuses};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::host::tests::put_domain;
use crate::registry::testing::{A, B, C, PASSWORD, World, code};
use crate::registry::{checks, invariants};

const ID: &str = "sh8013";

fn password(password: &str) -> AuthInfo {
    AuthInfo::Password { password: password.into(), roid: None }
}

fn phone(number: &str, ext: Option<&str>) -> Phone {
    Phone { number: number.into(), ext: ext.map(str::to_owned) }
}

fn address() -> PostalAddress {
    PostalAddress {
        street: vec!["123 Example Dr.".into(), "Suite 100".into()],
        city: "Dulles".into(),
        sp: Some("VA".into()),
        pc: Some("20166-6503".into()),
        cc: "US".into(),
    }
}

fn postal(kind: PostalKind) -> PostalInfo {
    PostalInfo { kind, name: "John Doe".into(), org: Some("Example Inc.".into()), address: address() }
}

/// The create of RFC 5733, section 3.2.1.
fn create() -> ContactCreate {
    ContactCreate {
        id: ID.into(),
        postal: vec![postal(PostalKind::Int)],
        voice: Some(phone("+1.7035555555", Some("1234"))),
        fax: Some(phone("+1.7035555556", None)),
        email: "jdoe@example.com".into(),
        auth: password(PASSWORD),
        disclose: Some(Disclose { flag: false, fields: Disclose::VOICE | Disclose::EMAIL }),
    }
}

fn native(world: &World) -> Contact {
    checks::native::<Contact>(world.memory.contact(ID).expect("there"))
}

/// The RFC's contact, sponsored by A.
fn world() -> World {
    let mut world = World::new();
    assert_eq!(world.code(A, &Transform::ContactCreate(create())), 1000);
    world
}

#[test]
fn creates_follow_rfc_5733() {
    type Edit = fn(&mut ContactCreate);
    let table: &[(&str, Edit, u16)] = &[
        ("as in the RFC", |_| (), 1000),
        ("both forms", |c| c.postal.push(postal(PostalKind::Loc)), 1000),
        ("one form twice", |c| c.postal.push(postal(PostalKind::Int)), 2306),
        ("no numbers", |c| (c.voice, c.fax) = (None, None), 1000),
        ("empty voice", |c| c.voice = Some(phone("", None)), 2306),
        ("empty fax", |c| c.fax = Some(phone("", Some("1"))), 1000),
        ("bad voice", |c| c.voice = Some(phone("+0.703", None)), 2005),
        ("bad fax", |c| c.fax = Some(phone("1.703", None)), 2005),
        ("bad e-mail", |c| c.email = "jdoe".into(), 2005),
        ("bad country", |c| c.postal[0].address.cc = "XX".into(), 2005),
        ("blank name", |c| c.postal[0].name = " ".into(), 2005),
        ("blank city", |c| c.postal[0].address.city = " ".into(), 2005),
        ("UTF-8 in int", |c| c.postal[0].address.city = "Köln".into(), 2005),
        ("bad identifier", |c| c.id = "sh 8013".into(), 2005),
        ("identifier too long", |c| c.id = "a".repeat(17), 2005),
        ("other case", |c| c.id = "SH8013".into(), 1000),
        ("empty authInfo", |c| c.auth = password(""), 1000),
        ("long authInfo", |c| c.auth = password(&"x".repeat(256)), 2306),
        ("other authInfo", |c| c.auth = AuthInfo::Extension("urn:x".into()), 2102),
        ("disclose nothing", |c| c.disclose = Some(Disclose { flag: true, fields: 0 }), 2003),
        ("no disclose", |c| c.disclose = None, 1000),
    ];
    for (case, edit, expected) in table {
        let mut create = create();
        edit(&mut create);
        let mut world = World::new();
        assert_eq!(world.code(A, &Transform::ContactCreate(create.clone())), *expected, "{case}");
        if *expected == 1000 {
            assert_eq!(world.code(B, &Transform::ContactCreate(create)), 2302, "{case}");
        }
    }
}

#[test]
fn a_created_contact_reads_back_as_it_was_sent() {
    let mut world = World::new();
    let (_, answer) = world.run(A, &Transform::ContactCreate(create())).expect("good");
    let Answer::ContactCreated { id, created } = answer else { panic!("a creData") };
    assert_eq!((id.as_str(), created), (ID, world.now.trunc_millis()));
    let (contact, sent) = (native(&world), create());
    assert_eq!((contact.postal, contact.voice, contact.fax), (sent.postal, sent.voice, sent.fax));
    assert_eq!((contact.email, contact.disclose), (sent.email, sent.disclose));
    assert_eq!((contact.object_id, contact.sponsor.as_str(), contact.creator.as_str()), (world.sequence, A, A));
    assert!(contact.roid.starts_with('C') && contact.roid.ends_with("-REPO"), "{}", contact.roid);
    assert_eq!((contact.updater, contact.updated, contact.transferred, contact.transfer), (None, None, None, None));
}

#[test]
fn checks_say_what_can_be_created() {
    let world = world();
    let ids = ["sh8013", "SH8013", "free", "a b c", "ab"];
    let query = Query::ContactCheck(ids.iter().map(|id| (*id).into()).collect());
    let (_, Answer::ContactChecked(found)) = world.ask(B, &query).expect("good") else { panic!("a chkData") };
    let available: Vec<_> = found.iter().map(|it| (it.object.as_ref(), it.reason.is_none())).collect();
    assert_eq!(available, ids.into_iter().zip([false, true, true, false, false]).collect::<Vec<_>>());
    let many = Query::ContactCheck(vec!["abc".into(); crate::base::limits::CHECK_OBJECTS + 1]);
    assert_eq!(code(&world.ask(A, &many)), 2306);
}

#[test]
fn contacts_are_read_by_their_sponsor_and_whoever_knows_the_auth_info() {
    let mut world = world();
    let roid = native(&world).roid;
    let of = |roid: &str| AuthInfo::Password { password: PASSWORD.into(), roid: Some(roid.into()) };
    let ask = |world: &World, clid: &str, id: &str, auth: Option<AuthInfo>| {
        code(&world.ask(clid, &Query::ContactInfo { id: id.to_owned().into(), auth }))
    };
    for (clid, id, auth, expected) in [
        (A, ID, None, 1000),
        (A, ID, Some(password(PASSWORD)), 1000),
        (A, ID, Some(password("wrong")), 2202),
        (B, ID, None, 2201),
        (B, ID, Some(password(PASSWORD)), 1000),
        (B, ID, Some(of(&roid)), 1000),
        (B, ID, Some(of("C1-OTHER")), 2202),
        (B, ID, Some(password("2foobar")), 2202),
        (B, ID, Some(password("")), 2202),
        (B, ID, Some(AuthInfo::Extension("urn:x".into())), 2102),
        (A, "none", None, 2303),
        (A, "SH8013", None, 2303),
    ] {
        assert_eq!(ask(&world, clid, id, auth.clone()), expected, "{clid} {id} {auth:?}");
    }
    world.run(A, &change(|chg| chg.auth = Some(password("")))).expect("good");
    assert_eq!(ask(&world, B, ID, Some(password(""))), 2202, "unset matches nothing");
    assert_eq!(ask(&world, B, ID, Some(password(PASSWORD))), 2202, "unset matches nothing");
}

#[test]
fn only_the_sponsor_learns_whether_an_auth_info_is_set() {
    let mut world = world();
    let by_sponsor = Query::ContactInfo { id: ID.into(), auth: None };
    let by_other = Query::ContactInfo { id: ID.into(), auth: Some(password(PASSWORD)) };
    let info = |world: &World, clid, query: &Query<'_>| match world.ask(clid, &query.clone()) {
        Ok((_, Answer::ContactInfo(ContactInfo { auth_set, statuses, .. }))) => (auth_set, statuses),
        _ => panic!("an infData"),
    };
    assert_eq!(info(&world, A, &by_sponsor), (true, Statuses::of(&[Status::Ok])));
    assert_eq!(info(&world, B, &by_other), (false, Statuses::of(&[Status::Ok])));
    world.run(A, &change(|chg| chg.auth = Some(password("")))).expect("good");
    link(&mut world);
    assert_eq!(info(&world, A, &by_sponsor), (false, Statuses::of(&[Status::Ok, Status::Linked])));
}

/// B's domain names the contact as registrant.
fn link(world: &mut World) {
    put_domain(world, B, "linked.test", &[]);
    let mut domain = checks::native::<Domain>(world.memory.domain("linked.test").expect("there"));
    domain.registrant = Some(ID.into());
    world.put(vec![Change::PutDomain(domain)]);
}

fn change(edit: impl FnOnce(&mut ContactChange)) -> Transform {
    let mut chg = ContactChange::default();
    edit(&mut chg);
    Transform::ContactUpdate(ContactUpdate { id: ID.into(), add: None, rem: None, chg: Some(chg) })
}

fn statuses(add: &[Status], rem: &[Status]) -> Transform {
    let part =
        |statuses: &[Status]| (!statuses.is_empty()).then(|| statuses.iter().map(|status| (*status).into()).collect());
    Transform::ContactUpdate(ContactUpdate { id: ID.into(), add: part(add), rem: part(rem), chg: None })
}

fn postal_change(kind: PostalKind) -> PostalChange {
    PostalChange { kind, name: None, org: None, address: None }
}

#[test]
fn each_field_is_changed_alone() {
    type Edit = fn(&mut ContactChange);
    type Expect = fn(&mut Contact);
    let table: &[(&str, Edit, Expect)] = &[
        (
            "name",
            |c| c.postal = vec![PostalChange { name: Some("Jane".into()), ..postal_change(PostalKind::Int) }],
            |c| c.postal[0].name = "Jane".into(),
        ),
        (
            "org removed",
            |c| c.postal = vec![PostalChange { org: Some(String::new()), ..postal_change(PostalKind::Int) }],
            |c| c.postal[0].org = None,
        ),
        (
            "address replaced whole",
            |c| {
                let address = PostalAddress { street: vec![], sp: None, pc: None, cc: "de".into(), ..address() };
                c.postal = vec![PostalChange { address: Some(address), ..postal_change(PostalKind::Int) }];
            },
            |c| {
                c.postal[0].address = PostalAddress { street: vec![], sp: None, pc: None, cc: "DE".into(), ..address() }
            },
        ),
        (
            "loc added",
            |c| {
                let change = PostalChange { name: Some("Jürgen".into()), ..postal_change(PostalKind::Loc) };
                c.postal = vec![PostalChange { address: Some(address()), ..change }];
            },
            |c| c.postal.push(PostalInfo { name: "Jürgen".into(), org: None, ..postal(PostalKind::Loc) }),
        ),
        ("voice", |c| c.voice = Some(phone("+49.1", None)), |c| c.voice = Some(phone("+49.1", None))),
        ("voice removed", |c| c.voice = Some(phone("", None)), |c| c.voice = None),
        ("fax removed", |c| c.fax = Some(phone("", Some("9"))), |c| c.fax = None),
        ("e-mail", |c| c.email = Some("a@b.example".into()), |c| c.email = "a@b.example".into()),
        ("authInfo unset", |c| c.auth = Some(password("")), |c| c.auth = None),
        (
            "disclose replaced",
            |c| c.disclose = Some(Disclose { flag: true, fields: Disclose::FAX }),
            |c| c.disclose = Some(Disclose { flag: true, fields: Disclose::FAX }),
        ),
    ];
    for (case, edit, expect) in table {
        let mut world = world();
        let mut expected = native(&world);
        expect(&mut expected);
        (expected.updater, expected.updated) = (Some(A.into()), Some(world.now.trunc_millis()));
        assert_eq!(world.code(A, &change(edit)), 1000, "{case}");
        assert_eq!(native(&world), expected, "{case}");
    }
}

#[test]
fn bad_changes_are_refused() {
    type Edit = fn(&mut ContactChange);
    let table: &[(&str, Edit, u16)] = &[
        ("nothing", |_| (), 2003),
        (
            "new form without address",
            |c| {
                c.postal = vec![PostalChange { name: Some("Jürgen".into()), ..postal_change(PostalKind::Loc) }];
            },
            2003,
        ),
        (
            "new form without name",
            |c| {
                c.postal = vec![PostalChange { address: Some(address()), ..postal_change(PostalKind::Loc) }];
            },
            2003,
        ),
        ("one form twice", |c| c.postal = vec![postal_change(PostalKind::Int), postal_change(PostalKind::Int)], 2306),
        (
            "UTF-8 in int",
            |c| {
                c.postal = vec![PostalChange { org: Some("Bücher".into()), ..postal_change(PostalKind::Int) }];
            },
            2005,
        ),
        (
            "blank name",
            |c| {
                c.postal = vec![PostalChange { name: Some(" ".into()), ..postal_change(PostalKind::Int) }];
            },
            2005,
        ),
        ("voice", |c| c.voice = Some(phone("+0.1", None)), 2005),
        ("e-mail", |c| c.email = Some("@".into()), 2005),
        ("authInfo", |c| c.auth = Some(AuthInfo::Extension("urn:x".into())), 2102),
        ("disclose", |c| c.disclose = Some(Disclose { flag: true, fields: 0 }), 2003),
    ];
    for (case, edit, expected) in table {
        let mut world = world();
        let before = native(&world);
        assert_eq!(world.code(A, &change(edit)), *expected, "{case}");
        assert_eq!(native(&world), before, "{case}");
    }
    let good = change(|c| c.email = Some("a@b.example".into()));
    assert_eq!(world().code(B, &good), 2201);
    assert_eq!(World::new().code(A, &good), 2303);
    let nothing = Transform::ContactUpdate(ContactUpdate { id: ID.into(), add: None, rem: None, chg: None });
    assert_eq!(world().code(A, &nothing), 2003);
}

#[test]
fn statuses_are_the_clients_and_hold_back_what_they_name() {
    use Status::{ClientDeleteProhibited, ClientTransferProhibited, ClientUpdateProhibited, ServerHold};
    let mut world = world();
    let delete = Transform::ContactDelete { id: ID.into() };
    for (clid, command, expected) in [
        (A, statuses(&[ServerHold], &[]), 2306),
        (A, statuses(&[ClientDeleteProhibited, ClientTransferProhibited], &[]), 1000),
        (A, statuses(&[ClientDeleteProhibited], &[]), 2306),
        (A, delete.clone(), 2304),
        (B, transfer(TransferOp::Request, Some(PASSWORD)), 2304),
        (A, statuses(&[ClientUpdateProhibited], &[ClientDeleteProhibited]), 1000),
        (A, change(|c| c.email = Some("a@b.example".into())), 2304),
        (A, statuses(&[], &[ClientTransferProhibited]), 2304),
        (A, statuses(&[], &[ClientUpdateProhibited]), 1000),
        (A, statuses(&[], &[ClientUpdateProhibited]), 2306),
        (B, delete.clone(), 2201),
        (A, delete.clone(), 1000),
        (A, delete, 2303),
    ] {
        assert_eq!(world.code(clid, &command), expected, "{command:?}");
    }
}

#[test]
fn a_contact_that_a_domain_refers_to_stays() {
    let mut world = world();
    link(&mut world);
    let delete = Transform::ContactDelete { id: ID.into() };
    assert_eq!(world.code(A, &delete), 2305);
    world.put(vec![Change::DeleteDomain { name: "linked.test".into() }]);
    assert_eq!(world.code(A, &delete), 1000);
}

fn transfer(op: TransferOp, auth: Option<&str>) -> Transform {
    Transform::ContactTransfer { op, id: ID.into(), auth: auth.map(password) }
}

/// Text and transfer state of the oldest message, which is then acknowledged.
fn told(world: &mut World, clid: &str) -> Option<(String, TransferState)> {
    let (message, told) = match world.ask(clid, &Query::PollRequest) {
        Ok((Success::AckToDequeue, Answer::PollMessage { message, .. })) => {
            let native = checks::native::<crate::model::record::PollMessage>(message);
            let Some(PollData::ContactTransfer { id, transfer }) = native.data else { panic!("a trnData") };
            assert_eq!(id, ID);
            (native.number.to_string(), (native.text, transfer.state))
        }
        _ => return None,
    };
    assert_eq!(world.code(clid, &Transform::PollAck { message: Some(message) }), 1000);
    Some(told)
}

#[test]
fn requests_need_another_client_and_the_auth_info() {
    let mut world = world();
    for (clid, command, expected) in [
        (A, transfer(TransferOp::Request, Some(PASSWORD)), 2106),
        (B, transfer(TransferOp::Request, None), 2003),
        (B, transfer(TransferOp::Request, Some("wrong")), 2202),
        (B, transfer(TransferOp::Request, Some("")), 2202),
        (B, transfer(TransferOp::Approve, None), 2201),
        (B, transfer(TransferOp::Cancel, None), 2301),
        (A, transfer(TransferOp::Approve, None), 2301),
        (A, transfer(TransferOp::Reject, None), 2301),
        (B, transfer(TransferOp::Request, Some(PASSWORD)), 1001),
        (B, transfer(TransferOp::Request, Some(PASSWORD)), 2300),
        (C, transfer(TransferOp::Request, Some(PASSWORD)), 2300),
        (A, change(|c| c.email = Some("a@b.example".into())), 2304),
        (A, Transform::ContactDelete { id: ID.into() }, 2304),
        (C, transfer(TransferOp::Cancel, None), 2201),
        (A, transfer(TransferOp::Cancel, None), 2201),
        (B, transfer(TransferOp::Approve, Some(PASSWORD)), 2201),
        (B, transfer(TransferOp::Reject, None), 2201),
        (A, transfer(TransferOp::Approve, Some("wrong")), 2202),
        (A, transfer(TransferOp::Approve, Some(PASSWORD)), 1000),
        (A, transfer(TransferOp::Approve, None), 2201),
        (B, transfer(TransferOp::Approve, None), 2301),
    ] {
        assert_eq!(world.code(clid, &command), expected, "{clid} {command:?}");
    }
}

#[test]
fn an_approved_transfer_moves_the_contact_and_unsets_its_auth_info() {
    let mut world = world();
    let requested = world.now.trunc_millis();
    let (success, answer) = world.run(B, &transfer(TransferOp::Request, Some(PASSWORD))).expect("good");
    let Answer::ContactTransfer { id, transfer: pending } = answer else { panic!("a trnData") };
    assert_eq!((success, id.as_str()), (Success::Pending, ID));
    assert_eq!((pending.state, pending.requester.as_str(), pending.actor.as_str()), (TransferState::Pending, B, A));
    assert_eq!((pending.requested, pending.act), (requested, requested.plus_days(5)));
    assert_eq!((pending.months, pending.expires), (0, None));
    assert!(native(&world).statuses.has(Status::PendingTransfer));
    assert_eq!(told(&mut world, A), Some(("Transfer requested.".into(), TransferState::Pending)));

    world.now = world.now.plus_days(1);
    let (success, _) = world.run(A, &transfer(TransferOp::Approve, None)).expect("good");
    assert_eq!(success, Success::Completed);
    let moved = native(&world);
    let approved = moved.transfer.expect("kept");
    assert_eq!(
        (approved.state, approved.requester.as_str(), approved.actor.as_str()),
        (TransferState::ClientApproved, B, A)
    );
    assert_eq!((approved.requested, approved.act), (requested, requested.plus_days(1)));
    assert_eq!((moved.sponsor.as_str(), moved.creator.as_str(), moved.auth), (B, A, None));
    assert_eq!((moved.transferred, moved.updated), (Some(requested.plus_days(1)), None));
    assert_eq!(moved.statuses, Statuses::NONE);
    assert_eq!(told(&mut world, B), Some(("Transfer approved.".into(), TransferState::ClientApproved)));
    assert_eq!((told(&mut world, A), told(&mut world, B)), (None, None));
}

#[test]
fn a_transfer_that_is_rejected_or_cancelled_changes_nothing_else() {
    for (clid, op, state, notified, text) in [
        (A, TransferOp::Reject, TransferState::ClientRejected, B, "Transfer rejected."),
        (B, TransferOp::Cancel, TransferState::ClientCancelled, A, "Transfer cancelled."),
    ] {
        let mut world = world();
        let before = native(&world);
        assert_eq!(world.code(B, &transfer(TransferOp::Request, Some(PASSWORD))), 1001);
        told(&mut world, A).expect("of the request");
        assert_eq!(world.code(clid, &transfer(op, None)), 1000);
        let after = native(&world);
        let ended = after.transfer.clone().expect("kept");
        assert_eq!((ended.state, ended.actor.as_str()), (state, clid));
        assert_eq!(Contact { transfer: None, ..after }, before);
        assert_eq!(told(&mut world, notified), Some((text.into(), state)));
        assert_eq!(world.code(B, &transfer(TransferOp::Request, Some(PASSWORD))), 1001, "again");
    }
}

#[test]
fn requests_and_cancels_without_end_leave_few_messages() {
    let mut world = world();
    for _ in 0..20 {
        assert_eq!(world.code(B, &transfer(TransferOp::Request, Some(PASSWORD))), 1001);
        assert_eq!(world.code(B, &transfer(TransferOp::Cancel, None)), 1000);
        invariants::check(&world.memory, world.now).expect("whole");
    }
    let read: Vec<_> = std::iter::from_fn(|| told(&mut world, A)).collect();
    assert_eq!(read.len(), POLL_MESSAGES_PER_OBJECT, "{read:?}");
    assert_eq!(read.last(), Some(&("Transfer cancelled.".into(), TransferState::ClientCancelled)));
    assert_eq!(code(&world.ask(A, &Query::PollRequest)), 1300);
    invariants::check(&world.memory, world.now).expect("whole");
}

#[test]
fn the_clients_of_a_transfer_and_whoever_knows_the_auth_info_may_ask() {
    let mut world = world();
    let ask = |world: &World, clid: &str, auth: Option<&str>| {
        code(&world.ask(clid, &Query::ContactTransferQuery { id: ID.into(), auth: auth.map(password) }))
    };
    assert_eq!((ask(&world, A, None), ask(&world, B, None)), (2301, 2201));
    assert_eq!(ask(&world, B, Some(PASSWORD)), 2301);
    assert_eq!(world.code(B, &transfer(TransferOp::Request, Some(PASSWORD))), 1001);
    for (clid, auth, expected) in
        [(A, None, 1000), (B, None, 1000), (C, None, 2201), (C, Some(PASSWORD), 1000), (C, Some("wrong"), 2202)]
    {
        assert_eq!(ask(&world, clid, auth), expected, "{clid} {auth:?}");
    }
    assert_eq!(world.code(A, &transfer(TransferOp::Approve, None)), 1000);
    assert_eq!((ask(&world, A, None), ask(&world, B, None)), (1000, 1000));
    assert_eq!((ask(&world, C, None), ask(&world, C, Some(PASSWORD))), (2201, 2202));
    let none = Query::ContactTransferQuery { id: "none".into(), auth: None };
    assert_eq!(code(&world.ask(A, &none)), 2303);
}
