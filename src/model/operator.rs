//! What operators command over the admin socket: typed, readable from JSON, and not yet judged by any rule.
//!
//! On the wire a command is an object with one member, its name: `{"registrar-suspend": {"clid": "registrar-a",
//! "suspended": true}}`. A member that no command has is refused. In a `-set` what is missing stays as it is, and an empty
//! text or a 0 removes a value that may be missing.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::extension::ExtensionName;
pub use crate::model::operator_action::{
    ContactOrphan, ContactRedact, DomainRemove, DomainReturn, Handover, LockChange, PolicySet, RegistrarTerminate,
};
pub use crate::model::operator_escrow::{EscrowMade, EscrowProgress, EscrowStep, EscrowVerdictSet};
pub use crate::model::operator_idn::{CompiledTable, IdnLoad, IdnRekey, IdnRules, IdnTableUse, IdnTag};
pub use crate::model::operator_launch::{
    LaunchAllocate, LaunchPhaseRemove, LaunchPhaseSet, LaunchRefuse, LaunchStatus, TmchEntry, TmchLoad,
};
pub use crate::model::operator_maintenance::{MaintenanceRemove, MaintenanceSpec};
pub use crate::model::operator_money::{
    BillingOpen, BillingPost, BillingSet, ListLoad, ListName, PriceRemove, PriceSet,
};
pub use crate::model::operator_rdap::{
    RdapClientAdd, RdapClientAddCert, RdapClientAddToken, RdapClientRemove, RdapClientRemoveCert,
    RdapClientRemoveToken, RdapClientSet, RdapClientSuspend,
};
pub use crate::model::operator_registrar::{
    RegistrarAdd, RegistrarAddCert, RegistrarAddress, RegistrarRemoveCert, RegistrarSet, RegistrarSetPassword,
    RegistrarSuspend,
};
pub use crate::model::operator_token::{TokenAdd, TokenRevoke, TokenTerms};
use crate::model::record::{ContactRole, DataModel, Disclosure, FeePolicy, HostModel, Periods};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::sec_dns::{SecDnsInterface, SecDnsPolicy};
use crate::model::status::Status;

