//! Poll queues: order, holes, that each registrar sees only its own, and that no object fills one.

use proptest::prelude::*;

use crate::base::limits::POLL_MESSAGES_PER_OBJECT;
use crate::model::answer::{Answer, Success};
use crate::model::command::{Query, Transform};
use crate::model::record::{Kind, PollData, PollMessage, Transfer, TransferState};
use crate::model::seal::Sealed;
use crate::model::transaction::Change;
use crate::model::view::{View, key};
use crate::registry::testing::{A, B, World};
use crate::registry::{checks, invariants};

fn queue(world: &mut World, clid: &str, text: &str) {
    queue_about(world, clid, "sh8013", text);
}

fn queue_about(world: &mut World, clid: &str, contact: &str, text: &str) {
    let transfer = Transfer {
        state: TransferState::Pending,
        requester: B.into(),
        requested: world.now,
        actor: A.into(),
        act: world.now,
        months: 0,
        expires: None,
    };
    let data = PollData::ContactTransfer { id: contact.into(), transfer };
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
    world.memory.apply(Sealed::delete(Kind::PollMessage, key::poll_message(A, 1)));
    assert_eq!(oldest(&world, A), Some((2, 2, "two".into())));
}

proptest! {
    /// Whatever is queued and acknowledged in whatever order, the queue is what a plain list would be from which the
    /// newest message about an object goes when one too many comes.
    #[test]
    fn a_queue_is_a_list(steps in proptest::collection::vec((0u8..3, 0u64..12), 0..80)) {
        let mut world = World::new();
        let (mut model, mut next) = (Vec::<(u64, &str)>::new(), 1);
        for (what, step) in steps {
            if what < 2 {
                let object = ["sh8013", "jd1234"][usize::from(step == 0)];
                queue_about(&mut world, A, object, "text");
                if model.iter().filter(|(_, about)| *about == object).count() == POLL_MESSAGES_PER_OBJECT {
                    model.remove(model.iter().rposition(|(_, about)| *about == object).expect("counted"));
                }
                model.push((next, object));
                next += 1;
            } else {
                let number = (next + 1).saturating_sub(step);
                let expected = model.iter().position(|(held, _)| *held == number);
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
            prop_assert_eq!(shown, model.first().map(|(first, _)| (model.len() as u64, *first)));
            invariants::check(&world.memory, world.now).expect("whole");
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

/// Numbers and texts of all messages, oldest first.
fn waiting(world: &World, clid: &str) -> Vec<(u64, String)> {
    let next = world.memory.poll_queue(clid).map_or(1, |queue| queue.next.to_native());
    let found = (1..next).filter_map(|number| world.memory.poll_message(clid, number));
    found.map(|message| (message.number.to_native(), message.text.to_string())).collect()
}

#[test]
fn one_message_too_many_about_an_object_replaces_the_newest() {
    let mut world = World::new();
    let most = POLL_MESSAGES_PER_OBJECT as u64;
    for number in 1..=most {
        queue(&mut world, A, &number.to_string());
    }
    queue_about(&mut world, A, "jd1234", "another");
    queue(&mut world, B, "another registrar's");
    let (newest, next) = ((most, most.to_string()), most + 2);
    assert!(waiting(&world, A).contains(&newest));
    queue(&mut world, A, "one too many");
    invariants::check(&world.memory, world.now).expect("whole");
    let mut expected: Vec<_> = (1..most).map(|number| (number, number.to_string())).collect();
    expected.extend([(most + 1, "another".into()), (next, "one too many".into())]);
    assert_eq!(waiting(&world, A), expected);
    assert_eq!(waiting(&world, B), [(1, "another registrar's".into())]);
    assert_eq!(oldest(&world, A), Some((most + 1, 1, "1".into())));
    assert_eq!(acknowledge(&mut world, A, &most.to_string()), Err(2303), "replaced");
    // A message that was read makes room.
    assert_eq!(acknowledge(&mut world, A, "1"), Ok((most, 1)));
    queue(&mut world, A, "fits");
    assert!(waiting(&world, A).ends_with(&[(next, "one too many".into()), (next + 1, "fits".into())]));
}

#[test]
fn the_oldest_may_be_the_one_that_is_replaced() {
    let mut world = World::new();
    for number in 1..=POLL_MESSAGES_PER_OBJECT as u64 {
        queue(&mut world, A, "text");
        if number > 1 {
            assert!(acknowledge(&mut world, A, &number.to_string()).is_ok());
        }
    }
    assert_eq!(waiting(&world, A).len(), 1);
    for change in ["delete and put", "put and delete"] {
        let number = oldest(&world, A).expect("one waits").1;
        let next = world.memory.poll_queue(A).expect("a queue").next.to_native();
        let message = world.memory.poll_message(A, number).expect("it waits");
        let put = Change::PutPollMessage(PollMessage { number: next, ..checks::native::<PollMessage>(message) });
        let mut changes = vec![Change::DeletePollMessage { registrar: A.into(), number }, put];
        if change == "put and delete" {
            changes.reverse();
        }
        world.put(changes);
        invariants::check(&world.memory, world.now).expect(change);
        assert_eq!(oldest(&world, A), Some((1, next, "text".into())), "{change}");
    }
}

#[test]
fn nobody_walks_through_the_numbers_of_replaced_messages() {
    let mut world = World::new();
    for _ in 0..1000 {
        queue(&mut world, A, "text");
    }
    let most = POLL_MESSAGES_PER_OBJECT as u64;
    let gap = |world: &World, number| {
        world.memory.poll_gap(A, number).map(|gap| (gap.first.to_native(), gap.last.to_native()))
    };
    assert_eq!((gap(&world, most), gap(&world, 999)), (Some((most, 999)), Some((most, 999))));
    assert_eq!(world.memory.keys(Kind::PollGap).len(), 2);
    for number in 1..most {
        assert!(acknowledge(&mut world, A, &number.to_string()).is_ok());
    }
    assert_eq!(oldest(&world, A), Some((1, 1000, "text".into())));
    assert!(world.memory.keys(Kind::PollGap).is_empty());
}

/// Queues of a version that kept no lists by object and no gaps.
#[test]
fn messages_without_a_list_are_read_and_acknowledged_as_ever() {
    let mut world = World::new();
    for text in ["one", "two", "three", "four", "five"] {
        queue(&mut world, A, text);
    }
    assert_eq!(acknowledge(&mut world, A, "2"), Ok((4, 2)));
    assert_eq!(acknowledge(&mut world, A, "3"), Ok((3, 3)));
    for number in [2, 3] {
        world.memory.apply(Sealed::delete(Kind::PollGap, key::poll_message(A, number)));
    }
    world.memory.apply(Sealed::delete(Kind::PollAbout, key::poll_about(A, (Kind::Contact, "sh8013"))));
    for number in 6..6 + 3 * POLL_MESSAGES_PER_OBJECT {
        queue(&mut world, A, &number.to_string());
    }
    assert_eq!(waiting(&world, A).len(), 3 + POLL_MESSAGES_PER_OBJECT);
    for (number, _) in waiting(&world, A) {
        assert!(acknowledge(&mut world, A, &number.to_string()).is_ok(), "{number}");
    }
    assert_eq!(oldest(&world, A), None);
    invariants::check(&world.memory, world.now).expect("whole");
}
