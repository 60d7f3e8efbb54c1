//! What stands in `<extension>` of a command (RFC 5730, section 2.7.3), decoded.

use std::borrow::Cow;

use crate::model::command::{Action, DomainCreate, DomainUpdate, HostUpdate, Query, Transform};
use crate::model::fee::{FeeCheck, FeeOffer};
use crate::model::idn::IdnData;
use crate::model::launch_command::LaunchElement;
use crate::model::login_sec::LoginSecurity;
use crate::model::operator::Named;
use crate::model::rgp::Restore;
use crate::model::sec_dns::{SecDnsData, SecDnsUpdate};
use crate::model::token::TokenElement;
use crate::model::ttl::TtlElement;

/// An extension by its name, as operators switch it off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExtensionName(&'static str);

macro_rules! extension_names {
    ($first:literal $(, $name:literal)*) => {
        impl ExtensionName {
            /// All of them, as `Extension::schema` names them, and then the object mappings that are no part of EPP itself.
            pub const ALL: &[Self] = &[Self($first), $(Self($name)),*];
        }

        impl Named for ExtensionName {
            const WHAT: &'static str = concat!("an extension: ", $first, $(", ", $name),*);

            fn name(self) -> &'static str {
                self.0
            }

            fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.0 == name)
            }
        }
    };
}
extension_names!(
    "rgp",
    "fee",
    "secDNS",
    "allocationToken",
    "ttl",
    "lowbalance-poll",
    "changePoll",
    "loginSec",
    "secure-authinfo-transfer",
    "unhandled-namespaces",
    "idn",
    "launch",
    "balance",
    "maintenance"
);

impl ExtensionName {
    /// Whether it is an object mapping, whose objects are below no TLD: it is on or off in the whole registry.
    pub fn is_object_mapping(self) -> bool {
        matches!(self.0, "balance" | "maintenance")
    }
}

/// The content of `<extension>`: one field for each extension that this server has, and the rest by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extensions<'a> {
    /// `rgp:update` (RFC 3915).
    pub rgp: Option<Restore>,
    /// An element of the fee extension (RFC 8748).
    pub fee: Option<FeeElement>,
    /// `idn:data` (idn-1.0).
    pub idn: Option<IdnData>,
    /// `loginSec:loginSec` (RFC 8807).
    pub login_sec: Option<LoginSecurity>,
    /// An element of the DNSSEC extension (RFC 5910).
    pub sec_dns: Option<SecDnsElement>,
    /// An element of the launch phase mapping (RFC 8334).
    pub launch: Option<LaunchElement>,
    /// An element of the allocation token extension (RFC 8495).
    pub token: Option<TokenElement<'a>>,
    /// An element of the mapping of DNS TTLs (RFC 9803).
    pub ttl: Option<TtlElement>,
    /// Namespace URIs of elements that belong to no extension of this server, in order. Answered with 2103.
    pub unknown: Vec<Cow<'a, str>>,
}

impl Extensions<'_> {
    /// Puts each into the field that its command has for it: what the rules decide on is one value, and travels as one. An
    /// extension of any other command has no such field, and is refused when the session admits the command.
    pub fn extend(self, action: &mut Action<'_>) {
        // All fields by name, so that a new one cannot be forgotten here.
        let Self { rgp, fee, sec_dns, login_sec, idn, launch, token, ttl, unknown: _ } = self;
        if let Some(token) = token {
            extend_by_token(token, action);
        }
        if let Some(ttl) = ttl {
            extend_by_ttl(ttl, action);
        }
        match &mut *action {
            Action::Transform(Transform::DomainUpdate(update)) => update.restore = rgp,
            Action::Transform(Transform::DomainCreate(create)) => create.idn = idn,
            Action::Query(Query::DomainCheck { idn: asked, .. }) => *asked = idn,
            Action::Login(login) => login.security = login_sec,
            _ => {}
        }
        match (&mut *action, sec_dns) {
            (Action::Transform(Transform::DomainCreate(create)), Some(SecDnsElement::Create(data))) => {
                create.sec_dns = Some(data);
            }
            (Action::Transform(Transform::DomainUpdate(update)), Some(SecDnsElement::Update(change))) => {
                update.sec_dns = Some(change);
            }
            _ => {}
        }
        match (&mut *action, fee) {
            (Action::Query(Query::DomainCheck { fee, .. }), Some(FeeElement::Check(check))) => *fee = Some(check),
            (Action::Transform(Transform::DomainCreate(create)), Some(FeeElement::Create(offer))) => {
                create.fee = Some(offer);
            }
            (Action::Transform(Transform::DomainRenew { fee, .. }), Some(FeeElement::Renew(offer)))
            | (Action::Transform(Transform::DomainTransfer { fee, .. }), Some(FeeElement::Transfer(offer))) => {
                *fee = Some(offer);
            }
            (Action::Transform(Transform::DomainUpdate(update)), Some(FeeElement::Update(offer))) => {
                update.fee = Some(offer);
            }
            _ => {}
        }
        if let Some(element) = launch {
            element.extend(action);
        }
    }
}

fn extend_by_token(element: TokenElement<'_>, action: &mut Action<'_>) {
    match (action, element) {
        (Action::Query(Query::DomainInfo { token, .. }), TokenElement::Info) => *token = true,
        (Action::Query(Query::DomainCheck { token, .. }), TokenElement::Token(given))
        | (Action::Transform(Transform::DomainCreate(DomainCreate { token, .. })), TokenElement::Token(given))
        | (Action::Transform(Transform::DomainRenew { token, .. }), TokenElement::Token(given))
        | (Action::Transform(Transform::DomainTransfer { token, .. }), TokenElement::Token(given)) => {
            *token = Some(given.into_owned());
        }
        _ => {}
    }
}

fn extend_by_ttl(element: TtlElement, action: &mut Action<'_>) {
    match (action, element) {
        (Action::Query(Query::DomainInfo { ttl, .. } | Query::HostInfo { ttl, .. }), TtlElement::Info(policy)) => {
            *ttl = Some(policy);
        }
        (
            Action::Transform(Transform::DomainCreate(DomainCreate { ttls, .. }) | Transform::HostCreate { ttls, .. }),
            TtlElement::Create(given),
        )
        | (
            Action::Transform(
                Transform::DomainUpdate(DomainUpdate { ttls, .. }) | Transform::HostUpdate(HostUpdate { ttls, .. }),
            ),
            TtlElement::Update(given),
        ) => *ttls = given,
        _ => {}
    }
}

/// An element that the fee extension declares for commands (RFC 8748, section 6.1): one for each command it extends.
#[derive(Clone, Debug, PartialEq)]
pub enum FeeElement {
    /// `fee:check`.
    Check(Box<FeeCheck>),
    /// `fee:create`.
    Create(FeeOffer),
    /// `fee:renew`.
    Renew(FeeOffer),
    /// `fee:transfer`.
    Transfer(FeeOffer),
    /// `fee:update`.
    Update(FeeOffer),
}

/// An element that the DNSSEC extension declares for commands (RFC 5910, section 6): one for each command it extends.
#[derive(Clone, Debug, PartialEq)]
pub enum SecDnsElement {
    /// `secDNS:create`.
    Create(SecDnsData),
    /// `secDNS:update`.
    Update(SecDnsUpdate),
}
