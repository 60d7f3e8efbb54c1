//! `poll` with op `ack` (RFC 5730, section 2.9.2.3). Any message of the client's own queue may be acknowledged, not only
//! the oldest: a client that keeps the numbers it has seen may work them off in any order.

use crate::model::answer::{Answer, Success};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::{Decision, Request};

const POLL: Element = Element::epp("poll");

/// # Result codes
/// - 1000
/// - 2003: no msgID
/// - 2303: no such message in the client's queue
pub(crate) fn decide<V: View>(view: &V, request: &Request<'_>, message: Option<&str>) -> Result<Decision, Refusal> {
    // Load.
    let missing = || Refusal::MissingParameter(Fault::new(POLL, "", "op=\"ack\" needs the msgID of the message"));
    let identifier = message.ok_or_else(missing)?;
    let unknown = || Refusal::DoesNotExist(Fault::new(POLL, identifier, "no message of this msgID in your queue"));

    // Verify.
    let number = message_number(identifier).ok_or_else(unknown)?;
    if view.poll_message(request.clid, number).is_none() {
        return Err(unknown());
    }

    // Change, record and answer.
    let count = view.poll_queue(request.clid).map_or(0, |queue| queue.count.to_native().saturating_sub(1));
    let changes = vec![Change::DeletePollMessage { registrar: request.clid.to_owned(), number }];
    Ok(Decision { changes, success: Success::Completed, answer: Answer::PollAcknowledged { count, number } })
}

/// The number, when the text is the one spelling that a `msgQ` shows: decimal, no sign, no leading zero.
fn message_number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}
