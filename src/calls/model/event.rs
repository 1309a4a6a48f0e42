//! What a step is called, and which event of the event family it stands for.

use super::step::{Happening, Step};
use crate::spec::{Action, CallResult, Event, Phase, V4Command, Word};

/// What a step is called, of every family in one vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepName {
    /// An event; of v4 only the start of a call.
    Event(Event),
    /// An action of v4.
    Action(Action),
    /// The end of a call, as the status family reports it.
    Status,
    /// A user is called in v4.
    Called,
    /// A v4 member change that names no user.
    MemberChanged,
    /// A v4 call record.
    CallRecord,
    /// An event that is unknown, or a callback that names neither an event nor a user.
    UnknownEvent,
    /// An action that is unknown.
    UnknownAction,
}

impl StepName {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Event(event) => event.as_str(),
            Self::Action(action) => action.as_str(),
            Self::Status => "status",
            Self::Called => "called",
            Self::MemberChanged => "member_changed",
            Self::CallRecord => "call_record",
            Self::UnknownEvent => "unknown event",
            Self::UnknownAction => "unknown action",
        }
    }

    /// False for what the callback does not contain.
    pub fn is_known(self) -> bool {
        !matches!(self, Self::UnknownEvent | Self::UnknownAction)
    }
}

impl Step {
    /// What it is called.
    pub fn name(&self) -> StepName {
        match self.happening {
            _ if self.command == Some(V4Command::EndCall) => StepName::CallRecord,
            Happening::Event(event) => event.map_or(StepName::UnknownEvent, StepName::Event),
            Happening::Status => StepName::Status,
            Happening::Calling => StepName::Event(Event::StartCall),
            Happening::Called => StepName::Called,
            Happening::Action(action) => action.map_or(StepName::UnknownAction, StepName::Action),
            Happening::Nothing => match self.command {
                Some(V4Command::StartCall) => StepName::Event(Event::StartCall),
                Some(V4Command::MemberChanged) => StepName::MemberChanged,
                Some(V4Command::EndCall) | None => StepName::UnknownEvent,
            },
        }
    }

    /// The event of the event family that it stands for; none if its role does not have the event, and for what
    /// has no event of its own.
    pub fn as_event(&self) -> Option<Event> {
        match self.happening {
            Happening::Event(event) => event.filter(|_| self.phase.is_some()),
            Happening::Status => {
                let result = self.result?;
                Some(if self.is_callers() { ending_of_caller(result) } else { ending_of_callee(result) })
            }
            Happening::Calling => (self.phase == Some(Phase::Start)).then_some(Event::StartCall),
            Happening::Action(action) => match action? {
                Action::Accept => Some(Event::AcceptCall),
                Action::Join => Some(Event::JoinInGroupCall),
                Action::Reject => Some(Event::RejectCall),
                Action::NotAnswer => Some(Event::NotAnswerCall),
                Action::HangUp => Some(Event::CallEnd),
                Action::Offline => Some(Event::CallInterrupted),
                Action::CancelInvite => Some(Event::CallCanceled),
                Action::Invited => Some(Event::InviteUser),
            },
            Happening::Called | Happening::Nothing => None,
        }
    }
}

fn ending_of_caller(result: CallResult) -> Event {
    match result {
        CallResult::NormalEnd => Event::CallEnd,
        CallResult::Interrupt | CallResult::Offline => Event::CallInterrupted,
        CallResult::Failed => Event::CallFailed,
        CallResult::Cancel => Event::CancelCall,
        CallResult::Reject => Event::CallRejected,
        CallResult::CallBusy => Event::CallBusy,
        CallResult::NotAnswer => Event::CallMissed,
    }
}

fn ending_of_callee(result: CallResult) -> Event {
    match result {
        CallResult::NormalEnd => Event::CallEnd,
        CallResult::Interrupt | CallResult::Offline | CallResult::Failed => Event::CallInterrupted,
        CallResult::Cancel => Event::CallCanceled,
        CallResult::Reject => Event::RejectCall,
        CallResult::CallBusy => Event::IgnoreCall,
        CallResult::NotAnswer => Event::NotAnswerCall,
    }
}
