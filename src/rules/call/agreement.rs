//! What the callbacks of a call have to agree on: the call itself, its callers and its users, and their families; and
//! duplicates, which say the same.

use std::hash::Hash;
use std::sync::Arc;

use super::course::Course;
use super::hit::CallField;
use super::judge::{CallRule, Judge};
use crate::calls::{Happening, Outcome, Position, SmallMap, Step, TextId};
use crate::spec::{CallType, Family, RuleId, V4Command, Word};

pub(super) const RULES: &[CallRule] = &[
    CallRule::new(|judge| judge.duplicates()).only_if(|course| course.timeline.has_duplicates),
    CallRule::new(|judge| judge.field_conflicts()).only_if(|course| !course.timeline.is_alike),
    CallRule::new(|judge| judge.callers_and_users()).only_if(may_have_too_many),
    CallRule::new(|judge| judge.mixed_families()).only_if(|course| course.outcome.families.are_mixed()),
];

/// Two callers, more than two users of a single call, or more users than the greatest valid `TotalNum`.
fn may_have_too_many(course: &Course<'_, '_>) -> bool {
    let Outcome { participants, call_type, total_num, .. } = *course.outcome;
    course.has_two_callers
        || (call_type == Some(CallType::Single) && participants > 2)
        || total_num.is_some_and(|total| total < participants as i64)
        // The greatest of all is then perhaps not the greatest that counts.
        || course.has_faulty_total
        || course.timeline.has_duplicates
}

impl Judge<'_, '_> {
    fn duplicates(&mut self) {
        let first: Arc<str> = "first delivered here".into();
        for step in self.timeline.callbacks() {
            if let Some(original) = step.original {
                let related = Some((original, Arc::clone(&first)));
                let message = "this callback was redelivered".into();
                self.push(RuleId::CallDuplicate, message, step.position, related);
            }
        }
    }

    fn field_conflicts(&mut self) {
        if self.timeline.is_alike {
            return;
        }
        let word = |text: &str| format!("`{text}`");
        self.field_conflict("sdkappid", None, Step::sdkappid, |_, id| id.to_string());
        self.field_conflict("RoomId", Some(0), Step::room_id, |judge, id| word(&judge.text(id)));
        self.field_conflict("CallType", Some(1), Step::call_type, |_, kind| word(kind.as_str()));
        self.field_conflict("MediaType", Some(2), Step::media_type, |_, kind| word(kind.as_str()));
    }

    /// Each value of a field that differs from the first, once; `index` is that of the field among [`shared_fields`],
    /// none for what the URL says.
    fn field_conflict<T: Copy + Eq + Hash>(
        &mut self,
        name: &'static str,
        index: Option<usize>,
        value: fn(&Step) -> Option<T>,
        show: impl Fn(&Self, T) -> String,
    ) {
        let timeline = self.timeline;
        let Some((first, first_at)) =
            timeline.steps.iter().find_map(|step| Some((value(step)?, step.position)))
        else {
            return;
        };
        let says: Arc<str> = "the first value is here".into();
        let mut seen = SmallMap::default();
        for step in timeline.originals() {
            let Some(other) = value(step).filter(|other| *other != first) else {
                continue;
            };
            if !seen.insert(other, ()) {
                continue;
            }
            let message = format!("`{name}` is {}, but was {}", show(self, other), show(self, first));
            let related = Some((first_at, Arc::clone(&says)));
            if let Some(hit) = self.push(RuleId::CallFieldConflict, message, step.position, related) {
                hit.field = index.map(|index| shared_fields(step)[index]);
            }
        }
    }

    /// Too many callers, too many users, or more users than `TotalNum`.
    fn callers_and_users(&mut self) {
        let timeline = self.timeline;
        let mut first: SmallMap<TextId, Position> = SmallMap::default();
        let mut other_callers: Vec<(TextId, Position)> = Vec::new();
        let mut named: SmallMap<TextId, ()> = SmallMap::default();
        let mut caller: Option<(TextId, Position)> = None;
        for step in timeline.originals().filter(|step| step.happening != Happening::Nothing) {
            let Some(user) = step.user.known() else {
                continue;
            };
            first.insert(user, step.position);
            if step.is_callers() {
                let (known, _) = *caller.get_or_insert((user, step.position));
                if known != user && named.insert(user, ()) {
                    other_callers.push((user, step.position));
                }
            }
        }
        let says = caller
            .map(|(first, at)| (at, Arc::<str>::from(format!("the first caller is `{}`", self.text(first)))));
        for (user, at) in &other_callers {
            let message = format!("`{}` is a second caller", self.text(*user));
            self.push(RuleId::CallTwoCallers, message, *at, says.clone());
        }
        if self.outcome.call_type == Some(CallType::Single) {
            // How many there are does not depend on whose callbacks come first.
            let others: Vec<_> = first.iter().filter(|(user, _)| !named.contains(*user)).collect();
            let says = others.get(1).map(|(second, at)| {
                (*at, Arc::<str>::from(format!("the second user is `{}`", self.text(*second))))
            });
            for (user, at) in others.into_iter().skip(2) {
                let message = format!("`{}` is one user too many for a `single` call", self.text(*user));
                self.push(RuleId::CallTooManyUsers, message, *at, says.clone());
                named.insert(*user, ());
            }
        }
        if named.is_empty() {
            self.total_num(first.len());
        }
    }

    /// A callback of v4 and one of an older family: the first of each.
    fn mixed_families(&mut self) {
        let first = |is_v4: bool| {
            let mut steps = self.timeline.originals();
            let step = steps.find(|step| (step.family == Family::V4) == is_v4)?;
            Some((step.position, format!("a callback of the `{}` family is here", step.family.as_str())))
        };
        if let (Some(older), Some(v4)) = (first(false), first(true)) {
            let message = "callbacks of `v4` and of an older family in one call".to_owned();
            self.push_pair(RuleId::CallMixedFamilies, message, older, v4);
        }
    }

    fn total_num(&mut self, users: usize) {
        let sound = self.timeline.originals().filter(|step| !step.faulty.total_num);
        let Some(greatest) = sound.filter_map(Step::total_num).max() else {
            return;
        };
        if greatest < users as i64 {
            let message = format!("`TotalNum` is at most {greatest}, but {users} users take part");
            self.push_at_last(RuleId::CallFieldConflict, message);
        }
    }
}

/// Room, type and media of a call, as a callback names them.
fn shared_fields(step: &Step) -> [CallField; 3] {
    use CallField::{
        CallType, InfoCallType, InfoMediaType, InfoRoomId, MediaType, RecordCallType, RecordMediaType,
        RecordRoomId, RoomId,
    };
    match step.command {
        None => [RoomId, CallType, MediaType],
        Some(V4Command::EndCall) => [RecordRoomId, RecordCallType, RecordMediaType],
        Some(_) => [InfoRoomId, InfoCallType, InfoMediaType],
    }
}
