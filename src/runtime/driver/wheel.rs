//! Timers of one executor: a hierarchical wheel of one-millisecond ticks with constant-time arming and disarming.
//!
//! Sessions arm and disarm an idle timeout around every read, so both must cost next to nothing; when a timer fires to
//! the millisecond does not matter. Level `l` has 64 slots of `64^l` ticks; a timer lies on the level of the highest
//! digit (base 64) in which its tick differs from the present one, and moves down when that slot's time comes.

use std::task::Waker;

const BITS: u32 = 6;
const SLOTS: usize = 1 << BITS;
const LEVELS: usize = 7;
/// Ticks beyond this are cut: 69 years of milliseconds.
const HORIZON: u64 = 1 << (BITS * LEVELS as u32 - 1);
const NONE: u32 = u32::MAX;

/// A timer that is armed, or was; a key whose timer fired or was disarmed names nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::runtime) struct TimerKey {
    node: u32,
    generation: u32,
}

struct Node {
    generation: u32,
    tick: u64,
    list: u32,
    previous: u32,
    next: u32,
    waker: Option<Waker>,
}

pub(super) struct Wheel {
    now: u64,
    heads: Vec<u32>,
    occupied: [u64; LEVELS],
    nodes: Vec<Node>,
    free: Vec<u32>,
}

impl Wheel {
    pub(super) fn new() -> Self {
        Self { now: 0, heads: vec![NONE; SLOTS * LEVELS], occupied: [0; LEVELS], nodes: Vec::new(), free: Vec::new() }
    }

    /// Arms a timer for `tick`; one that has passed fires with the next tick.
    pub(super) fn arm(&mut self, tick: u64, waker: Waker) -> TimerKey {
        let tick = tick.clamp(self.now + 1, self.now + HORIZON);
        let node = self.free.pop().unwrap_or_else(|| {
            self.nodes.push(Node { generation: 0, tick: 0, list: NONE, previous: NONE, next: NONE, waker: None });
            (self.nodes.len() - 1) as u32
        });
        let entry = &mut self.nodes[node as usize];
        (entry.tick, entry.waker) = (tick, Some(waker));
        let generation = entry.generation;
        self.link(node);
        TimerKey { node, generation }
    }

    /// Whether the timer has neither fired nor been disarmed; if so, it will wake `waker`.
    pub(super) fn refresh(&mut self, key: TimerKey, waker: &Waker) -> bool {
        let Some(node) = self.nodes.get_mut(key.node as usize).filter(|node| node.generation == key.generation) else {
            return false;
        };
        match &mut node.waker {
            Some(present) => present.clone_from(waker),
            vacant => *vacant = Some(waker.clone()),
        }
        true
    }

    /// Disarms; nothing happens when the timer fired already.
    pub(super) fn disarm(&mut self, key: TimerKey) {
        if self.nodes.get(key.node as usize).is_some_and(|node| node.generation == key.generation) {
            self.unlink(key.node);
            self.release(key.node);
        }
    }

    /// Moves the present to `tick` and appends the wakers of all timers due by then.
    pub(super) fn advance(&mut self, tick: u64, due: &mut Vec<Waker>) {
        while let Some((level, slot, at)) = self.next_slot().filter(|(_, _, at)| *at <= tick) {
            self.now = at;
            let list = level * SLOTS + slot;
            let mut node = std::mem::replace(&mut self.heads[list], NONE);
            self.occupied[level] &= !(1 << slot);
            while node != NONE {
                let next = self.nodes[node as usize].next;
                if self.nodes[node as usize].tick <= at {
                    due.extend(self.release(node));
                } else {
                    self.link(node);
                }
                node = next;
            }
        }
        self.now = self.now.max(tick);
    }

    /// The tick by which the wheel has to be advanced again; no timer is due before it.
    pub(super) fn next_tick(&self) -> Option<u64> {
        self.next_slot().map(|(_, _, at)| at)
    }

    /// Drops all wakers.
    pub(super) fn clear(&mut self) -> Vec<Waker> {
        self.heads.fill(NONE);
        self.occupied = [0; LEVELS];
        let armed: Vec<u32> = (0..self.nodes.len() as u32).filter(|n| self.nodes[*n as usize].list != NONE).collect();
        armed.into_iter().filter_map(|node| self.release(node)).collect()
    }

