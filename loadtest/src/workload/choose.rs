//! Which name a command is about, so that its right answer is known.

use rand_xoshiro::rand_core::Rng;

use super::Workload;
use super::act::{Act, Item};
use super::day::Day;
use super::names::NUMBER_BITS;
use super::op::Op;
use super::pick::below;
use super::population::{Flag, NOBODY, State};

/// Names beside the one drawn that are tried for a query.
const NEAR: usize = 64;
/// Transfers, and names without authInfo, that are tried in their turn.
const TURNS: usize = 4;
/// Of so many draws of a registered name one is of those that the run created, if there are any.
const CREATED_OF: u64 = 16;
/// Years that a registration lasts at most.
const YEARS: u32 = 10;

impl Workload {
    /// What to do for a session of this registrar; what it is done to is taken.
    pub(super) fn choose(&mut self, op: Op, by: u16) -> Act {
        match op {
            Op::Check => self.check(),
            Op::Info => self.info(),
            Op::Create => self.create(),
            Op::Update => self.update(by),
            Op::Renew => self.renew(by),
            Op::Transfer => self.transfer(by),
            Op::Delete => self.delete(by),
            Op::Poll => Act::Poll,
            Op::RdapDomain => {
                let item = self.item(None);
                self.take_query(item);
                Act::LookUp(item)
            }
            Op::RdapNameserver => self.nameserver(),
            Op::RdapEntity => Act::Entity { registrar: below(&mut self.random, self.clids.len() as u64) as u16 },
            Op::RdapHelp => Act::Help,
            Op::Login => Act::Nothing,
        }
    }

    fn check(&mut self) -> Act {
        let batch = self.batches.open();
        for _ in 0..self.brief.names_per_check {
            let item = self.item(Some(batch));
            self.take_query(item);
            self.batches.add(batch, item);
        }
        Act::Check { batch }
    }

    fn take_query(&mut self, item: Item) {
        if let Item::Taken(at) = item {
            self.population.begin_query(at);
        }
    }

    /// A registered or a free name, in the shares asked for; none that is in the batch already.
    fn item(&mut self, batch: Option<u32>) -> Item {
        let is_taken = below(&mut self.random, 100) < u64::from(self.brief.taken_share);
        match if is_taken { self.known(batch) } else { None } {
            Some(at) => Item::Taken(at),
            None => Item::Free(self.free_number()),
        }
    }

    fn free_number(&mut self) -> u64 {
        let serial = self.free;
        self.free += 1;
        self.first_free.wrapping_add(self.population.number(serial)) & ((1 << NUMBER_BITS) - 1)
    }

    /// A registered name.
    fn known(&mut self, batch: Option<u32>) -> Option<u32> {
        let (population, batches) = (&self.population, &self.batches);
        let in_batch = batch.map_or(&[][..], |batch| batches.of(batch));
        let is_right = |at: u32, state: State| state.can_query() && !in_batch.contains(&Item::Taken(at));
        if below(&mut self.random, CREATED_OF) == 0 {
            let sponsor = below(&mut self.random, self.clids.len() as u64) as u16;
            let created = population.created_of(sponsor, self.random.next_u64());
            if let Some(at) = created.filter(|at| is_right(*at, population.state(*at))) {
                return Some(at);
            }
        }
        let start = self.picker.pick(&mut self.random) as u32;
        population.near(start, NEAR + in_batch.len(), is_right)
    }

    fn info(&mut self) -> Act {
        match self.known(None) {
            Some(at) => {
                self.population.begin_query(at);
                Act::Info { at }
            }
            None => self.check(),
        }
    }

    fn create(&mut self) -> Act {
        let (number, at) = self.population.begin_create();
        Act::Create { number, at }
    }

