//! Any bytes, through the framer and the steps behind it: no panic, every byte in exactly one piece, and the same
//! pieces for any windows that the input is given in.

use std::sync::Arc;

use callkit_tool::decode::{RecordContents, Scratch, read_full, read_part};
use callkit_tool::framing::{Format, Frame, Framer, PieceKind, Request, Skip};
use callkit_tool::rules::{RuleOptions, check};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{Ran, TestResult, words};

/// A piece with its place in the input.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Part {
    kind: &'static str,
    start: u64,
    end: u64,
    line: u64,
    request: Option<Request>,
    skip: Option<Skip>,
    /// The text of a record, if it is not the bytes that it stands in.
    text: Option<Vec<u8>>,
    /// Which callback of the record before it this is; 0 for all else.
    nth: usize,
}

/// The parts of an input that is given in windows which end at these places, and at its end.
pub(crate) fn parts(input: &[u8], format: Format, max_record: usize, cuts: &[usize]) -> Vec<Part> {
    let mut framer = Framer::new(format, max_record).asking(Arc::new(RecordContents::default()));
    let (mut frame, mut parts, mut done) = (Frame::default(), Vec::new(), 0);
    let mut ends: Vec<usize> = cuts.iter().map(|cut| cut % (input.len() + 1)).collect();
    ends.sort_unstable();
    for end in ends {
        if end > done {
            done += framer.frame(&input[done..end], false, &mut frame);
            take(&frame, &mut parts);
        }
    }
    done += framer.frame(&input[done..], true, &mut frame);
    take(&frame, &mut parts);
    assert_eq!(done, input.len(), "everything is done at the end");
    parts
}

/// Appends the parts of a frame; blank ranges that touch are one, and so are those that are passed over.
fn take(frame: &Frame, parts: &mut Vec<Part>) {
    for piece in &frame.pieces {
        let (start, end) = (frame.offset + piece.start as u64, frame.offset + piece.end as u64);
        let part =
            |kind| Part { kind, start, end, line: piece.line, request: None, skip: None, text: None, nth: 0 };
        let part = match piece.kind {
            PieceKind::Line => part("line"),
            PieceKind::Blank | PieceKind::Other => {
                let kind = if piece.kind == PieceKind::Blank { "blank" } else { "other" };
                match parts.last_mut() {
                    Some(last) if last.kind == kind => {
                        last.end = end;
                        continue;
                    }
                    _ => part(kind),
                }
            }
            PieceKind::Text(index) => Part { text: Some(frame.texts[index].bytes.clone()), ..part("text") },
            PieceKind::Part { start, nth, .. } => {
                Part { nth, start: frame.offset + start as u64, ..part("part") }
            }
            PieceKind::Request(index) => {
                let mut request = frame.requests[index].clone();
                let text = request.text.take().map(|text| frame.texts[text].bytes.clone());
                Part { request: Some(request), text, ..part("request") }
            }
            PieceKind::Skipped(index) => {
                let skip = frame.skips[index].clone();
                let (start, line) = (skip.reach.offset, skip.reach.line);
                assert_eq!(end, start + skip.reach.length, "a skipped range ends where its piece does");
                Part { start, line, skip: Some(skip), ..part("skipped") }
            }
        };
        parts.push(part);
    }
}

/// The parts tile the input, and each stands on the line that it says.
fn assert_tiles(input: &[u8], parts: &[Part]) {
    let (mut at, mut line) = (0_u64, 1_u64);
    for part in parts.iter().filter(|part| part.nth == 0) {
        assert_eq!(part.start, at, "no gap before {part:?}");
        assert!(part.end > part.start, "{part:?} is empty");
        assert_eq!(part.line, line, "the line of {part:?}");
        let bytes = &input[part.start as usize..part.end as usize];
        line += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        at = part.end;
    }
    assert_eq!(at, input.len() as u64, "the parts end with the input");
}

