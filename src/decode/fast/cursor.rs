//! A reader that goes through a body as the vendor writes it, where what comes next is known beforehand.
//!
//! Comes in: a text, and a place in it. Goes out: the values there, as long as all between them is as expected. Must not: know
//! fields.

use std::borrow::Cow;

use super::bytes::{integer, seconds, special};
use super::text::{escaped, twice_escaped};
use crate::spec::{Timestamp, usable_timestamp};

/// Bytes of some texts together, for a body as it is or with a backslash before each quote for one inside a string: `E` says
/// which, where this stands.
macro_rules! literal {
    ($($part:expr),+) => {{
        const PARTS: &[&str] = &[$($part),+];
        const BARE: [u8; $crate::decode::fast::cursor::length(PARTS, false)] =
            $crate::decode::fast::cursor::joined(PARTS, false);
        const ESCAPED: [u8; $crate::decode::fast::cursor::length(PARTS, true)] =
            $crate::decode::fast::cursor::joined(PARTS, true);
        const TEXTS: [&str; 2] = [
            $crate::decode::fast::cursor::as_text(&BARE),
            $crate::decode::fast::cursor::as_text(&ESCAPED),
        ];
        if E { TEXTS[1] } else { TEXTS[0] }
    }};
}
pub(super) use literal;

/// Bytes of these texts together; each quote counts twice if `is_escaped`.
pub(super) const fn length(parts: &[&str], is_escaped: bool) -> usize {
    let (mut length, mut part) = (0, 0);
    while part < parts.len() {
        let bytes = parts[part].as_bytes();
        let mut index = 0;
        while index < bytes.len() {
            length += if is_escaped && bytes[index] == b'"' { 2 } else { 1 };
            index += 1;
        }
        part += 1;
    }
    length
}

/// These texts together, with a backslash before each quote if `is_escaped`.
pub(super) const fn joined<const N: usize>(parts: &[&str], is_escaped: bool) -> [u8; N] {
    let (mut joined, mut length, mut part) = ([0; N], 0, 0);
    while part < parts.len() {
        let bytes = parts[part].as_bytes();
        let mut index = 0;
        while index < bytes.len() {
            if is_escaped && bytes[index] == b'"' {
                joined[length] = b'\\';
                length += 1;
            }
            joined[length] = bytes[index];
            length += 1;
            index += 1;
        }
        part += 1;
    }
    joined
}

/// Bytes that were texts before they were joined.
pub(super) const fn as_text(joined: &[u8]) -> &str {
    match std::str::from_utf8(joined) {
        Ok(text) => text,
        // Texts together are a text; no body has this.
        Err(_) => "\0",
    }
}

/// What a reader has before it of a body; `E` where that is the content of a string.
pub(super) struct BodyCursor<'a, const E: bool> {
    rest: &'a str,
}

impl<'a, const E: bool> BodyCursor<'a, E> {
    pub(super) fn at(text: &'a str, start: usize) -> Option<Self> {
        text.get(start..).map(|rest| Self { rest })
    }

    /// Where it is in the text that it began in.
    pub(super) fn place(&self, text: &str) -> usize {
        text.len() - self.rest.len()
    }

    /// True if the expected text is here, which is then skipped. Up to 32 bytes are compared without a call.
    #[inline(always)]
    pub(super) fn passes(&mut self, expected: &str) -> bool {
        let behind = self.rest.strip_prefix(expected);
        self.rest = behind.unwrap_or(self.rest);
        behind.is_some()
    }

    #[inline(always)]
    pub(super) fn expect(&mut self, expected: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(expected)?;
        Some(())
    }

    /// The content of a string, whose opening quote has been passed; stops before the closing one.
    #[inline(always)]
    pub(super) fn text(&mut self) -> Option<Cow<'a, str>> {
        let before = self.rest;
        match self.word() {
            Some(text) => Some(Cow::Borrowed(text)),
            None => self.escaped_text(before),
        }
    }

    #[cold]
    fn escaped_text(&mut self, before: &'a str) -> Option<Cow<'a, str>> {
        let (content, behind) = if E { twice_escaped(before, 0)? } else { escaped(before, 0)? };
        self.rest = before.get(behind - literal!("\"").len()..)?;
        Some(Cow::Owned(content))
    }

    /// The same of a string that must not be empty.
    #[inline(always)]
    pub(super) fn id(&mut self) -> Option<Cow<'a, str>> {
        self.text().filter(|id| !id.is_empty())
    }

    /// The same of a string without escapes.
    #[inline(always)]
    pub(super) fn word(&mut self) -> Option<&'a str> {
        let (word, rest) = self.rest.split_at_checked(special(self.rest.as_bytes(), 0)?)?;
        self.rest = rest;
        self.is_at_quote().then_some(word)
    }

    #[inline(always)]
    pub(super) fn is_at_quote(&self) -> bool {
        self.rest.starts_with(literal!("\""))
    }

    #[inline(always)]
    pub(super) fn number(&mut self) -> Option<i64> {
        let (number, end) = integer(self.rest.as_bytes(), 0)?;
        self.rest = self.rest.get(end..)?;
        Some(number)
    }

    /// A usable timestamp, or 0, which means absent; nothing for any other number.
    #[inline(always)]
    pub(super) fn time(&mut self) -> Option<Timestamp> {
        if let Some((seconds, rest)) = seconds(self.rest) {
            self.rest = rest;
            return usable_timestamp(seconds);
        }
        let seconds = self.number()?;
        if seconds == 0 { Some(0) } else { usable_timestamp(seconds) }
    }
}
