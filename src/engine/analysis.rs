//! What an input holds, once everything is read, and a pass over its calls.

use std::collections::BinaryHeap;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::memory::Memory;
use super::ordered_pool::in_order;
use super::overflowed::{Overflowed, PARTS};
use crate::calls::{
    ActiveUsers, CallIndex, CallTable, CapturedTwice, LogContext, Overflow, Position, TableBuilder, Timeline,
    Totals,
};
use crate::rules::InputFacts;
use crate::spill::SpillError;

/// Gathers the calls of an input.
#[derive(Debug)]
pub struct Gatherer {
    table: TableBuilder,
    overflowed: Arc<Overflowed>,
    memory: Memory,
}

impl Gatherer {
    /// Without calls, to be filled by that many threads.
    /// `keeps_captures` says that it may have to be decided what was captured twice.
    pub fn new(memory: Memory, threads: usize, keeps_captures: bool) -> Self {
        let overflowed = Arc::new(Overflowed::new(memory.of_table().unwrap_or(usize::MAX)));
        let overflow: Arc<dyn Overflow> = Arc::<Overflowed>::clone(&overflowed);
        let table = match memory.of_table() {
            None => TableBuilder::new(threads),
            Some(most) => TableBuilder::bounded(threads, most, overflow),
        };
        Self { table: table.keeping_captures(keeps_captures), overflowed, memory }
    }

    /// Where the callbacks go.
    pub fn table(&self) -> &TableBuilder {
        &self.table
    }

    /// Says whether all is well.
    ///
    /// # Errors
    /// Returns an error if calls that do not fit in memory could not be kept.
    pub fn check(&self) -> Result<(), SpillError> {
        self.overflowed.check()
    }

    /// What was read, with these totals.
    ///
    /// # Errors
    /// Returns an error if calls that do not fit in memory could not be kept.
    pub fn finish(self, totals: Totals) -> Result<Analysis, SpillError> {
        let table = self.table.finish();
        self.overflowed.check()?;
        let overflowed = Some(self.overflowed).filter(|overflowed| overflowed.is_used());
        let captured_twice = Arc::default();
        Ok(Analysis { table, totals, overflowed, captured_twice, active_users: None, memory: self.memory })
    }
}

/// What an input holds.
#[derive(Debug, Default)]
pub struct Analysis {
    /// The calls; if they do not fit in memory, those that were last found with [`Analysis::find`].
    pub table: CallTable,
    /// Everything else that is counted.
    pub totals: Totals,
    /// All calls, if they do not fit in memory.
    overflowed: Option<Arc<Overflowed>>,
    /// What of it was captured twice.
    captured_twice: Arc<CapturedTwice>,
    /// The users that do something, if the calls are only a part of those of the log.
    active_users: Option<ActiveUsers>,
    memory: Memory,
}

impl Analysis {
    /// Calls of a log, of all of which these are the totals and the users.
    pub fn of_part(table: CallTable, totals: Totals, users: ActiveUsers) -> Self {
        Self { table, totals, active_users: Some(users), ..Self::default() }
    }

    /// What the rules on calls need to know of the whole input.
    pub(super) fn facts(&self) -> InputFacts {
        InputFacts { rang: self.totals.rang }
    }

    /// How much memory may be used.
    pub fn memory(&self) -> Memory {
        self.memory
    }

    /// What of the input was captured twice; nothing as long as that is not decided.
    pub fn captured_twice(&self) -> &Arc<CapturedTwice> {
        &self.captured_twice
    }

    /// Says what of the input was captured twice, for every call that is read from now on.
    pub fn set_captured_twice(&mut self, captured_twice: CapturedTwice) {
        self.captured_twice = Arc::new(captured_twice);
        self.table.set_captured_twice(Arc::clone(&self.captured_twice));
    }

    /// True if calls are not in [`Analysis::table`].
    pub(super) fn has_overflowed(&self) -> bool {
        self.overflowed.is_some()
    }

    /// What the log as a whole says that bears on single calls.
    ///
    /// # Errors
    /// Returns an error if calls that are kept outside of memory cannot be read.
    pub fn log(&self, threads: usize) -> Result<LogContext, SpillError> {
        let users = match &self.active_users {
            Some(users) => users.clone(),
            None => self.active_users(ActiveUsers::default(), threads)?,
        };
        Ok(self.totals.log_context(users))
    }

