//! Bodies of the v4 family, read into the terms of the event family.

use std::borrow::Cow;
use std::collections::HashSet;

use super::fault::FaultKind;
use super::faults::MOST_LISTED;
use super::fields::{Datum, FaultNotes, milliseconds, read_fields, type_fault};
use super::json::{Value, each_element};
use super::object::Members;
use crate::decode::callback::{Callback, NamedUser, Part};
use crate::decode::span::JsonType;
use crate::spec::{
    Action, CALL_INFO_FIELDS, CALL_RECORD_FIELDS, CHANGED_USER_FIELDS, CallResult, CallType, CallbackCommand,
    Field, FieldSpec, MediaType, Timestamp, USER_FIELDS, UserStatus, V4_END_FIELDS, V4_MEMBER_FIELDS,
    V4_START_FIELDS, V4Command, Word,
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
    read_fields(members, specs, notes, |field, datum, notes| match field {
        Field::CallId => callback.call_id = datum.text(),
        Field::EventTime => take_time(callback, datum.time()),
        Field::CallInfo => in_nested(field, datum, notes, |value, notes| {
            read_call(callback, value, &CALL_INFO_FIELDS, notes);
        }),
        Field::CallRecord => in_nested(field, datum, notes, |value, notes| {
            read_call(callback, value, &CALL_RECORD_FIELDS, notes);
        }),
        Field::UserList => {
            in_nested(field, datum, notes, |value, notes| read_users(callback, command, value, notes));
        }
        Field::ChangedUserList => {
            in_nested(field, datum, notes, |value, notes| read_changes(callback, value, notes));
        }
        // The command is known already; the others are fields of the objects inside, or of the other families.
        Field::Command
        | Field::UserAccount
        | Field::Status
        | Field::ActionType
        | Field::ChatGroupId
        | Field::RoomIdType
        | Field::CallerAccount
        | Field::CalleeList
        | Field::UserId
        | Field::RoomId
        | Field::TotalNum
        | Field::MediaType
        | Field::CallType
        | Field::Role
        | Field::Event
        | Field::CallResult
        | Field::StartCallTs
        | Field::AcceptTs
        | Field::EndTs => {}
    });
    let distinct = distinct_users(callback);
    callback.total_num = (distinct > 0).then_some(distinct as i64);
}

/// Reads what an object or array holds.
fn in_nested<'a>(
    field: Field,
    datum: Datum<'a>,
    notes: &mut FaultNotes<'_>,
    read: impl FnOnce(&Value<'a>, &mut FaultNotes<'_>),
) {
    if let Some(value) = datum.nested() {
        read(&value, &mut notes.inside(field.name(), &value));
    }
}

fn take_time(callback: &mut Callback<'_>, time: Option<(Timestamp, u16)>) {
    callback.event_time = time.map(|(seconds, _)| seconds);
    callback.millis = time.map_or(0, |(_, millis)| millis);
}

/// An unknown command: only the call and the time can be told, from wherever the known commands have them.
fn read_unknown<'a>(
    callback: &mut Callback<'a>,
    command: &str,
    members: &Members<'a>,
    notes: &mut FaultNotes<'_>,
) {
    const COMMAND: &str = Field::Command.name();
    const CALL_ID: &str = Field::CallId.name();
    const EVENT_TIME: &str = Field::EventTime.name();
    const CALL_INFO: &str = Field::CallInfo.name();
    const CALL_RECORD: &str = Field::CallRecord.name();
    for member in members.listed() {
        match &*member.key {
            COMMAND => {
                let kind = FaultKind::UnknownCommand(command.to_owned());
                notes.add(&member.key, &member.value, kind);
            }
            CALL_ID => {
                let id = member.value.string().filter(|id| !id.is_empty());
                callback.call_id = id.or(callback.call_id.take());
            }
            EVENT_TIME => take_time(callback, milliseconds(&member.value)),
            CALL_INFO | CALL_RECORD => {
                let inner = Members::read(member.value.text).unwrap_or_default();
                let id = inner.get(CALL_ID).and_then(|id| id.value.string()).filter(|id| !id.is_empty());
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
    let mut callees = Vec::new();
    let mut caller = None;
    let faulty = read_fields(&members, specs, notes, |field, datum, notes| match field {
        Field::CallId => callback.call_id = datum.text(),
        Field::MediaType => callback.media_type = datum.text().as_deref().and_then(MediaType::from_v4),
        Field::CallType => callback.call_type = datum.text().as_deref().and_then(CallType::from_v4),
        Field::RoomId => callback.room_id = datum.text().filter(|room| !room.is_empty()),
        Field::CallerAccount => caller = datum.text(),
        Field::CallResult => callback.call_result = datum.text().as_deref().and_then(CallResult::from_v4),
        Field::StartCallTs => callback.start_call_ts = datum.seconds(),
        Field::AcceptTs => callback.accept_ts = datum.seconds(),
        Field::EndTs => callback.end_ts = datum.seconds(),
        Field::CalleeList => {
            in_nested(field, datum, notes, |list, notes| callees = read_accounts(list, notes));
        }
        // Not used, or no fields of these objects.
        Field::ChatGroupId
        | Field::RoomIdType
        | Field::Command
        | Field::CallInfo
        | Field::CallRecord
        | Field::UserList
        | Field::ChangedUserList
        | Field::UserAccount
        | Field::Status
        | Field::ActionType
        | Field::UserId
        | Field::TotalNum
        | Field::Role
        | Field::Event
        | Field::EventTime => {}
    });
    callback.faulty_stamps = Field::STAMPS.map(|field| faulty.has(field));
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

/// Reads each object of an array, of an account and a word; gives what is usable of them to `take`.
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
        let (mut account, mut word) = (None, None);
        read_fields(&members, specs, &mut notes.inside_at(index, &element), |field, datum, _| match field {
            Field::UserAccount => account = datum.text(),
            // There are two, as the type says.
            _ => word = datum.text(),
        });
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
