//! What the attackers achieve, counted while they do it.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

macro_rules! counts {
    ($($name:ident, $says:literal;)*) => {
        /// Counters that the attackers' thread moves and others read.
        #[derive(Debug, Default)]
        pub(crate) struct Tally {
            $($name: AtomicU64,)*
        }

        /// The counters at one moment, or between two.
        #[derive(Clone, Copy, Debug, Default)]
        struct Counts {
            $($name: u64,)*
        }

        impl Tally {
            $(pub(crate) fn $name(&self, count: u64) {
                self.$name.fetch_add(count, Ordering::Relaxed);
            })*

            fn counts(&self) -> Counts {
                Counts { $($name: self.$name.load(Ordering::Relaxed),)* }
            }
        }

        impl Counts {
            fn since(self, earlier: Self) -> Self {
                Self { $($name: self.$name.saturating_sub(earlier.$name),)* }
            }

            fn rows(self) -> Vec<(&'static str, u64)> {
                vec![$(($says, self.$name),)*]
            }
        }
    };
}

counts! {
    sent, "commands and requests sent";
    completed, "answers: completed";
    refused, "answers: refused";
    opened, "connections opened";
    settled, "connections that came to their attack";
    not_opened, "connections that could not be opened";
    closed, "connections closed by the server";
}

/// The counters at one moment.
#[derive(Debug)]
pub(crate) struct Mark(Counts, Instant);

impl Tally {
    pub(crate) fn mark(&self) -> Mark {
        Mark(self.counts(), Instant::now())
    }

    /// What was achieved since.
    pub(crate) fn since(&self, Mark(counts, at): &Mark) -> Achieved {
        let now = self.counts();
        let open = now.opened.saturating_sub(now.closed);
        let took_place = now.completed + now.settled > 0;
        Achieved { counts: now.since(*counts), open, took_place, seconds: at.elapsed().as_secs_f64() }
    }
}

/// What was achieved in a while.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Achieved {
    counts: Counts,
    open: u64,
    /// Something was completed, or a connection came to where its attack begins, before the mark or since.
    took_place: bool,
    seconds: f64,
}

impl Achieved {
    /// Whether there was an attack at all.
    pub(crate) fn took_place(&self) -> bool {
        self.took_place
    }
}

impl fmt::Display for Achieved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (says, count) in self.counts.rows() {
            let rate = count as f64 / self.seconds.max(0.001);
            writeln!(f, "  {says:<40}{count:>10}{rate:>10.0} per s")?;
        }
        write!(f, "  {:<40}{:>10}", "connections still open", self.open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_before_the_mark_is_not_counted_but_what_is_open_is() {
        let tally = Tally::default();
        tally.opened(5);
        tally.sent(100);
        tally.refused(100);
        let mark = tally.mark();
        assert!(!tally.since(&mark).took_place(), "all were turned away");
        tally.opened(3);
        tally.closed(2);
        tally.sent(7);
        let achieved = tally.since(&mark);
        assert_eq!((achieved.counts.opened, achieved.counts.sent, achieved.open), (3, 7, 6));
        tally.settled(1);
        let mark = tally.mark();
        assert!(tally.since(&mark).took_place(), "who came before the mark is there still");
    }
}
