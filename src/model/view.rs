//! What the rules and the queries read: records by key, as of one moment.

use rkyv::api::high::HighValidator;
use rkyv::bytecheck::CheckBytes;
use rkyv::rancor::Error;

use crate::base::limits::KEY_BYTES;
use crate::model::idn::VariantKey;
use crate::model::launch_record::{TrademarkList, shard};
use crate::model::record::{self, ArchivedRegistrar, Kind};

/// A record type, its kind, and so the type behind a key of that kind.
pub trait Record: rkyv::Archive<Archived: for<'a> CheckBytes<HighValidator<'a, Error>>> {
    /// The kind all its keys begin with.
    const KIND: Kind;
}

macro_rules! records {
    ($($name:ident),*) => { $(impl Record for record::$name { const KIND: Kind = Kind::$name; })* };
}
records!(
    Domain,
    Host,
    Contact,
    Registrar,
    Tld,
    PollMessage,
    StatusNotes,
    PriceList,
    NameList,
    Account,
    BillingLine,
    Policy,
    Token,
    Maintenance,
    RdapClient,
    EscrowHistory,
    Balance,
    Subordinates,
    IdnTable,
    Variants,
    PollQueue,
    PollAbout,
    PollGap,
    Directory,
    LaunchPlan,
    Application,
    Marks,
    TrademarkLabels,
    RevokedSmds,
    LordnLine,
    Applications
);

impl Record for record::HostRef {
    const KIND: Kind = Kind::HostName;
}
impl Record for record::ContactRef {
    const KIND: Kind = Kind::ContactRoid;
}
impl Record for record::RdapClientRef {
    const KIND: Kind = Kind::RdapCredential;
}
impl Record for record::RegistrarRef {
    const KIND: Kind = Kind::RegistrarByIana;
}
impl Record for record::TokenRef {
    const KIND: Kind = Kind::TokenOfBatch;
}

/// The key of a record within its kind.
pub mod key {
    use crate::model::idn::VariantKey;
    use crate::model::launch_record::{LordnKind, TrademarkList, shard};
    use crate::model::record::Kind;

    /// Of the shard of a list that a label is in.
    pub fn trademark(list: TrademarkList, label: &str) -> [u8; 2] {
        [list as u8, shard(label)]
    }

    /// Of the count of a TLD's lines to report.
    pub fn lordn_lines(tld: &str, kind: LordnKind) -> Vec<u8> {
        [tld.as_bytes(), &[0, kind as u8]].concat()
    }

    /// Of a line to report.
    pub fn lordn_line(tld: &str, kind: LordnKind, number: u64) -> Vec<u8> {
        [tld.as_bytes(), &[0, kind as u8], &number.to_be_bytes()].concat()
    }

    /// Of a host, and of its link count.
    pub fn host(id: u64) -> [u8; 8] {
        id.to_be_bytes()
    }

    /// Of a registrar's links to a host.
    pub fn host_links_by(id: u64, clid: &str) -> Vec<u8> {
        [&id.to_be_bytes(), clid.as_bytes()].concat()
    }

    /// Of the registry's policy.
    pub const POLICY: &[u8] = b"policy";

    /// Of a list of a TLD.
    pub fn name_list(tld: &str, name: &str) -> Vec<u8> {
        [tld.as_bytes(), &[0], name.as_bytes()].concat()
    }

    /// Of the directory of a TLD's lists.
    pub fn name_lists(tld: &str) -> Vec<u8> {
        [&[Kind::NameList as u8], tld.as_bytes()].concat()
    }

    /// Of a line of a registrar's billing ledger.
    pub fn billing_line(clid: &str, number: u64) -> Vec<u8> {
        poll_message(clid, number)
    }

    /// Of the token that has a place in a batch.
    pub fn token_of_batch(batch: &str, number: u64) -> Vec<u8> {
        poll_message(batch, number)
    }

    /// Of a poll message, and of a gap that begins or ends at its number.
    pub fn poll_message(clid: &str, number: u64) -> Vec<u8> {
        [clid.as_bytes(), &[0], &number.to_be_bytes()].concat()
    }

