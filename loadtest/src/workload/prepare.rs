//! Makes the population before a run, or finds it there: with the same seed the names are the same.
//!
//! Contacts and hosts first; then checks of many names; each that is free is created by the registrar that its number falls
//! to, and each that is there already is asked for its sponsor and expiry.

use std::collections::VecDeque;

use super::Workload;
use super::answer::Element;
use super::frames::{Frame, Refers};
use super::judge::{read_availability, read_term};
use super::names::Name;
use super::objects::{Object, Objects};
use super::population::{Flag, NOBODY};
use super::spell::Digits;

/// Names of a check.
const NAMES: u32 = 50;
/// Names that were checked and wait for what comes next; more are not checked meanwhile.
const WAITING: usize = 5000;
/// What the numbers in transaction identifiers of the preparation begin with, so that they are told from the run's.
const MARK: &[u8] = b"p";

/// A command of the preparation under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prepared {
    number: u64,
    by: u16,
    what: What,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Object(Object),
    /// So many names from this place on.
    Check(u32, u32),
    Info(u32),
    Create(u32),
}

/// What is left to do.
#[derive(Debug, Default)]
pub(super) struct Preparation {
    /// By registrar.
    of: Vec<Left>,
    /// Names to be checked: from one place on, so many.
    unchecked: VecDeque<(u32, u32)>,
    /// Names that were there.
    found: VecDeque<u32>,
    /// Names between their check and what comes of it.
    waiting: usize,
    done: u64,
    all: u64,
}

/// What is left for one registrar.
#[derive(Debug, Default)]
struct Left {
    objects: VecDeque<Object>,
    /// Objects under way.
    making: usize,
    /// Names to be created.
    missing: VecDeque<u32>,
}

impl Preparation {
    /// Of so many names, and the objects of the registrars that are present.
    pub(super) fn new(names: u32, objects: &[Objects], present: &[u16]) -> Self {
        let left = |(registrar, objects): (usize, &Objects)| {
            let is_present = present.iter().any(|present| usize::from(*present) == registrar);
            let objects = objects.all().filter(|_| is_present).collect();
            Left { objects, ..Left::default() }
        };
        let of: Vec<_> = objects.iter().enumerate().map(left).collect();
        let all = u64::from(names) + of.iter().map(|left| left.objects.len() as u64).sum::<u64>();
        Self { of, unchecked: (names > 0).then_some((0, names)).into_iter().collect(), all, ..Self::default() }
    }

    fn next(&mut self, by: u16) -> Option<What> {
        let left = self.of.get_mut(usize::from(by))?;
        if let Some(object) = left.objects.pop_front() {
            left.making += 1;
            return Some(What::Object(object));
        }
        if let Some(at) = self.found.pop_front() {
            return Some(What::Info(at));
        }
        if left.making == 0
            && let Some(at) = left.missing.pop_front()
        {
            return Some(What::Create(at));
        }
        if self.waiting >= WAITING {
            return None;
        }
        let (first, left) = self.unchecked.pop_front()?;
        let count = left.min(NAMES);
        if left > count {
            self.unchecked.push_front((first + count, left - count));
        }
        self.waiting += count as usize;
        Some(What::Check(first, count))
    }

    fn is_ready(&mut self) {
        self.waiting = self.waiting.saturating_sub(1);
        self.done += 1;
    }
}

impl Workload {
    /// Writes the next command of the preparation for a session of this registrar. `None`: nothing for it now; there may
    /// be later, after an answer to another, until [`Self::to_prepare`] says that all is done.
    pub(crate) fn prepare(&mut self, registrar: usize, frame: &mut Vec<u8>) -> Option<Prepared> {
        let by = u16::try_from(registrar).ok()?;
        let what = self.preparation.next(by)?;
        let number = self.preparing;
        self.preparing += 1;
        let Self { speller, population, objects, .. } = self;
        let own = objects.get(usize::from(by));
        let mut frame = Frame::begin(frame);
        match what {
            What::Object(Object::Contact(place)) => {
                let id = own.and_then(|own| own.contacts.get(usize::from(place))).map_or("", String::as_str);
                let (_, auth) = speller.name_and_auth(Name::Known(place.into()), true);
                frame.create_contact(id, auth);
            }
            What::Object(Object::Host(place)) => {
                frame.create_host(own.and_then(|own| own.hosts.get(usize::from(place))).map_or("", String::as_str));
            }
            What::Check(first, count) => frame.check(|to| {
                for at in first..first + count {
                    Frame::name(to, |to| speller.push_name(population.name(at), to));
                }
            }),
            What::Info(at) => frame.info(speller.name(population.name(at))),
            What::Create(at) => {
                let (name, auth) = speller.name_and_auth(population.name(at), true);
                let refers = own.map_or(Refers::default(), |own| own.of(population.number(at.into())));
                frame.create(name, refers, auth);
            }
        }
        let digits = Digits::of(number);
        frame.end([&[speller.cl_trid(), MARK].concat(), digits.as_bytes()]);
        Some(Prepared { number, by, what })
    }

