//! `body/`: the fields of a callback body.

family! {
    ($) body

    /// A body must be of one of the three families: it has a `CallbackCommand` that begins with
    /// `Call.`; or it has `Event`, or the URL's `command` is one of the event family; or it has a
    /// `CallResult` that is not empty, or the URL's `command` is one of the status family. Field
    /// names match exactly.
    ///
    /// # Why it matters
    ///
    /// The record is not counted as a callback. Callbacks of other products (TRTC room events, Chat,
    /// Live) can be sent to the same URL, and a handler that expects calls breaks on them.
    ///
    /// # What to do
    ///
    /// If the product is named, give it a callback URL of its own. Otherwise compare the field names
    /// with the vendor's, case included: a serializer may have renamed them.
    BodyUnrecognised {
        name: "body/unrecognised",
        level: Error,
        summary: "the body is no TUICallKit callback",
        page: page::EVENT,
        silent: BODY,
        fires: br#""CallResult""# => br#""callResult""#,
    }

    /// Every required field must be there (in the event family `UserId`, `RoomId`, `TotalNum`,
    /// `CallType`, `CallId`, `Role` and `Event`; in the status family `CallResult` instead of
    /// `Event`; each command of the current generation has a list of its own). A field that the
    /// vendor's table leaves out and its sample always has, such as `MediaType` or `EventTime`, is
    /// expected: without it there is a warning.
    ///
    /// # Why it matters
    ///
    /// What the field says is unknown for this callback. Without `CallId` it belongs to no call;
    /// without `UserId` or `EventTime` the call lacks a participant or a time.
    ///
    /// # What to do
    ///
    /// Compare the body with the vendor's table. If the log's writer drops fields, let it write the
    /// body as it came.
    BodyMissingField {
        name: "body/missing-field",
        level: Error,
        summary: "a field is missing",
        page: page::EVENT,
        silent: BODY,
        fires: br#""RoomId":"r-1","# => b"",
    }

    /// Every value must have the JSON type that the vendor documents; `null` is the wrong type, and
    /// an integer is written without fraction and exponent. An account id of the current generation
    /// that is given as a number is a warning, and its digits are used.
    ///
    /// # Why it matters
    ///
    /// A strict parser refuses the whole body. Here the value is not used: a time or a number that is
    /// written as a string is missing from the call.
    ///
    /// # What to do
    ///
    /// Look for a step that writes every value as a string, or turns numbers into floating point, and
    /// have it write the body as it came.
    BodyType {
        name: "body/type",
        level: Error,
        summary: "a value has the wrong JSON type",
        page: page::EVENT,
        silent: BODY,
        fires: br#""TotalNum":2"# => br#""TotalNum":"2""#,
    }

    /// A field with a closed list of values must hold one of them, spelled exactly as in its family;
    /// another value is reported for `CallType`, `Role`, `Event`, `CallResult`, `MediaType`,
    /// `Status`, `ActionType`, `RoomIdType`, and a `CallbackCommand` that begins with `Call.`. So is
    /// an integer that does not fit 64 bits, unless it is a timestamp. An empty `CallResult` in the
    /// event family is no finding.
    ///
    /// # Why it matters
    ///
    /// The value is not used. A call whose `CallResult` or `Event` is unknown can end up as
    /// incomplete, and a handler that switches on the value falls through.
    ///
    /// # What to do
    ///
    /// Take the spelling that the finding suggests. The families spell differently: `audio` and
    /// `normal_end` in two of them, `Audio` and `NormalEnd` in the current generation.
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
    /// All callbacks with an empty id would fall into one user or one call. The id is therefore not
    /// used: without a `CallId` the callback belongs to no call, without a `UserId` it is nobody's.
    ///
    /// # What to do
    ///
    /// Look whether the id is empty when the callback arrives or is blanked in the log, for privacy
    /// for example. To hide ids, replace each by a value of its own.
    BodyEmpty {
        name: "body/empty",
        level: Error,
        summary: "an id is empty",
        page: page::EVENT,
        silent: BODY,
        fires: br#""Alice""# => br#""""#,
    }

    /// A timestamp must be 0, which means absent, or lie in the years 2015 to 2099: Unix seconds,
    /// except for the `EventTime` of the current generation, which is in milliseconds.
    ///
    /// # Why it matters
    ///
    /// The value is not used, so the call's start, end and durations come from other callbacks or are
    /// missing. Read as seconds, a time in milliseconds lies tens of thousands of years ahead.
    ///
    /// # What to do
    ///
    /// A number of 13 digits is in milliseconds and one of 16 in microseconds: divide it before it is
    /// written. Else look at the clock of the device.
    BodyTimestamp {
        name: "body/timestamp",
        level: Warning,
        summary: "a timestamp lies outside 2015 to 2099",
        page: page::EVENT,
        silent: BODY,
        fires: br#""EventTime":1704856873"# => br#""EventTime":1704856873000"#,
    }

    /// `TotalNum` must be at least 1, and exactly 2 where the callback's `CallType` is `single`.
    ///
    /// # Why it matters
    ///
    /// Either the number or the type of the call is wrong, and figures by `call_type` count the call
    /// in the wrong group.
    ///
    /// # What to do
    ///
    /// Look at the other callbacks of the call: more than two users mean a group call. Then report
    /// the client's version to the vendor, or correct the program that makes these callbacks.
    BodyTotalNum {
        name: "body/total-num",
        level: Error,
        summary: "`TotalNum` is below 1, or not 2 in a `single` call",
        page: page::EVENT,
        silent: BODY,
        fires: br#""TotalNum":2"# => br#""TotalNum":3"#,
    }

    /// A field that the vendor does not document for this body, at any level of it, is reported.
    /// Names match exactly, so `RoomID` is not `RoomId`. The field is ignored.
    ///
    /// # Why it matters
    ///
    /// It is harmless to read, but can be a misspelt field whose value is then missing, or something
    /// that the vendor has added since.
    ///
    /// # What to do
    ///
    /// If the name is nearly a documented one, correct it. If your own servers add it, put it into
    /// the envelope beside the body.
    BodyUnknownField {
        name: "body/unknown-field",
        level: Info,
        summary: "the vendor does not document the field",
        page: page::EVENT,
        silent: BODY,
        fires: b"}" => br#","Gateway":"gw-2"}"#,
    }
}
