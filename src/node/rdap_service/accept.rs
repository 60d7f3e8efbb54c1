//! What a client takes: media types (RFC 9110, section 12.5.1) and content codings (section 12.5.3).

use hyper::HeaderMap;
use hyper::header::{self, HeaderName};

use crate::rdap::MEDIA_TYPE;

/// Either type asks for RDAP, and is answered with the first (RFC 7480, section 4.2).
const JSON_TYPES: [&str; 2] = [MEDIA_TYPE, "application/json"];

/// Whether a client takes what it asks for. One that says nothing takes all.
pub(super) fn takes_json(headers: &HeaderMap) -> bool {
    // What most clients say is not worth the reading of a list.
    if headers.get(header::ACCEPT).is_none_or(|first| first == MEDIA_TYPE) {
        return true;
    }
    let said = preferences(headers, header::ACCEPT).next().is_some();
    !said || JSON_TYPES.iter().any(|media_type| best_range(headers, media_type).1 > 0.0)
}

/// Whether a client wants a page rather than what RDAP answers, as browsers do: HTML weighs more, or as much and is named
/// more exactly. One that says nothing, or takes anything alike, does not.
pub(super) fn prefers_html(headers: &HeaderMap) -> bool {
    let html = best_range(headers, "text/html");
    let is_better = |other: (u8, f32)| html.1 > other.1 || html.1 == other.1 && html.0 > other.0;
    html.1 > 0.0 && JSON_TYPES.iter().all(|media_type| is_better(best_range(headers, media_type)))
}

/// Of the range that fits a media type best: how well, and its weight. Zeros where none fits.
fn best_range(headers: &HeaderMap, media_type: &str) -> (u8, f32) {
    let mut best = (0, 0.0_f32);
    let is_family = |range: &str| {
        let family = range.strip_suffix("/*").filter(|family| *family != "*");
        family.is_some_and(|family| media_type.split('/').next().is_some_and(|own| own.eq_ignore_ascii_case(family)))
    };
    for (range, weight) in preferences(headers, header::ACCEPT) {
        let fits = match range {
            _ if range.eq_ignore_ascii_case(media_type) => 3,
            _ if is_family(range) => 2,
            // The shorter one is of no standard, but common.
            "*/*" | "*" => 1,
            _ => continue,
        };
        // The more specific range decides, of two alike the one that is wanted more.
        if fits > best.0 || fits == best.0 && weight > best.1 {
            best = (fits, weight);
        }
    }
    best
}

/// Whether a client takes gzip, and no worse than a body as it is. One that says nothing does not.
pub(super) fn takes_gzip(headers: &HeaderMap) -> bool {
    let (mut gzip, mut identity, mut any) = (None, None, None);
    for (coding, weight) in preferences(headers, header::ACCEPT_ENCODING) {
        let place = match coding {
            // "A recipient SHOULD consider 'x-gzip' to be equivalent to 'gzip'" (section 8.4.1.3).
            _ if coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("x-gzip") => &mut gzip,
            _ if coding.eq_ignore_ascii_case("identity") => &mut identity,
            "*" => &mut any,
            _ => continue,
        };
        *place = Some(weight);
    }
    let gzip: f32 = gzip.or(any).unwrap_or_default();
    gzip > 0.0 && gzip >= identity.unwrap_or_default()
}

/// The elements of a list with their weights (section 12.4.2), other parameters left out. A weight that is none counts as
/// not given: whoever names something wants it.
fn preferences(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = (&str, f32)> {
    let fields = headers.get_all(name).into_iter().filter_map(|field| field.to_str().ok());
    let elements = fields.flat_map(|field| split_outside_quotes(field, b','));
    elements.filter_map(|element| {
        let mut parts = split_outside_quotes(element, b';');
        let value = parts.next().filter(|value| !value.is_empty())?;
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let weight = weight.and_then(|weight| weight.parse().ok()).filter(|weight| (0.0..=1.0).contains(weight));
        Some((value, weight.unwrap_or(1.0)))
    })
}

/// The trimmed parts between separators that do not stand in quoted strings (section 5.6.4).
fn split_outside_quotes(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let part = rest?;
        let (mut quoted, mut escaped) = (false, false);
        let end = part.bytes().position(|octet| {
            quoted ^= octet == b'"' && !escaped;
            escaped = quoted && !escaped && octet == b'\\';
            octet == separator && !quoted
        });
        // The separator is ASCII, so both places are between characters.
        let (part, after) = end.map_or((part, None), |end| (&part[..end], Some(&part[end + 1..])));
        rest = after;
        Some(part.trim_ascii())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, fields: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(&name, field.parse().expect("a value"));
        }
        headers
    }

    #[test]
    fn either_json_type_or_a_range_with_it_is_taken() {
        let json = |fields| takes_json(&headers(header::ACCEPT, fields));
        for fields in [
            &[][..],
            &[""],
            &["application/rdap+json"],
            &["Application/JSON;q=0.1"],
            &["text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8"],
            &["text/html", "application/*"],
            &["text/html, image/gif, *; q=.2"],
            &["application/rdap+json;q=0, application/json"],
            &["application/rdap+json;q=0, */*;q=0.1"],
            &["*/*;q=0, application/json"],
            &["application/rdap+json;extensions=\"a,b;q=0\\\",text/html\";q=0.5"],
            &["application/json;q=high"],
        ] {
            assert!(json(fields), "{fields:?}");
        }
        for fields in [
            &["text/html"][..],
            &["application/xml, text/*"],
            &["*/*;q=0"],
            &["application/rdap+json;q=0, application/json;q=0.000, */*"],
            &["application/*;q=0, */*;q=1"],
            &["application/rdap+json; q=0"],
            &["text/plain;x=\"application/json\""],
            &["text/plain;x=\", application/json\""],
            &["application/jsonx", "application/rdap"],
        ] {
            assert!(!json(fields), "{fields:?}");
        }
    }

    #[test]
    fn a_page_is_for_who_asks_for_one_before_all_else() {
        let html = |fields| prefers_html(&headers(header::ACCEPT, fields));
        for fields in [
            &["text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"][..],
            &["text/html, */*"],
            &["Text/*;q=0.5, */*;q=0.5"],
            &["text/html", "application/rdap+json;q=0.9"],
            &["text/html"],
        ] {
            assert!(html(fields), "{fields:?}");
        }
        for fields in [
            &[][..],
            &[""],
            &["*/*"],
            &["*"],
            &["application/rdap+json"],
            &["application/json, text/html"],
            &["application/json, text/html;q=0.9"],
            &["text/html;q=0.5, */*;q=0.6"],
            &["text/html;q=0"],
            &["text/html;q=0, text/*"],
            &["text/plain, image/*"],
        ] {
            assert!(!html(fields), "{fields:?}");
        }
    }

    #[test]
    fn gzip_is_taken_where_it_is_wanted_no_less_than_identity() {
        let gzip = |field: &str| takes_gzip(&headers(header::ACCEPT_ENCODING, &[field]));
        for field in
            ["gzip", "GZip;q=0.001", "x-gzip", "*", "br, *;q=0.1", "deflate, gzip;q=1.0, *;q=0.5", "identity, gzip"]
        {
            assert!(gzip(field), "{field}");
        }
        for field in
            ["", "br, deflate", "gzip;q=0", "gzip;q=0, *", "*;q=0", "identity", "identity;q=0", "gzip;q=0.5, identity"]
        {
            assert!(!gzip(field), "{field}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
