//! A walk through the search keys of all tables, merged into one order.

use super::{
    base::Base,
    delta::Delta,
    reader::{Snapshot, State},
    search::Place,
    search_section,
    search_set::FreshKey,
};
use crossbeam_skiplist::set;
use std::ops::{Bound, ControlFlow};

/// A walk through the keys of one table.
enum Walk<'s> {
    Fresh(Option<set::Entry<'s, FreshKey>>),
    Stored {
        base: &'s Base,
        /// The item that comes next.
        number: usize,
        /// What the present item tells; `None` at the end.
        present: Option<(Vec<u8>, u8, Vec<u8>)>,
    },
}

impl<'s> Walk<'s> {
    fn fresh(delta: &'s Delta, family: u8, from: Bound<Place<'_>>) -> Walk<'s> {
        let first = delta.search_keys().lower_bound(family, from);
        Walk::Fresh(first.filter(|key| key.value().family() == family))
    }

    fn stored(base: &'s Base, family: u8, from: Bound<Place<'_>>) -> Walk<'s> {
        let items = base.search_items();
        let number = search_section::lower_bound(base.bytes(), base.search_keys(), items, family, from);
        let mut walk = Walk::Stored { base, number, present: Some(Default::default()) };
        walk.step(family);
        walk
    }

    /// Where it is; `None` at the end of the family.
    fn place(&self) -> Option<Place<'_>> {
        match self {
            Walk::Fresh(key) => key.as_ref().map(|key| key.value().place()),
            Walk::Stored { present, .. } => present.as_ref().map(|(text, kind, key)| Place { text, kind: *kind, key }),
        }
    }

    fn step(&mut self, family: u8) {
        match self {
            Walk::Fresh(key) => {
                let next = key.as_ref().and_then(set::Entry::next);
                *key = next.filter(|key| key.value().family() == family);
            }
            Walk::Stored { base, number, present } => {
                let item = base.search_items().get(*number).filter(|item| search_section::family(item) == family);
                *number += 1;
                let (Some(item), Some((text, kind, key))) = (item, &mut *present) else {
                    *present = None;
                    return;
                };
                let found = search_section::at(base.bytes(), base.search_keys(), item, |place| {
                    text.clear();
                    text.extend_from_slice(place.text);
                    *kind = place.kind;
                    key.clear();
                    key.extend_from_slice(place.key);
                });
                if found.is_none() {
                    *present = None;
                }
            }
        }
    }
}

impl State {
    fn walks(&self, family: u8, from: Bound<Place<'_>>) -> Vec<Walk<'_>> {
        let frozen = self.frozen.as_ref().map(|frozen| Walk::fresh(frozen.delta.delta(), family, from));
        let stored = self.stack.iter().map(|base| Walk::stored(base, family, from));
        std::iter::once(Walk::fresh(&self.active, family, from)).chain(frozen).chain(stored).collect()
    }
}

impl Snapshot<'_> {
    /// Calls `each` with the places of a family of search keys, ascending from a bound on, each once, until it breaks.
    ///
    /// They are hints: whoever gets one looks the record up and sees whether it has that key. So looked at, a walk finds
    /// each record that has a key from before its beginning to its end, and none twice. For the walk goes through the
    /// tables of the moment it began. That record was put into one of them, or, by a later put that changed nothing about
    /// the key, into a newer one as well; and the writer adds a record's keys to a table before it shows the record there,
    /// and takes none away. A record that got its key only later may be passed over: it was not there all the while.
    pub fn search(&self, family: u8, from: Bound<Place<'_>>, each: &mut dyn FnMut(Place<'_>) -> ControlFlow<()>) {
        let start = Place { text: &[], kind: 0, key: &[] };
        let from = if from == Bound::Unbounded { Bound::Included(start) } else { from };
        let mut walks = self.state().walks(family, from);
        let (mut text, mut key) = (Vec::new(), Vec::new());
        while let Some(next) = walks.iter().filter_map(Walk::place).min() {
            text.clear();
            text.extend_from_slice(next.text);
            key.clear();
            key.extend_from_slice(next.key);
            let next = Place { text: &text, kind: next.kind, key: &key };
            if each(next).is_break() {
                return;
            }
            for walk in &mut walks {
                // A record may have one key twice, and so two items at one place.
                while walk.place() == Some(next) {
                    walk.step(family);
                }
            }
        }
    }
}
