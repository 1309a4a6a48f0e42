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
            // All of them are in the basic plane. Writing to memory cannot fail.
            other => drop(write!(out, "\\u{:04x}", u32::from(other))),
        }
    }
    out.extend_from_slice(&text.as_bytes()[plain..]);
    out.push(b'"');
}

/// A value that can be written as JSON.
pub trait Json {
    /// Appends the value.
    fn write(&self, out: &mut Vec<u8>);
}

/// A value whose `Display` is a JSON number.
#[derive(Clone, Copy, Debug)]
pub struct Number<N>(pub N);

impl<N: std::fmt::Display> Json for Number<N> {
    fn write(&self, out: &mut Vec<u8>) {
        // Writing to memory cannot fail.
        drop(write!(out, "{}", self.0));
    }
}

macro_rules! printed {
    ($($number:ty),+) => {
        $(impl Json for $number {
            fn write(&self, out: &mut Vec<u8>) {
                Number(self).write(out);
            }
        })+
    };
}
printed!(bool, u8, u16, u32, u64, usize, i64, f64);

impl Json for str {
    fn write(&self, out: &mut Vec<u8>) {
        string(out, self);
    }
}

impl Json for String {
    fn write(&self, out: &mut Vec<u8>) {
        string(out, self);
    }
}

impl<T: Json + ?Sized> Json for &T {
    fn write(&self, out: &mut Vec<u8>) {
        (**self).write(out);
    }
}

/// `null` for none.
impl<T: Json> Json for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.write(out),
            None => out.extend_from_slice(b"null"),
        }
    }
}

/// Appends an object.
pub fn object(out: &mut Vec<u8>, write: impl FnOnce(&mut Object<'_>)) {
    out.push(b'{');
    write(&mut Object { out, empty: true });
    out.push(b'}');
}

/// Appends an object and a line feed.
pub fn line(out: &mut Vec<u8>, write: impl FnOnce(&mut Object<'_>)) {
    object(out, write);
    out.push(b'\n');
}

/// One object, ended by a line feed.
pub fn document(write: impl FnOnce(&mut Object<'_>)) -> Vec<u8> {
    let mut out = Vec::new();
    line(&mut out, write);
    out
}

/// Appends an array.
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

impl Object<'_> {
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

    /// A member, `null` for none.
    pub fn member(&mut self, key: &str, value: impl Json) {
        value.write(self.key(key));
    }

    /// A member, left out without a value.
    pub fn optional(&mut self, key: &str, value: Option<impl Json>) {
        if let Some(value) = value {
            self.member(key, value);
        }
    }

    /// An object member.
    pub fn object(&mut self, key: &str, write: impl FnOnce(&mut Object<'_>)) {
        object(self.key(key), write);
    }

    /// An object member with these members.
    pub fn members<K: AsRef<str>, V: Json>(&mut self, key: &str, members: impl IntoIterator<Item = (K, V)>) {
        self.object(key, |it| members.into_iter().for_each(|(key, value)| it.member(key.as_ref(), value)));
    }

    /// An array of values.
    pub fn list(&mut self, key: &str, items: impl IntoIterator<Item = impl Json>) {
        list(self.key(key), items, |out, item| item.write(out));
    }

    /// An array of objects.
    pub fn objects<T>(
        &mut self,
        key: &str,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Object<'_>, T),
    ) {
        list(self.key(key), items, |out, item| object(out, |it| write(it, item)));
    }
}
