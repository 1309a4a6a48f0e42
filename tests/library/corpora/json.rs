//! The JSON texts: each as the body of one request, and as a line.

use std::fs;
use std::path::Path;

use callkit_tool::framing::Format;

use super::{corpus, same_for_any_cut};
use crate::support::TestResult;

/// The rules that say that a text is no JSON.
const REFUSALS: [&str; 3] = ["json/syntax", "json/encoding", "json/depth"];

/// Files whose answer is another than their name promises, and why.
const DEVIATIONS: [(&str, &str); 0] = [];

fn files(folder: &Path) -> TestResult<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder.join("test_parsing"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.push((name, fs::read(path)?));
    }
    files.sort();
    assert_eq!(files.len(), 318, "the files of the suite");
    Ok(files)
}

fn request(body: &[u8]) -> Vec<u8> {
    let head = "POST /?sdkappid=1&command=cancel&contenttype=json&clientip=::1&optplatform=iOS HTTP/1.1\r\n";
    [format!("{head}Content-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
}

#[test]
fn bodies_parse_or_do_not_as_their_names_say() -> TestResult {
    let Some(folder) = corpus("json") else { return Ok(()) };
    let mut wrong = Vec::new();
    for (name, body) in files(&folder)? {
        let input = request(&body);
        let parts = same_for_any_cut(&input, Format::Http, &name);
        if parts.len() != 1 || parts[0].end != input.len() as u64 || parts[0].skip.is_some() {
            wrong.push(format!("{name}: not one whole request: {parts:?}"));
            continue;
        }
        let errors = &parts[0].errors;
        let refused = errors.iter().any(|rule| REFUSALS.contains(rule));
        let framing = errors.iter().any(|rule| rule.starts_with("http/"));
        let right =
            !framing && if name.starts_with("y_") { !refused } else { refused || name.starts_with("i_") };
        let deviates = DEVIATIONS.iter().any(|(deviating, _)| *deviating == name);
        if right == deviates {
            wrong.push(format!("{name}: {errors:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} files\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

#[test]
fn lines_are_read_the_same_for_any_cut() -> TestResult {
    let Some(folder) = corpus("json") else { return Ok(()) };
    for (name, text) in files(&folder)? {
        same_for_any_cut(&text, Format::JsonLines, &name);
    }
    Ok(())
}
