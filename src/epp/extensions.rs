//! The extensions of EPP that this server has: the one table of them. [`crate::manual::extensions`] tells, file by file,
//! how another one is added.

use crate::epp::session::{BALANCE_URI, MAINTENANCE_URI, OBJECT_URIS};
use crate::epp::xml::SIGNATURE_URI;
use crate::model::command::{Action, Query, TransferOp, Transform};
use crate::model::extension::{Extensions, FeeElement, SecDnsElement};
use crate::model::launch_command::LaunchElement;
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
    /// DNSSEC data of domains (RFC 5910).
    SecDns,
    /// Allocation tokens (RFC 8495).
    AllocationToken,
    /// TTLs of DNS records (RFC 9803).
    Ttl,
    /// Poll messages about an account that runs low; it extends no command.
    LowBalance,
    /// Poll messages about changes by the registry (RFC 8590); it extends no command.
    ChangePoll,
    /// Tables of internationalized names (idn-1.0).
    Idn,
    /// Long passwords, and what a client should know about its login (RFC 8807).
    LoginSec,
    /// Strong authInfo that does not live long (RFC 9154); it has no elements.
    SecureAuthInfo,
    /// What the login services do not cover goes to `<extValue>` (RFC 9038); it has no elements.
    UnhandledNamespaces,
    /// The launch of a TLD (RFC 8334).
    Launch,
}

impl Extension {
    /// All of them, in the order of the greeting and of `<extension>` in responses.
    pub const ALL: [Self; 12] = [
        Self::Rgp,
        Self::Fee,
        Self::SecDns,
        Self::AllocationToken,
        Self::Ttl,
        Self::LowBalance,
        Self::ChangePoll,
        Self::LoginSec,
        Self::SecureAuthInfo,
        Self::UnhandledNamespaces,
        Self::Idn,
        Self::Launch,
    ];

    /// How [`Element::schema`] names its schema; also the prefix of what we write.
    pub const fn schema(self) -> &'static str {
        match self {
            Self::Rgp => "rgp",
            Self::Fee => "fee",
            Self::SecDns => "secDNS",
            Self::AllocationToken => "allocationToken",
            Self::Ttl => "ttl",
            Self::LowBalance => "lowbalance-poll",
            Self::ChangePoll => "changePoll",
            Self::Idn => "idn",
            Self::LoginSec => "loginSec",
            Self::SecureAuthInfo => "secure-authinfo-transfer",
            Self::UnhandledNamespaces => "unhandled-namespaces",
            Self::Launch => "launch",
        }
    }

    /// Its namespace, which is also its name in greeting and login.
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Rgp => "urn:ietf:params:xml:ns:rgp-1.0",
            Self::Fee => "urn:ietf:params:xml:ns:epp:fee-1.0",
            Self::SecDns => "urn:ietf:params:xml:ns:secDNS-1.1",
            Self::AllocationToken => "urn:ietf:params:xml:ns:allocationToken-1.0",
            Self::Ttl => "urn:ietf:params:xml:ns:epp:ttl-1.0",
            Self::LowBalance => "http://www.verisign.com/epp/lowbalance-poll-1.0",
            Self::ChangePoll => "urn:ietf:params:xml:ns:changePoll-1.0",
            Self::Idn => "urn:ietf:params:xml:ns:idn-1.0",
            Self::LoginSec => "urn:ietf:params:xml:ns:epp:loginSec-1.0",
            Self::SecureAuthInfo => "urn:ietf:params:xml:ns:epp:secure-authinfo-transfer-1.0",
            Self::UnhandledNamespaces => "urn:ietf:params:xml:ns:epp:unhandled-namespaces-1.0",
            Self::Launch => "urn:ietf:params:xml:ns:launch-1.0",
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
            Self::SecDns => extensions.sec_dns.is_some(),
            Self::AllocationToken => extensions.token.is_some(),
            Self::Ttl => extensions.ttl.is_some(),
            Self::Idn => extensions.idn.is_some(),
            Self::LoginSec => extensions.login_sec.is_some(),
            Self::Launch => extensions.launch.is_some(),
            // Their schemas declare elements of responses only, or there is no schema.
            Self::LowBalance | Self::ChangePoll | Self::SecureAuthInfo | Self::UnhandledNamespaces => false,
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
            Self::LoginSec => {
                let is_extended = matches!(action, Action::Login(_));
                (!is_extended).then(|| Fault::new(Element::login_sec("loginSec"), "", "it extends login only"))
            }
            Self::Fee => extensions.fee.as_ref().and_then(|element| misplaced_fee(element, action)),
            Self::SecDns => extensions.sec_dns.as_ref().and_then(|element| misplaced_sec_dns(element, action)),
            Self::AllocationToken => extensions.token.as_ref().and_then(|element| misplaced_token(element, action)),
            Self::Ttl => extensions.ttl.as_ref().and_then(|element| misplaced_ttl(element, action)),
            Self::Launch => extensions.launch.as_ref().and_then(|element| misplaced_launch(element, action)),
            Self::Idn => {
                let is_extended = matches!(
                    action,
                    Action::Query(Query::DomainCheck { .. }) | Action::Transform(Transform::DomainCreate(_))
                );
                let reason = "it extends domain:check and domain:create only";
                (!is_extended).then(|| Fault::new(Element::idn("data"), "", reason))
            }
            Self::LowBalance | Self::ChangePoll | Self::SecureAuthInfo | Self::UnhandledNamespaces => None,
        }
    }
}

