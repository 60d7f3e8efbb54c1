//! Names out of numbers: letters and digits that look like nothing, and never the same name for two numbers.
//!
//! A number is spread over 40 to 100 bits by a keyed permutation (a Feistel network), five bits to a letter. A permutation
//! maps no two numbers to one name, so names are told apart by construction and need not be remembered. Names are 8 to 20
//! letters long; those of another seed are other ones, but for a chance in hundreds that two populations of ten million share
//! one of the shortest.

/// Lower case and six digits: 32 letters, for five bits each. No hyphens, so that no name is taken for an A-label.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Of 128 names, so many have 8, 9, … 20 letters.
const LENGTHS: [u8; 13] = [1, 2, 5, 9, 14, 18, 19, 17, 14, 11, 8, 6, 4];
const SHORTEST: u32 = 8;
/// Least lengths of free names and of created ones: they must not be met by chance, in no run and with no seed.
const FREE_LENGTH: u32 = 11;
const CREATED_LENGTH: u32 = 14;
/// Numbers of every family are below this power of two.
pub(super) const NUMBER_BITS: u32 = 38;
/// Bits of a run that are in the names it creates.
const RUN_BITS: u32 = 30;

/// A name, as a number of its family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Name {
    /// Registered before the run.
    Known(u64),
    /// Never registered.
    Free(u64),
    /// Created by the run.
    Created(u64),
}

/// The names of a seed and a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names {
    key: u64,
    run: u64,
}

/// A mixed-up number (the finalizer of SplitMix64).
pub(super) fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Names {
    pub(super) fn new(seed: u64, run: u64) -> Self {
        Self { key: mixed(seed), run: mixed(run) >> (64 - RUN_BITS) }
    }

    /// Writes the label to the end of `out`.
    pub(super) fn push(&self, name: Name, out: &mut Vec<u8>) {
        let (family, number, least) = match name {
            Name::Known(number) => (0, number, SHORTEST),
            Name::Free(number) => (1, number, FREE_LENGTH),
            Name::Created(number) => (2 + self.run, number, CREATED_LENGTH),
        };
        debug_assert!(number >> NUMBER_BITS == 0, "{name:?} is beyond all numbers");
        let length = self.length(number).max(least);
        let (low, high) = (length.div_ceil(2) * 5, length / 2 * 5);
        let value = u128::from(family) << NUMBER_BITS | u128::from(number);
        let (low_mask, high_mask) = ((1 << low) - 1, (1 << high) - 1);
        let (mut a, mut b) = ((value as u64) & low_mask, ((value >> low) as u64) & high_mask);
        let key = self.key ^ u64::from(length);
        for round in 0..3 {
            a ^= mixed(b ^ key.rotate_left(round * 16)) & low_mask;
            b ^= mixed(a ^ key.rotate_left(round * 16 + 8)) & high_mask;
        }
        let mut letters = [0; 20];
        let (left, right) = letters.split_at_mut(length.div_ceil(2) as usize);
        for (half, bits) in [(left, &mut a), (right, &mut b)] {
            for letter in half {
                *letter = LETTERS[(*bits & 31) as usize];
                *bits >>= 5;
            }
        }
        out.extend_from_slice(&letters[..length as usize]);
    }

    fn length(&self, number: u64) -> u32 {
        let mut point = (mixed(number ^ self.key.rotate_left(32)) & 127) as u8;
        let mut length = SHORTEST;
        for share in LENGTHS {
            if point < share {
                break;
            }
            point -= share;
            length += 1;
        }
        length
    }

    /// A place among so many, for what is shared out by number.
    pub(super) fn share(&self, number: u64, among: usize) -> usize {
        let hash = mixed(number ^ self.key.rotate_left(16));
        ((u128::from(hash) * among as u128) >> 64) as usize
    }

    /// Identifies what the seed brought forth: contacts, hosts.
    pub(super) fn tag(&self) -> u64 {
        self.key >> 32
    }

    /// A secret of a name: 24 characters, of all four kinds (RFC 9154, section 4.1).
    pub(super) fn auth_info(&self, name: Name, out: &mut Vec<u8>) {
        let (Name::Known(number) | Name::Free(number) | Name::Created(number)) = name;
        out.extend_from_slice(b"Ld-7");
        let mut bits = u128::from(mixed(number ^ self.key)) << 64 | u128::from(mixed(self.key.wrapping_add(number)));
        for _ in 0..20 {
            out.push(LETTERS[(bits & 31) as usize]);
            bits >>= 5;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn text(names: &Names, name: Name) -> String {
        let mut out = Vec::new();
        names.push(name, &mut out);
        String::from_utf8(out).expect("ASCII")
    }

    /// The label as a number: eight octets would not hold it, sixteen do.
    fn packed(names: &Names, name: Name) -> u128 {
        let mut out = Vec::with_capacity(20);
        names.push(name, &mut out);
        out.iter().fold(1, |sum, letter| {
            sum << 5 | u128::from(if *letter < b'a' { letter - b'2' } else { letter - b'a' + 6 })
        })
    }

    fn all(names: Names, many: u64) -> impl Iterator<Item = u128> {
        let known = (0..many).map(move |number| packed(&names, Name::Known(number)));
        let others = [Name::Free, Name::Created];
        known.chain(others.into_iter().flat_map(move |of| (0..many / 4).map(move |number| packed(&names, of(number)))))
    }

    #[test]
    fn a_million_numbers_are_a_million_names_and_those_of_other_seeds_and_runs_are_others() {
        const MANY: u64 = 1_000_000;
        let mut packed: Vec<u128> =
            [(7, 1), (8, 1)].into_iter().flat_map(|(a, b)| all(Names::new(a, b), MANY)).collect();
        let next = Names::new(7, 2);
        packed.extend((0..MANY / 4).map(|number| self::packed(&next, Name::Created(number))));
        let count = packed.len();
        packed.sort_unstable();
        packed.dedup();
        assert_eq!(packed.len(), count, "some have the name of another");
        let names = Names::new(7, 1);
        assert!((0..1000).all(|number| text(&next, Name::Known(number)) == text(&names, Name::Known(number))));
    }

    #[test]
    fn names_are_labels_of_8_to_20_letters_and_of_many_lengths() {
        let names = Names::new(99, 3);
        let mut lengths = [0; 21];
        for number in 0..128_000 {
            let label = text(&names, Name::Known(number));
            assert!(label.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()), "{label}");
            lengths[label.len()] += 1;
        }
        for (length, share) in (8..).zip(LENGTHS) {
            let expected = u32::from(share) * 1000;
            assert!(expected.abs_diff(lengths[length]) < expected / 5 + 50, "{length}: {}", lengths[length]);
        }
        assert_eq!(lengths.iter().sum::<u32>(), 128_000, "none is longer or shorter");
        assert!((0..1000).all(|number| text(&names, Name::Free(number)).len() >= 11));
        assert!((0..1000).all(|number| text(&names, Name::Created(number)).len() >= 14));
    }

    #[test]
    fn the_greatest_numbers_have_names_of_their_own() {
        let names = Names::new(1, 1);
        let last = (1 << NUMBER_BITS) - 1;
        let all: HashSet<_> = (last - 10_000..=last).flat_map(|n| [Name::Free(n), Name::Created(n)]).collect();
        let texts: HashSet<_> = all.iter().map(|name| text(&names, *name)).collect();
        assert_eq!(texts.len(), all.len());
    }
}
