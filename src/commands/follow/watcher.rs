//! What is shown of a log while it is written: a row for each call as it ends, a line for each callback, findings.
//!
//! Comes in: blocks of records, and the time. Goes out: text or JSON Lines, notes and counts. Must not: read or write.

use std::collections::{HashSet, VecDeque};
use std::hash::BuildHasher;
use std::time::{Duration, Instant};

use foldhash::quality::FixedState;
use jiff::tz::TimeZone;

use crate::calls::is_failed;
use crate::cli::{FilterArgs, Usage};
use crate::commands::calls::gather::{CallList, ListMaker};
use crate::engine::{Block, JudgedCall, RecordView, RecordVisitor, Selection, call_finding, judge_one};
use crate::follow::{CallWatch, Standing};
use crate::report::call_list::{ListStyle, ListedCall, ShortIds, call_rows_text, callback_line};
use crate::report::catalog::Table;
use crate::report::catalog::columns::CallbackRow;
use crate::report::finding::{FindingFormat, FindingStyle, FoldScope};
use crate::report::no_room_note;
use crate::report::table::{Rows, TableFormat, TableOptions};
use crate::report::{TextStyle, TimeFormat, counted, percent};
use crate::rules::RuleOptions;
use crate::session::{FindingEntry, KeepFindings, WriteFindings};
use crate::source::SourceNames;
use crate::spec::Level;

/// What is shown, and how.
#[derive(Clone, Debug)]
pub(in crate::commands) struct Shown {
    /// True for a row for each call.
    pub(in crate::commands) calls: bool,
    /// True for a line for each callback.
    pub(in crate::commands) callbacks: bool,
    /// True for findings.
    pub(in crate::commands) findings: bool,
    /// True for JSON Lines.
    pub(in crate::commands) is_data: bool,
    /// The columns of calls.
    pub(in crate::commands) columns: Vec<usize>,
    /// How text is drawn.
    pub(in crate::commands) text: TextStyle,
    /// The zone of times.
    pub(in crate::commands) zone: TimeZone,
    /// The name of the log.
    pub(in crate::commands) name: String,
    /// How long nothing must come for a call that has ended to be shown.
    pub(in crate::commands) settle: Duration,
    /// How many bytes calls may take up, about.
    pub(in crate::commands) room: usize,
}

/// How long nothing must come, if nothing else is said.
#[cfg(feature = "live")]
pub(in crate::commands) const SETTLE: Duration = Duration::from_secs(5);
/// Time over which callbacks are counted for the status.
const MINUTE: Duration = Duration::from_secs(60);

/// Shows a log.
pub(in crate::commands) struct Watcher {
    shown: Shown,
    rules: RuleOptions,
    filter: Option<FilterArgs>,
    watch: CallWatch,
    table: TableOptions,
    names: SourceNames,
    has_heading: bool,
    /// Headings that have no room, until that is said.
    no_room: Vec<String>,
    /// When callbacks came in the last minute, and how many.
    recent: VecDeque<(Instant, u64)>,
    is_cut_said: bool,
}

/// What is shown of a record, once it is known whether its call is wanted.
#[derive(Debug)]
struct ShownRecord {
    call_id: Option<String>,
    text: Vec<u8>,
}

impl Watcher {
    pub(in crate::commands) fn new(shown: Shown, rules: RuleOptions, filter: Option<FilterArgs>) -> Self {
        let table = TableOptions {
            table: Table::Calls,
            format: TableFormat::Jsonl,
            columns: shown.columns.clone(),
            times: TimeFormat::Rfc3339,
            spreadsheet: false,
        };
        Self {
            watch: CallWatch::new(shown.findings, shown.room),
            names: SourceNames::of([shown.name.clone()]),
            filter: filter.filter(|filter| !filter.is_empty()),
            shown,
            rules,
            table,
            has_heading: false,
            no_room: Vec::new(),
            recent: VecDeque::new(),
            is_cut_said: false,
        }
    }