/// A command of an operator that changes something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OperatorCommand {
    /// A TLD begins.
    TldAdd(TldAdd),
    /// The rules of a TLD change, for the commands that follow.
    TldSet(TldSet),
    /// A registrar begins, without password and certificate.
    RegistrarAdd(RegistrarAdd),
    /// What is known of a registrar changes.
    RegistrarSet(RegistrarSet),
    /// A registrar's password changes. Also what a login with `newPW` becomes (RFC 5730, section 2.9.1.1), then asked for
    /// by the registrar itself.
    RegistrarSetPassword(RegistrarSetPassword),
    /// A registrar may present one more certificate.
    RegistrarAddCert(RegistrarAddCert),
    /// A registrar may no longer present a certificate.
    RegistrarRemoveCert(RegistrarRemoveCert),
    /// A registrar may not log in, or may again.
    RegistrarSuspend(RegistrarSuspend),
    /// An object gets a server status.
    StatusSet(StatusChange),
    /// An object loses a server status.
    StatusUnset(StatusChange),
    /// A domain gets all statuses of a lock.
    LockSet(LockChange),
    /// A domain loses what a lock gave it.
    LockUnset(LockChange),
    /// The registry deletes a domain.
    DomainDelete(DomainRemove),
    /// The registry takes a deletion back.
    DomainRestore(DomainReturn),
    /// An object gets another sponsoring client.
    ObjectHandover(Handover),
    /// What is personal in a contact goes.
    ContactRedact(ContactRedact),
    /// A contact that no domain refers to begins to go.
    ContactOrphan(ContactOrphan),
    /// A registrar is one no more.
    RegistrarTerminate(RegistrarTerminate),
    /// What holds for the whole registry changes.
    PolicySet(PolicySet),
    /// What names of a class cost from a moment on.
    PriceSet(PriceSet),
    /// A price that has not taken effect will not.
    PriceRemove(PriceRemove),
    /// A registrar gets an account.
    BillingOpen(BillingOpen),
    /// How far a registrar may go into debt, and at what it is warned, changes.
    BillingSet(BillingSet),
    /// Money has come in from a registrar.
    BillingPay(BillingPost),
    /// What is wrong in a registrar's billing ledger is put right by one more line.
    BillingCorrect(BillingPost),
    /// A list of names is as given.
    ListLoad(ListLoad),
    /// A list of names is gone.
    ListRemove(ListName),
    /// A phase of the launch of a TLD is as given.
    LaunchPhaseSet(LaunchPhaseSet),
    /// A phase of the launch of a TLD is gone.
    LaunchPhaseRemove(LaunchPhaseRemove),
    /// A name is registered for who has applied for it.
    LaunchAllocate(LaunchAllocate),
    /// A name will not be registered for who has applied for it.
    LaunchRefuse(LaunchRefuse),
    /// An application is as far as given.
    LaunchStatus(LaunchStatus),
    /// A part of a list of the Trademark Clearinghouse is as given.
    TmchLoad(TmchLoad),
    /// A deposit was made with the escrow agent.
    #[serde(skip)]
    EscrowMade(EscrowMade),
    /// A deposit was delivered or reported.
    #[serde(skip)]
    EscrowStep(EscrowStep),
    /// The escrow agent has told what it found.
    EscrowVerdict(EscrowVerdictSet),
    /// Maintenance comes.
    MaintenanceAdd(MaintenanceSpec),
    /// Maintenance comes otherwise.
    MaintenanceSet(MaintenanceSpec),
    /// Maintenance does not come, or has been.
    MaintenanceRemove(MaintenanceRemove),
    /// There are more allocation tokens.
    TokenAdd(TokenAdd),
    /// Allocation tokens are good for nothing any more.
    TokenRevoke(TokenRevoke),
    /// Somebody may see more of RDAP than the public does.
    RdapClientAdd(RdapClientAdd),
    /// What is known of a client of RDAP, and what it may ask for, changes.
    RdapClientSet(RdapClientSet),
    /// A client of RDAP has one more token.
    RdapClientAddToken(RdapClientAddToken),
    /// A token of a client of RDAP is nobody's any more.
    RdapClientRemoveToken(RdapClientRemoveToken),
    /// A client of RDAP has one more certificate.
    RdapClientAddCert(RdapClientAddCert),
    /// A certificate of a client of RDAP is nobody's any more.
    RdapClientRemoveCert(RdapClientRemoveCert),
    /// A client of RDAP is one of the public, or no longer.
    RdapClientSuspend(RdapClientSuspend),
    /// A client of RDAP is one of the public for good.
    RdapClientRemove(RdapClientRemove),
    /// A table of internationalized labels is as given.
    #[serde(skip)]
    IdnLoad(CompiledTable),
    /// A table of internationalized labels is gone.
    IdnRemove(IdnTag),
    /// A name gets the keys that the tables of now give it.
    IdnRekey(IdnRekey),
}

