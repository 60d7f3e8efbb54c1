//! Who sits, and who has to give way: a data structure without clock or lock.
//!
//! The order in which seats are idle is kept lazily. A seat is filed under the moment at which it was last seen active; its
//! true moment is that or a later one. So the first in the order, once it is seen to be filed under its true moment, is the
//! most idle of all, and each time that it is not is paid for by a request of its connection.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::prefix::{Bounded, EVERYONE, Prefix, networks};
use super::{Full, Pulse, SeatLimits};
use crate::base::limits::SEAT_IDLE_MILLIS;

/// Connections that lost their seat but have not ended, at least; more seats allow an eighth of them. They end within
/// milliseconds, but hold their descriptors until then.
const LEAVING: usize = 64;

/// All seats.
pub(super) struct Table {
    limits: SeatLimits,
    next: u64,
    taken: HashMap<u64, Taken>,
    /// Seats by network (or [`EVERYONE`]), strangers before those known, the most idle first.
    order: BTreeSet<Place>,
    /// How many seats each network has.
    counts: HashMap<Prefix, usize>,
    /// How many seats strangers have in each of the widest networks.
    strangers: HashMap<Prefix, usize>,
    /// The same by number, the fewest first.
    sizes: BTreeSet<(usize, Prefix)>,
    /// Connections that lost their seat and have not ended.
    leaving: usize,
}

struct Taken {
    pulse: Arc<Pulse>,
    known: bool,
    networks: Vec<Bounded>,
    /// The moment it is filed under.
    filed: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    network: Prefix,
    known: bool,
    moment: u64,
    id: u64,
}

/// A seat that was found.
pub(super) struct Entered {
    pub(super) id: u64,
    /// Whose seat it was.
    pub(super) evicted: Option<Arc<Pulse>>,
}

impl Table {
    pub(super) fn new(limits: SeatLimits) -> Self {
        Self {
            limits,
            next: 0,
            taken: HashMap::new(),
            order: BTreeSet::new(),
            counts: HashMap::new(),
            strangers: HashMap::new(),
            sizes: BTreeSet::new(),
            leaving: 0,
        }
    }

    /// A seat for `ip`. `pulse` was active at `now`, milliseconds that never go back.
    pub(super) fn enter(&mut self, ip: IpAddr, known: bool, now: u64, pulse: Arc<Pulse>) -> Result<Entered, Full> {
        let networks = networks(ip, self.limits);
        // A seat given up in a narrow network is one in all wider ones too.
        let full = networks.iter().find(|network| count(&self.counts, network.prefix) >= network.limit);
        let victim = match full {
            Some(network) => Some(self.gives_way_within(network.prefix, known, now).ok_or(network.full)?),
            None if self.taken.len() >= self.limits.all => {
                let own = networks.last().map_or(0, |network| count(&self.strangers, network.prefix));
                Some(self.gives_way_of_all(own, known, now).ok_or(Full::All)?)
            }
            None => None,
        };
        let evicted = match victim {
            Some(_) if self.leaving >= LEAVING.max(self.limits.all / 8) => return Err(Full::All),
            Some(victim) => self.remove(victim),
            None => None,
        };
        if let Some(evicted) = &evicted {
            self.leaving += 1;
            evicted.evicted.store(true, Ordering::Release);
        }
        let id = self.next;
        self.next += 1;
        self.add(id, Taken { pulse, known, networks, filed: now });
        Ok(Entered { id, evicted })
    }

    /// A connection has ended, whether it still had its seat or not.
    pub(super) fn leave(&mut self, id: u64) {
        if self.remove(id).is_none() {
            self.leaving -= 1;
        }
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        let (seats, counts) = (self.taken.is_empty() && self.order.is_empty(), self.counts.is_empty());
        seats && counts && self.strangers.is_empty() && self.sizes.is_empty() && self.leaving == 0
    }

