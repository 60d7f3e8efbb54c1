//! The files that we write: which there are of each kind, and their fields in order.

use super::sheet::Form;
use crate::escrow::csv::table::{self as t, AddressColumns, Column};
use crate::escrow::definition::Field;
use crate::escrow::object::ObjectKind;

/// A file of the objects themselves: fields as their schemas have them.
fn parent(name: &'static str, columns: &[Column]) -> Form {
    Form { name, file: name, fields: columns.iter().map(|column| column.default_field(false)).collect() }
}

/// A file of records that name an object, by the first field.
fn child(name: &'static str, file: &'static str, columns: &[Column]) -> Form {
    let fields = columns.iter().enumerate().map(|(place, column)| column.default_field(place == 0));
    Form { name, file, fields: fields.collect() }
}

/// The form of a kind that has no CSV files.
pub(super) fn none() -> Form {
    Form { name: "", file: "", fields: Vec::new() }
}

/// The file of what is gone.
pub(super) fn deletes(kind: ObjectKind) -> Option<Form> {
    let tables = t::tables(kind)?;
    let file = match kind {
        ObjectKind::Registrar => "registrar-delete",
        ObjectKind::IdnTable => "idnLanguage-delete",
        ObjectKind::Contact => "contact-delete",
        ObjectKind::Host => "host-delete",
        ObjectKind::Domain => "domain-delete",
        ObjectKind::Nndn => "NNDN-delete",
        ObjectKind::EppParams | ObjectKind::Policy => return None,
    };
    Some(Form { name: tables.deletes.name, file, fields: vec![tables.key.field(true, false)] })
}

/// The files of a kind: that of the objects, and those that name them.
pub(super) fn contents(kind: ObjectKind, requires_registrant: bool) -> Vec<Form> {
    match kind {
        ObjectKind::EppParams | ObjectKind::Policy => Vec::new(),
        ObjectKind::Registrar => vec![registrar()],
        ObjectKind::IdnTable => {
            let fields =
                vec![t::IDN_TABLE.field(true, false), t::URL.field(true, false), t::URL_POLICY.field(false, false)];
            vec![Form { name: "idnLanguage", file: "idnLanguage", fields }]
        }
        ObjectKind::Contact => contact(),
        ObjectKind::Host => host(),
        ObjectKind::Domain => domain(requires_registrant),
        ObjectKind::Nndn => {
            let columns =
                [t::NNDN, t::U_NAME, t::IDN_TABLE, t::NNDN_ORIGINAL, t::NAME_STATE, t::MIRRORING_NS, t::CR_DATE];
            vec![parent("NNDN", &columns)]
        }
    }
}

const HISTORY: [Column; 6] = [t::CR_RR, t::CR_ID, t::CR_DATE, t::UP_RR, t::UP_ID, t::UP_DATE];

const TRANSFER: [Column; 7] = [t::TR_STATUS, t::RE_RR, t::RE_ID, t::RE_DATE, t::AC_RR, t::AC_ID, t::AC_DATE];

fn address(columns: &AddressColumns) -> impl Iterator<Item = Column> {
    columns.street.into_iter().chain([columns.city, columns.sp, columns.pc, columns.cc])
}

fn registrar() -> Form {
    let must = |column: Column| column.field(true, false);
    let may = |column: Column| column.field(false, false);
    let mut fields = vec![must(t::REGISTRAR), must(t::REGISTRAR_NAME), may(t::GURID), may(t::REGISTRAR_STATUS)];
    // A registrar may have no address of a form.
    fields.extend(address(&t::INT).chain(address(&t::LOC)).map(may));
    let rest = [
        t::VOICE,
        t::VOICE_EXT,
        t::FAX,
        t::FAX_EXT,
        t::EMAIL,
        t::URL,
        t::WHOIS_URL,
        t::WHOIS_NAME,
        t::CR_DATE,
        t::UP_DATE,
    ];
    fields.extend(rest.map(may));
    Form { name: "registrar", file: "registrar", fields }
}