impl OperatorCommand {
    /// The command as the log, metrics and JSON name it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::TldAdd(_) => "tld-add",
            Self::TldSet(_) => "tld-set",
            Self::RegistrarAdd(_) => "registrar-add",
            Self::RegistrarSet(_) => "registrar-set",
            Self::RegistrarSetPassword(_) => "registrar-set-password",
            Self::RegistrarAddCert(_) => "registrar-add-cert",
            Self::RegistrarRemoveCert(_) => "registrar-remove-cert",
            Self::RegistrarSuspend(_) => "registrar-suspend",
            Self::StatusSet(_) => "status-set",
            Self::StatusUnset(_) => "status-unset",
            Self::LockSet(_) => "lock-set",
            Self::LockUnset(_) => "lock-unset",
            Self::DomainDelete(_) => "domain-delete",
            Self::DomainRestore(_) => "domain-restore",
            Self::ObjectHandover(_) => "object-handover",
            Self::ContactRedact(_) => "contact-redact",
            Self::ContactOrphan(_) => "contact-orphan",
            Self::RegistrarTerminate(_) => "registrar-terminate",
            Self::PolicySet(_) => "policy-set",
            Self::PriceSet(_) => "price-set",
            Self::PriceRemove(_) => "price-remove",
            Self::BillingOpen(_) => "billing-open",
            Self::BillingSet(_) => "billing-set",
            Self::BillingPay(_) => "billing-pay",
            Self::BillingCorrect(_) => "billing-correct",
            Self::ListLoad(_) => "list-load",
            Self::ListRemove(_) => "list-remove",
            Self::LaunchPhaseSet(_) => "launch-phase-set",
            Self::LaunchPhaseRemove(_) => "launch-phase-remove",
            Self::LaunchAllocate(_) => "launch-allocate",
            Self::LaunchRefuse(_) => "launch-refuse",
            Self::LaunchStatus(_) => "launch-status",
            Self::TmchLoad(_) => "tmch-load",
            Self::EscrowMade(_) => "escrow-made",
            Self::EscrowStep(_) => "escrow-step",
            Self::EscrowVerdict(_) => "escrow-verdict",
            Self::MaintenanceAdd(_) => "maintenance-add",
            Self::MaintenanceSet(_) => "maintenance-set",
            Self::MaintenanceRemove(_) => "maintenance-remove",
            Self::TokenAdd(_) => "token-add",
            Self::TokenRevoke(_) => "token-revoke",
            Self::RdapClientAdd(_) => "rdap-client-add",
            Self::RdapClientSet(_) => "rdap-client-set",
            Self::RdapClientAddToken(_) => "rdap-client-add-token",
            Self::RdapClientRemoveToken(_) => "rdap-client-remove-token",
            Self::RdapClientAddCert(_) => "rdap-client-add-cert",
            Self::RdapClientRemoveCert(_) => "rdap-client-remove-cert",
            Self::RdapClientSuspend(_) => "rdap-client-suspend",
            Self::RdapClientRemove(_) => "rdap-client-remove",
            Self::IdnLoad(_) => "idn-load",
            Self::IdnRemove(_) => "idn-remove",
            Self::IdnRekey(_) => "idn-rekey",
        }
    }
}

/// `tld-add`. Periods are in months.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TldAdd {
    /// Lower-case A-labels.
    pub name: String,
    /// `minimum`, `maximum` or `per-registrar`.
    pub data_model: ByName<DataModel>,
    /// `objects` or `attributes`, for good; `objects` when missing.
    #[serde(default = "objects")]
    pub host_model: ByName<HostModel>,
    /// Roles a domain must fill; none when missing.
    #[serde(default)]
    pub required_contacts: Vec<ByName<ContactRole>>,
    /// One to eight word characters, registered with IANA.
    pub repository_id: String,
    /// Shortest registration; 12 when missing.
    #[serde(default = "one_year")]
    pub min_months: u32,
    /// Longest registration; 120 when missing.
    #[serde(default = "ten_years")]
    pub max_months: u32,
    /// Registration when a command names no period; 12 when missing.
    #[serde(default = "one_year")]
    pub default_months: u32,
    /// Days to answer a transfer request; 5 when missing.
    #[serde(default = "five")]
    pub transfer_days: u32,
    /// The other periods.
    #[serde(default)]
    pub periods: TldPeriods,
    /// Whether a restore needs a report; so when missing.
    #[serde(default = "yes")]
    pub restore_report: bool,
    /// Whether A-labels are accepted; not when missing.
    #[serde(default)]
    pub idn: bool,
    /// Whose fees must be acknowledged; `premium` when missing.
    #[serde(default = "premium")]
    pub fee_policy: ByName<FeePolicy>,
    /// What it takes of DNSSEC data.
    #[serde(default)]
    pub sec_dns: TldSecDns,
    /// TTLs of the records of its delegations, as `NS=3600:86400:172800` (least, default, most, in seconds); a type that
    /// is missing has these numbers.
    #[serde(default)]
    pub ttls: Vec<String>,
    /// How it takes A-labels.
    #[serde(default)]
    pub idn_rules: IdnRules,
    /// How much of its contacts the public sees in RDAP; `by-disclose` when missing.
    #[serde(default = "by_disclose")]
    pub disclosure: ByName<Disclosure>,
}

