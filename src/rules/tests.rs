//! The fast path held against the full one: what is clean there has no finding here.

use proptest::prelude::*;

use super::callback::DAY;
use super::hit::Hit;
use super::record::{RULES_ON_RECORDS, RecordRules, check_by, is_clean_by};
use super::{RuleOptions, check, is_clean};

use crate::decode::{FastCallback, Predictor, ReceivedAt, Scratch, read_fast, read_fast_into, read_full};
use crate::framing::{Format, Frame, Framer, PieceKind};
use crate::spec::{CallResult, Event, RuleId, Word};

const BODY: &str = r#"{"UserId":"Al\\ice","RoomId":"r","TotalNum":2,"MediaType":"audio","CallType":"single","CallId":"c","Role":"caller","Event":"call_end","CallResult":"normal_end","EventTime":1704856885,"StartCallTs":1704856873,"AcceptTs":1704856875,"EndTs":1704856885}"#;
const QUERY: &str = "sdkappid=14&command=caller_call_end&contenttype=json&clientip=1.2.3.4&optplatform=iOS";
const PIECES: [&str; 46] = [
    "",
    " ",
    "{",
    "}",
    "[",
    ",",
    ":",
    "\"",
    "\\",
    "\\\"",
    "\\\\",
    "\\u0041",
    "\t",
    "\r\n",
    "0",
    "-1",
    "1e3",
    "2.5",
    "00",
    "7",
    "null",
    "true",
    "\"\"",
    "\"x\":1,",
    "\"body\":{},",
    "\"a\":\"b\",",
    "callee",
    "start_call",
    "failed",
    "group",
    "offline",
    "normal_end",
    "1704856874",
    "é",
    "&",
    "%3A",
    "+",
    "#",
    "?",
    "command=",
    "iPad",
    "::1",
    "256",
    "POST",
    "2024-02-30T00:00:00Z",
    "1704856885.999",
];