    /// The occupied slot whose time comes first, as level, slot and first tick. Slots of a lower level come before those
    /// of a higher one, and within a level all occupied slots lie ahead of the present digit.
    fn next_slot(&self) -> Option<(usize, usize, u64)> {
        let level = self.occupied.iter().position(|slots| *slots != 0)?;
        let slot = self.occupied[level].trailing_zeros() as usize;
        let width = BITS * level as u32;
        let above = (self.now >> (width + BITS)) << (width + BITS);
        Some((level, slot, above | (slot as u64) << width))
    }

    fn link(&mut self, node: u32) {
        let tick = self.nodes[node as usize].tick;
        let level = (63 - (tick ^ self.now | 1).leading_zeros()) / BITS;
        let slot = (tick >> (BITS * level)) as usize % SLOTS;
        let list = level as usize * SLOTS + slot;
        let head = self.heads[list];
        if head != NONE {
            self.nodes[head as usize].previous = node;
        }
        let entry = &mut self.nodes[node as usize];
        (entry.list, entry.previous, entry.next) = (list as u32, NONE, head);
        self.heads[list] = node;
        self.occupied[level as usize] |= 1 << slot;
    }

    fn unlink(&mut self, node: u32) {
        let Node { list, previous, next, .. } = self.nodes[node as usize];
        if next != NONE {
            self.nodes[next as usize].previous = previous;
        }
        if previous != NONE {
            self.nodes[previous as usize].next = next;
            return;
        }
        self.heads[list as usize] = next;
        if next == NONE {
            self.occupied[list as usize / SLOTS] &= !(1 << (list as usize % SLOTS));
        }
    }

    fn release(&mut self, node: u32) -> Option<Waker> {
        let entry = &mut self.nodes[node as usize];
        entry.generation = entry.generation.wrapping_add(1);
        entry.list = NONE;
        self.free.push(node);
        entry.waker.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::task::Wake;

    struct Fired(AtomicU64);

    impl Wake for Fired {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn advance(wheel: &mut Wheel, tick: u64) {
        let mut due = Vec::new();
        wheel.advance(tick, &mut due);
        due.into_iter().for_each(Waker::wake);
    }

    proptest! {
        #[test]
        fn every_timer_fires_once_and_in_its_tick(
            ops in prop::collection::vec((0u64..3, 0u64..400_000, 1u64..9_000), 1..120)
        ) {
            let mut wheel = Wheel::new();
            let mut now = 0;
            let mut model: Vec<(u64, TimerKey, Arc<Fired>)> = Vec::new();
            for (kind, ahead, step) in ops {
                match kind {
                    0 => {
                        let fired = Arc::new(Fired(AtomicU64::new(0)));
                        let key = wheel.arm(now + 1 + ahead, Waker::from(fired.clone()));
                        model.push((now + 1 + ahead, key, fired));
                    }
                    1 if !model.is_empty() => {
                        let (_, key, fired) = model.swap_remove(ahead as usize % model.len());
                        wheel.disarm(key);
                        prop_assert!(!wheel.refresh(key, Waker::noop()));
                        prop_assert_eq!(fired.0.load(Ordering::Relaxed), 0);
                    }
                    _ => {
                        now += step;
                        prop_assert!(wheel.next_tick().is_none_or(|next| model.iter().all(|(at, ..)| next <= *at)));
                        advance(&mut wheel, now);
                        for (at, key, fired) in &model {
                            prop_assert_eq!(fired.0.load(Ordering::Relaxed), u64::from(*at <= now), "due {} at {}", at, now);
                            if *at <= now {
                                wheel.disarm(*key);
                            }
                        }
                        model.retain(|(at, ..)| *at > now);
                    }
                }
            }
            prop_assert_eq!(wheel.next_tick().is_some(), !model.is_empty());
        }
    }

    #[test]
    fn a_timer_beyond_the_horizon_is_cut_to_it() {
        let mut wheel = Wheel::new();
        let fired = Arc::new(Fired(AtomicU64::new(0)));
        wheel.arm(u64::MAX, Waker::from(fired.clone()));
        advance(&mut wheel, HORIZON);
        assert_eq!(fired.0.load(Ordering::Relaxed), 1);
    }
}
