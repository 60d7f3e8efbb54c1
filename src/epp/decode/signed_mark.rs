//! `smd:signedMark` and `smd:encodedSignedMark` (RFC 7848, sections 2.3 and 2.4; schema in section 3.1), in commands and as
//! documents of their own.

use crate::base::lexical::{WhiteSpace, date_time};
use crate::base::timestamp::Timestamp;
use crate::epp::decode::Decoder;
use crate::epp::decode::mark::MARK;
use crate::epp::decode::signature::SIGNATURE;
use crate::epp::xml::fault::{Outcome, malformed, missing, syntax};
use crate::epp::xml::{Cursor, Tag, Values};
use crate::model::launch_command::{EncodedMark, GivenSignedMark};
use crate::model::mark::{Issuer, SignedMark};
use crate::model::refusal::{Element, Refusal};

pub(super) const SIGNED_MARK: Element = Element::signed_mark("signedMark");
pub(super) const ENCODED: Element = Element::signed_mark("encodedSignedMark");
const ID: Element = Element::signed_mark("id");
const ISSUER: Element = Element::signed_mark("issuerInfo");
const ORG: Element = Element::signed_mark("org");
const EMAIL: Element = Element::signed_mark("email");
const URL: Element = Element::signed_mark("url");
const VOICE: Element = Element::signed_mark("voice");
const NOT_BEFORE: Element = Element::signed_mark("notBefore");
const NOT_AFTER: Element = Element::signed_mark("notAfter");

/// What a document says whose root is `smd:signedMark`, if the schemas allow it. Whether it is true, is for
/// [`Trust::validate`](crate::tmch::trust::Trust::validate) to say.
///
/// # Errors
///
/// The first fault, with the codes of the table in [`super`].
pub fn document(xml: &[u8]) -> Result<SignedMark, Refusal> {
    let text = std::str::from_utf8(xml).map_err(|error| *syntax(error.valid_up_to(), "UTF-8", "other octets"))?;
    let read = || {
        let mut decoder = Decoder::new(Cursor::new(text)?);
        let root = decoder.cursor.root()?;
        if !root.is(SIGNED_MARK) {
            return Err(syntax(root.position, "signedMark:signedMark", root.name));
        }
        let mark = decoder.signed_mark_content()?;
        decoder.cursor.finish()?;
        Ok(mark)
    };
    read().map_err(|refusal: Box<Refusal>| *refusal)
}

impl<'a> Decoder<'a> {
    /// `smd:signedMark`, whose start tag was taken last: what it says, and its octets as a document of its own.
    pub(super) fn signed_mark(&mut self, tag: Tag<'a>) -> Outcome<GivenSignedMark> {
        self.cursor.begin_copy(tag);
        let mark = self.signed_mark_content()?;
        Ok(GivenSignedMark { document: self.cursor.copied(tag), mark })
    }

    /// `smd:signedMarkType`, whose start tag was taken last.
    fn signed_mark_content(&mut self) -> Outcome<SignedMark> {
        let [id] = self.cursor.attribute_values(["id"])?;
        if id.is_none() {
            return Err(missing(SIGNED_MARK, "attribute id is missing"));
        }
        self.unique_id(SIGNED_MARK, "id", id)?;
        self.cursor.required(ID)?;
        let id = self.mark_id(ID)?;
        let issuer_id = self.cursor.required_with(ISSUER, ["issuerID"])?;
        let issuer = self.issuer(issuer_id)?;
        let not_before = self.signed_moment(NOT_BEFORE)?;
        let not_after = self.signed_moment(NOT_AFTER)?;
        self.cursor.required(MARK)?;
        let mark = self.mark()?;
        let signature = self.cursor.required_with(SIGNATURE, ["Id"])?;
        self.signature(signature)?;
        self.cursor.end(SIGNED_MARK)?;
        Ok(SignedMark { id, issuer, not_before, not_after, mark })
    }

    /// `smd:issuerInfoType`, whose start tag was taken last.
    fn issuer(&mut self, [id]: Values<'a, 1>) -> Outcome<Issuer> {
        let Some(id) = id else { return Err(missing(ISSUER, "attribute issuerID is missing")) };
        let id = WhiteSpace::Collapse.apply(id).into_owned();
        let org = self.required_text(ORG)?;
        self.cursor.required(EMAIL)?;
        let email = self.token(EMAIL, 1, usize::MAX)?.into_owned();
        let url = self.optional_text(URL)?;
        let voice = match self.cursor.optional_with(VOICE, ["x"])? {
            Some(ext) => Some(self.mark_phone(VOICE, ext)?),
            None => None,
        };
        self.cursor.end(ISSUER)?;
        Ok(Issuer { id, org, email, url, voice })
    }

    /// The `xs:dateTime` in `element`, which must be next.
    fn signed_moment(&mut self, element: Element) -> Outcome<Option<Timestamp>> {
        self.cursor.required(element)?;
        let text = self.cursor.text(element, WhiteSpace::Collapse)?;
        date_time(&text).map_err(|_| malformed(element, &text, "a date with a time expected"))
    }

    /// `smd:encodedSignedMarkType`, whose start tag was taken last. The text is not decoded: the schema takes any.
    pub(super) fn encoded_signed_mark(&mut self, [encoding]: Values<'a, 1>) -> Outcome<EncodedMark> {
        let encoding = encoding.map(|encoding| WhiteSpace::Collapse.apply(encoding).into_owned());
        let text = self.token(ENCODED, 0, usize::MAX)?.into_owned();
        Ok(EncodedMark { encoding, text })
    }
}
