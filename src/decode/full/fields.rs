//! Values of documented fields: read by the field's kind, and noted where they cannot be.

use std::borrow::Cow;

use super::fault::{FaultClass, FaultKind};
use super::faults::Faults;
use super::json::Value;
use super::object::{Members, each_key, value_of};
use super::pointer::Pointer;
use crate::decode::span::JsonType;
use crate::decode::span::Span;
use crate::spec::{Field, FieldSpec, Kind, Need, Timestamp, usable_timestamp};

/// A usable value.
#[derive(Debug)]
pub(super) enum Datum<'a> {
    Text(Cow<'a, str>),
    Integer(i64),
    /// Unix seconds and the milliseconds beyond them; none for 0, which means absent.
    Time(Option<(Timestamp, u16)>),
    /// An object or array, to be looked into.
    Nested(Value<'a>),
}

impl<'a> Datum<'a> {
    /// The value of a field that holds a text.
    pub(super) fn text(self) -> Option<Cow<'a, str>> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The value of a field that holds an integer.
    pub(super) fn integer(self) -> Option<i64> {
        if let Self::Integer(number) = self { Some(number) } else { None }
    }

    /// The value of a field that holds a time: Unix seconds, and the milliseconds beyond them.
    pub(super) fn time(self) -> Option<(Timestamp, u16)> {
        if let Self::Time(time) = self { time } else { None }
    }

    /// The same in Unix seconds.
    pub(super) fn seconds(self) -> Option<Timestamp> {
        self.time().map(|(seconds, _)| seconds)
    }

    /// The object or array that a field holds.
    pub(super) fn nested(self) -> Option<Value<'a>> {
        if let Self::Nested(value) = self { Some(value) } else { None }
    }
}

/// Where faults go, and where in the body the reader stands.
pub(super) struct FaultNotes<'n> {
    pub faults: &'n mut Faults,
    /// Path to the object or array that is being read.
    pub pointer: Pointer<'n>,
    /// Place of its text in the body.
    pub at: usize,
}

impl FaultNotes<'_> {
    fn span(&self, value: &Value<'_>) -> Span {
        self.at + value.at..self.at + value.span().end
    }

    /// Adds a fault of a member of the object.
    pub(super) fn add(&mut self, key: &str, value: &Value<'_>, kind: FaultKind) {
        let span = self.span(value);
        self.faults.add_kind(Pointer::Member(&self.pointer, key), span, kind);
    }

    /// The same for an element of the array.
    pub(super) fn add_at(&mut self, index: usize, value: &Value<'_>, kind: FaultKind) {
        let span = self.span(value);
        self.faults.add_kind(Pointer::Element(&self.pointer, index), span, kind);
    }

    /// The notes of an element of the array.
    pub(super) fn inside_at(&mut self, index: usize, value: &Value<'_>) -> FaultNotes<'_> {
        let pointer = Pointer::Element(&self.pointer, index);
        FaultNotes { pointer, at: self.at + value.at, faults: &mut *self.faults }
    }

    /// The notes of a nested value.
    pub(super) fn inside<'n>(&'n mut self, key: &'n str, value: &Value<'_>) -> FaultNotes<'n> {
        let pointer = Pointer::Member(&self.pointer, key);
        FaultNotes { pointer, at: self.at + value.at, faults: &mut *self.faults }
    }

    fn add_unknown(&mut self, name: &str, value: &Value<'_>, known: &'static [FieldSpec]) {
        let kind = || FaultKind::UnknownField { name: name.to_owned(), known };
        let span = self.span(value);
        self.faults.add(FaultClass::UnknownField, Pointer::Member(&self.pointer, name), span, kind);
    }
}

/// Reads the members of an object by the specification of its fields, and gives each usable value to `take`
/// with what its field says. Adds faults for missing, unknown and unusable ones. Of a key given twice the last counts,
/// so they are read from the last to the first. Returns the fields that have a fault or stand twice.
pub(super) fn read_fields<'a>(
    members: &Members<'a>,
    specs: &'static [FieldSpec],
    notes: &mut FaultNotes<'_>,
    mut take: impl FnMut(Field, Datum<'a>, &mut FaultNotes<'_>),
) -> FaultyFields {
    let (mut present, mut faulty) = (0_u32, 0_u32);
    let listed = members.listed();
    for (place, member) in listed.iter().enumerate().rev() {
        let Some(index) = index_of(specs, &member.key) else {
            notes.faults.note_case(&member.key);
            let is_last = || !listed[place + 1..].iter().any(|later| later.key == member.key);
            if members.unlisted().is_none() && is_last() {
                notes.add_unknown(&member.key, &member.value, specs);
            }
            continue;
        };
        if present & (1 << index) != 0 {
            faulty |= 1 << index;
            continue;
        }
        present |= 1 << index;
        match read_value(&specs[index], &member.value) {
            Ok(datum) => take(specs[index].field, datum, notes),
            Err(Trouble { kind, datum }) => {
                faulty |= 1 << index;
                notes.add(&member.key, &member.value, kind);
                if let Some(datum) = datum {
                    take(specs[index].field, datum, notes);
                }
            }
        }
    }
    if let Some(text) = members.unlisted() {
        each_key(text, |key, _, last| {
            if index_of(specs, key).is_none()
                && let Some(value) = value_of(text, last)
            {
                notes.add_unknown(key, &value, specs);
            }
        });
    }
    for (index, spec) in specs.iter().enumerate() {
        if present & (1 << index) == 0 && spec.need != Need::Optional {
            faulty |= 1 << index;
            let here = notes.at..notes.at + 1;
            let pointer = Pointer::Member(&notes.pointer, spec.name);
            notes.faults.add_kind(pointer, here, FaultKind::Missing(spec));
        }
    }
    FaultyFields { specs, bits: faulty }
}

