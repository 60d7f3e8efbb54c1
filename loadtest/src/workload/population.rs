//! What is known of each name of one core, in six octets.

use super::day::Day;
use super::names::Name;

/// Created names that are remembered; of more, only the answer to their create is judged.
const CREATED: usize = 1 << 20;

/// A sponsor who is none of ours, or not known.
pub(super) const NOBODY: u16 = u16::MAX;

/// What is known of a name.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    /// The day of its expiry.
    pub(super) expires: Day,
    /// A place among the registrars, or [`NOBODY`].
    pub(super) sponsor: u16,
    flags: u8,
    /// Queries under way, or [`CHANGING`].
    busy: u8,
}

/// Ten million names are 60 MB.
const _: () = assert!(size_of::<State>() == 6);

/// A transform is under way.
const CHANGING: u8 = u8::MAX;

/// What a name has or has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Flag {
    /// It is registered.
    Registered = 1,
    /// `clientHold`.
    Hold = 2,
    /// The authInfo that we set is the one it has.
    Auth = 4,
    /// A transfer is pending.
    Pending = 8,
    /// Nobody knows what became of it; it is in no command again.
    Lost = 16,
}

impl Default for State {
    fn default() -> Self {
        Self { expires: Day::UNKNOWN, sponsor: NOBODY, flags: 0, busy: 0 }
    }
}

impl State {
    pub(super) fn has(self, flag: Flag) -> bool {
        self.flags & flag as u8 != 0
    }

    pub(super) fn set(&mut self, flag: Flag, on: bool) {
        self.flags = if on { self.flags | flag as u8 } else { self.flags & !(flag as u8) };
    }

    /// It can be asked about: the right answer is known.
    pub(super) fn can_query(self) -> bool {
        self.has(Flag::Registered) && !self.has(Flag::Lost) && self.busy < CHANGING - 1
    }

    /// It can be changed.
    pub(super) fn can_change(self) -> bool {
        self.can_query() && self.busy == 0
    }

    /// It can be changed by its sponsor, who is this one; a pending transfer keeps him from it.
    pub(super) fn is_of(self, registrar: u16) -> bool {
        self.can_change() && self.sponsor == registrar && !self.has(Flag::Pending)
    }
}

/// The names of one core: its share of the population, then those it created.
#[derive(Debug)]
pub(super) struct Population {
    part: u64,
    parts: u64,
    states: Vec<State>,
    created: Created,
}

/// Names that the run created. A place is used again when its name is gone.
#[derive(Debug)]
struct Created {
    states: Vec<State>,
    /// Their numbers, in the order of creation on this core.
    serials: Vec<u64>,
    vacant: Vec<u32>,
    /// Places of those that are registered, by sponsor, in no order.
    live: Vec<Vec<u32>>,
    next: u64,
    capacity: usize,
}

impl Population {
    /// Those of `population` names whose number leaves `part` when divided by `parts`.
    pub(super) fn new(population: u64, part: usize, parts: usize, registrars: usize) -> Self {
        let (part, parts) = (part as u64, parts.max(1) as u64);
        let count = population.saturating_sub(part).div_ceil(parts) as usize;
        let created = Created {
            states: Vec::new(),
            serials: Vec::new(),
            vacant: Vec::new(),
            live: vec![Vec::new(); registrars],
            next: 0,
            capacity: CREATED,
        };
        Self { part, parts, states: vec![State::default(); count], created }
    }

    /// Names of the population here.
    pub(super) fn len(&self) -> u32 {
        self.states.len() as u32
    }

    /// Number `serial` of this core among those of all.
    pub(super) fn number(&self, serial: u64) -> u64 {
        serial * self.parts + self.part
    }

    pub(super) fn name(&self, at: u32) -> Name {
        match self.place(at) {
            Ok(at) => Name::Known(self.number(at as u64)),
            Err(at) => Name::Created(self.number(self.created.serials[at])),
        }
    }

    pub(super) fn state(&self, at: u32) -> State {
        match self.place(at) {
            Ok(at) => self.states[at],
            Err(at) => self.created.states[at],
        }
    }

    pub(super) fn state_mut(&mut self, at: u32) -> &mut State {
        match self.place(at) {
            Ok(at) => &mut self.states[at],
            Err(at) => &mut self.created.states[at],
        }
    }

    fn place(&self, at: u32) -> Result<usize, usize> {
        let at = at as usize;
        if at < self.states.len() { Ok(at) } else { Err(at - self.states.len()) }
    }

    /// The first from `start` on, round the end, that is right; looks at `tries` of the population.
    pub(super) fn near(&self, start: u32, tries: usize, is_right: impl Fn(u32, State) -> bool) -> Option<u32> {
        let start = start as usize;
        let (before, from) = self.states.split_at_checked(start)?;
        let row = from.iter().zip(start..).chain(before.iter().zip(0..)).take(tries);
        row.map(|(state, at)| (at as u32, *state)).find(|(at, state)| is_right(*at, *state)).map(|(at, _)| at)
    }

    pub(super) fn begin_query(&mut self, at: u32) {
        self.state_mut(at).busy += 1;
    }

    pub(super) fn end_query(&mut self, at: u32) {
        let state = self.state_mut(at);
        state.busy = state.busy.saturating_sub(1);
    }

    pub(super) fn begin_change(&mut self, at: u32) {
        self.state_mut(at).busy = CHANGING;
    }

    pub(super) fn end_change(&mut self, at: u32) -> &mut State {
        let state = self.state_mut(at);
        state.busy = 0;
        state
    }

