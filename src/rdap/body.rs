//! The octets of an answer: its own, or those that answers have in common, with the moment of this one among them.

use std::borrow::Cow;
use std::io::IoSlice;

use bytes::Bytes;

use crate::base::timestamp::Timestamp;

/// Octets that a moment takes in a body.
const MOMENT_BYTES: usize = 24;

/// A body. One that is remembered is not copied for each answer: the moment, which is another each time, stands beside it.
#[derive(Clone, Debug)]
pub struct Body(Octets);

#[derive(Clone, Debug)]
enum Octets {
    Own(Vec<u8>),
    /// All of them, of which those from `place` on are those of `moment` instead.
    Shared {
        octets: Bytes,
        place: usize,
        moment: [u8; MOMENT_BYTES],
    },
}

impl Body {
    /// The octets of an answer that was made before, as of `moment`, which stands in them from `place` on; nothing when it
    /// cannot stand there.
    pub(super) fn shared(octets: Bytes, place: usize, moment: Timestamp) -> Option<Self> {
        let fits = place.checked_add(MOMENT_BYTES).is_some_and(|end| end <= octets.len());
        fits.then(|| Self(Octets::Shared { octets, place, moment: moment.text() }))
    }

    /// How many octets there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Octets::Own(octets) => octets.len(),
            Octets::Shared { octets, .. } => octets.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many octets of memory they take. Those that answers have in common count for each of them: what was remembered may
    /// be forgotten while an answer still holds it.
    pub fn room(&self) -> usize {
        match &self.0 {
            Octets::Own(octets) => octets.capacity(),
            Octets::Shared { octets, .. } => octets.len(),
        }
    }

    /// All octets in one piece.
    pub fn octets(&self) -> Cow<'_, [u8]> {
        match &self.0 {
            Octets::Own(octets) => Cow::Borrowed(octets),
            Octets::Shared { octets, place, moment } => {
                let mut whole = octets.to_vec();
                whole[*place..][..MOMENT_BYTES].copy_from_slice(moment);
                Cow::Owned(whole)
            }
        }
    }

    /// The octets from `from` on, as far as they stand in one piece; empty only at the end.
    #[inline]
    pub fn piece(&self, from: usize) -> &[u8] {
        match &self.0 {
            Octets::Own(octets) => octets.get(from..).unwrap_or_default(),
            Octets::Shared { octets, place, moment } => {
                let end = place + MOMENT_BYTES;
                match from {
                    _ if from < *place => &octets[from..*place],
                    _ if from < end => &moment[from - place..],
                    _ => octets.get(from..).unwrap_or_default(),
                }
            }
        }
    }

    /// Puts the pieces from `from` on into `slices`, as many as there is room for, and says how many those are.
    #[inline]
    pub fn pieces<'a>(&'a self, mut from: usize, slices: &mut [IoSlice<'a>]) -> usize {
        let mut count = 0;
        for slice in slices {
            let piece = self.piece(from);
            if piece.is_empty() {
                break;
            }
            *slice = IoSlice::new(piece);
            (from, count) = (from + piece.len(), count + 1);
        }
        count
    }
}

impl From<Vec<u8>> for Body {
    fn from(octets: Vec<u8>) -> Self {
        Self(Octets::Own(octets))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Before the moment, it, and what follows: each part may be empty but the moment.
    fn bodies() -> impl Iterator<Item = (Body, Vec<u8>)> {
        let moment = Timestamp::from_micros(1_795_252_087_123_456);
        let shared = [(0, 0), (0, 3), (5, 0), (5, 3)].into_iter().map(move |(before, after)| {
            let octets = [vec![b'<'; before], vec![b'?'; MOMENT_BYTES], vec![b'>'; after]].concat();
            let whole = [vec![b'<'; before], moment.text().to_vec(), vec![b'>'; after]].concat();
            (Body::shared(octets.into(), before, moment).expect("it fits"), whole)
        });
        shared.chain([(Body::from(b"own".to_vec()), b"own".to_vec()), (Body::from(Vec::new()), Vec::new())])
    }

    #[test]
    fn a_body_is_the_same_in_one_piece_and_in_several_from_any_octet_on() {
        for (body, whole) in bodies() {
            assert_eq!((&*body.octets(), body.len(), body.is_empty()), (&*whole, whole.len(), whole.is_empty()));
            for from in 0..=whole.len() + 1 {
                let rest = whole.get(from..).unwrap_or_default();
                let mut slices = [IoSlice::new(&[]); 4];
                let count = body.pieces(from, &mut slices);
                let joined: Vec<u8> = slices[..count].iter().flat_map(|slice| slice.to_vec()).collect();
                assert_eq!(joined, rest, "{from}");
                assert_eq!(body.piece(from).is_empty(), rest.is_empty(), "{from}");
                assert!(body.pieces(from, &mut slices[..1]) <= 1);
            }
        }
    }

    #[test]
    fn a_moment_that_does_not_fit_is_no_body() {
        for (octets, place) in [(0, 0), (MOMENT_BYTES - 1, 0), (MOMENT_BYTES, 1), (MOMENT_BYTES, usize::MAX)] {
            assert!(Body::shared(vec![0; octets].into(), place, Timestamp::default()).is_none());
        }
    }
}