fn contact() -> Vec<Form> {
    let columns = [t::CONTACT, t::ROID, t::VOICE, t::VOICE_EXT, t::FAX, t::FAX_EXT, t::EMAIL, t::CL_ID];
    let columns: Vec<Column> = columns.into_iter().chain(HISTORY).chain([t::TR_DATE]).collect();
    let postal = [t::CONTACT, t::POSTAL_TYPE, t::POSTAL_NAME, t::ORG];
    let postal: Vec<Column> = postal.into_iter().chain(address(&t::POSTAL)).collect();
    let transfer: Vec<Column> = [t::CONTACT].into_iter().chain(TRANSFER).collect();
    let disclose = [t::CONTACT, t::DISCLOSE_FLAG].into_iter().chain(t::DISCLOSED.map(|(column, _)| column));
    vec![
        parent("contact", &columns),
        child("contactStatuses", "contactStatuses", &[t::CONTACT, t::CONTACT_STATUS, t::STATUS_TEXT, t::LANG]),
        child("contactPostal", "contactPostal", &postal),
        child("contactTransfer", "contactTransfer", &transfer),
        child("contactDisclose", "contactDisclose", &disclose.collect::<Vec<_>>()),
    ]
}

fn host() -> Vec<Form> {
    let columns: Vec<Column> = [t::HOST, t::ROID, t::CL_ID].into_iter().chain(HISTORY).chain([t::TR_DATE]).collect();
    let mut addresses = child("hostAddresses", "hostAddresses", &[t::ROID, t::ADDR, t::ADDR_VERSION]);
    addresses.fields.iter_mut().for_each(|field| field.required = true);
    let statuses = [t::ROID, t::HOST_STATUS, t::STATUS_TEXT, t::LANG];
    vec![parent("host", &columns), child("hostStatuses", "hostStatuses", &statuses), addresses]
}

fn domain(requires_registrant: bool) -> Vec<Form> {
    let columns =
        [t::DOMAIN, t::ROID, t::U_NAME, t::IDN_TABLE, t::DOMAIN_ORIGINAL, t::REGISTRANT, t::CL_ID].into_iter();
    let columns: Vec<Column> = columns.chain(HISTORY).chain([t::EX_DATE, t::TR_DATE]).collect();
    let mut domain = parent("domain", &columns);
    let registrant = |field: &mut Field| field.required |= requires_registrant && t::REGISTRANT.is(field);
    domain.fields.iter_mut().for_each(registrant);
    let statuses = [t::DOMAIN, t::DOMAIN_STATUS, t::STATUS_TEXT, t::LANG, t::RGP, t::RGP_TEXT, t::RGP_LANG];
    let key = [t::FLAGS, t::PROTOCOL, t::KEY_ALG, t::PUB_KEY];
    let ds = [t::DOMAIN, t::MAX_SIG_LIFE, t::KEY_TAG, t::DS_ALG, t::DIGEST_TYPE, t::DIGEST].into_iter().chain(key);
    let mut ds = child("dnssec", "dnssec-ds", &ds.collect::<Vec<_>>());
    // The key that DS data were made from may be given along or not.
    ds.fields
        .iter_mut()
        .filter(|field| key.iter().any(|column| column.is(field)))
        .for_each(|field| field.required = false);
    let keys: Vec<Column> = [t::DOMAIN, t::MAX_SIG_LIFE].into_iter().chain(key).collect();
    let transfer: Vec<Column> = [t::DOMAIN].into_iter().chain(TRANSFER).chain([t::EX_DATE]).collect();
    vec![
        domain,
        child("domainContacts", "domainContacts", &[t::DOMAIN, t::CONTACT, t::CONTACT_TYPE]),
        child("domainStatuses", "domainStatuses", &statuses),
        child("domainNameServers", "domainNameServers", &[t::DOMAIN, t::HOST]),
        child(
            "domainNameServersAddresses",
            "domainNameServersAddresses",
            &[t::DOMAIN, t::HOST, t::ADDR, t::ADDR_VERSION],
        ),
        ds,
        child("dnssec", "dnssec-key", &keys),
        child("domainTransfer", "domainTransfer", &transfer),
    ]
}
