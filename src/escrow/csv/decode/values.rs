//! Values of the fields of a record, of the types that the schemas name for them. What is wrong is noted, and reading goes on with
//! values that stand for what is not there: an object with a fault is not handed out.

use std::borrow::Cow;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::bind::Bound;
use super::row::Row;
use crate::base::lexical::{
    WhiteSpace, base64_binary, boolean, date_time, has_length, hex_binary, int, is_any_uri, is_e164, is_language,
    is_roid, unsigned_short,
};
use crate::base::timestamp::Timestamp;
use crate::base::xml_chars::Survey;
use crate::escrow::csv::table::{CL_ID, Column, GURID};
use crate::escrow::xml::{Fault, Rule};
use crate::model::record::{Address, Phone};

/// Faults that are told of one object.
const FAULTS: usize = 100;

/// A record and what its fields are.
#[derive(Clone, Copy)]
pub(super) struct Record<'r> {
    pub(super) bound: &'r Bound,
    pub(super) row: &'r Row,
}

impl<'r> Record<'r> {
    /// The text of a field, and whether it is in quotes.
    fn field(self, column: Column) -> Option<(&'r str, bool)> {
        self.row.field(self.bound.place(column)?)
    }

    /// Whether the definition has the field.
    pub(super) fn has(self, column: Column) -> bool {
        self.bound.place(column).is_some()
    }

    /// `xs:token`; `None`: nothing is said.
    pub(super) fn token(self, column: Column) -> Option<Cow<'r, str>> {
        let value = WhiteSpace::Collapse.apply(Cow::Borrowed(self.field(column)?.0));
        Some(value).filter(|value| !value.is_empty())
    }

    /// `xs:normalizedString`; `None`: nothing is said.
    pub(super) fn line(self, column: Column) -> Option<String> {
        let value = WhiteSpace::Replace.apply(Cow::Borrowed(self.field(column)?.0));
        Some(value.into_owned()).filter(|value| !value.is_empty())
    }

    /// A value that may be there and empty: then it is in quotes.
    fn maybe_empty(self, column: Column, space: WhiteSpace) -> Option<String> {
        let (value, is_quoted) = self.field(column)?;
        let value = space.apply(Cow::Borrowed(value));
        Some(value.into_owned()).filter(|value| is_quoted || !value.is_empty())
    }
}

/// What is wrong with an object.
pub(super) struct Notes<'k> {
    /// clIDs of the registrars that have come, by their IANA ids.
    pub(super) registrars: &'k HashMap<u64, String>,
    pub(super) faults: Vec<(u32, Fault)>,
}

