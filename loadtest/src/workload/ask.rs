//! Writes what was chosen.

use super::Workload;
use super::act::{Act, Asked};
use super::frames::{Frame, Refers, Update};
use super::names::Name;
use super::op::{Op, Protocol};
use super::pick::below;
use super::population::NOBODY;
use super::spell::Digits;

impl Workload {
    /// The next command of the mix; `None` if it has none of this protocol.
    pub(crate) fn draw(&mut self, of: Protocol) -> Option<Op> {
        let point = below(&mut self.random, self.brief.mix.total(of));
        self.brief.mix.at(of, point)
    }

    /// Writes a command for a session of this registrar to the end of `frame`: XML, without a length. Takes another
    /// command where none such is possible: [`Asked::op`] says which. Where nothing can be deleted, or updated, a name is
    /// created; where nothing can be renewed any further, or be transferred, one is updated; where nothing is registered that
    /// could be asked for, free names are checked. `op` is one of EPP, and no login.
    pub(crate) fn ask(&mut self, op: Op, registrar: usize, frame: &mut Vec<u8>) -> Asked {
        let by = u16::try_from(registrar).unwrap_or(NOBODY);
        let act = self.choose(op, by);
        let number = self.number;
        self.number += 1;
        self.write(act, by, number, frame);
        Asked { op: act.op(), act, number, by }
    }

    fn write(&mut self, act: Act, by: u16, number: u64, to: &mut Vec<u8>) {
        let Self { population, speller, batches, objects, .. } = self;
        let mut frame = Frame::begin(to);
        match act {
            Act::Check { batch } => frame.check(|to| {
                for item in batches.of(batch) {
                    let name = item.name(|at| population.name(at));
                    Frame::name(to, |to| speller.push_name(name, to));
                }
            }),
            Act::Info { at } => frame.info(speller.name(population.name(at))),
            Act::Create { number, .. } => {
                let (name, auth) = speller.name_and_auth(Name::Created(number), true);
                let refers = objects.get(usize::from(by)).map_or(Refers::default(), |objects| objects.of(number));
                frame.create(name, refers, auth);
            }
            Act::Hold { at } => frame.update(speller.name(population.name(at)), Update::Hold),
            Act::Release { at } => frame.update(speller.name(population.name(at)), Update::Release),
            Act::SetAuth { at } => {
                let (name, auth) = speller.name_and_auth(population.name(at), true);
                frame.update(name, Update::Auth(auth));
            }
            Act::Renew { at } => frame.renew(speller.name(population.name(at)), population.state(at).expires),
            Act::Request { at } => {
                let (name, auth) = speller.name_and_auth(population.name(at), true);
                frame.request(name, auth);
            }
            Act::Approve { at, .. } => frame.approve(speller.name(population.name(at))),
            Act::Delete { at } => frame.delete(speller.name(population.name(at))),
            // What is not EPP is not asked here.
            Act::Poll | Act::LookUp(_) | Act::Nameserver { .. } | Act::Entity { .. } | Act::Help | Act::Nothing => {
                frame.poll();
            }
        }
        frame.end([speller.cl_trid(), Digits::of(number).as_bytes()]);
    }

    /// Writes the path of a look-up, as `domain/xyz.example`, to the end of `path`. `op` is one of RDAP; free names are
    /// looked up as well, in the share that they have in checks.
    pub(crate) fn ask_rdap(&mut self, op: Op, path: &mut String) -> Asked {
        let act = self.choose(op, NOBODY);
        let number = self.number;
        self.number += 1;
        match act {
            Act::LookUp(item) => {
                path.push_str("domain/");
                let name = item.name(|at| self.population.name(at));
                push_ascii(path, self.speller.name(name));
            }
            Act::Nameserver { host: Some((registrar, host)), .. } => {
                path.push_str("nameserver/");
                path.push_str(self.host(registrar, host));
            }
            Act::Nameserver { host: None, free } => {
                path.push_str("nameserver/ns1.");
                push_ascii(path, self.speller.name(Name::Free(free)));
            }
            Act::Entity { registrar } => {
                path.push_str("entity/");
                let clid = self.brief.registrars.get(usize::from(registrar)).map_or("", String::as_str);
                push_escaped(path, clid);
            }
            _ => path.push_str("help"),
        }
        Asked { op: act.op(), act, number, by: NOBODY }
    }

    /// The name of a host of a registrar.
    pub(super) fn host(&self, registrar: u16, host: u16) -> &str {
        let objects = self.objects.get(usize::from(registrar));
        objects.and_then(|objects| objects.hosts.get(usize::from(host))).map_or("", String::as_str)
    }
}

fn push_ascii(to: &mut String, text: &[u8]) {
    to.extend(text.iter().map(|octet| char::from(*octet)));
}

/// As a segment of a path (RFC 3986, section 2.1).
fn push_escaped(to: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for octet in text.bytes() {
        match octet {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => to.push(char::from(octet)),
            _ => to.extend(['%', char::from(HEX[usize::from(octet >> 4)]), char::from(HEX[usize::from(octet & 15)])]),
        }
    }
}
