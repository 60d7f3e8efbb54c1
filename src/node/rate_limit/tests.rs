//! Time is driven; shards are payers of one limiter, and threads where it is threads that matter.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use super::*;
use crate::base::limits::RDAP_RATE_NETWORKS;

fn rate(per_second: u32, burst: u32, network_multiple: u32) -> RateLimiter {
    RateLimiter::new(Rate { per_second, burst, network_multiple }, [])
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn at(millis: u64) -> Duration {
    Duration::from_millis(1_000_000 + millis)
}

/// As a shard does it for a new connection. The seconds to wait, if it is refused.
fn ask(limiter: &RateLimiter, client: IpAddr, tokens: u32, elapsed: Duration) -> Result<(), u64> {
    let payer = limiter.payer(client);
    payer.map_or(Ok(()), |payer| limiter.admit(&payer, tokens, elapsed)).map_err(|refused| refused.seconds)
}

/// Numbers that are as good as random (xorshift).
fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

#[test]
fn a_burst_is_served_and_then_the_rate() {
    let limiter = rate(2, 3, 0);
    let client = ip("192.0.2.1");
    let served = (0..5).map(|_| ask(&limiter, client, 1, at(0))).collect::<Vec<_>>();
    assert_eq!(served, [Ok(()), Ok(()), Ok(()), Err(1), Err(1)]);
    assert_eq!(ask(&limiter, client, 1, at(499)), Err(1));
    assert_eq!(ask(&limiter, client, 1, at(500)), Ok(()));
    assert_eq!(ask(&limiter, client, 1, at(501)), Err(1));
    let later = (0..4).map(|_| ask(&limiter, client, 1, at(60_000)).is_ok()).collect::<Vec<_>>();
    assert_eq!(later, [true, true, true, false]);
}

#[test]
fn a_client_has_one_bucket_and_others_have_theirs() {
    let limiter = rate(1, 1, 0);
    for (client, expected) in [
        ("2001:db8::1", Ok(())),
        ("2001:db8::ffff:2", Err(1)),
        ("2001:db8:0:ff:ffff::1", Err(1)),
        ("2001:db8:0:100::1", Ok(())),
        ("192.0.2.1", Ok(())),
        ("::ffff:192.0.2.1", Err(1)),
        ("192.0.2.2", Ok(())),
    ] {
        assert_eq!(ask(&limiter, ip(client), 1, at(0)), expected, "{client}");
    }
    assert_eq!(limiter.in_use(at(0)), 4);
    assert_eq!(limiter.in_use(at(1000)), 0, "they are full again");
}

#[test]
fn what_costs_more_takes_more_and_waits_for_it() {
    let limiter = rate(2, 10, 0);
    let client = ip("192.0.2.1");
    assert_eq!(ask(&limiter, client, 8, at(0)), Ok(()));
    assert_eq!(ask(&limiter, client, 8, at(0)), Err(3), "six are missing, and two come a second");
    assert_eq!(ask(&limiter, client, 2, at(0)), Ok(()));
    assert_eq!(ask(&limiter, client, 11, at(4999)), Err(1), "what costs more than there can be costs all");
    assert_eq!(ask(&limiter, client, u32::MAX, at(5000)), Ok(()));
    assert_eq!(ask(&limiter, client, 1, at(5000)), Err(1));
}

/// 80,000 requests at random moments of 20 seconds, at one of so many shards each.
#[test]
fn a_client_has_its_rate_on_one_shard_and_on_four() {
    for shards in [1, 4] {
        let limiter = rate(500, 2000, 0);
        let payers: Vec<_> = (0..shards).filter_map(|_| limiter.payer(ip("192.0.2.1"))).collect();
        let (mut seed, mut micros, mut served) = (7, 0, vec![0_u64; shards]);
        for _ in 0..80_000 {
            micros += random(&mut seed) % 501;
            let shard = random(&mut seed) as usize % shards;
            let admitted = limiter.admit(&payers[shard], 1, at(0) + Duration::from_micros(micros));
            served[shard] += u64::from(admitted.is_ok());
        }
        let (all, allowed) = (served.iter().sum::<u64>(), 2000 + micros * 500 / 1_000_000);
        assert!(all <= allowed && all >= allowed - 2, "{served:?}, and {allowed} were allowed");
        assert!(served.iter().all(|served| *served > all / 5), "{served:?}");
    }
}

#[test]
fn four_threads_have_the_rate_of_one_together() {
    let limiter = rate(500, 2000, 8);
    let micros = AtomicU64::new(0);
    let asking = |limiter: &RateLimiter, micros: &AtomicU64| {
        let payer = limiter.payer(ip("192.0.2.1")).expect("no one is exempt");
        let mut served = 0;
        loop {
            let now = micros.fetch_add(20, Ordering::Relaxed);
            if now >= 10_000_000 {
                return served;
            }
            served += u64::from(limiter.admit(&payer, 1, at(0) + Duration::from_micros(now)).is_ok());
        }
    };
    let served: u64 = thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| asking(&limiter, &micros))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
    });
    // A thread that is stopped between the clock and the table asks for a moment that is past.
    assert!((6900..=7000).contains(&served), "{served} of 7000");
}

#[test]
fn no_token_is_taken_twice() {
    const BURST: u32 = 1_000_000;
    let limiter = rate(1, BURST, 0);
    let asking = || {
        let payer = limiter.payer(ip("192.0.2.1")).expect("no one is exempt");
        (0..BURST).take_while(|_| limiter.admit(&payer, 1, at(0)).is_ok()).count()
    };
    let served: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(asking)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
    });
    assert_eq!(served, BURST as usize);
}

