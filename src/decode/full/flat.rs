//! Bodies of the event and status families: one flat object.

use super::fields::{Datum, FaultNotes, is_faulty, read_fields};
use super::json::Member;
use super::object::Members;
use crate::decode::callback::Callback;
use crate::spec::{
    CallResult, CallType, EVENT_FIELDS, Event, Family, FieldSpec, MediaType, Role, STATUS_FIELDS, Word,
};

/// Reads a body of the event or status family.
pub(super) fn read_flat<'a>(callback: &mut Callback<'a>, members: &Members<'a>, notes: &mut FaultNotes<'_>) {
    let specs: &'static [FieldSpec] = match callback.family {
        Family::Status => &STATUS_FIELDS,
        Family::Event | Family::V4 => &EVENT_FIELDS,
    };
    let faulty =
        read_fields(members, specs, notes, |index, datum, _| take(callback, specs[index].name, datum));
    let given = |name: &str| members.get(name).is_some();
    let no_result = |member: &Member<'_>| member.key == "CallResult" && member.value.text == "\"\"";
    callback.faulty.event = callback.event.is_none() && given("Event");
    callback.faulty.call_result =
        callback.call_result.is_none() && given("CallResult") && !members.listed().iter().any(no_result);
    callback.faulty_stamps = ["StartCallTs", "AcceptTs", "EndTs"].map(|name| is_faulty(specs, faulty, name));
    callback.note_total_num();
}

fn take<'a>(callback: &mut Callback<'a>, name: &str, datum: Datum<'a>) {
    match datum {
        Datum::Integer(number) => callback.total_num = Some(number),
        Datum::Time(time) => {
            let time = time.map(|(seconds, _)| seconds);
            match name {
                "EventTime" => callback.event_time = time,
                "StartCallTs" => callback.start_call_ts = time,
                "AcceptTs" => callback.accept_ts = time,
                _ => callback.end_ts = time,
            }
        }
        Datum::Text(text) => match name {
            "UserId" => callback.user_id = Some(text),
            "RoomId" => callback.room_id = Some(text).filter(|room| !room.is_empty()),
            "MediaType" => callback.media_type = MediaType::parse(&text),
            "CallType" => callback.call_type = CallType::parse(&text),
            "CallId" => callback.call_id = Some(text),
            "Role" => callback.role = Role::parse(&text),
            "Event" => callback.event = Event::parse(&text),
            _ => callback.call_result = CallResult::from_event_family(&text),
        },
        Datum::Nested(_) => {}
    }
}
