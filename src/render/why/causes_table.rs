//! The causes of many calls, in each format.

use crate::calls::{CauseCounts, Causes};
use crate::render::json::{Object, list, string};
use crate::render::{TextTable, counted, escape, percent};
use crate::spec::{Cause, REPORTING_CLIENTS, Word};

/// Version of the JSON format.
const VERSION: u32 = 1;

/// A platform and an hour that have more of a cause than by chance, as `Web 71 % (of all: 14 %)`.
fn concentrations(counts: &CauseCounts) -> [String; 2] {
    let shares = |at: String, share: f64, of_all: f64| {
        format!("{at} {:.0} % (of all {:.0} %)", share * 100.0, of_all * 100.0)
    };
    let platform = counts.platform.as_ref().map(|it| shares(it.at.clone(), it.share, it.share_of_all));
    let hour = counts.hour.as_ref().map(|it| shares(format!("{:02}h", it.at), it.share, it.share_of_all));
    [platform, hour].map(Option::unwrap_or_default)
}

/// A table for people, with what each cause means.
pub fn causes_text(causes: &Causes) -> String {
    let list = causes.list();
    let mut table =
        TextTable::new(&["cause", ">calls", ">share", ">besides", "more on", "more at", "for example"]);
    for counts in &list {
        let [platform, hour] = concentrations(counts);
        let (calls, share) = match counts.calls {
            0 => ("-".to_owned(), "-".to_owned()),
            calls => (calls.to_string(), percent(Some(counts.share))),
        };
        let beside = if counts.beside == 0 { "-".to_owned() } else { counts.beside.to_string() };
        let example = counts.examples.first().map_or("", String::as_str);
        table.row(&[counts.cause.as_str(), &calls, &share, &beside, &platform, &hour, example]);
    }
    table.row(&["all", &causes.calls().to_string(), "", "", "", "", ""]);
    let mut text = table.render();
    text.push('\n');
    let mut meanings = TextTable::new(&["cause", "meaning"]);
    list.iter().for_each(|counts| meanings.row(&[counts.cause.as_str(), counts.cause.row().summary]));
    text.push_str(&meanings.render());
    let notes = notes(causes, &list);
    if !notes.is_empty() {
        text.push('\n');
        notes.iter().for_each(|note| text.push_str(&format!("note: {}\n", escape::terminal(note))));
    }
    text
}

fn notes(causes: &Causes, list: &[CauseCounts]) -> Vec<String> {
    let mut notes = Vec::new();
    let open: u64 = list.iter().map(|counts| counts.open).sum();
    let unknown = list.iter().find(|counts| counts.cause == Cause::CannotTell).map_or(0, |it| it.calls);
    if open > unknown {
        let calls = counted(open - unknown, "call");
        notes.push(format!(
            "of {calls} nobody can tell the cause from another: `callkit-tool why ID` names it"
        ));
    }
    let silent = [Cause::OneSided, Cause::NeverRang, Cause::CalleeSilent, Cause::GaveUpBeforeRing];
    let platforms = causes.platforms_without_callees();
    if list.iter().any(|counts| silent.contains(&counts.cause)) && !platforms.is_empty() {
        notes.push(format!(
            "callers report from {}, and no callee does: clients older than {REPORTING_CLIENTS} report nothing",
            platforms.join(", ")
        ));
    }
    notes
}

/// One JSON object, ended by a line feed.
pub fn causes_json(causes: &Causes) -> Vec<u8> {
    let mut out = Vec::new();
    let mut object = Object::new(&mut out);
    object.number("version", Some(VERSION));
    object.number("calls", Some(causes.calls()));
    list(object.key("causes"), &causes.list(), cause_json);
    object.end();
    out.push(b'\n');
    out
}

fn cause_json(out: &mut Vec<u8>, counts: &CauseCounts) {
    let mut object = Object::new(out);
    object.text("cause", counts.cause.as_str());
    object.text("meaning", counts.cause.row().summary);
    object.number("calls", Some(counts.calls));
    object.number("share", Some(counts.share));
    object.number("cannot_tell", Some(counts.open));
    object.number("besides", Some(counts.beside));
    let mut platforms = object.object("platforms");
    for (platform, calls) in &counts.platforms {
        platforms.number(platform, Some(*calls));
    }
    platforms.end();
    list(object.key("hours"), &counts.hours, |out, calls| {
        out.extend_from_slice(calls.to_string().as_bytes())
    });
    let shares = |mut object: Object<'_>, share: f64, share_of_all: f64| {
        object.number("share", Some(share));
        object.number("share_of_all", Some(share_of_all));
        object.end();
    };
    match &counts.platform {
        Some(it) => {
            let mut more = object.object("more_on");
            more.text("platform", &it.at);
            shares(more, it.share, it.share_of_all);
        }
        None => object.number("more_on", None::<u64>),
    }
    match &counts.hour {
        Some(it) => {
            let mut more = object.object("more_at");
            more.number("hour", Some(it.at));
            shares(more, it.share, it.share_of_all);
        }
        None => object.number("more_at", None::<u64>),
    }
    list(object.key("examples"), &counts.examples, |out, example| string(out, example));
    object.end();
}

/// A Markdown table.
pub fn causes_markdown(causes: &Causes) -> String {
    let mut text = String::from(
        "| cause | meaning | calls | share | besides | more on | more at | for example |\n\
         | --- | --- | ---: | ---: | ---: | --- | --- | --- |\n",
    );
    for counts in causes.list() {
        let [platform, hour] = concentrations(&counts);
        let cells = [
            counts.cause.as_str().to_owned(),
            counts.cause.row().summary.to_owned(),
            counts.calls.to_string(),
            percent(Some(counts.share)),
            counts.beside.to_string(),
            platform,
            hour,
            counts.examples.join(", "),
        ];
        let cells = cells.map(|cell| escape::markdown(&cell));
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text
}
