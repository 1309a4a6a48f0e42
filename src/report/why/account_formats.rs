//! The account of one call, in each format.

use super::account::{Account, CalleeAccount, Evidence};
use crate::calls::Certainty;
use crate::report::certainty;
use crate::report::escape;
use crate::report::ink::{Ink, TextStyle};
use crate::report::json::{Object, document};
use crate::report::ladder::moment::offset;
use crate::report::measure::wrap;
use crate::report::place::place;
use crate::report::quantity::{counted, rfc3339};
use crate::spec::{CallResult, Cause, Word};

/// Version of the JSON format.
const VERSION: u32 = 1;

/// Callees of a group call that are shown to people; JSON has all.
const SHOWN_CALLEES: usize = 20;

/// How certain a verdict is, and what that means.
fn confidence(certainty: Certainty) -> String {
    format!("{}: {}", certainty::word(certainty), certainty::meaning(certainty))
}

/// The place of a callback.
fn place_of(evidence: &Evidence) -> String {
    place(&evidence.source, evidence.line, evidence.record)
}

/// Time of day, and how long after the call's start, so far as they are known.
fn moment(evidence: &Evidence) -> [String; 2] {
    let after = evidence.offset.map(|seconds| offset(seconds.saturating_mul(1000)));
    [evidence.clock.clone().unwrap_or_else(|| "no time".to_owned()), after.unwrap_or_default()]
}

/// A callback in one line.
fn line(evidence: &Evidence) -> String {
    let [clock, after] = moment(evidence);
    let parts = [place_of(evidence), clock, after, evidence.text.clone()];
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    parts.join("  ")
}

/// The places of the callbacks that decide on a callee.
fn places(callee: &CalleeAccount) -> String {
    callee.evidence.iter().map(place_of).collect::<Vec<_>>().join(", ")
}

/// A callee's verdict, and how certain it is unless it is `certain`.
fn of_callee(callee: &CalleeAccount) -> String {
    match callee.verdict.certainty {
        Certainty::Certain => callee.sentence.clone(),
        other => format!("{} ({})", callee.sentence, certainty::word(other)),
    }
}

/// A note on the callees that are not shown; none if all are.
fn callees_cut(account: &Account) -> Option<String> {
    let more = account.callees.len().saturating_sub(SHOWN_CALLEES) as u64;
    (more > 0).then(|| format!("{} not shown; `--format json` has all", counted(more, "more callee")))
}

/// Text for people; in colour the headings are bold.
pub fn account_text(account: &Account, style: TextStyle) -> String {
    let mut text = String::new();
    let bold = |heading: &str| Ink::Strong.paint(heading, style.color && !heading.is_empty());
    let heading = |heading: &str| bold(heading) + &" ".repeat(INDENT.saturating_sub(heading.len()));
    let mut part = |title: &str, body: &str| {
        let body = wrap(&style.sentence(body), style.width.saturating_sub(INDENT).max(28));
        for (number, line) in body.iter().enumerate() {
            let begin = if number == 0 { heading(title) } else { " ".repeat(INDENT) };
            text.push_str(format!("{begin}{line}").trim_end());
            text.push('\n');
        }
    };
    part("call", &account.call_id);
    part("", &account.facts);
    part("verdict", &format!("{}: {}", account.verdict.cause.as_str(), account.sentence));
    part("confidence", &confidence(account.verdict.certainty));
    let mut title = "evidence";
    for evidence in &account.evidence {
        part(std::mem::take(&mut title), &line(evidence));
    }
    title = "callees";
    for callee in account.callees.iter().take(SHOWN_CALLEES) {
        let (verdict, places) = (of_callee(callee), places(callee));
        let places = if places.is_empty() { places } else { format!("  [{places}]") };
        let cause = callee.verdict.cause.as_str();
        part(std::mem::take(&mut title), &format!("`{}`  {cause}: {verdict}{places}", callee.user));
    }
    if let Some(cut) = callees_cut(account) {
        part("", &cut);
    }
    if let Some(deliveries) = main_deliveries(account) {
        part("deliveries", deliveries);
    }
    title = "besides";
    for (cause, sentence) in &account.contributing {
        part(std::mem::take(&mut title), &format!("{}: {sentence}", cause.as_str()));
    }
    part("to confirm", account.verdict.cause.row().settles);
    part("check next", &account.next);
    text
}

