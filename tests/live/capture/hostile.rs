//! Callbacks whose every text means harm: what is said of them does none, and the log keeps them on lines of their own.

use std::fs;

use serde_json::Value;

use super::client::{TARGET, post};
use super::receiver::{Receiver, envelopes, new_log};
use crate::support::callback::Callback;
use crate::support::{TestResult, file_of_crate};

/// Strings of our own, and those of the corpora where they are there.
fn strings() -> TestResult<Vec<String>> {
    let own = [
        "\u{1b}[31mred",
        "\u{9b}31m",
        "a\u{202e}b",
        "line\rback",
        "line\nfeed",
        "\u{0}",
        "del\u{7f}",
        "=1+1",
    ];
    let mut strings: Vec<String> = own.iter().map(|text| (*text).to_owned()).collect();
    if let Ok(naughty) = fs::read(file_of_crate("../shared/corpora/strings/blns/blns.json")) {
        let naughty: Vec<String> = serde_json::from_slice(&naughty)?;
        strings.extend(naughty.into_iter().filter(|text| !text.is_empty()));
    }
    Ok(strings)
}

fn is_harmful(letter: char) -> bool {
    (letter.is_control() && letter != '\n')
        || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn findings_status_and_log_are_harmless() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &["--validate"])?;
    let mut client = receiver.client()?;
    let strings = strings()?;
    for text in &strings {
        let body = Callback::event(text)
            .user(text)
            .room(text)
            .call(text)
            .result(text)
            .set("MediaType", text.as_str());
        // A member of that name as well.
        let member = serde_json::Value::from(text.as_str()).to_string();
        let body = body.raw(&member[1..member.len() - 1], "1");
        let answer = client.ask(&post(TARGET, "", body.to_string().as_bytes()))?;
        assert_eq!(answer.status, 200, "{text:?}: {answer:?}");
    }
    // What is no text at all comes as well.
    let bytes: Vec<u8> = (0..=255).collect();
    client.ask(&post(TARGET, "", &bytes))?;
    let ended = receiver.stop()?;
    for stream in [&ended.said, &ended.stdout] {
        let bad = stream.lines().find(|line| line.contains(is_harmful));
        assert_eq!(bad, None);
    }
    assert!(ended.stdout.contains("body/value"), "findings are shown: {}", ended.stdout);
    let lines = envelopes(&log)?;
    assert!(lines.len() >= strings.len() && lines.iter().all(Value::is_object));
    let breaks_a_line = |letter: char| letter < ' ' && letter != '\n';
    assert!(!fs::read_to_string(&log)?.contains(breaks_a_line), "the log is JSON Lines");
    Ok(())
}
