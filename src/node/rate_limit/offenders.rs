//! Whose requests were refused most, so that an operator sees who mines: counted by each shard for itself, told now and then.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::base::limits::{RDAP_OFFENDERS, RDAP_OFFENDERS_SECONDS};
use crate::base::network::Network;

/// How many of them a line of the log names.
const NAMED: usize = 8;

/// The networks with the most refusals, in a table of fixed size: when it is full, a newcomer takes the place of the one with
/// the fewest and goes on from its number, so that one with many is never missing, and no number is too low.
#[derive(Default)]
pub(in crate::node) struct Offenders {
    /// Refusals of all, those that are in the table no longer included.
    refused: u64,
    seen: Vec<(Network, u64)>,
}

impl Offenders {
    /// Counts a refusal.
    pub(in crate::node) fn add(&mut self, network: Network) {
        self.refused += 1;
        self.count(network, 1);
    }

    fn count(&mut self, network: Network, times: u64) {
        if let Some((_, count)) = self.seen.iter_mut().find(|(seen, _)| *seen == network) {
            *count += times;
        } else if self.seen.len() < RDAP_OFFENDERS {
            self.seen.push((network, times));
        } else if let Some(fewest) = self.seen.iter_mut().min_by_key(|(_, count)| *count) {
            *fewest = (network, fewest.1 + times);
        }
    }

    fn merge(&mut self, other: Self) {
        self.refused += other.refused;
        // Those with the most last, so that they do not give way to others.
        let mut seen = other.seen;
        seen.sort_by_key(|(_, count)| *count);
        seen.into_iter().for_each(|(network, times)| self.count(network, times));
    }

    /// `192.0.2.1 (1200), 2001:db8:1::/48 (7)`: those with the most, and how often at most.
    fn top(mut self) -> String {
        self.seen.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let named = self.seen.iter().take(NAMED).map(|(network, count)| format!("{network} ({count})"));
        named.collect::<Vec<_>>().join(", ")
    }
}

/// What all shards have handed in, and when the log last told of it.
#[derive(Default)]
pub(in crate::node) struct Told(Mutex<(Option<Duration>, Offenders)>);

/// How often requests were refused since the last time, and whose most.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::node) struct Summary {
    pub(in crate::node) refused: u64,
    pub(in crate::node) top: String,
}

impl Told {
    /// Takes what a shard has counted; what is to be told now, if there is anything and it is time. `elapsed` is the same for
    /// all shards.
    pub(in crate::node) fn hand_in(&self, offenders: Offenders, elapsed: Duration) -> Option<Summary> {
        // Whole before and after each change.
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (told, all) = &mut *inner;
        all.merge(offenders);
        let pause = Duration::from_secs(RDAP_OFFENDERS_SECONDS);
        let is_time = told.is_none_or(|told| elapsed >= told + pause);
        if all.refused == 0 || !is_time {
            return None;
        }
        *told = Some(elapsed);
        let all = std::mem::take(all);
        Some(Summary { refused: all.refused, top: all.top() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        Network::parse(text).expect("a network")
    }

    fn refused(all: &[(&str, usize)]) -> Offenders {
        let mut offenders = Offenders::default();
        for (text, times) in all {
            (0..*times).for_each(|_| offenders.add(network(text)));
        }
        offenders
    }

    #[test]
    fn the_shards_are_added_up_and_told_once_a_minute() {
        let (told, at) = (Told::default(), Duration::from_secs);
        assert_eq!(told.hand_in(Offenders::default(), at(5)), None);
        let first = told.hand_in(refused(&[("192.0.2.1", 2), ("192.0.2.0/24", 3)]), at(10)).expect("the first is told");
        assert_eq!((first.refused, first.top.as_str()), (5, "192.0.2.0/24 (3), 192.0.2.1 (2)"));
        assert_eq!(told.hand_in(refused(&[("2001:db8::/56", 7)]), at(20)), None);
        assert_eq!(told.hand_in(refused(&[("192.0.2.1", 4)]), at(69)), None);
        let second = told.hand_in(refused(&[("192.0.2.1", 4)]), at(70)).expect("a minute has passed");
        assert_eq!((second.refused, second.top.as_str()), (15, "192.0.2.1 (8), 2001:db8::/56 (7)"));
        assert_eq!(told.hand_in(Offenders::default(), at(500)), None);
    }

    #[test]
    fn the_worst_is_named_among_many_that_are_refused_once() {
        let mut offenders = Offenders::default();
        for number in 0..100_000_u32 {
            offenders.add(Network::of(std::net::Ipv4Addr::from_bits(number).into(), 32));
            if number % 20 == 0 {
                offenders.add(network("198.51.100.7"));
            }
        }
        assert_eq!(offenders.seen.len(), RDAP_OFFENDERS);
        let summary = Told::default().hand_in(offenders, Duration::ZERO).expect("the first is told");
        assert_eq!(summary.refused, 105_000);
        assert!(summary.top.starts_with("198.51.100.7 ("), "{}", summary.top);
        assert_eq!(summary.top.matches(", ").count(), NAMED - 1);
    }
}
