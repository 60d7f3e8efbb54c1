//! Reading one value of the configuration, with an error that says what was expected and what was found.

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use toml::Value;

use crate::base::network::Network;

pub(super) type Outcome<T> = Result<T, String>;

fn expected(what: &str, found: &Value) -> String {
    format!("expected {what}, found {found}")
}

pub(super) fn text(value: &Value) -> Outcome<String> {
    value.as_str().map(str::to_owned).ok_or_else(|| expected("a string", value))
}

pub(super) fn text_matching(value: &Value, what: &str, good: impl Fn(&str) -> bool) -> Outcome<String> {
    let found = text(value)?;
    if good(&found) { Ok(found) } else { Err(expected(what, value)) }
}

pub(super) fn one_of(value: &Value, choices: &[&str]) -> Outcome<String> {
    text_matching(value, &format!("one of {}", choices.join(", ")), |found| choices.contains(&found))
}

pub(super) fn path(value: &Value) -> Outcome<PathBuf> {
    text_matching(value, "a file name", |found| !found.is_empty() && !found.contains('\0')).map(PathBuf::from)
}

/// An empty string means none.
pub(super) fn optional_path(value: &Value) -> Outcome<Option<PathBuf>> {
    if value.as_str() == Some("") { Ok(None) } else { path(value).map(Some) }
}

pub(super) fn number<T: TryFrom<i64>>(value: &Value, range: RangeInclusive<i64>) -> Outcome<T> {
    let wanted = || format!("a whole number from {} to {}", range.start(), range.end());
    let found = value.as_integer().filter(|found| range.contains(found)).ok_or_else(|| expected(&wanted(), value))?;
    T::try_from(found).map_err(|_| expected(&wanted(), value))
}

pub(super) fn seconds(value: &Value, range: RangeInclusive<i64>) -> Outcome<Duration> {
    number(value, range).map(Duration::from_secs)
}

pub(super) fn part_of_a_minute(value: &Value) -> Outcome<Duration> {
    let found = number::<u64>(value, 1..=60).ok().filter(|found| 60 % found == 0);
    found.map(Duration::from_secs).ok_or_else(|| expected("a number of seconds that divides 60", value))
}

pub(super) fn mebibytes(value: &Value, range: RangeInclusive<i64>) -> Outcome<u64> {
    number::<u64>(value, range).map(|found| found << 20)
}

pub(super) fn boolean(value: &Value) -> Outcome<bool> {
    value.as_bool().ok_or_else(|| expected("true or false", value))
}

fn parsed<T: FromStr>(value: &Value, what: &str) -> Outcome<T> {
    value.as_str().and_then(|found| found.parse().ok()).ok_or_else(|| expected(what, value))
}

fn is_repeated<T: PartialEq>(list: &[T]) -> bool {
    list.iter().enumerate().any(|(place, item)| list.iter().take(place).any(|other| other == item))
}

const ADDRESS: &str = "an address with port, as \"127.0.0.1:700\" or \"[::1]:700\"";

pub(super) fn addresses(value: &Value) -> Outcome<Vec<SocketAddr>> {
    let list = value.as_array().ok_or_else(|| expected("a list of addresses", value))?;
    list.iter().map(address).collect()
}

pub(super) fn some_addresses(value: &Value) -> Outcome<Vec<SocketAddr>> {
    let list = addresses(value)?;
    if list.is_empty() { Err(expected("one address at least", value)) } else { Ok(list) }
}

/// An address that a listener can have on some machine.
fn address(value: &Value) -> Outcome<SocketAddr> {
    let found: SocketAddr = parsed(value, ADDRESS)?;
    match found.ip() {
        ip if ip.is_multicast() => Err(expected("an address of one machine", value)),
        IpAddr::V4(ip) if ip.is_broadcast() => Err(expected("an address of one machine", value)),
        IpAddr::V6(ip) if ip.to_ipv4_mapped().is_some() => Err(expected("an IPv4 address in its own form", value)),
        _ => Ok(found),
    }
}

/// An empty string means none.
pub(super) fn optional_address(value: &Value) -> Outcome<Option<SocketAddr>> {
    if value.as_str() == Some("") { Ok(None) } else { address(value).map(Some) }
}

/// A list of networks in CIDR form.
pub(super) fn networks(value: &Value) -> Outcome<Vec<Network>> {
    const NETWORK: &str = "a network, as \"192.0.2.0/24\", \"2001:db8::/32\" or a lone address";
    let list = value.as_array().ok_or_else(|| expected("a list of networks", value))?;
    let network = |item: &Value| item.as_str().and_then(Network::parse).ok_or_else(|| expected(NETWORK, item));
    list.iter().map(network).collect()
}

/// A list of words, each once: letters, digits, dots and underscores.
pub(super) fn words(value: &Value, what: &str) -> Outcome<Vec<String>> {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'_' | b'.'))
    };
    let list = value.as_array().ok_or_else(|| expected(what, value))?;
    let words: Vec<String> = list.iter().map(|item| text_matching(item, what, is_word)).collect::<Outcome<_>>()?;
    if is_repeated(&words) { Err(expected("each name once", value)) } else { Ok(words) }
}

pub(super) fn cores(value: &Value) -> Outcome<Vec<usize>> {
    let list = value.as_array().ok_or_else(|| expected("a list of core numbers", value))?;
    let cores: Vec<usize> = list.iter().map(|item| number(item, 0..=4095)).collect::<Outcome<_>>()?;
    if is_repeated(&cores) { Err(expected("each core once", value)) } else { Ok(cores) }
}

/// -1 means none.
pub(super) fn optional_core(value: &Value) -> Outcome<Option<usize>> {
    number::<i64>(value, -1..=4095).map(|found| usize::try_from(found).ok())
}
