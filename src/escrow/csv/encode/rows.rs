//! Objects as records, in the order of the fields of `forms`.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::sheet::{Record, Sheet};
use crate::escrow::csv::table::DISCLOSED;
use crate::escrow::object::{
    Actor, Contact, Domain, History, Host, IdnTable, NameServers, Nndn, NndnState, Object, Registrar, Stated, Transfer,
};
use crate::escrow::xml::WriteError;
use crate::model::dnssec;
use crate::model::record::{Address, Phone, PostalAddress, PostalKind};
use crate::model::rgp::RgpStatus;
use crate::model::sec_dns::{KeyData, SecDns};
use crate::model::status::Status;

/// Writes an object into the files of its kind.
pub(super) fn object<O: Write>(sheets: &mut [Sheet<O>], object: &Object) -> Result<(), WriteError> {
    match (sheets, object) {
        ([sheet], Object::Registrar(one)) => registrar(sheet, one),
        ([sheet], Object::IdnTable(one)) => idn_table(sheet, one),
        ([sheet], Object::Nndn(one)) => nndn(sheet, one),
        ([parent, statuses, postal, transfers, disclose], Object::Contact(one)) => {
            contact(parent, postal, one);
            self::statuses(statuses, &one.id, &one.statuses);
            one.transfer.iter().for_each(|found| transfer(transfers.row().text(&one.id), found).end());
            if let Some(found) = one.disclose {
                let row = disclose.row().text(&one.id).flag(found.flag);
                DISCLOSED.iter().fold(row, |row, (_, bit)| row.flag(found.fields & bit != 0)).end();
            }
        }
        ([parent, statuses, addresses], Object::Host(one)) => {
            host(parent, addresses, one);
            self::statuses(statuses, &one.roid, &one.statuses);
        }
        ([parent, contacts, statuses, servers, attributes, ds, keys, transfers], Object::Domain(one)) => {
            domain_statuses(statuses, one)?;
            domain(parent, one);
            for (role, id) in &one.contacts {
                contacts.row().text(&one.name).text(id).text(role.name()).end();
            }
            name_servers(servers, attributes, one);
            one.sec_dns.iter().for_each(|found| sec_dns(ds, keys, &one.name, found));
            if let Some(found) = &one.transfer {
                transfer(transfers.row().text(&one.name), found).time(found.expires).end();
            }
        }
        // The sheets are those of the object's kind.
        (_, _) => {}
    }
    Ok(())
}

fn actor<'s>(row: Record<'s>, actor: Option<&Actor>) -> Record<'s> {
    row.maybe(actor.map(|actor| actor.registrar.as_str())).maybe(actor.and_then(|actor| actor.client.as_deref()))
}

/// fCrRr to fUpDate.
fn history<'s>(row: Record<'s>, history: &History) -> Record<'s> {
    let row = actor(row, history.creator.as_ref()).time(history.created);
    actor(row, history.updater.as_ref()).time(history.updated)
}

/// fTrStatus to fAcDate.
fn transfer<'s>(row: Record<'s>, transfer: &Transfer) -> Record<'s> {
    let row = actor(row.text(transfer.state.name()), Some(&transfer.requester)).time(Some(transfer.requested));
    actor(row, Some(&transfer.actor)).time(Some(transfer.act))
}

/// What is said beside a status: fStatusDescription and fLang.
fn said<'s, S>(row: Record<'s>, stated: &Stated<S>) -> Record<'s> {
    row.maybe(Some(stated.text.as_str()).filter(|text| !text.is_empty())).maybe(stated.lang.as_deref())
}

fn statuses<O: Write>(sheet: &mut Sheet<O>, key: &str, all: &[Stated<Status>]) {
    for one in all {
        said(sheet.row().text(key).text(one.status.name()), one).end();
    }
}

/// A record for each status. An RGP status stands beside the status that it is a part of, pendingDelete, or else beside the
/// first; of several each further one has a record in which that status is repeated.
fn domain_statuses<O: Write>(sheet: &mut Sheet<O>, domain: &Domain) -> Result<(), WriteError> {
    let going = domain.statuses.iter().position(|one| one.status == Status::PendingDelete).unwrap_or(0);
    let mut rgp = domain.rgp.iter();
    let mut write = |one: &Stated<Status>, rgp: Option<&Stated<RgpStatus>>| {
        let row = said(sheet.row().text(&domain.name).text(one.status.name()), one);
        match rgp {
            Some(rgp) => said(row.text(rgp.status.name()), rgp).end(),
            None => row.nothing(3).end(),
        }
    };
    for (place, one) in domain.statuses.iter().enumerate() {
        write(one, if place == going { rgp.next() } else { None });
    }
    for further in rgp {
        let Some(one) = domain.statuses.get(going) else {
            return Err(WriteError::Value("csvDomain:fStatus", String::new()));
        };
        write(one, Some(further));
    }
    Ok(())
}

fn domain<O: Write>(sheet: &mut Sheet<O>, domain: &Domain) {
    let row = sheet.row().text(&domain.name).text(&domain.roid).maybe(domain.u_name.as_deref());
    let row = row.maybe(domain.idn_table.as_deref()).maybe(domain.original.as_deref());
    let row = row.maybe(domain.registrant.as_deref()).text(&domain.sponsor);
    history(row, &domain.history).time(domain.expires).time(domain.history.transferred).end();
}

