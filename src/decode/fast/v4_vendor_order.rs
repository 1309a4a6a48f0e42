//! A body of the v4 family exactly as the vendor writes it: the documented fields in their order, and no white space.

use super::cursor::{BodyCursor, literal};
use crate::decode::callback::{NamedUser, Part, distinct_users};
use crate::decode::datum::split_time;
use crate::decode::plain::PlainV4;
use crate::spec::{Action, CallResult, CallType, Field, MediaType, UserStatus, V4Command, Word};

/// The key of a field, with what stands before and after its quotes.
macro_rules! key {
    ($before:literal, $field:ident, $behind:literal) => {
        literal!($before, "\"", Field::$field.name(), "\":", $behind)
    };
}

/// Reads the body that begins at `start`, if it is written so; gives where it ends.
pub(super) fn read_v4_in_vendor_order<'a, const E: bool>(
    text: &'a str,
    start: usize,
    callback: &mut PlainV4<'a>,
) -> Option<usize> {
    let mut cursor: BodyCursor<'_, E> = BodyCursor::at(text, start)?;
    cursor.expect(key!("{", Command, "\""))?;
    cursor.expect(literal!("Call.CallbackAfter"))?;
    if cursor.passes(literal!("MemberChanged\"")) {
        callback.begin(V4Command::MemberChanged);
        read_change(&mut cursor, callback)?;
    } else if cursor.passes(literal!("StartCall\"")) {
        callback.begin(V4Command::StartCall);
        read_start(&mut cursor, callback)?;
    } else {
        cursor.expect(literal!("EndCall\""))?;
        callback.begin(V4Command::EndCall);
        read_record(&mut cursor, callback)?;
    }
    cursor.expect(key!(",", EventTime, ""))?;
    let time = cursor.number()?;
    callback.event_time = if time == 0 { None } else { Some(split_time(time, true)?) };
    cursor.expect("}")?;
    callback.total_num = distinct_users(&callback.users);
    Some(cursor.place(text))
}

/// What follows the command of a change of members.
#[inline]
fn read_change<'a, const E: bool>(cursor: &mut BodyCursor<'a, E>, callback: &mut PlainV4<'a>) -> Option<()> {
    cursor.expect(key!(",", CallId, "\""))?;
    callback.call_id = cursor.id()?;
    cursor.expect(key!("\",", UserList, "["))?;
    read_users(cursor, callback, |cursor| {
        cursor.expect(key!("\",", Status, "\""))?;
        read_status(cursor).map(|_| Part::Listed)
    })?;
    let listed = callback.users.len();
    cursor.expect(key!(",", ChangedUserList, "["))?;
    read_users(cursor, callback, |cursor| {
        cursor.expect(key!("\",", ActionType, "\""))?;
        Some(Part::Changed(Some(Action::from_v4(cursor.word()?)?)))
    })?;
    // Those that changed come first, as on the full path, which begins with the last member.
    callback.users.rotate_left(listed);
    Some(())
}

/// What follows the command of a call that starts.
#[inline]
fn read_start<'a, const E: bool>(cursor: &mut BodyCursor<'a, E>, callback: &mut PlainV4<'a>) -> Option<()> {
    cursor.expect(key!(",", CallInfo, "{"))?;
    cursor.expect(key!("", CallId, "\""))?;
    callback.call_id = cursor.id()?;
    if !cursor.passes(key!("\",", MediaType, "\"")) {
        cursor.expect(literal!("\",\"CallMediaType\":\""))?;
    }
    read_media_type(cursor, callback)?;
    if cursor.passes(key!("\",", ChatGroupId, "\"")) {
        cursor.text()?;
    }
    cursor.expect(key!("\",", RoomId, "\""))?;
    read_room(cursor, callback)?;
    cursor.expect(key!(",", UserList, "["))?;
    read_users(cursor, callback, |cursor| {
        cursor.expect(key!("\",", Status, "\""))?;
        Some(Part::listed(V4Command::StartCall, Some(read_status(cursor)?)))
    })
}

