//! A ladder as one JSON object on a line: the call's row of the table `calls`, and everything that is drawn.

use super::layout::Ladder;
use super::moment::Moment;
use super::row::{LadderRow, LaneMark};
use crate::calls::StepName;
use crate::report::catalog::cell::Cell;
use crate::report::json::{Number, Object, line};
use crate::report::quantity::rfc3339;
use crate::spec::{Family, Word};

/// Version of the format.
const VERSION: u32 = 1;

/// Appends a ladder. Absent values are `null`; rows and lanes are named by their index, from 0.
pub fn json(out: &mut Vec<u8>, ladder: &Ladder<'_>) {
    line(out, |object| {
        object.member("version", VERSION);
        ladder.exported.iter().for_each(|(column, cell)| object.member(column, cell));
        object.objects("lanes", &ladder.lanes, |object, lane| {
            object.member("user_id", lane.user);
            object.member("role", Some(lane.role).filter(|role| !role.is_empty()));
            object.member("platform", lane.platform);
            object.member("callbacks", lane.callbacks);
        });
        object.objects("rows", &ladder.rows, |object, row| row_members(object, ladder, row));
        object.objects("relations", &ladder.relations, |object, relation| {
            object.member("kind", relation.kind.as_str());
            object.member("from", relation.from);
            object.member("to", relation.to);
            object.member("mutual", relation.mutual);
        });
        let silent = ladder.rows.iter().enumerate().filter(|(_, row)| row.silence.is_some());
        object.objects("gaps", silent, |object, (index, row)| {
            object.member("before", index);
            object.member("seconds", row.silence);
        });
    });
}

/// A note that calls were left out; nothing if none were.
pub fn json_cut(left_out: u64) -> Vec<u8> {
    if left_out == 0 { Vec::new() } else { format!("{{\"cut\":{left_out}}}\n").into_bytes() }
}

fn row_members(object: &mut Object<'_>, ladder: &Ladder<'_>, row: &LadderRow<'_>) {
    object.member("time", row.time.map(time));
    object.member("offset_seconds", row.offset.map(seconds));
    object.member("source", row.source);
    object.member("record", row.record);
    object.member("line", row.line);
    object.member("received_at", row.received_at.map(Cell::Millis));
    object.member("family", row.family.as_str());
    object.member("whole_call", row.whole);
    object.member("lane", row.lane());
    object.member("user_id", ladder.lanes[row.lane()].user);
    object.member("role", row.role.map(Word::as_str));
    object.member("event", Some(row.event()).filter(|event| event.is_known()).map(StepName::as_str));
    object.member("result", row.result);
    // Callbacks of the other families concern one user.
    let others = if row.family == Family::V4 { &row.marks[1..] } else { &[] };
    object.objects("others", others, |object, LaneMark { lane, event }| {
        object.member("lane", lane);
        object.member("event", event.as_str());
    });
    object.member("duplicate_of", row.copied.map(|copied| copied.original));
    object.member("delivery", row.copied.map_or(1, |copied| copied.number));
    object.member("delay_seconds", row.copied.and_then(|copied| copied.delay).map(seconds));
    object.objects("findings", &row.remarks, |object, remark| {
        object.member("rule", remark.rule.name());
        object.member("level", remark.level.as_str());
        object.member("message", &remark.message);
        object.member("beside", remark.beside);
    });
}

/// Milliseconds as seconds, with no more decimals than they have.
fn seconds(millis: i64) -> Number<String> {
    let sign = if millis < 0 { "-" } else { "" };
    let (whole, rest) = (millis.unsigned_abs() / 1000, millis.unsigned_abs() % 1000);
    Number(if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest:03}") })
}

/// RFC 3339 in UTC, with milliseconds if there are any.
fn time(time: Moment) -> String {
    let plain = rfc3339(i64::from(time.seconds));
    match time.millis {
        0 => plain,
        millis => format!("{}.{millis:03}Z", plain.trim_end_matches('Z')),
    }
}
