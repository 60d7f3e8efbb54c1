//! Where the next page of a search begins, in a text that a client gives back as it is (RFC 8977, section 2.4).
//!
//! A cursor holds all that the server has to know, so that none is kept for anybody. It names the record where a page ends by
//! its key, which for a contact is what EPP calls it, and nobody is to read that, nor to ask what comes behind a key that he
//! has made up. So it is sealed, with the search it belongs to, by a key that the node has drawn, and all are of a few
//! lengths. After a restart a search begins anew.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::model::record::Kind;
use crate::model::search::Place;

/// A place, owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    text: Vec<u8>,
    kind: Kind,
    key: Vec<u8>,
}

impl Spot {
    pub(super) fn new(place: Place<'_>) -> Self {
        Self { text: place.text.to_vec(), kind: place.kind, key: place.key.to_vec() }
    }

    pub(super) fn place(&self) -> Place<'_> {
        Place { text: &self.text, kind: self.kind, key: &self.key }
    }
}

/// What a search has behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Position {
    /// The number of the walk it is in.
    pub(super) stage: u8,
    /// The last place it has looked at; in a walk through hosts, the host it is at.
    pub(super) spot: Spot,
    /// Of that host, the last domain it has looked at; `None`: the host is done.
    pub(super) inner: Option<Spot>,
}

/// A position, and the number of the page that begins behind it; the first page is 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) page: u32,
    pub(super) position: Position,
}

/// Octets of what is sealed are a multiple of this: how long a key is, a length must not tell.
const BLOCK: usize = 128;

/// What seals cursors: whoever has the same key reads them.
pub struct CursorKey(LessSafeKey);

impl CursorKey {
    /// From octets that nobody can guess.
    pub fn new(octets: &[u8; 32]) -> Self {
        Self(UnboundKey::new(&AES_256_GCM_SIV, octets).map(LessSafeKey::new).expect("the cipher takes 32 octets"))
    }

    fn seal(&self, mut octets: Vec<u8>, search: &str) -> Option<Vec<u8>> {
        // A mark, and zeros behind it.
        octets.push(1);
        octets.resize(octets.len().next_multiple_of(BLOCK), 0);
        self.0.seal_in_place_append_tag(nonce(), Aad::from(search.as_bytes()), &mut octets).ok()?;
        Some(octets)
    }

    fn open(&self, mut octets: Vec<u8>, search: &str) -> Option<Vec<u8>> {
        let opened = self.0.open_in_place(nonce(), Aad::from(search.as_bytes()), &mut octets).ok()?;
        let end = opened.iter().rposition(|octet| *octet != 0)?;
        Some(opened[..end].to_vec())
    }
}

impl fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CursorKey")
    }
}

/// This cipher needs no nonce to differ from the last (RFC 8452, section 1): the same place has the same cursor, and that is
/// all that is seen of it.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

impl Cursor {
    /// The text, for a search in its canonical form; `None` where nothing can be sealed.
    pub(super) fn encode(&self, key: &CursorKey, search: &str) -> Option<String> {
        let mut out = self.page.to_be_bytes().to_vec();
        out.push(self.position.stage);
        put(&mut out, &self.position.spot);
        if let Some(inner) = &self.position.inner {
            put(&mut out, inner);
        }
        key.seal(out, search).map(|sealed| URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Reads a text; `None` where it is none of this key, or of another search.
    pub(super) fn decode(key: &CursorKey, text: &str, search: &str) -> Option<Self> {
        let octets = key.open(URL_SAFE_NO_PAD.decode(text).ok()?, search)?;
        let (page, rest) = octets.split_first_chunk()?;
        let (stage, mut rest) = rest.split_first()?;
        let spot = take(&mut rest)?;
        let inner = if rest.is_empty() { None } else { Some(take(&mut rest)?) };
        let position = Position { stage: *stage, spot, inner };
        rest.is_empty().then_some(Self { page: u32::from_be_bytes(*page), position })
    }
}

/// Kind; length of the text, or [`AS_THE_KEY`]; the text; length of the key; the key.
fn put(out: &mut Vec<u8>, spot: &Spot) {
    out.push(spot.kind as u8);
    match spot.text == spot.key {
        true => out.extend(AS_THE_KEY.to_be_bytes()),
        false => put_octets(out, &spot.text),
    }
    put_octets(out, &spot.key);
}

/// The "length" of a text that is the same as the key behind it.
const AS_THE_KEY: u16 = u16::MAX;

fn put_octets(out: &mut Vec<u8>, octets: &[u8]) {
    let length = u16::try_from(octets.len()).unwrap_or(AS_THE_KEY - 1);
    out.extend(length.to_be_bytes());
    out.extend(&octets[..length.into()]);
}

fn take(rest: &mut &[u8]) -> Option<Spot> {
    let (kind, behind) = rest.split_first()?;
    *rest = behind;
    let kind = Kind::from_u8(*kind)?;
    let text = take_octets(rest)?;
    let key = take_octets(rest)??.to_vec();
    Some(Spot { text: text.map_or_else(|| key.clone(), <[u8]>::to_vec), kind, key })
}

/// Octets behind their length; within, `None` for [`AS_THE_KEY`].
fn take_octets<'o>(rest: &mut &'o [u8]) -> Option<Option<&'o [u8]>> {
    let (length, behind) = rest.split_first_chunk()?;
    let length = u16::from_be_bytes(*length);
    if length == AS_THE_KEY {
        *rest = behind;
        return Some(None);
    }
    let (octets, behind) = behind.split_at_checked(length.into())?;
    *rest = behind;
    Some(Some(octets))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> CursorKey {
        CursorKey::new(&[7; 32])
    }

