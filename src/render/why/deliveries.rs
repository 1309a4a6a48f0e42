//! Repeated deliveries of a call's callbacks: how often, how far apart, and what is missing.

use std::collections::BTreeMap;

use super::account::Subject;
use crate::calls::{Position, missing};
use crate::render::counted;
use crate::spec::Word;

/// Seconds after which the vendor sends a callback again, each counted from the copy before.
const LADDER: [i64; 6] = [0, 1, 1, 2, 3, 5];

/// Milliseconds by which a copy may miss its time, on its way through network and server.
const TOLERANCE: i64 = 1500;

/// What the repeats of a call's callbacks show, in one sentence.
pub(super) fn deliveries(subject: &Subject<'_, '_>) -> String {
    let copies = copies(subject);
    let most = copies.values().map(Vec::len).max().unwrap_or(0);
    let count = copies.len() as u64;
    let mut sentence = format!(
        "{} of this call {} delivered again, up to {} in all, so the backend did not acknowledge {}",
        counted(count, "callback"),
        if count == 1 { "was" } else { "were" },
        counted(most as u64, "copy").replace("copys", "copies"),
        if count == 1 { "it" } else { "them" },
    );
    sentence.push_str(&pattern(&copies));
    if most > LADDER.len() {
        sentence.push_str("; after the seventh copy the vendor gives up for good");
    }
    let missing: Vec<String> = missing(subject.timeline, subject.outcome)
        .iter()
        .map(|(role, event)| format!("{} of the {}", event.as_str(), role.as_str()))
        .collect();
    if !missing.is_empty() {
        sentence.push_str(&format!("; missing for good: {}", missing.join(", ")));
    } else if subject.outcome.result.is_none() {
        sentence.push_str("; missing for good: every callback of the call's end");
    }
    sentence
}

/// For each callback that was delivered again, when its copies were captured, in Unix milliseconds.
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

/// Whether the copies came as the vendor sends them.
fn pattern(copies: &Copies) -> String {
    let gaps = |times: &Vec<Option<i64>>| -> Option<Vec<i64>> {
        let mut times: Vec<i64> = times.iter().copied().collect::<Option<_>>()?;
        times.sort_unstable();
        Some(times.windows(2).map(|pair| pair[1] - pair[0]).collect())
    };
    let all: Vec<Vec<i64>> = copies.values().filter_map(gaps).collect();
    let Some(longest) = all.iter().max_by_key(|gaps| gaps.len()) else {
        return " (when the copies came is not in the log)".to_owned();
    };
    let shown: Vec<String> = longest.iter().map(|gap| format!("{:.0}", *gap as f64 / 1000.0)).collect();
    let shown = format!("{} s apart", shown.join(", "));
    if all.iter().flatten().all(|gap| *gap == 0) && all.len() > 1 {
        return format!(" ({shown}: perhaps the log holds everything twice)");
    }
    let fits = |gaps: &Vec<i64>| {
        gaps.len() <= LADDER.len()
            && gaps.iter().zip(LADDER).all(|(gap, wait)| (gap - wait * 1000).abs() <= TOLERANCE)
    };
    if all.iter().all(fits) {
        format!(" ({shown}, as the vendor repeats: 0, 1, 1, 2, 3, 5 s)")
    } else {
        format!(" ({shown}, unlike the vendor's 0, 1, 1, 2, 3, 5 s: perhaps a proxy repeats)")
    }
}