fn address<'s>(row: Record<'s>, address: &Address) -> Record<'s> {
    let version = match address {
        Address::V4(_) => "v4",
        Address::V6(_) => "v6",
    };
    row.text(&address.ip().to_string()).text(version)
}

fn name_servers<O: Write>(servers: &mut Sheet<O>, attributes: &mut Sheet<O>, domain: &Domain) {
    match &domain.name_servers {
        NameServers::Objects(names) => {
            names.iter().for_each(|name| servers.row().text(&domain.name).text(name).end());
        }
        NameServers::Attributes(hosts) => {
            for (name, addresses) in hosts {
                if addresses.is_empty() {
                    attributes.row().text(&domain.name).text(name).nothing(2).end();
                }
                for found in addresses {
                    address(attributes.row().text(&domain.name).text(name), found).end();
                }
            }
        }
    }
}

fn key_data<'s>(row: Record<'s>, key: &KeyData) -> Record<'s> {
    let row = row.number(key.flags.into()).number(key.protocol.into()).number(key.algorithm.into());
    row.text(&STANDARD.encode(&key.public_key))
}

/// A record for each; as in the XML model, data are of one kind, and DS data go first where there should be both.
fn sec_dns<O: Write>(ds_sheet: &mut Sheet<O>, key_sheet: &mut Sheet<O>, name: &str, found: &SecDns) {
    let life = found.max_sig_life.map(|seconds| seconds.to_string());
    for ds in &found.ds {
        let row = ds_sheet.row().text(name).maybe(life.as_deref()).number(ds.key_tag.into());
        let row = row.number(ds.algorithm.into()).number(ds.digest_type.into()).text(&dnssec::hex(&ds.digest));
        match &ds.key {
            Some(key) => key_data(row, key).end(),
            None => row.nothing(4).end(),
        }
    }
    for key in found.keys.iter().filter(|_| found.ds.is_empty()) {
        key_data(key_sheet.row().text(name).maybe(life.as_deref()), key).end();
    }
}

fn host<O: Write>(parent: &mut Sheet<O>, addresses: &mut Sheet<O>, host: &Host) {
    let row = parent.row().text(&host.name).text(&host.roid).text(&host.sponsor);
    history(row, &host.history).time(host.history.transferred).end();
    host.addresses.iter().for_each(|found| address(addresses.row().text(&host.roid), found).end());
}

fn phone<'s>(row: Record<'s>, phone: Option<&Phone>) -> Record<'s> {
    row.maybe(phone.map(|phone| phone.number.as_str())).maybe(phone.and_then(|phone| phone.ext.as_deref()))
}

fn postal_address<'s>(row: Record<'s>, address: &PostalAddress) -> Record<'s> {
    let row = (0..3).fold(row, |row, line| row.maybe(address.street.get(line).map(String::as_str)));
    row.text(&address.city).maybe(address.sp.as_deref()).maybe(address.pc.as_deref()).text(&address.cc)
}

fn contact<O: Write>(parent: &mut Sheet<O>, postal: &mut Sheet<O>, contact: &Contact) {
    let row = parent.row().text(&contact.id).text(&contact.roid);
    let row = phone(phone(row, contact.voice.as_ref()), contact.fax.as_ref());
    let row = row.text(&contact.email).text(&contact.sponsor);
    history(row, &contact.history).time(contact.history.transferred).end();
    for one in &contact.postal {
        let row = postal.row().text(&contact.id).text(one.kind.name()).text(&one.name).maybe(one.org.as_deref());
        postal_address(row, &one.address).end();
    }
}

fn registrar<O: Write>(sheet: &mut Sheet<O>, registrar: &Registrar) {
    let gurid = registrar.iana_id.map(|id| id.to_string());
    let row = sheet.row().text(&registrar.id).text(&registrar.name).maybe(gurid.as_deref());
    let mut row = row.maybe(registrar.state.map(|state| state.name()));
    for kind in [PostalKind::Int, PostalKind::Loc] {
        row = match registrar.postal.iter().find(|(found, _)| *found == kind) {
            Some((_, address)) => postal_address(row, address),
            None => row.nothing(7),
        };
    }
    let row = phone(phone(row, registrar.voice.as_ref()), registrar.fax.as_ref());
    let (name, url) = registrar.whois.as_ref().map_or((None, None), |(name, url)| (name.as_deref(), url.as_deref()));
    let row = row.maybe(registrar.email.as_deref()).maybe(registrar.url.as_deref()).maybe(url).maybe(name);
    row.time(registrar.created).time(registrar.updated).end();
}

fn idn_table<O: Write>(sheet: &mut Sheet<O>, table: &IdnTable) {
    sheet.row().text(&table.id).text(&table.url).maybe(table.policy_url.as_deref()).end();
}

fn nndn<O: Write>(sheet: &mut Sheet<O>, nndn: &Nndn) {
    let row = sheet.row().text(&nndn.name).maybe(nndn.u_name.as_deref()).maybe(nndn.idn_table.as_deref());
    let row = row.maybe(nndn.original.as_deref());
    let row = match nndn.state {
        NndnState::Withheld => row.text("withheld").nothing(1),
        NndnState::Blocked => row.text("blocked").nothing(1),
        NndnState::Mirrored { name_servers } => row.text("mirrored").flag(name_servers),
    };
    row.time(nndn.created).end();
}