/// The same callback as a line, as envelopes in several styles, and as a request.
fn record(style: u8) -> (String, Format) {
    let escaped = BODY.replace('\\', "\\\\").replace('"', "\\\"");
    let text = match style {
        0 => BODY.to_owned(),
        1 => BODY.replace("\":", "\": ").replace(",\"", ", \""),
        2 => format!(
            r#"{{"received_at":"2024-05-01T00:00:10.421Z","method":"POST","url":"/a?{QUERY}","headers":{{"Host":"h","X":"y"}},"body":"{escaped}"}}"#
        ),
        3 => format!(r#"{{"ts": 1704856885.25, "query":"", "payload": {BODY}}}"#),
        4 => format!(r#"{{"time":"1704856885123","uri":"/a?{QUERY}","body":{BODY},"n":null,"k":[1]}}"#),
        5 => format!(r#"{{"headers":{{}},"path":"/a","ok":true,"body":"{escaped}","n":12}}"#),
        _ => {
            let head = format!("POST /a?{QUERY} HTTP/1.1\r\nHost: h\r\nContent-Length: {}", BODY.len());
            return (format!("{head}\r\n\r\n{BODY}"), Format::Http);
        }
    };
    (text, Format::JsonLines)
}

/// Reads each record of a log both ways.
fn held_against_the_full_path(log: &str, format: Format) -> Result<(), TestCaseError> {
    let (mut framer, mut frame) = (Framer::new(format, 1 << 20), Frame::default());
    framer.frame(log.as_bytes(), true, &mut frame);
    let options = RuleOptions::default();
    let (mut predictor, mut scratch) = (Predictor::default(), Scratch::slow());
    let mut plain = FastCallback::default();
    for piece in &frame.pieces {
        let request = match piece.kind {
            PieceKind::Request(index) => frame.requests.get(index),
            PieceKind::Line => None,
            _ => continue,
        };
        let Some(text) = log.get(piece.start..piece.end) else { continue };
        // Read into the last one, as blocks are.
        if !read_fast_into(text, request, &mut predictor, &mut plain) || !is_clean(&plain, &options) {
            continue;
        }
        let record = read_full(text.as_bytes(), request, &mut scratch);
        let checked = check(&record, &options);
        prop_assert_eq!(&checked.hits, &[], "{}", text);
        let Some(full) = record.callback() else {
            return Err(TestCaseError::fail(format!("no callback: {text}")));
        };
        let is_unread = plain.received_at() == ReceivedAt::Unread;
        let mut fast = plain.clone().into_callback();
        if is_unread {
            (fast.received_at, fast.captured_by) = (full.received_at, full.captured_by);
        }
        prop_assert_eq!(full, &fast);
    }
    Ok(())
}

#[test]
fn plain_records_are_read_quickly() {
    for style in [0, 1, 2, 3, 5, 6] {
        let (text, format) = record(style);
        let text = text.replace(r#""query":"", "#, "");
        let (mut framer, mut frame) = (Framer::new(format, 1 << 20), Frame::default());
        framer.frame(text.as_bytes(), true, &mut frame);
        let plain = read_fast(&text, frame.requests.first(), &mut Predictor::default());
        assert!(plain.is_some_and(|plain| is_clean(&plain, &RuleOptions::default())), "{text}");
    }
}

/// A rule without a fast test: every record is read in full for it, and it misses none.
#[test]
fn a_rule_without_a_fast_question_is_slow_and_never_silent() {
    let new = RecordRules::of(|_, hits| hits.push(Hit::new(RuleId::BodyValue, "new", 0..1)));
    let rules: Vec<RecordRules> = RULES_ON_RECORDS.into_iter().chain([new]).collect();
    let options = RuleOptions::default();
    let plain = read_fast(BODY, None, &mut Predictor::default());
    assert!(plain.is_some_and(|plain| is_clean(&plain, &options) && !is_clean_by(&rules, &plain, &options)));
    let mut scratch = Scratch::slow();
    let record = read_full(BODY.as_bytes(), None, &mut scratch);
    let found = check_by(&rules, &record, &options).hits;
    assert_eq!(found.iter().map(|hit| &*hit.message).collect::<Vec<_>>(), ["new"]);
}

/// A tab between the tokens of a body in a string is a control character of that string.
#[test]
fn controls_in_a_body_in_a_string_are_no_white_space() -> Result<(), TestCaseError> {
    let (text, format) = record(2);
    for (place, _) in text.match_indices([',', ':', '{', '}']) {
        for control in ["\t", "\r"] {
            let changed = format!("{}{control}{}", &text[..place + 1], &text[place + 1..]);
            held_against_the_full_path(&changed, format)?;
        }
    }
    Ok(())
}

/// Whether a line has no finding, told the quick way and the full way.
fn is_clean_both_ways(line: &str) -> (bool, bool) {
    let options = RuleOptions::default();
    let plain = read_fast(line, None, &mut Predictor::default());
    let quick = plain.is_some_and(|plain| is_clean(&plain, &options));
    let mut scratch = Scratch::slow();
    let record = read_full(line.as_bytes(), None, &mut scratch);
    (quick, check(&record, &options).hits.is_empty())
}

/// A body with these words, and with the timestamps that are not 0.
fn body(words: [&str; 4], total: i64, time: u32, stamps: [u32; 3]) -> String {
    let [call_type, role, event, result] = words;
    let mut text = format!(
        r#"{{"UserId":"u","RoomId":"","TotalNum":{total},"MediaType":"video","CallType":"{call_type}","CallId":"c","Role":"{role}""#
    );
    if !event.is_empty() {
        text += &format!(r#","Event":"{event}""#);
    }
    text += &format!(r#","CallResult":"{result}","EventTime":{time}"#);
    for (name, stamp) in ["StartCallTs", "AcceptTs", "EndTs"].iter().zip(stamps) {
        if stamp != 0 {
            text += &format!(r#","{name}":{stamp}"#);
        }
    }
    text + "}"
}

const TIME: u32 = 1_704_856_885;

#[test]
fn times_are_judged_alike_at_their_bounds() {
    let times = [0, TIME - DAY - 1, TIME - DAY, TIME - 1, TIME, TIME + 1];
    let words = [
        ["single", "caller", "call_end", "normal_end"],
        ["single", "caller", "", "normal_end"],
        ["single", "callee", "call_interrupted", "interrupt"],
        ["single", "caller", "start_call", ""],
        ["single", "caller", "", "cancel"],
    ];
    let mut clean = 0;
    for words in words {
        for index in 0..times.len().pow(3) {
            let stamps = [times[index % 6], times[index / 6 % 6], times[index / 36]];
            let line = body(words, 2, TIME, stamps);
            let (quick, full) = is_clean_both_ways(&line);
            // A call that began more than a day ago is left to the full path.
            assert!(quick == full || (full && stamps[0] == TIME - DAY - 1), "{line}");
            clean += usize::from(quick);
        }
    }
    assert!(clean > 30, "{clean}");
}

#[test]
fn words_are_judged_alike() {
    let results = CallResult::ALL.iter().map(|it| it.as_str()).chain(["", "x"]);
    let events: Vec<&str> = Event::ALL.iter().map(|it| it.as_str()).chain(["", "x"]).collect();
    let mut clean = 0;
    for result in results {
        for event in &events {
            for index in 0..12 {
                let call_type = ["single", "group"][index % 2];
                let role = ["caller", "callee"][index / 2 % 2];
                let total = [0, 2, 3][index / 4];
                let line = body([call_type, role, event, result], total, TIME, [0; 3]);
                let (quick, full) = is_clean_both_ways(&line);
                assert_eq!(quick, full, "{line}");
                clean += usize::from(quick);
            }
        }
    }
    assert!(clean > 30, "{clean}");
}

#[test]
fn urls_are_judged_alike() {
    let body = body(["single", "caller", "start_call", ""], 2, TIME, [0; 3]);
    let query = "sdkappid=14&command=caller_start_call&contenttype=json&clientip=1.2.3.4&optplatform=iOS";
    let changes = [
        ("14", ["4294967295", "4294967296", "-1", "0", "", "1e1", "%31"]),
        ("caller_start_call", ["start_call", "callee_start_call", "call_end", "cancel", "", "x", "%63"]),
        ("json", ["JSON", "xml", "", "json+", "js%6fn", "json%20", "jso"]),
        ("1.2.3.4", ["256.1.1.1", "1.2.3", "01.2.3.4", "1.2.3.4.5", "::1", "%3A%3A1", ""]),
        ("iOS", ["ios", "Android", "RESTAPI", "Web", "", "iOS%20", "i+OS"]),
        (
            "&optplatform",
            ["&OptPlatform", "&x=1&optplatform", "#optplatform", "&&optplatform", "&a", "", "&sdkappid=15"],
        ),
    ];
    let mut clean = 0;
    for (from, tos) in changes {
        for to in tos.into_iter().chain([from]) {
            let line = format!(r#"{{"url":"/?{}","body":{body}}}"#, query.replacen(from, to, 1));
            let (quick, full) = is_clean_both_ways(&line);
            assert!(full || !quick, "{line}");
            clean += usize::from(quick);
        }
    }
    assert!(clean > 6, "{clean}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn what_is_clean_is_the_same_callback_without_findings(
        style in 0..7_u8, at in 0..700_usize, length in 0..24_usize, piece in 0..PIECES.len(),
        whole in any::<bool>(),
    ) {
        let (text, format) = record(style);
        let at = at % text.len();
        let end = (at + length).min(text.len());
        prop_assume!(text.is_char_boundary(at) && text.is_char_boundary(end));
        let changed = format!("{}{}{}", &text[..at], PIECES[piece], &text[end..]);
        // After a valid record, whose layout is then known; and as the first record.
        let log = if whole { format!("{text}\n{changed}\n{text}") } else { changed };
        held_against_the_full_path(&log, format)?;
    }
}