    /// Takes in records that came at `now`; returns what is shown of them.
    ///
    /// # Errors
    /// Returns an error if a filter cannot be used.
    pub(in crate::commands) fn take(&mut self, block: &Block, now: Instant) -> anyhow::Result<Vec<u8>> {
        let before = self.watch.totals.callbacks;
        let (shown, names) = (&self.shown, &self.names);
        let writer = writer(shown, names);
        let mut pending: Vec<ShownRecord> = Vec::new();
        self.watch.take(block, &self.rules, now, shown.callbacks, |block, view| {
            let mut it = ShownRecord { call_id: None, text: Vec::new() };
            if let RecordView::Record { place, record, .. } = &view
                && let Some(callback) = record.callback()
            {
                it.call_id = callback.call_id.as_deref().map(str::to_owned);
                if shown.callbacks {
                    let (position, line) = (place.position, place.line);
                    let row = CallbackRow { callback, source: &shown.name, position, line, duplicate: false };
                    it.text = shown_callback(&row, shown);
                }
            }
            if shown.findings {
                let mut entries = Vec::new();
                KeepFindings.visit(&mut entries, block, view);
                entries.iter().for_each(|entry| write_entry(&mut it.text, entry, &writer, shown));
            }
            if !it.text.is_empty() {
                pending.push(it);
            }
        });
        self.recent.push_back((now, self.watch.totals.callbacks - before));
        self.forget_rate(now);
        let mut out = Vec::new();
        let chosen = self.chosen(&pending)?;
        for it in pending {
            let is_wanted =
                |chosen: &HashSet<String>| it.call_id.as_ref().is_some_and(|id| chosen.contains(id));
            if chosen.as_ref().is_none_or(is_wanted) {
                out.extend(it.text);
            }
        }
        Ok(out)
    }

    /// The calls of these records that are wanted as they stand; none if all are.
    fn chosen(&mut self, pending: &[ShownRecord]) -> anyhow::Result<Option<HashSet<String>>> {
        let Some(filter) = &self.filter else { return Ok(None) };
        let ids: HashSet<&String> = pending.iter().filter_map(|it| it.call_id.as_ref()).collect();
        let ids: Vec<String> = ids.into_iter().cloned().collect();
        let analysis = self.watch.analysis(&ids, false);
        let filter = filter.filter(analysis.totals.newest)?;
        let selection = Selection::new(filter, &self.rules, &analysis, 1)?;
        let calls = analysis.table.in_input_order();
        let calls = calls.into_iter().map(|index| judge_one(&analysis, index, &self.rules));
        Ok(Some(calls.filter(|it| selection.chooses(it)).map(|it| it.call_id().into_owned()).collect()))
    }

    /// What is to be shown by `now`, of calls of which nothing more comes.
    ///
    /// # Errors
    /// Returns an error if a filter cannot be used.
    pub(in crate::commands) fn tick(&mut self, now: Instant) -> anyhow::Result<Vec<u8>> {
        let silent = self.watch.silent(now, self.shown.settle);
        let mut out = self.rows(&silent, false)?;
        let due = self.watch.due(now);
        // They end as what they are.
        out.extend(self.rows(&self.watch.unfinished(&due), true)?);
        self.watch.forget(&due, now);
        Ok(out)
    }

    /// What is to be shown at the end, of all calls.
    ///
    /// # Errors
    /// Returns an error if a filter cannot be used.
    pub(in crate::commands) fn finish(&mut self) -> anyhow::Result<Vec<u8>> {
        let all: Vec<String> = self.watch.ids().map(str::to_owned).collect();
        let out = self.rows(&self.watch.unfinished(&all), true)?;
        self.watch.forget_all();
        Ok(out)
    }

