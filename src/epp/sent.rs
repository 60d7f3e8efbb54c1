//! The element of a command that a fault is about, as the client sent it: `<value>` of a response identifies "a
//! client-provided element (including XML tag and value)" (RFC 5730, section 2.6).
//!
//! A second, lenient look at a frame that was refused, so that the path of good commands carries nothing for it. What is
//! not found is not shown, and no element is ever made up.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::base::lexical::WhiteSpace;
use crate::epp::extensions::schema_uri;
use crate::epp::xml::fault::cut;
use crate::epp::xml::{is_ncname, normalize_line_ends, resolve, split_name};
use crate::model::refusal::Fault;

/// Attributes that are shown of one element; the schemas have five at most.
const ATTRIBUTES: usize = 8;
/// Elements of the same name that are compared; the largest list of the schemas is a check's.
const CANDIDATES: usize = 1024;

/// An element without its children.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Its name as written, with the prefix.
    pub name: String,
    /// The namespace declarations that its name and its attributes need: prefix (empty: the default) and URI.
    pub namespaces: Vec<(String, String)>,
    /// Its attributes but for namespace declarations, as written, in order.
    pub attributes: Vec<(String, String)>,
    /// Its own text; empty where it has children.
    pub text: String,
}

impl Sent {
    /// Whether it has this value, as text or in an attribute.
    fn has(&self, value: &str) -> bool {
        let same = |text: &str| {
            let text = WhiteSpace::Collapse.apply(text.into());
            text.eq_ignore_ascii_case(value.trim()) || cut(&text) == value
        };
        same(&self.text) || self.attributes.iter().any(|(_, text)| same(text))
    }
}

/// The element in `xml` that `fault` is about: the one of that name with that value, or the only one of that name. `None`
/// when it was never sent, or cannot be told from others; and for passwords, which have no place in anybody's log.
pub fn find(xml: &[u8], fault: &Fault) -> Option<Sent> {
    if matches!(fault.element.name, "pw" | "newPW") {
        return None;
    }
    let text = std::str::from_utf8(xml).ok()?;
    let uri = schema_uri(fault.element.schema);
    let walk = || Walk { reader: Reader::from_str(text.trim_start_matches('\u{feff}')), scope: Vec::new() };
    let mut candidates = walk().elements(&uri, Some(fault.element.name));
    if matches!(fault.element.name, "objURI" | "extURI") && candidates.is_empty() {
        // The namespace itself is the fault, and its first element brought it in.
        candidates = walk().elements(&fault.value, None);
        candidates.truncate(1);
    }
    // A value that is empty says that something is missing: then only the place can be shown.
    if !fault.value.is_empty()
        && let Some(place) = candidates.iter().position(|candidate| candidate.has(&fault.value))
    {
        return Some(candidates.swap_remove(place));
    }
    if candidates.len() == 1 { candidates.pop() } else { None }
}

struct Walk<'x> {
    reader: Reader<&'x [u8]>,
    /// For each open element, the namespaces it declares.
    scope: Vec<Vec<(String, String)>>,
}

