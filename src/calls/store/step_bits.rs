//! The words of a callback in 32 bits.

use crate::decode::{Faulty, Part};
use crate::spec::{Action, CallResult, Event, Family, Role, V4Command, Word};

/// The words of a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::calls) struct Words {
    pub family: Family,
    pub role: Option<Role>,
    pub event: Option<Event>,
    pub result: Option<CallResult>,
    pub command: Option<V4Command>,
    pub part: Option<Part>,
    pub faulty: Faulty,
    pub head: bool,
}

/// Words and small numbers in 32 bits, from the lowest: 2 family; 7 of what the callback is, which are a role and an event
/// or, of v4, a command and a part; 4 result, 3 faults, 1 head, 1 for [`WideStep`](super::packed_step::WideStep), 4 number
/// of the actor, 4 of the facts (of v4 they differ by the number of users that are named), 3 of the stamps.
#[derive(Clone, Copy, Debug)]
pub(in crate::calls) struct StepBits(u32);

/// Where each part of a [`StepBits`] begins.
mod bit {
    pub(in crate::calls) const ROLE: u32 = 2;
    pub(in crate::calls) const EVENT: u32 = 4;
    pub(in crate::calls) const COMMAND: u32 = 2;
    pub(in crate::calls) const PART: u32 = 4;
    pub(in crate::calls) const RESULT: u32 = 9;
    pub(in crate::calls) const FAULTY: u32 = 13;
    pub(in crate::calls) const HEAD: u32 = 16;
    pub(in crate::calls) const WIDE: u32 = 17;
    pub(in crate::calls) const ACTOR: u32 = 18;
    pub(in crate::calls) const FACTS: u32 = 22;
    pub(in crate::calls) const STAMPS: u32 = 26;
}

/// The greatest numbers that a [`StepBits`] has room for.
pub(in crate::calls) const MOST_ACTORS: u8 = 15;
pub(in crate::calls) const MOST_FACTS: u8 = 15;
pub(in crate::calls) const MOST_STAMPS: u8 = 7;

/// How many kinds of callbacks there are: families with all that their callbacks can be.
pub(in crate::calls) const KINDS: usize = 1 << bit::RESULT;

/// A word as a number, 0 for none.
pub(super) fn number(word: Option<u8>) -> u32 {
    word.map_or(0, |word| u32::from(word) + 1)
}

/// The word that a number stands for.
pub(super) fn word<W: Word>(number: u32) -> Option<W> {
    W::ALL.get((number as usize).wrapping_sub(1)).copied()
}

fn part_number(part: Option<Part>) -> u32 {
    match part {
        None => 0,
        Some(Part::Caller) => 1,
        Some(Part::Callee) => 2,
        Some(Part::Listed) => 3,
        Some(Part::Changed(action)) => 4 + number(action.map(|action| action as u8)),
    }
}

fn part(number: u32) -> Option<Part> {
    match number {
        0 => None,
        1 => Some(Part::Caller),
        2 => Some(Part::Callee),
        3 => Some(Part::Listed),
        more => Some(Part::Changed(word::<Action>(more - 4))),
    }
}

impl StepBits {
    pub(in crate::calls) fn new(words: Words) -> Self {
        let Words { family, role, event, result, command, part, faulty, head } = words;
        let faults = [faulty.event, faulty.call_result, faulty.total_num];
        let faults = faults.iter().rev().fold(0, |bits, fault| (bits << 1) | u32::from(*fault));
        let kind = match family {
            Family::V4 => number(command.map(|it| it as u8)) << bit::COMMAND | part_number(part) << bit::PART,
            Family::Event | Family::Status => {
                number(role.map(|it| it as u8)) << bit::ROLE | number(event.map(|it| it as u8)) << bit::EVENT
            }
        };
        Self(
            family as u32
                | kind
                | number(result.map(|it| it as u8)) << bit::RESULT
                | faults << bit::FAULTY
                | u32::from(head) << bit::HEAD,
        )
    }

    /// The same of a v4 callback with what it says of one user.
    pub(in crate::calls) fn of_part(self, user: Part) -> Self {
        let others = ((1 << bit::PART) - 1) | (!0 << bit::RESULT);
        Self(self.0 & others | part_number(Some(user)) << bit::PART)
    }

    /// The same of a step that is not the first of its callback.
    pub(in crate::calls) fn without_head(self) -> Self {
        Self(self.0 & !(1 << bit::HEAD))
    }

    /// The words alone, as a number.
    pub(in crate::calls) fn plain(self) -> u32 {
        self.bits(0, bit::WIDE)
    }

