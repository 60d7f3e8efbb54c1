//! What readers hold: the published pair of delta and stack, and a pinned look at it.
#![allow(unsafe_code)]

use super::{
    base::Base,
    delta::{Delta, Sealed},
    entry::Entry,
    format::Span,
};
use crossbeam_epoch::{Atomic, Guard, Owned, pin};
use std::sync::{
    Arc,
    atomic::{
        AtomicU64,
        Ordering::{AcqRel, Acquire, Release},
    },
};

/// A delta under checkpoint, and whose changes it holds.
#[derive(Clone)]
pub(super) struct FrozenDelta {
    pub(super) delta: Sealed,
    pub(super) span: Span,
}

/// The tables of one moment, newest first.
pub(super) struct State {
    pub(super) active: Arc<Delta>,
    pub(super) frozen: Option<FrozenDelta>,
    pub(super) stack: Vec<Arc<Base>>,
}

impl State {
    /// The newest entry of a key in the tables that do not change.
    pub(super) fn below_active(&self, kind: u8, key: &[u8]) -> Option<Entry<'_>> {
        let frozen = self.frozen.as_ref().and_then(|frozen| frozen.delta.find(kind, key));
        frozen.or_else(|| find_in(&self.stack, kind, key))
    }

    fn find<'a>(&'a self, kind: u8, key: &[u8], guard: &'a Guard) -> Option<Entry<'a>> {
        self.active.find(kind, key, guard).or_else(|| self.below_active(kind, key))
    }
}

/// The newest entry of a key in some files, newest first.
pub(super) fn find_in<'a>(stack: &'a [Arc<Base>], kind: u8, key: &[u8]) -> Option<Entry<'a>> {
    stack.iter().find_map(|base| base.find(kind, key))
}

/// What the writer publishes and the readers look at.
pub(super) struct Shared {
    state: Atomic<State>,
    position: AtomicU64,
}

impl Shared {
    pub(super) fn new(state: State, position: u64) -> Shared {
        Shared { state: Atomic::new(state), position: AtomicU64::new(position) }
    }

    /// The state of this moment.
    pub(super) fn state<'a>(&'a self, guard: &'a Guard) -> &'a State {
        // SAFETY: the pointer is never null, and a state is destroyed through the collector after it was replaced, or
        // with `self`; the guard holds off the first, the borrow of `self` the second.
        unsafe { self.state.load(Acquire, guard).deref() }
    }

    /// Replaces the state; readers pinned before keep the old one.
    pub(super) fn publish(&self, state: State) {
        let guard = pin();
        let old = self.state.swap(Owned::new(state), AcqRel, &guard);
        // SAFETY: `old` was just replaced, so no later reader finds it, and `swap` gives each state to one caller.
        unsafe { guard.defer_destroy(old) };
        guard.flush();
    }

    pub(super) fn position(&self) -> u64 {
        self.position.load(Acquire)
    }

    pub(super) fn set_position(&self, position: u64) {
        self.position.store(position, Release);
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // SAFETY: `&mut self`: no reader is left, and the present state was not handed to the collector.
        drop(unsafe { std::mem::replace(&mut self.state, Atomic::null()).try_into_owned() });
    }
}

/// A way into the index for any thread. Reading never waits, and never makes the writer wait.
#[derive(Clone)]
pub struct Reader {
    pub(super) shared: Arc<Shared>,
}

impl Reader {
    /// Pins the present tables, so that what is read stays where it is; tens of nanoseconds.
    ///
    /// Hold it for one command, not longer: memory that the writer gives up meanwhile is kept until it is dropped.
    pub fn pin(&self) -> Snapshot<'_> {
        Snapshot { guard: pin(), shared: &self.shared }
    }

    /// The log position whose changes, and all before them, a [`Reader::pin`] from now on sees.
    pub fn position(&self) -> u64 {
        self.shared.position()
    }
}

/// A pinned look at the index, for one thread.
///
/// What it hands out stays whole until it is dropped. It is no frozen picture: each look-up answers with the newest
/// record of its moment, so two look-ups may lie on two sides of a commit.
pub struct Snapshot<'r> {
    guard: Guard,
    shared: &'r Shared,
}

impl Snapshot<'_> {
    /// The record of a key, aligned to 16 bytes.
    pub fn get(&self, kind: u8, key: &[u8]) -> Option<&[u8]> {
        self.shared.state(&self.guard).find(kind, key, &self.guard)?.record()
    }

    /// The tables of this moment.
    pub(super) fn state(&self) -> &State {
        self.shared.state(&self.guard)
    }

    /// The log position whose changes, and all before them, look-ups from now on see.
    pub fn position(&self) -> u64 {
        self.shared.position()
    }

    /// Calls `each(key, record)` once for every key of `kind`, in no order. Slow: it walks every table.
    ///
    /// A key that is put or deleted meanwhile may be among them or not; every other key is.
    pub fn for_each<'s>(&'s self, kind: u8, mut each: impl FnMut(&'s [u8], &'s [u8])) {
        let state = self.shared.state(&self.guard);
        // A key is taken up where its oldest entry lies. The tables below the active delta do not change, so that this
        // place is fixed while the writer goes on, and no key is met twice or passed over.
        let mut take = |entry: Entry<'s>| {
            if let Some(record) = state.find(kind, entry.key(), &self.guard).and_then(|newest| newest.record()) {
                each(entry.key(), record);
            }
        };
        for (depth, base) in state.stack.iter().enumerate().rev() {
            let older = &state.stack[depth + 1..];
            base.iter()
                .filter(|entry| entry.kind() == kind && find_in(older, kind, entry.key()).is_none())
                .for_each(&mut take);
        }
        if let Some(frozen) = &state.frozen {
            frozen.delta.for_each(|entry| {
                if entry.kind() == kind && find_in(&state.stack, kind, entry.key()).is_none() {
                    take(entry);
                }
            });
        }
        state.active.for_each(&self.guard, |entry| {
            if entry.kind() == kind && state.below_active(kind, entry.key()).is_none() {
                take(entry);
            }
        });
    }
}
