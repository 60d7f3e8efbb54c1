//! Address ranges in CIDR form, and fast look-ups in many of them.

use std::collections::HashSet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A range of addresses: those that share the first bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network {
    /// Whether it is one of IPv6.
    v6: bool,
    bits: u8,
    /// The shared bits; the others are zero.
    prefix: u128,
}

impl Network {
    /// From `192.0.2.0/24`, `2001:db8::/32` or a lone address.
    pub fn parse(text: &str) -> Option<Self> {
        let (base, bits) = text.split_once('/').unwrap_or((text, ""));
        let base = base.parse::<IpAddr>().ok()?;
        let width = if base.is_ipv6() { 128 } else { 32 };
        let bits = if bits.is_empty() { Some(width) } else { bits.parse().ok().filter(|bits| *bits <= width) };
        bits.map(|bits| Self::of(base, bits))
    }

    /// The network of that many bits in which an address lies.
    pub fn of(address: IpAddr, bits: u8) -> Self {
        let (v6, width, all) = match address {
            IpAddr::V4(address) => (false, 32, u128::from(address.to_bits())),
            IpAddr::V6(address) => (true, 128, address.to_bits()),
        };
        let host = width - bits.min(width);
        let prefix = all.checked_shr(u32::from(host)).unwrap_or(0).checked_shl(u32::from(host)).unwrap_or(0);
        Self { v6, bits, prefix }
    }

    /// Whether an address lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv6() == self.v6 && Self::of(address, self.bits) == *self
    }
}

impl fmt::Display for Network {
    /// `192.0.2.0/24`; a lone address without its length.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (base, width): (IpAddr, u8) = match self.v6 {
            true => (Ipv6Addr::from_bits(self.prefix).into(), 128),
            // An IPv4 prefix has 32 bits.
            false => (Ipv4Addr::from_bits(self.prefix as u32).into(), 32),
        };
        if self.bits == width { base.fmt(f) } else { write!(f, "{base}/{}", self.bits) }
    }
}

/// The IPv4 address, or the /64 of an IPv6 address: what one host has at least, and shares with none but its own kind.
pub fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64)).into(),
        v4 => v4,
    }
}

/// Many networks; a look-up takes as long as they have different lengths, not as there are many.
#[derive(Debug, Default)]
pub struct NetworkSet {
    networks: HashSet<Network>,
    /// Family and bits of those there are.
    lengths: HashSet<(bool, u8)>,
}

impl NetworkSet {
    /// Adds one.
    pub fn insert(&mut self, network: Network) {
        self.lengths.insert((network.v6, network.bits));
        self.networks.insert(network);
    }

    /// Whether an address lies in one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let lengths = self.lengths.iter().filter(|(v6, _)| *v6 == address.is_ipv6());
        lengths.map(|(_, bits)| Network::of(address, *bits)).any(|network| self.networks.contains(&network))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_their_addresses_and_no_others() {
        for (network, address, inside) in [
            ("192.0.2.0/24", "192.0.2.255", true),
            ("192.0.2.0/24", "192.0.3.0", false),
            ("192.0.2.9/24", "192.0.2.1", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "::1", false),
            ("192.0.2.0/24", "::ffff:192.0.2.9", true),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::/0", "::1", true),
            ("::/0", "192.0.2.1", false),
        ] {
            let (parsed, address) = (Network::parse(network).expect(network), address.parse().expect("address"));
            assert_eq!(parsed.contains(address), inside, "{network} {address}");
            let mut set = NetworkSet::default();
            set.insert(Network::parse("198.51.100.0/25").expect("a network"));
            assert!(!set.contains(address));
            set.insert(parsed);
            assert_eq!(set.contains(address), inside, "{network} {address} in a set");
        }
        for (text, shown) in [
            ("192.0.2.9/24", "192.0.2.0/24"),
            ("192.0.2.7", "192.0.2.7"),
            ("2001:db8::1/56", "2001:db8::/56"),
            ("::1", "::1"),
        ] {
            assert_eq!(Network::parse(text).map(|network| network.to_string()).as_deref(), Some(shown));
        }
        for nonsense in ["192.0.2.0/33", "::/129", "nonsense", "", "192.0.2.0/-1", "192.0.2.0/x"] {
            assert_eq!(Network::parse(nonsense), None, "{nonsense}");
        }
    }
    #[test]
    fn a_host_of_ipv6_has_the_64_it_is_in() {
        for (client, shown) in [
            ("2001:db8::ffff:2", "2001:db8::"),
            ("2001:db8:0:1::1", "2001:db8:0:1::"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
        ] {
            assert_eq!(network(client.parse().expect("an address")).to_string(), shown);
        }
    }
}