    /// The code of such a number, if it is one.
    pub(in crate::calls) fn of_plain(number: u32) -> Option<Self> {
        let is_code = number >> bit::WIDE == 0 && ((number & 3) as usize) < Family::ALL.len();
        is_code.then_some(Self(number))
    }

    pub(in crate::calls) fn wide(self) -> Self {
        Self(self.0 | 1 << bit::WIDE)
    }

    pub(in crate::calls) fn with_numbers(self, actor: u8, facts: u8, stamps: u8) -> Self {
        let numbers = u32::from(actor) << bit::ACTOR
            | u32::from(facts) << bit::FACTS
            | u32::from(stamps) << bit::STAMPS;
        Self(self.0 | numbers)
    }

    fn bits(self, from: u32, count: u32) -> u32 {
        (self.0 >> from) & ((1 << count) - 1)
    }

    pub(in crate::calls) fn words(self) -> Words {
        let fault = |index| self.bits(bit::FAULTY + index, 1) == 1;
        let family = self.family();
        let is_v4 = family == Family::V4;
        let older = |from, count| if is_v4 { 0 } else { self.bits(from, count) };
        let v4 = |from, count| if is_v4 { self.bits(from, count) } else { 0 };
        Words {
            family,
            role: word(older(bit::ROLE, 2)),
            event: word(older(bit::EVENT, 5)),
            result: self.result(),
            command: word(v4(bit::COMMAND, 2)),
            part: part(v4(bit::PART, 4)),
            faulty: Faulty { event: fault(0), call_result: fault(1), total_num: fault(2) },
            head: self.is_head(),
        }
    }

    /// The family.
    pub(in crate::calls) fn family(self) -> Family {
        Family::ALL[self.bits(0, 2) as usize]
    }

    /// The family and what the callback is, as a number below [`KINDS`].
    pub(in crate::calls) fn kind(self) -> usize {
        self.bits(0, bit::RESULT) as usize
    }

    /// `CallResult`.
    pub(in crate::calls) fn result(self) -> Option<CallResult> {
        word(self.bits(bit::RESULT, 4))
    }

    /// True for the first step of its callback.
    pub(in crate::calls) fn is_head(self) -> bool {
        self.bits(bit::HEAD, 1) == 1
    }

    /// True if `TotalNum` is faulty.
    pub(in crate::calls) fn has_faulty_total(self) -> bool {
        self.bits(bit::FAULTY + 2, 1) == 1
    }

    pub(in crate::calls) fn is_wide(self) -> bool {
        self.bits(bit::WIDE, 1) == 1
    }

    /// Numbers of the call's actor, facts and stamps, from 1; 0 for none.
    pub(in crate::calls) fn numbers(self) -> (u8, u8, u8) {
        (self.bits(bit::ACTOR, 4) as u8, self.bits(bit::FACTS, 4) as u8, self.bits(bit::STAMPS, 3) as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every word and none, in every field of its kind; a role and an event are of the older families, a command and a part
    /// of v4.
    #[test]
    fn words_come_back_from_their_code() {
        fn all<W: Word>() -> impl Iterator<Item = Option<W>> {
            std::iter::once(None).chain(W::ALL.iter().copied().map(Some))
        }
        let none = Words {
            family: Family::V4,
            role: None,
            event: None,
            result: None,
            command: None,
            part: None,
            faulty: Faulty::default(),
            head: false,
        };
        let mut seen = vec![none];
        seen.extend(Family::ALL.iter().map(|family| Words { family: *family, head: true, ..none }));
        for family in [Family::Event, Family::Status] {
            seen.extend(all().map(|role| Words { family, role, ..none }));
            seen.extend(all().map(|event| Words { family, event, ..none }));
        }
        seen.extend(all().map(|result| Words { result, ..none }));
        seen.extend(all().map(|command| Words { command, ..none }));
        seen.extend(all().map(|action| Words { part: Some(Part::Changed(action)), ..none }));
        let parts = [Part::Caller, Part::Callee, Part::Listed];
        seen.extend(parts.map(|part| Words { part: Some(part), ..none }));
        let faulty = [
            Faulty { event: true, ..Faulty::default() },
            Faulty { call_result: true, ..Faulty::default() },
            Faulty { total_num: true, ..Faulty::default() },
        ];
        seen.extend(faulty.map(|faulty| Words { faulty, ..none }));
        for words in seen {
            let code = StepBits::new(words).with_numbers(MOST_ACTORS, MOST_FACTS, MOST_STAMPS);
            assert_eq!((code.words(), code.is_wide()), (words, false));
            let code = code.wide();
            assert_eq!((code.words(), code.is_wide()), (words, true));
            assert_eq!(code.numbers(), (MOST_ACTORS, MOST_FACTS, MOST_STAMPS));
        }
    }
}
