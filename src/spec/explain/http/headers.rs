//! `http/`, the method, the headers and the coding of the body.

use crate::spec::explain::{Example, Explanation};
use crate::spec::page;

/// `http/method`.
pub(in crate::spec::explain) static METHOD: Explanation = Explanation {
    what: "\
        The method of a request must be `POST`, in capitals. The `method` or `request` of an \
        envelope is checked as well.",
    why: "\
        The vendor sends callbacks with POST only. Another method is a health check, a test by \
        hand or somebody else's request; where its body looks like a callback, a call that never \
        took place gets into the figures.",
    page: page::EVENT,
    fires: Example::Http(concat!(
        "PUT /?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&",
        "optplatform=iOS HTTP/1.1\n",
        "Host: app.example\n",
        "Content-Length: 162\n\n",
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
        Find out who sent the request, and have the backend answer 405 to every method but POST. \
        If a proxy rewrote the method, correct its configuration.",
};

/// `http/header`.
pub(in crate::spec::explain) static HEADER: Explanation = Explanation {
    what: "\
        A header line must be a name, a colon and a value. The name must be an RFC 9110 token, so \
        no space may stand before the colon; the value must hold no control character and no bare \
        CR; no line may continue the one before it by beginning with white space.",
    why: "\
        Servers and proxies read malformed headers differently, and one that takes another length \
        than the next lets a request be smuggled in. Most refuse such a request with status 400.",
    page: page::HTTP,
    fires: Example::Http(concat!(
        "POST /?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&",
        "optplatform=iOS HTTP/1.1\n",
        "Host : app.example\n",
        "Content-Length: 162\n\n",
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
        Correct the line in whatever wrote it. The vendor does not send such headers: look at \
        proxies in between, and at the tool that captured the log.",
};

/// `http/transfer-encoding`.
pub(in crate::spec::explain) static TRANSFER_ENCODING: Explanation = Explanation {
    what: "\
        `Transfer-Encoding` must not stand beside a `Content-Length`, and must be `chunked`, once, \
        and nothing else.",
    why: "\
        With both headers it is open which one ends the body, which is the classic way to smuggle \
        a request past a proxy. A body with another coding cannot be read as JSON.",
    page: page::HTTP,
    fires: Example::Http(concat!(
        "POST /?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&",
        "optplatform=iOS HTTP/1.1\n",
        "Host: app.example\n",
        "Transfer-Encoding: chunked\n",
        "Content-Length: 162\n\n",
        "a2\n",
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        "\n",
        "0\n\n",
    )),
    silent: Example::Http(concat!(
        "POST /?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&",
        "optplatform=iOS HTTP/1.1\n",
        "Host: app.example\n",
        "Transfer-Encoding: chunked\n\n",
        "a2\n",
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        "\n",
        "0\n\n",
    )),
    args: &[],
    advice: "\
        Have the proxy drop `Content-Length` when it sends chunks, or send the whole body with a \
        length. Turn off any compression of request bodies.",
};

/// `http/chunked`.
pub(in crate::spec::explain) static CHUNKED: Explanation = Explanation {
    what: "\
        A chunked body must be sound: each chunk is a size in hexadecimal, a line end, that many \
        bytes and a line end, and a chunk of size 0, perhaps with trailers, and a blank line end \
        the body.",
    why: "\
        The body cannot be put together, so there is no callback. The reader goes on at the next \
        request line.",
    page: page::HTTP,
    fires: Example::Http(concat!(
        "POST /?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&",
        "optplatform=iOS HTTP/1.1\n",
        "Host: app.example\n",
        "Transfer-Encoding: chunked\n\n",
        "0xa2\n",
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        "\n",
        "0\n\n",
    )),
    silent: Example::Http(concat!(
        "POST /?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&",
        "optplatform=iOS HTTP/1.1\n",
        "Host: app.example\n",
        "Transfer-Encoding: chunked\n\n",
        "a2\n",
        r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
        r#""CallId":"c-1","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
        "\n",
        "0\n\n",
    )),
    args: &[],
    advice: "\
        Compare the size that is named with the data behind it. Editing a chunked body by hand, or \
        converting its line ends, makes every size wrong: capture it again.",
};
