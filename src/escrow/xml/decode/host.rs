//! Hosts (RFC 9022, section 5.2.1).

use super::shape::{Notes, any, maybe, one};
use super::tree::Element;
use crate::escrow::object::{Host, ObjectKind};
use crate::escrow::xml::namespaces::Space;
use crate::model::status::{Status, Statuses};

/// `host:statusValueType`.
pub(in crate::escrow) const HOST_STATUSES: Statuses = Statuses::of(&[
    Status::ClientDeleteProhibited,
    Status::ClientUpdateProhibited,
    Status::Linked,
    Status::Ok,
    Status::PendingCreate,
    Status::PendingDelete,
    Status::PendingTransfer,
    Status::PendingUpdate,
    Status::ServerDeleteProhibited,
    Status::ServerUpdateProhibited,
]);

impl Notes {
    /// `rdeHost:host`.
    pub(super) fn host(&mut self, at: Element<'_>) -> Host {
        let slots = [
            one("name"),
            one("roid"),
            ("status", 1, 7),
            any("addr"),
            one("clID"),
            maybe("crRr"),
            maybe("crDate"),
            maybe("upRr"),
            maybe("upDate"),
            maybe("trDate"),
        ];
        self.sequence(at, Space::Of(ObjectKind::Host), &[], &slots);
        Host {
            name: self.value(at, "name", Self::label),
            roid: self.value(at, "roid", Self::roid),
            statuses: self.statuses(at, HOST_STATUSES),
            addresses: self.addresses(at, "addr"),
            sponsor: self.value(at, "clID", Self::client),
            history: self.history(at),
        }
    }
}
