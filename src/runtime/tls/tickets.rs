//! Session tickets whose keys are replaced as time passes, whatever the wall clock says.
//!
//! rustls replaces them by the wall clock. One jump forward and back would make it wait until the clock says that again,
//! and keys that are to live for hours would live for years.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustls::Error;
use rustls::crypto::aws_lc_rs;
use rustls::server::ProducesTickets;

/// How long keys make tickets; they open them for as long again.
const KEYS_LIVE: Duration = Duration::from_secs(6 * 3600);

/// The keys of a configuration.
pub(super) struct Tickets {
    keys: Mutex<Keys>,
}

struct Keys {
    current: Arc<dyn ProducesTickets>,
    previous: Option<Arc<dyn ProducesTickets>>,
    since: Instant,
}

impl Tickets {
    /// # Errors
    /// No randomness.
    pub(super) fn new() -> Result<Self, Error> {
        let keys = Keys { current: aws_lc_rs::Ticketer::new()?, previous: None, since: Instant::now() };
        Ok(Self { keys: Mutex::new(keys) })
    }

    /// The keys that make tickets at that moment, and the ones before.
    fn at(&self, now: Instant) -> (Arc<dyn ProducesTickets>, Option<Arc<dyn ProducesTickets>>) {
        // Whole before and after each change.
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let age = now.saturating_duration_since(keys.since);
        // For lack of randomness the old keys live on until there is some.
        if age >= KEYS_LIVE
            && let Ok(fresh) = aws_lc_rs::Ticketer::new()
        {
            let old = std::mem::replace(&mut keys.current, fresh);
            keys.previous = (age < 2 * KEYS_LIVE).then_some(old);
            keys.since = now;
        }
        (keys.current.clone(), keys.previous.clone())
    }

    fn open(&self, ticket: &[u8], now: Instant) -> Option<Vec<u8>> {
        let (current, previous) = self.at(now);
        current.decrypt(ticket).or_else(|| previous?.decrypt(ticket))
    }
}

impl ProducesTickets for Tickets {
    fn enabled(&self) -> bool {
        true
    }

    fn lifetime(&self) -> u32 {
        2 * KEYS_LIVE.as_secs() as u32
    }

    fn encrypt(&self, plain: &[u8]) -> Option<Vec<u8>> {
        self.at(Instant::now()).0.encrypt(plain)
    }

    fn decrypt(&self, cipher: &[u8]) -> Option<Vec<u8>> {
        self.open(cipher, Instant::now())
    }
}

/// Without the keys, which are for no log.
impl fmt::Debug for Tickets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tickets").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_opens_until_its_keys_have_been_replaced_twice() {
        let tickets = Tickets::new().expect("randomness");
        let begin = Instant::now();
        let ticket = tickets.encrypt(b"session").expect("a ticket");
        let almost = KEYS_LIVE - Duration::from_secs(1);
        for after in [Duration::ZERO, almost, KEYS_LIVE + Duration::from_secs(1), KEYS_LIVE + almost] {
            assert_eq!(tickets.open(&ticket, begin + after).as_deref(), Some(&b"session"[..]), "{after:?}");
        }
        assert_eq!(tickets.open(&ticket, begin + 2 * KEYS_LIVE + Duration::from_secs(2)), None);
    }

    #[test]
    fn keys_that_nobody_used_for_a_day_open_nothing() {
        let tickets = Tickets::new().expect("randomness");
        let ticket = tickets.encrypt(b"session").expect("a ticket");
        assert_eq!(tickets.open(&ticket, Instant::now() + 4 * KEYS_LIVE), None);
    }
}
