//! Line and column of every finding, against its offset: records that begin in the middle of a line among them.

use crate::support::callback::Callback;
use crate::support::{TestResult, tool};

/// A body with a fault, and a letter of two bytes before it.
fn body(call: &str) -> String {
    Callback::event("start_call").user("\u{e9}").call(call).set("MediaType", "v\u{ed}deo").to_string()
}

fn request(call: &str) -> String {
    let body = body(call);
    format!("POST /?sdkappid=x HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

#[test]
fn a_finding_in_a_record_in_mid_line_has_the_column_of_the_line() -> TestResult {
    let [one, two] = ["a", "b"].map(body);
    for log in [
        request("a") + &request("b") + &request("b"),
        format!("{} {}", request("a"), request("b")),
        format!("{one}{two} {one}\n{two}\n"),
        format!("[{one},{two}]\n"),
        format!("[\n  {one},\n  {two}\n]\n"),
        format!(r#"{{"log":{{"entries":[{{"body":{one}}},{{"body":{two}}}]}}}}"#),
        format!("2024 \u{e9} {one}\n"),
        format!(r#"{{"a":{one},"b":{two}}}"#),
        format!("{{\"a\":{one},\n \"b\":{two}}}\n"),
        format!("\u{feff}{one}\n\0\0{two}\n"),
    ] {
        let ran = tool(["validate", "--format", "json", "-"]).stdin(log.clone()).ends_with(1)?;
        let findings = ran.json_lines()?;
        assert!(findings.iter().any(|finding| finding["rule"] == "body/value"), "{ran}");
        for finding in &findings {
            let offset = usize::try_from(finding["offset"].as_u64().unwrap_or(0))?;
            let before = &log[..offset];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            assert_eq!(
                (&finding["line"], &finding["column"]),
                (&line.into(), &column.into()),
                "{log}: {finding}"
            );
        }
    }
    Ok(())
}
