//! What the inputs turned out to hold: said before anything else, and fatal if it is nothing.
//!
//! Comes in: the totals of everything that was read. Goes out: notes on standard error, and the error
//! that ends a command without output. Must not: read.

use anyhow::bail;

use super::inputs::Inputs;
use super::status::Status;
use crate::calls::{SourceFacts, Totals};
use crate::report::counted;
use crate::rules::appearance;
use crate::source::help_for;
use crate::spec::{Finding, RuleId};

/// Inputs without callbacks, and inputs that were captured twice, that are described one by one.
const DESCRIBED: usize = 5;

impl Inputs {
    /// The findings on sources, in their order; they are given once.
    pub fn take_source_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.judged.findings)
    }

    /// Says how much of the input was understood, and what else one has to know of it before any figure.
    ///
    /// # Errors
    /// Returns an error if nothing in the input has to do with callbacks, so that nothing should be printed.
    pub fn report_reading(&self, totals: &Totals) -> anyhow::Result<()> {
        self.check_contents(totals)?;
        self.say_damage(totals);
        Ok(())
    }

    /// The same without the number of findings.
    ///
    /// # Errors
    /// As for [`Inputs::report_reading`].
    pub fn check_contents(&self, totals: &Totals) -> anyhow::Result<()> {
        if self.holds_nothing() {
            bail!("{}", self.nothing_text(totals));
        }
        self.say_understood(totals);
        self.say_captured_twice();
        self.say_notes(totals);
        Ok(())
    }

    /// The same for a table that accounts for every byte, whatever the input is.
    pub fn say_reading(&self, totals: &Totals) {
        match self.check_contents(totals) {
            Ok(()) => self.say_damage(totals),
            Err(error) => self.terminal.error(&error.to_string()),
        }
    }

    /// What the input is instead of a log. Of several inputs each is a note of its own.
    fn nothing_text(&self, totals: &Totals) -> String {
        let names = self.sources.source_names();
        let described = |source: &usize| {
            let looks = appearance(totals.sources.get(source).unwrap_or(&SourceFacts::default()));
            names.with(|name| {
                let name = name(*source);
                let help = looks.help.map_or_else(String::new, |help| format!("; {}", help_for(&help, name)));
                format!("no callback in `{name}`: {}{help}", looks.what)
            })
        };
        let sources: Vec<usize> =
            totals.sources.iter().filter(|(_, it)| !it.is_empty()).map(|(index, _)| *index).collect();
        if let [only] = &sources[..] {
            return described(only);
        }
        sources.iter().take(DESCRIBED).for_each(|source| self.terminal.note(&described(source)));
        format!("none of {} holds a callback", counted(sources.len() as u64, "input"))
    }

    fn say_captured_twice(&self) {
        let findings = self.judged.findings.iter().filter(|it| it.rule == RuleId::InputCapturedTwice);
        let all = findings.clone().count();
        self.sources.source_names().with(|name| {
            findings.take(DESCRIBED).for_each(|finding| {
                self.terminal.note(&format!("`{}`: {}", name(finding.place.source), finding.message));
            });
        });
        if all > DESCRIBED {
            let more = counted((all - DESCRIBED) as u64, "more pair");
            self.terminal
                .note(&format!("captured twice: {more} of inputs, which `callkit-tool validate` lists"));
        }
    }

    fn say_understood(&self, totals: &Totals) {
        let missed: u64 = totals.sources.values().map(|facts| facts.misses.count).sum();
        let skipped: u64 = totals.sources.values().map(|facts| facts.skipped_records).sum();
        let all = totals.records + skipped;
        if missed > 0 {
            self.terminal.note(&format!(
                "understood {} of the {} that hold JSON or a request",
                all - missed,
                counted(all, "record"),
            ));
        }
    }

    /// Says what there is to know of the input besides findings.
    pub fn say_notes(&self, totals: &Totals) {
        let sum = |count: fn(&SourceFacts) -> u64| totals.sources.values().map(count).sum::<u64>();
        let refused = sum(|facts| facts.refused.count);
        let is_unread = totals.sources.is_empty() && self.status() == Status::Incomplete;
        if is_unread {
            // What could not be read has been said.
        } else if totals.sources.values().all(SourceFacts::is_empty) {
            let only_header = totals.bytes > totals.blank_bytes;
            self.terminal.note(match only_header {
                true => "the input holds a header and no rows",
                false => "the input holds no records",
            });
        } else if totals.callbacks == 0 && refused == 0 && !self.judged.is_nothing {
            let others = "the input holds no callback, only requests of other products or without a body";
            self.terminal.note(others);
        }
        if refused > 0 {
            let (what, verb) = (counted(refused, "refused request"), if refused == 1 { "is" } else { "are" });
            self.terminal.note(&format!(
                "{what} {verb} passed over, since the receiver refused them; \
                 `validate --include-refused` reads them"
            ));
        }
        let local = sum(|facts| facts.local_times.count);
        if local > 0 && !self.has_log_zone {
            let what = counted(local, "time");
            self.terminal.note(&format!(
                "{what} of capture without a zone taken as UTC; `--log-tz` says which zone it is"
            ));
        }
    }
}
