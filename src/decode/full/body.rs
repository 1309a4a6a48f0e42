//! Reads a body into a callback of one of the three families.

use std::borrow::Cow;

use super::fault::{Damage, Product};
use super::faults::Faults;
use super::fields::FaultNotes;
use super::flat::read_flat;
use super::json::{MAX_DEPTH, check_depth};
use super::object::Members;
use super::pointer::Pointer;
use super::repeats::duplicate_keys;
use super::v4::read_v4;
use crate::decode::callback::Callback;
use crate::decode::json_type::JsonType;
use crate::decode::names::EVENT_GROUP;
use crate::spec::{CallbackCommand, Family, Field};

/// Why a body is not a callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is not a usable JSON object.
    Damaged(Damage),
    /// It is a JSON object, but of none of the three families.
    Unrecognised {
        /// The product that it seems to come from.
        product: Option<Product>,
        /// A documented field that it has in another case.
        other_case: Option<&'static str>,
    },
}

/// A read body.
#[derive(Debug)]
pub struct Read<'a> {
    /// The callback, if it is one.
    pub callback: Result<Callback<'a>, Refusal>,
    /// What could not be read; places are those of the body's text.
    pub faults: Faults,
}

impl<'a> Read<'a> {
    /// A callback without faults.
    pub(in crate::decode) fn sound(callback: Callback<'a>) -> Self {
        Self { callback: Ok(callback), faults: Faults::default() }
    }

    fn refused(refusal: Refusal) -> Self {
        Self { callback: Err(refusal), faults: Faults::default() }
    }
}

/// Reads a body's text on the full path, which knows what to say of anything unusual. What the URL says is only used to
/// tell the family.
pub(in crate::decode) fn read_body(text: &str, command: Option<CallbackCommand>) -> Read<'_> {
    let start = text.len() - text.trim_ascii_start().len();
    match Members::of_object(&text[start..], MAX_DEPTH) {
        Ok(members) => read_members(&members, start, command),
        Err(Damage { kind, span }) => {
            let span = start + span.start..start + span.end;
            Read::refused(Refusal::Damaged(Damage { kind, span }))
        }
    }
}

/// The same for a text that is the object with these members, whose nesting is not judged yet.
pub(in crate::decode) fn read_object<'a>(text: &'a str, members: &Members<'a>) -> Read<'a> {
    match check_depth(text, MAX_DEPTH) {
        Ok(()) => read_members(members, 0, None),
        Err(damage) => Read::refused(Refusal::Damaged(damage)),
    }
}

/// Reads the members of a body that begins at `start` in its text.
fn read_members<'a>(members: &Members<'a>, start: usize, command: Option<CallbackCommand>) -> Read<'a> {
    let mut faults = Faults::default();
    duplicate_keys(members, Pointer::Whole, start, &mut faults, |_| false);
    let Some(family) = family_of(members, command) else {
        return Read { callback: Err(unrecognised(members)), faults };
    };
    let mut callback = Callback::new(family);
    let mut notes = FaultNotes { faults: &mut faults, pointer: Pointer::Whole, at: start };
    match v4_command(members) {
        Some(command) if family == Family::V4 => read_v4(&mut callback, &command, members, &mut notes),
        _ => read_flat(&mut callback, members, &mut notes),
    }
    Read { callback: Ok(callback), faults }
}

/// The body's `CallbackCommand`, if it is one of the v4 family.
fn v4_command<'a>(members: &Members<'a>) -> Option<Cow<'a, str>> {
    members.get(Field::Command.name())?.value.string().filter(|command| command.starts_with("Call."))
}

/// The family of a body, by what it has and by the URL's command.
pub(super) fn family_of(members: &Members<'_>, command: Option<CallbackCommand>) -> Option<Family> {
    if v4_command(members).is_some() {
        return Some(Family::V4);
    }
    if members.get(Field::Event.name()).is_some() || matches!(command, Some(CallbackCommand::Event(..))) {
        return Some(Family::Event);
    }
    let result = members.get(Field::CallResult.name()).is_some_and(|member| member.value.text != "\"\"");
    let status = matches!(command, Some(CallbackCommand::Status(_) | CallbackCommand::CallEnd));
    (result || status).then_some(Family::Status)
}

/// The other product of the vendor whose request a body is, if it is one.
pub(super) fn product_of(members: &Members<'_>) -> Option<Product> {
    let command = members.get(Field::Command.name()).and_then(|member| member.value.string());
    match command.as_deref().and_then(|command| command.split_once('.')) {
        Some(("Live" | "Room" | "Mic", _)) => Some(Product::Live),
        Some(("C2C" | "Group" | "State" | "Sns" | "Profile" | "Bot" | "Chat" | "Msg", _)) => {
            Some(Product::Chat)
        }
        _ => {
            let group = members.get(EVENT_GROUP)?;
            (group.value.json_type() == JsonType::Integer).then_some(Product::Trtc)
        }
    }
}

/// Tells what else a body may be.
fn unrecognised(members: &Members<'_>) -> Refusal {
    let get = |key: &str| members.get(key);
    let product = product_of(members);
    let in_other_case =
        |name: &str| members.listed().iter().any(|member| member.key.eq_ignore_ascii_case(name));
    let telling = [Field::UserId, Field::CallId, Field::Role, Field::Event, Field::CallResult];
    let other_case =
        telling.into_iter().map(Field::name).find(|name| get(name).is_none() && in_other_case(name));
    Refusal::Unrecognised { product, other_case }
}