const fn by_disclose() -> ByName<Disclosure> {
    ByName(Disclosure::ByDisclose)
}

const fn objects() -> ByName<HostModel> {
    ByName(HostModel::Objects)
}

const fn premium() -> ByName<FeePolicy> {
    ByName(FeePolicy::Premium)
}

const fn one_year() -> u32 {
    12
}

const fn ten_years() -> u32 {
    120
}

const fn five() -> u32 {
    5
}

const fn yes() -> bool {
    true
}

/// The periods of a TLD, in days; zero switches one off. What is missing stays, or has its default in a new TLD.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TldPeriods {
    /// After a create: a delete purges at once; 5 in a new TLD.
    pub add_grace: Option<u32>,
    /// After a renewal by the registry; 45 in a new TLD.
    pub auto_renew_grace: Option<u32>,
    /// After a renewal by the registrar; 5 in a new TLD.
    pub renew_grace: Option<u32>,
    /// After a transfer; 5 in a new TLD.
    pub transfer_grace: Option<u32>,
    /// After a delete: the name can be restored; 30 in a new TLD.
    pub redemption: Option<u32>,
    /// After redemption, before the purge; 5 in a new TLD.
    pub pending_delete: Option<u32>,
    /// After a restore request: the report is awaited; 7 in a new TLD.
    pub pending_restore: Option<u32>,
    /// After a create: no transfer; 0 in a new TLD.
    pub create_lock: Option<u32>,
    /// After a transfer: no other one; 0 in a new TLD.
    pub transfer_lock: Option<u32>,
}

impl TldPeriods {
    /// The periods with what is named changed.
    pub fn over(&self, periods: Periods) -> Periods {
        Periods {
            add_grace: self.add_grace.unwrap_or(periods.add_grace),
            auto_renew_grace: self.auto_renew_grace.unwrap_or(periods.auto_renew_grace),
            renew_grace: self.renew_grace.unwrap_or(periods.renew_grace),
            transfer_grace: self.transfer_grace.unwrap_or(periods.transfer_grace),
            redemption: self.redemption.unwrap_or(periods.redemption),
            pending_delete: self.pending_delete.unwrap_or(periods.pending_delete),
            pending_restore: self.pending_restore.unwrap_or(periods.pending_restore),
            create_lock: self.create_lock.unwrap_or(periods.create_lock),
            transfer_lock: self.transfer_lock.unwrap_or(periods.transfer_lock),
        }
    }
}

/// What a TLD takes of DNSSEC data (RFC 5910). What is missing stays, or has its default in a new TLD.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TldSecDns {
    /// `ds` or `key`; `ds` in a new TLD.
    pub interface: Option<ByName<SecDnsInterface>>,
    /// Algorithms that are refused; 1, 3, 5, 6, 7 and 12 in a new TLD.
    pub refused_algorithms: Option<Vec<u8>>,
    /// Digest types that are refused; 1 and 3 in a new TLD.
    pub refused_digests: Option<Vec<u8>>,
    /// Digest types that DS records are made with from keys, of 2 and 4; 2 in a new TLD.
    pub made_digests: Option<Vec<u8>>,
    /// Records that a domain has at most; 8 in a new TLD.
    pub most: Option<u32>,
    /// The longest `maxSigLife`, in seconds; 0, as in a new TLD: none is taken.
    pub most_sig_life: Option<u32>,
    /// Whether `urgent` is served; not in a new TLD.
    pub urgent: Option<bool>,
}

