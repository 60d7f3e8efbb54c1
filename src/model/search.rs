//! Search keys: under which texts a record is found besides its own key, in what order, and who can walk them.
//!
//! A key is a hint: whoever finds one reads the record and decides by it. So a key that a record has no more is passed over,
//! and none is ever removed.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::{Bound, ControlFlow};

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::model::memory::Memory;
use crate::model::record::{
    self, Address, ArchivedContact, ArchivedDomain, ArchivedHost, ArchivedPostalInfo, ArchivedRegistrar, Disclose,
    Kind, PostalKind,
};
use crate::model::version::tag;
use crate::model::view::{Record, View};

/// What a text is to the records it leads to. The numbers stand in base files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Family {
    /// The name of a domain.
    DomainName = 1,
    /// The object id of a name server of a domain (eight octets, big-endian).
    DomainByHost = 2,
    /// The name of a name server that is an attribute of a domain.
    DomainByAttribute = 3,
    /// An address of such a name server, as [`address`] writes it.
    DomainByAddress = 4,
    /// The name of a host.
    HostName = 5,
    /// An address of a host, as [`address`] writes it.
    HostByAddress = 6,
    /// The name of a registrar, or of a contact that asks for its disclosure, as [`name_text`] writes it.
    EntityName = 7,
    /// The name of any other contact, likewise: apart, so that a search by somebody who may not see these names neither
    /// finds nor passes them, and takes no longer for them.
    WithheldName = 8,
    /// What RDAP calls a registrar or a contact.
    EntityHandle = 9,
}

impl Family {
    /// Every family.
    pub const ALL: [Self; 9] = [
        Self::DomainName,
        Self::DomainByHost,
        Self::DomainByAttribute,
        Self::DomainByAddress,
        Self::HostName,
        Self::HostByAddress,
        Self::EntityName,
        Self::WithheldName,
        Self::EntityHandle,
    ];
}

/// A place in the order of a family: by text, kind ([`tag`](crate::model::version::tag)) and key, each by its octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The search key.
    pub text: &'a [u8],
    /// The kind of the record that has it, or had it.
    pub kind: Kind,
    /// The key of that record.
    pub key: &'a [u8],
}

impl<'a> Place<'a> {
    /// A place before all that have this text or a later one.
    pub fn before(text: &'a [u8]) -> Bound<Self> {
        // No kind of record that has search keys comes before domains.
        Bound::Included(Self { text, kind: Kind::Domain, key: &[] })
    }
}

/// A view whose records can be found by their search keys.
pub trait Searchable: View {
    /// Calls `each` with the places of a family, ascending from a bound on, each once, until it breaks.
    ///
    /// Every record that has a key all the while is among them; a record that gets or loses it meanwhile may be. So may any
    /// that had it once: the record decides.
    fn search(&self, family: Family, from: Bound<Place<'_>>, each: &mut dyn FnMut(Place<'_>) -> ControlFlow<()>);
}

/// Octets of a [`name_text`] at most: what is behind them, the record says.
pub const NAME_TEXT_BYTES: usize = 64;

/// An address as a search key: IPv4 ones as IPv6 has them (RFC 4291, section 2.5.5.2).
pub fn address(address: Address) -> [u8; 16] {
    match address.ip() {
        std::net::IpAddr::V4(ip) => ip.to_ipv6_mapped().octets(),
        std::net::IpAddr::V6(ip) => ip.octets(),
    }
}

/// A name in the form in which names are compared: lower case, composed (Unicode's form C).
pub fn folded(name: &str) -> Cow<'_, str> {
    match name.is_ascii() {
        true if !name.bytes().any(|octet| octet.is_ascii_uppercase()) => Cow::Borrowed(name),
        true => Cow::Owned(name.to_ascii_lowercase()),
        false => Cow::Owned(ComposingNormalizerBorrowed::new_nfc().normalize(&name.to_lowercase()).into_owned()),
    }
}

/// The beginning of a folded name, as its search key.
pub fn name_text(name: &str) -> &[u8] {
    &name.as_bytes()[..name.floor_char_boundary(NAME_TEXT_BYTES)]
}

/// The one form of a contact's name and address that is shown: `int` where there are two, since any client can show it.
pub fn shown_form(contact: &ArchivedContact) -> Option<&ArchivedPostalInfo> {
    contact.postal.iter().min_by_key(|postal| postal.kind.get() as u8)
}

/// What RDAP calls a registrar: its IANA id, as text; `None`: it has no handle.
pub fn registrar_handle(registrar: &ArchivedRegistrar) -> Option<String> {
    registrar.iana_id.as_ref().map(|id| id.to_native().to_string())
}

