//! Tables of internationalized names (RFC 9022, section 5.5.1), names that are no domains (5.6.1), and what the registry asks
//! for beyond the schemas (5.8.1).

use std::borrow::Cow;

use super::shape::{Notes, maybe, one};
use super::tree::Element;
use crate::base::lexical::WhiteSpace;
use crate::escrow::object::{IdnTable, Nndn, NndnState, ObjectKind, Policy};
use crate::escrow::xml::namespaces::Space;

impl Notes {
    /// `rdeIDN:idnTableRef`.
    pub(super) fn idn_table(&mut self, at: Element<'_>) -> IdnTable {
        self.sequence(at, Space::Of(ObjectKind::IdnTable), &["id"], &[one("url"), one("urlPolicy")]);
        IdnTable {
            id: self.table_id_attribute(at, "id"),
            url: self.value(at, "url", Self::uri),
            policy_url: self.optional(at, "urlPolicy", Self::uri),
        }
    }

    /// `rdeNNDN:NNDN`.
    pub(super) fn nndn(&mut self, at: Element<'_>) -> Nndn {
        let slots = [
            one("aName"),
            maybe("uName"),
            maybe("idnTableId"),
            maybe("originalName"),
            one("nameState"),
            maybe("crDate"),
        ];
        self.sequence(at, Space::Of(ObjectKind::Nndn), &[], &slots);
        Nndn {
            name: self.value(at, "aName", Self::label),
            u_name: self.optional(at, "uName", Self::label),
            idn_table: self.optional(at, "idnTableId", Self::table_id),
            original: self.optional(at, "originalName", Self::label),
            state: at.child("nameState").and_then(|at| self.name_state(at)).unwrap_or(NndnState::Blocked),
            created: self.optional(at, "crDate", Self::date),
        }
    }

    /// `rdeNNDN:nameState`. mirroringNS may stand, and means nothing, beside the other states too.
    fn name_state(&mut self, at: Element<'_>) -> Option<NndnState> {
        let value = self.token_with(at, &["mirroringNS"]);
        let name_servers = at.attribute("mirroringNS").is_none_or(|value| self.flag(at, "mirroringNS", value));
        self.word(at, "withheld, blocked or mirrored", &value, |value| match value {
            "withheld" => Some(NndnState::Withheld),
            "blocked" => Some(NndnState::Blocked),
            "mirrored" => Some(NndnState::Mirrored { name_servers }),
            _ => None,
        })
    }

    /// `rdePolicy:policy`.
    pub(super) fn policy(&mut self, at: Element<'_>) -> Policy {
        self.sequence(at, Space::Of(ObjectKind::Policy), &["scope", "element"], &[]);
        let scope = WhiteSpace::Collapse.apply(Cow::Borrowed(self.needed(at, "scope").unwrap_or_default()));
        Policy { scope: scope.into_owned(), element: self.uri_attribute(at, "element") }
    }
}
