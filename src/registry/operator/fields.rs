//! Values that several of the operators' commands hold: amounts of money, classes, lines of text.

use std::ops::RangeInclusive;

use crate::model::extension::ExtensionName;
use crate::model::money::{Currency, Money};
use crate::model::operator::{ByName, Named, OperatorRefusal};
use crate::registry::operator::invalid;

/// What no amount exceeds, in a currency's smallest units: sums of millions of such lines still fit.
pub(super) const MOST: i64 = 1_000_000_000_000;
/// Characters of a line of text.
pub(super) const LINE_CHARACTERS: usize = 255;
/// Characters of the name of a class or list.
const WORD_CHARACTERS: usize = 32;

/// A currency by its code.
///
/// # Errors
/// ISO 4217 has none of that code.
pub(super) fn currency(code: &str) -> Result<Currency, OperatorRefusal> {
    Currency::parse(code).ok_or_else(|| invalid("currency", code, "a code of ISO 4217 in upper case, as USD"))
}

/// An amount in that range, in smallest units.
///
/// # Errors
/// No amount of that currency, or one beyond the range.
pub(super) fn amount(
    field: &'static str,
    text: &str,
    currency: Currency,
    range: RangeInclusive<i64>,
) -> Result<i64, OperatorRefusal> {
    let read = Money::parse(text, currency).map(|money| money.minor).filter(|minor| range.contains(minor));
    read.ok_or_else(|| {
        let [least, most] = [*range.start(), *range.end()].map(|minor| Money { minor, currency });
        let expected = match currency.exponent() {
            0 => format!("whole {currency} from {least} to {most}"),
            places => format!("an amount of {currency} with {places} decimal places at most, from {least} to {most}"),
        };
        invalid(field, text, expected)
    })
}

/// The class of premium names; empty: none.
///
/// # Errors
/// What no class can be called.
pub(super) fn class(name: &str) -> Result<String, OperatorRefusal> {
    if name == "standard" {
        // RFC 8748, section 3.7: that is what names without a class have.
        return Err(invalid("class", name, "another name; those without a class are of the class standard"));
    }
    if !name.is_empty() {
        word("class", name)?;
    }
    Ok(name.to_owned())
}

/// A name of 1 to 32 lower-case letters, digits and hyphens.
///
/// # Errors
/// Something else.
pub(super) fn word(field: &'static str, name: &str) -> Result<(), OperatorRefusal> {
    let good = name.bytes().all(|octet| matches!(octet, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    match good && (1..=WORD_CHARACTERS).contains(&name.len()) {
        true => Ok(()),
        false => Err(invalid(field, name, format!("1 to {WORD_CHARACTERS} lower-case letters, digits and hyphens"))),
    }
}

/// One line of text, or none when it is empty.
///
/// # Errors
/// More than one line, or a long one.
pub(super) fn line(field: &'static str, text: &str) -> Result<Option<String>, OperatorRefusal> {
    if text.chars().count() > LINE_CHARACTERS || text.chars().any(char::is_control) {
        return Err(invalid(field, text, format!("one line of {LINE_CHARACTERS} characters at most")));
    }
    Ok((!text.trim().is_empty()).then(|| text.trim().to_owned()))
}

/// The extensions that are off after these were switched.
///
/// # Errors
/// One is both switched off and on.
pub(super) fn switched(
    before: &[String],
    off: &[ByName<ExtensionName>],
    on: &[ByName<ExtensionName>],
) -> Result<Vec<String>, OperatorRefusal> {
    if let Some(both) = off.iter().find(|name| on.contains(name)) {
        return Err(invalid("extension_off", both.0.name(), "an extension that is not switched on at the same time"));
    }
    let is_off = |name: &&ExtensionName| {
        off.contains(&ByName(**name))
            || (before.iter().any(|before| before == name.name()) && !on.contains(&ByName(**name)))
    };
    Ok(ExtensionName::ALL.iter().filter(is_off).map(|name| name.name().to_owned()).collect())
}
