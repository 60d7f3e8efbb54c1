//! From the query of a search to what is searched (RFC 9082, sections 3.2 and 4.1; RFC 8977, section 2).

use std::borrow::Cow;
use std::net::{IpAddr, Ipv6Addr};

use crate::base::limits::{KEY_BYTES, RDAP_SEARCH_LEAST_CHARACTERS};
use crate::model::name::NameFault;
use crate::model::search::folded;
use crate::rdap::error::RdapError;
use crate::rdap::query::{ascii_labels, lookup_name};
use crate::rdap::search_cursor::{Cursor, CursorKey};
use crate::rdap::uri::percent_decode;

/// Who may search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SearchPolicy {
    /// Nobody: searches are not implemented (501).
    #[default]
    Off,
    /// Clients that the registry knows; others are refused (401).
    Authorised,
    /// Everybody.
    All,
}

impl SearchPolicy {
    /// The policy of that name in the configuration.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "off" => Some(Self::Off),
            "authorised" => Some(Self::Authorised),
            "all" => Some(Self::All),
            _ => None,
        }
    }
}

/// A search for objects of one class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    pub(super) subject: Subject,
    /// The query without what asks for a page of it, as sent: `domains?name=exam*`.
    pub(super) asked: String,
    /// Where to go on.
    pub(super) cursor: Option<Cursor>,
    /// Whether to tell how many there are.
    pub(super) count: bool,
    /// The sort that was asked for, as sent.
    pub(super) sort: Option<String>,
}

impl Search {
    /// What is searched, as sent, without what asks for a page of it.
    pub(super) fn asked(&self) -> &str {
        &self.asked
    }
}

/// What is compared with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    DomainsByName(Pattern),
    DomainsByServer(Pattern),
    DomainsByServerAddress(Ipv6Addr),
    NameserversByName(Pattern),
    NameserversByAddress(Ipv6Addr),
    EntitiesByName(Pattern),
    EntitiesByHandle(Pattern),
}

/// A text, or with an asterisk all texts that begin and end so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    /// The whole text, or what stands before the asterisk.
    pub(super) start: String,
    /// What stands behind the asterisk, where there is one: nothing, or a dot and labels.
    pub(super) end: Option<String>,
}

impl Pattern {
    /// Whether a text is one of these. The asterisk stands for any characters, dots among them.
    pub(super) fn matches(&self, text: &str) -> bool {
        match &self.end {
            None => text == self.start,
            Some(end) => text.strip_prefix(self.start.as_str()).is_some_and(|rest| rest.ends_with(end.as_str())),
        }
    }
}

impl Subject {
    /// Reads the value of the parameter `name` of a search for objects of `class`; `None`: there is no such search.
    fn read(class: &str, name: &str, value: &str) -> Option<Result<Self, RdapError>> {
        Some(match (class, name) {
            ("domains", "name") => name_pattern(value).map(Self::DomainsByName),
            ("domains", "nsLdhName") => name_pattern(value).map(Self::DomainsByServer),
            ("domains", "nsIp") => address(value).map(Self::DomainsByServerAddress),
            ("nameservers", "name") => name_pattern(value).map(Self::NameserversByName),
            ("nameservers", "ip") => address(value).map(Self::NameserversByAddress),
            ("entities", "fn") => text_pattern(value, |text| folded(text).into_owned()).map(Self::EntitiesByName),
            ("entities", "handle") => text_pattern(value, str::to_owned).map(Self::EntitiesByHandle),
            _ => return None,
        })
    }

    /// The same text for the same search, however it was written.
    pub(super) fn canonical(&self) -> String {
        let (name, pattern) = match self {
            Self::DomainsByServerAddress(ip) => return format!("domains?nsIp={ip}"),
            Self::NameserversByAddress(ip) => return format!("nameservers?ip={ip}"),
            Self::DomainsByName(pattern) => ("domains?name=", pattern),
            Self::DomainsByServer(pattern) => ("domains?nsLdhName=", pattern),
            Self::NameserversByName(pattern) => ("nameservers?name=", pattern),
            Self::EntitiesByName(pattern) => ("entities?fn=", pattern),
            Self::EntitiesByHandle(pattern) => ("entities?handle=", pattern),
        };
        let end = pattern.end.iter().flat_map(|end| ["*", end]);
        [name, &pattern.start].into_iter().chain(end).collect()
    }

    /// The one property its results can be sorted by (RFC 8977, section 2.3.1). Names of domains and nameservers are in the
    /// order of their A-labels, which is not the order that the property `name` has; those of entities in one without case.
    pub(super) const fn sorted_by(&self) -> Option<&'static str> {
        match self {
            Self::EntitiesByHandle(_) => Some("handle"),
            _ => None,
        }
    }
}

