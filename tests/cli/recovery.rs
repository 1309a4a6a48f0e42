//! Faults that this tool once had in recovering from damage, each a test named for what it was: nothing is lost to a
//! neighbour, to a wrong length, or to a run that failed.

use crate::support::callback::Callback;
use crate::support::{TestResult, tool};

/// A callback's body of the status family, of the call `id`.
fn body(id: &str) -> String {
    Callback::status("cancel").user("Alice").room("r-1").call(id).at(1_704_856_885).to_string()
}

/// A request with a length and a body, which need not fit.
fn request(length: usize, body: &str) -> String {
    let target = "/?sdkappid=1&command=cancel&contenttype=json&clientip=192.0.2.1&optplatform=iOS";
    format!("POST {target} HTTP/1.1\r\nContent-Length: {length}\r\n\r\n{body}")
}

#[test]
fn a_length_one_too_great_cost_every_second_request() -> TestResult {
    let log: String =
        (0..5).map(|call| body(&format!("c-{call}"))).map(|it| request(it.len() + 1, &it)).collect();
    let ran = tool(["validate", "-", "--format", "json"]).stdin(log.clone()).ends_with(1)?;
    assert_eq!(ran.rules()?, ["http/content-length"; 5], "{ran}");
    let ran = tool(["export", "-"]).stdin(log).ends_with(0)?;
    assert_eq!(ran.column("call_id")?, ["c-0", "c-1", "c-2", "c-3", "c-4"], "{ran}");
    Ok(())
}

#[test]
fn a_body_that_lost_bytes_swallowed_the_next_request() -> TestResult {
    for left in ["", "x=1&y=2", &body("c-1")[..80]] {
        let (one, two, three) = (body("c-1"), body("c-2"), body("c-3"));
        let log = format!(
            "{}\n{}{}",
            request(one.len(), left),
            request(two.len(), &two),
            request(three.len(), &three)
        );
        let ran = tool(["export", "-"]).stdin(log.clone()).ends_with(0)?;
        assert_eq!(ran.column("call_id")?, ["c-2", "c-3"], "{ran}");
        let ran = tool(["validate", "-", "--format", "json"]).stdin(log).ends_with(1)?;
        assert_eq!(ran.rules()?, ["http/content-length", "json/syntax"], "{ran}");
    }
    Ok(())
}

#[test]
fn a_chunk_size_that_reaches_over_the_next_request_lost_it() -> TestResult {
    let damaged = "POST /?a=b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n{}\r\n0\r\n\r\n";
    let next = body("c-2");
    let log = format!("{damaged}{}", request(next.len(), &next));
    let ran = tool(["export", "-"]).stdin(log).ends_with(0)?;
    assert_eq!(ran.column("call_id")?, ["c-2"], "{ran}");
    Ok(())
}

#[test]
fn a_skipped_range_in_mid_line_had_column_one() -> TestResult {
    let next = body("c-2");
    let log = format!("{}+junk\r\n{}", request(next.len(), &next), request(next.len(), &next));
    let ran = tool(["validate", "-", "--format", "json"]).stdin(log.clone()).ends_with(1)?;
    let finding = &ran.json_lines()?[0];
    let column = log.lines().nth(3).and_then(|line| line.find("+junk")).map(|at| at as u64 + 1);
    assert_eq!(finding["rule"], "http/skipped", "{ran}");
    assert_eq!((finding["line"].as_u64(), finding["column"].as_u64()), (Some(4), column), "{ran}");
    Ok(())
}

#[test]
fn a_cut_archive_was_two_faults() -> TestResult {
    use std::io::Write;
    // Stored, not compressed, so that the cut falls into the last line.
    let mut archive = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    writeln!(archive, "{}\n{}", body("c-1"), body("c-2"))?;
    let mut archive = archive.finish()?;
    archive.truncate(archive.len() - 40);
    let ran = tool(["validate", "-", "--format", "json"]).stdin(archive).ends_with(1)?;
    assert_eq!(ran.rules()?, ["input/compressed"], "{ran}");
    Ok(())
}

#[test]
fn a_duplicate_hid_times_that_run_backwards() -> TestResult {
    let event =
        |event: &str, time: i64, start: u32| Callback::event(event).at(time).set("StartCallTs", start).line();
    let log = event("start_call", 1_704_856_885, 0)
        + &event("cancel_call", 1_704_856_880, 0)
        + &event("start_call", 1_704_856_885, 1_704_856_785);
    let ran = tool(["validate", "-", "--format", "json"]).stdin(log).run()?;
    assert!(ran.rules()?.contains(&"call/negative-duration".to_owned()), "{ran}");
    Ok(())
}

