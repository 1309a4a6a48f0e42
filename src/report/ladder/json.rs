//! A ladder as one JSON object on a line: the call's row of the table `calls`, and everything that is drawn.

use super::layout::Ladder;
use super::moment::Moment;
use super::row::{LadderRow, LaneMark};
use crate::calls::StepName;
use crate::report::catalog::cell::Cell;
use crate::report::json::{Object, list};
use crate::report::quantity::{TimeFormat, rfc3339};
use crate::spec::{Family, Word};

/// Version of the format.
const VERSION: u32 = 1;

/// Appends a ladder. Absent values are `null`; rows and lanes are named by their index, from 0.
pub fn json(out: &mut Vec<u8>, ladder: &Ladder<'_>) {
    let mut object = Object::new(out);
    object.number("version", Some(VERSION));
    for (column, cell) in &ladder.exported {
        cell.json(object.key(column), TimeFormat::Rfc3339);
    }
    list(object.key("lanes"), &ladder.lanes, |out, lane| {
        let mut object = Object::new(out);
        text(&mut object, "user_id", lane.user);
        text(&mut object, "role", Some(lane.role).filter(|role| !role.is_empty()));
        text(&mut object, "platform", lane.platform);
        object.number("callbacks", Some(lane.callbacks));
        object.end();
    });
    let rows: Vec<_> = ladder.rows.iter().collect();
    list(object.key("rows"), &rows, |out, row| write_row(out, ladder, row));
    list(object.key("relations"), &ladder.relations, |out, relation| {
        let mut object = Object::new(out);
        object.text("kind", relation.kind.as_str());
        object.number("from", Some(relation.from));
        object.number("to", Some(relation.to));
        object.number("mutual", Some(relation.mutual));
        object.end();
    });
    let silent: Vec<_> = ladder.rows.iter().enumerate().filter(|(_, row)| row.silence.is_some()).collect();
    list(object.key("gaps"), &silent, |out, (index, row)| {
        let mut object = Object::new(out);
        object.number("before", Some(index));
        object.number("seconds", row.silence);
        object.end();
    });
    object.end();
    out.push(b'\n');
}

/// What says that calls were left out; nothing where none were.
pub fn json_cut(left_out: u64) -> Vec<u8> {
    if left_out == 0 { Vec::new() } else { format!("{{\"cut\":{left_out}}}\n").into_bytes() }
}

fn write_row(out: &mut Vec<u8>, ladder: &Ladder<'_>, row: &LadderRow<'_>) {
    let mut object = Object::new(out);
    Cell::maybe_text(row.time.map(time).as_deref()).json(object.key("time"), TimeFormat::Rfc3339);
    object.number("offset_seconds", row.offset.map(seconds));
    object.text("source", row.source);
    object.number("record", Some(row.record));
    object.number("line", row.line);
    row.received_at.map_or(Cell::Absent, Cell::Millis).json(object.key("received_at"), TimeFormat::Rfc3339);
    object.text("family", row.family.as_str());
    object.number("whole_call", Some(row.whole));
    object.number("lane", Some(row.lane()));
    text(&mut object, "user_id", ladder.lanes[row.lane()].user);
    text(&mut object, "role", row.role.map(Word::as_str));
    text(&mut object, "event", Some(row.event()).filter(|event| event.is_known()).map(StepName::as_str));
    text(&mut object, "result", row.result);
    // Callbacks of the other families concern one user.
    let others = if row.family == Family::V4 { &row.marks[1..] } else { &[] };
    list(object.key("others"), others, |out, LaneMark { lane, event }| {
        let mut object = Object::new(out);
        object.number("lane", Some(lane));
        object.text("event", event.as_str());
        object.end();
    });
    object.number("duplicate_of", row.copied.map(|copied| copied.original));
    object.number("delivery", Some(row.copied.map_or(1, |copied| copied.number)));
    object.number("delay_seconds", row.copied.and_then(|copied| copied.delay).map(seconds));
    list(object.key("findings"), &row.remarks, |out, remark| {
        let mut object = Object::new(out);
        object.text("rule", remark.rule.name());
        object.text("level", remark.level.as_str());
        object.text("message", &remark.message);
        object.number("beside", remark.beside);
        object.end();
    });
    object.end();
}

fn text(object: &mut Object<'_>, key: &str, text: Option<&str>) {
    match text {
        Some(text) => object.text(key, text),
        None => object.number(key, None::<u8>),
    }
}

/// Milliseconds as seconds, with no more decimals than they have.
fn seconds(millis: i64) -> String {
    let sign = if millis < 0 { "-" } else { "" };
    let (whole, rest) = (millis.unsigned_abs() / 1000, millis.unsigned_abs() % 1000);
    if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest:03}") }
}

/// RFC 3339 in UTC, with milliseconds where there are any.
fn time(time: Moment) -> String {
    let plain = rfc3339(i64::from(time.seconds));
    match time.millis {
        0 => plain,
        millis => format!("{}.{millis:03}Z", plain.trim_end_matches('Z')),
    }
}
