//! From devices to the log: when each callback arrives, how often, and whether at all.
//!
//! Comes in: what is reported of a call, and the shares of faults. Goes out: deliveries with their time of
//! arrival. Must not: write anything; swapping and damage are only decided here.

use fastrand::Rng;

use super::backend_outage::BackendOutage;
use super::call::{CALLER, News, SentCallback, SimulatedCall};
use super::causes::Twist;
use super::chance::{LATENESS, NET, Stream, derived, happens};
use super::faults::{Fault, FaultShares};
use super::options::SimulateCounts;
use crate::spec::{RETRY_SECONDS, Role};

/// One copy of a callback on its way. The order is that of arrival; if two arrive at once, the earlier call, then the
/// earlier callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SimulatedDelivery {
    /// When it arrives, in Unix milliseconds.
    pub(super) arrives: i64,
    /// The call's index.
    pub(super) call: u64,
    /// Number among the call's deliveries, from 0.
    pub(super) number: u32,
    /// Where the run keeps the call.
    pub(super) slot: usize,
    /// Index of the report.
    pub(super) report: usize,
    /// Written after the next one.
    pub(super) swapped: bool,
    /// Damaged on the way.
    pub(super) damaged: bool,
}

/// When the log is written, in Unix milliseconds: what arrives earlier or later is not in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Window {
    /// From then on.
    pub(super) from: Option<i64>,
    /// Before then.
    pub(super) to: Option<i64>,
}

/// What a delivery depends on besides its call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Conditions<'o> {
    /// How often each fault happens.
    pub(super) faults: &'o FaultShares,
    /// When the backend accepts nothing.
    pub(super) outages: &'o [BackendOutage],
    /// When the log is written.
    pub(super) window: Window,
}

/// What a log misses of a call because of when it was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cut {
    /// Callbacks before its beginning.
    pub(super) start: bool,
    /// Callbacks of the call's end, after its own.
    pub(super) end: bool,
}

/// True for a callback of that side. A v4 record is the backend's own and no side's.
fn is_of(report: &SentCallback, side: Role) -> bool {
    let is_caller = report.sender == CALLER;
    !matches!(report.news, News::Ended { .. }) && is_caller == (side == Role::Caller)
}

/// Gives the deliveries of a call to `deliver`; how many they are is the result, and what the log misses.
pub(super) fn deliver(
    call: &SimulatedCall,
    slot: usize,
    seed: u64,
    conditions: Conditions<'_>,
    counts: &mut SimulateCounts,
    mut deliver: impl FnMut(SimulatedDelivery),
) -> (usize, Cut) {
    let Conditions { faults, outages, window } = conditions;
    // Faults draw from another stream, so that a log with faults is the log without them, gone wrong.
    let mut network = derived(seed, Stream::Network, call.index);
    let mut rng = derived(seed, Stream::Faults, call.index);
    let silent = silent_side(call.twist(), &mut rng, faults, counts);
    let breaks = call.twist() == Twist::DeliveryBreaks;
    // The last one that gets through while the backend acknowledges nothing.
    let last = call.reports.iter().rposition(|report| !report.ends());
    let (mut number, mut cut) = (0, Cut::default());
    for (report, sent) in call.reports.iter().enumerate() {
        let mut arrives = sent.sent + NET.draw(&mut network);
        if silent.is_some_and(|side| is_of(sent, side)) {
            continue;
        }
        let mut fate = DeliveryFate::draw(&mut rng, faults);
        if breaks {
            fate.lost |= sent.ends();
            let repeated = Some(report) == last || (!fate.lost && rng.bool());
            fate.copies = if repeated { rng.usize(1..=RETRY_SECONDS.len()) } else { 0 };
        }
        if fate.lost {
            counts.losses += 1;
            continue;
        }
        counts.late += u64::from(fate.lateness > 0);
        counts.repeats += fate.copies as u64;
        arrives += fate.lateness;
        for (copy, wait) in std::iter::once(&0).chain(&RETRY_SECONDS).enumerate() {
            // The one before was not accepted, by chance or in an outage.
            if copy > fate.copies && !(copy > 0 && BackendOutage::is_down(outages, arrives)) {
                break;
            }
            counts.repeats += u64::from(copy > fate.copies);
            arrives += i64::from(*wait) * 1000;
            if window.from.is_some_and(|from| arrives < from) {
                cut.start = true;
                continue;
            }
            if window.to.is_some_and(|to| arrives >= to) {
                cut.end |= sent.ends();
                continue;
            }
            deliver(SimulatedDelivery {
                arrives,
                call: call.index,
                number,
                slot,
                report,
                swapped: happens(&mut rng, faults.of(Fault::Reorder)),
                damaged: happens(&mut rng, faults.of(Fault::Damage)),
            });
            number += 1;
        }
    }
    (number as usize, cut)
}

/// The side that reports nothing, if there is one.
fn silent_side(
    twist: Twist,
    rng: &mut Rng,
    faults: &FaultShares,
    counts: &mut SimulateCounts,
) -> Option<Role> {
    if let Twist::Silent(role) = twist {
        counts.one_sided += 1;
        return Some(role);
    }
    if !happens(rng, faults.of(Fault::OneSided)) {
        return None;
    }
    counts.one_sided += 1;
    Some(if rng.bool() { Role::Caller } else { Role::Callee })
}

/// What happens to a callback.
struct DeliveryFate {
    lost: bool,
    /// In milliseconds, 0 for in time.
    lateness: i64,
    /// How often it is sent again.
    copies: usize,
}

impl DeliveryFate {
    fn draw(rng: &mut Rng, faults: &FaultShares) -> Self {
        let lost = happens(rng, faults.of(Fault::Losses));
        let late = happens(rng, faults.of(Fault::Late));
        let repeated = happens(rng, faults.of(Fault::Repeats));
        Self {
            lost,
            lateness: if late { LATENESS.draw(rng) } else { 0 },
            copies: if repeated { rng.usize(1..=RETRY_SECONDS.len()) } else { 0 },
        }
    }
}
