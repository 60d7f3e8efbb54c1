//! Entity tags of answers, and what a request makes its answer depend on (RFC 9110, sections 8.8.3 and 13).

use hyper::HeaderMap;
use hyper::header::{self, HeaderValue};

/// The tag of an answer with this fingerprint. A weak one: answers of two moments mean the same, and a content coding changes
/// nothing either, but their octets differ (RFC 9110, section 8.8.1).
pub(super) fn entity_tag(fingerprint: u64) -> HeaderValue {
    let mut tag = *b"W/\"0000000000000000\"";
    for (place, digit) in tag[3..19].iter_mut().enumerate() {
        *digit = b"0123456789abcdef"[(fingerprint >> (60 - 4 * place) & 15) as usize];
    }
    HeaderValue::from_bytes(&tag).expect("digits and quotes may stand in a field")
}

/// The answers that a client has already: If-None-Match (RFC 9110, section 13.1.2), and If-Match (section 13.1.1).
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// If-Match lists tags. They are compared strongly (section 8.8.3.2), and ours are weak, so that none ever is the same;
    /// an origin server must evaluate this condition whatever the method. `*` is true of whatever is there.
    wants_other: bool,
    /// `*`: any answer there is.
    any: bool,
    /// Fingerprints; tags that cannot be ours are left out.
    tags: Vec<u64>,
}

impl Known {
    /// Reads the fields of a request.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut known = Self::default();
        let is_list = |field: &HeaderValue| field.as_bytes().trim_ascii() != b"*";
        known.wants_other = headers.get_all(header::IF_MATCH).iter().any(is_list);
        for field in headers.get_all(header::IF_NONE_MATCH) {
            let mut rest = field.as_bytes().trim_ascii();
            known.any |= rest == b"*";
            while let Some((opaque, after)) = next_tag(rest) {
                known.tags.extend(fingerprint_of(opaque));
                rest = after;
            }
        }
        known
    }

    /// Whether the answer is not to be given, whatever its tag.
    pub(super) fn excludes(&self) -> bool {
        self.wants_other
    }

    /// Whether the client has what the answer with this fingerprint says. Tags are compared weakly (RFC 9110, section
    /// 8.8.3.2): one that was made strong on its way is the same.
    pub(super) fn has(&self, fingerprint: u64) -> bool {
        self.any || self.tags.contains(&fingerprint)
    }
}

/// The opaque part of the first tag of a list, and the rest of the list. Commas and anything but a quote may stand in a tag.
fn next_tag(list: &[u8]) -> Option<(&[u8], &[u8])> {
    let start = list.iter().position(|octet| *octet == b'"')? + 1;
    let length = list[start..].iter().position(|octet| *octet == b'"')?;
    Some((&list[start..start + length], &list[start + length + 1..]))
}

fn fingerprint_of(opaque: &[u8]) -> Option<u64> {
    let digits = opaque.len() == 16 && opaque.iter().all(|octet| matches!(octet, b'0'..=b'9' | b'a'..=b'f'));
    let text = str::from_utf8(opaque).ok().filter(|_| digits)?;
    u64::from_str_radix(text, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAG: u64 = 0x0123_4567_89ab_cdef;

    fn known(fields: &[&str]) -> Known {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(header::IF_NONE_MATCH, field.parse().expect("a value"));
        }
        Known::of(&headers)
    }

    #[test]
    fn a_tag_is_weak_and_reads_back() {
        assert_eq!(entity_tag(TAG), r#"W/"0123456789abcdef""#);
        for fingerprint in [0, 1, TAG, u64::MAX] {
            let tag = entity_tag(fingerprint);
            assert!(known(&[tag.to_str().expect("text")]).has(fingerprint), "{tag:?}");
        }
    }

    #[test]
    fn no_tag_of_ours_is_the_one_that_if_match_wants() {
        for (field, excluded) in [("*", false), (" * ", false), (r#"W/"0123456789abcdef""#, true), (r#""a""#, true)] {
            let mut headers = HeaderMap::new();
            headers.append(header::IF_MATCH, field.parse().expect("a value"));
            assert_eq!(Known::of(&headers).excludes(), excluded, "{field}");
        }
        assert!(!known(&["\"a\""]).excludes());
    }

    #[test]
    fn a_client_has_what_any_of_its_tags_names() {
        for fields in [
            &[r#"W/"0123456789abcdef""#][..],
            &[r#""0123456789abcdef""#],
            &[r#""a,b", W/"0123456789abcdef""#],
            &[r#""", ,W/"0123456789abcdef","z""#],
            &["\"a\"", r#"W/"0123456789abcdef""#],
            &[" * "],
        ] {
            assert!(known(fields).has(TAG), "{fields:?}");
        }
        for fields in [
            &[][..],
            &[""],
            &["0123456789abcdef"],
            &[r#""0123456789abcdef"#],
            &[r#""0123456789ABCDEF""#],
            &[r#""+123456789abcdef""#],
            &[r#""0123456789abcdee""#],
            &[r#""*""#],
            &[r#""a", *"#],
        ] {
            assert!(!known(fields).has(TAG), "{fields:?}");
        }
    }
}
