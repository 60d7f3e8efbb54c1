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
