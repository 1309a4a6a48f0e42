//! A call as it is read and judged: its steps in order, its outcome, its participants, and which calls are chosen.
//!
//! Comes in: a table of calls. Goes out: a [`Timeline`], an [`Outcome`], [`Participant`]s. Must not: count over calls.

pub(in crate::calls) mod copies;
pub(in crate::calls) mod deliveries;
pub(in crate::calls) mod event;
pub(in crate::calls) mod families;
pub(in crate::calls) mod occurrences;
pub(in crate::calls) mod offers;
pub(in crate::calls) mod outcome;
pub(in crate::calls) mod participant;
pub(in crate::calls) mod results;
pub(in crate::calls) mod step;
pub(in crate::calls) mod step_traits;
pub(in crate::calls) mod timeline;
pub(in crate::calls) mod usual;

pub use deliveries::{CallbackDeliveries, deliveries, last_capture};
pub use event::StepName;
pub use families::Families;
pub use occurrences::Occurrences;
pub use outcome::{Outcome, Times, outcome};
pub use participant::{Participant, participants};
pub use step::{Happening, Step};
pub use timeline::Timeline;
pub use usual::UsualCall;
