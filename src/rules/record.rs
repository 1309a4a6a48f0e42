//! Everything that is judged of one record.

use std::ops::ControlFlow::{Break, Continue};

use super::callback::breaches;
use super::hit::{Hit, Hits, RuleOptions};
use super::place::BodyPlace;
use super::wording::Worded;
use super::{body, fault, http, json, url};
use crate::decode::{
    CallbackFacts, Damage, DamageKind, FastCallback, FullRecord, Opened, RecordKind, Refusal, Shape, TextMap,
};
use crate::framing::Span;
use crate::spec::{Folds, RuleId};

/// A record that was judged.
#[derive(Debug)]
pub struct Checked {
    /// What is wrong with it, in the order of the input.
    pub hits: Vec<Hit>,
    /// What else is wrong with it, too much to be listed. Places are bytes of the record.
    pub folds: Folds<usize>,
}

impl Checked {
    /// Places every hit at one range: that of a record whose text is not the bytes that it stands in.
    pub fn place_at(&mut self, whole: &Span) {
        for hit in &mut self.hits {
            hit.span.clone_from(whole);
            hit.related.clear();
        }
    }

    /// Judges a record that is not a callback as one that ends where the compressed data is damaged: that is one
    /// fault, and not the record's.
    pub fn break_off(&mut self) {
        const BREAKS: [RuleId; 3] = [RuleId::JsonSyntax, RuleId::JsonEncoding, RuleId::HttpTruncated];
        self.hits.retain(|hit| !BREAKS.contains(&hit.rule));
        BREAKS.iter().for_each(|rule| self.folds.remove(*rule));
    }
}

/// Judges damaged compressed data: `what` is wrong with it.
pub fn judge_damage(what: &str, options: &RuleOptions) -> Vec<Hit> {
    let message = format!("the compressed data is damaged: {what}");
    let hit = Hit::new(RuleId::InputCompressed, message, 0..0).note("everything before the damage was read");
    hit.judged(options).into_iter().collect()
}

/// What rules on records read.
pub(super) struct Judged<'j, 'a> {
    record: &'j FullRecord<'a>,
    /// Its body's text, if there is one.
    place: Option<BodyPlace<'j>>,
}

impl<'j, 'a> Judged<'j, 'a> {
    fn of(record: &'j FullRecord<'a>) -> Self {
        let body = record.opened.body.as_ref().and_then(|body| body.as_ref().ok());
        let place = body.map(|body| BodyPlace { record: record.bytes, text: body.text, map: &body.map });
        Self { record, place }
    }

    /// Why the body is not a callback.
    fn refusal(&self) -> Option<&Refusal> {
        self.record.read.as_ref()?.callback.as_ref().err()
    }

    /// True if the body is not usable JSON, so that nothing else is reported for the record.
    fn is_damaged(&self) -> bool {
        matches!(self.record.opened.body, Some(Err(_))) || matches!(self.refusal(), Some(Refusal::Damaged(_)))
    }
}

