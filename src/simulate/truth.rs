//! The expected row of a simulated call, from those of its callbacks that were really written.
//!
//! Comes in: a call, and its reports in the order in which the log has them, copies included. Goes out: its row of
//! the `calls` table. Must not: know the story of the call, nor share code with the reader that it is to be
//! compared with: the definitions are spelled out here once more, as plainly as possible.

use std::io;

use super::call::{CALLER, News, Seat, Seats, SentCallback, SimulatedCall, StatedTimes};
use super::options::SimulateOptions;
use super::people::People;
use crate::spec::{CallResult, CallType, MediaType, Phase, Role, Timestamp, Word, usable_timestamp};

/// The columns: those of the `calls` table without `problems`, which no simulation can know.
pub(super) const COLUMNS: &str = "call_id,sdkappid,call_type,media_type,room_id,caller,callees,participants,\
    total_num,result,answered,start_time,accept_time,end_time,ring_seconds,talk_seconds,total_seconds,callbacks,\
    duplicates,caller_platform";

/// Something that a written callback says of one user.
struct Statement {
    seat: Seat,
    role: Role,
    phase: Option<Phase>,
    /// What the event says by itself of how the call ended.
    ends_as: Option<CallResult>,
    /// An explicit result, of the user's own.
    explicit: Option<CallResult>,
    /// Usable `EventTime`, in seconds.
    time: Option<Timestamp>,
}

/// A call's callbacks as the log has them.
struct WrittenCall<'a> {
    call: &'a SimulatedCall,
    written: Vec<&'a SentCallback>,
    statements: Vec<Statement>,
}

/// Appends the row of a call: `written` are indices of reports, in the order of the log; `more` are further cells.
pub(super) fn write_row<W: io::Write>(
    rows: &mut csv::Writer<W>,
    options: &SimulateOptions,
    pool: &People,
    call: &SimulatedCall,
    written: &[usize],
    more: &[String],
) -> csv::Result<()> {
    let evidence = WrittenCall::new(call, written);
    let user = |seat: Seat| pool.get(call.cast[usize::from(seat)].person);
    let has_url = options.format.capture().has_url;
    let caller = evidence.caller().map(user);
    let callees = evidence.callees().into_iter().map(|seat| escape(&user(seat).id));
    let platform = caller.filter(|_| has_url && evidence.shows_platform_of_caller());
    let who = [
        call.id.clone(),
        has_url.then_some(options.sdkappid).map_or(String::new(), |id| id.to_string()),
        evidence.call_type().map_or("", Word::as_str).to_owned(),
        evidence.media_type().map_or("", Word::as_str).to_owned(),
        evidence.room().unwrap_or_default().to_owned(),
        caller.map_or(String::new(), |person| person.id.clone()),
        callees.collect::<Vec<_>>().join(";"),
        evidence.participants().len().to_string(),
        evidence.total_num().to_string(),
    ];
    let counts = [
        evidence.written.len().to_string(),
        evidence.duplicates().to_string(),
        platform.map_or("", |person| person.platform).to_owned(),
    ];
    let cells = who.into_iter().chain(evidence.outcome()).chain(counts);
    rows.write_record(cells.chain(more.iter().cloned()))
}

impl<'a> WrittenCall<'a> {
    fn new(call: &'a SimulatedCall, written: &[usize]) -> Self {
        let written: Vec<&SentCallback> = written.iter().map(|index| &call.reports[*index]).collect();
        // In v4 only a start or a record says who the caller is, for all callbacks of the call.
        let named = |report: &&SentCallback| !matches!(report.news, News::Changed { .. });
        let caller_is_named = written.iter().any(named);
        let statements = written.iter().flat_map(|report| statements(report, caller_is_named)).collect();
        Self { call, written, statements }
    }

    /// The columns from `result` to `total_seconds`.
    fn outcome(&self) -> [String; 8] {
        let result = self.result();
        let (start, accept, end) = (self.start(), self.accept(), self.end());
        let normal = result == Some(CallResult::NormalEnd);
        let answered = self.accept_seen() || accept.is_some() || normal;
        let ring = match (accept, result) {
            (Some(_), _) => span(start, accept),
            (None, Some(_)) if !answered => span(start, end),
            (None, _) => None,
        };
        [
            result.map_or("incomplete", Word::as_str).to_owned(),
            answered.to_string(),
            rfc3339(start),
            rfc3339(accept),
            rfc3339(end),
            seconds(ring),
            seconds(span(accept, end)),
            seconds(span(start, end)),
        ]
    }

