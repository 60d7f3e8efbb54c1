//! How long caches may use an answer without asking (RFC 9111, section 5.2.2).

use hyper::header::HeaderValue;

/// For answers that say what the registry holds, or that it does not. A cache may keep them in any case, since with their
/// entity tag it costs little to ask whether they are still true.
pub(super) fn cache_control(max_age: u32) -> HeaderValue {
    match max_age {
        0 => HeaderValue::from_static("no-cache"),
        seconds => HeaderValue::try_from(format!("max-age={seconds}")).expect("digits may stand in a field"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_an_age_a_cache_must_ask() {
        assert_eq!(cache_control(0), "no-cache");
        assert_eq!(cache_control(90), "max-age=90");
    }
}
