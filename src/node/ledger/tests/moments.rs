//! The state of an earlier moment, read beside a ledger that goes on.

use super::*;
use crate::node::image::{self, ImageError};

/// All there is up to the moment without it.
fn at(world: &World, until: Option<Timestamp>) -> Result<Image, ImageError> {
    let durable = world.ledger.stats().last_frame;
    let found = image::open((&world.wal, &world.index), &index::Options::new(9), 7, durable, until)?;
    let mut image = Image::new();
    for kind in Kind::ALL {
        found.state().reader().pin().for_each(tag(kind), |key, record| {
            image.insert((tag(kind), key.to_vec()), record.to_vec());
        });
    }
    assert_eq!(found.sequence, sequence_in(&image));
    Ok(image)
}

#[test]
fn the_state_of_each_moment_since_the_base_files_is_what_was_then() {
    for seed in 0..4 {
        let mut world = World::new(seed);
        let (mut moments, mut past) = (Vec::new(), Vec::new());
        for round in 0..12 {
            world.work(5);
            if round % 5 == 3 {
                world.checkpoint();
                past.append(&mut moments);
            }
            let next = Timestamp::from_micros(world.ledger.last.micros() + 1);
            moments.push((next, world.image()));
        }
        for (until, expected) in &moments {
            assert!(at(&world, Some(*until)).expect("the log is kept") == *expected, "as of {until}");
        }
        assert!(at(&world, None).expect("the log is kept") == world.image());
        let (oldest, _) = &past[0];
        let refused = at(&world, Some(*oldest)).err().map(|error| error.to_string()).expect("it is past");
        assert!(refused.contains("take a later one"), "{refused}");
    }
}

#[test]
fn a_moment_inside_a_frame_has_the_transactions_before_it_alone() {
    let mut world = World::of_names(3, 40, 1);
    world.wait(800);
    while world.ledger.fall_due() > 0 {}
    let steps = world.steps();
    let (middle, ..) = steps[steps.len() / 2];
    let image = at(&world, Some(middle)).expect("the log is kept");
    let earlier = steps.iter().take_while(|(time, ..)| *time < middle).count();
    let all = sequence_in(&world.image());
    assert_eq!(sequence_in(&image), all - (steps.len() - earlier) as u64);
}

/// A crowd of names falls due while commands come between its batches: what is dated before a moment is of its state, wherever
/// in the log it stands.
#[test]
fn what_fell_due_before_a_moment_is_of_its_state_although_a_command_after_it_was_decided_first() {
    let mut world = World::of_names(5, 300, 400);
    let first = world.expiry("n7.test");
    let step = world.ledger.fall_due();
    assert!(step > 0 && step < 300, "a part of them: {step}");
    let before = Timestamp::from_micros(world.ledger.clock.micros.get());
    let outcomes = world.commit(vec![create("late.test")]);
    assert_eq!(codes(&outcomes), [1000]);
    while world.ledger.fall_due() > 0 {}
    let durable = world.ledger.stats().last_frame;
    let options = index::Options::new(9);
    let found = image::open((&world.wal, &world.index), &options, 7, durable, Some(before)).expect("the log is kept");
    let state = found.state();
    assert!(state.domain("late.test").is_none());
    for number in 0..300 {
        let domain = state.domain(&format!("n{number}.test")).expect("registered");
        assert!(domain.expires.get() > first, "n{number} is renewed");
    }
}
