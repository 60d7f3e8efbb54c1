//! Domains (RFC 9022, section 5.1.1).

use std::borrow::Cow;

use super::fault::Rule;
use super::shape::{Notes, any, maybe, one};
use super::tree::Element;
use crate::base::lexical::{WhiteSpace, int};
use crate::escrow::object::{Domain, NameServers, ObjectKind};
use crate::escrow::xml::namespaces::Space;
use crate::model::record::{Address, ContactRole};
use crate::model::rgp::RgpStatus;
use crate::model::sec_dns::{DsData, KeyData, SecDns};
use crate::model::status::{Status, Statuses};

/// All but linked, which is of contacts and hosts.
pub(in crate::escrow) fn domain_statuses() -> Statuses {
    Statuses::of(&Status::ALL).without(Status::Linked)
}

impl Notes {
    /// `rdeDomain:domain`.
    pub(super) fn domain(&mut self, at: Element<'_>) -> Domain {
        let slots = [
            one("name"),
            one("roid"),
            maybe("uName"),
            maybe("idnTableId"),
            maybe("originalName"),
            ("status", 1, 11),
            any("rgpStatus"),
            maybe("registrant"),
            any("contact"),
            maybe("ns"),
            one("clID"),
            maybe("crRr"),
            maybe("crDate"),
            maybe("exDate"),
            maybe("upRr"),
            maybe("upDate"),
            maybe("secDNS"),
            maybe("trDate"),
            maybe("trnData"),
        ];
        self.sequence(at, Space::Of(ObjectKind::Domain), &[], &slots);
        let rgp = |name: &str| RgpStatus::ALL.into_iter().find(|status| status.name() == name);
        Domain {
            name: self.value(at, "name", Self::label),
            roid: self.value(at, "roid", Self::roid),
            u_name: self.optional(at, "uName", Self::label),
            idn_table: self.optional(at, "idnTableId", Self::table_id),
            original: self.optional(at, "originalName", Self::label),
            statuses: self.statuses(at, domain_statuses()),
            rgp: at.all("rgpStatus").filter_map(|at| self.stated(at, rgp)).collect(),
            registrant: self.optional(at, "registrant", Self::client),
            contacts: at.all("contact").filter_map(|at| self.domain_contact(at)).collect(),
            name_servers: at.child("ns").map_or(NameServers::Objects(Vec::new()), |at| self.name_servers(at)),
            sponsor: self.value(at, "clID", Self::client),
            history: self.history(at),
            expires: self.optional(at, "exDate", Self::date),
            sec_dns: self.optional(at, "secDNS", Self::sec_dns),
            transfer: at.child("trnData").map(|at| self.transfer(at, true)),
        }
    }

    /// `domain:contactType`; the schema lets `type` be left out, and then nobody knows what the contact is for.
    fn domain_contact(&mut self, at: Element<'_>) -> Option<(ContactRole, String)> {
        let id = self.client_with(at, &["type"]);
        let value = WhiteSpace::Collapse.apply(Cow::Borrowed(self.needed(at, "type")?));
        let role = self.word(at, "admin, billing or tech in type", &value, ContactRole::parse)?;
        Some((role, id))
    }

    /// `domain:nsType`: objects or attributes, one at least.
    fn name_servers(&mut self, at: Element<'_>) -> NameServers {
        self.values_of(at, Space::Domain, &["hostObj", "hostAttr"]);
        match (at.child("hostObj"), at.child("hostAttr")) {
            (Some(_), Some(other)) => self.fault(other, Rule::Choice, "domain:hostObj or domain:hostAttr", "both"),
            (None, None) => self.fault(at, Rule::Missing, "one of domain:hostObj, domain:hostAttr", ""),
            (None, Some(_)) => return NameServers::Attributes(self.values(at, "hostAttr", Self::host_attribute)),
            (Some(_), None) => {}
        }
        NameServers::Objects(self.values(at, "hostObj", Self::label))
    }

    fn host_attribute(&mut self, at: Element<'_>) -> (String, Vec<Address>) {
        self.sequence(at, Space::Domain, &[], &[one("hostName"), any("hostAddr")]);
        (self.value(at, "hostName", Self::label), self.addresses(at, "hostAddr"))
    }

    /// `secDNS:dsOrKeyType`: a lifetime if there is one, and data of one interface.
    fn sec_dns(&mut self, at: Element<'_>) -> SecDns {
        self.sequence(at, Space::SecDns, &[], &[maybe("maxSigLife"), any("dsData"), any("keyData")]);
        match (at.child("dsData"), at.child("keyData")) {
            (Some(_), Some(other)) => self.fault(other, Rule::Choice, "secDNS:dsData or secDNS:keyData", "both"),
            (None, None) => self.fault(at, Rule::Missing, "one of secDNS:dsData, secDNS:keyData", ""),
            _ => {}
        }
        SecDns {
            max_sig_life: self.optional(at, "maxSigLife", Self::max_sig_life),
            ds: self.values(at, "dsData", Self::ds_data),
            keys: self.values(at, "keyData", Self::key_data),
        }
    }

    fn max_sig_life(&mut self, at: Element<'_>) -> u32 {
        let value = self.token(at);
        let read = |value: &str| int(value).flatten().and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0);
        self.typed(at, "seconds, 1 to 2147483647", &value, read).unwrap_or_default()
    }

    fn ds_data(&mut self, at: Element<'_>) -> DsData {
        let slots = [one("keyTag"), one("alg"), one("digestType"), one("digest"), maybe("keyData")];
        self.sequence(at, Space::SecDns, &[], &slots);
        DsData {
            key_tag: self.value(at, "keyTag", Self::short),
            algorithm: self.value(at, "alg", Self::byte),
            digest_type: self.value(at, "digestType", Self::byte),
            digest: self.value(at, "digest", Self::hex),
            key: self.optional(at, "keyData", Self::key_data),
        }
    }

    fn key_data(&mut self, at: Element<'_>) -> KeyData {
        self.sequence(at, Space::SecDns, &[], &[one("flags"), one("protocol"), one("alg"), one("pubKey")]);
        KeyData {
            flags: self.value(at, "flags", Self::short),
            protocol: self.value(at, "protocol", Self::byte),
            algorithm: self.value(at, "alg", Self::byte),
            public_key: self.value(at, "pubKey", Self::base64),
        }
    }
}
