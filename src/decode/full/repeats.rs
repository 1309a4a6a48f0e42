//! Keys that an object has more than once.

use super::fault::{FaultClass, FaultKind};
use super::faults::Faults;
use super::json::{Member, Value, each_element, each_member};
use super::object::{Members, each_repeat};
use super::pointer::{Pointer, PointerPart};
use crate::decode::json_type::JsonType;

/// Adds a fault for every key that an object at any depth has more than once, at its last place, which is the one that
/// counts. `pointer` and `at` are those of the object. A member that `is_body` names is not entered, since its keys are
/// judged as the body's own, and of its place only the beginning counts.
pub(super) fn duplicate_keys(
    members: &Members<'_>,
    pointer: Pointer<'_>,
    at: usize,
    faults: &mut Faults,
    is_body: fn(&str) -> bool,
) {
    each_repeat(members, |key, first, last| {
        let span = |value: &Value<'_>| {
            let length = if is_body(key) { "\"\"".len() } else { value.text.len() };
            at + value.at..at + value.at + length
        };
        let kind = || FaultKind::DuplicateKey { key: key.to_owned(), first: span(&first) };
        faults.add(
            FaultClass::DuplicateKey,
            Pointer::Inside(&pointer, PointerPart::Key(key)),
            span(&last),
            kind,
        );
    });
    let mut enter = |member: &Member<'_>| {
        if !is_body(&member.key) {
            let pointer = Pointer::Inside(&pointer, PointerPart::Key(&member.key));
            nested_duplicate_keys(&member.value, pointer, at, faults);
        }
    };
    match members.unlisted() {
        None => members.listed().iter().for_each(enter),
        // The object is valid, since its members have been read.
        Some(text) => drop(each_member(text, |member| enter(&member))),
    }
}

fn nested_duplicate_keys(value: &Value<'_>, pointer: Pointer<'_>, at: usize, faults: &mut Faults) {
    let at = at + value.at;
    match value.json_type() {
        JsonType::Object => {
            let mut inner = Members::default();
            if inner.fill(value.text).is_ok() && !inner.listed().is_empty() {
                duplicate_keys(&inner, pointer, at, faults, |_| false);
            }
        }
        JsonType::Array if memchr::memchr(b'{', value.text.as_bytes()).is_some() => {
            each_element(value.text, |index, element| {
                let pointer = Pointer::Inside(&pointer, PointerPart::Index(index));
                nested_duplicate_keys(&element, pointer, at, faults);
            });
        }
        _ => {}
    }
}
