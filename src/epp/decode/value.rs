//! Typed values of elements and attributes, with the fault each gives when it is wrong.

use std::borrow::Cow;

use crate::base::lexical::{WhiteSpace, boolean, has_length, is_language};
use crate::epp::decode::Decoder;
use crate::epp::xml::fault::{Outcome, malformed, missing, out_of_range};
use crate::model::refusal::Element;

impl<'a> Decoder<'a> {
    /// The text of `element`, whose start tag was taken last, if it has `min..=max` characters.
    pub(super) fn sized(
        &mut self,
        element: Element,
        space: WhiteSpace,
        min: usize,
        max: usize,
    ) -> Outcome<Cow<'a, str>> {
        let value = self.cursor.text(element, space)?;
        if has_length(&value, min, max) {
            return Ok(value);
        }
        let reason = match (min, max) {
            (min, usize::MAX) => format!("at least {min} characters expected"),
            (min, max) if min == max => format!("{min} characters expected"),
            (min, max) => format!("{min} to {max} characters expected"),
        };
        Err(malformed(element, &value, reason))
    }

    /// The token in `element`, whose start tag was taken last, if `is_good`.
    pub(super) fn formed(
        &mut self,
        element: Element,
        form: &'static str,
        is_good: fn(&str) -> bool,
    ) -> Outcome<Cow<'a, str>> {
        let value = self.cursor.text(element, WhiteSpace::Collapse)?;
        if is_good(&value) { Ok(value) } else { Err(malformed(element, &value, form)) }
    }

    /// `eppcom:labelType`, owned.
    pub(super) fn label(&mut self, element: Element) -> Outcome<String> {
        self.token(element, 1, 255).map(Cow::into_owned)
    }

    /// `eppcom:clIDType`, owned.
    pub(super) fn client_id(&mut self, element: Element) -> Outcome<String> {
        self.token(element, 3, 16).map(Cow::into_owned)
    }

    /// One or more of `element` to the end of `parent`, each a token of `min..=max` characters.
    pub(super) fn list(
        &mut self,
        parent: Element,
        element: Element,
        min: usize,
        max: usize,
    ) -> Outcome<Vec<Cow<'a, str>>> {
        self.cursor.required(element)?;
        let mut values = vec![self.token(element, min, max)?];
        while self.cursor.optional(element)? {
            values.push(self.token(element, min, max)?);
        }
        self.cursor.end(parent)?;
        Ok(values)
    }

    /// The word of an enumeration in attribute `name`, if the attribute is there.
    pub(super) fn word<T>(
        &self,
        element: Element,
        name: &'static str,
        value: Option<Cow<'a, str>>,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Outcome<Option<T>> {
        let Some(value) = value else { return Ok(None) };
        let value = WhiteSpace::Collapse.apply(value);
        match parse(&value) {
            Some(parsed) => Ok(Some(parsed)),
            None => Err(out_of_range(element, &value, format!("attribute {name}: none of the words the schema lists"))),
        }
    }

    /// The word of an enumeration in attribute `name`, which must be there.
    pub(super) fn required_word<T>(
        &self,
        element: Element,
        name: &'static str,
        value: Option<Cow<'a, str>>,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Outcome<T> {
        self.word(element, name, value, parse)?.ok_or_else(|| missing(element, format!("attribute {name} is missing")))
    }

    /// The `xs:boolean` in attribute `name`, which must be there.
    pub(super) fn required_flag(
        &self,
        element: Element,
        name: &'static str,
        value: Option<Cow<'a, str>>,
    ) -> Outcome<bool> {
        self.flag(element, name, value)?.ok_or_else(|| missing(element, format!("attribute {name} is missing")))
    }

    /// The `xs:boolean` in attribute `name`, if the attribute is there.
    pub(super) fn flag(
        &self,
        element: Element,
        name: &'static str,
        value: Option<Cow<'a, str>>,
    ) -> Outcome<Option<bool>> {
        let Some(value) = value else { return Ok(None) };
        let value = WhiteSpace::Collapse.apply(value);
        match boolean(&value) {
            Some(flag) => Ok(Some(flag)),
            None => Err(malformed(element, &value, format!("attribute {name}: 0, 1, false or true expected"))),
        }
    }

    /// The `xs:language` in attribute `lang`, checked.
    pub(super) fn language(&self, element: Element, value: Option<Cow<'a, str>>) -> Outcome<Option<Cow<'a, str>>> {
        match value.map(|value| WhiteSpace::Collapse.apply(value)) {
            Some(value) if !is_language(&value) => {
                Err(malformed(element, &value, "attribute lang: a language tag expected"))
            }
            value => Ok(value),
        }
    }
}
