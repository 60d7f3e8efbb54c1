//! The `Date` of HTTP responses (RFC 9110, section 6.6.1), by trusted time.
//!
//! hyper would write the wall clock's, and keep the latest it has seen: after a jump forward and back, that of the future.

use std::cell::RefCell;

use hyper::header::HeaderValue;

use crate::base::timestamp::Timestamp;

/// The date as a header, written anew once a second.
#[derive(Default)]
pub(super) struct HttpDate {
    written: RefCell<Option<(i64, HeaderValue)>>,
}

impl HttpDate {
    /// The header for that moment.
    pub(super) fn at(&self, now: Timestamp) -> HeaderValue {
        let second = now.micros().div_euclid(1_000_000);
        let mut written = self.written.borrow_mut();
        match &*written {
            Some((of, value)) if *of == second => value.clone(),
            _ => {
                let value = HeaderValue::from_bytes(&now.http_date()).expect("a date is printable ASCII");
                *written = Some((second, value.clone()));
                value
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_follows_the_clock_forward_and_back() {
        let date = HttpDate::default();
        for (micros, expected) in [
            (784_111_777_000_000, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (784_111_777_999_999, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (2_572_888_178_000_000, "Thu, 13 Jul 2051 19:09:38 GMT"),
            (784_111_778_000_000, "Sun, 06 Nov 1994 08:49:38 GMT"),
        ] {
            assert_eq!(date.at(Timestamp::from_micros(micros)), expected);
        }
    }
}
