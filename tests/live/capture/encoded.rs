//! Bodies with a `Content-Encoding` are kept to the byte, and looked at decoded.

use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;

use super::backend::Backend;
use super::client::{TARGET, post, start_call};
use super::receiver::{Receiver, beside, envelopes, new_log};
use crate::support::codings::{gzip, zlib};
use crate::support::{TestResult, tool};

const V4: &str = r#"{"CallbackCommand":"Call.CallbackAfterStartCall","CallInfo":{"CallId":"c2"},"EventTime":1704856873000}"#;
const V4_SUCCESS: &str = r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}"#;

/// Deflate without the wrapper that it should have, as some send it.
fn raw_deflate(bytes: &[u8]) -> TestResult<Vec<u8>> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// RFC 7932: a window of 64 KiB, one block of less than that which is not compressed, and an empty one at the end.
fn brotli(bytes: &[u8]) -> Vec<u8> {
    // WBITS 0, ISLAST 0, MNIBBLES 00, MLEN - 1 in 16 bits, ISUNCOMPRESSED 1, from the lowest bit on.
    let head = ((bytes.len() - 1) as u32) << 4 | 1 << 20;
    [&head.to_le_bytes()[..3], bytes, &[3]].concat()
}

#[test]
fn an_encoded_body_is_kept_and_understood() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &["--validate"])?;
    let mut client = receiver.client()?;
    let v4 = "/?SdkAppid=1&CallbackCommand=Call.CallbackAfterStartCall&contenttype=json&ClientIP=203.0.113.7&OptPlatform=iOS";
    let bodies = [
        ("gzip", gzip(V4.as_bytes())?),
        ("X-GZIP", gzip(V4.as_bytes())?),
        ("deflate", zlib(V4.as_bytes())?),
        ("deflate", raw_deflate(V4.as_bytes())?),
        ("br", brotli(V4.as_bytes())),
        ("BR, gzip", gzip(brotli(V4.as_bytes()))?),
        ("deflate, gzip", gzip(&zlib(V4.as_bytes())?)?),
    ];
    for (coding, body) in &bodies {
        let answer = client.ask(&post(v4, &format!("Content-Encoding: {coding}\r\n"), body))?;
        assert_eq!((answer.status, answer.body.as_str()), (200, V4_SUCCESS), "{coding}");
    }
    // One that breaks a rule has the same finding as it would have otherwise, and one that is not encoded is read too.
    let broken = start_call("c1").replace("alice", "");
    client.ask(&post(TARGET, "Content-Encoding: gzip\r\n", &gzip(broken.as_bytes())?))?;
    client.ask(&post(TARGET, "Content-Encoding: br\r\n", &brotli(broken.as_bytes())))?;
    client.ask(&post(TARGET, "Content-Encoding: gzip\r\n", start_call("c3").as_bytes()))?;
    drop(client);
    let ended = receiver.stop()?;
    assert!(ended.said.contains("10 recorded |"), "{}", ended.said);
    for line in [":8:", ":9:"] {
        let found = ended.stdout.lines().find(|found| found.contains(line));
        assert!(found.is_some_and(|found| found.contains("error body/empty: ")), "{}", ended.stdout);
    }
    for (line, (_, body)) in envelopes(&log)?.iter().zip(&bodies) {
        let kept = STANDARD.decode(line["body_base64"].as_str().unwrap_or_default())?;
        // An envelope has what is UTF-8 as text.
        let kept = if kept.is_empty() { line["body"].as_str().unwrap_or_default().into() } else { kept };
        assert_eq!(&kept, body);
    }
    let ids = tool(["export", "--table", "callbacks", "--columns", "call_id"]).args([&log]).ends_with(0)?;
    assert_eq!(ids.column("call_id")?, ["c2", "c2", "c2", "c2", "c2", "c2", "c2", "c1", "c1", "c3"]);
    Ok(())
}

/// A body that unpacks to a gigabyte costs no more than a body may.
#[test]
#[cfg(target_os = "linux")]
fn a_body_that_unpacks_to_far_more_is_recorded_and_does_no_harm() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &["--validate"])?;
    let bomb = gzip(gzip(vec![b' '; 256 << 20])?)?;
    let answer = receiver.client()?.ask(&post(TARGET, "Content-Encoding: gzip, gzip\r\n", &bomb))?;
    assert_eq!(answer.status, 200);
    let status = std::fs::read_to_string(format!("/proc/{}/status", receiver.id()))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse()?;
    assert!(peak < 100 << 10, "{peak} KiB");
    let ended = receiver.stop()?;
    assert!(ended.said.contains("1 recorded, 1 not callbacks |"), "{}", ended.said);
    Ok(())
}

#[test]
fn a_compressed_answer_of_the_backend_is_read_before_it_is_judged() -> TestResult {
    let body = br#"{"ErrorCode":7}"#;
    for (coding, body) in [
        ("gzip", gzip(body)?),
        ("deflate", zlib(body)?),
        ("deflate", raw_deflate(body)?),
        ("br", brotli(body)),
    ] {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let backend = Backend::with_bytes([head.as_bytes(), &body].concat())?;
        let (_folder, log) = new_log()?;
        let receiver = Receiver::start(&log, &["--forward", &format!("http://{}", backend.address)])?;
        let answer = {
            let mut client = receiver.client()?;
            client.send(&post(TARGET, "", start_call("c1").as_bytes()))?;
            client.head()?
        };
        let passed_back = (answer.status, answer.header("content-encoding"));
        assert_eq!(passed_back, (200, Some(coding)), "passed back as it is");
        let ended = receiver.stop()?;
        assert!(ended.said.contains("1 failed at the backend"), "{coding}: {}", ended.said);
        assert_eq!(envelopes(&beside(&log, "forward"))?[0]["error_code"], 7);
    }
    Ok(())
}
