//! `<epp>`, `<command>` and the commands on objects (RFC 5730, sections 2.5 and 2.9).

use crate::base::lexical::WhiteSpace;
use crate::epp::decode::Decoder;
use crate::epp::decode::wildcard::Excluded;
use crate::epp::xml::Tag;
use crate::epp::xml::fault::{Outcome, cut, missing, syntax};
use crate::model::command::{Action, Envelope, Frame, TransferOp};
use crate::model::refusal::{Element, Refusal};

/// The root element.
pub(super) const EPP: Element = Element::epp("epp");
const COMMAND: Element = Element::epp("command");
const EXTENSION: Element = Element::epp("extension");
const CL_TRID: Element = Element::epp("clTRID");

/// op of `<transfer>` (`epp:transferOpType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// `query`.
    Query,
    /// The others.
    Change(TransferOp),
}

impl<'a> Decoder<'a> {
    /// The rest of `<epp>`, whose start tag was taken last.
    pub(super) fn epp(&mut self) -> Outcome<Frame<'a>> {
        self.cursor.no_attributes()?;
        let frame = if self.cursor.optional_any(Element::epp("hello"))? {
            self.any_content()?;
            Frame::Hello
        } else if self.cursor.optional(COMMAND)? {
            Frame::Command(self.command()?)
        } else {
            let here = self.cursor.position();
            return Err(match self.cursor.child()? {
                Some(tag) => syntax(tag.position, "epp:hello or epp:command", tag.name),
                None => syntax(here, "epp:hello or epp:command", "</epp>"),
            });
        };
        self.cursor.end(EPP)?;
        Ok(frame)
    }

    fn command(&mut self) -> Outcome<Envelope<'a>> {
        let here = self.cursor.position();
        let Some(tag) = self.cursor.child()? else {
            return Err(syntax(here, "an EPP command", "</command>"));
        };
        let action = self.action(tag)?;
        let extensions = if self.cursor.optional(EXTENSION)? { Some(self.extensions()?) } else { None };
        let cl_trid = match self.cursor.optional(CL_TRID)? {
            true => Some(self.token(CL_TRID, 3, 64)?),
            false => None,
        };
        self.cursor.end(COMMAND)?;
        Ok(Envelope { action, extensions, cl_trid })
    }

    fn action(&mut self, tag: Tag<'a>) -> Outcome<Action<'a>> {
        let name = if tag.schema == "epp" { tag.local } else { "" };
        let verb = match name {
            "check" => Element::epp("check"),
            "create" => Element::epp("create"),
            "delete" => Element::epp("delete"),
            "info" => Element::epp("info"),
            "renew" => Element::epp("renew"),
            "update" => Element::epp("update"),
            "transfer" => return self.transfer(),
            "login" => return self.login().map(|login| Action::Login(Box::new(login))),
            "poll" => return self.poll(),
            "logout" => {
                self.cursor.any_attributes(true)?;
                self.any_content()?;
                return Ok(Action::Logout);
            }
            "extension" | "clTRID" => return Err(syntax(tag.position, "an EPP command", tag.name)),
            _ => return Err(Box::new(Refusal::UnknownCommand { found: cut(tag.name) })),
        };
        self.cursor.no_attributes()?;
        self.object_command(verb, Operation::Query)
    }

    /// `<transfer>` (`epp:transferType`).
    fn transfer(&mut self) -> Outcome<Action<'a>> {
        const TRANSFER: Element = Element::epp("transfer");
        let [op] = self.cursor.attribute_values(["op"])?;
        let operation = self.required_word(TRANSFER, "op", op, |word| match word {
            "query" => Some(Operation::Query),
            "request" => Some(Operation::Change(TransferOp::Request)),
            "approve" => Some(Operation::Change(TransferOp::Approve)),
            "reject" => Some(Operation::Change(TransferOp::Reject)),
            "cancel" => Some(Operation::Change(TransferOp::Cancel)),
            _ => None,
        })?;
        self.object_command(TRANSFER, operation)
    }

    /// The content of a command on an object: one element of the object's mapping (`epp:readWriteType`).
    fn object_command(&mut self, verb: Element, operation: Operation) -> Outcome<Action<'a>> {
        let Some(tag) = self.cursor.child()? else {
            return Err(missing(verb, "the element of an object mapping is missing"));
        };
        let action = match self.object(tag, operation)? {
            Some(action) => {
                if tag.local != verb.name {
                    let expected = format!("{}:{}", tag.schema, verb.name);
                    self.misplaced.get_or_insert_with(|| syntax(tag.position, expected, tag.name));
                }
                action
            }
            None => self.undeclared_object(verb, tag)?,
        };
        self.cursor.end(verb)?;
        Ok(action)
    }

    /// An element that none of our object mappings declares.
    fn undeclared_object(&mut self, verb: Element, tag: Tag<'a>) -> Outcome<Action<'a>> {
        let command = match (tag.schema, tag.local) {
            ("host", "renew") => Some("host:renew"),
            ("host", "transfer") => Some("host:transfer"),
            ("contact", "renew") => Some("contact:renew"),
            _ => None,
        };
        if let Some(command) = command.filter(|_| tag.local == verb.name) {
            return Err(Box::new(Refusal::UnimplementedCommand(command)));
        }
        self.strict_element(tag, Excluded::Epp).map(Action::UnknownObject)
    }

    /// A command of the domain, host, contact, balance or maintenance mapping; `None` for every other element.
    pub(super) fn object(&mut self, tag: Tag<'a>, operation: Operation) -> Outcome<Option<Action<'a>>> {
        match tag.schema {
            "domain" => self.domain(tag.local, operation),
            "host" => self.host(tag.local),
            "contact" => self.contact(tag.local, operation),
            "balance" => self.balance(tag.local),
            "maint" => self.maintenance(tag.local),
            _ => Ok(None),
        }
    }

    /// A token of `min..=max` characters: the text of `element`, whose start tag was taken last.
    pub(super) fn token(&mut self, element: Element, min: usize, max: usize) -> Outcome<std::borrow::Cow<'a, str>> {
        self.sized(element, WhiteSpace::Collapse, min, max)
    }
}
