//! A callback as one line, as it comes.

use jiff::tz::TimeZone;

use super::text::civil;
use crate::report::catalog::Table;
use crate::report::catalog::cell::Cell;
use crate::report::catalog::columns::{CallbackRow, TableRow};
use crate::report::ink::{Ink, TextStyle};
use crate::report::measure::clip;
use crate::report::quantity::TimeFormat;

/// Letters of a call's id that are shown.
const ID: usize = 8;

/// The time of a callback, what happened, its call, who did it, and on which platform: a line with its end.
pub fn callback_line(row: &CallbackRow<'_>, style: TextStyle, zone: &TimeZone) -> String {
    let cell = |name| Table::Callbacks.column(name).map_or(Cell::Absent, |column| row.cell(column));
    let text = |name| cell(name).plain(TimeFormat::Rfc3339).into_owned();
    let time = match (cell("event_time"), cell("received_at")) {
        (Cell::Time(time), _) => civil(time, zone, "%m-%d %H:%M:%S"),
        (_, Cell::Millis(millis)) => u32::try_from(millis / 1000)
            .map_or_else(|_| String::new(), |time| civil(time, zone, "%m-%d %H:%M:%S")),
        _ => String::new(),
    };
    let event = ["event", "call_result", "command"].into_iter().map(text).find(|text| !text.is_empty());
    let id: String = text("call_id").chars().take(ID).collect();
    let who = [text("user_id"), text("role"), text("platform")];
    let who: Vec<String> = who.into_iter().filter(|text| !text.is_empty()).collect();
    let arrow = if style.ascii { "-->" } else { "──▶" };
    let event = style.shown(event.as_deref().unwrap_or("-")).into_owned();
    let line = format!(
        "{time:<14}  {arrow} {event:<18}  {:<ID$}  {}",
        style.shown(&id),
        style.shown(&who.join(" "))
    );
    let line = clip(line.trim_end(), style.width, style.glyphs().cut);
    Ink::Faint.paint(&line, style.color) + "\n"
}
