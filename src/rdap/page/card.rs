//! Reads a jCard (RFC 7095) of an answer, as far as the page shows it.

use simd_json::OwnedValue;
use simd_json::prelude::*;

/// The properties of an entity's `vcardArray`.
pub(super) struct Card<'a>(&'a [OwnedValue]);

/// The places of an address's components that the page shows (RFC 6350, section 6.3.1).
pub(super) const STREET: usize = 2;
pub(super) const CITY: usize = 3;
pub(super) const REGION: usize = 4;
pub(super) const POSTAL_CODE: usize = 5;
const COUNTRY: usize = 6;

impl<'a> Card<'a> {
    pub(super) fn of(entity: &'a OwnedValue) -> Self {
        let properties = entity.get_array("vcardArray").and_then(|card| card.get(1)).and_then(|list| list.as_array());
        Self(properties.map_or(&[], Vec::as_slice))
    }

    /// The first value of a property that is a text, and not empty.
    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        self.named(name).find_map(|(_, value)| value.as_str()).filter(|text| !text.is_empty())
    }

    /// The URIs of telephones that are `voice`, or that are `fax`.
    pub(super) fn phones(&self, kind: &'static str) -> impl Iterator<Item = &'a str> {
        let of_kind = move |parameters: &OwnedValue| match parameters.get("type") {
            Some(OwnedValue::Array(all)) => all.iter().any(|one| one.as_str() == Some(kind)),
            Some(one) => one.as_str() == Some(kind),
            None => kind == "voice",
        };
        self.named("tel").filter(move |(parameters, _)| of_kind(parameters)).filter_map(|(_, value)| value.as_str())
    }

    /// The texts of one component of the address, a street may have several.
    pub(super) fn address(&self, place: usize) -> Vec<&'a str> {
        let part = self.named("adr").next().and_then(|(_, value)| value.as_array()).and_then(|parts| parts.get(place));
        let texts = match part {
            Some(OwnedValue::Array(texts)) => texts.iter().filter_map(|text| text.as_str()).collect(),
            Some(text) => text.as_str().into_iter().collect(),
            None => Vec::new(),
        };
        texts.into_iter().filter(|text| !text.is_empty()).collect()
    }

    /// The name of the country, or else its code (RFC 8605, section 3.1).
    pub(super) fn country(&self) -> Option<&'a str> {
        let code = || self.named("adr").find_map(|(parameters, _)| parameters.get_str("cc"));
        self.address(COUNTRY).first().copied().or_else(code).filter(|text| !text.is_empty())
    }

    /// Parameters and value of each property of that name.
    fn named(&self, name: &str) -> impl Iterator<Item = (&'a OwnedValue, &'a OwnedValue)> {
        self.0.iter().filter_map(|property| property.as_array()).filter_map(move |property| {
            let [found, parameters, _, value, ..] = property.as_slice() else { return None };
            (found.as_str() == Some(name)).then_some((parameters, value))
        })
    }
}
