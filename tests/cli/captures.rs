//! What is said of an input as a whole: what it holds beside callbacks, that it holds none, and what is folded.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::support::callback::Callback;
use crate::support::{Ran, TestResult, tool, words};

/// A callback on a line.
fn start(call: &str) -> String {
    Callback::event("start_call").call(call).line()
}

fn findings(ran: &Ran, rule: &str) -> TestResult<Vec<serde_json::Value>> {
    Ok(ran.json_lines()?.into_iter().filter(|finding| finding["rule"] == rule).collect())
}

#[test]
fn requests_of_other_products_and_health_checks_are_told_once() -> TestResult {
    let mut log = start("c-1");
    for _ in 0..5 {
        log += "{\"CallbackCommand\":\"State.StateChange\"}\n{\"method\":\"GET\",\"uri\":\"/healthz\"}\nstarted\n";
    }
    let ran = words("validate --format json -").stdin(log.clone()).ends_with(0)?;
    for (rule, line) in [("input/other-product", 2), ("input/other-request", 3), ("input/other-text", 4)] {
        let found = findings(&ran, rule)?;
        assert_eq!(found.len(), 1, "{rule}\n{ran}");
        assert_eq!((&found[0]["level"], &found[0]["line"]), (&json!("info"), &json!(line)), "{rule}\n{ran}");
        assert!(found[0]["message"].as_str().is_some_and(|text| text.contains('5')), "{ran}");
    }
    assert!(findings(&ran, "body/unrecognised")?.is_empty(), "{ran}");
    assert!(ran.errors().contains("(1 callback: 1 event) in 1 input (JSON among text)"), "{ran}");
    let figures = words("summarize --format json -").stdin(log.clone()).ends_with(0)?.json_lines()?;
    let input = &figures[0]["input"];
    assert_eq!(input["other_bytes"], 5 * "started\n".len());
    assert_eq!(input["sources"][0]["callbacks"], 1);
    assert_eq!(input["sources"][0]["records"], 11);
    let none = log.lines().skip(1).collect::<Vec<_>>().join("\n");
    let ran = words("summarize -").stdin(none).ends_with(0)?;
    assert!(ran.errors().contains("the input holds no callback, only requests"), "{ran}");
    Ok(())
}

#[test]
fn what_is_no_log_has_no_figures_and_status_2() -> TestResult {
    let log = "{\"userId\":\"nina\",\"callId\":\"c-1\",\"event\":\"start_call\"}\n".repeat(9);
    let ran = words("validate --format json -").stdin(log.clone()).ends_with(2)?;
    let found = findings(&ran, "input/not-a-log")?;
    assert_eq!((found.len(), &found[0]["level"]), (1, &json!("error")), "{ran}");
    for command in ["summarize", "export", "export --level callbacks", "show c-1", "why --all", "why c-1"] {
        let ran = words(command).args(["-"]).stdin(log.clone()).ends_with(2)?;
        assert!(ran.stdout.is_empty(), "{ran}");
        assert!(ran.errors().contains("names in another case (9 times `UserId`)"), "{ran}");
        assert_eq!(ran.errors().lines().count(), 1, "{ran}");
    }
    let ran = words("export --level records -").stdin(log.clone()).ends_with(2)?;
    assert_eq!(ran.column("kind")?.len(), 9, "{ran}");
    let ran = words("validate --format json --allow-empty --allow body -").stdin(log.clone()).ends_with(0)?;
    assert_eq!(findings(&ran, "input/not-a-log")?[0]["level"], "info", "{ran}");
    words("summarize --allow-empty -").stdin(log).ends_with(0)?;
    for empty in ["", "\n \n", "id,url,body,created_at\n"] {
        words("summarize -").stdin(empty).ends_with(0)?;
    }
    Ok(())
}

#[test]
fn a_folder_may_hold_other_files() -> TestResult {
    let folder = tempfile::tempdir()?;
    let logs = folder.path().join("logs");
    fs::create_dir(&logs)?;
    fs::write(logs.join("notes.txt"), "to do\n")?;
    fs::write(logs.join("other.txt"), "done\n")?;
    let run = |line: &str| words(line).cwd(folder.path());
    let ran = run("validate --format json logs").ends_with(2)?;
    assert_eq!(findings(&ran, "input/not-a-log")?.len(), 1, "one for the folder\n{ran}");
    fs::write(logs.join("calls.log"), start("c-1"))?;
    let ran = run("validate --format json logs").ends_with(0)?;
    let levels: Vec<_> =
        findings(&ran, "input/not-a-log")?.iter().map(|finding| finding["level"].clone()).collect();
    assert_eq!(levels, ["info", "info"], "{ran}");
    let ran = run("validate --format json logs/calls.log logs/notes.txt").ends_with(1)?;
    assert_eq!(findings(&ran, "input/not-a-log")?[0]["level"], "error", "{ran}");
    Ok(())
}

