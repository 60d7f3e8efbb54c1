//! `contact:update` (RFC 5733, section 3.2.5).
//!
//! What a change leaves out stays. An empty `org`, `voice` or `fax` removes the value, an empty authInfo unsets it (RFC
//! 9154, section 5.2), an address and a disclose replace the ones before. A postal info of a type that the contact does
//! not have yet is added, and must be whole then.

use crate::model::answer::{Answer, Success};
use crate::model::command::{ContactChange, ContactUpdate, PostalChange};
use crate::model::record::{Contact, Kind, PostalInfo};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::contact::{ID, disclosure, fields, find};
use crate::registry::{Decision, Request, checks, new_auth, notes, orphans};

/// # Result codes
/// - 1000
/// - 2003: nothing to add, remove or change; a new postal info without name or address; a disclose that names nothing
/// - 2005: a field that is not of its form: see [`crate::registry::contact::fields`]
/// - 2102: authInfo other than a password
/// - 2201: another client sponsors the contact
/// - 2202: an authInfo that is weaker than the registry asks for (RFC 9154, section 5.2)
/// - 2303: no contact has the identifier
/// - 2304: a status prohibits it
/// - 2306: a status added that is there, removed that is not, or not the client's; two postal infos of one type; an
///   authInfo, extension, or status's text or language tag that is too long
pub(crate) fn decide<V: View>(view: &V, request: &Request<'_>, update: &ContactUpdate) -> Result<Decision, Refusal> {
    // Load.
    let id = &update.id;
    let contact = find(view, id)?;
    let add = update.add.as_deref().unwrap_or_default();
    let rem = update.rem.as_deref().unwrap_or_default();

    // Verify.
    checks::sponsored_by(request.clid, &contact.sponsor, ID, id)?;
    given(update)?;
    let mut changed: Contact = checks::native::<Contact>(contact);
    if changed.orphan.is_some() {
        orphans::kept(&mut changed, orphans::begun(view, request.now.trunc_millis()));
    }
    checks::may_update(changed.statuses, rem, ID, id)?;

    // Change.
    let status = Element::contact("status");
    changed.statuses = checks::change_statuses(changed.statuses, add, rem, status)?;
    let notes = notes::written(add, status)?;
    if let Some(chg) = &update.chg {
        change(view, request, &mut changed, chg)?;
    }
    changed.updater = Some(request.clid.to_owned());
    changed.updated = Some(request.now.trunc_millis());

    // Record and answer.
    let notes =
        notes::change(view, Kind::Contact, changed.id.as_bytes(), (contact.statuses.get(), changed.statuses), notes);
    let changes = std::iter::once(Change::PutContact(changed)).chain(notes).collect();
    Ok(Decision { changes, success: Success::Completed, answer: Answer::Empty })
}

/// "At least one <contact:add>, <contact:rem>, or <contact:chg> element MUST be provided", and in a chg "at least one child
/// element MUST be present" (RFC 5733, section 3.2.5). The schema says neither.
fn given(update: &ContactUpdate) -> Result<(), Refusal> {
    let missing = |element, reason: &'static str| {
        Err(Refusal::MissingParameter(Fault::new(Element::contact(element), "", reason)))
    };
    if update.add.is_none() && update.rem.is_none() && update.chg.is_none() {
        return missing("update", "expected something to add, remove or change");
    }
    match &update.chg {
        Some(chg) if *chg == ContactChange::default() => missing("chg", "expected something to change"),
        _ => Ok(()),
    }
}

fn change<V: View>(view: &V, request: &Request<'_>, contact: &mut Contact, chg: &ContactChange) -> Result<(), Refusal> {
    fields::distinct_kinds(chg.postal.iter().map(|postal| postal.kind))?;
    for postal in &chg.postal {
        match contact.postal.iter_mut().find(|info| info.kind == postal.kind) {
            Some(info) => change_postal(info, postal)?,
            None => contact.postal.push(whole_postal(postal)?),
        }
    }
    if let Some(voice) = &chg.voice {
        contact.voice = fields::phone("voice", voice)?;
    }
    if let Some(fax) = &chg.fax {
        contact.fax = fields::phone("fax", fax)?;
    }
    if let Some(email) = &chg.email {
        contact.email = fields::email(email)?;
    }
    if let Some(auth) = &chg.auth {
        let new = new_auth::decide(view, request, "contact", auth)?;
        (contact.auth, contact.auth_until) = (new.auth, new.until);
    }
    if let Some(disclose) = chg.disclose {
        contact.disclose = Some(disclosure(disclose)?);
    }
    Ok(())
}

fn change_postal(info: &mut PostalInfo, change: &PostalChange) -> Result<(), Refusal> {
    if let Some(name) = &change.name {
        info.name = fields::mandatory("name", name, change.kind)?;
    }
    if let Some(org) = &change.org {
        info.org = fields::optional("org", org, change.kind)?;
    }
    if let Some(address) = &change.address {
        info.address = fields::address(address, change.kind)?;
    }
    Ok(())
}

/// The postal info that a change adds: what a create would need must be there.
fn whole_postal(change: &PostalChange) -> Result<PostalInfo, Refusal> {
    let missing = |element| {
        let reason = format!("the contact has no {} postalInfo yet: a new one needs name and addr", change.kind.name());
        Refusal::MissingParameter(Fault::new(Element::contact(element), "", reason))
    };
    let name = change.name.clone().ok_or_else(|| missing("name"))?;
    let address = change.address.clone().ok_or_else(|| missing("addr"))?;
    fields::postal_info(&PostalInfo { kind: change.kind, name, org: change.org.clone(), address })
}
