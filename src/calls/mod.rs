//! Callbacks → calls: grouping by `CallId`, the order of events, outcomes and participants, summary figures.
//!
//! Comes in: decoded callbacks with their [`Position`], in any order and from any number of threads, into a
//! [`TableBuilder`]. Goes out: for each call a [`Timeline`] and its [`Outcome`]; over calls a mergeable
//! [`Summary`]. Must not: depend on the order in which callbacks came in, print, or know files.
//!
//! Memory grows with calls and callbacks, not with their text: a callback is kept as one entry of numbers, and
//! every id is kept once.

mod cause;
mod chance;
mod counts;
mod difference;
mod figures;
mod filter;
mod model;
mod store;

pub use cause::{
    ActiveUsers, CalleeVerdict, CauseCounts, Causes, Certainty, ClockBounds, Concentration, Incident,
    LogContext, OverTime, TimedCall, UsersInPart, Verdict, Where, callee_verdicts, missing, verdict,
};
pub use difference::{COMPARED, Changes, ShareChange, SideCall, SideCounts, changes};
pub use figures::{
    ClassName, CopyTally, Distribution, Figures, GroupFacts, GroupKey, GroupName, Histogram, NotedNames,
    PairTally, SourceFacts, Summary, Totals, generation, group_names, without_gaps,
};
pub use filter::{Filter, SecondsRange, is_failed};
pub use model::{
    CallbackDeliveries, Families, Happening, Occurrences, Outcome, Participant, Step, StepName, Timeline,
    Times, UsualCall, deliveries, last_capture, outcome, participants,
};
pub use store::{
    Batch, CallIndex, CallTable, CapturedTwice, Interner, Overflow, Position, Problems, SelfCopies, SmallMap,
    SourcePair, TableBuilder, TextId, packed_id, packing,
};