impl TldSecDns {
    /// The policy with what is named changed.
    pub fn over(&self, policy: SecDnsPolicy) -> SecDnsPolicy {
        SecDnsPolicy {
            interface: self.interface.map_or(policy.interface, |interface| interface.0),
            refused_algorithms: self.refused_algorithms.clone().unwrap_or(policy.refused_algorithms),
            refused_digests: self.refused_digests.clone().unwrap_or(policy.refused_digests),
            made_digests: self.made_digests.clone().unwrap_or(policy.made_digests),
            most: self.most.unwrap_or(policy.most),
            most_sig_life: self.most_sig_life.unwrap_or(policy.most_sig_life),
            urgent: self.urgent.unwrap_or(policy.urgent),
        }
    }
}

/// `tld-set`; fields as in [`TldAdd`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TldSet {
    /// Which TLD.
    pub name: String,
    /// As in [`TldAdd`].
    pub data_model: Option<ByName<DataModel>>,
    /// As in [`TldAdd`].
    pub required_contacts: Option<Vec<ByName<ContactRole>>>,
    /// As in [`TldAdd`]; ROIDs already given stay.
    pub repository_id: Option<String>,
    /// As in [`TldAdd`].
    pub min_months: Option<u32>,
    /// As in [`TldAdd`].
    pub max_months: Option<u32>,
    /// As in [`TldAdd`].
    pub default_months: Option<u32>,
    /// As in [`TldAdd`].
    pub transfer_days: Option<u32>,
    /// The other periods.
    pub periods: TldPeriods,
    /// As in [`TldAdd`].
    pub restore_report: Option<bool>,
    /// As in [`TldAdd`].
    pub idn: Option<bool>,
    /// As in [`TldAdd`].
    pub fee_policy: Option<ByName<FeePolicy>>,
    /// Extensions that are not served for its names from now on.
    pub extension_off: Vec<ByName<ExtensionName>>,
    /// Extensions that are served for its names again.
    pub extension_on: Vec<ByName<ExtensionName>>,
    /// What it takes of DNSSEC data.
    pub sec_dns: TldSecDns,
    /// As in [`TldAdd`]; types that are not named stay as they are. What clients have chosen stays.
    pub ttls: Vec<String>,
    /// As in [`TldAdd`].
    pub idn_rules: IdnRules,
    /// As in [`TldAdd`].
    pub disclosure: Option<ByName<Disclosure>>,
}

/// `status-set` and `status-unset`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusChange {
    /// What the object is.
    pub object: ObjectKind,
    /// Its name or handle.
    pub name: String,
    /// Which status; only `server…`.
    pub status: ByName<Status>,
    /// Why; the sponsoring client reads it in its poll message, and beside the status that is set.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What an object is, as operators say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectKind {
    /// A domain, by name.
    Domain,
    /// A host, by name.
    Host,
    /// A contact, by handle.
    Contact,
}

impl ObjectKind {
    /// The word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Host => "host",
            Self::Contact => "contact",
        }
    }
}

/// A value that JSON knows by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByName<T>(pub T);

/// A type whose values have names.
pub trait Named: Sized + Copy + 'static {
    /// What the values are, for messages.
    const WHAT: &'static str;

    /// The value's name.
    fn name(self) -> &'static str;

    /// The value with that name.
    fn parse(name: &str) -> Option<Self>;
}

impl Named for Status {
    const WHAT: &'static str = "a status, as serverHold";

    fn name(self) -> &'static str {
        Self::name(self)
    }

    fn parse(name: &str) -> Option<Self> {
        Self::parse(name)
    }
}

impl Named for ContactRole {
    const WHAT: &'static str = "admin, billing or tech";

    fn name(self) -> &'static str {
        Self::name(self)
    }

    fn parse(name: &str) -> Option<Self> {
        Self::parse(name)
    }
}

impl Named for DataModel {
    const WHAT: &'static str = "minimum, maximum or per-registrar";

    fn name(self) -> &'static str {
        match self {
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::PerRegistrar => "per-registrar",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Minimum, Self::Maximum, Self::PerRegistrar].into_iter().find(|model| Named::name(*model) == name)
    }
}