    /// Works calls out, and shows those that have ended, or all of them if this is the end, unless that has been shown.
    fn rows(&mut self, ids: &[String], is_end: bool) -> anyhow::Result<Vec<u8>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let analysis = self.watch.analysis(ids, true);
        let filter = self.filter.as_ref().map(|filter| filter.filter(analysis.totals.newest)).transpose()?;
        let selection = Selection::new(filter.unwrap_or_default(), &self.rules, &analysis, 1)?;
        let table = self.table.clone();
        let maker = ListMaker::new(&table, None, selection, &analysis, 1)?;
        let (mut listed, mut listed_ids, mut data, mut findings) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for index in analysis.table.in_input_order() {
            let call = judge_one(&analysis, index, &self.rules);
            let (id, standing) = (call.call_id().into_owned(), standing(&call, maker.chooses(&call)));
            self.watch.settle(&id, standing);
            if !standing.wanted || !(standing.has_ended() || is_end) {
                continue;
            }
            if self.shown.calls {
                let mut one = CallList::new(1);
                maker.list(&mut one, &call, self.shown.is_data);
                let (_, people, rows) = one.finish();
                let hash = FixedState::with_seed(0).hash_one((format!("{people:?}"), &rows));
                if self.watch.show(&id, hash) {
                    listed_ids.push(id.clone());
                    listed.extend(people);
                    rows.iter().for_each(|row| typed(&mut data, "call", row));
                }
            }
            if self.shown.findings {
                self.findings_of(&id, &call, &mut findings);
            }
        }
        if !self.shown.is_data {
            data = self.drawn(&listed, listed_ids);
        }
        data.extend(findings);
        Ok(data)
    }

    fn findings_of(&mut self, id: &str, call: &JudgedCall<'_>, out: &mut Vec<u8>) {
        for hit in &call.hits {
            let Some(place) = self.watch.place(id, hit.at).cloned() else { continue };
            let mut text = Vec::new();
            let finding = call_finding(hit.clone(), id.to_owned(), place);
            let writer = writer(&self.shown, &self.names);
            write_entry(&mut text, &FindingEntry::Single(finding), &writer, &self.shown);
            if self.watch.tell(id, FixedState::with_seed(0).hash_one(&text)) {
                out.extend(text);
            }
        }
    }

    fn drawn(&mut self, calls: &[ListedCall], ids: Vec<String>) -> Vec<u8> {
        if calls.is_empty() {
            return Vec::new();
        }
        let mut short = ShortIds::new(ids.into_iter());
        self.watch.ids().for_each(|id| short.see(id));
        let style = ListStyle { text: self.shown.text, zone: &self.shown.zone, short: &short };
        let is_first = !std::mem::replace(&mut self.has_heading, true);
        let (text, no_room) = call_rows_text(calls, &self.shown.columns, style, is_first);
        if is_first {
            self.no_room = no_room;
        }
        text.into_bytes()
    }

    /// What there is to say by now, once.
    pub(in crate::commands) fn notes(&mut self) -> Vec<String> {
        let mut notes = Vec::new();
        notes.extend(no_room_note(&std::mem::take(&mut self.no_room), "`--width` or `--columns`"));
        let tally = &self.watch.tally;
        if tally.cut + tally.left_out > 0 && !std::mem::replace(&mut self.is_cut_said, true) {
            notes.push(
                "too much is open at once: calls that have been silent longest are ended as they are, to save memory"
                    .to_owned(),
            );
        }
        notes
    }

    /// Forgets what came more than a minute ago.
    fn forget_rate(&mut self, now: Instant) {
        while self.recent.front().is_some_and(|(then, _)| now.saturating_duration_since(*then) > MINUTE) {
            self.recent.pop_front();
        }
    }

    /// The status in one line.
    pub(in crate::commands) fn status(&mut self, now: Instant) -> String {
        self.forget_rate(now);
        let (open, tally) = self.watch.standing();
        let rate: u64 = self.recent.iter().map(|(_, count)| count).sum();
        format!("{open} open | {} ended | {} failed | {rate} callbacks/min", tally.calls(), tally.failed)
    }

    /// What was seen, in a few lines.
    pub(in crate::commands) fn summary(&self) -> Vec<String> {
        let (_, tally) = self.watch.standing();
        let (totals, calls) = (&self.watch.totals, tally.calls());
        let concluded = calls - tally.outcomes.get("incomplete").copied().unwrap_or_default();
        let outcomes: Vec<String> =
            tally.outcomes.iter().map(|(word, count)| format!("{word} {count}")).collect();
        let list = if outcomes.is_empty() { String::new() } else { format!(": {}", outcomes.join(", ")) };
        let mut lines = vec![format!(
            "seen: {} of {}{list}; {} failed",
            counted(totals.callbacks, "callback"),
            counted(calls, "call"),
            tally.failed,
        )];
        if concluded > 0 {
            let share = tally.answered as f64 / concluded as f64;
            lines[0].push_str(&format!(", ASR {}", percent(Some(share))));
        }
        let errors = totals.findings[Level::Error as usize];
        for (count, what) in [
            (totals.ungrouped, "callbacks without a call"),
            (errors, "errors on records, which `callkit-tool validate` lists"),
            (tally.late, "callbacks came after their calls were forgotten"),
            (tally.cut, "calls were ended early to save memory"),
            (tally.left_out, "callbacks of calls that have too many are in no row"),
        ] {
            if count > 0 {
                lines.push(format!("note: {count} {what}"));
            }
        }
        lines
    }
}