    /// A number for a new name, and a place to remember it at, if there is one.
    pub(super) fn begin_create(&mut self) -> (u64, Option<u32>) {
        let created = &mut self.created;
        let serial = created.next;
        created.next += 1;
        let place = match created.vacant.pop() {
            Some(place) => Some(place),
            None if created.states.len() < created.capacity => {
                created.states.push(State::default());
                created.serials.push(0);
                Some(created.states.len() as u32 - 1)
            }
            None => None,
        };
        if let Some(place) = place {
            created.serials[place as usize] = serial;
            created.states[place as usize] = State { busy: CHANGING, ..State::default() };
        }
        (self.number(serial), place.map(|place| place + self.len()))
    }

    /// A name that was created is there, sponsored as its state says.
    pub(super) fn add_created(&mut self, at: u32) {
        let place = at - self.len();
        let sponsor = self.end_change(at).sponsor;
        if let Some(live) = self.created.live.get_mut(usize::from(sponsor)) {
            live.push(place);
        }
    }

    /// Forgets a created name: it is not there, or nobody knows.
    pub(super) fn drop_created(&mut self, at: u32) {
        let place = at - self.len();
        *self.state_mut(at) = State::default();
        self.created.vacant.push(place);
    }

    /// One of the created names of this sponsor; `point` says which, of 2^64.
    pub(super) fn created_of(&self, sponsor: u16, point: u64) -> Option<u32> {
        let live = self.created.live.get(usize::from(sponsor))?;
        let at = ((u128::from(point) * live.len() as u128) >> 64) as usize;
        live.get(at).map(|place| place + self.len())
    }

    /// As [`Self::created_of`], for its delete: it is not drawn again.
    pub(super) fn begin_delete(&mut self, sponsor: u16, point: u64) -> Option<u32> {
        const TRIES: usize = 16;
        let base = self.len();
        let live = self.created.live.get_mut(usize::from(sponsor))?;
        let start = ((u128::from(point) * live.len() as u128) >> 64) as usize;
        let mut places = (0..live.len().min(TRIES)).map(|step| (start + step) % live.len());
        let at = places.find(|at| self.created.states[live[*at] as usize].can_change())?;
        let at = live.swap_remove(at) + base;
        self.begin_change(at);
        Some(at)
    }

    #[cfg(test)]
    pub(super) fn limit_created(&mut self, capacity: usize) {
        self.created.capacity = capacity;
    }

    /// Octets of what grows with the population.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.states.capacity() * size_of::<State>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_million_names_on_two_cores_are_sixty_megabytes() {
        let parts = [0, 1].map(|part| Population::new(10_000_000, part, 2, 2));
        assert_eq!(parts.iter().map(Population::bytes).sum::<usize>(), 60_000_000);
    }

    #[test]
    fn parts_share_a_population_and_the_created_names_without_rest() {
        for (population, parts) in [(10, 3), (1, 4), (7, 7), (1000, 1)] {
            let mut numbers = Vec::new();
            for part in 0..parts {
                let mut population = Population::new(population, part, parts, 1);
                numbers.extend((0..population.len()).map(|at| population.name(at)));
                for _ in 0..5 {
                    let (number, at) = population.begin_create();
                    assert_eq!(population.name(at.expect("a place")), Name::Created(number));
                    numbers.push(Name::Created(number));
                }
            }
            let known = numbers.iter().filter(|name| matches!(name, Name::Known(_))).count() as u64;
            assert_eq!(known, population);
            let mut unique = numbers.clone();
            unique.sort_by_key(|name| format!("{name:?}"));
            unique.dedup();
            assert_eq!(unique.len(), numbers.len());
        }
    }

    #[test]
    fn what_is_asked_about_is_not_changed_and_what_is_changed_is_in_nothing_else() {
        let mut population = Population::new(1, 0, 1, 1);
        assert!(!population.state(0).can_query(), "not registered yet");
        population.state_mut(0).set(Flag::Registered, true);
        population.begin_query(0);
        population.begin_query(0);
        assert!(population.state(0).can_query() && !population.state(0).can_change());
        population.end_query(0);
        assert!(!population.state(0).can_change(), "one is still under way");
        population.end_query(0);
        assert!(population.state(0).can_change());
        population.begin_change(0);
        assert!(!population.state(0).can_query() && !population.state(0).can_change());
        population.end_change(0);
        (0..254).for_each(|_| population.begin_query(0));
        assert!(!population.state(0).can_query(), "no more are counted");
        (0..254).for_each(|_| population.end_query(0));
        population.state_mut(0).set(Flag::Lost, true);
        assert!(!population.state(0).can_query());
    }

    #[test]
    fn created_names_are_drawn_for_a_delete_once_and_their_places_used_again() {
        let mut population = Population::new(3, 0, 1, 2);
        population.limit_created(2);
        let places: Vec<_> = (0..3).map(|_| population.begin_create()).collect();
        assert_eq!(places, [(0, Some(3)), (1, Some(4)), (2, None)], "more are not remembered");
        for at in [3, 4] {
            let state = population.state_mut(at);
            (state.sponsor, state.expires) = (1, Day(5));
            state.set(Flag::Registered, true);
            population.add_created(at);
        }
        assert_eq!(population.created_of(0, 1 << 63), None);
        assert_eq!(population.created_of(1, 0), Some(3));
        population.begin_query(3);
        assert_eq!(population.begin_delete(1, 0), Some(4), "3 is asked about");
        assert_eq!(population.begin_delete(1, 0), None);
        population.drop_created(4);
        assert_eq!(population.begin_create(), (3, Some(4)));
        assert_eq!(population.name(4), Name::Created(3));
    }
}
