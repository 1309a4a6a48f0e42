//! Bodies of the v4 family, read into the terms of the event family.

use std::borrow::Cow;
use std::collections::HashSet;

use super::fault::FaultKind;
use super::faults::MOST_LISTED;
use super::fields::{Datum, FaultNotes, is_faulty, milliseconds, read_fields, type_fault};
use super::json::{Value, each_element};
use super::object::Members;
use crate::decode::callback::{Callback, NamedUser, Part};
use crate::decode::span::JsonType;
use crate::spec::{
    Action, CALL_INFO_FIELDS, CALL_RECORD_FIELDS, CHANGED_USER_FIELDS, CallResult, CallType, CallbackCommand,
    FieldSpec, MediaType, USER_FIELDS, UserStatus, V4_END_FIELDS, V4_MEMBER_FIELDS, V4_START_FIELDS,
    V4Command, Word,
};

/// Reads a v4 body whose `CallbackCommand` is `command`.
pub(super) fn read_v4<'a>(
    callback: &mut Callback<'a>,
    command: &str,
    members: &Members<'a>,
    notes: &mut FaultNotes<'_>,
) {
    let Some(command) = V4Command::parse(command) else {
        return read_unknown(callback, command, members, notes);
    };
    callback.command = Some(CallbackCommand::V4(command));
    let specs: &'static [FieldSpec] = match command {
        V4Command::StartCall => &V4_START_FIELDS,
        V4Command::MemberChanged => &V4_MEMBER_FIELDS,
        V4Command::EndCall => &V4_END_FIELDS,
    };
    read_fields(members, specs, notes, |index, datum, notes| {
        let name = specs[index].name;
        match datum {
            Datum::Time(time) => {
                callback.event_time = time.map(|(seconds, _)| seconds);
                callback.millis = time.map_or(0, |(_, millis)| millis);
            }
            Datum::Text(text) if name == "CallId" => callback.call_id = Some(text),
            Datum::Nested(value) => match name {
                "CallInfo" => read_call(callback, &value, &CALL_INFO_FIELDS, &mut notes.inside(name, &value)),
                "CallRecord" => {
                    read_call(callback, &value, &CALL_RECORD_FIELDS, &mut notes.inside(name, &value))
                }
                "UserList" => read_users(callback, command, &value, &mut notes.inside(name, &value)),
                _ => read_changes(callback, &value, &mut notes.inside(name, &value)),
            },
            Datum::Text(_) | Datum::Integer(_) => {}
        }
    });
    let distinct = distinct_users(callback);
    callback.total_num = (distinct > 0).then_some(distinct as i64);
}

/// An unknown command: only the call and the time can be told, from wherever the known commands have them.
fn read_unknown<'a>(
    callback: &mut Callback<'a>,
    command: &str,
    members: &Members<'a>,
    notes: &mut FaultNotes<'_>,
) {
    for member in members.listed() {
        match &*member.key {
            "CallbackCommand" => {
                let kind = FaultKind::UnknownCommand(command.to_owned());
                notes.add(&member.key, &member.value, kind);
            }
            "CallId" => {
                let id = member.value.string().filter(|id| !id.is_empty());
                callback.call_id = id.or(callback.call_id.take());
            }
            "EventTime" => {
                let time = milliseconds(&member.value);
                callback.event_time = time.map(|(seconds, _)| seconds);
                callback.millis = time.map_or(0, |(_, millis)| millis);
            }
            "CallInfo" | "CallRecord" => {
                let inner = Members::read(member.value.text).unwrap_or_default();
                let id = inner.get("CallId").and_then(|id| id.value.string()).filter(|id| !id.is_empty());
                callback.call_id = id.or(callback.call_id.take());
            }
            _ => {}
        }
    }
}

