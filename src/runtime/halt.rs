//! A flag for threads that do slow work with the outside world: "leave it". Whoever works looks at it often.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The flag; its clones are the same flag.
#[derive(Clone, Debug, Default)]
pub struct Halt(Arc<AtomicBool>);

impl Halt {
    /// Sets the flag, for good.
    pub fn set(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether it is set.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
