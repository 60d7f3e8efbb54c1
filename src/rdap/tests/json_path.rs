//! JSONPath (RFC 9535) as far as redactions use it: names, indices, and filters that compare one value with a string. Anything
//! else is refused, so that a path which no other client can read fails here.

use simd_json::OwnedValue;
use simd_json::prelude::*;

/// The values that a path leads to.
///
/// # Panics
/// When it is not of the grammar.
pub(super) fn evaluate<'j>(root: &'j OwnedValue, path: &str) -> Vec<&'j OwnedValue> {
    let mut rest = path.strip_prefix('$').unwrap_or_else(|| panic!("{path:?} is not absolute"));
    let mut nodes = vec![root];
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix("[?(@") {
            let (query, literal) = inner.split_once("=='").unwrap_or_else(|| panic!("no comparison at {inner:?}"));
            let (literal, tail) = literal.split_once("')]").unwrap_or_else(|| panic!("no end of filter at {inner:?}"));
            assert!(!literal.contains(['\'', '\\']), "{literal:?} needs escapes");
            let holds = |node: &&OwnedValue| singular(node, query).and_then(|value| value.as_str()) == Some(literal);
            nodes = nodes.into_iter().flat_map(children).filter(holds).collect();
            rest = tail;
        } else {
            let end = segment(rest);
            nodes = nodes.into_iter().filter_map(|node| singular(node, &rest[..end])).collect();
            rest = &rest[end..];
        }
    }
    nodes
}

/// Members or elements.
fn children(node: &OwnedValue) -> Vec<&OwnedValue> {
    match node {
        OwnedValue::Array(elements) => elements.iter().collect(),
        OwnedValue::Object(members) => members.values().collect(),
        OwnedValue::String(_) | OwnedValue::Static(_) => Vec::new(),
    }
}

/// The length of the segment that `rest` begins with: `.name` or `[index]`.
fn segment(rest: &str) -> usize {
    match rest.as_bytes()[0] {
        b'.' => rest[1..].find(|c: char| !c.is_ascii_alphanumeric()).map_or(rest.len(), |end| end + 1),
        b'[' => rest.find(']').unwrap_or_else(|| panic!("no end of {rest:?}")) + 1,
        _ => panic!("no segment at {rest:?}"),
    }
}

/// The one value that a query of names and indices leads to.
fn singular<'j>(mut node: &'j OwnedValue, query: &str) -> Option<&'j OwnedValue> {
    let mut rest = query;
    while !rest.is_empty() {
        let end = segment(rest);
        let (here, tail) = rest.split_at(end);
        node = match here.strip_prefix('.') {
            Some(name) => node.as_object()?.get(name)?,
            None => {
                let index = here[1..end - 1].parse::<usize>().unwrap_or_else(|_| panic!("no index: {here:?}"));
                node.as_array()?.get(index)?
            }
        };
        rest = tail;
    }
    Some(node)
}

#[test]
fn paths_lead_where_they_say() {
    let mut text = *br#"{"a": [{"r": ["x"], "v": [1, [["fn", {}, "text", "N"], ["tel", {"type": "fax"}, "uri", "T"]]]},
                               {"r": ["y", "x"], "v": 2}], "h": "H"}"#;
    let json = simd_json::to_owned_value(&mut text).expect("valid JSON");
    let found = |path| evaluate(&json, path).into_iter().map(|value| value.encode()).collect::<Vec<_>>();
    assert_eq!(found("$.h"), [r#""H""#]);
    assert_eq!(found("$.a[?(@.r[0]=='x')].v[1][?(@[0]=='fn')][3]"), [r#""N""#]);
    assert_eq!(found("$.a[?(@.r[0]=='x')].v[1][?(@[1].type=='fax')][3]"), [r#""T""#]);
    assert_eq!(found("$.a[?(@.r[1]=='x')].v"), ["2"]);
    assert!(found("$.a[?(@.r[0]=='z')]").is_empty() && found("$.a[2]").is_empty() && found("$.a.h").is_empty());
}
