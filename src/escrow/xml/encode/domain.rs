//! Domains and hosts (RFC 9022, sections 5.1.1 and 5.2.1).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::shared::{addresses, element, maybe_actor, optional, stated, time, transfer};
use crate::base::xml_text as xml;
use crate::escrow::object::{Domain, Host, NameServers};
use crate::model::dnssec;
use crate::model::rgp::RgpStatus;
use crate::model::sec_dns::{DsData, KeyData, SecDns};
use crate::model::status::Status;

/// `rdeDomain:domain`.
pub(super) fn domain(out: &mut Vec<u8>, domain: &Domain) {
    const P: &str = "rdeDomain:";
    let history = &domain.history;
    xml::open(out, "rdeDomain:domain");
    element(out, P, "name", &domain.name);
    element(out, P, "roid", &domain.roid);
    optional(out, P, "uName", domain.u_name.as_deref());
    optional(out, P, "idnTableId", domain.idn_table.as_deref());
    optional(out, P, "originalName", domain.original.as_deref());
    stated(out, P, "status", &domain.statuses, Status::name);
    stated(out, P, "rgpStatus", &domain.rgp, RgpStatus::name);
    optional(out, P, "registrant", domain.registrant.as_deref());
    for (role, id) in &domain.contacts {
        out.extend_from_slice(b"<rdeDomain:contact");
        xml::attribute(out, "type", role.name());
        out.push(b'>');
        xml::text(out, id);
        xml::close(out, "rdeDomain:contact");
    }
    name_servers(out, &domain.name_servers);
    element(out, P, "clID", &domain.sponsor);
    maybe_actor(out, P, "crRr", history.creator.as_ref());
    time(out, P, "crDate", history.created);
    time(out, P, "exDate", domain.expires);
    maybe_actor(out, P, "upRr", history.updater.as_ref());
    time(out, P, "upDate", history.updated);
    sec_dns(out, domain.sec_dns.as_ref());
    time(out, P, "trDate", history.transferred);
    if let Some(found) = domain.transfer.as_ref() {
        transfer(out, P, found, found.expires);
    }
    xml::close(out, "rdeDomain:domain");
}

/// `domain:nsType`, if there is one at least.
fn name_servers(out: &mut Vec<u8>, servers: &NameServers) {
    match servers {
        NameServers::Objects(names) if names.is_empty() => return,
        NameServers::Attributes(hosts) if hosts.is_empty() => return,
        NameServers::Objects(names) => {
            xml::open(out, "rdeDomain:ns");
            names.iter().for_each(|name| xml::element(out, "domain:hostObj", name));
        }
        NameServers::Attributes(hosts) => {
            xml::open(out, "rdeDomain:ns");
            for (name, found) in hosts {
                xml::open(out, "domain:hostAttr");
                xml::element(out, "domain:hostName", name);
                addresses(out, "domain:", "hostAddr", found);
                xml::close(out, "domain:hostAttr");
            }
        }
    }
    xml::close(out, "rdeDomain:ns");
}

/// `secDNS:dsOrKeyType`. The schema wants one record at least, and of one kind: where there is neither, a lifetime alone cannot
/// be said, and where there should be both, DS data, which the zone is made of.
fn sec_dns(out: &mut Vec<u8>, found: Option<&SecDns>) {
    let Some(found) = found.filter(|found| !(found.ds.is_empty() && found.keys.is_empty())) else { return };
    xml::open(out, "rdeDomain:secDNS");
    if let Some(seconds) = found.max_sig_life {
        number(out, "secDNS:maxSigLife", seconds);
    }
    match found.ds.as_slice() {
        [] => found.keys.iter().for_each(|key| key_data(out, key)),
        all => all.iter().for_each(|ds| ds_data(out, ds)),
    }
    xml::close(out, "rdeDomain:secDNS");
}

fn ds_data(out: &mut Vec<u8>, ds: &DsData) {
    xml::open(out, "secDNS:dsData");
    number(out, "secDNS:keyTag", ds.key_tag.into());
    number(out, "secDNS:alg", ds.algorithm.into());
    number(out, "secDNS:digestType", ds.digest_type.into());
    xml::element(out, "secDNS:digest", &dnssec::hex(&ds.digest));
    if let Some(key) = ds.key.as_ref() {
        key_data(out, key);
    }
    xml::close(out, "secDNS:dsData");
}

fn key_data(out: &mut Vec<u8>, key: &KeyData) {
    xml::open(out, "secDNS:keyData");
    number(out, "secDNS:flags", key.flags.into());
    number(out, "secDNS:protocol", key.protocol.into());
    number(out, "secDNS:alg", key.algorithm.into());
    xml::element(out, "secDNS:pubKey", &STANDARD.encode(&key.public_key));
    xml::close(out, "secDNS:keyData");
}

fn number(out: &mut Vec<u8>, name: &str, value: u32) {
    xml::open(out, name);
    xml::number(out, value.into());
    xml::close(out, name);
}

/// `rdeHost:host`.
pub(super) fn host(out: &mut Vec<u8>, host: &Host) {
    const P: &str = "rdeHost:";
    let history = &host.history;
    xml::open(out, "rdeHost:host");
    element(out, P, "name", &host.name);
    element(out, P, "roid", &host.roid);
    stated(out, P, "status", &host.statuses, Status::name);
    addresses(out, P, "addr", &host.addresses);
    element(out, P, "clID", &host.sponsor);
    maybe_actor(out, P, "crRr", history.creator.as_ref());
    time(out, P, "crDate", history.created);
    maybe_actor(out, P, "upRr", history.updater.as_ref());
    time(out, P, "upDate", history.updated);
    time(out, P, "trDate", history.transferred);
    xml::close(out, "rdeHost:host");
}
