//! Bodies of the v4 family, read into the terms of the event family.

use std::borrow::Cow;

use super::fault::FaultKind;
use super::faults::MOST_LISTED;
use super::fields::{FaultNotes, milliseconds, read_fields, type_fault};
use super::json::{Value, each_element};
use super::object::Members;
use super::pointer::PointerPart;
use crate::decode::callback::{Callback, NamedUser, Part, distinct_users};
use crate::decode::datum::{Datum, take};
use crate::decode::json_type::JsonType;
use crate::spec::{
    CALL_INFO_FIELDS, CALL_RECORD_FIELDS, CHANGED_USER_FIELDS, CallbackCommand, Field, FieldSpec,
    USER_FIELDS, V4Command, Word,
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
    read_fields(members, command.fields(), notes, |field, datum, notes| match (field, datum) {
        (field, Datum::Nested(value)) => {
            let notes = &mut notes.inside(PointerPart::Key(field.name()), &value);
            match field {
                Field::CallInfo => read_call(callback, &value, &CALL_INFO_FIELDS, notes),
                Field::CallRecord => read_call(callback, &value, &CALL_RECORD_FIELDS, notes),
                Field::UserList => read_users(callback, command, &value, notes),
                _ => read_changes(callback, &value, notes),
            }
        }
        (field, datum) => take(callback, field, datum),
    });
    callback.total_num = distinct_users(&callback.users);
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
                notes.add(PointerPart::Key(COMMAND), &member.value, kind);
            }
            CALL_ID => {
                let id = member.value.string().filter(|id| !id.is_empty());
                callback.call_id = id.or(callback.call_id.take());
            }
            EVENT_TIME => callback.take_event_time(milliseconds(&member.value)),
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
    let (mut callees, mut caller) = (Vec::new(), None);
    let faulty = read_fields(&members, specs, notes, |field, datum, notes| match (field, datum) {
        (Field::CallerAccount, datum) => caller = datum.text(),
        (Field::CalleeList, Datum::Nested(list)) => {
            callees = read_accounts(&list, &mut notes.inside(PointerPart::Key(field.name()), &list));
        }
        (field, datum) => take(callback, field, datum),
    });
    callback.faulty_stamps = Field::STAMPS.map(|field| faulty.has(field));
    callback.users.extend(NamedUser::of_record(caller, callees));
}

/// Reads an array of account ids.
fn read_accounts<'a>(list: &Value<'a>, notes: &mut FaultNotes<'_>) -> Vec<Cow<'a, str>> {
    let mut accounts = Vec::new();
    let mut add = |id| accounts.push(id);
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
        notes.add(PointerPart::Index(index), &element, kind);
    });
    accounts
}

/// Reads each object of an array, of an account and a word; gives what is usable of them to `take`.
fn read_objects<'a, W: Word>(
    list: &Value<'a>,
    specs: &'static [FieldSpec; 2],
    notes: &mut FaultNotes<'_>,
    mut take: impl FnMut(Option<Cow<'a, str>>, Option<W>),
) {
    each_element(list.text, |index, element| {
        if element.json_type() != JsonType::Object {
            return notes.add(PointerPart::Index(index), &element, type_fault("object", &element));
        }
        let mut members = Members::default();
        // Elements of a valid array are valid.
        drop(members.fill(element.text));
        let (mut account, mut word) = (None, None);
        let notes = &mut notes.inside(PointerPart::Index(index), &element);
        read_fields(&members, specs, notes, |field, datum, _| match field {
            Field::UserAccount => account = datum.text(),
            // There are two, as the type says.
            _ => word = datum.word(),
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
        let part = Part::listed(command, status);
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
        // Each change without a user is a finding; those that are not listed say no more than the listed ones.
        if account.is_none() && action.is_none() {
            nobody += 1;
            if nobody > MOST_LISTED {
                return;
            }
        }
        callback.users.push(NamedUser { id: account, part: Part::Changed(action) });
    });
}
