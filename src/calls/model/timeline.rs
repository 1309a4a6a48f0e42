//! The callbacks of one call in input order, in the terms that all families share.

use std::ops::Range;

use crate::calls::store::entry::{Facts, Stamps, Words};
use crate::calls::store::position::Position;
use crate::calls::store::problems::Problems;
use crate::calls::store::shard::Kept;
use crate::calls::store::table::{CallIndex, CallTable};
use crate::calls::store::texts::{TextId, Texts};
use crate::decode::{Faulty, Part};
use crate::spec::{Action, CallResult, Event, Family, Phase, Role, Timestamp, V4Command, known_timestamp};

/// What a callback says happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// An event of the event family; none if it is unknown.
    Event(Option<Event>),
    /// The end of a call, as the status family reports it.
    Status,
    /// A user places a v4 call.
    Calling,
    /// A user is called, or listed as a callee, in v4.
    Called,
    /// A user did something in a v4 call; none if the action is unknown.
    Action(Option<Action>),
    /// Nothing of its own: a v4 callback that names no user, or a user that is only listed.
    Nothing,
}

/// What one callback says about one user.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Where the callback is in the input.
    pub position: Position,
    /// True for the first step of its callback; a v4 callback has one for each user that it names.
    pub head: bool,
    /// The earlier callback of the call that says the same, if this one is a duplicate.
    pub original: Option<Position>,
    /// The family.
    pub family: Family,
    /// The v4 command.
    pub command: Option<V4Command>,
    /// The user, [`TextId::NONE`] if it is unknown.
    pub user: TextId,
    /// Platform of the user's device, as written.
    pub platform: TextId,
    /// Address of the user's device, as written.
    pub client_ip: TextId,
    /// The user's role.
    pub role: Option<Role>,
    /// What happened.
    pub happening: Happening,
    /// The step of the call it belongs to.
    pub phase: Option<Phase>,
    /// `CallResult`.
    pub result: Option<CallResult>,
    /// Fields of the callback with a fault.
    pub faulty: Faulty,
    /// When it happened, in Unix seconds.
    pub time: Option<Timestamp>,
    /// The milliseconds of a v4 `EventTime`.
    pub millis: u16,
    pub(in crate::calls) facts: Option<Facts>,
    pub(in crate::calls) stamps: Stamps,
}

impl Step {
    /// True if the step is of the caller's side.
    pub fn is_callers(&self) -> bool {
        self.role == Some(Role::Caller)
    }

    /// True if it counts as a callee's: the user is a callee, or takes part without a known role.
    pub fn is_callees(&self) -> bool {
        self.role == Some(Role::Callee) || (self.role.is_none() && self.takes_part())
    }

    fn takes_part(&self) -> bool {
        match self.happening {
            Happening::Event(event) => {
                matches!(event, Some(Event::JoinInGroupCall | Event::CallEnd | Event::CallInterrupted))
            }
            Happening::Status | Happening::Action(_) => true,
            Happening::Calling | Happening::Called | Happening::Nothing => false,
        }
    }

    /// True for an end-phase step.
    pub fn ends(&self) -> bool {
        self.phase == Some(Phase::End)
    }

    /// The result that an end-phase callback of the event or status family names.
    pub fn explicit(&self) -> Option<CallResult> {
        self.result.filter(|_| self.ends() && self.family != Family::V4)
    }

    /// The result that a v4 call record names.
    pub fn recorded(&self) -> Option<CallResult> {
        self.result.filter(|_| self.family == Family::V4)
    }

    /// The result that an end-phase event stands for by itself.
    pub fn implied(&self) -> Option<CallResult> {
        match self.happening {
            _ if !self.ends() => None,
            Happening::Event(event) => event?.ends_as(),
            Happening::Action(action) => action?.ends_as(),
            Happening::Status | Happening::Calling | Happening::Called | Happening::Nothing => None,
        }
    }

    /// `StartCallTs` or what stands for it.
    pub fn start_call_ts(&self) -> Option<Timestamp> {
        known_timestamp(self.stamps.start)
    }

    /// `AcceptTs` or what stands for it.
    pub fn accept_ts(&self) -> Option<Timestamp> {
        known_timestamp(self.stamps.accept)
    }

    /// `EndTs` or what stands for it.
    pub fn end_ts(&self) -> Option<Timestamp> {
        known_timestamp(self.stamps.end)
    }

    /// SDKAppID from the URL; on the head alone, as all that concerns the call.
    pub fn sdkappid(&self) -> Option<u32> {
        self.facts?.sdkappid
    }

    /// The room.
    pub fn room_id(&self) -> Option<TextId> {
        self.facts?.room_id.known()
    }

    /// One to one or group.
    pub fn call_type(&self) -> Option<crate::spec::CallType> {
        self.facts?.call_type
    }

    /// Audio or video.
    pub fn media_type(&self) -> Option<crate::spec::MediaType> {
        self.facts?.media_type
    }

    /// Participants as the callback says.
    pub fn total_num(&self) -> Option<i64> {
        self.facts?.total_num
    }
}

/// The steps of one call.
#[derive(Debug)]
pub struct Timeline<'t> {
    /// The call.
    pub index: CallIndex,
    /// Its id.
    pub call_id: &'t str,
    /// Its steps, in input order.
    pub steps: Vec<Step>,
    /// Findings on the records of its callbacks.
    pub problems: Problems,
    /// True if all its callbacks agree on its application, type, media, room and size. (False says nothing.)
    pub is_alike: bool,
    /// True if any callback was redelivered.
    pub has_duplicates: bool,
    texts: &'t Texts,
}