#[test]
fn one_bad_entry_dropped_its_whole_directory() -> TestResult {
    let folder = tempfile::tempdir()?;
    let logs = folder.path().join("logs");
    std::fs::create_dir(&logs)?;
    std::fs::write(logs.join("a.jsonl"), body("c-1"))?;
    std::fs::write(logs.join("c.jsonl"), body("c-3"))?;
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", logs.join("b.jsonl"))?;
    let ran = tool(["export", "logs"]).cwd(folder.path()).run()?;
    assert_eq!(ran.column("call_id")?, ["c-1", "c-3"], "{ran}");
    #[cfg(unix)]
    assert_eq!((ran.status, ran.errors().contains("logs/b.jsonl")), (Some(2), true), "{ran}");
    Ok(())
}

#[test]
fn a_run_that_read_only_some_inputs_replaced_the_file() -> TestResult {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("a.jsonl"), body("c-1"))?;
    std::fs::write(folder.path().join("calls.csv"), "the old table")?;
    let ran = tool(["export", "a.jsonl", "missing", "-o", "calls.csv"]).cwd(folder.path()).ends_with(2)?;
    assert!(ran.errors().contains("is unchanged"), "{ran}");
    assert_eq!(std::fs::read_to_string(folder.path().join("calls.csv"))?, "the old table");
    Ok(())
}

#[test]
fn a_log_and_its_truth_in_one_place_lost_the_log() -> TestResult {
    let folder = tempfile::tempdir()?;
    tool(["simulate", "--calls", "1", "-o", "x", "--truth", "x"]).cwd(folder.path()).ends_with(2)?;
    tool(["simulate", "--calls", "1", "--truth", "-"]).cwd(folder.path()).ends_with(2)?;
    Ok(())
}

#[test]
fn a_bound_between_two_seconds_took_the_earlier_call() -> TestResult {
    let log = body("c-1");
    let calls = |option: &str| -> TestResult<usize> {
        let ran = tool(["export", "-", option, "2024-01-10T03:21:25.5Z"]).stdin(log.clone()).ends_with(0)?;
        Ok(ran.column("call_id")?.len())
    };
    assert_eq!((calls("--since")?, calls("--until")?), (0, 1));
    Ok(())
}

/// Kind and bytes of each range of a log.
fn ranges(log: &str, limit: &str) -> TestResult<Vec<String>> {
    let run = tool([
        "export",
        "--allow-empty",
        "-",
        "--table",
        "records",
        "--columns",
        "kind,bytes",
        "--max-record",
        limit,
    ]);
    let rows = run.stdin(log).ends_with(0)?.rows()?;
    Ok(rows[1..].iter().map(|row| row.join(" ")).collect())
}

#[test]
fn a_record_that_nothing_recognisable_follows_for_long_is_kept() -> TestResult {
    // That the line behind it is no request can only be told at its end, which is further away than anybody waits.
    let head = "POST /?a=b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";
    let noise = "x".repeat(200_000);
    let next = request(body("c-1").len(), &body("c-1"));
    assert_eq!(ranges(&format!("{head}{noise}"), "1K")?, ["http 56", "skipped 200000"]);
    let with_next = ranges(&format!("{head}{noise}\n{next}"), "1K")?;
    assert_eq!(
        with_next,
        ["http 56".to_owned(), "skipped 200001".to_owned(), format!("http {}", next.len())]
    );
    // One that is itself longer than the limit is not.
    let long = format!("{}{}", head.replace('5', "2000"), "y".repeat(1995));
    assert_eq!(ranges(&format!("{long}{noise}"), "1K")?, [format!("skipped {}", long.len() + 200_000)]);
    Ok(())
}

#[test]
fn a_chunk_size_without_an_end_is_waited_for_only_so_long() -> TestResult {
    let head = "POST /?a=b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (line, expected) in [
        ("z".repeat(100), "http/truncated"),
        ("z".repeat(70_000), "http/chunked"),
        // What may be an extension may go on.
        (format!("5;{}", "z".repeat(70_000)), "http/truncated"),
    ] {
        let ran = tool(["validate", "-", "--format", "json"])
            .args(["--allow-empty", "--allow", "input/not-a-log"])
            .stdin(format!("{head}{line}"))
            .ends_with(1)?;
        assert_eq!(ran.rules()?, [expected], "{ran}");
    }
    Ok(())
}

#[test]
fn a_request_that_breaks_off_in_its_headers_costs_only_itself() -> TestResult {
    let broken = "POST /?a=b HTTP/1.1\r\nHost: h\r\n";
    let next = request(body("c-1").len(), &body("c-1"));
    let whole = format!("http {}", next.len());
    assert_eq!(
        ranges(&format!("{broken}{next}"), "1M")?,
        [format!("skipped {}", broken.len()), whole.clone()]
    );
    assert_eq!(
        ranges(&format!("{next}\r\n{broken}POST /?a=b HTTP/1.1"), "1M")?,
        [whole, "blank 2".to_owned(), format!("skipped {}", broken.len()), "http 19".to_owned()]
    );
    Ok(())
}

