//! The account of one call, in each format.

use super::account::{Account, Evidence};
use crate::calls::Certainty;
use crate::render::json::{Object, list};
use crate::render::{escape, rfc3339};
use crate::spec::Word;

/// Version of the JSON format.
const VERSION: u32 = 1;

/// How sure a verdict is, in words.
fn sureness(account: &Account) -> &'static str {
    match account.certainty {
        Certainty::Certain => "certain: the callbacks leave no other way",
        Certainty::Likely => "likely: it fits the callbacks best",
        Certainty::CannotTell => "cannot tell: the callbacks do not decide",
    }
}

/// `file.log:7`, or the record where the line is not known.
fn place(evidence: &Evidence) -> String {
    match evidence.line {
        Some(line) => format!("{}:{line}", evidence.source),
        None => format!("{} record {}", evidence.source, evidence.record),
    }
}

fn offset(evidence: &Evidence) -> String {
    evidence.offset.map_or_else(|| "?".to_owned(), |offset| format!("{offset:+} s"))
}

/// Text for people, at most so many columns wide; with `color` the headings are bold.
pub fn account_text(account: &Account, width: usize, color: bool) -> String {
    let mut text = String::new();
    let bold =
        |heading: &str| if color { format!("\u{1b}[1m{heading}\u{1b}[0m") } else { heading.to_owned() };
    let heading = |heading: &str| bold(heading) + &" ".repeat(INDENT.saturating_sub(heading.len()));
    let mut part = |title: &str, body: &str| {
        let body = wrapped(&escape::terminal(body), width.saturating_sub(INDENT).max(30));
        for (number, line) in body.iter().enumerate() {
            let begin = if number == 0 { heading(title) } else { " ".repeat(INDENT) };
            text.push_str(format!("{begin}{line}").trim_end());
            text.push('\n');
        }
    };
    part("call", &account.call_id);
    part("", &account.facts);
    part("verdict", &format!("{}: {}", account.cause.as_str(), account.sentence));
    part("sure?", sureness(account));
    for (number, evidence) in account.evidence.iter().enumerate() {
        let title = if number == 0 { "evidence" } else { "" };
        part(title, &format!("{}  {}  {}", place(evidence), offset(evidence), evidence.text));
    }
    for (number, callee) in account.callees.iter().enumerate() {
        let title = if number == 0 { "callees" } else { "" };
        part(title, &format!("`{}`  {}: {}", callee.user, callee.cause.as_str(), callee.sentence));
    }
    for (number, (cause, sentence)) in account.contributing.iter().enumerate() {
        part(if number == 0 { "besides" } else { "" }, &format!("{}: {sentence}", cause.as_str()));
    }
    part("settled by", &account.settles);
    part("next", &account.next);
    text
}

/// Columns that headings take up.
const INDENT: usize = 12;

/// Text broken into lines of at most so many characters; longer words are left whole.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            lines.push(String::new());
            used = 0;
        }
        let last = lines.len() - 1;
        if used > 0 {
            lines[last].push(' ');
            used += 1;
        }
        lines[last].push_str(word);
        used += length;
    }
    lines
}

/// One JSON object, ended by a line feed.
pub fn account_json(account: &Account) -> Vec<u8> {
    let mut out = Vec::new();
    let mut object = Object::new(&mut out);
    object.number("version", Some(VERSION));
    object.text("call_id", &account.call_id);
    object.text("cause", account.cause.as_str());
    object.text("certainty", account.certainty.as_str());
    object.maybe_text("alternative", account.alternative.map(Word::as_str));
    object.text("verdict", &account.sentence);
    object.number("seconds", account.seconds);
    list(object.key("evidence"), &account.evidence, |out, evidence| {
        let mut object = Object::new(out);
        object.text("source", &evidence.source);
        object.number("record", Some(evidence.record));
        object.number("line", evidence.line);
        object.maybe_text("time", evidence.time.map(|time| rfc3339(i64::from(time))).as_deref());
        object.number("offset_seconds", evidence.offset);
        object.text("text", &evidence.text);
        object.end();
    });
    list(object.key("contributing"), &account.contributing, |out, (cause, sentence)| {
        let mut object = Object::new(out);
        object.text("cause", cause.as_str());
        object.text("text", sentence);
        object.end();
    });
    list(object.key("callees"), &account.callees, |out, callee| {
        let mut object = Object::new(out);
        object.text("user_id", &callee.user);
        object.text("cause", callee.cause.as_str());
        object.text("certainty", callee.certainty.as_str());
        object.text("verdict", &callee.sentence);
        object.end();
    });
    object.text("settled_by", &account.settles);
    object.text("next", &account.next);
    object.end();
    out.push(b'\n');
    out
}

/// A section of Markdown.
pub fn account_markdown(account: &Account) -> String {
    let safe = |text: &str| escape::markdown(text);
    let mut text = format!("## Call {}\n\n{}\n\n", safe(&account.call_id), safe(&account.facts));
    text.push_str(&format!("**{}**: {}\n\n", safe(account.cause.as_str()), safe(&account.sentence)));
    text.push_str(&format!("- sure? {}\n", sureness(account)));
    for (cause, sentence) in &account.contributing {
        text.push_str(&format!("- besides, {}: {}\n", safe(cause.as_str()), safe(sentence)));
    }
    text.push_str(&format!("- settled by: {}\n", safe(&account.settles)));
    text.push_str(&format!("- next: {}\n", safe(&account.next)));
    if !account.evidence.is_empty() {
        text.push_str("\n| evidence | after the start | callback |\n| --- | ---: | --- |\n");
        for evidence in &account.evidence {
            let cells = [safe(&place(evidence)), offset(evidence), safe(&evidence.text)];
            text.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
    }
    if !account.callees.is_empty() {
        text.push_str("\n| callee | cause | verdict |\n| --- | --- | --- |\n");
        for callee in &account.callees {
            let cells = [safe(&callee.user), safe(callee.cause.as_str()), safe(&callee.sentence)];
            text.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
    }
    text
}