/// The kinds of records that have search keys.
pub const KINDS: [Kind; 4] = [Kind::Domain, Kind::Host, Kind::Contact, Kind::Registrar];

/// What takes search keys, one after the other.
pub type Keys<'k> = dyn FnMut(Family, &[u8]) + 'k;

/// The keys of a domain.
pub fn domain(domain: &ArchivedDomain, each: &mut Keys<'_>) {
    each(Family::DomainName, domain.name.as_bytes());
    domain.name_servers.iter().for_each(|id| each(Family::DomainByHost, &id.to_native().to_be_bytes()));
    for server in domain.host_attributes.iter() {
        each(Family::DomainByAttribute, server.name.as_bytes());
        server.addresses.iter().for_each(|ip| each(Family::DomainByAddress, &address(ip.get())));
    }
}

/// The keys of a host.
pub fn host(host: &ArchivedHost, each: &mut Keys<'_>) {
    each(Family::HostName, host.name.as_bytes());
    host.addresses.iter().for_each(|ip| each(Family::HostByAddress, &address(ip.get())));
}

/// The keys of a contact.
pub fn contact(contact: &ArchivedContact, each: &mut Keys<'_>) {
    each(Family::EntityHandle, contact.roid.as_bytes());
    if let Some(postal) = shown_form(contact) {
        let bit = match postal.kind.get() {
            PostalKind::Int => Disclose::NAME_INT,
            PostalKind::Loc => Disclose::NAME_LOC,
        };
        let asks = contact.disclose.as_ref().is_some_and(|asked| asked.flag && asked.fields.to_native() & bit != 0);
        let family = if asks { Family::EntityName } else { Family::WithheldName };
        each(family, name_text(&folded(&postal.name)));
    }
}

/// The keys of a registrar.
pub fn registrar(registrar: &ArchivedRegistrar, each: &mut Keys<'_>) {
    if let Some(handle) = registrar_handle(registrar) {
        each(Family::EntityHandle, handle.as_bytes());
    }
    each(Family::EntityName, name_text(&folded(&registrar.name)));
}

impl Memory {
    fn keys_of<R: Record>(&self, of: impl Fn(&R::Archived, &mut Keys<'_>), add: &mut impl FnMut(Family, Place<'_>)) {
        for key in self.keys(R::KIND) {
            if let Some(record) = self.record::<R>(key) {
                of(record, &mut |family, text| add(family, Place { text, kind: R::KIND, key }));
            }
        }
    }
}

/// By looking at everything: for tests.
impl Searchable for Memory {
    fn search(&self, family: Family, from: Bound<Place<'_>>, each: &mut dyn FnMut(Place<'_>) -> ControlFlow<()>) {
        let mut places: BTreeSet<(Vec<u8>, u8, Vec<u8>)> = BTreeSet::new();
        let mut add = |found: Family, place: Place<'_>| {
            if found == family {
                places.insert((place.text.to_vec(), tag(place.kind), place.key.to_vec()));
            }
        };
        self.keys_of::<record::Domain>(domain, &mut add);
        self.keys_of::<record::Host>(host, &mut add);
        self.keys_of::<record::Contact>(contact, &mut add);
        self.keys_of::<record::Registrar>(registrar, &mut add);
        let bound = from.map(|place| (place.text.to_vec(), tag(place.kind), place.key.to_vec()));
        for (text, found, key) in places.range((bound, Bound::Unbounded)) {
            let kind = KINDS.into_iter().find(|kind| tag(*kind) == *found).unwrap_or(Kind::Domain);
            if each(Place { text, kind, key }).is_break() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_and_cut_between_characters() {
        assert_eq!(folded("Bobby JOE"), "bobby joe");
        assert!(matches!(folded("bobby"), Cow::Borrowed("bobby")));
        assert_eq!(folded("BU\u{308}CHER"), "bücher");
        let long = "ü".repeat(40);
        assert_eq!(name_text(&long).len(), NAME_TEXT_BYTES);
        let odd = format!("a{long}");
        assert_eq!(name_text(&odd).len(), NAME_TEXT_BYTES - 1);
        assert_eq!(name_text("short"), b"short");
    }

    #[test]
    fn both_kinds_of_addresses_are_sixteen_octets() {
        let v4 = address(Address::V4([192, 0, 2, 1]));
        assert_eq!(v4[10..], [255, 255, 192, 0, 2, 1]);
    }
}
