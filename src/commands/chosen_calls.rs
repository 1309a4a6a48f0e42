//! Which calls the filters of a command choose, and what it says if they choose none.
//!
//! Comes in: the filters, and what was read. Goes out: a [`Selection`]; one sentence for a person. Must not: show calls.

use jiff::tz::TimeZone;

use crate::calls::{CallTable, TextId, Timeline, Totals, outcome, participants};
use crate::cli::{FilterArgs, Terminal};
use crate::engine::{Analysis, Selection};
use crate::report::{counted, local_time};
use crate::rules::RuleOptions;
use crate::spec::Timestamp;
use crate::spill::SpillError;
use crate::suggest::{Misspelling, question};

/// The calls that the filters choose.
///
/// # Errors
/// Returns an error if times do not fit together, or calls that are kept outside of memory cannot be read.
pub(super) fn selection(
    filter: &FilterArgs,
    rules: &RuleOptions,
    analysis: &Analysis,
    threads: usize,
) -> anyhow::Result<Selection> {
    Ok(Selection::new(filter.filter(analysis.totals.newest)?, rules, analysis, threads)?)
}

/// ValueKind is said if no call is there, where nothing else is known.
fn no_call(filtered: bool) -> &'static str {
    if filtered { "no call matches the filters" } else { "the input has no calls" }
}

/// Says that parts of an input have no call that was chosen, unless nothing at all was read, which is said elsewhere.
pub(super) fn say_none_in_parts(filtered: bool, totals: &Totals, terminal: Terminal) {
    if totals.records > 0 {
        terminal.note(no_call(filtered));
    }
}

/// Says that no call was chosen, if so, and which filter no call of the input fits.
///
/// # Errors
/// Returns an error if calls that are kept outside of memory cannot be read.
pub(super) fn say_if_none(
    selection: &Selection,
    filter: &FilterArgs,
    analysis: &Analysis,
    threads: usize,
    terminal: Terminal,
) -> anyhow::Result<()> {
    // That nothing at all was read is said elsewhere.
    if selection.has_chosen() || terminal.is_quiet() || analysis.totals.records == 0 {
        return Ok(());
    }
    let search = ValueSearch::run(filter, analysis, threads)?;
    if search.calls == 0 {
        terminal.note(no_call(false));
        return Ok(());
    }
    let times =
        if filter.since.is_some() || filter.until.is_some() { search.times(&filter.tz) } else { None };
    let reasons = search.wanted.iter().filter_map(WantedValue::reason).chain(times);
    let sentence = format!("{}, of {}", no_call(true), counted(search.calls, "call"));
    let sentence = reasons.fold(sentence, |sentence, reason| format!("{sentence}; {reason}"));
    terminal.note(&sentence);
    Ok(())
}

/// A value of a filter, and whether any call has it.
#[derive(Clone, Debug)]
struct WantedValue {
    what: ValueKind,
    value: String,
    is_there: bool,
    /// True if any call shows such a value.
    is_known: bool,
    /// The nearest that there is, and how far it is from the value.
    nearest: Option<(usize, String)>,
}

/// ValueKind such a value is of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ValueKind {
    Id,
    User,
    Caller,
    Callee,
    Platform,
    CalleePlatform,
    App,
}

impl ValueKind {
    /// As a person calls it.
    fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::User => "user",
            Self::Caller => "caller",
            Self::Callee => "callee",
            Self::Platform => "platform",
            Self::CalleePlatform => "callee's platform",
            Self::App => "app",
        }
    }
}

impl WantedValue {
    /// Compares what a call has with the value.
    fn see(&mut self, text: &str) {
        self.is_known = true;
        let any_case = matches!(self.what, ValueKind::Platform | ValueKind::CalleePlatform);
        if text == self.value || (any_case && text.eq_ignore_ascii_case(&self.value)) {
            self.is_there = true;
        }
        if self.is_there {
            return;
        }
        let distance = Misspelling::new(&self.value).and_then(|value| value.distance(text));
        if let Some(distance) = distance {
            self.keep((distance, text.to_owned()));
        }
    }

    /// Keeps what is nearer; among equals the first of the alphabet, whatever order calls are seen in.
    fn keep(&mut self, other: (usize, String)) {
        if self.nearest.as_ref().is_none_or(|nearest| other < *nearest) {
            self.nearest = Some(other);
        }
    }

