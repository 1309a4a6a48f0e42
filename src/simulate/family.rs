//! What each family reports of a story.
//!
//! Comes in: a cast and what happened to it. Goes out: the callbacks that the vendor's clients and backend send
//! of it, in order of time. Must not: know how they are written, or what goes wrong on the way.

use super::call::{CALLER, CastMember, News, Seats, SentCallback, StatedTimes};
use super::causes::Twist;
use super::chance::{Curve, NET};
use super::script::StoryPart;
use super::stage::StageEvent;
use crate::spec::{Action, CallResult, CallType, Event, Family, Phase, Role};

use fastrand::Rng;

/// What v4 calls an event; nothing for those that it does not report.
static ACTIONS: [(Event, Action); 8] = [
    (Event::AcceptCall, Action::Accept),
    (Event::RejectCall, Action::Reject),
    (Event::NotAnswerCall, Action::NotAnswer),
    (Event::CallEnd, Action::HangUp),
    (Event::CallInterrupted, Action::Offline),
    (Event::JoinInGroupCall, Action::Join),
    (Event::InviteUser, Action::Invited),
    (Event::CallCanceled, Action::CancelInvite),
];

/// How long the backend takes to write the record of an ended call.
const RECORD: Curve = NET;

/// Follows a call as its story unfolds.
struct Teller<'a> {
    family: Family,
    call_type: CallType,
    cast: &'a [CastMember],
    /// Everyone who was called, invited or joined so far, and the caller.
    known: Seats,
    /// Those of them that are in the call.
    calling: Seats,
    /// Those of them that are being called.
    waiting: Seats,
    /// When the call was started, in Unix milliseconds.
    started: i64,
    /// When each answered, or the caller learned of it, in Unix milliseconds.
    accepted: [Option<i64>; 16],
    /// The last result that a side stated.
    result: CallResult,
    reports: Vec<SentCallback>,
}

/// The callbacks of a call, in order of time.
pub(super) fn reports(
    family: Family,
    call_type: CallType,
    cast: &[CastMember],
    happenings: &[StageEvent],
    rng: &mut Rng,
) -> Vec<SentCallback> {
    let mut teller = Teller {
        family,
        call_type,
        cast,
        known: Seats::default(),
        calling: Seats::default(),
        waiting: Seats::default(),
        started: happenings.first().map_or(0, |first| first.at),
        accepted: [None; 16],
        result: CallResult::NormalEnd,
        reports: Vec::with_capacity(happenings.len() + 1),
    };
    for happening in happenings {
        teller.enter(happening);
        if let Some(report) = teller.tell(happening) {
            teller.reports.push(report);
        }
        teller.leave(happening);
    }
    if let (Family::V4, Some(last)) = (family, happenings.last()) {
        let record = teller.record(last.at, RECORD.draw(rng));
        teller.reports.push(record);
    }
    teller.reports
}

/// The callbacks of a call, after what its twist does to them; `of_devices` are those of the event family.
pub(super) fn twisted(
    mut reports: Vec<SentCallback>,
    twist: Twist,
    of_devices: impl FnOnce() -> Vec<SentCallback>,
) -> Vec<SentCallback> {
    match twist {
        Twist::ServerEnds => {
            reports.retain(|report| !matches!(report.news, News::Changed { action: Action::HangUp, .. }));
        }
        Twist::MixedGenerations => {
            reports.extend(of_devices().into_iter().filter(|report| report.sender != CALLER));
            reports.sort_by_key(|report| report.sent);
        }
        _ => {}
    }
    reports
}

