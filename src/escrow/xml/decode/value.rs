//! Values of the simple types of the schemas (XML Schema 1.0, part 2), white space treated as their types have it.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::fault::Rule;
use super::shape::Notes;
use super::tree::Element;
use crate::base::lexical::{
    WhiteSpace, base64_binary, boolean, date_time, has_length, hex_binary, is_any_uri, is_e164, is_language, is_roid,
    unsigned_short,
};
use crate::base::timestamp::Timestamp;
use crate::model::record::{Address, Phone};

impl Notes {
    /// The value of an element that has no others in it.
    fn content<'t>(&mut self, at: Element<'t>, attributes: &[&str], space: WhiteSpace) -> Cow<'t, str> {
        self.attributes(at, attributes);
        if let Some(child) = at.children().next() {
            self.fault(child, Rule::Element, "text and no elements", &child.label());
        }
        space.apply(Cow::Borrowed(at.text()))
    }

    /// `xs:token`, on an element with these attributes.
    pub(super) fn token_with<'t>(&mut self, at: Element<'t>, attributes: &[&str]) -> Cow<'t, str> {
        self.content(at, attributes, WhiteSpace::Collapse)
    }

    /// `xs:token`.
    pub(super) fn token(&mut self, at: Element<'_>) -> String {
        self.token_with(at, &[]).into_owned()
    }

    /// `xs:normalizedString`, on an element with these attributes.
    pub(super) fn line_with(&mut self, at: Element<'_>, attributes: &[&str]) -> String {
        self.content(at, attributes, WhiteSpace::Replace).into_owned()
    }

    /// `value`, if it is one of its type.
    pub(super) fn typed<T>(
        &mut self,
        at: Element<'_>,
        expected: &str,
        value: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let found = read(value);
        if found.is_none() {
            self.fault(at, Rule::Value, expected, value);
        }
        found
    }

    /// `value`, if it is one of those that are enumerated.
    pub(super) fn word<T>(
        &mut self,
        at: Element<'_>,
        expected: &str,
        value: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let found = read(value);
        if found.is_none() {
            self.fault(at, Rule::Enumeration, expected, value);
        }
        found
    }

    fn sized(&mut self, at: Element<'_>, value: &str, least: usize, most: usize) -> String {
        if !has_length(value, least, most) {
            self.fault(at, Rule::Value, format!("{least} to {most} characters"), value);
        }
        value.to_owned()
    }

    /// `eppcom:labelType`: a name, in 1 to 255 characters.
    pub(super) fn label(&mut self, at: Element<'_>) -> String {
        let value = self.token_with(at, &[]);
        self.sized(at, &value, 1, 255)
    }

    /// An attribute's `eppcom:labelType`.
    pub(super) fn label_attribute(&mut self, at: Element<'_>, name: &str) -> Option<String> {
        let value = WhiteSpace::Collapse.apply(Cow::Borrowed(at.attribute(name)?));
        Some(self.sized(at, &value, 1, 255))
    }

    /// `eppcom:clIDType`: 3 to 16 characters.
    pub(super) fn client(&mut self, at: Element<'_>) -> String {
        self.client_with(at, &[])
    }

    /// `eppcom:clIDType`, on an element with these attributes.
    pub(super) fn client_with(&mut self, at: Element<'_>, attributes: &[&str]) -> String {
        let value = self.token_with(at, attributes);
        self.sized(at, &value, 3, 16)
    }

    /// An attribute's `eppcom:clIDType`.
    pub(super) fn client_attribute(&mut self, at: Element<'_>, name: &str) -> Option<String> {
        let value = WhiteSpace::Collapse.apply(Cow::Borrowed(at.attribute(name)?));
        Some(self.sized(at, &value, 3, 16))
    }

    /// `rdeIDN:idType`: 1 to 64 characters.
    pub(super) fn table_id(&mut self, at: Element<'_>) -> String {
        let value = self.token_with(at, &[]);
        self.sized(at, &value, 1, 64)
    }

    /// An attribute's `rdeIDN:idType`.
    pub(super) fn table_id_attribute(&mut self, at: Element<'_>, name: &str) -> String {
        let value = WhiteSpace::Collapse.apply(Cow::Borrowed(self.needed(at, name).unwrap_or("?")));
        self.sized(at, &value, 1, 64)
    }

    /// `eppcom:minTokenType`: one character at least.
    pub(super) fn some_token(&mut self, at: Element<'_>) -> String {
        let value = self.token_with(at, &[]);
        self.sized(at, &value, 1, usize::MAX)
    }

    /// `contact:postalLineType`: 1 to 255 characters, spaces as they are.
    pub(super) fn line(&mut self, at: Element<'_>) -> String {
        let value = self.line_with(at, &[]);
        self.sized(at, &value, 1, 255)
    }

    /// `contact:optPostalLineType`: up to 255 characters, spaces as they are.
    pub(super) fn empty_line(&mut self, at: Element<'_>) -> String {
        let value = self.line_with(at, &[]);
        self.sized(at, &value, 0, 255)
    }

    /// `contact:pcType`: up to 16 characters.
    pub(super) fn postal_code(&mut self, at: Element<'_>) -> String {
        let value = self.token_with(at, &[]);
        self.sized(at, &value, 0, 16)
    }

    /// `contact:ccType`: two characters.
    pub(super) fn country(&mut self, at: Element<'_>) -> String {
        let value = self.token_with(at, &[]);
        self.sized(at, &value, 2, 2)
    }

    /// `eppcom:roidType`.
    pub(super) fn roid(&mut self, at: Element<'_>) -> String {
        let value = self.token(at);
        self.typed(at, "a ROID: 1 to 80 word characters, \"-\", 1 to 8 word characters", &value, |value| {
            is_roid(value).then(|| value.to_owned())
        })
        .unwrap_or_default()
    }

    /// `xs:dateTime`. One without a zone is UTC, as all dates are (RFC 9022, section 4.1).
    pub(super) fn date(&mut self, at: Element<'_>) -> Timestamp {
        let value = self.token_with(at, &[]);
        let expected = "a date and time of the years 1 to 9999, as 2026-11-28T00:00:00Z";
        self.typed(at, expected, &value, |value| date_time(value).ok().flatten()).unwrap_or_default()
    }

    /// `xs:anyURI`.
    pub(super) fn uri(&mut self, at: Element<'_>) -> String {
        let value = self.token(at);
        self.typed(at, "a URI", &value, |value| is_any_uri(value).then(|| value.to_owned())).unwrap_or_default()
    }

    /// An attribute's `xs:anyURI`.
    pub(super) fn uri_attribute(&mut self, at: Element<'_>, name: &str) -> String {
        let Some(value) = self.needed(at, name) else { return String::new() };
        let value = WhiteSpace::Collapse.apply(Cow::Borrowed(value));
        self.typed(at, "a URI", &value, |value| is_any_uri(value).then(|| value.to_owned())).unwrap_or_default()
    }

    /// `xs:language`.
    pub(super) fn language(&mut self, at: Element<'_>) -> String {
        let value = self.token(at);
        self.tag(at, value)
    }

    /// An attribute's `xs:language`.
    pub(super) fn language_attribute(&mut self, at: Element<'_>, name: &str) -> Option<String> {
        let value = WhiteSpace::Collapse.apply(Cow::Borrowed(at.attribute(name)?)).into_owned();
        Some(self.tag(at, value))
    }

    fn tag(&mut self, at: Element<'_>, value: String) -> String {
        if !is_language(&value) {
            self.fault(at, Rule::Value, "a language tag", &value);
        }
        value
    }

    /// `xs:positiveInteger`, as far as we can count.
    pub(super) fn positive(&mut self, at: Element<'_>) -> u64 {
        let value = self.token(at);
        self.typed(at, "a number, 1 at least", &value, positive).unwrap_or_default()
    }

    /// An attribute's `xs:positiveInteger`.
    pub(super) fn positive_attribute(&mut self, at: Element<'_>, name: &str) -> Option<u64> {
        let value = WhiteSpace::Collapse.apply(Cow::Borrowed(at.attribute(name)?));
        self.typed(at, "a number, 1 at least", &value, positive)
    }

    /// `xs:unsignedShort`.
    pub(super) fn short(&mut self, at: Element<'_>) -> u16 {
        let value = self.token(at);
        self.typed(at, "a number, 0 to 65535", &value, |value| unsigned_short(value).flatten()).unwrap_or_default()
    }

    /// `xs:unsignedByte`.
    pub(super) fn byte(&mut self, at: Element<'_>) -> u8 {
        let value = self.token(at);
        let read = |value: &str| unsigned_short(value).flatten().and_then(|number| u8::try_from(number).ok());
        self.typed(at, "a number, 0 to 255", &value, read).unwrap_or_default()
    }

    /// `xs:hexBinary`.
    pub(super) fn hex(&mut self, at: Element<'_>) -> Vec<u8> {
        let value = self.token(at);
        self.typed(at, "pairs of hexadecimal digits", &value, hex_binary).unwrap_or_default()
    }

    /// `secDNS:keyType`: base64 of one octet at least.
    pub(super) fn base64(&mut self, at: Element<'_>) -> Vec<u8> {
        let value = self.token(at);
        let read = |value: &str| base64_binary(value).filter(|octets| !octets.is_empty());
        self.typed(at, "base64 of one octet at least", &value, read).unwrap_or_default()
    }

    /// An attribute's `xs:boolean`.
    pub(super) fn flag(&mut self, at: Element<'_>, name: &str, value: &str) -> bool {
        let value = WhiteSpace::Collapse.apply(Cow::Borrowed(value));
        self.typed(at, &format!("true or false in {name}"), &value, boolean).unwrap_or_default()
    }

    /// `contact:e164Type`; the number may be empty, as the schema has it.
    pub(super) fn phone(&mut self, at: Element<'_>) -> Phone {
        let number = self.token_with(at, &["x"]).into_owned();
        if !is_e164(&number) {
            self.fault(at, Rule::Value, "a telephone number, as +1.7035555555", &number);
        }
        let ext = at.attribute("x").map(|ext| WhiteSpace::Collapse.apply(Cow::Borrowed(ext)).into_owned());
        Phone { number, ext }
    }

    /// `host:addrType`; where `ip` is not said, it is v4.
    pub(super) fn address(&mut self, at: Element<'_>) -> Option<Address> {
        let value = self.token_with(at, &["ip"]);
        let family = WhiteSpace::Collapse.apply(Cow::Borrowed(at.attribute("ip").unwrap_or("v4")));
        match family.as_ref() {
            "v4" => self.typed(at, "an IPv4 address", &value, |value| {
                value.parse::<Ipv4Addr>().ok().map(|address| Address::V4(address.octets()))
            }),
            "v6" => self.typed(at, "an IPv6 address", &value, |value| {
                value.parse::<Ipv6Addr>().ok().map(|address| Address::V6(address.octets()))
            }),
            _ => self.word(at, "v4 or v6 in ip", &family, |_| None),
        }
    }
}

fn positive(value: &str) -> Option<u64> {
    let digits = value.strip_prefix('+').unwrap_or(value);
    let is_number = !digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit());
    digits.parse().ok().filter(|number| is_number && *number > 0)
}

/// `xs:long`.
pub(super) fn long(value: &str) -> Option<i64> {
    // The standard library takes the same: a sign or none, and digits.
    value.parse().ok()
}
