//! Which rule a transform command goes to: one exhaustive match, one function per operation.

use crate::model::command::{TransferOp, Transform};
use crate::model::refusal::Refusal;
use crate::model::view::View;
use crate::registry::{Decision, Request, contact, domain, host, launch, poll};

/// What the command changes and says. The view must hold every earlier transaction, durable or not yet.
///
/// # Errors
/// A [`Refusal`], with the result codes that each operation lists; then nothing changes.
pub fn decide(view: &impl View, request: &Request<'_>, command: &Transform) -> Result<Decision, Refusal> {
    match command {
        Transform::DomainCreate(create) => domain::create::decide(view, request, create),
        Transform::DomainUpdate(update) => domain::update::decide(view, request, update),
        Transform::DomainDelete { name } => domain::delete::decide(view, request, name),
        Transform::ApplicationUpdate { update, id } => launch::application_update::decide(view, request, update, id),
        Transform::ApplicationDelete { name, id } => launch::application_delete::decide(view, request, name, id),
        Transform::DomainRenew { name, current_expiry, period, fee, token } => {
            let beside = (fee.as_ref(), token.as_deref());
            domain::renew::decide(view, request, name, *current_expiry, *period, beside)
        }
        Transform::DomainTransfer { op, name, period, auth, fee, token } => {
            let auth = auth.as_ref();
            match op {
                TransferOp::Request => {
                    let beside = (fee.as_ref(), token.as_deref());
                    domain::transfer_request::decide(view, request, name, *period, auth, beside)
                }
                // RFC 5731, section 3.2.4: a period "MUST be ignored" except with a request.
                TransferOp::Approve => domain::transfer_approve::decide(view, request, name, auth),
                TransferOp::Reject => domain::transfer_reject::decide(view, request, name, auth),
                TransferOp::Cancel => domain::transfer_cancel::decide(view, request, name, auth),
            }
        }
        Transform::HostCreate { name, addresses, ttls } => host::create::decide(view, request, name, (addresses, ttls)),
        Transform::HostUpdate(update) => host::update::decide(view, request, update),
        Transform::HostDelete { name } => host::delete::decide(view, request, name),
        Transform::ContactCreate(create) => contact::create::decide(view, request, create),
        Transform::ContactUpdate(update) => contact::update::decide(view, request, update),
        Transform::ContactDelete { id } => contact::delete::decide(view, request, id),
        Transform::ContactTransfer { op, id, auth } => {
            let auth = auth.as_ref();
            match op {
                TransferOp::Request => contact::transfer_request::decide(view, request, id, auth),
                TransferOp::Approve => contact::transfer_approve::decide(view, request, id, auth),
                TransferOp::Reject => contact::transfer_reject::decide(view, request, id, auth),
                TransferOp::Cancel => contact::transfer_cancel::decide(view, request, id, auth),
            }
        }
        Transform::PollAck { message } => poll::ack::decide(view, request, message.as_deref()),
    }
}
