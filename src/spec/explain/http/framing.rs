//! `http/`, where requests begin and end.

use crate::spec::explain::{Example, Explanation};
use crate::spec::page;

/// `http/request-line`.
pub(in crate::spec::explain) static REQUEST_LINE: Explanation = Explanation {
    what: "\
        In raw HTTP, a range that belongs to no request is looked at: its first line begins like a \
        request (a method and a space) or ends in `HTTP/x.y`, but it is not `METHOD SP target SP \
        HTTP/1.x`. It is reported by this rule instead of `http/skipped`.",
    why: "\
        The reader finds the next request by its request line. A request whose line is damaged is \
        skipped with headers and body, so its callback is in no call.",
    page: page::HTTP,
    fires: Example::Http(concat!(
        "POST /?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&",
        "optplatform=iOS HTTP/1.1\n",
        "Host: app.example\n",
        "Content-Length: 162\n\n",
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        "\n\n",
        "POST /?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&",
        "optplatform=iOS HTTP/2.0\n",
        "Host: app.example\n",
        "Content-Length: 162\n\n",
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-2","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
    )),
    silent: Example::Http(concat!(
        "POST /?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&",
        "optplatform=iOS HTTP/1.1\n",
        "Host: app.example\n",
        "Content-Length: 162\n\n",
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        "\n\n",
        "POST /?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&",
        "optplatform=iOS HTTP/1.1\n",
        "Host: app.example\n",
        "Content-Length: 162\n\n",
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-2","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
    )),
    args: &[],
    advice: "\
        Repair the line in the log: one space on each side of the target, no space inside it, and \
        `HTTP/1.0` or `HTTP/1.1` at the end. If a proxy wrote the log, have it write HTTP/1.1, or \
        JSON Lines.",
};

/// `http/skipped`.
pub(in crate::spec::explain) static SKIPPED: Explanation = Explanation {
    what: "\
        Every byte of raw HTTP belongs to a request, or is white space between two requests. Any \
        other range is skipped up to the next request line, unless its first line looks like a \
        request, which is `http/request-line`.",
    why: "\
        What was skipped may have been a callback, which is then missing from its call. Often it \
        is the tail of a body whose beginning was lost, or a response captured along with the \
        requests.",
    page: page::HTTP,
    fires: Example::Http(concat!(
        "POST /?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&",
        "optplatform=iOS HTTP/1.1\n",
        "Host: app.example\n",
        "Content-Length: 162\n\n",
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        "\n\n",
        "HTTP/1.1 200 OK\n",
    )),
    silent: Example::Http(concat!(
        "POST /?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&",
        "optplatform=iOS HTTP/1.1\n",
        "Host: app.example\n",
        "Content-Length: 162\n\n",
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        "\n\n",
    )),
    args: &[],
    advice: "\
        Look at the skipped range. Responses and log messages can be filtered out of the capture; \
        the remains of a request mean that the capture loses data.",
};

/// `http/missing-blank-line`.
pub(in crate::spec::explain) static MISSING_BLANK_LINE: Explanation = Explanation {
    what: "\
        A blank line must separate the headers from the body. The header section is also taken to \
        end where a line begins with `{`, and that is reported.",
    why: "\
        The body is found and used here, but an HTTP server takes it for a malformed header and \
        refuses the request. The vendor's own sample has this fault.",
    page: page::HTTP,
    fires: Example::Http(concat!(
        "POST /?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&",
        "optplatform=iOS HTTP/1.1\n",
        "Host: app.example\n",
        "Content-Length: 162\n",
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
    )),
    silent: Example::Http(concat!(
        "POST /?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&",
        "optplatform=iOS HTTP/1.1\n",
        "Host: app.example\n",
        "Content-Length: 162\n\n",
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
    )),
    args: &[],
    advice: "\
        Put a blank line before the body. If a program writes the log, let it write the line that \
        ends the headers as well.",
};

/// `http/content-length`.
pub(in crate::spec::explain) static CONTENT_LENGTH: Explanation = Explanation {
    what: "\
        `Content-Length` must be there unless the body is chunked, must be a number, the same one \
        if it is repeated, and must be right. It is right if that many bytes are there and they \
        are exactly one JSON value with white space around it, or the input ends or a request line \
        follows behind them and white space, or no complete JSON value starts at the body.",
    why: "\
        A server that trusts a length which is too small cuts the JSON off; one that is too great \
        makes it wait, or swallow the next request. Here the body is the one JSON value that \
        starts there, and what follows it is skipped up to the next request line.",
    page: page::HTTP,
    fires: Example::Http(concat!(
        "POST /?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&",
        "optplatform=iOS HTTP/1.1\n",
        "Host: app.example\n",
        "Content-Length: 337\n\n",
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
    )),
    silent: Example::Http(concat!(
        "POST /?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&",
        "optplatform=iOS HTTP/1.1\n",
        "Host: app.example\n",
        "Content-Length: 162\n\n",
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
    )),
    args: &[],
    advice: "\
        The length counts bytes, not characters, and not the blank line before the body. Correct \
        it in whatever writes the requests; if the body was edited afterwards, count again.",
};

/// `http/truncated`.
pub(in crate::spec::explain) static TRUNCATED: Explanation = Explanation {
    what: "\
        The input must not end inside a request: in its header section, in its chunks, or before \
        the JSON value of its body is closed. A complete JSON value with too great a length is \
        `http/content-length` alone.",
    why: "\
        Nothing of the callback is used. As it is the last of its file, it is often the end of a \
        call, which then counts as incomplete.",
    page: page::HTTP,
    fires: Example::Http(concat!(
        "POST /?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&",
        "optplatform=iOS HTTP/1.1\n",
        "Host: app.example\n",
        "Content-Length: 162\n\n",
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"c"#,
    )),
    silent: Example::Http(concat!(
        "POST /?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&",
        "optplatform=iOS HTTP/1.1\n",
        "Host: app.example\n",
        "Content-Length: 162\n\n",
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
    )),
    args: &[],
    advice: "\
        Look whether the log was copied while it was being written, or cut by a size limit or by \
        rotation. Give the file that holds the rest, joined to this one.",
};
