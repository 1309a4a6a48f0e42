//! The members of an object, however many it has, and the keys that it has more than once.

use std::hash::BuildHasher;

use foldhash::quality::RandomState;
use smallvec::SmallVec;

use super::fault::Damage;
use super::json::{Member, Value, check, each_member, each_pair, value_at};
use crate::decode::names::known;

/// Members of an object that are listed, whatever they are called; more than any callback or envelope has.
const LISTED: usize = 64;

/// The members of an object, in order. Of those after the first 64 only the ones with a known name are listed, each at
/// its last place, so that an object of millions of members takes no memory for them.
#[derive(Debug, Default)]
pub(in crate::decode) struct Members<'a> {
    /// As many as a callback has fit without an allocation.
    list: SmallVec<[Member<'a>; 20]>,
    /// The object's text, if not all of its members are listed.
    text: Option<&'a str>,
}

impl<'a> Members<'a> {
    /// Reads the members of the object that `text` is, whatever its depth.
    ///
    /// # Errors
    /// [`Damage`] if it is not a valid JSON object.
    pub(in crate::decode) fn read(text: &'a str) -> Result<Self, Damage> {
        let mut members = Self::default();
        members.fill(text).map(|()| members)
    }

    /// The same for an object nested at most `max_depth` deep, whose strings are all valid.
    ///
    /// # Errors
    /// [`Damage`] if it is not one.
    pub(in crate::decode) fn of_object(text: &'a str, max_depth: usize) -> Result<Self, Damage> {
        check(text, max_depth, Self::read(text))
    }

    /// The same as [`Members::read`] into members without any: they are large, and moving them costs more than reading
    /// a small object.
    pub(in crate::decode) fn fill(&mut self, text: &'a str) -> Result<(), Damage> {
        each_member(text, |member| match self.list.len() {
            ..LISTED => self.list.push(member),
            _ => {
                self.text = Some(text);
                self.add_known(member);
            }
        })
    }

    #[cold]
    fn add_known(&mut self, member: Member<'a>) {
        let Some(name) = known(&member.key) else { return };
        let is_exact = member.key == name;
        let is_same = |other: &Member<'_>| match is_exact {
            true => other.key == name,
            false => other.key != name && other.key.eq_ignore_ascii_case(name),
        };
        if let Some(earlier) = self.list[LISTED..].iter().position(is_same) {
            self.list.remove(LISTED + earlier);
        }
        self.list.push(member);
    }

    /// The members that are listed.
    pub(in crate::decode) fn listed(&self) -> &[Member<'a>] {
        &self.list
    }

    /// The text to read the other members from, if there are any.
    pub(in crate::decode) fn unlisted(&self) -> Option<&'a str> {
        self.text
    }

    /// The last member with a known name.
    pub(in crate::decode) fn get(&self, name: &str) -> Option<&Member<'a>> {
        last_named(&self.list, name)
    }
}

/// The last member of that name.
pub(super) fn last_named<'m, 'a>(members: &'m [Member<'a>], name: &str) -> Option<&'m Member<'a>> {
    members.iter().rev().find(|member| member.key == name)
}

/// Gives each key that an object has more than once to `take`, with the first and the last of its values, in no order.
pub(in crate::decode) fn each_repeat<'a>(
    members: &Members<'a>,
    mut take: impl FnMut(&str, Value<'a>, Value<'a>),
) {
    if let Some(text) = members.unlisted() {
        return each_key(text, |key, first, last| {
            if first < last
                && let Some((first, last)) = value_of(text, first).zip(value_of(text, last))
            {
                take(key, first, last);
            }
        });
    }
    let list = members.listed();
    for (index, member) in list.iter().enumerate() {
        let is_same = |other: &Member<'_>| other.key == member.key;
        if let Some(first) = list[..index].iter().position(is_same)
            && !list[index + 1..].iter().any(is_same)
        {
            take(&member.key, list[first].value, member.value);
        }
    }
}

/// Bits of a number that contain a place in a text; the upper ones contain a part of a hash.
const PLACE_BITS: u32 = 40;

/// Gives each key of an object of very many members to `take` once, with the places where it occurs first and last, in
/// no order. Takes up 8 bytes a member.
pub(in crate::decode) fn each_key(text: &str, mut take: impl FnMut(&str, usize, usize)) {
    const PLACE: u64 = (1 << PLACE_BITS) - 1;
    let hasher = RandomState::default();
    let mut keys: Vec<u64> = Vec::new();
    // Code that has an object's members has read all of it, so it is valid.
    drop(each_pair(text, |key, _| {
        keys.push(hasher.hash_one(key.string()) & !PLACE | key.at as u64 & PLACE);
    }));
    keys.sort_unstable();
    let place = |key: u64| usize::try_from(key & PLACE).unwrap_or(usize::MAX);
    let name = |key: u64| value_at(text, place(key)).and_then(|key| key.string()).unwrap_or_default();
    for mut alike in keys.chunk_by_mut(|one, other| one & !PLACE == other & !PLACE) {
        // Keys of one hash are nearly always the same, and their places are in order.
        while let Some(first) = alike.first().copied() {
            let key = name(first);
            let (mut last, mut others) = (first, 0);
            for index in 0..alike.len() {
                let other = alike[index];
                if name(other) == key {
                    last = other;
                } else {
                    alike[others] = other;
                    others += 1;
                }
            }
            take(&key, place(first), place(last));
            alike = &mut alike[..others];
        }
    }
}

/// The value of the key at that place of an object's text.
pub(in crate::decode) fn value_of(text: &str, key: usize) -> Option<Value<'_>> {
    let end = value_at(text, key)?.span().end;
    value_at(text, end + text[end..].find(':')? + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeats(text: &str) -> Vec<(String, usize, usize)> {
        let mut found = Vec::new();
        let members = Members::read(text).unwrap_or_default();
        each_repeat(&members, |key, first, last| found.push((key.to_owned(), first.at, last.at)));
        found.sort();
        found
    }

    #[test]
    fn repeats_are_the_same_in_objects_of_any_size() {
        for members in [
            r#""a":1,"b":2,"a":3,"\u0061":4"#,
            r#""\"":1,"\\":2 , "\\" : "\"","\\\"":[{"a":1,"a":2}],"\"":5"#,
            r#""":1,"é":2,"\u00e9":"\"x\":","":{"":1}"#,
        ] {
            let small = format!("{{{members}}}");
            let expected = repeats(&small);
            assert!(!expected.is_empty());
            let others: String = (0..LISTED).map(|number| format!(r#","{number}":{number}"#)).collect();
            assert_eq!(repeats(&format!("{{{members}{others}}}")), expected, "{members}");
        }
    }

    #[test]
    fn known_names_are_listed_at_their_last_place_in_objects_of_any_size() {
        let many: String =
            (0..9 * LISTED).map(|number| format!(r#""Event":{number},"k{number}":0,"#)).collect();
        let text = format!(r#"{{"first":1,{many}"evEnt":7,"body":8,"EVENT":9,"last":10}}"#);
        let members = Members::read(&text).unwrap_or_default();
        assert_eq!(members.unlisted(), Some(&*text));
        let get = |name| members.get(name).map(|member| member.value.text);
        assert_eq!((get("Event"), get("body"), get("last")), (Some("575"), Some("8"), None));
        let beyond: Vec<&str> = members.listed()[LISTED..].iter().map(|member| &*member.key).collect();
        assert_eq!(beyond, ["Event", "body", "EVENT"]);
    }
}
