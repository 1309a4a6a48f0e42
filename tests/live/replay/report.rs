//! The report of requests, and a run held against an earlier one.

use std::path::Path;

use serde_json::{Value, json};

use super::backend::{Backend, Reply, SUCCESS, envelope};
use crate::support::{Ran, TestResult, words};

fn log(calls: usize) -> String {
    (0..calls).map(|call| envelope("2024-05-01T00:00:00Z", &format!("call-{call}"), "u")).collect()
}

/// A replay of a log in this folder, one request at a time.
fn replay(folder: &Path, backend: &Backend, more: &str, status: i32) -> TestResult<Ran> {
    let url = format!("http://{}/", backend.address);
    let run = words("replay log --speed max --concurrency 1 --to").args([url]).args(more.split_whitespace());
    run.cwd(folder).ends_with(status)
}

fn lines(file: &Path) -> TestResult<Vec<Value>> {
    let text = std::fs::read_to_string(file)?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

#[test]
fn a_line_for_each_request() -> TestResult {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("log"), log(3))?;
    let backend = Backend::new(|number, _| match number {
        1 => Reply::Says(502, r#"{"ErrorCode":9}"#),
        3 => Reply::Raw(b"?".to_vec()),
        _ => SUCCESS,
    })?;
    let ran = replay(folder.path(), &backend, "--report run --retry vendor --format json", 0)?;
    let lines = lines(&folder.path().join("run"))?;
    let part = |line: &Value| {
        json!([
            line["source"],
            line["record"],
            line["copy"],
            line["call_id"],
            line["attempt"],
            line["outcome"],
            line["status"],
            line["error_code"],
            line["failure"]
        ])
    };
    assert_eq!(
        lines.iter().map(part).collect::<Vec<_>>(),
        [
            json!(["log", 1, 1, "call-0", 1, "accepted", 200, 0, null]),
            json!(["log", 2, 1, "call-1", 1, "refused", 502, 9, null]),
            json!(["log", 2, 1, "call-1", 2, "accepted", 200, 0, null]),
            json!(["log", 3, 1, "call-2", 1, "failed", null, null, "broken"]),
            json!(["log", 3, 1, "call-2", 2, "accepted", 200, 0, null]),
        ]
    );
    let sent: Vec<_> = lines.iter().filter_map(|line| line["sent_ms"].as_f64()).collect();
    assert!(sent.len() == 5 && sent.is_sorted(), "{sent:?}");
    // What the run says of all of them is of the same order.
    let latencies = lines.iter().filter_map(|line| line["latency_ms"].as_f64());
    let longest = latencies.fold(0.0, f64::max);
    let report = &ran.json_lines()?[0];
    let told = report["latency_ms"]["max"].as_f64().unwrap_or_default();
    assert!((told - longest).abs() <= 0.05 * longest + 0.01, "{told} {longest}\n{ran}");
    assert!(lines[0]["latency_ms"].as_f64() > Some(0.0) && lines[3]["latency_ms"].is_null());
    Ok(())
}

#[test]
fn what_changed_since() -> TestResult {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("log");
    std::fs::write(&file, log(4))?;
    let before = Backend::new(|_, request| match request.call().as_str() {
        "call-1" => Reply::Says(500, ""),
        _ => SUCCESS,
    })?;
    replay(folder.path(), &before, "--report run", 1)?;
    let same = replay(folder.path(), &before, "--compare run --format json", 1)?;
    let same = &same.json_lines()?[0]["comparison"];
    assert_eq!((&same["both"], &same["changes"]), (&json!(4), &json!([])));
    std::fs::write(&file, log(5))?;
    let now = Backend::new(|_, request| match request.call().as_str() {
        "call-2" => Reply::Says(200, r#"{"ErrorCode":3}"#),
        "call-3" => Reply::Says(201, ""),
        _ => SUCCESS,
    })?;
    let ran = replay(folder.path(), &now, "--compare run --report run --format json", 1)?;
    let found = &ran.json_lines()?[0]["comparison"];
    assert_eq!(
        (&found["both"], &found["only_before"], &found["only_now"]),
        (&json!(4), &json!(0), &json!(1))
    );
    assert_eq!(
        found["outcomes"],
        json!([
            {"before": "accepted", "now": "accepted", "deliveries": 2},
            {"before": "accepted", "now": "refused", "deliveries": 1},
            {"before": "refused", "now": "accepted", "deliveries": 1},
        ])
    );
    let changed: Vec<_> =
        found["changes"].as_array().into_iter().flatten().map(|it| it["record"].as_u64()).collect();
    assert_eq!(changed, [Some(2), Some(3), Some(4)], "{ran}");
    assert_eq!(found["changes"][1]["now"], json!({"outcome": "refused", "status": 200, "error_code": 3}));
    assert!(found["latency_ms_before"]["p50"].is_number() && found["latency_ms_now"]["max"].is_number());
    // The report was written over, and is now that of the second run.
    let text = replay(folder.path(), &before, "--compare run --call-id call-2", 0)?.text();
    assert!(text.contains("refused, HTTP 200, ErrorCode 3   accepted, HTTP 200, ErrorCode 0"), "{text}");
    assert!(text.contains("gone"), "{text}");
    Ok(())
}

#[test]
fn what_is_no_report_is_refused_before_anything_is_sent() -> TestResult {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("log"), log(1))?;
    std::fs::write(folder.path().join("other"), "{\"source\":\"log\"}\n")?;
    let backend = Backend::accepting()?;
    let ran = replay(folder.path(), &backend, "--compare other", 2)?;
    assert!(ran.errors().contains("cannot read `other`: line 1"), "{ran}");
    let ran = replay(folder.path(), &backend, "--compare none", 2)?;
    assert!(ran.errors().contains("cannot read `none`: no such file"), "{ran}");
    for more in ["--report -", "--report same -o same", "--report no/such/folder"] {
        let ran = replay(folder.path(), &backend, more, 2)?;
        assert!(ran.errors().contains("report") || ran.errors().contains("cannot write"), "{ran}");
    }
    assert!(backend.received().is_empty());
    Ok(())
}

#[test]
fn a_report_that_cannot_be_written_is_named() -> TestResult {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("log"), log(3))?;
    let backend = Backend::new(|_, _| SUCCESS)?;
    for (report, why) in
        [("none/report", "no such file or directory"), ("/dev/full", "no space left on device")]
    {
        if report != "/dev/full" || Path::new(report).exists() {
            let ran = replay(folder.path(), &backend, &format!("--report {report}"), 2)?;
            let errors = ran.errors();
            assert!(errors.contains(report) && errors.contains(why), "{ran}");
        }
    }
    if Path::new("/dev/full").exists() {
        assert_eq!(backend.received().len(), 3, "the run goes on");
    }
    Ok(())
}

