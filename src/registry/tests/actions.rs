//! What the registry does by itself to objects of registrars, by tables: the state, the command, what comes of it.

use crate::model::change::{ChangeOperation, ObjectChange};
use crate::model::command::{TransferOp, Transform};
use crate::model::operator::{
    ByName, ContactRedact, DomainRemove, DomainReturn, Handover, LockChange, ObjectKind, OperatorCommand,
    OperatorRefusal, RegistrarSuspend, RegistrarTerminate, StatusChange,
};
use crate::model::record::{Contact, Domain, Kind, LockCause, PollData, PollMessage, RemovalStage, TransferState};
use crate::model::status::{Status, Statuses};
use crate::model::version::Version;
use crate::model::view::View;
use crate::registry::domain::fixture::{chg, delete, domain, minimum, password, request, transfer, world};
use crate::registry::testing::{A, B, C, PASSWORD, World};
use crate::registry::{checks, invariants};

const NAME: &str = "foo.test";

fn lock(cause: LockCause, set: bool) -> OperatorCommand {
    let change = LockChange {
        name: "FOO.test".into(),
        cause: ByName(cause),
        case: Some("urs123".into()),
        reason: Some("complaint".into()),
    };
    if set { OperatorCommand::LockSet(change) } else { OperatorCommand::LockUnset(change) }
}

fn remove(name: &str, purge: bool) -> OperatorCommand {
    OperatorCommand::DomainDelete(DomainRemove { name: name.into(), purge, reason: Some("court order".into()) })
}

fn restore(name: &str) -> OperatorCommand {
    OperatorCommand::DomainRestore(DomainReturn { name: name.into(), reason: None })
}

fn hand(object: ObjectKind, name: &str, from: Option<&str>, to: &str) -> OperatorCommand {
    OperatorCommand::ObjectHandover(Handover {
        object,
        name: name.into(),
        from: from.map(str::to_owned),
        to: to.into(),
        case: None,
        reason: Some("termination".into()),
    })
}

fn status(name: &str, status: Status, set: bool) -> OperatorCommand {
    let change = StatusChange { object: ObjectKind::Domain, name: name.into(), status: ByName(status), reason: None };
    if set { OperatorCommand::StatusSet(change) } else { OperatorCommand::StatusUnset(change) }
}

/// What came of it, in a word; the registry is whole after it.
fn run(world: &mut World, command: &OperatorCommand) -> &'static str {
    let outcome = match world.operate(command) {
        Ok(()) => "done",
        Err(OperatorRefusal::Invalid { .. }) => "invalid",
        Err(OperatorRefusal::Exists { .. }) => "exists",
        Err(OperatorRefusal::DoesNotExist { .. }) => "missing",
        Err(OperatorRefusal::Unchanged { .. }) => "unchanged",
        Err(OperatorRefusal::PasswordChanged) => "password",
        Err(OperatorRefusal::Conflict { .. }) => "conflict",
    };
    let whole = invariants::check(&world.memory, world.now);
    whole.unwrap_or_else(|broken| panic!("{broken}, after {command:?}"));
    outcome
}

/// The newest message of a registrar's queue.
fn newest(world: &World, clid: &str) -> PollMessage {
    let next = world.memory.poll_queue(clid).expect("told").next.to_native();
    checks::native::<PollMessage>(world.memory.poll_message(clid, next - 1).expect("there"))
}

/// The change that the newest message of a registrar's queue tells of.
fn told(world: &World, clid: &str) -> ObjectChange {
    match newest(world, clid).data {
        Some(PollData::Changed(change)) => change,
        other => panic!("{other:?}"),
    }
}

fn shown(change: &ObjectChange) -> Domain {
    let bytes = crate::model::seal::archive(change);
    let change =
        rkyv::access::<crate::model::change::ArchivedObjectChange, rkyv::rancor::Error>(&bytes).expect("whole");
    let (kind, record) = change.object.present().expect("readable");
    assert_eq!(kind, Kind::Domain);
    let domain = crate::model::seal::access::<crate::model::record::ArchivedDomain>(kind, &record).expect("whole");
    checks::native::<Domain>(domain)
}

