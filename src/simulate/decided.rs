//! Whether the callbacks of a call that were written decide its cause.
//!
//! Comes in: what can go wrong in a run, and the callbacks of a call that were written. Goes out: what
//! decides it, see [`Decided`]. Must not: share code with what works causes out.
//!
//! A call is decided if no story with another cause could have left the same callbacks: if nothing can be lost, a story
//! leaves all of its callbacks, otherwise any of them.

use std::collections::BTreeSet;

use super::call::{CALLER, News, SentCallback};
use super::causes::{CUTS, PLANTS, Plant, Twist};
use super::chance::{Stream, derived};
use super::faults::Fault;
use super::options::SimulateOptions;
use super::people::People;
use super::{family, stage};
use crate::spec::{Action, CallResult, CallType, Cause, Event, Family, Role};

/// What a callback says, without users and times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    Event(Role, Event, Option<CallResult>),
    Status(Role, CallResult),
    Started,
    Changed(Role, Action),
    Ended(CallResult),
}

/// What decides a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decided {
    /// Nothing.
    No,
    /// Its own callbacks.
    Yes,
    /// These, if that person acts in another call of the log.
    IfActs(u32),
    /// These, if that person is called in several calls of the log and never acts.
    IfNeverActs(u32),
}

/// What each story can leave.
#[derive(Debug)]
pub(super) struct Stories {
    stories: Vec<(&'static Plant, BTreeSet<BTreeSet<Said>>)>,
    /// True if callbacks can be missing.
    loses: bool,
    /// True if callbacks can be repeated without their end being lost.
    repeats: bool,
}

impl Stories {
    /// Those that the family can tell, whether the run plants them or not.
    pub(super) fn of(pool: &People, options: &SimulateOptions) -> Self {
        let leaves = |plant: &'static Plant| {
            let casts = if plant.scenario.call_type == CallType::Group { CASTS } else { 1 };
            let leaves = (0..casts).map(|cast| leaves(plant, pool, options.family, cast));
            (plant, leaves.collect())
        };
        let stories = PLANTS.iter().filter(|plant| plant.is_told_by(options.family)).map(leaves).collect();
        let any = |faults: &[Fault]| faults.iter().any(|fault| options.faults.of(*fault) > 0.0);
        let cut = options.causes.iter().any(|cause| CUTS.contains(cause));
        let loses = cut || any(&[Fault::Losses, Fault::OneSided, Fault::Damage]);
        Self { stories, loses, repeats: any(&[Fault::Repeats]) }
    }

    /// What decides a call of that plant, of which these callbacks were written; `repeated` says that the latest of them was
    /// repeated, and `callee` is the person who was called.
    pub(super) fn decide(
        &self,
        plant: &Plant,
        written: &[&SentCallback],
        repeated: bool,
        callee: u32,
    ) -> Decided {
        if plant.main == Cause::DeliveryBroke {
            return if repeated && !(self.loses && self.repeats) { Decided::Yes } else { Decided::No };
        }
        let said: BTreeSet<Said> = written.iter().map(|report| said(report)).collect();
        let rivals = self.stories.iter().filter(|(other, leaves)| {
            other.main != plant.main
                && other.scenario.call_type == plant.scenario.call_type
                && leaves
                    .iter()
                    .any(|leaves| said.is_subset(leaves) && (self.loses || said.len() == leaves.len()))
        });
        let mut by_log = Decided::Yes;
        for (rival, _) in rivals {
            match (plant.main, rival.main) {
                (Cause::Declined | Cause::DeclinedByDevice, Cause::Declined | Cause::DeclinedByDevice)
                    if shows_how_soon(plant.main, written) => {}
                (Cause::Unreached, Cause::CalleeSilent) => by_log = Decided::IfActs(callee),
                (Cause::CalleeSilent, Cause::Unreached) => by_log = Decided::IfNeverActs(callee),
                _ => return Decided::No,
            }
        }
        by_log
    }
}

/// True if ringing and decline of a device are both written: of one for a person's decline, of each for the devices'.
fn shows_how_soon(cause: Cause, written: &[&SentCallback]) -> bool {
    let has = |seat: u8, wanted: Event| {
        let is = |news: &News| matches!(news, News::Event(_, event, _) if *event == wanted);
        written.iter().any(|report| report.sender == seat && is(&report.news))
    };
    let seats: BTreeSet<u8> =
        written.iter().map(|report| report.sender).filter(|seat| *seat != CALLER).collect();
    let shown = |seat: &u8| has(*seat, Event::ReceiveCall) && has(*seat, Event::RejectCall);
    let is_group = written.first().is_some_and(|report| report.total > 2);
    match cause {
        // A callee who is not seen may be a person.
        Cause::DeclinedByDevice if is_group => {
            seats.len() as u32 + 1 == written.iter().map(|report| report.total).max().unwrap_or(0)
                && seats.iter().all(shown)
        }
        _ => seats.iter().any(shown),
    }
}

/// Casts of a group call that are tried: enough for every part that can be left out to be there and not.
const CASTS: u64 = 64;

/// What a story leaves if nothing goes wrong.
fn leaves(plant: &Plant, pool: &People, family: Family, cast: u64) -> BTreeSet<Said> {
    let mut rng = derived(0, Stream::Story, cast);
    let cast = stage::cast(&plant.scenario, pool, 0.0, false, &mut rng);
    let happenings = stage::perform(&plant.scenario, &cast, 0, &mut rng);
    let reports = family::reports(family, plant.scenario.call_type, &cast, &happenings, &mut rng);
    let reports = family::twisted(reports, plant.twist, || {
        family::reports(
            Family::Event,
            plant.scenario.call_type,
            &cast,
            &happenings,
            &mut derived(0, Stream::Story, 0),
        )
    });
    let silent = |report: &SentCallback| match plant.twist {
        Twist::Silent(role) => role_of(report) == role,
        Twist::DeliveryBreaks => report.ends(),
        _ => false,
    };
    reports.iter().filter(|report| !silent(report)).map(said).collect()
}

fn role_of(report: &SentCallback) -> Role {
    if report.sender == CALLER { Role::Caller } else { Role::Callee }
}

fn said(report: &SentCallback) -> Said {
    match &report.news {
        News::Event(role, event, result) => Said::Event(*role, *event, *result),
        News::Status(role, result) => Said::Status(*role, *result),
        News::Started { .. } => Said::Started,
        News::Changed { action, .. } => Said::Changed(role_of(report), *action),
        News::Ended { result, .. } => Said::Ended(*result),
    }
}