    /// Of the list of a registrar's messages about an object's transfers.
    pub fn poll_about(clid: &str, (kind, object): (Kind, &str)) -> Vec<u8> {
        [clid.as_bytes(), &[0, kind as u8], object.as_bytes()].concat()
    }

    /// Of the names in a TLD that share a variant key.
    pub fn variants(tld: &str, variant: &VariantKey) -> Vec<u8> {
        [tld.as_bytes(), &[0], variant].concat()
    }

    /// Of the status notes of the object of that kind and key.
    pub fn status_notes(kind: Kind, object: &[u8]) -> Vec<u8> {
        [&[kind as u8], object].concat()
    }

    /// Of a registrar reference.
    pub fn iana(id: u32) -> [u8; 4] {
        id.to_be_bytes()
    }
}

/// Records as of one moment. The provided methods are the vocabulary of the rules; an implementation gives two look-ups.
///
/// Each look-up is atomic, several together are not: a reader on a shard may see one transaction's effect on one record
/// and not yet on another. A reader that follows a reference to nothing reads again (see `manual::write_order`).
pub trait View {
    /// The record of type `R` with that key.
    fn record<R: Record>(&self, key: &[u8]) -> Option<&R::Archived>;

    /// The count of that kind ([`Kind::HostLinks`], [`Kind::HostLinksBy`], [`Kind::ContactLinks`], [`Kind::TokenBatch`]); 0
    /// without record.
    fn count(&self, kind: Kind, key: &[u8]) -> u64;

    /// A domain by name.
    fn domain(&self, name: &str) -> Option<&record::ArchivedDomain> {
        self.record::<record::Domain>(name.as_bytes())
    }

    /// A host by object id.
    fn host(&self, id: u64) -> Option<&record::ArchivedHost> {
        self.record::<record::Host>(&key::host(id))
    }

    /// A host by name.
    fn host_named(&self, name: &str) -> Option<&record::ArchivedHost> {
        self.host(self.record::<record::HostRef>(name.as_bytes())?.id.to_native())
    }

    /// A contact by handle.
    fn contact(&self, id: &str) -> Option<&record::ArchivedContact> {
        self.record::<record::Contact>(id.as_bytes())
    }

    /// A contact by ROID.
    fn contact_by_roid(&self, roid: &str) -> Option<&record::ArchivedContact> {
        self.contact(&self.record::<record::ContactRef>(roid.as_bytes())?.id)
    }

    /// A client of RDAP by name.
    fn rdap_client(&self, name: &str) -> Option<&record::ArchivedRdapClient> {
        self.record::<record::RdapClient>(name.as_bytes())
    }

    /// The client of RDAP that a token or certificate is one of, by its SHA-256.
    fn rdap_client_with(&self, sha256: &[u8; 32]) -> Option<&record::ArchivedRdapClient> {
        self.rdap_client(&self.record::<record::RdapClientRef>(sha256)?.name)
    }

    /// A registrar by clID.
    fn registrar(&self, clid: &str) -> Option<&ArchivedRegistrar> {
        self.record::<record::Registrar>(clid.as_bytes())
    }

    /// A registrar by IANA id.
    fn registrar_by_iana_id(&self, id: u32) -> Option<&ArchivedRegistrar> {
        self.registrar(&self.record::<record::RegistrarRef>(&key::iana(id))?.clid)
    }

    /// A TLD by name.
    fn tld(&self, name: &str) -> Option<&record::ArchivedTld> {
        self.record::<record::Tld>(name.as_bytes())
    }

