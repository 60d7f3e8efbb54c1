//! Addresses of hosts.

use rkyv::{Archive, Deserialize, Serialize};

/// An address of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
pub enum Address {
    /// IPv4, network order.
    V4([u8; 4]),
    /// IPv6, network order.
    V6([u8; 16]),
}

impl Address {
    /// The address as the standard library's type.
    pub fn ip(self) -> std::net::IpAddr {
        match self {
            Self::V4(octets) => octets.into(),
            Self::V6(octets) => octets.into(),
        }
    }
}

impl From<std::net::IpAddr> for Address {
    fn from(ip: std::net::IpAddr) -> Self {
        match ip {
            std::net::IpAddr::V4(ip) => Self::V4(ip.octets()),
            std::net::IpAddr::V6(ip) => Self::V6(ip.octets()),
        }
    }
}

impl ArchivedAddress {
    /// The address as a native value.
    pub const fn get(self) -> Address {
        match self {
            Self::V4(octets) => Address::V4(octets),
            Self::V6(octets) => Address::V6(octets),
        }
    }
}