#[test]
fn records_that_cannot_be_read_are_folded_after_three_of_a_kind() -> TestResult {
    let mut log = start("c-1");
    (0..20_000).for_each(|_| log += "{\"torn\n");
    let ran = words("validate --format json --threads 1 -").stdin(log.clone()).ends_with(1)?;
    let listed = findings(&ran, "json/syntax")?;
    assert_eq!(listed.len(), 3);
    let folded = ran.json_lines()?.into_iter().find(|line| !line["folded"].is_null()).unwrap_or_default();
    let wanted = json!({"rule": "json/syntax", "level": "error", "count": 19_997, "source": "-",
        "last": {"record": 20_001, "line": 20_001}});
    assert_eq!(folded["folded"], wanted);
    assert!(ran.errors().contains("20000 errors"), "{}", ran.errors());
    let again = words("validate --format json --threads 4 -").stdin(log.clone()).ends_with(1)?;
    assert!(ran.stdout == again.stdout, "the same for any number of threads");
    let all = words("validate --format json --all-findings -").stdin(log.clone()).ends_with(1)?;
    assert_eq!(findings(&all, "json/syntax")?.len(), 20_000);
    let cut = words("validate --format json --limit 2 -").stdin(log.clone()).ends_with(1)?;
    assert_eq!(findings(&cut, "json/syntax")?.len(), 2);
    assert!(cut.text().contains("{\"cut\":"), "{}", cut.text());
    let ran = words("summarize -").stdin(log).ends_with(0)?;
    let first = ran.errors().lines().next().unwrap_or_default().to_owned();
    assert_eq!(first, "note: understood 1 of the 20001 records that hold JSON or a request");
    Ok(())
}

#[test]
fn a_check_of_the_sdkappid_that_checked_nothing_is_told() -> TestResult {
    let bare = start("c-1");
    let run = |log: &str| {
        tool(["validate", "--format", "json", "--sdkappid", "1400000001", "-"]).stdin(log).ends_with(0)
    };
    let found = findings(&run(&bare)?, "url/unchecked")?;
    assert_eq!((found.len(), &found[0]["level"]), (1, &json!("warning")));
    let body = bare.trim_end();
    let with =
        format!("{{\"sdkappid\":1400000001,\"command\":\"caller_start_call\",\"body\":{body}}}\n{bare}");
    let ran = run(&with)?;
    let found = findings(&ran, "url/unchecked")?;
    assert_eq!((found.len(), &found[0]["level"]), (1, &json!("info")), "{ran}");
    assert!(findings(&ran, "url/missing-parameter")?.is_empty(), "members are no URL\n{ran}");
    Ok(())
}

#[test]
fn refused_requests_are_no_callbacks() -> TestResult {
    let body = start("c-2");
    let log = format!("{}{{\"refused\":\"token\",\"body\":{}}}\n", start("c-1"), body.trim_end());
    let ran = words("validate --format json -").stdin(log.clone()).ends_with(0)?;
    assert!(ran.errors().contains("note: 1 refused request is passed over"), "{ran}");
    assert!(!ran.text().contains("c-2"), "{ran}");
    let ran = words("export -").stdin(log.clone()).ends_with(0)?;
    assert_eq!(ran.column("call_id")?, ["c-1"]);
    let ran = words("validate --format json --include-refused -").stdin(log.clone()).ends_with(0)?;
    assert!(ran.text().contains("c-2"), "{ran}");
    words("show --include-refused c-2 -").stdin(log).ends_with(0)?;
    Ok(())
}

