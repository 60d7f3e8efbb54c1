//! What the allocation token extension adds to commands (RFC 8495, section 3; schema in section 4.1).

use std::borrow::Cow;

use crate::epp::decode::Decoder;
use crate::epp::xml::fault::Outcome;
use crate::model::refusal::Element;

const INFO: Element = Element::token("info");
const TOKEN: Element = Element::token("allocationToken");

impl<'a> Decoder<'a> {
    /// `allocationToken:info`, whose start tag was taken last: an element without anything.
    pub(super) fn token_info(&mut self) -> Outcome<()> {
        self.cursor.no_attributes()?;
        self.cursor.end_empty(INFO)
    }

    /// `allocationToken:allocationToken`, whose start tag was taken last: a token of one character at least.
    pub(super) fn allocation_token(&mut self) -> Outcome<Cow<'a, str>> {
        self.cursor.no_attributes()?;
        self.token(TOKEN, 1, usize::MAX)
    }
}
