//! Another sponsoring client by the registry's hand: for a decision that binds it, and for the portfolio of a registrar that
//! goes (ICANN's bulk transfers, whole or in part).

use crate::model::change::{CaseKind, ChangeOperation};
use crate::model::operator::{Handover, ObjectKind, OperatorRefusal};
use crate::model::record::{Contact, Host, RemovalStage, Transfer, TransferState};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::changed::{self, Done, Object};
use crate::registry::operator::{case, contact_of, domain_of, host_of, line};
use crate::registry::{Cause, contact, domain};

/// `object-handover`: no fee and no year; a pending transfer comes to nothing, the authInfo is unset, hosts below a domain
/// follow. Both registrars are told, but for one that is terminated.
///
/// # Errors
/// No such object or registrar; sponsored by that registrar already, or not by the one named; a host that follows its domain;
/// a domain that is about to be purged.
pub(crate) fn decide<V: View>(view: &V, cause: &Cause<'_>, hand: &Handover) -> Result<Vec<Change>, OperatorRefusal> {
    let told = Told { reason: line("reason", hand.reason.as_deref())?, case: case(hand.case.as_deref())? };
    let to = hand.to.as_str();
    let Some(gaining) = view.registrar(to) else {
        return Err(OperatorRefusal::DoesNotExist {
            what: "registrar",
            name: to.into(),
            advice: "registrar list shows all",
        });
    };
    if gaining.terminated.is_some() {
        return Err(OperatorRefusal::Conflict { why: format!("registrar {to} is terminated; name another one") });
    }
    match hand.object {
        ObjectKind::Domain => of_domain(view, cause, hand, told),
        ObjectKind::Host => of_host(view, cause, hand, told),
        ObjectKind::Contact => of_contact(view, cause, hand, told),
    }
}

#[derive(Clone, Copy)]
struct Told<'a> {
    reason: &'a str,
    case: &'a str,
}

fn of_domain<V: View>(
    view: &V,
    cause: &Cause<'_>,
    hand: &Handover,
    told: Told<'_>,
) -> Result<Vec<Change>, OperatorRefusal> {
    let mut domain = domain_of(view, &hand.name)?;
    let losing = domain.sponsor.clone();
    moves(hand, &losing)?;
    match &mut domain.removal {
        Some(removal) if removal.stage == RemovalStage::Deletion => {
            let why = format!("domain {} is about to be purged; restore it first, or let it go", domain.name);
            return Err(OperatorRefusal::Conflict { why });
        }
        // Whoever gets it can restore it; the one who asked for the delete has no part in its purge any more.
        Some(removal) => removal.asked = None,
        None => {}
    }
    let mut changes = Vec::new();
    domain::transfer::halt(view, cause, &mut changes, &mut domain);
    domain.transfer = Some(transfer(&losing, &hand.to, cause));
    domain::transfer::given(view, &mut changes, &mut domain, &hand.to, cause.now);
    changes.push(Change::PutDomain(domain.clone()));
    tell(view, cause, &mut changes, (&losing, &hand.to), &Object::Domain(&domain), &domain.name, told);
    Ok(changes)
}

fn of_host<V: View>(
    view: &V,
    cause: &Cause<'_>,
    hand: &Handover,
    told: Told<'_>,
) -> Result<Vec<Change>, OperatorRefusal> {
    let mut host: Host = host_of(view, &hand.name)?;
    let losing = host.sponsor.clone();
    moves(hand, &losing)?;
    if let Some(domain) = &host.superordinate {
        let why = format!("host {} follows its domain; hand over {domain} instead", host.name);
        return Err(OperatorRefusal::Conflict { why });
    }
    host.sponsor.clone_from(&hand.to);
    host.transferred = Some(cause.now);
    let mut changes = vec![Change::PutHost(host.clone())];
    tell(view, cause, &mut changes, (&losing, &hand.to), &Object::Host(&host), &host.name, told);
    Ok(changes)
}

fn of_contact<V: View>(
    view: &V,
    cause: &Cause<'_>,
    hand: &Handover,
    told: Told<'_>,
) -> Result<Vec<Change>, OperatorRefusal> {
    let mut contact: Contact = contact_of(view, &hand.name)?;
    let losing = contact.sponsor.clone();
    moves(hand, &losing)?;
    let mut changes = Vec::new();
    contact::transfer_end::halt(view, cause, &mut changes, &mut contact);
    contact.transfer = Some(transfer(&losing, &hand.to, cause));
    contact.sponsor.clone_from(&hand.to);
    contact.transferred = Some(cause.now);
    (contact.auth, contact.auth_until) = (None, None);
    changes.push(Change::PutContact(contact.clone()));
    tell(view, cause, &mut changes, (&losing, &hand.to), &Object::Contact(&contact), &contact.id, told);
    Ok(changes)
}

/// That the object goes from where it is said to be to somewhere else.
fn moves(hand: &Handover, losing: &str) -> Result<(), OperatorRefusal> {
    let object = format!("{} {}", hand.object.name(), hand.name);
    if losing == hand.to {
        return Err(OperatorRefusal::Unchanged { state: format!("{object} is sponsored by {losing} already") });
    }
    match hand.from.as_deref().filter(|from| *from != losing) {
        Some(from) => Err(OperatorRefusal::Conflict {
            why: format!("{object} is sponsored by {losing}, not by {from}; leave it"),
        }),
        None => Ok(()),
    }
}

/// A transfer that was approved by the registry in the moment it was asked for.
fn transfer(losing: &str, gaining: &str, cause: &Cause<'_>) -> Transfer {
    Transfer {
        state: TransferState::ServerApproved,
        requester: gaining.to_owned(),
        requested: cause.now,
        actor: losing.to_owned(),
        act: cause.now,
        months: 0,
        expires: None,
    }
}

fn tell<V: View>(
    view: &V,
    cause: &Cause<'_>,
    changes: &mut Vec<Change>,
    (losing, gaining): (&str, &str),
    object: &Object<'_>,
    name: &str,
    told: Told<'_>,
) {
    // RFC 8590, section 2.1: a transfer "MUST set the "op" attribute"; this one is approved in the moment it is asked for.
    let plain = Done { op: "approve", ..Done::plain(ChangeOperation::Transfer) };
    let done = Done { case: (CaseKind::Custom, told.case), reason: told.reason, ..plain };
    let kind = match object {
        Object::Domain(_) => "domain",
        Object::Host(_) => "host",
        Object::Contact(_) => "contact",
    };
    let text = format!("The registry gave {kind} {name} from {losing} to {gaining}{}.", super::said(told.reason));
    for registrar in [losing, gaining] {
        if view.registrar(registrar).is_some_and(|registrar| registrar.terminated.is_none()) {
            changed::tell(view, cause, changes, registrar, object, done, &text);
        }
    }
}
