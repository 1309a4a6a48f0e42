//! The words of `callback/` and `body/total-num`.
//!
//! Comes in: a breach, with the callback and where it is. Goes out: the finding. Must not: judge.

use super::callback::{Breach, Stamp};
use super::hit::Hit;
use super::place::BodyPlace;
use crate::decode::{Callback, Url, locate};
use crate::spec::{CallType, Event, Field, Parameter, Role, RuleId, Word};

/// A callback's body, and the URL that came with it.
pub(super) struct Worded<'t, 'a> {
    pub place: &'t BodyPlace<'t>,
    pub url: Option<&'t Url<'a>>,
    pub callback: &'t Callback<'a>,
}

impl Worded<'_, '_> {
    /// Words a breach.
    pub(super) fn hit(&self, breach: Breach) -> Hit {
        let name = |stamp: Stamp| Field::STAMPS[stamp].name();
        match breach {
            Breach::TotalNum(number) => self.total_num(number),
            Breach::RoleEvent(role, event) => self.role_event(role, event),
            Breach::EventType(event) => {
                let message = format!("`{}` in a `single` call", event.as_str());
                self.at(Field::Event, RuleId::CallbackEventType, message)
            }
            Breach::Command { given, expected } => {
                let (given, expected) = (given.as_str(), expected.as_str());
                let message = format!("the URL's command is `{given}`, but the body requires `{expected}`");
                let at = self.url.and_then(|url| {
                    Some(url.map.span(self.place.record, &url.get(Parameter::Command)?.span))
                });
                Hit::new(RuleId::CallbackCommand, message, at.unwrap_or(0..0))
            }
            Breach::ResultNotEnd(result) => {
                let event = self.callback.event.map_or("the event", Event::as_str);
                let message =
                    format!("`CallResult` is `{}`, but `{event}` does not end anything", result.as_str());
                self.at_result(RuleId::CallbackResultNotEnd, message).note("the result is ignored")
            }
            Breach::ResultEvent(result, event) => {
                let (word, ending) = (result.as_str(), event.ends_as().map_or("", Word::as_str));
                let message = format!("`CallResult` is `{word}`, but `{}` means `{ending}`", event.as_str());
                self.at_result(RuleId::CallbackResultEvent, message)
            }
            Breach::ResultGroup(result) => {
                let message = format!("a group call with the result `{}`", result.as_str());
                let hit = self.at_result(RuleId::CallbackResultGroup, message);
                hit.note("a group call only has the result `normal_end`")
            }
            Breach::EarlyTimestamps(stamp) => {
                let message = format!("`{}` on a callback that is not a normal end", name(stamp));
                self.at(Field::STAMPS[stamp], RuleId::CallbackEarlyTimestamps, message)
            }
            Breach::MissingTimestamps(stamp) => {
                let message = format!("a normal end without `{}`", name(stamp));
                let hit = self.at(Field::STAMPS[stamp], RuleId::CallbackMissingTimestamps, message);
                hit.pointer(self.pointer(Field::STAMPS[stamp]))
            }
            Breach::TimeOrder { earlier, later, seconds } => {
                let message = format!("`{}` is {seconds} s before `{}`", name(later), name(earlier));
                let other = self.place.of(self.pointer(Field::STAMPS[earlier]));
                let hit = self.at(Field::STAMPS[later], RuleId::CallbackTimeOrder, message);
                hit.related(format!("`{}` is here", name(earlier)), other)
            }
            Breach::EventTimeBeforeStart(seconds) => {
                self.event_time(format!("`EventTime` is {seconds} s before `StartCallTs`"))
            }
            Breach::EventTimeFar(stamp, seconds) => {
                self.event_time(format!("`EventTime` is {seconds} s away from `{}`", name(stamp)))
            }
        }
    }

    /// Where a field is in the body.
    fn pointer(&self, field: Field) -> &'static str {
        field.pointer(self.callback.family)
    }

    /// A hit at a field of the body.
    fn at(&self, field: Field, rule: RuleId, message: String) -> Hit {
        let pointer = self.pointer(field);
        let hit = Hit::new(rule, message, self.place.of(pointer));
        // A value taken from the URL has no place in the body.
        if locate(self.place.text, pointer).is_some() { hit.pointer(pointer) } else { hit }
    }

    fn at_result(&self, rule: RuleId, message: String) -> Hit {
        self.at(Field::CallResult, rule, message)
    }

    fn event_time(&self, message: String) -> Hit {
        self.at(Field::EventTime, RuleId::CallbackEventTime, message)
    }

    fn total_num(&self, number: i64) -> Hit {
        let message = if number < 1 {
            format!("`TotalNum` is {number}, but a call has at least 1 participant")
        } else {
            let single = CallType::Single.as_str();
            format!("`TotalNum` is {number}, but a `{single}` call has 2 participants")
        };
        let pointer = self.pointer(Field::TotalNum);
        Hit::new(RuleId::BodyTotalNum, message, self.place.of(pointer)).pointer(pointer)
    }

    fn role_event(&self, role: Role, event: Event) -> Hit {
        let message = format!("`{}` is not an event of a {}", event.as_str(), role.as_str());
        let other = event.only_role().map_or("", Role::as_str);
        let in_body = locate(self.place.text, self.pointer(Field::Event)).is_some();
        let hit =
            self.at(if in_body { Field::Event } else { Field::Role }, RuleId::CallbackRoleEvent, message);
        hit.note(format!("it belongs to the {other}, so the callback does not start, answer or end the call"))
    }
}
