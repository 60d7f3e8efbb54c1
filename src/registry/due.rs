//! What becomes of an object by itself when a moment has come: transactions with the system as their actor.
//!
//! The due queue only says which object to look at; what is due follows from the record, by the same functions that show its
//! state. So an entry that is out of date does no harm.

use crate::base::timestamp::Timestamp;
use crate::model::command::Transform;
use crate::model::lifecycle;
use crate::model::name;
use crate::model::operator::{ObjectKind, OperatorCommand};
use crate::model::record::Kind;
use crate::model::refusal::Refusal;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::{Cause, contact, domain, maintenance_news};

/// A step of an object's life that nobody asked for.
pub struct Step {
    /// The step, as the log names it: `domain:auto-renew`.
    pub command: &'static str,
    /// What changes.
    pub changes: Vec<Change>,
    /// What an operator should look at.
    pub remark: Option<String>,
}

/// When something becomes of that object by itself; `None` for one that is not there, and where nothing does.
pub fn deadline(view: &impl View, kind: Kind, key: &[u8]) -> Option<Timestamp> {
    let key = std::str::from_utf8(key).ok()?;
    match kind {
        Kind::Domain => view.domain(key).map(lifecycle::domain_deadline),
        Kind::Contact => view.contact(key).and_then(lifecycle::contact_deadline),
        Kind::Maintenance => view.maintenance(key).and_then(|found| found.deadline()),
        _ => None,
    }
}

/// The first step of that object that is due at `now`, as the transaction of that svTRID, with the moment that it is due at and dated with; `None` when nothing
/// is.
///
/// # Errors
/// 2400 when the registry is not whole.
pub fn decide<V: View>(
    view: &V,
    kind: Kind,
    key: &[u8],
    now: Timestamp,
    sv_trid: &str,
) -> Result<Option<(Timestamp, Step)>, Refusal> {
    let Some(at) = deadline(view, kind, key).filter(|at| *at <= now) else { return Ok(None) };
    let key = std::str::from_utf8(key).unwrap_or_default();
    let step = match kind {
        Kind::Domain => view.domain(key).map(|found| domain::due::decide(view, found, at, sv_trid)),
        Kind::Maintenance => view.maintenance(key).map(|found| Ok(maintenance_news::decide(view, found, (at, now)))),
        _ => view.contact(key).map(|found| contact::due::decide(view, found, at, sv_trid)),
    };
    step.transpose().map(|step| step.map(|step| (at, step)))
}

/// What a step is known by that is dated then.
pub(crate) fn cause<'a>(command: &'a str, sv_trid: &'a str, at: Timestamp) -> Cause<'a> {
    Cause { command, operator: "", cl_trid: None, sv_trid, now: at }
}

/// The objects whose due steps must have been taken before a command is decided.
pub fn concerned(view: &impl View, command: &Transform) -> Vec<(Kind, Vec<u8>)> {
    let domain = |name: &str| name::normalize(name).ok().map(|name| (Kind::Domain, name.into_bytes()));
    let above = |host: &str| {
        let host = name::normalize(host).ok()?;
        view.superordinate_name(&host).map(|name| (Kind::Domain, name.as_bytes().to_vec()))
    };
    let contact = |id: &str| Some((Kind::Contact, id.as_bytes().to_vec()));
    let found = match command {
        Transform::DomainCreate(create) => [domain(&create.name), None],
        Transform::DomainUpdate(update) => [domain(&update.name), None],
        Transform::ApplicationUpdate { .. } | Transform::ApplicationDelete { .. } => [None, None],
        Transform::DomainDelete { name }
        | Transform::DomainRenew { name, .. }
        | Transform::DomainTransfer { name, .. } => [domain(name), None],
        Transform::HostCreate { name, .. } | Transform::HostDelete { name } => [above(name), None],
        Transform::HostUpdate(update) => [above(&update.name), update.new_name.as_deref().and_then(above)],
        Transform::ContactCreate(_) | Transform::PollAck { .. } => [None, None],
        Transform::ContactUpdate(update) => [contact(&update.id), None],
        Transform::ContactDelete { id } | Transform::ContactTransfer { id, .. } => [contact(id), None],
    };
    found.into_iter().flatten().collect()
}