#[test]
fn hostile_text_is_escaped_in_the_report() -> TestResult {
    let backend = Backend::new(|_, _| Reply::Says(500, ""))?;
    let line = r#"{"CallId":"\u001b[31mred\u202e","Event":"start_call"}"#;
    let ran = backend.replay(line).ends_with(1)?;
    assert!(ran.text().contains("\\u{1b}[31mred\\u{202e}"), "{ran}");
    let ran = backend.replay(line).args(["--format", "json"]).ends_with(1)?;
    assert!(ran.text().contains("\\u001b[31mred\\u202e"), "{ran}");
    Ok(())
}

/// The words of each line, with `T` for a time, so that how long something took makes no difference. Lines are left out.
fn words_of(text: &str) -> Vec<String> {
    let is_unit = |word: &str| matches!(word, "s" | "ms" | "min");
    let masked = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let mut out: Vec<&str> = Vec::new();
        for (index, word) in words.iter().enumerate() {
            let is_time = words.get(index + 1).is_some_and(|next| is_unit(next));
            out.extend(if is_time { Some("T") } else { Some(*word).filter(|word| !is_unit(word)) });
        }
        out.join(" ")
    };
    text.lines().map(masked).filter(|line| !line.starts_with('─')).collect()
}

#[test]
fn what_people_read() -> TestResult {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("log"), log(5))?;
    let backend = Backend::new(|_, request| match request.call().as_str() {
        "call-1" => Reply::Says(500, r#"{"ErrorCode":"none"}"#),
        "call-2" => Reply::Says(200, r#"{"ErrorCode":70001}"#),
        "call-3" => Reply::Raw(Vec::new()),
        _ => SUCCESS,
    })?;
    let ran = replay(folder.path(), &backend, "--report run", 2)?;
    let report = "\
callbacks count
sent 5 of 5, in T
accepted 2 40.0 %
refused 2 40.0 %
failed 1 20.0 %
requests 5 0 of them retries, 1 sent once more on a fresh connection

answer requests
HTTP 200 3
HTTP 500 1
ErrorCode 0 2
ErrorCode 70001 1
ErrorCode that is not an integer 1
connection broken, or not HTTP 1

time p50 p90 p99 p99.9 max
answered after T T T T T

call refused failed first answer
call-1 1 0 log, record 2 HTTP 500, ErrorCode that is not an integer
call-2 1 0 log, record 3 HTTP 200, ErrorCode 70001
call-3 0 1 log, record 4 connection broken, or not HTTP";
    assert_eq!(words_of(&ran.text()).join("\n"), report, "{ran}");

    // The log has lost its first callback, got another behind, and the backend was mended.
    let lost = log(6).split_inclusive('\n').skip(1).collect::<String>();
    std::fs::write(folder.path().join("log"), lost)?;
    let ran = replay(folder.path(), &Backend::accepting()?, "--compare run --chaos dup=100%", 0)?;
    let text = words_of(&ran.text()).join("\n");
    let comparison = "\
before now deliveries
accepted accepted 2
failed accepted 1
refused accepted 2
- new 5

answered after p50 p90 p99 p99.9 max
before T T T T T
now T T T T T

changed call before now
log, record 2 call-2 refused, HTTP 500, ErrorCode that is not an integer accepted, HTTP 200, ErrorCode 0
log, record 3 call-3 refused, HTTP 200, ErrorCode 70001 accepted, HTTP 200, ErrorCode 0
log, record 4 call-4 failed accepted, HTTP 200, ErrorCode 0";
    assert!(text.ends_with(comparison), "{ran}");
    Ok(())
}

#[test]
fn nothing_to_compare_is_no_empty_table() -> TestResult {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("log"), log(1))?;
    let backend = Backend::accepting()?;
    replay(folder.path(), &backend, "--report run", 0)?;
    std::fs::rename(folder.path().join("log"), folder.path().join("other"))?;
    let run = words("replay other --speed max --to").args([format!("http://{}/", backend.address)]);
    let ran = run.args(["--compare", "run"]).cwd(folder.path()).ends_with(0)?;
    let text = words_of(&ran.text()).join("\n");
    assert!(text.ends_with("\n\nbefore now deliveries\n- new 1\ngone - 1"), "{ran}");
    assert_eq!(ran.errors(), "", "a short run has nothing to be said before it");
    Ok(())
}

#[test]
fn long_lists_say_what_they_leave_out() -> TestResult {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("log"), log(23))?;
    replay(folder.path(), &Backend::accepting()?, "--report run", 0)?;
    let refusing = Backend::new(|_, _| Reply::Says(500, ""))?;
    let ran = replay(folder.path(), &refusing, "--compare run", 1)?;
    let tables = ran.text();
    assert_eq!(tables.matches(" and 3 more; `--format json` lists all\n").count(), 2, "{ran}");
    assert_eq!(tables.matches(" log, record 20 ").count(), 2, "{ran}");
    Ok(())
}
