//! How long resolvers keep the records of a delegation (RFC 9803).

use rkyv::{Archive, Deserialize, Serialize};

/// A type of record whose TTL a client may choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum TtlType {
    /// Name servers of a domain.
    Ns,
    /// DS records of a domain.
    Ds,
    /// IPv4 glue.
    A,
    /// IPv6 glue.
    Aaaa,
}

impl TtlType {
    /// Every type.
    pub const ALL: [Self; 4] = [Self::Ns, Self::Ds, Self::A, Self::Aaaa];

    /// The type as DNS and EPP write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ns => "NS",
            Self::Ds => "DS",
            Self::A => "A",
            Self::Aaaa => "AAAA",
        }
    }
}

impl ArchivedTtlType {
    /// The type as a native value.
    pub const fn get(self) -> TtlType {
        match self {
            Self::Ns => TtlType::Ns,
            Self::Ds => TtlType::Ds,
            Self::A => TtlType::A,
            Self::Aaaa => TtlType::Aaaa,
        }
    }
}

/// What a client has chosen for the records of one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Ttl {
    /// Of which records.
    pub kind: TtlType,
    /// How long, in seconds.
    pub seconds: u32,
}

/// What a TLD has for the records of one type, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct TtlBounds {
    /// Of which records.
    pub kind: TtlType,
    /// The shortest that a client may choose.
    pub min: u32,
    /// What holds where the client has chosen none.
    pub default: u32,
    /// The longest that a client may choose.
    pub max: u32,
}

impl TtlBounds {
    /// What a new TLD has: a day, and for clients between an hour and two days.
    pub fn all() -> Vec<Self> {
        TtlType::ALL.into_iter().map(|kind| Self { kind, min: 3600, default: 86400, max: 172_800 }).collect()
    }
}
