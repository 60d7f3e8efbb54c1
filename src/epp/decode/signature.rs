//! `dsig:Signature` around a signed mark (XML Signature, RFC 3275, section 4): its form alone; [`crate::tmch`] judges what it
//! proves. Parts that no signature of a mark has are refused, see the exceptions in [`super`].

use std::borrow::Cow;

use crate::base::lexical::{WhiteSpace, base64_binary, is_any_uri, is_integer};
use crate::epp::decode::Decoder;
use crate::epp::xml::fault::{Outcome, malformed, missing, syntax};
use crate::epp::xml::{Tag, Values, is_ncname};
use crate::model::refusal::Element;

pub(super) const SIGNATURE: Element = Element::signature("Signature");
const SIGNED_INFO: Element = Element::signature("SignedInfo");
const CANONICALIZATION: Element = Element::signature("CanonicalizationMethod");
const METHOD: Element = Element::signature("SignatureMethod");
const REFERENCE: Element = Element::signature("Reference");
const TRANSFORMS: Element = Element::signature("Transforms");
const TRANSFORM: Element = Element::signature("Transform");
const DIGEST_METHOD: Element = Element::signature("DigestMethod");
const DIGEST: Element = Element::signature("DigestValue");
const VALUE: Element = Element::signature("SignatureValue");
const KEY_INFO: Element = Element::signature("KeyInfo");
const KEY_NAME: Element = Element::signature("KeyName");
const KEY_VALUE: Element = Element::signature("KeyValue");
const RSA_KEY: Element = Element::signature("RSAKeyValue");
const MODULUS: Element = Element::signature("Modulus");
const EXPONENT: Element = Element::signature("Exponent");
const X509: Element = Element::signature("X509Data");
const ISSUER_SERIAL: Element = Element::signature("X509IssuerSerial");
const ISSUER: Element = Element::signature("X509IssuerName");
const SERIAL: Element = Element::signature("X509SerialNumber");
const SUBJECT: Element = Element::signature("X509SubjectName");
const BINARIES: [Element; 3] =
    [Element::signature("X509SKI"), Element::signature("X509Certificate"), Element::signature("X509CRL")];

impl<'a> Decoder<'a> {
    /// `dsig:Signature`, whose start tag was taken last.
    pub(super) fn signature(&mut self, [id]: Values<'a, 1>) -> Outcome<()> {
        self.unique_id(SIGNATURE, "Id", id)?;
        let [id] = self.cursor.required_with(SIGNED_INFO, ["Id"])?;
        self.unique_id(SIGNED_INFO, "Id", id)?;
        self.signed_info()?;
        let [id] = self.cursor.required_with(VALUE, ["Id"])?;
        self.unique_id(VALUE, "Id", id)?;
        self.binary(VALUE)?;
        if let Some([id]) = self.cursor.optional_with(KEY_INFO, ["Id"])? {
            self.unique_id(KEY_INFO, "Id", id)?;
            self.key_info()?;
        }
        self.cursor.end(SIGNATURE)
    }

    /// The `xs:ID` in attribute `name`, if the attribute is there: no other of the document is the same.
    pub(super) fn unique_id(&mut self, element: Element, name: &'static str, id: Option<Cow<'a, str>>) -> Outcome<()> {
        let Some(id) = id.map(|id| WhiteSpace::Collapse.apply(id)) else { return Ok(()) };
        if !is_ncname(&id) {
            return Err(malformed(element, &id, format!("attribute {name}: a name expected")));
        }
        if self.ids.contains(&id) {
            return Err(malformed(element, &id, format!("attribute {name}: no identifier twice expected")));
        }
        self.ids.push(id);
        Ok(())
    }

    /// `dsig:SignedInfoType`, whose start tag was taken last.
    fn signed_info(&mut self) -> Outcome<()> {
        self.method(CANONICALIZATION)?;
        self.method(METHOD)?;
        let values = self.cursor.required_with(REFERENCE, ["Id", "URI", "Type"])?;
        self.reference(values)?;
        while let Some(values) = self.cursor.optional_with(REFERENCE, ["Id", "URI", "Type"])? {
            self.reference(values)?;
        }
        self.cursor.end(SIGNED_INFO)
    }

    /// `dsig:ReferenceType`, whose start tag was taken last.
    fn reference(&mut self, [id, uri, kind]: Values<'a, 3>) -> Outcome<()> {
        self.unique_id(REFERENCE, "Id", id)?;
        self.optional_uri(REFERENCE, "URI", uri)?;
        self.optional_uri(REFERENCE, "Type", kind)?;
        if self.cursor.optional(TRANSFORMS)? {
            self.method(TRANSFORM)?;
            while let Some(algorithm) = self.cursor.optional_with(TRANSFORM, ["Algorithm"])? {
                self.algorithm(TRANSFORM, algorithm)?;
            }
            self.cursor.end(TRANSFORMS)?;
        }
        self.method(DIGEST_METHOD)?;
        self.cursor.required(DIGEST)?;
        self.binary(DIGEST)?;
        self.cursor.end(REFERENCE)
    }

