//! Strict decoding of what clients send: a frame is accepted if and only if it is well-formed XML 1.0 with namespaces
//! and valid against the schemas of RFC 5730, 5731, 5732, 5733, 9167, the balance mapping and those of the extensions in
//! [`crate::epp::extensions`].
//!
//! # Result codes
//!
//! The first fault in document order decides, except that nothing is reported before the whole document is known to be
//! UTF-8 and free of characters that XML has no place for.
//!
//! | fault | code |
//! | --- | --- |
//! | not well-formed, not UTF-8, a limit of nesting, attributes or namespaces exceeded | 2001 |
//! | an element, an attribute or text where the schema has no place for it, or too often, or out of order | 2001 |
//! | the child of `<command>` is no EPP command | 2000 |
//! | a mandatory element that no later sibling is, or a mandatory attribute, is missing | 2003 |
//! | a number or a word outside of the range or the enumeration | 2004 |
//! | a length, a pattern or a lexical form is wrong | 2005 |
//! | a version of the right form that is not 1.0 | 2100 |
//! | `<renew>` or `<transfer>` on an object that has none (RFC 5732, sections 3.2.3 and 3.2.4; RFC 5733, section 3.2.3) | 2101 |
//!
//! # Exceptions
//!
//! Where this decoder and a schema validator differ, and why. Refused although valid:
//! - any `<!DOCTYPE>`, and any encoding but UTF-8 and US-ASCII: one attack surface less (UTF-16 is optional by RFC 5730, section 5);
//! - `xsi:type`, even when it names the declared type: no EPP client needs it;
//! - `<greeting>`, `<response>` and `<extension>` as child of `<epp>`, and response data (`domain:chkData` and the like)
//!   wherever the schema lets any global element stand, but for a restore report: no client says these;
//! - an object command below another command (`<check><domain:info>`): RFC 5731 to 5733 pair them, the schema cannot.
//!   [`frame_is_valid`] counts these as valid;
//! - the elements of one extension twice in `<extension>`: which would count? [`frame_is_valid`] counts these as valid;
//! - in the signature of a signed mark: `dsig:Object`, parameters of algorithms, and keys but for names, RSA and X.509: no
//!   validator of marks writes them, and less is understood wrongly;
//! - more nesting, attributes or namespaces than [`crate::base::limits`] allows.
//!
//! Accepted although the schemas alone would not do so:
//! - elements of other namespaces where EPP has its extension points. They are passed over and named
//!   ([`Action::UnknownObject`], [`Extensions::unknown`], [`AuthInfo::Extension`]) so that the session can answer 2307,
//!   2103 or 2102. [`frame_is_valid`] counts them as not valid, since no schema declares them;
//! - response data in a restore report, right or wrong: "a copy of the registration data" (RFC 3915, section 4.2.5) is
//!   likely to be `domain:infData`, is for people to read, and is no reason to lose a domain.
//!
//! libxml2 2.9 differs from the recommendations in these places, and we follow the recommendations: it does not
//! collapse white space around numbers and dates (`<period> 1 </period>` is valid); it takes unassigned code points for
//! word characters; it takes a sign between spaces for a decimal, and in version 2.14 `+1` and `-0` for unsigned numbers, which
//! are digits alone (XML Schema 1.0, part 2, sections 3.3.23 and 3.3.24); it takes `PT1.S` and `PT.5S` for durations, and no decimal of more than 24 digits; it takes `version="1."` and no space before `standalone`; it ends a document at a NUL; it refuses an empty
//! or very large port in an `anyURI`, and years of more than 18 digits.
//!
//! [`Action::UnknownObject`]: crate::model::command::Action::UnknownObject
//! [`Extensions::unknown`]: crate::model::extension::Extensions::unknown
//! [`AuthInfo::Extension`]: crate::model::command::AuthInfo::Extension

mod balance;
mod cl_trid;
mod command;
mod contact;
mod domain;
mod fee;
mod host;
mod idn;
mod launch;
mod login_sec;
mod maintenance;
mod mark;
mod memo;
mod rgp;
mod sec_dns;
mod session;
mod shared;
mod signature;
pub mod signed_mark;
mod token;
mod ttl;
mod value;
mod wildcard;

