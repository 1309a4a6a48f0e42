//! Text from a log, and the names of files, go out harmless: nothing that a terminal acts upon, JSON with `\u`
//! escapes, CSV that reads back as the very strings, cells that no spreadsheet runs, and Markdown tables that keep
//! their columns.

mod calls;
mod names;
mod strings;
mod tables;

use std::path::PathBuf;

use crate::support::callback::Callback;
use crate::support::{TestResult, left_out};

/// Characters that a terminal acts upon, or that reorder the text around them.
pub(crate) fn is_control(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Where a stream holds such a character, line feeds aside: the text around it.
pub(crate) fn harm(stream: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(stream);
    let letters: Vec<char> = text.chars().collect();
    let bad = letters.iter().position(|letter| is_control(*letter) && *letter != '\n')?;
    let around: String = letters[bad.saturating_sub(40)..letters.len().min(bad + 20)].iter().collect();
    Some(around.escape_debug().to_string())
}

/// Strings of our own: escapes, controls, bidirectional characters, quotes, formulas.
const OWN: [&str; 22] = [
    "\u{1b}[31mred\u{1b}[0m",
    "\u{1b}]0;title\u{7}",
    "\u{1b}[2J\u{1b}[H",
    "\u{9b}31m",
    "a\u{202e}dcb",
    "\u{2066}left\u{2069}\u{61c}\u{200f}",
    "line\rback",
    "line\nfeed",
    "line\r\nboth",
    "nul\u{0}byte",
    "tab\tstop",
    "\ttab first",
    "\rreturn first",
    "del\u{7f}",
    "quote\"s, and ' and `",
    "semi;colon\\back",
    "pipe|<b>&amp;*_",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\u{feff}mark\u{2028}line\u{2029}",
];

/// All strings: our own, and those of the corpora where they are there.
pub(crate) fn strings() -> TestResult<Vec<String>> {
    let mut strings: Vec<String> = OWN.iter().map(|text| (*text).to_owned()).collect();
    let folder: PathBuf = crate::support::file_of_crate("../shared/corpora/strings");
    if !folder.is_dir() {
        left_out(format_args!("strings of others, since {} is missing", folder.display()));
        return Ok(strings);
    }
    let naughty: Vec<String> = serde_json::from_slice(&std::fs::read(folder.join("blns/blns.json"))?)?;
    strings.extend(naughty);
    for line in std::fs::read_to_string(folder.join("csv-injection-payloads.jsonl"))?.lines() {
        let payload: serde_json::Value = serde_json::from_str(line)?;
        strings.extend(payload["payload"].as_str().map(str::to_owned));
    }
    // The rules treat an empty id apart.
    strings.retain(|text| !text.is_empty());
    strings.dedup();
    Ok(strings)
}

/// The fields that hold text of the user's choosing.
pub(crate) const FIELDS: [&str; 3] = ["UserId", "RoomId", "CallId"];

/// A callback with these ids; a duplicate and an unknown event make findings that quote them.
pub(crate) fn callback(user: &str, room: &str, call: &str, event: &str, second: u32) -> String {
    let body = Callback::event(event).user(user).room(room).call(call).at(1_704_856_873 + i64::from(second));
    let url = "/?sdkappid=1400000001&command=caller_start_call&contenttype=json";
    let query = format!("{url}&clientip={}&optplatform={}", percent(user), percent(user));
    format!("{{\"url\":{},\"body\":{body}}}\n", serde_json::Value::from(query))
}

/// Percent-encoded, so that a URL can hold it.
fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A log in which every string is, in turn, each of the ids, the event and the values of the URL.
pub(crate) fn log(strings: &[String]) -> String {
    let mut log = String::new();
    for (index, text) in strings.iter().enumerate() {
        let second = index as u32;
        let own = format!("c-{index}");
        log += &callback(text, text, &own, "start_call", second);
        log += &callback(text, "r-1", text, "cancel_call", second);
        log += &callback(text, "r-2", text, "cancel_call", second);
        log += &callback("other", text, &own, text, second);
    }
    log
}
