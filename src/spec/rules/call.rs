//! `call/`: what the callbacks of one call have to agree on, and the order in which they have to come.

family! {
    ($) call

    /// An earlier callback has the same call, family, `UserId`, role, event (status family:
    /// `CallResult`; current generation: command, users and actions) and `EventTime`. Absent values
    /// are equal.
    ///
    /// # Why it matters
    ///
    /// The vendor redelivers a callback if the answer is an HTTP error or an `ErrorCode` other than 0. A
    /// backend that does not expect this counts or bills twice.
    ///
    /// # What to do
    ///
    /// Make the handler idempotent on these fields, and make it answer HTTP 200 with `ErrorCode` 0 as
    /// soon as the callback is stored. Many duplicates mean that it answered with errors: look at the
    /// backend's log for that minute.
    CallDuplicate {
        name: "call/duplicate",
        level: Info,
        summary: "the callback was redelivered",
        page: page::EVENT,
        silent: BOTH_SIDES,
        fires: BOTH_SIDES => TWICE,
    }

    /// All callbacks of a call with a valid `sdkappid`, `RoomId`, `CallType` or `MediaType` must agree
    /// with the first one that has it. The largest `TotalNum` must not be less than the number of
    /// users in the call. This is not checked if `call/two-callers` or `call/too-many-users` is
    /// reported.
    ///
    /// # Why it matters
    ///
    /// The tool shows and counts the first value, which may be the wrong one. Two calls with the same
    /// `CallId` look like this too, and their results and times are then mixed.
    ///
    /// # What to do
    ///
    /// Look at both places. If several fields differ, two calls share a `CallId`: look for test data,
    /// or for logs from several applications in one input. If only one field differs, correct its
    /// source.
    CallFieldConflict {
        name: "call/field-conflict",
        level: Error,
        summary: "callbacks of one call disagree",
        page: page::EVENT,
        silent: BOTH_SIDES,
        fires: br#""RoomId":"r-1""# => br#""RoomId":"r-2""#,
    }

    /// Only one user in a call, the first with the role caller, may have that role.
    ///
    /// # Why it matters
    ///
    /// The call is counted only for the first caller, so figures by caller or by the caller's platform
    /// are wrong for the other one. The results and times of two callers can contradict each other.
    ///
    /// # What to do
    ///
    /// Look at who started the call (`start_call`). The other user is a callee whose role is wrong,
    /// or the caller of another call with the same `CallId`.
    CallTwoCallers {
        name: "call/two-callers",
        level: Error,
        summary: "a call has a second caller",
        page: page::EVENT,
        silent: BOTH_SIDES,
        fires: br#""callee""# => br#""caller""#,
    }

    /// A call with type `single` must not have more than two users. A user that `call/two-callers`
    /// reports is not reported again.
    ///
    /// # Why it matters
    ///
    /// Either the call is really a group call, or two calls share a `CallId`. In both cases the
    /// figures by `call_type` and the list of callees are wrong.
    ///
    /// # What to do
    ///
    /// Look at the callbacks of the third user. An id that has two spellings, or that changed between
    /// login and callback, turns one person into two users.
    CallTooManyUsers {
        name: "call/too-many-users",
        level: Error,
        summary: "a `single` call has more than two users",
        page: page::EVENT,
        silent: BOTH_SIDES,
        fires: BOTH_SIDES => THREE_USERS,
    }

    /// The callbacks of a call must be of the older families (event and status) or of the current
    /// generation, not of both.
    ///
    /// # Why it matters
    ///
    /// The family follows the client's own API: a call placed with `calls()` sends the current
    /// generation, one placed with the older `call()` or `groupCall()` the event and status families.
    /// Both in one call come from clients of different versions, or from two calls that share a
    /// `CallId`. The end is then reported in both, and a backend that handles both counts or bills it
    /// twice.
    ///
    /// # What to do
    ///
    /// Look at both places. If users or rooms differ, two calls share a `CallId`: look for test data,
    /// or for logs from several applications in one input. Otherwise compare the versions of the
    /// clients, and update the older ones. Until then, make the backend count a call by its `CallId`.
    CallMixedFamilies {
        name: "call/mixed-families",
        level: Warning,
        summary: "callbacks of one call are of the current generation and of older ones",
        page: page::V4_END,
        silent: GIVEN_UP,
        fires: CANCEL_CALL => concat!(
            r#"{"CallbackCommand":"Call.CallbackAfterEndCall","CallRecord":{"CallId":"c-1","#,
            r#""Caller_Account":"Alice","MediaType":"Audio","CallType":"SingleCall","StartTime":1704856853,"#,
            r#""EndTime":1704856873,"AcceptTime":0,"CallResult":"Cancel","CalleeList_Account":["Bob"],"#,
            r#""RoomId":"r-1","RoomIdType":2},"EventTime":1704856873000}"#,
        ).as_bytes(),
    }

    /// A user's callback that starts, rings, answers or invites must not have a later `EventTime` than
    /// the same user's last callback that ends something. `join_in_group_call` is an exception: users
    /// can rejoin a group call.
    ///
    /// # Why it matters
    ///
    /// A backend that tracks the state of the call reopens it, and it then stays open forever. The
    /// cause is often two calls with one `CallId`, or a device whose clock was changed during the
    /// call.
    ///
    /// # What to do
    ///
    /// Compare both times with `received_at`. Order callbacks by `EventTime` for each user, not by
    /// arrival, because they can arrive late and out of order. Do not reopen a call that has ended.
    CallAfterEnd {
        name: "call/after-end",
        level: Error,
        summary: "a user acts after their part in the call ended",
        page: page::EVENT,
        silent: lines!(
            sample!("Bob", "single", "callee", r#""Event":"receive_call","CallResult":"","EventTime":1704856843"#),
            sample!("Bob", "single", "callee", r#""Event":"not_answer_call","CallResult":"not_answer","EventTime":1704856873"#),
        ),
        fires: br#""EventTime":1704856843"# => br#""EventTime":1704856903"#,
    }

    /// A callee has an `accept_call`, but the call has no `receive_call` of that user. Checked only if
    /// the input as a whole has any `receive_call`.
    ///
    /// # Why it matters
    ///
    /// A callback was lost, or is in a log that is not part of the input. The user's `ring_time` is
    /// empty, so it is not known how long the phone rang.
    ///
    /// # What to do
    ///
    /// Include all logs of that time, from every server. If there are many such calls, look for
    /// answers other than HTTP 200 with `ErrorCode` 0: after the last attempt the vendor gives up on a
    /// callback.
    CallAcceptWithoutRing {
        name: "call/accept-without-ring",
        level: Info,
        summary: "a callee answers, but never rang",
        page: page::EVENT,
        silent: lines!(
            sample!("Bob", "group", "callee", r#""Event":"receive_call","CallResult":"","EventTime":1704856873"#),
            sample!("Bob", "group", "callee", r#""Event":"accept_call","CallResult":"","EventTime":1704856878"#),
        ),
        fires: br#""Bob""# => br#""Carol""#,
    }

    /// The call has an event of the event family that ends something, but no `start_call` callback.
    ///
    /// # Why it matters
    ///
    /// The call's `start_time` is empty unless a `StartCallTs` gives it. If so, its ring and total
    /// times are empty too, and `--since` and `--until` use another time.
    ///
    /// # What to do
    ///
    /// If the call is near the beginning of the log, include the previous log too. Otherwise the
    /// callback was lost on its way: check what the backend answered at that time.
    CallEndWithoutStart {
        name: "call/end-without-start",
        level: Info,
        summary: "the call ends, but no callback starts it",
        page: page::EVENT,
        silent: GIVEN_UP,
        fires: GIVEN_UP => CANCEL_CALL,
    }

    /// In a `single` call the caller's and the callee's side must name the same ending. In any call
    /// one user must not have two different explicit results, and the result of a call record of the
    /// current generation must be the caller's explicit one.
    ///
    /// # Why it matters
    ///
    /// The tool chooses one result by a fixed order, the caller's before the callee's. A program with
    /// another order, or none, reports different shares of results for the same log.
    ///
    /// # What to do
    ///
    /// Two devices can legitimately differ if both act at once, so you can ignore single cases. If one
    /// pair of results keeps recurring, compare the versions and platforms of the clients.
    CallResultConflict {
        name: "call/result-conflict",
        level: Warning,
        summary: "callbacks of one call name different results",
        page: page::STATUS,
        silent: BOTH_SIDES,
        fires: br#""CallResult":"cancel""# => br#""CallResult":"reject""#,
    }

    /// The call must not end before its start, be answered before its start, or end before its answer.
    /// This rule compares times from different callbacks; `callback/time-order` compares those within
    /// one callback.
    ///
    /// # Why it matters
    ///
    /// The duration would be negative, so it is left empty and the call is missing from the averages.
    /// The times come from the users' devices, and one of the clocks is wrong.
    ///
    /// # What to do
    ///
    /// Find out which of the two devices is wrong: compare `EventTime` with `received_at` in its other
    /// callbacks. If exact durations matter, use the three timestamps of a normal end, or the server's
    /// call record.
    CallNegativeDuration {
        name: "call/negative-duration",
        level: Warning,
        summary: "the times of the call run backwards",
        page: page::EVENT,
        silent: lines!(
            sample!("Alice", "single", "caller", r#""Event":"start_call","CallResult":"","EventTime":1704856853"#),
            sample!("Bob", "single", "callee", r#""Event":"call_canceled","CallResult":"cancel","EventTime":1704856873"#),
        ),
        fires: br#""EventTime":1704856853"# => br#""EventTime":1704856883"#,
    }

    /// No callback of the call says how it ended: none has a usable result, neither explicit nor
    /// implied by an event.
    ///
    /// # Why it matters
    ///
    /// The call is not included in rates, shares and durations, which cover only concluded calls. Many
    /// incomplete calls make these figures unreliable.
    ///
    /// # What to do
    ///
    /// If the call is near the end of the log, it was still in progress: include the next log too.
    /// Otherwise the last callbacks were lost, or the device failed and reported nothing. In v4 each
    /// SDKAppID has one callback URL, and `set_callback` replaces the list of commands: a command that never
    /// arrives may not be in that list, or go to another environment on the same SDKAppID.
    CallIncomplete {
        name: "call/incomplete",
        level: Info,
        summary: "the log does not say how the call ended",
        page: page::EVENT,
        silent: GIVEN_UP,
        fires: GIVEN_UP => START_CALL,
    }
}