    /// The users that do something in any of these calls, and what the calls show together; `empty` is a set without
    /// users.
    ///
    /// # Errors
    /// Returns an error if calls that are kept outside of memory cannot be read.
    fn active_users(&self, empty: ActiveUsers, threads: usize) -> Result<ActiveUsers, SpillError> {
        let mut whole = self.acting_users(empty, threads)?;
        if whole.wants_engagements() {
            let engagements = self.engagements(&whole, threads)?;
            whole.merge(engagements);
        }
        Ok(whole)
    }

    /// The same, but for when those that are asked about were in calls.
    ///
    /// # Errors
    /// Returns an error if calls that are kept outside of memory cannot be read.
    pub fn acting_users(&self, empty: ActiveUsers, threads: usize) -> Result<ActiveUsers, SpillError> {
        let add = |active: &mut ActiveUsers, _: &CallTable, timeline: &Timeline<'_>| active.add(timeline);
        let parts = self.each_call(threads, || empty.clone(), add)?;
        let mut whole = empty;
        parts.into_iter().for_each(|part| whole.merge(part));
        Ok(whole)
    }

    /// When the users that `users` asks about were in these calls.
    ///
    /// # Errors
    /// Returns an error if calls that are kept outside of memory cannot be read.
    pub fn engagements(&self, users: &ActiveUsers, threads: usize) -> Result<ActiveUsers, SpillError> {
        let add = |active: &mut ActiveUsers, _: &CallTable, timeline: &Timeline<'_>| {
            active.add_engagements(timeline)
        };
        let parts = self.each_call(threads, || users.for_engagements(), add)?;
        let mut whole = users.for_engagements();
        parts.into_iter().for_each(|part| whole.merge(part));
        Ok(whole)
    }

    /// Says which users do something in any call of the log, of which these calls are a part.
    pub fn set_active_users(&mut self, users: ActiveUsers) {
        self.active_users = Some(users);
    }

    /// Shows every call to `see`, with the table that it stands in, on several threads, each with a state of its own
    /// made by `state`; in no order. Returns the states.
    ///
    /// # Errors
    /// Returns an error if calls that are kept outside of memory cannot be read.
    pub fn each_call<S: Send>(
        &self,
        threads: usize,
        state: impl Fn() -> S + Sync,
        see: impl Fn(&mut S, &CallTable, &Timeline<'_>) + Sync,
    ) -> Result<Vec<S>, SpillError> {
        self.each_call_until(&AtomicBool::new(false), threads, state, see)
    }

    /// The same, until `stop` says that enough calls have been seen.
    ///
    /// # Errors
    /// As for [`Analysis::each_call`].
    pub(super) fn each_call_until<S: Send>(
        &self,
        stop: &AtomicBool,
        threads: usize,
        state: impl Fn() -> S + Sync,
        see: impl Fn(&mut S, &CallTable, &Timeline<'_>) + Sync,
    ) -> Result<Vec<S>, SpillError> {
        let see = |state: &mut S, table: &CallTable, index: CallIndex| {
            see(state, table, &Timeline::of(table, index));
        };
        self.each_index_until(stop, threads, state, see)
    }

    /// The same with the ids of calls alone.
    ///
    /// # Errors
    /// As for [`Analysis::each_call`].
    pub fn each_id<S: Send>(
        &self,
        threads: usize,
        state: impl Fn() -> S + Sync,
        see: impl Fn(&mut S, &str) + Sync,
    ) -> Result<Vec<S>, SpillError> {
        self.each_index(threads, state, |state, table, index| see(state, &table.call_id(index)))
    }

    /// The same without timelines, for what does well without those of most calls.
    ///
    /// # Errors
    /// As for [`Analysis::each_call`].
    pub(super) fn each_index<S: Send>(
        &self,
        threads: usize,
        state: impl Fn() -> S + Sync,
        see: impl Fn(&mut S, &CallTable, CallIndex) + Sync,
    ) -> Result<Vec<S>, SpillError> {
        self.each_index_until(&AtomicBool::new(false), threads, state, see)
    }

    fn each_index_until<S: Send>(
        &self,
        stop: &AtomicBool,
        threads: usize,
        state: impl Fn() -> S + Sync,
        see: impl Fn(&mut S, &CallTable, CallIndex) + Sync,
    ) -> Result<Vec<S>, SpillError> {
        let Some(calls) = &self.overflowed else {
            let (table, calls) = (&self.table, self.table.indexes().collect::<Vec<CallIndex>>());
            let see = |state: &mut S, index: CallIndex, (): &mut ()| see(state, table, index);
            return each_in_table(&calls, threads, stop, state, see, |()| Ok(()));
        };
        let most = self.memory.of_table().unwrap_or(usize::MAX) / threads;
        let mut parts = 0..PARTS;
        let next = |part: &mut usize| parts.next().inspect(|next| *part = *next).is_some();
        let work = |state: &mut S, part: &usize, failed: &mut Option<SpillError>| {
            let mut see = |table: &CallTable, index: CallIndex| see(state, table, index);
            *failed = calls.each(*part, most, &self.captured_twice, &mut see).err();
        };
        in_order(threads, next, state, work, |failed| failed.take().map_or(Ok(until(stop)), Err))
    }

    /// Finds calls: the first `most` in the order of the input that `chooses` chooses, which [`Analysis::table`] has
    /// from then on, and how many more it would.
    ///
    /// # Errors
    /// Returns an error if calls that are kept outside of memory cannot be read.
    pub fn find(
        &mut self,
        threads: usize,
        most: usize,
        chooses: impl Fn(&CallTable, CallIndex) -> bool + Sync,
    ) -> Result<(Vec<CallIndex>, u64), SpillError> {
        let packs = self.has_overflowed();
        let look = |found: &mut FirstCalls, table: &CallTable, index: CallIndex| {
            if chooses(table, index) {
                found.add(table, index, packs, most);
            }
        };
        let states = self.each_index(threads, FirstCalls::default, look)?;
        let count: u64 = states.iter().map(|found| found.count).sum();
        let mut first: Vec<_> = states.into_iter().flat_map(|found| found.first).collect();
        first.sort_unstable();
        first.truncate(most);
        let left_out = count - first.len() as u64;
        if !packs {
            return Ok((first.into_iter().map(|(_, index, _)| index).collect(), left_out));
        }
        let builder = TableBuilder::new(1);
        if !first.iter().all(|(_, _, packed)| builder.add_packed(packed)) {
            return Err(SpillError::damaged());
        }
        self.table = builder.finish();
        self.table.set_captured_twice(Arc::clone(&self.captured_twice));
        Ok((self.table.in_input_order(), left_out))
    }
}

/// Shows these calls of a table to `see`, on several threads, each with a state of its own and with what is made of a run of
/// them, which goes to `sink` in their order, until `stop` says that enough calls have been seen. Returns the states.
///
/// # Errors
/// The first error of `sink`.
pub(super) fn each_in_table<S: Send, O: Default + Send, E>(
    calls: &[CallIndex],
    threads: usize,
    stop: &AtomicBool,
    state: impl Fn() -> S + Sync,
    see: impl Fn(&mut S, CallIndex, &mut O) + Sync,
    mut sink: impl FnMut(&mut O) -> Result<(), E>,
) -> Result<Vec<S>, E> {
    let mut done = 0;
    let next = |run: &mut Range<usize>| {
        *run = done..(done + CALLS_AT_ONCE).min(calls.len());
        done = run.end;
        run.start < run.end
    };
    in_order(
        threads,
        next,
        state,
        |state, run, output| {
            for index in calls[run.clone()].iter().take_while(|_| !stop.load(Ordering::Relaxed)) {
                see(state, *index, output);
            }
        },
        |output| sink(output).map(|()| until(stop)),
    )
}

/// Breaks off once that is asked for.
fn until(stop: &AtomicBool) -> ControlFlow<()> {
    if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

/// Calls that were found by one thread.
#[derive(Debug, Default)]
struct FirstCalls {
    /// The positions of the first of them, the last one at the top; with their index, or packed.
    first: BinaryHeap<(Position, CallIndex, Vec<u8>)>,
    count: u64,
}

impl FirstCalls {
    fn add(&mut self, table: &CallTable, index: CallIndex, packs: bool, most: usize) {
        self.count += 1;
        let position = table.first_position(index);
        if self.first.len() >= most && self.first.peek().is_none_or(|(last, _, _)| *last < position) {
            return;
        }
        let mut packed = Vec::new();
        if packs {
            table.pack(index, &mut packed);
        }
        self.first.push((position, index, packed));
        if self.first.len() > most {
            self.first.pop();
        }
    }
}

/// Calls that one thread works on at once.
const CALLS_AT_ONCE: usize = 2048;