fn standing(call: &JudgedCall<'_>, wanted: bool) -> Standing {
    let outcome = &call.outcome;
    Standing {
        result: outcome.result_word(),
        failed: is_failed(call.timeline(), outcome),
        answered: outcome.result.is_some() && outcome.answered,
        wanted,
    }
}

fn writer<'n>(shown: &Shown, names: &'n SourceNames) -> WriteFindings<'n> {
    let format = if shown.is_data { FindingFormat::Json } else { FindingFormat::Concise };
    let style = FindingStyle { format, strict: false, color: shown.text.color, width: shown.text.width };
    WriteFindings { most: u64::MAX, least: Level::Info, style, folds: false, names }
}

/// Appends a JSON object that says first what it is.
fn typed(out: &mut Vec<u8>, what: &str, row: &[u8]) {
    out.extend_from_slice(format!("{{\"type\":\"{what}\",").as_bytes());
    out.extend_from_slice(row.strip_prefix(b"{").unwrap_or(row));
}

fn write_entry(out: &mut Vec<u8>, entry: &FindingEntry, writer: &WriteFindings<'_>, shown: &Shown) {
    let mut text = Vec::new();
    // All files of the log have its name.
    match entry.clone() {
        FindingEntry::Single(mut finding) => {
            finding.place.source = 0;
            finding.related.iter_mut().for_each(|related| related.place.source = 0);
            writer.write(&mut text, &finding, None);
        }
        FindingEntry::Folded(mut folded) => {
            (folded.first.source, folded.last.source) = (0, 0);
            writer.write_folded(&mut text, &folded, FoldScope::Record);
        }
    }
    match shown.is_data {
        true => typed(out, "finding", &text),
        false => out.extend(text),
    }
}

fn shown_callback(row: &CallbackRow<'_>, shown: &Shown) -> Vec<u8> {
    if !shown.is_data {
        return callback_line(row, shown.text, &shown.zone).into_bytes();
    }
    // Whether it is a duplicate is known only once its call is.
    let table = Table::Callbacks;
    let columns = (0..table.columns().len()).filter(|at| table.columns()[*at].name != "duplicate").collect();
    let (format, times) = (TableFormat::Jsonl, TimeFormat::Rfc3339);
    let options = TableOptions { table, format, columns, times, spreadsheet: false };
    let (mut rows, mut out) = (Rows::default(), Vec::new());
    rows.add(&options, row);
    typed(&mut out, "callback", &rows.bytes);
    out
}

/// Checks that a filter can be used at all.
///
/// # Errors
/// Returns an error if not.
pub(super) fn check_filter(filter: &FilterArgs) -> Result<(), Usage> {
    filter.filter(None).map(drop)
}
