//! `call/`, the course of a call: its beginning, its end, and the times between.

use crate::spec::explain::{Example, Explanation};
use crate::spec::page;

/// `call/after-end`.
pub(in crate::spec::explain) static AFTER_END: Explanation = Explanation {
    what: "\
        A callback of a user that starts, rings, answers or invites must not have a later \
        `EventTime` than that user's last callback that ends something. `join_in_group_call` may: \
        who has left a group call can come back.",
    why: "\
        A backend that follows the state of the call opens it again, and it then stays open for \
        ever. Often two calls with one `CallId` are behind it, or a device whose clock was set in \
        between.",
    page: page::EVENT,
    fires: Example::JsonLines(concat!(
        r#"{"UserId":"Bob","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"callee","Event":"receive_call","CallResult":"","#,
        r#""EventTime":1704856903}"#,
        "\n",
        r#"{"UserId":"Bob","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"callee","Event":"not_answer_call","CallResult":"not_answer","#,
        r#""EventTime":1704856873}"#,
    )),
    silent: Example::JsonLines(concat!(
        r#"{"UserId":"Bob","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"callee","Event":"receive_call","CallResult":"","#,
        r#""EventTime":1704856843}"#,
        "\n",
        r#"{"UserId":"Bob","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"callee","Event":"not_answer_call","CallResult":"not_answer","#,
        r#""EventTime":1704856873}"#,
    )),
    args: &[],
    advice: "\
        Compare both times with `received_at`. Order by `EventTime` for each user, not by arrival, \
        since callbacks come late and out of order, and do not let a call that has ended begin \
        again.",
};

/// `call/accept-without-ring`.
pub(in crate::spec::explain) static ACCEPT_WITHOUT_RING: Explanation = Explanation {
    what: "\
        A callee has an `accept_call`, and the call has no `receive_call` of that user. Checked \
        only if the input, all files together, has any `receive_call`: a log without any says \
        nothing about it.",
    why: "\
        A callback was lost, or is in a log that was not given. The user's `ring_time` is empty, \
        so it is unknown how long it rang there.",
    page: page::EVENT,
    fires: Example::JsonLines(concat!(
        r#"{"UserId":"Bob","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"group","#,
        r#""CallId":"c-1","Role":"callee","Event":"receive_call","CallResult":"","#,
        r#""EventTime":1704856873}"#,
        "\n",
        r#"{"UserId":"Carol","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"group","#,
        r#""CallId":"c-1","Role":"callee","Event":"accept_call","CallResult":"","#,
        r#""EventTime":1704856878}"#,
    )),
    silent: Example::JsonLines(concat!(
        r#"{"UserId":"Bob","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"group","#,
        r#""CallId":"c-1","Role":"callee","Event":"receive_call","CallResult":"","#,
        r#""EventTime":1704856873}"#,
        "\n",
        r#"{"UserId":"Bob","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"group","#,
        r#""CallId":"c-1","Role":"callee","Event":"accept_call","CallResult":"","#,
        r#""EventTime":1704856878}"#,
    )),
    args: &[],
    advice: "\
        Give all the logs of that time, of every server. If it is frequent, look for answers other \
        than HTTP 200 with `ErrorCode` 0: after the last attempt the vendor gives a callback up.",
};

/// `call/end-without-start`.
pub(in crate::spec::explain) static END_WITHOUT_START: Explanation = Explanation {
    what: "\
        The call has an event of the event family that ends something, and no `start_call` \
        callback.",
    why: "\
        The call's `start_time` is empty unless a `StartCallTs` gives it, so its ring and total \
        times are empty too, and `--since` and `--until` go by another time.",
    page: page::EVENT,
    fires: Example::JsonLines(concat!(
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","Event":"cancel_call","CallResult":"cancel","#,
        r#""EventTime":1704856873}"#,
    )),
    silent: Example::JsonLines(concat!(
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","Event":"start_call","CallResult":"","#,
        r#""EventTime":1704856853}"#,
        "\n",
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","Event":"cancel_call","CallResult":"cancel","#,
        r#""EventTime":1704856873}"#,
    )),
    args: &[],
    advice: "\
        Is the call near the beginning of the log? Then give the log before it too. Otherwise the \
        callback was lost on its way: look at what the backend answered at that time.",
};

/// `call/negative-duration`.
pub(in crate::spec::explain) static NEGATIVE_DURATION: Explanation = Explanation {
    what: "\
        The call's end must not be before its start, its accept not before its start, its end not \
        before its accept, where the two times come from different callbacks. Within one callback \
        this is `callback/time-order`.",
    why: "\
        The span would be negative and is left empty, so the call is missing from the averages. \
        Times are taken by the users' devices, and one of the clocks is wrong.",
    page: page::EVENT,
    fires: Example::JsonLines(concat!(
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","Event":"start_call","CallResult":"","#,
        r#""EventTime":1704856883}"#,
        "\n",
        r#"{"UserId":"Bob","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"callee","Event":"call_canceled","CallResult":"cancel","#,
        r#""EventTime":1704856873}"#,
    )),
    silent: Example::JsonLines(concat!(
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","Event":"start_call","CallResult":"","#,
        r#""EventTime":1704856853}"#,
        "\n",
        r#"{"UserId":"Bob","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"callee","Event":"call_canceled","CallResult":"cancel","#,
        r#""EventTime":1704856873}"#,
    )),
    args: &[],
    advice: "\
        Look which of the two devices is off, by comparing `EventTime` with `received_at` in its \
        other callbacks. Where exact durations matter use the three timestamps of a normal end, or \
        the server's call record.",
};

/// `call/incomplete`.
pub(in crate::spec::explain) static INCOMPLETE: Explanation = Explanation {
    what: "\
        No callback of the call says how it ended: there is no result, explicit or implied by an \
        event, that counts.",
    why: "\
        The call is in none of the rates, shares and durations, which are over concluded calls \
        only. Many of them make these figures unreliable.",
    page: page::EVENT,
    fires: Example::JsonLines(concat!(
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","Event":"start_call","CallResult":"","#,
        r#""EventTime":1704856853}"#,
    )),
    silent: Example::JsonLines(concat!(
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","Event":"start_call","CallResult":"","#,
        r#""EventTime":1704856853}"#,
        "\n",
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","Event":"cancel_call","CallResult":"cancel","#,
        r#""EventTime":1704856873}"#,
    )),
    args: &[],
    advice: "\
        Is the call near the end of the log? Then it was still going on: give the next log too. \
        Otherwise the last callbacks were lost, or the device died and reported nothing.",
};
