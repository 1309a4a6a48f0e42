//! The causes of many calls, in each format.

use crate::calls::{CauseCounts, Causes};
use crate::report::escape;
use crate::report::json::{Object, list, string};
use crate::report::measure::{width, wrap};
use crate::report::quantity::percent;
use crate::report::text_table::TextTable;
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

/// The columns for people.
const HEADINGS: [&str; 8] =
    ["cause", ">calls", ">share", ">open", ">besides", "more on", "more at", "for example"];

/// Which of them go, one after the other, where there is no room; the counts never do.
const GO_FIRST: [usize; 4] = [7, 6, 5, 2];

/// A table for people, at most so many columns wide, with what each cause means; with `color` the headings are bold.
pub fn causes_text(causes: &Causes, width: usize, color: bool) -> String {
    let list = causes.list();
    if list.is_empty() {
        return "no calls\n".to_owned();
    }
    let mut rows: Vec<[String; HEADINGS.len()]> = list.iter().map(cells).collect();
    let all =
        ["all".to_owned(), causes.calls().to_string()].into_iter().chain(std::iter::repeat(String::new()));
    rows.push(std::array::from_fn({
        let all: Vec<String> = all.take(HEADINGS.len()).collect();
        move |column| all[column].clone()
    }));
    let columns = columns_that_fit(&rows, width);
    let mut table = TextTable::new(&Vec::from_iter(columns.iter().map(|column| HEADINGS[*column])));
    for row in &rows {
        table.row(&Vec::from_iter(columns.iter().map(|column| row[*column].as_str())));
    }
    let mut meanings = TextTable::new(&["cause", "meaning"]);
    list.iter().for_each(|counts| meanings.row(&[counts.cause.as_str(), counts.cause.row().summary]));
    let mut text = String::new();
    for (number, table) in [&mut table, &mut meanings].into_iter().enumerate() {
        if number > 0 {
            text.push('\n');
        }
        // The causes of the one break if need be, the meanings of the other.
        table.fit(width, number);
        text.push_str(&with_bold_headings(&table.render(), color));
    }
    let mut notes = notes(causes, &list);
    let left_out = HEADINGS.iter().enumerate().filter(|(column, _)| !columns.contains(column));
    let left_out: Vec<String> =
        left_out.map(|(_, heading)| format!("`{}`", heading.trim_start_matches('>'))).collect();
    if !left_out.is_empty() {
        notes.push(format!("no room for {}; `--width` makes some, JSON has all", left_out.join(", ")));
    }
    if !notes.is_empty() {
        text.push('\n');
    }
    for note in notes {
        let note = format!("note: {}", escape::terminal(&note));
        wrap(&note, width).iter().for_each(|line| text.push_str(&format!("{line}\n")));
    }
    text
}

/// The cells of a cause.
fn cells(counts: &CauseCounts) -> [String; HEADINGS.len()] {
    let number = |count: u64| if count == 0 { "-".to_owned() } else { count.to_string() };
    let share = if counts.calls == 0 { "-".to_owned() } else { percent(Some(counts.share)) };
    let [platform, hour] = concentrations(counts);
    [
        counts.cause.as_str().to_owned(),
        number(counts.calls),
        share,
        number(counts.open),
        number(counts.beside),
        platform,
        hour,
        counts.examples.first().cloned().unwrap_or_default(),
    ]
}

/// The columns that there is room for.
fn columns_that_fit(rows: &[[String; HEADINGS.len()]], most: usize) -> Vec<usize> {
    /// Blanks around each cell, and the line between two.
    const AROUND: usize = 3;
    let widest = |column: usize| {
        let cells = rows.iter().map(|row| width(&escape::terminal(&row[column])));
        cells.chain([width(HEADINGS[column].trim_start_matches('>'))]).max().unwrap_or(0)
    };
    let mut columns: Vec<usize> = (0..HEADINGS.len()).collect();
    for leaves in GO_FIRST {
        // The last one has no line behind it.
        if columns.iter().map(|column| widest(*column) + AROUND).sum::<usize>() <= most + 1 {
            break;
        }
        columns.retain(|column| *column != leaves);
    }
    columns
}

/// The first line of a table in bold.
fn with_bold_headings(table: &str, color: bool) -> String {
    match table.split_once('\n').filter(|_| color) {
        Some((headings, rows)) => format!("\u{1b}[1m{headings}\u{1b}[0m\n{rows}"),
        None => table.to_owned(),
    }
}

fn notes(causes: &Causes, list: &[CauseCounts]) -> Vec<String> {
    let mut notes = Vec::new();
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
        "| cause | meaning | calls | share | open | besides | more on | more at | for example |\n\
         | --- | --- | ---: | ---: | ---: | ---: | --- | --- | --- |\n",
    );
    let list = causes.list();
    if list.is_empty() {
        return "No calls.\n".to_owned();
    }
    for counts in list {
        let [platform, hour] = concentrations(&counts);
        let cells = [
            counts.cause.as_str().to_owned(),
            counts.cause.row().summary.to_owned(),
            counts.calls.to_string(),
            percent(Some(counts.share)),
            counts.open.to_string(),
            counts.beside.to_string(),
            platform,
            hour,
            counts.examples.join(", "),
        ];
        let cells = cells.map(|cell| escape::markdown(&cell));
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    let notes = notes(causes, &causes.list());
    notes.iter().for_each(|note| text.push_str(&format!("\n{}\n", escape::markdown(note))));
    text
}
