//! The rows of the truth, kept until the log is written: calls end in another order than they begin, and what decides the
//! cause of one can stand in another.
//!
//! Comes in: each call whose last callback is written. Goes out: a CSV. Must not: know what the rows say.

use std::collections::HashMap;
use std::io::{self, Write};
use std::ops::Range;

use super::call::{CALLER, News, SentCallback, SimulatedCall};
use super::decided::{Decided, Stories};
use super::delivery::Cut;
use super::options::SimulateOptions;
use super::people::People;
use super::{planted, truth};

/// Calls in which someone has to be called and do nothing, to show that this person never reports.
const SEVERAL: u32 = 3;

/// A row: where its text stands.
struct TruthRow {
    /// The call's first record.
    first: u64,
    text: Range<usize>,
    /// The same if what decides it turns out to be in the log.
    decided: Option<(Decided, Range<usize>)>,
}

/// The truth of a run.
pub(super) struct TruthRows {
    text: csv::Writer<Vec<u8>>,
    /// True to tell causes too.
    causes: bool,
    stories: Stories,
    rows: Vec<TruthRow>,
    /// For each person, in how many calls of the log they act, and in how many they are called and do nothing.
    people: HashMap<u32, [u32; 2]>,
    /// True if the log has any change of members.
    members_change: bool,
}

impl TruthRows {
    /// Without any row.
    pub(super) fn new(causes: bool, stories: Stories) -> Self {
        let mut builder = csv::WriterBuilder::new();
        builder.terminator(csv::Terminator::Any(b'\n'));
        let text = builder.from_writer(Vec::new());
        Self { causes, text, stories, rows: Vec::new(), people: HashMap::new(), members_change: false }
    }

    /// Takes in who does something in a call, and who is called and does nothing: what was written of it.
    pub(super) fn see(&mut self, call: &SimulatedCall, written: &[usize]) {
        if !self.causes {
            return;
        }
        let reports = || written.iter().map(|index| &call.reports[*index]);
        let acts = |seat: u8| reports().any(|report| acts_in(report, seat));
        let called = reports().any(|report| matches!(report.news, News::Started { .. } | News::Ended { .. }));
        self.members_change |= reports().any(|report| matches!(report.news, News::Changed { .. }));
        for (seat, member) in (0..).zip(&call.cast) {
            let [active, idle] = self.people.entry(member.person).or_default();
            *active += u32::from(acts(seat));
            *idle += u32::from(seat != CALLER && called && !acts(seat));
        }
    }

    /// Adds the row of a call: the number of its first record, its callbacks as they were written, and what the log misses.
    pub(super) fn add(
        &mut self,
        options: &SimulateOptions,
        pool: &People,
        call: &SimulatedCall,
        (first, written, cut): (u64, &[usize], Cut),
    ) -> io::Result<()> {
        let Some(plant) = call.plant else {
            let text = self.write(options, pool, call, written, &[])?;
            self.rows.push(TruthRow { first, text, decided: None });
            return Ok(());
        };
        let user = |person: u32| pool.get(person).id.replace(';', "\\;");
        let (decided, mut cells) = planted::cells(call, plant, written, cut, &self.stories, user);
        let text = self.write(options, pool, call, written, &cells)?;
        true.to_string().clone_into(&mut cells[planted::DECIDED]);
        let decided = match decided {
            Decided::Yes | Decided::No => None,
            other => Some((other, self.write(options, pool, call, written, &cells)?)),
        };
        self.rows.push(TruthRow { first, text, decided });
        Ok(())
    }

    fn write(
        &mut self,
        options: &SimulateOptions,
        pool: &People,
        call: &SimulatedCall,
        written: &[usize],
        more: &[String],
    ) -> io::Result<Range<usize>> {
        let start = self.text.get_ref().len();
        truth::write_row(&mut self.text, options, pool, call, written, more)?;
        self.text.flush()?;
        Ok(start..self.text.get_ref().len())
    }

    /// Writes all rows, in the order of the calls' first records.
    pub(super) fn finish(mut self, out: &mut dyn Write) -> io::Result<()> {
        self.rows.sort_unstable_by_key(|row| row.first);
        writeln!(out, "{}{}", truth::COLUMNS, if self.causes { planted::COLUMNS } else { "" })?;
        let count = |person: u32| self.people.get(&person).copied().unwrap_or_default();
        let holds = |decided: Decided| match decided {
            Decided::Yes => true,
            Decided::No => false,
            Decided::IfActs(person) => self.members_change && count(person)[0] > 0,
            Decided::IfNeverActs(person) => {
                let [active, idle] = count(person);
                self.members_change && active == 0 && idle >= SEVERAL
            }
        };
        for row in &self.rows {
            let other = row.decided.as_ref().filter(|(decided, _)| holds(*decided));
            let place = other.map_or(&row.text, |(_, place)| place);
            out.write_all(&self.text.get_ref()[place.clone()])?;
        }
        out.flush()
    }
}

/// True if the callback says that the one in that seat did something.
fn acts_in(report: &SentCallback, seat: u8) -> bool {
    match &report.news {
        News::Changed { who, .. } => who.iter().any(|one| one == seat),
        News::Ended { .. } => false,
        _ => report.sender == seat,
    }
}
