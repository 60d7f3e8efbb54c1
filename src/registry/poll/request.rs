//! `poll` with op `req` (RFC 5730, section 2.9.2.3).

use crate::model::answer::{Answer, Success};
use crate::model::refusal::Refusal;
use crate::model::view::View;
use crate::registry::Reader;

/// # Result codes
/// - 1300: the queue is empty
/// - 1301: the oldest message, which stays until it is acknowledged
pub(crate) fn answer<'v, V: View>(view: &'v V, reader: &Reader<'_>) -> Result<(Success, Answer<'v>), Refusal> {
    let Some(queue) = view.poll_queue(reader.clid) else { return Ok((Success::NoMessages, Answer::Empty)) };
    // The queue's first number is the oldest message, unless it was acknowledged between the two look-ups; then the
    // next one that is there is the oldest.
    let numbers = queue.first.to_native()..queue.next.to_native();
    match numbers.into_iter().find_map(|number| view.poll_message(reader.clid, number)) {
        Some(message) => {
            let count = queue.count.to_native();
            Ok((Success::AckToDequeue, Answer::PollMessage { count, message }))
        }
        None => Ok((Success::NoMessages, Answer::Empty)),
    }
}
