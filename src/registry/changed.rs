//! Telling a registrar what the registry did to one of its objects, with the object as it is then (RFC 8590).

use crate::model::change::{CaseKind, ChangeCase, ChangeOperation, ObjectChange, Snapshot};
use crate::model::lifecycle;
use crate::model::poll_data::PollData;
use crate::model::record::{ArchivedContact, ArchivedDomain, ArchivedHost, Contact, Domain, Host, Kind};
use crate::model::seal;
use crate::model::status::Statuses;
use crate::model::transaction::Change;
use crate::model::version::tag;
use crate::model::view::View;
use crate::registry::{Cause, checks};

/// As whom the registry acts, where nothing more is known.
pub(crate) const REGISTRY: &str = "Registry";

/// What was done, beside the object.
#[derive(Clone, Copy)]
pub(crate) struct Done<'a> {
    /// operation.
    pub(crate) operation: ChangeOperation,
    /// op: what RFC 8590, section 2.1, wants beside the operation, as `purge` for a delete that leaves nothing, or the name of a
    /// custom one; empty: none.
    pub(crate) op: &'a str,
    /// Whether the object is shown as it was before: where nothing is left of it after.
    pub(crate) before: bool,
    /// who.
    pub(crate) who: &'a str,
    /// caseId, with its type; an empty one: none.
    pub(crate) case: (CaseKind, &'a str),
    /// reason; empty: none.
    pub(crate) reason: &'a str,
}

impl Done<'_> {
    /// An update of the registry's, for no more than itself.
    pub(crate) const fn plain(operation: ChangeOperation) -> Self {
        Self { operation, op: "", before: false, who: REGISTRY, case: (CaseKind::Custom, ""), reason: "" }
    }
}

/// An object as a message shows it.
pub(crate) enum Object<'a> {
    /// A domain.
    Domain(&'a Domain),
    /// A host.
    Host(&'a Host),
    /// A contact.
    Contact(&'a Contact),
}

/// Queues the message.
pub(crate) fn tell<V: View>(
    view: &V,
    cause: &Cause<'_>,
    changes: &mut Vec<Change>,
    registrar: &str,
    object: &Object<'_>,
    done: Done<'_>,
    text: &str,
) {
    let case = |(kind, id): (CaseKind, &str)| (!id.is_empty()).then(|| ChangeCase { id: id.to_owned(), kind });
    let change = ObjectChange {
        object: snapshot(view, object),
        before: done.before,
        operation: done.operation,
        op: done.op.to_owned(),
        date: cause.now,
        sv_trid: cause.sv_trid.to_owned(),
        who: done.who.to_owned(),
        case: case(done.case),
        reason: done.reason.to_owned(),
    };
    checks::notify(view, cause.now, changes, registrar, text, PollData::Changed(change));
}

/// The object as it is now.
pub(crate) fn snapshot<V: View>(view: &V, object: &Object<'_>) -> Snapshot {
    match object {
        Object::Domain(domain) => {
            let bytes = seal::archive(*domain);
            let shown = seal::access::<ArchivedDomain>(Kind::Domain, &bytes).map(lifecycle::domain);
            let names = |ids: &mut dyn Iterator<Item = u64>| {
                ids.filter_map(|id| view.host(id)).map(|host| host.name.to_string()).collect()
            };
            Snapshot {
                name_servers: names(&mut domain.name_servers.iter().copied()),
                hosts: names(&mut view.subordinate_hosts(&domain.name)),
                ..bare(Kind::Domain, &bytes, shown.unwrap_or(domain.statuses))
            }
        }
        Object::Host(host) => {
            let bytes = seal::archive(*host);
            let shown = seal::access::<ArchivedHost>(Kind::Host, &bytes).map(|host| lifecycle::host(view, host));
            bare(Kind::Host, &bytes, shown.unwrap_or(host.statuses))
        }
        Object::Contact(contact) => {
            let bytes = seal::archive(*contact);
            let linked = view.contact_links(&contact.id) > 0;
            let shown = seal::access::<ArchivedContact>(Kind::Contact, &bytes);
            let shown = shown.map(|contact| lifecycle::contact(contact, linked));
            bare(Kind::Contact, &bytes, shown.unwrap_or(contact.statuses))
        }
    }
}

fn bare(kind: Kind, record: &[u8], statuses: Statuses) -> Snapshot {
    Snapshot { tag: tag(kind), record: record.to_vec(), statuses, name_servers: Vec::new(), hosts: Vec::new() }
}
