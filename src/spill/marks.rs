//! Small numbers at places: too many for memory, and looked up by ranges of places.

use super::file::{SpillError, SpillFile};
use super::sorter::{Sorted, Sorter};

/// Length of a mark in the file: place and number.
const LENGTH: usize = 9;
/// Bytes that are written at once.
const CHUNK: usize = 32 * 1024;

/// Takes marks in any order.
#[derive(Debug)]
pub struct Marker(Sorter);

impl Marker {
    /// One that keeps about `most` bytes in memory.
    pub fn new(most: usize) -> Self {
        Self(Sorter::new(most))
    }

    /// Adds a mark. The same mark twice is one.
    ///
    /// # Errors
    /// Where the temporary file cannot be made or written.
    pub fn add(&mut self, place: u64, number: u8) -> Result<(), SpillError> {
        self.0.push(place, &[number])
    }

    /// All marks.
    ///
    /// # Errors
    /// Where the temporary file cannot be written or read.
    pub fn finish(self) -> Result<Marks, SpillError> {
        let most = self.0.most();
        Marks::of(&self.0.finish()?, most)
    }
}

/// Marks in the order of their places.
#[derive(Debug)]
pub struct Marks {
    /// Those in memory: all of them, or those that are not in the file.
    memory: Vec<(u64, u8)>,
    file: SpillFile,
    /// How many are in the file, before the others.
    in_file: u64,
}

impl Marks {
    fn of(sorted: &Sorted, most: usize) -> Result<Self, SpillError> {
        let mut marks = Self { memory: Vec::new(), file: SpillFile::default(), in_file: 0 };
        let (mut reading, mut bytes) = (sorted.read()?, Vec::new());
        let (mut place, mut numbers) = (None, Vec::new());
        while let Some(next) = reading.next(&mut bytes)? {
            if place != Some(next) {
                place = Some(next);
                numbers.clear();
            }
            let number = bytes.first().copied().unwrap_or_default();
            if numbers.contains(&number) {
                continue;
            }
            numbers.push(number);
            marks.memory.push((next, number));
            if marks.memory.len() * size_of::<(u64, u8)>() > most.max(CHUNK) {
                marks.write()?;
            }
        }
        Ok(marks)
    }

    fn write(&mut self) -> Result<(), SpillError> {
        let mut text = Vec::new();
        for (place, number) in &self.memory {
            text.extend_from_slice(&place.to_le_bytes());
            text.push(*number);
        }
        self.file.append(&text)?;
        self.in_file += self.memory.len() as u64;
        self.memory.clear();
        Ok(())
    }

    /// True where there are none.
    pub fn is_empty(&self) -> bool {
        self.in_file == 0 && self.memory.is_empty()
    }

    /// Fills in the marks from one place to another, both included.
    ///
    /// # Errors
    /// Where the temporary file cannot be read.
    pub fn between(&self, from: u64, to: u64, out: &mut Vec<(u64, u8)>) -> Result<(), SpillError> {
        out.clear();
        let mut next = self.first_in_file(from)?;
        let mut bytes = Vec::new();
        while next < self.in_file {
            let count = (self.in_file - next).min((CHUNK / LENGTH) as u64);
            bytes.resize(count as usize * LENGTH, 0);
            self.file.read(next * LENGTH as u64, &mut bytes)?;
            for mark in bytes.chunks_exact(LENGTH) {
                let (place, number) = read(mark);
                if place > to {
                    return Ok(());
                }
                out.push((place, number));
            }
            next += count;
        }
        let begin = self.memory.partition_point(|(place, _)| *place < from);
        out.extend(self.memory[begin..].iter().take_while(|(place, _)| *place <= to));
        Ok(())
    }

    /// The first mark in the file at that place or behind it.
    fn first_in_file(&self, from: u64) -> Result<u64, SpillError> {
        let (mut low, mut high) = (0, self.in_file);
        let mut bytes = [0; LENGTH];
        while low < high {
            let middle = low + (high - low) / 2;
            self.file.read(middle * LENGTH as u64, &mut bytes)?;
            if read(&bytes).0 < from { low = middle + 1 } else { high = middle }
        }
        Ok(low)
    }
}

fn read(mark: &[u8]) -> (u64, u8) {
    let place = mark.first_chunk().map_or(0, |place| u64::from_le_bytes(*place));
    (place, mark.last().copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn marks_of_a_range_are_found_in_memory_and_in_the_file() -> Result<(), SpillError> {
        for most in [0, 50_000, usize::MAX] {
            let mut marker = Marker::new(most);
            let mut expected = BTreeSet::new();
            for number in 0..20_000_u64 {
                let mark = (number * 7919 % 5000 * 3, (number % 5) as u8);
                marker.add(mark.0, mark.1)?;
                expected.insert(mark);
            }
            let marks = marker.finish()?;
            assert!(!marks.is_empty());
            let mut found = Vec::new();
            for (from, to) in [(0, u64::MAX), (0, 0), (1, 2), (14_997, 20_000), (3000, 3300), (9, 8)] {
                marks.between(from, to, &mut found)?;
                let mut sorted = found.clone();
                sorted.sort_unstable();
                let of_range = |(place, _): &&(u64, u8)| (from..).contains(place) && *place <= to;
                let wanted: Vec<(u64, u8)> = expected.iter().filter(of_range).copied().collect();
                assert!(found.is_sorted_by_key(|(place, _)| *place), "in order");
                assert_eq!(sorted, wanted, "{from} to {to} with {most}");
            }
        }
        Ok(())
    }
}
