//! Hosts (RFC 9022, section 5.2).

use crate::base::limits::ADDRESSES_PER_HOST;
use crate::escrow::into_record::shared::{Made, Stored};
use crate::escrow::into_record::{Converter, Notes, Rule};
use crate::escrow::object::{Host, Object};
use crate::model::record::{self, Address, HostModel, Kind};
use crate::model::status::Status;
use crate::model::transaction::Change;
use crate::model::view::key;

/// The changes by which the registry gets a host.
pub(super) fn changes(converter: &Converter<'_>, notes: &mut Notes<'_>, host: Host, id: u64) -> Option<Vec<Change>> {
    let survey = converter.survey;
    let object = Object::Host(host);
    let name = match survey.zones().fit(&object) {
        Ok(name) => name,
        Err((rule, problem)) => {
            notes.tell(rule, problem);
            return None;
        }
    };
    let Object::Host(mut host) = object else { return None };
    let superordinate = survey.zones().domain_above(&name);
    if let Some(domain) = superordinate {
        let Some(sponsor) = survey.sponsor(domain) else {
            notes.tell(Rule::HostBelow, format!("expected the domain {domain} in the deposit, found none"));
            return None;
        };
        if survey.facts().host_model == HostModel::Attributes {
            notes.tell(Rule::HostModel, "expected host attributes, as most domains have them, found a host object");
            return None;
        }
        if sponsor != host.sponsor {
            let problem = format!("expected the sponsor of {domain}, {sponsor}, found {}", host.sponsor);
            notes.tell(Rule::HostSponsor, problem);
            sponsor.clone_into(&mut host.sponsor);
        }
    }
    let mut stored = Stored::new(notes, host.statuses, &[Status::Ok, Status::Linked, Status::PendingTransfer]);
    stored.settle(notes, &[Status::PendingCreate, Status::PendingDelete, Status::PendingUpdate]);
    let addresses = addresses(notes, host.addresses);
    let made = Made::new(notes, host.history, &host.sponsor, converter.watermark);
    let superordinate = superordinate.map(str::to_owned);
    let record = record::Host {
        id,
        roid: host.roid,
        name,
        superordinate,
        addresses,
        sponsor: host.sponsor,
        creator: made.creator,
        created: made.created,
        updater: made.updater,
        updated: made.updated,
        transferred: made.transferred,
        statuses: stored.statuses,
        ttls: Vec::new(),
    };
    let texts = stored.texts(Kind::Host, &key::host(id));
    Some([Change::PutHost(record)].into_iter().chain(texts).collect())
}

/// Each address once. Those of a host outside of the zones are kept, although nothing uses them: other registries have them, and
/// so has the host of another TLD of the registry before.
pub(super) fn addresses(notes: &mut Notes<'_>, given: Vec<Address>) -> Vec<Address> {
    let count = given.len();
    let mut addresses: Vec<Address> = Vec::new();
    for address in given {
        if addresses.len() < ADDRESSES_PER_HOST && !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    if addresses.len() != count {
        let expected = format!("expected each address once, and {ADDRESSES_PER_HOST} at most, found {count}");
        notes.tell(Rule::HostAddress, expected);
    }
    addresses
}