impl Walk<'_> {
    /// All elements of that namespace, and of that name if one is given, as far as the document can be read.
    fn elements(&mut self, uri: &str, local: Option<&str>) -> Vec<Sent> {
        let mut found: Vec<Sent> = Vec::new();
        // Which of them are open, and at which depth; those with children have left, since white space between children is
        // no value.
        let mut open: Vec<(usize, usize)> = Vec::new();
        loop {
            let (tag, is_empty) = match self.reader.read_event() {
                Ok(Event::Start(tag)) => (tag, false),
                Ok(Event::Empty(tag)) => (tag, true),
                Ok(Event::End(_)) => {
                    self.scope.pop();
                    open.retain(|(_, depth)| *depth <= self.scope.len());
                    continue;
                }
                Ok(Event::Eof) | Err(_) => break,
                Ok(event) => {
                    let innermost = open.last().filter(|(_, depth)| *depth == self.scope.len());
                    if let Some(sent) = innermost.and_then(|(place, _)| found.get_mut(*place)) {
                        append(&mut sent.text, &event);
                    }
                    continue;
                }
            };
            if let Some((place, _)) = open.pop_if(|(_, depth)| *depth == self.scope.len())
                && let Some(parent) = found.get_mut(place)
            {
                parent.text.clear();
            }
            let declared = declarations(&tag);
            self.scope.push(declared);
            if let Some(sent) = self.sent(&tag, uri, local)
                && found.len() < CANDIDATES
            {
                found.push(sent);
                open.push((found.len() - 1, self.scope.len()));
            }
            if is_empty {
                self.scope.pop();
                open.retain(|(_, depth)| *depth <= self.scope.len());
            }
        }
        found.iter_mut().for_each(|sent| sent.text = cut(&sent.text));
        found
    }

    /// The tag as an element to show, if it has that namespace and name.
    fn sent(&self, tag: &BytesStart<'_>, uri: &str, local: Option<&str>) -> Option<Sent> {
        let name = tag.name();
        let (prefix, own) = split_name(name.as_ref())?;
        let is_named = local.map_or_else(|| is_ncname(own), |local| own == local);
        if !is_named || self.bound(prefix)? != uri || !(prefix.is_empty() || is_ncname(prefix)) {
            return None;
        }
        let mut sent = Sent { name: name.as_ref().to_owned(), ..Sent::default() };
        sent.namespaces.push((prefix.to_owned(), uri.to_owned()));
        for attribute in tag.attributes().flatten().take(ATTRIBUTES) {
            let name = attribute.key.as_ref();
            let Some((prefix, own)) = split_name(name).filter(|_| !name.starts_with("xmlns")) else { continue };
            let Some(value) = unescaped(&attribute.value) else { continue };
            if !is_ncname(own) || sent.attributes.iter().any(|(other, _)| other == name) {
                continue;
            }
            if !prefix.is_empty() && prefix != "xml" {
                let Some(bound) = self.bound(prefix).filter(|_| is_ncname(prefix)) else { continue };
                if !sent.namespaces.iter().any(|(other, _)| other == prefix) {
                    sent.namespaces.push((prefix.to_owned(), bound.to_owned()));
                }
            }
            sent.attributes.push((name.to_owned(), cut(&value)));
        }
        Some(sent)
    }

    fn bound(&self, prefix: &str) -> Option<&str> {
        let declared = self.scope.iter().rev().flatten().find(|(declared, _)| declared == prefix);
        declared.map(|(_, uri)| uri.as_str()).filter(|uri| !uri.is_empty())
    }
}

/// The namespaces that a tag declares.
fn declarations(tag: &BytesStart<'_>) -> Vec<(String, String)> {
    let declared = tag.attributes().flatten().filter_map(|attribute| {
        let prefix = match attribute.key.as_ref().strip_prefix("xmlns")? {
            "" => "",
            suffix => suffix.strip_prefix(':')?,
        };
        Some((prefix.to_owned(), unescaped(&attribute.value)?))
    });
    declared.collect()
}

fn append(text: &mut String, event: &Event<'_>) {
    match event {
        Event::Text(piece) => text.push_str(piece.as_ref()),
        Event::CData(piece) => text.push_str(piece.as_ref()),
        Event::GeneralRef(name) => text.extend(resolve(name.as_ref())),
        _ => {}
    }
}