impl Teller<'_> {
    /// Everyone with one of these parts.
    fn seats(&self, has_part: impl Fn(StoryPart) -> bool) -> Seats {
        let seats = (0..).zip(self.cast).filter(|(_, member)| has_part(member.part));
        seats.fold(Seats::default(), |all, (seat, _)| all.with(Seats::only(seat)))
    }

    /// Who is new in the call by this: those being called, the invited, or one that joins.
    fn enter(&mut self, happening: &StageEvent) {
        let actor = Seats::only(happening.seat);
        let midway = |part| matches!(part, StoryPart::Guest | StoryPart::ShyGuest | StoryPart::Joiner);
        let called = match happening.event {
            Event::StartCall => self.seats(|part| !midway(part)).without(actor),
            Event::InviteUser => self.guests(),
            _ => Seats::default(),
        };
        self.waiting = self.waiting.with(called);
        self.known = self.known.with(called).with(actor);
        match happening.event.phase() {
            Phase::Start => self.calling = actor,
            Phase::Accept => {
                self.calling = self.calling.with(actor);
                self.waiting = self.waiting.without(actor);
                self.accepted[usize::from(happening.seat)] = Some(happening.at);
            }
            Phase::Ring | Phase::Invite => {}
            Phase::End => {
                let said = happening.says.or(happening.event.ends_as());
                self.result = said.and_then(|said| self.explicit(said)).unwrap_or(self.result);
            }
        }
    }

    /// Who is no longer in it. A callback still lists the one whose leaving it reports, so no list is empty.
    fn leave(&mut self, happening: &StageEvent) {
        if happening.event.phase() == Phase::End {
            let actor = Seats::only(happening.seat);
            self.calling = self.calling.without(actor);
            self.waiting = self.waiting.without(actor);
        }
    }

    fn guests(&self) -> Seats {
        self.seats(|part| matches!(part, StoryPart::Guest | StoryPart::ShyGuest))
    }

    /// The result as a `CallResult` can state it: a group's only if it is a normal end, and none of the tool's own.
    fn explicit(&self, result: CallResult) -> Option<CallResult> {
        let can_say = match self.call_type {
            CallType::Single => CallResult::DOCUMENTED.contains(&result),
            CallType::Group => result == CallResult::NormalEnd,
        };
        can_say.then_some(result)
    }

    /// The callback of one happening.
    fn tell(&self, happening: &StageEvent) -> Option<SentCallback> {
        let seat = happening.seat;
        let role = if seat == CALLER { Role::Caller } else { Role::Callee };
        let meant = happening.event.ends_as();
        let result = meant.and_then(|meant| self.explicit(happening.says.unwrap_or(meant)));
        let news = match self.family {
            Family::Event => News::Event(role, happening.event, result),
            Family::Status => News::Status(role, result?),
            Family::V4 => self.change(happening)?,
        };
        let skew = self.cast[usize::from(seat)].skew;
        let seconds = |ms: i64| (ms + skew).div_euclid(1000);
        let times = StatedTimes {
            start: seconds(self.started),
            accept: self.accepted[usize::from(seat)].map_or(0, seconds),
            end: seconds(happening.at),
        };
        let has_times = self.family != Family::V4 && result == Some(CallResult::NormalEnd);
        Some(SentCallback {
            sender: seat,
            sent: happening.at,
            event_ms: happening.at + skew,
            total: self.known.len(),
            times: has_times.then_some(times),
            news,
        })
    }

    /// What v4 says of a happening.
    fn change(&self, happening: &StageEvent) -> Option<News> {
        if happening.event == Event::StartCall {
            return Some(News::Started { waiting: self.waiting });
        }
        let (_, action) = ACTIONS.iter().find(|(event, _)| *event == happening.event)?;
        let who = match action {
            Action::Invited => self.guests(),
            _ => Seats::only(happening.seat),
        };
        Some(News::Changed { who, action: *action, calling: self.calling, waiting: self.waiting })
    }

    /// The record that ends a v4 call. The backend writes it, by its own clock.
    fn record(&self, ended: i64, delay: i64) -> SentCallback {
        let answers = self.accepted.iter().flatten();
        let first = answers.min().copied();
        SentCallback {
            sender: CALLER,
            sent: ended + delay,
            event_ms: ended + delay,
            total: self.known.len(),
            times: Some(StatedTimes {
                start: self.started.div_euclid(1000),
                accept: first.map_or(0, |answer| answer.div_euclid(1000)),
                end: ended.div_euclid(1000),
            }),
            news: News::Ended { result: self.result, callees: self.known.without(Seats::only(CALLER)) },
        }
    }
}
