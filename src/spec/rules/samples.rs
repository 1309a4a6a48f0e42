//! Inputs that trigger no rule; an entry of a rule says which edit of one of them does.
//!
//! Comes in: nothing. Goes out: JSON Lines, and raw HTTP with LF line ends, as tools that capture it write it. Must not:
//! trigger any rule but `call/incomplete`.

/// A body of the event or status family: user, type of the call, role, and what follows them.
macro_rules! sample {
    ($user:literal, $call_type:literal, $role:literal, $rest:expr) => {
        concat!(
            r#"{"UserId":""#,
            $user,
            r#"","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":""#,
            $call_type,
            r#"","CallId":"c-1","Role":""#,
            $role,
            r#"","#,
            $rest,
            "}"
        )
    };
}

/// Texts on lines of their own.
macro_rules! lines {
    ($first:expr $(, $next:expr)* $(,)?) => { concat!($first $(, "\n", $next)*).as_bytes() };
}

macro_rules! query {
    () => {
        "/?sdkappid=1400000001&command=cancel&contenttype=json&clientip=192.0.2.10&optplatform=iOS"
    };
}

macro_rules! status {
    ($user:literal, $role:literal) => {
        sample!($user, "single", $role, r#""CallResult":"cancel","EventTime":1704856873"#)
    };
}

macro_rules! alice {
    () => {
        status!("Alice", "caller")
    };
}

macro_rules! start_call {
    () => {
        sample!("Alice", "single", "caller", r#""Event":"start_call","CallResult":"","EventTime":1704856853"#)
    };
}

macro_rules! cancel_call {
    () => {
        sample!(
            "Alice",
            "single",
            "caller",
            r#""Event":"cancel_call","CallResult":"cancel","EventTime":1704856873"#
        )
    };
}

macro_rules! captured {
    ($time:literal, $body:expr) => {
        concat!(r#"{"time":"2024-01-10T03:"#, $time, r#"Z","body":"#, $body, "}")
    };
}

/// A call and when its callbacks were captured.
macro_rules! captures {
    () => {
        concat!(
            captured!("20:53.104", start_call!()),
            "\n",
            captured!(
                "20:54.310",
                sample!(
                    "Bob",
                    "single",
                    "callee",
                    r#""Event":"receive_call","CallResult":"","EventTime":1704856854"#
                )
            ),
            "\n",
            captured!("21:13.522", cancel_call!())
        )
    };
}

macro_rules! head {
    ($length:literal) => {
        concat!("POST ", query!(), " HTTP/1.1\nHost: app.example\n", $length, "\n\n")
    };
}

macro_rules! request {
    () => {
        concat!(head!("Content-Length: 162"), alice!())
    };
}

/// A body of the status family.
pub(super) const BODY: &[u8] = alice!().as_bytes();
/// The body in an envelope that has a URL.
pub(super) const ENVELOPE: &[u8] = concat!(r#"{"url":""#, query!(), r#"","body":"#, alice!(), "}").as_bytes();
/// The same, whose URL has a parameter twice, with one value.
pub(super) const URL_TWICE: &[u8] =
    concat!(r#"{"url":""#, query!(), r#"&sdkappid=1400000001","body":"#, alice!(), "}").as_bytes();
/// A body with a member that makes it as deep as a body may be.
pub(super) const DEEP: &[u8] = lines!(sample!(
    "Alice",
    "single",
    "caller",
    concat!(
        r#""CallResult":"cancel","EventTime":1704856873,"Extra":"#,
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
        "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
    )
));
/// A raw request.
pub(super) const REQUEST: &[u8] = request!().as_bytes();
/// Two raw requests.
pub(super) const REQUESTS: &[u8] = concat!(
    request!(),
    "\n\n",
    head!("Content-Length: 162"),
    r#"{"UserId":"Alice","RoomId":"r-1","TotalNum":2,"MediaType":"audio","CallType":"single","#,
    r#""CallId":"c-2","Role":"caller","CallResult":"cancel","EventTime":1704856873}"#,
)
.as_bytes();
/// A raw request whose body is chunked.
pub(super) const CHUNKED: &[u8] =
    concat!(head!("Transfer-Encoding: chunked"), "a2\n", alice!(), "\n0\n\n").as_bytes();
/// A call of the status family, of both sides.
pub(super) const BOTH_SIDES: &[u8] = lines!(alice!(), status!("Bob", "callee"));
/// The same callback twice.
pub(super) const TWICE: &[u8] = lines!(alice!(), alice!());
/// A call of three users.
pub(super) const THREE_USERS: &[u8] = lines!(alice!(), status!("Bob", "callee"), status!("Carol", "callee"));
/// A normal end with its timestamps.
pub(super) const NORMAL_END: &[u8] = lines!(sample!(
    "Alice",
    "single",
    "caller",
    r#""CallResult":"normal_end","EventTime":1704856873,"StartCallTs":1704856853,"AcceptTs":1704856858,"EndTs":1704856873"#
));
/// A call that its caller gives up, and its two callbacks.
pub(super) const GIVEN_UP: &[u8] = lines!(start_call!(), cancel_call!());
/// The callbacks of a call in envelopes, each once.
pub(super) const CAPTURED: &[u8] = captures!().as_bytes();
/// The same, each twice.
pub(super) const CAPTURED_TWICE: &[u8] = lines!(captures!(), captures!());
/// See [`GIVEN_UP`].
pub(super) const START_CALL: &[u8] = lines!(start_call!());
/// See [`GIVEN_UP`].
pub(super) const CANCEL_CALL: &[u8] = lines!(cancel_call!());
