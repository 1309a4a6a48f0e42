//! `input/`: faults of an input as a whole.

family! {
    ($) input

    /// A record, which is one line or one HTTP request, must not be longer than `--max-record` (16 MiB
    /// by default). If a request declares a length over the limit, the tool first checks whether that
    /// length is wrong.
    ///
    /// # Why it matters
    ///
    /// The record is skipped: its callback is missing from its call and from all figures, and the call
    /// can look incomplete. A callback has a few hundred bytes, so a record of that size almost always
    /// means a damaged log.
    ///
    /// # What to do
    ///
    /// Look at the start of the reported range: is it one callback, or several without a line break
    /// between them? Repair the log, or raise `--max-record` if the record is valid.
    InputTooLong {
        name: "input/too-long",
        level: Error,
        summary: "a record is longer than `--max-record`",
        page: page::EVENT,
        args: ["--max-record", "200"],
        silent: BODY,
        fires: b"c-1"
            => b"c-1-copied-from-a-log-without-line-breaks-0123456789012345678901234567890123456789",
    }

    /// Input that begins like gzip, zstd, bzip2 or xz data must decompress to its end without an error,
    /// and a tar or zip archive must be whole. The content decides, not the file name.
    ///
    /// # Why it matters
    ///
    /// What lies within the damage is lost. The callbacks before it are used, and those of whole
    /// members or frames after it, so calls can look incomplete or be missing, and every count is too low.
    ///
    /// # What to do
    ///
    /// Copy the file again and compare sizes, or test the original with `gzip -t` or `zstd -t`. A log
    /// that is still being written is cut off until its writer closes it.
    InputCompressed {
        name: "input/compressed",
        level: Error,
        summary: "compressed data or an archive is damaged or cut off",
        page: page::HTTP,
        silent:
            b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03,\xcc\xcd\n\xc20\x10\x04\xe0\xbb\x8f\xb1\xe7\
              \n\xd6\xbf\x96\xde\xa4x\xf0P\x0f!>@H\x16\x09l\x12\xc9OA\xc4ww\x0d9\xce7\xc3|\xe0\x91\
              0\xde\x0cLp!\xab\x11:\x10!\xb8\nq\xdbs\x94!+\xba\x17\x07\xd3\xbe\x83\x05\x8dU\xf2\
              \xfdB\xaeU16\xf0`VD\x8d\x92\xf5O\xc2f\xf5C\xd7\x0f\x11\xe8_kV\x8c\xad\x16\x98\n\xe5\
              \xaa^#\xb1^W\xf4YZ\xc7\xd3~\xd8\x1d\xc7\xd3y\x1c\x0e\xdf\xcd\x0f\x00\x00\xff\xff\xab\
              \xa6\xb9\x13\x8d(u\"\x00B\xcc\xb4\x1cF\x01\x00\x00",
        fires: b"\xab\xa6\xb9\x13\x8d(u\"\x00B\xcc\xb4\x1cF\x01\x00\x00" => b"",
    }

    /// An input that is not empty must hold something to do with callbacks: a callback, a request of
    /// another product of the vendor, or a health check. This is reported once for the input, with
    /// what it looks like. Where a folder was searched and other files in it hold callbacks, it is
    /// only worth knowing.
    ///
    /// # Why it matters
    ///
    /// The figures of such an input would be zero, as if there had been no calls. So no command
    /// prints any: the exit status is 2.
    ///
    /// # What to do
    ///
    /// Name the log that the callbacks were written to, or convert this one as the finding says. If
    /// an input may well be empty of callbacks, pass `--allow-empty`.
    InputNotALog {
        name: "input/not-a-log",
        level: Error,
        summary: "an input that is not empty holds no callback",
        page: page::EVENT,
        silent: BODY,
        fires: b"\"CallResult\"" => b"\"callResult\"",
    }

    /// Copies of a callback are not always redelivered ones: two gateways may log every request, or a collector may
    /// write every line twice. Two inputs count as two captures of the same callbacks if at least 95 of 100 of the
    /// different callbacks that each holds are in the other, at least 3, within the span of time that both cover, by
    /// time of capture, or by `EventTime` where the inputs have none. One input counts as captured twice if the copies of
    /// at least 95 of 100 callbacks have equal times of capture, or differ in a member that names who captured them:
    /// `host`, `pod`, `container`, `stream` or `node`.
    ///
    /// # Why it matters
    ///
    /// Such copies say nothing about your server. So a callback counts as often as the input, or the capturer, that has
    /// it most often, in every table and figure but `export --table records`. What that one holds several times was
    /// redelivered.
    ///
    /// # What to do
    ///
    /// Nothing, if you know of both captures. Otherwise read one of them alone, or find out what writes the log twice.
    InputCapturedTwice {
        name: "input/captured-twice",
        level: Warning,
        summary: "two inputs, or one, hold the same callbacks twice, by capture and not by redelivery",
        page: page::EVENT,
        silent: CAPTURED,
        fires: CAPTURED => CAPTURED_TWICE,
    }

    /// Requests of the vendor's other products (Chat, TRTC room and media events, Live) may reach the
    /// same URL. They are not callbacks of calls, and no fault. Each command is reported once for the
    /// input, with its count.
    ///
    /// # Why it matters
    ///
    /// They are in no call and no figure.
    ///
    /// # What to do
    ///
    /// Nothing, if one URL serves several products on purpose. Otherwise give each product a URL of
    /// its own in the console.
    InputOtherProduct {
        name: "input/other-product",
        level: Info,
        summary: "requests of another product of the vendor",
        page: page::V4_PROTOCOL,
        silent: BOTH_SIDES,
        fires: b"\n" => b"\n{\"CallbackCommand\":\"State.StateChange\"}\n",
    }

    /// A request with the method `GET`, `HEAD` or `OPTIONS` that carries no callback is a health
    /// check, or somebody's browser. Each method is reported once for the input, with its count.
    ///
    /// # Why it matters
    ///
    /// They are in no call and no figure, and nothing else is said of them.
    ///
    /// # What to do
    ///
    /// Nothing. To keep such requests out of the log, have the proxy answer them.
    InputOtherRequest {
        name: "input/other-request",
        level: Info,
        summary: "requests that carry no callback, such as health checks",
        page: page::HTTP,
        silent: REQUESTS,
        fires: b"POST " => b"GET /healthz HTTP/1.1\nHost: app.example\n\nPOST ",
    }

    /// Lines without a JSON object may stand between the lines that hold callbacks, as in the log of
    /// an application. They are passed over, and reported once for the input, with their number.
    ///
    /// # Why it matters
    ///
    /// A callback that was written in another form than JSON, or that was cut off, would be among
    /// them.
    ///
    /// # What to do
    ///
    /// Nothing, if they are your application's own lines. Look at the first of them to be sure.
    InputOtherText {
        name: "input/other-text",
        level: Info,
        summary: "lines without a JSON object, among lines with callbacks",
        page: page::JSON,
        silent: BOTH_SIDES,
        fires: b"\n" => b"\nworker started\n",
    }

    /// A log is UTF-8 text without byte order marks or NUL bytes. A byte order mark in the middle,
    /// NUL bytes before a record, as they are left where a log was truncated while it was written to,
    /// and UTF-16 are read all the same, and reported once for the input.
    ///
    /// # Why it matters
    ///
    /// What stood in a hole of NUL bytes is lost. Other programs stop at such bytes.
    ///
    /// # What to do
    ///
    /// Have the log rotated by renaming it, or open it for appending. Concatenate files without their
    /// byte order marks.
    InputEncoding {
        name: "input/encoding",
        level: Info,
        summary: "a byte order mark, NUL bytes, or UTF-16",
        page: page::JSON,
        silent: BOTH_SIDES,
        fires: b"\n" => b"\n\0\0\0\0",
    }
}
