//! Callbacks of a call that say the same: duplicates, and what was captured twice.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use smallvec::SmallVec;

use super::step::{Happening, Step};
use crate::calls::store::captured_twice::{CapturedTwice, SelfCopies};
use crate::calls::store::interner::TextId;
use crate::calls::store::position::Position;
use crate::spec::{Family, Timestamp};

/// The callbacks of a call, each the range of its steps, those that say the same next to each other.
pub(in crate::calls) struct AlikeCallbacks {
    callbacks: Vec<Range<usize>>,
    /// How many of them say the same, one after another.
    groups: Vec<usize>,
}

impl AlikeCallbacks {
    /// Those of these steps, which are in input order.
    pub(in crate::calls) fn of(steps: &[Step]) -> Self {
        let mut callbacks: Vec<Range<usize>> = Vec::new();
        for (index, step) in steps.iter().enumerate() {
            match callbacks.last_mut() {
                Some(last) if !step.head => last.end = index + 1,
                _ => callbacks.push(index..index + 1),
            }
        }
        // Equal callbacks are next to each other once they are sorted by what they say; the sort keeps their order.
        let mut sorted: Vec<_> =
            callbacks.into_iter().map(|callback| (said(&steps[callback.clone()]), callback)).collect();
        sorted.sort_by(|(one, _), (other, _)| one.cmp(other));
        let groups = sorted.chunk_by(|(one, _), (other, _)| one == other).map(<[_]>::len).collect();
        Self { callbacks: sorted.into_iter().map(|(_, callback)| callback).collect(), groups }
    }

    /// For each different callback all that say the same, in input order.
    pub(in crate::calls) fn groups(&self) -> impl Iterator<Item = &[Range<usize>]> {
        let mut rest = &self.callbacks[..];
        self.groups.iter().map(move |length| {
            let (group, after) = rest.split_at(*length);
            rest = after;
            group
        })
    }
}

/// Marks every callback that says the same as an earlier one of the call; returns whether there are any.
pub(super) fn mark_duplicates(steps: &mut [Step]) -> bool {
    if all_differ(steps) {
        return false;
    }
    let mut originals: Vec<(usize, Position)> = Vec::new();
    for alike in AlikeCallbacks::of(steps).groups() {
        let first = steps[alike[0].start].position;
        originals.extend(alike[1..].iter().flat_map(Range::clone).map(|index| (index, first)));
    }
    for (index, original) in &originals {
        steps[*index].original = Some(*original);
    }
    !originals.is_empty()
}

/// Takes out the steps of callbacks that were captured twice, so that each counts as often as the source that has it
/// most often. What only those say is added to the ones that stay. Returns the positions of those taken out, in order.
pub(super) fn set_aside(steps: &mut Vec<Step>, twice: &CapturedTwice) -> Vec<Position> {
    if all_differ(steps) {
        return Vec::new();
    }
    let (mut aside, mut filled) = (Vec::new(), Vec::new());
    for alike in AlikeCallbacks::of(steps).groups().filter(|alike| alike.len() > 1) {
        let mut tied: BTreeMap<usize, Vec<&Range<usize>>> = BTreeMap::new();
        for callback in alike {
            let source = steps[callback.start].position.source();
            tied.entry(twice.group(source)).or_default().push(callback);
        }
        for callbacks in tied.into_values().filter(|callbacks| callbacks.len() > 1) {
            let kept = kept(steps, &callbacks, twice);
            let stays: HashSet<usize> = kept.iter().map(|callback| callback.start).collect();
            for other in callbacks.into_iter().filter(|callback| !stays.contains(&callback.start)) {
                filled.push((kept[0].clone(), other.clone()));
                aside.push(steps[other.start].position);
            }
        }
    }
    for (kept, other) in filled {
        fill(steps, kept, other);
    }
    aside.sort_unstable();
    if !aside.is_empty() {
        steps.retain(|step| aside.binary_search(&step.position).is_err());
    }
    aside
}

/// Which of the copies of a callback in sources that hold the same count.
fn kept<'r>(steps: &[Step], copies: &[&'r Range<usize>], twice: &CapturedTwice) -> Vec<&'r Range<usize>> {
    let source = |copy: &&Range<usize>| steps[copy.start].position.source();
    let mut most: Vec<&Range<usize>> = Vec::new();
    // They are in input order, so of sources that have as many the first one counts.
    for of_source in copies.chunk_by(|one, other| source(one) == source(other)) {
        let counted = of_one_source(steps, of_source, twice.of_source(source(&of_source[0])));
        if counted.len() > most.len() {
            most = counted;
        }
    }
    most
}

