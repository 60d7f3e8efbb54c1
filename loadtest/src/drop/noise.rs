//! What Jain's index of few wins is among equals, by chance alone.
//!
//! When each of W names goes to any of n registrars alike, the wins are multinomial. With Pearson's χ² = Σ (x − W/n)² / (W/n)
//! Jain's index (Σx)² / (n Σx²) is exactly W / (W + χ²), and χ² has the distribution of its name with n − 1 degrees of
//! freedom, as soon as W is some times n.

/// What is to be expected of the index.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Chance {
    /// W / (W + n − 1), since n − 1 is the mean of χ².
    pub(super) expected: f64,
    /// 99 of 100 races have more.
    pub(super) low: f64,
}

/// Of so many names won by so many registrars; none where nothing was won, or one alone won all.
pub(super) fn chance(names: u64, registrars: usize) -> Option<Chance> {
    if names == 0 || registrars < 2 {
        return None;
    }
    let (names, freedom) = (names as f64, registrars as f64 - 1.0);
    Some(Chance { expected: names / (names + freedom), low: names / (names + chi_square_99(freedom)) })
}

/// The 99 % point of χ² with so many degrees of freedom (Wilson and Hilferty, 1931).
fn chi_square_99(freedom: f64) -> f64 {
    /// The 99 % point of the normal distribution.
    const NORMAL: f64 = 2.326_348;
    let part = 2.0 / (9.0 * freedom);
    freedom * (1.0 - part + NORMAL * part.sqrt()).powi(3)
}

#[cfg(test)]
mod tests {
    use rand_xoshiro::Xoshiro256PlusPlus;
    use rand_xoshiro::rand_core::{Rng, SeedableRng};

    use super::*;
    use crate::ratio::jain;

    #[test]
    fn chance_is_what_simulated_races_of_equals_show() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(5);
        for (names, registrars) in [(200, 2), (200, 20), (1000, 198)] {
            let chance = chance(names, registrars).expect("names were won");
            let races = 4000;
            let indexes: Vec<f64> = (0..races)
                .map(|_| {
                    let mut won = vec![0; registrars];
                    (0..names).for_each(|_| won[(random.next_u64() % registrars as u64) as usize] += 1);
                    jain(won).expect("an index")
                })
                .collect();
            let mean = indexes.iter().sum::<f64>() / f64::from(races);
            assert!((mean - chance.expected).abs() < 0.002, "{names}, {registrars}: {mean}, {chance:?}");
            let above = indexes.iter().filter(|index| **index > chance.low).count() as f64 / f64::from(races);
            assert!((0.985..0.995).contains(&above), "{names}, {registrars}: {above}, {chance:?}");
        }
    }

    #[test]
    fn one_registrar_is_like_himself_and_nothing_won_says_nothing() {
        assert_eq!(chance(7, 1), None);
        assert_eq!(chance(0, 7), None);
    }
}
