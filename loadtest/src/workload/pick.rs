//! Which name is asked for: all alike, or a few again and again (Zipf's law).

use rand_distr::{Distribution, Zipf};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::Rng;

use super::brief::Pick;
use super::names::mixed;

/// A number below `bound`, all alike (Lemire's multiplication; the bias is below `bound` in 2^64).
pub(super) fn below(random: &mut Xoshiro256PlusPlus, bound: u64) -> u64 {
    ((u128::from(random.next_u64()) * u128::from(bound)) >> 64) as u64
}

/// Draws places in a list of names.
#[derive(Clone, Debug)]
pub(super) struct Picker {
    count: u64,
    /// By rank, in constant time (rejection-inversion); `None`: all alike.
    zipf: Option<Zipf<f64>>,
    /// Rank r is the place r × step + offset, so that the names asked for most are not the ones created first.
    step: u64,
    offset: u64,
}

impl Picker {
    /// Of so many names; which ones are favoured comes of the key.
    pub(super) fn new(pick: Pick, count: u64, key: u64) -> Self {
        let zipf = match pick {
            Pick::Uniform => None,
            Pick::Zipf(exponent) => Zipf::new(count.max(1) as f64, exponent).ok(),
        };
        // About the golden section of them all, so that neighbours in rank are far from each other.
        let steps = (0..).map(|round| count * 3 / 8 + mixed(key ^ round) % (count / 4).max(1));
        let step = if count < 3 { 1 } else { steps.into_iter().find(|step| gcd(*step, count) == 1).unwrap_or(1) };
        Self { count, zipf, step, offset: mixed(!key) % count.max(1) }
    }

    /// A place below `count`; 0 if there is none.
    pub(super) fn pick(&self, random: &mut Xoshiro256PlusPlus) -> u64 {
        match &self.zipf {
            None => below(random, self.count),
            Some(zipf) => self.place((zipf.sample(random) as u64).saturating_sub(1)),
        }
    }

    /// The place of a rank; rank 0 is asked for most.
    pub(super) fn place(&self, rank: u64) -> u64 {
        let spread = u128::from(rank) * u128::from(self.step) + u128::from(self.offset);
        (spread % u128::from(self.count.max(1))) as u64
    }
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand_xoshiro::rand_core::SeedableRng;

    use super::*;

    fn counts(pick: Pick, count: u64, draws: u64) -> Vec<u64> {
        let picker = Picker::new(pick, count, 5);
        let mut random = Xoshiro256PlusPlus::seed_from_u64(42);
        let mut by_place = vec![0; count as usize];
        (0..draws).for_each(|_| by_place[picker.pick(&mut random) as usize] += 1);
        (0..count).map(|rank| by_place[picker.place(rank) as usize]).collect()
    }

    /// Chi-square per degree of freedom: about 1 for the right law, far above for another.
    fn misfit(found: &[u64], law: impl Fn(usize) -> f64) -> f64 {
        let total: f64 = (0..found.len()).map(&law).sum();
        let draws = found.iter().sum::<u64>() as f64;
        let squares = found.iter().enumerate().map(|(rank, found)| {
            let expected = law(rank) / total * draws;
            (*found as f64 - expected).powi(2) / expected
        });
        squares.sum::<f64>() / (found.len() - 1) as f64
    }

    #[test]
    fn draws_follow_zipf_with_the_exponent_given_and_no_other() {
        for exponent in [0.8, 1.0, 1.2] {
            let found = counts(Pick::Zipf(exponent), 1000, 2_000_000);
            let law = |exponent: f64| move |rank: usize| ((rank + 1) as f64).powf(-exponent);
            let fit = misfit(&found, law(exponent));
            assert!((0.8..1.2).contains(&fit), "exponent {exponent}: {fit}");
            assert!(misfit(&found, law(exponent + 0.1)) > 10.0, "another exponent is told from {exponent}");
        }
    }

    #[test]
    fn uniform_draws_are_uniform() {
        let found = counts(Pick::Uniform, 1000, 2_000_000);
        let fit = misfit(&found, |_| 1.0);
        assert!((0.8..1.2).contains(&fit), "{fit}");
    }

    #[test]
    fn every_rank_has_a_place_of_its_own_far_from_the_next() {
        for count in [1, 2, 3, 4, 10, 1000, 4096, 9973] {
            let picker = Picker::new(Pick::Zipf(1.0), count, 77);
            let places: HashSet<_> = (0..count).map(|rank| picker.place(rank)).collect();
            assert_eq!(places.len() as u64, count);
            assert!(places.iter().all(|place| *place < count));
        }
        let picker = Picker::new(Pick::Zipf(1.0), 1_000_000, 77);
        let in_order = (0..1000).filter(|rank| picker.place(*rank) < picker.place(rank + 1)).count();
        assert!((300..700).contains(&in_order), "ranks are not in the order of creation: {in_order}");
    }
}
