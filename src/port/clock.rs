//! Where the time comes from.

use crate::base::timestamp::Timestamp;

/// A source of UTC time. The engine asks it once for each batch of commands and never elsewhere.
pub trait Clock {
    /// The present moment.
    fn now(&self) -> Timestamp;
}
