//! Contacts and hosts that domains refer to: a few of each registrar, named after the seed.

use super::brief::Brief;
use super::frames::Refers;
use super::names::Names;

/// Contacts of a registrar.
const CONTACTS: u64 = 16;
/// Hosts of a registrar, and how many of them a domain has.
const HOSTS: usize = 4;
const HOSTS_PER_DOMAIN: usize = 2;

/// Contacts and hosts of one registrar.
#[derive(Clone, Debug, Default)]
pub(super) struct Objects {
    pub(super) contacts: Vec<String>,
    pub(super) hosts: Vec<String>,
}

/// An object that is made before the domains.
#[derive(Clone, Copy, Debug)]
pub(super) enum Object {
    Contact(u16),
    Host(u16),
}

impl Objects {
    /// Those of a registrar, by its place among all.
    pub(super) fn new(brief: &Brief, names: &Names, registrar: usize) -> Self {
        let tag = names.tag();
        // Hosts below our own TLDs would need addresses, and a domain above them.
        let tld = if brief.tld == "net" || brief.tld.ends_with(".net") { "org" } else { "net" };
        let contacts = (0..CONTACTS).map(|number| format!("ld{tag:08x}{registrar:x}-{number:x}"));
        let hosts = (1..=HOSTS).map(|number| format!("ns{number}.ld{tag:08x}r{registrar:x}.{tld}"));
        Self {
            contacts: if brief.contacts { contacts.collect() } else { Vec::new() },
            hosts: if brief.hosts { hosts.collect() } else { Vec::new() },
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = Object> + use<> {
        let (contacts, hosts) = (self.contacts.len() as u16, self.hosts.len() as u16);
        (0..contacts).map(Object::Contact).chain((0..hosts).map(Object::Host))
    }

    /// What the domain of that number refers to.
    pub(super) fn of(&self, number: u64) -> Refers<'_> {
        let contact = self.contacts.get((number % CONTACTS) as usize).map(String::as_str);
        let pairs = self.hosts.chunks(HOSTS_PER_DOMAIN);
        let hosts = pairs.cycle().nth((number % 2) as usize).unwrap_or_default();
        Refers { contact, hosts }
    }
}