/// As [`concerned`], of an operator's command.
pub fn concerned_by_operator(command: &OperatorCommand) -> Vec<(Kind, Vec<u8>)> {
    let (object, name) = match command {
        OperatorCommand::StatusSet(change) | OperatorCommand::StatusUnset(change) => (change.object, &change.name),
        OperatorCommand::ObjectHandover(hand) => (hand.object, &hand.name),
        OperatorCommand::LockSet(lock) | OperatorCommand::LockUnset(lock) => (ObjectKind::Domain, &lock.name),
        OperatorCommand::DomainDelete(remove) => (ObjectKind::Domain, &remove.name),
        OperatorCommand::IdnRekey(rekey) => (ObjectKind::Domain, &rekey.name),
        OperatorCommand::DomainRestore(back) => (ObjectKind::Domain, &back.name),
        OperatorCommand::ContactRedact(redact) => (ObjectKind::Contact, &redact.id),
        OperatorCommand::ContactOrphan(orphan) => (ObjectKind::Contact, &orphan.id),
        OperatorCommand::TldAdd(_)
        | OperatorCommand::TldSet(_)
        | OperatorCommand::RegistrarAdd(_)
        | OperatorCommand::RegistrarSet(_)
        | OperatorCommand::RegistrarSetPassword(_)
        | OperatorCommand::RegistrarAddCert(_)
        | OperatorCommand::RegistrarRemoveCert(_)
        | OperatorCommand::RegistrarSuspend(_)
        | OperatorCommand::RegistrarTerminate(_)
        | OperatorCommand::PolicySet(_)
        | OperatorCommand::PriceSet(_)
        | OperatorCommand::PriceRemove(_)
        | OperatorCommand::BillingOpen(_)
        | OperatorCommand::BillingSet(_)
        | OperatorCommand::BillingPay(_)
        | OperatorCommand::BillingCorrect(_)
        | OperatorCommand::ListLoad(_)
        | OperatorCommand::ListRemove(_)
        | OperatorCommand::LaunchPhaseSet(_)
        | OperatorCommand::LaunchPhaseRemove(_)
        | OperatorCommand::LaunchAllocate(_)
        | OperatorCommand::LaunchRefuse(_)
        | OperatorCommand::LaunchStatus(_)
        | OperatorCommand::TmchLoad(_)
        | OperatorCommand::EscrowMade(_)
        | OperatorCommand::EscrowStep(_)
        | OperatorCommand::EscrowVerdict(_)
        | OperatorCommand::MaintenanceAdd(_)
        | OperatorCommand::MaintenanceSet(_)
        | OperatorCommand::MaintenanceRemove(_)
        | OperatorCommand::TokenAdd(_)
        | OperatorCommand::TokenRevoke(_)
        | OperatorCommand::RdapClientAdd(_)
        | OperatorCommand::RdapClientSet(_)
        | OperatorCommand::RdapClientAddToken(_)
        | OperatorCommand::RdapClientRemoveToken(_)
        | OperatorCommand::RdapClientAddCert(_)
        | OperatorCommand::RdapClientRemoveCert(_)
        | OperatorCommand::RdapClientSuspend(_)
        | OperatorCommand::RdapClientRemove(_)
        | OperatorCommand::IdnLoad(_)
        | OperatorCommand::IdnRemove(_) => return Vec::new(),
    };
    match object {
        ObjectKind::Domain => vec![(Kind::Domain, name.to_ascii_lowercase().into_bytes())],
        ObjectKind::Contact => vec![(Kind::Contact, name.clone().into_bytes())],
        ObjectKind::Host => Vec::new(),
    }
}
