//! What the page is told about its columns: what their numbers stand for, and what figures mean.

use std::collections::BTreeMap;

use jiff::Timestamp as Instant;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::aliases::Aliases;
use super::columns::{PackedColumn, PackedColumns};
use super::details::{CALLS_OF_CHUNK, CallDetails, rules};
use super::language::Language;
use super::numbers::{CallNumbers, GENERATIONS, SharedValues};
use crate::calls::{Certainty, Totals};
use crate::report::catalog::figures::FIGURES;
use crate::spec::{CallResult, CallType, Cause, Level, MediaType, Word};

/// Version of the data.
const VERSION: u32 = 1;

/// What the page says about all calls.
#[derive(Clone, Copy, Debug)]
pub struct HeadFacts<'f> {
    /// What the input holds.
    pub totals: &'f Totals,
    /// True if only some calls were chosen.
    pub filtered: bool,
    /// Findings of the whole input, or of the chosen calls, by level.
    pub findings: [u64; 3],
    /// The zone of times.
    pub zone: &'f TimeZone,
    /// Its name.
    pub zone_name: &'f str,
    /// The language.
    pub language: Language,
}

#[derive(Serialize)]
struct FigureHead {
    name: &'static str,
    title: &'static str,
    unit: &'static str,
    kind: &'static str,
    meaning: &'static str,
    key: Option<&'static str>,
}

#[derive(Serialize)]
struct PageHead<'h> {
    version: u32,
    tool: &'static str,
    language: &'static str,
    words: BTreeMap<&'static str, &'static str>,
    redacted: bool,
    filtered: bool,
    /// All calls, and those that are listed.
    calls: usize,
    listed: usize,
    chunk: usize,
    zone: &'h str,
    /// From which Unix second on the zone is how many seconds from UTC.
    offsets: Vec<(i64, i32)>,
    ungrouped: u64,
    findings: [u64; 3],
    input: [u64; 5],
    figures: Vec<FigureHead>,
    results: Vec<&'static str>,
    causes: Vec<(&'static str, &'static str, &'static str)>,
    certainties: Vec<&'static str>,
    types: Vec<&'static str>,
    media: Vec<&'static str>,
    levels: Vec<&'static str>,
    generations: [&'static str; 3],
    rules: Vec<(&'static str, &'static str)>,
    sources: &'h [String],
    platforms: &'h [String],
    apps: &'h [u32],
    users: &'h [String],
    rooms: &'h [String],
    ids: &'h [String],
    columns: &'h [PackedColumn],
}

/// The data of a page: the length of its head in four bytes, the head as JSON, and the columns.
pub(super) fn data(
    facts: &HeadFacts<'_>,
    calls: &[CallNumbers],
    details: &mut CallDetails<'_>,
    aliases: &Aliases,
) -> serde_json::Result<Vec<u8>> {
    let mut packed = PackedColumns::default();
    let shared: SharedValues = super::numbers::pack(calls, aliases, &mut packed);
    details.pack(&mut packed)?;
    let Totals { bytes, records, blank_bytes, skipped_bytes, other_bytes, ungrouped, .. } = *facts.totals;
    let figures = FIGURES.iter().map(|it| FigureHead {
        name: it.name,
        title: it.title,
        unit: it.unit,
        kind: it.value.kind(),
        meaning: it.meaning,
        key: it.key,
    });
    let head = PageHead {
        version: VERSION,
        tool: env!("CARGO_PKG_VERSION"),
        language: facts.language.tag(),
        words: facts.language.words().collect(),
        redacted: aliases.hide(),
        filtered: facts.filtered,
        calls: calls.len(),
        listed: details.ids.len(),
        chunk: CALLS_OF_CHUNK,
        zone: facts.zone_name,
        offsets: offsets(facts.zone, calls),
        ungrouped: if facts.filtered { 0 } else { ungrouped },
        findings: facts.findings,
        input: [bytes, records, blank_bytes, skipped_bytes, other_bytes],
        figures: figures.collect(),
        results: words::<CallResult>(),
        causes: Cause::ALL.iter().map(|it| (it.as_str(), it.row().summary, it.row().next)).collect(),
        certainties: words::<Certainty>(),
        types: words::<CallType>(),
        media: words::<MediaType>(),
        levels: Level::ALL.map(|level| level.as_str()).to_vec(),
        generations: GENERATIONS,
        rules: rules().collect(),
        sources: &details.sources,
        platforms: &shared.platforms.values,
        apps: &shared.apps.values,
        users: &details.users.values,
        rooms: &details.rooms.values,
        ids: &details.ids,
        columns: &packed.columns,
    };
    let head = serde_json::to_vec(&head)?;
    let mut data = u32::try_from(head.len()).unwrap_or(u32::MAX).to_le_bytes().to_vec();
    data.extend(head);
    data.append(&mut packed.bytes);
    Ok(data)
}

fn words<W: Word>() -> Vec<&'static str> {
    W::ALL.iter().map(|word| word.as_str()).collect()
}

/// How far the zone is from UTC over the time of all calls, and a day beyond.
fn offsets(zone: &TimeZone, calls: &[CallNumbers]) -> Vec<(i64, i32)> {
    /// Changes that a page is told of: those of fifty years.
    const MOST: usize = 100;
    const DAY: i64 = 86_400;
    let times = || calls.iter().filter_map(|call| call.time).map(i64::from);
    let (first, last) = (times().min().unwrap_or(0) - DAY, times().max().unwrap_or(0) + DAY);
    let Ok(begin) = Instant::from_second(first) else { return vec![(0, 0)] };
    let mut offsets = vec![(first, zone.to_offset(begin).seconds())];
    let changes = zone.following(begin).take(MOST);
    let changes = changes.map(|change| (change.timestamp().as_second(), change.offset().seconds()));
    offsets.extend(changes.take_while(|(second, _)| *second <= last));
    offsets
}
