//! Which object mappings a server offers: those of what its TLDs have, without those that are switched off.

use crate::epp::extensions::ExtensionSet;
use crate::epp::session::{CONTACT_URI, HOST_URI, OBJECT_URIS};
use crate::epp::switches;
use crate::model::record::{DataModel, HostModel, Kind};
use crate::model::view::View;

/// What the TLDs have between them. As long as there is no TLD, all may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Whether a TLD has host objects: "A server operator that does not announce support for host objects MUST allow domain
    /// attributes" (RFC 5731, section 1.1).
    hosts: bool,
    /// Whether a TLD has contacts.
    contacts: bool,
    /// What is switched off.
    off: ExtensionSet,
}

impl Offer {
    /// Everything that this program has.
    pub const ALL: Self = Self { hosts: true, contacts: true, off: ExtensionSet::NONE };

    /// What the TLDs of the registry have, and is not switched off.
    pub fn of(view: &impl View) -> Self {
        let off = switches::in_registry(view);
        let mut tlds = view.directory(Kind::Tld).filter_map(|name| view.tld(name)).peekable();
        if tlds.peek().is_none() {
            return Self { off, ..Self::ALL };
        }
        let mut offer = Self { hosts: false, contacts: false, off };
        for tld in tlds {
            offer.hosts |= tld.host_model.get() == HostModel::Objects;
            offer.contacts |= tld.data_model.get() != DataModel::Minimum;
            if offer.hosts && offer.contacts {
                break;
            }
        }
        offer
    }

    /// Whether a TLD has host objects, or none is there yet.
    pub(super) fn has_hosts(view: &impl View) -> bool {
        let mut tlds = view.directory(Kind::Tld).filter_map(|name| view.tld(name)).peekable();
        tlds.peek().is_none() || tlds.any(|tld| tld.host_model.get() == HostModel::Objects)
    }

    /// The namespaces that the greeting announces.
    pub fn announced(self) -> impl Iterator<Item = &'static str> {
        OBJECT_URIS.into_iter().filter(move |uri| match *uri {
            HOST_URI => self.hosts,
            CONTACT_URI => self.contacts,
            uri => !self.off.has_uri(uri),
        })
    }

    /// Whether a login may ask for the namespace. Contacts may be left from a time when a TLD had some, so that their clients
    /// still reach them; a TLD's host objects stay with it.
    pub fn takes(self, uri: &str) -> bool {
        OBJECT_URIS.contains(&uri) && (uri != HOST_URI || self.hosts) && !self.off.has_uri(uri)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::timestamp::Timestamp;
    use crate::epp::session::{BALANCE_URI, DOMAIN_URI, MAINTENANCE_URI};
    use crate::model::idn::IdnPolicy;
    use crate::model::memory::Memory;
    use crate::model::record::{Disclosure, FeePolicy, Periods, Policy, Tld};
    use crate::model::sec_dns::SecDnsPolicy;
    use crate::model::transaction::{Actor, Change, Origin, Transaction};
    use crate::model::ttl::TtlBounds;

    fn tld(name: String, host_model: HostModel, data_model: DataModel) -> Tld {
        Tld {
            name,
            data_model,
            required_contacts: Vec::new(),
            repository_id: "EXAMPLE".into(),
            min_months: 12,
            max_months: 120,
            default_months: 12,
            transfer_days: 5,
            periods: Periods::default(),
            restore_report: true,
            idn: false,
            fee_policy: FeePolicy::Premium,
            disclosure: Disclosure::ByDisclose,
            created: Timestamp::default(),
            updated: None,
            host_model,
            sec_dns: SecDnsPolicy::default(),
            idn_policy: IdnPolicy::default(),
            ttls: TtlBounds::all(),
            extensions_off: Vec::new(),
        }
    }

    fn registry(tlds: &[(HostModel, DataModel)]) -> Memory {
        let mut memory = Memory::default();
        let put = |(place, (host_model, data_model)): (usize, &(HostModel, DataModel))| {
            Change::PutTld(tld(format!("tld{place}"), *host_model, *data_model))
        };
        let changes = tlds.iter().enumerate().map(put).collect();
        memory.commit(&Transaction { sequence: 1, origin: origin(), changes }).expect("whole");
        memory
    }

    fn origin() -> Origin {
        Origin {
            actor: Actor::System,
            cl_trid: None,
            sv_trid: "SV-1".into(),
            command: "test".into(),
            time: Timestamp::default(),
        }
    }

    #[test]
    fn what_is_switched_off_is_not_offered() {
        for tlds in [&[][..], &[(HostModel::Objects, DataModel::Maximum)]] {
            let mut registry = registry(tlds);
            let policy = Policy { extensions_off: vec!["balance".into()], ..Policy::default() };
            let changes = vec![Change::PutPolicy(policy)];
            registry.commit(&Transaction { sequence: 2, origin: origin(), changes }).expect("whole");
            let offer = Offer::of(&registry);
            let found: Vec<_> = offer.announced().collect();
            assert_eq!(found, [DOMAIN_URI, HOST_URI, CONTACT_URI, MAINTENANCE_URI]);
            assert!(!offer.takes(BALANCE_URI) && offer.takes(MAINTENANCE_URI));
        }
    }

    #[test]
    fn the_tlds_say_which_mappings_there_are() {
        use DataModel::{Maximum, Minimum, PerRegistrar};
        use HostModel::{Attributes, Objects};
        for (tlds, hosts, contacts) in [
            (&[][..], true, true),
            (&[(Objects, Maximum)], true, true),
            (&[(Objects, Minimum)], true, false),
            (&[(Attributes, Maximum)], false, true),
            (&[(Attributes, PerRegistrar)], false, true),
            (&[(Attributes, Minimum)], false, false),
            (&[(Attributes, Minimum), (Objects, Minimum)], true, false),
            (&[(Attributes, Minimum), (Attributes, PerRegistrar), (Objects, Minimum)], true, true),
        ] {
            let offer = Offer::of(&registry(tlds));
            assert_eq!(Offer::has_hosts(&registry(tlds)), hosts, "{tlds:?}");
            let found: Vec<_> = offer.announced().collect();
            let always = [(BALANCE_URI, true), (MAINTENANCE_URI, true)];
            let expected = [(DOMAIN_URI, true), (HOST_URI, hosts), (CONTACT_URI, contacts)].into_iter().chain(always);
            let expected: Vec<_> = expected.filter(|(_, there)| *there).map(|(uri, _)| uri).collect();
            assert_eq!(found, expected, "{tlds:?}");
            assert_eq!((offer.takes(HOST_URI), offer.takes(CONTACT_URI)), (hosts, true), "{tlds:?}");
            assert!(offer.takes(DOMAIN_URI) && !offer.takes("urn:x"));
        }
    }
}