    /// The TLD a name stands under, and the name's labels above it: `("www.name", tld "example")`; the longest TLD wins.
    /// A TLD's own name stands under no TLD.
    fn tld_of<'n>(&self, name: &'n str) -> Option<(&'n str, &record::ArchivedTld)> {
        name.match_indices('.').find_map(|(dot, _)| Some((&name[..dot], self.tld(&name[dot + 1..])?)))
    }

    /// The domain name a host name stands below: the label next to its TLD, and the TLD. `None` for an external name.
    fn superordinate_name<'n>(&self, host: &'n str) -> Option<&'n str> {
        self.superordinate(host).map(|(domain, _)| domain)
    }

    /// As [`View::superordinate_name`], with the TLD.
    fn superordinate<'n>(&self, host: &'n str) -> Option<(&'n str, &record::ArchivedTld)> {
        let (labels, tld) = self.tld_of(host)?;
        Some((labels.rfind('.').map_or(host, |dot| &host[dot + 1..]), tld))
    }

    /// Object ids of the hosts below a domain, ascending.
    fn subordinate_hosts(&self, domain: &str) -> impl Iterator<Item = u64> {
        let hosts = self.record::<record::Subordinates>(domain.as_bytes()).map(|found| found.hosts.as_slice());
        hosts.unwrap_or_default().iter().map(|id| id.to_native())
    }

    /// The names in a TLD that have this variant key, ascending.
    fn variants(&self, tld: &str, key: &VariantKey) -> impl Iterator<Item = &str> {
        let names = self.record::<record::Variants>(&key::variants(tld, key)).map(|found| found.names.as_slice());
        names.unwrap_or_default().iter().map(|name| name.as_str())
    }

    /// How many domains name this host as name server.
    fn host_links(&self, id: u64) -> u64 {
        self.count(Kind::HostLinks, &key::host(id))
    }

    /// How many of one registrar's domains name this host as name server.
    fn host_links_by(&self, id: u64, clid: &str) -> u64 {
        self.count(Kind::HostLinksBy, &key::host_links_by(id, clid))
    }

    /// How many references domains hold to this contact.
    fn contact_links(&self, id: &str) -> u64 {
        self.count(Kind::ContactLinks, id.as_bytes())
    }

    /// A registrar's poll queue; `None` while it never had a message.
    fn poll_queue(&self, clid: &str) -> Option<&record::ArchivedPollQueue> {
        self.record::<record::PollQueue>(clid.as_bytes())
    }

    /// A message of a registrar's queue.
    fn poll_message(&self, clid: &str, number: u64) -> Option<&record::ArchivedPollMessage> {
        self.record::<record::PollMessage>(&key::poll_message(clid, number))
    }

    /// Numbers of the messages in a registrar's queue about the transfers of an object, ascending.
    fn poll_about(&self, clid: &str, object: (Kind, &str)) -> impl Iterator<Item = u64> {
        let key = key::poll_about(clid, object);
        let numbers = self.record::<record::PollAbout>(&key).map(|found| found.numbers.as_slice());
        numbers.unwrap_or_default().iter().map(|number| number.to_native())
    }

    /// The gap in a registrar's queue that begins or ends at that number.
    fn poll_gap(&self, clid: &str, number: u64) -> Option<&record::ArchivedPollGap> {
        self.record::<record::PollGap>(&key::poll_message(clid, number))
    }

    /// What was said beside the statuses of the object of that kind and key.
    fn status_notes(&self, kind: Kind, object: &[u8]) -> Option<&record::ArchivedStatusNotes> {
        self.record::<record::StatusNotes>(&key::status_notes(kind, object))
    }

    /// What the names of a TLD cost.
    fn price_list(&self, tld: &str) -> Option<&record::ArchivedPriceList> {
        self.record::<record::PriceList>(tld.as_bytes())
    }

    /// What was deposited of a TLD.
    fn escrow_history(&self, tld: &str) -> Option<&record::ArchivedEscrowHistory> {
        self.record::<record::EscrowHistory>(tld.as_bytes())
    }

    /// A list of a TLD, by its name.
    fn name_list(&self, tld: &str, name: &str) -> Option<&record::ArchivedNameList> {
        self.record::<record::NameList>(&key::name_list(tld, name))
    }

    /// The lists of a TLD, ascending by name.
    fn name_lists(&self, tld: &str) -> impl Iterator<Item = &record::ArchivedNameList> {
        let names = self.record::<record::Directory>(&key::name_lists(tld)).map(|found| found.names.as_slice());
        names.unwrap_or_default().iter().filter_map(move |name| self.name_list(tld, name))
    }

    /// A table of internationalized labels, by its tag.
    fn idn_table(&self, tag: &str) -> Option<&record::ArchivedIdnTable> {
        self.record::<record::IdnTable>(tag.as_bytes())
    }

    /// The registry's policy.
    fn policy(&self) -> record::Policy {
        let found = self.record::<record::Policy>(key::POLICY);
        let found = found.map(rkyv::deserialize::<record::Policy, rkyv::rancor::Error>);
        found.map_or_else(record::Policy::default, |found| found.expect("it holds no shared pointers"))
    }

    /// The launch of a TLD; `None`: it is open.
    fn launch_plan(&self, tld: &str) -> Option<&record::ArchivedLaunchPlan> {
        self.record::<record::LaunchPlan>(tld.as_bytes())
    }

    /// An application. An identifier that is too long for a key is that of none.
    fn application(&self, id: &str) -> Option<&record::ArchivedApplication> {
        let key = Some(id.as_bytes()).filter(|key| key.len() <= KEY_BYTES)?;
        self.record::<record::Application>(key)
    }

    /// The applications for a name, whatever became of them.
    fn applications(&self, name: &str) -> impl Iterator<Item = &record::ArchivedApplication> {
        let ids = self.record::<record::Applications>(name.as_bytes()).map(|found| found.ids.as_slice());
        ids.unwrap_or_default().iter().filter_map(|id| self.application(id))
    }

    /// The marks of the domain with that ROID, or of what is applied for.
    fn marks(&self, roid: &str) -> Option<&record::ArchivedMarks> {
        self.record::<record::Marks>(roid.as_bytes())
    }

    /// What a list says of a label.
    fn trademark(&self, list: TrademarkList, label: &str) -> Option<&record::ArchivedTrademarkLabel> {
        self.record::<record::TrademarkLabels>(&key::trademark(list, label))?.of(label)
    }

    /// Whether a signed mark is revoked.
    fn is_revoked_smd(&self, id: &str) -> bool {
        self.record::<record::RevokedSmds>(&[shard(id)]).is_some_and(|found| found.has(id))
    }

    /// An allocation token.
    fn token(&self, token: &str) -> Option<&record::ArchivedToken> {
        self.record::<record::Token>(token.as_bytes())
    }

    /// A maintenance event.
    fn maintenance(&self, id: &str) -> Option<&record::ArchivedMaintenance> {
        self.record::<record::Maintenance>(id.as_bytes())
    }

    /// How many tokens a batch has; they are numbered from 1.
    fn batch_tokens(&self, batch: &str) -> u64 {
        self.count(Kind::TokenBatch, batch.as_bytes())
    }

    /// The token with a place in a batch.
    fn token_of_batch(&self, batch: &str, number: u64) -> Option<&record::ArchivedToken> {
        self.token(&self.record::<record::TokenRef>(&key::token_of_batch(batch, number))?.token)
    }

    /// A registrar's account.
    fn account(&self, clid: &str) -> Option<&record::ArchivedAccount> {
        self.record::<record::Account>(clid.as_bytes())
    }

    /// A registrar's balance.
    fn balance(&self, clid: &str) -> record::Balance {
        let found = self.record::<record::Balance>(clid.as_bytes());
        found.map_or_else(record::Balance::default, |found| record::Balance {
            amount: found.amount.to_native(),
            lines: found.lines.to_native(),
        })
    }

    /// The names of all TLDs ([`Kind::Tld`]), registrars ([`Kind::Registrar`]), maintenance events
    /// ([`Kind::Maintenance`]), clients of RDAP ([`Kind::RdapClient`]) or batches of tokens ([`Kind::Token`]), ascending.
    fn directory(&self, kind: Kind) -> impl Iterator<Item = &str> {
        let names = self.record::<record::Directory>(&[kind as u8]).map(|found| found.names.as_slice());
        names.unwrap_or_default().iter().map(|name| name.as_str())
    }
}

/// The octets behind the records of a view.
pub trait RecordOctets {
    /// Those of the record of that kind with that key, which [`View::record`] gives as what they mean.
    fn octets(&self, kind: Kind, key: &[u8]) -> Option<&[u8]>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_key_fits_the_index() {
        let (clid, name) = ("r".repeat(16), "n".repeat(253));
        assert!(key::poll_about(&clid, (Kind::Domain, &name)).len() <= KEY_BYTES);
    }
}