/// RFC 8334, section 3: each element extends the domain command of its name.
fn misplaced_launch(element: &LaunchElement, action: &Action<'_>) -> Option<Fault> {
    let (name, is_extended, reason) = match element {
        LaunchElement::Check(_) => {
            ("check", matches!(action, Action::Query(Query::DomainCheck { .. })), "it extends domain:check only")
        }
        LaunchElement::Info(_) => {
            ("info", matches!(action, Action::Query(Query::DomainInfo { .. })), "it extends domain:info only")
        }
        LaunchElement::Create(_) => {
            ("create", matches!(action, Action::Transform(Transform::DomainCreate(_))), "it extends domain:create only")
        }
        LaunchElement::Update(_) => {
            ("update", matches!(action, Action::Transform(Transform::DomainUpdate(_))), "it extends domain:update only")
        }
        LaunchElement::Delete(_) => (
            "delete",
            matches!(action, Action::Transform(Transform::DomainDelete { .. })),
            "it extends domain:delete only",
        ),
    };
    (!is_extended).then(|| Fault::new(Element::launch(name), "", reason))
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

/// RFC 5910, sections 5.1 and 5.2: each element extends the command of its name.
fn misplaced_sec_dns(element: &SecDnsElement, action: &Action<'_>) -> Option<Fault> {
    let (name, is_extended, reason) = match element {
        SecDnsElement::Create(_) => {
            ("create", matches!(action, Action::Transform(Transform::DomainCreate(_))), "it extends domain:create only")
        }
        SecDnsElement::Update(_) => {
            ("update", matches!(action, Action::Transform(Transform::DomainUpdate(_))), "it extends domain:update only")
        }
    };
    (!is_extended).then(|| Fault::new(Element::sec_dns(name), "", reason))
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
        None if schema == "dsig" => SIGNATURE_URI.to_owned(),
        None => format!("urn:ietf:params:xml:ns:{schema}-1.0"),
    }
}

/// Object mappings that a registry can do without, as operators name them.
const SWITCHED_OBJECTS: [(&str, &str); 2] = [("balance", BALANCE_URI), ("maintenance", MAINTENANCE_URI)];

/// Some of the extensions, and of the object mappings that can be switched off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExtensionSet(u32);

impl ExtensionSet {
    /// None of them.
    pub const NONE: Self = Self(0);

    /// Those that operators name so.
    pub fn named<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let bit = |name: &str| match Extension::of_schema(name) {
            Some(extension) => extension.bit(),
            None => object_bit(|(known, _)| *known == name),
        };
        Self(names.fold(0, |bits, name| bits | bit(name)))
    }

    /// These.
    pub fn of(extensions: impl IntoIterator<Item = Extension>) -> Self {
        Self(extensions.into_iter().fold(0, |bits, extension| bits | extension.bit()))
    }

    /// Whether it is one of them.
    pub const fn has(self, extension: Extension) -> bool {
        self.0 & extension.bit() != 0
    }

    /// Whether the extension or object mapping of that namespace is one of them.
    pub fn has_uri(self, uri: &str) -> bool {
        match Extension::of_uri(uri) {
            Some(extension) => self.has(extension),
            None => self.0 & object_bit(|(_, known)| *known == uri) != 0,
        }
    }

    /// These and those.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }
}

/// The bit of an object mapping, from above; none for those that cannot be switched off.
fn object_bit(is_it: impl Fn(&(&str, &str)) -> bool) -> u32 {
    SWITCHED_OBJECTS.iter().position(is_it).map_or(0, |place| 1 << (31 - place))
}

/// What the login of a session asked for: object mappings and extensions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Services {
    asked: ExtensionSet,
    /// What is switched off: it is said nowhere, whether it was asked for or not.
    off: ExtensionSet,
    /// Bits of [`OBJECT_URIS`].
    objects: u8,
}

impl Services {
    /// These extensions, and every object mapping.
    pub fn of(extensions: impl IntoIterator<Item = Extension>) -> Self {
        Self { asked: ExtensionSet::of(extensions), off: ExtensionSet::default(), objects: u8::MAX }
    }

