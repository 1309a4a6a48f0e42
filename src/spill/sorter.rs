//! Sorts more than memory has room for: runs that are sorted in memory go to a temporary file, and are merged.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::file::{FileRange, SpillError, SpillFile};

/// The most and the least bytes of a run that are read at once.
const WINDOW: usize = 32 * 1024;
const LEAST_WINDOW: usize = 512;

/// Length of what is before an item in the file: its key, and how many bytes it has.
const HEAD: usize = 12;

/// Takes items in any order.
#[derive(Debug)]
pub struct Sorter {
    /// Most bytes in memory.
    most: usize,
    items: Vec<SortItem>,
    bytes: Vec<u8>,
    file: SpillFile,
    runs: Vec<FileRange>,
    /// The greatest key of the last run.
    last: u64,
}

/// An item in memory, and where its bytes are.
#[derive(Clone, Copy, Debug)]
struct SortItem {
    key: u64,
    start: usize,
    length: u32,
}

impl Sorter {
    /// One that keeps about `most` bytes in memory.
    pub fn new(most: usize) -> Self {
        let (items, bytes, file, runs) = (Vec::new(), Vec::new(), SpillFile::default(), Vec::new());
        Self { most, items, bytes, file, runs, last: 0 }
    }

    /// Adds an item, of less than 4 GiB. Those with the same key come out in the order in which they came.
    ///
    /// # Errors
    /// If the temporary file cannot be made or written.
    pub fn push(&mut self, key: u64, bytes: &[u8]) -> Result<(), SpillError> {
        self.items.push(SortItem { key, start: self.bytes.len(), length: bytes.len() as u32 });
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len().saturating_add(self.items.len() * size_of::<SortItem>()) > self.most {
            self.write_run()?;
        }
        Ok(())
    }

    /// About how many bytes it keeps in memory.
    pub(super) fn most(&self) -> usize {
        self.most
    }

    fn sort(&mut self) {
        // What comes in order costs nothing.
        self.items.sort_by_key(|item| item.key);
    }

    fn write_run(&mut self) -> Result<(), SpillError> {
        self.sort();
        let (Some(first), Some(last)) = (self.items.first().copied(), self.items.last().copied()) else {
            return Ok(());
        };
        // What comes after the last run is a part of it.
        let mut run = self.runs.pop_if(|_| self.last <= first.key);
        let mut text = Vec::new();
        for item in std::mem::take(&mut self.items) {
            text.extend_from_slice(&item.key.to_le_bytes());
            text.extend_from_slice(&item.length.to_le_bytes());
            text.extend_from_slice(&self.bytes[item.start..item.start + item.length as usize]);
            if text.len() >= WINDOW {
                put(&self.file, &mut run, &mut text)?;
            }
        }
        put(&self.file, &mut run, &mut text)?;
        self.runs.extend(run);
        self.bytes.clear();
        self.last = last.key;
        Ok(())
    }

    /// Everything, sorted.
    ///
    /// # Errors
    /// If the temporary file cannot be written.
    pub fn finish(mut self) -> Result<Sorted, SpillError> {
        if self.runs.is_empty() {
            self.sort();
            return Ok(Sorted(Storage::Memory { items: self.items, bytes: self.bytes }));
        }
        self.write_run()?;
        let window = (self.most / self.runs.len().max(1)).clamp(LEAST_WINDOW, WINDOW);
        Ok(Sorted(Storage::File { file: self.file, runs: self.runs, window }))
    }
}

fn put(file: &SpillFile, run: &mut Option<FileRange>, text: &mut Vec<u8>) -> Result<(), SpillError> {
    let FileRange { start, end } = file.append(text)?;
    *run = Some(FileRange { start: run.map_or(start, |run| run.start), end });
    text.clear();
    Ok(())
}

/// Items in the order of their keys.
#[derive(Debug)]
pub struct Sorted(Storage);

#[derive(Debug)]
enum Storage {
    Memory { items: Vec<SortItem>, bytes: Vec<u8> },
    File { file: SpillFile, runs: Vec<FileRange>, window: usize },
}

impl Sorted {
    /// Begins to read them.
    ///
    /// # Errors
    /// If the temporary file cannot be read.
    pub fn read(&self) -> Result<InOrder<'_>, SpillError> {
        match &self.0 {
            Storage::Memory { items, bytes } => Ok(InOrder(Items::Memory { items, bytes, next: 0 })),
            Storage::File { file, runs, window } => {
                Ok(InOrder(Items::File(Merge::begin(file, runs, *window)?)))
            }
        }
    }
}

/// Reads items in the order of their keys.
#[derive(Debug)]
pub struct InOrder<'s>(Items<'s>);

#[derive(Debug)]
enum Items<'s> {
    Memory { items: &'s [SortItem], bytes: &'s [u8], next: usize },
    File(Merge<'s>),
}

