//! Text around the JSON of a line that a program wrote.
//!
//! Comes in: such a text. Goes out: whether it means as little as that of an earlier line. Must not: accept one with quotes,
//! which could hide where a field of the line ends, or one after which the JSON is not the program's own. The quotes within
//! sound JSON hide nothing: what follows each of them is never a status, by which the fields of an access log are known.

use std::borrow::Cow;

use super::clock::{CaptureClock, clock};
use super::values::object_end;
use crate::decode::capture_time::{self, CaptureTime};
use crate::decode::plain::ReceivedAt;
use crate::decode::wrappers::{follows_foreign_name, name_before};

/// What the text before the JSON of a line was like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TextBefore {
    /// Its last name with the mark after it, as in `callback: `, and the character before; empty without a mark.
    name: String,
    /// True if there is nothing before that name.
    is_all: bool,
    /// Whether the time in it names no zone; `None` without a time in it.
    is_local: Option<bool>,
}

impl TextBefore {
    /// What a text is like, which is known to come before JSON that counts.
    pub(super) fn of(text: &str) -> Self {
        let named = name_before(text).map(|name| name.start);
        let start = named
            .map_or(text.len(), |start| text[..start].char_indices().next_back().map_or(start, |it| it.0));
        Self {
            name: text[start..].to_owned(),
            is_all: named == Some(0),
            is_local: is_local(text, clock(text.as_bytes())),
        }
    }

    /// The time in another text, `Some(None)` for one without; `None` if that text does not mean the same.
    pub(super) fn read<'t>(&self, text: &'t str) -> Option<Option<ReceivedAt<'t>>> {
        let is_known = if self.is_all { text == self.name } else { text.ends_with(&self.name) };
        let is_named = !self.name.is_empty() && is_known;
        if !is_plain(text) || !(is_named || name_before(text).is_none()) {
            return None;
        }
        let clock = clock(text.as_bytes());
        let is_local = is_local(text, clock);
        let is_same = is_local == self.is_local;
        is_same.then(|| {
            Some(match (clock, is_local?) {
                (Some(clock), false) => ReceivedAt::Written(&text[..clock.length]),
                _ => ReceivedAt::Unread,
            })
        })
    }
}

/// A text as it stands in a JSON string, without its escapes; none if it has others than tabs and line ends, or a control
/// character, which no string has.
pub(super) fn unescaped(text: &str) -> Option<Cow<'_, str>> {
    if text.bytes().any(|byte| byte < 0x20) {
        return None;
    }
    if memchr::memchr(b'\\', text.as_bytes()).is_none() {
        return Some(Cow::Borrowed(text));
    }
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        plain.push(match letter {
            '\\' => match letters.next()? {
                't' => '\t',
                'n' => '\n',
                'r' => '\r',
                _ => return None,
            },
            letter => letter,
        });
    }
    Some(Cow::Owned(plain))
}

/// True for a text without quotes, escapes and braces.
pub(super) fn is_plain(text: &str) -> bool {
    memchr::memchr3(b'"', b'\\', b'{', text.as_bytes()).is_none()
}

/// True for a line of text that certainly has JSON in it that counts: a plain body, and nothing around it that could hide
/// where it begins. Quick.
pub(in crate::decode) fn holds_plain_body(line: &str) -> bool {
    let Some(at) = memchr::memchr(b'{', line.as_bytes()) else { return false };
    let before = &line[..at];
    if !is_plain(before) || follows_foreign_name(before) {
        return false;
    }
    object_end::<false>(line, at).is_some_and(|end| is_plain(&line[end..]))
}

/// The index of the quote after a body in a string; none if anything before it matters.
pub(super) fn after_body(bytes: &[u8], end: usize) -> Option<usize> {
    let mut index = end;
    loop {
        match bytes.get(index)? {
            b'"' => return Some(index),
            b'\\' => {
                if !matches!(bytes.get(index + 1)?, b't' | b'n' | b'r') {
                    return None;
                }
                index += 2;
            }
            b'{' | 0..0x20 => return None,
            _ => index += 1,
        }
    }
}

/// Whether the first time in a text names no zone; `clock` is the one that it begins with.
fn is_local(text: &str, clock: Option<CaptureClock>) -> Option<bool> {
    match clock {
        Some(clock) => Some(clock.is_local),
        None => capture_time::find(text).map(CaptureTime::is_local),
    }
}
