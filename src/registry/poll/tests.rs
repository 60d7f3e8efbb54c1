//! Poll queues: order, holes, and that each registrar sees only its own.

use proptest::prelude::*;

use crate::model::answer::{Answer, Success};
use crate::model::command::{Query, Transform};
use crate::model::record::{PollData, PollMessage, Transfer, TransferState};
use crate::model::transaction::Change;
use crate::registry::checks;
use crate::registry::testing::{A, B, World};

fn queue(world: &mut World, clid: &str, text: &str) {
    let transfer = Transfer {
        state: TransferState::Pending,
        requester: B.into(),
        requested: world.now,
        actor: A.into(),
        act: world.now,
        months: 0,
        expires: None,
    };
    let data = PollData::ContactTransfer { id: "sh8013".into(), transfer };
    let mut changes = Vec::new();
    checks::notify(&world.memory, world.now, &mut changes, clid, text, data);
    world.put(changes);
}

/// Count, number and text of the oldest message.
fn oldest(world: &World, clid: &str) -> Option<(u64, u64, String)> {
    match world.ask(clid, &Query::PollRequest) {
        Ok((Success::AckToDequeue, Answer::PollMessage { count, message })) => {
            Some((count, message.number.to_native(), message.text.to_string()))
        }
        Ok((Success::NoMessages, Answer::Empty)) => None,
        _ => panic!("a poll never fails"),
    }
}

fn ack(message: &str) -> Transform {
    Transform::PollAck { message: Some(message.into()) }
}

/// What is left, and the number acknowledged; or the result code of a refusal.
fn acknowledge(world: &mut World, clid: &str, message: &str) -> Result<(u64, u64), u16> {
    match world.run(clid, &ack(message)) {
        Ok((Success::Completed, Answer::PollAcknowledged { count, number })) => Ok((count, number)),
        Ok(_) => panic!("an acknowledgement"),
        Err(refusal) => Err(refusal.code()),
    }
}

#[test]
fn messages_come_oldest_first_and_stay_until_acknowledged() {
    let mut world = World::new();
    assert_eq!(oldest(&world, A), None);
    queue(&mut world, A, "one");
    queue(&mut world, A, "two");
    assert_eq!(oldest(&world, A), Some((2, 1, "one".into())));
    assert_eq!(oldest(&world, A), Some((2, 1, "one".into())));
    assert_eq!(oldest(&world, B), None);
    assert_eq!(acknowledge(&mut world, A, "1"), Ok((1, 1)));
    assert_eq!(oldest(&world, A), Some((1, 2, "two".into())));
    assert_eq!(acknowledge(&mut world, A, "1"), Err(2303));
    assert_eq!(acknowledge(&mut world, A, "2"), Ok((0, 2)));
    assert_eq!(oldest(&world, A), None);
    queue(&mut world, A, "three");
    assert_eq!(oldest(&world, A), Some((1, 3, "three".into())));
}

#[test]
fn only_the_number_that_was_shown_acknowledges() {
    let mut world = World::new();
    queue(&mut world, A, "one");
    assert_eq!(world.code(A, &Transform::PollAck { message: None }), 2003);
    for message in ["", "0", "2", "01", "+1", "-1", " 1", "1.0", "one", "18446744073709551616", "１"] {
        assert_eq!(acknowledge(&mut world, A, message), Err(2303), "{message:?}");
    }
    assert_eq!(acknowledge(&mut world, B, "1"), Err(2303), "another registrar's message");
    assert_eq!(acknowledge(&mut world, A, "1"), Ok((0, 1)));
}

#[test]
fn a_message_that_vanishes_between_two_look_ups_is_passed_over() {
    let mut world = World::new();
    queue(&mut world, A, "one");
    queue(&mut world, A, "two");
    let key = crate::model::view::key::poll_message(A, 1);
    world.memory.apply(crate::model::seal::Sealed::delete(crate::model::record::Kind::PollMessage, key));
    assert_eq!(oldest(&world, A), Some((2, 2, "two".into())));
}

proptest! {
    /// Whatever is queued and acknowledged in whatever order, the queue is what a plain list would be.
    #[test]
    fn a_queue_is_a_list(steps in proptest::collection::vec(0u64..12, 0..40)) {
        let mut world = World::new();
        let (mut model, mut next) = (Vec::<u64>::new(), 1);
        for step in steps {
            if step < 5 {
                queue(&mut world, A, "text");
                model.push(next);
                next += 1;
            } else {
                let number = step - 4;
                let expected = model.iter().position(|held| *held == number);
                let found = acknowledge(&mut world, A, &number.to_string());
                match expected {
                    Some(place) => {
                        model.remove(place);
                        prop_assert_eq!(found, Ok((model.len() as u64, number)));
                    }
                    None => prop_assert_eq!(found, Err(2303)),
                }
            }
            let shown = oldest(&world, A).map(|(count, number, _)| (count, number));
            prop_assert_eq!(shown, model.first().map(|first| (model.len() as u64, *first)));
        }
    }
}

#[test]
fn a_message_may_have_no_data() {
    let mut world = World::new();
    let message =
        PollMessage { registrar: A.into(), number: 1, queued: world.now, text: "maintenance".into(), data: None };
    world.put(vec![Change::PutPollMessage(message)]);
    assert_eq!(oldest(&world, A), Some((1, 1, "maintenance".into())));
}