/// Which of the copies of a callback in one source count.
fn of_one_source<'r>(
    steps: &[Step],
    copies: &[&'r Range<usize>],
    alone: SelfCopies,
) -> Vec<&'r Range<usize>> {
    let capture = |copy: &Range<usize>| steps[copy.start].capture;
    let by = |copy: &Range<usize>| if alone.by_capturer { capture(copy).by() } else { 0 };
    let mut counted = copies.to_vec();
    if alone.at_one_time > 1 {
        // What is there more often was redelivered at once.
        let mut times: HashMap<_, u32> = HashMap::new();
        counted.retain(|copy| {
            let Some(time) = capture(copy).time() else { return true };
            let before = times.entry((time, by(copy))).or_default();
            *before += 1;
            (*before - 1).is_multiple_of(alone.at_one_time)
        });
    }
    if alone.by_capturer {
        let mut by_capturer: BTreeMap<u32, Vec<&Range<usize>>> = BTreeMap::new();
        for copy in counted {
            by_capturer.entry(by(copy)).or_default().push(copy);
        }
        // Of capturers that have as many the one that comes first in the input counts.
        let most = by_capturer.into_values().max_by_key(|copies| (copies.len(), Reverse(copies[0].start)));
        return most.unwrap_or_default();
    }
    counted
}

/// Adds to a callback what only a copy of it says.
fn fill(steps: &mut [Step], kept: Range<usize>, other: Range<usize>) {
    for from in other {
        let copy = steps[from];
        let same = |step: &&mut Step| step.user == copy.user && step.happening == copy.happening;
        let Some(step) = steps[kept.clone()].iter_mut().find(same) else { continue };
        step.platform = step.platform.known().or(copy.platform.known()).unwrap_or(TextId::NONE);
        step.client_ip = step.client_ip.known().or(copy.client_ip.known()).unwrap_or(TextId::NONE);
        step.result = step.result.or(copy.result);
        step.facts = match (step.facts, copy.facts) {
            (Some(own), Some(more)) => Some(own.or(more)),
            (own, _) => own,
        };
        step.stamps = step.stamps.or(copy.stamps);
    }
}

/// True if there are few callbacks and a quick comparison shows that no two are the same: nearly every call.
fn all_differ(steps: &[Step]) -> bool {
    const FEW: usize = 16;
    // What differs between nearly all callbacks of the event or status family that are not duplicates.
    let glance = |step: &Step| match step.family {
        // The users of such a callback are several steps, some of which do not count.
        Family::V4 => (TextId::NONE, None, step.time, step.millis),
        Family::Event | Family::Status => (step.user, step.phase, step.time, 0),
    };
    steps.len() <= FEW
        && steps.iter().enumerate().all(|(index, step)| {
            let same = |other: &Step| other.head && glance(other) == glance(step);
            !step.head || !steps[..index].iter().any(same)
        })
}

/// Numbers that are equal if two callbacks say the same.
type Identity = (TextId, u16, u16, Option<Timestamp>, u16);

/// What makes a callback a duplicate of another, besides the call: its family (v4: and command) and time, and for
/// each user, in any order, the role and event (status: the result; v4: the action). Users that are only listed do not
/// count.
fn said(steps: &[Step]) -> SmallVec<[Identity; 2]> {
    let head = steps.first().map(|head| {
        let command = small(head.command.map(|command| command as u8));
        (TextId::NONE, head.family as u16, command, head.time, head.millis)
    });
    let named = steps.iter().filter(|step| step.happening != Happening::Nothing);
    let users = named.map(|step| {
        // The role of a user in v4 follows from other callbacks, so it says nothing.
        let role = if step.family == Family::V4 { 0 } else { small(step.role.map(|role| role as u8)) };
        let what = match step.happening {
            Happening::Event(event) => small(event.map(|event| event as u8)),
            Happening::Status => small(step.result.map(|result| result as u8)),
            Happening::Calling => 1001,
            Happening::Called => 1002,
            Happening::Nothing => 1003,
            Happening::Action(action) => 2000 + small(action.map(|action| action as u8)),
        };
        (step.user, role, what, None, 0)
    });
    let mut said: SmallVec<[Identity; 2]> = head.into_iter().chain(users).collect();
    said.sort_unstable();
    said
}

/// A word as a number, 0 for none.
fn small(word: Option<u8>) -> u16 {
    word.map_or(0, |word| u16::from(word) + 1)
}
