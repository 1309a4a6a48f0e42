//! Repeated deliveries of a call's callbacks: how often, how far apart, and what is missing.

use std::collections::BTreeMap;

use super::subject::Subject;
use crate::calls::{Position, Verdict, missing};
use crate::report::quantity::counted;
use crate::spec::{Cause, MOST_DELIVERIES, RETRY_SECONDS, Word, retry_times};

/// Milliseconds by which a copy may miss its time, counted from the first copy, on its way through network and
/// server; and by which all waits of a callback together may.
const TOLERANCE: i64 = 1000;
const TOLERANCE_OF_ALL: i64 = 1500;

/// What copies look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DeliveryPattern {
    /// The log does not say when they came.
    Unknown,
    /// Like the retries of the vendor.
    Vendor,
    /// All at one moment: the log holds them twice.
    Twice,
    /// One copy, at once: the vendor's first retry, or a line that the log holds twice.
    AtOnce,
    /// Neither.
    Other,
}

/// What the repeats of a call's callbacks show, in one sentence; `None` without repeats.
pub(super) fn deliveries(subject: &Subject<'_, '_>, verdict: &Verdict) -> Option<String> {
    let copies = copies(subject);
    let most = copies.values().map(Vec::len).max()?;
    let count = copies.len() as u64;
    let (was, them) = if count == 1 { ("was", "it") } else { ("were", "them") };
    let up_to = if count == 1 { "" } else { "up to " };
    let mut sentence = format!(
        "{} of this call {was} redelivered, {up_to}{most} copies in total",
        counted(count, "callback")
    );
    let all: Vec<Vec<i64>> = copies.values().filter_map(|times| waits(times)).collect();
    let originals = subject.timeline.callbacks().filter(|step| step.original.is_none()).count();
    let pattern = match pattern(&all, most) {
        DeliveryPattern::AtOnce if originals == copies.len() => DeliveryPattern::Twice,
        other => other,
    };
    // Those that say the most.
    if let Some(longest) = all.iter().max_by_key(|waits| (of_one(waits) == pattern, waits.len())) {
        sentence.push_str(&format!(", {} s apart", in_seconds(longest)));
    }
    let retries = retry_times();
    sentence.push_str(&match pattern {
        DeliveryPattern::Vendor => {
            format!(", like the vendor's retries ({retries}): the backend did not acknowledge {them}")
        }
        DeliveryPattern::Twice => {
            format!(": perhaps the log holds {them} twice, which says nothing about the backend")
        }
        DeliveryPattern::AtOnce => format!(
            ", which looks like the vendor's first retry, or like a log that holds {them} \
             twice"
        ),
        DeliveryPattern::Other if most > MOST_DELIVERIES => format!(
            "; the vendor sends at most {MOST_DELIVERIES}, so something else repeats {them}: perhaps a proxy"
        ),
        DeliveryPattern::Other => format!(", unlike the vendor's {retries}: perhaps a proxy repeats {them}"),
        DeliveryPattern::Unknown => format!(
            ", which looks like a backend that did not acknowledge {them}{}: the log does not say when the copies came",
            if most == 2 { format!(", or like a log that holds {them} twice") } else { String::new() }
        ),
    });
    match pattern {
        DeliveryPattern::Vendor if most == MOST_DELIVERIES => {
            sentence.push_str("; after that many the vendor gives up");
        }
        DeliveryPattern::Unknown if most == MOST_DELIVERIES => {
            sentence.push_str(&format!("; the vendor sends at most {MOST_DELIVERIES}"));
        }
        _ => {}
    }
    sentence.push_str(&lost(subject, verdict, pattern));
    Some(sentence)
}

/// Which callbacks are missing; nothing if they may be in another log.
fn lost(subject: &Subject<'_, '_>, verdict: &Verdict, pattern: DeliveryPattern) -> String {
    let bears = |cause| verdict.cause == cause || verdict.contributing.contains(&cause);
    if bears(Cause::LogBegins) || bears(Cause::LogEnds) {
        return String::new();
    }
    let mut missing: Vec<String> = missing(subject.timeline, subject.outcome)
        .iter()
        .map(|(role, event)| format!("{} of the {}", event.as_str(), role.as_str()))
        .collect();
    if subject.outcome.result.is_none() {
        missing.push("every callback of the call's end".to_owned());
    }
    let words = if pattern == DeliveryPattern::Vendor { "missing for good" } else { "missing from the log" };
    if missing.is_empty() { String::new() } else { format!("; {words}: {}", missing.join(", ")) }
}

/// For each redelivered callback, when its copies were captured, in Unix milliseconds.
type Copies = BTreeMap<Position, Vec<Option<i64>>>;

fn copies(subject: &Subject<'_, '_>) -> Copies {
    let received = |at: Position| subject.seen.callbacks.get(&at).and_then(|seen| seen.received_at);
    let mut copies = Copies::new();
    for step in subject.timeline.callbacks() {
        if let Some(original) = step.original {
            copies.entry(original).or_insert_with(|| vec![received(original)]).push(received(step.position));
        }
    }
    copies
}

/// Milliseconds between the copies of a callback; none if one of their times is unknown.
fn waits(times: &[Option<i64>]) -> Option<Vec<i64>> {
    let mut times: Vec<i64> = times.iter().copied().collect::<Option<_>>()?;
    times.sort_unstable();
    Some(times.windows(2).map(|pair| pair[1] - pair[0]).collect())
}

/// What the copies of all callbacks look like; `most` is the greatest number of copies of one.
fn pattern(all: &[Vec<i64>], most: usize) -> DeliveryPattern {
    // The first that any callback shows; a pattern unlike the vendor's means that something else repeats.
    let found = |wanted: DeliveryPattern| all.iter().any(|waits| of_one(waits) == wanted);
    match [DeliveryPattern::Other, DeliveryPattern::Vendor, DeliveryPattern::Twice, DeliveryPattern::AtOnce]
        .into_iter()
        .find(|it| found(*it))
    {
        Some(DeliveryPattern::Vendor) if found(DeliveryPattern::Twice) => DeliveryPattern::Other,
        Some(DeliveryPattern::Twice) => DeliveryPattern::Twice,
        _ if most > MOST_DELIVERIES => DeliveryPattern::Other,
        Some(pattern) => pattern,
        None => DeliveryPattern::Unknown,
    }
}

/// What the copies of one callback look like.
fn of_one(waits: &[i64]) -> DeliveryPattern {
    if waits.iter().all(|wait| *wait == 0) {
        return if waits.len() == 1 { DeliveryPattern::AtOnce } else { DeliveryPattern::Twice };
    }
    let (mut late, mut missed, mut fits) = (0, 0, waits.len() <= RETRY_SECONDS.len());
    for (wait, step) in waits.iter().zip(RETRY_SECONDS) {
        let off = wait - i64::from(step) * 1000;
        late += off;
        missed += off.abs();
        fits &= late.abs() <= TOLERANCE;
    }
    if fits && missed <= TOLERANCE_OF_ALL { DeliveryPattern::Vendor } else { DeliveryPattern::Other }
}

/// `0, 1, 1`: whole seconds.
fn in_seconds(waits: &[i64]) -> String {
    let seconds = |wait: &i64| format!("{:.0}", *wait as f64 / 1000.0);
    waits.iter().map(seconds).collect::<Vec<_>>().join(", ")
}
