//! What the workloads of all cores have in common.

use super::mix::Mix;
use super::op::Op;

/// Names that a population has at most.
pub(crate) const POPULATION: u64 = 1 << 25;
/// Names of one check at most.
pub(crate) const NAMES_PER_CHECK: u16 = 1000;

/// Which names of the population are asked for how often.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Pick {
    /// Each as often as the others.
    Uniform,
    /// The one of rank r in proportion to r to the power of minus this.
    Zipf(f64),
}

/// What is asked of the workload, once for all cores.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Brief {
    pub(crate) mix: Mix,
    /// Where all names are.
    pub(crate) tld: String,
    /// The clIDs. A session's registrar is a place in this list.
    pub(crate) registrars: Vec<String>,
    /// Names that are registered before the run.
    pub(crate) population: u64,
    pub(crate) pick: Pick,
    /// The population's names come of it; the same seed finds the same names again.
    pub(crate) seed: u64,
    /// Of this run alone: what it creates, no other run has created.
    pub(crate) run: u64,
    /// Of 100 names that are checked or looked up, so many are registered.
    pub(crate) taken_share: u8,
    pub(crate) names_per_check: u16,
    /// Domains have contacts (maximum data model).
    pub(crate) contacts: bool,
    /// Domains have name servers, which are host objects.
    pub(crate) hosts: bool,
    /// Days from 1970 to today, as the server has it (`svDate` of its greeting).
    pub(crate) today: u16,
}

impl Brief {
    /// Whether a run can be made of it.
    ///
    /// # Errors
    /// What is wrong, and what to do.
    pub(crate) fn check(&self) -> Result<(), String> {
        let has = |op| self.mix.weight(op) > 0;
        if self.registrars.is_empty() {
            return Err("nobody to log in as: the target names no registrar".to_owned());
        }
        if has(Op::Transfer) && self.registrars.len() < 2 {
            return Err(format!(
                "transfer needs two registrars with a session each, and only {} takes part: see --as and --sessions, or \
                 leave transfer out of the mix (--mix)",
                self.registrars.concat()
            ));
        }
        if self.registrars.len() >= usize::from(u16::MAX) {
            return Err(format!("{} registrars are too many: {} at most", self.registrars.len(), u16::MAX - 1));
        }
        if self.population == 0 || self.population > POPULATION {
            return Err(format!("a population has 1 to {POPULATION} names, found {}", self.population));
        }
        if self.taken_share > 100 {
            return Err(format!("the share of taken names is 0 to 100 percent, found {}", self.taken_share));
        }
        if self.names_per_check == 0 || self.names_per_check > NAMES_PER_CHECK {
            return Err(format!("a check has 1 to {NAMES_PER_CHECK} names, found {}", self.names_per_check));
        }
        match self.pick {
            Pick::Zipf(exponent) if !(exponent.is_finite() && exponent > 0.0 && exponent <= 10.0) => {
                Err(format!("the exponent of Zipf is above 0 and at most 10, found {exponent}"))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brief() -> Brief {
        Brief {
            mix: "check=1,transfer=1".parse().expect("a mix"),
            tld: "test".to_owned(),
            registrars: vec!["a".to_owned(), "b".to_owned()],
            population: 100,
            pick: Pick::Zipf(1.0),
            seed: 1,
            run: 1,
            taken_share: 50,
            names_per_check: 1,
            contacts: false,
            hosts: false,
            today: 20_000,
        }
    }

    #[test]
    fn what_cannot_be_run_is_told() {
        assert_eq!(brief().check(), Ok(()));
        let alone = Brief { registrars: vec!["a".to_owned()], ..brief() };
        let why = alone.check().expect_err("nobody to transfer to");
        assert!(why.starts_with("transfer needs two registrars"), "{why}");
        let without = Brief { mix: "check=1".parse().expect("a mix"), ..alone };
        assert_eq!(without.check(), Ok(()));
        for (wrong, why) in [
            (Brief { registrars: Vec::new(), ..brief() }, "nobody to log in as"),
            (Brief { population: 0, ..brief() }, "a population has 1 to 33554432 names, found 0"),
            (Brief { population: POPULATION + 1, ..brief() }, "found 33554433"),
            (Brief { taken_share: 101, ..brief() }, "found 101"),
            (Brief { names_per_check: 0, ..brief() }, "found 0"),
            (Brief { names_per_check: NAMES_PER_CHECK + 1, ..brief() }, "found 1001"),
            (Brief { pick: Pick::Zipf(0.0), ..brief() }, "found 0"),
            (Brief { pick: Pick::Zipf(f64::NAN), ..brief() }, "found NaN"),
        ] {
            let told = wrong.check().expect_err(why);
            assert!(told.contains(why), "{told}");
        }
    }
}
