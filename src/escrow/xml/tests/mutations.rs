//! Deposits that are changed at random: reading ends, tells lines that there are, and what it hands out can be written again.

use super::faults::GOOD;
use super::round_trip::everything;
use super::{Event, read, sample, written};
use crate::escrow::object::{DepositKind, Object};

/// The next number of a sequence that a seed begins (xorshift64).
fn next(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state >> 8).unwrap_or_default()
}

const WORDS: &[&str] = &[
    "<",
    ">",
    "/>",
    "</",
    "&",
    ";",
    "&amp;",
    "&#0;",
    "&lt;",
    "\"",
    "'",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?a ",
    "?>",
    "<!DOCTYPE",
    "xmlns=''",
    " xmlns:a='urn:b'",
    "rde:",
    "rdeDomain:",
    "rdeHost:status",
    "<rdeDomain:name>",
    "</rdeDomain:name>",
    "-",
    "+",
    "0",
    "9999999999999999999999",
    "T24:00:00",
    "Z",
    "\u{0}",
    "\u{ffff}",
    "é",
    "\u{1f600}",
    "\n",
    "\r",
    "\t",
    " ",
];

pub(super) fn mutated(good: &[u8], state: &mut u64) -> Vec<u8> {
    let mut text = good.to_vec();
    for _ in 0..=next(state) % 3 {
        let (at, other) = (next(state) % text.len(), next(state) % text.len());
        let length = next(state) % 40;
        match next(state) % 6 {
            0 => text[at] = (next(state) % 256) as u8,
            1 => drop(text.drain(at..(at + length).min(text.len()))),
            2 => {
                let word = WORDS[next(state) % WORDS.len()];
                text.splice(at..at, word.bytes());
            }
            3 => {
                let piece = text[other..(other + length).min(text.len())].to_vec();
                text.splice(at..at, piece);
            }
            4 => {
                // A whole line elsewhere: elements that are out of place, and else well-formed.
                let line = |from: usize| {
                    let start = text[..from].iter().rposition(|octet| *octet == b'\n').map_or(0, |place| place + 1);
                    let end =
                        text[from..].iter().position(|octet| *octet == b'\n').map_or(text.len(), |end| from + end + 1);
                    (start, end)
                };
                let ((start, end), (place, _)) = (line(other), line(at));
                let piece = text[start..end].to_vec();
                text.splice(place..place, piece);
            }
            _ => text.truncate(at.max(1)),
        }
        if text.is_empty() {
            text.push(b'<');
        }
    }
    text
}

/// What is handed out is written and read again, and stays as it is.
fn survives(object: &Object) {
    let write = |object: &Object| {
        written(&sample::deposit(DepositKind::Full), &[], &sample::header(), std::slice::from_ref(object))
    };
    let once = write(object);
    let events = read(once.as_bytes());
    let again = events.iter().find_map(|placed| match &placed.event {
        Event::Object(object) => Some(object),
        _ => None,
    });
    let again = again.unwrap_or_else(|| panic!("{object:?} is written as {once}, and read as {events:?}"));
    assert_eq!(write(again), once);
}

#[test]
fn nothing_that_is_changed_at_random_does_harm() {
    let full = written(&sample::deposit(DepositKind::Full), &[], &sample::header(), &everything());
    let (mut objects, mut faults, mut whole) = (0, 0, 0);
    for (good, rounds) in [(GOOD, 4000_u64), (full.as_str(), 500)] {
        for seed in 1..=rounds {
            let text = mutated(good.as_bytes(), &mut seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let lines = 1 + text.iter().filter(|octet| **octet == b'\n').count() as u64;
            for placed in read(&text) {
                assert!((1..=lines).contains(&placed.line), "seed {seed}: line {} of {lines}", placed.line);
                match placed.event {
                    Event::Object(object) => {
                        objects += 1;
                        if good == GOOD && seed % 4 == 0 {
                            survives(&object);
                        }
                    }
                    Event::Fault(_) => faults += 1,
                    Event::End => whole += 1,
                    _ => {}
                }
            }
        }
    }
    assert!(objects > 5000 && faults > 3000 && whole > 300, "{objects} objects, {faults} faults, {whole} whole");
}
