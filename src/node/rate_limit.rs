//! A token bucket for each client network, in a bounded table (RFC 7480, section 5.5).

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use crate::base::limits::RDAP_RATE_NETWORKS;

/// How often one client network may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Queries a second in the long run; 1 at least.
    pub per_second: u32,
    /// Queries at one moment after a pause; 1 at least.
    pub burst: u32,
}

/// The buckets of one shard. Each is kept as the moment at which it will be full again (the "generic cell rate
/// algorithm"), so that an idle network is one whose moment is past. Moments are told by what has passed since the shard
/// began: a wall clock that is set back would keep every network out until it has caught up.
pub(super) struct RateLimiter {
    /// Microseconds a query costs.
    cost: i64,
    /// Microseconds a full bucket holds.
    depth: i64,
    full_at: HashMap<IpAddr, i64>,
}

impl RateLimiter {
    pub(super) fn new(rate: Rate) -> Self {
        let cost = (1_000_000 / i64::from(rate.per_second.max(1))).max(1);
        Self { cost, depth: cost * i64::from(rate.burst.max(1)), full_at: HashMap::new() }
    }

    /// Takes tokens of the client's network, no more than a full bucket has. `elapsed` never goes back.
    ///
    /// # Errors
    /// The whole seconds until there are so many again; none is taken then.
    pub(super) fn admit(&mut self, client: IpAddr, tokens: u32, elapsed: Duration) -> Result<(), u64> {
        let (network, now) = (network(client), i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX / 2));
        if !self.full_at.contains_key(&network) && self.full_at.len() >= RDAP_RATE_NETWORKS {
            self.make_room(now);
        }
        let full_at = self.full_at.entry(network).or_insert(now);
        let after = (*full_at).max(now) + (self.cost * i64::from(tokens)).min(self.depth);
        let wait = after - now - self.depth;
        if wait > 0 {
            return Err(wait.unsigned_abs().div_ceil(1_000_000));
        }
        *full_at = after;
        Ok(())
    }

    /// Forgets networks that are idle. When too few are, forgets all: more networks at one time than the table holds are an
    /// attack that no limit by network stops, and a sweep for each of its queries would help it.
    fn make_room(&mut self, now: i64) {
        self.full_at.retain(|_, full_at| *full_at > now);
        if self.full_at.len() > RDAP_RATE_NETWORKS / 2 {
            self.full_at.clear();
        }
    }
}

/// An IPv4 address, or the /64 of an IPv6 address: what one customer has at least.
pub(super) fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64)).into(),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn at(millis: u64) -> Duration {
        Duration::from_millis(1_000_000 + millis)
    }

    #[test]
    fn a_burst_is_served_and_then_the_rate() {
        let mut limiter = RateLimiter::new(Rate { per_second: 2, burst: 3 });
        let client = ip("192.0.2.1");
        let served = (0..5).map(|_| limiter.admit(client, 1, at(0))).collect::<Vec<_>>();
        assert_eq!(served, [Ok(()), Ok(()), Ok(()), Err(1), Err(1)]);
        assert_eq!(limiter.admit(client, 1, at(499)), Err(1));
        assert_eq!(limiter.admit(client, 1, at(500)), Ok(()));
        assert_eq!(limiter.admit(client, 1, at(501)), Err(1));
        let later = (0..4).map(|_| limiter.admit(client, 1, at(60_000)).is_ok()).collect::<Vec<_>>();
        assert_eq!(later, [true, true, true, false]);
    }

    #[test]
    fn a_query_may_cost_several_but_not_more_than_there_ever_are() {
        let mut limiter = RateLimiter::new(Rate { per_second: 1, burst: 5 });
        let client = ip("192.0.2.1");
        assert_eq!(limiter.admit(client, 4, at(0)), Ok(()));
        assert_eq!(limiter.admit(client, 4, at(0)), Err(3));
        assert_eq!(limiter.admit(client, 1, at(0)), Ok(()));
        assert_eq!(limiter.admit(client, 10, at(5_000)), Ok(()));
        assert_eq!(limiter.admit(client, 1, at(5_000)), Err(1));
    }

    #[test]
    fn a_network_has_one_bucket_and_others_have_theirs() {
        let mut limiter = RateLimiter::new(Rate { per_second: 1, burst: 1 });
        assert_eq!(limiter.admit(ip("2001:db8::1"), 1, at(0)), Ok(()));
        assert_eq!(limiter.admit(ip("2001:db8::ffff:2"), 1, at(0)), Err(1));
        assert_eq!(limiter.admit(ip("2001:db8:0:1::1"), 1, at(0)), Ok(()));
        assert_eq!(limiter.admit(ip("192.0.2.1"), 1, at(0)), Ok(()));
        assert_eq!(limiter.admit(ip("::ffff:192.0.2.1"), 1, at(0)), Err(1));
        assert_eq!(limiter.admit(ip("192.0.2.2"), 1, at(0)), Ok(()));
    }

    #[test]
    fn the_table_is_bounded_whether_its_networks_are_idle_or_not() {
        for step in [0, 10_000] {
            let mut limiter = RateLimiter::new(Rate { per_second: 1, burst: 1 });
            for number in 0..3 * RDAP_RATE_NETWORKS as u32 {
                let client = std::net::Ipv4Addr::from_bits(number).into();
                assert_eq!(limiter.admit(client, 1, at(u64::from(number) * step)), Ok(()));
                assert!(limiter.full_at.len() <= RDAP_RATE_NETWORKS);
            }
        }
    }
}
