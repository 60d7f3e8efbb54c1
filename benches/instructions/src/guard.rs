//! The baseline: what each step takes, by the file that is committed, and whether what it takes now may stand.

/// A step may take so many per cent more than the baseline says.
const LIMIT: f64 = 3.0;

/// How the file is made.
pub(crate) const WRITE: &str = "tests/run baseline";

/// Begins the line of the file that says what it was made with.
const MADE_WITH: &str = "made with: ";

/// What the file holds: instructions of one call of each step, and what they depend on besides the sources.
#[derive(Debug, PartialEq)]
pub(crate) struct Baseline {
    /// Compiler, processor as valgrind shows it, valgrind and C library.
    pub(crate) made_with: String,
    /// Names of steps and their instructions, in the bench's order.
    pub(crate) counts: Vec<(String, u64)>,
}

/// What is to be said of a count.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Judgement {
    /// A line for each step that must not stay as it is.
    pub(crate) failures: Vec<String>,
    /// A line for each step that the baseline should be told of.
    pub(crate) advice: Vec<String>,
}

impl Baseline {
    /// Reads the file.
    ///
    /// # Errors
    /// Which line is wrong, what was expected, and what to do.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let made_with = lines.next().and_then(|(_, line)| line.strip_prefix(MADE_WITH));
        let made_with = made_with.ok_or_else(|| format!("expected \"{MADE_WITH}…\" first; write it anew: {WRITE}"))?;
        let counts = lines.map(|(at, line)| {
            let (name, count) = line.rsplit_once(' ').unwrap_or((line, ""));
            let count = count.parse().ok().filter(|count| *count > 0);
            let wrong = || format!("line {}: expected a step and its instructions, found {line:?}", at + 1);
            Ok((name.trim_end().to_owned(), count.ok_or_else(wrong)?))
        });
        Ok(Baseline { made_with: made_with.to_owned(), counts: counts.collect::<Result<_, String>>()? })
    }

    /// The file.
    pub(crate) fn text(&self) -> String {
        let header = format!(
            "# Instructions of one call of each step of benches/instructions, and what they were counted with. `{WRITE}` makes\n\
             # this file anew; `tests/run instructions` fails where a step has come to take {LIMIT} % more than stands here.\n"
        );
        let counts = self.counts.iter().map(|(name, count)| format!("{name:<58} {count:>8}\n"));
        [header, format!("{MADE_WITH}{}\n", self.made_with)].into_iter().chain(counts).collect()
    }

    /// Holds what was counted against the baseline. Steps that were not asked for, those that `is_wanted` denies, are not missed.
    pub(crate) fn judge(&self, counted: &[(&str, f64)], is_wanted: impl Fn(&str) -> bool) -> Judgement {
        let mut judgement = Judgement::default();
        for &(name, found) in counted {
            let Some((_, baseline)) = self.counts.iter().find(|(known, _)| known == name) else {
                judgement.failures.push(format!(
                    "{name}: not in the baseline, found {found:.0} instructions; write the baseline anew in the same \
                     commit: {WRITE}"
                ));
                continue;
            };
            let percent = 100.0 * (found - *baseline as f64) / *baseline as f64;
            let line = format!("{name}: baseline {baseline}, found {found:.0} instructions, {percent:+.1} %");
            if percent > LIMIT {
                judgement.failures.push(format!(
                    "{line} (at most {LIMIT}): mend it, or say in the commit why, and write the baseline anew in it: {WRITE}"
                ));
            } else if percent < -LIMIT {
                judgement.advice.push(format!("{line}: write the baseline anew, so that it stays so: {WRITE}"));
            }
        }
        let gone =
            self.counts.iter().filter(|(known, _)| is_wanted(known) && !counted.iter().any(|(name, _)| name == known));
        judgement.failures.extend(gone.map(|(name, baseline)| {
            format!(
                "{name}: baseline {baseline}, and there is no such step; write the baseline anew in the same commit: {WRITE}"
            )
        }));
        judgement
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn baseline() -> Baseline {
        let counts = [("decode: a check", 1000), ("look-up, hit", 200)].map(|(name, count)| (name.to_owned(), count));
        Baseline { made_with: "rustc 1, valgrind 2".into(), counts: counts.into() }
    }

    #[test]
    fn the_file_says_what_was_written() {
        assert_eq!(Baseline::parse(&baseline().text()), Ok(baseline()));
    }

    #[test]
    fn a_file_that_is_none_is_refused_with_its_line() {
        assert!(Baseline::parse("").is_err_and(|error| error.contains("made with")));
        assert!(Baseline::parse("look-up, hit 200\n").is_err_and(|error| error.contains("made with")));
        for line in ["look-up", "look-up many", "look-up 0", "look-up -3", "12"] {
            let text = format!("# a comment\nmade with: x\n{line}\n");
            assert!(Baseline::parse(&text).is_err_and(|error| error.contains("line 3")), "{line}");
        }
    }

    #[test]
    fn what_is_within_the_limit_passes() {
        for [check, look_up] in [[1000.0, 200.0], [1030.0, 206.0], [970.0, 194.0]] {
            let counted = [("decode: a check", check), ("look-up, hit", look_up)];
            assert_eq!(baseline().judge(&counted, |_| true), Judgement::default());
        }
    }

    #[test]
    fn a_step_that_has_grown_fails_with_both_counts_and_the_way_out() {
        let found = baseline().judge(&[("decode: a check", 1031.0), ("look-up, hit", 200.0)], |_| true);
        assert_eq!(found.advice, [""; 0]);
        let [line] = &found.failures[..] else { panic!("{found:?}") };
        assert!(line.starts_with("decode: a check: baseline 1000, found 1031 instructions, +3.1 %"), "{line}");
        assert!(line.ends_with(WRITE), "{line}");
    }

    #[test]
    fn a_step_that_has_shrunk_is_told_only() {
        let found = baseline().judge(&[("decode: a check", 1000.0), ("look-up, hit", 193.0)], |_| true);
        assert_eq!(found.failures, [""; 0]);
        let [line] = &found.advice[..] else { panic!("{found:?}") };
        assert!(line.starts_with("look-up, hit: baseline 200, found 193 instructions, -3.5 %"), "{line}");
    }

    #[test]
    fn a_step_on_one_side_only_fails() {
        let found = baseline().judge(&[("decode: a check", 1000.0), ("look-up, miss", 150.0)], |_| true);
        let [new, gone] = &found.failures[..] else { panic!("{found:?}") };
        assert!(new.starts_with("look-up, miss: not in the baseline, found 150"), "{new}");
        assert!(gone.starts_with("look-up, hit: baseline 200, and there is no such step"), "{gone}");
        let of_some = baseline().judge(&[("decode: a check", 1000.0)], |name| name.contains("decode"));
        assert_eq!(of_some, Judgement::default(), "what was not asked for is not missed");
    }
}
