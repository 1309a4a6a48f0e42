//! Values of documented fields: read by the field's kind, and noted if they cannot be read.

use std::borrow::Cow;

use super::fault::{FaultClass, FaultKind, TimeUnit};
use super::faults::Faults;
use super::json::{Member, Value};
use super::object::{Members, each_key, value_of};
use super::pointer::{Pointer, PointerPart};
use crate::decode::datum::{Datum, split_time};
use crate::decode::json_type::JsonType;
use crate::framing::Span;
use crate::spec::{Field, FieldSpec, Kind, Need, Timestamp};

/// Where faults go, and where in the body the reader is.
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

    /// Adds a fault of a part of the object or array.
    pub(super) fn add(&mut self, step: PointerPart<'_>, value: &Value<'_>, kind: FaultKind) {
        let span = self.span(value);
        self.faults.add_kind(Pointer::Inside(&self.pointer, step), span, kind);
    }

    /// The notes of a nested value.
    pub(super) fn inside<'n>(&'n mut self, step: PointerPart<'n>, value: &Value<'_>) -> FaultNotes<'n> {
        let pointer = Pointer::Inside(&self.pointer, step);
        FaultNotes { pointer, at: self.at + value.at, faults: &mut *self.faults }
    }

    fn add_unknown(&mut self, name: &str, value: &Value<'_>, known: &'static [FieldSpec]) {
        let kind = || FaultKind::UnknownField { name: name.to_owned(), known };
        let (pointer, span) = (Pointer::Inside(&self.pointer, PointerPart::Key(name)), self.span(value));
        self.faults.add(FaultClass::UnknownField, pointer, span, kind);
    }
}

/// Some fields of an object.
#[derive(Clone, Copy, Default)]
pub(super) struct FieldSet(u32);

impl FieldSet {
    /// Puts a field in; false for one that is there already.
    fn insert(&mut self, field: Field) -> bool {
        let is_new = !self.has(field);
        self.0 |= 1 << field as u32;
        is_new
    }

    /// True for one of them.
    pub(super) fn has(self, field: Field) -> bool {
        self.0 & (1 << field as u32) != 0
    }
}

/// Reads the members of an object by the specification of its fields, and gives each usable value to `take`
/// with what its field says. Adds faults for missing, unknown and unusable ones. Of a key given twice the last counts,
/// so they are read from the last to the first. Returns the fields that have a fault or occur twice.
pub(super) fn read_fields<'a>(
    members: &Members<'a>,
    specs: &'static [FieldSpec],
    notes: &mut FaultNotes<'_>,
    mut take: impl FnMut(Field, Datum<'a, Value<'a>>, &mut FaultNotes<'_>),
) -> FieldSet {
    let (mut present, mut faulty) = (FieldSet::default(), FieldSet::default());
    let listed = members.listed();
    for (place, Member { key, value }) in listed.iter().enumerate().rev() {
        let Some(spec) = spec_of(specs, key) else {
            notes.faults.note_case(key);
            let is_last = || !listed[place + 1..].iter().any(|later| later.key == *key);
            if members.unlisted().is_none() && is_last() {
                notes.add_unknown(key, value, specs);
            }
            continue;
        };
        if !present.insert(spec.field) {
            faulty.insert(spec.field);
            continue;
        }
        let Reading { datum, faults } = read_value(spec, value);
        if datum.is_none() {
            faulty.insert(spec.field);
        }
        faults.into_iter().flatten().for_each(|kind| notes.add(PointerPart::Key(key), value, kind));
        if let Some(datum) = datum {
            take(spec.field, datum, notes);
        }
    }
    if let Some(text) = members.unlisted() {
        each_key(text, |key, _, last| {
            if spec_of(specs, key).is_none()
                && let Some(value) = value_of(text, last)
            {
                notes.add_unknown(key, &value, specs);
            }
        });
    }
    for spec in specs.iter().filter(|spec| spec.need != Need::Optional && !present.has(spec.field)) {
        faulty.insert(spec.field);
        let pointer = Pointer::Inside(&notes.pointer, PointerPart::Key(spec.name));
        notes.faults.add_kind(pointer, notes.at..notes.at + 1, FaultKind::Missing(spec));
    }
    faulty
}

fn spec_of(specs: &'static [FieldSpec], key: &str) -> Option<&'static FieldSpec> {
    specs.iter().find(|spec| spec.name == key || spec.alias == Some(key))
}

/// What is read of a value: what is used of it, and what is wrong with it.
struct Reading<'a> {
    datum: Option<Datum<'a, Value<'a>>>,
    faults: [Option<FaultKind>; 2],
}

impl<'a> From<Result<Datum<'a, Value<'a>>, FaultKind>> for Reading<'a> {
    fn from(read: Result<Datum<'a, Value<'a>>, FaultKind>) -> Self {
        match read {
            Ok(datum) => Self { datum: Some(datum), faults: [None, None] },
            Err(fault) => Self { datum: None, faults: [Some(fault), None] },
        }
    }
}

