//! Internationalized names: by which table a label was judged, and which names it keeps others from (RFC 7940).

use rkyv::{Archive, Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::base::timestamp::Timestamp;
use crate::lgr::Lgr;

/// `idn:data` of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdnData {
    /// idn:table: tag of the table that the label is to be judged by.
    pub table: String,
    /// idn:uname: the name in Unicode.
    pub u_name: Option<String>,
}

/// Under what a name is found by those who would register a variant of it: 128 bits of SHA-256 over the tag of a table, a
/// zero octet and the table's key of the label. Two names that share one are variants by that table.
pub type VariantKey = [u8; 16];

/// The key of a label that a table maps to `canonical`.
pub fn variant_key(table: &str, canonical: &str) -> VariantKey {
    let digest = Sha256::new().chain_update(table).chain_update([0]).chain_update(canonical).finalize();
    let mut key = VariantKey::default();
    key.copy_from_slice(&digest[..16]);
    key
}

/// What the record of an internationalized name says of its label (idn-1.0).
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct IdnLabel {
    /// Tag of the table that the label was judged by.
    pub table: String,
    /// The name in Unicode, as the client wrote it or as its A-label says it.
    pub u_name: String,
}

/// A table of the registry (RFC 7940).
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct IdnTable {
    /// What TLDs and commands name it by: usually the tag of its language or script.
    pub tag: String,
    /// How often it has been loaded, from 1.
    pub version: u32,
    /// When it was last loaded.
    pub loaded: Timestamp,
    /// The table, compiled.
    pub lgr: Lgr,
}

/// Who may have a variant of a name that is registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum VariantPolicy {
    /// Nobody.
    Blocked,
    /// Who holds the name: the same registrant with the same registrar; where domains have no registrant, the same
    /// registrar.
    SameHolder,
}

impl ArchivedVariantPolicy {
    /// The policy as a native value.
    pub const fn get(self) -> VariantPolicy {
        match self {
            Self::Blocked => VariantPolicy::Blocked,
            Self::SameHolder => VariantPolicy::SameHolder,
        }
    }
}

/// A table that labels of a TLD are judged by.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct TldTable {
    /// Its tag.
    pub tag: String,
    /// Who may have variants.
    pub variants: VariantPolicy,
}

/// How a TLD takes internationalized labels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct IdnPolicy {
    /// Its tables, in the order in which they are tried where a command names none. None: A-labels are judged by IDNA2008
    /// alone.
    pub tables: Vec<TldTable>,
    /// Whether a command must name the table of an A-label.
    pub tag_required: bool,
    /// Whether only A-labels are registered.
    pub only: bool,
}
