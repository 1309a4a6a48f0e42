//! The users of a call.

use smallvec::SmallVec;

use super::step::{Happening, Step};
use super::timeline::Timeline;
use crate::calls::store::interner::TextId;
use crate::calls::store::small_map::SmallMap;
use crate::spec::{CallResult, Phase, Role, Timestamp};

/// What one user's callbacks say about their part in a call. Times are Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// The user.
    pub user: TextId,
    /// Seen as caller.
    pub caller: bool,
    /// Seen as callee.
    pub callee: bool,
    /// Platform, as written.
    pub platform: Option<TextId>,
    /// Address, as written.
    pub client_ip: Option<TextId>,
    /// Least time at which it rang.
    pub ring: Option<Timestamp>,
    /// Least time of an answer.
    pub accept: Option<Timestamp>,
    /// Greatest time of an end.
    pub end: Option<Timestamp>,
    /// How it ended for this user; none without an end-phase callback.
    pub result: Option<CallResult>,
    /// The user's callbacks, duplicates included.
    pub callbacks: usize,
}

impl Participant {
    /// `caller`, `callee`, `both`, or empty.
    pub fn role_word(&self) -> &'static str {
        match (self.caller, self.callee) {
            (true, true) => "both",
            (true, false) => "caller",
            (false, true) => "callee",
            (false, false) => "",
        }
    }
}

/// The participants of a call, by first appearance.
pub fn participants(timeline: &Timeline<'_>) -> Vec<Participant> {
    // Most users have a callback or two.
    let mut of_user: SmallMap<TextId, SmallVec<[&Step; 2]>> = SmallMap::default();
    for step in &timeline.steps {
        if step.happening != Happening::Nothing && step.user.known().is_some() {
            of_user.or_insert_with(step.user, SmallVec::new).push(step);
        }
    }
    of_user.iter().map(|(user, steps)| participant(*user, steps)).collect()
}

fn participant(user: TextId, steps: &[&Step]) -> Participant {
    let steps = || steps.iter().copied();
    let times = |phase| steps().filter(move |step| step.phase == Some(phase)).filter_map(|step| step.time);
    let mut positions: Vec<_> = steps().map(|step| step.position).collect();
    positions.dedup();
    Participant {
        user,
        caller: steps().any(|step| step.role == Some(Role::Caller)),
        callee: steps().any(|step| step.role == Some(Role::Callee)),
        platform: steps().find_map(|step| step.platform.known()),
        client_ip: steps().find_map(|step| step.client_ip.known()),
        ring: times(Phase::Ring).min(),
        accept: times(Phase::Accept).min(),
        end: times(Phase::End).max(),
        result: steps().filter_map(Step::explicit).min().or_else(|| steps().filter_map(Step::implied).min()),
        callbacks: positions.len(),
    }
}

/// Platform of the first callback of a role that has one, as written.
pub(in crate::calls) fn platform_of_role<'t>(timeline: &Timeline<'t>, role: Role) -> Option<&'t str> {
    let mut steps = timeline.steps.iter().filter(|step| step.role == Some(role));
    timeline.text(steps.find_map(|step| step.platform.known())?)
}