impl<'t> Timeline<'t> {
    /// The timeline of a call of the table.
    pub fn of(table: &'t CallTable, index: CallIndex) -> Self {
        let mut timeline = Self {
            index,
            call_id: "",
            steps: Vec::new(),
            problems: Problems::default(),
            is_alike: false,
            has_duplicates: false,
            texts: table.texts(index),
        };
        timeline.read(table, index);
        timeline
    }

    /// Turns it into the timeline of another call of the table, in the same memory.
    pub fn read(&mut self, table: &'t CallTable, index: CallIndex) {
        self.index = index;
        self.call_id = table.call_id(index);
        self.problems = table.problems(index);
        self.is_alike = table.is_alike(index);
        self.texts = table.texts(index);
        self.steps.clear();
        for kept in table.kept(index) {
            self.steps.push(step(&kept));
        }
        // Most calls come in order already. The sort is stable, so that the steps of one callback stay in theirs.
        if !self.steps.is_sorted_by_key(|step| step.position) {
            self.steps.sort_by_key(|step| step.position);
        }
        if self.steps.iter().any(|step| step.family == Family::V4) {
            take_v4_roles(&mut self.steps);
        }
        self.has_duplicates = mark_duplicates(&mut self.steps);
    }

    /// A text that a step names.
    pub fn text(&self, id: TextId) -> Option<&'t str> {
        self.texts.get(id)
    }

    /// The callbacks, by their first step.
    pub fn callbacks(&self) -> impl DoubleEndedIterator<Item = &Step> {
        self.steps.iter().filter(|step| step.head)
    }

    /// The steps of callbacks that are not duplicates.
    pub fn originals(&self) -> impl DoubleEndedIterator<Item = &Step> + Clone {
        self.steps.iter().filter(|step| step.original.is_none())
    }
}

fn step(kept: &Kept) -> Step {
    let (happening, role, phase) = happening(&kept.words);
    let Words { family, command, result, faulty, head, .. } = kept.words;
    Step {
        position: kept.position,
        head,
        original: None,
        family,
        command,
        user: kept.actor.user,
        platform: kept.actor.platform,
        client_ip: kept.actor.client_ip,
        role,
        happening,
        phase,
        result: result.filter(|_| head),
        faulty,
        time: known_timestamp(kept.time),
        millis: kept.millis,
        facts: kept.facts,
        stamps: kept.stamps,
    }
}

/// What a callback's words stand for, the role they give its user, and the phase.
fn happening(words: &Words) -> (Happening, Option<Role>, Option<Phase>) {
    let ends_call = words.command == Some(V4Command::EndCall);
    match (words.family, words.part) {
        (Family::Event, _) => {
            let fits = |event: Event| words.role.is_none_or(|role| event.belongs_to(role));
            let phase = words.event.filter(|event| fits(*event)).map(Event::phase);
            (Happening::Event(words.event), words.role, phase)
        }
        (Family::Status, _) => (Happening::Status, words.role, Some(Phase::End)),
        (Family::V4, Some(Part::Caller)) => {
            (Happening::Calling, Some(Role::Caller), (!ends_call).then_some(Phase::Start))
        }
        (Family::V4, Some(Part::Callee)) => (Happening::Called, Some(Role::Callee), None),
        (Family::V4, Some(Part::Changed(action))) => {
            (Happening::Action(action), Some(Role::Callee), action.map(Action::phase))
        }
        (Family::V4, Some(Part::Listed) | None) => (Happening::Nothing, None, None),
    }
}

/// A user that a v4 start callback or call record calls the caller is that in every member change.
fn take_v4_roles(steps: &mut [Step]) {
    let changed = |step: &Step| matches!(step.happening, Happening::Action(_));
    if !steps.iter().any(changed) {
        return;
    }
    let mut callers: Vec<TextId> = steps
        .iter()
        .filter(|step| step.happening == Happening::Calling)
        .filter_map(|step| step.user.known())
        .collect();
    callers.sort_unstable();
    for step in steps.iter_mut().filter(|step| changed(step)) {
        if callers.binary_search(&step.user).is_ok() {
            step.role = Some(Role::Caller);
        }
    }
}

/// Marks every callback that says the same as an earlier one of the call; returns whether there are any.
fn mark_duplicates(steps: &mut [Step]) -> bool {
    if all_differ(steps) {
        return false;
    }
    let mut callbacks: Vec<Range<usize>> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        match callbacks.last_mut() {
            Some(last) if !step.head => last.end = index + 1,
            _ => callbacks.push(index..index + 1),
        }
    }
    // Equal callbacks are next to each other once they are sorted by what they say; the sort keeps their order.
    callbacks.sort_by(|one, other| said(&steps[one.clone()]).cmp(said(&steps[other.clone()])));
    let same =
        |one: &Range<usize>, other: &Range<usize>| said(&steps[one.clone()]).eq(said(&steps[other.clone()]));
    let mut originals: Vec<(usize, Position)> = Vec::new();
    for alike in callbacks.chunk_by(same) {
        let first = steps[alike[0].start].position;
        originals.extend(alike[1..].iter().flat_map(Range::clone).map(|index| (index, first)));
    }
    for (index, original) in &originals {
        steps[*index].original = Some(*original);
    }
    !originals.is_empty()
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
/// each user the role and event (status: the result; v4: the action). Users that are only listed do not count.
fn said(steps: &[Step]) -> impl Iterator<Item = Identity> {
    let head = steps.first().map(|head| {
        let command = small(head.command.map(|command| command as u8));
        (TextId::NONE, head.family as u16, command, head.time, head.millis)
    });
    let named = steps.iter().filter(|step| step.happening != Happening::Nothing);
    head.into_iter().chain(named.map(|step| {
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
    }))
}

/// A word as a number, 0 for none.
fn small(word: Option<u8>) -> u16 {
    word.map_or(0, |word| u16::from(word) + 1)
}