/// An attribute's normalized value (XML 1.0, section 3.3.3): white space is a space, unless it was sent as a reference.
fn unescaped(raw: &str) -> Option<String> {
    let spaced = normalize_line_ends(raw).replace(['\t', '\n'], " ");
    let mut parts = spaced.split('&');
    let mut out = parts.next()?.to_owned();
    for part in parts {
        let (name, rest) = part.split_once(';')?;
        out.push(resolve(name)?);
        out.push_str(rest);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::refusal::Element;

    const COMMAND: &str = r#"<?xml version="1.0"?>
<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"><command><renew>
  <d:renew xmlns:d="urn:ietf:params:xml:ns:domain-1.0" xmlns:x="urn:x">
    <d:name>Ex&#97;mple.<![CDATA[TEST]]></d:name>
    <d:period x:note="a &lt; b" unit="y"> 10 </d:period>
    <d:status s="ok" lang="en"/><d:status s='clientHold'>now</d:status>
    <d:authInfo> <d:pw>secret</d:pw> </d:authInfo>
    <d:ns><d:hostObj>a</d:hostObj><d:hostObj>b</d:hostObj></d:ns>
    <o:name xmlns:o="urn:ietf:params:xml:ns:host-1.0">ns1.example</o:name>
  </d:renew></renew><extension><r:update xmlns:r="urn:ietf:params:xml:ns:rgp-1.0"><r:restore op="now"/></r:update>
  </extension><clTRID>ABC</clTRID></command></epp>"#;

    fn shown(schema: &'static str, name: &'static str, value: &str) -> Option<String> {
        let sent = find(COMMAND.as_bytes(), &Fault::new(Element { schema, name }, value, "why"))?;
        let namespaces: Vec<_> = sent.namespaces.iter().map(|(prefix, uri)| format!("{prefix}={uri}")).collect();
        let attributes: Vec<_> = sent.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Some(format!("{} [{}] [{}] {}", sent.name, namespaces.join(" "), attributes.join(" "), sent.text))
    }

    #[test]
    fn an_element_is_shown_as_it_was_sent_or_not_at_all() {
        const D: &str = "d=urn:ietf:params:xml:ns:domain-1.0";
        for (schema, name, value, expected) in [
            ("domain", "period", "120", Some(format!("d:period [{D} x=urn:x] [x:note=a < b unit=y]  10 "))),
            ("domain", "name", "example.test", Some(format!("d:name [{D}] [] Example.TEST"))),
            ("domain", "status", "clientHold", Some(format!("d:status [{D}] [s=clientHold] now"))),
            ("domain", "status", "ok", Some(format!("d:status [{D}] [s=ok lang=en] "))),
            ("domain", "status", "serverHold", None),
            ("domain", "hostObj", "b", Some(format!("d:hostObj [{D}] [] b"))),
            ("domain", "hostObj", "c", None),
            ("domain", "hostObj", "", None),
            ("domain", "authInfo", "", Some(format!("d:authInfo [{D}] [] "))),
            ("domain", "renew", "", Some(format!("d:renew [{D}] [] "))),
            ("domain", "pw", "secret", None),
            ("domain", "registrant", "", None),
            ("host", "name", "ns1.example", Some("o:name [o=urn:ietf:params:xml:ns:host-1.0] [] ns1.example".into())),
            ("contact", "id", "x", None),
            (
                "epp",
                "extURI",
                "urn:ietf:params:xml:ns:host-1.0",
                Some("o:name [o=urn:ietf:params:xml:ns:host-1.0] [] ns1.example".into()),
            ),
            ("rgp", "restore", "now", Some("r:restore [r=urn:ietf:params:xml:ns:rgp-1.0] [op=now] ".into())),
            (
                "epp",
                "extURI",
                "urn:ietf:params:xml:ns:rgp-1.0",
                Some("r:update [r=urn:ietf:params:xml:ns:rgp-1.0] [] ".into()),
            ),
            ("epp", "objURI", "urn:y", None),
            ("epp", "clTRID", "", Some("clTRID [=urn:ietf:params:xml:ns:epp-1.0] [] ABC".into())),
        ] {
            assert_eq!(shown(schema, name, value), expected, "{schema}:{name} {value}");
        }
    }

    #[test]
    fn white_space_in_an_attribute_is_a_space_unless_it_was_sent_as_a_reference() {
        let fault = Fault::new(Element::epp("a"), "", "why");
        let shown = |value: &str| {
            let text = format!("<epp xmlns='urn:ietf:params:xml:ns:epp-1.0'><a b='{value}'/></epp>");
            let sent = find(text.as_bytes(), &fault).expect("the only one");
            sent.attributes.first().map(|(_, value)| value.clone()).expect("the only one")
        };
        assert_eq!(shown("1\n2\t3\r\n4\r5"), "1 2 3 4 5");
        assert_eq!(shown("1&#10;2&#9;3&#13;&#xA;4"), "1\n2\t3\r\n4");
    }

    #[test]
    fn what_is_shown_of_damaged_or_endless_input_is_bounded_and_harmless() {
        let fault = Fault::new(Element::epp("a"), "x", "why");
        for text in ["", "<", "<a", "<epp xmlns='urn:ietf:params:xml:ns:epp-1.0'><a b='", "\u{feff}<a/>", "</a></a>"] {
            assert_eq!(find(text.as_bytes(), &fault), None, "{text}");
        }
        let long = "y".repeat(10_000);
        let text =
            format!("<epp xmlns='urn:ietf:params:xml:ns:epp-1.0'><a b='{long}' b='2' c&='3'>{long}</a><&></epp>");
        let sent = find(text.as_bytes(), &fault).expect("the only one");
        assert_eq!((sent.text.len(), sent.attributes.len()), (255, 1));
        let many = format!("<epp xmlns='urn:ietf:params:xml:ns:epp-1.0'>{}</epp>", "<a/>".repeat(20_000));
        assert_eq!(find(many.as_bytes(), &fault), None);
    }
}
