//! What a deposit says of a record at a moment. Statuses come from the one `lifecycle`, so that EPP, RDAP and deposits agree;
//! no authInfo leaves a record (Specification 2, part A, section 4 has none in its list).

use crate::base::timestamp::Timestamp;
use crate::escrow::object::{
    Actor, Contact, Domain, History, Host, NameServers, Registrar, RegistrarState, Stated, Transfer,
};
use crate::model::lifecycle;
use crate::model::record::{
    self, ArchivedContact, ArchivedDomain, ArchivedHost, ArchivedRegistrar, Kind, PostalKind, StatusNotes,
};
use crate::model::seal::native;
use crate::model::status::Statuses;
use crate::model::view::{View, key};

/// Characters of a registrar's postal code at most.
const POSTAL_CODE: usize = 16;

/// A registered domain. A name server that is gone is left out: the log is never between two transactions, so there is none.
pub(super) fn domain<V: View>(view: &V, archived: &ArchivedDomain, now: Timestamp) -> Domain {
    let statuses = statuses(view, lifecycle::domain(archived), Kind::Domain, archived.name.as_bytes());
    let rgp = lifecycle::rgp(archived, now).into_iter().map(Stated::bare).collect();
    let expires = Some(lifecycle::end(archived));
    let domain: record::Domain = native(archived);
    let objects = || domain.name_servers.iter().filter_map(|id| Some(view.host(*id)?.name.to_string())).collect();
    let name_servers = match domain.host_attributes.is_empty() {
        true => NameServers::Objects(objects()),
        false => {
            NameServers::Attributes(domain.host_attributes.into_iter().map(|ns| (ns.name, ns.addresses)).collect())
        }
    };
    let (u_name, idn_table) = domain.idn.map(|idn| (idn.u_name, idn.table)).unzip();
    let u_name = u_name.or_else(|| unicode(&domain.name));
    Domain {
        name: domain.name,
        roid: domain.roid,
        u_name,
        idn_table,
        original: None,
        statuses,
        rgp,
        registrant: domain.registrant,
        contacts: domain.contacts.into_iter().map(|contact| (contact.role, contact.id)).collect(),
        name_servers,
        sponsor: domain.sponsor,
        history: History {
            creator: Some(actor(domain.creator)),
            created: Some(domain.created),
            updater: domain.updater.map(actor),
            updated: domain.updated,
            transferred: domain.transferred,
        },
        expires,
        sec_dns: domain.sec_dns.map(|data| *data),
        transfer: domain.transfer.map(transfer),
    }
}

/// The name in Unicode, where it is internationalized (`uName`: "It MUST be provided if available", RFC 9022, section 5.1.1.1).
pub(super) fn unicode(name: &str) -> Option<String> {
    let labels: Result<Vec<String>, _> = name
        .split('.')
        .map(|label| if label.starts_with("xn--") { crate::ulabel::u_label(label) } else { Ok(label.to_owned()) })
        .collect();
    labels.ok().map(|labels| labels.join(".")).filter(|unicode| unicode != name)
}

/// A host.
pub(super) fn host<V: View>(view: &V, archived: &ArchivedHost) -> Host {
    let key = key::host(archived.id.to_native());
    let statuses = statuses(view, lifecycle::host(view, archived), Kind::Host, &key);
    let host: record::Host = native(archived);
    Host {
        name: host.name,
        roid: host.roid,
        statuses,
        addresses: host.addresses,
        sponsor: host.sponsor,
        history: History {
            creator: Some(actor(host.creator)),
            created: Some(host.created),
            updater: host.updater.map(actor),
            updated: host.updated,
            transferred: host.transferred,
        },
    }
}

/// A contact.
pub(super) fn contact<V: View>(view: &V, archived: &ArchivedContact) -> Contact {
    let shown = lifecycle::contact(archived, view.contact_links(&archived.id) > 0);
    let statuses = statuses(view, shown, Kind::Contact, archived.id.as_bytes());
    let contact: record::Contact = native(archived);
    Contact {
        id: contact.id,
        roid: contact.roid,
        statuses,
        postal: contact.postal,
        voice: contact.voice,
        fax: contact.fax,
        email: contact.email,
        sponsor: contact.sponsor,
        history: History {
            creator: Some(actor(contact.creator)),
            created: Some(contact.created),
            updater: contact.updater.map(actor),
            updated: contact.updated,
            transferred: contact.transferred,
        },
        transfer: contact.transfer.map(transfer),
        disclose: contact.disclose,
    }
}

/// A registrar. Who may not log in can change nothing, which is `readonly`.
pub(super) fn registrar(archived: &ArchivedRegistrar) -> Registrar {
    let registrar: record::Registrar = native(archived);
    let state = match (registrar.terminated, registrar.suspended) {
        (Some(_), _) => RegistrarState::Terminated,
        (None, true) => RegistrarState::Readonly,
        (None, false) => RegistrarState::Ok,
    };
    let phone = |number: String| record::Phone { number, ext: None };
    let fits = |lines: &record::PostalAddress| {
        let mut texts = lines.street.iter().chain([&lines.city]).chain(&lines.sp).chain(&lines.pc);
        texts.all(|text| text.is_ascii())
    };
    let postal = registrar.address.map(|mut address| {
        // `rdeRegistrar:pcType` is shorter than what registrars of earlier days may have.
        address.pc = address.pc.filter(|pc| pc.chars().count() <= POSTAL_CODE);
        let kind = if fits(&address) { PostalKind::Int } else { PostalKind::Loc };
        (kind, address)
    });
    Registrar {
        id: registrar.clid,
        name: registrar.name,
        iana_id: registrar.iana_id.map(u64::from),
        state: Some(state),
        postal: postal.into_iter().collect(),
        voice: registrar.voice.map(phone),
        fax: registrar.fax.map(phone),
        email: registrar.email,
        url: registrar.url,
        whois: None,
        created: Some(registrar.created),
        updated: registrar.updated,
    }
}

fn actor(registrar: String) -> Actor {
    Actor { registrar, client: None }
}

fn transfer(transfer: record::Transfer) -> Transfer {
    Transfer {
        state: transfer.state,
        requester: actor(transfer.requester),
        requested: transfer.requested,
        actor: actor(transfer.actor),
        act: transfer.act,
        expires: transfer.expires,
    }
}

/// What an object shows, each status with what was said beside it.
fn statuses<V: View>(
    view: &V,
    shown: Statuses,
    kind: Kind,
    object: &[u8],
) -> Vec<Stated<crate::model::status::Status>> {
    let notes = view.record::<StatusNotes>(&key::status_notes(kind, object));
    let stated = |status| match notes.and_then(|notes| notes.of(status)) {
        None => Stated::bare(status),
        Some(note) => Stated { status, lang: Some(note.lang.to_string()), text: note.text.to_string() },
    };
    shown.iter().map(stated).collect()
}
