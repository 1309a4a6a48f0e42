//! Raw HTTP as captures have it: no callback of it, and no URL of one, is lost to how it was captured.

use crate::support::callback::Callback;
use crate::support::{TestResult, tool};

const TARGET: &str =
    "/cb?sdkappid=1400000001&command=caller_start_call&contenttype=json&clientip=192.0.2.1&optplatform=iOS";

fn body(call: &str) -> String {
    Callback::event("start_call").call(call).to_string()
}

/// A sound request with more header lines, each with its line end.
fn request_with(call: &str, headers: &str) -> String {
    let body = body(call);
    format!(
        "POST {TARGET} HTTP/1.1\r\nHost: a.example\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn request(call: &str) -> String {
    request_with(call, "")
}

/// Insists that a log holds these calls, each callback with the command of its URL.
fn holds(name: &str, log: &str, calls: &[&str]) -> TestResult {
    let table = ["export", "--table", "callbacks", "--columns", "call_id,command", "-"];
    let ran = tool(table).stdin(log).ends_with(0)?;
    let rows: Vec<String> = calls.iter().map(|call| format!("{call},caller_start_call\n")).collect();
    assert_eq!(ran.text(), format!("call_id,command\n{}", rows.concat()), "{name}: {ran}");
    Ok(())
}

#[test]
fn line_ends_may_have_two_carriage_returns() -> TestResult {
    for between in ["", "\r\n", "\r\n\r\n"] {
        let log = format!("{}{between}{}", request("a"), request("b")).replace("\r\n", "\r\r\n");
        holds(&format!("{between:?}"), &log, &["a", "b"])?;
    }
    Ok(())
}

#[test]
fn dumps_may_be_indented_by_blanks_and_tabs() -> TestResult {
    for indent in ["\t", "  ", "\t\t", " \t"] {
        let indented = |text: &str| -> String {
            text.split_inclusive('\n').map(|line| format!("{indent}{line}")).collect()
        };
        let (one, two) = (request("a"), request("b"));
        for log in [
            indented(&format!("{one}\r\n\r\n{two}\r\n")),
            indented(&format!("{one}\n{two}\n").replace("\r\n", "\n")),
            indented(&format!("{one}\n\n{two}\n").replace(",", ",\n  ")),
            format!("{}\n{}", indented(&format!("{one}\n")), indented(&two)),
            // Lines that are no dump stand before each.
            format!("Request 1:\n{}\nand then:\n{}", indented(&one), indented(&two)),
        ] {
            holds(&format!("{indent:?}"), &log, &["a", "b"])?;
        }
    }
    Ok(())
}

#[test]
fn blank_lines_of_an_indented_dump_need_no_indentation() -> TestResult {
    let dump: String = [request("a"), request("b")]
        .map(|request| {
            request.replace("\r\n\r\n", "\n \n").replace("\r\n", "\n\t").replace("\n \n", "\n\n\t")
        })
        .map(|request| format!("\t{request}\n"))
        .concat();
    holds("blank lines", &dump, &["a", "b"])?;
    let ran = tool(["validate", "--format", "json", "-"]).stdin(dump).ends_with(0)?;
    assert!(!ran.rules()?.iter().any(|rule| rule.starts_with("http/")), "{ran}");
    Ok(())
}

#[test]
fn interim_responses_may_stand_before_a_body() -> TestResult {
    let log = request_with("a", "Expect: 100-continue\r\n") + "\r\n" + &request("b");
    for interim in [
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 100 Continue\r\nServer: x\r\n\r\n",
        "HTTP/1.0 100 Continue\r\n\r\n",
        "HTTP/2 100\r\n\r\n",
        "\r\nHTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n",
        "HTTP/1.1 100 Continue\n\n",
    ] {
        holds(interim, &log.replacen("\r\n\r\n", &format!("\r\n\r\n{interim}"), 1), &["a", "b"])?;
    }
    // One that stands in place of the blank line.
    let interim = "\r\nHTTP/1.1 100 Continue\r\n\r\n";
    holds("instead", &log.replacen("\r\n\r\n", interim, 1), &["a", "b"])
}

#[test]
fn a_request_may_be_glued_to_what_comes_before_it() -> TestResult {
    for between in [" ", "\t", "  ", ""] {
        let log = format!("{between}{}{between}{}{between}{}", request("a"), request("b"), request("c"));
        holds(&format!("{between:?}"), &log, &["a", "b", "c"])?;
    }
    Ok(())
}

#[test]
fn a_head_that_is_cut_in_a_header_costs_the_next_request_nothing() -> TestResult {
    let next = request("b");
    for cut in [
        "Host: a.exa",
        "Host: a.example ",
        "Host: a.example\r\nUser-Agent: Go",
        "Host: a.example\r\nUser-Agent: Go ",
        "Host: a.example\r\nUser-Agent: Go\n",
        "Host: a.example\r\nUser-Ag",
        "Content-Type: application/json; ",
        "Accept: */*\r\nContent-Length: 23",
    ] {
        holds(cut, &format!("POST {TARGET} HTTP/1.1\r\n{cut}{next}"), &["b"])?;
    }
    for quoted in ["X-Original: POST /x HTTP/1.1\r\n", "X-Via: a POST /x HTTP/1.1\r\n"] {
        holds(quoted, &(request_with("a", quoted) + &next), &["a", "b"])?;
    }
    Ok(())
}

#[test]
fn what_a_log_begins_with_does_not_hide_what_it_is() -> TestResult {
    let http = format!("{}\r\n{}", request("a"), request("b"));
    // Longer than twice the longest record.
    let long = "x".repeat(3 << 20);
    for first in [&long, &format!("{{\"a\":\"{long}\"}}"), &"noise\n".repeat(120)] {
        let table =
            ["export", "--table", "callbacks", "--columns", "call_id,command", "--max-record", "1M", "-"];
        let ran = tool(table).stdin(format!("{first}\n{http}")).ends_with(0)?;
        assert_eq!(ran.column("command")?, ["caller_start_call"; 2], "{}", &first[..9]);
    }
    let (one, two) = (body("a"), body("b"));
    for banner in
        ["Host: prod-1\n", "Connection: up\nUser-Agent: me\n\n", "HOST: a\r\nContent-Type: b\r\n\r\n"]
    {
        for lines in [format!("{one}\n{two}\n"), format!("12:00 cb {one}\n12:01 cb {two}\n")] {
            let ran = tool(["export", "-"]).stdin(format!("{banner}{lines}")).ends_with(0)?;
            assert_eq!(ran.column("call_id")?, ["a", "b"], "{banner}{ran}");
        }
    }
    Ok(())
}

#[test]
fn a_request_inside_brackets_that_are_closed_is_part_of_the_body() -> TestResult {
    let forged = request("forged");
    for filling in [0, 1 << 10, 1 << 17, 15 << 20] {
        let filling = "1,".repeat(filling / 2);
        for body in [
            format!("[{filling}1,\n{forged}\n]"),
            format!("[\n{forged}\n,{filling}1]"),
            format!("{{\"a\":[{filling}0,\n{forged}\n]}}"),
            format!("[\"{filling}\n{forged}\n\"]"),
        ] {
            let around =
                format!("POST {TARGET} HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            let log = format!("{}{around}{}", request("a"), request("b"));
            holds(&format!("{} bytes", body.len()), &log, &["a", "b"])?;
        }
    }
    Ok(())
}

/// A body in chunks of that many bytes.
fn chunked(body: &[u8], length: usize) -> Vec<u8> {
    let mut chunks = Vec::new();
    for chunk in body.chunks(length) {
        chunks.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        chunks.extend_from_slice(chunk);
        chunks.extend_from_slice(b"\r\n");
    }
    chunks.extend_from_slice(b"0\r\n\r\n");
    chunks
}

/// A request with these header lines, whatever they say of the body.
fn request_of(headers: &str, body: &[u8]) -> Vec<u8> {
    [format!("POST {TARGET} HTTP/1.1\r\nHost: a.example\r\n{headers}\r\n").as_bytes(), body].concat()
}

/// Insists that each request is read, between others, and returns the rules that speak of it.
fn read_between(name: &str, middle: &[u8]) -> TestResult<Vec<String>> {
    for (before, after) in [(request("a"), request("b")), (request("a") + "\r\n", String::new())] {
        let log = [before.as_bytes(), middle, b"\r\n", after.as_bytes()].concat();
        let calls = ["a", "c", "b"];
        let calls = if after.is_empty() { &calls[..2] } else { &calls };
        let table = ["export", "--table", "callbacks", "--columns", "call_id", "-"];
        let ran = tool(table).stdin(log).ends_with(0)?;
        assert_eq!(ran.column("call_id")?, calls, "{name}: {ran}");
    }
    let ran = tool(["validate", "--format", "json", "-"]).stdin(middle).run()?;
    let http = |rule: &String| rule.starts_with("http/") || rule.starts_with("json/");
    Ok(ran.rules()?.into_iter().filter(http).collect())
}

#[test]
fn a_body_that_is_not_chunked_is_read_whatever_its_head_says() -> TestResult {
    let body = body("c");
    let length = format!("Content-Length: {}\r\n", body.len());
    let pretty = body.replace(',', ",\n  ");
    for coding in ["chunked", "Chunked", "gzip, chunked"] {
        let coding = format!("Transfer-Encoding: {coding}\r\n");
        for (headers, body) in [
            (coding.clone(), &body),
            (coding.clone(), &format!("\r\n{body}")),
            (coding.clone(), &pretty),
            (coding.clone() + &length, &body),
            (length.clone() + &coding, &body),
            (coding.clone() + "Content-Length: 7\r\n", &body),
        ] {
            let rules = read_between(&headers, &request_of(&headers, body.as_bytes()))?;
            let is_wrong = headers.ends_with(": 7\r\n");
            let expected = ["http/transfer-encoding", "http/content-length"];
            assert_eq!(rules, expected[..1 + usize::from(is_wrong)], "{headers}");
        }
    }
    Ok(())
}

#[test]
fn a_chunked_body_is_read_whatever_its_head_says() -> TestResult {
    let body = body("c");
    for length in [100, 1000] {
        let chunks = chunked(body.as_bytes(), length);
        let declared = format!("Content-Length: {}\r\n", chunks.len());
        for headers in ["Transfer-Encoding: identity\r\n", "Transfer-Encoding: x\r\n", ""] {
            for headers in [headers.to_owned(), format!("{headers}{declared}")] {
                let rules = read_between(&headers, &request_of(&headers, &chunks))?;
                assert_eq!(rules, ["http/transfer-encoding"], "{headers}");
            }
        }
    }
    // What only looks like a chunk takes no request with it.
    let next = request("b");
    let like = format!("{:x}\r\n{{\r\n{next}\r\n0\r\n\r\n", next.len() + 3);
    for headers in ["", "Transfer-Encoding: identity\r\n", "Content-Length: 9\r\n"] {
        let log = [request("a").as_bytes(), &request_of(headers, like.as_bytes())].concat();
        holds(headers, &String::from_utf8(log)?, &["a", "b"])?;
    }
    Ok(())
}

#[test]
fn responses_whose_body_the_capture_decoded_are_passed_over() -> TestResult {
    let answer = r#"{"ErrorCode":0,"ErrorMessage":"Success"}"#;
    for headers in ["Transfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 40\r\n"]
    {
        let response = format!("HTTP/1.1 200 OK\r\n{headers}\r\n{answer}\r\n");
        let log = [request("a"), response.clone(), request("b"), response].concat();
        holds(headers, &log, &["a", "b"])?;
        let ran = tool(["validate", "--format", "json", "-"]).stdin(log).ends_with(0)?;
        assert_eq!(ran.rules()?.iter().filter(|rule| *rule == "body/unrecognised").count(), 0, "{ran}");
    }
    Ok(())
}
