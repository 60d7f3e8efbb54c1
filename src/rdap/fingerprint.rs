//! One number for what an answer says, whenever it says it.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// What stands before the moment of the answer. Quotes in texts are escaped, so no text of a registrar looks like it.
const BEFORE_MOMENT: &[u8] = br#""eventAction":"last update of RDAP database","eventDate":""#;

/// Made once: to prepare the search takes as long as a search.
static MOMENT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(BEFORE_MOMENT));

/// The hash of a body without the moment its data is of, which is another in each answer: two bodies with one fingerprint
/// mean the same, though their octets may differ. The same on every shard, every node, and after a restart.
pub fn fingerprint(body: &[u8]) -> u64 {
    match MOMENT.find(body) {
        None => xxh3_64(body),
        Some(at) => {
            let (before, moment) = body.split_at(at + BEFORE_MOMENT.len());
            let end = moment.iter().position(|octet| *octet == b'"').unwrap_or(moment.len());
            xxh3_64_with_seed(&moment[end..], xxh3_64(before))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::timestamp::Timestamp;
    use crate::rdap::tests::sample;
    use crate::rdap::{BaseUrl, Context, answer, parse};

    fn at(target: &str, updated: Timestamp) -> (Vec<u8>, u64) {
        let base = BaseUrl::new("https://rdap.example/").expect("good");
        let asked = parse("GET", &base, target).expect("a request");
        let body = answer(&sample::registry(), &asked, &Context::new(&base, target, updated, None)).body;
        let tag = fingerprint(&body);
        (body, tag)
    }

    #[test]
    fn the_moment_does_not_count_and_all_else_does() {
        let (body, tag) = at("/domain/shop.example", sample::day(30));
        let (later_body, later_tag) = at("/domain/shop.example", sample::day(31));
        assert_ne!(body, later_body);
        assert_eq!(tag, later_tag);
        assert_ne!(tag, at("/domain/SHOP.example", sample::day(30)).1);
        for place in [0, body.len() / 2, body.len() - 1] {
            let mut other = body.clone();
            other[place] ^= 1;
            assert_ne!(fingerprint(&other), tag, "{place}");
        }
        assert_ne!(fingerprint(b"{}"), fingerprint(b"{ }"));
    }
}
