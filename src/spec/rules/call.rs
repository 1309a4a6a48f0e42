//! `call/`: what the callbacks of one call have to agree on, and the order in which they have to come.

family! {
    ($) call

    /// An earlier callback has the same call, family, `UserId`, role, event (status family:
    /// `CallResult`; current generation: command, users and actions) and `EventTime`. Absent values
    /// are equal.
    ///
    /// # Why it matters
    ///
    /// The vendor sends a callback again, up to six times within about 12 seconds, when it is
    /// answered with an HTTP error or an `ErrorCode` other than 0. A backend that does not expect it
    /// counts or bills twice.
    ///
    /// # What to do
    ///
    /// Make the handler idempotent by these fields, and have it answer HTTP 200 with `ErrorCode` 0 as
    /// soon as the callback is stored. Many duplicates mean that it answered with errors: look at the
    /// backend's log of that minute.
    CallDuplicate {
        name: "call/duplicate",
        level: Info,
        summary: "the callback was delivered again",
        page: page::EVENT,
        silent: BOTH_SIDES,
        fires: BOTH_SIDES => TWICE,
    }

    /// All callbacks of a call that have a valid `sdkappid`, `RoomId`, `CallType` or `MediaType` must
    /// agree with the first one that has it. The greatest `TotalNum` must not be less than the number
    /// of users seen, unless `call/two-callers` or `call/too-many-users` is reported.
    ///
    /// # Why it matters
    ///
    /// The first value is shown and counted, which may be the wrong one. Two calls with the same
    /// `CallId` look like this too, and their results and times are then mixed.
    ///
    /// # What to do
    ///
    /// Look at both places. If several fields differ, two calls share a `CallId`: look for test data,
    /// or for logs of several applications in one input. If only one does, correct its source.
    CallFieldConflict {
        name: "call/field-conflict",
        level: Error,
        summary: "callbacks of one call disagree",
        page: page::EVENT,
        silent: BOTH_SIDES,
        fires: br#""RoomId":"r-1""# => br#""RoomId":"r-2""#,
    }

    /// No user but the first with role caller may have that role in the same call.
    ///
    /// # Why it matters
    ///
    /// The call is counted for the first caller alone, and figures by caller or by the caller's
    /// platform are wrong for the other. Result and times of two callers can contradict each other.
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

    /// A call whose type is `single` must not have more than two users. Silent for a user that
    /// `call/two-callers` names.
    ///
    /// # Why it matters
    ///
    /// The call is really a group call, or two calls share a `CallId`. Either way the figures by
    /// `call_type` and the list of callees are wrong.
    ///
    /// # What to do
    ///
    /// Look at the callbacks of the third user. An id in two spellings, or changed between login and
    /// callback, makes one person two users.
    CallTooManyUsers {
        name: "call/too-many-users",
        level: Error,
        summary: "a `single` call has more than two users",
        page: page::EVENT,
        silent: BOTH_SIDES,
        fires: BOTH_SIDES => THREE_USERS,
    }

    /// A callback of a user that starts, rings, answers or invites must not have a later `EventTime`
    /// than that user's last callback that ends something. `join_in_group_call` may: who has left a
    /// group call can come back.
    ///
    /// # Why it matters
    ///
    /// A backend that follows the state of the call opens it again, and it then stays open for ever.
    /// Often two calls with one `CallId` are behind it, or a device whose clock was set in between.
    ///
    /// # What to do
    ///
    /// Compare both times with `received_at`. Order by `EventTime` for each user, not by arrival,
    /// since callbacks come late and out of order, and do not let a call that has ended begin again.
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

    /// A callee has an `accept_call`, and the call has no `receive_call` of that user. Checked only
    /// if the input, all files together, has any `receive_call`: a log without any says nothing about
    /// it.
    ///
    /// # Why it matters
    ///
    /// A callback was lost, or is in a log that was not given. The user's `ring_time` is empty, so it
    /// is unknown how long it rang there.
    ///
    /// # What to do
    ///
    /// Give all the logs of that time, of every server. If it is frequent, look for answers other
    /// than HTTP 200 with `ErrorCode` 0: after the last attempt the vendor gives a callback up.
    CallAcceptWithoutRing {
        name: "call/accept-without-ring",
        level: Info,
        summary: "a callee answers, and it never rang there",
        page: page::EVENT,
        silent: lines!(
            sample!("Bob", "group", "callee", r#""Event":"receive_call","CallResult":"","EventTime":1704856873"#),
            sample!("Bob", "group", "callee", r#""Event":"accept_call","CallResult":"","EventTime":1704856878"#),
        ),
        fires: br#""Bob""# => br#""Carol""#,
    }

    /// The call has an event of the event family that ends something, and no `start_call` callback.
    ///
    /// # Why it matters
    ///
    /// The call's `start_time` is empty unless a `StartCallTs` gives it, so its ring and total times
    /// are empty too, and `--since` and `--until` go by another time.
    ///
    /// # What to do
    ///
    /// Is the call near the beginning of the log? Then give the log before it too. Otherwise the
    /// callback was lost on its way: look at what the backend answered at that time.
    CallEndWithoutStart {
        name: "call/end-without-start",
        level: Info,
        summary: "the call ends, and no callback starts it",
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
    /// One result is chosen by a fixed order, the caller's before the callee's. A program with
    /// another order, or none, reports other shares of results for the same log.
    ///
    /// # What to do
    ///
    /// Two devices can honestly differ when both act at once, so single cases need nothing. If one
    /// pair of results keeps coming back, compare the versions and platforms of the clients.
    CallResultConflict {
        name: "call/result-conflict",
        level: Warning,
        summary: "callbacks of one call name different results",
        page: page::STATUS,
        silent: BOTH_SIDES,
        fires: br#""CallResult":"cancel""# => br#""CallResult":"reject""#,
    }

    /// The call's end must not be before its start, its accept not before its start, its end not
    /// before its accept, where the two times come from different callbacks. Within one callback this
    /// is `callback/time-order`.
    ///
    /// # Why it matters
    ///
    /// The span would be negative and is left empty, so the call is missing from the averages. Times
    /// are taken by the users' devices, and one of the clocks is wrong.
    ///
    /// # What to do
    ///
    /// Look which of the two devices is off, by comparing `EventTime` with `received_at` in its other
    /// callbacks. Where exact durations matter use the three timestamps of a normal end, or the
    /// server's call record.
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

    /// No callback of the call says how it ended: there is no result, explicit or implied by an
    /// event, that counts.
    ///
    /// # Why it matters
    ///
    /// The call is in none of the rates, shares and durations, which are over concluded calls only.
    /// Many of them make these figures unreliable.
    ///
    /// # What to do
    ///
    /// Is the call near the end of the log? Then it was still going on: give the next log too.
    /// Otherwise the last callbacks were lost, or the device died and reported nothing.
    CallIncomplete {
        name: "call/incomplete",
        level: Info,
        summary: "the log does not say what the call came to",
        page: page::EVENT,
        silent: GIVEN_UP,
        fires: GIVEN_UP => START_CALL,
    }
}
