//! `domain:update` (RFC 5731, section 3.2.5): other hosts, contacts, statuses, registrant or authInfo.

use crate::model::answer::{Answer, Success};
use crate::model::command::{DomainAddRem, DomainChange, DomainUpdate};
use crate::model::lifecycle;
use crate::model::record::{ArchivedTld, Domain, DomainContact};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::domain::{self, NAME, contacts, delegation};
use crate::registry::{Decision, Request, checks};

/// Changes a domain. What is removed must be there, and what is added must not: a client that is wrong about the
/// domain learns so.
///
/// # Result codes
/// - 1000
/// - 2003: none of add, rem and chg; a contact without type
/// - 2005: no valid name, or name of a name server
/// - 2102: authInfo that is no password
/// - 2201: another client sponsors it
/// - 2303: no such domain, host or contact
/// - 2304: client or server prohibit it, or an action is pending; a host or contact comes or goes
/// - 2306: a host, contact or status is added that is there or removed that is not, or is named twice; a status that is
///   not the client's; host attributes; a host of ours without address; too many hosts or contacts; contacts in the
///   minimum data model, no registrant or required contact left in the maximum; an authInfo too long or with a ROID
pub(crate) fn decide<V: View>(view: &V, request: &Request<'_>, update: &DomainUpdate) -> Result<Decision, Refusal> {
    if update.add.is_none() && update.rem.is_none() && update.chg.is_none() {
        // RFC 5731, section 3.2.5: "At least one [...] MUST be provided if the command is not being extended."
        let fault = Fault::new(Element::domain("update"), "", "add, rem or chg must be there");
        return Err(Refusal::MissingParameter(fault));
    }
    let found = domain::load(view, &update.name)?;
    let tld = domain::tld_of(view, found)?;
    let nothing = DomainAddRem::default();
    let (add, rem) = (update.add.as_ref().unwrap_or(&nothing), update.rem.as_ref().unwrap_or(&nothing));

    checks::sponsored_by(request.clid, &found.sponsor, NAME, &update.name)?;
    checks::may_update(lifecycle::domain(found), &rem.statuses, NAME, &update.name)?;

    let mut domain = checks::native::<Domain>(found);
    let status = Element::domain("status");
    domain.statuses = checks::change_statuses(domain.statuses, &add.statuses, &rem.statuses, status)?;
    change_name_servers(view, &mut domain.name_servers, add, rem)?;
    change_contacts(view, tld, &mut domain.contacts, add, rem)?;
    if let Some(chg) = &update.chg {
        change_registrant(view, tld, &mut domain.registrant, chg)?;
        if let Some(auth) = &chg.auth {
            domain.auth = checks::new_auth(request, "domain", auth)?;
        }
    }
    domain.updater = Some(request.clid.to_owned());
    domain.updated = Some(request.now.trunc_millis());

    let changes = vec![Change::PutDomain(domain)];
    Ok(Decision { changes, success: Success::Completed, answer: Answer::Empty })
}

fn change_name_servers<V: View>(
    view: &V,
    name_servers: &mut Vec<u64>,
    add: &DomainAddRem,
    rem: &DomainAddRem,
) -> Result<(), Refusal> {
    let refuse = |name: &str, why: &'static str| Err(Refusal::Policy(Fault::new(delegation::HOST, name, why)));
    let removed = delegation::hosts(view, rem.name_servers.as_ref())?;
    let added = delegation::hosts(view, add.name_servers.as_ref())?;
    for host in &removed {
        let Some(place) = name_servers.iter().position(|id| host.id == *id) else {
            return refuse(&host.name, "a host to be removed must be a name server of the domain");
        };
        name_servers.remove(place);
    }
    for host in &added {
        if removed.iter().any(|removed| removed.id == host.id) {
            return refuse(&host.name, "the same host cannot be added and removed by one command");
        }
        if name_servers.contains(&host.id.to_native()) {
            return refuse(&host.name, "the host is a name server of the domain already");
        }
        delegation::delegable(host)?;
        name_servers.push(host.id.to_native());
    }
    delegation::countable(name_servers.len())
}

fn change_contacts<V: View>(
    view: &V,
    tld: &ArchivedTld,
    contacts: &mut Vec<DomainContact>,
    add: &DomainAddRem,
    rem: &DomainAddRem,
) -> Result<(), Refusal> {
    let Some(first) = add.contacts.first().or(rem.contacts.first()) else { return Ok(()) };
    if !contacts::wanted(tld) {
        return Err(contacts::unwanted(contacts::CONTACT, &first.id));
    }
    let refuse = |id: &str, why: &'static str| Err(Refusal::Policy(Fault::new(contacts::CONTACT, id, why)));
    let (added, removed) = (contacts::typed(&add.contacts)?, contacts::typed(&rem.contacts)?);
    for contact in &removed {
        let Some(place) = contacts.iter().position(|known| known == contact) else {
            return refuse(&contact.id, "a contact to be removed must be there with that type");
        };
        contacts.remove(place);
    }
    for contact in added {
        if removed.contains(&contact) {
            return refuse(&contact.id, "the same contact cannot be added and removed by one command");
        }
        if contacts.contains(&contact) {
            return refuse(&contact.id, "the contact is there already with that type");
        }
        contacts::linkable(view, contacts::CONTACT, &contact.id)?;
        contacts.push(contact);
    }
    contacts::countable(contacts.len())?;
    match contacts::missing(tld, contacts) {
        None => Ok(()),
        Some(role) => refuse(role.name(), "domains of this TLD keep a contact of this type"),
    }
}

/// "An empty element can be used to remove registrant information" (RFC 5731, section 3.2.5), where the data model lets
/// a domain be without.
fn change_registrant<V: View>(
    view: &V,
    tld: &ArchivedTld,
    registrant: &mut Option<String>,
    chg: &DomainChange,
) -> Result<(), Refusal> {
    match chg.registrant.as_deref() {
        None => Ok(()),
        Some("") if contacts::wanted(tld) => {
            let reason = "domains of this TLD have a registrant (maximum data model)";
            Err(Refusal::Policy(Fault::new(contacts::REGISTRANT, "", reason)))
        }
        Some("") => {
            *registrant = None;
            Ok(())
        }
        Some(id) if contacts::wanted(tld) => {
            contacts::linkable(view, contacts::REGISTRANT, id)?;
            *registrant = Some(id.to_owned());
            Ok(())
        }
        Some(id) => Err(contacts::unwanted(contacts::REGISTRANT, id)),
    }
}
