//! Wrapped records on the fast path: what is read like an earlier record is what the full path reads.

use callkit_tool::decode::{DecodeOptions, Predictor, Scratch, learn, read_fast, read_full};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::fuzz_corpus::checks::quick_and_full;

const BODY: &str = r#"{"UserId":"Alice","RoomId":"r","TotalNum":2,"MediaType":"audio","CallType":"single","CallId":"c-1","Role":"caller","Event":"start_call","CallResult":"","EventTime":1714521624}"#;
const QUERY: &str = "sdkappid=14&command=caller_start_call&contenttype=json&clientip=1.2.3.4&optplatform=iOS";

/// The same of the v4 family.
const V4_BODY: &str = r#"{"CallbackCommand":"Call.CallbackAfterStartCall","CallInfo":{"CallId":"c-1","MediaType":"Audio","ChatGroupId":"","RoomId":"r","RoomIdType":2},"UserList":[{"User_Account":"Alice","Status":"Calling"},{"User_Account":"Bob","Status":"Waiting"}],"EventTime":1714521624731}"#;
const V4_QUERY: &str = "SdkAppid=14&CallbackCommand=Call.CallbackAfterStartCall&contenttype=json&ClientIP=1.2.3.4&OptPlatform=Windows";

/// Bodies of both kinds.
const BODIES: [&str; 2] = [BODY, V4_BODY];

/// Wrappers as they are met; `BODY` stands for the body, `TEXT` for it in a string, `QUERY` for the parameters.
const WRAPPERS: [&str; 24] = [
    r#"{"log":"TEXT\n","stream":"stdout","time":"2024-05-01T00:00:25.021Z"}"#,
    r#"{"log":"2024-05-01T00:00:25Z\tINFO\tTEXT\r\n","stream":"stdout","time":"2024-05-01T00:00:25.021Z"}"#,
    r#"{"log":"cb: TEXT in 3 ms","stream":"stderr","attrs":{"tag":"a"},"time":"2024-05-01T00:00:25.021Z"}"#,
    "2024-05-01T00:00:25.021Z INFO callback received: BODY",
    "2024-05-01T00:00:25.021Z stdout F BODY",
    "[2024-05-01 00:00:25,021] (17) body=BODY took 3",
    "<13>May  1 00:00:25 host app[1]: BODY",
    r#"2024-05-01T00:00:25Z INFO {"received_at":"2024-05-01T00:00:25.021Z","url":"/a?QUERY","body":"TEXT"}"#,
    r#"{"@timestamp":"2024-05-01T00:00:25.021Z","host":{"name":"web-1"},"message":"TEXT","offset":17}"#,
    r#"{"timestamp":1714521625021,"message":"2024-05-01T00:00:25.021Z\tINFO\tTEXT\n"}"#,
    r#"{"version":"2.0","rawPath":"/cb","rawQueryString":"QUERY","headers":{"host":"h"},"requestContext":{"http":{"method":"POST","path":"/cb"}},"requestTimeEpoch":1714521625021,"isBase64Encoded":false,"body":"TEXT"}"#,
    r#"{"httpMethod":"POST","path":"/cb","queryStringParameters":{"sdkappid":"14","command":"caller_start_call","contenttype":"json","clientip":"1.2.3.4","optplatform":"iOS"},"headers":{"Referer":"x"},"body":"TEXT"}"#,
    r#"{"time":"01/May/2024:00:00:25 +0000","request":"POST /cb?QUERY HTTP/1.1","request_body":"TEXT","ua":"x"}"#,
    r#"{"level":30,"time":1714521625021,"req":{"method":"POST","url":"/cb?QUERY","body":BODY},"res":{"statusCode":200},"msg":"done"}"#,
    r#"{"request":{"method":"POST","url":"https://h/cb?QUERY","postData":{"text":"TEXT"}},"startedDateTime":"2024-05-01T00:00:25.021Z"}"#,
    r#"{"_id":{"$oid":"66"},"createdAt":{"$date":"2024-05-01T00:00:25Z"},"payload":BODY}"#,
    r#"{"time":"2024-05-01 08:00:25,021","level":"INFO","event":BODY}"#,
    r#"{"unheard_of":{"deeper":BODY},"n":1}"#,
    r#"{"__REALTIME_TIMESTAMP":"1714521625021000","MESSAGE":"TEXT","PRIORITY":"6"}"#,
    r#"{"Type":"Notification","Message":"TEXT","Timestamp":"2024-05-01T00:00:25.021Z","UnsubscribeURL":"https://h/?a=b"}"#,
    r#"{"url":"/cb?QUERY","data":"TEXT","response":{"body":"ok"},"errorMessage":"none","userAgent":"x"}"#,
    r#"{"sdkappid":"14","command":"caller_start_call","body":"TEXT","note":"x"}"#,
    r#"{"message":"TEXT","detail":"x","content":"y","type":"z","tags":["a","b"]}"#,
    r#"{"source":{"address":"h","tls":{"on":true}},"payload":"TEXT","seen":"2024-05-01"}"#,
];