/// Some rules on records.
#[derive(Clone, Copy)]
pub(super) struct RecordRules {
    /// False only if `judge` finds nothing on the record of such a callback; none if it never does.
    could: Option<fn(&FastCallback<'_>, &RuleOptions) -> bool>,
    judge: fn(&Judged<'_, '_>, &mut Hits<'_>),
}

impl RecordRules {
    /// Rules that every record is read in full for: slow on plain ones, but never silent.
    pub(super) const fn of(judge: fn(&Judged<'_, '_>, &mut Hits<'_>)) -> Self {
        Self { could: Some(|_, _| true), judge }
    }

    /// The same if `could` shows quickly that a plain callback needs no full reading.
    const fn unless(self, could: fn(&FastCallback<'_>, &RuleOptions) -> bool) -> Self {
        Self { could: Some(could), ..self }
    }

    /// The same if they are about flaws alone: a record that has one is not read on the fast path.
    const fn on_flaws(self) -> Self {
        Self { could: None, ..self }
    }
}

/// True if a callback breaks a rule on callbacks.
fn breaks_any(callback: &FastCallback<'_>, _: &RuleOptions) -> bool {
    match callback {
        FastCallback::Plain(callback) => breaches(callback, |_| Break(())),
        FastCallback::V4(v4) => breaches(v4, |_| Break(())),
    }
    .is_break()
}

/// All rules on records.
pub(super) static RULES_ON_RECORDS: [RecordRules; 7] = [
    RecordRules::of(judge_request).on_flaws(),
    RecordRules::of(|judged, hits| http::judge_method(&judged.record.opened, hits)).on_flaws(),
    RecordRules::of(|judged, hits| fault::judge_envelope(&judged.record.opened.faults, hits)).on_flaws(),
    RecordRules::of(judge_refusal).on_flaws(),
    RecordRules::of(judge_body).on_flaws(),
    RecordRules::of(judge_url).unless(url::could),
    RecordRules::of(judge_callback).unless(breaks_any),
];

fn judge_request(judged: &Judged<'_, '_>, hits: &mut Hits<'_>) {
    judge_framing(judged, false, hits);
}

fn judge_framing(judged: &Judged<'_, '_>, is_bodiless: bool, hits: &mut Hits<'_>) {
    if let Some(request) = judged.record.request {
        http::judge_request(request, judged.record.bytes.len(), is_bodiless, hits);
    }
}

fn judge_refusal(judged: &Judged<'_, '_>, hits: &mut Hits<'_>) {
    let (bytes, opened) = (judged.record.bytes, &judged.record.opened);
    if let Some(Err((damage, map))) = &opened.body {
        hits.push(damaged(bytes, "", map, opened, damage));
    }
    let (Some(refusal), Some(place)) = (judged.refusal(), &judged.place) else { return };
    hits.push(match refusal {
        Refusal::Damaged(damage) => damaged(bytes, place.text, place.map, opened, damage),
        Refusal::Unrecognised { other_case, .. } => {
            let start = place.text.len() - place.text.trim_ascii_start().len();
            let whole = place.span(&(start..place.text.trim_ascii_end().len().max(start)));
            body::unrecognised_hit(*other_case, whole)
        }
    });
}

fn judge_body(judged: &Judged<'_, '_>, hits: &mut Hits<'_>) {
    if let (Some(place), Some(read), false) = (&judged.place, &judged.record.read, judged.is_damaged()) {
        fault::judge_body(judged.record.bytes, place.map, &read.faults, hits);
    }
}

fn judge_url(judged: &Judged<'_, '_>, hits: &mut Hits<'_>) {
    let opened = &judged.record.opened;
    // A request without a usable body is not whole, which says it all.
    let is_whole = opened.body.is_some() || opened.shape == Shape::Envelope;
    if let Some(url) = opened.url.as_ref().filter(|_| is_whole && !judged.is_damaged()) {
        let family = judged.record.callback().map(CallbackFacts::family);
        let is_whole = !opened.wrapping.has_parameter_members;
        url::judge(judged.record.bytes, url, family, is_whole, hits);
    }
}

fn judge_callback(judged: &Judged<'_, '_>, hits: &mut Hits<'_>) {
    let (Some(callback), Some(place)) = (judged.record.callback(), &judged.place) else { return };
    let worded = Worded { place, url: judged.record.opened.url.as_ref(), callback };
    let _ = breaches(callback, |breach| {
        hits.push(worded.hit(breach));
        Continue(())
    });
}

/// True for a callback whose record has no findings.
pub fn is_clean(callback: &FastCallback<'_>, options: &RuleOptions) -> bool {
    is_clean_by(&RULES_ON_RECORDS, callback, options)
}

pub(super) fn is_clean_by(rules: &[RecordRules], callback: &FastCallback<'_>, options: &RuleOptions) -> bool {
    !rules.iter().any(|rule| rule.could.is_some_and(|could| could(callback, options)))
}

/// Judges a record. What an earlier step could not read, a later one is silent about. Of a request without a body
/// only its framing is judged: it counts for its source, see [`judge_source`](super::judge_source).
pub fn check(record: &FullRecord<'_>, options: &RuleOptions) -> Checked {
    check_by(&RULES_ON_RECORDS, record, options)
}

pub(super) fn check_by(rules: &[RecordRules], record: &FullRecord<'_>, options: &RuleOptions) -> Checked {
    let mut hits = Hits::new(options);
    let judged = Judged::of(record);
    match record.kind() {
        RecordKind::Callback | RecordKind::Unknown => {
            rules.iter().for_each(|rule| (rule.judge)(&judged, &mut hits));
        }
        RecordKind::Bodiless(_) => judge_framing(&judged, true, &mut hits),
        RecordKind::Refused | RecordKind::Product(..) | RecordKind::Text => {}
    }
    let (hits, folds) = hits.finish();
    Checked { hits, folds }
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
