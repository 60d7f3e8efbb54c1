//! The record of a TLD: its data model and the rules that names under it follow.

use rkyv::{Archive, Deserialize, Serialize};

use crate::base::timestamp::Timestamp;
use crate::model::billing::FeePolicy;
use crate::model::idn::IdnPolicy;
use crate::model::record::ContactRole;
use crate::model::sec_dns::SecDnsPolicy;
use crate::model::ttl::TtlBounds;

/// How much of a registration the registry holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum DataModel {
    /// Domains have no contacts.
    Minimum,
    /// Domains have a registrant and other contacts.
    Maximum,
    /// Each registrar has the one or the other; [`Registrar::data_model`](crate::model::record::Registrar::data_model) says
    /// which.
    PerRegistrar,
}

impl ArchivedDataModel {
    /// The model as a native value.
    pub const fn get(self) -> DataModel {
        match self {
            Self::Minimum => DataModel::Minimum,
            Self::Maximum => DataModel::Maximum,
            Self::PerRegistrar => DataModel::PerRegistrar,
        }
    }
}

/// How domains name their name servers (RFC 5731, section 1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum HostModel {
    /// By host objects.
    Objects,
    /// By attributes of the domain.
    Attributes,
}

impl ArchivedHostModel {
    /// The model as a native value.
    pub const fn get(self) -> HostModel {
        match self {
            Self::Objects => HostModel::Objects,
            Self::Attributes => HostModel::Attributes,
        }
    }
}

/// How much of its contacts the public sees in RDAP. State or province and country are always shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum Disclosure {
    /// What contacts have asked to be shown (RFC 5733, section 2.9, `disclose` with flag 1), and organisations that have not
    /// asked to be withheld.
    PublishOrganisations,
    /// What contacts have asked to be shown.
    ByDisclose,
    /// Nothing, whatever contacts have asked for.
    RedactAll,
}

impl ArchivedDisclosure {
    /// The policy as a native value.
    pub const fn get(self) -> Disclosure {
        match self {
            Self::PublishOrganisations => Disclosure::PublishOrganisations,
            Self::ByDisclose => Disclosure::ByDisclose,
            Self::RedactAll => Disclosure::RedactAll,
        }
    }
}

/// A top-level domain, or another zone that names are registered in.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Tld {
    /// Lower-case A-labels, no dot at either end.
    pub name: String,
    /// Contacts or none.
    pub data_model: DataModel,
    /// Roles a domain must fill (maximum model).
    pub required_contacts: Vec<ContactRole>,
    /// The part of a domain's ROID after the hyphen, registered with IANA.
    pub repository_id: String,
    /// Shortest registration, in months.
    pub min_months: u32,
    /// Longest registration, in months; no expiry is ever further away.
    pub max_months: u32,
    /// Registration period when a command names none, in months.
    pub default_months: u32,
    /// Days the sponsoring client has to answer a transfer request.
    pub transfer_days: u32,
    /// How long the other periods of a name's life are.
    pub periods: Periods,
    /// Whether a restore needs a report (RFC 3915, section 4.2.5).
    pub restore_report: bool,
    /// Whether A-labels (`xn--`) are accepted.
    pub idn: bool,
    /// Whose fees must be acknowledged.
    pub fee_policy: FeePolicy,
    /// When it was added.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Option<Timestamp>,
    /// How domains name their name servers.
    pub host_model: HostModel,
    /// What it takes of DNSSEC data.
    pub sec_dns: SecDnsPolicy,
    /// How it takes internationalized labels.
    pub idn_policy: IdnPolicy,
    /// TTLs of the records of its delegations, one entry for each type.
    pub ttls: Vec<TtlBounds>,
    /// Extensions that are not served for its names, as [`Extension::schema`] names them.
    ///
    /// [`Extension::schema`]: crate::epp::extensions::Extension::schema
    pub extensions_off: Vec<String>,
    /// How much of its contacts the public sees.
    pub disclosure: Disclosure,
}

/// Days that the periods of a name's life take; zero switches one off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Periods {
    /// After a create: a delete purges at once.
    pub add_grace: u32,
    /// After a renewal by the registry.
    pub auto_renew_grace: u32,
    /// After a renewal by the client.
    pub renew_grace: u32,
    /// After a transfer.
    pub transfer_grace: u32,
    /// After a delete: the name can be restored.
    pub redemption: u32,
    /// After redemption, before the purge.
    pub pending_delete: u32,
    /// After a restore request: the report is awaited.
    pub pending_restore: u32,
    /// After a create: no transfer.
    pub create_lock: u32,
    /// After a transfer: no other one.
    pub transfer_lock: u32,
}

/// What ICANN's contracts and policies have for gTLDs, without the locks, which registrars keep themselves.
impl Default for Periods {
    fn default() -> Self {
        Self {
            add_grace: 5,
            auto_renew_grace: 45,
            renew_grace: 5,
            transfer_grace: 5,
            redemption: 30,
            pending_delete: 5,
            pending_restore: 7,
            create_lock: 0,
            transfer_lock: 0,
        }
    }
}
