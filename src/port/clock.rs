//! Where the time comes from, and why it may be doubted.

use std::fmt;

use crate::base::timestamp::Timestamp;

/// A source of UTC time.
pub trait Clock {
    /// The present moment, as well as it is known: for answers, certificates and whatever else is not kept.
    fn now(&self) -> Timestamp;

    /// The date for what is kept from now on, no earlier than `last`, the date of what was kept before. The ledger asks once
    /// for each batch of commands and never elsewhere.
    ///
    /// # Errors
    /// [`Doubt`]: nothing may be dated for now.
    fn date(&self, last: Timestamp) -> Result<Timestamp, Doubt> {
        Ok(self.now().max(last))
    }
}

/// Why the machine's clock is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It has moved by so much against the time that has passed.
    Jumped {
        /// Microseconds; more than zero: forward.
        by: i64,
    },
    /// It is before the last transaction, whose date no later one may go behind.
    BehindLog {
        /// What the clock says.
        wall: Timestamp,
        /// The date of the last transaction.
        last: Timestamp,
        /// When the clock says this, it is believed again.
        until: Timestamp,
    },
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Jumped { by } => {
                let direction = if *by > 0 { "forward" } else { "back" };
                let (seconds, millis) = (by.unsigned_abs() / 1_000_000, by.unsigned_abs() / 1000 % 1000);
                write!(
                    f,
                    "the machine's clock has jumped {direction} by {seconds}.{millis:03} s and is not believed: set it \
                     right, or run `domesday admin clock accept` if it is right now"
                )
            }
            Self::BehindLog { wall, last, until } => write!(
                f,
                "the machine's clock says {wall}, but the last transaction is of {last}, and no date may go behind it: \
                 set the clock right, or wait until it says {until}"
            ),
        }
    }
}

impl std::error::Error for Doubt {}
