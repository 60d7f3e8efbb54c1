//! Commands of the host mapping (RFC 5732, section 3; schema in section 4).

use crate::epp::decode::Decoder;
use crate::epp::decode::shared::StatusElements;
use crate::epp::xml::fault::Outcome;
use crate::model::command::{Action, HostAddRem, HostUpdate, Query, Transform};
use crate::model::refusal::Element;
use crate::model::status::{Status, Statuses};

const NAME: Element = Element::host("name");
const ADDRESS: Element = Element::host("addr");
const CHECK: Element = Element::host("check");
const CREATE: Element = Element::host("create");
const DELETE: Element = Element::host("delete");
const INFO: Element = Element::host("info");
const UPDATE: Element = Element::host("update");
const ADD: Element = Element::host("add");
const REMOVE: Element = Element::host("rem");
const CHANGE: Element = Element::host("chg");

/// `host:statusValueType`, seven at most.
const STATUS: StatusElements = StatusElements {
    element: Element::host("status"),
    values: Statuses::of(&[
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
    ]),
    limit: 7,
};

impl<'a> Decoder<'a> {
    /// The command `host:name`, whose start tag was taken last; `None`, and nothing read, when there is none.
    pub(super) fn host(&mut self, name: &str) -> Outcome<Option<Action<'a>>> {
        let decode = match name {
            "check" => Self::host_check,
            "create" => Self::host_create,
            "delete" => Self::host_delete,
            "info" => Self::host_info,
            "update" => Self::host_update,
            _ => return Ok(None),
        };
        self.cursor.no_attributes()?;
        decode(self).map(Some)
    }

    fn host_check(&mut self) -> Outcome<Action<'a>> {
        self.list(CHECK, NAME, 1, 255).map(|names| Action::Query(Query::HostCheck(names)))
    }

    fn host_info(&mut self) -> Outcome<Action<'a>> {
        self.cursor.required(NAME)?;
        let name = self.token(NAME, 1, 255)?;
        self.cursor.end(INFO)?;
        Ok(Action::Query(Query::HostInfo { name, ttl: None }))
    }

    fn host_create(&mut self) -> Outcome<Action<'a>> {
        self.cursor.required(NAME)?;
        let name = self.label(NAME)?;
        let addresses = self.addresses(ADDRESS)?;
        self.cursor.end(CREATE)?;
        Ok(Action::from(Transform::HostCreate { name, addresses, ttls: Vec::new() }))
    }

    fn host_delete(&mut self) -> Outcome<Action<'a>> {
        self.cursor.required(NAME)?;
        let name = self.label(NAME)?;
        self.cursor.end(DELETE)?;
        Ok(Action::from(Transform::HostDelete { name }))
    }

    fn host_update(&mut self) -> Outcome<Action<'a>> {
        self.cursor.required(NAME)?;
        let name = self.label(NAME)?;
        let add = self.host_add_rem(ADD)?;
        let rem = self.host_add_rem(REMOVE)?;
        let mut new_name = None;
        if self.cursor.optional(CHANGE)? {
            self.cursor.required(NAME)?;
            new_name = Some(self.label(NAME)?);
            self.cursor.end(CHANGE)?;
        }
        self.cursor.end(UPDATE)?;
        Ok(Action::from(Transform::HostUpdate(HostUpdate { name, add, rem, new_name, ttls: Vec::new() })))
    }

    fn host_add_rem(&mut self, element: Element) -> Outcome<Option<HostAddRem>> {
        if !self.cursor.optional(element)? {
            return Ok(None);
        }
        let addresses = self.addresses(ADDRESS)?;
        let statuses = self.statuses(&STATUS)?;
        self.cursor.end(element)?;
        Ok(Some(HostAddRem { addresses, statuses }))
    }
}