impl Named for Disclosure {
    const WHAT: &'static str = "publish-organisations, by-disclose or redact-all";

    fn name(self) -> &'static str {
        match self {
            Self::PublishOrganisations => "publish-organisations",
            Self::ByDisclose => "by-disclose",
            Self::RedactAll => "redact-all",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::PublishOrganisations, Self::ByDisclose, Self::RedactAll].into_iter().find(|policy| policy.name() == name)
    }
}

impl Named for HostModel {
    const WHAT: &'static str = "objects or attributes";

    fn name(self) -> &'static str {
        match self {
            Self::Objects => "objects",
            Self::Attributes => "attributes",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Objects, Self::Attributes].into_iter().find(|model| Named::name(*model) == name)
    }
}

impl Named for SecDnsInterface {
    const WHAT: &'static str = "ds or key";

    fn name(self) -> &'static str {
        match self {
            Self::Ds => "ds",
            Self::Key => "key",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Ds, Self::Key].into_iter().find(|interface| Named::name(*interface) == name)
    }
}

impl Named for FeePolicy {
    const WHAT: &'static str = "premium or always";

    fn name(self) -> &'static str {
        match self {
            Self::Premium => "premium",
            Self::Always => "always",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Premium, Self::Always].into_iter().find(|policy| Named::name(*policy) == name)
    }
}

impl<T: Named> Serialize for ByName<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
}

impl<'de, T: Named> Deserialize<'de> for ByName<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        T::parse(&name).map(Self).ok_or_else(|| D::Error::custom(format!("expected {}, found {name:?}", T::WHAT)))
    }
}

/// Why an operator's command was refused. Nothing was changed. The texts say what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperatorRefusal {
    /// A value is not what it must be.
    Invalid {
        /// Which member of the command.
        field: &'static str,
        /// What it says.
        found: String,
        /// What it must be.
        expected: String,
    },
    /// What should be added is there.
    Exists {
        /// `tld`, `registrar`, `certificate`.
        what: &'static str,
        /// Its name.
        name: String,
        /// What to do instead.
        advice: &'static str,
    },
    /// What should be changed is not there.
    DoesNotExist {
        /// `tld`, `registrar`, `certificate`, `domain`, `host`, `contact`.
        what: &'static str,
        /// Its name.
        name: String,
        /// What to do instead.
        advice: &'static str,
    },
    /// Everything is as asked for already.
    Unchanged {
        /// What is so.
        state: String,
    },
    /// The password has been changed since the one who changes it has proved to know it.
    PasswordChanged,
    /// The state of something else forbids it.
    Conflict {
        /// What is in the way, and what to do about it.
        why: String,
    },
}

impl fmt::Display for OperatorRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { field, found, expected } => write!(f, "{field}: expected {expected}, found {found:?}"),
            Self::Exists { what, name, advice } => write!(f, "there is a {what} {name} already; {advice}"),
            Self::DoesNotExist { what, name, advice } => write!(f, "there is no {what} {name:?}; {advice}"),
            Self::Unchanged { state } => write!(f, "nothing to do: {state}"),
            Self::PasswordChanged => f.write_str("the password has been changed meanwhile"),
            Self::Conflict { why } => f.write_str(why),
        }
    }
}

impl std::error::Error for OperatorRefusal {}

