//! What each source of an input holds, so far as the source as a whole is judged by it.
//!
//! Comes in: counts of blocks and of records that are read in full. Goes out: [`SourceFacts`], whose parts merge in any
//! order. Must not: judge, or word anything.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::framing::{Noted, Reach};

/// Most names that are kept of one kind of thing; the others are only counted.
const MOST_NAMES: usize = 32;

/// Bytes that are kept of a source's first line of text.
const SAMPLE: usize = 400;

/// Something that occurs under several names, counted for each. Of many names the first in their order are kept, which
/// are the same however the input was cut.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotedNames {
    names: BTreeMap<String, Noted>,
    /// Under all names, also those that are not kept.
    all: Noted,
}

impl NotedNames {
    /// Counts one more under a name.
    pub fn note(&mut self, name: &str, at: Reach) {
        self.add(name, Noted { first: Some(at), count: 1 });
    }

    /// Counts more under a name.
    pub fn add(&mut self, name: &str, more: Noted) {
        self.all.merge(more);
        match self.names.get_mut(name) {
            Some(noted) => noted.merge(more),
            None => {
                self.names.insert(name.to_owned(), more);
                self.keep_few();
            }
        }
    }

    fn keep_few(&mut self) {
        while self.names.len() > MOST_NAMES {
            self.names.pop_last();
        }
    }

    fn merge(&mut self, other: &Self) {
        self.all.merge(other.all);
        for (name, noted) in &other.names {
            self.names.entry(name.clone()).or_default().merge(*noted);
        }
        self.keep_few();
    }

    fn move_by(&mut self, lines: u64, bytes: u64) {
        self.all.move_by(lines, bytes);
        self.names.values_mut().for_each(|noted| noted.move_by(lines, bytes));
    }

    /// The names that are kept, in their order, with where they occur first and how often.
    pub fn names(&self) -> impl Iterator<Item = (&str, Noted)> {
        self.names.iter().map(|(name, noted)| (name.as_str(), *noted))
    }

    /// Where any name occurs first, and how often all do.
    pub fn all(&self) -> Noted {
        self.all
    }

    /// How often names occur that are not kept.
    pub fn unnamed(&self) -> u64 {
        self.all.count - self.names.values().map(|noted| noted.count).sum::<u64>()
    }

    /// The name that occurs most often; the first in their order of several.
    pub fn most_common(&self) -> Option<(&str, u64)> {
        let most = self.names.iter().rev().max_by_key(|(_, noted)| noted.count);
        most.map(|(name, noted)| (name.as_str(), noted.count))
    }
}

/// What was counted in one source. Sums of parts, in any order, are those of the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFacts {
    /// Bytes in all, and those between records.
    pub bytes: u64,
    /// White space between records, and the like.
    pub blank_bytes: u64,
    /// Bytes that were skipped.
    pub skipped_bytes: u64,
    /// Records that are HTTP requests, rows of a table, and any other.
    pub requests: u64,
    /// Rows of a table among the records.
    pub rows: u64,
    /// All records.
    pub records: u64,
    /// For each family, how many callbacks are of it.
    pub families: [u64; 3],
    /// Callbacks that came without an SDKAppID.
    pub without_sdkappid: u64,
    /// Lines of text that were passed over.
    pub text_lines: Noted,
    /// The first of them, so far as it is kept, and its offset.
    pub first_text: Option<(u64, Vec<u8>)>,
    /// What it looks like, if that is known and no log, and how to make a log of it: `FILE` stands for its name.
    pub identified: Option<(Cow<'static, str>, Cow<'static, str>)>,
    /// Where its compressed data is damaged for the first time, and how.
    pub damage: Option<(u64, String)>,
    /// How its text is stored, if it was transcoded.
    pub encoding: Option<Cow<'static, str>>,
    /// Bytes before records that are not text.
    pub holes: Noted,
    /// Requests of the vendor's other products, by their command.
    pub products: NotedNames,
    /// Requests that carry nothing, by their method.
    pub other_requests: NotedNames,
    /// Requests that the receiver refused.
    pub refused: Noted,
    /// Callbacks that were found under names that no table lists as those of a body, by their path.
    pub unknown_paths: NotedNames,
    /// Times of capture that name no zone.
    pub local_times: Noted,
    /// The texts that callbacks were taken from, by their pointers, joined by blanks.
    pub wrappers: NotedNames,
    /// Records and skipped ranges that could be a callback, and were not understood.
    pub misses: Noted,
    /// Ranges among them that were skipped, so that they are not records.
    pub skipped_records: u64,
    /// Those of them that name a documented field in another case, by the field.
    pub other_case: NotedNames,
}

impl SourceFacts {
    /// Callbacks of all families.
    pub fn callbacks(&self) -> u64 {
        self.families.iter().sum()
    }

