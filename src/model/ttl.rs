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

impl TtlBounds {
    /// The bounds as operators write them: `NS=3600:86400:172800`, least, default and most.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, seconds) = text.split_once('=')?;
        let kind = TtlType::ALL.into_iter().find(|known| known.name() == kind)?;
        let seconds: Vec<u32> = seconds.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
        let [min, default, max] = seconds[..] else { return None };
        let ordered = min <= default && default <= max && min < max && max <= i32::MAX as u32;
        ordered.then_some(Self { kind, min, default, max })
    }
}

/// `ttl:commandTTLType`: a TTL as a client gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TtlGiven {
    /// for: one of the words of the schema.
    pub record: &'static str,
    /// custom.
    pub custom: Option<String>,
    /// The seconds; `None`: what the TLD has.
    pub seconds: Option<u32>,
}

/// An element of the extension in a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TtlElement {
    /// `ttl:info`, with its policy.
    Info(bool),
    /// `ttl:create`.
    Create(Vec<TtlGiven>),
    /// `ttl:update`.
    Update(Vec<TtlGiven>),
}

/// `ttl:responseTTLType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TtlTold {
    /// for.
    pub kind: TtlType,
    /// The seconds; `None`: what the TLD has.
    pub seconds: Option<u32>,
    /// min, default and max, where they were asked for.
    pub bounds: Option<TtlBounds>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_in_order() {
        let read =
            |text| TtlBounds::parse(text).map(|bounds| (bounds.kind.name(), bounds.min, bounds.default, bounds.max));
        assert_eq!(read("NS=60:3600:86400"), Some(("NS", 60, 3600, 86400)));
        assert_eq!(read("AAAA=0:0:2147483647"), Some(("AAAA", 0, 0, 2_147_483_647)));
        for text in [
            "",
            "NS",
            "NS=1:2",
            "NS=1:2:3:4",
            "DNAME=1:2:3",
            "ns=1:2:3",
            "NS=2:1:3",
            "NS=1:4:3",
            "NS=3:3:3",
            "NS=1:2:2147483648",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
