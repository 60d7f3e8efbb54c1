//! Registrars (RFC 9022, section 5.4.1).

use super::shape::{Notes, maybe, one};
use super::tree::Element;
use crate::escrow::object::{ObjectKind, Registrar, RegistrarState};
use crate::escrow::xml::namespaces::Space;
use crate::model::record::{PostalAddress, PostalKind};

const SPACE: Space = Space::Of(ObjectKind::Registrar);

impl Notes {
    /// `rdeRegistrar:registrar`.
    pub(super) fn registrar(&mut self, at: Element<'_>) -> Registrar {
        let slots = [
            one("id"),
            one("name"),
            maybe("gurid"),
            maybe("status"),
            ("postalInfo", 0, 2),
            maybe("voice"),
            maybe("fax"),
            maybe("email"),
            maybe("url"),
            maybe("whoisInfo"),
            maybe("crDate"),
            maybe("upDate"),
        ];
        self.sequence(at, SPACE, &[], &slots);
        let postal: Vec<_> = at.all("postalInfo").filter_map(|at| self.registrar_postal(at)).collect();
        let kinds: Vec<PostalKind> = postal.iter().map(|(kind, _)| *kind).collect();
        self.kinds_once(at, &kinds);
        Registrar {
            id: self.value(at, "id", Self::client),
            name: self.value(at, "name", Self::line),
            iana_id: self.optional(at, "gurid", Self::positive),
            state: at.child("status").and_then(|at| self.registrar_state(at)),
            postal,
            voice: self.optional(at, "voice", Self::phone),
            fax: self.optional(at, "fax", Self::phone),
            email: self.optional(at, "email", Self::some_token),
            url: self.optional(at, "url", Self::uri),
            whois: self.optional(at, "whoisInfo", Self::whois),
            created: self.optional(at, "crDate", Self::date),
            updated: self.optional(at, "upDate", Self::date),
        }
    }

    fn registrar_state(&mut self, at: Element<'_>) -> Option<RegistrarState> {
        let value = self.token(at);
        let find = |value: &str| RegistrarState::ALL.into_iter().find(|state| state.name() == value);
        self.word(at, "ok, readonly or terminated", &value, find)
    }

    fn registrar_postal(&mut self, at: Element<'_>) -> Option<(PostalKind, PostalAddress)> {
        self.sequence(at, SPACE, &["type"], &[one("addr")]);
        let address = self.optional(at, "addr", Self::postal_address)?;
        Some((self.postal_kind(at)?, address))
    }

    fn whois(&mut self, at: Element<'_>) -> (Option<String>, Option<String>) {
        self.sequence(at, SPACE, &[], &[maybe("name"), maybe("url")]);
        (self.optional(at, "name", Self::label), self.optional(at, "url", Self::uri))
    }
}
