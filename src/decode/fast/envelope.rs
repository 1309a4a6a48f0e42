//! A plain envelope: members that are well known or have no meaning, around a plain body.

use smallvec::SmallVec;

use super::body::KeyOrder;
use super::bytes::{after, blanks};
use super::gap::Gap;
use super::layout::{Layout, RecordValues, Slot};
use super::values::string;
use crate::decode::captured_by::CapturedBy;
use crate::decode::names::{BODIES, BODY_KEYS, URLS};
use crate::decode::plain::FastCallback;
use crate::decode::wrappers::{BODY_NAMES, CAPTURE_TIMES, LOG_TEXTS, METHODS, QUERIES, REFUSED};
use crate::spec::Parameter;

/// What a member is.
enum MemberUse {
    /// A value.
    Value(Slot),
    /// The headers.
    Headers,
}

/// The meaning of a name; none for what the full path has to weigh against other members, or to decode.
fn member(name: &str) -> Option<MemberUse> {
    Some(MemberUse::Value(match name {
        "body_base64" | "query" | "request" | REFUSED => return None,
        "method" => Slot::Method,
        "headers" => return Some(MemberUse::Headers),
        _ if BODY_KEYS.contains(&name) => return None,
        _ if BODIES.contains(&name) => Slot::Body,
        _ if URLS.contains(&name) => Slot::Url,
        _ if CAPTURE_TIMES.contains(&name) => Slot::Time(false),
        _ if LOG_TEXTS.contains(&name) => Slot::LogText,
        _ if BODY_NAMES.contains(&name) || QUERIES.contains(&name) || METHODS.contains(&name) => return None,
        _ if Parameter::named(name).is_some() => return None,
        _ if CapturedBy::is_named_by(name) => Slot::Captor,
        _ => Slot::Other,
    }))
}

/// Most names of one object.
const MOST_NAMES: usize = 24;

/// The names of one object, none of them twice; so few that they are compared each with each.
type NameSet<'a> = SmallVec<[&'a str; MOST_NAMES]>;

/// Adds a name; nothing for one that is there already, or one too many.
fn add_name<'a>(names: &mut NameSet<'a>, name: &'a str) -> Option<()> {
    (names.len() < MOST_NAMES && !names.contains(&name)).then(|| names.push(name))
}

/// Reads an envelope with one body, at most one of each other kind of member, and nothing that needs thought; `layout` is
/// that of the last one.
pub(super) fn read_envelope<'a>(
    text: &'a str,
    order: &mut KeyOrder,
    layout: &mut Layout,
    into: &mut FastCallback<'a>,
) -> Option<()> {
    if layout.read(text, order, into).is_some() {
        return Some(());
    }
    let mut seen = Layout::default();
    read_anew(text, order, &mut seen, into)?;
    *layout = seen;
    Some(())
}

/// Reads an envelope name by name, and notes how it is laid out.
fn read_anew<'a>(
    text: &'a str,
    order: &mut KeyOrder,
    layout: &mut Layout,
    into: &mut FastCallback<'a>,
) -> Option<()> {
    let bytes = text.as_bytes();
    let mut contents = RecordValues::new(into);
    let mut index = after(bytes, blanks(bytes, 0), b'{')?;
    // Where what is noted about the layout ends.
    let mut noted = 0;
    // The names of the envelope, and of its headers while the reader is among them.
    let (mut names, mut header_names) = (NameSet::new(), None::<NameSet<'_>>);
    loop {
        let (name, end) = string(text, blanks(bytes, index))?;
        let value = blanks(bytes, after(bytes, blanks(bytes, end), b':')?);
        let member = if let Some(names) = &mut header_names {
            add_name(names, name)?;
            MemberUse::Value(Slot::Text)
        } else {
            add_name(&mut names, name)?;
            member(name)?
        };
        match member {
            MemberUse::Headers => {
                index = after(bytes, value, b'{')?;
                header_names = Some(NameSet::new());
                if bytes.get(blanks(bytes, index)) != Some(&b'}') {
                    continue;
                }
                index = blanks(bytes, index);
            }
            MemberUse::Value(slot) => {
                let is_free = matches!(slot, Slot::Other | Slot::LogText | Slot::Text | Slot::Captor);
                if !is_free && layout.parts.iter().any(|(_, other)| *other == slot) {
                    return None;
                }
                index = blanks(bytes, contents.take(&slot, text, value, order)?);
                layout.parts.push((Gap::of(bytes.get(noted..value)?), slot));
                noted = index;
            }
        }
        if header_names.is_some() && bytes.get(index)? == &b'}' {
            header_names = None;
            index = blanks(bytes, index + 1);
        }
        match bytes.get(index)? {
            b',' => index += 1,
            b'}' => break,
            _ => return None,
        }
    }
    let behind = blanks(bytes, index + 1);
    text.get(noted..=index)?.clone_into(&mut layout.end);
    if header_names.is_none() && behind == bytes.len() { contents.finish() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"UserId":"Al\\ice","RoomId":"r","TotalNum":2,"MediaType":"audio","CallType":"single","CallId":"c","Role":"caller","Event":"start_call","CallResult":"","EventTime":1704856885}"#;

    /// Envelopes in several styles, with these values.
    fn envelopes(time: &str, address: &str, header: &str) -> [String; 4] {
        let query = format!(
            "sdkappid=14&command=caller_start_call&contenttype=json&clientip={address}&optplatform=iOS"
        );
        let escaped = BODY.replace('\\', "\\\\").replace('"', "\\\"");
        [
            format!(
                r#"{{"received_at":"{time}","method":"POST","url":"/a?{query}","headers":{{"Host":"{header}","X":"y"}},"body":"{escaped}"}}"#
            ),
            format!(r#"{{"ts": 1704856885.25, "url": "/?{query}", "payload": {BODY}}}"#),
            format!(r#"{{"time":"1704856885123","uri":"/a?{query}","body":{BODY},"n":null,"k":"{header}"}}"#),
            format!(r#"{{"headers":{{}},"path":"/a","ok":true,"body":"{escaped}","n":12}}"#),
        ]
    }

    #[test]
    fn an_envelope_like_the_last_is_read_alike() {
        let ones = envelopes("2024-05-01T00:00:10.421Z", "192.0.2.1", "h");
        let others = envelopes("2024-05-01T00:00:10Z", "%3A%3A1", "another.example");
        for (one, other) in ones.iter().zip(&others) {
            let (mut order, mut layout) = (KeyOrder::default(), Layout::default());
            let (mut alike, mut anew) = (FastCallback::default(), FastCallback::default());
            assert!(read_envelope(one, &mut order, &mut layout, &mut alike).is_some(), "{one}");
            assert!(layout.read(other, &mut order, &mut alike).is_some(), "{other}");
            assert!(read_anew(other, &mut order, &mut Layout::default(), &mut anew).is_some(), "{other}");
            assert_eq!(alike, anew, "{other}");
        }
    }
}
