//! The groups that calls are put into.
//!
//! Comes in: keys, and what a call is known for. Goes out: the names of its groups. Must not: count.

use clap::ValueEnum;
use jiff::Timestamp as Instant;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::calls::cause::{LogContext, verdict};
use crate::calls::model::deliveries::{CallbackDeliveries, deliveries};
use crate::calls::model::families::Families;
use crate::calls::model::outcome::Outcome;
use crate::calls::model::participant::participants;
use crate::calls::model::timeline::Timeline;
use crate::calls::store::interner::Interner;
use crate::deliveries::Answers;
use crate::spec::{CallbackCommand, Timestamp, Word};

/// By what calls are put into groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum GroupKey {
    /// Outcome of the call.
    Result,
    /// One to one or group.
    CallType,
    /// Audio or video.
    MediaType,
    /// The application.
    #[value(name = "sdkappid")]
    SdkAppId,
    /// The caller's platform.
    Platform,
    /// The callees' platforms; a call is in a group for each.
    CalleePlatform,
    /// The caller.
    Caller,
    /// The callees; a call is in a group for each.
    Callee,
    /// Hour of the start, in the time zone of --tz.
    Hour,
    /// Day of the start, in the time zone of --tz.
    Day,
    /// Day of the week of the start, in the time zone of --tz.
    Weekday,
    /// Hour of the day of the start, in the time zone of --tz.
    HourOfDay,
    /// The main cause, as `why` reports it.
    Cause,
    /// Generation of its callbacks: `v4`, `older`, or `mixed`.
    Generation,
    /// Commands of its callbacks; a call is in a group for each.
    Command,
    /// Whether its callbacks were accepted, as in the table of deliveries; a call is in a group for each. `LOG.forward`
    /// among the inputs says what the backend answered.
    DeliveryStatus,
}

impl GroupKey {
    /// True if a call can be in several groups.
    pub fn is_of_several(self) -> bool {
        matches!(self, Self::Callee | Self::CalleePlatform) || self.is_of_callbacks()
    }

    /// True if it is about the callbacks of a call one by one: several such keys are of the same callback.
    pub fn is_of_callbacks(self) -> bool {
        matches!(self, Self::Command | Self::DeliveryStatus)
    }

    /// Its name on the command line.
    pub fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// The key of a group, a part for each key. Groups are in the order of the keys, those of applications and of days of the
/// week by their number; calls without a key are the last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GroupName(Vec<GroupPart>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct GroupPart {
    rank: u64,
    name: String,
}

/// The days of the week, from the first of ISO 8601.
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

impl GroupPart {
    fn new(key: GroupKey, name: String) -> Self {
        let rank = match key {
            _ if name.is_empty() => u64::MAX,
            GroupKey::SdkAppId => name.parse().unwrap_or_default(),
            GroupKey::Weekday => DAYS.iter().position(|day| *day == name).unwrap_or_default() as u64,
            _ => 0,
        };
        Self { rank, name }
    }
}

impl GroupName {
    /// The group of that name by one key.
    pub fn of_one(key: GroupKey, name: String) -> Self {
        Self(vec![GroupPart::new(key, name)])
    }

    /// A text for each key; empty for calls without it.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|part| part.name.as_str())
    }
}

