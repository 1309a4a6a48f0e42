//! Keys that an object has more than once.

use super::fault::FaultKind;
use super::faults::Faults;
use super::json::{JsonType, Members, Value, child, each_element, members_into};

/// Notes every key that an object at any depth has more than once, at its last place, which is the one that
/// counts. `pointer` and `at` are those of the object.
pub(super) fn duplicate_keys(members: &Members<'_>, pointer: &str, at: usize, faults: &mut Faults) {
    for (first, last) in repeated(members) {
        let (first, member) = (members[first].span(), &members[last]);
        let first = at + first.start..at + first.end;
        let span = at + member.value.at..at + member.span().end;
        let kind = || FaultKind::DuplicateKey { key: member.key.to_string(), first };
        faults.add(pointer, &member.key, span, kind);
    }
    for member in members {
        nested_duplicate_keys(&member.value, &|| child(pointer, &member.key), at, faults);
    }
}

/// First and last place of every key that stands more than once.
fn repeated(members: &Members<'_>) -> Vec<(usize, usize)> {
    // Comparing each with each costs nothing on the few members of a callback.
    const FEW: usize = 32;
    let same = |one: usize, other: usize| members[one].key == members[other].key;
    let unique = |index: usize| (0..index).all(|earlier| !same(earlier, index));
    if members.len() <= FEW && (0..members.len()).all(unique) {
        return Vec::new();
    }
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_unstable_by(|one, other| (&members[*one].key, one).cmp(&(&members[*other].key, other)));
    let alike = order.chunk_by(|one, other| same(*one, *other)).filter(|alike| alike.len() > 1);
    alike.map(|alike| (alike[0], alike[alike.len() - 1])).collect()
}

fn nested_duplicate_keys(value: &Value<'_>, pointer: &dyn Fn() -> String, at: usize, faults: &mut Faults) {
    let at = at + value.at;
    match value.json_type() {
        JsonType::Object => {
            let mut inner = Members::new();
            if members_into(value.text, &mut inner).is_ok() && !inner.is_empty() {
                duplicate_keys(&inner, &pointer(), at, faults);
            }
        }
        JsonType::Array if memchr::memchr(b'{', value.text.as_bytes()).is_some() => {
            let pointer = pointer();
            each_element(value.text, |index, element| {
                let span = element.span();
                // Nothing outside of a look is told of in it, and no rule leans on what stands in an array.
                if faults.wants_any(at + span.start..at + span.end) {
                    nested_duplicate_keys(&element, &|| format!("{pointer}/{index}"), at, faults);
                }
            });
        }
        _ => {}
    }
}
