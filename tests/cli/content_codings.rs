//! Bodies in a coding: what is wrong with one that cannot be decoded is said with the name of the coding.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::support::callback::Callback;
use crate::support::codings::{gzip, zlib};
use crate::support::{TestResult, tool};

const TARGET: &str =
    "/cb?sdkappid=1400000001&command=caller_start_call&contenttype=json&clientip=192.0.2.1&optplatform=iOS";

/// The same body in a raw request and in an envelope, with these headers.
fn logs(headers: &[(&str, &str)], body: &[u8]) -> [Vec<u8>; 2] {
    let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!("POST {TARGET} HTTP/1.1\r\nHost: a\r\n{lines}Content-Length: {}\r\n\r\n", body.len());
    let values: serde_json::Map<String, serde_json::Value> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let line = json!({"url": TARGET, "headers": values, "body_base64": STANDARD.encode(body)});
    [[head.as_bytes(), body].concat(), format!("{line}\n").into_bytes()]
}

#[test]
fn a_body_that_cannot_be_decoded_is_called_by_its_coding() -> TestResult {
    let body = Callback::event("start_call").to_string().into_bytes();
    let (gz, deflated) = (gzip(&body)?, zlib(&body)?);
    let large = zlib(vec![b' '; 3 << 20])?;
    let larger = gzip([&vec![b' '; 3 << 20], &body[..]].concat())?;
    for (coding, data, expected) in [
        ("gzip", &gz[..gz.len() / 2], "the body is `gzip` data that is cut off or damaged"),
        ("x-gzip", &gz[..12], "the body is `gzip` data that is cut off or damaged"),
        ("deflate", &deflated[..deflated.len() / 2], "the body is `deflate` data that is cut off or damaged"),
        ("br", &gz, "the body is `br` data that is cut off or damaged"),
        ("gzip", &larger, "the body is `gzip` data that unpacks to more than 2097152 bytes"),
        ("deflate", &large, "the body is `deflate` data that unpacks to more than 2097152 bytes"),
        ("zstd", &gz, "the body is in the coding `zstd`, which is not read"),
    ] {
        for log in logs(&[("Content-Encoding", coding)], data) {
            let ran =
                tool(["validate", "--format", "json", "--max-record", "2M", "-"]).stdin(log).ends_with(2)?;
            let mut found = ran.json_lines()?;
            found.retain(|finding| finding["rule"] != "input/not-a-log");
            assert_eq!(found.len(), 1, "{coding}: {ran}");
            assert_eq!(
                (&found[0]["rule"], &found[0]["message"]),
                (&json!("json/encoding"), &json!(expected))
            );
        }
    }
    Ok(())
}

#[test]
fn a_whole_callback_is_read_whatever_its_coding_lacks() -> TestResult {
    let body = Callback::event("start_call").call("c").to_string().into_bytes();
    let gz = gzip(&body)?;
    let wrong_sum = [&gz[..gz.len() - 8], &[0; 8]].concat();
    let name = "Content-Encoding";
    for (headers, data) in [
        (&[(name, "gzip")][..], &gz[..]),
        (&[(name, "gzip")], &gz[..gz.len() - 8]),
        (&[(name, "gzip")], &wrong_sum),
        (&[(name, "gzip")], &[&gz[..], &[0; 20]].concat()),
        (&[(name, "gzip")], &body),
        (&[(name, "br")], &body),
        (&[(name, "zstd")], &body),
        (&[(name, "deflate"), (name, "gzip")], &gzip(&zlib(&body)?)?),
        (&[(name, "deflate, gzip")], &gzip(&zlib(&body)?)?),
        (&[(name, "deflate , identity")], &zlib(&body)?),
    ] {
        let several = headers.len() > 1;
        for log in logs(headers, data).into_iter().take(if several { 1 } else { 2 }) {
            let ran = tool(["export", "-"]).stdin(log).ends_with(0)?;
            assert_eq!(ran.column("call_id")?, ["c"], "{headers:?}: {ran}");
        }
    }
    // Codings of the transfer too.
    let head = format!("POST {TARGET} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n");
    let chunk = format!("{:x}\r\n", gz.len());
    let log = [head.as_bytes(), chunk.as_bytes(), &gz, b"\r\n0\r\n\r\n"].concat();
    assert_eq!(tool(["export", "-"]).stdin(log).ends_with(0)?.column("call_id")?, ["c"]);
    Ok(())
}
