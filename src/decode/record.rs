//! The front door: a record and what framing found out about it → its callback, with all that came with it.
//!
//! The fast path gives a callback as nearly all are, or nothing. The full path gives every record, with what is wrong
//! with it. Both begin here, and neither knows the other.

use super::callback::Callback;
use super::fast::{self, Predictor, read_body_alone};
use super::full::body::{Read, read_body, read_object};
use super::full::envelope::{Envelope, open_envelope};
use super::full::json::MAX_DEPTH;
use super::full::object::Members;
use super::full::opened::{Opened, Scratch, open_bare, open_http};
use super::plain::PlainCallback;
use super::url::{Url, parse_sdkappid};
use crate::framing::Request;
use crate::spec::{CallbackCommand, Family, Parameter};

/// A record that was read on the full path.
#[derive(Debug)]
pub struct FullRecord<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// What framing found out about it, for HTTP.
    pub request: Option<&'a Request>,
    /// What surrounds the body, and the body's text.
    pub opened: Opened<'a>,
    /// What the body says; none if there is no usable text of it.
    pub read: Option<Read<'a>>,
}

impl<'a> FullRecord<'a> {
    /// The callback, if the record is one.
    pub fn callback(&self) -> Option<&Callback<'a>> {
        self.read.as_ref()?.callback.as_ref().ok()
    }
}

/// Reads a record on the fast path; nothing for one that needs the full path. `request` is what framing found out about
/// it, for HTTP.
#[inline]
pub fn read_fast<'a>(
    text: &'a str,
    request: Option<&Request>,
    predictor: &mut Predictor,
) -> Option<PlainCallback<'a>> {
    fast::read_record(text, request, predictor)
}

/// Reads a record on the full path. `request` is what framing found out about it, for HTTP.
pub fn read_full<'a>(
    bytes: &'a [u8],
    request: Option<&'a Request>,
    scratch: &'a mut Scratch,
) -> FullRecord<'a> {
    let (opened, read) = match request {
        Some(request) => with_body(open_http(bytes, request, scratch)),
        None => read_line(bytes, scratch),
    };
    FullRecord { bytes, request, opened, read }
}

/// What was opened, and what its body says.
type Parts<'a> = (Opened<'a>, Option<Read<'a>>);

fn read_line<'a>(bytes: &'a [u8], scratch: &'a mut Scratch) -> Parts<'a> {
    let (mut opened, text) = open_bare(bytes);
    let Some(text) = text else { return (opened, None) };
    // What has all the fields of a callback is not an envelope.
    if let Some(plain) = read_body_alone(text) {
        let mut callback = plain.into_callback();
        callback.infer();
        return (opened, Some(Read::sound(callback)));
    }
    // An envelope's body may be as deep as any, and the envelope adds one level.
    match Members::of_object(text, MAX_DEPTH + 1) {
        Err(damage) => {
            opened.refuse(damage);
            (opened, None)
        }
        Ok(members) => match Envelope::of(&members) {
            Some(envelope) => {
                let at = bytes.len() - bytes.trim_ascii_start().len();
                with_body(open_envelope(&envelope, &members, at, scratch))
            }
            None => {
                let mut read = read_object(text, &members);
                if let Ok(callback) = &mut read.callback {
                    add_surroundings(callback, None, None, None);
                }
                (opened, Some(read))
            }
        },
    }
}

/// Reads the body of what was opened, if there is one.
fn with_body(opened: Opened<'_>) -> Parts<'_> {
    let body = opened.body.as_ref().and_then(|body| body.as_ref().ok());
    let read = body.map(|body| read(body.text, opened.url.as_ref(), opened.received_at));
    (opened, read)
}

/// Reads a body's text; `url` are the parameters that came with it, `received_at` the time of its capture.
pub fn read<'a>(text: &'a str, url: Option<&Url<'a>>, received_at: Option<i64>) -> Read<'a> {
    let command = url.and_then(|url| CallbackCommand::parse(url.value(Parameter::Command)?));
    let plain = read_body_alone(text).map(PlainCallback::into_callback);
    let mut read = match plain.filter(|callback| suits(callback, command)) {
        Some(callback) => Read::sound(callback),
        None => read_body(text, command),
    };
    if let Ok(callback) = &mut read.callback {
        add_surroundings(callback, url, command, received_at);
    }
    read
}

/// Adds to a callback what came with its body.
fn add_surroundings<'a>(
    callback: &mut Callback<'a>,
    url: Option<&Url<'a>>,
    command: Option<CallbackCommand>,
    received_at: Option<i64>,
) {
    callback.received_at = received_at;
    take_url(callback, url, command);
    if callback.family != Family::V4 {
        callback.infer();
    }
}

/// A body without `Event` is of the event family all the same if the URL says so, and then lacks it.
fn suits(callback: &Callback<'_>, command: Option<CallbackCommand>) -> bool {
    callback.family == Family::Event || !matches!(command, Some(CallbackCommand::Event(..)))
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
