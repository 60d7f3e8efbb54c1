//! `poll` with op `req` (RFC 5730, section 2.9.2.3).

use crate::model::answer::{Answer, Success};
use crate::model::record::ArchivedPollMessage;
use crate::model::refusal::Refusal;
use crate::model::view::View;
use crate::registry::Reader;

/// # Result codes
/// - 1300: the queue is empty
/// - 1301: the oldest message, which stays until it is acknowledged
pub(crate) fn answer<'v, V: View>(view: &'v V, reader: &Reader<'_>) -> Result<(Success, Answer<'v>), Refusal> {
    match oldest(view, reader.clid) {
        Some((count, message)) => Ok((Success::AckToDequeue, Answer::PollMessage { count, message })),
        None => Ok((Success::NoMessages, Answer::Empty)),
    }
}

/// How many messages wait, and the oldest.
fn oldest<'v, V: View>(view: &'v V, clid: &str) -> Option<(u64, &'v ArchivedPollMessage)> {
    let mut queue = view.poll_queue(clid)?;
    let mut number = queue.first.to_native();
    while number < queue.next.to_native() {
        if let Some(message) = view.poll_message(clid, number) {
            return Some((queue.count.to_native(), message));
        }
        // The queue's first number is the oldest message, unless that left between the two look-ups; then the next one
        // that is there is the oldest. A gap goes only after the queue begins behind it.
        let beyond = view.poll_gap(clid, number).map_or(number, |gap| gap.last.to_native()) + 1;
        queue = view.poll_queue(clid)?;
        number = beyond.max(queue.first.to_native());
    }
    None
}
