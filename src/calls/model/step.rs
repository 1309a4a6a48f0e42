//! What one callback says about one user, in the terms that all families share.

use crate::calls::store::capture_mark::CaptureMark;
use crate::calls::store::interner::TextId;
use crate::calls::store::packed_step::{Facts, Stamps};
use crate::calls::store::position::Position;
use crate::calls::store::step_bits::Words;
use crate::calls::store::stored_step::StoredStep;
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
    /// When and by whom it was captured, if that was kept.
    pub(in crate::calls) capture: CaptureMark,
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

    /// True if its user joins the call midway, which is allowed again after the end of their part.
    pub fn joins(&self) -> bool {
        matches!(
            self.happening,
            Happening::Event(Some(Event::JoinInGroupCall)) | Happening::Action(Some(Action::Join))
        )
    }

    /// True for an end-phase step.
    pub fn ends(&self) -> bool {
        self.phase == Some(Phase::End)
    }

    /// The result that an end-phase callback of the event or status family names.
    pub fn explicit(&self) -> Option<CallResult> {
        self.result.filter(|_| self.ends() && self.family != Family::V4)
    }

    /// Of a v4 record, whether it comes from the app's own server, if that is known.
    pub(in crate::calls) fn is_from_server(&self) -> Option<bool> {
        self.facts?.from_server
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

/// What is kept of a callback, as a step.
pub(super) fn step(kept: &StoredStep) -> Step {
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
        capture: kept.capture,
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
pub(super) fn take_v4_roles(steps: &mut [Step]) {
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