    /// An element that names an algorithm, and must be next.
    fn method(&mut self, element: Element) -> Outcome<()> {
        let algorithm = self.cursor.required_with(element, ["Algorithm"])?;
        self.algorithm(element, algorithm)
    }

    /// An element that names an algorithm, whose start tag was taken last. Its content is mixed: text means nothing.
    fn algorithm(&mut self, element: Element, [algorithm]: Values<'a, 1>) -> Outcome<()> {
        if algorithm.is_none() {
            return Err(missing(element, "attribute Algorithm is missing"));
        }
        self.optional_uri(element, "Algorithm", algorithm)?;
        match self.cursor.mixed_child()? {
            None => Ok(()),
            Some(tag) => Err(syntax(tag.position, format!("</dsig:{}>", element.name), tag.name)),
        }
    }

    fn optional_uri(&self, element: Element, name: &'static str, uri: Option<Cow<'a, str>>) -> Outcome<()> {
        match uri.map(|uri| WhiteSpace::Collapse.apply(uri)) {
            Some(uri) if !is_any_uri(&uri) => {
                Err(malformed(element, &uri, format!("attribute {name}: a URI expected")))
            }
            _ => Ok(()),
        }
    }

    /// `dsig:KeyInfoType`, whose start tag was taken last. Its content is mixed.
    fn key_info(&mut self) -> Outcome<()> {
        let mut count = 0_usize;
        while let Some(tag) = self.cursor.mixed_child()? {
            count += 1;
            if !(tag.is(KEY_NAME) || tag.is(KEY_VALUE) || tag.is(X509)) {
                return Err(syntax(tag.position, "dsig:KeyName or dsig:KeyValue or dsig:X509Data", tag.name));
            }
            self.cursor.no_attributes()?;
            match tag.local {
                "KeyName" => drop(self.cursor.text(KEY_NAME, WhiteSpace::Replace)?),
                "KeyValue" => self.key_value()?,
                _ => self.x509_data()?,
            }
        }
        if count == 0 { Err(missing(KEY_INFO, "an element that tells of the key is missing")) } else { Ok(()) }
    }

    /// `dsig:KeyValueType`, whose start tag was taken last. Its content is mixed.
    fn key_value(&mut self) -> Outcome<()> {
        match self.cursor.mixed_child()? {
            Some(tag) if tag.is(RSA_KEY) => self.cursor.no_attributes()?,
            Some(tag) => return Err(syntax(tag.position, "dsig:RSAKeyValue", tag.name)),
            None => return Err(missing(RSA_KEY, "required by the schema")),
        }
        for element in [MODULUS, EXPONENT] {
            self.cursor.required(element)?;
            self.binary(element)?;
        }
        self.cursor.end(RSA_KEY)?;
        match self.cursor.mixed_child()? {
            Some(tag) => Err(syntax(tag.position, "</dsig:KeyValue>", tag.name)),
            None => Ok(()),
        }
    }

    /// `dsig:X509DataType`, whose start tag was taken last.
    fn x509_data(&mut self) -> Outcome<()> {
        let mut count = 0_usize;
        while let Some(tag) = self.cursor.child()? {
            count += 1;
            self.cursor.no_attributes()?;
            self.x509_part(tag)?;
        }
        if count == 0 { Err(missing(X509, "an element that tells of the certificate is missing")) } else { Ok(()) }
    }

    fn x509_part(&mut self, tag: Tag<'a>) -> Outcome<()> {
        if let Some(element) = BINARIES.into_iter().find(|element| tag.is(*element)) {
            return self.binary(element);
        }
        if tag.is(SUBJECT) {
            return self.cursor.text(SUBJECT, WhiteSpace::Replace).map(drop);
        }
        if !tag.is(ISSUER_SERIAL) {
            return Err(syntax(tag.position, "a part of dsig:X509Data", tag.name));
        }
        self.cursor.required(ISSUER)?;
        self.cursor.text(ISSUER, WhiteSpace::Replace)?;
        self.cursor.required(SERIAL)?;
        self.formed(SERIAL, "a whole number expected", is_integer)?;
        self.cursor.end(ISSUER_SERIAL)
    }

    /// The `xs:base64Binary` in `element`, whose start tag was taken last.
    fn binary(&mut self, element: Element) -> Outcome<()> {
        let text = self.cursor.text(element, WhiteSpace::Collapse)?;
        match base64_binary(&text) {
            Some(_) => Ok(()),
            None => Err(malformed(element, &text, "base64 expected")),
        }
    }
}