#[test]
fn the_limit_is_the_longest_record() -> TestResult {
    let one = request(body("c-1").len(), &body("c-1"));
    for (log, kind) in [(one, "http"), (body("c-1"), "json")] {
        let whole = [format!("{kind} {}", log.len())];
        assert_eq!(ranges(&log, &log.len().to_string())?, whole);
        assert_eq!(ranges(&log, &(log.len() - 1).to_string())?, [format!("skipped {}", log.len())]);
    }
    Ok(())
}

#[test]
fn a_few_chunks_may_hold_what_looks_like_a_request() -> TestResult {
    let head = "POST /?a=b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    let inside = "1a\r\nnoted:\nPOST /b HTTP/1.1\nok\r\n0\r\n\r\n";
    let few = format!("{head}{inside}");
    assert_eq!(ranges(&few, "1M")?, [format!("http {}", few.len())]);
    let many = format!("{head}{}{inside}", "1\r\nx\r\n".repeat(300));
    assert!(ranges(&many, "1M")?.len() > 1, "{:?}", ranges(&many, "1M")?);
    for (end, expected) in [
        ("5\r\nhello", "http/truncated"),
        ("5\r\nhello\r", "http/truncated"),
        ("5\r\nhello\r\n", "http/truncated"),
        ("5\r\nhel", "http/truncated"),
        ("5\r\nhelloX", "http/chunked"),
        ("5\r\nhello\rX", "http/chunked"),
    ] {
        let ran = tool(["validate", "-", "--format", "json"])
            .args(["--allow-empty", "--allow", "input/not-a-log"])
            .stdin(format!("{head}{end}"))
            .ends_with(1)?;
        assert_eq!(ran.rules()?, [expected], "{end:?}\n{ran}");
    }
    Ok(())
}

#[test]
fn chunks_of_any_number_and_size_are_put_together() -> TestResult {
    let head = "POST /?sdkappid=1&command=cancel&contenttype=json&clientip=192.0.2.1&optplatform=iOS HTTP/1.1\r\n\
                Transfer-Encoding: chunked\r\n\r\n";
    let long = body(&"c".repeat(600));
    for size in [1, 2, 255, long.len()] {
        let chunk = |part: &[u8]| format!("{:X};a=b\r\n{}\r\n", part.len(), String::from_utf8_lossy(part));
        let chunks: String = long.as_bytes().chunks(size).map(chunk).collect();
        let log = format!("{head}{chunks}0\r\n\r\n");
        let ran = tool(["validate", "-", "--allow", "call"]).stdin(log.clone()).ends_with(0)?;
        assert!(ran.errors().contains("1 record (1 callback: 1 status)"), "chunks of {size} bytes\n{ran}");
        // A request among very many chunks is one that they must not hide.
        let inside = log.replacen(
            "0\r\n\r\n",
            &format!("12\r\nPOST /b HTTP/1.1\r\n\r\n{}", "1\r\nx\r\n".repeat(2)),
            1,
        );
        let ran = tool(["validate", "-", "--allow", "call", "--format", "json"])
            .args(["--allow-empty", "--allow", "input/not-a-log"])
            .stdin(inside)
            .ends_with(1)?;
        assert!(ran.rules()?[0].starts_with("http/"), "chunks of {size} bytes\n{ran}");
    }
    for size in ["ffffffffffffffff", "10000000000000000"] {
        let ran = tool(["validate", "-", "--format", "json"])
            .args(["--allow-empty", "--allow", "input/not-a-log"])
            .stdin(format!("{head}{size}\r\n{{}}\r\n"));
        assert_eq!(ran.ends_with(1)?.rules()?, ["http/chunked"], "{size}");
    }
    Ok(())
}

#[test]
fn trailers_behind_a_chunked_body_are_looked_at() -> TestResult {
    let one = body("c-1");
    let head = "POST /?sdkappid=1&command=cancel&contenttype=json&clientip=192.0.2.1&optplatform=iOS HTTP/1.1\r\n\
                Transfer-Encoding: chunked\r\n\r\n";
    let rows: [(&str, &[&str]); 7] = [
        ("\r\n", &[]),
        ("X-Checksum: 1\r\n\r\n", &[]),
        ("Content-Length: 5\r\n\r\n", &["http/header"]),
        ("host: a\r\nTRANSFER-ENCODING: gzip\r\n\r\n", &["http/header", "http/header"]),
        ("no colon\r\n\r\n", &["http/chunked"]),
        ("bad name: a\r\n\r\n", &["http/chunked"]),
        ("X-Checksum: 1\r\n", &["http/truncated"]),
    ];
    for (trailers, expected) in rows {
        let log = format!("{head}{:x}\r\n{one}\r\n0\r\n{trailers}", one.len());
        let quiet = ["--allow", "call", "--allow", "input/not-a-log"];
        let ran = tool(["validate", "-", "--format", "json"]).args(quiet).stdin(log).run()?;
        assert_eq!(ran.rules()?, expected, "{trailers:?}\n{ran}");
    }
    Ok(())
}
