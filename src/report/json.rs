//! JSON, written member by member in a fixed order.

use std::io::Write;

use crate::report::escape::is_unsafe;

/// Appends a JSON string. Control and bidirectional characters are written as `\u`.
pub fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut plain = 0;
    for (index, letter) in text.char_indices() {
        if letter != '"' && letter != '\\' && !is_unsafe(letter) {
            continue;
        }
        out.extend_from_slice(&text.as_bytes()[plain..index]);
        plain = index + letter.len_utf8();
        match letter {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            // All of them lie in the basic plane. Writing to memory cannot fail.
            other => drop(write!(out, "\\u{:04x}", u32::from(other))),
        }
    }
    out.extend_from_slice(&text.as_bytes()[plain..]);
    out.push(b'"');
}

/// Appends a number as it prints itself.
pub fn number(out: &mut Vec<u8>, number: impl std::fmt::Display) {
    // Writing to memory cannot fail.
    drop(write!(out, "{number}"));
}

/// Appends a JSON array.
pub fn list<T>(
    out: &mut Vec<u8>,
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut Vec<u8>, T),
) {
    out.push(b'[');
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(out, item);
    }
    out.push(b']');
}

/// An object that is being written.
#[derive(Debug)]
pub struct Object<'o> {
    out: &'o mut Vec<u8>,
    empty: bool,
}

impl<'o> Object<'o> {
    /// Opens an object.
    pub fn new(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, empty: true }
    }

    /// Writes a key; the value has to follow.
    pub fn key(&mut self, key: &str) -> &mut Vec<u8> {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
        string(self.out, key);
        self.out.push(b':');
        self.out
    }

    /// A string member.
    pub fn text(&mut self, key: &str, text: &str) {
        string(self.key(key), text);
    }

    /// A string member, left out where there is none.
    pub fn maybe_text(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(key, text);
        }
    }

    /// A member that is written as the value prints itself: a number, or `null` for none.
    pub fn number(&mut self, key: &str, number: Option<impl std::fmt::Display>) {
        let out = self.key(key);
        match number {
            Some(value) => self::number(out, value),
            None => out.extend_from_slice(b"null"),
        }
    }

    /// An object member.
    pub fn object(&mut self, key: &str) -> Object<'_> {
        Object::new(self.key(key))
    }

    /// Closes the object.
    pub fn end(self) {
        self.out.push(b'}');
    }
}
