//! DNSSEC data of a domain (RFC 5910): the DS records its parent publishes, and the keys that some of them were made from.

use rkyv::{Archive, Deserialize, Serialize};

/// What a domain's client has given for its delegation signer records. A domain holds data of one interface only (RFC 5910,
/// section 4): DS data, or keys, of which the registry makes the DS records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct SecDns {
    /// The client's preference for the lifetime of signatures, in seconds (RFC 5910, section 3.3).
    pub max_sig_life: Option<u32>,
    /// DS data, in the order given.
    pub ds: Vec<DsData>,
    /// Keys, in the order given.
    pub keys: Vec<KeyData>,
}

/// DS data (RFC 5910, section 4.1; RFC 4034, section 5.1).
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct DsData {
    /// Key tag.
    pub key_tag: u16,
    /// Algorithm of the key (IANA: DNS security algorithm numbers).
    pub algorithm: u8,
    /// Digest type (IANA: digest algorithms).
    pub digest_type: u8,
    /// The digest.
    pub digest: Vec<u8>,
    /// The key it was made from, where the client gave it along.
    pub key: Option<KeyData>,
}

/// A key (RFC 5910, section 4.2; RFC 4034, section 2.1).
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct KeyData {
    /// Flags.
    pub flags: u16,
    /// Protocol: 3.
    pub protocol: u8,
    /// Algorithm.
    pub algorithm: u8,
    /// The public key, as its algorithm encodes it.
    pub public_key: Vec<u8>,
}

/// Records as a command gives them: of one interface or the other, never mixed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecDnsRecords {
    /// secDNS:dsData.
    Ds(Vec<DsData>),
    /// secDNS:keyData.
    Keys(Vec<KeyData>),
}

/// `secDNS:dsOrKeyType`: what `secDNS:create` and `secDNS:add` hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecDnsData {
    /// secDNS:maxSigLife, in seconds; 1 at least.
    pub max_sig_life: Option<u32>,
    /// One at least.
    pub records: SecDnsRecords,
}

/// `secDNS:update` (RFC 5910, section 5.2.5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecDnsUpdate {
    /// urgent.
    pub urgent: bool,
    /// secDNS:rem; done before the rest.
    pub rem: Option<SecDnsRemoval>,
    /// secDNS:add.
    pub add: Option<SecDnsData>,
    /// secDNS:chg.
    pub chg: Option<SecDnsChange>,
}

/// `secDNS:remType`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecDnsRemoval {
    /// secDNS:all; false does nothing.
    All(bool),
    /// These; one at least.
    Records(SecDnsRecords),
}

/// `secDNS:chgType`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecDnsChange {
    /// secDNS:maxSigLife, in seconds; 1 at least.
    pub max_sig_life: Option<u32>,
}

impl ArchivedKeyData {
    /// The key as a native value.
    pub fn get(&self) -> KeyData {
        KeyData {
            flags: self.flags.to_native(),
            protocol: self.protocol,
            algorithm: self.algorithm,
            public_key: self.public_key.to_vec(),
        }
    }
}

/// Which of the two interfaces of RFC 5910, section 4, a TLD has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum SecDnsInterface {
    /// Clients give DS data.
    Ds,
    /// Clients give keys.
    Key,
}

impl ArchivedSecDnsInterface {
    /// The interface as a native value.
    pub const fn get(self) -> SecDnsInterface {
        match self {
            Self::Ds => SecDnsInterface::Ds,
            Self::Key => SecDnsInterface::Key,
        }
    }
}

/// What a TLD takes of DNSSEC data.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct SecDnsPolicy {
    /// The interface it has.
    pub interface: SecDnsInterface,
    /// Algorithms that are refused, of those that the registry knows.
    pub refused_algorithms: Vec<u8>,
    /// Digest types that are refused, of those that the registry knows.
    pub refused_digests: Vec<u8>,
    /// Digest types that DS records are made with from keys.
    pub made_digests: Vec<u8>,
    /// Records that a domain has at most.
    pub most: u32,
    /// Whether `maxSigLife` is taken, and the longest in seconds; 0: it is refused.
    pub most_sig_life: u32,
    /// Whether `urgent` is served (RFC 5910, section 5.2.5).
    pub urgent: bool,
}

/// RFC 8624, sections 3.1 and 3.3: what MUST NOT be used for signing and delegation is refused.
impl Default for SecDnsPolicy {
    fn default() -> Self {
        Self {
            interface: SecDnsInterface::Ds,
            refused_algorithms: vec![1, 3, 5, 6, 7, 12],
            refused_digests: vec![1, 3],
            made_digests: vec![2],
            most: 8,
            most_sig_life: 0,
            urgent: false,
        }
    }
}