/// The ledger answers operators as it answers registrars; the reason carries the operator's text.
impl From<OperatorRefusal> for Refusal {
    fn from(refusal: OperatorRefusal) -> Self {
        let text = refusal.to_string();
        let fault = |value: String| Fault::new(Element::epp("command"), value, text);
        match refusal {
            OperatorRefusal::Invalid { found, .. } => Self::Policy(fault(found)),
            OperatorRefusal::Exists { name, .. } => Self::Exists(fault(name)),
            OperatorRefusal::DoesNotExist { name, .. } => Self::DoesNotExist(fault(name)),
            OperatorRefusal::Unchanged { state } => Self::DataPolicy(fault(state)),
            OperatorRefusal::PasswordChanged => Self::Authentication,
            OperatorRefusal::Conflict { .. } => Self::Association(fault(String::new())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<OperatorCommand, simd_json::Error> {
        simd_json::from_slice(&mut json.as_bytes().to_vec())
    }

    #[test]
    fn commands_read_from_json_with_their_defaults() {
        let json = r#"{"tld-add": {"name": "example", "data_model": "maximum", "repository_id": "EXAMPLE",
            "required_contacts": ["admin", "tech"]}}"#;
        let expected = OperatorCommand::TldAdd(TldAdd {
            name: "example".into(),
            data_model: ByName(DataModel::Maximum),
            host_model: ByName(HostModel::Objects),
            required_contacts: vec![ByName(ContactRole::Admin), ByName(ContactRole::Tech)],
            repository_id: "EXAMPLE".into(),
            min_months: 12,
            max_months: 120,
            default_months: 12,
            transfer_days: 5,
            periods: TldPeriods::default(),
            sec_dns: TldSecDns::default(),
            restore_report: true,
            fee_policy: ByName(FeePolicy::Premium),
            ttls: Vec::new(),
            idn: false,
            idn_rules: IdnRules::default(),
            disclosure: ByName(Disclosure::ByDisclose),
        });
        assert_eq!(read(json).expect("good"), expected);
        let json = r#"{"registrar-set": {"clid": "registrar-a", "email": ""}}"#;
        let expected = RegistrarSet { clid: "registrar-a".into(), email: Some(String::new()), ..Default::default() };
        assert_eq!(read(json).expect("good"), OperatorCommand::RegistrarSet(expected));
    }

    #[test]
    fn every_command_writes_under_its_name_and_reads_back() {
        let (clid, sha256) = (String::from("abc"), "00".repeat(32));
        let status = StatusChange {
            object: ObjectKind::Domain,
            name: "a.example".into(),
            status: ByName(Status::ServerHold),
            reason: Some("court order".into()),
        };
        let password =
            RegistrarSetPassword { clid: clid.clone(), password_hash: "$argon2id$…".into(), replaces: None };
        assert!(!format!("{password:?}").contains("argon2id"));
        for command in [
            OperatorCommand::TldSet(TldSet { name: "example".into(), idn: Some(true), ..Default::default() }),
            OperatorCommand::RegistrarAdd(RegistrarAdd {
                clid: clid.clone(),
                iana_id: Some(9995),
                ..Default::default()
            }),
            OperatorCommand::RegistrarSetPassword(password),
            OperatorCommand::RegistrarAddCert(RegistrarAddCert {
                clid: clid.clone(),
                sha256: sha256.clone(),
                label: "2026".into(),
            }),
            OperatorCommand::RegistrarRemoveCert(RegistrarRemoveCert { clid: clid.clone(), sha256 }),
            OperatorCommand::RegistrarSuspend(RegistrarSuspend { clid, suspended: true }),
            OperatorCommand::StatusSet(status.clone()),
            OperatorCommand::StatusUnset(status),
        ] {
            let json = simd_json::to_string(&command).expect("plain data");
            assert!(json.starts_with(&format!("{{\"{}\":", command.name())), "{json}");
            assert_eq!(read(&json).expect("its own words"), command);
        }
    }

    #[test]
    fn unknown_members_and_names_are_refused() {
        for json in [
            r#"{"registrar-delete": {"clid": "abc"}}"#,
            r#"{"registrar-suspend": {"clid": "abc", "suspended": true, "why": ""}}"#,
            r#"{"registrar-set": {"clid": "abc", "sponsor": ""}}"#,
            r#"{"registrar-suspend": {"clid": "abc"}}"#,
            r#"{"status-set": {"object": "domain", "name": "a.example", "status": "serverhold"}}"#,
            r#"{"status-set": {"object": "zone", "name": "a.example", "status": "serverHold"}}"#,
            r#"{"tld-add": {"name": "example", "data_model": "thick", "repository_id": "EXAMPLE"}}"#,
        ] {
            assert!(read(json).is_err(), "{json}");
        }
    }
}