/// Opens and judges every record.
fn judge(input: &[u8], parts: &[Part]) {
    let (options, mut scratch) = (RuleOptions::default(), Scratch::default());
    for part in parts.iter().filter(|part| matches!(part.kind, "line" | "request" | "text" | "part")) {
        let record = &input[part.start as usize..part.end as usize];
        let record = part.text.as_deref().unwrap_or(record);
        let read = match part.nth {
            0 => read_full(record, part.request.as_ref(), &mut scratch),
            nth => read_part(record, nth, &mut scratch),
        };
        let checked = check(&read, &options);
        for hit in &checked.hits {
            assert!(hit.span.start <= hit.span.end && hit.span.end <= record.len(), "{hit:?}");
        }
    }
}

/// Pieces of logs, whole and broken.
const FRAGMENTS: [&str; 52] = [
    "POST /?sdkappid=1&command=cancel&contenttype=json&clientip=::1&optplatform=iOS HTTP/1.1\r\n",
    "POST /?sdkappid=1&command=cancel HTTP/1.1\n",
    "GET / HTTP/1.0\r\n",
    "POST /%ff%zz?%",
    " HTTP/1.1",
    "HTTP/1.1 200 OK\r\n",
    "Host: a\r\n",
    "Content-Length: 2\r\n",
    "Content-Length: 27\r\n",
    "Content-Length: 999999\r\n",
    "Content-Length: 99999999999999999999\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: gzip\r\n",
    "bad header\r\n",
    " folded\r\n",
    "\r\n",
    "\n",
    "\r",
    "{}",
    "{\"CallId\":\"c\",\"Event\":\"x\"}",
    "{\"UserId\":\"POST / HTTP/1.1\\n",
    "{\"body\":\"{\\\"Event\\\":\\\"\\\\ud800\\\"}\"}",
    "{\"url\":\"/?a=%ff\",\"body_base64\":\"e30=\"}",
    "{\"CallbackCommand\":\"Call.CallbackAfterEndCall\",\"CallRecord\":{}}",
    "{",
    "[",
    "\"",
    "}",
    "2\r\n{}\r\n0\r\n\r\n",
    "1;a=b\r\n",
    "0\r\n\r\n",
    "ffffffffffffffff\r\n",
    "\u{feff}",
    "<html>",
    "[{",
    "},",
    ",",
    "\0",
    "  \"a\": 1,\n",
    "2024-06-12T00:00:00Z INFO cb: ",
    "{\"CallId\":\"c\",\"Event\":\"x\"} {\"CallId\":\"d\",\"Event\":\"x\"}",
    "{\"a\":[{\"CallId\":\"c\",\"Event\":\"x\"},{\"CallId\":\"d\",\"Event\":\"x\"}]}",
    "{\"log\":\"{\\n\",\"stream\":\"stdout\"}\n",
    "{\"log\":\"  a\",\"stream\":\"stdout\"}\n",
    "{\"log\":\"}\\n\",\"stream\":\"stdout\"}\n",
    "2024-06-12T00:00:00Z stdout P {\"a\"",
    "2024-06-12T00:00:00Z stdout F :1}\n",
    "1 0123456789abcdef 1718150400000000007 0\n",
    "\u{1f435}\u{1f648}\u{1f649}\n",
    "> POST /?a=b HTTP/1.1\n> Host: a\n>\n",
    "\tPOST /?a=b HTTP/1.1\n\tHost: a\n\t\n",
    "###\n",
];

fn input() -> impl Strategy<Value = Vec<u8>> {
    let fragment = prop_oneof![
        9 => prop::sample::select(&FRAGMENTS[..]).prop_map(|text| text.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..12),
    ];
    vec(fragment, 0..24).prop_map(|fragments| fragments.concat())
}

fn format() -> impl Strategy<Value = Format> {
    prop::sample::select(&[Format::JsonLines, Format::Http, Format::Table][..])
}

fn max_record() -> impl Strategy<Value = usize> {
    prop::sample::select(&[1_usize, 5, 40, 150, 1 << 24][..])
}

