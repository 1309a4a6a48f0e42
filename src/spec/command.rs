//! The callback commands: what the URL's `command` (v4: `CallbackCommand`) can be.

use super::event::Event;
use super::word::{CallResult, Family, Role, Word, words};

words! {
    /// The commands of the v4 family, spelled as in the body.
    V4Command {
        /// A call was started.
        StartCall = "Call.CallbackAfterStartCall",
        /// A participant's state changed.
        MemberChanged = "Call.CallbackAfterMemberChanged",
        /// The call ended.
        EndCall = "Call.CallbackAfterEndCall",
    }
}

/// A known callback command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackCommand {
    /// `<role>_<event>`, or the bare name of an event that either role can have (then without a role).
    Event(Option<Role>, Event),
    /// One of the six commands of the status family, named after the result.
    Status(CallResult),
    /// `call_end`, which the vendor's sample of the status family shows for a normal end.
    CallEnd,
    /// A command of the v4 family.
    V4(V4Command),
}

/// A row of the command list: its spelling and its meaning.
type CommandRow = (&'static str, CallbackCommand);

const fn caller(text: &'static str, event: Event) -> CommandRow {
    (text, CallbackCommand::Event(Some(Role::Caller), event))
}
const fn callee(text: &'static str, event: Event) -> CommandRow {
    (text, CallbackCommand::Event(Some(Role::Callee), event))
}

/// Every known command, event family first: 19 of the event family, six and `call_end` of the status family,
/// three of v4. See [`super::page::COMMANDS`].
pub static COMMANDS: [CommandRow; 29] = ROWS;

const ROWS: [CommandRow; 29] = [
    caller("caller_start_call", Event::StartCall),
    caller("caller_call_accepted", Event::CallAccepted),
    caller("caller_call_missed", Event::CallMissed),
    caller("caller_call_rejected", Event::CallRejected),
    caller("caller_call_busy", Event::CallBusy),
    caller("caller_cancel_call", Event::CancelCall),
    caller("caller_call_failed", Event::CallFailed),
    caller("caller_call_end", Event::CallEnd),
    caller("caller_call_interrupted", Event::CallInterrupted),
    callee("callee_receive_call", Event::ReceiveCall),
    callee("callee_accept_call", Event::AcceptCall),
    callee("callee_not_answer_call", Event::NotAnswerCall),
    callee("callee_reject_call", Event::RejectCall),
    callee("callee_ignore_call", Event::IgnoreCall),
    callee("callee_call_canceled", Event::CallCanceled),
    callee("callee_call_end", Event::CallEnd),
    callee("callee_call_interrupted", Event::CallInterrupted),
    ("invite_user", CallbackCommand::Event(None, Event::InviteUser)),
    ("join_in_group_call", CallbackCommand::Event(None, Event::JoinInGroupCall)),
    ("cancel", CallbackCommand::Status(CallResult::Cancel)),
    ("reject", CallbackCommand::Status(CallResult::Reject)),
    ("not_answer", CallbackCommand::Status(CallResult::NotAnswer)),
    ("normal_end", CallbackCommand::Status(CallResult::NormalEnd)),
    ("call_busy", CallbackCommand::Status(CallResult::CallBusy)),
    ("interrupt", CallbackCommand::Status(CallResult::Interrupt)),
    ("call_end", CallbackCommand::CallEnd),
    ("Call.CallbackAfterStartCall", CallbackCommand::V4(V4Command::StartCall)),
    ("Call.CallbackAfterMemberChanged", CallbackCommand::V4(V4Command::MemberChanged)),
    ("Call.CallbackAfterEndCall", CallbackCommand::V4(V4Command::EndCall)),
];

/// The commands of a role's events, by event; empty for the events that it does not have.
const fn of_role(role: Role) -> [&'static str; Event::ALL.len()] {
    let mut names = [""; Event::ALL.len()];
    let mut row = 0;
    while row < ROWS.len() {
        if let (name, CallbackCommand::Event(Some(of), event)) = ROWS[row]
            && of as u8 == role as u8
        {
            names[event as usize] = name;
        }
        row += 1;
    }
    names
}

static CALLERS: [&str; Event::ALL.len()] = of_role(Role::Caller);
static CALLEES: [&str; Event::ALL.len()] = of_role(Role::Callee);

impl CallbackCommand {
    /// The command spelled exactly so.
    pub fn parse(text: &str) -> Option<Self> {
        COMMANDS.iter().find(|(spelling, _)| *spelling == text).map(|(_, command)| *command)
    }

    /// The vendor's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Event(Some(Role::Caller), event) => CALLERS[event as usize],
            Self::Event(Some(Role::Callee), event) => CALLEES[event as usize],
            other => {
                COMMANDS.iter().find(|(_, command)| *command == other).map_or("", |(spelling, _)| spelling)
            }
        }
    }

    /// The command that the event family's role and event call for; none if the event needs a role and
    /// none is given, or the event does not belong to the role.
    pub fn for_event(role: Option<Role>, event: Event) -> Option<Self> {
        if event.has_bare_command() {
            return Some(Self::Event(None, event));
        }
        let role = role.filter(|role| event.belongs_to(*role))?;
        Some(Self::Event(Some(role), event))
    }

    /// The family that the command belongs to.
    pub fn family(self) -> Family {
        match self {
            Self::Event(..) => Family::Event,
            Self::Status(_) | Self::CallEnd => Family::Status,
            Self::V4(_) => Family::V4,
        }
    }

    /// The result that a status command stands for.
    pub fn status_result(self) -> Option<CallResult> {
        match self {
            Self::Status(result) => Some(result),
            Self::CallEnd => Some(CallResult::NormalEnd),
            Self::Event(..) | Self::V4(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::event::EVENTS;

    #[test]
    fn every_event_has_its_commands_and_every_command_its_event() {
        for event in EVENTS {
            for role in Role::ALL.iter().filter(|role| event.belongs_to(**role)) {
                let expected = if event.has_bare_command() {
                    event.as_str().to_owned()
                } else {
                    format!("{}_{}", role.as_str(), event.as_str())
                };
                let command = CallbackCommand::for_event(Some(*role), *event).map(CallbackCommand::as_str);
                assert_eq!(command, Some(expected.as_str()));
            }
        }
        for (text, command) in COMMANDS {
            assert_eq!(command.as_str(), text);
        }
    }
}
