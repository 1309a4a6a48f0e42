//! What the callbacks of a call have to agree on: the call itself, its callers and its users, and their families; and
//! duplicates, which say the same.

use std::hash::Hash;
use std::sync::Arc;

use super::course::Course;
use super::hit::CallField;
use super::judge::{CallRule, Judge};
use crate::calls::{Happening, Outcome, Position, SmallMap, Step, TextId};
use crate::spec::{CallType, Family, RuleId, Timestamp, Word};

pub(super) const RULES: &[CallRule] = &[
    CallRule::new(|judge| judge.duplicates()).only_if(|course| course.occurs.has_duplicates),
    CallRule::new(|judge| judge.field_conflicts()).only_if(|course| course.occurs.fields_differ),
    CallRule::new(|judge| judge.callers_and_users()).only_if(may_have_too_many),
    CallRule::new(|judge| judge.mixed_families()).only_if(|course| course.outcome.families.are_mixed()),
];

/// Two callers, more than two users of a single call, or more users than the greatest valid `TotalNum`.
fn may_have_too_many(course: &Course<'_>) -> bool {
    let Outcome { participants, call_type, total_num, .. } = *course.outcome;
    course.occurs.has_two_callers
        || (call_type == Some(CallType::Single) && participants > 2)
        || total_num.is_some_and(|total| total < participants as i64)
        // The greatest of all is then perhaps not the greatest that counts.
        || course.occurs.has_faulty_total
        || course.occurs.has_duplicates
}

/// Where a user is first, and when.
struct Sighting {
    at: Position,
    time: Option<Timestamp>,
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
        let word = |text: &str| format!("`{text}`");
        self.field_conflict("sdkappid", None, Step::sdkappid, |_, id| id.to_string());
        self.field_conflict("RoomId", Some(0), Step::room_id, |judge, id| word(&judge.text(id)));
        self.field_conflict("CallType", Some(1), Step::call_type, |_, kind| word(kind.as_str()));
        self.field_conflict("MediaType", Some(2), Step::media_type, |_, kind| word(kind.as_str()));
    }

    /// Each value of a field that differs from the first, once; `index` is that of the field among [`CallField::shared`],
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
                hit.field = index.map(|index| CallField::shared(step.command)[index]);
            }
        }
    }

    /// Too many callers, too many users, or more users than `TotalNum`.
    fn callers_and_users(&mut self) {
        let timeline = self.timeline;
        let (mut users, mut callers): (SmallMap<TextId, Sighting>, SmallMap<TextId, Sighting>) =
            Default::default();
        for step in timeline.originals().filter(|step| step.happening != Happening::Nothing) {
            let Some(user) = step.user.known() else {
                continue;
            };
            let see = |seen: &mut SmallMap<TextId, Sighting>| {
                let new = || Sighting { at: step.position, time: step.time };
                let seen = seen.or_insert_with(user, new);
                seen.time = seen.time.into_iter().chain(step.time).min();
            };
            see(&mut users);
            if step.is_callers() {
                see(&mut callers);
            }
        }
        let mut named: SmallMap<TextId, ()> = SmallMap::default();
        let callers = self.by_time(&callers, &named);
        if let Some(((first, at), others)) = callers.split_first() {
            let says: Arc<str> = format!("the first caller is `{}`", self.text(*first)).into();
            for (user, second) in others {
                let message = format!("`{}` is a second caller", self.text(*user));
                self.push(RuleId::CallTwoCallers, message, *second, Some((*at, Arc::clone(&says))));
                named.insert(*user, ());
            }
        }
        if self.outcome.call_type == Some(CallType::Single) {
            let others = self.by_time(&users, &named);
            let says = others.get(1).map(|(second, at)| {
                (*at, Arc::<str>::from(format!("the second user is `{}`", self.text(*second))))
            });
            for (user, at) in others.into_iter().skip(2) {
                let message = format!("`{}` is one user too many for a `single` call", self.text(user));
                self.push(RuleId::CallTooManyUsers, message, at, says.clone());
                named.insert(user, ());
            }
        }
        if named.is_empty() {
            self.total_num(users.len());
        }
    }

    /// Users who are not among those `left_out`, with their first places: by when they first act, then by name, so that
    /// who is first does not depend on whose callbacks are.
    fn by_time(
        &self,
        users: &SmallMap<TextId, Sighting>,
        left_out: &SmallMap<TextId, ()>,
    ) -> Vec<(TextId, Position)> {
        let mut users: Vec<_> = users.iter().filter(|(user, _)| !left_out.contains(*user)).collect();
        if users.len() > 1 {
            users.sort_by_cached_key(|(user, seen)| {
                (seen.time.is_none(), seen.time, self.timeline.text(*user).map(str::to_owned))
            });
        }
        users.into_iter().map(|(user, seen)| (*user, seen.at)).collect()
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