/// Columns that headings take up.
const INDENT: usize = 12;

/// One JSON object, ended by a line feed.
pub fn account_json(account: &Account) -> Vec<u8> {
    document(|object| {
        object.member("version", VERSION);
        object.member("call_id", &account.call_id);
        object.member("cause", account.verdict.cause.as_str());
        object.member("certainty", account.verdict.certainty.as_str());
        object.optional("alternative", account.verdict.alternative.map(Word::as_str));
        object.member("verdict", &account.sentence);
        object.member("seconds", account.verdict.seconds);
        object.optional("reported_by", account.verdict.reported_by.map(Word::as_str));
        object.optional("other_end", account.verdict.other_end.map(CallResult::as_str));
        object.members(
            "clocks",
            [("more_than", account.verdict.clocks.low), ("less_than", account.verdict.clocks.high)],
        );
        object.objects("evidence", &account.evidence, evidence_json);
        object.optional("deliveries", account.deliveries.as_deref());
        object.objects("contributing", &account.contributing, |object, (cause, sentence)| {
            object.member("cause", cause.as_str());
            object.member("text", sentence);
        });
        object.objects("callees", &account.callees, |object, callee| {
            object.member("user_id", &callee.user);
            object.member("cause", callee.verdict.cause.as_str());
            object.member("certainty", callee.verdict.certainty.as_str());
            object.member("verdict", &callee.sentence);
            object.member("seconds", callee.verdict.seconds);
            object.objects("evidence", &callee.evidence, evidence_json);
        });
        object.member("settled_by", account.verdict.cause.row().settles);
        object.member("next", &account.next);
    })
}

fn evidence_json(object: &mut Object<'_>, evidence: &Evidence) {
    object.member("source", &evidence.source);
    object.member("record", evidence.record);
    object.member("line", evidence.line);
    object.optional("time", evidence.time.map(|time| rfc3339(i64::from(time))));
    object.member("offset_seconds", evidence.offset);
    object.member("text", &evidence.text);
}

/// A section of Markdown.
pub fn account_markdown(account: &Account) -> String {
    let safe = |text: &str| escape::markdown(text);
    let mut text = format!("## Call {}\n\n{}\n\n", safe(&account.call_id), safe(&account.facts));
    text.push_str(&format!("**{}**: {}\n\n", safe(account.verdict.cause.as_str()), safe(&account.sentence)));
    text.push_str(&format!("- confidence: {}\n", confidence(account.verdict.certainty)));
    if let Some(deliveries) = main_deliveries(account) {
        text.push_str(&format!("- deliveries: {}\n", safe(deliveries)));
    }
    for (cause, sentence) in &account.contributing {
        text.push_str(&format!("- besides, {}: {}\n", safe(cause.as_str()), safe(sentence)));
    }
    text.push_str(&format!("- to confirm: {}\n", safe(account.verdict.cause.row().settles)));
    text.push_str(&format!("- check next: {}\n", safe(&account.next)));
    if !account.evidence.is_empty() {
        text.push_str("\n| evidence | time | after the start | callback |\n| --- | --- | ---: | --- |\n");
        for evidence in &account.evidence {
            let [clock, after] = moment(evidence);
            let cells = [&place_of(evidence), &clock, &after, &evidence.text];
            text.push_str(&escape::markdown_row(cells));
        }
    }
    if !account.callees.is_empty() {
        text.push_str(
            "\n| callee | cause | verdict | confidence | evidence |\n| --- | --- | --- | --- | --- |\n",
        );
        for callee in account.callees.iter().take(SHOWN_CALLEES) {
            let confidence = certainty::word(callee.verdict.certainty);
            let cells =
                [&callee.user, callee.verdict.cause.as_str(), &callee.sentence, &confidence, &places(callee)];
            text.push_str(&escape::markdown_row(cells));
        }
        if let Some(cut) = callees_cut(account) {
            text.push_str(&format!("\n{cut}\n"));
        }
    }
    text
}

/// What repeated deliveries show, if they are the main cause; otherwise it is among the contributing causes.
fn main_deliveries(account: &Account) -> Option<&str> {
    let is_main = account.verdict.cause == Cause::DeliveryBroke;
    account.deliveries.as_deref().filter(|_| is_main)
}
