//! Mutations of the written document: prolog and epilog, truncation, other encodings, stray octets.

use super::random::Random;
use super::words;

type OctetMutation = fn(&mut Random, &mut Vec<u8>);

/// Names and functions.
pub const MUTATIONS: &[(&str, OctetMutation)] = &[
    ("another prolog", change_prolog),
    ("an epilog", add_epilog),
    ("truncate", truncate),
    ("change an octet", |random, document| change_octet(random, document)),
    ("insert octets", insert_octets),
    ("remove octets", remove_octets),
    ("encode as UTF-16", encode_as_utf16),
    ("white space inside a tag", pad_tag),
];

fn change_prolog(random: &mut Random, document: &mut Vec<u8>) {
    document.splice(..0, random.pick(words::PROLOGS).bytes());
}

fn add_epilog(random: &mut Random, document: &mut Vec<u8>) {
    document.extend(random.pick(words::EPILOGS).bytes());
}

fn truncate(random: &mut Random, document: &mut Vec<u8>) {
    document.truncate(random.below(document.len() + 1));
}

fn change_octet(random: &mut Random, document: &mut [u8]) {
    let index = random.below(document.len());
    document[index] = match random.below(3) {
        0 => random.next() as u8,
        1 => *random.pick(b"<>&'\"/=! ?:;x0\n\0\x80\xff\xc0\xed"),
        _ => document[index] ^ (1 << random.below(8)),
    };
}

fn insert_octets(random: &mut Random, document: &mut Vec<u8>) {
    const PIECES: &[&[u8]] = &[
        b"\xff",
        b"\xc3",
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xef\xbb\xbf",
        b"\xe2\x28\xa1",
        b"\0",
        b"\x7f",
        b"\xc2\x85",
        b"\xef\xbf\xbe",
        b"<",
        b">",
        b"&",
        b" ",
        b"\"",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
    ];
    let index = random.below(document.len() + 1);
    document.splice(index..index, random.pick(PIECES).iter().copied());
}

fn remove_octets(random: &mut Random, document: &mut Vec<u8>) {
    let start = random.below(document.len());
    let end = (start + 1 + random.below(8)).min(document.len());
    document.drain(start..end);
}

fn encode_as_utf16(random: &mut Random, document: &mut Vec<u8>) {
    let text = String::from_utf8_lossy(document).into_owned();
    let with_mark = if random.below(2) == 0 { format!("\u{feff}{text}") } else { text };
    let little = random.below(2) == 0;
    *document = with_mark
        .encode_utf16()
        .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
        .collect();
}

/// White space where the grammar allows it (before `>`), or where it does not (after `<`).
fn pad_tag(random: &mut Random, document: &mut Vec<u8>) {
    let (mark, offset) = *random.pick(&[(b'>', 0), (b'<', 1), (b'=', 0), (b'=', 1)]);
    let places: Vec<usize> =
        document.iter().enumerate().filter(|(_, octet)| **octet == mark).map(|(index, _)| index + offset).collect();
    if !places.is_empty() {
        let place = *random.pick(&places);
        document.splice(place..place, random.pick(&[" ", "\t", "\n", "\r\n", "\u{a0}"]).bytes());
    }
}
