//! `call/`: what the callbacks of one call have to agree on, and the order in which they have to come.

family! {
    ($) call

    CallDuplicate {
        name: "call/duplicate",
        level: Info,
        summary: "the callback was delivered again",
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
        advice: "\
            Make the handler idempotent by these fields, and have it answer HTTP 200 with `ErrorCode` \
            0 as soon as the callback is stored. Many duplicates mean that it answered with errors: \
            look at the backend's log of that minute.",
    }

    CallFieldConflict {
        name: "call/field-conflict",
        level: Error,
        summary: "callbacks of one call disagree",
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
        advice: "\
            Look at both places. If several fields differ, two calls share a `CallId`: look for test \
            data, or for logs of several applications in one input. If only one does, correct its \
            source.",
    }

    CallTwoCallers {
        name: "call/two-callers",
        level: Error,
        summary: "a call has a second caller",
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
        advice: "\
            Look at who started the call (`start_call`). The other user is a callee whose role is \
            wrong, or the caller of another call with the same `CallId`.",
    }

    CallTooManyUsers {
        name: "call/too-many-users",
        level: Error,
        summary: "a `single` call has more than two users",
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
        advice: "\
            Look at the callbacks of the third user. An id in two spellings, or changed between login \
            and callback, makes one person two users.",
    }

    CallAfterEnd {
        name: "call/after-end",
        level: Error,
        summary: "a user acts after their part in the call ended",
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
        advice: "\
            Compare both times with `received_at`. Order by `EventTime` for each user, not by arrival, \
            since callbacks come late and out of order, and do not let a call that has ended begin \
            again.",
    }

    CallAcceptWithoutRing {
        name: "call/accept-without-ring",
        level: Info,
        summary: "a callee answers, and it never rang there",
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
        advice: "\
            Give all the logs of that time, of every server. If it is frequent, look for answers other \
            than HTTP 200 with `ErrorCode` 0: after the last attempt the vendor gives a callback up.",
    }

    CallEndWithoutStart {
        name: "call/end-without-start",
        level: Info,
        summary: "the call ends, and no callback starts it",
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
        advice: "\
            Is the call near the beginning of the log? Then give the log before it too. Otherwise the \
            callback was lost on its way: look at what the backend answered at that time.",
    }

    CallResultConflict {
        name: "call/result-conflict",
        level: Warning,
        summary: "callbacks of one call name different results",
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
        advice: "\
            Two devices can honestly differ when both act at once, so single cases need nothing. If \
            one pair of results keeps coming back, compare the versions and platforms of the clients.",
    }

    CallNegativeDuration {
        name: "call/negative-duration",
        level: Warning,
        summary: "the times of the call run backwards",
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
        advice: "\
            Look which of the two devices is off, by comparing `EventTime` with `received_at` in its \
            other callbacks. Where exact durations matter use the three timestamps of a normal end, or \
            the server's call record.",
    }

    CallIncomplete {
        name: "call/incomplete",
        level: Info,
        summary: "the log does not say what the call came to",
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
        advice: "\
            Is the call near the end of the log? Then it was still going on: give the next log too. \
            Otherwise the last callbacks were lost, or the device died and reported nothing.",
    }
}
