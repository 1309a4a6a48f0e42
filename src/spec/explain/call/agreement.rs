//! `call/`, what the callbacks of one call have to agree on.

use crate::spec::explain::{Example, Explanation};
use crate::spec::page;

/// `call/duplicate`.
pub(in crate::spec::explain) static DUPLICATE: Explanation = Explanation {
    what: "\
        An earlier callback has the same call, family, `UserId`, role, event (status family: \
        `CallResult`; current generation: command, users and actions) and `EventTime`. Absent \
        values are equal.",
    why: "\
        The vendor sends a callback again, up to six times within about 12 seconds, when it is \
        answered with an HTTP error or an `ErrorCode` other than 0. A backend that does not expect \
        it counts or bills twice.",
    page: page::EVENT,
    fires: Example::JsonLines(concat!(
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        "\n",
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
    )),
    silent: Example::JsonLines(concat!(
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        "\n",
        r#"{"UserId":"Bob","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"callee","CallResult":"cancel","EventTime":1704856873}"#,
    )),
    args: &[],
    advice: "\
        Make the handler idempotent by these fields, and have it answer HTTP 200 with `ErrorCode` \
        0 as soon as the callback is stored. Many duplicates mean that it answered with errors: \
        look at the backend's log of that minute.",
};

/// `call/field-conflict`.
pub(in crate::spec::explain) static FIELD_CONFLICT: Explanation = Explanation {
    what: "\
        All callbacks of a call that have a valid `sdkappid`, `RoomId`, `CallType` or `MediaType` \
        must agree with the first one that has it. The greatest `TotalNum` must not be less than \
        the number of users seen, unless `call/two-callers` or `call/too-many-users` is reported.",
    why: "\
        The first value is shown and counted, which may be the wrong one. Two calls with the same \
        `CallId` look like this too, and their results and times are then mixed.",
    page: page::EVENT,
    fires: Example::JsonLines(concat!(
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        "\n",
        r#"{"UserId":"Bob","RoomId":"r-2","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"callee","CallResult":"cancel","EventTime":1704856873}"#,
    )),
    silent: Example::JsonLines(concat!(
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        "\n",
        r#"{"UserId":"Bob","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"callee","CallResult":"cancel","EventTime":1704856873}"#,
    )),
    args: &[],
    advice: "\
        Look at both places. If several fields differ, two calls share a `CallId`: look for test \
        data, or for logs of several applications in one input. If only one does, correct its \
        source.",
};

/// `call/two-callers`.
pub(in crate::spec::explain) static TWO_CALLERS: Explanation = Explanation {
    what: "No user but the first with role caller may have that role in the same call.",
    why: "\
        The call is counted for the first caller alone, and figures by caller or by the caller's \
        platform are wrong for the other. Result and times of two callers can contradict each \
        other.",
    page: page::EVENT,
    fires: Example::JsonLines(concat!(
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        "\n",
        r#"{"UserId":"Bob","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
    )),
    silent: Example::JsonLines(concat!(
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        "\n",
        r#"{"UserId":"Bob","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"callee","CallResult":"cancel","EventTime":1704856873}"#,
    )),
    args: &[],
    advice: "\
        Look at who started the call (`start_call`). The other user is a callee whose role is \
        wrong, or the caller of another call with the same `CallId`.",
};

/// `call/too-many-users`.
pub(in crate::spec::explain) static TOO_MANY_USERS: Explanation = Explanation {
    what: "\
        A call whose type is `single` must not have more than two users. Silent for a user that \
        `call/two-callers` names.",
    why: "\
        The call is really a group call, or two calls share a `CallId`. Either way the figures by \
        `call_type` and the list of callees are wrong.",
    page: page::EVENT,
    fires: Example::JsonLines(concat!(
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        "\n",
        r#"{"UserId":"Bob","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"callee","CallResult":"cancel","EventTime":1704856873}"#,
        "\n",
        r#"{"UserId":"Carol","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"callee","CallResult":"cancel","EventTime":1704856873}"#,
    )),
    silent: Example::JsonLines(concat!(
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        "\n",
        r#"{"UserId":"Bob","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"callee","CallResult":"cancel","EventTime":1704856873}"#,
    )),
    args: &[],
    advice: "\
        Look at the callbacks of the third user. An id in two spellings, or changed between login \
        and callback, makes one person two users.",
};

/// `call/result-conflict`.
pub(in crate::spec::explain) static RESULT_CONFLICT: Explanation = Explanation {
    what: "\
        In a `single` call the caller's and the callee's side must name the same ending. In any \
        call one user must not have two different explicit results, and the result of a call \
        record of the current generation must be the caller's explicit one.",
    why: "\
        One result is chosen by a fixed order, the caller's before the callee's. A program with \
        another order, or none, reports other shares of results for the same log.",
    page: page::STATUS,
    fires: Example::JsonLines(concat!(
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        "\n",
        r#"{"UserId":"Bob","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"callee","CallResult":"reject","EventTime":1704856873}"#,
    )),
    silent: Example::JsonLines(concat!(
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        "\n",
        r#"{"UserId":"Bob","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"callee","CallResult":"cancel","EventTime":1704856873}"#,
    )),
    args: &[],
    advice: "\
        Two devices can honestly differ when both act at once, so single cases need nothing. If \
        one pair of results keeps coming back, compare the versions and platforms of the clients.",
};
