//! `http/`: faults of raw HTTP: of its framing, the method, the headers and the coding of the body.

family! {
    ($) http

    /// This rule is about ranges of raw HTTP that are not part of any request. It reports one whose
    /// first line begins like a request (a method and a space) or ends in `HTTP/x.y`, but is not
    /// `METHOD SP target SP HTTP/1.x` (or `HTTP/2`, `HTTP/3`). Other ranges are reported by `http/skipped`.
    ///
    /// # Why it matters
    ///
    /// The reader finds the next request by its request line. A request with a damaged request line is
    /// skipped, headers and body included, so its callback is missing from its call.
    ///
    /// # What to do
    ///
    /// Repair the line in the log: one space on each side of the target, no space inside it, and
    /// `HTTP/1.0` or `HTTP/1.1` at the end. If a proxy wrote the log, configure it to write HTTP/1.1
    /// or JSON Lines.
    HttpRequestLine {
        name: "http/request-line",
        level: Error,
        summary: "bytes outside any request look like a request",
        page: page::HTTP,
        silent: REQUESTS,
        fires: b"HTTP/1.1" => b"HTTP/1.x",
    }

    /// Every byte of raw HTTP must be part of a request or white space between two requests. Anything
    /// else is skipped up to the next request line. If its first line looks like a request,
    /// `http/request-line` reports it instead.
    ///
    /// # Why it matters
    ///
    /// The skipped bytes may have been a callback, which is then missing from its call. Often they are
    /// the tail of a body whose beginning was lost.
    ///
    /// # What to do
    ///
    /// Look at the skipped range. Parts of a request mean that the capture loses data.
    HttpSkipped {
        name: "http/skipped",
        level: Error,
        summary: "part of the input is not in any request",
        page: page::HTTP,
        silent: concat!(request!(), "\n\n").as_bytes(),
        fires: b"\n\n" => b"\n\n\"Event\":\"start_call\"}\n",
    }

    /// The method of a request must be `POST`, in capitals. The `method` or `request` of an envelope
    /// is checked too.
    ///
    /// # Why it matters
    ///
    /// The vendor sends callbacks only with POST. Any other method comes from a health check, a manual
    /// test or an unrelated request. If its body looks like a callback, the figures include a call
    /// that never took place.
    ///
    /// # What to do
    ///
    /// Find out who sent the request, and make the backend answer 405 to every method except POST. If
    /// a proxy rewrote the method, fix its configuration.
    HttpMethod {
        name: "http/method",
        level: Error,
        summary: "the method is not POST",
        page: page::EVENT,
        silent: REQUEST,
        fires: b"POST" => b"PUT",
    }

    /// A header line must be a name, a colon and a value. The name must be an RFC 9110 token, so a
    /// space before the colon is not allowed. The value must not contain a control character or a bare
    /// CR. A line must not begin with white space to continue the one before it. A second `Host` line
    /// is a warning.
    ///
    /// # Why it matters
    ///
    /// Servers and proxies read malformed headers differently. If two of them read different lengths,
    /// an attacker can smuggle in a request. Most servers reject such a request with status 400.
    ///
    /// # What to do
    ///
    /// Fix the program that wrote the line. The vendor does not send such headers, so check the
    /// proxies in between and the tool that captured the log.
    HttpHeader {
        name: "http/header",
        level: Error,
        summary: "a header line is malformed",
        page: page::HTTP,
        silent: REQUEST,
        fires: b"Host:" => b"Host :",
    }

    /// A blank line must separate the headers from the body. If it is missing, the header section is
    /// assumed to end at a line that begins with `{`.
    ///
    /// # Why it matters
    ///
    /// This tool finds and uses the body, but an HTTP server reads it as a malformed header and
    /// rejects the request. The vendor's own sample has this fault.
    ///
    /// # What to do
    ///
    /// Put a blank line before the body. If a program writes the log, make it write the line that ends
    /// the headers too.
    HttpMissingBlankLine {
        name: "http/missing-blank-line",
        level: Warning,
        summary: "the headers run into the body",
        page: page::HTTP,
        silent: REQUEST,
        fires: b"\n\n" => b"\n",
    }

    /// Unless the body is chunked, `Content-Length` is required. It must be a number, the same one if
    /// it is repeated, and correct. It is correct if that many bytes are present and one of these is
    /// true: they are exactly one JSON value, perhaps with white space around it; the input ends or a
    /// request line follows after them, perhaps after white space; or no complete JSON value starts at
    /// the body.
    ///
    /// # Why it matters
    ///
    /// If the length is too small, a server that trusts it cuts off the JSON. If it is too large, the
    /// server waits for more, or takes in the next request. This tool uses the JSON value that starts
    /// there as the body, and skips what follows it up to the next request line.
    ///
    /// # What to do
    ///
    /// The length counts bytes, not characters, and does not include the blank line before the body.
    /// Fix the program that writes the requests. If the body was edited afterwards, update the length.
    HttpContentLength {
        name: "http/content-length",
        level: Error,
        summary: "`Content-Length` is missing, repeated, not a number, or wrong",
        page: page::HTTP,
        silent: REQUEST,
        fires: b"Content-Length: 162" => b"Content-Length: 337",
    }

    /// `Transfer-Encoding` must not come with a `Content-Length`. It must be `chunked`, once, and
    /// nothing else. A warning if it is `chunked` over a body without chunks, or missing over one with them:
    /// both are read as what they are.
    ///
    /// # Why it matters
    ///
    /// With both headers it is ambiguous where the body ends, which is the classic way to smuggle a
    /// request past a proxy. A body with another coding cannot be read as JSON.
    ///
    /// # What to do
    ///
    /// Make the proxy drop `Content-Length` when it sends chunks, or send the whole body with a
    /// length. Turn off any compression of request bodies.
    HttpTransferEncoding {
        name: "http/transfer-encoding",
        level: Error,
        summary: "`Transfer-Encoding` comes with a `Content-Length`, or is not a single `chunked`",
        page: page::HTTP,
        silent: CHUNKED,
        fires: b"chunked\n" => b"chunked\nContent-Length: 162\n",
    }

    /// A chunked body must be well formed: each chunk is a size in hexadecimal, a line end, that many
    /// bytes and a line end. A chunk of size 0, perhaps with trailers, and a blank line end the body.
    ///
    /// # Why it matters
    ///
    /// The body cannot be decoded, so the callback is lost. The tool continues at the next request line.
    ///
    /// # What to do
    ///
    /// Compare the reported size with the data after it. Editing a chunked body by hand, or converting
    /// its line ends, makes every size wrong. In that case, capture it again.
    HttpChunked {
        name: "http/chunked",
        level: Error,
        summary: "a chunked body is damaged",
        page: page::HTTP,
        silent: CHUNKED,
        fires: b"a2" => b"0xa2",
    }

    /// The input must not end inside a request: in its header section, in its chunks, or before the
    /// end of the JSON value in its body. If the JSON value is complete and only the declared length
    /// is too large, `http/content-length` reports it instead.
    ///
    /// # Why it matters
    ///
    /// The callback is not used. Because it is the last one in its file, it is often the end of a
    /// call, which then counts as incomplete.
    ///
    /// # What to do
    ///
    /// Check whether the log was copied while it was being written, or cut by a size limit or by
    /// rotation. Join this file and the one that contains the rest.
    HttpTruncated {
        name: "http/truncated",
        level: Error,
        summary: "the input ends inside the request",
        page: page::HTTP,
        silent: REQUEST,
        fires: br#"cancel","EventTime":1704856873}"# => b"c",
    }
}