    fn start(&self) -> Option<Timestamp> {
        self.times(|times| times.start).min().or_else(|| self.instants(Phase::Start).min())
    }

    fn accept(&self) -> Option<Timestamp> {
        self.times(|times| times.accept).min().or_else(|| self.instants(Phase::Accept).min())
    }

    fn end(&self) -> Option<Timestamp> {
        self.times(|times| times.end).max().or_else(|| self.instants(Phase::End).max())
    }

    /// The usable ones of a stated timestamp.
    fn times(&self, field: impl Fn(&StatedTimes) -> i64) -> impl Iterator<Item = Timestamp> {
        let times = self.written.iter().filter_map(|report| report.times.as_ref());
        times.filter_map(move |times| usable_timestamp(field(times)))
    }

    /// The usable `EventTime`s of a phase.
    fn instants(&self, phase: Phase) -> impl Iterator<Item = Timestamp> {
        let statements = self.statements.iter().filter(move |statement| statement.phase == Some(phase));
        statements.filter_map(|statement| statement.time)
    }

    fn accept_seen(&self) -> bool {
        self.statements.iter().any(|statement| statement.phase == Some(Phase::Accept))
    }

    /// The first step of the definition that gives a result; within a step the strongest, which is the least.
    fn result(&self) -> Option<CallResult> {
        let of_record = self.written.iter().filter_map(|report| match report.news {
            News::Ended { result, .. } => Some(result),
            _ => None,
        });
        of_record
            .min()
            .or_else(|| self.explicit(Role::Caller))
            .or_else(|| self.explicit(Role::Callee))
            .or_else(|| self.implied(Role::Caller))
            .or_else(|| self.implied(Role::Callee).filter(|_| self.callees_may_speak()))
    }

    fn explicit(&self, role: Role) -> Option<CallResult> {
        let statements = self.statements.iter().filter(|statement| statement.role == role);
        statements.filter_map(|statement| statement.explicit).min()
    }

    fn implied(&self, role: Role) -> Option<CallResult> {
        let answered = self.accept_seen();
        let statements = self.statements.iter().filter(|statement| statement.role == role);
        let endings = statements.filter_map(|statement| statement.ends_as);
        endings.filter(|result| !(answered && result.means_unanswered())).min()
    }

    /// In a group the callees' endings only count once every callee seen has one.
    fn callees_may_speak(&self) -> bool {
        let has_end = |seat: &Seat| {
            let mut own = self.statements.iter().filter(|statement| statement.seat == *seat);
            own.any(|statement| statement.phase == Some(Phase::End))
        };
        self.call_type() != Some(CallType::Group) || self.callees().iter().all(has_end)
    }

    fn caller(&self) -> Option<Seat> {
        let statement = self.statements.iter().find(|statement| statement.role == Role::Caller);
        statement.map(|statement| statement.seat)
    }

    /// By first appearance in that role.
    fn callees(&self) -> Vec<Seat> {
        let mut seats = Vec::new();
        for statement in self.statements.iter().filter(|statement| statement.role == Role::Callee) {
            if !seats.contains(&statement.seat) {
                seats.push(statement.seat);
            }
        }
        seats
    }

    fn participants(&self) -> Seats {
        let seats = self.statements.iter().map(|statement| Seats::only(statement.seat));
        seats.fold(Seats::default(), Seats::with)
    }

    /// In v4 only the record has it.
    fn call_type(&self) -> Option<CallType> {
        let has = |news: &News| !matches!(news, News::Started { .. } | News::Changed { .. });
        let any = self.written.iter().any(|report| has(&report.news));
        any.then_some(self.call.call_type)
    }

    /// In v4 the start and the record have it.
    fn media_type(&self) -> Option<MediaType> {
        self.describes_call().then_some(self.call.media)
    }

    /// As the media type.
    fn room(&self) -> Option<&str> {
        self.describes_call().then_some(&self.call.room)
    }

