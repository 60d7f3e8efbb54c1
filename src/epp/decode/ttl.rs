//! What the mapping of DNS TTLs adds to commands (RFC 9803, section 2; schema in section 6).

use crate::base::lexical::WhiteSpace;
use crate::epp::decode::Decoder;
use crate::epp::xml::Values;
use crate::epp::xml::fault::{Outcome, malformed, out_of_range, syntax};
use crate::model::refusal::Element;
use crate::model::ttl::TtlGiven;

const INFO: Element = Element::ttl("info");
const TTL: Element = Element::ttl("ttl");

/// `ttl:rrType`.
const WORDS: [&str; 6] = ["NS", "DS", "DNAME", "A", "AAAA", "custom"];
/// The most that `ttl:ttlValue` takes: 31 bits (RFC 2181, section 8).
const MOST: u32 = 2_147_483_647;

impl<'a> Decoder<'a> {
    /// `ttl:info`, whose start tag was taken last: its policy.
    pub(super) fn ttl_info(&mut self) -> Outcome<bool> {
        let [policy] = self.cursor.attribute_values(["policy"])?;
        let policy = self.flag(INFO, "policy", policy)?;
        self.cursor.end_empty(INFO)?;
        Ok(policy.unwrap_or(false))
    }

    /// `ttl:commandContainer` in `parent`, whose start tag was taken last.
    pub(super) fn ttl_container(&mut self, parent: Element) -> Outcome<Vec<TtlGiven>> {
        self.cursor.no_attributes()?;
        let values = self.cursor.required_with(TTL, ["for", "custom"])?;
        let mut given = vec![self.ttl(values)?];
        let mut here = self.cursor.position();
        while let Some(values) = self.cursor.optional_with(TTL, ["for", "custom"])? {
            let next = self.ttl(values)?;
            if given.iter().any(|known| known.record == next.record) {
                // The schema has each value of `for` once, `custom` too.
                return Err(syntax(here, "each type of record once", &format!("another {}", next.record)));
            }
            given.push(next);
            here = self.cursor.position();
        }
        self.cursor.end(parent)?;
        Ok(given)
    }

    /// `ttl:commandTTLType`, whose start tag was taken last.
    fn ttl(&mut self, [record, custom]: Values<'a, 2>) -> Outcome<TtlGiven> {
        let parse = |word: &str| WORDS.into_iter().find(|known| *known == word);
        let record = self.required_word(TTL, "for", record, parse)?;
        let custom = custom.map(|custom| WhiteSpace::Collapse.apply(custom).into_owned());
        if let Some(custom) = custom.as_deref().filter(|custom| !is_mnemonic(custom)) {
            return Err(malformed(TTL, custom, "attribute custom: a type of DNS records expected"));
        }
        let text = self.cursor.text(TTL, WhiteSpace::Collapse)?;
        let seconds = match text.as_ref() {
            "" => None,
            text => match number(text) {
                Some(Some(seconds)) => Some(seconds),
                Some(None) => return Err(out_of_range(TTL, text, format!("0 to {MOST} seconds expected"))),
                None => return Err(malformed(TTL, text, "a whole number of seconds, or nothing, expected")),
            },
        };
        Ok(TtlGiven { record, custom, seconds })
    }
}

/// `ttl:customRRType`.
fn is_mnemonic(text: &str) -> bool {
    let inside = |octet: u8| octet.is_ascii_uppercase() || octet.is_ascii_digit() || octet == b'-';
    match text.as_bytes() {
        b"A" => true,
        [first, middle @ .., last] => {
            first.is_ascii_uppercase() && middle.iter().all(|octet| inside(*octet)) && inside(*last) && *last != b'-'
        }
        _ => false,
    }
}

/// `xs:nonNegativeInteger`, of 31 bits at most. One that is out of that range is `Some(None)`.
fn number(text: &str) -> Option<Option<u32>> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|octet| octet.is_ascii_digit()) {
        return None;
    }
    let digits = digits.trim_start_matches('0');
    let size = if digits.is_empty() { Some(0) } else { digits.parse().ok().filter(|size| *size <= MOST) };
    Some(size.filter(|size| !negative || *size == 0))
}