    /// A name of the population that is right, near one that was drawn. Names have their sponsors at random: where there are
    /// many, more are looked at.
    fn one(&mut self, is_right: impl Fn(State) -> bool) -> Option<u32> {
        let start = self.picker.pick(&mut self.random) as u32;
        let tries = NEAR + 16 * self.clids.len();
        let at = self.population.near(start, tries, |_, state| is_right(state))?;
        self.population.begin_change(at);
        Some(at)
    }

    fn update(&mut self, by: u16) -> Act {
        if let Some(at) = self.bare(by) {
            return Act::SetAuth { at };
        }
        let Some(at) = self.one(|state| state.is_of(by)) else { return self.create() };
        let state = self.population.state(at);
        match (state.has(Flag::Auth) && below(&mut self.random, 4) > 0, state.has(Flag::Hold)) {
            (false, _) => Act::SetAuth { at },
            (true, false) => Act::Hold { at },
            (true, true) => Act::Release { at },
        }
    }

    /// A name of this sponsor that has lost its authInfo by a transfer, and needs one for the next.
    fn bare(&mut self, by: u16) -> Option<u32> {
        let queue = self.bare.get_mut(usize::from(by))?;
        for _ in 0..queue.len().min(TURNS) {
            let at = queue.pop_front()?;
            let state = self.population.state(at);
            if state.is_of(by) && !state.has(Flag::Auth) {
                self.population.begin_change(at);
                return Some(at);
            }
            if !state.has(Flag::Lost) && !state.has(Flag::Auth) {
                queue.push_back(at);
            }
        }
        None
    }

    /// To a name that expires on that day or later, no year is added: not beyond the longest registration, and well a day
    /// before it, since some servers count by the second, and leap years by themselves.
    fn full(&self) -> Day {
        Day(self.today.plus_years(YEARS - 1).0.saturating_sub(1))
    }

    /// Where no name can be renewed any further, an update.
    fn renew(&mut self, by: u16) -> Act {
        let full = self.full();
        match self.one(|state| state.is_of(by) && state.expires.is_known() && state.expires < full) {
            Some(at) => Act::Renew { at },
            None => self.update(by),
        }
    }

    /// Approves what waits for this registrar; requests a name of another where nothing does; sets an authInfo where none can be
    /// requested.
    fn transfer(&mut self, by: u16) -> Act {
        if let Some(queue) = self.transfers.get_mut(usize::from(by)) {
            for _ in 0..queue.len().min(TURNS) {
                let Some((at, requester)) = queue.pop_front() else { break };
                let state = self.population.state(at);
                if state.can_change() {
                    self.population.begin_change(at);
                    return Act::Approve { at, requester };
                }
                if !state.has(Flag::Lost) {
                    queue.push_back((at, requester));
                }
            }
        }
        let full = self.full();
        let present = std::mem::take(&mut self.present);
        let can_approve = |sponsor: u16| sponsor != NOBODY && present.contains(&sponsor);
        // A registry may keep names on hold where they are, and may cut a year that does not fit.
        let can_move = |state: State| state.has(Flag::Auth) && !state.has(Flag::Hold) && state.expires < full;
        let at = self.one(|state| {
            state.sponsor != by && state.is_of(state.sponsor) && can_move(state) && can_approve(state.sponsor)
        });
        self.present = present;
        match at {
            Some(at) => Act::Request { at },
            None => self.update(by),
        }
    }

    fn delete(&mut self, by: u16) -> Act {
        let point = self.random.next_u64();
        match self.population.begin_delete(by, point) {
            Some(at) => Act::Delete { at },
            None => self.create(),
        }
    }

    fn nameserver(&mut self) -> Act {
        let place = below(&mut self.random, self.present.len() as u64) as usize;
        let registrar = self.present.get(place).copied().unwrap_or_default();
        let hosts = self.objects.get(usize::from(registrar)).map_or(0, |objects| objects.hosts.len());
        let host = below(&mut self.random, hosts.max(1) as u64) as u16;
        Act::Nameserver { host: (hosts > 0).then_some((registrar, host)), free: self.free_number() }
    }
}
