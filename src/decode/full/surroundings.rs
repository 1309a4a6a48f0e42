//! What the levels around a callback say of its request: URL parameters, method, and time of capture.
//!
//! Comes in: the objects that a callback was found in, from the nearest outwards. Goes out: what the first that knows says
//! of each. Must not: look into anything that was answered, or that a client says of itself.

use std::borrow::Cow;

use super::json::{Member, Value, each_element, each_member};
use super::object::{Members, last_named};
use crate::decode::capture_time::{self, CaptureTime};
use crate::decode::captured_by::CapturedBy;
use crate::decode::json_type::JsonType;
use crate::decode::names::URLS;
use crate::decode::text_map::TextMap;
use crate::decode::url::{Given, Url, encode_parameter, is_outside_url, query_of};
use crate::decode::wrappers::{CAPTURE_TIMES, METHODS, QUERIES, is_foreign_url};
use crate::framing::{Span, parse_request_line};
use crate::spec::{CallbackCommand, Parameter, Word};

/// An object around a callback.
pub(in crate::decode) struct Enclosing<'l> {
    /// The object that it is a member of, if any.
    pub(in crate::decode) parent: Option<&'l Enclosing<'l>>,
    /// Its members.
    pub(in crate::decode) members: &'l [Member<'l>],
    /// Range of the record that holds it, or the text that it was decoded from.
    pub(in crate::decode) span: Span,
}

/// What stands around a callback.
#[derive(Debug, Default)]
pub(in crate::decode) struct Surroundings {
    /// The method, and the range of the record that holds its level.
    pub(in crate::decode) method: Option<(String, Span)>,
    /// The URL or path.
    pub(in crate::decode) target: Option<String>,
    /// The query as it was captured, without its `?`.
    pub(in crate::decode) query: Option<String>,
    /// The parameters.
    pub(in crate::decode) url: Option<Url<'static>>,
    /// True if the parameters were members, or columns, so that none of them is missing.
    pub(in crate::decode) are_members: bool,
    /// True if the parameters stand where only a wrapper has them.
    pub(in crate::decode) has_unusual_url: bool,
    /// The headers, as names and values.
    pub(in crate::decode) headers: Vec<(String, String)>,
    /// Who captured it.
    pub(in crate::decode) captured_by: CapturedBy,
    /// The time of capture.
    pub(in crate::decode) time: Option<CaptureTime>,
    /// The name of a time that cannot be read, and the range of the record that holds its level.
    pub(in crate::decode) bad_time: Option<(String, Span)>,
}

impl Surroundings {
    /// Those of a callback in `level`; `time` is the one before the JSON text, if there is one.
    pub(in crate::decode) fn of(level: Option<&Enclosing<'_>>, time: Option<CaptureTime>) -> Self {
        let mut found = Self::default();
        let mut next = level;
        while let Some(level) = next {
            found.add(level);
            next = level.parent;
        }
        found.time = found.time.or(time);
        // A number that is not a time may be the length of something.
        found.bad_time = found.bad_time.filter(|_| found.time.is_none());
        found
    }

    /// The command of the parameters, if it is a known one.
    pub(in crate::decode) fn command(&self) -> Option<CallbackCommand> {
        CallbackCommand::parse(self.url.as_ref()?.value(Parameter::Command)?)
    }

    fn add(&mut self, level: &Enclosing<'_>) {
        self.add_url(level);
        self.captured_by.add_all(level.members.iter().map(|member| (&*member.key, member.value.text)));
        if self.headers.is_empty() {
            let names = ["headers", "multiValueHeaders"];
            let found = names.iter().find_map(|name| pairs(&last_named(level.members, name)?.value));
            self.headers = found.unwrap_or_default();
        }
        if self.method.is_none() {
            let named = METHODS.iter().find_map(|name| string_at(level.members, name));
            let line = last_named(level.members, "request").and_then(|member| member.value.string());
            let of_line = line
                .as_deref()
                .and_then(|line| Some(line[parse_request_line(line.as_bytes())?.method].to_owned()));
            self.method = of_line.or(named).map(|method| (method, level.span.clone()));
        }
        if self.time.is_none() {
            for name in CAPTURE_TIMES {
                let Some(member) =
                    last_named(level.members, name).filter(|member| member.value.text != "null")
                else {
                    continue;
                };
                match time_of(&member.value) {
                    Some(time) => {
                        self.time = Some(time);
                        break;
                    }
                    None => {
                        self.bad_time =
                            self.bad_time.take().or_else(|| Some((name.to_owned(), level.span.clone())))
                    }
                }
            }
        }
    }

    /// Takes the parameters of a level, if none are known yet.
    fn add_url(&mut self, level: &Enclosing<'_>) {
        if self.url.as_ref().is_some_and(|url| !self.are_members || url.value(Parameter::SdkAppId).is_some())
        {
            return;
        }
        let query = whole_url(level.members)
            .or_else(|| request_line(level.members))
            .or_else(|| query_member(level.members));
        match query {
            Some((target, query)) => {
                self.has_unusual_url |= !has_usual_url(level.members);
                let map = TextMap::Opaque(level.span.clone());
                self.url = Some(Url::parse(&Cow::Owned(query.clone()), 0, map));
                self.target = target.or(self.target.take());
                self.query = Some(query);
                self.are_members = false;
            }
            None if self.url.is_none() => {
                self.url = parameter_members(level);
                self.are_members = self.url.is_some();
                self.has_unusual_url |= self.are_members;
            }
            None => {}
        }
    }
}

