//! No message and no wake-up is lost between threads.

use super::*;
use crate::runtime::executor::tests::{anywhere, run};
use crate::runtime::executor::{self, Placement};
use crate::runtime::{task, time};
use std::thread;
use std::time::Duration;

#[test]
fn messages_arrive_in_order_and_the_end_after_the_last() {
    run(|| async {
        let (sender, mut receiver) = channel(4);
        assert_eq!(receiver.try_recv(), None);
        for message in 0..4 {
            sender.try_send(message).expect("room");
        }
        assert_eq!(sender.try_send(4), Err(Full(4)));
        drop(sender);
        for message in 0..4 {
            assert_eq!(receiver.recv().await, Some(message));
        }
        assert_eq!(receiver.recv().await, None);
    });
}

#[test]
fn a_sender_learns_that_nobody_receives() {
    let (sender, receiver) = channel(4);
    drop(receiver);
    assert!(sender.is_closed());
    assert_eq!(sender.try_send("lost"), Err(Full("lost")));
}

#[test]
fn the_end_wakes_a_waiting_receiver() {
    let (sender, mut receiver) = channel::<()>(1);
    let executor = executor::start(anywhere("end"), move || async move { assert_eq!(receiver.recv().await, None) });
    thread::sleep(Duration::from_millis(20));
    drop(sender);
    executor.expect("an executor").join().expect("it ends");
}

/// Several threads send to several receivers of one executor, in bursts with idle gaps of every length around the
/// driver's decision to sleep. A lost message shows as a wrong sum, a ring overlooked as a test that does not end.
fn storm(placement: Placement, bursts: u64) {
    const SENDERS: u64 = 3;
    const RECEIVERS: usize = 2;
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..RECEIVERS).map(|_| channel::<u64>(64)).unzip();
    let (done, mut all_done) = channel::<u64>(RECEIVERS);
    let executor = executor::start(placement, move || async move {
        for mut receiver in receivers {
            let done = done.clone();
            task::spawn(async move {
                let mut sum = 0;
                while let Some(message) = receiver.recv().await {
                    sum += message;
                }
                done.try_send(sum).expect("room");
            });
        }
        drop(done);
        let mut total = 0;
        while let Some(sum) = all_done.recv().await {
            total += sum;
        }
        let sent = bursts * 100;
        assert_eq!(total, SENDERS * RECEIVERS as u64 * (sent * (sent + 1) / 2));
    });
    let threads: Vec<_> = (0..SENDERS)
        .map(|seed| {
            let senders = senders.clone();
            thread::spawn(move || flood(&senders, bursts, seed))
        })
        .collect();
    drop(senders);
    threads.into_iter().for_each(|thread| thread.join().expect("it sends"));
    executor.expect("an executor").join().expect("it ends");
}

fn flood(senders: &[Sender<u64>], bursts: u64, seed: u64) {
    let mut random = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    for burst in 0..bursts {
        for message in burst * 100 + 1..=(burst + 1) * 100 {
            for sender in senders {
                let mut back = message;
                while let Err(Full(message)) = sender.try_send(back) {
                    back = message;
                    thread::yield_now();
                }
            }
        }
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        match random % 4 {
            0 => thread::sleep(Duration::from_micros(random >> 32 & 0xFF)),
            1 => (0..random >> 32 & 0x3FF).for_each(|_| std::hint::spin_loop()),
            _ => {}
        }
    }
}

#[test]
fn a_storm_into_a_sleepy_executor_loses_nothing() {
    storm(anywhere("sleepy"), 5_000);
}

#[test]
fn a_storm_into_a_spinning_executor_loses_nothing() {
    storm(Placement { spin: Duration::from_micros(50), ..anywhere("spinning") }, 3_000);
}

/// One message at a time there and back between two executors: each waits for the other, so each message meets a
/// receiver that sleeps or is about to. A ring that did not wake would cost a whole sleep of the driver, and all of them
/// many minutes.
#[test]
fn a_ping_pong_between_executors_never_stops() {
    const ROUNDS: u32 = 20_000;
    let (ping, mut pinged) = channel::<u32>(1);
    let (pong, mut ponged) = channel::<u32>(1);
    let echo = executor::start(anywhere("pong"), move || async move {
        while let Some(round) = pinged.recv().await {
            pong.try_send(round).expect("one at a time");
        }
    });
    run(move || async move {
        for round in 0..ROUNDS {
            ping.try_send(round).expect("one at a time");
            assert_eq!(ponged.recv().await, Some(round));
            if round % 4096 == 0 {
                time::sleep(Duration::from_millis(3)).await;
            }
        }
    });
    echo.expect("an executor").join().expect("it ends");
}
