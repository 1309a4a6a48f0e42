//! `callback/`: values of one callback that do not fit each other.

family! {
    ($) callback

    /// The event must be one that the vendor's table gives to the role. `call_end` and
    /// `call_interrupted` belong to both roles, `invite_user` and `join_in_group_call` to either;
    /// every other event has one role.
    ///
    /// # Why it matters
    ///
    /// The event then counts neither as an answer nor as an end, so a call can stay incomplete or
    /// without an answer in the figures. A backend that sets the state by event gives it to the wrong
    /// side.
    ///
    /// # What to do
    ///
    /// Mind the pairs with similar names: `call_accepted`, `call_rejected` and `cancel_call` are the
    /// caller's, `accept_call`, `reject_call` and `call_canceled` the callee's. Correct the role or
    /// the event.
    CallbackRoleEvent {
        name: "callback/role-event",
        level: Error,
        summary: "the event does not belong to the role",
        page: page::EVENT,
        silent: lines!(
            sample!("Bob", "single", "callee", r#""Event":"accept_call","CallResult":"","EventTime":1704856873"#),
        ),
        fires: br#""callee""# => br#""caller""#,
    }

    /// A known `command` in the URL must be the one that the body calls for: `<role>_<event>`, the
    /// bare name for `invite_user` and `join_in_group_call`, the result in the status family
    /// (`call_end` is accepted for `normal_end`), `CallbackCommand` in the current generation. Silent
    /// beside `callback/role-event`.
    ///
    /// # Why it matters
    ///
    /// A backend that routes by the URL and one that routes by the body handle two different
    /// callbacks. Here the body counts.
    ///
    /// # What to do
    ///
    /// Look whether URL and body of different requests were put together, by a replay script or a log
    /// that is not written in one piece.
    CallbackCommand {
        name: "callback/command",
        level: Error,
        summary: "the URL's command is not the one that the body calls for",
        page: page::COMMANDS,
        silent: ENVELOPE,
        fires: b"command=cancel" => b"command=reject",
    }

    /// `invite_user` and `join_in_group_call` should not occur where `CallType` is `single`.
    ///
    /// # Why it matters
    ///
    /// Nobody can be invited to, or join, a call between two. If a third user did come in, the call
    /// is a group call that is counted as a single one.
    ///
    /// # What to do
    ///
    /// Look at the users of the call. With more than two the type is wrong; with two the event is,
    /// and the client's version is worth a look.
    CallbackEventType {
        name: "callback/event-type",
        level: Warning,
        summary: "an event of group calls in a `single` call",
        page: page::EVENT,
        silent: lines!(
            sample!("Alice", "group", "caller", r#""Event":"invite_user","CallResult":"","EventTime":1704856873"#),
        ),
        fires: br#""group""# => br#""single""#,
    }

    /// `CallResult` must be empty on an event that ends nothing, such as `start_call`,
    /// `receive_call`, `accept_call` or `invite_user`.
    ///
    /// # Why it matters
    ///
    /// Taken at its word, the call would be over before it began. The result is not used here; a
    /// backend that uses it closes calls that are still ringing.
    ///
    /// # What to do
    ///
    /// Send the result with the event that ends the call. A program that keeps the last result in a
    /// variable has to clear it when a call begins.
    CallbackResultNotEnd {
        name: "callback/result-not-end",
        level: Error,
        summary: "a `CallResult` on an event that ends nothing",
        page: page::STATUS,
        silent: lines!(
            sample!("Alice", "single", "caller", r#""Event":"start_call","CallResult":"","EventTime":1704856873"#),
        ),
        fires: br#""CallResult":"""# => br#""CallResult":"cancel""#,
    }

    /// On an event that ends something, a `CallResult` that is not empty must name the same ending as
    /// the event. `call_failed` agrees with every result, and `call_interrupted` with `interrupt` and
    /// `offline`.
    ///
    /// # Why it matters
    ///
    /// The explicit result wins here, and another program may go by the event: the two then report
    /// different shares of cancelled, declined and missed calls.
    ///
    /// # What to do
    ///
    /// Find out from the other side's callbacks how the call ended, and correct the one that is
    /// wrong. Note that `ignore_call` goes with `call_busy`.
    CallbackResultEvent {
        name: "callback/result-event",
        level: Error,
        summary: "`CallResult` and event name different endings",
        page: page::STATUS,
        silent: lines!(
            sample!("Alice", "single", "caller", r#""Event":"cancel_call","CallResult":"cancel","EventTime":1704856873"#),
        ),
        fires: br#""CallResult":"cancel""# => br#""CallResult":"reject""#,
    }

    /// Where `CallType` is `group`, a `CallResult` that is not empty should be `normal_end`, the only
    /// one that the vendor documents for group calls.
    ///
    /// # Why it matters
    ///
    /// A group call goes on after one member has declined, so a result of one member says little
    /// about the call. Counted all the same, it makes the shares of the results wrong.
    ///
    /// # What to do
    ///
    /// Check `CallType`: with no more than two users it may be a single call. Compare with the
    /// results of the other members before you rely on it.
    CallbackResultGroup {
        name: "callback/result-group",
        level: Warning,
        summary: "a group call with a `CallResult` other than `normal_end`",
        page: page::STATUS,
        silent: BODY,
        fires: br#""single""# => br#""group""#,
    }

    /// `StartCallTs`, `AcceptTs` and `EndTs` should be 0 or absent unless the event is `call_end` or
    /// `CallResult` is `normal_end`.
    ///
    /// # Why it matters
    ///
    /// The vendor gives them a meaning only after a normal end. Left over from an earlier call they
    /// move the start and the end of this one, since they count before `EventTime`.
    ///
    /// # What to do
    ///
    /// Compare the values with the `EventTime` of the call's other callbacks. If they do not fit,
    /// drop them before the durations are used; the vendor's own sample has this fault.
    CallbackEarlyTimestamps {
        name: "callback/early-timestamps",
        level: Warning,
        summary: "timestamps of a normal end on a callback that is none",
        page: page::EVENT,
        silent: lines!(
            sample!("Alice", "single", "caller", r#""CallResult":"cancel","EventTime":1704856873,"StartCallTs":0"#),
        ),
        fires: br#""StartCallTs":0"# => br#""StartCallTs":1704856853"#,
    }

    /// A callback with `CallResult` `normal_end` has all of `StartCallTs`, `AcceptTs` and `EndTs`,
    /// none of them 0.
    ///
    /// # Why it matters
    ///
    /// The durations of the call are then worked out from the `EventTime` of its events, by the
    /// clocks of several devices, or are empty.
    ///
    /// # What to do
    ///
    /// Nothing has to be done for a single call. If most calls lack them, see that the callbacks of
    /// start and answer are captured too.
    CallbackMissingTimestamps {
        name: "callback/missing-timestamps",
        level: Info,
        summary: "a normal end without all its timestamps",
        page: page::EVENT,
        silent: NORMAL_END,
        fires: br#""EndTs":1704856873"# => br#""EndTs":0"#,
    }

    /// `StartCallTs` must not be later than `AcceptTs`, nor `AcceptTs` later than `EndTs`, nor
    /// `StartCallTs` later than `EndTs`. Absent and unusable ones are left out.
    ///
    /// # Why it matters
    ///
    /// Time to answer or talk time would be negative. They are left empty here; a backend that
    /// subtracts unchecked bills or averages negative durations.
    ///
    /// # What to do
    ///
    /// Look whether fields were swapped, or filled by two devices with different clocks. Take the
    /// times from the other callbacks of the call.
    CallbackTimeOrder {
        name: "callback/time-order",
        level: Error,
        summary: "`StartCallTs`, `AcceptTs` and `EndTs` are not in order",
        page: page::EVENT,
        silent: NORMAL_END,
        fires: br#""AcceptTs":1704856858"# => br#""AcceptTs":1704856848"#,
    }

    /// `EventTime` should not be before a usable `StartCallTs`, and should lie within a day of at
    /// least one of the usable timestamps `StartCallTs`, `AcceptTs` and `EndTs`, where there are any.
    ///
    /// # Why it matters
    ///
    /// One of the times is wrong, and with it the start, the end or the durations of the call, or the
    /// day and hour it is counted in. The vendor's own sample has this fault.
    ///
    /// # What to do
    ///
    /// Compare with `received_at` or with the other callbacks of the call to see which one is off. A
    /// difference of whole hours points to local time, one of days to copied test data.
    CallbackEventTime {
        name: "callback/event-time",
        level: Warning,
        summary: "`EventTime` does not fit the callback's other timestamps",
        page: page::EVENT,
        silent: NORMAL_END,
        fires: br#"EventTime":1704856873"# => br#"EventTime":1704856843"#,
    }
}
