//! UTF-16 → UTF-8, and back to where a byte stands in the UTF-16.
//!
//! Comes in: UTF-16 that begins with a byte order mark. Goes out: the same text as UTF-8, with the mark; half a pair of
//! surrogates becomes a replacement character, and an odd last byte the byte `ff`, which no character has. So the bytes
//! that any range takes up in the UTF-16 follow from its UTF-8 alone. Must not: buffer more than a few blocks.

use std::io::{self, Read};

/// Bytes that are transcoded at once; even.
const BLOCK: usize = 64 * 1024;

/// How the text of a source is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// As it is read.
    #[default]
    Utf8,
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
}

impl Encoding {
    /// The encoding that a byte order mark shows.
    pub(super) fn of(head: &[u8]) -> Self {
        match head {
            // The mark of UTF-32.
            [0xff, 0xfe, 0, 0, ..] => Self::Utf8,
            [0xff, 0xfe, ..] => Self::Utf16Le,
            [0xfe, 0xff, ..] => Self::Utf16Be,
            _ => Self::Utf8,
        }
    }

    /// Its name, if the text was transcoded.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Utf8 => None,
            Self::Utf16Le => Some("UTF-16LE"),
            Self::Utf16Be => Some("UTF-16BE"),
        }
    }

    /// How many bytes a range takes up as it is stored.
    pub fn stored(self, read: &[u8]) -> u64 {
        if self == Self::Utf8 {
            return read.len() as u64;
        }
        read.iter().map(|byte| stored_byte(*byte)).sum()
    }
}

/// What a byte of UTF-8 adds to the length as UTF-16.
fn stored_byte(byte: u8) -> u64 {
    match byte {
        0x80..=0xbf => 0,
        0xf0..=0xf7 => 4,
        // The odd last byte.
        0xff => 1,
        _ => 2,
    }
}

/// UTF-16, as UTF-8.
pub(super) struct Transcoder<R> {
    inner: R,
    encoding: Encoding,
    /// What has been read, and how much of it.
    stored: Vec<u8>,
    filled: usize,
    /// A first surrogate whose second has not come yet.
    high: Option<u16>,
    text: String,
    /// How much of the text has been given; the odd last byte comes after it.
    given: usize,
    odd: bool,
}

impl<R: Read> Transcoder<R> {
    pub(super) fn new(encoding: Encoding, inner: R) -> Self {
        let (stored, text) = (vec![0; BLOCK], String::new());
        Self { inner, encoding, stored, filled: 0, high: None, text, given: 0, odd: false }
    }

    /// Transcodes what comes next; false at the end.
    fn more(&mut self) -> io::Result<bool> {
        self.text.clear();
        self.given = 0;
        let more = self.inner.read(&mut self.stored[self.filled..])?;
        self.filled += more;
        let (pairs, rest) = self.stored[..self.filled].as_chunks::<2>();
        let is_be = self.encoding == Encoding::Utf16Be;
        let units = pairs.iter().map(|pair| match is_be {
            true => u16::from_be_bytes(*pair),
            false => u16::from_le_bytes(*pair),
        });
        let mut units: Vec<u16> = self.high.take().into_iter().chain(units).collect();
        if more > 0 && units.last().is_some_and(|last| matches!(last, 0xd800..=0xdbff)) {
            self.high = units.pop();
        }
        let replaced = |character: Result<char, _>| character.unwrap_or(char::REPLACEMENT_CHARACTER);
        self.text.extend(char::decode_utf16(units).map(replaced));
        let left = rest.first().copied();
        self.filled = 0;
        match left {
            Some(byte) if more > 0 => {
                self.stored[0] = byte;
                self.filled = 1;
            }
            Some(_) => self.odd = true,
            None => {}
        }
        Ok(more > 0)
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            let is_end = !self.more()?;
            if is_end && self.text.is_empty() {
                return Ok(match buffer.first_mut() {
                    Some(first) if std::mem::take(&mut self.odd) => {
                        *first = 0xff;
                        1
                    }
                    _ => 0,
                });
            }
        }
        let rest = &self.text.as_bytes()[self.given..];
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.given += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader that gives a few bytes at once.
    struct ShortReads<'a>(&'a [u8], usize);

    impl Read for ShortReads<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let few = self.1.min(buffer.len());
            self.0.read(&mut buffer[..few])
        }
    }

    #[test]
    fn any_cut_gives_the_same_text_and_the_same_lengths() -> io::Result<()> {
        let text = "\u{feff}{\"a\":\"é漢😀\"}\r\n";
        for (encoding, bytes) in [
            (Encoding::Utf16Le, text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
            (Encoding::Utf16Be, text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ] {
            assert_eq!(Encoding::of(&bytes), encoding);
            for few in 1..9 {
                let mut read = Vec::new();
                Transcoder::new(encoding, ShortReads(&bytes, few)).read_to_end(&mut read)?;
                assert_eq!(read, text.as_bytes());
                assert_eq!(encoding.stored(&read), bytes.len() as u64);
            }
        }
        Ok(())
    }

    #[test]
    fn what_is_no_utf16_keeps_its_length() -> io::Result<()> {
        // A second surrogate, a first one without its second, one at the end, and half a unit.
        let bytes = [0xff, 0xfe, 0, 0xdc, b'a', 0, 0, 0xd8, b'b', 0, 0, 0xd8, b'c'];
        for few in 1..9 {
            let mut read = Vec::new();
            Transcoder::new(Encoding::Utf16Le, ShortReads(&bytes, few)).read_to_end(&mut read)?;
            assert_eq!(read, b"\xef\xbb\xbf\xef\xbf\xbda\xef\xbf\xbdb\xef\xbf\xbd\xff");
            assert_eq!(Encoding::Utf16Le.stored(&read), bytes.len() as u64);
        }
        Ok(())
    }
}