/// What is put into a wrapper: of it, of the body, of what forges one.
const PIECES: [&str; 58] = [
    "",
    " ",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\\"",
    "\\\\",
    "\\u007b",
    "\\n",
    "\\t",
    "\t",
    "0",
    "-1",
    "1e3",
    "2.5",
    "null",
    "true",
    "\"\"",
    "\"x\":1,",
    "\"body\":{},",
    "\"a\":\"b\",",
    "\"body\":null,",
    "\"url\":\"/\",",
    "?",
    "&",
    "%3A",
    "=",
    "error: ",
    "response=",
    "ERROR: ",
    " x",
    "callee",
    "failed",
    "1714521624",
    "2024-05-01",
    "2023-01-01T00:00:00",
    "2024-05-01T00:00:25+08:00 ",
    "Z",
    "+08:00",
    "é",
    "\u{a0}",
    "POST",
    "GET",
    "refused",
    "body",
    "message",
    "sdkappid=15&command=x",
    "?sdkappid=15&command=caller_start_call",
    "{\\\"CallId\\\":\\\"d\\\"}",
    "{\"CallId\":\"d\"}",
    "CallId",
    "eyJ",
    " HTTP/1.1\" 200 ",
];

/// One of the wrappers around a body, with the parameters that it has.
fn wrapped(wrapper: usize, body: &str) -> String {
    let text = body.replace('\\', "\\\\").replace('"', "\\\"");
    let is_v4 = body.contains("CallbackCommand");
    let (query, command) =
        if is_v4 { (V4_QUERY, "Call.CallbackAfterStartCall") } else { (QUERY, "caller_start_call") };
    let line = WRAPPERS[wrapper].replace("caller_start_call", command);
    line.replace("TEXT", &text).replace("BODY", body).replace("QUERY", query)
}

fn check_both(log: &str) {
    quick_and_full(&[b"\0", log.as_bytes()].concat());
}

#[test]
fn every_wrapper_is_read_alike() {
    for wrapper in 0..WRAPPERS.len() {
        for body in BODIES {
            let ids = ["c-1", "c-2", "c\\\"3"];
            let lines = ids.map(|id| wrapped(wrapper, &body.replace("c-1", id)) + "\n");
            check_both(&lines.concat());
        }
    }
}

/// Wrappers that are not learned, whatever the family of the body.
const UNLEARNED: [usize; 4] = [12, 15, 21, 23];

/// After one record on the full path the next one like it needs no more than the fast path, whatever its family.
#[test]
fn what_is_learned_once_is_read_on_the_fast_path() {
    let options = DecodeOptions::default();
    for (wrapper, body) in (0..WRAPPERS.len()).flat_map(|wrapper| BODIES.map(|body| (wrapper, body))) {
        let (mut predictor, mut scratch) = (Predictor::default(), Scratch::default());
        let (first, second) = (wrapped(wrapper, body), wrapped(wrapper, &body.replace("c-1", "c-2")));
        if read_fast(&first, None, &mut predictor).is_none() {
            learn(&read_full(first.as_bytes(), None, &mut scratch), &options, &mut predictor);
        }
        let fast = read_fast(&second, None, &mut predictor);
        assert_eq!(
            fast.is_some_and(|fast| fast.call_id() == "c-2"),
            !UNLEARNED.contains(&wrapper),
            "{second}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_read_like_an_earlier_record_is_what_the_full_path_reads(
        body in prop::sample::select(&BODIES[..]), wrapper in 0..WRAPPERS.len(), changes in vec((any::<usize>(), 0..24_usize, 0..PIECES.len()), 1..6),
        other in 0..WRAPPERS.len(),
    ) {
        let line = wrapped(wrapper, body);
        let mut log = format!("{line}\n{}\n", wrapped(other, BODY));
        for (at, length, piece) in changes {
            let from = (0..=at % line.len()).rev().find(|at| line.is_char_boundary(*at)).unwrap_or_default();
            let to = (from + length).min(line.len());
            prop_assume!(line.is_char_boundary(to));
            let changed = format!("{}{}{}\n", &line[..from], PIECES[piece], &line[to..]);
            log.push_str(&changed);
        }
        check_both(&log);
    }

    #[test]
    fn values_that_stand_between_quotes_vary_freely(
        body in prop::sample::select(&BODIES[..]), wrapper in 0..WRAPPERS.len(), values in vec((any::<usize>(), 0..PIECES.len()), 1..12),
    ) {
        let line = wrapped(wrapper, body);
        let quotes: Vec<usize> = line.match_indices('"').map(|(at, _)| at + 1).collect();
        let places: Vec<usize> = if quotes.is_empty() { vec![0] } else { quotes };
        let mut log = format!("{line}\n");
        for (at, piece) in values {
            let at = places[at % places.len()];
            let end = line[at..].find(['"', '\\']).map_or(line.len(), |length| at + length);
            log.push_str(&format!("{}{}{}\n", &line[..at], PIECES[piece], &line[end..]));
            log.push_str(&format!("{}{}{}\n", &line[..at], PIECES[piece], &line[at..]));
        }
        check_both(&log);
    }
}
