//! `json/`: texts that are not a JSON object, and envelopes.

family! {
    ($) json

    /// A line, the body of a request, and a body that an envelope contains as a string must be JSON as
    /// defined by RFC 8259: no trailing comma, no comment, no single quotes, nothing after the value.
    ///
    /// # Why it matters
    ///
    /// A backend's JSON parser rejects it, so the callback is lost there. In this tool it is missing
    /// from its call.
    ///
    /// # What to do
    ///
    /// Look at the reported place and at what was expected there. Broken JSON was most likely put
    /// together as text, or cut by a limit on line length. Use a JSON library to write it.
    JsonSyntax {
        name: "json/syntax",
        level: Error,
        summary: "the text is not JSON",
        page: page::JSON,
        silent: BODY,
        fires: b"}" => b",}",
    }

    /// A line or a body that is JSON must be an object, not an array, a string, a number, `true`,
    /// `false` or `null`.
    ///
    /// # Why it matters
    ///
    /// A callback is one object, and each request carries one. No handler expects a list of
    /// callbacks, so all of them are lost.
    ///
    /// # What to do
    ///
    /// Write one object per line; `jq -c '.[]'` splits a list. If a body is a string within a string,
    /// it was encoded twice.
    JsonNotObject {
        name: "json/not-object",
        level: Error,
        summary: "the text is JSON, but not an object",
        page: page::JSON,
        silent: BODY,
        fires: BODY => b"[1]",
    }

    /// The text must be UTF-8, and must not contain an escape that is half of a surrogate pair, such
    /// as `\ud800` alone. A body with a `Content-Encoding` that cannot be decoded is reported here as well: it is cut
    /// off or damaged, or it has more content than `--max-record`.
    ///
    /// # Why it matters
    ///
    /// The bytes do not stand for characters, so programs replace, drop or reject them. Two different
    /// ids can become the same one, and a user's calls are then counted for another user.
    ///
    /// # What to do
    ///
    /// Find the step that writes another encoding (often Latin-1 or GBK), or that cuts strings by
    /// bytes or by UTF-16 units, and make it write UTF-8.
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

    /// Objects and arrays in the body must not be nested more than 128 levels deep. The outermost
    /// object counts as one level; an envelope around it does not count.
    ///
    /// # Why it matters
    ///
    /// Parsers have such a limit so that a short text cannot exhaust the stack. A single request can
    /// crash a backend that has no limit. A callback needs three levels.
    ///
    /// # What to do
    ///
    /// This is not a callback from the vendor. Find out who sent it, and make the backend check the
    /// sender. The record is ignored.
    JsonDepth {
        name: "json/depth",
        level: Error,
        summary: "the body is nested more than 128 levels deep",
        page: page::JSON,
        silent: DEEP,
        fires: b"[" => b"[[]",
    }

    /// An object must not have the same key twice, neither in the body nor in the envelope around it.
    /// The last value is used.
    ///
    /// # Why it matters
    ///
    /// RFC 8259 does not define which value a parser uses, so two programs can read different
    /// callbacks from the same text. A check of one value does not cover the other.
    ///
    /// # What to do
    ///
    /// Find the program that adds the second key, most likely one that adds its own data to the body,
    /// and make it use another name or an envelope.
    JsonDuplicateKey {
        name: "json/duplicate-key",
        level: Error,
        summary: "an object has the same key twice",
        page: page::JSON,
        silent: BODY,
        fires: b"}" => br#","EventTime":1704856874}"#,
    }

    /// In an envelope, the body must be an object, a string, or Base64 in `body_base64`. The URL and
    /// the query must be strings; the query may also be an object of strings. The request line must be
    /// valid, the method a string, and the headers an object of strings or arrays of strings. The time
    /// must be RFC 3339, Unix seconds or Unix milliseconds. If there are several members for the same
    /// thing, one usable member is enough.
    ///
    /// # Why it matters
    ///
    /// A member that cannot be used is ignored. Without a body the record is not a callback, without a
    /// query the URL is not checked, and without a time `received_at` is empty.
    ///
    /// # What to do
    ///
    /// Change the log format of the server or proxy so that it writes this member as described. Rename
    /// members that have nothing to do with the callback.
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
