//! Everything that is judged of one record.

use super::hit::Turn;
use super::hit::{Hit, Hits, RuleOptions};
use super::{body, callback, http, json, url};
use crate::decode::{
    Callback, Damage, DamageKind, Opened, Read, Refusal, Shape, Span, TextMap, read_bare, read_from,
    repeated_keys,
};
use crate::framing::Request;

/// A record that was read and judged.
#[derive(Debug)]
pub struct Checked<'a> {
    /// The callback, if the record is one.
    pub callback: Option<Callback<'a>>,
    /// What is wrong with it, in the order of the input.
    pub hits: Vec<Hit>,
    /// From where on a next look finds what else is wrong; set where it is more than memory should hold at once.
    pub rest: Option<Begin>,
}

/// Where a look at a record begins to find what is wrong with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Begin {
    turn: Turn,
    /// Where in the body's text, at the latest.
    inside: usize,
}

/// Reads an opened record and judges it. What an earlier step could not read, a later one is silent about.
pub fn check<'a>(
    record: &[u8],
    request: Option<&Request>,
    opened: &mut Opened<'a>,
    options: &RuleOptions,
) -> Checked<'a> {
    check_from(record, request, opened, options, Begin::default())
}

/// The same for one look, which finds what is wrong from there on.
pub fn check_from<'a>(
    record: &[u8],
    request: Option<&Request>,
    opened: &mut Opened<'a>,
    options: &RuleOptions,
    begin: Begin,
) -> Checked<'a> {
    let mut hits = Hits::from(options, begin.turn);
    if let Some(request) = request {
        http::judge_request(request, record, &mut hits);
    }
    http::judge_method(opened, &mut hits);
    if begin == Begin::default() || opened.repeats.rest().is_none() {
        json::judge_envelope(&opened.repeats, &opened.faults, &mut hits);
    } else {
        json::judge_envelope(&repeated_keys(record, begin.turn.0), &opened.faults, &mut hits);
    }
    let mut callback = None;
    let mut left = None;
    match &opened.body {
        Some(Ok(body)) => {
            let read = match opened.quick.take() {
                Some(callback) => read_bare(callback),
                None => read_from(body.text, opened.url.as_ref(), opened.received_at, begin.inside),
            };
            let place = Place { record, text: body.text, map: &body.map };
            (callback, left) = judge_read(&place, opened, read, &mut hits);
        }
        Some(Err((damage, map))) => hits.push(damaged(record, "", map, opened, damage)),
        // A whole request that has no usable body, and an envelope without one, were judged above.
        None if opened.shape == Shape::Envelope => judge_url(record, opened, None, &mut hits),
        None => {}
    }
    let rest = hits.sort().map(|turn| Begin {
        turn,
        inside: left.filter(|(end, _)| *end == turn).map_or(begin.inside, |(_, inside)| inside),
    });
    Checked { callback, hits: hits.list, rest }
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
) -> (Option<Callback<'a>>, Option<(Turn, usize)>) {
    match read.callback {
        Err(Refusal::Damaged(damage)) => {
            hits.push(damaged(place.record, place.text, place.map, opened, &damage));
            (None, None)
        }
        Err(Refusal::Unrecognised { product, other_case }) => {
            judge_url(place.record, opened, None, hits);
            let left = body::judge_faults(place.record, place.map, read.faults, hits);
            let start = place.text.len() - place.text.trim_ascii_start().len();
            let whole = place.span(&(start..place.text.trim_ascii_end().len().max(start)));
            hits.push(body::unrecognised_hit(product, other_case, whole));
            (None, left)
        }
        Ok(callback) => {
            judge_url(place.record, opened, Some(callback.family), hits);
            body::judge_total_num(place, &callback, hits);
            callback::judge(place, opened.url.as_ref(), &callback, &read.faults, hits);
            let left = body::judge_faults(place.record, place.map, read.faults, hits);
            (Some(callback), left)
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
