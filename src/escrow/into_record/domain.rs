//! Domains (RFC 9022, section 5.1).

use std::collections::BTreeSet;

use crate::base::limits::HOSTS_PER_DOMAIN;
use crate::base::timestamp::Timestamp;
use crate::escrow::from_record::unicode;
use crate::escrow::into_record::shared::{Made, Stored, transfer};
use crate::escrow::into_record::term::{Term, Told, months_between};
use crate::escrow::into_record::{Converter, Notes, References, Rule, host};
use crate::escrow::object::{Domain, NameServers, Object, Stated, Transfer};
use crate::model::idn::IdnLabel;
use crate::model::name;
use crate::model::record::{self, DomainContact, HostAttribute, HostModel, Kind, Tld, TransferState};
use crate::model::sec_dns::SecDns;
use crate::model::status::Status;
use crate::model::transaction::Change;
use crate::ulabel;

/// The changes by which the registry gets a domain.
pub(super) fn changes(
    converter: &Converter<'_>,
    notes: &mut Notes<'_>,
    references: &impl References,
    domain: Domain,
    id: u64,
) -> Option<Vec<Change>> {
    let (name, tld, mut domain) = placed(converter, notes, domain)?;
    if let Err(fault) = name::check_new(&name) {
        notes.tell(Rule::Idna, fault.to_string());
    }
    if let Some(original) = &domain.original {
        notes.tell(Rule::NoPlace, format!("no originalName is kept, found {original}"));
    }
    let mut stored = stored(notes, &mut domain);
    let made = Made::new(notes, std::mem::take(&mut domain.history), &domain.sponsor, converter.watermark);
    let rgp = std::mem::take(&mut domain.rgp);
    let told = Told { tld, watermark: converter.watermark, made: &made, expires: domain.expires, rgp };
    let Term { expires, removal, grace } = told.term(notes, &mut stored);
    if removal.is_some() && stored.remove(Status::PendingTransfer) {
        notes.tell(Rule::Status, "expected pendingDelete without pendingTransfer, found both");
        domain.transfer = domain.transfer.filter(|transfer| transfer.state != TransferState::Pending);
    }
    bound_promise(notes, domain.transfer.as_mut(), converter.watermark.plus_months(tld.max_months));
    let months =
        |transfer: &Transfer| transfer.expires.map_or(tld.default_months, |after| months_between(expires, after));
    let transfer = transfer(notes, &mut stored, domain.transfer, months);
    exclude(notes, &mut stored);
    let (name_servers, host_attributes) = name_servers(converter, notes, references, &name, domain.name_servers);
    let contacts = (domain.registrant, domain.contacts);
    let (registrant, contacts) = contacts_of(notes, references, contacts);
    let record = record::Domain {
        id,
        roid: domain.roid,
        tld: tld.name.clone(),
        sponsor: domain.sponsor,
        creator: made.creator,
        created: made.created,
        updater: made.updater,
        updated: made.updated,
        expires,
        transferred: made.transferred,
        statuses: stored.statuses,
        registrant,
        contacts,
        name_servers,
        auth: None,
        transfer,
        grace,
        removal,
        class: String::new(),
        transfer_fee: 0,
        locks: Vec::new(),
        host_attributes,
        sec_dns: domain.sec_dns.and_then(|data| sec_dns(notes, data)).map(Box::new),
        idn: label(notes, &name, domain.u_name, domain.idn_table),
        variant_keys: Vec::new(),
        ttls: Vec::new(),
        launch: None,
        token: None,
        auth_until: None,
        name,
    };
    let texts = stored.texts(Kind::Domain, record.name.as_bytes());
    Some([Change::PutDomain(record)].into_iter().chain(texts).collect())
}