/// Reads a value by the kind of its field. One of another type is used, and reported, if it can be read without doubt.
fn read_value<'a>(spec: &'static FieldSpec, value: &Value<'a>) -> Reading<'a> {
    let Some(meant) = meant(spec, value) else {
        return match spec.kind {
            Kind::Seconds | Kind::Milliseconds => read_time(spec, value),
            _ => sound_value(spec, value).into(),
        };
    };
    let fault = match spec.kind {
        Kind::Account => FaultKind::NumericAccount,
        _ => FaultKind::UsedType { expected: spec.kind.json_type(), found: value.json_type() },
    };
    let read = match (spec.kind, meant) {
        (Kind::Text | Kind::Id | Kind::Account, digits) => Ok(Datum::Text(digits)).into(),
        (Kind::Seconds | Kind::Milliseconds, digits) => {
            let read = read_time(spec, &Value { text: &digits, at: value.at });
            // A time holds nothing of the text that it was read from.
            Reading {
                datum: read.datum.and_then(|datum| Some(Datum::Time(datum.time_or_absent()?))),
                faults: read.faults,
            }
        }
        (_, digits) => integer(spec, &Value { text: &digits, at: value.at })
            .and_then(|number| room_id_type(spec, number))
            .map(Datum::Integer)
            .into(),
    };
    let Reading { datum, faults: [first, _] } = read;
    // What is not used for another reason is one fault.
    let faults = if datum.is_some() { [Some(fault), first] } else { [first, None] };
    Reading { datum, faults }
}

/// The text of the value that one of another type stands for beyond doubt; none for a value of the documented type, or
/// one that stands for none.
fn meant<'a>(spec: &'static FieldSpec, value: &Value<'a>) -> Option<Cow<'a, str>> {
    match spec.kind {
        Kind::Id | Kind::Account => (value.json_type() == JsonType::Integer).then(|| value.text.into()),
        Kind::Text if spec.field != Field::Command => {
            (value.json_type() == JsonType::Integer).then(|| value.text.into())
        }
        Kind::Integer | Kind::RoomIdType | Kind::Seconds | Kind::Milliseconds => match value.json_type() {
            JsonType::String => plain_integer(&value.string()?).map(|digits| digits.to_owned().into()),
            JsonType::Number => plain_integer(value.text).map(|digits| digits.to_owned().into()),
            _ => None,
        },
        _ => None,
    }
}

/// The digits of an integer, with its sign, that may have a fraction of zeros.
fn plain_integer(text: &str) -> Option<&str> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = is_digits(digits) && (digits == "0" || !digits.starts_with('0'));
    let has_no_part =
        fraction.is_none_or(|zeros| !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0'));
    (is_plain && has_no_part).then_some(whole)
}

/// Reads a value of the documented type.
fn sound_value<'a>(spec: &'static FieldSpec, value: &Value<'a>) -> Result<Datum<'a, Value<'a>>, FaultKind> {
    match spec.kind {
        Kind::Text => text(spec, value).map(Datum::Text),
        Kind::Id | Kind::Account => match text(spec, value)? {
            empty if empty.is_empty() => Err(FaultKind::Empty),
            id => Ok(Datum::Text(id)),
        },
        Kind::Integer | Kind::RoomIdType => {
            integer(spec, value).and_then(|number| room_id_type(spec, number)).map(Datum::Integer)
        }
        Kind::Word(vocabulary) | Kind::WordOrEmpty(vocabulary) => {
            let word = text(spec, value)?;
            let none = word.is_empty() && matches!(spec.kind, Kind::WordOrEmpty(_));
            if none || (vocabulary.knows)(&word) {
                return Ok(Datum::Text(word));
            }
            Err(FaultKind::Word { field: spec, text: word.into_owned() })
        }
        Kind::Object(_) if value.json_type() == JsonType::Object => Ok(Datum::Nested(*value)),
        Kind::Objects(_) | Kind::Accounts if value.json_type() == JsonType::Array => {
            Ok(Datum::Nested(*value))
        }
        _ => Err(wrong_type(spec, value)),
    }
}

/// An integer, which for the type of a room id has to be a documented one.
fn room_id_type(spec: &'static FieldSpec, number: i64) -> Result<i64, FaultKind> {
    match spec.kind {
        Kind::RoomIdType if !matches!(number, 1 | 2) => Err(FaultKind::RoomIdType(number)),
        _ => Ok(number),
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

fn integer(spec: &'static FieldSpec, value: &Value<'_>) -> Result<i64, FaultKind> {
    if value.json_type() != JsonType::Integer {
        return Err(wrong_type(spec, value));
    }
    value.text.parse().map_err(|_| FaultKind::HugeInteger)
}

/// Reads a time. One in another unit, which its digits tell, is used and reported.
fn read_time<'a>(spec: &'static FieldSpec, value: &Value<'_>) -> Reading<'a> {
    let milliseconds = matches!(spec.kind, Kind::Milliseconds);
    let outside = || FaultKind::Timestamp { text: value.text.to_owned(), milliseconds };
    let number = match integer(spec, value) {
        Err(FaultKind::HugeInteger) => return Err(outside()).into(),
        Err(fault) => return Err(fault).into(),
        Ok(0) => return Ok(Datum::Time(None)).into(),
        Ok(number) => number,
    };
    if let Some(time) = split_time(number, milliseconds) {
        return Ok(Datum::Time(Some(time))).into();
    }
    let other = match (value.text.len(), milliseconds) {
        (13, false) => Some((TimeUnit::Milliseconds, split_time(number.div_euclid(1000), false))),
        (16, false) => Some((TimeUnit::Microseconds, split_time(number.div_euclid(1_000_000), false))),
        (16, true) => Some((TimeUnit::Microseconds, split_time(number.div_euclid(1000), true))),
        (10, true) => Some((TimeUnit::Seconds, split_time(number, false))),
        _ => None,
    };
    match other {
        Some((unit, Some(time))) => {
            let faults = [Some(FaultKind::UsedTimestamp { unit, milliseconds }), None];
            Reading { datum: Some(Datum::Time(Some(time))), faults }
        }
        _ => Err(outside()).into(),
    }
}

/// A usable time in milliseconds; nothing is noted about any other value.
pub(super) fn milliseconds(value: &Value<'_>) -> Option<(Timestamp, u16)> {
    (value.json_type() == JsonType::Integer).then(|| split_time(value.text.parse().ok()?, true))?
}
