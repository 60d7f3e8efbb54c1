//! How often a client may ask RDAP, for the whole node (RFC 7480, section 5.5): against mining.

mod cells;
mod offenders;

use std::net::IpAddr;
use std::time::Duration;

use crate::base::network::{Network, NetworkSet};
use crate::node::rate_limit::cells::{Bucket, Cells, Place};
pub(super) use crate::node::rate_limit::offenders::{Offenders, Summary, Told};

/// How often one client may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Tokens a second in the long run; 1 at least. A look-up is one.
    pub per_second: u32,
    /// Tokens at one moment after a pause; 1 at least.
    pub burst: u32,
    /// How many times as much all clients of one network have together; 0: as much as they like.
    pub network_multiple: u32,
}

/// Bits of an address that tell one client from another. An IPv4 address is what one customer has, or many share behind a
/// translator. An IPv6 customer is given a /56 as a rule, seldom less (RIPE-690, section 4.2; RFC 6177): with a bucket for each
/// /64 he would have 256 of them.
const CLIENT_BITS: (u8, u8) = (32, 56);
/// The same for networks: what is routed for itself at least, so that whoever has much of it runs it.
const NETWORK_BITS: (u8, u8) = (24, 48);

/// The buckets of all clients, shared by all shards: one that is spread over them has no more than one that is not.
///
/// Moments are told by what has passed since the node began: a wall clock that is set back would keep everybody out until it
/// has caught up.
pub struct RateLimiter {
    cells: Cells,
    client: Bucket,
    network: Option<Bucket>,
    exempt: NetworkSet,
}

/// Whose tokens a connection spends; made once, so that a request costs no look-up but that of its bucket.
#[derive(Clone, Copy, Debug)]
pub(super) struct Payer {
    client: Holder,
    network: Holder,
}

#[derive(Clone, Copy, Debug)]
struct Holder {
    network: Network,
    place: Place,
}

/// Why a request is not answered now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    /// Whole seconds until there are tokens enough again; 1 at least.
    pub(super) seconds: u64,
    /// Whose bucket has too few.
    pub(super) network: Network,
    /// Whether that is one of many clients.
    pub(super) is_shared: bool,
}

impl RateLimiter {
    /// No limit for `exempt`.
    pub fn new(rate: Rate, exempt: impl IntoIterator<Item = Network>) -> Self {
        let client = bucket(rate.per_second, rate.burst);
        let times = |number: u32| number.max(1).saturating_mul(rate.network_multiple);
        let network = (rate.network_multiple > 0).then(|| bucket(times(rate.per_second), times(rate.burst)));
        let depth = network.map_or(client.depth, |network| network.depth.max(client.depth));
        let mut exempt_set = NetworkSet::default();
        exempt.into_iter().for_each(|network| exempt_set.insert(network));
        Self { cells: Cells::new(depth), client, network, exempt: exempt_set }
    }

    /// Who pays for the requests of that address; `None`: nobody, it is exempt.
    pub(super) fn payer(&self, address: IpAddr) -> Option<Payer> {
        let address = address.to_canonical();
        let holder = |(v4, v6)| {
            let network = Network::of(address, if address.is_ipv6() { v6 } else { v4 });
            Holder { network, place: self.cells.place(&network) }
        };
        let payer = || Payer { client: holder(CLIENT_BITS), network: holder(NETWORK_BITS) };
        (!self.exempt.contains(address)).then(payer)
    }

    /// Takes so many tokens from the client and from its network. A request that costs more than a full bucket costs all of it.
    /// `elapsed` is the same for all shards, and never goes back.
    ///
    /// # Errors
    /// When either has too few. If it is the network, the client's are gone nevertheless: it loses nothing by that as long as
    /// it asks no more often than it may by itself.
    pub(super) fn admit(&self, payer: &Payer, tokens: u32, elapsed: Duration) -> Result<(), Refused> {
        let now = elapsed.as_micros() as u64;
        let take = |holder: &Holder, bucket, is_shared| {
            let refused = |wait: u64| Refused { seconds: wait.div_ceil(1_000_000), network: holder.network, is_shared };
            self.cells.take(holder.place, bucket, tokens, now).map_err(refused)
        };
        take(&payer.client, self.client, false)?;
        self.network.map_or(Ok(()), |bucket| take(&payer.network, bucket, true))
    }

    /// How many clients and networks have a bucket that is not full.
    pub(super) fn in_use(&self, elapsed: Duration) -> usize {
        self.cells.in_use(elapsed.as_micros() as u64)
    }
}

/// To the nearest microsecond, which no rate below a thousand a second is off by more than 0.05 % for.
fn bucket(per_second: u32, burst: u32) -> Bucket {
    let (per_second, burst) = (u64::from(per_second.max(1)), u64::from(burst.max(1)));
    let token = ((1_000_000 + per_second / 2) / per_second).max(1);
    Bucket { token, depth: token * burst }
}

#[cfg(test)]
mod tests;