/// That many cases, or more if `PROPTEST_CASES` asks for more.
fn config(cases: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = cases.max(asked.unwrap_or(cases));
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(800))]

    #[test]
    fn any_bytes_tile_and_never_panic(input in vec(any::<u8>(), 0..300), format in format(), max in max_record()) {
        let whole = parts(&input, format, max, &[]);
        assert_tiles(&input, &whole);
        judge(&input, &whole);
    }

    #[test]
    fn pieces_of_logs_tile_and_never_panic(input in input(), format in format(), max in max_record()) {
        let whole = parts(&input, format, max, &[]);
        assert_tiles(&input, &whole);
        judge(&input, &whole);
    }

    #[test]
    fn any_cut_gives_the_same_parts(
        input in input(),
        format in format(),
        max in max_record(),
        cuts in vec(any::<usize>(), 0..12),
    ) {
        prop_assert_eq!(parts(&input, format, max, &cuts), parts(&input, format, max, &[]));
    }

    #[test]
    fn windows_that_grow_byte_by_byte_give_the_same_parts(input in input(), format in format(), max in max_record()) {
        let every: Vec<usize> = (0..input.len()).collect();
        prop_assert_eq!(parts(&input, format, max, &every), parts(&input, format, max, &[]));
    }
}

#[test]
fn chunks_that_no_head_declares_are_the_same_however_a_log_is_cut() {
    for body in ["0\r\n\r\n{}", "0\n\n\n[1]", "2\r\n{}\r\n0\r\n\r\n", "a\r\n \n\n"] {
        let log = format!("POST /?a=b HTTP/1.1\r\n\r\n{body}");
        let every: Vec<usize> = (0..log.len()).collect();
        let whole = parts(log.as_bytes(), Format::Http, 1 << 24, &[]);
        assert_eq!(parts(log.as_bytes(), Format::Http, 1 << 24, &every), whole, "{body:?}");
    }
}

#[test]
fn searches_for_brackets_end_at_the_same_body_however_a_log_is_cut() {
    let request =
        |length: usize, body: &str| format!("POST /?a=b HTTP/1.1\r\nContent-Length: {length}\r\n\r\n{body}");
    let around = format!("[{}\n{}\n]", "1,".repeat(2600), request(2, "{}"));
    // Each of these reaches up to a bracket that closes none of them.
    let mut in_vain = "1,".repeat(2500) + "}";
    for _ in 0..100 {
        in_vain = request(in_vain.len() + 4, "[1,\n") + &in_vain;
    }
    let log = format!("{in_vain}\n{}", request(around.len(), &around)).repeat(4);
    let whole = parts(log.as_bytes(), Format::Http, 12_000, &[]);
    let held = whole.iter().filter(|part| part.end - part.start > around.len() as u64).count();
    assert_eq!(held, 4, "the bodies that are closed where they end");
    for step in [997, 4096, 20_000] {
        let cuts: Vec<usize> = (0..log.len()).step_by(step).collect();
        assert_eq!(parts(log.as_bytes(), Format::Http, 12_000, &cuts), whole, "{step}");
    }
}

fn through_the_binary(input: &[u8], format: &str) -> TestResult {
    let name = format!("--input-format {format} --allow-empty");
    let run = |line: &str| -> TestResult<Ran> { words(&format!("{line} - {name}")).stdin(input).run() };
    let ledger = run("export --table records")?;
    assert_eq!(ledger.status, Some(0), "{ledger}");
    let bytes: Vec<u64> =
        ledger.column("bytes")?.iter().map(|cell| cell.parse()).collect::<Result<_, _>>()?;
    let compressed = input.starts_with(&[0x1f, 0x8b]) || input.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]);
    assert!(compressed || bytes.iter().sum::<u64>() == input.len() as u64, "{ledger}");
    let findings = run("validate --format json")?;
    assert!(matches!(findings.status, Some(0 | 1)), "{findings}");
    findings.json_lines()?;
    let figures = run("summarize --format json")?;
    assert_eq!(figures.status, Some(0), "{figures}");
    let input_of = &figures.json_lines()?[0]["input"];
    assert!(compressed || input_of["bytes"] == input.len(), "{figures}");
    Ok(())
}

proptest! {
    #![proptest_config(config(20))]

    #[test]
    fn pieces_of_logs_go_through_the_binary(input in input()) {
        for format in ["jsonl", "http"] {
            let outcome = through_the_binary(&input, format);
            prop_assert!(outcome.is_ok(), "{:?}", outcome);
        }
    }
}
