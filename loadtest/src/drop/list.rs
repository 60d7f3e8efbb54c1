//! The list of names that fall, and the order in which each session walks it.

use std::collections::HashSet;
use std::path::Path;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// Names of the tester's own, that no earlier run had.
pub(super) fn own(count: u32, tld: &str, run: u64) -> Vec<String> {
    (0..count).map(|number| format!("drop-{run:x}-{number}.{tld}")).collect()
}

/// Names from a file, one a line.
///
/// # Errors
/// A file that cannot be read, has no names, or has something else.
pub(super) fn read(path: &Path) -> Result<Vec<String>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    parse(&text).map_err(|why| format!("{}: {why}", path.display()))
}

fn parse(text: &str) -> Result<Vec<String>, String> {
    let mut known = HashSet::new();
    let mut names = Vec::new();
    for (index, line) in text.lines().enumerate().map(|(index, line)| (index + 1, line.trim())) {
        if line.is_empty() {
            continue;
        }
        let name = line.to_ascii_lowercase();
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        if !name.contains('.') || !name.chars().all(is_name) {
            return Err(format!("line {index}: expected a domain name in ASCII, found {line}"));
        }
        if !known.insert(name.clone()) {
            return Err(format!("line {index}: {line} is there twice"));
        }
        names.push(name);
    }
    if names.is_empty() { Err("expected domain names, one a line, found none".to_owned()) } else { Ok(names) }
}

/// A session's way around the list: every name once in a round, from a place and by a step of its own, so that a thousand
/// sessions with lists of a hundred thousand names need no memory for their orders.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    at: usize,
    step: usize,
    count: usize,
}

impl Walk {
    /// That of one session, around `count` names.
    pub(super) fn new(count: usize, seed: u64, session: usize) -> Self {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed ^ ((session as u64 + 1) << 40));
        let mut below = |count: usize| (random.next_u64() % count.max(1) as u64) as usize;
        let at = below(count);
        // Only a step that has no divisor in common with the count comes to every name.
        let step = loop {
            let step = below(count) + 1;
            if divisor(step, count) <= 1 {
                break step;
            }
        };
        Self { at, step, count }
    }

    /// The next name that its registrar has not won yet; none when he has won all.
    pub(super) fn next(&mut self, won: &[bool]) -> Option<usize> {
        for _ in 0..self.count {
            let at = self.at;
            self.at = (at + self.step) % self.count;
            if !*won.get(at)? {
                return Some(at);
            }
        }
        None
    }
}

/// The greatest that both have in common.
fn divisor(mut one: usize, mut other: usize) -> usize {
    while other > 0 {
        (one, other) = (other, one % other);
    }
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_comes_to_every_name_once_in_a_round_in_an_order_of_its_own() {
        for count in [1, 2, 12, 97, 200] {
            let round = |session| {
                let mut walk = Walk::new(count, 1, session);
                let won = vec![false; count];
                (0..count).filter_map(|_| walk.next(&won)).collect::<Vec<_>>()
            };
            let all: Vec<Vec<usize>> = (0..16).map(round).collect();
            for order in &all {
                let mut sorted = order.clone();
                sorted.sort_unstable();
                assert_eq!(sorted, (0..count).collect::<Vec<_>>(), "{order:?}");
            }
            let different: HashSet<&Vec<usize>> = all.iter().collect();
            assert!(count < 90 || different.len() > 14, "{count}: {} orders of 16 sessions", different.len());
            assert_eq!(round(3), round(3), "the same seed is the same order");
        }
    }

    #[test]
    fn what_was_won_is_passed_over() {
        let mut walk = Walk::new(5, 1, 0);
        let mut won = vec![true, false, true, false, true];
        let asked: Vec<_> = (0..6).filter_map(|_| walk.next(&won)).collect();
        assert!(asked.iter().all(|name| [1, 3].contains(name)) && asked.len() == 6, "{asked:?}");
        assert!(asked.contains(&1) && asked.contains(&3), "{asked:?}");
        (won[1], won[3]) = (true, true);
        assert_eq!(walk.next(&won), None);
    }

    #[test]
    fn lists_are_read() {
        assert_eq!(parse("Foo.Test\n\n bar.test \n"), Ok(vec!["foo.test".to_owned(), "bar.test".to_owned()]));
        for (text, why) in [
            ("", "found none"),
            ("foo", "line 1: expected a domain name in ASCII, found foo"),
            ("a.test\n<b>.test", "line 2: expected a domain name in ASCII, found <b>.test"),
            ("a.test\nA.test", "line 2: A.test is there twice"),
        ] {
            assert!(parse(text).expect_err(text).contains(why), "{text}");
        }
    }
}