    fn merge(&mut self, other: Self) {
        self.is_there |= other.is_there;
        self.is_known |= other.is_known;
        other.nearest.into_iter().for_each(|nearest| self.keep(nearest));
    }

    /// Why it chooses nothing, if so.
    fn reason(&self) -> Option<String> {
        let help =
            self.nearest.as_ref().map_or_else(String::new, |(_, near)| format!(" ({})", question(near)));
        let name = self.what.name();
        let reason = match self.is_known {
            true => format!("none has the {name} `{}`{help}", self.value),
            false => format!("none shows its {name}"),
        };
        (!self.is_there).then_some(reason)
    }
}

/// ValueKind the calls of an input have of what the filters ask for.
#[derive(Clone, Debug, Default)]
struct ValueSearch {
    calls: u64,
    wanted: Vec<WantedValue>,
    /// When the first and the last call begins.
    begin: Option<(Timestamp, Timestamp)>,
}

impl ValueSearch {
    fn run(filter: &FilterArgs, analysis: &Analysis, threads: usize) -> Result<Self, SpillError> {
        let apps: Vec<String> = filter.app.iter().map(u32::to_string).collect();
        let values = [
            (ValueKind::Id, &filter.call_id),
            (ValueKind::User, &filter.user),
            (ValueKind::Caller, &filter.caller),
            (ValueKind::Callee, &filter.callee),
            (ValueKind::Platform, &filter.platform),
            (ValueKind::CalleePlatform, &filter.callee_platform),
            (ValueKind::App, &apps),
        ];
        let wanted = values.into_iter().flat_map(|(what, values)| {
            values.iter().map(move |value| WantedValue {
                what,
                value: value.clone(),
                is_there: false,
                is_known: false,
                nearest: None,
            })
        });
        let empty = Self { wanted: wanted.collect(), ..Self::default() };
        let see = |search: &mut Self, _: &CallTable, timeline: &Timeline<'_>| search.see(timeline);
        let parts = analysis.each_call(threads, || empty.clone(), see)?;
        Ok(parts.into_iter().fold(empty, Self::merged))
    }

    fn see(&mut self, timeline: &Timeline<'_>) {
        self.calls += 1;
        let outcome = outcome(timeline);
        self.take_time(outcome.start.or(outcome.earliest));
        if self.wanted.is_empty() {
            return;
        }
        let users = participants(timeline);
        for wanted in &mut self.wanted {
            let callees = || users.iter().filter(|it| it.callee);
            let ids: Vec<TextId> = match wanted.what {
                ValueKind::Id => {
                    wanted.see(&timeline.call_id);
                    continue;
                }
                ValueKind::App => {
                    outcome.sdkappid.iter().for_each(|app| wanted.see(&app.to_string()));
                    continue;
                }
                ValueKind::User => users.iter().map(|it| it.user).collect(),
                ValueKind::Caller => outcome.caller.into_iter().collect(),
                ValueKind::Callee => outcome.callees.to_vec(),
                ValueKind::Platform => outcome.caller_platform.into_iter().collect(),
                ValueKind::CalleePlatform => callees().filter_map(|it| it.platform).collect(),
            };
            ids.into_iter().filter_map(|id| timeline.text(id)).for_each(|text| wanted.see(text));
        }
    }

    fn take_time(&mut self, time: Option<Timestamp>) {
        let Some(time) = time else { return };
        let (first, last) = self.begin.unwrap_or((time, time));
        self.begin = Some((first.min(time), last.max(time)));
    }

    fn merged(mut self, other: Self) -> Self {
        self.calls += other.calls;
        self.wanted.iter_mut().zip(other.wanted).for_each(|(one, other)| one.merge(other));
        if let Some((first, last)) = other.begin {
            self.take_time(Some(first));
            self.take_time(Some(last));
        }
        self
    }

    /// From when to when there are calls.
    fn times(&self, zone: &TimeZone) -> Option<String> {
        let (first, last) = self.begin?;
        let [first, last] = [first, last].map(|time| local_time(i64::from(time), zone));
        Some(format!("they begin from {first} to {last}"))
    }
}
