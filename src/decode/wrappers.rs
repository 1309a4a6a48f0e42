//! The names of a wrapper's members: which may hold a callback, which never do, and what the others say of the request.
//!
//! A wrapper is whatever a server, a gateway, a collector or a database wrote around a callback. A new one is a name in
//! these tables.

use std::ops::Range;

/// What a member of a wrapper may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The body of a request, or what leads to it. A level that has one is entered through these and log texts alone.
    Body,
    /// A line that a program wrote: JSON is looked for within the text.
    LogText,
    /// What app users, strangers or the backend's own answer choose: never entered.
    Never,
    /// Anything else: entered if its level has no body, and only as a whole.
    Other,
}

/// Names of a body, in the order in which they are tried. A dot leads to a member of a member.
pub(super) const BODY_NAMES: [&str; 16] = [
    "body",
    "request_body",
    "requestBody",
    "rawBody",
    "payload",
    "raw_body",
    "body_base64",
    "postData.text",
    "content",
    "data",
    "detail",
    "jsonPayload",
    "_source",
    "req",
    "request",
    "event",
];

/// Names of a line that a program wrote.
pub(super) const LOG_TEXTS: [&str; 7] =
    ["log", "message", "msg", "MESSAGE", "Message", "textPayload", "@message"];

/// Names that are never entered, in lower case and without `_` and `-`.
const NEVER: [&str; 34] = [
    "args",
    "authorization",
    "cookie",
    "cookies",
    "error",
    "headers",
    "httpreferer",
    "httpuseragent",
    "multivalueheaders",
    "multivaluequerystringparameters",
    "params",
    "parsedquery",
    "path",
    "query",
    "queryparams",
    "querystring",
    "querystringparameters",
    "rawpath",
    "rawquery",
    "rawquerystring",
    "rawurl",
    "referer",
    "referrer",
    "reply",
    "requesturi",
    "res",
    "resp",
    "response",
    "stack",
    "uri",
    "url",
    "user",
    "useragent",
    "userid",
];

/// Words that begin the name of what was answered, who asked, or what went wrong.
const NEVER_FIRST: [&str; 6] = ["response", "remote", "error", "stack", "xforwarded", "resp"];

/// Names of members that hold a query, as text or as an object.
pub(super) const QUERIES: [&str; 11] = [
    "query",
    "queryString",
    "query_string",
    "querystring",
    "rawQueryString",
    "queryStringParameters",
    "multiValueQueryStringParameters",
    "query_params",
    "params",
    "args",
    "parsed_query",
];

/// Names of the method.
pub(super) const METHODS: [&str; 4] =
    ["method", "httpMethod", "request_method", "requestContext.http.method"];

/// Methods of requests that carry no callback: of health checks, and of browsers.
const BODILESS: [&str; 3] = ["GET", "HEAD", "OPTIONS"];

/// Names of the time of capture.
pub(super) const CAPTURE_TIMES: [&str; 13] = [
    "received_at",
    "timestamp",
    "time",
    "ts",
    "@timestamp",
    "startedDateTime",
    "createdAt",
    "created_at",
    "date",
    "datetime",
    "Timestamp",
    "__REALTIME_TIMESTAMP",
    "requestTimeEpoch",
];

/// The member next to a body that says that the request was refused.
pub(super) const REFUSED: &str = "refused";

/// Names whose value says that a body is base64, and what they say then.
pub(super) const BASE64_SIGNS: [(&str, &str); 3] =
    [("isBase64Encoded", "true"), ("encoding", "\"base64\""), ("bodyEncoding", "\"base64\"")];

/// True for the method of a request that carries no callback.
pub(super) fn is_bodiless(method: &str) -> bool {
    BODILESS.contains(&method)
}

/// What the member of that name may hold.
pub(super) fn role(name: &str) -> Role {
    if BODY_NAMES.contains(&name) {
        Role::Body
    } else if LOG_TEXTS.contains(&name) {
        Role::LogText
    } else if is_never_entered(name) {
        Role::Never
    } else {
        Role::Other
    }
}

/// True for the name of something that strangers, app users or the backend's answer choose, in any case, with `_` and
/// `-` or without.
pub(super) fn is_never_entered(name: &str) -> bool {
    let plain = PlainName::of(name);
    let plain = plain.as_str();
    NEVER.contains(&plain)
        || NEVER_FIRST.iter().any(|first| plain.len() > first.len() && plain.starts_with(first))
}

/// True for a name whose value is nobody's URL of the request: what came back, or what the client says of itself.
pub(super) fn is_foreign_url(name: &str) -> bool {
    const URLS: [&str; 8] = ["url", "uri", "path", "rawpath", "rawurl", "requesturi", "query", "rawquery"];
    is_never_entered(name) && !URLS.contains(&PlainName::of(name).as_str())
}

/// The beginning of a name, in lower case and without `_` and `-`; longer than any name in the tables.
struct PlainName {
    bytes: [u8; 48],
    length: usize,
}

impl PlainName {
    fn of(name: &str) -> Self {
        let mut plain = Self { bytes: [0; 48], length: 0 };
        let letters = name.bytes().filter(|byte| !matches!(byte, b'_' | b'-'));
        for (to, from) in plain.bytes.iter_mut().zip(letters) {
            *to = from.to_ascii_lowercase();
            plain.length += 1;
        }
        plain
    }

    /// Empty where it is not text, as in the middle of a character.
    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

/// Where the name begins, in a text before a value, that the value has there, as in `callback: ` or `body=`; none if no mark
/// says so.
pub(super) fn name_before(text: &str) -> Option<Range<usize>> {
    let trimmed = |text: &str| text.trim_end_matches([' ', '"', '\'', '\\']).len();
    let marked = text[..trimmed(text)].strip_suffix(['=', ':'])?;
    let named = &marked[..trimmed(marked)];
    let start = named.trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-')).len();
    Some(start..named.len())
}

/// True for a text before a value that gives it the name of something that a client says of itself, or that was answered. A
/// level word in capitals, such as `ERROR:`, is not a name.
pub(super) fn follows_foreign_name(before: &str) -> bool {
    let Some(name) = name_before(before).map(|name| &before[name]) else { return false };
    !name.is_empty() && !name.chars().all(|c| c.is_ascii_uppercase()) && is_never_entered(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_shorter_than_what_is_compared() {
        assert!(NEVER.is_sorted());
        assert!(NEVER.iter().chain(&NEVER_FIRST).all(|name| name.len() < PlainName::of("").bytes.len()));
    }

    #[test]
    fn names_in_any_spelling() {
        for name in
            ["User-Agent", "user_agent", "userAgent", "RESPONSE_BODY", "x-forwarded-for", "errorMessage"]
        {
            assert!(is_never_entered(name), "{name}");
        }
        for name in ["", "response", "é", "users", "x", "author", &"é".repeat(40)] {
            assert_eq!(is_never_entered(name), name == "response", "{name}");
        }
    }

    #[test]
    fn the_name_before_a_value() {
        for (text, name) in
            [("INFO callback: ", "callback"), ("user_agent=\"", "user_agent"), ("a b ", ""), ("=", "")]
        {
            let found = name_before(text).map(|name| &text[name]);
            assert_eq!(found.unwrap_or_default(), name, "{text}");
        }
        assert!(follows_foreign_name("the response: ") && !follows_foreign_name("ERROR: "));
    }
}
