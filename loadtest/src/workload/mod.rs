//! What is sent, and what has to come back: a seeded model of the names of one core.
//!
//! It does nothing but compute: no clock, no socket. The names of the population come of the seed, those that a run
//! creates of the run; of each it is remembered who sponsors it, when it expires and what was changed, so that every
//! answer can be judged. A name that is being changed is in no other command meanwhile, and one that is asked about is
//! not changed, so that the right answer is known whatever comes first. Cores share nothing: each has its part of the names.

mod act;
mod answer;
mod ask;
mod brief;
mod choose;
mod day;
mod frames;
mod judge;
mod look_up;
mod mix;
mod names;
mod objects;
mod op;
mod pick;
mod population;
mod prepare;
mod spell;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::VecDeque;
use std::sync::Arc;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

pub(crate) use self::act::Asked;
use self::act::Batches;
use self::answer::Scanner;
pub(crate) use self::brief::{Brief, Pick};
use self::day::Day;
use self::look_up::Members;
pub(crate) use self::mix::Mix;
use self::names::{Names, mixed};
use self::objects::Objects;
pub(crate) use self::op::{Op, Protocol};
use self::pick::Picker;
use self::population::Population;
use self::prepare::Preparation;
pub(crate) use self::prepare::Prepared;
use self::spell::Speller;

/// One core's share of the workload.
#[derive(Debug)]
pub(crate) struct Workload {
    brief: Arc<Brief>,
    /// The registrars, as they stand in XML.
    clids: Vec<String>,
    /// Registrars that have sessions here.
    present: Vec<u16>,
    /// By registrar.
    objects: Vec<Objects>,
    population: Population,
    picker: Picker,
    random: Xoshiro256PlusPlus,
    speller: Speller,
    scanner: Scanner,
    members: Members,
    batches: Batches,
    /// What RDAP calls the registrars, as far as it has told.
    handles: Vec<Option<String>>,
    preparation: Preparation,
    /// Transfers that wait for a sponsor's approval, by sponsor: the name and who requested it.
    transfers: Vec<VecDeque<(u32, u16)>>,
    /// Names that have no authInfo, by sponsor.
    bare: Vec<VecDeque<u32>>,
    /// The day that it has at the server, or one before.
    today: Day,
    /// Commands that were asked so far, of the run and of the preparation.
    number: u64,
    preparing: u64,
    /// Free names that were asked for so far, and where they begin.
    free: u64,
    first_free: u64,
}

impl Workload {
    /// The share `part` of `parts`: the population's names whose number leaves `part` when divided by `parts`.
    /// `present`: the registrars (places in [`Brief::registrars`]) that have sessions on this core; they sponsor its names.
    pub(crate) fn new(brief: Arc<Brief>, part: usize, parts: usize, present: &[usize]) -> Self {
        let names = Names::new(brief.seed, brief.run);
        let registrars = brief.registrars.len();
        let population = Population::new(brief.population, part, parts, registrars);
        let key = mixed(brief.seed ^ mixed(part as u64));
        let present: Vec<u16> = present.iter().filter_map(|place| u16::try_from(*place).ok()).collect();
        let objects: Vec<_> = (0..registrars).map(|registrar| Objects::new(&brief, &names, registrar)).collect();
        Self {
            clids: brief.registrars.iter().map(|clid| in_xml(clid)).collect(),
            preparation: Preparation::new(population.len(), &objects, &present),
            picker: Picker::new(brief.pick, population.len().into(), key),
            random: Xoshiro256PlusPlus::seed_from_u64(key ^ brief.run),
            speller: Speller::new(names, &brief.tld, brief.run, part),
            scanner: Scanner::new(),
            members: Members::new(),
            batches: Batches::default(),
            handles: vec![None; registrars],
            transfers: vec![VecDeque::new(); registrars],
            bare: vec![VecDeque::new(); registrars],
            today: Day(brief.today),
            number: 0,
            preparing: 0,
            free: 0,
            first_free: mixed(!brief.run),
            present,
            objects,
            population,
            brief,
        }
    }
}

/// As the text of an element.
fn in_xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
