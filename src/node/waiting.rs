//! Connections that have not logged in: bounded in all and for each client network, so that strangers cannot take the
//! places of registrars.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::node::rate_limit::network;

/// Who waits, shared by all shards.
pub(super) struct Waiting {
    limit: usize,
    network_limit: usize,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    all: usize,
    networks: HashMap<IpAddr, usize>,
}

impl Waiting {
    /// With its bounds: in all, and for each network.
    pub(super) fn new(limit: usize, network_limit: usize) -> Self {
        Self { limit, network_limit, counts: Mutex::default() }
    }

    /// Counts a connection until the place is dropped; `None` when there is no place.
    pub(super) fn enter(self: &Arc<Self>, address: IpAddr) -> Option<WaitingPlace> {
        let network = network(address);
        let mut counts = self.counts();
        let here = counts.networks.get(&network).copied().unwrap_or(0);
        if counts.all >= self.limit || here >= self.network_limit {
            return None;
        }
        counts.all += 1;
        counts.networks.insert(network, here + 1);
        Some(WaitingPlace { waiting: self.clone(), network })
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        // Every change below is whole before anything can panic.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of a connection that has not logged in.
pub(super) struct WaitingPlace {
    waiting: Arc<Waiting>,
    network: IpAddr,
}

impl Drop for WaitingPlace {
    fn drop(&mut self) {
        let mut counts = self.waiting.counts();
        counts.all -= 1;
        if let Some(here) = counts.networks.get_mut(&self.network) {
            *here -= 1;
            if *here == 0 {
                counts.networks.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_cannot_take_the_places_of_others_and_places_come_back() {
        let waiting = Arc::new(Waiting::new(3, 2));
        let (a, b): (IpAddr, IpAddr) = ([192, 0, 2, 1].into(), [198, 51, 100, 1].into());
        let first = waiting.enter(a).expect("free");
        let _second = waiting.enter(a).expect("free");
        assert!(waiting.enter(a).is_none(), "the network's bound");
        let _third = waiting.enter(b).expect("another network");
        assert!(waiting.enter(b).is_none(), "the bound of all");
        drop(first);
        assert!(waiting.enter(b).is_some());
    }
}
