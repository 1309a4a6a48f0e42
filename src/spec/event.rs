//! The 17 events of the event family, and the actions of v4 in the same terms.

use super::word::{Action, CallResult, Role, Word, words};

words! {
    /// What happened to one participant of a call.
    Event {
        /// Caller starts the call.
        StartCall = "start_call",
        /// The caller's side: the call was answered.
        CallAccepted = "call_accepted",
        /// The caller's side: nobody answered.
        CallMissed = "call_missed",
        /// The caller's side: the call was declined.
        CallRejected = "call_rejected",
        /// The caller's side: line busy.
        CallBusy = "call_busy",
        /// Caller gave up before an answer.
        CancelCall = "cancel_call",
        /// The call could not be placed.
        CallFailed = "call_failed",
        /// Ended normally, on either side.
        CallEnd = "call_end",
        /// Broken off, on either side.
        CallInterrupted = "call_interrupted",
        /// The call rings at the callee.
        ReceiveCall = "receive_call",
        /// Callee answers.
        AcceptCall = "accept_call",
        /// Callee does not answer.
        NotAnswerCall = "not_answer_call",
        /// Callee declines.
        RejectCall = "reject_call",
        /// Callee ignores the call; the SDK tells the caller that the line is busy.
        IgnoreCall = "ignore_call",
        /// The callee's side: the caller gave up.
        CallCanceled = "call_canceled",
        /// Someone is invited midway.
        InviteUser = "invite_user",
        /// Someone joins midway.
        JoinInGroupCall = "join_in_group_call",
    }
}

/// The step of a call that an event belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The call is placed.
    Start,
    /// It rings at a callee.
    Ring,
    /// Someone answers or joins.
    Accept,
    /// Someone is invited midway.
    Invite,
    /// Someone's part in the call ends.
    End,
}

/// One row of the vendor's event table.
struct EventRow {
    /// The role that alone has it; none for both.
    role: Option<Role>,
    phase: Phase,
    /// What an end-phase event says by itself.
    ends_as: Option<CallResult>,
}

const fn row(role: Option<Role>, phase: Phase) -> EventRow {
    EventRow { role, phase, ends_as: None }
}

const fn end(role: Option<Role>, result: CallResult) -> EventRow {
    EventRow { role, phase: Phase::End, ends_as: Some(result) }
}

/// The events that belong to each role, as the vendor lists them: nine of the caller, eight of the callee,
/// and two of either.
pub static EVENTS: &[Event] = Event::ALL;

impl Event {
    /// The event table of the vendor's page "Call Event Callback".
    const fn row(self) -> EventRow {
        const CALLER: Option<Role> = Some(Role::Caller);
        const CALLEE: Option<Role> = Some(Role::Callee);
        match self {
            Self::StartCall => row(CALLER, Phase::Start),
            Self::CallAccepted => row(CALLER, Phase::Accept),
            Self::CallMissed => end(CALLER, CallResult::NotAnswer),
            Self::CallRejected => end(CALLER, CallResult::Reject),
            Self::CallBusy => end(CALLER, CallResult::CallBusy),
            Self::CancelCall => end(CALLER, CallResult::Cancel),
            Self::CallFailed => end(CALLER, CallResult::Failed),
            Self::CallEnd => end(None, CallResult::NormalEnd),
            Self::CallInterrupted => end(None, CallResult::Interrupt),
            Self::ReceiveCall => row(CALLEE, Phase::Ring),
            Self::AcceptCall => row(CALLEE, Phase::Accept),
            Self::NotAnswerCall => end(CALLEE, CallResult::NotAnswer),
            Self::RejectCall => end(CALLEE, CallResult::Reject),
            Self::IgnoreCall => end(CALLEE, CallResult::CallBusy),
            Self::CallCanceled => end(CALLEE, CallResult::Cancel),
            Self::InviteUser => row(None, Phase::Invite),
            Self::JoinInGroupCall => row(None, Phase::Accept),
        }
    }

    /// The step that the event belongs to, whatever its role.
    pub fn phase(self) -> Phase {
        self.row().phase
    }

    /// What an end-phase event says by itself of how the call ended.
    pub fn ends_as(self) -> Option<CallResult> {
        self.row().ends_as
    }

    /// True if the vendor's table gives the event to that role.
    pub fn belongs_to(self, role: Role) -> bool {
        self.only_role().is_none_or(|only| only == role)
    }

    /// The role that alone has this event.
    pub fn only_role(self) -> Option<Role> {
        self.row().role
    }

    /// True for the two events whose command is their bare name, without a role.
    pub fn has_bare_command(self) -> bool {
        matches!(self, Self::InviteUser | Self::JoinInGroupCall)
    }
}

impl Action {
    /// The step that a v4 member change belongs to.
    pub fn phase(self) -> Phase {
        match self {
            Self::Accept | Self::Join => Phase::Accept,
            Self::Invited => Phase::Invite,
            Self::Reject | Self::NotAnswer | Self::CancelInvite | Self::Offline | Self::HangUp => Phase::End,
        }
    }

    /// What an end-phase action says by itself of how the call ended.
    pub fn ends_as(self) -> Option<CallResult> {
        match self {
            Self::Accept | Self::Join | Self::Invited => None,
            Self::Reject => Some(CallResult::Reject),
            Self::NotAnswer => Some(CallResult::NotAnswer),
            Self::CancelInvite => Some(CallResult::Cancel),
            Self::Offline => Some(CallResult::Offline),
            Self::HangUp => Some(CallResult::NormalEnd),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_events_of_the_caller_and_eight_of_the_callee_have_a_role_in_their_command() {
        let of =
            |role| EVENTS.iter().filter(|event| event.belongs_to(role) && !event.has_bare_command()).count();
        assert_eq!((of(Role::Caller), of(Role::Callee)), (9, 8));
    }
}
