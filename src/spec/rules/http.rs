//! `http/`: faults of raw HTTP: of its framing, the method, the headers and the coding of the body.

family! {
    ($) http

    /// In raw HTTP, a range that belongs to no request is looked at: its first line begins like a
    /// request (a method and a space) or ends in `HTTP/x.y`, but it is not `METHOD SP target SP
    /// HTTP/1.x`. It is reported by this rule instead of `http/skipped`.
    ///
    /// # Why it matters
    ///
    /// The reader finds the next request by its request line. A request whose line is damaged is
    /// skipped with headers and body, so its callback is in no call.
    ///
    /// # What to do
    ///
    /// Repair the line in the log: one space on each side of the target, no space inside it, and
    /// `HTTP/1.0` or `HTTP/1.1` at the end. If a proxy wrote the log, have it write HTTP/1.1, or JSON
    /// Lines.
    HttpRequestLine {
        name: "http/request-line",
        level: Error,
        summary: "a range that belongs to no request begins like one",
        page: page::HTTP,
        silent: REQUESTS,
        fires: b"HTTP/1.1" => b"HTTP/2.0",
    }

    /// Every byte of raw HTTP belongs to a request, or is white space between two requests. Any other
    /// range is skipped up to the next request line, unless its first line looks like a request,
    /// which is `http/request-line`.
    ///
    /// # Why it matters
    ///
    /// What was skipped may have been a callback, which is then missing from its call. Often it is
    /// the tail of a body whose beginning was lost, or a response captured along with the requests.
    ///
    /// # What to do
    ///
    /// Look at the skipped range. Responses and log messages can be filtered out of the capture; the
    /// remains of a request mean that the capture loses data.
    HttpSkipped {
        name: "http/skipped",
        level: Error,
        summary: "a range of the input belongs to no request",
        page: page::HTTP,
        silent: concat!(request!(), "\n\n").as_bytes(),
        fires: b"\n\n" => b"\n\nHTTP/1.1 200 OK\n",
    }

    /// The method of a request must be `POST`, in capitals. The `method` or `request` of an envelope
    /// is checked as well.
    ///
    /// # Why it matters
    ///
    /// The vendor sends callbacks with POST only. Another method is a health check, a test by hand or
    /// somebody else's request; where its body looks like a callback, a call that never took place
    /// gets into the figures.
    ///
    /// # What to do
    ///
    /// Find out who sent the request, and have the backend answer 405 to every method but POST. If a
    /// proxy rewrote the method, correct its configuration.
    HttpMethod {
        name: "http/method",
        level: Error,
        summary: "the method is not POST",
        page: page::EVENT,
        silent: REQUEST,
        fires: b"POST" => b"PUT",
    }

    /// A header line must be a name, a colon and a value. The name must be an RFC 9110 token, so no
    /// space may stand before the colon; the value must hold no control character and no bare CR; no
    /// line may continue the one before it by beginning with white space.
    ///
    /// # Why it matters
    ///
    /// Servers and proxies read malformed headers differently, and one that takes another length than
    /// the next lets a request be smuggled in. Most refuse such a request with status 400.
    ///
    /// # What to do
    ///
    /// Correct the line in whatever wrote it. The vendor does not send such headers: look at proxies
    /// in between, and at the tool that captured the log.
    HttpHeader {
        name: "http/header",
        level: Error,
        summary: "a header line is malformed",
        page: page::HTTP,
        silent: REQUEST,
        fires: b"Host:" => b"Host :",
    }

    /// A blank line must separate the headers from the body. The header section is also taken to end
    /// where a line begins with `{`, and that is reported.
    ///
    /// # Why it matters
    ///
    /// The body is found and used here, but an HTTP server takes it for a malformed header and
    /// refuses the request. The vendor's own sample has this fault.
    ///
    /// # What to do
    ///
    /// Put a blank line before the body. If a program writes the log, let it write the line that ends
    /// the headers as well.
    HttpMissingBlankLine {
        name: "http/missing-blank-line",
        level: Warning,
        summary: "the headers run into the body",
        page: page::HTTP,
        silent: REQUEST,
        fires: b"\n\n" => b"\n",
    }

    /// `Content-Length` must be there unless the body is chunked, must be a number, the same one if
    /// it is repeated, and must be right. It is right if that many bytes are there and they are
    /// exactly one JSON value with white space around it, or the input ends or a request line follows
    /// behind them and white space, or no complete JSON value starts at the body.
    ///
    /// # Why it matters
    ///
    /// A server that trusts a length which is too small cuts the JSON off; one that is too great
    /// makes it wait, or swallow the next request. Here the body is the one JSON value that starts
    /// there, and what follows it is skipped up to the next request line.
    ///
    /// # What to do
    ///
    /// The length counts bytes, not characters, and not the blank line before the body. Correct it in
    /// whatever writes the requests; if the body was edited afterwards, count again.
    HttpContentLength {
        name: "http/content-length",
        level: Error,
        summary: "`Content-Length` is missing, repeated, not a number, or wrong",
        page: page::HTTP,
        silent: REQUEST,
        fires: b"Content-Length: 162" => b"Content-Length: 337",
    }

    /// `Transfer-Encoding` must not stand beside a `Content-Length`, and must be `chunked`, once, and
    /// nothing else.
    ///
    /// # Why it matters
    ///
    /// With both headers it is open which one ends the body, which is the classic way to smuggle a
    /// request past a proxy. A body with another coding cannot be read as JSON.
    ///
    /// # What to do
    ///
    /// Have the proxy drop `Content-Length` when it sends chunks, or send the whole body with a
    /// length. Turn off any compression of request bodies.
    HttpTransferEncoding {
        name: "http/transfer-encoding",
        level: Error,
        summary: "`Transfer-Encoding` stands beside a `Content-Length`, or is not one final `chunked`",
        page: page::HTTP,
        silent: CHUNKED,
        fires: b"chunked\n" => b"chunked\nContent-Length: 162\n",
    }

    /// A chunked body must be sound: each chunk is a size in hexadecimal, a line end, that many bytes
    /// and a line end, and a chunk of size 0, perhaps with trailers, and a blank line end the body.
    ///
    /// # Why it matters
    ///
    /// The body cannot be put together, so there is no callback. The reader goes on at the next
    /// request line.
    ///
    /// # What to do
    ///
    /// Compare the size that is named with the data behind it. Editing a chunked body by hand, or
    /// converting its line ends, makes every size wrong: capture it again.
    HttpChunked {
        name: "http/chunked",
        level: Error,
        summary: "a chunked body is damaged",
        page: page::HTTP,
        silent: CHUNKED,
        fires: b"a2" => b"0xa2",
    }

    /// The input must not end inside a request: in its header section, in its chunks, or before the
    /// JSON value of its body is closed. A complete JSON value with too great a length is
    /// `http/content-length` alone.
    ///
    /// # Why it matters
    ///
    /// Nothing of the callback is used. As it is the last of its file, it is often the end of a call,
    /// which then counts as incomplete.
    ///
    /// # What to do
    ///
    /// Look whether the log was copied while it was being written, or cut by a size limit or by
    /// rotation. Give the file that holds the rest, joined to this one.
    HttpTruncated {
        name: "http/truncated",
        level: Error,
        summary: "the input ends inside the request",
        page: page::HTTP,
        silent: REQUEST,
        fires: br#"cancel","EventTime":1704856873}"# => b"c",
    }
}
