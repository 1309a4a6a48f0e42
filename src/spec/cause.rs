//! The causes: why a call ended as it did, as `why` reports it.
//!
//! What decides a cause is worked out in `calls::cause`; an entry here is all that a reader is told about one.

use super::word::{Word, words};

/// What a cause can be of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CauseKind {
    /// The main cause.
    Main,
    /// Only in addition to a main one.
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
    /// What would confirm it.
    pub settles: &'static str,
    /// What to check next.
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
/// Longest time, in seconds, that a cause and its effect take over the network, there and back.
pub const MOST_TRAVEL_SECONDS: u32 = 2;
/// Devices' clocks that are off by more seconds than this, against each other, are not taken for an excuse.
pub const MOST_SKEW_SECONDS: u32 = 10;

/// The text after the label of a line of documentation.
const fn after(label: &str, line: &'static str) -> &'static str {
    let (start, text) = line.trim_ascii_start().split_at(label.len());
    let mut index = 0;
    while index < label.len() {
        assert!(start.as_bytes()[index] == label.as_bytes()[index], "a cause has other labels");
        index += 1;
    }
    text
}

/// Makes the enum and its rows. The documentation of an entry is what a reader is told, a line each.
macro_rules! causes {
    ($(
        #[doc = $summary:literal]
        #[doc = $decided_by:literal]
        #[doc = $settles:expr]
        #[doc = $next:literal]
        $cause:ident = $name:literal, $kind:ident;
    )+) => {
        words! {
            /// Why a call ended as it did. The order is that of lists: from calls that went well to those that nobody
            /// can explain.
            Cause { $(#[doc = $summary] $cause = $name,)+ }
        }

        /// The rows, in the order of [`Cause`].
        static ROWS: [CauseRow; Cause::ALL.len()] = [$(CauseRow {
            kind: CauseKind::$kind,
            summary: after("", $summary),
            decided_by: after("Decided by: ", $decided_by),
            settles: after("Settles: ", $settles),
            next: after("Next: ", $next),
        }),+];
    };
}

causes! {
    /// answered, and ended normally
    /// Decided by: the result is `normal_end`, and neither side says otherwise
    /// Settles: the end callbacks of both sides, each with its three timestamps
    /// Next: nothing: the call went well
    Completed = "completed", Main;

    /// the app's own server ended the call
    /// Decided by: a v4 record of an answered call comes from `RESTAPI`, and no member hangs up
    /// Settles: the server's log of requests to `call_engine_http_srv/end_call`
    /// Next: why the server ends calls: a limit, a balance, a moderator?
    EndedByServer = "ended_by_server", Main;

    /// the callee declined
    /// Decided by: the result is `reject`, two seconds or more after it rang; of a group call, one callee's part at least
    /// Settles: `receive_call` and `reject_call` of the callee, whose times come from the same clock
    /// Next: whether the callee knew who was calling; many declined calls at once suggest a wrong callee
    Declined = "declined", Main;

    /// declined within 1 s of ringing, so probably by the device and not by a person
    /// Decided by: the result is `reject`, at most 1 s after it rang, by the callee's own clock; of a group call, for every callee
    /// Settles: the client's log at that moment: another call, do not disturb, a setting that declines calls
    /// Next: the callee's app: was it in another call, does it decline calls in the background?
    DeclinedByDevice = "declined_by_device", Main;

    /// the callee's line was busy
    /// Decided by: the result is `call_busy`, within 2 s of the start, or while the log has the callee in another call
    /// Settles: the callee's other calls at that time: one should be in progress
    /// Next: `callkit-tool export --user CALLEE` around that time
    Busy = "busy", Main;

    /// it rang, and the callee ignored it; the caller was told that the line was busy
    /// Decided by: `ignore_call` of the callee two seconds or more after it rang, or `call_busy` more than 3 s after the start
    /// Settles: `ignore_call` of the callee
    /// Next: the app's screen for incoming calls: which action ignores instead of declining?
    Ignored = "ignored", Main;

    /// it rang, and nobody answered
    /// Decided by: the result is `not_answer`, and the callee's side reports something about the call (v4: that it did not answer)
    /// Settles: `receive_call` and `not_answer_call` of the callee
    /// Next: whether the timeout is long enough, and the ringing loud and visible enough
    NoAnswer = "no_answer", Main;

    /// nobody answered, and nothing shows that it rang: the device was not reached, or does not report
    /// Decided by: the result is `not_answer`, callees ring elsewhere in the log, but this one has no callback
    /// Settles: the callee's id (the callbacks do not contain it), and whether that user ever reports
    /// Next: push notifications and the sign-in state of the callee; its client's version
    NeverRang = "never_rang", Main;

    /// it never rang: the callee's device was not reached, though it reports elsewhere in the log
    /// Decided by: the result is `not_answer` (v4), and a callee does nothing in this call, but acts in others
    /// Settles: the callee's client log: did the invitation arrive?
    /// Next: push notifications and the sign-in state of the callee at that time
    Unreached = "unreached", Main;

    /// nobody answered, and the callee reports nothing in the whole log: its callbacks are off, or its client is too old
    /// Decided by: the result is `not_answer`, and this callee does nothing in any of three calls or more (if none is named: no callee in five)
    /// Settles: any callback from that callee, in any log
    /// Next: the client's version, and whether the callee's commands are enabled in the callback configuration
    CalleeSilent = "callee_silent", Main;

    /// the caller gave up while it rang
    /// Decided by: the result is `cancel`, and the callee's device reports something about the call (v4: more than 2 s after the start)
    /// Settles: `cancel_call` of the caller and `call_canceled` of the callee
    /// Next: how long it rang: callers who give up soon may have called by mistake
    GaveUp = "gave_up", Main;

    /// the caller gave up before it rang
    /// Decided by: the result is `cancel`, callees ring elsewhere in the log, but this one has no callback
    /// Settles: the callee's client log: did the invitation arrive, and when?
    /// Next: how long the caller waited: many seconds without ringing suggest a problem with the callee's connection
    GaveUpBeforeRing = "gave_up_before_ring", Main;

    /// the call could not be placed
    /// Decided by: `call_failed` of the caller, with any result, and no answer
    /// Settles: the caller's client log: the error code of the failed call
    /// Next: the app's package and quota, the caller's signature, and the device's permissions
    NotPlaced = "not_placed", Main;

    /// it rang, and then the call failed for the caller
    /// Decided by: `call_failed` of the caller, with any result, a callback of the callee, and no answer
    /// Settles: the caller's client log: the error code of the failed call
    /// Next: the caller's connection, and whether its app was closed; package and permissions were sufficient
    FailedAfterRing = "failed_after_ring", Main;

    /// dropped after the answer
    /// Decided by: an answer, then the result `interrupt` on either side
    /// Settles: the connection quality of the reporting side at that second
    /// Next: whether they are more frequent on one platform, in one network or at one hour
    Dropped = "dropped", Both;

    /// dropped before an answer
    /// Decided by: the result `interrupt` on either side, at most 65 s after that side's own start or ringing, and no answer (v4: a record without `AcceptTime`)
    /// Settles: the client log of the side that reports it
    /// Next: whether the app was closed or lost its network while it rang
    DroppedBeforeAnswer = "dropped_before_answer", Main;

    /// the server lost the heartbeat of a participant: its app was killed, or it lost its network
    /// Decided by: the result is `offline` on either side
    /// Settles: the client log of the side that stopped reporting
    /// Next: whether the system kills background apps on that platform
    Offline = "offline", Both;

    /// the caller cancelled while the callee answered
    /// Decided by: `cancel` of the caller and an answer within 2 s of each other, by the callee's own clock if it has both, otherwise so far as the clocks can tell
    /// Settles: the times of both events by the server's clock
    /// Next: nothing in the backend; if there are many, the app shows the answer to the caller too late
    Crossed = "crossed", Main;

    /// ended, but the caller and the callee report different results
    /// Decided by: the results of the two sides (v4: of the record and the callee) differ, and neither is an interruption; or the call was answered, but its result says that it was not
    /// Settles: the client logs of both sides
    /// Next: `callkit-tool validate --warn call/result-conflict`, and the versions of both clients
    SidesDisagree = "sides_disagree", Main;

    /// only one side of the call reports
    /// Decided by: what one side reports (an answer, a decline) must have happened on the other side, which has no callback
    #[doc = concat!(" Settles: the other side's client version: versions before ", reporting_clients!(), " report nothing")]
    /// Next: whether that role's commands are enabled in the callback configuration, and the client's version
    OneSided = "one_sided", Contributing;

    /// the clocks of the two devices differ
    /// Decided by: an event has an earlier time than the event on the other device that it follows; such pairs give bounds for the difference
    /// Settles: events of both devices that follow each other, in both directions
    /// Next: durations that involve both devices are wrong by that much; use those from one device
    ClocksDiffer = "clocks_differ", Contributing;

    /// callbacks of both generations speak of the same call
    /// Decided by: v4 callbacks and callbacks of the event or status family with the same `CallId`
    /// Settles: the versions of the clients that took part
    /// Next: which clients still place calls with `call()` and `groupCall()`, and whether ids of calls are reused
    MixedGenerations = "mixed_generations", Contributing;

    /// the same callbacks came more than once: redelivered
    /// Decided by: copies of the same callback, unless the log holds nearly every callback exactly twice
    /// Settles: the backend's own log of statuses and latencies at those times
    /// Next: the backend's answers: HTTP 200 with `ErrorCode` 0, fast enough
    DeliveryBroke = "delivery_broke", Both;

    /// the log begins in the middle of the call
    /// Decided by: the start is missing, and the call began, or may have begun, before the log
    /// Settles: the log before this one
    /// Next: read both files together
    LogBegins = "log_begins", Contributing;

    /// the log ends in the middle of the call
    /// Decided by: no result, and the call may still have been in progress when the log ended
    /// Settles: the log after this one
    /// Next: read both files together
    LogEnds = "log_ends", Main;

    /// the callbacks do not say
    /// Decided by: none of the other causes
    /// Settles: the missing end callbacks of either side
    /// Next: `callkit-tool show` for the callbacks of the call; whether the end commands are enabled
    CannotTell = "cannot_tell", Main;
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
