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
    /// Someone's part in the call ends, as the result says.
    End(CallResult),
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
    event: Event,
    side: Side,
    phase: Phase,
}

const fn row(event: Event, side: Side, phase: Phase) -> EventRow {
    EventRow { event, side, phase }
}

/// The event table of the vendor's page "Call Event Callback", in the order of [`Event`].
static TABLE: [EventRow; 17] = [
    row(Event::StartCall, Side::Caller, Phase::Start),
    row(Event::CallAccepted, Side::Caller, Phase::Accept),
    row(
        Event::CallMissed,
        Side::Caller,
        Phase::End(CallResult::NotAnswer),
    ),
    row(
        Event::CallRejected,
        Side::Caller,
        Phase::End(CallResult::Reject),
    ),
    row(
        Event::CallBusy,
        Side::Caller,
        Phase::End(CallResult::CallBusy),
    ),
    row(
        Event::CancelCall,
        Side::Caller,
        Phase::End(CallResult::Cancel),
    ),
    row(
        Event::CallFailed,
        Side::Caller,
        Phase::End(CallResult::Failed),
    ),
    row(
        Event::CallEnd,
        Side::Both,
        Phase::End(CallResult::NormalEnd),
    ),
    row(
        Event::CallInterrupted,
        Side::Both,
        Phase::End(CallResult::Interrupt),
    ),
    row(Event::ReceiveCall, Side::Callee, Phase::Ring),
    row(Event::AcceptCall, Side::Callee, Phase::Accept),
    row(
        Event::NotAnswerCall,
        Side::Callee,
        Phase::End(CallResult::NotAnswer),
    ),
    row(
        Event::RejectCall,
        Side::Callee,
        Phase::End(CallResult::Reject),
    ),
    row(
        Event::IgnoreCall,
        Side::Callee,
        Phase::End(CallResult::CallBusy),
    ),
    row(
        Event::CallCanceled,
        Side::Callee,
        Phase::End(CallResult::Cancel),
    ),
    row(Event::InviteUser, Side::Either, Phase::Invite),
    row(Event::JoinInGroupCall, Side::Either, Phase::Accept),
];

/// The events that belong to each role, as the vendor lists them: nine of the caller, eight of the callee,
/// and two of either.
pub static EVENTS: &[Event] = Event::ALL;

impl Event {
    fn row(self) -> &'static EventRow {
        &TABLE[self as usize]
    }

    /// The step that the event belongs to, whatever its role.
    pub fn phase(self) -> Phase {
        self.row().phase
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
            Self::Reject => Phase::End(CallResult::Reject),
            Self::NotAnswer => Phase::End(CallResult::NotAnswer),
            Self::CancelInvite => Phase::End(CallResult::Cancel),
            Self::Offline => Phase::End(CallResult::Offline),
            Self::HangUp => Phase::End(CallResult::NormalEnd),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_in_the_order_of_the_enum() {
        for (index, event) in Event::ALL.iter().enumerate() {
            assert_eq!(TABLE[index].event, *event);
        }
    }

    #[test]
    fn nine_events_of_the_caller_and_eight_of_the_callee_have_a_role_in_their_command() {
        let of = |role| {
            EVENTS
                .iter()
                .filter(|event| event.belongs_to(role) && !event.has_bare_command())
                .count()
        };
        assert_eq!((of(Role::Caller), of(Role::Callee)), (9, 8));
    }
}
