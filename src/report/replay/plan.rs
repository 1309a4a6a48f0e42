//! The plan of a replay.

use std::time::Duration;

use super::time::long;
use super::view::PlanView;
use crate::live::replay::{ChaosCounts, PlannedCallback, Speed};
use crate::report::json::{Object, document};
use crate::report::quantity::rfc3339_millis;
use crate::report::{TextTable, counted};
use crate::spec::retry_times;

impl PlanView<'_> {
    /// The least time that the run takes, if the backend keeps up.
    fn length(&self) -> Duration {
        self.plan.length().max(self.length_by_rate())
    }

    /// How long it takes because of the rate alone.
    fn length_by_rate(&self) -> Duration {
        let by_rate = self.rate.map(|rate| (self.plan.deliveries().saturating_sub(1)) as f64 / rate);
        by_rate.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).unwrap_or_default()
    }

    /// What determines the length.
    fn pace(&self) -> String {
        let rate = self.rate.map(|rate| format!("at most {rate} requests a second"));
        match self.plan.speed {
            Speed::Max => format!("{}, in order for each call", rate.as_deref().unwrap_or("at once")),
            Speed::Times(times) => {
                let rate = rate.map_or_else(String::new, |rate| format!("; {rate}"));
                format!("at {times}x, of {} in the log{rate}", long(Duration::from_millis(self.span())))
            }
        }
    }

    /// The time of the log that is replayed, in milliseconds.
    fn span(&self) -> u64 {
        self.plan.ends().map_or(0, |(first, last)| last.time.abs_diff(first.time))
    }

    fn place(&self, source: u32, record: u64) -> String {
        format!("{}, record {record}", self.name(source))
    }

    /// The first and the last callback; none if the log has no times.
    fn ends(&self) -> Option<(&PlannedCallback, &PlannedCallback)> {
        let has_times = self.plan.facts.callbacks > self.plan.facts.without_time;
        self.plan.ends().filter(|_| has_times)
    }
}

/// A note before a run that takes long.
pub fn start_note(view: &PlanView<'_>) -> Option<String> {
    const LONG: Duration = Duration::from_secs(60);
    let length = view.length();
    let (pace, option) = match (view.rate, view.plan.speed) {
        (Some(rate), _) if view.length_by_rate() == length => {
            (format!("at {rate} requests a second"), "--rate")
        }
        (_, Speed::Times(times)) => (format!("at {times}x"), "--speed"),
        (_, Speed::Max) => return None,
    };
    (length > LONG).then(|| {
        format!(
            "{pace} this takes {}; `{option}` can make it faster, Ctrl-C ends it with a report",
            long(length)
        )
    })
}

/// Says what chaos cannot do, and why.
pub fn chaos_note(view: &PlanView<'_>) -> Option<String> {
    let (none, impossible) = (ChaosCounts::default(), view.plan.chaos_impossible);
    let why = "their callbacks are dropped, are the last of their call, or are swapped already";
    (impossible != none).then(|| format!("chaos leaves out {impossible}: {why}"))
}

/// Says that nothing will be sent, and why.
pub fn nothing_note(view: &PlanView<'_>) -> Option<String> {
    let cause = match (view.plan.facts.callbacks, view.left_out.unwanted) {
        (0, 0) if view.left_out.not_failed > 0 => "no callback of the log failed before",
        (0, 0) => "no callback was found",
        (0, _) => "no callback belongs to a chosen call",
        _ => "chaos drops every callback",
    };
    (view.plan.deliveries() == 0).then(|| format!("nothing to send: {cause}"))
}

