//! The names that have a meaning in a record: those of an envelope's members, and of the vendor's fields.

use std::sync::LazyLock;

use super::wrappers::{BODY_NAMES, CAPTURE_TIMES, LOG_TEXTS, METHODS, QUERIES, REFUSED};
use crate::spec::{
    CALL_INFO_FIELDS, CALL_RECORD_FIELDS, CHANGED_USER_FIELDS, EVENT_FIELDS, Field, FieldSpec, STATUS_FIELDS,
    USER_FIELDS, V4_END_FIELDS, V4_MEMBER_FIELDS, V4_START_FIELDS,
};

/// Members that only a callback body has: an object with one of them is not an envelope.
pub(super) const BODY_KEYS: [&str; 5] = [
    Field::CallId.name(),
    Field::Event.name(),
    Field::CallRecord.name(),
    Field::CallInfo.name(),
    Field::Command.name(),
];
/// Names of the body; the first usable one counts.
pub(super) const BODIES: [&str; 4] = ["body", "request_body", "payload", "body_base64"];
/// Names of a URL, whose query is used.
pub(super) const URLS: [&str; 4] = ["url", "uri", "request_uri", "path"];
/// The other members of an envelope.
const OTHERS: [&str; 2] = ["request", "headers"];
/// Members that say how to read others.
const SIGNS: [&str; 8] =
    [REFUSED, "isBase64Encoded", "encoding", "bodyEncoding", "type", "postData", "requestContext", "text"];
/// A member of the callbacks of another product.
pub(super) const EVENT_GROUP: &str = "EventGroupId";

/// Every table of fields.
static TABLES: [&[FieldSpec]; 9] = [
    &EVENT_FIELDS,
    &STATUS_FIELDS,
    &USER_FIELDS,
    &CHANGED_USER_FIELDS,
    &CALL_INFO_FIELDS,
    &CALL_RECORD_FIELDS,
    &V4_START_FIELDS,
    &V4_MEMBER_FIELDS,
    &V4_END_FIELDS,
];

/// The known names.
static KNOWN: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let fields = TABLES.iter().copied().flatten().flat_map(|spec| [Some(spec.name), spec.alias]).flatten();
    let tables = [
        &BODIES[..],
        &URLS,
        &OTHERS,
        &SIGNS,
        &[EVENT_GROUP],
        &BODY_NAMES,
        &LOG_TEXTS,
        &QUERIES,
        &METHODS,
        &CAPTURE_TIMES,
    ];
    let envelopes = tables.into_iter().flatten().copied();
    let mut known: Vec<&str> = fields.chain(envelopes).collect();
    known.sort_unstable();
    known.dedup();
    known
});

/// The name with a meaning that this one is, whatever its case.
pub(super) fn known(name: &str) -> Option<&'static str> {
    KNOWN.iter().find(|known| known.eq_ignore_ascii_case(name)).copied()
}
