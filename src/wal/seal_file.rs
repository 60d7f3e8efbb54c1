//! The seal: how far the log was durable, and along which history, when this was written; pure.
//!
//! ```text
//! seal                             slot
//! ┌──────────────┐ 0               ┌──────────────────────────────┐ 0
//! │ slot         │                 │ magic             8          │
//! ├──────────────┤ 4096            │ version           8          │ 8
//! │ slot         │                 │ checksum          8          │ 16
//! └──────────────┘ 8192            │ log id            8          │ 24
//!                                  │ number            8          │ 32
//! The slots are written in turn,   │ last sequence     8          │ 40
//! so that a torn write leaves the  │ chain            32          │ 48
//! other one. The higher number     │ state             8          │ 80
//! counts.                          │ time              8          │ 88
//!                                  │ zero              …          │ 96
//!                                  └──────────────────────────────┘ 4096
//! ```
//!
//! A seal is a lower bound that stays true while frames are added, so no append has to touch it. What follows from one
//! that is read back, [`Seal::judge`] says.

use crate::base::log_place::LogPlace;
use crate::base::timestamp::Timestamp;
use crate::wal::error::{FrameFault, SealFault};
use crate::wal::format::{BLOCK, Chain};
use xxhash_rust::xxh3::xxh3_64;

/// The name of its file.
pub const SEAL_NAME: &str = "seal";
/// The name while it is made.
pub const SEAL_TEMPORARY: &str = "seal.tmp";
/// The format version this code writes, and the only one it reads.
pub const SEAL_VERSION: u64 = 1;
/// Octets of the file: two slots.
pub const SEAL_BYTES: usize = 2 * BLOCK;

const MAGIC: [u8; 8] = [0xD0, b'O', b'M', b'S', b'E', b'A', b'L', 0x0A];
const VERSION: usize = 8;
const CHECKSUM: usize = VERSION + 8;
const LOG_ID: usize = CHECKSUM + 8;
const NUMBER: usize = LOG_ID + 8;
const FRAME: usize = NUMBER + 8;
const CHAIN: usize = FRAME + 8;
const STATE: usize = CHAIN + 32;
const TIME: usize = STATE + 8;

const _: () = assert!(TIME + 8 == 96 && TIME + 8 <= BLOCK);

/// What follows the place that a seal names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing: the log is being made, and its first segment may not be there yet.
    New,
    /// Perhaps more frames: the log was in use.
    Open,
    /// Nothing: the log was closed in order.
    Clean,
}

/// What one slot says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Of the log it belongs to.
    pub log_id: u64,
    /// Counts the seals of a log.
    pub number: u64,
    /// The last frame that was durable, and the chain up to it.
    pub place: LogPlace,
    /// What follows.
    pub state: State,
    /// When it was written, for people.
    pub time: Timestamp,
}

/// The end of a log as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End<'l> {
    /// Of the log.
    pub log_id: u64,
    /// The sequence of its last whole frame.
    pub last: u64,
    /// The chain up to the frame that the seal names, if the log holds that frame or begins right behind it.
    pub chain: Option<Chain>,
    /// What is wrong with the octets behind the last frame, if they are not zeros.
    pub torn: Option<&'l FrameFault>,
}

/// What is wrong with a log beside its seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The seal belongs to another log.
    OtherLog,
    /// The log ends before the frame that the seal names: frames that were durable are gone.
    Short,
    /// The log has another history up to the frame that the seal names.
    OtherHistory,
    /// The log goes on behind a clean stop: seal and log are of different times.
    Older,
    /// Octets behind the last frame, where a clean stop leaves nothing in flight.
    Behind,
}

impl Seal {
    /// The content of a slot.
    pub fn encode(&self) -> [u8; BLOCK] {
        let mut slot = [0; BLOCK];
        let state: u64 = match self.state {
            State::New => 1,
            State::Open => 2,
            State::Clean => 3,
        };
        slot[..VERSION].copy_from_slice(&MAGIC);
        let mut put = |at: usize, number: u64| slot[at..at + 8].copy_from_slice(&number.to_le_bytes());
        put(VERSION, SEAL_VERSION);
        put(LOG_ID, self.log_id);
        put(NUMBER, self.number);
        put(FRAME, self.place.frame);
        put(STATE, state);
        put(TIME, self.time.micros() as u64);
        slot[CHAIN..STATE].copy_from_slice(&self.place.chain);
        let checksum = xxh3_64(&slot[LOG_ID..]);
        slot[CHECKSUM..LOG_ID].copy_from_slice(&checksum.to_le_bytes());
        slot
    }

    /// Reads a slot; `None` when it is not whole.
    fn decode(slot: &[u8; BLOCK]) -> Option<Self> {
        let number = |at: usize| Some(u64::from_le_bytes(*slot.get(at..)?.first_chunk()?));
        if !slot.starts_with(&MAGIC)
            || number(VERSION)? != SEAL_VERSION
            || number(CHECKSUM)? != xxh3_64(&slot[LOG_ID..])
        {
            return None;
        }
        Some(Self {
            log_id: number(LOG_ID)?,
            number: number(NUMBER)?,
            place: LogPlace { frame: number(FRAME)?, chain: *slot.get(CHAIN..)?.first_chunk()? },
            state: match number(STATE)? {
                1 => State::New,
                2 => State::Open,
                3 => State::Clean,
                _ => return None,
            },
            time: Timestamp::from_micros(number(TIME)? as i64),
        })
    }

