//! The causes of many calls, drawn from the catalog of their columns, in each format.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::incidents::{incident_json, sentence};
use crate::calls::{CauseCounts, Causes, Concentration, Incident};
use crate::report::call_list::ShortIds;
use crate::report::catalog::causes::{CAUSE_COLUMNS, CauseColumn, CauseValue};
use crate::report::command::why_command;
use crate::report::escape;
use crate::report::ink::{Ink, TextStyle};
use crate::report::json::{Json, Object, document};
use crate::report::measure::{width, wrap};
use crate::report::text_table::TextTable;
use crate::spec::{Cause, REPORTING_CLIENTS, Word};

/// Version of the JSON format.
const VERSION: u32 = 1;

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub struct CausesReport<'c> {
    /// The causes.
    pub causes: &'c Causes,
    /// The incidents, by their beginning.
    pub incidents: &'c [Incident],
    /// The zone of times for people.
    pub zone: &'c TimeZone,
    /// How ids may be abbreviated; none if they may not.
    pub short: Option<&'c ShortIds>,
    /// The input, if it is a single one that can be read again.
    pub source: Option<&'c str>,
}

/// The ids of calls that a terminal shows, each once.
pub fn shown_ids(report: &CausesReport<'_>) -> BTreeSet<String> {
    let of_causes = report.causes.list().into_iter().filter_map(|counts| counts.examples.into_iter().next());
    of_causes.chain(report.incidents.iter().flat_map(|incident| incident.examples.clone())).collect()
}

/// The causes as people read them: first of calls that failed, then of those that nobody answered, of those of which
/// nobody can tell, of those that ended well; in each part the most frequent first. Causes that only contribute come last.
fn by_gravity(causes: &Causes) -> Vec<CauseCounts> {
    let mut list = causes.list();
    list.sort_by_key(|counts| (counts.calls == 0, part(counts.cause), Reverse(counts.calls)));
    list
}

/// The part of calls that ended well.
const WELL: u8 = 3;

/// The part of the table in which a cause stands.
fn part(cause: Cause) -> u8 {
    match cause {
        Cause::Dropped
        | Cause::DroppedBeforeAnswer
        | Cause::Offline
        | Cause::NotPlaced
        | Cause::FailedAfterRing
        | Cause::MixedGenerations
        | Cause::Crossed
        | Cause::SidesDisagree
        | Cause::DeliveryBroke
        | Cause::OneSided
        | Cause::ClocksDiffer => 0,
        Cause::NeverRang
        | Cause::Unreached
        | Cause::CalleeSilent
        | Cause::GaveUpBeforeRing
        | Cause::NoAnswer
        | Cause::GaveUp
        | Cause::Ignored
        | Cause::Busy
        | Cause::DeclinedByDevice
        | Cause::Declined => 1,
        Cause::CannotTell | Cause::LogBegins | Cause::LogEnds => 2,
        Cause::Completed | Cause::EndedByServer => WELL,
    }
}

/// A column on a terminal, and its cells.
type TextColumn = (&'static CauseColumn, Vec<String>);

fn on_terminal() -> impl Iterator<Item = &'static CauseColumn> {
    CAUSE_COLUMNS.iter().filter(|column| !matches!(column.value, CauseValue::Meaning(_)))
}

/// The columns of a terminal, with a row of all calls at the end.
fn text_columns(causes: &Causes, list: &[CauseCounts]) -> Vec<TextColumn> {
    let columns = on_terminal().map(|column| {
        let all = match column.heading {
            "cause" => "all".to_owned(),
            "calls" => causes.calls().to_string(),
            _ => String::new(),
        };
        (column, list.iter().map(|counts| column.value.text(counts)).chain([all]).collect())
    });
    columns.collect()
}

/// Columns that a table takes up.
fn room(columns: &[TextColumn]) -> usize {
    /// Spaces around each cell, and the line between two.
    const AROUND: usize = 3;
    let of = |(column, cells): &TextColumn| {
        let cells = cells.iter().map(|cell| width(&escape::terminal(cell)));
        cells.chain([width(column.heading)]).max().unwrap_or(0) + AROUND
    };
    // The last one has no line after it.
    columns.iter().map(of).sum::<usize>().saturating_sub(1)
}

