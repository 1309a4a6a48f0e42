//! One finding as one JSON object on a line. Absent members are left out.

use crate::report::json::{Object, line};
use crate::spec::{Finding, Folded, Place};

pub(super) fn write<'s>(out: &mut Vec<u8>, finding: &Finding, source: impl Fn(usize) -> &'s str) {
    line(out, |object| {
        object.member("rule", finding.rule.name());
        object.member("level", finding.level.as_str());
        object.member("message", &finding.message);
        place(object, &finding.place, &source);
        object.member("offset", finding.place.offset);
        object.member("length", finding.place.length);
        object.optional("pointer", finding.pointer.as_deref());
        if !finding.wrapper.is_empty() {
            object.list("wrapper", &finding.wrapper);
        }
        object.optional("call_id", finding.call_id.as_deref());
        object.optional("note", finding.note.as_deref());
        object.optional("help", finding.help.as_deref());
        if !finding.related.is_empty() {
            object.objects("related", &finding.related, |object, related| {
                object.member("message", &related.message);
                place(object, &related.place, &source);
            });
        }
    });
}

/// Findings that are counted instead of listed, in the same way; `wrapper` is theirs.
pub(super) fn write_folded<'s>(
    out: &mut Vec<u8>,
    folded: &Folded<Place>,
    wrapper: &[String],
    source: impl Fn(usize) -> &'s str,
) {
    line(out, |object| {
        object.object("folded", |object| {
            object.member("rule", folded.rule.name());
            object.member("level", folded.level.as_str());
            object.member("count", folded.count);
            object.member("source", source(folded.last.source));
            if !wrapper.is_empty() {
                object.list("wrapper", wrapper);
            }
            object.object("last", |last| {
                last.optional("record", folded.last.record);
                last.member("line", folded.last.line);
            });
        });
    });
}

/// The members of a place.
pub(in crate::report) fn place<'s>(
    object: &mut Object<'_>,
    place: &Place,
    source: &impl Fn(usize) -> &'s str,
) {
    object.member("source", source(place.source));
    object.optional("record", place.record);
    object.member("line", place.line);
    object.member("column", place.column);
}
