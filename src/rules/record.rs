//! Everything that is judged of one record.

use std::ops::ControlFlow::{Break, Continue};

use super::callback::breaches;
use super::hit::{Hit, Hits, RuleOptions};
use super::place::Place;
use super::wording::Told;
use super::{body, fault, http, json, url};
use crate::decode::{
    Callback, Damage, DamageKind, Faults, Opened, PlainCallback, Refusal, Shape, TextMap, read, read_bare,
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

/// What rules on records look at.
pub(super) struct Judged<'j, 'a> {
    /// The record's bytes.
    pub record: &'j [u8],
    /// What framing found out about it, for HTTP.
    pub request: Option<&'j Request>,
    /// The record, opened.
    pub opened: &'j Opened<'a>,
    /// Its body's text, if there is one that is an object.
    pub place: Option<Place<'j>>,
    /// Its callback, if it is one.
    pub callback: Option<&'j Callback<'a>>,
    /// What could not be read of the body.
    pub faults: Option<&'j Faults>,
    /// True unless the body is damaged: then nothing is said of the URL either.
    pub judges_url: bool,
}

/// Some rules on records.
#[derive(Clone, Copy)]
pub(super) struct RecordRules {
    /// False only if [`RecordRules::judge`] finds nothing on the record of a plain callback.
    could: fn(&PlainCallback<'_>, &RuleOptions) -> bool,
    judge: fn(&Judged<'_, '_>, &mut Hits<'_>),
}

impl RecordRules {
    /// Rules that every record is looked at for: slow on plain ones, but never silent.
    pub(super) const fn of(judge: fn(&Judged<'_, '_>, &mut Hits<'_>)) -> Self {
        Self { could: |_, _| true, judge }
    }

    /// The same where `could` tells quickly that a plain callback needs no look.
    const fn unless(self, could: fn(&PlainCallback<'_>, &RuleOptions) -> bool) -> Self {
        Self { could, ..self }
    }
}

/// Of what has a flaw there is no plain callback.
fn never(_: &PlainCallback<'_>, _: &RuleOptions) -> bool {
    false
}

/// All rules on records.
pub(super) static RULES_ON_RECORDS: [RecordRules; 6] = [
    RecordRules::of(judge_request).unless(never),
    RecordRules::of(|judged, hits| http::judge_method(judged.opened, hits)).unless(never),
    RecordRules::of(|judged, hits| fault::judge_envelope(&judged.opened.faults, hits)).unless(never),
    RecordRules::of(judge_body).unless(never),
    RecordRules::of(judge_url).unless(url::could),
    RecordRules::of(judge_callback).unless(|callback, _| breaches(callback, |_| Break(())).is_break()),
];

fn judge_request(judged: &Judged<'_, '_>, hits: &mut Hits<'_>) {
    if let Some(request) = judged.request {
        http::judge_request(request, judged.record.len(), hits);
    }
}

fn judge_body(judged: &Judged<'_, '_>, hits: &mut Hits<'_>) {
    if let (Some(place), Some(faults)) = (&judged.place, judged.faults) {
        fault::judge_body(judged.record, place.map, faults, hits);
    }
}

fn judge_url(judged: &Judged<'_, '_>, hits: &mut Hits<'_>) {
    if let Some(url) = judged.opened.url.as_ref().filter(|_| judged.judges_url) {
        url::judge(judged.record, url, judged.callback.map(|callback| callback.family), hits);
    }
}

fn judge_callback(judged: &Judged<'_, '_>, hits: &mut Hits<'_>) {
    let (Some(callback), Some(place)) = (judged.callback, &judged.place) else { return };
    let told = Told { place, url: judged.opened.url.as_ref(), callback };
    let _ = breaches(callback, |breach| {
        hits.push(told.hit(breach));
        Continue(())
    });
}

/// True for a callback, read on the fast path from a record without flaws, on whose record there is no finding.
pub fn is_clean(callback: &PlainCallback<'_>, options: &RuleOptions) -> bool {
    is_clean_by(&RULES_ON_RECORDS, callback, options)
}

pub(super) fn is_clean_by(
    rules: &[RecordRules],
    callback: &PlainCallback<'_>,
    options: &RuleOptions,
) -> bool {
    !rules.iter().any(|rule| (rule.could)(callback, options))
}

/// Reads an opened record and judges it. What an earlier step could not read, a later one is silent about.
pub fn check<'a>(
    record: &[u8],
    request: Option<&Request>,
    opened: &mut Opened<'a>,
    options: &RuleOptions,
) -> Checked<'a> {
    check_by(&RULES_ON_RECORDS, record, request, opened, options)
}

pub(super) fn check_by<'a>(
    rules: &[RecordRules],
    record: &[u8],
    request: Option<&Request>,
    opened: &mut Opened<'a>,
    options: &RuleOptions,
) -> Checked<'a> {
    let mut hits = Hits::new(options);
    let quick = opened.quick.take();
    let read = match &opened.body {
        Some(Ok(body)) => Some(match quick {
            Some(callback) => read_bare(callback),
            None => read(body.text, opened.url.as_ref(), opened.received_at),
        }),
        Some(Err((damage, map))) => {
            hits.push(damaged(record, "", map, opened, damage));
            None
        }
        None => None,
    };
    let text = match &opened.body {
        Some(Ok(body)) => Some(Place { record, text: body.text, map: &body.map }),
        _ => None,
    };
    // A whole request that has no usable body, and an envelope without one, are judged by their own rules.
    let mut judges_url = opened.body.is_none() && opened.shape == Shape::Envelope;
    let mut faults = None;
    let mut callback = None;
    if let (Some(read), Some(place)) = (read, &text) {
        judges_url = true;
        faults = Some(read.faults);
        match read.callback {
            Ok(found) => callback = Some(found),
            Err(Refusal::Damaged(damage)) => {
                judges_url = false;
                faults = None;
                hits.push(damaged(record, place.text, place.map, opened, &damage));
            }
            Err(Refusal::Unrecognised { product, other_case }) => {
                let start = place.text.len() - place.text.trim_ascii_start().len();
                let whole = place.span(&(start..place.text.trim_ascii_end().len().max(start)));
                hits.push(body::unrecognised_hit(product, other_case, whole));
            }
        }
    }
    let (place, faults) = (text, faults.as_ref());
    let judged = Judged { record, request, opened, place, callback: callback.as_ref(), faults, judges_url };
    rules.iter().for_each(|rule| (rule.judge)(&judged, &mut hits));
    let (hits, folds) = hits.finish();
    Checked { callback, hits, folds }
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