/// Abbreviates ids, and leaves out what is empty and then other columns until the rest fits; the counts stay. Returns
/// the headings of those that are not empty.
fn make_room(columns: &mut Vec<TextColumn>, style: TextStyle, short: Option<&ShortIds>) -> Vec<String> {
    let (most, mut left_out) = (style.width, Vec::new());
    let safe = |columns: &mut Vec<TextColumn>| {
        columns
            .iter_mut()
            .flat_map(|(_, cells)| cells)
            .for_each(|cell| *cell = style.shown(cell).into_owned());
    };
    if room(columns) <= most {
        safe(columns);
        return left_out;
    }
    for (column, cells) in columns.iter_mut() {
        if let (CauseValue::Examples(_), Some(short)) = (column.value, short) {
            cells.iter_mut().for_each(|id| *id = short.short(id).to_owned());
        }
    }
    safe(columns);
    let is_empty = |cells: &[String]| cells.iter().all(String::is_empty);
    while room(columns) > most {
        let empty = |(column, cells): &TextColumn| column.goes.is_some() && is_empty(cells);
        let next = columns.iter().position(empty).or_else(|| {
            let going =
                columns.iter().enumerate().filter_map(|(index, (column, _))| Some((column.goes?, index)));
            going.min().map(|(_, index)| index)
        });
        let Some(next) = next else { break };
        let (column, cells) = columns.remove(next);
        if !is_empty(&cells) {
            left_out.push(format!("`{}`", column.heading));
        }
    }
    left_out
}

/// A table for people, with what each cause means, and notes on it; in colour the headings are bold.
pub fn causes_text(report: &CausesReport<'_>, style: TextStyle) -> (String, Vec<String>) {
    let list = by_gravity(report.causes);
    if list.is_empty() {
        return ("no calls\n".to_owned(), Vec::new());
    }
    let mut columns = text_columns(report.causes, &list);
    let left_out = make_room(&mut columns, style, report.short);
    let sign = |column: &CauseColumn| if column.value.is_number() { ">" } else { "" };
    let headings: Vec<String> =
        columns.iter().map(|(column, _)| format!("{}{}", sign(column), column.heading)).collect();
    let mut table = TextTable::new(&Vec::from_iter(headings.iter().map(String::as_str)));
    for row in 0..=list.len() {
        table.row(&Vec::from_iter(columns.iter().map(|(_, cells)| cells[row].as_str())));
    }
    let mut meanings = TextTable::new(&["cause", "meaning"]);
    list.iter().for_each(|counts| meanings.row(&[counts.cause.as_str(), counts.cause.row().summary]));
    // The causes of the one break if need be, the meanings of the other.
    table.fit(style.width, 0);
    meanings.fit(style.width, 1);
    let [table, meanings] = [table, meanings].map(|table| with_bold_headings(&table.render(), style.color));
    let shown = |id: &String| report.short.map_or(id.as_str(), |ids| ids.short(id)).to_owned();
    let incidents = report.incidents.iter().map(|incident| {
        let examples: Vec<String> = incident.examples.iter().map(shown).collect();
        format!("incident: {}", sentence(incident, report.zone, &examples))
    });
    let mut notes = notes(report.causes, &list);
    if !left_out.is_empty() {
        notes.push(format!(
            "no room for {}; `--width` makes some, `--format json` has all",
            left_out.join(", ")
        ));
    }
    let next = next_command(report, &list).map(|command| format!("check next: `{command}`"));
    let parts = [lines(incidents.collect(), style), meanings, lines(next.into_iter().collect(), style)];
    let text =
        parts.into_iter().filter(|part| !part.is_empty()).fold(table, |text, part| text + "\n" + &part);
    (text, notes)
}

/// Lines of text from a log, made safe and as wide as there is room.
fn lines(texts: Vec<String>, style: TextStyle) -> String {
    let wrapped = texts.iter().flat_map(|text| wrap(&style.sentence(text), style.width));
    wrapped.flat_map(|line| [line, "\n".to_owned()]).collect()
}