/// The plan as a table, at most `width` columns wide.
pub fn plan_text(view: &PlanView<'_>, width: usize) -> String {
    let facts = &view.plan.facts;
    let mut table = TextTable::new(&["plan", ">value", ""]);
    let mut row = |name: &str, value: &str, note: &str| table.row(&[name, value, note]);
    let calls = format!("of {}; {} without a call", counted(facts.calls, "call"), facts.ungrouped);
    row("callbacks", &facts.callbacks.to_string(), &calls);
    let chaos = match view.plan.chaos {
        none if none == ChaosCounts::default() => String::new(),
        chaos => format!("chaos: {chaos}"),
    };
    row("deliveries", &view.plan.deliveries().to_string(), &chaos);
    row("takes", &long(view.length()), &view.pace());
    if view.retries {
        let note = format!("after {} if not accepted; not included in this time", retry_times());
        row("retries", "vendor", &note);
    }
    if let Some((first, last)) = view.ends() {
        row("first", &rfc3339_millis(first.time), &view.place(first.source, first.record));
        row("last", &rfc3339_millis(last.time), &view.place(last.source, last.record));
    }
    if let Some((gap, source, record)) = facts.longest_gap {
        let after = format!("after {}", view.place(source, record));
        row("longest silence", &long(Duration::from_millis(gap)), &after);
    }
    let by = format!("{} by `EventTime` for lack of it", facts.by_event_time);
    row("by time of capture", &facts.by_received_at.to_string(), &by);
    let timeless = if facts.without_time > 0 { "sent with the callback before it in the log" } else { "" };
    row("without a time", &facts.without_time.to_string(), timeless);
    let backwards = facts.first_backwards.map_or_else(String::new, |(source, record)| {
        format!("first {}; sent in order of time", view.place(source, record))
    });
    row("out of order", &facts.backwards.to_string(), &backwards);
    let left_out = view.left_out;
    for (name, count) in [
        ("not callbacks", left_out.unrecognised),
        ("refused by capture", left_out.refused),
        ("damaged", left_out.damaged),
        ("skipped ranges", left_out.skipped),
        ("filtered out", left_out.unwanted),
        ("captured twice", left_out.captured_twice),
        ("not failed before", left_out.not_failed),
    ] {
        if count > 0 {
            row(name, &count.to_string(), "not sent");
        }
    }
    table.fit(width, 2);
    table.render()
}

/// The plan as one JSON object.
pub fn plan_json(view: &PlanView<'_>) -> Vec<u8> {
    document(|object| members(object, view))
}

/// What is known before anything is sent.
pub(super) fn members(object: &mut Object<'_>, view: &PlanView<'_>) {
    let (facts, left_out) = (&view.plan.facts, view.left_out);
    object.member("callbacks", facts.callbacks);
    object.member("calls", facts.calls);
    object.member("ungrouped", facts.ungrouped);
    object.member("deliveries", view.plan.deliveries());
    let speed = match view.plan.speed {
        Speed::Max => None,
        Speed::Times(times) => Some(times),
    };
    object.member("speed", speed);
    object.member("rate", view.rate);
    object.member("retry", if view.retries { "vendor" } else { "never" });
    object.member("planned_seconds", view.length().as_secs_f64());
    object.member("log_seconds", view.span() as f64 / 1000.0);
    for (name, entry) in [("first", view.ends().map(|ends| ends.0)), ("last", view.ends().map(|ends| ends.1))]
    {
        match entry {
            None => object.member(name, None::<u64>),
            Some(entry) => object.object(name, |end| {
                end.member("source", view.name(entry.source));
                end.member("record", entry.record);
                end.member("time", rfc3339_millis(entry.time));
            }),
        }
    }
    object.member("longest_silence_seconds", facts.longest_gap.map(|(gap, _, _)| gap as f64 / 1000.0));
    let times = [
        ("received_at", facts.by_received_at),
        ("event_time", facts.by_event_time),
        ("none", facts.without_time),
    ];
    object.members("times", times);
    object.member("out_of_order", facts.backwards);
    object.members("chaos", view.plan.chaos.named());
    object.members("chaos_impossible", view.plan.chaos_impossible.named());
    let left_out = [
        ("not_callbacks", left_out.unrecognised),
        ("refused", left_out.refused),
        ("damaged", left_out.damaged),
        ("skipped_ranges", left_out.skipped),
        ("filtered_out", left_out.unwanted),
        ("captured_twice", left_out.captured_twice),
        ("not_failed", left_out.not_failed),
    ];
    object.members("left_out", left_out);
}
