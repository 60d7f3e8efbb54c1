//! What objects of several kinds are made of.

use std::borrow::Cow;

use super::fault::Rule;
use super::shape::{Notes, any, maybe, one};
use super::tree::Element;
use crate::base::lexical::WhiteSpace;
use crate::base::timestamp::Timestamp;
use crate::escrow::object::{Actor, History, Stated, Transfer};
use crate::escrow::xml::namespaces::Space;
use crate::model::record::{PostalAddress, PostalKind, TransferState};
use crate::model::status::{Status, Statuses};

/// `eppcom:trStatusType`.
pub(in crate::escrow) const TRANSFER_STATES: [TransferState; 6] = [
    TransferState::Pending,
    TransferState::ClientApproved,
    TransferState::ClientCancelled,
    TransferState::ClientRejected,
    TransferState::ServerApproved,
    TransferState::ServerCancelled,
];

impl Notes {
    /// `rdeDnrdCommon:rrType`.
    pub(super) fn actor(&mut self, at: Element<'_>) -> Actor {
        Actor { registrar: self.client_with(at, &["client"]), client: self.client_attribute(at, "client") }
    }

    /// `domain:statusType` and its likes.
    pub(super) fn stated<S>(&mut self, at: Element<'_>, find: impl FnOnce(&str) -> Option<S>) -> Option<Stated<S>> {
        let text = self.line_with(at, &["s", "lang"]);
        let lang = self.language_attribute(at, "lang");
        let value = WhiteSpace::Collapse.apply(Cow::Borrowed(self.needed(at, "s")?));
        let status = self.word(at, "a status that such objects have", &value, find)?;
        Some(Stated { status, lang, text })
    }

    /// All `status` of an object whose kind has these.
    pub(super) fn statuses(&mut self, parent: Element<'_>, known: Statuses) -> Vec<Stated<Status>> {
        let find = |name: &str| Status::parse(name).filter(|status| known.has(*status));
        parent.all("status").filter_map(|at| self.stated(at, find)).collect()
    }

    /// crRr, crDate, upRr, upDate and trDate.
    pub(super) fn history(&mut self, parent: Element<'_>) -> History {
        History {
            creator: self.optional(parent, "crRr", Self::actor),
            created: self.optional(parent, "crDate", Self::date),
            updater: self.optional(parent, "upRr", Self::actor),
            updated: self.optional(parent, "upDate", Self::date),
            transferred: self.optional(parent, "trDate", Self::date),
        }
    }

    /// `transferDataType`; that of domains has exDate.
    pub(super) fn transfer(&mut self, at: Element<'_>, has_expiry: bool) -> Transfer {
        let slots = [one("trStatus"), one("reRr"), one("reDate"), one("acRr"), one("acDate"), maybe("exDate")];
        self.sequence(at, at.space(), &[], if has_expiry { &slots } else { &slots[..5] });
        let nobody = || Actor { registrar: String::new(), client: None };
        Transfer {
            state: self.optional(at, "trStatus", Self::transfer_state).unwrap_or(TransferState::Pending),
            requester: self.optional(at, "reRr", Self::actor).unwrap_or_else(nobody),
            requested: self.value(at, "reDate", Self::date),
            actor: self.optional(at, "acRr", Self::actor).unwrap_or_else(nobody),
            act: self.value(at, "acDate", Self::date),
            expires: self.optional(at, "exDate", Self::date).filter(|_: &Timestamp| has_expiry),
        }
    }

    fn transfer_state(&mut self, at: Element<'_>) -> TransferState {
        let value = self.token(at);
        let find = |value: &str| TRANSFER_STATES.into_iter().find(|state| state.name() == value);
        self.word(at, "the state of a transfer", &value, find).unwrap_or(TransferState::Pending)
    }

    /// The attribute `type` of an address, or of what is disclosed of one.
    pub(super) fn postal_kind(&mut self, at: Element<'_>) -> Option<PostalKind> {
        let value = WhiteSpace::Collapse.apply(Cow::Borrowed(self.needed(at, "type")?));
        self.word(at, "int or loc in type", &value, |value| match value {
            "int" => Some(PostalKind::Int),
            "loc" => Some(PostalKind::Loc),
            _ => None,
        })
    }

    /// `contact:addrType` and `rdeRegistrar:addrType`.
    pub(super) fn postal_address(&mut self, at: Element<'_>) -> PostalAddress {
        let slots = [("street", 0, 3), one("city"), maybe("sp"), maybe("pc"), one("cc")];
        self.sequence(at, at.space(), &[], &slots);
        PostalAddress {
            street: self.values(at, "street", Self::empty_line),
            city: self.value(at, "city", Self::line),
            sp: self.optional(at, "sp", Self::empty_line),
            pc: self.optional(at, "pc", Self::postal_code),
            cc: self.value(at, "cc", Self::country),
        }
    }

    /// That no two addresses are of one kind.
    pub(super) fn kinds_once(&mut self, parent: Element<'_>, kinds: &[PostalKind]) {
        if let [first, second] = kinds
            && first == second
            && let Some(at) = parent.all("postalInfo").nth(1)
        {
            self.fault(at, Rule::Twice, "int and loc once each", first.name());
        }
    }

    /// The addresses of a host, in elements of this name.
    pub(super) fn addresses(&mut self, parent: Element<'_>, name: &str) -> Vec<crate::model::record::Address> {
        parent.all(name).filter_map(|at| self.address(at)).collect()
    }

    /// `epp:extURIType`.
    pub(super) fn extensions(&mut self, at: Element<'_>) -> Vec<String> {
        self.sequence(at, Space::Epp, &[], &[("extURI", 1, usize::MAX)]);
        self.values(at, "extURI", Self::uri)
    }

    /// That nothing but these stands in an element that holds values only, any number of each.
    pub(super) fn values_of(&mut self, at: Element<'_>, space: Space, names: &[&'static str]) {
        let slots: Vec<_> = names.iter().map(|name| any(name)).collect();
        self.sequence(at, space, &[], &slots);
    }
}