#[test]
fn a_lock_sets_its_statuses_at_once_and_its_end_leads_back_to_what_was() {
    use Status::{
        ClientHold, ServerDeleteProhibited as Delete, ServerHold as Hold, ServerRenewProhibited as Renew,
        ServerTransferProhibited as Transfer, ServerUpdateProhibited as Update,
    };
    let (urs, abuse) = (LockCause::Urs, LockCause::Abuse);
    let mut world = world();
    assert_eq!(run(&mut world, &status(NAME, Transfer, true)), "done");
    assert_eq!(run(&mut world, &status(NAME, ClientHold, true)), "invalid");
    let before = Statuses::of(&[Transfer]);
    // What is done, what comes of it, and the statuses then.
    for (command, outcome, statuses) in [
        (lock(urs, false), "unchanged", before),
        (lock(urs, true), "done", Statuses::of(&[Delete, Renew, Transfer, Update])),
        (lock(urs, true), "unchanged", Statuses::of(&[Delete, Renew, Transfer, Update])),
        (status(NAME, Delete, false), "conflict", Statuses::of(&[Delete, Renew, Transfer, Update])),
        // Also what was there before the lock, and what is set beside it stays after it.
        (status(NAME, Transfer, false), "conflict", Statuses::of(&[Delete, Renew, Transfer, Update])),
        (status(NAME, Renew, true), "done", Statuses::of(&[Delete, Renew, Transfer, Update])),
        (status(NAME, Renew, true), "unchanged", Statuses::of(&[Delete, Renew, Transfer, Update])),
        (lock(abuse, true), "done", Statuses::of(&[Delete, Hold, Renew, Transfer, Update])),
        (lock(urs, false), "done", Statuses::of(&[Delete, Hold, Renew, Transfer, Update])),
        (status(NAME, Update, false), "conflict", Statuses::of(&[Delete, Hold, Renew, Transfer, Update])),
        (lock(abuse, false), "done", before.with(Renew)),
        (status(NAME, Renew, false), "done", before),
        (status(NAME, Transfer, false), "done", Statuses::NONE),
        (lock(abuse, true), "done", Statuses::of(&[Delete, Hold, Transfer, Update])),
        (remove(NAME, false), "conflict", Statuses::of(&[Delete, Hold, Transfer, Update])),
    ] {
        assert_eq!(run(&mut world, &command), outcome, "{command:?}");
        assert_eq!(domain(&world, NAME).statuses, statuses, "{command:?}");
    }
    assert_eq!(world.code(A, &chg(NAME, None, Some(password(PASSWORD)))), 2304);
    let change = told(&world, A);
    assert_eq!(
        (change.operation, change.who.as_str(), change.reason.as_str()),
        (ChangeOperation::Update, "Abuse Desk", "complaint")
    );
    assert_eq!(change.case.as_ref().map(|case| case.id.as_str()), Some("urs123"));
    assert_eq!(change.object.statuses, domain(&world, NAME).statuses.with(Status::Inactive));
    assert_eq!(shown(&change).locks.len(), 1);
    assert_eq!(Version::of(change.object.tag).map(|version| version.is_old()), Some(false));
}

#[test]
fn a_lock_ends_a_pending_transfer_and_waits_for_no_deletion() {
    let mut world = world();
    assert_eq!(world.code(B, &request(NAME, None, Some(password(PASSWORD)))), 1001);
    assert_eq!(run(&mut world, &lock(LockCause::Urs, true)), "done");
    let after = domain(&world, NAME).transfer.expect("kept");
    assert_eq!(after.state, TransferState::ServerCancelled);
    assert!(matches!(newest(&world, B).data, Some(PollData::DomainTransfer { transfer, .. }) if transfer == after));
    assert_eq!(run(&mut world, &lock(LockCause::Urs, false)), "done");
    world.pass(world.now.plus_days(10));
    assert_eq!(world.code(A, &delete(NAME)), 1001);
    assert_eq!(run(&mut world, &lock(LockCause::Urs, true)), "conflict");
}

#[test]
fn the_registry_deletes_and_restores() {
    let mut world = world();
    world.pass(world.now.plus_days(10));
    // The state, what is done, what comes of it, and whether the name is there, and in which stage.
    for (command, outcome, stage) in [
        (remove("gone.test", false), "missing", None),
        (restore(NAME), "unchanged", None),
        (remove("foo.example", false), "conflict", None),
        (remove(NAME, false), "done", Some(RemovalStage::Redemption)),
        (remove(NAME, false), "unchanged", Some(RemovalStage::Redemption)),
        (restore(NAME), "done", None),
        (remove(NAME, false), "done", Some(RemovalStage::Redemption)),
    ] {
        assert_eq!(run(&mut world, &command), outcome, "{command:?}");
        assert_eq!(domain(&world, NAME).removal.map(|removal| removal.stage), stage, "{command:?}");
    }
    let change = told(&world, A);
    assert_eq!((change.operation, change.op.as_str(), change.before), (ChangeOperation::Delete, "", false));
    assert!(change.object.statuses.has(Status::PendingDelete));
    world.pass(world.now.plus_days(32));
    assert_eq!(domain(&world, NAME).removal.map(|removal| removal.stage), Some(RemovalStage::Deletion));
    assert_eq!(run(&mut world, &restore(NAME)), "done", "no client could");
    let change = told(&world, A);
    assert_eq!((change.operation, change.op.as_str()), (ChangeOperation::Restore, "request"));
    assert_eq!(run(&mut world, &remove(NAME, true)), "done");
    assert!(world.memory.domain(NAME).is_none());
    let change = told(&world, A);
    assert_eq!((change.operation, change.op.as_str(), change.before), (ChangeOperation::Delete, "purge", true));
    assert_eq!(shown(&change).name, NAME);
    assert_eq!(world.code(B, &Transform::DomainCreate(minimum(NAME))), 1000);
}

