//! How often which command is drawn.

use std::fmt;
use std::str::FromStr;

use super::op::{Op, Protocol};

/// Commands and their weights: `check=60,info=25,create=8`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mix {
    /// By place in [`Op::ALL`].
    weights: [u32; Op::ALL.len()],
}

impl Mix {
    pub(crate) fn weight(&self, op: Op) -> u32 {
        self.weights[op as usize]
    }

    /// What has a weight, in the order of [`Op::ALL`].
    pub(crate) fn ops(&self) -> impl Iterator<Item = Op> + '_ {
        Op::ALL.into_iter().filter(|op| self.weight(*op) > 0)
    }

    /// The weights of one protocol, or of both, together.
    pub(crate) fn total(&self, of: Protocol) -> u64 {
        let is_of = |op: &Op| of == Protocol::Either || op.protocol() == of;
        self.ops().filter(is_of).map(|op| u64::from(self.weight(op))).sum()
    }

    /// What stands at `point` when the weights stand in a row; `point` is below [`Self::total`] of the same protocol.
    pub(super) fn at(&self, of: Protocol, mut point: u64) -> Option<Op> {
        for op in Op::ALL {
            if of != Protocol::Either && op.protocol() != of {
                continue;
            }
            let weight = u64::from(self.weight(op));
            if point < weight {
                return Some(op);
            }
            point -= weight;
        }
        None
    }
}

impl FromStr for Mix {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut weights = [0; Op::ALL.len()];
        let mut given = Vec::new();
        for part in text.split(',') {
            let part = part.trim();
            let (name, weight) =
                part.split_once('=').ok_or_else(|| format!("expected COMMAND=WEIGHT, as check=60, found {part:?}"))?;
            let op: Op = name.trim().parse()?;
            let weight = weight.trim();
            let number = weight.parse::<u32>();
            let number =
                number.map_err(|_| format!("the weight of {op} is a whole number below 2^32, found {weight:?}"))?;
            if given.contains(&op) {
                return Err(format!("{op} has two weights; give it one"));
            }
            given.push(op);
            weights[op as usize] = number;
        }
        if weights.iter().all(|weight| *weight == 0) {
            return Err("a mix of nothing: give one command a weight above 0".to_owned());
        }
        Ok(Self { weights })
    }
}

impl fmt::Display for Mix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, op) in self.ops().enumerate() {
            let comma = if place > 0 { "," } else { "" };
            write!(f, "{comma}{op}={}", self.weight(op))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mix_is_read_and_written() {
        let mix: Mix = "info=25, check=60,rdap-domain=5 ,renew=0".parse().expect("a mix");
        assert_eq!((mix.weight(Op::Check), mix.weight(Op::Renew), mix.weight(Op::Poll)), (60, 0, 0));
        assert_eq!(mix.to_string(), "check=60,info=25,rdap-domain=5");
        assert_eq!(mix.to_string().parse(), Ok(mix.clone()));
        assert_eq!([Protocol::Epp, Protocol::Rdap, Protocol::Either].map(|of| mix.total(of)), [85, 5, 90]);
    }

    #[test]
    fn each_point_has_its_command() {
        let mix: Mix = "check=2,delete=1,rdap-help=3".parse().expect("a mix");
        let row = |of| (0..=mix.total(of)).map(|point| mix.at(of, point).map_or("", Op::name)).collect::<Vec<_>>();
        assert_eq!(row(Protocol::Epp), ["check", "check", "delete", ""]);
        assert_eq!(row(Protocol::Rdap), ["rdap-help", "rdap-help", "rdap-help", ""]);
        assert_eq!(row(Protocol::Either), ["check", "check", "delete", "rdap-help", "rdap-help", "rdap-help", ""]);
    }

    #[test]
    fn what_is_no_mix_is_refused_and_says_why() {
        for (text, why) in [
            ("", "expected COMMAND=WEIGHT, as check=60, found \"\""),
            ("check", "expected COMMAND=WEIGHT, as check=60, found \"check\""),
            ("check=1,", "expected COMMAND=WEIGHT, as check=60, found \"\""),
            ("check=x", "the weight of check is a whole number below 2^32, found \"x\""),
            ("check=-1", "the weight of check is a whole number below 2^32, found \"-1\""),
            ("check=1,check=2", "check has two weights; give it one"),
            ("check=0", "a mix of nothing: give one command a weight above 0"),
        ] {
            assert_eq!(text.parse::<Mix>(), Err(why.to_owned()), "{text}");
        }
        let unknown = "lookup=1".parse::<Mix>().expect_err("no such command");
        assert!(unknown.contains("\"lookup\"") && unknown.contains("check, info, create"), "{unknown}");
        assert!(Op::ALL.iter().all(|op| unknown.contains(op.name())), "{unknown}");
    }
}
