//! When each command is due: by the rate that was asked for, never moved by what the server does.
//!
//! The rate is a function of time, in pieces that are level or even slopes; how many commands are due by a moment is its
//! integral. Command n is due where that reaches n, so that no rounding adds up, and each tester core takes every n-th.
//! Poisson arrivals are the same function of a walk with exponential steps (time rescaling), which holds on slopes too.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// Commands a second that can be asked for.
const HIGHEST: f64 = 10_000_000.0;
/// The longest piece, in seconds.
const LONGEST: f64 = 31.0 * 86_400.0;

/// One piece: so many commands a second at its begin and at its end.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Piece {
    from: f64,
    to: f64,
    seconds: f64,
}

/// Commands a second over time, as `1000`, `1000:30`, `500..2000:60`, or several of these with commas.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rate {
    pieces: Vec<Piece>,
    /// Whether the one piece says no length.
    open: bool,
}

/// A rate that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadRate(String);

impl fmt::Display for BadRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(found) = self;
        write!(
            f,
            "expected commands a second as 1000, steps as 500:10,1000:10 or slopes as 500..2000:60 (rates over 0 and up \
             to 10 million, seconds behind the colon), found {found}"
        )
    }
}

impl std::error::Error for BadRate {}

impl FromStr for Rate {
    type Err = BadRate;

    fn from_str(text: &str) -> Result<Self, BadRate> {
        let bad = || BadRate(text.to_owned());
        let number = |text: &str, most: f64| {
            let number: f64 = text.parse().ok()?;
            (number > 0.0 && number <= most).then_some(number)
        };
        let rate = |text: &str| number(text, HIGHEST).ok_or_else(bad);
        let mut pieces = Vec::new();
        let mut open = false;
        for piece in text.split(',') {
            let (rates, seconds) = match piece.split_once(':') {
                Some((rates, seconds)) => (rates, number(seconds, LONGEST).ok_or_else(bad)?),
                None if text.contains(',') => return Err(bad()),
                None => {
                    open = true;
                    (piece, 0.0)
                }
            };
            let (from, to) = rates.split_once("..").unwrap_or((rates, rates));
            pieces.push(Piece { from: rate(from)?, to: rate(to)?, seconds });
        }
        Ok(Self { pieces, open })
    }
}

impl Rate {
    /// So many commands a second.
    pub(crate) fn level(rate: f64) -> Self {
        Self { pieces: vec![Piece { from: rate, to: rate, seconds: 0.0 }], open: true }
    }

    /// Whether its pieces have lengths of their own.
    pub(crate) fn says_how_long(&self) -> bool {
        !self.open
    }

    /// With a length for what said none, in seconds.
    pub(crate) fn lasting(mut self, seconds: f64) -> Self {
        if let (true, Some(piece)) = (self.open, self.pieces.first_mut()) {
            piece.seconds = seconds;
        }
        self
    }

    /// Behind so many seconds at the rate that it begins with.
    pub(crate) fn after(mut self, seconds: f64) -> Self {
        if let (true, Some(first)) = (seconds > 0.0, self.pieces.first().copied()) {
            self.pieces.insert(0, Piece { to: first.from, seconds, ..first });
            self.open = false;
        }
        self
    }

    /// How long it goes on.
    pub(crate) fn duration(&self) -> Duration {
        Duration::from_secs_f64(self.pieces.iter().map(|piece| piece.seconds).sum())
    }

    /// The rate that it begins with.
    pub(crate) fn first(&self) -> f64 {
        self.pieces.first().map_or(0.0, |piece| piece.from)
    }

    /// How many commands are due in all.
    pub(crate) fn count(&self) -> u64 {
        self.pieces.iter().map(Piece::count).sum::<f64>().round() as u64
    }

    /// When `count` commands were due; none when there are not so many.
    fn reaches(&self, count: f64) -> Option<Duration> {
        let (mut before, mut began) = (0.0, 0.0);
        for piece in &self.pieces {
            let here = piece.count();
            // So that what is due at the end of a piece is not lost between two roundings.
            if count < before + here {
                return Some(Duration::from_secs_f64(began + piece.reaches(count - before)));
            }
            before += here;
            began += piece.seconds;
        }
        None
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, piece) in self.pieces.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            write!(f, "{comma}{}", piece.from)?;
            if piece.from.to_bits() != piece.to.to_bits() {
                write!(f, "..{}", piece.to)?;
            }
            if !self.open {
                write!(f, ":{}", piece.seconds)?;
            }
        }
        Ok(())
    }
}

impl Piece {
    fn count(&self) -> f64 {
        (self.from + self.to) / 2.0 * self.seconds
    }

    /// Seconds until `count` commands were due: from·t + (to − from)·t²/2T = count, solved so that nothing cancels out on
    /// a level.
    fn reaches(&self, count: f64) -> f64 {
        let slope = (self.to - self.from) / self.seconds;
        let root = (self.from * self.from + 2.0 * slope * count).max(0.0).sqrt();
        2.0 * count / (self.from + root)
    }
}

