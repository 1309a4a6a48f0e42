//! `callback/`: values of one callback that do not fit each other.

family! {
    ($) callback

    /// The event must be one that the vendor's table gives to the role. `call_end`,
    /// `call_interrupted`, `invite_user` and `join_in_group_call` belong to both roles; every other
    /// event belongs to one.
    ///
    /// # Why it matters
    ///
    /// The event does not count as an answer or an end, so the figures can show the call as incomplete
    /// or unanswered. A backend that sets the state by event sets it for the wrong side.
    ///
    /// # What to do
    ///
    /// Note the pairs with similar names: `call_accepted`, `call_rejected` and `cancel_call` belong to
    /// the caller, `accept_call`, `reject_call` and `call_canceled` to the callee. Correct the role or
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

    /// A known `command` in the URL must match the body. In the event family it is `<role>_<event>`,
    /// or just the event for `invite_user` and `join_in_group_call`. In the status family it is the
    /// result (`call_end` is accepted for `normal_end`), in the current generation the
    /// `CallbackCommand`. Not checked if `callback/role-event` is reported.
    ///
    /// # Why it matters
    ///
    /// A backend that routes by the URL handles another callback than one that routes by the body.
    /// This tool goes by the body.
    ///
    /// # What to do
    ///
    /// Check whether the URL and the body come from different requests. A replay script can mix them
    /// up, or a log that does not write each record at once.
    CallbackCommand {
        name: "callback/command",
        level: Error,
        summary: "the URL's command does not match the body",
        page: page::COMMANDS,
        silent: ENVELOPE,
        fires: b"command=cancel" => b"command=reject",
    }

    /// `invite_user` and `join_in_group_call` should not occur if `CallType` is `single`.
    ///
    /// # Why it matters
    ///
    /// Nobody can join, or be invited to, a call between two users. If a third user did join, the call
    /// is a group call that is counted as a single one.
    ///
    /// # What to do
    ///
    /// Look at the users of the call. If there are more than two, the type is wrong. If there are two,
    /// the event is wrong: check the client's version.
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

    /// `CallResult` must be empty on an event that does not end anything, such as `start_call`,
    /// `receive_call`, `accept_call` or `invite_user`.
    ///
    /// # Why it matters
    ///
    /// With such a result the call would be over before it began. This tool ignores the result; a
    /// backend that uses it closes calls that are still ringing.
    ///
    /// # What to do
    ///
    /// Send the result with the event that ends the call. If a program keeps the last result in a
    /// variable, it must clear it when a call begins.
    CallbackResultNotEnd {
        name: "callback/result-not-end",
        level: Error,
        summary: "a `CallResult` on an event that does not end anything",
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
    /// This tool uses the explicit result, but another program may use the event. The two then report
    /// different shares of cancelled, declined and missed calls.
    ///
    /// # What to do
    ///
    /// Find out from the other side's callbacks how the call ended, and correct the wrong value. Note
    /// that `ignore_call` goes with `call_busy`.
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

    /// If `CallType` is `group`, a `CallResult` that is not empty should be `normal_end`, the only one
    /// that the vendor documents for group calls.
    ///
    /// # Why it matters
    ///
    /// A group call continues after one member has declined, so the result of one member says little
    /// about the call. If it is counted, the shares of the results are wrong.
    ///
    /// # What to do
    ///
    /// Check `CallType`: a call with at most two users may be a single call. Compare the result with
    /// those of the other members before you rely on it.
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
    /// The vendor defines them only for a normal end. Values left over from an earlier call change the
    /// start and the end of this one, because they take precedence over `EventTime`.
    ///
    /// # What to do
    ///
    /// Compare the values with the `EventTime` of the call's other callbacks. If they do not match,
    /// remove them before you use the durations. The vendor's own sample has this fault.
    CallbackEarlyTimestamps {
        name: "callback/early-timestamps",
        level: Warning,
        summary: "timestamps of a normal end on a callback that is not one",
        page: page::EVENT,
        silent: lines!(
            sample!("Alice", "single", "caller", r#""CallResult":"cancel","EventTime":1704856873,"StartCallTs":0"#),
        ),
        fires: br#""StartCallTs":0"# => br#""StartCallTs":1704856853"#,
    }

    /// A callback with `CallResult` `normal_end` should have `StartCallTs`, `AcceptTs` and `EndTs`,
    /// and none of them should be 0.
    ///
    /// # Why it matters
    ///
    /// The durations of the call are then calculated from the `EventTime` of its events, which come
    /// from the clocks of several devices, or are empty.
    ///
    /// # What to do
    ///
    /// You can ignore a single case. If most calls lack them, make sure that the callbacks for start
    /// and answer are captured too.
    CallbackMissingTimestamps {
        name: "callback/missing-timestamps",
        level: Info,
        summary: "a normal end without all its timestamps",
        page: page::EVENT,
        silent: NORMAL_END,
        fires: br#""EndTs":1704856873"# => br#""EndTs":0"#,
    }

    /// `StartCallTs` must not be later than `AcceptTs`, nor `AcceptTs` later than `EndTs`, nor
    /// `StartCallTs` later than `EndTs`. Absent and unusable timestamps are not compared.
    ///
    /// # Why it matters
    ///
    /// Time to answer or talk time would be negative. This tool leaves them empty; a backend that does
    /// not check bills or averages negative durations.
    ///
    /// # What to do
    ///
    /// Check whether fields were swapped, or set by two devices with different clocks. Use the times
    /// in the other callbacks of the call.
    CallbackTimeOrder {
        name: "callback/time-order",
        level: Error,
        summary: "`StartCallTs`, `AcceptTs` and `EndTs` are not in order",
        page: page::EVENT,
        silent: NORMAL_END,
        fires: br#""AcceptTs":1704856858"# => br#""AcceptTs":1704856848"#,
    }

    /// `EventTime` should not be before a usable `StartCallTs`, and should be within a day of at least
    /// one of the usable timestamps `StartCallTs`, `AcceptTs` and `EndTs`, if there are any.
    ///
    /// # Why it matters
    ///
    /// One of the times is wrong, and therefore also the start, the end or the durations of the call,
    /// or the day and hour in which it is counted. The vendor's own sample has this fault.
    ///
    /// # What to do
    ///
    /// Compare them with `received_at` or with the other callbacks of the call to see which one is
    /// wrong. A difference of whole hours suggests local time; one of days suggests copied test data.
    CallbackEventTime {
        name: "callback/event-time",
        level: Warning,
        summary: "`EventTime` does not fit the callback's other timestamps",
        page: page::EVENT,
        silent: NORMAL_END,
        fires: br#"EventTime":1704856873"# => br#"EventTime":1704856843"#,
    }
}
