//! A map for what a call has few of: its users, mostly two of them.

use std::collections::HashMap;
use std::hash::Hash;

use smallvec::SmallVec;

/// Keys that are looked through one by one.
const FEW: usize = 8;

/// Values by key, in the order in which the keys came. As long as there are few, that takes no memory of its own;
/// when there are many, they are found by hash.
#[derive(Clone, Debug)]
pub struct SmallMap<K, V> {
    list: SmallVec<[(K, V); FEW]>,
    /// Where in the list each key is, once there are many. A call has fewer steps than a number of this size can count.
    places: Option<HashMap<K, u32>>,
}

impl<K, V> Default for SmallMap<K, V> {
    fn default() -> Self {
        Self { list: SmallVec::new(), places: None }
    }
}

impl<K: Copy + Eq + Hash, V> SmallMap<K, V> {
    fn find(&self, key: K) -> Option<usize> {
        match &self.places {
            Some(places) => places.get(&key).map(|place| *place as usize),
            None => self.list.iter().position(|(known, _)| *known == key),
        }
    }

    /// The value of a key.
    pub fn get(&self, key: K) -> Option<&V> {
        self.find(key).map(|place| &self.list[place].1)
    }

    /// True if the key is there.
    pub fn contains(&self, key: K) -> bool {
        self.find(key).is_some()
    }

    /// Adds a key that is new; returns whether it was.
    pub fn insert(&mut self, key: K, value: V) -> bool {
        if self.contains(key) {
            return false;
        }
        self.push(key, value);
        true
    }

    /// The value of a key, which is made if the key is new.
    pub fn or_insert_with(&mut self, key: K, value: impl FnOnce() -> V) -> &mut V {
        let place = self.find(key).unwrap_or_else(|| self.push(key, value()));
        &mut self.list[place].1
    }

    /// Adds a key that is new; returns its place.
    fn push(&mut self, key: K, value: V) -> usize {
        let place = self.list.len();
        self.list.push((key, value));
        if let Some(places) = &mut self.places {
            places.insert(key, place as u32);
        } else if place == FEW {
            let known = self.list.iter().enumerate();
            self.places = Some(known.map(|(place, (key, _))| (*key, place as u32)).collect());
        }
        place
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// True if it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Keys and values, in the order in which the keys came.
    pub fn iter(&self) -> impl Iterator<Item = &(K, V)> {
        self.list.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_are_found_in_order() {
        let mut few = SmallMap::default();
        for number in 0..40_u32 {
            assert!(!few.contains(number));
            assert!(few.insert(number, number * 2));
            assert!(!few.insert(number, 0));
        }
        *few.or_insert_with(7, || 0) += 1;
        assert_eq!((few.get(7), few.get(39), few.get(40)), (Some(&15), Some(&78), None));
        assert!(few.iter().map(|(key, _)| *key).eq(0..40));
    }
}
