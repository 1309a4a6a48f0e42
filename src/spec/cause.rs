//! The registry of causes: why a call came to what it came to, as `why` tells it.
//!
//! What a cause is decided by is worked out in `calls::cause`; here stands what a reader is told about each.

use super::word::{Word, words};

words! {
    /// Why a call came to what it came to. The order is that of lists: from what went well to what nobody can tell.
    Cause {
        /// Answered, and ended normally.
        Completed = "completed",
        /// The callee declined.
        Declined = "declined",
        /// Declined within a second of ringing: by the device rather than by a person.
        DeclinedByDevice = "declined_by_device",
        /// The callee's line was busy.
        Busy = "busy",
        /// It rang, and the callee ignored it.
        Ignored = "ignored",
        /// It rang, and nobody answered.
        NoAnswer = "no_answer",
        /// Nobody answered, and nothing shows that it rang.
        NeverRang = "never_rang",
        /// The same, where the callee is known to report: its device was not reached.
        Unreached = "unreached",
        /// The same, where the callee reports nothing in the whole log.
        CalleeSilent = "callee_silent",
        /// The caller gave up while it rang.
        GaveUp = "gave_up",
        /// The caller gave up before it rang.
        GaveUpBeforeRing = "gave_up_before_ring",
        /// The call could not be placed.
        NotPlaced = "not_placed",
        /// Broken off after the answer.
        Dropped = "dropped",
        /// Broken off before an answer.
        DroppedBeforeAnswer = "dropped_before_answer",
        /// The server lost the heartbeat of a participant.
        Offline = "offline",
        /// The caller cancelled while the callee answered.
        Crossed = "crossed",
        /// Caller and callee report different endings.
        SidesDisagree = "sides_disagree",
        /// Only one side reports.
        OneSided = "one_sided",
        /// The clocks of the two devices differ.
        ClocksDiffer = "clocks_differ",
        /// Callbacks were delivered again, so the backend did not acknowledge them.
        DeliveryBroke = "delivery_broke",
        /// The log begins in the middle of the call.
        LogBegins = "log_begins",
        /// The log ends in the middle of the call.
        LogEnds = "log_ends",
        /// The callbacks do not say.
        CannotTell = "cannot_tell",
    }
}

/// What a verdict can be used as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The main cause of a call.
    Main,
    /// Only beside a main one.
    Contributing,
    /// Either.
    Both,
}

/// One row of the registry: what a reader is told about a cause.
#[derive(Clone, Copy, Debug)]
pub struct CauseRow {
    /// Whether it can be the main cause, a contributing one, or either.
    pub standing: Standing,
    /// What it means, in one line.
    pub summary: &'static str,
    /// What in the callbacks decides it.
    pub decided_by: &'static str,
    /// What would make sure of it.
    pub settles: &'static str,
    /// What to look at next.
    pub next: &'static str,
}

const fn row(
    standing: Standing,
    summary: &'static str,
    decided_by: &'static str,
    settles: &'static str,
    next: &'static str,
) -> CauseRow {
    CauseRow { standing, summary, decided_by, settles, next }
}

/// Client versions from which on callbacks are reported at all.
pub const REPORTING_CLIENTS: &str =
    "Android, iOS, Flutter and uni-app 1.7.1, Web 1.4.6, WeChat Mini Program 1.5.1";

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

impl Cause {
    /// What a reader is told about it.
    pub fn row(self) -> &'static CauseRow {
        &ROWS[self as usize]
    }

    /// True where it can be the main cause of a call.
    pub fn is_main(self) -> bool {
        self.row().standing != Standing::Contributing
    }
}

use Standing::{Both, Contributing, Main};

