//! A table whose keys are never mistaken for a later tenant of the same place.

/// Places for values; a key is `generation << 32 | place`, and a stale key finds nothing.
pub(super) struct Slots<T> {
    places: Vec<Place<T>>,
    free: Vec<u32>,
}

struct Place<T> {
    generation: u32,
    value: Option<T>,
}

impl<T> Slots<T> {
    pub(super) const fn new() -> Self {
        Self { places: Vec::new(), free: Vec::new() }
    }

    pub(super) fn insert(&mut self, value: T) -> u64 {
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push(Place { generation: 0, value: None });
            (self.places.len() - 1) as u32
        });
        let entry = &mut self.places[place as usize];
        entry.value = Some(value);
        u64::from(entry.generation) << 32 | u64::from(place)
    }

    pub(super) fn get(&self, key: u64) -> Option<&T> {
        self.place(key).and_then(|entry| entry.value.as_ref())
    }

    pub(super) fn remove(&mut self, key: u64) -> Option<T> {
        let place = key as u32;
        let entry = self.places.get_mut(place as usize).filter(|entry| entry.generation == (key >> 32) as u32)?;
        let value = entry.value.take()?;
        // The last generation is not used, so that no key equals `u64::MAX`, the driver's own token.
        entry.generation = (entry.generation + 1) % u32::MAX;
        self.free.push(place);
        Some(value)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.places.iter().filter_map(|entry| entry.value.as_ref())
    }

    fn place(&self, key: u64) -> Option<&Place<T>> {
        self.places.get(key as u32 as usize).filter(|entry| entry.generation == (key >> 32) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_key_does_not_find_the_next_tenant() {
        let mut slots = Slots::new();
        let first = slots.insert('a');
        assert_eq!(slots.remove(first), Some('a'));
        let second = slots.insert('b');
        assert_eq!((slots.get(first), slots.get(second)), (None, Some(&'b')));
        assert_eq!(slots.remove(first), None);
        assert_eq!(slots.iter().collect::<Vec<_>>(), [&'b']);
    }
}
