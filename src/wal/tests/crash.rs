//! Power failures at random moments, in appending, preparing, rolling over, releasing and recovering alike, judged by a
//! list of what was acknowledged.

use super::*;
use crate::sim::random::SplitMix64;

/// What the log must hold: everything acknowledged, from the first frame that was not released.
#[derive(Default)]
struct Model {
    acknowledged: Vec<Vec<u8>>,
    released: u64,
}

impl Model {
    /// Compares the log with the model; the frame in flight at the crash may be there, whole.
    fn check(&mut self, wal: &Wal<SimDisk>, recovery: &Recovery, in_flight: Option<Vec<u8>>) {
        let acknowledged = self.acknowledged.len() as u64;
        if recovery.last_sequence == acknowledged + 1 {
            self.acknowledged.push(in_flight.expect("a frame was in flight"));
        } else {
            assert_eq!(recovery.last_sequence, acknowledged);
        }
        assert_eq!(wal.last_sequence(), recovery.last_sequence);
        assert!(recovery.first_sequence <= self.released + 1, "released only what was asked");
        let kept = &self.acknowledged[recovery.first_sequence as usize - 1..];
        assert!(payloads(wal) == kept, "the frames are not the acknowledged ones");
    }
}

/// Appends, prepares and releases at random until the power fails; returns the frame that was in flight.
fn work(wal: &mut Wal<SimDisk>, model: &mut Model, random: &mut SplitMix64) -> Option<Vec<u8>> {
    loop {
        let result = match random.below(10) {
            8 | 9 => wal.seal(NOW),
            0 => wal.prepare_next().map(|_| ()),
            1 => {
                let upto = random.below(model.acknowledged.len() as u64 + 1);
                model.released = model.released.max(upto);
                wal.release(upto, NOW)
            }
            _ => {
                let length = random.below(small().payload_bytes as u64) as usize;
                let next = payload(model.acknowledged.len() as u64 + 1, length);
                if wal.append(0, &[&next]).is_err() {
                    return Some(next);
                }
                model.acknowledged.push(next);
                Ok(())
            }
        };
        if result.is_err() {
            return None;
        }
    }
}

#[test]
fn whatever_the_moment_of_the_power_failure_every_acknowledged_frame_is_there_in_order() {
    let mut torn = 0;
    for seed in 0..300_u64 {
        let mut random = SplitMix64::new(!seed);
        let mut disk = SimDisk::new(seed);
        let mut model = Model::default();
        let mut in_flight = None;
        for _ in 0..6 {
            if random.chance(2) {
                // The power fails while recovery works, too.
                disk.fail_power(random.below(12) + 1);
                let _ = try_open(&disk);
                disk = disk.power_cycle();
            }
            let (mut wal, recovery) = try_open(&disk).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
            torn += usize::from(recovery.torn.is_some());
            model.check(&wal, &recovery, in_flight.take());
            disk.fail_power(random.below(60) + 1);
            in_flight = work(&mut wal, &mut model, &mut random);
            disk = disk.power_cycle();
        }
    }
    assert!(torn > 50, "only {torn} torn tails: the test does not test");
}
