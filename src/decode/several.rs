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

/// Kinds of [`NextMarks`].
const BASE64: usize = 0;
const ESCAPE: usize = 1;
/// The names by which callbacks are known.
const NAME: usize = 2;

/// Bytes that are searched at once for what most units do not have: few enough to be in the cache still when they are read.
const LOOK_AHEAD: usize = 1 << 15;

/// True if a unit could hold more than one callback: more than one id, command, or beginning of an object in base64, or
/// a name that could be one of these in escapes, or gzip data or the beginning of an array in base64.
pub(super) fn may_hold_several(data: &[u8], unit: &Range<usize>, marks: &mut NextMarks) -> bool {
    let text = &data[unit.clone()];
    let has = |marks: &mut NextMarks, kind, find: fn(&[u8]) -> Option<usize>| {
        marks.next(kind, data, unit.start, unit.end, LOOK_AHEAD, find) < unit.end
    };
    let has_escapes = |marks: &mut NextMarks| has(marks, ESCAPE, |text| memchr::memchr2(b'\\', b'%', text));
    let encoded = if has(marks, BASE64, base64) { encoded(text) } else { 0 };
    if encoded == 0 && is_v4_alone(text) && !has_escapes(marks) {
        return false;
    }
    // Two callbacks in clear text are two objects, or one within a text, which has escapes.
    let is_flat = match text {
        [b'{', nested @ ..] => memchr::memchr3(b'{', b'\\', b'%', nested).is_none(),
        _ => memchr::memchr_iter(b'{', text).take(2).count() < 2 && !has_escapes(marks),
    };
    if is_flat && encoded == 0 {
        return false;
    }
    encoded > 1 || encoded + names(data, unit, marks) > 1 || has_escapes(marks) && has_escaped_letter(text)
}

/// True only for a unit that begins as the vendor begins a v4 body, and that [`names`] counts one callback in: it names no
/// other command, and at most one id, before which nothing is closed. Quicker than to look for what is next beyond the unit.
fn is_v4_alone(text: &[u8]) -> bool {
    static COMMAND: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(Field::Command.name()));
    static CALL_ID: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(Field::CallId.name()));
    let Some(rest) = text.strip_prefix(b"{\"CallbackCommand\":") else { return false };
    if COMMAND.find(rest).is_some() {
        return false;
    }
    CALL_ID.find(rest).is_none_or(|id| {
        let is_another = CALL_ID.find(&rest[id + 1..]).is_some();
        !is_another && memchr::memchr2(b'}', b'%', &rest[..id]).is_none()
    })
}

/// Callbacks of a unit by their names, at most 2: that many ids, or members that are commands, by which those of v4 are known
/// also without an id; an id and a command are of one, unless they are in objects side by side. The command of a URL is not
/// one, nor that of parameters which are members.
fn names(data: &[u8], unit: &Range<usize>, marks: &mut NextMarks) -> usize {
    let (mut from, mut id, mut first) = (unit.start, None, None);
    loop {
        // What a unit has, the next one has as well: there the search for a second one ends.
        let ahead = if from > unit.start { LOOK_AHEAD } else { 0 };
        let at = marks.next(NAME, data, from, unit.end, ahead, name);
        if at >= unit.end {
            break;
        }
        from = at + 1;
        let is_another = if data[at..].starts_with(Field::CallId.name().as_bytes()) {
            id.replace(at).is_some()
        } else {
            let counts = is_command(&data[at..unit.end]) && !stands_in_parameters(&data[unit.start..at]);
            counts && first.replace(at).is_some()
        };
        if is_another {
            return 2;
        }
    }
    match (id, first) {
        (Some(id), Some(command)) => {
            let between = &data[id.min(command)..id.max(command)];
            if memchr::memchr2(b'}', b'%', between).is_none() {
                return 1;
            }
            let closing = memchr::memchr(b'}', between).unwrap_or(between.len());
            let is_beside = memchr::memchr(b'{', &between[closing..]).is_some();
            1 + usize::from(is_beside || memchr::memchr(b'%', between).is_some())
        }
        (id, command) => usize::from(id.or(command).is_some()),
    }
}

/// Index of the first name of an id or of a command. Both are looked for at once, by letters of theirs that are rare elsewhere.
fn name(text: &[u8]) -> Option<usize> {
    let is_at = |start: usize, field: Field| text[start..].starts_with(field.name().as_bytes());
    memchr::memchr2_iter(b'I', b'k', text).find_map(|at| match text[at] {
        b'I' => at.checked_sub("Call".len()).filter(|start| is_at(*start, Field::CallId)),
        _ => at.checked_sub("Callbac".len()).filter(|start| is_at(*start, Field::Command)),
    })
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
    marks.find(|at| match text[*at] {
        b'J' => is_object(text, *at),
        _ => is_large(&text[*at..]),
    })
}

/// True for the last letter of the beginning of an object in base64.
fn is_object(text: &[u8], at: usize) -> bool {
    text[..=at].ends_with(b"eyJ")
}

/// True for the beginning of gzip data, or of an array: a bracket before a brace, a quote or white space.
fn is_large(rest: &[u8]) -> bool {
    matches!(rest, [b'W', b'3' | b'y' | b'w', ..] | [b'H', b'4', b's', b'I', ..])
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

    use super::{NextMarks, may_hold_several};

    const PIECES: [&str; 22] = [
        "{",
        "{\"CallbackCommand\":",
        "\"CallInfo\":{\"CallId\":",
        "}",
        "\n",
        "\"",
        "\\",
        "%",
        "CallId",
        "RoomId",
        "{\"CallbackCommand\":\"x\",\"CallId\"",
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

    proptest! {
        #[test]
        fn a_v4_body_is_judged_as_any_other(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..9)) {
            let body = format!("{{\"CallbackCommand\":{}", pieces.concat());
            // White space is all that is before this one, so that it takes the long way.
            let other = format!(" {body}");
            let is_nested = body.matches('{').count() > 1;
            let judged = |text: &str| may_hold_several(text.as_bytes(), &(0..text.len()), &mut NextMarks::default());
            prop_assert!(!is_nested || judged(&body) == judged(&other), "{:?}", body);
        }

        #[test]
        fn a_unit_of_many_is_judged_as_one_alone(
            pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..60),
        ) {
            let text = pieces.concat();
            let (mut marks, mut start) = (NextMarks::default(), 0);
            for line in text.split_inclusive('\n') {
                let alone = may_hold_several(line.as_bytes(), &(0..line.len()), &mut NextMarks::default());
                let unit = start..start + line.len();
                let ids = line.matches("CallId").count();
                let commands = ["CallbackCommand\"", "CallbackCommand\\", "CallbackCommand%"];
                let commands: usize = commands.iter().map(|name| line.matches(name).count()).sum();
                let is_nested = line.matches('{').count() > 1 || line.contains('\\');
                prop_assert!(alone || ids < 2 || !is_nested, "{:?}", line);
                let has_query = line.contains("query");
                prop_assert!(alone || commands < 2 || has_query || !is_nested, "{:?}", line);
                prop_assert_eq!(may_hold_several(text.as_bytes(), &unit, &mut marks), alone, "{:?} in {:?}", line, text);
                start = unit.end;
            }
        }
    }
}