impl Notes<'_> {
    /// Notes a fault.
    pub(super) fn fault(&mut self, at: Record<'_>, column: Option<Column>, rule: Rule, expected: &str, found: &str) {
        let element = match column {
            Some(column) => at.bound.label(&column.label()),
            None => at.bound.table.name.to_owned(),
        };
        if self.faults.len() < FAULTS {
            self.faults.push((at.row.file, Fault::new(at.row.line, rule, element, expected, found)));
        }
    }

    /// That the record has the fields of its definition, and a value in each that is required. False: nothing can be said of its
    /// values.
    pub(super) fn whole(&mut self, at: Record<'_>) -> bool {
        let fields = &at.bound.fields;
        if at.row.count as usize != fields.len() {
            let expected = format!("{} fields, as the definition has", fields.len());
            self.fault(at, None, Rule::Columns, &expected, &at.row.count.to_string());
            return false;
        }
        if Survey::of(at.row.text()).has_illegal {
            self.fault(at, None, Rule::Value, "characters that XML has", at.row.text());
        }
        for (place, field) in fields.iter().enumerate().filter(|(_, field)| field.required) {
            let is_empty = at.row.field(place).is_none_or(|(text, _)| text.is_empty());
            if is_empty && self.faults.len() < FAULTS {
                let element = at.bound.label(&field.label());
                let fault = Fault::new(at.row.line, Rule::Missing, element, "a value, which is required", "");
                self.faults.push((at.row.file, fault));
            }
        }
        true
    }

    /// That a value is there which objects have, whatever the definition requires.
    fn missing(&mut self, at: Record<'_>, column: Column) {
        let is_told = at.bound.fields.iter().any(|field| column.is(field) && field.required);
        let is_blank = at.field(column).is_some_and(|(text, _)| !text.is_empty());
        if !is_told || is_blank {
            self.fault(at, Some(column), Rule::Missing, "a value", "");
        }
    }

    /// A value of a type, if there is one.
    pub(super) fn typed<T>(
        &mut self,
        at: Record<'_>,
        column: Column,
        (rule, expected): (Rule, &str),
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = at.token(column)?;
        let found = read(&value);
        if found.is_none() {
            self.fault(at, Some(column), rule, expected, &value);
        }
        found
    }

    /// A value of a type, which is there.
    pub(super) fn needed<T>(
        &mut self,
        at: Record<'_>,
        column: Column,
        expected: (Rule, &str),
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        if at.token(column).is_none() {
            self.missing(at, column);
        }
        self.typed(at, column, expected, read)
    }

    /// `xs:token` of so many characters, if it is there.
    pub(super) fn sized(&mut self, at: Record<'_>, column: Column, least: usize, most: usize) -> Option<String> {
        let expected = format!("{least} to {most} characters");
        let read = |value: &str| has_length(value, least, most).then(|| value.to_owned());
        self.typed(at, column, (Rule::Value, &expected), read)
    }

    /// The same, which is there.
    pub(super) fn needed_sized(&mut self, at: Record<'_>, column: Column, least: usize, most: usize) -> String {
        if at.token(column).is_none() {
            self.missing(at, column);
        }
        self.sized(at, column, least, most).unwrap_or_default()
    }

    /// `eppcom:labelType`, if it is there.
    pub(super) fn label(&mut self, at: Record<'_>, column: Column) -> Option<String> {
        self.sized(at, column, 1, 255)
    }

    /// `eppcom:clIDType`, if it is there.
    pub(super) fn client(&mut self, at: Record<'_>, column: Column) -> Option<String> {
        self.sized(at, column, 3, 16)
    }

    /// `contact:postalLineType`, which is there: 1 to 255 characters, spaces as they are.
    pub(super) fn needed_line(&mut self, at: Record<'_>, column: Column, most: usize) -> String {
        let Some(value) = at.line(column) else {
            self.missing(at, column);
            return String::new();
        };
        self.at_most(at, column, value, most)
    }

    fn at_most(&mut self, at: Record<'_>, column: Column, value: String, most: usize) -> String {
        if !has_length(&value, 0, most) {
            self.fault(at, Some(column), Rule::Value, &format!("{most} characters at most"), &value);
        }
        value
    }

    /// `contact:optPostalLineType`, if it is there.
    pub(super) fn empty_line(&mut self, at: Record<'_>, column: Column) -> Option<String> {
        let value = at.maybe_empty(column, WhiteSpace::Replace)?;
        Some(self.at_most(at, column, value, 255))
    }

    /// `xs:token` of up to so many characters, if it is there.
    pub(super) fn empty_token(&mut self, at: Record<'_>, column: Column, most: usize) -> Option<String> {
        let value = at.maybe_empty(column, WhiteSpace::Collapse)?;
        Some(self.at_most(at, column, value, most))
    }

    /// `eppcom:roidType`, which is there.
    pub(super) fn roid(&mut self, at: Record<'_>, column: Column) -> String {
        let expected = (Rule::Value, "a ROID: 1 to 80 word characters, \"-\", 1 to 8 word characters");
        self.needed(at, column, expected, |value| is_roid(value).then(|| value.to_owned())).unwrap_or_default()
    }

    /// `xs:dateTime`, if it is there.
    pub(super) fn date(&mut self, at: Record<'_>, column: Column) -> Option<Timestamp> {
        let expected = (Rule::Value, "a date and time of the years 1 to 9999, as 2026-11-28T00:00:00Z");
        self.typed(at, column, expected, |value| date_time(value).ok().flatten())
    }

    /// The same, which is there.
    pub(super) fn needed_date(&mut self, at: Record<'_>, column: Column) -> Timestamp {
        if at.token(column).is_none() {
            self.missing(at, column);
        }
        self.date(at, column).unwrap_or_default()
    }

    /// `xs:anyURI`, if it is there.
    pub(super) fn uri(&mut self, at: Record<'_>, column: Column) -> Option<String> {
        self.typed(at, column, (Rule::Value, "a URI"), |value| is_any_uri(value).then(|| value.to_owned()))
    }

    /// The same, which is there.
    pub(super) fn needed_uri(&mut self, at: Record<'_>, column: Column) -> String {
        if at.token(column).is_none() {
            self.missing(at, column);
        }
        self.uri(at, column).unwrap_or_default()
    }

    /// `xs:language`, if it is there.
    pub(super) fn language(&mut self, at: Record<'_>, column: Column) -> Option<String> {
        let read = |value: &str| is_language(value).then(|| value.to_owned());
        self.typed(at, column, (Rule::Value, "a language tag"), read)
    }

    /// `xs:positiveInteger`, as far as we can count, if it is there.
    pub(super) fn positive(&mut self, at: Record<'_>, column: Column) -> Option<u64> {
        self.typed(at, column, (Rule::Value, "a number, 1 at least"), |value| {
            let digits = value.strip_prefix('+').unwrap_or(value);
            let is_number = !digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit());
            digits.parse().ok().filter(|number| is_number && *number > 0)
        })
    }

    /// `xs:unsignedShort`, which is there.
    pub(super) fn short(&mut self, at: Record<'_>, column: Column) -> u16 {
        let expected = (Rule::Value, "a number, 0 to 65535");
        self.needed(at, column, expected, |value| unsigned_short(value).flatten()).unwrap_or_default()
    }

    /// `xs:unsignedByte`, which is there.
    pub(super) fn byte(&mut self, at: Record<'_>, column: Column) -> u8 {
        let read = |value: &str| unsigned_short(value).flatten().and_then(|number| u8::try_from(number).ok());
        self.needed(at, column, (Rule::Value, "a number, 0 to 255"), read).unwrap_or_default()
    }

    /// `secDNS:maxSigLifeType`, if it is there.
    pub(super) fn max_sig_life(&mut self, at: Record<'_>, column: Column) -> Option<u32> {
        let read = |value: &str| int(value).flatten().and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0);
        self.typed(at, column, (Rule::Value, "seconds, 1 to 2147483647"), read)
    }

    /// `xs:hexBinary`, which is there.
    pub(super) fn hex(&mut self, at: Record<'_>, column: Column) -> Vec<u8> {
        self.needed(at, column, (Rule::Value, "pairs of hexadecimal digits"), hex_binary).unwrap_or_default()
    }

    /// `secDNS:keyType`, which is there.
    pub(super) fn base64(&mut self, at: Record<'_>, column: Column) -> Vec<u8> {
        let read = |value: &str| base64_binary(value).filter(|octets| !octets.is_empty());
        self.needed(at, column, (Rule::Value, "base64 of one octet at least"), read).unwrap_or_default()
    }

    /// `xs:boolean`, if it is there.
    pub(super) fn flag(&mut self, at: Record<'_>, column: Column) -> Option<bool> {
        self.typed(at, column, (Rule::Value, "true or false"), boolean)
    }

    /// `contact:e164StringType` and its extension, if there is a number.
    pub(super) fn phone(&mut self, at: Record<'_>, column: Column, extension: Column) -> Option<Phone> {
        let number = at.maybe_empty(column, WhiteSpace::Collapse);
        let ext = at.maybe_empty(extension, WhiteSpace::Collapse);
        let Some(number) = number else {
            if let Some(ext) = ext.filter(|ext| !ext.is_empty()) {
                self.fault(at, Some(column), Rule::Missing, "a number that has this extension", &ext);
            }
            return None;
        };
        if !is_e164(&number) {
            self.fault(at, Some(column), Rule::Value, "a telephone number, as +1.7035555555", &number);
        }
        Some(Phone { number, ext })
    }

    /// An address, if there is one; where its version is not said, it shows.
    pub(super) fn address(&mut self, at: Record<'_>, column: Column, version: Column) -> Option<Address> {
        let told = self.typed(at, version, (Rule::Enumeration, "v4 or v6"), |value| match value {
            "v4" => Some(false),
            "v6" => Some(true),
            _ => None,
        });
        let v4 = |value: &str| value.parse::<Ipv4Addr>().ok().map(|address| Address::V4(address.octets()));
        let v6 = |value: &str| value.parse::<Ipv6Addr>().ok().map(|address| Address::V6(address.octets()));
        match told {
            Some(false) => self.typed(at, column, (Rule::Value, "an IPv4 address"), v4),
            Some(true) => self.typed(at, column, (Rule::Value, "an IPv6 address"), v6),
            None => self.typed(at, column, (Rule::Value, "an IP address"), |value| {
                Some(match value.parse::<IpAddr>().ok()? {
                    IpAddr::V4(address) => Address::V4(address.octets()),
                    IpAddr::V6(address) => Address::V6(address.octets()),
                })
            }),
        }
    }

    /// The sponsoring registrar: by its clID, or by its IANA id.
    pub(super) fn sponsor(&mut self, at: Record<'_>) -> String {
        if !at.has(CL_ID) && at.has(GURID) {
            return self.registrar_by_number(at).unwrap_or_else(|| {
                self.missing(at, GURID);
                String::new()
            });
        }
        self.needed_sized(at, CL_ID, 3, 16)
    }

    /// A registrar that is called by its IANA id; one that has not come is called by that.
    pub(super) fn registrar_by_number(&mut self, at: Record<'_>) -> Option<String> {
        let number = self.positive(at, GURID)?;
        Some(self.registrars.get(&number).cloned().unwrap_or_else(|| number.to_string()))
    }
}
