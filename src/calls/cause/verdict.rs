//! The verdict on one call.

use smallvec::SmallVec;

use super::case::Case;
use super::certainty::Certainty;
use super::clocks::ClockBounds;
use super::context::LogContext;
use super::contributing::contributing;
use super::main_cause::main_cause;
use crate::calls::model::outcome::Outcome;
use crate::calls::model::timeline::Timeline;
use crate::calls::store::position::Position;
use crate::spec::{CallResult, Cause, Role};

/// Why a call ended as it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The main cause.
    pub cause: Cause,
    /// How sure that is.
    pub certainty: Certainty,
    /// What else it may be, if nobody can tell.
    pub alternative: Option<Cause>,
    /// The causes that contribute, in the order of [`Cause`].
    pub contributing: SmallVec<[Cause; 4]>,
    /// How long it took, in seconds: from the ringing to the decline, from the start to the cancel, from the answer
    /// to the end, and the like; none if that is unknown.
    pub seconds: Option<u32>,
    /// The side that reports the main cause, if one does and the other need not.
    pub reported_by: Option<Role>,
    /// How the call ended for the other side, if it says.
    pub other_end: Option<CallResult>,
    /// How the callee's clock differs from the caller's.
    pub clocks: ClockBounds,
    /// The callbacks that decide the main cause, in input order.
    pub deciding: SmallVec<[Position; 4]>,
}

/// Works out why a call ended as it did.
pub fn verdict(timeline: &Timeline<'_>, outcome: &Outcome, log: &LogContext) -> Verdict {
    let case = Case::new(timeline, outcome, log);
    let mut main = main_cause(&case);
    // A side whose ending is missing might report something else. Of a failed call only the caller reports the end.
    let told = case.is_told_in_full() || matches!(main.cause, Cause::NotPlaced | Cause::FailedAfterRing);
    if main.certainty == Certainty::Certain && !told {
        main.certainty = Certainty::Likely;
    }
    let mut deciding = main.deciding;
    deciding.extend(case.facts.recorded.map(|record| record.sight.at));
    deciding.sort_unstable();
    deciding.dedup();
    let mut contributing = contributing(&case);
    contributing.retain(|cause| *cause != main.cause);
    // The record of v4 stands for the caller's side.
    let disagreeing =
        (main.cause == Cause::SidesDisagree && case.facts.recorded.is_some()).then_some(Role::Caller);
    Verdict {
        cause: main.cause,
        certainty: main.certainty,
        alternative: main.alternative,
        contributing,
        seconds: main.seconds,
        reported_by: main.reported_by,
        other_end: main
            .reported_by
            .or(disagreeing)
            .and_then(|role| case.facts.ending(role.other()).map(|ending| ending.result)),
        clocks: case.clocks,
        deciding,
    }
}
