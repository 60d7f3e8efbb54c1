//! Where the next page of a search begins, in a text that a client gives back as it is (RFC 8977, section 2.4).
//!
//! A cursor holds all that the server has to know, so that none is kept for anybody, and any node can go on. Nothing in it
//! is secret: what may not be seen is never where a page ends. A check over it and the search it belongs to finds those that
//! were cut or belong to another search; one that somebody makes up only leads to where a search could begin anyway.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use xxhash_rust::xxh3::xxh3_64_with_seed;

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

/// Changes when the format does.
const FORMAT: u64 = 1;

fn check(octets: &[u8], search: &str) -> [u8; 4] {
    let hash = xxh3_64_with_seed(octets, xxh3_64_with_seed(search.as_bytes(), FORMAT));
    (hash as u32).to_be_bytes()
}

impl Cursor {
    /// The text, for a search in its canonical form.
    pub(super) fn encode(&self, search: &str) -> String {
        let mut out = self.page.to_be_bytes().to_vec();
        out.push(self.position.stage);
        put(&mut out, &self.position.spot);
        if let Some(inner) = &self.position.inner {
            put(&mut out, inner);
        }
        let check = check(&out, search);
        out.extend(check);
        URL_SAFE_NO_PAD.encode(out)
    }

    /// Reads a text; `None` where it is none of ours, or of another search.
    pub(super) fn decode(text: &str, search: &str) -> Option<Self> {
        let octets = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (octets, found) = octets.split_last_chunk::<4>()?;
        if *found != check(octets, search) {
            return None;
        }
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
    fn a_cursor_reads_back_for_its_own_search_alone() {
        for cursor in cursors() {
            let text = cursor.encode("domains?name=a*");
            // RFC 8977, section 2.4.
            assert!(text.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"/=-_".contains(&octet)), "{text}");
            assert_eq!(Cursor::decode(&text, "domains?name=a*"), Some(cursor));
            assert_eq!(Cursor::decode(&text, "domains?name=b*"), None);
        }
    }

    #[test]
    fn a_cursor_that_was_changed_is_refused_and_none_is_too_odd() {
        for cursor in cursors() {
            let octets = URL_SAFE_NO_PAD.decode(cursor.encode("s")).expect("base64");
            for end in 0..octets.len() {
                assert_eq!(Cursor::decode(&URL_SAFE_NO_PAD.encode(&octets[..end]), "s"), None);
                // What the check does not find is read without harm.
                let mut cut = octets[..end].to_vec();
                cut.extend(check(&octets[..end], "s"));
                let _ = Cursor::decode(&URL_SAFE_NO_PAD.encode(cut), "s");
                let mut flipped = octets.clone();
                flipped[end] ^= 1;
                assert_eq!(Cursor::decode(&URL_SAFE_NO_PAD.encode(flipped), "s"), None);
            }
        }
        assert_eq!(Cursor::decode("ä", "s"), None);
    }
}
