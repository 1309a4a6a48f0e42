//! A file of lines that may be damaged: each line that is whole is read, and the others are counted.

use std::io::{self, BufRead, Read};

/// The longest line that is read, in bytes.
const LONGEST: u64 = 4 << 20;

/// Lines that could not be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineDamage {
    /// How many there are.
    pub lines: u64,
    /// The first, from 1, and what is wrong with it.
    pub first: Option<(u64, String)>,
    /// True if the file ends within a line, as a kill leaves it.
    pub is_torn: bool,
}

impl LineDamage {
    /// Counts a line.
    pub fn add(&mut self, number: u64, cause: String) {
        self.lines += 1;
        self.first.get_or_insert((number, cause));
    }
}

/// Reads the lines of a file, one after another.
#[derive(Debug)]
pub struct Lines<R> {
    reader: R,
    line: Vec<u8>,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    /// Those of a reader.
    pub fn new(reader: R) -> Self {
        Self { reader, line: Vec::new(), number: 0 }
    }

    /// The next line with its number, from 1, without its line end; a blank one is passed over. A line that is too long
    /// or has no end is damage.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn next(&mut self, damage: &mut LineDamage) -> io::Result<Option<(u64, &[u8])>> {
        loop {
            self.line.clear();
            let read = Read::by_ref(&mut self.reader).take(LONGEST).read_until(b'\n', &mut self.line)?;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            if !self.line.ends_with(b"\n") {
                if (read as u64) < LONGEST {
                    damage.is_torn = true;
                    return Ok(None);
                }
                damage.add(self.number, format!("it is longer than {LONGEST} bytes"));
                self.pass_over_line()?;
                continue;
            }
            if !self.line.trim_ascii().is_empty() {
                return Ok(Some((self.number, self.line.trim_ascii())));
            }
        }
    }

    fn pass_over_line(&mut self) -> io::Result<()> {
        loop {
            self.line.clear();
            let read = Read::by_ref(&mut self.reader).take(LONGEST).read_until(b'\n', &mut self.line)?;
            if read == 0 || self.line.ends_with(b"\n") {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_damaged_costs_itself_alone() -> io::Result<()> {
        let long = "x".repeat(LONGEST as usize * 2 + 5);
        let text = format!("one\n\n{long}\ntwo\r\nthr");
        let (mut lines, mut damage, mut read) =
            (Lines::new(text.as_bytes()), LineDamage::default(), Vec::new());
        while let Some((number, line)) = lines.next(&mut damage)? {
            read.push((number, String::from_utf8_lossy(line).into_owned()));
        }
        assert_eq!(read, [(1, "one".to_owned()), (4, "two".to_owned())]);
        assert_eq!(
            (damage.lines, damage.first.map(|(number, _)| number), damage.is_torn),
            (1, Some(3), true)
        );
        Ok(())
    }
}
