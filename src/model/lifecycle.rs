//! Where an object is in its life: the statuses it shows at a moment, and when something becomes of it by itself. Pure
//! functions, used by EPP, RDAP, the due queue and every consumer of the log. The chapter [`crate::manual::lifecycle`] draws
//! the life of a name.

use crate::base::timestamp::{ArchivedTimestamp, Timestamp};
use crate::model::record::{
    ArchivedContact, ArchivedDomain, ArchivedGrace, ArchivedHost, ArchivedTransfer, GraceKind, RemovalStage,
    TransferState,
};
use crate::model::rgp::RgpStatus;
use crate::model::status::{Status, Statuses};
use crate::model::view::View;

/// What a domain shows. `inactive` without name servers; `ok` when nothing else holds (RFC 5731, section 2.3).
pub fn domain(domain: &ArchivedDomain) -> Statuses {
    let stored = domain.statuses.get();
    match domain.name_servers.is_empty() && domain.host_attributes.is_empty() {
        true => stored.with(Status::Inactive),
        false => ok_when_empty(stored),
    }
}

/// What the domain of an application shows: `pendingCreate`, and nothing beside it, until it is decided (RFC 8334, section 2.4).
pub fn pending(domain: &ArchivedDomain) -> Statuses {
    domain.statuses.get()
}

/// The grace period statuses of a domain at `now` (RFC 3915, section 3.1): several where periods overlap. While it is being
/// removed, the stage alone: there is nothing left to take back.
pub fn rgp(domain: &ArchivedDomain, now: Timestamp) -> Vec<RgpStatus> {
    if let Some(removal) = domain.removal.as_ref() {
        return vec![rgp_stage(removal.stage.get())];
    }
    let running = domain.grace.iter().filter(|grace| is_running(grace, now));
    let mut shown: Vec<RgpStatus> = running.map(|grace| rgp_status(grace.kind.get())).collect();
    shown.sort_unstable();
    shown.dedup();
    shown
}

/// The moments around `now` at which [`rgp`] says the same of the domain: from the first, and before the second.
pub fn rgp_span(domain: &ArchivedDomain, now: Timestamp) -> (Timestamp, Timestamp) {
    let (mut from, mut until) = (Timestamp::from_micros(i64::MIN), Timestamp::from_micros(i64::MAX));
    if domain.removal.is_none() {
        for grace in domain.grace.iter() {
            match is_running(grace, now) {
                true => until = until.min(grace.until.get()),
                false => from = from.max(grace.until.get()),
            }
        }
    }
    (from, until)
}

/// Whether a grace period has not ended yet.
pub fn is_running(grace: &ArchivedGrace, now: Timestamp) -> bool {
    now < grace.until.get()
}

/// How a stage of a removal is shown.
pub const fn rgp_stage(stage: RemovalStage) -> RgpStatus {
    match stage {
        RemovalStage::Redemption => RgpStatus::RedemptionPeriod,
        RemovalStage::Restoring => RgpStatus::PendingRestore,
        RemovalStage::Deletion => RgpStatus::PendingDelete,
    }
}

/// How a grace period is shown.
pub const fn rgp_status(kind: GraceKind) -> RgpStatus {
    match kind {
        GraceKind::Add => RgpStatus::AddPeriod,
        GraceKind::AutoRenew => RgpStatus::AutoRenewPeriod,
        GraceKind::Renew => RgpStatus::RenewPeriod,
        GraceKind::Transfer => RgpStatus::TransferPeriod,
    }
}

/// When a domain ends, as exDate and RDAP's `expiration` say it: its expiry, or its purge once it is deleted, since no
/// expiry will come.
pub fn end(domain: &ArchivedDomain) -> Timestamp {
    domain.removal.as_ref().map_or(domain.expires.get(), |removal| removal.purge.get())
}

/// When something becomes of a domain by itself: a stage of its removal ends, a transfer is approved because nobody has
/// answered, it expires and is renewed, or its authInfo is unset.
pub fn domain_deadline(domain: &ArchivedDomain) -> Timestamp {
    let expires = domain.expires.get();
    let next = match domain.removal.as_ref() {
        Some(removal) => removal.until.get(),
        None => answer_deadline(domain.transfer.as_ref()).map_or(expires, |act| act.min(expires)),
    };
    domain_auth_deadline(domain).map_or(next, |unset| unset.min(next))
}

/// When the authInfo of a domain is unset.
pub fn domain_auth_deadline(domain: &ArchivedDomain) -> Option<Timestamp> {
    auth_deadline(domain.auth_until.as_ref(), domain.transfer.as_ref())
}

/// When the authInfo of a contact is unset.
pub fn contact_auth_deadline(contact: &ArchivedContact) -> Option<Timestamp> {
    auth_deadline(contact.auth_until.as_ref(), contact.transfer.as_ref())
}

/// Not while a transfer is pending that it has opened, and so not before the end of one that comes to nothing.
fn auth_deadline(until: Option<&ArchivedTimestamp>, transfer: Option<&ArchivedTransfer>) -> Option<Timestamp> {
    let until = until?.get();
    match transfer {
        Some(transfer) if transfer.state.get() == TransferState::Pending => None,
        Some(transfer) => Some(until.max(transfer.act.get())),
        None => Some(until),
    }
}

/// When something becomes of a contact by itself: a transfer is approved because nobody has answered, no domain refers to it, or
/// its authInfo is unset.
pub fn contact_deadline(contact: &ArchivedContact) -> Option<Timestamp> {
    let orphan = contact.orphan.as_ref().map(|orphan| orphan.until.get());
    answer_deadline(contact.transfer.as_ref()).into_iter().chain(orphan).chain(contact_auth_deadline(contact)).min()
}

/// By when a pending transfer must be answered.
fn answer_deadline(transfer: Option<&ArchivedTransfer>) -> Option<Timestamp> {
    transfer.filter(|transfer| transfer.state.get() == TransferState::Pending).map(|transfer| transfer.act.get())
}

/// What a host shows. `linked` stands beside `ok`; `pendingTransfer` is its superordinate domain's (RFC 5732, section 2.3).
pub fn host(view: &impl View, host: &ArchivedHost) -> Statuses {
    let superordinate = host.superordinate.as_ref().and_then(|name| view.domain(name));
    let moving = superordinate.is_some_and(|domain| domain.statuses.get().has(Status::PendingTransfer));
    let stored = host.statuses.get();
    let stored = if moving { stored.with(Status::PendingTransfer) } else { stored };
    with_linked(stored, view.host_links(host.id.to_native()) > 0)
}

/// What a contact shows. `linked` stands beside `ok` (RFC 5733, section 2.2).
pub fn contact(contact: &ArchivedContact, linked: bool) -> Statuses {
    with_linked(contact.statuses.get(), linked)
}

fn ok_when_empty(stored: Statuses) -> Statuses {
    if stored.is_empty() { stored.with(Status::Ok) } else { stored }
}

fn with_linked(stored: Statuses, linked: bool) -> Statuses {
    let shown = ok_when_empty(stored);
    if linked { shown.with(Status::Linked) } else { shown }
}