/// The domain's normalized name, and the TLD it stands under.
fn placed<'c>(converter: &Converter<'c>, notes: &mut Notes<'_>, domain: Domain) -> Option<(String, &'c Tld, Domain)> {
    let object = Object::Domain(Box::new(domain));
    let name = match converter.survey.zones().fit(&object) {
        Ok(name) => name,
        Err((rule, problem)) => {
            notes.tell(rule, problem);
            return None;
        }
    };
    let Object::Domain(domain) = object else { return None };
    let tld = converter.survey.zones().split(&name).and_then(|(_, zone)| converter.tlds.get(zone))?;
    Some((name, tld, *domain))
}

/// What a pending transfer promises is no further away than the TLD's longest registration.
fn bound_promise(notes: &mut Notes<'_>, transfer: Option<&mut Transfer>, longest: Timestamp) {
    let pending = transfer.filter(|transfer| transfer.state == TransferState::Pending);
    if let Some(transfer) = pending
        && let Some(promised) = transfer.expires.filter(|promised| *promised > longest.plus_days(1))
    {
        notes.tell(Rule::Expiry, format!("expected an expiry after the transfer until {longest}, found {promised}"));
        transfer.expires = Some(longest);
    }
}

fn stored(notes: &mut Notes<'_>, domain: &mut Domain) -> Stored {
    let stated: Vec<Stated<Status>> = std::mem::take(&mut domain.statuses);
    let mut stored = Stored::new(notes, stated, &[Status::Ok, Status::Inactive, Status::Linked]);
    stored.settle(notes, &[Status::PendingCreate, Status::PendingRenew, Status::PendingUpdate]);
    stored
}

fn exclude(notes: &mut Notes<'_>, stored: &mut Stored) {
    use Status::{
        ClientDeleteProhibited, ClientTransferProhibited, PendingDelete, PendingTransfer, ServerDeleteProhibited,
        ServerTransferProhibited,
    };
    stored.exclude(notes, PendingDelete, [ClientDeleteProhibited, ServerDeleteProhibited]);
    stored.exclude(notes, PendingTransfer, [ClientTransferProhibited, ServerTransferProhibited]);
}

/// The registrant and the other contacts, as far as they are there.
fn contacts_of(
    notes: &mut Notes<'_>,
    references: &impl References,
    (registrant, contacts): (Option<String>, Vec<(record::ContactRole, String)>),
) -> (Option<String>, Vec<DomainContact>) {
    let mut is_there = |what: &str, id: &str| {
        let found = references.has_contact(id);
        if !found {
            notes.tell(Rule::MissingContact, format!("expected the contact {id} ({what}) in the deposit, found none"));
        }
        found
    };
    let registrant = registrant.filter(|id| is_there("registrant", id));
    let contacts = contacts.into_iter().filter(|(role, id)| is_there(role.name(), id));
    (registrant, contacts.map(|(role, id)| DomainContact { role, id }).collect())
}

/// Host objects by their ids, or attributes, as the TLD has them.
fn name_servers(
    converter: &Converter<'_>,
    notes: &mut Notes<'_>,
    references: &impl References,
    domain: &str,
    given: NameServers,
) -> (Vec<u64>, Vec<HostAttribute>) {
    let model = converter.survey.facts().host_model;
    match given {
        NameServers::Objects(names) if names.is_empty() => (Vec::new(), Vec::new()),
        NameServers::Objects(names) if model == HostModel::Objects => (objects(notes, references, names), Vec::new()),
        NameServers::Attributes(servers) if model == HostModel::Attributes => {
            (Vec::new(), attributes(notes, domain, servers))
        }
        NameServers::Objects(_) | NameServers::Attributes(_) => {
            notes.tell(Rule::HostModel, "expected name servers as most domains have them, found the other form");
            (Vec::new(), Vec::new())
        }
    }
}

