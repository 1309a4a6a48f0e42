//! `callback/`: values of one callback that do not fit each other.

family! {
    ($) callback

    CallbackRoleEvent {
        name: "callback/role-event",
        level: Error,
        summary: "the event does not belong to the role",
        what: "\
            The event must be one that the vendor's table gives to the role. `call_end` and \
            `call_interrupted` belong to both roles, `invite_user` and `join_in_group_call` to either; \
            every other event has one role.",
        why: "\
            The event then counts neither as an answer nor as an end, so a call can stay incomplete or \
            without an answer in the figures. A backend that sets the state by event gives it to the \
            wrong side.",
        page: page::EVENT,
        fires: Example::JsonLines(concat!(
            r#"{"UserId":"Bob","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","Event":"accept_call","CallResult":"","#,
            r#""EventTime":1704856873}"#,
        )),
        silent: Example::JsonLines(concat!(
            r#"{"UserId":"Bob","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"callee","Event":"accept_call","CallResult":"","#,
            r#""EventTime":1704856873}"#,
        )),
        advice: "\
            Mind the pairs with similar names: `call_accepted`, `call_rejected` and `cancel_call` are \
            the caller's, `accept_call`, `reject_call` and `call_canceled` the callee's. Correct the \
            role or the event.",
    }

    CallbackCommand {
        name: "callback/command",
        level: Error,
        summary: "the URL's command is not the one that the body calls for",
        what: "\
            A known `command` in the URL must be the one that the body calls for: `<role>_<event>`, \
            the bare name for `invite_user` and `join_in_group_call`, the result in the status family \
            (`call_end` is accepted for `normal_end`), `CallbackCommand` in the current generation. \
            Silent beside `callback/role-event`.",
        why: "\
            A backend that routes by the URL and one that routes by the body handle two different \
            callbacks. Here the body counts.",
        page: page::COMMANDS,
        fires: Example::JsonLines(concat!(
            r#"{"url":"/?sdkappid=1400000001&command=reject&contenttype=json&clientip=192.0.2.10&"#,
            r#"optplatform=iOS","body":{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"#,
            r#""MediaType":"audio","CallType":"single","CallId":"c-1","Role":"caller","#,
            r#""CallResult":"cancel","EventTime":1704856873}}"#,
        )),
        silent: Example::JsonLines(concat!(
            r#"{"url":"/?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&"#,
            r#"optplatform=iOS","body":{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"#,
            r#""MediaType":"audio","CallType":"single","CallId":"c-1","Role":"caller","#,
            r#""CallResult":"cancel","EventTime":1704856873}}"#,
        )),
        advice: "\
            Look whether URL and body of different requests were put together, by a replay script or a \
            log that is not written in one piece.",
    }

    CallbackEventType {
        name: "callback/event-type",
        level: Warning,
        summary: "an event of group calls in a `single` call",
        what: "`invite_user` and `join_in_group_call` should not occur where `CallType` is `single`.",
        why: "\
            Nobody can be invited to, or join, a call between two. If a third user did come in, the \
            call is a group call that is counted as a single one.",
        page: page::EVENT,
        fires: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","Event":"invite_user","CallResult":"","#,
            r#""EventTime":1704856873}"#,
        )),
        silent: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"group","#,
            r#""CallId":"c-1","Role":"caller","Event":"invite_user","CallResult":"","#,
            r#""EventTime":1704856873}"#,
        )),
        advice: "\
            Look at the users of the call. With more than two the type is wrong; with two the event \
            is, and the client's version is worth a look.",
    }

    CallbackResultNotEnd {
        name: "callback/result-not-end",
        level: Error,
        summary: "a `CallResult` on an event that ends nothing",
        what: "\
            `CallResult` must be empty on an event that ends nothing, such as `start_call`, \
            `receive_call`, `accept_call` or `invite_user`.",
        why: "\
            Taken at its word, the call would be over before it began. The result is not used here; a \
            backend that uses it closes calls that are still ringing.",
        page: page::STATUS,
        fires: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","Event":"start_call","CallResult":"cancel","#,
            r#""EventTime":1704856873}"#,
        )),
        silent: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","Event":"start_call","CallResult":"","#,
            r#""EventTime":1704856873}"#,
        )),
        advice: "\
            Send the result with the event that ends the call. A program that keeps the last result in \
            a variable has to clear it when a call begins.",
    }

    CallbackResultEvent {
        name: "callback/result-event",
        level: Error,
        summary: "`CallResult` and event name different endings",
        what: "\
            On an event that ends something, a `CallResult` that is not empty must name the same \
            ending as the event. `call_failed` agrees with every result, and `call_interrupted` with \
            `interrupt` and `offline`.",
        why: "\
            The explicit result wins here, and another program may go by the event: the two then \
            report different shares of cancelled, declined and missed calls.",
        page: page::STATUS,
        fires: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","Event":"cancel_call","CallResult":"reject","#,
            r#""EventTime":1704856873}"#,
        )),
        silent: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","Event":"cancel_call","CallResult":"cancel","#,
            r#""EventTime":1704856873}"#,
        )),
        advice: "\
            Find out from the other side's callbacks how the call ended, and correct the one that is \
            wrong. Note that `ignore_call` goes with `call_busy`.",
    }

    CallbackResultGroup {
        name: "callback/result-group",
        level: Warning,
        summary: "a group call with a `CallResult` other than `normal_end`",
        what: "\
            Where `CallType` is `group`, a `CallResult` that is not empty should be `normal_end`, the \
            only one that the vendor documents for group calls.",
        why: "\
            A group call goes on after one member has declined, so a result of one member says little \
            about the call. Counted all the same, it makes the shares of the results wrong.",
        page: page::STATUS,
        fires: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"group","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        )),
        silent: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        )),
        advice: "\
            Check `CallType`: with no more than two users it may be a single call. Compare with the \
            results of the other members before you rely on it.",
    }

    CallbackEarlyTimestamps {
        name: "callback/early-timestamps",
        level: Warning,
        summary: "timestamps of a normal end on a callback that is none",
        what: "\
            `StartCallTs`, `AcceptTs` and `EndTs` should be 0 or absent unless the event is `call_end` \
            or `CallResult` is `normal_end`.",
        why: "\
            The vendor gives them a meaning only after a normal end. Left over from an earlier call \
            they move the start and the end of this one, since they count before `EventTime`.",
        page: page::EVENT,
        fires: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873,"#,
            r#""StartCallTs":1704856853}"#,
        )),
        silent: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873,"#,
            r#""StartCallTs":0}"#,
        )),
        advice: "\
            Compare the values with the `EventTime` of the call's other callbacks. If they do not fit, \
            drop them before the durations are used; the vendor's own sample has this fault.",
    }

    CallbackMissingTimestamps {
        name: "callback/missing-timestamps",
        level: Info,
        summary: "a normal end without all its timestamps",
        what: "\
            A callback with `CallResult` `normal_end` has all of `StartCallTs`, `AcceptTs` and \
            `EndTs`, none of them 0.",
        why: "\
            The durations of the call are then worked out from the `EventTime` of its events, by the \
            clocks of several devices, or are empty.",
        page: page::EVENT,
        fires: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"normal_end","EventTime":1704856873,"#,
            r#""StartCallTs":1704856853,"AcceptTs":1704856858,"EndTs":0}"#,
        )),
        silent: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"normal_end","EventTime":1704856873,"#,
            r#""StartCallTs":1704856853,"AcceptTs":1704856858,"EndTs":1704856873}"#,
        )),
        advice: "\
            Nothing has to be done for a single call. If most calls lack them, see that the callbacks \
            of start and answer are captured too.",
    }

    CallbackTimeOrder {
        name: "callback/time-order",
        level: Error,
        summary: "`StartCallTs`, `AcceptTs` and `EndTs` are not in order",
        what: "\
            `StartCallTs` must not be later than `AcceptTs`, nor `AcceptTs` later than `EndTs`, nor \
            `StartCallTs` later than `EndTs`. Absent and unusable ones are left out.",
        why: "\
            Time to answer or talk time would be negative. They are left empty here; a backend that \
            subtracts unchecked bills or averages negative durations.",
        page: page::EVENT,
        fires: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"normal_end","EventTime":1704856873,"#,
            r#""StartCallTs":1704856853,"AcceptTs":1704856848,"EndTs":1704856873}"#,
        )),
        silent: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"normal_end","EventTime":1704856873,"#,
            r#""StartCallTs":1704856853,"AcceptTs":1704856858,"EndTs":1704856873}"#,
        )),
        advice: "\
            Look whether fields were swapped, or filled by two devices with different clocks. Take the \
            times from the other callbacks of the call.",
    }

    CallbackEventTime {
        name: "callback/event-time",
        level: Warning,
        summary: "`EventTime` does not fit the callback's other timestamps",
        what: "\
            `EventTime` should not be before a usable `StartCallTs`, and should lie within a day of at \
            least one of the usable timestamps `StartCallTs`, `AcceptTs` and `EndTs`, where there are \
            any.",
        why: "\
            One of the times is wrong, and with it the start, the end or the durations of the call, or \
            the day and hour it is counted in. The vendor's own sample has this fault.",
        page: page::EVENT,
        fires: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"normal_end","EventTime":1704856843,"#,
            r#""StartCallTs":1704856853,"AcceptTs":1704856858,"EndTs":1704856873}"#,
        )),
        silent: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"normal_end","EventTime":1704856873,"#,
            r#""StartCallTs":1704856853,"AcceptTs":1704856858,"EndTs":1704856873}"#,
        )),
        advice: "\
            Compare with `received_at` or with the other callbacks of the call to see which one is \
            off. A difference of whole hours points to local time, one of days to copied test data.",
    }
}