    /// True unless all that was written are v4 member changes.
    fn describes_call(&self) -> bool {
        let is_change = |report: &&SentCallback| matches!(report.news, News::Changed { .. });
        !self.written.iter().all(is_change)
    }

    /// The greatest; for v4 the number of users that a callback names.
    fn total_num(&self) -> u32 {
        let totals = self.written.iter().map(|report| match &report.news {
            News::Event(..) | News::Status(..) => report.total,
            News::Started { waiting } => Seats::only(CALLER).with(*waiting).len(),
            News::Changed { who, calling, waiting, .. } => who.with(*calling).with(*waiting).len(),
            News::Ended { callees, .. } => Seats::only(CALLER).with(*callees).len(),
        });
        totals.max().unwrap_or(0)
    }

    /// A v4 callback's URL describes the acting user if that is one: the caller that starts a call, or one that
    /// changes. A record has no acting user.
    fn shows_platform_of_caller(&self) -> bool {
        self.written.iter().any(|report| match &report.news {
            News::Event(..) | News::Status(..) => report.sender == CALLER,
            News::Started { .. } => true,
            News::Changed { who, .. } => *who == Seats::only(CALLER),
            News::Ended { .. } => false,
        })
    }

    fn duplicates(&self) -> usize {
        let earlier = |index: usize| self.written[..index].iter();
        let repeats = |index: &usize| {
            let report = self.written[*index];
            earlier(*index).any(|other| is_same(report, other))
        };
        (0..self.written.len()).filter(repeats).count()
    }
}

/// What a callback says of each user that it names as acting, called or calling.
fn statements(report: &SentCallback, caller_is_named: bool) -> Vec<Statement> {
    let time = usable_timestamp(report.event_ms.div_euclid(1000));
    let statement =
        |seat, role, phase, ends_as, explicit| Statement { seat, role, phase, ends_as, explicit, time };
    let callees = |seats: Seats| seats.iter().map(|seat| statement(seat, Role::Callee, None, None, None));
    match &report.news {
        News::Event(role, event, result) => {
            vec![statement(report.sender, *role, Some(event.phase()), event.ends_as(), *result)]
        }
        News::Status(role, result) => {
            vec![statement(report.sender, *role, Some(Phase::End), Some(*result), Some(*result))]
        }
        News::Started { waiting } => {
            let caller = statement(CALLER, Role::Caller, Some(Phase::Start), None, None);
            std::iter::once(caller).chain(callees(*waiting)).collect()
        }
        News::Changed { who, action, .. } => {
            let role = |seat| match seat {
                CALLER if caller_is_named => Role::Caller,
                _ => Role::Callee,
            };
            who.iter()
                .map(|seat| statement(seat, role(seat), Some(action.phase()), action.ends_as(), None))
                .collect()
        }
        News::Ended { callees: others, .. } => {
            let caller = statement(CALLER, Role::Caller, None, None, None);
            std::iter::once(caller).chain(callees(*others)).collect()
        }
    }
}

/// Same user, role, event (status: result; v4: command, users and actions) and second.
fn is_same(one: &SentCallback, other: &SentCallback) -> bool {
    let second = |report: &SentCallback| report.event_ms.div_euclid(1000);
    let same_news = match (&one.news, &other.news) {
        (News::Event(role, event, _), News::Event(role2, event2, _)) => (role, event) == (role2, event2),
        (News::Changed { who, action, .. }, News::Changed { who: who2, action: action2, .. }) => {
            return (who, action, second(one)) == (who2, action2, second(other));
        }
        (one, other) => one == other,
    };
    same_news && one.sender == other.sender && second(one) == second(other)
}

/// From one instant to a later one, in seconds.
fn span(from: Option<Timestamp>, to: Option<Timestamp>) -> Option<Timestamp> {
    to?.checked_sub(from?)
}

fn seconds(span: Option<Timestamp>) -> String {
    span.map_or(String::new(), |seconds| seconds.to_string())
}

fn rfc3339(time: Option<Timestamp>) -> String {
    let instant = time.and_then(|second| jiff::Timestamp::from_second(i64::from(second)).ok());
    instant.map_or(String::new(), |instant| instant.to_string())
}

/// As in the `callees` column, where `;` separates ids.
fn escape(id: &str) -> String {
    id.replace('\\', "\\\\").replace(';', "\\;")
}