/// Fields of an object that have a fault.
pub(super) struct FaultyFields {
    specs: &'static [FieldSpec],
    /// By index.
    bits: u32,
}

impl FaultyFields {
    /// True for one of them.
    pub(super) fn has(&self, field: Field) -> bool {
        self.specs
            .iter()
            .position(|spec| spec.field == field)
            .is_some_and(|index| self.bits & (1 << index) != 0)
    }
}

fn index_of(specs: &[FieldSpec], key: &str) -> Option<usize> {
    specs.iter().position(|spec| spec.name == key || spec.alias == Some(key))
}

/// Why a value is unusable, and what can be used of it all the same.
struct Trouble<'a> {
    kind: FaultKind,
    datum: Option<Datum<'a>>,
}

impl From<FaultKind> for Trouble<'_> {
    fn from(kind: FaultKind) -> Self {
        Self { kind, datum: None }
    }
}

fn read_value<'a>(spec: &'static FieldSpec, value: &Value<'a>) -> Result<Datum<'a>, Trouble<'a>> {
    match spec.kind {
        Kind::Text => Ok(Datum::Text(text(spec, value)?)),
        Kind::Id => Ok(Datum::Text(id(spec, value)?)),
        Kind::Account => account(spec, value),
        Kind::Integer => Ok(Datum::Integer(integer(spec, value)?)),
        Kind::RoomIdType => match integer(spec, value)? {
            kind @ (1 | 2) => Ok(Datum::Integer(kind)),
            other => Err(FaultKind::RoomIdType(other).into()),
        },
        Kind::Seconds => Ok(Datum::Time(time(spec, value, false)?)),
        Kind::Milliseconds => Ok(Datum::Time(time(spec, value, true)?)),
        Kind::Word(vocabulary) | Kind::WordOrEmpty(vocabulary) => {
            let word = text(spec, value)?;
            let none = word.is_empty() && matches!(spec.kind, Kind::WordOrEmpty(_));
            if none || (vocabulary.knows)(&word) {
                return Ok(Datum::Text(word));
            }
            Err(FaultKind::Word { field: spec, text: word.into_owned() }.into())
        }
        Kind::Object(_) if value.json_type() == JsonType::Object => Ok(Datum::Nested(*value)),
        Kind::Objects(_) | Kind::Accounts if value.json_type() == JsonType::Array => {
            Ok(Datum::Nested(*value))
        }
        Kind::Object(_) | Kind::Objects(_) | Kind::Accounts => Err(wrong_type(spec, value).into()),
    }
}

fn wrong_type(spec: &'static FieldSpec, value: &Value<'_>) -> FaultKind {
    type_fault(spec.kind.json_type(), value)
}

/// A value that has another type than the documented one.
pub(super) fn type_fault(expected: &'static str, value: &Value<'_>) -> FaultKind {
    const SHORT: usize = 60;
    let text = if value.text.len() <= SHORT { value.text.to_owned() } else { String::new() };
    FaultKind::Type { expected, found: value.json_type(), text }
}

fn text<'a>(spec: &'static FieldSpec, value: &Value<'a>) -> Result<Cow<'a, str>, FaultKind> {
    value.string().ok_or_else(|| wrong_type(spec, value))
}

fn id<'a>(spec: &'static FieldSpec, value: &Value<'a>) -> Result<Cow<'a, str>, FaultKind> {
    text(spec, value).and_then(|text| if text.is_empty() { Err(FaultKind::Empty) } else { Ok(text) })
}

fn account<'a>(spec: &'static FieldSpec, value: &Value<'a>) -> Result<Datum<'a>, Trouble<'a>> {
    if value.json_type() == JsonType::Integer {
        let datum = Some(Datum::Text(Cow::Borrowed(value.text)));
        return Err(Trouble { kind: FaultKind::NumericAccount, datum });
    }
    Ok(Datum::Text(id(spec, value)?))
}

fn integer(spec: &'static FieldSpec, value: &Value<'_>) -> Result<i64, FaultKind> {
    if value.json_type() != JsonType::Integer {
        return Err(wrong_type(spec, value));
    }
    value.text.parse().map_err(|_| FaultKind::HugeInteger)
}

fn time(
    spec: &'static FieldSpec,
    value: &Value<'_>,
    milliseconds: bool,
) -> Result<Option<(Timestamp, u16)>, FaultKind> {
    let outside = || FaultKind::Timestamp { text: value.text.to_owned(), milliseconds };
    let number = match integer(spec, value) {
        Err(FaultKind::HugeInteger) => return Err(outside()),
        other => other?,
    };
    if number == 0 {
        return Ok(None);
    }
    split_time(number, milliseconds).map(Some).ok_or_else(outside)
}

/// Unix seconds and the milliseconds beyond them, if they are usable.
fn split_time(number: i64, milliseconds: bool) -> Option<(Timestamp, u16)> {
    let (seconds, rest) =
        if milliseconds { (number.div_euclid(1000), number.rem_euclid(1000)) } else { (number, 0) };
    usable_timestamp(seconds).map(|seconds| (seconds, rest as u16))
}

/// A usable time in milliseconds; nothing is noted of any other value.
pub(super) fn milliseconds(value: &Value<'_>) -> Option<(Timestamp, u16)> {
    (value.json_type() == JsonType::Integer).then(|| split_time(value.text.parse().ok()?, true))?
}
