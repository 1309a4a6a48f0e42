//! Whether a unit of the input could hold more than one callback.
//!
//! Comes in: the unit, and the text in which it stands. Goes out: false only if it certainly holds one at most. Must not: read
//! it: this is asked of every line before it is known what the line is, so it is answered by marks that are rare elsewhere.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::wrappers::QUERIES;
use crate::framing::NextMarks;
use crate::spec::Field;

/// What both names begin with by which callbacks are known, so that one search finds them.
const BEGIN: &str = "Call";
static NAMES: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(BEGIN));

/// Kinds of [`NextMarks`]: those that most logs have none of. What is in many lines is searched for in each.
const BASE64: usize = 0;
const ESCAPE: usize = 1;

/// True if a unit could hold more than one callback: more than one id, command, or beginning of an object in base64, or
/// a name that could be one of these in escapes, or gzip data or the beginning of an array in base64.
pub(super) fn may_hold_several(data: &[u8], unit: &Range<usize>, marks: &mut NextMarks) -> bool {
    let text = &data[unit.clone()];
    let mut has =
        |kind, find: fn(&[u8]) -> Option<usize>| marks.next(kind, data, unit.start, find) < unit.end;
    let encoded = if has(BASE64, base64) { encoded(text) } else { 0 };
    let has_escapes = has(ESCAPE, |text| memchr::memchr2(b'\\', b'%', text));
    // Two callbacks in clear text are two objects, or one within a text, which has escapes.
    let is_flat = encoded == 0 && !has_escapes && memchr::memchr_iter(b'{', text).take(2).count() < 2;
    encoded > 1 || !is_flat && encoded + names(text) > 1 || has_escapes && has_escaped_letter(text)
}

/// Callbacks of a text by their names, at most 2: that many ids, or members that are commands, by which those of v4 are known
/// also without an id; an id and a command are of one, unless they are in objects side by side. The command of a URL is not
/// one, nor that of parameters which are members.
fn names(text: &[u8]) -> usize {
    let (mut id, mut command) = (None, None);
    for at in NAMES.find_iter(text) {
        let rest = &text[at..];
        let seen = if rest.starts_with(Field::CallId.name().as_bytes()) {
            id.replace(at)
        } else if is_command(rest) && !stands_in_parameters(&text[..at]) {
            command.replace(at)
        } else {
            None
        };
        if seen.is_some() {
            return 2;
        }
    }
    match (id, command) {
        (Some(id), Some(command)) => {
            let between = &text[id.min(command)..id.max(command)];
            let closing = memchr::memchr(b'}', between).unwrap_or(between.len());
            let is_beside = memchr::memchr(b'{', &between[closing..]).is_some();
            1 + usize::from(is_beside || memchr::memchr(b'%', between).is_some())
        }
        (id, command) => usize::from(id.or(command).is_some()),
    }
}

/// True for what begins with a command's name that is a member's.
fn is_command(text: &[u8]) -> bool {
    let behind = text.strip_prefix(Field::Command.name().as_bytes());
    behind.is_some_and(|behind| matches!(behind.first(), Some(b'"' | b'\\' | b'%')))
}

/// True if what comes next is in an object that is named as the parameters of a URL are.
fn stands_in_parameters(before: &[u8]) -> bool {
    let Some(bracket) = memchr::memrchr2(b'{', b'}', before).filter(|at| before[*at] == b'{') else {
        return false;
    };
    let name = before[..bracket].trim_ascii_end();
    let name = name.strip_suffix(b":").unwrap_or_default().trim_ascii_end();
    let name = name.strip_suffix(b"\"").unwrap_or_default();
    let name = name.strip_suffix(b"\\").unwrap_or(name);
    QUERIES.iter().any(|query| name.strip_suffix(query.as_bytes()).is_some_and(|rest| rest.ends_with(b"\"")))
}

/// Index of the first beginning of an object or array, or of gzip data, in base64.
fn base64(text: &[u8]) -> Option<usize> {
    // The letters of these that are rare elsewhere.
    let mut marks = memchr::memchr3_iter(b'J', b'H', b'W', text);
    marks.find(|at| is_object(text, *at) || is_large(&text[*at..]))
}

/// True for the last letter of the beginning of an object in base64.
fn is_object(text: &[u8], at: usize) -> bool {
    text[..=at].ends_with(b"eyJ")
}

/// True for the beginning of gzip data, or of an array: a bracket before a brace, a quote or white space.
fn is_large(rest: &[u8]) -> bool {
    let begins: [&[u8]; 4] = [b"H4sI", b"W3", b"Wy", b"Ww"];
    begins.iter().any(|begin| rest.starts_with(begin))
}

/// How many callbacks a text could hold in base64: 0, 1, or more.
fn encoded(text: &[u8]) -> usize {
    let marks = || memchr::memchr3_iter(b'J', b'H', b'W', text);
    if marks().any(|at| is_large(&text[at..])) {
        return 2;
    }
    marks().filter(|at| is_object(text, *at)).take(2).count()
}

/// True for a text with a letter that is escaped.
fn has_escaped_letter(text: &[u8]) -> bool {
    static ESCAPE: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("\\u00"));
    let is_letter = |at: usize| text.get(at + 4).is_some_and(|digit| matches!(digit, b'4'..=b'7'));
    ESCAPE.find_iter(text).any(is_letter)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BEGIN, NextMarks, may_hold_several};
    use crate::spec::Field;

    const PIECES: [&str; 18] = [
        "{",
        "}",
        "\n",
        "\"",
        "\\",
        "%",
        "CallId",
        "CallbackCommand",
        "CallbackCommand\"",
        "eyJ",
        "H4sI",
        "W3",
        "\\u004",
        "\\u00e",
        "J",
        "x",
        "é",
        "\"query\":{\"CallbackCommand\"",
    ];

    #[test]
    fn one_search_finds_both_names() {
        assert!([Field::CallId, Field::Command].iter().all(|field| field.name().starts_with(BEGIN)));
    }

    proptest! {
        #[test]
        fn a_unit_of_many_is_judged_as_one_alone(
            pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..60),
        ) {
            let text = pieces.concat();
            let (mut marks, mut start) = (NextMarks::default(), 0);
            for line in text.split_inclusive('\n') {
                let alone = may_hold_several(line.as_bytes(), &(0..line.len()), &mut NextMarks::default());
                let unit = start..start + line.len();
                prop_assert_eq!(may_hold_several(text.as_bytes(), &unit, &mut marks), alone, "{:?} in {:?}", line, text);
                start = unit.end;
            }
        }
    }
}