#[test]
fn an_object_is_handed_over_without_fee_and_year() {
    let mut world = world();
    let before = domain(&world, "foo.example");
    assert_eq!(world.code(B, &request("foo.example", None, Some(password(PASSWORD)))), 1001);
    for (command, outcome) in [
        (hand(ObjectKind::Domain, "gone.test", None, B), "missing"),
        (hand(ObjectKind::Domain, "foo.example", None, "nobody"), "missing"),
        (hand(ObjectKind::Domain, "foo.example", None, A), "unchanged"),
        (hand(ObjectKind::Domain, "foo.example", Some(B), C), "conflict"),
        (hand(ObjectKind::Host, "ns1.foo.example", None, C), "conflict"),
        (hand(ObjectKind::Domain, "FOO.example", Some(A), C), "done"),
        (hand(ObjectKind::Host, "ns1.example.com", None, B), "done"),
        (hand(ObjectKind::Contact, "jd1234", None, C), "done"),
        (hand(ObjectKind::Contact, "JD1234", None, B), "missing"),
    ] {
        assert_eq!(run(&mut world, &command), outcome, "{command:?}");
    }
    let after = domain(&world, "foo.example");
    assert_eq!((after.sponsor.as_str(), after.expires, after.auth), (C, before.expires, None));
    assert_eq!(after.transferred, Some(world.now.trunc_millis()));
    assert_eq!(world.memory.host_named("ns1.foo.example").expect("there").sponsor, C);
    let change = told(&world, C);
    assert_eq!((change.operation, change.op.as_str()), (ChangeOperation::Transfer, "approve"));
    assert_eq!(change.reason, "termination");
    assert!(newest(&world, A).text.contains("gave contact jd1234 from registrar-a to registrar-c: termination"));
}

#[test]
fn nothing_goes_to_a_registrar_that_is_terminated() {
    let mut world = world();
    assert_eq!(world.code(B, &request(NAME, None, Some(password(PASSWORD)))), 1001);
    let terminate = OperatorCommand::RegistrarTerminate(RegistrarTerminate { clid: B.into() });
    assert_eq!(run(&mut world, &terminate), "done");
    assert_eq!(run(&mut world, &terminate), "unchanged");
    let back = OperatorCommand::RegistrarSuspend(RegistrarSuspend { clid: B.into(), suspended: false });
    assert_eq!(run(&mut world, &back), "conflict");
    assert_eq!(run(&mut world, &hand(ObjectKind::Domain, NAME, None, B)), "conflict");
    assert_eq!(world.code(A, &transfer(TransferOp::Approve, NAME, None)), 1000);
    let after = domain(&world, NAME);
    assert_eq!(
        (after.sponsor.as_str(), after.transfer.map(|transfer| transfer.state)),
        (A, Some(TransferState::ServerCancelled))
    );
}

#[test]
fn a_redacted_contact_keeps_its_handle_and_country() {
    let mut world = world();
    let redact = |id: &str| OperatorCommand::ContactRedact(ContactRedact { id: id.into(), reason: None });
    assert_eq!(run(&mut world, &redact("nobody")), "missing");
    assert_eq!(run(&mut world, &redact("jd1234")), "done");
    assert_eq!(run(&mut world, &redact("jd1234")), "unchanged");
    let contact = checks::native::<Contact>(world.memory.contact("jd1234").expect("there"));
    let text = format!("{contact:?}");
    for gone in ["John", "Example Dr", "Dulles", "VA", "20166", "jdoe"] {
        assert!(!text.contains(gone), "{gone}: {text}");
    }
    assert_eq!(contact.postal[0].address.cc, "US");
    let told = told(&world, A);
    assert!(!String::from_utf8_lossy(&told.object.record).contains("John"), "nor is it in the message");
}
