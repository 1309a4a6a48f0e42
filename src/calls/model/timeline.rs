//! The callbacks of one call in input order.

use super::copies::{mark_duplicates, set_aside};
use super::step::{Step, step, take_v4_roles};
use crate::calls::store::interner::{Interner, TextId};
use crate::calls::store::position::Position;
use crate::calls::store::problems::Problems;
use crate::calls::store::table::{CallIndex, CallTable};
use crate::spec::Family;

/// The steps of one call.
#[derive(Debug)]
pub struct Timeline<'t> {
    /// The call.
    pub index: CallIndex,
    /// Its id.
    pub call_id: &'t str,
    /// Its steps, in input order.
    pub steps: Vec<Step>,
    /// Findings on the records of its callbacks.
    pub problems: Problems,
    /// True if all its callbacks agree on its application, type, media, room and size. (False says nothing.)
    pub is_alike: bool,
    /// True if any callback was redelivered.
    pub has_duplicates: bool,
    /// Where the callbacks are that were captured twice: there are no steps of them, and they count nowhere.
    pub set_aside: Vec<Position>,
    texts: &'t Interner,
}

impl<'t> Timeline<'t> {
    /// The timeline of a call of the table.
    pub fn of(table: &'t CallTable, index: CallIndex) -> Self {
        let mut timeline = Self {
            index,
            call_id: "",
            steps: Vec::new(),
            problems: Problems::default(),
            is_alike: false,
            has_duplicates: false,
            set_aside: Vec::new(),
            texts: table.texts(index),
        };
        timeline.read(table, index);
        timeline
    }

    /// Turns it into the timeline of another call of the table, in the same memory.
    pub fn read(&mut self, table: &'t CallTable, index: CallIndex) {
        self.index = index;
        self.call_id = table.call_id(index);
        self.problems = table.problems(index);
        self.is_alike = table.is_alike(index);
        self.texts = table.texts(index);
        self.steps.clear();
        for kept in table.stored_steps(index) {
            self.steps.push(step(&kept));
        }
        // Most calls come in order already. The sort is stable, so that the steps of one callback stay in theirs.
        if !self.steps.is_sorted_by_key(|step| step.position) {
            self.steps.sort_by_key(|step| step.position);
        }
        if self.steps.iter().any(|step| step.family == Family::V4) {
            take_v4_roles(&mut self.steps);
        }
        self.set_aside.clear();
        if !table.captured_twice().is_empty() {
            self.set_aside = set_aside(&mut self.steps, table.captured_twice());
            self.forget_problems(table);
        }
        self.has_duplicates = mark_duplicates(&mut self.steps);
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

    /// The position of its first callback in the input.
    pub fn first_position(&self) -> Position {
        let first = self.steps.first().map(|step| step.position);
        first.into_iter().chain(self.set_aside.first().copied()).min().unwrap_or_default()
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
