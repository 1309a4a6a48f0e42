//! What is counted over calls and over the whole input.
//!
//! Comes in: outcomes of calls, records and callbacks as they are read. Goes out: a [`Summary`] and [`Totals`], both of
//! which merge in any order. Must not: format.

pub(in crate::calls) mod capture_spans;
pub(in crate::calls) mod captures;
pub(in crate::calls) mod concurrency;
pub(in crate::calls) mod days;
pub(in crate::calls) mod groups;
pub(in crate::calls) mod histogram;
pub(in crate::calls) mod source_facts;
pub(in crate::calls) mod summary;
pub(in crate::calls) mod totals;

pub use captures::{CopyTally, PairTally};
pub use groups::{GroupFacts, GroupKey, GroupName, generation, group_names, without_gaps};
pub use histogram::{Distribution, Histogram};
pub use source_facts::{NotedNames, SourceFacts};
pub use summary::{ClassName, Figures, Summary};
pub use totals::Totals;
