//! Object statuses (RFC 5731, 5732 and 5733, section 2.2 or 2.3) and sets of them.

use std::fmt;

/// One status value of a domain, host or contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Status {
    /// Requests to delete the object are refused; set by the sponsoring client.
    ClientDeleteProhibited,
    /// The name is not published in the DNS; set by the sponsoring client.
    ClientHold,
    /// Requests to renew are refused; set by the sponsoring client.
    ClientRenewProhibited,
    /// Requests to transfer are refused; set by the sponsoring client.
    ClientTransferProhibited,
    /// Requests to update are refused (except to remove this status); set by the sponsoring client.
    ClientUpdateProhibited,
    /// No delegation information; never stored, see [`crate::model::lifecycle`].
    Inactive,
    /// Referred to by another object; never stored, see [`crate::model::lifecycle`].
    Linked,
    /// No pending action, no prohibition; never stored, see [`crate::model::lifecycle`].
    Ok,
    /// A create that is not complete.
    PendingCreate,
    /// A delete that is not complete.
    PendingDelete,
    /// A renew that is not complete.
    PendingRenew,
    /// A transfer that is not complete.
    PendingTransfer,
    /// An update that is not complete.
    PendingUpdate,
    /// As the client's, set by the registry.
    ServerDeleteProhibited,
    /// As the client's, set by the registry.
    ServerHold,
    /// As the client's, set by the registry.
    ServerRenewProhibited,
    /// As the client's, set by the registry.
    ServerTransferProhibited,
    /// As the client's, set by the registry.
    ServerUpdateProhibited,
}

impl Status {
    /// Every status, in the order of the schema's enumeration.
    pub const ALL: [Self; 18] = [
        Self::ClientDeleteProhibited,
        Self::ClientHold,
        Self::ClientRenewProhibited,
        Self::ClientTransferProhibited,
        Self::ClientUpdateProhibited,
        Self::Inactive,
        Self::Linked,
        Self::Ok,
        Self::PendingCreate,
        Self::PendingDelete,
        Self::PendingRenew,
        Self::PendingTransfer,
        Self::PendingUpdate,
        Self::ServerDeleteProhibited,
        Self::ServerHold,
        Self::ServerRenewProhibited,
        Self::ServerTransferProhibited,
        Self::ServerUpdateProhibited,
    ];

    /// The value as EPP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientDeleteProhibited => "clientDeleteProhibited",
            Self::ClientHold => "clientHold",
            Self::ClientRenewProhibited => "clientRenewProhibited",
            Self::ClientTransferProhibited => "clientTransferProhibited",
            Self::ClientUpdateProhibited => "clientUpdateProhibited",
            Self::Inactive => "inactive",
            Self::Linked => "linked",
            Self::Ok => "ok",
            Self::PendingCreate => "pendingCreate",
            Self::PendingDelete => "pendingDelete",
            Self::PendingRenew => "pendingRenew",
            Self::PendingTransfer => "pendingTransfer",
            Self::PendingUpdate => "pendingUpdate",
            Self::ServerDeleteProhibited => "serverDeleteProhibited",
            Self::ServerHold => "serverHold",
            Self::ServerRenewProhibited => "serverRenewProhibited",
            Self::ServerTransferProhibited => "serverTransferProhibited",
            Self::ServerUpdateProhibited => "serverUpdateProhibited",
        }
    }

    /// The status EPP writes as `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether the sponsoring client may set and remove it (RFC 5731, section 2.3: "client" prefix).
    pub const fn is_client(self) -> bool {
        matches!(
            self,
            Self::ClientDeleteProhibited
                | Self::ClientHold
                | Self::ClientRenewProhibited
                | Self::ClientTransferProhibited
                | Self::ClientUpdateProhibited
        )
    }

    /// Whether only the registry may set and remove it ("server" prefix).
    pub const fn is_server(self) -> bool {
        matches!(
            self,
            Self::ServerDeleteProhibited
                | Self::ServerHold
                | Self::ServerRenewProhibited
                | Self::ServerTransferProhibited
                | Self::ServerUpdateProhibited
        )
    }

    const fn bit(self) -> u32 {
        1 << self as u8
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of statuses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize)]
#[rkyv(derive(Clone, Copy, Debug))]
pub struct Statuses(u32);

impl Statuses {
    /// No status.
    pub const NONE: Self = Self(0);

    /// The set of the given statuses.
    pub const fn of(statuses: &[Status]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < statuses.len() {
            bits |= statuses[at].bit();
            at += 1;
        }
        Self(bits)
    }

    /// Whether `status` is in the set.
    pub const fn has(self, status: Status) -> bool {
        self.0 & status.bit() != 0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set with `status`.
    #[must_use]
    pub const fn with(self, status: Status) -> Self {
        Self(self.0 | status.bit())
    }

    /// The set without `status`.
    #[must_use]
    pub const fn without(self, status: Status) -> Self {
        Self(self.0 & !status.bit())
    }

    /// What either set holds.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What both sets hold.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The first status of `self`, in schema order, that `of` holds too.
    pub fn first_of(self, of: &[Status]) -> Option<Status> {
        of.iter().copied().find(|status| self.has(*status))
    }

    /// The statuses, in schema order.
    pub fn iter(self) -> impl Iterator<Item = Status> {
        Status::ALL.into_iter().filter(move |status| self.has(*status))
    }
}

impl ArchivedStatuses {
    /// The set as a native value.
    pub const fn get(self) -> Statuses {
        Statuses(self.0.to_native())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_found_by_its_name() {
        for status in Status::ALL {
            assert_eq!(Status::parse(status.name()), Some(status));
        }
        assert_eq!(Status::parse("OK"), None);
    }

    #[test]
    fn sets_hold_what_was_put_in() {
        let set = Statuses::of(&[Status::Ok, Status::Linked]).with(Status::ClientHold).without(Status::Ok);
        assert_eq!(set.iter().collect::<Vec<_>>(), [Status::ClientHold, Status::Linked]);
    }
}
