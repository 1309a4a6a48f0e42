//! Lines that look like callbacks and are not quite: what is said of each.

use std::fs;

use callkit_tool::framing::Format;

use super::{corpus, same_for_any_cut};
use crate::support::{TestResult, words};

/// For each line, by its id in the notes, the rules that it breaks, without those on calls.
const EXPECTED: [(&str, &[&str]); 25] = [
    ("trtc-room-103", &["input/other-product"]),
    ("trtc-media-201", &["input/other-product"]),
    ("im-state", &["input/other-product"]),
    ("im-group-msg", &["input/other-product"]),
    ("live-recording", &["input/other-product"]),
    ("v2-start", &["body/type"]),
    ("v2-end", &[]),
    ("v2-end-missing-comma", &["json/syntax"]),
    ("v2-member-comment", &["json/syntax"]),
    ("hash-comment", &["json/syntax"]),
    ("v1-no-callid", &["body/missing-field"]),
    ("v1-null-callid", &["body/type"]),
    ("v1-empty-callid", &["body/empty"]),
    ("v1-string-time", &["body/type"]),
    ("v1-9digit-time", &["body/timestamp"]),
    ("v1-ms-time", &["body/timestamp"]),
    ("v1-huge-float", &["body/type"]),
    ("v1-end-before-start", &["callback/time-order"]),
    ("v1-dup-key", &["json/duplicate-key"]),
    ("v1-case", &["body/unrecognised"]),
    ("v1-array", &[]),
    ("v1-wrapped", &[]),
    ("v1-roomid-int", &["body/type"]),
    ("scalar", &[]),
    ("empty-object", &["body/unrecognised"]),
];

#[test]
fn each_line_is_called_by_its_fault() -> TestResult {
    let Some(folder) = corpus("near-miss") else { return Ok(()) };
    let log = fs::read_to_string(folder.join("near-miss-authored.jsonl"))?;
    let notes = fs::read_to_string(folder.join("near-miss-authored.notes.tsv"))?;
    let ids: Vec<&str> = notes.lines().skip(1).filter_map(|note| note.split('\t').nth(1)).collect();
    assert_eq!((log.lines().count(), ids.len()), (25, 25));
    let mut wrong = Vec::new();
    for ((line, id), (expected_id, expected)) in log.lines().zip(ids).zip(EXPECTED) {
        assert_eq!(id, expected_id, "the order of the notes");
        let mut rules = words("validate --format json --allow call --allow input/not-a-log -")
            .stdin(line)
            .run()?
            .rules()?;
        rules.dedup();
        if rules != expected {
            wrong.push(format!("{id}: {rules:?}, not {expected:?}\n    {line}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[test]
fn usable_callbacks_among_them_come_to_calls() -> TestResult {
    let Some(folder) = corpus("near-miss") else { return Ok(()) };
    let log = fs::read(folder.join("near-miss-authored.jsonl"))?;
    let ran = words("export - --columns call_id,caller,total_num,callbacks").stdin(log).ends_with(0)?;
    let digits = |row: &Vec<String>| row[0] == "c-2" && row[1] == "144115200000000001";
    assert!(ran.rows()?.iter().any(digits), "every digit of a number beyond 2^53 is kept\n{ran}");
    Ok(())
}

#[test]
fn near_misses_are_read_the_same_for_any_cut() -> TestResult {
    let Some(folder) = corpus("near-miss") else { return Ok(()) };
    let log = fs::read(folder.join("near-miss-authored.jsonl"))?;
    assert_eq!(same_for_any_cut(&log, Format::JsonLines, "all of them").len(), 25);
    for line in log.split_inclusive(|byte| *byte == b'\n') {
        same_for_any_cut(line, Format::JsonLines, &String::from_utf8_lossy(line));
    }
    Ok(())
}

/// The strings as ids, and as they are: none makes a second record of a line, and none is read otherwise when it is cut.
#[test]
fn strings_are_read_the_same_for_any_cut() -> TestResult {
    let Some(folder) = corpus("strings") else { return Ok(()) };
    let mut strings: Vec<String> = serde_json::from_slice(&fs::read(folder.join("blns/blns.json"))?)?;
    assert_eq!(strings.len(), 515, "the naughty strings");
    for line in fs::read_to_string(folder.join("csv-injection-payloads.jsonl"))?.lines() {
        let payload: serde_json::Value = serde_json::from_str(line)?;
        strings.extend(payload["payload"].as_str().map(str::to_owned));
    }
    for text in strings.iter().filter(|text| text.len() < 200) {
        let body = serde_json::json!({ "CallId": text, "UserId": text, "Event": "start_call" }).to_string();
        let target = text.replace([' ', '\r', '\n'], "+");
        let length = body.len();
        let request = format!("POST /?a={target} HTTP/1.1\r\nX: y\r\nContent-Length: {length}\r\n\r\n{body}");
        assert_eq!(same_for_any_cut(body.as_bytes(), Format::JsonLines, text).len(), 1, "{text:?}");
        same_for_any_cut(request.as_bytes(), Format::Http, text);
        same_for_any_cut(text.as_bytes(), Format::JsonLines, text);
        same_for_any_cut(text.as_bytes(), Format::Http, text);
    }
    Ok(())
}