/// Wherever the refusal is said, and whatever of its wrapper is left, the callback in it does not count.
#[test]
fn what_was_refused_is_no_callback_in_any_shape() -> TestResult {
    let genuine = start("c-1");
    let body = start("c-2").trim_end().to_owned();
    let quoted = json!(body).to_string();
    let shapes = [
        format!(r#"{{"refused":"x","message":{body}}}"#),
        format!(r#"{{"refused":"x","message":{quoted}}}"#),
        format!(r#"{{"refused":"x","log":{{"body":{body}}}}}"#),
        format!(r#"{{"refused":"x","other":{body}}}"#),
        format!(r#"{{"refused":"x","refused":null,"body":{body}}}"#),
        format!(r#"{{"received_at":1,"refused":"bad Sign","body":{body}"#),
        format!(r#"ceived_at":1,"refused":"bad Sign","path":"/","body":{body}}}"#),
        format!(r#"ceived_at":1,"refused":"bad Sign","headers":{{"Host":"x"}},"body":{body}}}"#),
        format!(r#"{{"refused":false,"body":{body}}}"#),
    ];
    for shape in &shapes {
        let ran = words("export -").stdin(format!("{genuine}{shape}\n")).ends_with(0)?;
        assert_eq!(ran.column("call_id")?, ["c-1"], "{shape}");
    }
    // What only stands near a refusal counts.
    let near = format!(
        r#"ceived_at":1,"refused":"x","body":{body}}},{{"received_at":2,"body":{}"#,
        genuine.trim_end()
    );
    let other = format!(r#"{{"refused":false,"other":{}}}"#, genuine.trim_end());
    for shape in [near, other] {
        let ran = words("export -").stdin(shape.clone()).ends_with(0)?;
        assert_eq!(ran.column("call_id")?, ["c-1"], "{shape}");
    }
    // Not even where the body is pointed to.
    let plain = format!(r#"{{"body":{}}}"#, genuine.trim_end());
    let log = format!("{plain}\n{{\"refused\":\"x\",\"body\":{body}}}\n");
    let ran = words("export --body-at /body -").stdin(log).ends_with(0)?;
    assert_eq!(ran.column("call_id")?, ["c-1"]);
    Ok(())
}

/// Each callback of a record that holds several counts, in whatever the record is written.
#[test]
fn every_callback_of_an_array_is_read_from_any_container() -> TestResult {
    let [one, two] = ["c-1", "c-2"].map(|call| start(call).trim_end().to_owned());
    let array = format!("[{one},{two}]");
    let (head, tail) = array.split_at(array.len() / 2);
    let stamp = "2024-05-01T00:00:25Z stdout";
    let curl = format!(
        "> POST /callback HTTP/1.1\n> Host: x\n> Content-Length: {}\n>\n{array}\n< HTTP/1.1 200 OK\n<\n",
        array.len()
    );
    let coded = STANDARD.encode(&array);
    for log in [
        format!("id,body\n1,\"{}\"\n", array.replace('"', "\"\"")),
        format!("{stamp} P {head}\n{stamp} F {tail}\n"),
        format!("{{\"body_base64\":\"{coded}\"}}\n"),
        curl,
    ] {
        let ran = words("export -").stdin(log.clone()).run()?;
        assert_eq!(ran.column("call_id")?, ["c-1", "c-2"], "{log}\n{ran}");
    }
    Ok(())
}

/// A table is one though its first rows hold no callback.
#[test]
fn the_first_row_of_a_table_may_be_a_health_check() -> TestResult {
    let cell = start("c-1").trim_end().replace('"', "\"\"");
    for first in ["", "NULL", "ok", "17", "\"{\"\"a\"\":\""] {
        let log = format!("id,method,body\n1,GET,{first}\n2,POST,\"{cell}\"\n");
        let ran = words("export -").stdin(log.clone()).run()?;
        assert_eq!(ran.column("call_id")?, ["c-1"], "{log}\n{ran}");
    }
    Ok(())
}

#[test]
fn pieces_of_docker_lines_are_joined_in_whatever_order_their_members_stand() -> TestResult {
    let text = start("c");
    let (head, tail) = text.split_at(60);
    let quoted = |text: &str| json!(text).to_string();
    let forms: [fn(&str) -> String; 5] = [
        |log| format!(r#"{{"log":{log},"stream":"stdout","time":"2024-06-12T00:00:00Z"}}"#),
        |log| format!(r#"{{ "stream": "stdout", "log": {log}, "time": "2024-06-12T00:00:00Z" }}"#),
        |log| format!(r#"{{"time":"2024-06-12T00:00:00Z", "stream" :"stdout","log" : {log}}}"#),
        |log| format!(r#"{{"attrs":{{"tag":"a"}},"log":{log},"stream":"stdout"}}"#),
        |log| format!(r#"{{"log": {log}, "stream": "stdout"}}"#),
    ];
    for form in forms {
        for pieces in [vec![head, tail], vec![&head[..20], &head[20..], tail], vec![&text[..]]] {
            let log: String = pieces.iter().map(|piece| form(&quoted(piece)) + "\n").collect();
            let ran = words("export -").stdin(log.clone()).ends_with(0)?;
            assert_eq!(ran.column("call_id")?, ["c"], "{log}");
            let found = words("validate --format json -").stdin(log).ends_with(0)?;
            assert_eq!(found.rules()?, ["call/incomplete"], "{found}");
        }
    }
    Ok(())
}

#[test]
fn every_callback_of_one_body_is_read() -> TestResult {
    let [one, two] = ["a", "b"].map(|call| start(call).trim().to_owned());
    for between in ["", "\n", "\r\n\r\n", " "] {
        let body = format!("{one}{between}{two}");
        let head = "POST /?sdkappid=1&command=caller_start_call HTTP/1.1\r\nHost: a\r\n";
        let sized = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
        let chunked =
            format!("{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
        for log in [
            sized.clone(),
            sized + "\r\n" + &chunked,
            chunked,
            format!("{}\n", json!({"body": body})),
            format!("{}\n", json!({"url": "/?sdkappid=1&command=caller_start_call", "payload": body})),
        ] {
            let times = log.matches("HTTP/1.1").count().max(1);
            let table = "export --table callbacks --columns call_id -";
            let ran = words(table).stdin(log.clone()).ends_with(0)?;
            assert_eq!(ran.column("call_id")?, ["a", "b"].repeat(times), "{log}");
            let found = words("validate --format json -").stdin(log).run()?;
            assert!(!found.rules()?.iter().any(|rule| rule.starts_with("json/")), "{found}");
        }
        // In base64 they are not cut, and that is said.
        let log = format!("{}\n", json!({"body_base64": STANDARD.encode(&body)}));
        let found = words("validate --format json -").stdin(log).run()?;
        assert!(found.rules()?.contains(&"json/syntax".to_owned()), "{found}");
    }
    Ok(())
}