impl InOrder<'_> {
    /// The key of the next item.
    pub fn key(&self) -> Option<u64> {
        match &self.0 {
            Items::Memory { items, next, .. } => items.get(*next).map(|item| item.key),
            Items::File(merge) => merge.heads.peek().map(|Reverse((key, _))| *key),
        }
    }

    /// Takes the next item, if there is one: fills in its bytes and returns its key.
    ///
    /// # Errors
    /// If the temporary file cannot be read.
    pub fn next(&mut self, out: &mut Vec<u8>) -> Result<Option<u64>, SpillError> {
        out.clear();
        match &mut self.0 {
            Items::Memory { items, bytes, next } => {
                let Some(item) = items.get(*next) else { return Ok(None) };
                *next += 1;
                out.extend_from_slice(&bytes[item.start..item.start + item.length as usize]);
                Ok(Some(item.key))
            }
            Items::File(merge) => merge.next(out),
        }
    }
}

/// Reads several runs as one.
#[derive(Debug)]
struct Merge<'s> {
    file: &'s SpillFile,
    runs: Vec<SortedRun>,
    /// The key of each run's next item, the least first; of equal ones that of the earlier run.
    heads: BinaryHeap<Reverse<(u64, usize)>>,
}

/// A run that is being read.
#[derive(Debug)]
struct SortedRun {
    /// What was not read yet.
    rest: FileRange,
    /// Bytes that are read at once.
    most: usize,
    window: Vec<u8>,
    used: usize,
}

impl<'s> Merge<'s> {
    fn begin(file: &'s SpillFile, runs: &[FileRange], most: usize) -> Result<Self, SpillError> {
        let begin = |range: &FileRange| SortedRun { rest: *range, most, window: Vec::new(), used: 0 };
        let runs = runs.iter().map(begin).collect();
        let mut merge = Self { file, runs, heads: BinaryHeap::new() };
        for run in 0..merge.runs.len() {
            merge.show(run)?;
        }
        Ok(merge)
    }

    /// Puts the key of a run's next item among the others, if it has one.
    fn show(&mut self, run: usize) -> Result<(), SpillError> {
        if let Some(key) = self.runs[run].key(self.file)? {
            self.heads.push(Reverse((key, run)));
        }
        Ok(())
    }

    fn next(&mut self, out: &mut Vec<u8>) -> Result<Option<u64>, SpillError> {
        let Some(Reverse((key, run))) = self.heads.pop() else { return Ok(None) };
        self.runs[run].take(self.file, out)?;
        self.show(run)?;
        Ok(Some(key))
    }
}

impl SortedRun {
    /// Fills the window with that many of its bytes, if it has them.
    fn fill(&mut self, file: &SpillFile, wanted: usize) -> Result<bool, SpillError> {
        let there = self.window.len() - self.used;
        if there >= wanted {
            return Ok(true);
        }
        self.window.drain(..self.used);
        self.used = 0;
        let left = usize::try_from(self.rest.end - self.rest.start).unwrap_or(usize::MAX);
        let more = (wanted - there).max(self.most).min(left);
        self.window.resize(there + more, 0);
        file.read(self.rest.start, &mut self.window[there..])?;
        self.rest.start += more as u64;
        Ok(self.window.len() >= wanted)
    }

    fn key(&mut self, file: &SpillFile) -> Result<Option<u64>, SpillError> {
        if !self.fill(file, HEAD)? {
            return Ok(None);
        }
        let key = self.window[self.used..].first_chunk();
        Ok(key.map(|key| u64::from_le_bytes(*key)))
    }

    /// Takes the next item, whose head is in the window.
    fn take(&mut self, file: &SpillFile, out: &mut Vec<u8>) -> Result<(), SpillError> {
        let length = self.window[self.used + HEAD - size_of::<u32>()..].first_chunk();
        let length = length.map_or(0, |length| u32::from_le_bytes(*length)) as usize;
        if !self.fill(file, HEAD + length)? {
            return Err(SpillError::damaged());
        }
        let start = self.used + HEAD;
        out.extend_from_slice(&self.window[start..start + length]);
        self.used = start + length;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Few and many items, short and long, in memory and in runs, come out as a stable sort has them.
        #[test]
        fn all_come_back_in_order(
            items in prop::collection::vec((0..200_u64, 0..400_usize), 0..300),
            most in prop::sample::select(vec![0, 100, 2000, 20_000, usize::MAX]),
        ) {
            let bytes = |number: usize, length: usize| vec![number as u8; length * length / 3];
            let mut sorter = Sorter::new(most);
            let mut expected = Vec::new();
            for (number, (key, length)) in items.into_iter().enumerate() {
                sorter.push(key, &bytes(number, length))?;
                expected.push((key, bytes(number, length)));
            }
            expected.sort_by_key(|(key, _)| *key);
            let sorted = sorter.finish()?;
            for _ in 0..2 {
                let (mut reading, mut out) = (sorted.read()?, Vec::new());
                for (key, bytes) in &expected {
                    prop_assert_eq!(reading.key(), Some(*key));
                    prop_assert_eq!(reading.next(&mut out)?, Some(*key));
                    prop_assert!(out == *bytes);
                }
                prop_assert_eq!((reading.key(), reading.next(&mut out)?), (None, None));
            }
        }
    }
}
