//! `body/`: the fields of a callback body.

family! {
    ($) body

    BodyUnrecognised {
        name: "body/unrecognised",
        level: Error,
        summary: "the body is no TUICallKit callback",
        what: "\
            A body must be of one of the three families: it has a `CallbackCommand` that begins with \
            `Call.`; or it has `Event`, or the URL's `command` is one of the event family; or it has a \
            `CallResult` that is not empty, or the URL's `command` is one of the status family. Field \
            names match exactly.",
        why: "\
            The record is not counted as a callback. Callbacks of other products (TRTC room events, \
            Chat, Live) can be sent to the same URL, and a handler that expects calls breaks on them.",
        page: page::EVENT,
        fires: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","callResult":"cancel","EventTime":1704856873}"#,
        )),
        silent: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        )),
        advice: "\
            If the product is named, give it a callback URL of its own. Otherwise compare the field \
            names with the vendor's, case included: a serializer may have renamed them.",
    }

    BodyMissingField {
        name: "body/missing-field",
        level: Error,
        summary: "a field is missing",
        what: "\
            Every required field must be there (in the event family `UserId`, `RoomId`, `TotalNum`, \
            `CallType`, `CallId`, `Role` and `Event`; in the status family `CallResult` instead of \
            `Event`; each command of the current generation has a list of its own). A field that the \
            vendor's table leaves out and its sample always has, such as `MediaType` or `EventTime`, \
            is expected: without it there is a warning.",
        why: "\
            What the field says is unknown for this callback. Without `CallId` it belongs to no call; \
            without `UserId` or `EventTime` the call lacks a participant or a time.",
        page: page::EVENT,
        fires: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","TotalNum":2,"MediaType":"audio","CallType":"single","CallId":"c-1","#,
            r#""Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        )),
        silent: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        )),
        advice: "\
            Compare the body with the vendor's table. If the log's writer drops fields, let it write \
            the body as it came.",
    }

    BodyType {
        name: "body/type",
        level: Error,
        summary: "a value has the wrong JSON type",
        what: "\
            Every value must have the JSON type that the vendor documents; `null` is the wrong type, \
            and an integer is written without fraction and exponent. An account id of the current \
            generation that is given as a number is a warning, and its digits are used.",
        why: "\
            A strict parser refuses the whole body. Here the value is not used: a time or a number \
            that is written as a string is missing from the call.",
        page: page::EVENT,
        fires: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":"2","MediaType":"audio","#,
            r#""CallType":"single","CallId":"c-1","Role":"caller","CallResult":"cancel","#,
            r#""EventTime":1704856873}"#,
        )),
        silent: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        )),
        advice: "\
            Look for a step that writes every value as a string, or turns numbers into floating point, \
            and have it write the body as it came.",
    }

    BodyValue {
        name: "body/value",
        level: Error,
        summary: "a value is not one of the documented ones",
        what: "\
            A field with a closed list of values must hold one of them, spelled exactly as in its \
            family; another value is reported for `CallType`, `Role`, `Event`, `CallResult`, \
            `MediaType`, `Status`, `ActionType`, `RoomIdType`, and a `CallbackCommand` that begins \
            with `Call.`. So is an integer that does not fit 64 bits, unless it is a timestamp. An \
            empty `CallResult` in the event family is no finding.",
        why: "\
            The value is not used. A call whose `CallResult` or `Event` is unknown can end up as \
            incomplete, and a handler that switches on the value falls through.",
        page: page::EVENT,
        fires: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"Audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        )),
        silent: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        )),
        advice: "\
            Take the spelling that the finding suggests. The families spell differently: `audio` and \
            `normal_end` in two of them, `Audio` and `NormalEnd` in the current generation.",
    }

    BodyEmpty {
        name: "body/empty",
        level: Error,
        summary: "an id is empty",
        what: "\
            `UserId`, `CallId` and the account ids of the current generation must not be empty \
            strings. An empty `RoomId` counts as absent, without a finding.",
        why: "\
            All callbacks with an empty id would fall into one user or one call. The id is therefore \
            not used: without a `CallId` the callback belongs to no call, without a `UserId` it is \
            nobody's.",
        page: page::EVENT,
        fires: Example::JsonLines(concat!(
            r#"{"UserId":"","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        )),
        silent: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        )),
        advice: "\
            Look whether the id is empty when the callback arrives or is blanked in the log, for \
            privacy for example. To hide ids, replace each by a value of its own.",
    }

    BodyTimestamp {
        name: "body/timestamp",
        level: Warning,
        summary: "a timestamp lies outside 2015 to 2099",
        what: "\
            A timestamp must be 0, which means absent, or lie in the years 2015 to 2099: Unix seconds, \
            except for the `EventTime` of the current generation, which is in milliseconds.",
        why: "\
            The value is not used, so the call's start, end and durations come from other callbacks or \
            are missing. Read as seconds, a time in milliseconds lies tens of thousands of years \
            ahead.",
        page: page::EVENT,
        fires: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873000}"#,
        )),
        silent: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        )),
        advice: "\
            A number of 13 digits is in milliseconds and one of 16 in microseconds: divide it before \
            it is written. Else look at the clock of the device.",
    }

    BodyTotalNum {
        name: "body/total-num",
        level: Error,
        summary: "`TotalNum` is below 1, or not 2 in a `single` call",
        what: "\
            `TotalNum` must be at least 1, and exactly 2 where the callback's `CallType` is `single`.",
        why: "\
            Either the number or the type of the call is wrong, and figures by `call_type` count the \
            call in the wrong group.",
        page: page::EVENT,
        fires: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":3,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        )),
        silent: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        )),
        advice: "\
            Look at the other callbacks of the call: more than two users mean a group call. Then \
            report the client's version to the vendor, or correct the program that makes these \
            callbacks.",
    }

    BodyUnknownField {
        name: "body/unknown-field",
        level: Info,
        summary: "the vendor does not document the field",
        what: "\
            A field that the vendor does not document for this body, at any level of it, is reported. \
            Names match exactly, so `RoomID` is not `RoomId`. The field is ignored.",
        why: "\
            It is harmless to read, but can be a misspelt field whose value is then missing, or \
            something that the vendor has added since.",
        page: page::EVENT,
        fires: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873,"#,
            r#""Gateway":"gw-2"}"#,
        )),
        silent: Example::JsonLines(concat!(
            r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
            r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        )),
        advice: "\
            If the name is nearly a documented one, correct it. If your own servers add it, put it \
            into the envelope beside the body.",
    }
}
