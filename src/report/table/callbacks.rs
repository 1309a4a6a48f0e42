//! Rows of the `callbacks` table.

use std::borrow::Cow;

use super::cell::{Cell, joined};
use crate::calls::Position;
use crate::decode::{Callback, Part};
use crate::spec::{CallbackCommand, Event, Family, V4Command, Word};

/// The row of a callback; `line` is that of its record.
pub fn callback_row<'c>(
    callback: &'c Callback<'_>,
    source: &'c str,
    position: Position,
    line: u64,
    duplicate: bool,
) -> Vec<Cell<'c>> {
    let (user, event) = acting(callback);
    vec![
        Cell::text(source),
        Cell::count(position.record()),
        Cell::count(line),
        Cell::text(callback.family.as_str()),
        Cell::maybe_integer(callback.sdkappid),
        Cell::maybe_text(callback.command.map(CallbackCommand::as_str)),
        Cell::maybe_text(callback.client_ip.as_deref()),
        Cell::maybe_text(callback.platform.as_deref()),
        callback.received_at.map_or(Cell::Absent, Cell::Millis),
        user,
        Cell::maybe_text(callback.room_id.as_deref()),
        Cell::maybe_integer(callback.total_num),
        Cell::maybe_text(callback.media_type.map(Word::as_str)),
        Cell::maybe_text(callback.call_type.map(Word::as_str)),
        Cell::maybe_text(callback.call_id.as_deref()),
        Cell::maybe_text(callback.role.map(Word::as_str)),
        event,
        Cell::maybe_text(callback.call_result.map(Word::as_str)),
        Cell::maybe_time(callback.event_time),
        Cell::maybe_time(callback.start_call_ts),
        Cell::maybe_time(callback.accept_ts),
        Cell::maybe_time(callback.end_ts),
        Cell::Flag(duplicate),
    ]
}

/// The user that acted and the event; for v4 the users and their actions.
fn acting<'c>(callback: &'c Callback<'_>) -> (Cell<'c>, Cell<'c>) {
    if callback.family != Family::V4 {
        let user = Cell::maybe_text(callback.user_id.as_deref());
        return (user, Cell::maybe_text(callback.event.map(Word::as_str)));
    }
    let starts = callback.v4_command() == Some(V4Command::StartCall);
    let acts = |part: Part| matches!(part, Part::Changed(_)) || (starts && part == Part::Caller);
    let users = || callback.users.iter().filter(|user| acts(user.part));
    let text = |text: String| {
        if text.is_empty() { Cell::Absent } else { Cell::Text(Cow::Owned(text)) }
    };
    let names = joined(users().map(|user| user.id.as_deref().unwrap_or_default()));
    let action = |part: Part| match part {
        Part::Changed(action) => action.map_or("", Word::as_str),
        _ => "",
    };
    let event = if starts {
        Cell::text(Event::StartCall.as_str())
    } else {
        text(joined(users().map(|user| action(user.part))))
    };
    (text(names), event)
}
