//! `json/`: texts that are no JSON object, and envelopes.

family! {
    ($) json

    /// A line, the body of a request, and a body that an envelope holds as a string must be JSON as
    /// RFC 8259 has it: no trailing comma, no comment, no single quotes, nothing behind the value.
    ///
    /// # Why it matters
    ///
    /// No JSON parser of a backend reads it, so the callback is lost there, and here it is in no
    /// call.
    ///
    /// # What to do
    ///
    /// Look at the place that is named and at what was expected there. JSON that broke on its way was
    /// most likely put together as text, or cut by a limit on line length: let a JSON library write
    /// it.
    JsonSyntax {
        name: "json/syntax",
        level: Error,
        summary: "the text is not JSON",
        page: page::JSON,
        silent: BODY,
        fires: b"}" => b",}",
    }

    /// A line, or a body, that is JSON must be an object. An array, a string, a number, `true`,
    /// `false` and `null` are none.
    ///
    /// # Why it matters
    ///
    /// A callback is one object, and each request carries one. No handler expects a list of
    /// callbacks, so all of them are lost.
    ///
    /// # What to do
    ///
    /// Write one object a line; `jq -c '.[]'` takes a list apart. If a body is a string within a
    /// string, it was encoded twice.
    JsonNotObject {
        name: "json/not-object",
        level: Error,
        summary: "the text is JSON, but no object",
        page: page::JSON,
        silent: BODY,
        fires: BODY => LIST,
    }

    /// The text must be UTF-8, and must have no escape that is half of a surrogate pair, such as
    /// `\ud800` alone.
    ///
    /// # Why it matters
    ///
    /// The text stands for no characters, so programs replace, drop or refuse it. Two ids can become
    /// one that way, and a user's calls are counted for another user.
    ///
    /// # What to do
    ///
    /// Find the step that writes another encoding (often Latin-1 or GBK), or that cuts strings by
    /// bytes or by UTF-16 units, and have it write UTF-8.
    JsonEncoding {
        name: "json/encoding",
        level: Error,
        summary: "the text is not UTF-8, or has a lone surrogate",
        page: page::JSON,
        silent: lines!(
            sample!("René", "single", "caller", r#""CallResult":"cancel","EventTime":1704856873"#),
        ),
        fires: b"Ren\xc3\xa9" => b"Ren\xe9",
    }

    /// The body must not be nested deeper than 128 objects and arrays. Its outermost object counts as
    /// one; an envelope around it does not count.
    ///
    /// # Why it matters
    ///
    /// Parsers have such a limit so that a short text cannot exhaust the stack, and a backend without
    /// one can be crashed by a single request. A callback needs three levels.
    ///
    /// # What to do
    ///
    /// This is no callback of the vendor: find out who sent it, and have the backend check the
    /// sender. The record is not used.
    JsonDepth {
        name: "json/depth",
        level: Error,
        summary: "the body is nested deeper than 128",
        page: page::JSON,
        silent: DEEP,
        fires: b"[" => b"[[]",
    }

    /// No object may have a key twice, in the body or in the envelope around it. The last one counts.
    ///
    /// # Why it matters
    ///
    /// RFC 8259 leaves open which value a parser takes, so two programs can read two different
    /// callbacks from one text, and a check made on one value is no check of the other.
    ///
    /// # What to do
    ///
    /// Find the program that adds the second key, most likely one that stamps its own data on the
    /// body, and have it use another name or an envelope.
    JsonDuplicateKey {
        name: "json/duplicate-key",
        level: Error,
        summary: "an object has a key twice",
        page: page::JSON,
        silent: BODY,
        fires: b"}" => br#","EventTime":1704856874}"#,
    }

    /// In an envelope, the body must be an object, a string, or Base64 in `body_base64`; the URL and
    /// query must be strings (the query perhaps an object of strings), the request line a request
    /// line, the method a string, the headers an object of strings or of arrays of strings, and the
    /// time RFC 3339, Unix seconds or Unix milliseconds. Of several names for one thing it is enough
    /// that one can be used.
    ///
    /// # Why it matters
    ///
    /// What cannot be used is ignored: without a body there is no callback, without a query no check
    /// of the URL, without a time no `received_at`.
    ///
    /// # What to do
    ///
    /// Change the log format of the server or proxy so that it writes this member as described.
    /// Members that have nothing to do with the callback are better named otherwise.
    JsonEnvelope {
        name: "json/envelope",
        level: Error,
        summary: "a member of an envelope cannot be used",
        page: page::JSON,
        silent:
            concat!(r#"{"received_at":"2024-01-10T03:21:13Z","body":"#, alice!(), "}").as_bytes(),
        fires: b"2024-01-10T03:21:13Z" => b"yesterday",
    }
}
