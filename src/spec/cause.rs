//! The causes: why a call came to what it came to, as `why` reports it.
//!
//! What decides a cause is worked out in `calls::cause`; an entry here is all that a reader is told about one.

use super::word::{Word, words};

/// What a cause can be of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CauseKind {
    /// The main cause.
    Main,
    /// Only beside a main one.
    Contributing,
    /// Either.
    Both,
}

impl CauseKind {
    /// As tables of causes name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Contributing => "contributing",
            Self::Both => "either",
        }
    }
}

/// What a reader is told about a cause.
#[derive(Clone, Copy, Debug)]
pub struct CauseRow {
    /// Whether it can be the main cause, a contributing one, or either.
    pub kind: CauseKind,
    /// What it means, in one line.
    pub summary: &'static str,
    /// What in the callbacks decides it.
    pub decided_by: &'static str,
    /// What would make sure of it.
    pub settles: &'static str,
    /// What to look at next.
    pub next: &'static str,
}

macro_rules! reporting_clients {
    () => {
        "Android, iOS, Flutter and uni-app 1.7.1, Web 1.4.6, WeChat Mini Program 1.5.1"
    };
}

/// Client versions from which on callbacks are reported at all.
pub const REPORTING_CLIENTS: &str = reporting_clients!();

/// Longest time, in seconds, between ringing and a decline that a device makes rather than a person.
pub const DEVICE_SECONDS: u32 = 1;
/// Longest time, in seconds, between a cancel and an answer that cross each other.
pub const CROSSING_SECONDS: u32 = 2;
/// Longest time, in seconds, that an unanswered call is in progress: the longest time-out in use, and a little.
pub const RINGING_SECONDS: u32 = 65;
/// Longest time, in seconds, that an answered call is taken to be in progress.
pub const TALKING_SECONDS: u32 = 2 * 3600;
/// The same of one whose last callback the backend did not acknowledge: nearly all conversations are shorter.
pub const DOUBTFUL_SECONDS: u32 = 600;
/// Devices' clocks that are off by more seconds than this, against each other, are not taken for an excuse.
pub const MOST_SKEW_SECONDS: u32 = 10;

