//! `body/`: the fields of a callback body.

family! {
    ($) body

    /// A body must belong to one of the three families. In the current generation it has a
    /// `CallbackCommand` that begins with `Call.`. In the event family it has `Event`, or the URL has
    /// a `command` of that family. In the status family it has a `CallResult` that is not empty, or
    /// the URL has a `command` of that family. Field names must match exactly.
    ///
    /// # Why it matters
    ///
    /// The record is not counted as a callback. Callbacks from other products (TRTC room events, Chat,
    /// Live) can be sent to the same URL, and a handler that expects calls fails on them.
    ///
    /// # What to do
    ///
    /// If the finding names the product, give that product its own callback URL. Otherwise compare the
    /// field names with the vendor's, including case: a serializer may have renamed them.
    BodyUnrecognised {
        name: "body/unrecognised",
        level: Error,
        summary: "the body is not a TUICallKit callback",
        page: page::EVENT,
        silent: BODY,
        fires: br#""CallResult""# => br#""callResult""#,
    }

    /// Every required field must be present. In the event family these are `UserId`, `RoomId`,
    /// `TotalNum`, `CallType`, `CallId`, `Role` and `Event`; the status family has `CallResult`
    /// instead of `Event`; each command of the current generation has its own list. A field such as
    /// `MediaType` or `EventTime`, which is not in the vendor's table but in all its samples, is
    /// expected: if it is missing, that is a warning.
    ///
    /// # Why it matters
    ///
    /// What the field says is unknown for this callback. Without `CallId` it is not part of any call.
    /// Without `UserId` or `EventTime` a participant or a time of the call is missing.
    ///
    /// # What to do
    ///
    /// Compare the body with the vendor's table. If the program that writes the log drops fields, make
    /// it write the body unchanged.
    BodyMissingField {
        name: "body/missing-field",
        level: Error,
        summary: "a field is missing",
        page: page::EVENT,
        silent: BODY,
        fires: br#""RoomId":"r-1","# => b"",
    }

    /// Every value must have the JSON type that the vendor documents. `null` is always the wrong type,
    /// and an integer has no fraction or exponent. In the current generation, an account id that is a
    /// number is only a warning, and its digits are used.
    ///
    /// # Why it matters
    ///
    /// A strict parser rejects the whole body. This tool ignores the value, so a time or a number that
    /// is written as a string is missing from the call.
    ///
    /// # What to do
    ///
    /// Look for a step that writes every value as a string or converts numbers to floating point, and
    /// make it write the body unchanged.
    BodyType {
        name: "body/type",
        level: Error,
        summary: "a value has the wrong JSON type",
        page: page::EVENT,
        silent: BODY,
        fires: br#""TotalNum":2"# => br#""TotalNum":"2""#,
    }

    /// A field with a fixed list of values must have one of them, spelled exactly as in its family.
    /// These fields are `CallType`, `Role`, `Event`, `CallResult`, `MediaType`, `Status`,
    /// `ActionType`, `RoomIdType`, and a `CallbackCommand` that begins with `Call.`. An integer that
    /// does not fit in 64 bits is reported too, unless it is a timestamp. An empty `CallResult` in the
    /// event family is not a finding.
    ///
    /// # Why it matters
    ///
    /// The value is ignored. A call with an unknown `CallResult` or `Event` can count as incomplete,
    /// and a handler that switches on the value falls through.
    ///
    /// # What to do
    ///
    /// Use the spelling that the finding suggests. Families differ: `audio` and `normal_end` in two of
    /// them, `Audio` and `NormalEnd` in the current generation.
    BodyValue {
        name: "body/value",
        level: Error,
        summary: "a value is not one of the documented ones",
        page: page::EVENT,
        silent: BODY,
        fires: br#""audio""# => br#""Audio""#,
    }

    /// `UserId`, `CallId` and the account ids of the current generation must not be empty strings. An
    /// empty `RoomId` counts as absent, without a finding.
    ///
    /// # Why it matters
    ///
    /// All callbacks with an empty id would be counted as one user or one call, so the id is ignored.
    /// Without a `CallId` the callback is not part of any call; without a `UserId` it has no user.
    ///
    /// # What to do
    ///
    /// Check whether the id is already empty when the callback arrives, or is removed from the log,
    /// for example for privacy. To hide ids, replace each one with a unique value.
    BodyEmpty {
        name: "body/empty",
        level: Error,
        summary: "an id is empty",
        page: page::EVENT,
        silent: BODY,
        fires: br#""Alice""# => br#""""#,
    }

    /// A timestamp must be 0, which means absent, or lie in the years 2015 to 2099. It is in Unix
    /// seconds, except for the `EventTime` of the current generation, which is in milliseconds.
    ///
    /// # Why it matters
    ///
    /// The value is ignored, so the call's start, end and durations come from other callbacks or are
    /// missing. Read as seconds, a time in milliseconds is tens of thousands of years in the future.
    ///
    /// # What to do
    ///
    /// A number with 13 digits is in milliseconds and one with 16 in microseconds: convert it before
    /// it is written. Otherwise check the clock of the device.
    BodyTimestamp {
        name: "body/timestamp",
        level: Warning,
        summary: "a timestamp is outside the years 2015 to 2099",
        page: page::EVENT,
        silent: BODY,
        fires: br#""EventTime":1704856873"# => br#""EventTime":1704856873000"#,
    }

    /// `TotalNum` must be at least 1, and exactly 2 if the callback's `CallType` is `single`.
    ///
    /// # Why it matters
    ///
    /// Either the number or the type of the call is wrong, so figures by `call_type` may count the
    /// call in the wrong group.
    ///
    /// # What to do
    ///
    /// Look at the other callbacks of the call: more than two users mean a group call. Then report the
    /// client's version to the vendor, or fix the program that creates these callbacks.
    BodyTotalNum {
        name: "body/total-num",
        level: Error,
        summary: "`TotalNum` is below 1, or not 2 in a `single` call",
        page: page::EVENT,
        silent: BODY,
        fires: br#""TotalNum":2"# => br#""TotalNum":3"#,
    }

    /// A field that the vendor does not document for this body is reported, at any level of nesting.
    /// Names must match exactly, so `RoomID` is not `RoomId`. The field is ignored.
    ///
    /// # Why it matters
    ///
    /// The field does no harm, but it can be a misspelt one whose value is then missing, or one that
    /// the vendor has added.
    ///
    /// # What to do
    ///
    /// If the name is close to a documented one, correct it. If your own servers add it, put it into
    /// the envelope instead of the body.
    BodyUnknownField {
        name: "body/unknown-field",
        level: Info,
        summary: "the vendor does not document a field",
        page: page::EVENT,
        silent: BODY,
        fires: b"}" => br#","Gateway":"gw-2"}"#,
    }
}
