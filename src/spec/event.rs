//! The 17 events of the event family, and the actions of v4 in the same terms.

use super::word::{Action, CallResult, Role, Word, words};

words! {
    /// What happened to one participant of a call.
    Event {
        /// Caller starts the call.
        StartCall = "start_call";
        /// The caller's side: the call was answered.
        CallAccepted = "call_accepted";
        /// The caller's side: nobody answered.
        CallMissed = "call_missed";
        /// The caller's side: the call was declined.
        CallRejected = "call_rejected";
        /// The caller's side: line busy.
        CallBusy = "call_busy";
        /// Caller gave up before an answer.
        CancelCall = "cancel_call";
        /// The call could not be placed.
        CallFailed = "call_failed";
        /// Ended normally, on either side.
        CallEnd = "call_end";
        /// Broken off, on either side.
        CallInterrupted = "call_interrupted";
        /// The call rings at the callee.
        ReceiveCall = "receive_call";
        /// Callee answers.
        AcceptCall = "accept_call";
        /// Callee does not answer.
        NotAnswerCall = "not_answer_call";
        /// Callee declines.
        RejectCall = "reject_call";
        /// Callee ignores the call; the SDK tells the caller that the line is busy.
        IgnoreCall = "ignore_call";
        /// The callee's side: the caller gave up.
        CallCanceled = "call_canceled";
        /// Someone is invited midway.
        InviteUser = "invite_user";
        /// Someone joins midway.
        JoinInGroupCall = "join_in_group_call";
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

/// Which roles an event can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Caller,
    Callee,
    /// Both roles have it, and the command names the role.
    Both,
    /// Both roles have it, and the command is the event's bare name.
    Either,
}

/// One row of the vendor's event table.
struct EventRow {
    side: Side,
    phase: Phase,
    /// What an end-phase event says by itself.
    ends_as: Option<CallResult>,
}

const fn row(side: Side, phase: Phase) -> EventRow {
    EventRow { side, phase, ends_as: None }
}

const fn end(side: Side, result: CallResult) -> EventRow {
    EventRow { side, phase: Phase::End, ends_as: Some(result) }
}

/// The events that belong to each role, as the vendor lists them: nine of the caller, eight of the callee,
/// and two of either.
pub static EVENTS: &[Event] = Event::ALL;

impl Event {
    /// The event table of the vendor's page "Call Event Callback".
    const fn row(self) -> EventRow {
        use Side::{Both, Callee, Caller, Either};
        match self {
            Self::StartCall => row(Caller, Phase::Start),
            Self::CallAccepted => row(Caller, Phase::Accept),
            Self::CallMissed => end(Caller, CallResult::NotAnswer),
            Self::CallRejected => end(Caller, CallResult::Reject),
            Self::CallBusy => end(Caller, CallResult::CallBusy),
            Self::CancelCall => end(Caller, CallResult::Cancel),
            Self::CallFailed => end(Caller, CallResult::Failed),
            Self::CallEnd => end(Both, CallResult::NormalEnd),
            Self::CallInterrupted => end(Both, CallResult::Interrupt),
            Self::ReceiveCall => row(Callee, Phase::Ring),
            Self::AcceptCall => row(Callee, Phase::Accept),
            Self::NotAnswerCall => end(Callee, CallResult::NotAnswer),
            Self::RejectCall => end(Callee, CallResult::Reject),
            Self::IgnoreCall => end(Callee, CallResult::CallBusy),
            Self::CallCanceled => end(Callee, CallResult::Cancel),
            Self::InviteUser => row(Either, Phase::Invite),
            Self::JoinInGroupCall => row(Either, Phase::Accept),
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

    /// True where the vendor's table gives the event to that role.
    pub fn belongs_to(self, role: Role) -> bool {
        match self.row().side {
            Side::Caller => role == Role::Caller,
            Side::Callee => role == Role::Callee,
            Side::Both | Side::Either => true,
        }
    }

    /// The role that alone has this event.
    pub fn only_role(self) -> Option<Role> {
        match self.row().side {
            Side::Caller => Some(Role::Caller),
            Side::Callee => Some(Role::Callee),
            Side::Both | Side::Either => None,
        }
    }

    /// True for the two events whose command is their bare name, without a role.
    pub fn has_bare_command(self) -> bool {
        self.row().side == Side::Either
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
