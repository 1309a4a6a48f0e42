//! What a step counts as, in the few bytes that outcomes and rules ask for.
//!
//! Comes in: a [`Step`], or the bits of one that is packed. Goes out: its [`StepTraits`]. Must not: know other steps.

use std::sync::LazyLock;

use super::results::Results;
use super::step::{Happening, Step, step};
use crate::calls::store::capture_mark::CaptureMark;
use crate::calls::store::packed_step::{Actor, Stamps};
use crate::calls::store::position::Position;
use crate::calls::store::step_bits::{KINDS, StepBits};
use crate::calls::store::stored_step::StoredStep;
use crate::spec::{CallResult, Event, Family, Phase, Role, V4Command};

/// What a step counts as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::calls) struct StepTraits {
    pub family: Family,
    pub phase: Option<Phase>,
    pub role: Option<Role>,
    /// It counts as a callee's.
    pub is_callees: bool,
    /// Its user takes part in the call, and is not only listed.
    pub takes_part: bool,
    /// It starts the call.
    pub starts: bool,
    /// An `accept_call` of the event family.
    pub answers: bool,
    /// It joins the call midway.
    pub joins: bool,
    /// A v4 callback says that its user calls, or did something.
    pub calls: bool,
    pub changes: bool,
    /// Results that an end-phase callback of an older family names, that an end-phase event stands for, that a v4 record
    /// names.
    pub explicit: Results,
    pub implied: Results,
    pub recorded: Results,
}

/// The traits of each kind of step, without a result.
pub(in crate::calls) type KindTraits = [StepTraits; KINDS];

static OF_KINDS: LazyLock<Box<KindTraits>> = LazyLock::new(|| {
    let of_kind = |kind: usize| {
        let bits = u32::try_from(kind).ok().and_then(StepBits::of_plain);
        bits.map_or_else(StepTraits::default, StepTraits::of_bits)
    };
    Box::new(std::array::from_fn(of_kind))
});

impl StepTraits {
    /// Those of a step.
    pub(in crate::calls) fn of(step: &Step) -> Self {
        let happens = |happening| step.happening == happening;
        let traits = Self {
            family: step.family,
            phase: step.phase,
            role: step.role,
            is_callees: step.is_callees(),
            takes_part: !happens(Happening::Nothing),
            starts: happens(Happening::Event(Some(Event::StartCall)))
                || step.command == Some(V4Command::StartCall),
            answers: happens(Happening::Event(Some(Event::AcceptCall))) && step.phase.is_some(),
            joins: step.joins(),
            calls: happens(Happening::Calling),
            changes: matches!(step.happening, Happening::Action(_)),
            explicit: Results::default(),
            implied: Results::of(step.implied()),
            recorded: Results::default(),
        };
        traits.naming(step.result)
    }

    /// Those of each kind, by [`StepBits::kind`].
    pub(in crate::calls) fn of_kinds() -> &'static KindTraits {
        &OF_KINDS
    }

    fn of_bits(bits: StepBits) -> Self {
        Self::of(&step(&StoredStep {
            position: Position::new(0, 0),
            words: bits.words(),
            time: 0,
            millis: 0,
            capture: CaptureMark::default(),
            actor: Actor::NOBODY,
            facts: None,
            stamps: Stamps::default(),
        }))
    }

    /// The same of a callback that names a result.
    #[inline]
    pub(in crate::calls) fn naming(self, result: Option<CallResult>) -> Self {
        let named = Results::of(result);
        match (self.family, self.phase) {
            (Family::V4, _) => Self { recorded: named, ..self },
            (_, Some(Phase::End)) => Self { explicit: named, ..self },
            _ => self,
        }
    }

    /// The same of a user who is the caller of a v4 call.
    pub(in crate::calls) fn of_caller(self) -> Self {
        Self { role: Some(Role::Caller), is_callees: false, ..self }
    }
}