    /// Of the object mappings only these, in the order of [`OBJECT_URIS`].
    #[must_use]
    pub fn with_objects(self, asked: [bool; OBJECT_URIS.len()]) -> Self {
        let objects = asked.iter().enumerate().fold(0, |bits, (place, is_asked)| bits | u8::from(*is_asked) << place);
        Self { objects, ..self }
    }

    /// Without these, which are switched off.
    #[must_use]
    pub const fn without(self, off: ExtensionSet) -> Self {
        Self { off: self.off.and(off), ..self }
    }

    /// Whether there is no extension.
    pub const fn is_empty(self) -> bool {
        self.asked.0 & !self.off.0 == 0
    }

    /// Whether this extension is one of them.
    pub const fn has(self, extension: Extension) -> bool {
        self.asked.has(extension) && !self.off.has(extension)
    }

    /// Whether this object mapping is one of them.
    pub fn has_object(self, uri: &str) -> bool {
        self.asked_object(uri) && !self.off.has_uri(uri)
    }

    fn asked_object(self, uri: &str) -> bool {
        let place = OBJECT_URIS.iter().position(|known| *known == uri);
        place.is_some_and(|place| self.objects & 1 << place != 0)
    }

    /// Whether the session wants in `<extValue>` what this extension says, since its login did not ask for it (RFC 9038,
    /// section 3.2).
    pub const fn moves(self, extension: Extension) -> bool {
        self.has(Extension::UnhandledNamespaces) && !self.asked.has(extension) && !self.off.has(extension)
    }

    /// Whether the session wants in `<extValue>` what is response data of this object mapping, since its login did not ask
    /// for it (RFC 9038, section 3.1).
    pub fn moves_object(self, uri: &str) -> bool {
        self.has(Extension::UnhandledNamespaces) && !self.asked_object(uri) && !self.off.has_uri(uri)
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
    use crate::model::extension::ExtensionName;
    use crate::model::operator::Named;

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
        let names = ExtensionName::ALL.iter().map(|name| name.name());
        let known = Extension::ALL.map(Extension::schema).into_iter().chain(SWITCHED_OBJECTS.map(|(name, _)| name));
        assert!(names.eq(known), "what operators can switch off is what there is");
        for name in ExtensionName::ALL {
            let set = ExtensionSet::named(std::iter::once(name.name()));
            assert_eq!(set.0.count_ones(), 1, "{name:?}");
            assert_eq!(SWITCHED_OBJECTS.iter().any(|(_, uri)| set.has_uri(uri)), name.is_object_mapping(), "{name:?}");
        }
        assert_eq!(Extension::of_schema(""), None);
        assert_eq!(schema_uri("domain"), "urn:ietf:params:xml:ns:domain-1.0");
        assert_eq!(schema_uri("balance"), BALANCE_URI);
        assert_eq!(schema_uri("maint"), MAINTENANCE_URI);
        assert_eq!(schema_uri("dsig"), SIGNATURE_URI);
        assert!(Services::default().is_empty() && !Services::of([Extension::ChangePoll]).is_empty());
    }

    #[test]
    fn what_was_not_asked_for_moves_for_those_who_asked_for_that() {
        let domains = [true, false, false, false, false];
        for (asked, moves) in
            [(vec![Extension::Rgp], false), (vec![Extension::Rgp, Extension::UnhandledNamespaces], true)]
        {
            let services = Services::of(asked).with_objects(domains);
            assert!(services.has(Extension::Rgp) && !services.moves(Extension::Rgp));
            assert!(!services.has(Extension::Fee) && services.moves(Extension::Fee) == moves);
            let [domain, host, ..] = OBJECT_URIS;
            assert!(services.has_object(domain) && !services.moves_object(domain));
            assert!(!services.has_object(host) && services.moves_object(host) == moves);
            let off = services.without(ExtensionSet::of([Extension::Rgp, Extension::Fee]));
            assert!(![Extension::Rgp, Extension::Fee].map(|gone| off.has(gone) || off.moves(gone)).contains(&true));
            assert_eq!((off.moves(Extension::ChangePoll), off.is_empty()), (moves, !moves));
            let off = services.without(ExtensionSet::of([Extension::UnhandledNamespaces]));
            assert!(!off.moves(Extension::Fee) && !off.moves_object(host) && off.has(Extension::Rgp));
            let off = ExtensionSet::named(["maintenance"].into_iter());
            assert!(!services.without(off).moves_object(MAINTENANCE_URI));
            assert_eq!(services.without(off).moves_object(BALANCE_URI), moves);
            let all = Services::of([Extension::UnhandledNamespaces]).without(off);
            assert!(
                !all.has_object(MAINTENANCE_URI) && !all.moves_object(MAINTENANCE_URI) && all.has_object(BALANCE_URI)
            );
        }
    }
}
