//! The log judged over the simulated disk: its life, its damage, its crashes.

mod crash;
mod damage;
mod life;
mod seal;

use crate::base::timestamp::Timestamp;
use crate::sim::disk::SimDisk;
use crate::wal::format::{BLOCK, segment_name};
use crate::wal::{Options, Recovery, Wal, WalError};

const NOW: Timestamp = Timestamp::from_micros(1_795_252_087_000_000);
const LOG_ID: u64 = 0x0123_4567_89ab_cdef;

/// Segments of eight blocks, payloads of up to three.
fn small() -> Options {
    Options { segment_bytes: 8 * BLOCK as u64, payload_bytes: 3 * BLOCK - 64, log_id: LOG_ID }
}

fn open(disk: &SimDisk) -> (Wal<SimDisk>, Recovery) {
    try_open(disk).expect("opens")
}

/// Opens the log, or begins one where there is none.
fn try_open(disk: &SimDisk) -> Result<(Wal<SimDisk>, Recovery), WalError> {
    match Wal::begin(disk, &small(), NOW) {
        Ok(()) | Err(WalError::Exists { .. }) => {
            Wal::recover(disk.clone(), small(), &[]).and_then(|found| found.settle(NOW))
        }
        Err(error) => Err(error),
    }
}

/// A payload that tells which frame it is in each octet, none of them zero.
fn payload(sequence: u64, length: usize) -> Vec<u8> {
    (0..length).map(|i| ((sequence as usize * 31 + i) % 255) as u8 + 1).collect()
}

/// A log with one frame per length, and its disk.
fn log_of(lengths: &[usize]) -> SimDisk {
    let disk = SimDisk::new(7);
    let (mut wal, _) = open(&disk);
    for (i, &length) in lengths.iter().enumerate() {
        wal.append(0, &[&payload(i as u64 + 1, length)]).expect("appended");
    }
    disk
}

/// All payloads from the first sequence on.
fn payloads(wal: &Wal<SimDisk>) -> Vec<Vec<u8>> {
    let mut frames = wal.reader(wal.first_sequence()).expect("readable");
    let mut all = Vec::new();
    while let Some(frame) = frames.next_frame().expect("a whole frame") {
        assert_eq!(frame.header.sequence, wal.first_sequence() + all.len() as u64);
        all.push(frame.payload.to_vec());
    }
    all
}

fn first_segment() -> String {
    segment_name(1)
}
