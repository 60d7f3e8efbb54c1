//! Addresses of hosts: how they are read, and which the registry publishes as glue.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::base::limits::ADDRESSES_PER_HOST;
use crate::model::command::{AddressFamily, HostAddress};
use crate::model::record::Address;
use crate::model::refusal::{Element, Fault, Refusal};

/// Addresses as written in elements of that name, read, without duplicates.
///
/// # Errors
/// 2005 for text that is no address of its family, 2306 for an address that is not for public use, given twice, or one too
/// many.
pub(crate) fn read(element: Element, written: &[HostAddress]) -> Result<Vec<Address>, Refusal> {
    let mut addresses = Vec::with_capacity(written.len());
    for one in written {
        let address = address(element, one)?;
        if addresses.contains(&address) {
            return Err(policy(element, &one.text, "expected each address once, found it twice"));
        }
        addresses.push(address);
    }
    bounded(element, &addresses)?;
    Ok(addresses)
}

/// Refuses more addresses than a host may have.
///
/// # Errors
/// 2306.
pub(crate) fn bounded(element: Element, addresses: &[Address]) -> Result<(), Refusal> {
    match addresses.get(ADDRESSES_PER_HOST) {
        Some(surplus) => {
            let reason = format!("a host has {ADDRESSES_PER_HOST} addresses at most");
            Err(policy(element, &surplus.ip().to_string(), reason))
        }
        None => Ok(()),
    }
}

/// One address (RFC 5732, section 2.5: the syntax of RFC 791 and RFC 4291). The standard library's parser takes dotted
/// decimals without leading zeros, and IPv6 without zone.
fn address(element: Element, written: &HostAddress) -> Result<Address, Refusal> {
    let malformed = |reason| Refusal::ValueSyntax(Fault::new(element, written.text.as_str(), reason));
    let ip = match written.family {
        AddressFamily::V4 => written.text.parse().map(IpAddr::V4).map_err(|_| malformed("expected an IPv4 address"))?,
        AddressFamily::V6 => written.text.parse().map(IpAddr::V6).map_err(|_| malformed("expected an IPv6 address"))?,
    };
    match not_public(ip) {
        Some(reason) => Err(policy(element, &written.text, reason)),
        None => Ok(ip.into()),
    }
}

/// Why an address is not for public use, if so: a server may reject it then (RFC 5732, section 2.5), since no resolver
/// reaches a name server there. Addresses for documentation are let through: test systems live on them.
fn not_public(ip: IpAddr) -> Option<&'static str> {
    match ip {
        IpAddr::V4(ip) => not_public_v4(ip),
        IpAddr::V6(ip) => not_public_v6(ip),
    }
}

/// The special-purpose registry of RFC 6890 for IPv4.
fn not_public_v4(ip: Ipv4Addr) -> Option<&'static str> {
    match ip.octets() {
        [0, ..] => Some("0.0.0.0/8 is not for use as a destination"),
        [127, ..] => Some("a loopback address"),
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Some("a private address (RFC 1918)"),
        [100, 64..=127, ..] => Some("shared address space (RFC 6598)"),
        [169, 254, ..] => Some("a link-local address"),
        [224..=239, ..] => Some("a multicast address"),
        [240..=255, ..] => Some("a reserved address"),
        _ => None,
    }
}

/// The special-purpose registry of RFC 6890 for IPv6.
fn not_public_v6(ip: Ipv6Addr) -> Option<&'static str> {
    match ip.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some("the unspecified address"),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some("the loopback address"),
        [0, 0, 0, 0, 0, 0xffff, ..] => Some("an IPv4-mapped address; write it as IPv4"),
        [0, 0, 0, 0, 0, 0, ..] => Some("an IPv4-compatible address, which is deprecated"),
        [0xfc00..=0xfdff, ..] => Some("a unique local address (RFC 4193)"),
        [0xfe80..=0xfebf, ..] => Some("a link-local address"),
        [0xfec0..=0xfeff, ..] => Some("a site-local address, which is deprecated"),
        [0xff00..=0xffff, ..] => Some("a multicast address"),
        _ => None,
    }
}

fn policy(element: Element, value: &str, reason: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
    Refusal::Policy(Fault::new(element, value, reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: Element = Element::host("addr");

    fn written(family: AddressFamily, text: &str) -> HostAddress {
        HostAddress { family, text: text.into() }
    }

    #[test]
    fn addresses_are_read_for_their_family_and_judged_for_public_use() {
        use AddressFamily::{V4, V6};
        for (family, text, code) in [
            (V4, "192.0.2.1", None),
            (V4, "198.51.100.255", None),
            (V4, "203.0.113.7", None),
            (V4, "8.8.8.8", None),
            (V4, "172.32.0.1", None),
            (V4, "1.2.3", Some(2005)),
            (V4, "1.2.3.256", Some(2005)),
            (V4, "1.2.3.04", Some(2005)),
            (V4, "1.2.3.4.5", Some(2005)),
            (V4, "0x1.2.3.4", Some(2005)),
            (V4, "2001:db8::1", Some(2005)),
            (V4, "0.1.2.3", Some(2306)),
            (V4, "10.0.0.1", Some(2306)),
            (V4, "100.64.0.1", Some(2306)),
            (V4, "127.0.0.1", Some(2306)),
            (V4, "169.254.1.1", Some(2306)),
            (V4, "172.16.0.1", Some(2306)),
            (V4, "172.31.255.1", Some(2306)),
            (V4, "192.168.1.1", Some(2306)),
            (V4, "224.0.0.1", Some(2306)),
            (V4, "255.255.255.255", Some(2306)),
            (V6, "2001:db8::1", None),
            (V6, "2001:DB8:0:0:8:800:200C:417A", None),
            (V6, "2a00::53", None),
            (V6, "192.0.2.1", Some(2005)),
            (V6, "2001:db8::1%eth0", Some(2005)),
            (V6, "2001:db8:::1", Some(2005)),
            (V6, "1:2:3:4:5:6:7:8:9", Some(2005)),
            (V6, "g::1", Some(2005)),
            (V6, "::", Some(2306)),
            (V6, "::1", Some(2306)),
            (V6, "::ffff:192.0.2.1", Some(2306)),
            (V6, "::192.0.2.1", Some(2306)),
            (V6, "fd00::1", Some(2306)),
            (V6, "fe80::1", Some(2306)),
            (V6, "fec0::1", Some(2306)),
            (V6, "ff02::1", Some(2306)),
        ] {
            let found = read(ADDRESS, &[written(family, text)]);
            assert_eq!(found.as_ref().err().map(Refusal::code), code, "{text}: {found:?}");
        }
    }

    #[test]
    fn an_address_twice_in_any_spelling_is_refused() {
        let twice = [written(AddressFamily::V6, "2001:db8::1"), written(AddressFamily::V6, "2001:DB8:0::1")];
        assert_eq!(read(ADDRESS, &twice).map_err(|refusal| refusal.code()), Err(2306));
    }

    #[test]
    fn one_address_more_than_the_limit_is_refused() {
        let many: Vec<_> =
            (1..=ADDRESSES_PER_HOST + 1).map(|n| written(AddressFamily::V4, &format!("192.0.2.{n}"))).collect();
        assert!(read(ADDRESS, &many[1..]).is_ok());
        assert_eq!(read(ADDRESS, &many).map_err(|refusal| refusal.code()), Err(2306));
    }
}
