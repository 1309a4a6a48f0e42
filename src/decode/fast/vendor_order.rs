//! A body exactly as the vendor writes it: the documented fields in their order, and no white space.

use super::cursor::{BodyCursor, literal};
use crate::decode::captured_by::CapturedBy;
use crate::decode::plain::{PlainCallback, ReceivedAt};
use crate::spec::{CallResult, CallType, Event, Field, MediaType, Role, Timestamp, Word};

/// The key of a field, with what stands before and after its quotes.
macro_rules! key {
    ($before:literal, $field:ident, $behind:literal) => {
        literal!($before, "\"", Field::$field.name(), "\":", $behind)
    };
}

/// Reads the body that begins at `start`, if it is written so; gives it and where it ends.
// Inlined, since otherwise most of its time goes into moving what it returns.
#[inline(always)]
pub(super) fn read_in_vendor_order<const E: bool>(
    text: &str,
    start: usize,
) -> Option<(PlainCallback<'_>, usize)> {
    let mut cursor: BodyCursor<'_, E> = BodyCursor::at(text, start)?;
    cursor.expect(key!("{", UserId, "\""))?;
    let user_id = cursor.id()?;
    cursor.expect(key!("\",", RoomId, "\""))?;
    let room_id = cursor.text()?;
    cursor.expect(key!("\",", TotalNum, ""))?;
    let total_num = cursor.number()?;
    cursor.expect(key!(",", MediaType, "\""))?;
    let is_audio = cursor.passes(literal!("audio"));
    if !is_audio {
        cursor.expect(literal!("video"))?;
    }
    cursor.expect(key!("\",", CallType, "\""))?;
    let is_single = cursor.passes(literal!("single"));
    if !is_single {
        cursor.expect(literal!("group"))?;
    }
    cursor.expect(key!("\",", CallId, "\""))?;
    let call_id = cursor.id()?;
    cursor.expect(key!("\",", Role, "\""))?;
    let is_caller = cursor.passes(literal!("caller"));
    if !is_caller {
        cursor.expect(literal!("callee"))?;
    }
    let event =
        if cursor.passes(key!("\",", Event, "\"")) { Some(Event::parse(cursor.word()?)?) } else { None };
    cursor.expect(key!("\",", CallResult, "\""))?;
    let call_result = if event.is_some() && cursor.is_at_quote() {
        None
    } else {
        Some(CallResult::parse(cursor.word()?).filter(|result| *result != CallResult::Failed)?)
    };
    cursor.expect(key!("\",", EventTime, ""))?;
    let event_time = cursor.time()?;
    let stamps = stamps(&mut cursor)?;
    let callback = PlainCallback {
        user_id,
        call_id,
        room_id,
        total_num,
        media_type: if is_audio { MediaType::Audio } else { MediaType::Video },
        call_type: if is_single { CallType::Single } else { CallType::Group },
        role: if is_caller { Role::Caller } else { Role::Callee },
        event,
        call_result,
        event_time,
        stamps,
        url: None,
        received_at: ReceivedAt::Unknown,
        captured_by: CapturedBy::default(),
    };
    Some((callback, cursor.place(text)))
}

/// Reads the three timestamps of a call, and the end of the body.
#[inline(always)]
fn stamps<const E: bool>(cursor: &mut BodyCursor<'_, E>) -> Option<[Timestamp; 3]> {
    let mut stamps = [0; 3];
    if cursor.passes("}") {
        return Some(stamps);
    }
    // What nearly every body ends with.
    if cursor.passes(literal!(",\"", Field::StartCallTs.name(), "\":0,\"", Field::AcceptTs.name(), "\":0,")) {
        cursor.expect(key!("", EndTs, ""))?;
        stamps[2] = cursor.time()?;
        cursor.expect("}")?;
        return Some(stamps);
    }
    cursor.expect(key!(",", StartCallTs, ""))?;
    stamps[0] = cursor.time()?;
    cursor.expect(key!(",", AcceptTs, ""))?;
    stamps[1] = cursor.time()?;
    cursor.expect(key!(",", EndTs, ""))?;
    stamps[2] = cursor.time()?;
    cursor.expect("}")?;
    Some(stamps)
}
