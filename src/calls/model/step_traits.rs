//! What a step counts as, in bits that outcomes and rules ask for.
//!
//! Comes in: a [`Step`], or the kind of one that is packed. Goes out: its [`StepTraits`]. Must not: know other steps.

use std::sync::LazyLock;

use super::results::Results;
use super::step::{Happening, Step, step};
use crate::calls::store::capture_mark::CaptureMark;
use crate::calls::store::packed_step::{Actor, Stamps};
use crate::calls::store::position::Position;
use crate::calls::store::step_bits::{KINDS, StepBits};
use crate::calls::store::stored_step::StoredStep;
use crate::spec::{CallResult, Event, Family, Phase, Role, V4Command};

/// What a step counts as, a bit for each; from [`StepTraits::EXPLICIT`] on three sets of results. Those of several steps
/// add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::calls) struct StepTraits(u64);

macro_rules! traits {
    ($($(#[$doc:meta])* $name:ident = $bit:literal),+ $(,)?) => {
        $($(#[$doc])* pub(in crate::calls) const $name: Self = Self(1 << $bit);)+
    };
}

impl StepTraits {
    traits! {
        /// Its phase: none, or one of those that follow; bit 4 is that of invitations.
        NO_PHASE = 0,
        STARTS_CALL = 1,
        RINGS = 2,
        ACCEPTS = 3,
        ENDS = 5,
        /// Its user has role caller, role callee.
        OF_CALLER = 6,
        OF_CALLEE = 7,
        /// It counts as a callee's.
        COUNTS_AS_CALLEE = 8,
        /// Its user takes part in the call, and is not only listed.
        TAKES_PART = 9,
        /// It is a start of the call, in whatever phase.
        IS_START = 10,
        /// An `accept_call` of the event family, in its phase.
        ANSWERS = 11,
        /// It joins the call midway.
        JOINS = 12,
        /// A v4 callback says that its user calls; that its user did something.
        IS_CALLING = 13,
        IS_CHANGE = 14,
        /// A result that it names counts as its user's, as that of the record.
        NAMES_RESULT = 15,
        RECORDS_RESULT = 16,
    }

    /// The bits of the phases.
    const PHASES: u64 = (1 << 6) - 1;
    /// Where the results begin that an end-phase callback of an older family names, that an end-phase event stands for,
    /// and that a v4 record names.
    const EXPLICIT: u32 = 24;
    const IMPLIED: u32 = 32;
    const RECORDED: u32 = 40;

    /// Those of a step.
    pub(in crate::calls) fn of(step: &Step) -> Self {
        let is = |happening| step.happening == happening;
        let is_start =
            is(Happening::Event(Some(Event::StartCall))) || step.command == Some(V4Command::StartCall);
        let named = if step.family == Family::V4 { Self::RECORDS_RESULT } else { Self::NAMES_RESULT };
        let is_change = matches!(step.happening, Happening::Action(_));
        let answers = is(Happening::Event(Some(Event::AcceptCall))) && step.phase.is_some();
        let traits = [
            (Self(1 << step.phase.map_or(0, |phase| 1 + phase as u32)), true),
            (Self::OF_CALLER, step.role == Some(Role::Caller)),
            (Self::OF_CALLEE, step.role == Some(Role::Callee)),
            (Self::COUNTS_AS_CALLEE, step.is_callees()),
            (Self::TAKES_PART, !is(Happening::Nothing)),
            (Self::IS_START, is_start),
            (Self::ANSWERS, answers),
            (Self::JOINS, step.joins()),
            (Self::IS_CALLING, is(Happening::Calling)),
            (Self::IS_CHANGE, is_change),
            (named, step.family == Family::V4 || step.phase == Some(Phase::End)),
        ];
        let mut all = Self(u64::from(Results::of(step.implied()).bits()) << Self::IMPLIED);
        traits.into_iter().filter(|(_, has)| *has).for_each(|(trait_bit, _)| all.add(trait_bit));
        all.naming(step.result)
    }

    /// Those of each kind, without a result, by [`StepBits::kind`].
    pub(in crate::calls) fn of_kinds() -> &'static [Self; KINDS] {
        static OF_KINDS: LazyLock<Box<[StepTraits; KINDS]>> = LazyLock::new(|| {
            let of_kind = |kind: usize| {
                let bits = u32::try_from(kind).ok().and_then(StepBits::of_plain);
                bits.map_or_else(StepTraits::default, StepTraits::of_bits)
            };
            Box::new(std::array::from_fn(of_kind))
        });
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
        let named = u64::from(Results::of(result).bits());
        let explicit = if self.has(Self::NAMES_RESULT) { named << Self::EXPLICIT } else { 0 };
        let recorded = if self.has(Self::RECORDS_RESULT) { named << Self::RECORDED } else { 0 };
        Self(self.0 | explicit | recorded)
    }

    /// The same of a user who is the caller of a v4 call.
    pub(in crate::calls) fn of_v4_caller(self) -> Self {
        Self(self.0 & !(Self::OF_CALLEE.0 | Self::COUNTS_AS_CALLEE.0) | Self::OF_CALLER.0)
    }

    /// True if it has that trait.
    #[inline]
    pub(in crate::calls) fn has(self, one: Self) -> bool {
        self.0 & one.0 != 0
    }

    /// Adds those of another step.
    #[inline]
    pub(in crate::calls) fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// These if that is so, otherwise none.
    #[inline]
    pub(in crate::calls) fn only_if(self, is_so: bool) -> Self {
        Self(if is_so { self.0 } else { 0 })
    }

    /// The phase alone.
    #[inline]
    pub(in crate::calls) fn phase(self) -> Self {
        Self(self.0 & Self::PHASES)
    }

    /// Results that end-phase callbacks of an older family name.
    pub(in crate::calls) fn explicit(self) -> Results {
        Results::of_bits((self.0 >> Self::EXPLICIT) as u8)
    }

    /// Results that end-phase events stand for.
    pub(in crate::calls) fn implied(self) -> Results {
        Results::of_bits((self.0 >> Self::IMPLIED) as u8)
    }

    /// Results that v4 records name.
    pub(in crate::calls) fn recorded(self) -> Results {
        Results::of_bits((self.0 >> Self::RECORDED) as u8)
    }
}