/// Makes the enum and its rows.
macro_rules! causes {
    ($($cause:ident {
        name: $name:literal,
        kind: $kind:ident,
        summary: $summary:literal,
        decided_by: $decided_by:literal,
        settles: $settles:expr,
        next: $next:literal,
    })+) => {
        words! {
            /// Why a call came to what it came to. The order is that of lists: from what went well to what nobody can
            /// tell.
            Cause { $(#[doc = $summary] $cause = $name;)+ }
        }

        /// The rows, in the order of [`Cause`].
        static ROWS: [CauseRow; Cause::ALL.len()] = [$(CauseRow {
            kind: CauseKind::$kind,
            summary: $summary,
            decided_by: $decided_by,
            settles: $settles,
            next: $next,
        }),+];
    };
}

causes! {
    Completed {
        name: "completed",
        kind: Main,
        summary: "answered, and ended normally",
        decided_by: "the result is `normal_end`, and neither side says otherwise",
        settles: "the end of both sides, each with its three timestamps",
        next: "nothing: the call went well",
    }

    Declined {
        name: "declined",
        kind: Main,
        summary: "the callee declined",
        decided_by: "the result is `reject`, two seconds or more after it rang",
        settles: "`receive_call` and `reject_call` of the callee: both times are of its own clock",
        next: "whether the callee knew who called; declines of many calls at once point at a wrong callee",
    }

    DeclinedByDevice {
        name: "declined_by_device",
        kind: Main,
        summary: "declined within 1 s of ringing, so probably by the device and not by a person",
        decided_by: "the result is `reject`, at most 1 s after it rang, by the callee's own clock",
        settles: "the client's log of that moment: another call, do not disturb, a setting that declines",
        next: "the callee's app: is it in another call, does it decline in the background?",
    }

    Busy {
        name: "busy",
        kind: Main,
        summary: "the callee's line was busy",
        decided_by: "the result is `call_busy`, within 2 s of the start, and the callee's device neither rang nor ignored it",
        settles: "the callee's other calls at that time: one should be in progress",
        next: "`callkit-tool export --user CALLEE` around that time",
    }

    Ignored {
        name: "ignored",
        kind: Main,
        summary: "it rang, and the callee ignored it; the caller was told that the line is busy",
        decided_by: "`ignore_call` of the callee, or `call_busy` after its device rang",
        settles: "`ignore_call` of the callee",
        next: "the app's screen for incoming calls: which action ignores instead of declining?",
    }

    NoAnswer {
        name: "no_answer",
        kind: Main,
        summary: "it rang, and nobody answered",
        decided_by: "the result is `not_answer`, and the callee's device reports something of the call",
        settles: "`receive_call` and `not_answer_call` of the callee",
        next: "whether the time-out is long enough, and the ringing loud and visible enough",
    }

    NeverRang {
        name: "never_rang",
        kind: Main,
        summary: "nobody answered, and nothing shows that it rang: the device was not reached, or does not report",
        decided_by: "the result is `not_answer`, callees ring elsewhere in the log, and no callback is of this one",
        settles: "the callee's id (its callbacks do not name it), and whether that user ever reports",
        next: "push notifications and the sign-in state of the callee; its client's version",
    }

    Unreached {
        name: "unreached",
        kind: Main,
        summary: "it never rang: the callee's device was not reached, though it reports elsewhere in the log",
        decided_by: "the result is `not_answer`, the callee is named, does nothing in this call, and acts in others",
        settles: "the callee's client log: did the invitation arrive?",
        next: "push notifications and the sign-in state of the callee at that time",
    }

    CalleeSilent {
        name: "callee_silent",
        kind: Main,
        summary: "nobody answered, and the callee reports nothing in the whole log: its callbacks are off, or its client is old",
        decided_by: "the result is `not_answer`, and neither this callee nor, where none is named, any callee ever reports",
        settles: "a callback of that callee in any log",
        next: "the client's version, and the switches of the callee's commands in the callback configuration",
    }

    GaveUp {
        name: "gave_up",
        kind: Main,
        summary: "the caller gave up while it rang",
        decided_by: "the result is `cancel`, and the callee's device reports something of the call",
        settles: "`cancel_call` of the caller and `call_canceled` of the callee",
        next: "how long it rang: callers who give up soon may have called by mistake",
    }

    GaveUpBeforeRing {
        name: "gave_up_before_ring",
        kind: Main,
        summary: "the caller gave up before it rang at all",
        decided_by: "the result is `cancel`, callees ring elsewhere in the log, and no callback is of this one",
        settles: "the callee's client log: did the invitation arrive, and when?",
        next: "how long the caller waited: many seconds without ringing point at the callee's connection",
    }

    NotPlaced {
        name: "not_placed",
        kind: Main,
        summary: "the call could not be placed",
        decided_by: "`call_failed` of the caller, whatever result it names, and no answer",
        settles: "the caller's client log: the error code of the failed call",
        next: "the app's package and quota, the caller's signature, and permissions of the device",
    }

    Dropped {
        name: "dropped",
        kind: Both,
        summary: "broken off after the answer",
        decided_by: "an answer, and then the result `interrupt` on either side",
        settles: "the connection quality of the side that reports it, at that second",
        next: "whether one platform, network or hour has more of these",
    }

    DroppedBeforeAnswer {
        name: "dropped_before_answer",
        kind: Main,
        summary: "broken off before an answer",
        decided_by: "the result `interrupt` on either side, at most 65 s after that side's own start or ringing, and no answer",
        settles: "the client log of the side that reports it",
        next: "whether the app was closed or lost its network while it rang",
    }

    Offline {
        name: "offline",
        kind: Both,
        summary: "the server lost the heartbeat of a participant: its app was killed, or it lost its network",
        decided_by: "the result is `offline` on either side",
        settles: "the client log of the side that went silent",
        next: "whether the system kills the app in the background on that platform",
    }

    Crossed {
        name: "crossed",
        kind: Main,
        summary: "both at once: the caller cancelled while the callee answered",
        decided_by: "`cancel` of the caller and an answer within 2 s of each other, as far as the clocks can tell",
        settles: "the times of both by the server's clock",
        next: "nothing in the backend; if there are many, the caller waits too long for the answer to show",
    }

    SidesDisagree {
        name: "sides_disagree",
        kind: Main,
        summary: "ended, but caller and callee report different endings",
        decided_by: "the endings of the two sides (v4: of the record and the callee) differ, and neither is an interruption; or it was answered and ended as if it had not been",
        settles: "the client logs of both sides",
        next: "`callkit-tool validate --warn call/result-conflict`, and the versions of both clients",
    }

    OneSided {
        name: "one_sided",
        kind: Contributing,
        summary: "only one side of the call reports",
        decided_by: "what the one side says (an answer, a decline) must have happened on the other, which has no callback",
        settles: concat!(
            "the other side's client version: older ones than ",
            reporting_clients!(),
            " report nothing"
        ),
        next: "the switches of that role's commands in the callback configuration, and the client's version",
    }

    ClocksDiffer {
        name: "clocks_differ",
        kind: Contributing,
        summary: "the clocks of the two devices differ",
        decided_by: "an event that follows another on the other device bears an earlier time; pairs bound the difference",
        settles: "a callback from each device about the same moment, in both directions",
        next: "durations over both devices are off by as much; use those of one device",
    }

    DeliveryBroke {
        name: "delivery_broke",
        kind: Both,
        summary: "callbacks were delivered again, as they are where the backend does not acknowledge them",
        decided_by: "copies of the same callback; the vendor repeats after 0, 1, 1, 2, 3 and 5 s",
        settles: "the backend's own log of status and latency at those times",
        next: "the backend's answers: HTTP 200 and `ErrorCode` 0, fast enough",
    }

    LogBegins {
        name: "log_begins",
        kind: Contributing,
        summary: "the log begins in the middle of the call",
        decided_by: "the start is missing, and the call began before the log, or may have",
        settles: "the log before this one",
        next: "read both files together",
    }

    LogEnds {
        name: "log_ends",
        kind: Main,
        summary: "the log ends in the middle of the call",
        decided_by: "no ending, and the call may still have been in progress when the log ended",
        settles: "the log after this one",
        next: "read both files together",
    }

    CannotTell {
        name: "cannot_tell",
        kind: Main,
        summary: "the callbacks do not say",
        decided_by: "none of the other causes",
        settles: "the missing callbacks: those of the end of either side",
        next: "`callkit-tool show` for what there is; whether the switches of the end commands are on",
    }
}

impl Cause {
    /// What a reader is told about it.
    pub fn row(self) -> &'static CauseRow {
        &ROWS[self as usize]
    }

    /// True if it can be the main cause of a call.
    pub fn is_main(self) -> bool {
        self.row().kind != CauseKind::Contributing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_says_something() {
        for cause in Cause::ALL {
            let row = cause.row();
            for text in [row.summary, row.decided_by, row.settles, row.next] {
                assert!(!text.is_empty() && !text.ends_with('.'), "{}", cause.as_str());
            }
        }
        assert!(Cause::OneSided.row().settles.contains("1.4.6"));
        assert_eq!(Cause::LogBegins.row().kind, CauseKind::Contributing);
        assert_eq!(Cause::CannotTell.row().summary, "the callbacks do not say");
    }
}
