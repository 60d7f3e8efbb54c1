//! The networks an address belongs to, from narrow to wide, and how many seats each may have.

use std::net::IpAddr;

use super::{Full, SeatLimits};

/// A network: its width and its first address. IPv4 stands in its own 32 bits, with widths of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::node) struct Prefix {
    width: u8,
    bits: u128,
}

/// What no address has as its network: all of them. Sorts before every network.
pub(super) const EVERYONE: Prefix = Prefix { width: 0, bits: 0 };

/// Distinguishes IPv4 widths from those of IPv6.
const V4: u8 = 0x80;

/// A network that is bounded, with its bound and what is said when it is reached.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounded {
    pub(super) prefix: Prefix,
    pub(super) limit: usize,
    pub(super) full: Full,
}

/// The widest network of a client that is bounded: IPv4 /24, IPv6 /48.
pub(in crate::node) fn widest_network(ip: IpAddr) -> Prefix {
    let unbounded = SeatLimits { all: usize::MAX, per_address: usize::MAX, per_network: usize::MAX };
    networks(ip, unbounded).last().map_or(EVERYONE, |network| network.prefix)
}

/// The networks of a client. An IPv4 address written as IPv6 counts as what it is.
pub(super) fn networks(ip: IpAddr, limits: SeatLimits) -> Vec<Bounded> {
    let SeatLimits { per_address, per_network, .. } = limits;
    let site = per_address.saturating_mul(2).min(per_network);
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            let at = |width: u8| {
                let bits = u128::from(ip.to_bits() & (u32::MAX << (32 - width)));
                Prefix { width: V4 | width, bits }
            };
            vec![bounded(at(32), per_address, Full::Address), bounded(at(24), per_network, Full::Network)]
        }
        IpAddr::V6(ip) => {
            let at = |width: u8| Prefix { width, bits: ip.to_bits() & (u128::MAX << (128 - width)) };
            let (client, site) = (bounded(at(64), per_address, Full::Address), bounded(at(56), site, Full::Network));
            vec![client, site, bounded(at(48), per_network, Full::Network)]
        }
    }
}

fn bounded(prefix: Prefix, limit: usize, full: Full) -> Bounded {
    Bounded { prefix, limit, full }
}
