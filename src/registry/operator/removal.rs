//! A domain deleted and restored by the registry: the same stages as for its sponsor, without being stopped by what only stops
//! clients.

use crate::model::change::ChangeOperation;
use crate::model::operator::{DomainRemove, DomainReturn, OperatorRefusal};
use crate::model::record::Kind;
use crate::model::status::Status;
use crate::model::transaction::Change;
use crate::model::view::{View, key};
use crate::registry::changed::{self, Done, Object};
use crate::registry::operator::{domain_of, line, tld_of};
use crate::registry::{Cause, domain, notes};

/// `domain-delete`. A pending transfer comes to nothing, and what was paid in grace periods that run is given back.
///
/// `clientDeleteProhibited` goes: it must not stand beside `pendingDelete` (RFC 5731, section 2.3), and is the client's word
/// against its own deletes.
///
/// # Errors
/// No such domain; deleted already; a server status or lock against it; hosts below it, unless it is purged and they serve no
/// domain.
pub(crate) fn delete<V: View>(
    view: &V,
    cause: &Cause<'_>,
    remove: &DomainRemove,
) -> Result<Vec<Change>, OperatorRefusal> {
    let mut domain = domain_of(view, &remove.name)?;
    let tld = tld_of(view, &domain)?;
    let reason = line("reason", remove.reason.as_deref())?;
    let (name, sponsor) = (domain.name.clone(), domain.sponsor.clone());
    if domain.statuses.has(Status::ServerDeleteProhibited) {
        let why =
            format!("domain {name} has serverDeleteProhibited; take it away first (admin status unset, or unlock)");
        return Err(OperatorRefusal::Conflict { why });
    }
    let below: Vec<_> = view.subordinate_hosts(&name).filter_map(|id| view.host(id)).collect();
    let used = below.iter().find(|host| !remove.purge || view.host_links(host.id.to_native()) > 0);
    if let Some(host) = used {
        let (host, links) = (&host.name, view.host_links(host.id.to_native()));
        let why = format!(
            "host {host} stands below domain {name}, the name server of {links} domains; its sponsor renames or deletes it \
             first, and a purge takes hosts that serve none along"
        );
        return Err(OperatorRefusal::Conflict { why });
    }
    if domain.removal.is_some() && !remove.purge {
        return Err(OperatorRefusal::Unchanged { state: format!("domain {name} is deleted already") });
    }
    let before = domain.clone();
    let mut changes = Vec::new();
    domain::transfer::halt(view, cause, &mut changes, &mut domain);
    domain.statuses = domain.statuses.without(Status::ClientDeleteProhibited);
    (domain.updated, domain.updater) = (Some(cause.now), None);
    if domain.removal.is_none() {
        domain::removal::remove(view, tld, cause, &mut changes, (&mut domain, before.statuses), None);
    }
    for host in &below {
        let id = host.id.to_native();
        changes.push(Change::DeleteHost { id });
        changes.extend(notes::delete(view, Kind::Host, &key::host(id), host.statuses.get()));
    }
    let gone = remove.purge || domain.removal.is_none();
    if remove.purge && domain.removal.is_some() {
        changes.extend(domain::removal::purge(view, &name, before.statuses, cause.now));
    }
    if !gone {
        let statuses = (before.statuses, domain.statuses);
        changes.extend(notes::change(view, Kind::Domain, name.as_bytes(), statuses, Vec::new()));
    }
    // RFC 8590, section 2.1: "If the delete operation results in an immediate purge of the object, then the "op" attribute MUST
    // be set to "purge"."
    let op = if gone { "purge" } else { "" };
    let done = Done { op, before: gone, reason, ..Done::plain(ChangeOperation::Delete) };
    let text = if gone { "purged" } else { "deleted" };
    let shown = if gone { &before } else { &domain };
    let text = format!("The registry {text} domain {name}{}.", super::said(reason));
    changed::tell(view, cause, &mut changes, &sponsor, &Object::Domain(shown), done, &text);
    Ok(changes)
}

/// `domain-restore`, at any stage before the purge, without report and without fee; what has expired meanwhile is renewed.
///
/// # Errors
/// No such domain; it is not deleted.
pub(crate) fn restore<V: View>(
    view: &V,
    cause: &Cause<'_>,
    back: &DomainReturn,
) -> Result<Vec<Change>, OperatorRefusal> {
    let mut domain = domain_of(view, &back.name)?;
    let tld = tld_of(view, &domain)?;
    let reason = line("reason", back.reason.as_deref())?;
    let name = domain.name.clone();
    if domain.removal.is_none() {
        return Err(OperatorRefusal::Unchanged { state: format!("domain {name} is not deleted") });
    }
    domain::restore::restored(tld, &mut domain, cause.now);
    (domain.updated, domain.updater) = (Some(cause.now), None);
    let mut changes = vec![Change::PutDomain(domain.clone())];
    // RFC 8590, section 2.1: a restore "MUST set the "op" attribute"; no report has come, and none is wanted.
    let done = Done { op: "request", reason, ..Done::plain(ChangeOperation::Restore) };
    let text = format!("The registry restored domain {name}{}.", super::said(reason));
    changed::tell(view, cause, &mut changes, &domain.sponsor, &Object::Domain(&domain), done, &text);
    Ok(changes)
}
