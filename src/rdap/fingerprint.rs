//! One number for what an answer says, whenever it says it.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::rdap::Response;

impl Response {
    /// The hash of the body without the moment its data is of, which is another in each answer: two bodies with one fingerprint
    /// mean the same, though their octets may differ. The same on every shard, and after a
    /// restart but for pages of searches, whose cursors are sealed anew.
    pub fn fingerprint(&self) -> u64 {
        let (before, after) = (&self.body[..self.moment.start], &self.body[self.moment.end..]);
        xxh3_64_with_seed(after, xxh3_64(before))
    }
}

#[cfg(test)]
mod tests {
    use crate::base::timestamp::Timestamp;
    use crate::rdap::tests::sample;
    use crate::rdap::{BaseUrl, Context, Response, answer, parse};

    fn at(target: &str, updated: Timestamp) -> Response {
        let base = BaseUrl::new("https://rdap.example/").expect("good");
        let asked = parse("GET", &base, target).expect("a request");
        answer(&sample::registry(), &asked, &Context::new(&base, target, updated, None))
    }

    #[test]
    fn the_moment_does_not_count_and_all_else_does() {
        for target in ["/domain/shop.example", "/nameserver/ns1.shop.example", "/entity/9995", "/entity/SH8013"] {
            let (found, later) = (at(target, sample::day(30)), at(target, sample::day(31)));
            assert_ne!(found.body, later.body);
            assert_eq!(found.fingerprint(), later.fingerprint());
            for place in (0..found.body.len()).filter(|place| !found.moment.contains(place)) {
                let mut other = found.clone();
                other.body[place] ^= 1;
                assert_ne!(other.fingerprint(), found.fingerprint(), "{place}");
            }
        }
        assert_ne!(
            at("/domain/shop.example", sample::day(30)).fingerprint(),
            at("/domain/SHOP.example", sample::day(30)).fingerprint()
        );
        assert_ne!(at("/help", sample::day(30)).fingerprint(), at("/help?", sample::day(30)).fingerprint());
    }
}