/// Reads the query of a search for objects of `class` (`domains`, `nameservers` or `entities`), whose cursor that key opens.
///
/// # Errors
/// [`RdapError`], with status 400 or 422.
pub(super) fn parse(class: &str, query: &str, key: &CursorKey) -> Result<Search, RdapError> {
    let (mut subject, mut cursor, mut count, mut sort) = (None, None, None, None);
    for parameter in query.split('&') {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let repeated = match &*parameter_name(name) {
            "cursor" => cursor.replace(value).is_some(),
            "count" => count.replace(value).is_some(),
            "sort" => sort.replace(value).is_some(),
            name => match Subject::read(class, name, value) {
                Some(read) => subject.replace((read?, parameter)).is_some(),
                // Unknown parameters are ignored (RFC 7480, section 4.3).
                None => false,
            },
        };
        if repeated {
            return Err(RdapError::Search);
        }
    }
    let (subject, parameter) = subject.ok_or(RdapError::Search)?;
    let count = match count {
        None | Some("false" | "no" | "0") => false,
        Some("true" | "yes" | "1") => true,
        Some(_) => return Err(RdapError::Count),
    };
    let sort = sort.map(str::to_owned);
    if let Some(sort) = &sort {
        let property = sort.strip_suffix(":a").unwrap_or(sort);
        if subject.sorted_by() != Some(property) {
            return Err(RdapError::Sort);
        }
    }
    let read = |text: &str| Cursor::decode(key, &percent_decode(text)?, &subject.canonical());
    let cursor = cursor.map(|text| read(text).ok_or(RdapError::Cursor)).transpose()?;
    let asked = [class, "?", parameter].concat();
    Ok(Search { subject, asked, cursor, count, sort })
}

/// The name of a parameter: one that is written in percent-encoding is the same (RFC 3986, section 6.2.2.2). What cannot be
/// decoded, or is longer than any name is, names nothing that is known.
fn parameter_name(name: &str) -> Cow<'_, str> {
    match name.contains('%') && name.len() <= 3 * LONGEST_NAME {
        true => percent_decode(name).map_or(Cow::Borrowed(name), Cow::Owned),
        false => Cow::Borrowed(name),
    }
}

/// Characters of the longest name of a parameter, `nsLdhName`.
const LONGEST_NAME: usize = 9;

/// A value that is to be compared with names: U-labels and A-labels may stand in it, but what an asterisk goes on from is
/// matched by its octets, so that no U-label can be cut there (RFC 9082, section 4.1).
fn name_pattern(value: &str) -> Result<Pattern, RdapError> {
    let text = percent_decode(value).ok_or(RdapError::Encoding)?;
    let Some((start, end)) = text.split_once('*') else {
        return Ok(Pattern { start: lookup_name(&text)?, end: None });
    };
    let end = match end.strip_prefix('.') {
        None if end.is_empty() => String::new(),
        Some("") => String::new(),
        Some(labels) if !labels.contains('*') => format!(".{}", lookup_name(labels)?),
        _ => return Err(RdapError::Pattern),
    };
    let (labels, cut) = start.rsplit_once('.').map_or((None, start), |(labels, cut)| (Some(labels), cut));
    if !cut.is_ascii() {
        return Err(RdapError::Pattern);
    }
    let labels = labels.map(ascii_labels).transpose()?.map_or(String::new(), |labels| labels.into_owned() + ".");
    let start = (labels + cut).to_ascii_lowercase();
    let is_good = |octet: u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.');
    match () {
        () if !start.bytes().all(is_good) => Err(RdapError::Name(NameFault::Character)),
        () if start.starts_with('.') || start.contains("..") => Err(RdapError::Name(NameFault::EmptyLabel)),
        () if start.len() + end.len() > 253 => Err(RdapError::Name(NameFault::TooLong)),
        () if start.len() < RDAP_SEARCH_LEAST_CHARACTERS => Err(RdapError::Pattern),
        () => Ok(Pattern { start, end: Some(end) }),
    }
}

/// A value that is to be compared with texts other than names; an asterisk ends it.
fn text_pattern(value: &str, form: impl Fn(&str) -> String) -> Result<Pattern, RdapError> {
    let text = percent_decode(value).ok_or(RdapError::Encoding)?;
    if text.is_empty() || text.len() > KEY_BYTES || text.chars().any(char::is_control) {
        return Err(RdapError::Text);
    }
    match text.split_once('*') {
        None => Ok(Pattern { start: form(&text), end: None }),
        Some((start, "")) if start.chars().count() >= RDAP_SEARCH_LEAST_CHARACTERS => {
            Ok(Pattern { start: form(start), end: Some(String::new()) })
        }
        Some(_) => Err(RdapError::Pattern),
    }
}

