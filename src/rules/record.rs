//! Everything that is judged of one record.

use super::hit::{Hit, Hits, RuleOptions};
use super::{body, callback, fault, http, json, url};
use crate::decode::{
    Callback, Damage, DamageKind, Opened, Read, Refusal, Shape, Span, TextMap, read, read_bare,
};
use crate::framing::Request;
use crate::spec::{Folds, RuleId};

/// A record that was read and judged.
#[derive(Debug)]
pub struct Checked<'a> {
    /// The callback, if the record is one.
    pub callback: Option<Callback<'a>>,
    /// What is wrong with it, in the order of the input.
    pub hits: Vec<Hit>,
    /// What else is wrong with it: too much to be listed. Places are bytes of the record.
    pub folds: Folds<usize>,
}

impl Checked<'_> {
    /// Judges the record as one that breaks off where the compressed data is damaged: that is one fault, and not of the
    /// record.
    pub fn break_off(&mut self) {
        const BREAKS: [RuleId; 3] = [RuleId::JsonSyntax, RuleId::JsonEncoding, RuleId::HttpTruncated];
        if self.callback.is_none() {
            self.hits.retain(|hit| !BREAKS.contains(&hit.rule));
            BREAKS.iter().for_each(|rule| self.folds.remove(*rule));
        }
    }
}

/// Judges damaged compressed data: `what` is wrong with it.
pub fn judge_damage(what: &str, options: &RuleOptions) -> Vec<Hit> {
    let message = format!("the compressed data is damaged: {what}");
    let hit = Hit::new(RuleId::InputCompressed, message, 0..0).note("everything before the damage was read");
    hit.judged(options).into_iter().collect()
}

/// Reads an opened record and judges it. What an earlier step could not read, a later one is silent about.
pub fn check<'a>(
    record: &[u8],
    request: Option<&Request>,
    opened: &mut Opened<'a>,
    options: &RuleOptions,
) -> Checked<'a> {
    let mut hits = Hits::new(options);
    if let Some(request) = request {
        http::judge_request(request, record.len(), &mut hits);
    }
    http::judge_method(opened, &mut hits);
    fault::judge_envelope(&opened.faults, &mut hits);
    let mut callback = None;
    match &opened.body {
        Some(Ok(body)) => {
            let read = match opened.quick.take() {
                Some(callback) => read_bare(callback),
                None => read(body.text, opened.url.as_ref(), opened.received_at),
            };
            let place = Place { record, text: body.text, map: &body.map };
            callback = judge_read(&place, opened, read, &mut hits);
        }
        Some(Err((damage, map))) => hits.push(damaged(record, "", map, opened, damage)),
        // A whole request that has no usable body, and an envelope without one, were judged above.
        None if opened.shape == Shape::Envelope => judge_url(record, opened, None, &mut hits),
        None => {}
    }
    let (hits, folds) = hits.finish();
    Checked { callback, hits, folds }
}

/// A body's text and where it stands.
pub(super) struct Place<'a> {
    pub record: &'a [u8],
    pub text: &'a str,
    pub map: &'a TextMap,
}

impl Place<'_> {
    pub(super) fn span(&self, span: &Span) -> Span {
        self.map.span(self.record, span)
    }

    /// The range of the record that holds the value at a pointer, or the body where there is none.
    pub(super) fn of(&self, pointer: &str) -> Span {
        let found = crate::decode::locate(self.text, pointer);
        self.span(&found.unwrap_or(0..self.text.len()))
    }
}

fn judge_read<'a>(
    place: &Place<'_>,
    opened: &Opened<'a>,
    read: Read<'a>,
    hits: &mut Hits<'_>,
) -> Option<Callback<'a>> {
    match read.callback {
        Err(Refusal::Damaged(damage)) => {
            hits.push(damaged(place.record, place.text, place.map, opened, &damage));
            None
        }
        Err(Refusal::Unrecognised { product, other_case }) => {
            judge_url(place.record, opened, None, hits);
            fault::judge_body(place.record, place.map, &read.faults, hits);
            let start = place.text.len() - place.text.trim_ascii_start().len();
            let whole = place.span(&(start..place.text.trim_ascii_end().len().max(start)));
            hits.push(body::unrecognised_hit(product, other_case, whole));
            None
        }
        Ok(callback) => {
            judge_url(place.record, opened, Some(callback.family), hits);
            body::judge_total_num(place, &callback, hits);
            callback::judge(place, opened.url.as_ref(), &callback, hits);
            fault::judge_body(place.record, place.map, &read.faults, hits);
            Some(callback)
        }
    }
}

fn judge_url(record: &[u8], opened: &Opened<'_>, family: Option<crate::spec::Family>, hits: &mut Hits<'_>) {
    if let Some(url) = &opened.url {
        url::judge_url(record, url, family, hits);
    }
}

/// A hit for a damaged body. The damage of a body that is a string of an envelope is the string's: its place is
/// all of it.
fn damaged(record: &[u8], text: &str, map: &TextMap, opened: &Opened<'_>, damage: &Damage) -> Hit {
    let inside = map.span(record, &damage.span);
    let string = matches!(damage.kind, DamageKind::Syntax(_))
        && opened.shape == Shape::Envelope
        && record.get(opened.raw_body.as_ref().map_or(0, |(span, _)| span.start.wrapping_sub(1)))
            == Some(&b'"');
    let span = match &opened.raw_body {
        Some((whole, _)) if string => whole.start - 1..whole.end + 1,
        _ => inside,
    };
    json::damage_hit(damage, span, text.get(damage.span.start..).unwrap_or_default())
}
