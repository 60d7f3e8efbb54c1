//! How a refusal is built while decoding: boxed, so that the good path moves one pointer, and with what was found cut short.

use std::borrow::Cow;

use crate::model::refusal::{Element, Fault, Refusal};

/// Most characters of a client's text that a refusal repeats.
const REPORTED_CHARACTERS: usize = 255;

/// What decoding steps return.
pub(crate) type Outcome<T> = Result<T, Box<Refusal>>;

/// 2001 at `position`.
#[cold]
pub(crate) fn syntax(position: usize, expected: impl Into<Cow<'static, str>>, found: &str) -> Box<Refusal> {
    Box::new(Refusal::Syntax { position, expected: expected.into(), found: cut(found) })
}

/// 2003: `element`, or something of it that `reason` names, is missing.
#[cold]
pub(crate) fn missing(element: Element, reason: impl Into<Cow<'static, str>>) -> Box<Refusal> {
    Box::new(Refusal::MissingParameter(Fault::new(element, "", reason)))
}

/// 2004: `value` is none of the numbers or words that `reason` names.
#[cold]
pub(crate) fn out_of_range(element: Element, value: &str, reason: impl Into<Cow<'static, str>>) -> Box<Refusal> {
    Box::new(Refusal::ValueRange(Fault::new(element, cut(value), reason)))
}

/// 2005: `value` has not the form that `reason` names.
#[cold]
pub(crate) fn malformed(element: Element, value: &str, reason: impl Into<Cow<'static, str>>) -> Box<Refusal> {
    Box::new(Refusal::ValueSyntax(Fault::new(element, cut(value), reason)))
}

/// The text, or as much of it as is reported.
pub(crate) fn cut(text: &str) -> String {
    text.chars().take(REPORTED_CHARACTERS).collect()
}