/// The rows, in the order of [`Cause`].
static ROWS: [CauseRow; Cause::ALL.len()] = [
    row(
        Main,
        "answered, and ended normally",
        "the result is `normal_end`, and neither side says otherwise",
        "the end of both sides, each with its three timestamps",
        "nothing: the call went well",
    ),
    row(
        Main,
        "the callee declined",
        "the result is `reject`, two seconds or more after it rang",
        "`receive_call` and `reject_call` of the callee: both times are of its own clock",
        "whether the callee knew who called; declines of many calls at once point at a wrong callee",
    ),
    row(
        Main,
        "declined within 1 s of ringing, so probably by the device and not by a person",
        "the result is `reject`, at most 1 s after it rang, by the callee's own clock",
        "the client's log of that moment: another call, do not disturb, a setting that declines",
        "the callee's app: is it in another call, does it decline in the background?",
    ),
    row(
        Main,
        "the callee's line was busy",
        "the result is `call_busy`, within 2 s of the start, and the callee's device neither rang nor ignored it",
        "the callee's other calls at that time: one should be in progress",
        "`callkit-tool export --user CALLEE` around that time",
    ),
    row(
        Main,
        "it rang, and the callee ignored it; the caller was told that the line is busy",
        "`ignore_call` of the callee, or `call_busy` after its device rang",
        "`ignore_call` of the callee",
        "the app's screen for incoming calls: which action ignores instead of declining?",
    ),
    row(
        Main,
        "it rang, and nobody answered",
        "the result is `not_answer`, and the callee's device reports something of the call",
        "`receive_call` and `not_answer_call` of the callee",
        "whether the time-out is long enough, and the ringing loud and visible enough",
    ),
    row(
        Main,
        "nobody answered, and nothing shows that it rang: the device was not reached, or does not report",
        "the result is `not_answer`, callees ring elsewhere in the log, and no callback is of this one",
        "the callee's id (its callbacks do not name it), and whether that user ever reports",
        "push notifications and the sign-in state of the callee; its client's version",
    ),
    row(
        Main,
        "it never rang: the callee's device was not reached, though it reports elsewhere in the log",
        "the result is `not_answer`, the callee is named, does nothing in this call, and acts in others",
        "the callee's client log: did the invitation arrive?",
        "push notifications and the sign-in state of the callee at that time",
    ),
    row(
        Main,
        "nobody answered, and the callee reports nothing in the whole log: its callbacks are off, or its client is old",
        "the result is `not_answer`, and neither this callee nor, where none is named, any callee ever reports",
        "a callback of that callee in any log",
        "the client's version, and the switches of the callee's commands in the callback configuration",
    ),
    row(
        Main,
        "the caller gave up while it rang",
        "the result is `cancel`, and the callee's device reports something of the call",
        "`cancel_call` of the caller and `call_canceled` of the callee",
        "how long it rang: callers who give up soon may have called by mistake",
    ),
    row(
        Main,
        "the caller gave up before it rang at all",
        "the result is `cancel`, callees ring elsewhere in the log, and no callback is of this one",
        "the callee's client log: did the invitation arrive, and when?",
        "how long the caller waited: many seconds without ringing point at the callee's connection",
    ),
    row(
        Main,
        "the call could not be placed",
        "`call_failed` of the caller, whatever result it names, and no answer",
        "the caller's client log: the error code of the failed call",
        "the app's package and quota, the caller's signature, and permissions of the device",
    ),
    row(
        Both,
        "broken off after the answer",
        "an answer, and then the result `interrupt` on either side",
        "the connection quality of the side that reports it, at that second",
        "whether one platform, network or hour has more of these",
    ),
    row(
        Main,
        "broken off before an answer",
        "the result `interrupt` on either side, at most 65 s after that side's own start or ringing, and no answer",
        "the client log of the side that reports it",
        "whether the app was closed or lost its network while it rang",
    ),
    row(
        Both,
        "the server lost the heartbeat of a participant: its app was killed, or it lost its network",
        "the result is `offline` on either side",
        "the client log of the side that went silent",
        "whether the system kills the app in the background on that platform",
    ),
    row(
        Main,
        "both at once: the caller cancelled while the callee answered",
        "`cancel` of the caller and an answer within 2 s of each other, as far as the clocks can tell",
        "the times of both by the server's clock",
        "nothing in the backend; if there are many, the caller waits too long for the answer to show",
    ),
    row(
        Main,
        "ended, but caller and callee report different endings",
        "the endings of the two sides (v4: of the record and the callee) differ, and neither is an interruption; or it was answered and ended as if it had not been",
        "the client logs of both sides",
        "`callkit-tool validate --warn call/result-conflict`, and the versions of both clients",
    ),
    row(
        Contributing,
        "only one side of the call reports",
        "what the one side says (an answer, a decline) must have happened on the other, which has no callback",
        "the other side's client version: older ones than Android, iOS, Flutter and uni-app 1.7.1, Web 1.4.6, \
         WeChat Mini Program 1.5.1 report nothing",
        "the switches of that role's commands in the callback configuration, and the client's version",
    ),
    row(
        Contributing,
        "the clocks of the two devices differ",
        "an event that follows another on the other device bears an earlier time; pairs bound the difference",
        "a callback from each device about the same moment, in both directions",
        "durations over both devices are off by as much; use those of one device",
    ),
    row(
        Both,
        "callbacks were delivered again, as they are where the backend does not acknowledge them",
        "copies of the same callback; the vendor repeats after 0, 1, 1, 2, 3 and 5 s",
        "the backend's own log of status and latency at those times",
        "the backend's answers: HTTP 200 and `ErrorCode` 0, fast enough",
    ),
    row(
        Contributing,
        "the log begins in the middle of the call",
        "the start is missing, and the call began before the log, or may have",
        "the log before this one",
        "read both files together",
    ),
    row(
        Main,
        "the log ends in the middle of the call",
        "no ending, and the call may still have been in progress when the log ended",
        "the log after this one",
        "read both files together",
    ),
    row(
        Main,
        "the callbacks do not say",
        "none of the other causes",
        "the missing callbacks: those of the end of either side",
        "`callkit-tool show` for what there is; whether the switches of the end commands are on",
    ),
];

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
        assert_eq!(Cause::LogBegins.row().standing, Standing::Contributing);
        assert_eq!(Cause::CannotTell.row().summary, "the callbacks do not say");
    }
}
