//! The extensions of EPP that this server has: the one table of them. [`crate::manual::extensions`] tells, file by file,
//! how another one is added.

use crate::epp::session::{BALANCE_URI, MAINTENANCE_URI};
use crate::model::command::{Action, Query, TransferOp, Transform};
use crate::model::extension::{Extensions, FeeElement};
use crate::model::refusal::{Element, Fault};
use crate::model::token::TokenElement;
use crate::model::ttl::TtlElement;

/// An extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extension {
    /// Grace periods of domains (RFC 3915).
    Rgp,
    /// What commands cost (RFC 8748).
    Fee,
    /// Allocation tokens (RFC 8495).
    AllocationToken,
    /// TTLs of DNS records (RFC 9803).
    Ttl,
    /// Poll messages about an account that runs low; it extends no command.
    LowBalance,
    /// Poll messages about changes by the registry (RFC 8590); it extends no command.
    ChangePoll,
}

impl Extension {
    /// All of them, in the order of the greeting and of `<extension>` in responses.
    pub const ALL: [Self; 6] =
        [Self::Rgp, Self::Fee, Self::AllocationToken, Self::Ttl, Self::LowBalance, Self::ChangePoll];

    /// How [`Element::schema`] names its schema; also the prefix of what we write.
    pub const fn schema(self) -> &'static str {
        match self {
            Self::Rgp => "rgp",
            Self::Fee => "fee",
            Self::AllocationToken => "allocationToken",
            Self::Ttl => "ttl",
            Self::LowBalance => "lowbalance-poll",
            Self::ChangePoll => "changePoll",
        }
    }

    /// Its namespace, which is also its name in greeting and login.
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Rgp => "urn:ietf:params:xml:ns:rgp-1.0",
            Self::Fee => "urn:ietf:params:xml:ns:epp:fee-1.0",
            Self::AllocationToken => "urn:ietf:params:xml:ns:allocationToken-1.0",
            Self::Ttl => "urn:ietf:params:xml:ns:epp:ttl-1.0",
            Self::LowBalance => "http://www.verisign.com/epp/lowbalance-poll-1.0",
            Self::ChangePoll => "urn:ietf:params:xml:ns:changePoll-1.0",
        }
    }

    /// The extension of this namespace.
    pub(super) fn of_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|extension| extension.uri() == uri)
    }

    /// The extension whose schema is named so.
    pub(super) fn of_schema(schema: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|extension| extension.schema() == schema)
    }

    /// Whether a command has an element of it.
    pub(super) const fn is_in(self, extensions: &Extensions<'_>) -> bool {
        match self {
            Self::Rgp => extensions.rgp.is_some(),
            Self::Fee => extensions.fee.is_some(),
            Self::AllocationToken => extensions.token.is_some(),
            Self::Ttl => extensions.ttl.is_some(),
            // Their schemas declare elements of responses only.
            Self::LowBalance | Self::ChangePoll => false,
        }
    }

    /// Why its element in a command does not belong there: each extends certain commands and no others.
    pub(super) fn misplaced(self, extensions: &Extensions<'_>, action: &Action<'_>) -> Option<Fault> {
        match self {
            // RFC 3915, section 4: "This extension does not add any elements" to every command but <update>.
            Self::Rgp => {
                let is_extended = matches!(action, Action::Transform(Transform::DomainUpdate(_)));
                (!is_extended).then(|| Fault::new(Element::rgp("update"), "", "it extends domain:update only"))
            }
            Self::Fee => extensions.fee.as_ref().and_then(|element| misplaced_fee(element, action)),
            Self::AllocationToken => extensions.token.as_ref().and_then(|element| misplaced_token(element, action)),
            Self::Ttl => extensions.ttl.as_ref().and_then(|element| misplaced_ttl(element, action)),
            Self::LowBalance | Self::ChangePoll => None,
        }
    }
}

/// RFC 8748, section 5: each element extends the command of its name. Fees are those of domains: the objects of its examples,
/// and all that has a price here.
fn misplaced_fee(element: &FeeElement, action: &Action<'_>) -> Option<Fault> {
    let (name, is_extended, reason) = match element {
        FeeElement::Check(_) => {
            ("check", matches!(action, Action::Query(Query::DomainCheck { .. })), "it extends domain:check only")
        }
        FeeElement::Create(_) => {
            ("create", matches!(action, Action::Transform(Transform::DomainCreate(_))), "it extends domain:create only")
        }
        FeeElement::Renew(_) => (
            "renew",
            matches!(action, Action::Transform(Transform::DomainRenew { .. })),
            "it extends domain:renew only",
        ),
        // Section 5.2.4: "when the value of the "op" attribute of the <transfer> command element is "request"".
        FeeElement::Transfer(_) => (
            "transfer",
            matches!(action, Action::Transform(Transform::DomainTransfer { op: TransferOp::Request, .. })),
            "it extends domain:transfer with op request only",
        ),
        FeeElement::Update(_) => {
            ("update", matches!(action, Action::Transform(Transform::DomainUpdate(_))), "it extends domain:update only")
        }
    };
    (!is_extended).then(|| Fault::new(Element::fee(name), "", reason))
}

