//! `<login>` and `<poll>` (RFC 5730, sections 2.9.1.1 and 2.9.2.3).

use std::borrow::Cow;

use crate::base::lexical::{WhiteSpace, is_any_uri, is_language, is_version};
use crate::epp::decode::Decoder;
use crate::epp::xml::fault::{Outcome, cut};
use crate::model::command::{Action, Login, Query, Transform};
use crate::model::refusal::{Element, Fault, Refusal};

const LOGIN: Element = Element::epp("login");
const CLID: Element = Element::epp("clID");
const PASSWORD: Element = Element::epp("pw");
const NEW_PASSWORD: Element = Element::epp("newPW");
const OPTIONS: Element = Element::epp("options");
const VERSION: Element = Element::epp("version");
const LANG: Element = Element::epp("lang");
const SERVICES: Element = Element::epp("svcs");
const OBJECT_URI: Element = Element::epp("objURI");
const SERVICE_EXTENSION: Element = Element::epp("svcExtension");
const EXTENSION_URI: Element = Element::epp("extURI");
const POLL: Element = Element::epp("poll");

impl<'a> Decoder<'a> {
    /// `epp:loginType`; its start tag was taken last.
    pub(super) fn login(&mut self) -> Outcome<Login<'a>> {
        self.cursor.no_attributes()?;
        self.cursor.required(CLID)?;
        let clid = self.token(CLID, 3, 16)?;
        self.cursor.required(PASSWORD)?;
        let password = self.token(PASSWORD, 6, 16)?;
        let new_password = match self.cursor.optional(NEW_PASSWORD)? {
            true => Some(self.token(NEW_PASSWORD, 6, 16)?),
            false => None,
        };
        self.cursor.required(OPTIONS)?;
        self.cursor.required(VERSION)?;
        let version = self.version()?;
        self.cursor.required(LANG)?;
        let lang = self.formed(LANG, "a language tag expected", is_language)?;
        self.cursor.end(OPTIONS)?;
        self.cursor.required(SERVICES)?;
        let objects = self.uris(OBJECT_URI)?;
        let mut extensions = Vec::new();
        if self.cursor.optional(SERVICE_EXTENSION)? {
            extensions = self.uris(EXTENSION_URI)?;
            self.cursor.end(SERVICE_EXTENSION)?;
        }
        self.cursor.end(SERVICES)?;
        self.cursor.end(LOGIN)?;
        Ok(Login { clid, password, new_password, version, lang, objects, extensions, security: None })
    }

    fn version(&mut self) -> Outcome<Cow<'a, str>> {
        let version = self.formed(VERSION, "a version number expected", is_version)?;
        if version != "1.0" {
            return Err(Box::new(Refusal::UnimplementedVersion(Fault::new(VERSION, cut(&version), "1.0 expected"))));
        }
        Ok(version)
    }

    /// One or more of `element`, each an `xs:anyURI`.
    fn uris(&mut self, element: Element) -> Outcome<Vec<Cow<'a, str>>> {
        self.cursor.required(element)?;
        let mut uris = vec![self.formed(element, "a URI expected", is_any_uri)?];
        while self.cursor.optional(element)? {
            uris.push(self.formed(element, "a URI expected", is_any_uri)?);
        }
        Ok(uris)
    }

    /// `epp:pollType`; its start tag was taken last.
    pub(super) fn poll(&mut self) -> Outcome<Action<'a>> {
        let [op, message] = self.cursor.attribute_values(["op", "msgID"])?;
        let message = message.map(|message| WhiteSpace::Collapse.apply(message));
        let is_ack = self.required_word(POLL, "op", op, |word| match word {
            "ack" => Some(true),
            "req" => Some(false),
            _ => None,
        })?;
        self.cursor.end_empty(POLL)?;
        // msgID beside op="req" is valid and means nothing.
        Ok(match is_ack {
            true => Action::from(Transform::PollAck { message: message.map(Cow::into_owned) }),
            false => Action::Query(Query::PollRequest),
        })
    }
}