fn objects(notes: &mut Notes<'_>, references: &impl References, names: Vec<String>) -> Vec<u64> {
    let mut seen = BTreeSet::new();
    let mut ids = Vec::new();
    for name in names.into_iter().map(|name| name.to_ascii_lowercase()) {
        let Some(id) = references.host_id(&name) else {
            notes.tell(Rule::MissingHost, format!("expected the host {name} in the deposit, found none"));
            continue;
        };
        match seen.len() < HOSTS_PER_DOMAIN && seen.insert(name.clone()) {
            true => ids.push(id),
            false => tell_surplus(notes, &name),
        }
    }
    ids
}

fn tell_surplus(notes: &mut Notes<'_>, name: &str) {
    let expected = format!("expected each name server once and {HOSTS_PER_DOMAIN} at most, found {name} besides");
    notes.tell(Rule::NameServers, expected);
}

fn attributes(notes: &mut Notes<'_>, domain: &str, servers: Vec<(String, Vec<record::Address>)>) -> Vec<HostAttribute> {
    let mut kept: Vec<HostAttribute> = Vec::new();
    for (given, addresses) in servers {
        let name = match name::normalize(&given) {
            Ok(name) => name,
            Err(fault) => {
                notes.tell(Rule::NameServers, format!("{fault}; found {given:?}"));
                continue;
            }
        };
        let is_glue = name.strip_suffix(domain).is_some_and(|labels| labels.is_empty() || labels.ends_with('.'));
        let mut addresses = host::addresses(notes, addresses);
        if !is_glue && !addresses.is_empty() {
            notes.tell(Rule::HostAddress, format!("expected no address of {name}, found {}", addresses.len()));
            addresses.clear();
        }
        if is_glue && addresses.is_empty() {
            notes.tell(Rule::HostAddress, format!("expected an address of {name}, found none"));
        } else if kept.len() >= HOSTS_PER_DOMAIN || kept.iter().any(|other| other.name == name) {
            tell_surplus(notes, &name);
        } else {
            kept.push(HostAttribute { name, addresses });
        }
    }
    kept
}

/// Each record once, of one interface.
fn sec_dns(notes: &mut Notes<'_>, mut data: SecDns) -> Option<SecDns> {
    let before = (data.ds.len(), data.keys.len());
    let mut ds = BTreeSet::new();
    data.ds.retain(|record| ds.insert((record.key_tag, record.algorithm, record.digest_type, record.digest.clone())));
    let mut keys = BTreeSet::new();
    data.keys.retain(|key| keys.insert((key.flags, key.protocol, key.algorithm, key.public_key.clone())));
    if !data.ds.is_empty() {
        data.keys.clear();
    }
    if before != (data.ds.len(), data.keys.len()) {
        notes.tell(Rule::SecDns, "expected each DNSSEC record once, of one interface, found one again");
    }
    (!data.ds.is_empty() || !data.keys.is_empty()).then_some(data)
}

/// By which table its label was judged, where the deposit says so. The name in Unicode is kept only then: else it is what the
/// A-labels say.
fn label(notes: &mut Notes<'_>, name: &str, u_name: Option<String>, table: Option<String>) -> Option<Box<IdnLabel>> {
    let said = unicode(name);
    if let Some(given) = u_name.as_deref().filter(|given| !is_unicode_of(given, name, said.as_deref())) {
        let expected = said.as_deref().unwrap_or(name);
        notes.tell(Rule::Idn, format!("expected {expected} as uName, found {given}"));
    }
    let given = u_name.filter(|given| is_unicode_of(given, name, said.as_deref()));
    let u_name = given.or(said).unwrap_or_else(|| name.to_owned());
    table.map(|table| Box::new(IdnLabel { table, u_name }))
}

fn is_unicode_of(given: &str, name: &str, said: Option<&str>) -> bool {
    if Some(given) == said || given.eq_ignore_ascii_case(name) {
        return true;
    }
    let mut labels = given.split('.').map(|label| match label.is_ascii() {
        true => Some(label.to_ascii_lowercase()),
        false => ulabel::a_label(&label.to_lowercase()).ok(),
    });
    labels.by_ref().eq(name.split('.').map(|label| Some(label.to_owned())))
}