/// RFC 8495, section 3: check, create and transfer requests have a token, info a question. That it "does not add any elements"
/// to renew is what that document defines; renewals at another price need one all the same. Tokens are those of domains.
fn misplaced_token(element: &TokenElement<'_>, action: &Action<'_>) -> Option<Fault> {
    let (name, is_extended, reason) = match element {
        TokenElement::Info => {
            ("info", matches!(action, Action::Query(Query::DomainInfo { .. })), "it extends domain:info only")
        }
        TokenElement::Token(_) => {
            let is_extended = match action {
                Action::Query(query) => matches!(query, Query::DomainCheck { .. }),
                Action::Transform(transform) => matches!(
                    transform,
                    Transform::DomainCreate(_)
                        | Transform::DomainRenew { .. }
                        | Transform::DomainTransfer { op: TransferOp::Request, .. }
                ),
                _ => false,
            };
            let reason = "it extends domain:check, create, renew, and transfer with op request only";
            ("allocationToken", is_extended, reason)
        }
    };
    (!is_extended).then(|| Fault::new(Element::token(name), "", reason))
}

/// RFC 9803, section 2: each element extends the command of its name, on domains and hosts.
fn misplaced_ttl(element: &TtlElement, action: &Action<'_>) -> Option<Fault> {
    let (name, is_extended, reason) = match element {
        TtlElement::Info(_) => (
            "info",
            matches!(action, Action::Query(Query::DomainInfo { .. } | Query::HostInfo { .. })),
            "it extends domain:info and host:info only",
        ),
        TtlElement::Create(_) => (
            "create",
            matches!(action, Action::Transform(Transform::DomainCreate(_) | Transform::HostCreate { .. })),
            "it extends domain:create and host:create only",
        ),
        TtlElement::Update(_) => (
            "update",
            matches!(action, Action::Transform(Transform::DomainUpdate(_) | Transform::HostUpdate(_))),
            "it extends domain:update and host:update only",
        ),
    };
    (!is_extended).then(|| Fault::new(Element::ttl(name), "", reason))
}

/// The URI of the namespace that [`Element::schema`] names so.
pub(super) fn schema_uri(schema: &str) -> String {
    match Extension::of_schema(schema) {
        Some(extension) => extension.uri().to_owned(),
        None if schema == "balance" => BALANCE_URI.to_owned(),
        None if schema == "maint" => MAINTENANCE_URI.to_owned(),
        None => format!("urn:ietf:params:xml:ns:{schema}-1.0"),
    }
}

/// The extensions that the login of a session asked for, and whether it asked for the mapping of maintenance, which poll
/// messages have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Services(u32);

/// The bit of the mapping of maintenance.
const MAINTENANCE: u32 = 1 << 31;

impl Services {
    /// Those asked for.
    pub fn of(extensions: impl IntoIterator<Item = Extension>) -> Self {
        Self(extensions.into_iter().fold(0, |bits, extension| bits | extension.bit()))
    }

    /// These, and the mapping of maintenance if so.
    #[must_use]
    pub const fn and_maintenance(self, asked: bool) -> Self {
        if asked { Self(self.0 | MAINTENANCE) } else { self }
    }

    /// Whether the mapping of maintenance was asked for.
    pub const fn has_maintenance(self) -> bool {
        self.0 & MAINTENANCE != 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether it is one of them.
    pub const fn has(self, extension: Extension) -> bool {
        self.0 & extension.bit() != 0
    }
}

impl Extension {
    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_extension_is_found_by_its_names_and_is_a_service_of_its_own() {
        for extension in Extension::ALL {
            assert_eq!(Extension::of_uri(extension.uri()), Some(extension));
            assert_eq!(Extension::of_schema(extension.schema()), Some(extension));
            assert_eq!(schema_uri(extension.schema()), extension.uri());
            let services = Services::of([extension]);
            for other in Extension::ALL {
                assert_eq!(services.has(other), other == extension);
                assert!(!Services::default().has(other));
            }
        }
        assert_eq!(Extension::of_schema(""), None);
        assert_eq!(schema_uri("domain"), "urn:ietf:params:xml:ns:domain-1.0");
        assert_eq!(schema_uri("balance"), BALANCE_URI);
        assert_eq!(schema_uri("maint"), MAINTENANCE_URI);
        assert!(Services::default().is_empty() && !Services::of([Extension::ChangePoll]).is_empty());
    }
}