#[test]
fn a_shard_that_is_late_gains_nothing() {
    let limiter = rate(500, 2000, 0);
    let client = ip("192.0.2.1");
    assert!((0..2000).all(|_| ask(&limiter, client, 1, at(500)).is_ok()));
    assert_eq!([at(499), at(0)].map(|late| ask(&limiter, client, 1, late)), [Err(1); 2]);
    assert_eq!(ask(&limiter, client, 1, at(501)), Err(1));
    assert_eq!(ask(&limiter, client, 1, at(502)), Ok(()));
}

#[test]
fn a_network_of_many_clients_has_a_multiple_and_leaves_others_theirs() {
    for (clients, neighbour) in [
        ((0..256).map(|number| format!("198.51.100.{number}")).collect::<Vec<_>>(), "198.51.101.1"),
        ((0..256).map(|number| format!("2001:db8:7:{number:x}00::1")).collect(), "2001:db8:8::1"),
    ] {
        let limiter = rate(10, 20, 8);
        // Each client far below its own rate.
        let served: usize =
            (0..10).map(|_| clients.iter().filter(|c| ask(&limiter, ip(c), 1, at(0)).is_ok()).count()).sum();
        assert_eq!(served, 8 * 20);
        let payer = limiter.payer(ip(&clients[255])).expect("no one is exempt");
        let refused = limiter.admit(&payer, 1, at(0)).expect_err("the network's bucket is empty");
        assert!(refused.is_shared && refused.seconds == 1, "{refused:?}");
        assert!(refused.network.contains(ip(&clients[0])) && !refused.network.contains(ip(neighbour)));
        assert_eq!(ask(&limiter, ip(neighbour), 1, at(0)), Ok(()));
        let limiter = rate(10, 20, 0);
        let served: usize =
            (0..10).map(|_| clients.iter().filter(|c| ask(&limiter, ip(c), 1, at(0)).is_ok()).count()).sum();
        assert_eq!(served, 2560, "without such a limit all of them are served");
    }
}

#[test]
fn whoever_is_exempt_pays_nothing() {
    let exempt = ["192.0.2.0/24", "2001:db8::/32"].map(|text| Network::parse(text).expect("a network"));
    let limiter = RateLimiter::new(Rate { per_second: 1, burst: 1, network_multiple: 1 }, exempt);
    for (client, is_exempt) in [
        ("192.0.2.255", true),
        ("::ffff:192.0.2.7", true),
        ("192.0.3.1", false),
        ("2001:db8:ffff::1", true),
        ("2001:db9::1", false),
    ] {
        assert!((0..100).all(|_| ask(&limiter, ip(client), 1, at(0)).is_ok()) == is_exempt, "{client}");
    }
}

/// A million clients that ask once each, every second one of IPv6.
fn flood(limiter: &RateLimiter, elapsed: Duration) -> usize {
    let client = |number: u32| match number % 2 {
        0 => Ipv4Addr::from_bits(number).into(),
        _ => Ipv6Addr::from_bits((0x2001_0db8 << 96) + (u128::from(number) << 72)).into(),
    };
    (0..1_000_000).filter(|number| ask(limiter, client(*number), 1, elapsed).is_ok()).count()
}

#[test]
fn a_flood_of_clients_frees_nobody_and_locks_nobody_out() {
    let limiter = rate(500, 2000, 0);
    let (miner, idle) = (ip("203.0.113.1"), ip("203.0.113.2"));
    assert!((0..2000).all(|_| ask(&limiter, miner, 1, at(0)).is_ok()) && ask(&limiter, miner, 1, at(0)).is_err());
    assert_eq!(flood(&limiter, at(0)), 1_000_000, "each set has taken a few hundred, which is no burst of eight");
    assert_eq!(limiter.in_use(at(0)), RDAP_RATE_NETWORKS);
    assert_eq!(ask(&limiter, miner, 1, at(0)), Err(1), "he is not forgotten");
    assert_eq!(ask(&limiter, miner, 1, at(2)), Ok(()), "and has his rate");
    assert!((0..1000).all(|_| ask(&limiter, idle, 1, at(2)).is_ok()), "nobody waits for strangers");
}

#[test]
fn all_clients_together_have_no_more_than_the_cells_hold() {
    let limiter = rate(1, 1, 0);
    let served = flood(&limiter, at(0));
    assert_eq!(served, RDAP_RATE_NETWORKS, "one for each cell");
    assert_eq!(flood(&limiter, at(999)), 0);
    assert_eq!(ask(&limiter, ip("203.0.113.1"), 1, at(1000)), Ok(()), "all of them are full again");
}

#[test]
fn moments_come_again_and_old_ones_are_not_believed() {
    let limiter = rate(1, 2, 0);
    let client = ip("192.0.2.1");
    let turn = |micros: i64| Duration::from_micros(((1_i64 << 48) + micros).unsigned_abs());
    for (micros, expected) in [
        (-600_000, Ok(())),
        (-500_000, Ok(())),
        (-400_000, Err(1)),
        (399_999, Err(1)),
        (400_000, Ok(())),
        (400_001, Err(1)),
    ] {
        assert_eq!(ask(&limiter, client, 1, turn(micros)), expected, "{micros}");
    }
    let years_later = turn(400_001) + Duration::from_micros(1 << 47);
    assert_eq!((0..3).filter(|_| ask(&limiter, client, 1, years_later).is_ok()).count(), 2);
}