/// How commands follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Spacing {
    /// Evenly.
    Constant,
    /// As from very many clients that know nothing of each other.
    Poisson,
}

/// The arrivals of one tester core.
#[derive(Clone, Debug)]
pub(crate) struct Arrivals {
    rate: Rate,
    spacing: Spacing,
    parts: f64,
    /// Where on the count axis the next one is.
    position: f64,
    next: Option<Duration>,
    random: Xoshiro256PlusPlus,
}

impl Arrivals {
    /// Those of core `part` of `parts`.
    pub(crate) fn new(rate: &Rate, spacing: Spacing, part: usize, parts: usize, seed: u64) -> Self {
        // Each core has a stream of its own.
        let random = Xoshiro256PlusPlus::seed_from_u64(seed ^ ((part as u64 + 1) << 48));
        let parts = parts.max(1) as f64;
        let mut arrivals = Self { rate: rate.clone(), spacing, parts, position: part as f64, next: None, random };
        if spacing == Spacing::Poisson {
            arrivals.position = arrivals.step();
        }
        arrivals.next = arrivals.rate.reaches(arrivals.position);
        arrivals
    }

    /// When the next command is due, from the start.
    pub(crate) fn next_due(&self) -> Option<Duration> {
        self.next
    }

    /// Takes it.
    pub(crate) fn advance(&mut self) {
        self.position += self.step();
        self.next = self.rate.reaches(self.position);
    }

    fn step(&mut self) -> f64 {
        match self.spacing {
            Spacing::Constant => self.parts,
            // 1 − u is never 0.
            Spacing::Poisson => -(1.0 - fraction(&mut self.random)).ln() * self.parts,
        }
    }
}

/// From 0 to less than 1, in steps of 2^-53.
pub(crate) fn fraction(random: &mut impl Rng) -> f64 {
    (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> Rate {
        text.parse().expect("a rate")
    }

    fn all(rate: &Rate, spacing: Spacing, part: usize, parts: usize) -> Vec<Duration> {
        let mut arrivals = Arrivals::new(rate, spacing, part, parts, 7);
        std::iter::from_fn(|| {
            let due = arrivals.next_due()?;
            arrivals.advance();
            Some(due)
        })
        .collect()
    }

    #[test]
    fn rates_are_read_and_told() {
        for text in ["1000", "0.5", "500:10", "500..2000:60,2000:30"] {
            assert_eq!(rate(text).to_string(), text);
        }
        for text in ["", "0", "-1", "x", "1000:", "1,2:3", "1..:3", "1e9", "nan", "5:0", "inf"] {
            let refused = text.parse::<Rate>().expect_err(text);
            assert!(refused.to_string().ends_with(&format!("found {text}")), "{refused}");
        }
    }

    #[test]
    fn a_level_is_even_and_does_not_drift() {
        let rate = rate("3").lasting(1000.0);
        let due = all(&rate, Spacing::Constant, 0, 1);
        assert_eq!((due.len() as u64, rate.count()), (3000, 3000));
        assert_eq!(due[0], Duration::ZERO);
        for (index, due) in due.iter().enumerate() {
            assert!((due.as_secs_f64() - index as f64 / 3.0).abs() < 1e-8, "{index}: {due:?}");
        }
    }

    #[test]
    fn cores_share_what_is_due() {
        let rate = rate("10..990:2,700:1");
        let mut shared: Vec<_> = (0..3).flat_map(|part| all(&rate, Spacing::Constant, part, 3)).collect();
        shared.sort();
        assert_eq!(shared, all(&rate, Spacing::Constant, 0, 1));
    }

    #[test]
    fn steps_and_slopes_bring_what_they_say() {
        let rate = rate("100..300:10,1000:2");
        let due = all(&rate, Spacing::Constant, 0, 1);
        let between = |from: f64, to: f64| due.iter().filter(|due| (from..to).contains(&due.as_secs_f64())).count();
        assert_eq!(due.len(), 4000);
        assert_eq!(rate.duration(), Duration::from_secs(12));
        // 100 t + 10 t²
        assert_eq!((between(0.0, 5.0), between(5.0, 10.0), between(10.0, 12.0)), (750, 1250, 2000));
        assert!(due.is_sorted());
    }

    #[test]
    fn poisson_arrivals_vary_as_they_should() {
        let due = all(&rate("2000").lasting(100.0), Spacing::Poisson, 1, 2);
        let gaps: Vec<f64> = due.windows(2).map(|two| (two[1] - two[0]).as_secs_f64()).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let spread = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
        // Of an exponential distribution the standard deviation is the mean, and e^-1 of the gaps are longer than it.
        assert!((mean * 1000.0 - 1.0).abs() < 0.02, "{mean}");
        assert!((spread.sqrt() / mean - 1.0).abs() < 0.03, "{spread}");
        let longer = gaps.iter().filter(|gap| **gap > mean).count() as f64 / gaps.len() as f64;
        assert!((longer - (-1.0_f64).exp()).abs() < 0.01, "{longer}");
    }
}