    /// Takes the answer to a command of the preparation.
    ///
    /// # Errors
    /// An answer with which nobody can go on.
    pub(crate) fn prepared(&mut self, prepared: Prepared, answer: &[u8]) -> Result<(), String> {
        let code = self.scanner.code(answer);
        let cl_trid = self.scanner.cl_trid(answer).unwrap_or_default();
        if !self.speller.is_cl_trid(cl_trid, MARK, prepared.number) {
            return Err(self.hopeless(prepared, answer, "the answer to another command"));
        }
        let taken = match (prepared.what, code) {
            // An earlier run, or another core, has made it.
            (What::Object(_), Some(1000 | 2302)) => {
                if let Some(left) = self.preparation.of.get_mut(usize::from(prepared.by)) {
                    left.making = left.making.saturating_sub(1);
                }
                self.preparation.done += 1;
                Ok(())
            }
            (What::Check(first, count), Some(1000)) => self.checked(first, count, answer),
            (What::Info(at), Some(1000)) => self.found(at, answer),
            (What::Create(at), Some(1000)) => self.made(at, prepared.by, answer),
            // Another tester with the same seed was quicker.
            (What::Create(at), Some(2302)) => {
                self.preparation.found.push_back(at);
                Ok(())
            }
            (What::Info(_), Some(2303)) => Err("a name that is neither free nor registered; take another seed"),
            (_, None) => Err("no result code"),
            _ => Err("refused"),
        };
        taken.map_err(|why| self.hopeless(prepared, answer, why))
    }

    /// What is told of an answer with which nobody can go on.
    fn hopeless(&mut self, prepared: Prepared, answer: &[u8], why: &str) -> String {
        let own = self.objects.get(usize::from(prepared.by)).cloned().unwrap_or_default();
        let mut name = |at: u32| String::from_utf8_lossy(self.speller.name(self.population.name(at))).into_owned();
        let named = |list: Vec<String>, place: u16| list.get(usize::from(place)).cloned().unwrap_or_default();
        let what = match prepared.what {
            What::Object(Object::Contact(place)) => format!("create of contact {}", named(own.contacts, place)),
            What::Object(Object::Host(place)) => format!("create of host {}", named(own.hosts, place)),
            What::Check(first, count) => format!("check of {count} names from {} on", name(first)),
            What::Info(at) => format!("info of {}", name(at)),
            What::Create(at) => format!("create of {}", name(at)),
        };
        const SHOWN: usize = 600;
        let shown = String::from_utf8_lossy(&answer[..answer.len().min(SHOWN)]);
        format!("the names cannot be prepared: {what}: {why}: {shown}")
    }

    fn checked(&mut self, first: u32, count: u32, answer: &[u8]) -> Result<(), &'static str> {
        let Self { population, speller, scanner, preparation, present, .. } = self;
        let names = speller.names;
        let mut free = Vec::with_capacity(count as usize);
        let is_name = |place: usize, text: &[u8]| {
            place < count as usize && speller.is_name(population.name(first + place as u32), text)
        };
        let take = |place: usize, is_free| free.push((first + place as u32, is_free));
        read_availability(scanner, answer, count as usize, is_name, take)?;
        for (at, is_free) in free {
            if !is_free {
                preparation.found.push_back(at);
                continue;
            }
            let share = names.share(population.number(at.into()), present.len());
            let sponsor = present.get(share).copied().unwrap_or_default();
            if let Some(left) = preparation.of.get_mut(usize::from(sponsor)) {
                left.missing.push_back(at);
            }
        }
        Ok(())
    }

    fn is_of_name(&mut self, at: u32, element: Element, answer: &[u8]) -> Result<(), &'static str> {
        let data = self.scanner.find(element, answer).ok_or("no data")?.rest;
        let name = self.scanner.find(Element::Name, data).ok_or("no name")?;
        let is_right = self.speller.is_name(self.population.name(at), name.text);
        if is_right { Ok(()) } else { Err("the answer to another name") }
    }

    fn made(&mut self, at: u32, by: u16, answer: &[u8]) -> Result<(), &'static str> {
        self.is_of_name(at, Element::CreData, answer)?;
        let (today, expires) = read_term(&self.scanner, answer)?;
        self.today = self.today.max(today.unwrap_or_default());
        let state = self.population.state_mut(at);
        (state.sponsor, state.expires) = (by, expires.unwrap_or_default());
        state.set(Flag::Registered, true);
        state.set(Flag::Auth, true);
        self.preparation.is_ready();
        Ok(())
    }

    fn found(&mut self, at: u32, answer: &[u8]) -> Result<(), &'static str> {
        self.is_of_name(at, Element::InfData, answer)?;
        let data = self.scanner.find(Element::InfData, answer).ok_or("no data")?.rest;
        let sponsor = self.scanner.find(Element::ClId, data).ok_or("no clID")?.text;
        let sponsor = self.clids.iter().position(|clid| clid.as_bytes() == sponsor);
        let expires = self.scanner.day(Element::ExDate, data)?.unwrap_or_default();
        let (mut hold, mut pending) = (false, false);
        for status in self.scanner.all(Element::Status, data) {
            let status = status.attribute(b"s").unwrap_or_default();
            hold |= status == b"clientHold";
            pending |= status.starts_with(b"pending");
        }
        // A transfer unsets the authInfo. No date tells whether it was set again: a renewal is an update too.
        let is_bare = self.scanner.find(Element::TrDate, data).is_some();
        let sponsor = sponsor.map_or(NOBODY, |sponsor| sponsor as u16);
        let state = self.population.state_mut(at);
        (state.sponsor, state.expires) = (sponsor, expires);
        state.set(Flag::Registered, true);
        state.set(Flag::Hold, hold);
        state.set(Flag::Auth, !is_bare);
        // Left behind by a run that was cut short, and about to change by itself.
        state.set(Flag::Lost, pending);
        if is_bare && let Some(queue) = self.bare.get_mut(usize::from(sponsor)) {
            queue.push_back(at);
        }
        self.preparation.is_ready();
        Ok(())
    }

    /// Contacts, hosts and names that are ready, of how many.
    pub(crate) fn to_prepare(&self) -> (u64, u64) {
        (self.preparation.done, self.preparation.all)
    }
}
