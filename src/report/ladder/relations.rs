//! What follows from what: a call that is placed rings, an answer comes back, a call that is given up ends.
//!
//! Devices' clocks differ, so an effect can bear an earlier time than its cause. Nothing here asks which came first;
//! only which of several is the nearest.

use std::collections::{BTreeSet, HashMap};

use super::row::LadderRow;
use crate::spec::{CallType, Event, Role, Word, words};

words! {
    /// A kind of relation.
    RelationKind {
        /// A call is placed, or someone invited: it rings.
        Ring = "ring",
        /// A callee answers: the caller learns of it. The same for the next two.
        Accept = "accept",
        /// A callee declines.
        Reject = "reject",
        /// A callee is busy, or ignores the call.
        Busy = "busy",
        /// Nobody answers, which both sides find.
        NoAnswer = "not_answer",
        /// The caller gives up: the callees learn of it.
        Cancel = "cancel",
        /// Both sides end.
        End = "end",
        /// Both sides are broken off.
        Interrupt = "interrupt",
    }
}

/// Two callbacks, one of which follows from the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relation {
    /// The kind.
    pub kind: RelationKind,
    /// The row of the cause.
    pub from: usize,
    /// The row of the effect.
    pub to: usize,
    /// True if neither is the cause: both report the same.
    pub mutual: bool,
}

impl Relation {
    /// The later row, at which it is drawn.
    pub fn drawn_at(&self) -> usize {
        self.from.max(self.to)
    }
}

impl RelationKind {
    fn pairing(self) -> Pairing {
        match self {
            Self::Ring | Self::Cancel | Self::NoAnswer => Pairing::OneToMany,
            Self::Accept | Self::Reject | Self::Busy => Pairing::OneToOne,
            Self::End | Self::Interrupt => Pairing::Single,
        }
    }
}

/// How causes and effects belong together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pairing {
    /// Every effect has the last cause before it, otherwise the first one.
    OneToMany,
    /// Every effect has the nearest cause that no other has.
    OneToOne,
    /// The same, and only in a call of two: of several, one leaves without the others.
    Single,
}

/// The side of a relation that an event is on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Cause,
    Effect,
    /// Neither is the cause; the caller's takes its place.
    Mutual,
}

/// The kind of relation that an event belongs to, and its side; none for an event without relations.
fn signal(event: Event) -> Option<(RelationKind, End)> {
    Some(match event {
        Event::StartCall | Event::InviteUser => (RelationKind::Ring, End::Cause),
        Event::ReceiveCall => (RelationKind::Ring, End::Effect),
        Event::AcceptCall => (RelationKind::Accept, End::Cause),
        Event::CallAccepted => (RelationKind::Accept, End::Effect),
        Event::RejectCall => (RelationKind::Reject, End::Cause),
        Event::CallRejected => (RelationKind::Reject, End::Effect),
        Event::IgnoreCall => (RelationKind::Busy, End::Cause),
        Event::CallBusy => (RelationKind::Busy, End::Effect),
        Event::NotAnswerCall | Event::CallMissed => (RelationKind::NoAnswer, End::Mutual),
        Event::CancelCall => (RelationKind::Cancel, End::Cause),
        Event::CallCanceled => (RelationKind::Cancel, End::Effect),
        Event::CallEnd => (RelationKind::End, End::Mutual),
        Event::CallInterrupted => (RelationKind::Interrupt, End::Mutual),
        Event::CallFailed | Event::JoinInGroupCall => return None,
    })
}

/// The rows on the two sides of a kind, each with the time by which it is placed.
#[derive(Default)]
struct Sides {
    causes: Vec<(u32, usize)>,
    effects: Vec<(u32, usize)>,
    mutual: bool,
}

/// The relations between rows, by the row at which they are drawn.
pub(super) fn relations(rows: &[LadderRow<'_>], call_type: Option<CallType>) -> Vec<Relation> {
    let mut of_kind: HashMap<RelationKind, Sides> = HashMap::new();
    let mut time = 0;
    for (index, row) in rows.iter().enumerate() {
        // A row without a time keeps its place.
        time = row.time.map_or(time, |time| time.seconds);
        // A duplicate follows from its first delivery, and a callback about the whole call has no sides.
        let event = row.stands_for.filter(|_| row.copied.is_none() && !row.whole);
        let Some((kind, end)) = event.and_then(signal) else { continue };
        let sides = of_kind.entry(kind).or_default();
        sides.mutual |= end == End::Mutual;
        let is_cause = match end {
            End::Cause => true,
            End::Effect => false,
            End::Mutual => row.role == Some(Role::Caller),
        };
        if is_cause { &mut sides.causes } else { &mut sides.effects }.push((time, index));
    }
    let mut relations = Vec::new();
    for (kind, sides) in &of_kind {
        let pairs = match kind.pairing() {
            Pairing::Single if call_type == Some(CallType::Group) => continue,
            Pairing::OneToMany => last_before(sides),
            Pairing::OneToOne | Pairing::Single => nearest(sides),
        };
        let apart = pairs.into_iter().filter(|(from, to)| rows[*from].lane() != rows[*to].lane());
        relations.extend(apart.map(|(from, to)| Relation { kind: *kind, from, to, mutual: sides.mutual }));
    }
    relations.sort_by_key(|relation| (relation.drawn_at(), relation.from, relation.to));
    relations
}

/// For every effect, the last cause that is not later; otherwise the first.
fn last_before(sides: &Sides) -> Vec<(usize, usize)> {
    let cause = |(time, effect): &(u32, usize)| {
        let later = sides.causes.partition_point(|(cause, _)| cause <= time);
        let cause = sides.causes.get(later.saturating_sub(1))?;
        Some((cause.1, *effect))
    };
    sides.effects.iter().filter_map(cause).collect()
}

/// For every effect, the nearest cause that no earlier effect has taken.
fn nearest(sides: &Sides) -> Vec<(usize, usize)> {
    let mut free: BTreeSet<(u32, usize)> = sides.causes.iter().copied().collect();
    let mut pairs = Vec::new();
    for (time, effect) in &sides.effects {
        let before = free.range(..(*time, *effect)).next_back().copied();
        let behind = free.range((*time, *effect)..).next().copied();
        // Of two at the same distance the earlier is the likelier cause.
        let distance = |cause: &(u32, usize)| (cause.0.abs_diff(*time), cause.1.abs_diff(*effect));
        let Some(cause) = before.into_iter().chain(behind).min_by_key(distance) else { break };
        free.remove(&cause);
        pairs.push((cause.1, *effect));
    }
    pairs
}
