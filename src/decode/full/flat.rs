//! Bodies of the event and status families: one flat object.

use super::fields::{FaultNotes, read_fields};
use super::json::Member;
use super::object::Members;
use crate::decode::callback::Callback;
use crate::decode::datum::take;
use crate::spec::{EVENT_FIELDS, Family, Field, FieldSpec, STATUS_FIELDS};

/// Reads a body of the event or status family.
pub(super) fn read_flat<'a>(callback: &mut Callback<'a>, members: &Members<'a>, notes: &mut FaultNotes<'_>) {
    let specs: &'static [FieldSpec] = match callback.family {
        Family::Status => &STATUS_FIELDS,
        Family::Event | Family::V4 => &EVENT_FIELDS,
    };
    let faulty = read_fields(members, specs, notes, |field, datum, _| take(callback, field, datum));
    let given = |field: Field| members.get(field.name()).is_some();
    let is_no_result =
        |member: &Member<'_>| member.key == Field::CallResult.name() && member.value.text == "\"\"";
    let has_no_result = members.listed().iter().any(is_no_result);
    callback.faulty.event = callback.event.is_none() && given(Field::Event);
    callback.faulty.call_result =
        callback.call_result.is_none() && given(Field::CallResult) && !has_no_result;
    callback.faulty_stamps = Field::STAMPS.map(|field| faulty.has(field));
    callback.note_total_num();
}