    /// True if the source holds neither a record nor a line of text: nothing at all, or only the header of a table.
    pub fn is_empty(&self) -> bool {
        if self.damage.is_some() && self.bytes == 0 {
            return false;
        }
        let has_lines = self.records > 0 || self.text_lines.count > 0 || self.skipped_bytes > 0;
        self.bytes == self.blank_bytes || (!has_lines && self.identified.is_none())
    }

    /// True if anything in it has to do with callbacks: one, a request of another product, one that carries nothing, or
    /// one that was refused.
    pub fn is_log(&self) -> bool {
        let others = [self.products.all(), self.other_requests.all(), self.refused];
        self.callbacks() > 0 || others.iter().any(|noted| noted.count > 0)
    }

    /// Takes what was counted from the beginning of a part for what is that many lines, and bytes, further
    /// on.
    pub fn move_by(&mut self, lines: u64, bytes: u64) {
        let noted = [
            &mut self.text_lines,
            &mut self.holes,
            &mut self.refused,
            &mut self.local_times,
            &mut self.misses,
        ];
        noted.into_iter().for_each(|noted| noted.move_by(lines, bytes));
        let named = [
            &mut self.products,
            &mut self.other_requests,
            &mut self.unknown_paths,
            &mut self.wrappers,
            &mut self.other_case,
        ];
        named.into_iter().for_each(|names| names.move_by(lines, bytes));
        self.first_text.iter_mut().for_each(|(offset, _)| *offset += bytes);
        self.damage.iter_mut().for_each(|(offset, _)| *offset += bytes);
    }

    /// Keeps a line of text, if it is the first.
    pub fn note_text(&mut self, offset: u64, line: &[u8]) {
        if self.first_text.as_ref().is_none_or(|(first, _)| offset < *first) {
            let end = memchr::memchr(b'\n', line).unwrap_or(line.len()).min(SAMPLE);
            self.first_text = Some((offset, line[..end].to_vec()));
        }
    }

    /// Keeps a damage, if it is the first.
    pub fn note_damage(&mut self, offset: u64, what: &str) {
        if self.damage.as_ref().is_none_or(|(first, _)| offset < *first) {
            self.damage = Some((offset, what.to_owned()));
        }
    }

    /// Adds what was counted in another part of the source.
    pub fn merge(&mut self, other: &Self) {
        self.bytes += other.bytes;
        self.blank_bytes += other.blank_bytes;
        self.skipped_bytes += other.skipped_bytes;
        self.requests += other.requests;
        self.rows += other.rows;
        self.records += other.records;
        for (count, more) in self.families.iter_mut().zip(other.families) {
            *count += more;
        }
        self.without_sdkappid += other.without_sdkappid;
        if let Some((offset, line)) = &other.first_text {
            self.note_text(*offset, line);
        }
        if let Some((offset, what)) = &other.damage {
            self.note_damage(*offset, what);
        }
        // Its first block alone says the one, and every block the other.
        self.identified = self.identified.take().or_else(|| other.identified.clone());
        self.encoding = self.encoding.take().or_else(|| other.encoding.clone());
        self.text_lines.merge(other.text_lines);
        self.holes.merge(other.holes);
        self.refused.merge(other.refused);
        self.local_times.merge(other.local_times);
        self.misses.merge(other.misses);
        self.skipped_records += other.skipped_records;
        self.products.merge(&other.products);
        self.other_requests.merge(&other.other_requests);
        self.unknown_paths.merge(&other.unknown_paths);
        self.wrappers.merge(&other.wrappers);
        self.other_case.merge(&other.other_case);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(offset: u64) -> Reach {
        Reach { offset, length: 1, line: offset + 1, column: 1 }
    }

    #[test]
    fn parts_merge_in_any_order() {
        let parts: Vec<SourceFacts> = (0..100_u64)
            .map(|index| {
                let mut part = SourceFacts { bytes: index, ..SourceFacts::default() };
                part.products.note(&format!("Group.{}", index * 7 % 50), at(index));
                part.note_text(index, b"text\nmore");
                part.misses.note(at(index), 1);
                part
            })
            .collect();
        let mut forth = SourceFacts::default();
        parts.iter().for_each(|part| forth.merge(part));
        let mut back = SourceFacts::default();
        for pair in parts.rchunks(3) {
            let mut some = SourceFacts::default();
            pair.iter().for_each(|part| some.merge(part));
            back.merge(&some);
        }
        assert_eq!(forth, back);
        assert_eq!(forth.products.names().count(), MOST_NAMES);
        assert_eq!((forth.products.unnamed(), forth.products.all().count), (36, 100));
        assert_eq!(forth.first_text, Some((0, b"text".to_vec())));
        assert_eq!(forth.misses.first.map(|first| first.line), Some(1));
    }
}