/// Reads `CallInfo` or `CallRecord`.
fn read_call<'a>(
    callback: &mut Callback<'a>,
    value: &Value<'a>,
    specs: &'static [FieldSpec],
    notes: &mut FaultNotes<'_>,
) {
    let members = Members::read(value.text).unwrap_or_default();
    let mut callees = None;
    let mut caller = None;
    let faulty =
        read_fields(&members, specs, notes, |index, datum, notes| match (specs[index].name, datum) {
            ("CallId", Datum::Text(text)) => callback.call_id = Some(text),
            ("MediaType", Datum::Text(text)) => callback.media_type = MediaType::from_v4(&text),
            ("CallType", Datum::Text(text)) => callback.call_type = CallType::from_v4(&text),
            ("RoomId", Datum::Text(text)) => callback.room_id = Some(text).filter(|room| !room.is_empty()),
            ("Caller_Account", Datum::Text(text)) => caller = Some(text),
            ("CallResult", Datum::Text(text)) => callback.call_result = CallResult::from_v4(&text),
            ("StartTime", Datum::Time(time)) => callback.start_call_ts = time.map(|(seconds, _)| seconds),
            ("AcceptTime", Datum::Time(time)) => callback.accept_ts = time.map(|(seconds, _)| seconds),
            ("EndTime", Datum::Time(time)) => callback.end_ts = time.map(|(seconds, _)| seconds),
            ("CalleeList_Account", Datum::Nested(list)) => {
                callees = Some(read_accounts(&list, &mut notes.inside("CalleeList_Account", &list)));
            }
            _ => {}
        });
    callback.faulty_stamps =
        ["StartTime", "AcceptTime", "EndTime"].map(|name| is_faulty(specs, faulty, name));
    let mut callees = callees.unwrap_or_default();
    // The vendor's list of callees may hold the caller too.
    callees.retain(|user| user.id != caller);
    if let Some(id) = caller {
        callees.insert(0, NamedUser { id: Some(id), part: Part::Caller });
    }
    match callback.users.is_empty() {
        true => callback.users = callees,
        false => callback.users.append(&mut callees),
    }
}

/// Reads an array of account ids.
fn read_accounts<'a>(list: &Value<'a>, notes: &mut FaultNotes<'_>) -> Vec<NamedUser<'a>> {
    let mut accounts = Vec::new();
    let mut add = |id| accounts.push(NamedUser { id: Some(id), part: Part::Callee });
    each_element(list.text, |index, element| {
        let kind = match (element.json_type(), element.string()) {
            (_, Some(id)) if id.is_empty() => FaultKind::Empty,
            (_, Some(id)) => return add(id),
            (JsonType::Integer, None) => {
                add(element.text.into());
                FaultKind::NumericAccount
            }
            (_, None) => type_fault("string", &element),
        };
        notes.add_at(index, &element, kind);
    });
    accounts
}

/// Reads each object of an array; gives its usable texts to `take` by field.
fn read_objects<'a>(
    list: &Value<'a>,
    specs: &'static [FieldSpec; 2],
    notes: &mut FaultNotes<'_>,
    mut take: impl FnMut(Option<Cow<'a, str>>, Option<Cow<'a, str>>),
) {
    each_element(list.text, |index, element| {
        if element.json_type() != JsonType::Object {
            return notes.add_at(index, &element, type_fault("object", &element));
        }
        let mut members = Members::default();
        // Elements of a sound array are sound.
        drop(members.fill(element.text));
        let mut texts = [None, None];
        read_fields(&members, specs, &mut notes.inside_at(index, &element), |field, datum, _| {
            if let Datum::Text(text) = datum {
                texts[field] = Some(text);
            }
        });
        let [account, word] = texts;
        take(account, word);
    });
}

/// Reads `UserList`.
fn read_users<'a>(
    callback: &mut Callback<'a>,
    command: V4Command,
    list: &Value<'a>,
    notes: &mut FaultNotes<'_>,
) {
    read_objects(list, &USER_FIELDS, notes, |account, status| {
        let part = match status.as_deref().and_then(UserStatus::parse) {
            _ if command != V4Command::StartCall => Part::Listed,
            Some(UserStatus::Calling) => Part::Caller,
            Some(UserStatus::Waiting) => Part::Callee,
            None => Part::Listed,
        };
        // Who is only listed, and without an id, says nothing: millions of them would only take up memory.
        if account.is_none() && part == Part::Listed && !callback.users.is_empty() {
            return;
        }
        callback.users.push(NamedUser { id: account, part });
    });
}

/// Reads `ChangedUserList`.
fn read_changes<'a>(callback: &mut Callback<'a>, list: &Value<'a>, notes: &mut FaultNotes<'_>) {
    let mut nobody = 0;
    read_objects(list, &CHANGED_USER_FIELDS, notes, |account, action| {
        let action = action.as_deref().and_then(Action::from_v4);
        // Each change of nobody is a finding; those that are not listed say no more than the ones that are.
        if account.is_none() && action.is_none() {
            nobody += 1;
            if nobody > MOST_LISTED {
                return;
            }
        }
        callback.users.push(NamedUser { id: account, part: Part::Changed(action) });
    });
}

fn distinct_users(callback: &Callback<'_>) -> usize {
    callback.users.iter().filter_map(|user| user.id.as_deref()).collect::<HashSet<&str>>().len()
}
