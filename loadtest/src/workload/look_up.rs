//! Whether an answer of RDAP is the right one.

use memchr::memmem::Finder;
use serde::Deserialize;

use super::Workload;
use super::act::{Act, Asked, Item};
use super::names::Name;
use crate::results::Failure;

/// Looks for members of JSON objects; made once.
#[derive(Debug)]
pub(super) struct Members {
    ldh_name: Finder<'static>,
    conformance: Finder<'static>,
}

/// What is read of the answer about an entity.
#[derive(Debug, Deserialize)]
struct Entity {
    #[serde(rename = "objectClassName")]
    class: String,
    handle: String,
}

impl Members {
    pub(super) fn new() -> Self {
        let [ldh_name, conformance] = ["\"ldhName\"", "\"rdapConformance\""].map(Finder::new);
        Self { ldh_name, conformance }
    }

    /// Whether an object in it has that `ldhName`; the servers of a domain have some too, and members have no order.
    fn has_name(&self, body: &[u8], name: &[u8]) -> bool {
        let name_of = |found: &[u8]| found.strip_suffix(b".").unwrap_or(found).eq_ignore_ascii_case(name);
        values(&self.ldh_name, body).any(name_of)
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
            Act::Entity { registrar } => (self.is_entity(registrar.into(), body), "the answer to another entity"),
            _ => (self.members.conformance.find(body).is_some(), "help without rdapConformance"),
        };
        if is_right { Ok(()) } else { Err(Failure::Wrong(why)) }
    }

    /// Whether it is the entity of this registrar. Its handle is the clID that was asked for, or another that the registry has for
    /// it, an IANA id mostly: then the first answer tells it, which no later one may contradict, and which no other registrar has.
    fn is_entity(&mut self, registrar: usize, body: &[u8]) -> bool {
        // Parsing is done in place.
        let found = simd_json::from_slice::<Entity>(&mut body.to_vec()).ok();
        let Some(Entity { handle, .. }) = found.filter(|found| found.class == "entity" && !found.handle.is_empty())
        else {
            return false;
        };
        let is_of = |clid: &String| clid.eq_ignore_ascii_case(&handle);
        let is_own = self.brief.registrars.get(registrar).is_some_and(is_of);
        if !is_own && self.brief.registrars.iter().any(is_of) {
            return false;
        }
        if let Some(Some(known)) = self.handles.get(registrar) {
            return is_own || *known == handle;
        }
        // Words can be such as several share: that they have no IANA id.
        let is_id = handle.bytes().all(|octet| octet.is_ascii_digit());
        if is_id && self.handles.iter().flatten().any(|known| *known == handle) {
            return false;
        }
        self.handles.get_mut(registrar).is_some_and(|place| !place.insert(handle).is_empty())
    }
}
