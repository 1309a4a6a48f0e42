//! What the receiver refused is never taken for a callback, and never sent on, whatever file it stands in.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::backend::Backend;
use super::client::{TARGET, post, start_call};
use super::receiver::{Receiver, beside, new_log};
use crate::support::codings::gzip;
use crate::support::{TestResult, tool};

/// A log with one callback of the app's, next to refused requests of every kind of body; how many those are.
fn captured(log: &Path) -> TestResult<u64> {
    let receiver = Receiver::start(log, &["--sdkappid", "1400000001"])?;
    let forged = TARGET.replace("1400000001", "1400000002");
    let callback = start_call("forged");
    let several = format!("[{callback},{callback}]");
    let bodies = [callback.as_bytes(), several.as_bytes(), b"\xff\xfe\x00", b"{\"CallId\":", b""];
    let mut client = receiver.client()?;
    for body in bodies {
        assert_eq!(client.ask(&post(&forged, "", body))?.status, 403);
    }
    assert_eq!(client.ask(&post(TARGET, "", start_call("own").as_bytes()))?.status, 200);
    drop(client);
    receiver.stop()?;
    Ok(bodies.len() as u64)
}

/// Writes the refused requests in the shapes in which they come to be read; the names of these files.
fn copies(folder: &Path, refused: &Path) -> TestResult<Vec<&'static str>> {
    let text = fs::read_to_string(refused)?;
    let write = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes);
    write("renamed.jsonl", text.as_bytes())?;
    write("packed", &gzip(&text)?)?;
    write("packed.zst", &zstd::encode_all(text.as_bytes(), 0)?)?;
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_ustar();
    header.set_size(text.len() as u64);
    header.set_mode(0o600);
    archive.append_data(&mut header, "callbacks.log.refused", text.as_bytes())?;
    write("archive.tar", &archive.into_inner()?)?;
    let lines =
        |wrap: &dyn Fn(&str) -> String| text.lines().map(|line| wrap(line) + "\n").collect::<String>();
    write("array.json", format!("[{}]", text.trim_end().replace('\n', ",\n")).as_bytes())?;
    write("prefixed.log", lines(&|line| format!("2026-01-31T00:00:00Z INFO callback: {line}")).as_bytes())?;
    let docker = |line: &str| json!({"log": format!("{line}\n"), "stream": "stdout"}).to_string();
    write("docker.log", lines(&docker).as_bytes())?;
    let torn =
        |line: &str| json!({"found_at": "x", "offset": 0, "length": line.len(), "text": line}).to_string();
    write("torn", lines(&torn).as_bytes())?;
    // What a power cut leaves: zeros in the place of the beginning.
    write("zeros.log", &[&[0; 300], &text.as_bytes()[300..]].concat())?;
    Ok(vec![
        "renamed.jsonl",
        "packed",
        "packed.zst",
        "archive.tar",
        "array.json",
        "prefixed.log",
        "docker.log",
        "torn",
        "zeros.log",
    ])
}

#[test]
fn nothing_that_was_refused_is_ever_sent() -> TestResult {
    let (folder, log) = new_log()?;
    let count = captured(&log)?;
    let refused = beside(&log, "refused");
    let mut names = copies(folder.path(), &refused)?;
    names.push("callbacks.log.refused");
    let backend = Backend::start("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")?;
    let token = ("THE_TOKEN", "a token");
    let to = format!("http://{}/", backend.address);
    let args = ["replay", "--speed", "max", "--token", "env:THE_TOKEN", "--to", &to, "--format", "json"];
    for name in names {
        let ran = tool(args).args([name]).cwd(folder.path()).env(token.0, token.1).ends_with(0)?;
        assert!(backend.is_unasked(), "{ran}");
        let left_out = &ran.json_lines()?[0]["plan"]["left_out"];
        let all = if name == "zeros.log" { count - 1 } else { count };
        assert_eq!(left_out["refused"].as_u64(), Some(all), "{ran}");
        assert!(ran.errors().contains("since the receiver refused them"), "{ran}");
    }
    // The callback next to them is sent, whether its file or the folder is named.
    for inputs in [&["callbacks.log", "renamed.jsonl"][..], &["."]] {
        tool(args).args(inputs).cwd(folder.path()).env(token.0, token.1).ends_with(0)?;
        assert!(backend.request()?.contains("own"));
        assert!(backend.is_unasked());
    }
    Ok(())
}
