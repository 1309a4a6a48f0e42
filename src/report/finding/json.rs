//! One finding as one JSON object on a line. Absent members are left out.

use crate::report::json::{Object, list};
use crate::spec::{Finding, Folded, Place};

pub(super) fn write<'s>(out: &mut Vec<u8>, finding: &Finding, source: impl Fn(usize) -> &'s str) {
    let mut object = Object::new(out);
    object.text("rule", finding.rule.name());
    object.text("level", finding.level.as_str());
    object.text("message", &finding.message);
    place(&mut object, &finding.place, &source);
    object.number("offset", Some(finding.place.offset));
    object.number("length", Some(finding.place.length));
    object.maybe_text("pointer", finding.pointer.as_deref());
    object.maybe_text("call_id", finding.call_id.as_deref());
    object.maybe_text("note", finding.note.as_deref());
    object.maybe_text("help", finding.help.as_deref());
    if !finding.related.is_empty() {
        list(object.key("related"), &finding.related, |out, related| {
            let mut object = Object::new(out);
            object.text("message", &related.message);
            place(&mut object, &related.place, &source);
            object.end();
        });
    }
    object.end();
    out.push(b'\n');
}

/// Findings that are counted instead of listed, in the same way.
pub(super) fn write_folded<'s>(out: &mut Vec<u8>, folded: &Folded<Place>, source: impl Fn(usize) -> &'s str) {
    let mut object = Object::new(out);
    let mut inner = object.object("folded");
    inner.text("rule", folded.rule.name());
    inner.text("level", folded.level.as_str());
    inner.number("count", Some(folded.count));
    inner.text("source", source(folded.last.source));
    let mut last = inner.object("last");
    last.number("record", folded.last.record);
    last.number("line", Some(folded.last.line));
    last.end();
    inner.end();
    object.end();
    out.push(b'\n');
}

/// The members of a place.
pub(in crate::report) fn place<'s>(
    object: &mut Object<'_>,
    place: &Place,
    source: &impl Fn(usize) -> &'s str,
) {
    object.text("source", source(place.source));
    if place.record.is_some() {
        object.number("record", place.record);
    }
    object.number("line", Some(place.line));
    object.number("column", Some(place.column));
}
