//! `url/`: the parameters of the callback URL.

family! {
    ($) url

    UrlMissingParameter {
        name: "url/missing-parameter",
        level: Error,
        summary: "a parameter of the callback URL is missing or empty",
        what: "\
            The URL of a raw request, and that of an envelope if it has a query, must have `sdkappid` \
            and `command`, neither of them empty. `contenttype`, `clientip` and `optplatform` should \
            be there too: without them it is a warning. Names match without regard to case, and \
            `CallbackCommand` is `command`.",
        why: "\
            Without `sdkappid` a backend cannot tell whether the callback is meant for it, and without \
            `command` it cannot route it. Without `optplatform` the call is in no figure by platform.",
        page: page::EVENT,
        fires: Example::JsonLines(concat!(
            r#"{"url":"/?command=cancel&contenttype=json&clientip=192.0.2.10&optplatform=iOS","#,
            r#""body":{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","#,
            r#""CallType":"single","CallId":"c-1","Role":"caller","CallResult":"cancel","#,
            r#""EventTime":1704856873}}"#,
        )),
        silent: Example::JsonLines(concat!(
            r#"{"url":"/?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&"#,
            r#"optplatform=iOS","body":{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"#,
            r#""MediaType":"audio","CallType":"single","CallId":"c-1","Role":"caller","#,
            r#""CallResult":"cancel","EventTime":1704856873}}"#,
        )),
        advice: "\
            Look at what lies between the vendor and the log: a rewrite or a redirect that drops the \
            query is the usual cause. The vendor appends the parameters itself, so the configured URL \
            needs none.",
    }

    UrlSdkAppId {
        name: "url/sdkappid",
        level: Error,
        summary: "`sdkappid` is not an unsigned 32-bit integer",
        what: "`sdkappid` must be digits only, and a number of at most 32 bits (4294967295).",
        why: "\
            No application has such an id. A backend that reads it into 32 bits fails, or takes it for \
            another id.",
        page: page::EVENT,
        fires: Example::JsonLines(concat!(
            r#"{"url":"/?sdkappid=14000000010&command=cancel&contenttype=json&clientip=192.0.2.10&"#,
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
            Compare the value with the SDKAppID in the console. A sign, a space or a fraction comes \
            from whatever rewrote the URL.",
    }

    UrlSdkAppIdMismatch {
        name: "url/sdkappid-mismatch",
        level: Error,
        summary: "`sdkappid` is none of those given with `--sdkappid`",
        what: "\
            A valid `sdkappid` must be one of those given with `--sdkappid`. Without that option \
            nothing is checked.",
        why: "\
            The vendor requires the app to make this check, and anybody can send a request to the \
            callback URL. Callbacks of a test application would otherwise count as calls of the real \
            one.",
        page: page::EVENT,
        fires: Example::JsonLines(concat!(
            r#"{"url":"/?sdkappid=1400000002&command=cancel&contenttype=json&clientip=192.0.2.10&"#,
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
        args: ["--sdkappid", "1400000001"],
        advice: "\
            If the id is one of yours, give it with a further `--sdkappid`, or correct the URL that is \
            configured for that application. If not, have the backend refuse it.",
    }

    UrlCommand {
        name: "url/command",
        level: Error,
        summary: "`command` is not a known command",
        what: "\
            `command` (in the current generation `CallbackCommand`) must be one of the 29 known \
            commands: 19 of the event family, seven of the status family with `call_end`, and three \
            that begin with `Call.`. Case matters.",
        why: "\
            A backend that routes by command has no handler for it and drops the callback. Here the \
            body alone then says what the callback is.",
        page: page::COMMANDS,
        fires: Example::JsonLines(concat!(
            r#"{"url":"/?sdkappid=1400000001&command=canceled&contenttype=json&clientip=192.0.2.10&"#,
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
            Compare the spelling with the vendor's list; event commands are `<role>_<event>`. If the \
            vendor has added a command, set this rule to a lower level until the tool knows it.",
    }

    UrlContentType {
        name: "url/contenttype",
        level: Error,
        summary: "`contenttype` is not `json`",
        what: "`contenttype` must be `json`, in lower case.",
        why: "\
            The vendor always sends `json`. Another value means that the URL was rewritten, or that \
            the request does not come from the vendor, and a backend that chooses its parser by it \
            fails.",
        page: page::EVENT,
        fires: Example::JsonLines(concat!(
            r#"{"url":"/?sdkappid=1400000001&command=cancel&contenttype=application/json&"#,
            r#"clientip=192.0.2.10&optplatform=iOS","body":{"UserId":"Alice","RoomId":"r-1","#,
            r#""TotalNum":2,"MediaType":"audio","CallType":"single","CallId":"c-1","Role":"caller","#,
            r#""CallResult":"cancel","EventTime":1704856873}}"#,
        )),
        silent: Example::JsonLines(concat!(
            r#"{"url":"/?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&"#,
            r#"optplatform=iOS","body":{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"#,
            r#""MediaType":"audio","CallType":"single","CallId":"c-1","Role":"caller","#,
            r#""CallResult":"cancel","EventTime":1704856873}}"#,
        )),
        advice: "\
            Look for a gateway that sets this parameter from the `Content-Type` header, and have it \
            leave the query alone.",
    }

    UrlClientIp {
        name: "url/clientip",
        level: Warning,
        summary: "`clientip` is not an IP address",
        what: "`clientip` must be an IPv4 or IPv6 address, without a port.",
        why: "\
            Lookups by address, rate limits and the `client_ip` column get a value that they cannot \
            use.",
        page: page::EVENT,
        fires: Example::JsonLines(concat!(
            r#"{"url":"/?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.300&"#,
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
            Look whether a proxy replaced the value, with a host name or an address with a port for \
            example, and have it leave the query as it was.",
    }

    UrlOptPlatform {
        name: "url/optplatform",
        level: Warning,
        summary: "`optplatform` is not a documented platform",
        what: "\
            `optplatform` must be `iOS`, `Android`, `Web` or `miniProgram`, or in the current \
            generation also `RESTAPI`, `Windows`, `Mac`, `iPad` or `Unknown`, spelled exactly so.",
        why: "\
            Figures by platform get a group of their own for each spelling, so that the real \
            platform's numbers are too low.",
        page: page::V4_PROTOCOL,
        fires: Example::JsonLines(concat!(
            r#"{"url":"/?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&"#,
            r#"optplatform=ios","body":{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"#,
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
            Find out what changes the case, or which client sends the value. If it is a platform that \
            the vendor has added since, set this rule to a lower level.",
    }

    UrlDuplicateParameter {
        name: "url/duplicate-parameter",
        level: Warning,
        summary: "a parameter is given twice with different values",
        what: "\
            None of the parameters that the vendor appends may be given twice with different values. \
            The first counts. The same value twice is no finding.",
        why: "\
            Frameworks take the first, the last or a list of both. Where the check of `sdkappid` reads \
            one value and the handler the other, the check is worth nothing.",
        page: page::EVENT,
        fires: Example::JsonLines(concat!(
            r#"{"url":"/?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&"#,
            r#"optplatform=iOS&sdkappid=1400000002","body":{"UserId":"Alice","RoomId":"r-1","#,
            r#""TotalNum":2,"MediaType":"audio","CallType":"single","CallId":"c-1","Role":"caller","#,
            r#""CallResult":"cancel","EventTime":1704856873}}"#,
        )),
        silent: Example::JsonLines(concat!(
            r#"{"url":"/?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&"#,
            r#"optplatform=iOS&sdkappid=1400000001","body":{"UserId":"Alice","RoomId":"r-1","#,
            r#""TotalNum":2,"MediaType":"audio","CallType":"single","CallId":"c-1","Role":"caller","#,
            r#""CallResult":"cancel","EventTime":1704856873}}"#,
        )),
        advice: "\
            Remove the parameter from the callback URL in the console, as the vendor appends its own. \
            If the URL is clean there, look for a proxy that adds to it.",
    }
}
