//! Where the schemas let elements of other schemas in: extensions, authInfo `<ext>`, and the content of `xs:anyType`.

use std::borrow::Cow;

use crate::epp::decode::Decoder;
use crate::epp::decode::command::{EPP, Operation};
use crate::epp::decode::mark::MARK;
use crate::epp::decode::signature::SIGNATURE;
use crate::epp::decode::signed_mark::{ENCODED, SIGNED_MARK};
use crate::epp::extensions::Extension;
use crate::epp::xml::fault::{Outcome, missing, syntax};
use crate::epp::xml::{Namespace, Tag};
use crate::model::extension::{Extensions, FeeElement, SecDnsElement};
use crate::model::launch_command::LaunchElement;
use crate::model::refusal::Element;
use crate::model::token::TokenElement;
use crate::model::ttl::TtlElement;

/// The target namespace of the schema that a `##other` wildcard stands in; its own elements are not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Excluded {
    /// `epp-1.0`.
    Epp,
    /// `eppcom-1.0`.
    EppCom,
}

impl Excluded {
    const fn schema(self) -> &'static str {
        match self {
            Self::Epp => "epp",
            Self::EppCom => "eppcom",
        }
    }
}

impl<'a> Decoder<'a> {
    /// The content of `<extension>` (`epp:extAnyType`).
    pub(super) fn extensions(&mut self) -> Outcome<Box<Extensions<'a>>> {
        const EXTENSION: Element = Element::epp("extension");
        let mut found = Box::<Extensions<'a>>::default();
        let mut is_empty = true;
        while let Some(tag) = self.cursor.child()? {
            is_empty = false;
            let Some(extension) = Extension::of_schema(tag.schema) else {
                found.unknown.push(self.strict_element(tag, Excluded::Epp)?);
                continue;
            };
            if extension.is_in(&found) {
                // The schema lets any number in, but which of two requests would count? (No extension's RFC has an answer.)
                self.misplaced.get_or_insert_with(|| syntax(tag.position, "each extension once", tag.name));
            }
            if !self.extension(extension, tag, &mut found)? {
                self.strict_element(tag, Excluded::Epp)?;
            }
        }
        if is_empty {
            return Err(missing(EXTENSION, "the element of an extension is missing"));
        }
        Ok(found)
    }

    /// Decodes to its end an element that the schema of an extension declares for commands, into its place in `found`.
    /// False, and nothing read, for any other.
    fn extension(&mut self, extension: Extension, tag: Tag<'a>, found: &mut Extensions<'a>) -> Outcome<bool> {
        match (extension, tag.local) {
            (Extension::Rgp, "update") => found.rgp = Some(self.rgp_update()?),
            (Extension::Fee, "check") => found.fee = Some(FeeElement::Check(Box::new(self.fee_check()?))),
            (Extension::Fee, "create") => found.fee = Some(FeeElement::Create(self.fee_offer(Element::fee("create"))?)),
            (Extension::Fee, "renew") => found.fee = Some(FeeElement::Renew(self.fee_offer(Element::fee("renew"))?)),
            (Extension::Fee, "transfer") => {
                found.fee = Some(FeeElement::Transfer(self.fee_offer(Element::fee("transfer"))?));
            }
            (Extension::Fee, "update") => found.fee = Some(FeeElement::Update(self.fee_offer(Element::fee("update"))?)),
            (Extension::Idn, "data") => found.idn = Some(self.idn_data()?),
            (Extension::LoginSec, "loginSec") => found.login_sec = Some(self.login_security()?),
            (Extension::SecDns, "create") => found.sec_dns = Some(SecDnsElement::Create(self.sec_dns_create()?)),
            (Extension::SecDns, "update") => found.sec_dns = Some(SecDnsElement::Update(self.sec_dns_update()?)),
            (Extension::Launch, name) => return self.launch_element(name, found),
            (Extension::AllocationToken, "info") => {
                self.token_info()?;
                found.token = Some(TokenElement::Info);
            }
            (Extension::AllocationToken, "allocationToken") => {
                found.token = Some(TokenElement::Token(self.allocation_token()?));
            }
            (Extension::Ttl, "info") => found.ttl = Some(TtlElement::Info(self.ttl_info()?)),
            (Extension::Ttl, "create") => {
                found.ttl = Some(TtlElement::Create(self.ttl_container(Element::ttl("create"))?));
            }
            (Extension::Ttl, "update") => {
                found.ttl = Some(TtlElement::Update(self.ttl_container(Element::ttl("update"))?));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// As [`Self::extension`], for the launch phase mapping.
    fn launch_element(&mut self, name: &str, found: &mut Extensions<'a>) -> Outcome<bool> {
        found.launch = Some(match name {
            "check" => LaunchElement::Check(self.launch_check()?),
            "info" => LaunchElement::Info(self.launch_info()?),
            "create" => LaunchElement::Create(Box::new(self.launch_create()?)),
            "update" => LaunchElement::Update(self.launch_id(Element::launch("update"))?),
            "delete" => LaunchElement::Delete(self.launch_id(Element::launch("delete"))?),
            _ => return Ok(false),
        });
        Ok(true)
    }

    /// The content of authInfo `<ext>` (`eppcom:extAuthInfoType`): the namespace URI of its one element.
    pub(super) fn auth_extension(&mut self, element: Element) -> Outcome<String> {
        let Some(tag) = self.cursor.child()? else {
            return Err(missing(element, "the element of an extension is missing"));
        };
        let uri = self.strict_element(tag, Excluded::EppCom)?;
        self.cursor.end(element)?;
        Ok(uri.into_owned())
    }

    /// One element at a strict `##other` wildcard, to its end: an element of our schemas must be declared there and
    /// valid; one of another namespace is passed over. Its namespace URI.
    pub(super) fn strict_element(&mut self, tag: Tag<'a>, excluded: Excluded) -> Outcome<Cow<'a, str>> {
        if tag.namespace == Namespace::ABSENT || tag.schema == excluded.schema() {
            return Err(syntax(tag.position, "an element of another namespace", tag.name));
        }
        let uri = self.cursor.uri(tag.namespace);
        if self.global(tag)? {
            return Ok(uri);
        }
        let is_extension = Extension::of_schema(tag.schema).is_some();
        let is_mapping = matches!(tag.schema, "epp" | "domain" | "host" | "contact" | "balance" | "maint");
        let is_mapping = is_mapping || matches!(tag.schema, "mark" | "signedMark" | "dsig");
        if is_extension || is_mapping {
            return Err(syntax(tag.position, "an element that its schema declares", tag.name));
        }
        if self.undeclared.is_none() {
            self.undeclared = Some(uri.to_string());
        }
        self.cursor.check_name(tag)?;
        self.cursor.any_attributes(false)?;
        self.any_content()?;
        Ok(uri)
    }

    /// The content of an `xs:anyType` element, to its end: anything well-formed, but elements that our schemas declare
    /// must be valid (lax processing: XML Schema, part 1, section 3.10.4).
    pub(super) fn any_content(&mut self) -> Outcome<()> {
        while let Some(tag) = self.cursor.mixed_child()? {
            self.cursor.check_name(tag)?;
            if !self.global(tag)? {
                self.cursor.any_attributes(false)?;
                self.any_content()?;
            }
        }
        Ok(())
    }

    /// Decodes to its end, and drops, an element that our schemas declare as global. False, and nothing read, for
    /// any other.
    fn global(&mut self, tag: Tag<'a>) -> Outcome<bool> {
        if tag.is(EPP) {
            self.epp()?;
            return Ok(true);
        }
        if is_response_data(tag) {
            return Err(syntax(tag.position, "no response data in a command", tag.name));
        }
        if matches!(tag.schema, "mark" | "signedMark" | "dsig") {
            return self.mark_global(tag);
        }
        match Extension::of_schema(tag.schema) {
            Some(extension) => self.extension(extension, tag, &mut Extensions::default()),
            None => Ok(self.object(tag, Operation::Query)?.is_some()),
        }
    }

    /// As [`Self::global`], of the schemas of marks, signed marks and signatures.
    fn mark_global(&mut self, tag: Tag<'a>) -> Outcome<bool> {
        if tag.is(MARK) {
            self.mark()?;
        } else if tag.is(SIGNED_MARK) {
            self.signed_mark(tag)?;
        } else if tag.is(ENCODED) {
            let encoding = self.cursor.attribute_values(["encoding"])?;
            self.encoded_signed_mark(encoding)?;
        } else if tag.is(SIGNATURE) {
            let id = self.cursor.attribute_values(["Id"])?;
            self.signature(id)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// The character data of `xs:any` content with lax processing, to its end: as [`Self::any_content`], but response
    /// data is passed over instead of refused.
    pub(super) fn any_text(&mut self) -> Outcome<String> {
        let mut text = String::new();
        self.append_any_text(&mut text)?;
        Ok(text.trim_matches([' ', '\t', '\n', '\r']).to_owned())
    }

    fn append_any_text(&mut self, text: &mut String) -> Outcome<()> {
        while let Some(tag) = self.cursor.mixed_child_and(text)? {
            self.cursor.check_name(tag)?;
            text.push(' ');
            if is_response_data(tag) || !self.global(tag)? {
                self.cursor.any_attributes(false)?;
                self.append_any_text(text)?;
                text.push(' ');
            }
        }
        Ok(())
    }
}

/// Whether a schema declares the element for responses.
fn is_response_data(tag: Tag<'_>) -> bool {
    match tag.schema {
        "domain" => matches!(tag.local, "chkData" | "creData" | "infData" | "panData" | "renData" | "trnData"),
        "host" => matches!(tag.local, "chkData" | "creData" | "infData" | "panData"),
        "contact" => matches!(tag.local, "chkData" | "creData" | "infData" | "panData" | "trnData"),
        "balance" | "maint" => tag.local == "infData",
        "rgp" => matches!(tag.local, "infData" | "upData"),
        "fee" => matches!(tag.local, "chkData" | "creData" | "renData" | "trnData" | "updData" | "delData"),
        "secDNS" => tag.local == "infData",
        "ttl" => tag.local == "infData",
        "lowbalance-poll" => tag.local == "pollData",
        "changePoll" => tag.local == "changeData",
        "loginSec" => tag.local == "loginSecData",
        "launch" => matches!(tag.local, "chkData" | "creData" | "infData"),
        _ => false,
    }
}
