//! The callbacks of one call in input order.

use std::borrow::Cow;

use super::copies::{mark_duplicates, set_aside};
use super::step::{Step, step, take_v4_roles};
use crate::calls::store::interner::{Interner, TextId};
use crate::calls::store::position::Position;
use crate::calls::store::problems::Problems;
use crate::calls::store::table::{CallIndex, CallTable};
use crate::spec::Family;

/// Steps that there is room for from the beginning: as many as most calls have.
const USUAL_STEPS: usize = 8;

/// The steps of one call.
#[derive(Debug)]
pub struct Timeline<'t> {
    /// The call.
    pub index: CallIndex,
    /// Its id.
    pub call_id: Cow<'t, str>,
    /// Its steps, in input order.
    pub steps: Vec<Step>,
    /// Findings on the records of its callbacks.
    pub problems: Problems,
    /// True if any callback was redelivered.
    pub has_duplicates: bool,
    /// Where the callbacks are that were captured twice: there are no steps of them, and they count nowhere.
    pub set_aside: Vec<Position>,
    texts: &'t Interner,
}

impl<'t> Timeline<'t> {
    /// The timeline of a call of the table.
    pub fn of(table: &'t CallTable, index: CallIndex) -> Self {
        let mut steps: Vec<Step> = Vec::with_capacity(USUAL_STEPS);
        steps.extend(table.stored_steps(index).map(|kept| step(&kept)));
        // Most calls come in order already. The sort is stable, so that the steps of one callback stay in theirs.
        if !steps.is_sorted_by_key(|step| step.position) {
            steps.sort_by_key(|step| step.position);
        }
        if steps.iter().any(|step| step.family == Family::V4) {
            take_v4_roles(&mut steps);
        }
        let twice = table.captured_twice();
        let set_aside = if twice.is_empty() { Vec::new() } else { set_aside(&mut steps, twice) };
        let has_duplicates = mark_duplicates(&mut steps);
        let (call_id, texts) = (table.call_id(index), table.texts(index));
        let problems = table.problems(index);
        let mut timeline = Self { index, call_id, steps, problems, has_duplicates, set_aside, texts };
        timeline.forget_problems(table);
        timeline
    }

    /// Takes away the findings on records that are set aside.
    fn forget_problems(&mut self, table: &CallTable) {
        if self.set_aside.is_empty() || self.problems == Problems::default() {
            return;
        }
        for (position, problems) in table.record_problems(self.index) {
            if self.set_aside.binary_search(&position).is_ok() {
                self.problems.remove(problems);
            }
        }
    }

    /// A text that a step names.
    pub fn text(&self, id: TextId) -> Option<&'t str> {
        self.texts.get(id)
    }

    /// The callbacks, by their first step.
    pub fn callbacks(&self) -> impl DoubleEndedIterator<Item = &Step> {
        self.steps.iter().filter(|step| step.head)
    }

    /// The steps of callbacks that are not duplicates.
    pub fn originals(&self) -> impl DoubleEndedIterator<Item = &Step> + Clone {
        self.steps.iter().filter(|step| step.original.is_none())
    }
}