/// What a call is known for, as far as groups need it.
pub struct GroupFacts<'c, 't> {
    /// How it ended.
    pub outcome: &'c Outcome,
    /// The texts that its outcome names.
    pub texts: &'t Interner,
    /// Its callbacks, which few keys need.
    pub timeline: &'c dyn Fn() -> &'c Timeline<'t>,
    /// The zone of hours and days.
    pub zone: &'c TimeZone,
    /// What causes depend on.
    pub log: &'c LogContext,
    /// What backends answered, and the time of the last capture in the log, in Unix milliseconds.
    pub deliveries: (&'c Answers, Option<i64>),
}

/// What keys on callbacks say, each combination once.
fn of_callbacks(keys: &[GroupKey], call: &GroupFacts<'_, '_>) -> Vec<Vec<String>> {
    let (answers, log_end) = call.deliveries;
    let all = deliveries((call.timeline)(), answers);
    let text = |key: &GroupKey, callback: &CallbackDeliveries| match key {
        GroupKey::Command => callback.command.map_or("", CallbackCommand::as_str).to_owned(),
        _ => callback.trace.status_word(log_end).to_owned(),
    };
    let own: Vec<&GroupKey> = keys.iter().filter(|key| key.is_of_callbacks()).collect();
    let mut found: Vec<Vec<String>> =
        all.iter().map(|callback| own.iter().map(|key| text(key, callback)).collect()).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The groups of a call: one, unless a key is of several.
pub fn group_names(keys: &[GroupKey], call: &GroupFacts<'_, '_>) -> Vec<GroupName> {
    if !keys.iter().any(|key| key.is_of_callbacks()) {
        return names_with(keys, call, &[]);
    }
    let combinations = of_callbacks(keys, call);
    combinations.iter().flat_map(|texts| names_with(keys, call, texts)).collect()
}

/// The same; the texts of keys on callbacks are given.
fn names_with(keys: &[GroupKey], call: &GroupFacts<'_, '_>, of_callback: &[String]) -> Vec<GroupName> {
    let mut names = vec![GroupName(Vec::with_capacity(keys.len()))];
    let mut given = of_callback.iter();
    for key in keys {
        if key.is_of_callbacks() {
            let text = given.next().cloned().unwrap_or_default();
            names.iter_mut().for_each(|name| name.0.push(GroupPart::new(*key, text.clone())));
            continue;
        }
        let mut texts = names_of(*key, call);
        let last = texts.pop().unwrap_or_default();
        let mut more = Vec::new();
        for text in texts {
            more.extend(names.iter().cloned().map(|mut name| {
                name.0.push(GroupPart::new(*key, text.clone()));
                name
            }));
        }
        names.iter_mut().for_each(|name| name.0.push(GroupPart::new(*key, last.clone())));
        names.append(&mut more);
    }
    names
}

/// What a key says of a call: one text, unless it is of several; empty if the call has none.
fn names_of(key: GroupKey, call: &GroupFacts<'_, '_>) -> Vec<String> {
    let GroupFacts { outcome, texts, zone, .. } = call;
    let text = |id| texts.get(id).unwrap_or_default().to_owned();
    let start = |format: &str| outcome.start.map_or_else(String::new, |start| civil(start, zone, format));
    vec![match key {
        GroupKey::Result => outcome.result_word().to_owned(),
        GroupKey::CallType => outcome.call_type.map_or("", Word::as_str).to_owned(),
        GroupKey::MediaType => outcome.media_type.map_or("", Word::as_str).to_owned(),
        GroupKey::SdkAppId => outcome.sdkappid.map_or_else(String::new, |id| id.to_string()),
        GroupKey::Platform => outcome.caller_platform.map_or_else(String::new, text),
        GroupKey::Caller => outcome.caller.map_or_else(String::new, text),
        GroupKey::Hour => start("%Y-%m-%dT%H:00%:z"),
        GroupKey::Day => start("%Y-%m-%d"),
        GroupKey::Weekday => start("%A"),
        GroupKey::HourOfDay => start("%H"),
        GroupKey::Cause => verdict((call.timeline)(), outcome, call.log).cause.as_str().to_owned(),
        GroupKey::Generation => generation(outcome.families).to_owned(),
        // Their texts are those of one callback.
        GroupKey::Command | GroupKey::DeliveryStatus => String::new(),
        GroupKey::Callee => return distinct(outcome.callees.iter().map(|callee| text(*callee))),
        GroupKey::CalleePlatform => {
            let users = participants((call.timeline)());
            let callees = users.iter().filter(|user| user.callee);
            return distinct(callees.map(|it| it.platform.map_or_else(String::new, text)));
        }
    }]
}

/// The generation of callbacks of these families.
pub fn generation(families: Families) -> &'static str {
    match (families.are_mixed(), families.has_older()) {
        (true, _) => "mixed",
        (false, true) => "older",
        (false, false) => "v4",
    }
}

/// Each text once.
fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen: Vec<String> = texts.collect();
    seen.sort_unstable();
    seen.dedup();
    seen
}

fn civil(time: Timestamp, zone: &TimeZone, format: &str) -> String {
    let Ok(instant) = Instant::from_second(i64::from(time)) else {
        return String::new();
    };
    instant.to_zoned(zone.clone()).strftime(format).to_string()
}

/// All groups of a key of time from the first to the last of those that are there; none if the key is of another kind, or
/// there are more than `most` of them.
pub fn without_gaps<'n>(
    key: GroupKey,
    names: impl Iterator<Item = &'n GroupName>,
    zone: &TimeZone,
    most: usize,
) -> Option<Vec<GroupName>> {
    let names: Vec<&str> = names.flat_map(GroupName::parts).filter(|name| !name.is_empty()).collect();
    let (first, last) = (names.iter().min()?, names.iter().max()?);
    let all: Vec<String> = match key {
        GroupKey::HourOfDay => (0..24).map(|hour| format!("{hour:02}")).collect(),
        GroupKey::Weekday => DAYS.map(str::to_owned).to_vec(),
        GroupKey::Day => {
            let [mut day, last]: [jiff::civil::Date; 2] = [first.parse().ok()?, last.parse().ok()?];
            let mut days = Vec::new();
            while day <= last && days.len() <= most {
                days.push(day.to_string());
                day = day.tomorrow().ok()?;
            }
            days
        }
        GroupKey::Hour => {
            let second = |name: &str| Some(name.parse::<Instant>().ok()?.as_second());
            let mut seconds: Vec<i64> = names.iter().filter_map(|name| second(name)).collect();
            seconds.sort_unstable();
            let hours = (*seconds.first()?..=*seconds.last()?).step_by(3600).take(most.saturating_add(1));
            let hours = hours.filter_map(|second| u32::try_from(second).ok());
            hours.map(|second| civil(second, zone, "%Y-%m-%dT%H:00%:z")).collect()
        }
        _ => return None,
    };
    (all.len() <= most).then(|| all.into_iter().map(|name| GroupName::of_one(key, name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_between_hours_are_filled_over_a_change_of_clocks() {
        let zone = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
        let name = |text: &str| GroupName::of_one(GroupKey::Hour, text.to_owned());
        let there = [name("2024-10-27T01:00+02:00"), name("2024-10-27T03:00+01:00"), name("")];
        let all = without_gaps(GroupKey::Hour, there.iter(), &zone, 100).unwrap_or_default();
        let all: Vec<&str> = all.iter().flat_map(GroupName::parts).collect();
        let expected = ["01:00+02:00", "02:00+02:00", "02:00+01:00", "03:00+01:00"];
        assert_eq!(all, expected.map(|hour| format!("2024-10-27T{hour}")));
        assert_eq!(without_gaps(GroupKey::Hour, there.iter(), &zone, 3), None);
    }
}
