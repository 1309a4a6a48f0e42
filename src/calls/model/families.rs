//! The families that the callbacks of a call are of.
//!
//! Comes in: the family of each callback. Goes out: a set that says whether they mix. Must not: judge.

use crate::spec::Family;

/// A set of families.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Families(u8);

impl Families {
    /// The older families first: those of the API that was there first.
    const IN_ORDER: [Family; 3] = [Family::Event, Family::Status, Family::V4];

    /// Adds a family.
    pub(in crate::calls) fn insert(&mut self, family: Family) {
        self.0 |= 1 << family as u8;
    }

    /// True if the family is one of them.
    pub fn contains(self, family: Family) -> bool {
        self.0 & (1 << family as u8) != 0
    }

    /// True if the event or the status family is one of them.
    pub fn has_older(self) -> bool {
        self.contains(Family::Event) || self.contains(Family::Status)
    }

    /// True if both v4 and an older family are among them. A client's API sends either, so one call has only one.
    pub fn are_mixed(self) -> bool {
        self.contains(Family::V4) && self.has_older()
    }

    /// The families, older ones first.
    pub fn iter(self) -> impl Iterator<Item = Family> {
        Self::IN_ORDER.into_iter().filter(move |family| self.contains(*family))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_v_4_and_an_older_family_mix() {
        use Family::{Event, Status, V4};
        let rows: [(&[Family], bool, bool); 7] = [
            (&[], false, false),
            (&[Event], true, false),
            (&[Event, Status], true, false),
            (&[V4], false, false),
            (&[Event, V4], true, true),
            (&[Status, V4], true, true),
            (&[Event, Status, V4], true, true),
        ];
        for (families, has_older, are_mixed) in rows {
            let mut set = Families::default();
            families.iter().rev().for_each(|family| set.insert(*family));
            assert_eq!(Vec::from_iter(set.iter()), families);
            assert_eq!((set.has_older(), set.are_mixed()), (has_older, are_mixed), "{families:?}");
        }
    }
}
