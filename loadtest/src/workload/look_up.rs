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
    entity: Finder<'static>,
    conformance: Finder<'static>,
}

impl Members {
    pub(super) fn new() -> Self {
        let [ldh_name, entity, conformance] = ["\"ldhName\"", "\"entity\"", "\"rdapConformance\""].map(Finder::new);
        Self { ldh_name, entity, conformance }
    }

    /// Whether an object in it has that `ldhName`; the servers of a domain have some too, and members have no order.
    fn has_name(&self, body: &[u8], name: &[u8]) -> bool {
        let ends = self.ldh_name.find_iter(body).map(|at| at + self.ldh_name.needle().len());
        ends.filter_map(|end| value(body.get(end..)?)).any(|found| found.eq_ignore_ascii_case(name))
    }
}

/// The text that a member has, from behind its name on; what has escapes in it is none of ours.
fn value(rest: &[u8]) -> Option<&[u8]> {
    let rest = rest.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start().strip_prefix(b"\"")?;
    let value = rest.get(..memchr::memchr(b'"', rest)?)?;
    Some(value.strip_suffix(b".").unwrap_or(value))
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
            Act::Entity { .. } => (self.members.entity.find(body).is_some(), "an answer without an entity"),
            _ => (self.members.conformance.find(body).is_some(), "help without rdapConformance"),
        };
        if is_right { Ok(()) } else { Err(Failure::Wrong(why)) }
    }
}