use std::borrow::Cow;
use std::fmt;

use crate::epp::xml::fault::{Outcome, syntax};
use crate::epp::xml::{Cursor, Shape};
use crate::model::command::Frame;
use crate::model::refusal::Refusal;

pub use memo::{Known, Memo};

/// A frame that is no command of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeFailure {
    /// Why.
    pub refusal: Refusal,
    /// The client's transaction identifier, for the response to echo, where one could be made out.
    pub cl_trid: Option<String>,
    /// Whether the schemas allow the frame all the same.
    is_valid: bool,
}

impl fmt::Display for DecodeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal.fmt(f)
    }
}

impl std::error::Error for DecodeFailure {}

/// Decodes one EPP data unit. What can be borrowed from `xml` is.
///
/// # Errors
///
/// The first fault, as the table above gives it a code, with the clTRID if the frame holds a valid one.
pub fn decode(xml: &[u8]) -> Result<Frame<'_>, DecodeFailure> {
    run(xml, false).map(|decoded| decoded.frame).map_err(|failure| *failure)
}

/// Whether the schemas (epp, eppcom, domain, host, contact, balance and the extensions') allow the frame, up to the exceptions
/// above. For comparison with a schema validator.
///
/// # Errors
///
/// Why not.
pub fn frame_is_valid(xml: &[u8]) -> Result<(), String> {
    match run(xml, false).map(|decoded| decoded.undeclared) {
        Ok(None) => Ok(()),
        Ok(Some(uri)) => Err(format!("no schema declares the element of {uri}")),
        Err(failure) if failure.is_valid => Ok(()),
        Err(failure) => Err(failure.to_string()),
    }
}

struct Decoded<'a> {
    frame: Frame<'a>,
    /// The first namespace that no schema is known for where one is demanded.
    undeclared: Option<String>,
    shape: Option<Shape>,
}

/// Decodes; `remembers`: with the frame's shape.
fn run(xml: &[u8], remembers: bool) -> Result<Decoded<'_>, Box<DecodeFailure>> {
    let text = match std::str::from_utf8(xml) {
        Ok(text) => text,
        Err(error) => {
            let refusal = *syntax(error.valid_up_to(), "UTF-8", "other octets");
            let cl_trid = cl_trid::find(&String::from_utf8_lossy(xml));
            return Err(Box::new(DecodeFailure { refusal, cl_trid, is_valid: false }));
        }
    };
    let fail = |refusal: Box<Refusal>, is_valid: bool| {
        Box::new(DecodeFailure { refusal: *refusal, cl_trid: cl_trid::find(text), is_valid })
    };
    let mut cursor = Cursor::new(text).map_err(|refusal| fail(refusal, false))?;
    if remembers {
        cursor.record();
    }
    let mut decoder = Decoder::new(cursor);
    let frame = decoder.frame().map_err(|refusal| fail(refusal, false))?;
    match decoder.misplaced {
        Some(refusal) => Err(fail(refusal, decoder.undeclared.is_none())),
        None => Ok(Decoded { frame, shape: decoder.cursor.shape(), undeclared: decoder.undeclared }),
    }
}

/// One frame being decoded.
struct Decoder<'a> {
    cursor: Cursor<'a>,
    /// URI of the first element that a strict wildcard met and no schema declares.
    undeclared: Option<String>,
    /// A fault against the RFCs' text that the schemas do not see.
    misplaced: Option<Box<Refusal>>,
    /// Values of type `xs:ID` so far.
    ids: Vec<Cow<'a, str>>,
}

impl<'a> Decoder<'a> {
    fn new(cursor: Cursor<'a>) -> Self {
        Self { cursor, undeclared: None, misplaced: None, ids: Vec::new() }
    }

    fn frame(&mut self) -> Outcome<Frame<'a>> {
        let root = self.cursor.root()?;
        if !root.is(command::EPP) {
            return Err(syntax(root.position, "epp:epp", root.name));
        }
        let frame = self.epp()?;
        self.cursor.finish()?;
        Ok(frame)
    }
}

#[cfg(test)]
mod tests;
