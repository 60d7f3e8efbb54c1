//! Contacts (RFC 9022, section 5.3.1).

use super::shape::{Notes, maybe, one};
use super::tree::Element;
use crate::escrow::object::{Contact, ObjectKind};
use crate::escrow::xml::namespaces::Space;
use crate::model::record::{Disclose, PostalInfo, PostalKind};
use crate::model::status::{Status, Statuses};

/// `contact:statusValueType`.
pub(in crate::escrow) const CONTACT_STATUSES: Statuses = Statuses::of(&[
    Status::ClientDeleteProhibited,
    Status::ClientTransferProhibited,
    Status::ClientUpdateProhibited,
    Status::Linked,
    Status::Ok,
    Status::PendingCreate,
    Status::PendingDelete,
    Status::PendingTransfer,
    Status::PendingUpdate,
    Status::ServerDeleteProhibited,
    Status::ServerTransferProhibited,
    Status::ServerUpdateProhibited,
]);

impl Notes {
    /// `rdeContact:contact`.
    pub(super) fn contact(&mut self, at: Element<'_>) -> Contact {
        let slots = [
            one("id"),
            one("roid"),
            ("status", 1, 7),
            ("postalInfo", 1, 2),
            maybe("voice"),
            maybe("fax"),
            one("email"),
            one("clID"),
            maybe("crRr"),
            maybe("crDate"),
            maybe("upRr"),
            maybe("upDate"),
            maybe("trDate"),
            maybe("trnData"),
            maybe("disclose"),
        ];
        self.sequence(at, Space::Of(ObjectKind::Contact), &[], &slots);
        let postal: Vec<PostalInfo> = at.all("postalInfo").filter_map(|at| self.postal_info(at)).collect();
        let kinds: Vec<PostalKind> = postal.iter().map(|postal| postal.kind).collect();
        self.kinds_once(at, &kinds);
        Contact {
            id: self.value(at, "id", Self::client),
            roid: self.value(at, "roid", Self::roid),
            statuses: self.statuses(at, CONTACT_STATUSES),
            postal,
            voice: self.optional(at, "voice", Self::phone),
            fax: self.optional(at, "fax", Self::phone),
            email: self.value(at, "email", Self::some_token),
            sponsor: self.value(at, "clID", Self::client),
            history: self.history(at),
            transfer: at.child("trnData").map(|at| self.transfer(at, false)),
            disclose: self.optional(at, "disclose", Self::disclose),
        }
    }

    /// `contact:postalInfoType`.
    fn postal_info(&mut self, at: Element<'_>) -> Option<PostalInfo> {
        self.sequence(at, Space::Contact, &["type"], &[one("name"), maybe("org"), one("addr")]);
        let name = self.value(at, "name", Self::line);
        let org = self.optional(at, "org", Self::empty_line);
        let address = self.optional(at, "addr", Self::postal_address)?;
        Some(PostalInfo { kind: self.postal_kind(at)?, name, org, address })
    }

    /// `contact:discloseType`.
    fn disclose(&mut self, at: Element<'_>) -> Disclose {
        let slots = [("name", 0, 2), ("org", 0, 2), ("addr", 0, 2), maybe("voice"), maybe("fax"), maybe("email")];
        self.sequence(at, Space::Contact, &["flag"], &slots);
        let flag = self.needed(at, "flag").is_some_and(|value| self.flag(at, "flag", value));
        let mut fields = 0;
        for (name, int, loc) in [
            ("name", Disclose::NAME_INT, Disclose::NAME_LOC),
            ("org", Disclose::ORG_INT, Disclose::ORG_LOC),
            ("addr", Disclose::ADDR_INT, Disclose::ADDR_LOC),
        ] {
            for child in at.all(name) {
                self.sequence(child, Space::Contact, &["type"], &[]);
                fields |= match self.postal_kind(child) {
                    Some(PostalKind::Int) => int,
                    Some(PostalKind::Loc) => loc,
                    None => 0,
                };
            }
        }
        // These are of no type, so that anything may stand in them.
        for (name, field) in [("voice", Disclose::VOICE), ("fax", Disclose::FAX), ("email", Disclose::EMAIL)] {
            fields |= at.child(name).map_or(0, |_| field);
        }
        Disclose { flag, fields }
    }
}
