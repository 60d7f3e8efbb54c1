//! What stands in `<extension>` of a command (RFC 5730, section 2.7.3), decoded.

use std::borrow::Cow;

use crate::model::command::{Action, DomainCreate, DomainUpdate, HostUpdate, Query, Transform};
use crate::model::fee::{FeeCheck, FeeOffer};
use crate::model::rgp::Restore;
use crate::model::token::TokenElement;
use crate::model::ttl::TtlElement;

/// The content of `<extension>`: one field for each extension that this server has, and the rest by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extensions<'a> {
    /// `rgp:update` (RFC 3915).
    pub rgp: Option<Restore>,
    /// An element of the fee extension (RFC 8748).
    pub fee: Option<FeeElement>,
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
        let Self { rgp, fee, token, ttl, unknown: _ } = self;
        if let Some(token) = token {
            extend_by_token(token, action);
        }
        if let Some(ttl) = ttl {
            extend_by_ttl(ttl, action);
        }
        if let Action::Transform(Transform::DomainUpdate(update)) = action {
            update.restore = rgp;
        }
        match (action, fee) {
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
