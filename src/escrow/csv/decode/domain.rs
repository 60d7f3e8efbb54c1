//! Domains, from the records of seven files.

use super::objects::Records;
use super::values::{Notes, Record};
use crate::escrow::csv::table::{self as t, Column};
use crate::escrow::object::{Domain, NameServers, Stated};
use crate::escrow::xml::{Rule, domain_statuses};
use crate::model::record::{Address, ContactRole};
use crate::model::rgp::RgpStatus;
use crate::model::sec_dns::{DsData, KeyData, SecDns};
use crate::model::status::Status;

impl Notes<'_> {
    /// A record of `domain`.
    pub(super) fn domain(&mut self, records: &Records<'_>) -> Domain {
        let at = records.own;
        let (statuses, rgp) = self.domain_statuses(records);
        Domain {
            name: self.needed_sized(at, t::DOMAIN, 1, 255),
            roid: self.roid(at, t::ROID),
            u_name: self.label(at, t::U_NAME),
            idn_table: self.sized(at, t::IDN_TABLE, 1, 64),
            original: self.label(at, t::DOMAIN_ORIGINAL),
            statuses,
            rgp,
            registrant: self.client(at, t::REGISTRANT),
            contacts: records.of("domainContacts").filter_map(|at| self.domain_contact(at)).collect(),
            name_servers: self.name_servers(records),
            sponsor: self.sponsor(at),
            history: self.history(at),
            expires: self.date(at, t::EX_DATE),
            sec_dns: self.sec_dns(records),
            transfer: self.transfer(records, "domainTransfer"),
        }
    }

    /// A record that repeats a status for the sake of another RGP status beside it tells that one only.
    fn domain_statuses(&mut self, records: &Records<'_>) -> (Vec<Stated<Status>>, Vec<Stated<RgpStatus>>) {
        const TABLE: &str = "domainStatuses";
        let (mut statuses, mut rgp) = (Vec::new(), Vec::new());
        if records.of(TABLE).next().is_none() {
            self.fault(records.own, None, Rule::Missing, &format!("a record in {TABLE}"), "");
        }
        for at in records.of(TABLE) {
            let find = |name: &str| RgpStatus::ALL.into_iter().find(|status| status.name() == name);
            let beside = self.typed(at, t::RGP, (Rule::Enumeration, "an RGP status"), find);
            let status = self.stated(at, t::DOMAIN_STATUS, domain_statuses());
            let is_said = |status: &Stated<Status>| beside.is_some() && statuses.contains(status);
            let status = status.filter(|status| !is_said(status));
            statuses.extend(status);
            let (text, lang) = (at.line(t::RGP_TEXT).unwrap_or_default(), self.language(at, t::RGP_LANG));
            rgp.extend(beside.map(|status| Stated { status, lang, text }));
        }
        (statuses, rgp)
    }

    fn domain_contact(&mut self, at: Record<'_>) -> Option<(ContactRole, String)> {
        let id = self.needed_sized(at, t::CONTACT, 3, 16);
        let expected = (Rule::Enumeration, "admin, billing or tech");
        Some((self.needed(at, t::CONTACT_TYPE, expected, ContactRole::parse)?, id))
    }

    fn name_servers(&mut self, records: &Records<'_>) -> NameServers {
        let mut objects = Vec::new();
        for at in records.of("domainNameServers") {
            // Where the host is called by its ROID, its name has been put in the place of that.
            let column = if at.has(t::HOST) { t::HOST } else { t::ROID };
            if at.row.is_unresolved {
                let roid = at.token(column).unwrap_or_default();
                self.fault(at, Some(column), Rule::Parent, "the ROID of a host in the deposit", &roid);
            } else {
                objects.push(self.needed_sized(at, column, 1, 255));
            }
        }
        let mut attributes: Vec<(String, Vec<Address>)> = Vec::new();
        for at in records.of("domainNameServersAddresses") {
            let name = self.needed_sized(at, t::HOST, 1, 255);
            let address = self.address(at, t::ADDR, t::ADDR_VERSION);
            match attributes.last_mut() {
                Some((last, addresses)) if last.eq_ignore_ascii_case(&name) => addresses.extend(address),
                _ => attributes.push((name, address.into_iter().collect())),
            }
            if !objects.is_empty() {
                let expected = "domainNameServers or domainNameServersAddresses of a domain";
                self.fault(at, None, Rule::Choice, expected, "both");
            }
        }
        if attributes.is_empty() { NameServers::Objects(objects) } else { NameServers::Attributes(attributes) }
    }

    /// Data of one interface, with one lifetime.
    fn sec_dns(&mut self, records: &Records<'_>) -> Option<SecDns> {
        let mut found: Option<SecDns> = None;
        for at in records.of("dnssec") {
            let max_sig_life = self.max_sig_life(at, t::MAX_SIG_LIFE);
            let is_first = found.is_none();
            let all = found.get_or_insert_with(|| SecDns { max_sig_life, ..SecDns::default() });
            if !is_first && all.max_sig_life != max_sig_life {
                let value = max_sig_life.map(|seconds| seconds.to_string()).unwrap_or_default();
                self.fault(at, Some(t::MAX_SIG_LIFE), Rule::Choice, "one lifetime in all records of a domain", &value);
            }
            match at.has(t::KEY_TAG) {
                true => all.ds.push(self.ds_data(at)),
                false => all.keys.push(self.key_data(at)),
            }
            if !all.ds.is_empty() && !all.keys.is_empty() {
                self.fault(at, None, Rule::Choice, "DS data or keys of a domain", "both");
            }
        }
        found
    }

    fn ds_data(&mut self, at: Record<'_>) -> DsData {
        const KEY: [Column; 4] = [t::FLAGS, t::PROTOCOL, t::KEY_ALG, t::PUB_KEY];
        let has_key = KEY.into_iter().any(|column| at.token(column).is_some());
        DsData {
            key_tag: self.short(at, t::KEY_TAG),
            algorithm: self.byte(at, t::DS_ALG),
            digest_type: self.byte(at, t::DIGEST_TYPE),
            digest: self.hex(at, t::DIGEST),
            key: has_key.then(|| self.key_data(at)),
        }
    }

    fn key_data(&mut self, at: Record<'_>) -> KeyData {
        KeyData {
            flags: self.short(at, t::FLAGS),
            protocol: self.byte(at, t::PROTOCOL),
            algorithm: self.byte(at, t::KEY_ALG),
            public_key: self.base64(at, t::PUB_KEY),
        }
    }
}