    /// Who gives way in a network that has as many seats as it may.
    fn gives_way_within(&mut self, network: Prefix, known: bool, now: u64) -> Option<u64> {
        let stranger = self.most_idle(network, false, now);
        match (known, stranger) {
            (true, Some((id, _))) => Some(id),
            (true, None) => idle_enough(self.most_idle(network, true, now), now),
            (false, stranger) => idle_enough(stranger, now),
        }
    }

    /// Who gives way when all seats are taken, to someone whose network has `own` of them.
    fn gives_way_of_all(&mut self, own: usize, known: bool, now: u64) -> Option<u64> {
        let largest = self.sizes.last().copied();
        match largest {
            Some((size, network)) if known || size >= own + 2 => self.most_idle(network, false, now).map(|(id, _)| id),
            // Only those known are left.
            None if known => idle_enough(self.most_idle(EVERYONE, true, now), now),
            _ => idle_enough(self.most_idle(EVERYONE, false, now), now),
        }
    }

    /// The most idle seat of a network, and since when it is idle.
    fn most_idle(&mut self, network: Prefix, known: bool, now: u64) -> Option<(u64, u64)> {
        loop {
            let from = Place { network, known, ..Place::default() };
            let first = *self.order.range(from..).next()?;
            if first.network != network || first.known != known {
                return None;
            }
            let seat = self.taken.get_mut(&first.id)?;
            let moment = seat.pulse.idle_since(now).max(seat.filed);
            if moment == first.moment {
                return Some((first.id, moment));
            }
            seat.filed = moment;
            for place in places(first.id, seat) {
                self.order.remove(&Place { moment: first.moment, ..place });
                self.order.insert(place);
            }
        }
    }

    fn add(&mut self, id: u64, seat: Taken) {
        self.order.extend(places(id, &seat));
        for network in &seat.networks {
            set(&mut self.counts, network.prefix, |size| size + 1);
        }
        self.resize(&seat, |size| size + 1);
        self.taken.insert(id, seat);
    }

    fn remove(&mut self, id: u64) -> Option<Arc<Pulse>> {
        let seat = self.taken.remove(&id)?;
        for place in places(id, &seat) {
            self.order.remove(&place);
        }
        for network in &seat.networks {
            set(&mut self.counts, network.prefix, |size| size - 1);
        }
        self.resize(&seat, |size| size - 1);
        Some(seat.pulse)
    }

    /// Keeps the sizes of the widest networks when a seat of one is taken or given back.
    fn resize(&mut self, seat: &Taken, change: impl Fn(usize) -> usize) {
        let Some(network) = seat.networks.last().filter(|_| !seat.known) else { return };
        let (before, after) = set(&mut self.strangers, network.prefix, change);
        self.sizes.remove(&(before, network.prefix));
        if after > 0 {
            self.sizes.insert((after, network.prefix));
        }
    }
}

/// Where a seat is filed: in each of its networks, and among all.
fn places(id: u64, seat: &Taken) -> impl Iterator<Item = Place> + use<'_> {
    let networks = seat.networks.iter().map(|network| network.prefix).chain([EVERYONE]);
    networks.map(move |network| Place { network, known: seat.known, moment: seat.filed, id })
}

fn idle_enough(seat: Option<(u64, u64)>, now: u64) -> Option<u64> {
    seat.filter(|(_, moment)| now.saturating_sub(*moment) >= SEAT_IDLE_MILLIS).map(|(id, _)| id)
}

fn count(counts: &HashMap<Prefix, usize>, network: Prefix) -> usize {
    counts.get(&network).copied().unwrap_or(0)
}

/// Changes the count of a network; what it was, and what it is.
fn set(counts: &mut HashMap<Prefix, usize>, network: Prefix, change: impl Fn(usize) -> usize) -> (usize, usize) {
    let before = count(counts, network);
    let after = change(before);
    match after {
        0 => drop(counts.remove(&network)),
        _ => drop(counts.insert(network, after)),
    }
    (before, after)
}
