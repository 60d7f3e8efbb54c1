//! `domain:create` (RFC 5731, section 3.2.1): a name gets its sponsor, its term and what it refers to.

use crate::model::answer::{Answer, Success};
use crate::model::command::DomainCreate;
use crate::model::record::{ArchivedTld, Domain, DomainContact};
use crate::model::refusal::{Fault, Refusal};
use crate::model::status::Statuses;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::domain::{NAME, contacts, delegation, place, term};
use crate::registry::{Decision, Request, checks};

/// Registers a name at once.
///
/// # Result codes
/// - 1000
/// - 2003: no registrant, no contact of a required role, or a contact without type (maximum data model)
/// - 2005: no valid name, or name of a name server
/// - 2102: authInfo that is no password
/// - 2302: the name is registered
/// - 2303: a host or contact does not exist
/// - 2304: a host or contact has a status that keeps others from referring to it
/// - 2306: a name that stands not directly under one of our TLDs, or is an IDN where none is taken; a period outside of
///   the bounds; host attributes; a host or contact named twice; too many of either; a host of ours without address;
///   contacts in the minimum data model; an authInfo too long or with a ROID
pub(crate) fn decide<V: View>(view: &V, request: &Request<'_>, create: &DomainCreate) -> Result<Decision, Refusal> {
    let name = checks::normalized(NAME, &create.name)?;
    let tld = place::tld(view, &name).map_err(|misplaced| misplaced.refusal(&create.name))?;

    if view.domain(&name).is_some() {
        return Err(Refusal::Exists(Fault::new(NAME, create.name.as_str(), "the name is registered")));
    }
    let months = term::months(tld, create.period, tld.default_months.to_native())?;
    let hosts = delegation::hosts(view, create.name_servers.as_ref())?;
    delegation::countable(hosts.len())?;
    hosts.iter().try_for_each(|host| delegation::delegable(host))?;
    let contacts = contacts(view, tld, create)?;
    let auth = checks::new_auth(request, "domain", &create.auth)?;

    let now = request.now.trunc_millis();
    let expires = now.plus_months(months);
    let domain = Domain {
        id: request.sequence,
        roid: checks::roid('D', request.sequence, &tld.repository_id),
        name: name.clone(),
        tld: tld.name.to_string(),
        sponsor: request.clid.to_owned(),
        creator: request.clid.to_owned(),
        created: now,
        updater: None,
        updated: None,
        expires,
        transferred: None,
        statuses: Statuses::NONE,
        registrant: create.registrant.clone(),
        contacts,
        name_servers: hosts.iter().map(|host| host.id.to_native()).collect(),
        auth,
        transfer: None,
    };

    let changes = vec![Change::PutDomain(domain)];
    let answer = Answer::DomainCreated { name, created: now, expires };
    Ok(Decision { changes, success: Success::Completed, answer })
}

/// The contacts of the new domain, with its registrant verified too.
fn contacts<V: View>(view: &V, tld: &ArchivedTld, create: &DomainCreate) -> Result<Vec<DomainContact>, Refusal> {
    if !contacts::wanted(tld) {
        return match (&create.registrant, create.contacts.first()) {
            (Some(id), _) => Err(contacts::unwanted(contacts::REGISTRANT, id)),
            (None, Some(contact)) => Err(contacts::unwanted(contacts::CONTACT, &contact.id)),
            (None, None) => Ok(Vec::new()),
        };
    }
    let Some(registrant) = &create.registrant else {
        let fault = Fault::new(contacts::REGISTRANT, "", "domains of this TLD have a registrant (maximum data model)");
        return Err(Refusal::MissingParameter(fault));
    };
    let contacts = contacts::typed(&create.contacts)?;
    contacts::countable(contacts.len())?;
    if let Some(role) = contacts::missing(tld, &contacts) {
        let reason = format!("domains of this TLD have a contact of type {}", role.name());
        return Err(Refusal::MissingParameter(Fault::new(contacts::CONTACT, "", reason)));
    }
    contacts::linkable(view, contacts::REGISTRANT, registrant)?;
    contacts.iter().try_for_each(|contact| contacts::linkable(view, contacts::CONTACT, &contact.id))?;
    Ok(contacts)
}