/// True for a level whose URL, query or request line has the name that it has in an envelope.
fn has_usual_url(members: &[Member<'_>]) -> bool {
    let has_query = |name| {
        last_named(members, name)
            .is_some_and(|member| member.value.string().is_some_and(|text| query_of(&text).is_some()))
    };
    URLS.into_iter().any(has_query)
        || ["query", "request"].iter().any(|name| last_named(members, name).is_some())
}

/// The text at a dotted name.
fn string_at(members: &[Member<'_>], name: &str) -> Option<String> {
    let (first, rest) = name.split_once('.').map_or((name, None), |(first, rest)| (first, Some(rest)));
    let value = last_named(members, first)?.value;
    match rest {
        None => value.string().map(Cow::into_owned),
        Some(rest) => string_at(Members::read(value.text).ok()?.listed(), rest),
    }
}

/// A target, and the query in it, of a member whose whole value is a URL or a path with an SDKAppID and a command.
fn whole_url(members: &[Member<'_>]) -> Option<(Option<String>, String)> {
    members.iter().find_map(|member| {
        let text =
            member.value.string().filter(|text| text.contains('?') && !text.contains(is_outside_url))?;
        if is_foreign_url(&member.key) {
            return None;
        }
        let query = text[query_of(&text)?].to_owned();
        has_parameters(&query).then(|| (Some(text.into_owned()), query))
    })
}

/// The same of a member `request` that is a request line.
fn request_line(members: &[Member<'_>]) -> Option<(Option<String>, String)> {
    let text = last_named(members, "request")?.value.string()?;
    let target = &text[parse_request_line(text.as_bytes())?.target];
    Some((Some(target.to_owned()), target[query_of(target)?].to_owned()))
}

/// True for a query with an SDKAppID and a command.
fn has_parameters(query: &str) -> bool {
    let url = Url::parse(&Cow::Borrowed(query), 0, TextMap::Direct(0));
    url.value(Parameter::SdkAppId).is_some() && url.value(Parameter::Command).is_some()
}

/// The query of a member that is one: a text, an object, or an array of names and values.
fn query_member(members: &[Member<'_>]) -> Option<(Option<String>, String)> {
    QUERIES.iter().find_map(|name| {
        let query = query_text(&last_named(members, name)?.value)?;
        let url = Url::parse(&Cow::Borrowed(&*query), 0, TextMap::Direct(0));
        let known = url.value(Parameter::SdkAppId).or(url.value(Parameter::Command)).is_some();
        known.then_some((None, query))
    })
}

fn query_text(value: &Value<'_>) -> Option<String> {
    if let Some(text) = value.string() {
        return Some(text.strip_prefix('?').unwrap_or(&text).to_owned());
    }
    let pairs = pairs(value)?;
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encode_parameter(name), encode_parameter(value)))
        .collect();
    Some(pairs.join("&"))
}

/// Names and values: the members of an object, of which one with several values gives each; or the elements of an array
/// that have a `name` and a `value`.
fn pairs(value: &Value<'_>) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    let mut pair = |name: &str, value: &str| pairs.push((name.to_owned(), value.to_owned()));
    match value.json_type() {
        JsonType::Object => each_member(value.text, |member| match scalar(&member.value) {
            Some(value) => pair(&member.key, &value),
            None => each_element(member.value.text, |_, value| {
                if let Some(value) = scalar(&value) {
                    pair(&member.key, &value);
                }
            }),
        })
        .ok()?,
        JsonType::Array => each_element(value.text, |_, element| {
            let Ok(members) = Members::read(element.text) else { return };
            let text = |name| members.get(name).and_then(|member| scalar(&member.value));
            if let (Some(name), Some(value)) = (text("name"), text("value")) {
                pair(&name, &value);
            }
        }),
        _ => return None,
    }
    Some(pairs)
}

/// A string or an integer, as text.
fn scalar<'a>(value: &Value<'a>) -> Option<Cow<'a, str>> {
    match value.json_type() {
        JsonType::Integer => Some(Cow::Borrowed(value.text)),
        _ => value.string(),
    }
}

/// Parameters that are members themselves, if the SDKAppID is among them, or the command is a known one.
fn parameter_members(level: &Enclosing<'_>) -> Option<Url<'static>> {
    let mut url = Url::new(0..0, TextMap::Opaque(level.span.clone()));
    for member in level.members {
        let name: String = member.key.chars().filter(|c| *c != '_').collect();
        let Some(parameter) = Parameter::named(&name) else { continue };
        if let Some(value) = scalar(&member.value) {
            url.add(parameter.as_str(), Given { value: Cow::Owned(value.into_owned()), span: 0..0 });
        }
    }
    let is_command =
        url.value(Parameter::Command).is_some_and(|command| CallbackCommand::parse(command).is_some());
    (url.value(Parameter::SdkAppId).is_some() || is_command).then_some(url)
}

/// A time of capture: a text, a number, or MongoDB's `{"$date":…}`.
pub(super) fn time_of(value: &Value<'_>) -> Option<CaptureTime> {
    match value.json_type() {
        JsonType::Integer | JsonType::Number => capture_time::parse(value.text),
        JsonType::String => capture_time::parse(&value.string()?),
        JsonType::Object => {
            let members = Members::read(value.text).ok()?;
            ["$date", "$numberLong", "$numberInt"].iter().find_map(|name| time_of(&members.get(name)?.value))
        }
        _ => None,
    }
}
