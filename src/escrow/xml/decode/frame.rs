//! The frame of a deposit (RFC 8909, section 5.1) and its header (RFC 9022, section 5.9.1).

use std::borrow::Cow;

use super::fault::Rule;
use super::shape::{Notes, maybe, one, some};
use super::tree::Element;
use super::value::long;
use crate::base::lexical::{WhiteSpace, is_deposit_id, unsigned_short};
use crate::escrow::object::{Deposit, DepositKind, Header, ObjectCount, Repository};
use crate::escrow::xml::namespaces::Space;

/// The attributes of `rde:deposit`.
#[derive(Debug)]
pub(super) struct Attributes {
    pub(super) kind: DepositKind,
    id: String,
    previous: Option<String>,
    resend: u16,
}

impl Attributes {
    /// The frame with these attributes.
    pub(super) fn with(self, watermark: crate::base::timestamp::Timestamp, menu: Vec<String>) -> Deposit {
        Deposit { kind: self.kind, id: self.id, previous: self.previous, resend: self.resend, watermark, menu }
    }
}

impl Notes {
    /// The attributes of `rde:deposit`; `None`: nobody knows what it is of.
    pub(super) fn deposit(&mut self, at: Element<'_>) -> Option<Attributes> {
        self.attributes(at, &["type", "id", "prevId", "resend"]);
        let kind = self.needed(at, "type").and_then(|value| {
            let value = WhiteSpace::Collapse.apply(Cow::Borrowed(value));
            self.word(at, "FULL, DIFF or INCR in type", &value, |value| {
                let all = [DepositKind::Full, DepositKind::Differential, DepositKind::Incremental];
                all.into_iter().find(|kind| kind.name() == value)
            })
        });
        let id = self.needed(at, "id").map(|value| self.deposit_id(at, value)).unwrap_or_default();
        let previous = at.attribute("prevId").map(|value| self.deposit_id(at, value));
        if kind == Some(DepositKind::Differential) && previous.is_none() {
            self.fault(at, Rule::MissingAttribute, "attribute prevId of a differential deposit", "");
        }
        let resend = at.attribute("resend").and_then(|value| {
            let value = WhiteSpace::Collapse.apply(Cow::Borrowed(value));
            self.typed(at, "a number, 0 to 65535, in resend", &value, |value| unsigned_short(value).flatten())
        });
        Some(Attributes { kind: kind?, id, previous, resend: resend.unwrap_or_default() })
    }

    /// `rde:depositIdType`.
    pub(super) fn deposit_id(&mut self, at: Element<'_>, value: &str) -> String {
        let value = WhiteSpace::Collapse.apply(Cow::Borrowed(value));
        let read = |value: &str| is_deposit_id(value).then(|| value.to_owned());
        self.typed(at, "an identifier: 1 to 13 word characters", &value, read).unwrap_or_default()
    }

    /// `rde:rdeMenu`: its objURI.
    pub(super) fn menu(&mut self, at: Element<'_>) -> Vec<String> {
        self.sequence(at, Space::Rde, &[], &[one("version"), some("objURI")]);
        self.optional(at, "version", Self::version);
        self.values(at, "objURI", Self::uri)
    }

    /// `rdeHeader:header`.
    pub(super) fn header(&mut self, at: Element<'_>) -> Header {
        let whose = ["tld", "registrar", "ppsp", "reseller"];
        let [tld, registrar, ppsp, reseller] = whose.map(maybe);
        let slots = [tld, registrar, ppsp, reseller, some("count"), maybe("contentTag")];
        self.sequence(at, Space::Header, &[], &slots);
        let mut found = at.children().filter(|child| whose.contains(&child.name()));
        let list = "one of rdeHeader:tld, rdeHeader:registrar, rdeHeader:ppsp, rdeHeader:reseller";
        let repository = match found.next() {
            Some(child) => self.repository(child),
            None => {
                self.fault(at, Rule::Missing, list, "");
                Repository::Tld(String::new())
            }
        };
        if let Some(second) = found.next() {
            self.fault(second, Rule::Choice, list, &format!("{} as well", second.label()));
        }
        Header {
            repository,
            counts: self.values(at, "count", Self::count),
            content_tag: self.optional(at, "contentTag", Self::token),
        }
    }

    fn repository(&mut self, at: Element<'_>) -> Repository {
        match at.name() {
            "registrar" => Repository::Registrar(self.positive(at)),
            "ppsp" => Repository::PrivacyService(self.token(at)),
            "reseller" => Repository::Reseller(self.token(at)),
            _ => Repository::Tld(self.label(at)),
        }
    }

    /// `rdeHeader:countType`.
    fn count(&mut self, at: Element<'_>) -> ObjectCount {
        let value = self.token_with(at, &["uri", "rcdn", "registrarId"]);
        ObjectCount {
            uri: self.uri_attribute(at, "uri"),
            below: self.label_attribute(at, "rcdn"),
            registrar: self.positive_attribute(at, "registrarId"),
            count: self.typed(at, "a number", &value, long).unwrap_or_default(),
        }
    }
}
