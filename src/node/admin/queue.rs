//! The messages that wait for a registrar. However long the queue, only those that are shown are read.

use serde::Serialize;

use crate::base::limits::ADMIN_ROWS;
use crate::base::timestamp::Timestamp;
use crate::model::record::ArchivedPollMessage;
use crate::model::view::View;
use crate::node::admin::AdminFailure;
use crate::node::admin::inquiry::{PollList, check_registrar};

/// Messages that are shown when nobody says how many.
const OLDEST: usize = 20;

/// How many messages wait, and some of them, oldest first.
#[derive(Debug, Serialize)]
pub(super) struct Waiting {
    registrar: String,
    count: u64,
    messages: Vec<MessageRow>,
}

/// A message.
#[derive(Debug, Serialize)]
struct MessageRow {
    number: u64,
    queued: String,
    age_seconds: i64,
    text: String,
}

/// The oldest messages of a queue, or the newest.
pub(super) fn waiting(view: &impl View, now: Timestamp, asked: &PollList) -> Result<Waiting, AdminFailure> {
    check_registrar(view, &asked.clid)?;
    let count = view.poll_queue(&asked.clid).map_or(0, |queue| queue.count.to_native());
    let found = match asked.last {
        None => oldest(view, &asked.clid, OLDEST),
        Some(last) => newest(view, &asked.clid, usize::try_from(last).unwrap_or(ADMIN_ROWS).min(ADMIN_ROWS)),
    };
    let messages = found.into_iter().map(|message| row(message, now)).collect();
    Ok(Waiting { registrar: asked.clid.clone(), count, messages })
}

fn row(message: &ArchivedPollMessage, now: Timestamp) -> MessageRow {
    let queued = message.queued.get();
    MessageRow {
        number: message.number.to_native(),
        queued: queued.to_string(),
        age_seconds: (now.micros() - queued.micros()).max(0) / 1_000_000,
        text: message.text.to_string(),
    }
}

/// Numbers that are looked at for so many messages: between two of them there is one gap at most. The rest is for messages
/// that are acknowledged meanwhile, of which no gap need tell.
const fn looks(limit: usize) -> usize {
    2 * limit + 64
}

fn oldest<'v>(view: &'v impl View, clid: &str, limit: usize) -> Vec<&'v ArchivedPollMessage> {
    let Some(queue) = view.poll_queue(clid) else { return Vec::new() };
    let (mut number, next) = (queue.first.to_native(), queue.next.to_native());
    let mut found = Vec::new();
    for _ in 0..looks(limit) {
        if number >= next || found.len() == limit {
            break;
        }
        match view.poll_message(clid, number) {
            Some(message) => found.push(message),
            None => number = view.poll_gap(clid, number).map_or(number, |gap| gap.last.to_native()),
        }
        number += 1;
    }
    found
}

fn newest<'v>(view: &'v impl View, clid: &str, limit: usize) -> Vec<&'v ArchivedPollMessage> {
    let Some(queue) = view.poll_queue(clid) else { return Vec::new() };
    let (first, mut beyond) = (queue.first.to_native(), queue.next.to_native());
    let mut found = Vec::new();
    for _ in 0..looks(limit) {
        if beyond <= first || found.len() == limit {
            break;
        }
        beyond -= 1;
        match view.poll_message(clid, beyond) {
            Some(message) => found.push(message),
            None => beyond = view.poll_gap(clid, beyond).map_or(beyond, |gap| gap.first.to_native()),
        }
    }
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::record::PollMessage;
    use crate::model::transaction::Change;
    use crate::registry::testing::{A, World};

    /// A queue of so many messages from which these have left again.
    fn queue(count: u64, gone: impl IntoIterator<Item = u64>) -> World {
        let mut world = World::new();
        let put = |number| {
            let text = format!("message {number}");
            Change::PutPollMessage(PollMessage { registrar: A.into(), number, queued: world.now, text, data: None })
        };
        let changes = (1..=count).map(put).collect();
        world.put(changes);
        for number in gone {
            world.put(vec![Change::DeletePollMessage { registrar: A.into(), number }]);
        }
        world
    }

    fn shown(world: &World, last: Option<u64>) -> (u64, Vec<u64>) {
        let asked = PollList { clid: A.into(), last };
        let now = world.now.plus_days(1);
        let waiting = waiting(&world.memory, now, &asked).expect("a registrar");
        assert!(waiting.messages.iter().all(|message| message.age_seconds == 86_400));
        (waiting.count, waiting.messages.iter().map(|message| message.number).collect())
    }

    #[test]
    fn the_oldest_are_shown_or_the_newest_and_gaps_are_passed_over() {
        let numbers = |range: std::ops::RangeInclusive<u64>| range.collect::<Vec<_>>();
        let world = queue(0, []);
        assert_eq!((shown(&world, None), shown(&world, Some(5))), ((0, vec![]), (0, vec![])));
        let world = queue(30, []);
        assert_eq!(shown(&world, None), (30, numbers(1..=20)));
        assert_eq!(shown(&world, Some(2)), (30, vec![29, 30]));
        assert_eq!(shown(&world, Some(0)), (30, vec![]));
        assert_eq!(shown(&world, Some(u64::MAX)), (30, numbers(1..=30)));
        let world = queue(9, [1, 2, 4, 5, 8, 9]);
        assert_eq!(shown(&world, None), (3, vec![3, 6, 7]));
        assert_eq!(shown(&world, Some(2)), (3, vec![6, 7]));
        let world = queue(5, 1..=5);
        assert_eq!((shown(&world, None), shown(&world, Some(5))), ((0, vec![]), (0, vec![])));
    }

    #[test]
    fn a_long_gap_is_passed_over_in_one_step() {
        let world = queue(5000, 2..=4999);
        assert_eq!(shown(&world, None), (2, vec![1, 5000]));
        assert_eq!(shown(&world, Some(2)), (2, vec![1, 5000]));
        let every_other = queue(3000, (1..1500).map(|n| 2 * n));
        assert_eq!(shown(&every_other, None).1, (0..20).map(|n| 2 * n + 1).collect::<Vec<_>>());
        assert_eq!(shown(&every_other, Some(1000)).1.len(), 1000);
    }

    #[test]
    fn a_registrar_that_is_not_there_has_no_queue() {
        let asked = PollList { clid: "none".into(), last: None };
        let world = World::new();
        assert_eq!(waiting(&world.memory, world.now, &asked).expect_err("no registrar").code, 2303);
    }
}
