//! Deposits that are changed at random: reading ends, and tells lines that there are.

use super::round_trip::distinct;
use super::{Made, deposit, read, written};
use crate::escrow::models::Models;
use crate::escrow::object::DepositKind;
use crate::escrow::xml::Event;
use crate::escrow::xml::tests::sample;

/// The next number of a sequence that a seed begins (xorshift64).
fn next(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state >> 8).unwrap_or_default()
}

const WORDS: &[&[u8]] = &[
    b",",
    b"\"",
    b"\"\"",
    b"\r\n",
    b"\n",
    b"\r",
    b",,,,",
    b"\0",
    b"\xff",
    b"-",
    b"9999999999999999999999",
    b" ",
    b"ok",
    b"\xef\xbb\xbf",
];

fn mutate(octets: &mut Vec<u8>, state: &mut u64) {
    let (at, other) = (next(state) % octets.len(), next(state) % octets.len());
    let length = next(state) % 40;
    match next(state) % 6 {
        0 => octets[at] = (next(state) % 256) as u8,
        1 => drop(octets.drain(at..(at + length).min(octets.len()))),
        2 => {
            let word = WORDS[next(state) % WORDS.len()];
            octets.splice(at..at, word.iter().copied());
        }
        3 => {
            let piece = octets[other..(other + length).min(octets.len())].to_vec();
            octets.splice(at..at, piece);
        }
        4 => {
            // A record elsewhere: out of order, or of nobody.
            let line: Vec<u8> =
                octets[other..].split_inclusive(|octet| *octet == b'\n').nth(1).unwrap_or_default().to_vec();
            let start = octets[..at].iter().rposition(|octet| *octet == b'\n').map_or(0, |place| place + 1);
            octets.splice(start..start, line);
        }
        _ => octets.truncate(at),
    }
}

#[test]
fn nothing_that_is_changed_at_random_does_harm() {
    let models = Models::csv();
    let good: Made = written(&deposit(DepositKind::Full, models), models, &[], &sample::header(), &distinct());
    let names: Vec<String> = good.files.keys().cloned().collect();
    let (mut objects, mut faults, mut whole) = (0, 0, 0);
    for seed in 1..=200_u64 {
        let state = &mut seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut made = good.clone();
        for _ in 0..=next(state) % 3 {
            let octets = made.files.get_mut(&names[next(state) % names.len()]).expect("a file");
            if !octets.is_empty() {
                mutate(octets, state);
            }
        }
        if seed % 5 == 0 {
            let mut xml = made.xml.into_bytes();
            mutate(&mut xml, state);
            made.xml = String::from_utf8_lossy(&xml).into_owned();
        }
        for placed in read(&made) {
            let text = placed.file.as_ref().map_or(made.xml.as_bytes(), |name| made.files[&**name].as_slice());
            let lines = 1 + text.iter().filter(|octet| **octet == b'\n').count() as u64;
            assert!(
                (1..=lines).contains(&placed.line),
                "seed {seed}: {:?} line {} of {lines}",
                placed.file,
                placed.line
            );
            match placed.event {
                Event::Object(_) => objects += 1,
                Event::Fault(_) => faults += 1,
                Event::End => whole += 1,
                _ => {}
            }
        }
    }
    assert!(objects > 5000 && faults > 500 && whole > 150, "{objects} objects, {faults} faults, {whole} whole");
}
