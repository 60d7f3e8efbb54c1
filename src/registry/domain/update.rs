//! `domain:update` (RFC 5731, section 3.2.5): other hosts, contacts, statuses, registrant or authInfo.

use crate::model::answer::{Answer, Success};
use crate::model::command::{DomainAddRem, DomainChange, DomainUpdate};
use crate::model::lifecycle;
use crate::model::record::{ArchivedTld, Domain, HostModel, Kind};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::domain::{self, NAME, contacts, delegation, host_attributes, restore, sec_dns};
use crate::registry::{Decision, Request, billing, checks, new_auth, notes, orphans, tariff, ttl};

/// Changes a domain; with `rgp:restore` it is [`restore`]'s. What is removed must be there, and what is added must not: a client that is wrong about the
/// domain learns so.
///
/// # Result codes
/// - 1000
/// - 2003: none of add, rem and chg; a contact without type; a host attribute without address that needs glue; a TTL of
///   custom records without their type; DNSSEC data ([`sec_dns`])
/// - 2004: a fee in another currency than the account's; a TTL below or above what the TLD allows; DNSSEC data
/// - 2005: no valid name, or name or address of a name server; DNSSEC data
/// - 2102: authInfo that is no password; DNSSEC data
/// - 2201: another client sponsors it
/// - 2202: an authInfo that is weaker than the registry asks for (RFC 9154, section 5.2)
/// - 2303: no such domain, host or contact
/// - 2304: client or server prohibit it, or an action is pending; a host or contact comes or goes
/// - 2306: a host, contact or status is added that is there or removed that is not, or is named twice; a status that is
///   not the client's; host attributes where the TLD has host objects, and the other way round; a host of ours without
///   address, a host attribute with one that is not wanted or not for public use; too many hosts or contacts; contacts
///   added in the minimum data model, no registrant or required contact left in the maximum; an authInfo too long or
///   with a ROID; a status's text or language tag too long; a TTL of records that a domain does not have; DNSSEC data
pub(crate) fn decide<V: View>(view: &V, request: &Request<'_>, update: &DomainUpdate) -> Result<Decision, Refusal> {
    let is_extended = update.fee.is_some() || update.sec_dns.is_some() || !update.ttls.is_empty();
    if update.add.is_none() && update.rem.is_none() && update.chg.is_none() && !is_extended {
        // RFC 5731, section 3.2.5: "At least one [...] MUST be provided if the command is not being extended."
        let fault = Fault::new(Element::domain("update"), "", "add, rem or chg must be there");
        return Err(Refusal::MissingParameter(fault));
    }
    if let Some(restored) = &update.restore {
        return restore::decide(view, request, update, restored);
    }
    let found = domain::load(view, &update.name)?;
    let tld = domain::tld_of(view, found)?;
    let nothing = DomainAddRem::default();
    let (add, rem) = (update.add.as_ref().unwrap_or(&nothing), update.rem.as_ref().unwrap_or(&nothing));

    checks::sponsored_by(request.clid, &found.sponsor, NAME, &update.name)?;
    checks::may_update(lifecycle::domain(found), &rem.statuses, NAME, &update.name)?;
    let tariff = tariff::of(view, request.clid, &tld.name, &found.class, request.now).ok().flatten();
    tariff::acknowledged(tld, &found.class, tariff.as_ref(), 0, update.fee.as_ref())?;

    let mut domain = checks::native::<Domain>(found);
    let status = Element::domain("status");
    domain.statuses = checks::change_statuses(domain.statuses, &add.statuses, &rem.statuses, status)?;
    let notes = notes::written(&add.statuses, status)?;
    change_references(view, request, tld, &mut domain, update)?;
    domain.updater = Some(request.clid.to_owned());
    domain.updated = Some(request.now.trunc_millis());

    let notes =
        notes::change(view, Kind::Domain, domain.name.as_bytes(), (found.statuses.get(), domain.statuses), notes);
    let mut changes = Vec::from_iter(notes);
    let relinked = update.chg.as_ref().is_some_and(|chg| chg.registrant.is_some())
        || !(add.contacts.is_empty() && rem.contacts.is_empty());
    if relinked {
        orphans::relinked(view, request.now.trunc_millis(), &mut changes, Some(found), Some(&domain));
    }
    changes.insert(0, Change::PutDomain(domain));
    let bill = billing::bill(view, &changes, request.clid, None, &[]);
    Ok(Decision { changes, success: Success::Completed, answer: Answer::DomainUpdated { rgp: Vec::new(), bill } })
}

