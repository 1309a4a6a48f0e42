//! Reads a body into a callback of one of the three families.

use std::borrow::Cow;

use super::callback::Callback;
use super::fault::{Damage, Product};
use super::faults::Faults;
use super::fields::Notes;
use super::flat::{infer, read_flat};
use super::json::{JsonType, MAX_DEPTH};
use super::names::EVENT_GROUP;
use super::object::Members;
use super::plain::PlainCallback;
use super::pointer::Pointer;
use super::quick::read_body_alone;
use super::repeats::duplicate_keys;
use super::url::Url;
use super::v4::read_v4;
use crate::spec::{CallbackCommand, EVENT_FIELDS, Family, Parameter};

/// Why a body is no callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is no usable JSON object.
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

/// Reads a body's text; `url` are the parameters that came with it, `received_at` the time of its capture.
pub fn read<'a>(text: &'a str, url: Option<&Url<'a>>, received_at: Option<i64>) -> Read<'a> {
    let command = url.and_then(|url| CallbackCommand::parse(url.value(Parameter::Command)?));
    let plain = read_body_alone(text).map(PlainCallback::into_callback);
    let mut read = match plain.filter(|callback| suits(callback, command)) {
        Some(callback) => Read { callback: Ok(callback), faults: Faults::default() },
        None => read_fully(text, command),
    };
    if let Ok(callback) = &mut read.callback {
        add_surroundings(callback, url, command, received_at);
    }
    read
}

/// A callback that was read quickly from a bare line, which nothing came with.
pub fn read_bare(mut callback: Callback<'_>) -> Read<'_> {
    infer(&mut callback);
    Read { callback: Ok(callback), faults: Faults::default() }
}

/// Adds to a callback what came with its body.
pub(super) fn add_surroundings<'a>(
    callback: &mut Callback<'a>,
    url: Option<&Url<'a>>,
    command: Option<CallbackCommand>,
    received_at: Option<i64>,
) {
    callback.received_at = received_at;
    take_url(callback, url, command);
    if callback.family != Family::V4 {
        infer(callback);
    }
}

/// A body without `Event` is of the event family all the same if the URL says so, and then lacks it.
fn suits(callback: &Callback<'_>, command: Option<CallbackCommand>) -> bool {
    callback.family == Family::Event || !matches!(command, Some(CallbackCommand::Event(..)))
}

/// Reads a body's text the full way, which knows what to say of anything unusual. What the URL says is only used to
/// tell the family.
pub(super) fn read_fully(text: &str, command: Option<CallbackCommand>) -> Read<'_> {
    let mut faults = Faults::default();
    let start = text.len() - text.trim_ascii_start().len();
    let members = match Members::of_object(&text[start..], MAX_DEPTH) {
        Ok(members) => members,
        Err(Damage { kind, span }) => {
            let span = start + span.start..start + span.end;
            return Read { callback: Err(Refusal::Damaged(Damage { kind, span })), faults };
        }
    };
    duplicate_keys(&members, Pointer::Whole, start, &mut faults, |_| false);
    let Some(family) = family_of(&members, command) else {
        return Read { callback: Err(unrecognised(&members)), faults };
    };
    let mut callback = Callback::new(family);
    let mut notes = Notes { faults: &mut faults, pointer: Pointer::Whole, at: start };
    match v4_command(&members) {
        Some(command) if family == Family::V4 => read_v4(&mut callback, &command, &members, &mut notes),
        _ => read_flat(&mut callback, &members, &mut notes),
    }
    Read { callback: Ok(callback), faults }
}

fn take_url<'a>(callback: &mut Callback<'a>, url: Option<&Url<'a>>, command: Option<CallbackCommand>) {
    callback.url_command = command;
    if callback.family != Family::V4 {
        callback.command = command;
    }
    let Some(url) = url else { return };
    let given =
        |parameter| url.get(parameter).map(|given| given.value.clone()).filter(|value| !value.is_empty());
    callback.sdkappid = url.value(Parameter::SdkAppId).and_then(parse_sdkappid);
    callback.platform = given(Parameter::OptPlatform);
    callback.client_ip = given(Parameter::ClientIp);
}

/// An SDKAppID: digits that make an unsigned 32-bit integer.
pub(crate) fn parse_sdkappid(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// The body's `CallbackCommand`, if it is one of the v4 family.
fn v4_command<'a>(members: &Members<'a>) -> Option<Cow<'a, str>> {
    members.get("CallbackCommand")?.value.string().filter(|command| command.starts_with("Call."))
}

/// The family of a body, by what it has and by the URL's command.
fn family_of(members: &Members<'_>, command: Option<CallbackCommand>) -> Option<Family> {
    if v4_command(members).is_some() {
        return Some(Family::V4);
    }
    if members.get("Event").is_some() || matches!(command, Some(CallbackCommand::Event(..))) {
        return Some(Family::Event);
    }
    let result = members.get("CallResult").is_some_and(|member| member.value.text != "\"\"");
    let status = matches!(command, Some(CallbackCommand::Status(_) | CallbackCommand::CallEnd));
    (result || status).then_some(Family::Status)
}

/// Tells what else a body may be.
fn unrecognised(members: &Members<'_>) -> Refusal {
    let get = |key: &str| members.get(key);
    let command = get("CallbackCommand").and_then(|member| member.value.string());
    let product = match command.as_deref().and_then(|command| command.split_once('.')) {
        Some(("Live" | "Room", _)) => Some(Product::Live),
        Some(("C2C" | "Group" | "State" | "Sns" | "Profile" | "Bot" | "Chat" | "Msg", _)) => {
            Some(Product::Chat)
        }
        _ => get(EVENT_GROUP).filter(|id| id.value.json_type() == JsonType::Integer).map(|_| Product::Trtc),
    };
    let in_other_case =
        |name: &str| members.listed().iter().any(|member| member.key.eq_ignore_ascii_case(name));
    let telling = |name: &&str| matches!(*name, "CallId" | "Event" | "CallResult" | "UserId" | "Role");
    let other_case = EVENT_FIELDS
        .iter()
        .map(|spec| spec.name)
        .filter(telling)
        .find(|name| get(name).is_none() && in_other_case(name));
    Refusal::Unrecognised { product, other_case }
}
