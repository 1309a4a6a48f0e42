//! Small values at places: too many for memory, and looked up by a place or a range of places.

use super::file::{SpillError, SpillFile};
use super::sorter::Sorter;

/// Bytes that are read or written at once.
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
    /// If the temporary file cannot be made or written.
    pub fn add(&mut self, place: u64, number: u8) -> Result<(), SpillError> {
        self.0.push(place, &[number])
    }

    /// All marks.
    ///
    /// # Errors
    /// If the temporary file cannot be written or read.
    pub fn finish(self) -> Result<Marks<1>, SpillError> {
        let mut marks = Marks::new(self.0.most());
        let sorted = self.0.finish()?;
        let (mut reading, mut bytes) = (sorted.read()?, Vec::new());
        let (mut place, mut numbers) = (None, Vec::new());
        while let Some(next) = reading.next(&mut bytes)? {
            if place != Some(next) {
                place = Some(next);
                numbers.clear();
            }
            let number = bytes.first().copied().unwrap_or_default();
            if !numbers.contains(&number) {
                numbers.push(number);
                marks.add(next, [number])?;
            }
        }
        Ok(marks)
    }
}

/// Values of `N` bytes in the order of their places.
#[derive(Debug)]
pub struct Marks<const N: usize> {
    /// Most bytes in memory.
    most: usize,
    /// Those in memory: all of them, or those that are not in the file.
    memory: Vec<(u64, [u8; N])>,
    file: SpillFile,
    /// How many are in the file, before the others.
    in_file: u64,
    /// Those of the file around the place that was looked up last.
    window: Vec<(u64, [u8; N])>,
}

impl<const N: usize> Marks<N> {
    /// Length of a mark in the file: place and value.
    const LENGTH: usize = size_of::<u64>() + N;

    /// None yet, of which about `most` bytes may be in memory.
    pub fn new(most: usize) -> Self {
        Self {
            most: most.max(CHUNK),
            memory: Vec::new(),
            file: SpillFile::default(),
            in_file: 0,
            window: Vec::new(),
        }
    }

    /// Adds a mark at the last place or after it.
    ///
    /// # Errors
    /// If the temporary file cannot be made or written.
    pub fn add(&mut self, place: u64, value: [u8; N]) -> Result<(), SpillError> {
        self.memory.push((place, value));
        if self.memory.len() * size_of::<(u64, [u8; N])>() <= self.most {
            return Ok(());
        }
        let mut text = Vec::with_capacity(self.memory.len() * Self::LENGTH);
        for (place, value) in &self.memory {
            text.extend_from_slice(&place.to_le_bytes());
            text.extend_from_slice(value);
        }
        self.file.append(&text)?;
        self.in_file += self.memory.len() as u64;
        self.memory.clear();
        Ok(())
    }

    /// How many marks it holds.
    pub fn len(&self) -> u64 {
        self.in_file + self.memory.len() as u64
    }

    /// True if it holds no marks.
    pub fn is_empty(&self) -> bool {
        self.in_file == 0 && self.memory.is_empty()
    }

    /// The first mark at a place.
    ///
    /// # Errors
    /// If the temporary file cannot be read.
    pub fn get(&mut self, place: u64) -> Result<Option<[u8; N]>, SpillError> {
        let find = |marks: &[(u64, [u8; N])]| {
            let mark = marks.get(marks.partition_point(|(at, _)| *at < place));
            mark.filter(|(at, _)| *at == place).map(|(_, value)| *value)
        };
        if self.memory.first().is_none_or(|(first, _)| place < *first) && self.in_file > 0 {
            let (first, last) = (self.window.first(), self.window.last());
            if first.is_none_or(|(at, _)| place <= *at) || last.is_none_or(|(at, _)| *at < place) {
                let next = self.first_in_file(place)?;
                let mut window = std::mem::take(&mut self.window);
                window.clear();
                self.read(next, &mut window)?;
                self.window = window;
            }
            return Ok(find(&self.window));
        }
        Ok(find(&self.memory))
    }

    /// Fills in the marks from one place to another, both included.
    ///
    /// # Errors
    /// If the temporary file cannot be read.
    pub fn between(&self, from: u64, to: u64, out: &mut Vec<(u64, [u8; N])>) -> Result<(), SpillError> {
        out.clear();
        let mut next = self.first_in_file(from)?;
        while next < self.in_file {
            next += self.read(next, out)?;
            if out.last().is_some_and(|(place, _)| *place > to) {
                out.truncate(out.partition_point(|(place, _)| *place <= to));
                return Ok(());
            }
        }
        let begin = self.memory.partition_point(|(place, _)| *place < from);
        out.extend(self.memory[begin..].iter().take_while(|(place, _)| *place <= to));
        Ok(())
    }

    /// Appends marks of the file from the one of that number on, at most a chunk of them; returns how many.
    fn read(&self, next: u64, out: &mut Vec<(u64, [u8; N])>) -> Result<u64, SpillError> {
        let count = (self.in_file - next).min((CHUNK / Self::LENGTH) as u64);
        let mut bytes = vec![0; count as usize * Self::LENGTH];
        self.file.read(next * Self::LENGTH as u64, &mut bytes)?;
        out.extend(bytes.chunks_exact(Self::LENGTH).map(mark));
        Ok(count)
    }

    /// The first mark in the file at that place or after it.
    fn first_in_file(&self, from: u64) -> Result<u64, SpillError> {
        let (mut low, mut high) = (0, self.in_file);
        let mut bytes = vec![0; Self::LENGTH];
        while low < high {
            let middle = low + (high - low) / 2;
            self.file.read(middle * Self::LENGTH as u64, &mut bytes)?;
            if mark::<N>(&bytes).0 < from { low = middle + 1 } else { high = middle }
        }
        Ok(low)
    }
}

fn mark<const N: usize>(bytes: &[u8]) -> (u64, [u8; N]) {
    let place = bytes.first_chunk().map_or(0, |place| u64::from_le_bytes(*place));
    (place, bytes.last_chunk().copied().unwrap_or([0; N]))
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
                let mark = (number * 7919 % 5000 * 3, [(number % 5) as u8]);
                marker.add(mark.0, mark.1[0])?;
                expected.insert(mark);
            }
            let marks = marker.finish()?;
            assert!(!marks.is_empty());
            let mut found = Vec::new();
            for (from, to) in [(0, u64::MAX), (0, 0), (1, 2), (14_997, 20_000), (3000, 3300), (9, 8)] {
                marks.between(from, to, &mut found)?;
                let mut sorted = found.clone();
                sorted.sort_unstable();
                let of_range = |(place, _): &&(u64, [u8; 1])| (from..).contains(place) && *place <= to;
                let wanted: Vec<(u64, [u8; 1])> = expected.iter().filter(of_range).copied().collect();
                assert!(found.is_sorted_by_key(|(place, _)| *place), "in order");
                assert_eq!(sorted, wanted, "{from} to {to} with {most}");
            }
        }
        Ok(())
    }

    #[test]
    fn marks_are_looked_up_in_any_order_while_more_come() -> Result<(), SpillError> {
        for most in [0, usize::MAX] {
            let mut marks = Marks::new(most);
            assert_eq!(marks.get(0)?, None);
            for number in 0..5000_u64 {
                marks.add(number * 2, number.to_be_bytes())?;
                for other in [number, number * 7919 % (number + 1)] {
                    assert_eq!(marks.get(other * 2)?, Some(other.to_be_bytes()), "{other} of {number}");
                    assert_eq!(marks.get(other * 2 + 1)?, None);
                }
            }
        }
        Ok(())
    }
}