/// The command that explains a call: of the first incident, otherwise of the first cause in the table, unless its calls
/// ended well.
fn next_command(report: &CausesReport<'_>, list: &[CauseCounts]) -> Option<String> {
    let of_incident = report.incidents.iter().find_map(|incident| incident.examples.first());
    let failed = list.iter().filter(|counts| counts.calls > 0 && part(counts.cause) != WELL);
    let id = of_incident.or_else(|| failed.filter_map(|counts| counts.examples.first()).next())?;
    let id = report.short.map_or(id.as_str(), |ids| ids.short(id));
    why_command(id, report.source)
}

/// The first line of a table in bold.
fn with_bold_headings(table: &str, color: bool) -> String {
    match table.split_once('\n') {
        Some((headings, rows)) => format!("{}\n{rows}", Ink::Strong.paint(headings, color)),
        None => table.to_owned(),
    }
}

fn notes(causes: &Causes, list: &[CauseCounts]) -> Vec<String> {
    let mut notes = Vec::new();
    let silent = [Cause::OneSided, Cause::NeverRang, Cause::CalleeSilent, Cause::GaveUpBeforeRing];
    let platforms = causes.platforms_without_callees();
    if list.iter().any(|counts| silent.contains(&counts.cause)) && !platforms.is_empty() {
        notes.push(format!(
            "callers report from {}, but no callee does: clients older than {REPORTING_CLIENTS} report nothing",
            platforms.join(", ")
        ));
    }
    notes
}

/// One JSON object, ended by a line feed.
pub fn causes_json(report: &CausesReport<'_>) -> Vec<u8> {
    let causes = report.causes;
    document(|object| {
        object.member("version", VERSION);
        object.member("calls", causes.calls());
        object.objects("causes", &causes.list(), cause_json);
        object.objects("incidents", report.incidents, incident_json);
    })
}

fn cause_json(object: &mut Object<'_>, counts: &CauseCounts) {
    object.member("cause", counts.cause.as_str());
    object.member("meaning", counts.cause.row().summary);
    object.member("calls", counts.calls);
    object.member("share", counts.share);
    object.member("cannot_tell", counts.open);
    object.member("besides", counts.beside);
    object.members("platforms", &counts.platforms);
    object.list("hours", counts.hours);
    more_json(object, "more_on", "platform", counts.platform.as_ref());
    more_json(object, "more_at", "hour", counts.hour.as_ref());
    object.list("examples", &counts.examples);
}

/// A platform or an hour that has more of a cause than by chance.
fn more_json<K: Json>(object: &mut Object<'_>, key: &str, kind: &str, more: Option<&Concentration<K>>) {
    match more {
        None => object.member(key, None::<u64>),
        Some(more) => object.object(key, |object| {
            object.member(kind, &more.at);
            object.member("share", more.share);
            object.member("share_of_all", more.share_of_all);
        }),
    }
}

/// A Markdown table.
pub fn causes_markdown(report: &CausesReport<'_>) -> String {
    let list = by_gravity(report.causes);
    if list.is_empty() {
        return "No calls.\n".to_owned();
    }
    let row = |cell: &dyn Fn(&CauseColumn) -> String| {
        format!("| {} |\n", CAUSE_COLUMNS.iter().map(cell).collect::<Vec<_>>().join(" | "))
    };
    let rule = |column: &CauseColumn| if column.value.is_number() { "---:" } else { "---" }.to_owned();
    let mut text = row(&|column| column.heading.to_owned()) + &row(&rule);
    for counts in &list {
        text.push_str(&row(&|column| escape::markdown(&column.value.in_full(counts))));
    }
    for incident in report.incidents {
        let sentence = sentence(incident, report.zone, &incident.examples);
        text.push_str(&format!("\n{}\n", escape::markdown(&format!("Incident: {sentence}"))));
    }
    notes(report.causes, &list)
        .iter()
        .for_each(|note| text.push_str(&format!("\n{}\n", escape::markdown(note))));
    text
}