    /// The newest seal in the content of a file, and the number of its slot. The other slot may be torn or old: what it
    /// said is still true, but says less.
    ///
    /// # Errors
    /// [`SealFault`], when the file has not the right length or none of its slots is whole.
    pub fn newest(content: &[u8]) -> Result<(Self, usize), SealFault> {
        let (slots, rest) = content.as_chunks::<BLOCK>();
        if content.len() != SEAL_BYTES || !rest.is_empty() {
            return Err(SealFault::Size { expected: SEAL_BYTES as u64, found: content.len() as u64 });
        }
        let whole = slots.iter().enumerate().filter_map(|(slot, content)| Some((Self::decode(content)?, slot)));
        whole.max_by_key(|(seal, _)| seal.number).ok_or(SealFault::NoSlot)
    }

    /// Whether both slots of a file are as they were written. The second one is written with the second seal.
    pub fn are_slots_good(content: &[u8], newest: &Seal) -> bool {
        let whole = content.as_chunks::<BLOCK>().0.iter().filter(|slot| Self::decode(slot).is_some()).count();
        whole == if newest.number == 1 { 1 } else { 2 }
    }

    /// Compares the end of a log with its seal. What a crash can leave behind is in order.
    ///
    /// # Errors
    /// [`Verdict`].
    pub fn judge(&self, end: &End<'_>) -> Result<(), Verdict> {
        let sealed = self.place.frame;
        if end.log_id != self.log_id {
            return Err(Verdict::OtherLog);
        }
        if end.last < sealed {
            return Err(Verdict::Short);
        }
        if end.chain.is_some_and(|chain| chain != self.place.chain) {
            return Err(Verdict::OtherHistory);
        }
        match self.state {
            State::Open => Ok(()),
            State::New | State::Clean if end.last > sealed => Err(Verdict::Older),
            State::New | State::Clean if end.torn.is_some() => Err(Verdict::Behind),
            State::New | State::Clean => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(number: u64) -> Seal {
        let place = LogPlace { frame: 40 + number, chain: [number as u8; 32] };
        let time = Timestamp::from_micros(1_795_252_087_000_000);
        Seal { log_id: 7, number, place, state: State::Open, time }
    }

    #[test]
    fn a_slot_reads_back_and_every_flipped_bit_makes_it_none() {
        for state in [State::New, State::Open, State::Clean] {
            let good = Seal { state, ..seal(3) }.encode();
            assert_eq!(Seal::decode(&good), Some(Seal { state, ..seal(3) }));
        }
        let good = seal(3).encode();
        for bit in 0..8 * BLOCK {
            let mut bad = good;
            bad[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Seal::decode(&bad), None, "bit {bit}");
        }
    }

    #[test]
    fn the_higher_number_counts_and_one_whole_slot_is_enough() {
        let file = |first: &[u8], second: &[u8]| [first, second].concat();
        let (three, four) = (seal(3).encode(), seal(4).encode());
        assert_eq!(Seal::newest(&file(&three, &four)), Ok((seal(4), 1)));
        assert_eq!(Seal::newest(&file(&four, &three)), Ok((seal(4), 0)));
        assert_eq!(Seal::newest(&file(&[0; BLOCK], &three)), Ok((seal(3), 1)));
        assert_eq!(Seal::newest(&[0; SEAL_BYTES]), Err(SealFault::NoSlot));
        let first = seal(1).encode();
        assert!(Seal::are_slots_good(&file(&three, &four), &seal(4)));
        assert!(Seal::are_slots_good(&file(&first, &[0; BLOCK]), &seal(1)), "there was no second one yet");
        assert!(!Seal::are_slots_good(&file(&[0; BLOCK], &three), &seal(3)));
        for size in [0, BLOCK, SEAL_BYTES - 1, SEAL_BYTES + BLOCK] {
            let found = Seal::newest(&vec![0; size]);
            assert_eq!(found, Err(SealFault::Size { expected: SEAL_BYTES as u64, found: size as u64 }));
        }
    }

    #[test]
    fn each_end_of_a_log_has_its_verdict() {
        let fault = FrameFault::Checksum { stored: 1, computed: 2 };
        let at = |last, chain: Option<u8>, torn| End { log_id: 7, last, chain: chain.map(|octet| [octet; 32]), torn };
        let torn = Some(&fault);
        for state in [State::New, State::Open, State::Clean] {
            let in_use = state == State::Open;
            let ends = [
                (at(43, Some(3), None), Ok(())),
                (at(42, None, None), Err(Verdict::Short)),
                (at(42, None, torn), Err(Verdict::Short)),
                (at(43, Some(4), None), Err(Verdict::OtherHistory)),
                (at(44, Some(4), None), Err(Verdict::OtherHistory)),
                (at(43, Some(3), torn), if in_use { Ok(()) } else { Err(Verdict::Behind) }),
                (at(44, Some(3), None), if in_use { Ok(()) } else { Err(Verdict::Older) }),
                (at(44, None, torn), if in_use { Ok(()) } else { Err(Verdict::Older) }),
                (End { log_id: 8, ..at(43, Some(3), None) }, Err(Verdict::OtherLog)),
            ];
            for (end, expected) in ends {
                assert_eq!(Seal { state, ..seal(3) }.judge(&end), expected, "{state:?}: {end:?}");
            }
        }
    }
}
