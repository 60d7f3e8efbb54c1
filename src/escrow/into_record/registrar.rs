//! Registrars (RFC 9022, section 5.4): without password and certificates, which nobody deposits.

use std::collections::BTreeSet;

use crate::base::timestamp::Timestamp;
use crate::escrow::into_record::{Notes, Place, Problems, Rule, Survey};
use crate::escrow::object::{Registrar, RegistrarState};
use crate::model::record::{self, DataModel, Phone};

impl Survey {
    /// The records of all registrars: those of the deposit, and those that are only named in it.
    pub fn registrars(&self, watermark: Timestamp, problems: &mut Problems) -> Vec<record::Registrar> {
        let mut iana = BTreeSet::new();
        let deposited = self.deposited_registrars().map(|(place, registrar)| {
            let mut notes = Notes::new(problems, place, format!("registrar {}", registrar.id));
            let mut record = converted(&mut notes, registrar.clone(), watermark);
            if record.iana_id.is_some_and(|id| !iana.insert(id)) {
                notes
                    .tell(Rule::IanaId, format!("expected an IANA id of its own, found {:?} again", registrar.iana_id));
                record.iana_id = None;
            }
            record
        });
        let mut all: Vec<_> = deposited.collect();
        all.extend(self.missing_registrars().map(|(place, object, clid)| {
            let mut notes = Notes::new(problems, place, object.to_owned());
            notes.tell(Rule::MissingRegistrar, format!("expected the registrar {clid} in the deposit, found none"));
            record::Registrar { suspended: true, ..bare(clid, clid, watermark) }
        }));
        for registrar in &mut all {
            let holds = self.has_contacts(&registrar.clid);
            registrar.data_model = self.facts().is_per_registrar().then_some(match holds {
                true => DataModel::Maximum,
                false => DataModel::Minimum,
            });
        }
        all
    }
}

fn bare(clid: &str, name: &str, created: Timestamp) -> record::Registrar {
    record::Registrar {
        clid: clid.to_owned(),
        iana_id: None,
        name: name.to_owned(),
        password: String::new(),
        certificates: Vec::new(),
        networks: Vec::new(),
        suspended: false,
        terminated: None,
        session_limit: None,
        email: None,
        voice: None,
        url: None,
        rdap_url: None,
        abuse_email: None,
        abuse_voice: None,
        created,
        updated: None,
        data_model: None,
        password_since: None,
        address: None,
        fax: None,
        is_test: false,
    }
}

fn converted(notes: &mut Notes<'_>, registrar: Registrar, watermark: Timestamp) -> record::Registrar {
    if registrar.created.is_none() {
        notes.tell(Rule::MissingData, "expected crDate, found none");
    }
    if registrar.state.is_none() {
        notes.tell(Rule::MissingData, "expected status, found none (taken as ok)");
    }
    let iana_id = registrar.iana_id.and_then(|id| u32::try_from(id).ok());
    let lost = [
        (registrar.whois.is_some(), "whoisInfo"),
        (iana_id.map(u64::from) != registrar.iana_id, "a gurid of more than 32 bits"),
        (registrar.postal.len() > 1, "a second postalInfo"),
    ];
    for (_, what) in lost.iter().filter(|(lost, _)| *lost) {
        notes.tell(Rule::NoPlace, format!("{what} is not kept"));
    }
    let created = registrar.created.unwrap_or(watermark);
    let address = registrar.postal.into_iter().next().map(|(_, address)| address);
    let terminated = registrar.state == Some(RegistrarState::Terminated);
    record::Registrar {
        iana_id,
        suspended: registrar.state == Some(RegistrarState::Readonly),
        terminated: terminated.then(|| registrar.updated.unwrap_or(watermark)),
        voice: number(notes, registrar.voice),
        fax: number(notes, registrar.fax),
        email: registrar.email,
        url: registrar.url,
        updated: registrar.updated,
        address,
        ..bare(&registrar.id, &registrar.name, created)
    }
}

fn number(notes: &mut Notes<'_>, phone: Option<Phone>) -> Option<String> {
    let Phone { number, ext } = phone?;
    if let Some(ext) = ext {
        notes.tell(Rule::NoPlace, format!("no extension of a registrar's number is kept, found {ext:?}"));
    }
    Some(number)
}

impl Survey {
    /// Those whose identifiers cannot be kept.
    pub(super) fn check_registrar_ids(&self, problems: &mut Problems) {
        let named = self.missing_registrars().map(|(place, _, clid)| (place, clid));
        let all = self.deposited_registrars().map(|(place, registrar)| (place, registrar.id.as_str())).chain(named);
        for (place, clid) in all.collect::<Vec<(Place, &str)>>() {
            if let Err(expected) = crate::model::identifier::check(clid) {
                problems.add(Rule::RegistrarId, place, &format!("registrar {clid}"), expected.to_owned());
            }
        }
    }
}