fn address(value: &str) -> Result<Ipv6Addr, RdapError> {
    let text = percent_decode(value).ok_or(RdapError::Encoding)?;
    match text.parse() {
        Ok(IpAddr::V4(ip)) => Ok(ip.to_ipv6_mapped()),
        Ok(IpAddr::V6(ip)) => Ok(ip),
        Err(_) => Err(RdapError::Address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(query: &str) -> Result<Search, RdapError> {
        let (class, query) = query.split_once('?').unwrap_or((query, ""));
        parse(class, query, &CursorKey::new(&[7; 32]))
    }

    fn canonical(query: &str) -> String {
        ask(query).unwrap_or_else(|error| panic!("{query}: {error}")).subject.canonical()
    }

    #[test]
    fn patterns_are_read_in_every_form() {
        for (query, expected) in [
            ("domains?name=EXAM*", "domains?name=exam*"),
            ("domains?name=exam%2A.Example.", "domains?name=exam*.example"),
            ("domains?name=exam*.", "domains?name=exam*"),
            ("domains?x=1&name=example.test&y", "domains?name=example.test"),
            ("domains?%6Eame=example.test&%=x", "domains?name=example.test"),
            ("domains?%6e%73%4c%64%68%4e%61%6d%65=1.exam*", "domains?nsLdhName=1.exam*"),
            ("entities?h%61ndle=CID-40*&s%6Frt=handle", "entities?handle=CID-40*"),
            ("domains?name=b%C3%BCcher.ex*", "domains?name=xn--bcher-kva.ex*"),
            ("domains?name=bücher.example", "domains?name=xn--bcher-kva.example"),
            ("domains?name=xn--bch*.b%C3%BCcher", "domains?name=xn--bch*.xn--bcher-kva"),
            ("domains?nsLdhName=1.exam*", "domains?nsLdhName=1.exam*"),
            ("domains?nsLdhName=ns.*.test", "domains?nsLdhName=ns.*.test"),
            ("domains?nsIp=192.0.2.1", "domains?nsIp=::ffff:192.0.2.1"),
            ("nameservers?ip=2001:DB8:0:0::1", "nameservers?ip=2001:db8::1"),
            ("nameservers?name=ns1.example.test", "nameservers?name=ns1.example.test"),
            ("entities?fn=Bobby%20Joe*", "entities?fn=bobby joe*"),
            ("entities?fn=L%C3%96*", "entities?fn=lö*"),
            ("entities?handle=CID-40*&sort=handle&count=yes", "entities?handle=CID-40*"),
            ("entities?handle=CID-40*&sort=handle:a", "entities?handle=CID-40*"),
        ] {
            assert_eq!(canonical(query), expected, "{query}");
        }
    }

    #[test]
    fn what_is_no_search_has_its_status() {
        for (query, status) in [
            ("domains", 400),
            ("domains?", 400),
            ("domains?fn=x", 400),
            ("domains?name=a.test&name=b.test", 400),
            ("domains?name=a.test&n%61me=b.test", 400),
            ("domains?n%2561me=a.test", 400),
            ("domains?NAME=a.test", 400),
            ("domains?name%3Da.test", 400),
            ("domains?name%=a.test", 400),
            ("domains?name%00=a.test", 400),
            ("domains?name=a.test&nsIp=192.0.2.1", 400),
            ("domains?name=", 400),
            ("domains?name=%zz*", 400),
            ("domains?name=ex_am*", 400),
            ("domains?name=a..b*", 400),
            ("domains?name=.ab*", 400),
            ("domains?name=exam*.-.test", 400),
            ("domains?nsIp=192.0.2.*", 400),
            ("nameservers?ip=192.0.2.0/24", 400),
            ("nameservers?nsIp=192.0.2.1", 400),
            ("entities?name=x", 400),
            ("entities?fn=", 400),
            ("entities?fn=a%00b", 400),
            ("domains?name=exam*&count=maybe", 400),
            ("domains?name=exam*&sort=name", 400),
            ("entities?handle=CID*&sort=handle:d", 400),
            ("entities?handle=CID*&sort=handle,fn", 400),
            ("domains?name=exam*&cursor=", 400),
            ("domains?name=exam*&cursor=AAAA", 400),
            ("domains?name=exam*&c%75rsor=AAAA", 400),
            ("domains?name=*", 422),
            ("domains?name=e*", 422),
            ("domains?name=*.example", 422),
            ("domains?name=ex*mple.test", 422),
            ("domains?name=exam**", 422),
            ("domains?name=exam*.te*", 422),
            ("domains?name=b%C3%BC*", 422),
            ("entities?fn=*joe", 422),
            ("entities?handle=C*", 422),
        ] {
            assert_eq!(ask(query).map_err(RdapError::status), Err(status), "{query}");
        }
    }

    #[test]
    fn a_pattern_matches_by_both_ends() {
        let pattern = |start: &str, end: Option<&str>| Pattern { start: start.into(), end: end.map(str::to_owned) };
        for (text, expected) in [("ab.c", true), ("abx.c", true), ("a.c", false), ("abc", false), ("ab.c.d", false)] {
            assert_eq!(pattern("ab", Some(".c")).matches(text), expected, "{text}");
        }
        // The two ends do not overlap.
        assert!(!pattern("ab.c", Some(".c")).matches("ab.c"));
        assert!(pattern("ab", Some("")).matches("ab") && !pattern("ab", None).matches("abc"));
    }
}