    fn spot(text: &[u8], key: &[u8]) -> Spot {
        Spot::new(Place { text, kind: Kind::Domain, key })
    }

    fn cursors() -> Vec<Cursor> {
        let position = |stage, spot, inner| Position { stage, spot, inner };
        let positions = [
            position(0, spot(b"a.test", b"a.test"), None),
            position(1, spot(b"ns1.a.test", &7u64.to_be_bytes()), Some(spot(&7u64.to_be_bytes(), b"b.test"))),
            position(255, spot(b"", b""), Some(spot(b"", b"k"))),
        ];
        positions.into_iter().zip([1, 2, u32::MAX]).map(|(position, page)| Cursor { page, position }).collect()
    }

    #[test]
    fn a_cursor_reads_back_by_its_own_key_and_for_its_own_search_alone() {
        for cursor in cursors() {
            let text = cursor.encode(&key(), "domains?name=a*").expect("sealed");
            // RFC 8977, section 2.4.
            assert!(text.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"/=-_".contains(&octet)), "{text}");
            // Another shard, or another node of a cluster, has the same octets.
            assert_eq!(Cursor::decode(&key(), &text, "domains?name=a*"), Some(cursor));
            assert_eq!(Cursor::decode(&key(), &text, "domains?name=b*"), None);
            assert_eq!(Cursor::decode(&CursorKey::new(&[8; 32]), &text, "domains?name=a*"), None);
        }
    }

    #[test]
    fn nothing_of_a_place_is_seen_in_a_cursor() {
        let cursor = |key: &[u8]| {
            let position = Position { stage: 0, spot: spot(b"ada lovelace", key), inner: None };
            URL_SAFE_NO_PAD
                .decode(Cursor { page: 2, position }.encode(&self::key(), "s").expect("sealed"))
                .expect("base64")
        };
        let (short, long) = (cursor(b"id"), cursor(b"a-longer-contact"));
        assert_eq!(short.len(), long.len());
        for text in [&b"ada"[..], b"love", b"id", b"longer"] {
            assert!(![&short, &long].iter().any(|octets| octets.windows(text.len()).any(|window| window == text)));
        }
        let same = short.iter().zip(&long).filter(|(one, other)| one == other).count();
        assert!(same < short.len() / 4, "{same} octets are the same");
    }

    #[test]
    fn a_cursor_that_was_changed_is_refused_and_none_is_too_odd() {
        for cursor in cursors() {
            let key = key();
            let octets = URL_SAFE_NO_PAD.decode(cursor.encode(&key, "s").expect("sealed")).expect("base64");
            for end in 0..octets.len() {
                assert_eq!(Cursor::decode(&key, &URL_SAFE_NO_PAD.encode(&octets[..end]), "s"), None);
                // What is sealed is ours, and yet read without harm.
                let cut = key.seal(octets[..end].to_vec(), "s").expect("sealed");
                let _ = Cursor::decode(&key, &URL_SAFE_NO_PAD.encode(cut), "s");
                let mut flipped = octets.clone();
                flipped[end] ^= 1;
                assert_eq!(Cursor::decode(&key, &URL_SAFE_NO_PAD.encode(flipped), "s"), None);
            }
        }
        assert_eq!(Cursor::decode(&key(), "ä", "s"), None);
    }
}