/// Changes the hosts, contacts, registrant, authInfo, TTLs and DNSSEC data of a domain, registered or applied for.
///
/// # Errors
/// As [`decide`], for these.
pub(in crate::registry) fn change_references<V: View>(
    view: &V,
    request: &Request<'_>,
    tld: &ArchivedTld,
    domain: &mut Domain,
    update: &DomainUpdate,
) -> Result<(), Refusal> {
    let nothing = DomainAddRem::default();
    let (add, rem) = (update.add.as_ref().unwrap_or(&nothing), update.rem.as_ref().unwrap_or(&nothing));
    match tld.host_model.get() {
        HostModel::Objects => change_name_servers(view, &mut domain.name_servers, add, rem)?,
        HostModel::Attributes => {
            host_attributes::remove(&mut domain.host_attributes, rem.name_servers.as_ref())?;
            host_attributes::add(view, &domain.name, &mut domain.host_attributes, add.name_servers.as_ref())?;
        }
    }
    change_contacts(view, tld, domain, add, rem, update.chg.as_ref())?;
    if let Some(chg) = &update.chg {
        change_registrant(view, tld, domain, chg)?;
        if let Some(auth) = &chg.auth {
            let new = new_auth::decide(view, request, "domain", auth)?;
            (domain.auth, domain.auth_until) = (new.auth, new.until);
        }
    }
    domain.ttls = ttl::chosen(Some(tld), ttl::of_domains(tld), std::mem::take(&mut domain.ttls), &update.ttls)?;
    if let Some(change) = &update.sec_dns {
        domain.sec_dns = sec_dns::updated(tld, &domain.name, domain.sec_dns.take(), change)?;
    }
    Ok(())
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

/// Where the data model wants no contacts, those that are there can be taken away: the domain may come from a client, or
/// from a time, of the other one.
fn change_contacts<V: View>(
    view: &V,
    tld: &ArchivedTld,
    domain: &mut Domain,
    add: &DomainAddRem,
    rem: &DomainAddRem,
    chg: Option<&DomainChange>,
) -> Result<(), Refusal> {
    if add.contacts.is_empty() && rem.contacts.is_empty() {
        return Ok(());
    }
    let wanted = contacts::wanted(view, tld, &domain.sponsor);
    if let (false, Some(first)) = (wanted, add.contacts.first()) {
        return Err(contacts::unwanted(tld, contacts::CONTACT, &first.id));
    }
    let contacts = &mut domain.contacts;
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
    if !wanted {
        return Ok(());
    }
    if domain.registrant.is_none() && chg.is_none_or(|chg| chg.registrant.is_none()) {
        // It comes from a client, or from a time, of the other data model.
        let reason = "a domain with contacts has a registrant too (maximum data model)";
        return Err(Refusal::Policy(Fault::new(contacts::REGISTRANT, "", reason)));
    }
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
    domain: &mut Domain,
    chg: &DomainChange,
) -> Result<(), Refusal> {
    let Some(given) = chg.registrant.as_deref() else { return Ok(()) };
    match (given, contacts::wanted(view, tld, &domain.sponsor)) {
        ("", true) => {
            let reason = "domains of this TLD have a registrant (maximum data model)";
            Err(Refusal::Policy(Fault::new(contacts::REGISTRANT, "", reason)))
        }
        ("", false) => {
            domain.registrant = None;
            Ok(())
        }
        (id, true) => {
            contacts::linkable(view, contacts::REGISTRANT, id)?;
            domain.registrant = Some(id.to_owned());
            Ok(())
        }
        (id, false) => Err(contacts::unwanted(tld, contacts::REGISTRANT, id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::limits;
    use crate::model::auth::AuthDigest;
    use crate::model::command::{AuthInfo, ContactReference};
    use crate::model::record::ContactRole::{Admin, Billing, Tech};
    use crate::model::record::DomainContact;
    use crate::model::status::{Status, Statuses};
    use crate::registry::domain::fixture::{
        Row, add, attributes, check_table, chg, contact, contacts, domain, extension, name_servers, password,
        password_of, rem, set_statuses, statuses, update, world,
    };
    use crate::registry::testing::{A, B};

    const FOO: &str = "foo.example";

    fn row(case: &'static str, command: crate::model::command::Transform, code: u16) -> Row {
        (case, &[], A, command, code)
    }

    #[test]
    fn who_may_update_and_when_is_judged() {
        let hold = || add(FOO, statuses(&[Status::ClientHold]));
        let mut rows = vec![
            row("sponsor", hold(), 1000),
            row("upper case", add("FOO.example", statuses(&[Status::ClientHold])), 1000),
            row("nothing at all", update(FOO, |_| ()), 2003),
            row("empty add", add(FOO, DomainAddRem::default()), 1000),
            row("unknown", add("free.example", DomainAddRem::default()), 2303),
            row("no name", add("foo", DomainAddRem::default()), 2005),
            ("other", &[], B, hold(), 2201),
        ];
        for (statuses, code) in [
            (&[Status::ClientUpdateProhibited][..], 2304),
            (&[Status::ServerUpdateProhibited], 2304),
            (&[Status::PendingCreate], 2304),
            (&[Status::PendingDelete], 2304),
            (&[Status::PendingRenew], 2304),
            (&[Status::PendingTransfer], 2304),
            (&[Status::PendingUpdate], 2304),
            (&[Status::ClientDeleteProhibited, Status::ClientRenewProhibited], 1000),
            (&[Status::ServerHold, Status::ServerDeleteProhibited, Status::ServerTransferProhibited], 1000),
        ] {
            rows.push(("status", statuses, A, hold(), code));
        }
        let lift = || rem(FOO, statuses(&[Status::ClientUpdateProhibited]));
        let lift_and_hold = update(FOO, |update| {
            update.rem = Some(statuses(&[Status::ClientUpdateProhibited]));
            update.add = Some(statuses(&[Status::ClientHold]));
        });
        const CLIENT: &[Status] = &[Status::ClientUpdateProhibited];
        const BOTH: &[Status] = &[Status::ClientUpdateProhibited, Status::ServerUpdateProhibited];
        rows.push(("the prohibition is lifted", CLIENT, A, lift(), 1000));
        rows.push(("the prohibition is lifted with more", CLIENT, A, lift_and_hold, 1000));
        rows.push(("the registry prohibits too", BOTH, A, lift(), 2304));
        check_table(rows);
    }

    #[test]
    fn statuses_are_judged() {
        const HELD: &[Status] = &[Status::ClientHold, Status::ServerHold];
        let all: Vec<Status> = Status::ALL.into_iter().filter(|status| status.is_client()).collect();
        let both = update(FOO, |update| {
            update.add = Some(statuses(&[Status::ClientHold]));
            update.rem = Some(statuses(&[Status::ClientHold]));
        });
        check_table(vec![
            row("all of the client's", add(FOO, statuses(&all)), 1000),
            row("one that is not there", rem(FOO, statuses(&[Status::ClientHold])), 2306),
            row("the registry's", add(FOO, statuses(&[Status::ServerHold])), 2306),
            row("ok", add(FOO, statuses(&[Status::Ok])), 2306),
            row("pendingDelete", add(FOO, statuses(&[Status::PendingDelete])), 2306),
            row("inactive", add("plain.example", statuses(&[Status::Inactive])), 2306),
            ("one that is there", HELD, A, add(FOO, statuses(&[Status::ClientHold])), 2306),
            ("one removed", HELD, A, rem(FOO, statuses(&[Status::ClientHold])), 1000),
            ("the registry's removed", HELD, A, rem(FOO, statuses(&[Status::ServerHold])), 2306),
            ("removed and added", HELD, A, both, 2306),
        ]);
    }

    #[test]
    fn name_servers_are_judged() {
        let (ns1, ns2) = ("ns1.example.com", "ns2.example.com");
        let swap = |gone, come| {
            update(FOO, |update| {
                update.rem = Some(name_servers(gone));
                update.add = Some(name_servers(come));
            })
        };
        let attributes = DomainAddRem { name_servers: attributes(&[(ns1, &[])]), ..DomainAddRem::default() };
        check_table(vec![
            row("one more", add(FOO, name_servers(&[ns2])), 1000),
            row("one of ours", add(FOO, name_servers(&["ns1.foo.example"])), 1000),
            row("one of ours without glue", add(FOO, name_servers(&["dry.foo.example"])), 2306),
            row("one that is there", add(FOO, name_servers(&["NS1.example.com"])), 2306),
            row("one twice", add(FOO, name_servers(&[ns2, ns2])), 2306),
            row("unknown", add(FOO, name_servers(&["ns3.example.com"])), 2303),
            row("no name", add(FOO, name_servers(&["ns3"])), 2005),
            row("attributes", add(FOO, attributes.clone()), 2306),
            row("attributes removed", rem(FOO, attributes), 2306),
            row("the last one removed", rem(FOO, name_servers(&[ns1])), 1000),
            row("one removed that is not there", rem(FOO, name_servers(&[ns2])), 2306),
            row("one removed that does not exist", rem(FOO, name_servers(&["ns3.example.com"])), 2303),
            row("exchanged", swap(&[ns1], &[ns2]), 1000),
            row("removed and added", swap(&[ns1], &[ns1]), 2306),
        ]);
    }

    #[test]
    fn a_fourteenth_name_server_is_2306() {
        let mut world = world();
        let names: Vec<String> = (1..=limits::HOSTS_PER_DOMAIN).map(|n| format!("a{n}.example.com")).collect();
        names.iter().for_each(|name| world.put_host(A, name, &[]));
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(world.code(A, &add(FOO, name_servers(&names))), 2306);
        assert_eq!(world.code(A, &add(FOO, name_servers(&names[1..]))), 1000);
    }

    #[test]
    fn contacts_are_judged() {
        let swap = |gone: &[ContactReference], come: &[ContactReference]| {
            update(FOO, |update| {
                update.rem = Some(contacts(gone));
                update.add = Some(contacts(come));
            })
        };
        let untyped = ContactReference { role: None, id: "jd1234".into() };
        let (tech, new_tech) = (contact(Tech, "sh8013"), contact(Tech, "other"));
        check_table(vec![
            row("one more", add(FOO, contacts(&[contact(Billing, "other")])), 1000),
            row("a second tech", add(FOO, contacts(std::slice::from_ref(&new_tech))), 1000),
            row("one that is there", add(FOO, contacts(std::slice::from_ref(&tech))), 2306),
            row("one twice", add(FOO, contacts(&[new_tech.clone(), new_tech.clone()])), 2306),
            row("unknown", add(FOO, contacts(&[contact(Tech, "nobody")])), 2303),
            row("not there yet", add(FOO, contacts(&[contact(Tech, "coming")])), 2304),
            row("no type", add(FOO, contacts(std::slice::from_ref(&untyped))), 2003),
            row("no type removed", rem(FOO, contacts(&[untyped])), 2003),
            row("the only tech removed", rem(FOO, contacts(std::slice::from_ref(&tech))), 2306),
            row("exchanged", swap(std::slice::from_ref(&tech), &[new_tech]), 1000),
            row("removed and added", swap(std::slice::from_ref(&tech), std::slice::from_ref(&tech)), 2306),
            row("removed with another type", rem(FOO, contacts(&[contact(Billing, "sh8013")])), 2306),
            row("minimum", add("foo.test", contacts(&[contact(Tech, "other")])), 2306),
            row("minimum, removed", rem("foo.test", contacts(&[contact(Tech, "other")])), 2306),
        ]);
    }

    #[test]
    fn registrant_and_auth_info_are_judged() {
        let auth = |auth| chg(FOO, None, Some(auth));
        check_table(vec![
            row("nothing changed", chg(FOO, None, None), 1000),
            row("registrant of another", chg(FOO, Some("other"), None), 1000),
            row("unknown registrant", chg(FOO, Some("nobody"), None), 2303),
            row("registrant not there yet", chg(FOO, Some("coming"), None), 2304),
            row("no registrant in maximum", chg(FOO, Some(""), None), 2306),
            row("no registrant in minimum", chg("foo.test", Some(""), None), 1000),
            row("registrant in minimum", chg("foo.test", Some("jd1234"), None), 2306),
            row("authInfo", auth(password("2BARfoo")), 1000),
            row("authInfo unset", auth(password("")), 1000),
            row("authInfo null", auth(AuthInfo::Null), 1000),
            row("authInfo too long", auth(password(&"x".repeat(limits::AUTH_INFO_BYTES + 1))), 2306),
            row("authInfo of another object", auth(password_of("C1-REPO", "2BARfoo")), 2306),
            row("authInfo that is no password", auth(extension()), 2102),
        ]);
    }

    #[test]
    fn the_record_holds_what_was_changed_and_when() {
        let mut world = world();
        set_statuses(&mut world, FOO, &[Status::ClientHold, Status::ServerHold]);
        let before = domain(&world, FOO);
        world.now = world.now.plus_days(1);
        let command = update(FOO, |update| {
            update.add = Some(DomainAddRem {
                contacts: vec![contact(Billing, "other")],
                statuses: vec![Status::ClientDeleteProhibited.into()],
                ..name_servers(&["ns2.example.com", "ns1.foo.example"])
            });
            update.rem = Some(DomainAddRem {
                contacts: vec![contact(Admin, "sh8013"), contact(Tech, "sh8013")],
                statuses: vec![Status::ClientHold.into()],
                ..name_servers(&["ns1.example.com"])
            });
            update.chg = Some(DomainChange { registrant: Some("sh8013".into()), auth: Some(password("2BARfoo")) });
        });
        assert_eq!(world.code(A, &command), 2306, "no admin and tech would be left");
        let command = update(FOO, |update| {
            update.add = Some(DomainAddRem {
                contacts: vec![contact(Admin, "other"), contact(Tech, "jd1234")],
                statuses: vec![Status::ClientDeleteProhibited.into()],
                ..name_servers(&["ns2.example.com", "ns1.foo.example"])
            });
            update.rem = Some(DomainAddRem {
                contacts: vec![contact(Admin, "sh8013"), contact(Tech, "sh8013")],
                statuses: vec![Status::ClientHold.into()],
                ..name_servers(&["ns1.example.com"])
            });
            update.chg = Some(DomainChange { registrant: Some("sh8013".into()), auth: Some(password("2BARfoo")) });
        });
        assert_eq!(world.code(A, &command), 1000);
        let after = domain(&world, FOO);
        let host = |name| world.memory.host_named(name).expect("was put").id.to_native();
        let expected = Domain {
            updater: Some(A.into()),
            updated: Some(world.now.trunc_millis()),
            statuses: Statuses::of(&[Status::ServerHold, Status::ClientDeleteProhibited]),
            registrant: Some("sh8013".into()),
            contacts: vec![
                DomainContact { role: Admin, id: "other".into() },
                DomainContact { role: Tech, id: "jd1234".into() },
            ],
            name_servers: vec![host("ns2.example.com"), host("ns1.foo.example")],
            auth: after.auth.as_ref().map(|auth| AuthDigest::new(auth.salt, "2BARfoo")),
            ..before
        };
        assert_eq!(after, expected);
        for unset in [AuthInfo::Null, password("")] {
            assert_eq!(world.code(A, &chg(FOO, None, Some(password("2BARfoo")))), 1000);
            assert_eq!(world.code(A, &chg(FOO, None, Some(unset))), 1000);
            assert_eq!(domain(&world, FOO).auth, None);
        }
    }
}
