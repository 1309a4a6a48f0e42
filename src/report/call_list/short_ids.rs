//! The shortest beginnings by which listed calls can be named.
//!
//! Comes in: the ids of the listed calls, then those of all calls, in any order. Goes out: for each listed id its shortest
//! beginning that no other id has. Must not: compare all ids with each other.

/// Letters of an id that are shown at least.
const LEAST: usize = 8;

/// Ids that are listed, each with how many of its bytes another id begins with.
#[derive(Clone, Debug, Default)]
pub struct ShortIds {
    /// In order.
    ids: Vec<(String, usize)>,
}

impl ShortIds {
    /// Of these ids, which are all different.
    pub fn new(ids: impl Iterator<Item = String>) -> Self {
        let mut ids: Vec<(String, usize)> = ids.map(|id| (id, 0)).collect();
        ids.sort_unstable();
        for at in 1..ids.len() {
            let common = common(&ids[at - 1].0, &ids[at].0);
            ids[at - 1].1 = ids[at - 1].1.max(common);
            ids[at].1 = common;
        }
        Self { ids }
    }

    /// Takes in the id of any call. Only its neighbours in order can share more with it than with each other.
    pub fn see(&mut self, id: &str) {
        let at = self.ids.partition_point(|(listed, _)| listed.as_str() < id);
        for near in [at.checked_sub(1), Some(at)].into_iter().flatten() {
            if let Some((listed, most)) = self.ids.get_mut(near)
                && listed != id
            {
                *most = (*most).max(common(listed, id));
            }
        }
    }

    /// Takes in what others of the same listed ids have seen.
    pub fn merge(&mut self, other: &Self) {
        for ((_, most), (_, more)) in self.ids.iter_mut().zip(&other.ids) {
            *most = (*most).max(*more);
        }
    }

    /// The beginning of a listed id; another id is itself.
    pub fn short<'i>(&self, id: &'i str) -> &'i str {
        let found = self.ids.binary_search_by(|(listed, _)| listed.as_str().cmp(id));
        let Ok(at) = found else { return id };
        // One byte more than any other has, as whole letters.
        let mut ends = id.char_indices().map(|(start, letter)| start + letter.len_utf8());
        let least = id.char_indices().nth(LEAST).map_or(id.len(), |(end, _)| end);
        let end = ends.find(|end| *end > self.ids[at].1).unwrap_or(id.len());
        &id[..end.max(least)]
    }
}

/// Bytes that both begin with.
fn common(one: &str, other: &str) -> usize {
    one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_short_id_is_the_shortest_that_names_one_call(
            all in prop::collection::btree_set("[ab李]{0,3}12345[ab李]{0,6}", 1..30),
            listed in prop::collection::vec(any::<prop::sample::Index>(), 1..8),
        ) {
            let all: Vec<String> = all.into_iter().collect();
            let listed: std::collections::BTreeSet<String> =
                listed.iter().map(|index| index.get(&all).clone()).collect();
            let mut short = ShortIds::new(listed.iter().cloned());
            let mut other = short.clone();
            for (at, id) in all.iter().rev().enumerate() {
                if at % 2 == 0 { short.see(id) } else { other.see(id) }
            }
            short.merge(&other);
            for id in &listed {
                let beginnings = id.char_indices().map(|(end, _)| &id[..end]).chain([id.as_str()]);
                let names_one = |it: &&str| all.iter().filter(|other| other.starts_with(*it)).count() == 1;
                let long = |it: &&str| it.chars().count() >= LEAST.min(id.chars().count());
                let expected = beginnings.filter(long).find(names_one).unwrap_or(id);
                prop_assert_eq!(short.short(id), expected);
            }
        }
    }
}