/// What follows the command of a call that has ended.
#[inline]
fn read_record<'a, const E: bool>(cursor: &mut BodyCursor<'a, E>, callback: &mut PlainV4<'a>) -> Option<()> {
    cursor.expect(key!(",", CallRecord, "{"))?;
    cursor.expect(key!("", CallId, "\""))?;
    callback.call_id = cursor.id()?;
    cursor.expect(key!("\",", CallerAccount, "\""))?;
    let caller = cursor.id()?;
    cursor.expect(key!("\",", MediaType, "\""))?;
    read_media_type(cursor, callback)?;
    cursor.expect(key!("\",", CallType, "\""))?;
    let is_single = cursor.passes(literal!("SingleCall"));
    if !is_single {
        cursor.expect(literal!("MultiCall"))?;
    }
    callback.call_type = Some(if is_single { CallType::Single } else { CallType::Group });
    cursor.expect(literal!("\",\"StartTime\":"))?;
    callback.stamps[0] = cursor.time()?;
    cursor.expect(literal!(",\"EndTime\":"))?;
    callback.stamps[2] = cursor.time()?;
    cursor.expect(literal!(",\"AcceptTime\":"))?;
    callback.stamps[1] = cursor.time()?;
    cursor.expect(key!(",", CallResult, "\""))?;
    callback.call_result =
        Some(CallResult::from_v4(cursor.word()?).filter(|result| *result != CallResult::Failed)?);
    cursor.expect(key!("\",", CalleeList, "["))?;
    let callees = &mut callback.users;
    callees.push(NamedUser { id: None, part: Part::Caller });
    read_list(cursor, |cursor| {
        cursor.expect(literal!("\""))?;
        let id = cursor.id()?;
        cursor.expect(literal!("\""))?;
        if id != caller {
            callees.push(NamedUser { id: Some(id), part: Part::Callee });
        }
        Some(())
    })?;
    callees[0].id = Some(caller);
    cursor.expect(key!(",", RoomId, "\""))?;
    read_room(cursor, callback)
}

/// Reads a room, the kind of its id, and the end of their object.
#[inline(always)]
fn read_room<'a, const E: bool>(cursor: &mut BodyCursor<'a, E>, callback: &mut PlainV4<'a>) -> Option<()> {
    callback.room_id = cursor.text()?;
    cursor.expect(key!("\",", RoomIdType, ""))?;
    if cursor.passes("1}") { Some(()) } else { cursor.expect("2}") }
}

#[inline(always)]
fn read_media_type<const E: bool>(cursor: &mut BodyCursor<'_, E>, callback: &mut PlainV4<'_>) -> Option<()> {
    let is_audio = cursor.passes(literal!("Audio"));
    if !is_audio {
        cursor.expect(literal!("Video"))?;
    }
    callback.media_type = Some(if is_audio { MediaType::Audio } else { MediaType::Video });
    Some(())
}

#[inline(always)]
fn read_status<const E: bool>(cursor: &mut BodyCursor<'_, E>) -> Option<UserStatus> {
    if cursor.passes(literal!("Calling")) {
        return Some(UserStatus::Calling);
    }
    cursor.expect(literal!("Waiting")).map(|()| UserStatus::Waiting)
}

/// Reads a list of users, whose bracket has been passed; `part` reads what one does, up to the quote that ends it.
#[inline(always)]
fn read_users<'a, const E: bool>(
    cursor: &mut BodyCursor<'a, E>,
    callback: &mut PlainV4<'a>,
    part: impl Fn(&mut BodyCursor<'a, E>) -> Option<Part>,
) -> Option<()> {
    read_list(cursor, |cursor| {
        cursor.expect(key!("{", UserAccount, "\""))?;
        let id = Some(cursor.id()?);
        let part = part(cursor)?;
        callback.users.push(NamedUser { id, part });
        cursor.expect(literal!("\"}"))
    })
}

/// Reads a list, whose bracket has been passed.
#[inline(always)]
fn read_list<'a, const E: bool>(
    cursor: &mut BodyCursor<'a, E>,
    mut element: impl FnMut(&mut BodyCursor<'a, E>) -> Option<()>,
) -> Option<()> {
    if cursor.passes("]") {
        return Some(());
    }
    loop {
        element(cursor)?;
        if !cursor.passes(",") {
            return cursor.expect("]");
        }
    }
}
