//! Whether an answer of RDAP is the right one.

use memchr::memmem::Finder;

use super::Workload;
use super::act::{Act, Asked, Item};
use super::names::Name;
use crate::results::Failure;

/// Looks for members of JSON objects; made once.
#[derive(Debug)]
pub(super) struct Members {
    ldh_name: Finder<'static>,
    handle: Finder<'static>,
    conformance: Finder<'static>,
}

impl Members {
    pub(super) fn new() -> Self {
        let [ldh_name, handle, conformance] = ["\"ldhName\"", "\"handle\"", "\"rdapConformance\""].map(Finder::new);
        Self { ldh_name, handle, conformance }
    }

    /// Whether an object in it has that `ldhName`; the servers of a domain have some too, and members have no order.
    fn has_name(&self, body: &[u8], name: &[u8]) -> bool {
        let name_of = |found: &[u8]| found.strip_suffix(b".").unwrap_or(found).eq_ignore_ascii_case(name);
        values(&self.ldh_name, body).any(name_of)
    }

    /// Whether an object in it has that `handle`; entities of other roles in it have some too.
    fn has_handle(&self, body: &[u8], handle: &[u8]) -> bool {
        values(&self.handle, body).any(|found| found.eq_ignore_ascii_case(handle))
    }
}

/// The texts that members of that name have.
fn values<'a>(member: &Finder<'_>, body: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    let length = member.needle().len();
    member.find_iter(body).filter_map(move |at| value(body.get(at + length..)?))
}

/// The text that a member has, from behind its name on; what has escapes in it is none of ours.
fn value(rest: &[u8]) -> Option<&[u8]> {
    let rest = rest.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start().strip_prefix(b"\"")?;
    rest.get(..memchr::memchr(b'"', rest)?)
}

impl Workload {
    /// Judges an answer of RDAP.
    ///
    /// # Errors
    /// How it is not the right one.
    pub(crate) fn judge_rdap(&mut self, asked: Asked, status: u16, body: &[u8]) -> Result<(), Failure> {
        let judged = self.read_rdap(asked.act, status, body);
        if let Act::LookUp(Item::Taken(at)) = asked.act {
            self.population.end_query(at);
        }
        judged
    }

    fn read_rdap(&mut self, act: Act, status: u16, body: &[u8]) -> Result<(), Failure> {
        let is_there = !matches!(act, Act::LookUp(Item::Free(_)) | Act::Nameserver { host: None, .. });
        match (is_there, status) {
            (true, 200) => {}
            (false, 404) => return Ok(()),
            (false, 200) => return Err(Failure::Wrong("an object that does not exist is found")),
            _ => return Err(Failure::Refused(status)),
        }
        let (is_right, why) = match act {
            Act::LookUp(item) => {
                let name: Name = item.name(|at| self.population.name(at));
                (self.members.has_name(body, self.speller.name(name)), "the answer to another name")
            }
            Act::Nameserver { host: Some((registrar, host)), .. } => {
                let name = self.host(registrar, host);
                (self.members.has_name(body, name.as_bytes()), "the answer to another name")
            }
            Act::Entity { registrar } => {
                let clid = self.brief.registrars.get(usize::from(registrar)).map_or("", String::as_str);
                (self.members.has_handle(body, clid.as_bytes()), "the answer to another entity")
            }
            _ => (self.members.conformance.find(body).is_some(), "help without rdapConformance"),
        };
        if is_right { Ok(()) } else { Err(Failure::Wrong(why)) }
    }
}
