//! The run: sends what is due, in order for each call and side by side across calls, until all is done.

use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::{Notify, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::attempt::{Attempt, Dropped};
use super::observer::ReplayObserver;
use super::outage::Outage;
use super::outcome::{Pace, RunEnd, RunError, RunOutcome};
use super::plan::{Plan, Speed};
use super::rewrite::Rewrite;
use super::spool::Spool;
use super::tally::ReplayTally;
use crate::deliveries::Acceptance;
use crate::live::backend::{Answer, Backend};
use crate::live::http::{RequestErrorKind, Unsent};
use crate::spec::RETRY_SECONDS;

/// How far a run that is late may exceed its rate to catch up: timers are not more exact than this.
const CATCH_UP: Duration = Duration::from_millis(10);

/// How often the observer is told the time.
const TICK: Duration = Duration::from_millis(100);

/// How long requests in flight may take when the run is stopped.
const GRACE: Duration = Duration::from_secs(1);

/// Carries out a plan. `stop` ends it early.
///
/// # Errors
/// [`RunError`].
pub async fn run<B: Backend, F: ReplayObserver>(
    plan: &Plan,
    spool: &Spool,
    rewrite: &Rewrite,
    backend: &B,
    pace: Pace,
    stop: &Notify,
    observer: &mut F,
) -> Result<RunOutcome, RunError> {
    let begun = Instant::now();
    let mut run = ReplayRun {
        plan,
        spool,
        rewrite,
        backend,
        pace,
        begun,
        next: 0,
        busy: HashMap::new(),
        ready: BinaryHeap::new(),
        again: BinaryHeap::new(),
        flying: JoinSet::new(),
        given_up: watch::Sender::new(()),
        outage: None,
        parked: Vec::new(),
        paused: Duration::ZERO,
        free_at: begun,
        reached: false,
        tally: ReplayTally::default(),
        observer,
    };
    run.tell_dropped()?;
    let end = run.go(stop).await?;
    Ok(RunOutcome { tally: run.tally, end, took: begun.elapsed() })
}

/// A request in flight, or back from it.
struct Flight {
    /// The delivery, by its place in the plan.
    delivery: usize,
    number: u8,
    call_id: Option<String>,
    sent: Duration,
}

struct ReplayRun<'r, B, F> {
    plan: &'r Plan,
    spool: &'r Spool,
    rewrite: &'r Rewrite,
    backend: &'r B,
    pace: Pace,
    begun: Instant,
    /// The first delivery that has not become due yet.
    next: usize,
    /// The lanes with a delivery under way, and the deliveries that wait for it.
    busy: HashMap<u32, VecDeque<usize>>,
    /// Deliveries that may be sent, the earliest first.
    ready: BinaryHeap<Reverse<usize>>,
    /// Deliveries that are to be sent again, and their next number.
    again: BinaryHeap<Reverse<(Instant, usize, u8)>>,
    flying: JoinSet<(Flight, Answer)>,
    /// Tells what is in flight that it is not waited for any longer.
    given_up: watch::Sender<()>,
    /// While nothing listens.
    outage: Option<Outage<(Flight, Answer)>>,
    /// What nothing listened for, and is sent again now, the first at the end.
    parked: Vec<Flight>,
    /// How long all outages took.
    paused: Duration,
    /// When the rate allows the next request.
    free_at: Instant,
    /// True once there was a connection.
    reached: bool,
    tally: ReplayTally,
    observer: &'r mut F,
}

impl<B: Backend, F: ReplayObserver> ReplayRun<'_, B, F> {
    fn tell_dropped(&mut self) -> Result<(), RunError> {
        for index in &self.plan.dropped {
            let entry = &self.plan.entries[*index as usize];
            let message = self.spool.read(entry.at, entry.length).map_err(RunError::Spool)?;
            let call_id = message.call_id.as_deref();
            let dropped = Dropped { source: entry.source, record: entry.record, call_id };
            self.observer.dropped(&dropped);
        }
        Ok(())
    }

    async fn go(&mut self, stop: &Notify) -> Result<RunEnd, RunError> {
        loop {
            let now = Instant::now();
            let is_over = self.outage.as_ref().is_some_and(|outage| outage.lasted() >= self.pace.wait);
            if is_over && self.flying.is_empty() {
                self.give_up(true);
                return Ok(RunEnd::Unreachable);
            }
            // If the first delivery to fail had no connection, nothing more is sent unless another request has one.
            let is_doomed = !self.reached && self.tally.failed > 0;
            if is_doomed && self.flying.is_empty() {
                return Ok(RunEnd::Unreachable);
            }
            if !is_doomed {
                self.admit(now);
                if self.outage.is_none() {
                    self.launch(now)?;
                } else if self.flying.is_empty() {
                    self.probe(now)?;
                }
            }
            if self.flying.is_empty() && self.is_idle() {
                return Ok(RunEnd::Done);
            }
            let wake = self.wake(now);
            tokio::select! {
                biased;
                () = stop.notified() => {
                    self.wind_up().await?;
                    return Ok(RunEnd::Stopped);
                }
                Some(landed) = self.flying.join_next(), if !self.flying.is_empty() => {
                    self.land(landed)?;
                }
                () = sleep_until(wake) => {}
            }
            self.observer.tick(&self.tally);
        }
    }

    fn is_idle(&self) -> bool {
        let is_sent = self.next == self.plan.deliveries.len() && self.ready.is_empty();
        is_sent && self.again.is_empty() && self.parked.is_empty() && self.outage.is_none()
    }

    fn due(&self, delivery: usize) -> Instant {
        self.begun + self.paused + self.plan.due(&self.plan.deliveries[delivery])
    }

    fn lane(&self, delivery: usize) -> u32 {
        self.plan.entries[self.plan.deliveries[delivery].entry as usize].lane
    }

    /// Takes what has become due: it is ready, or waits for another of its call.
    fn admit(&mut self, now: Instant) {
        // No more than can be sent at once: if all is due from the start, the rest waits in the plan.
        while self.ready.len() < self.pace.concurrency
            && self.next < self.plan.deliveries.len()
            && self.due(self.next) <= now
        {
            match self.busy.entry(self.lane(self.next)) {
                Entry::Occupied(mut lane) => lane.get_mut().push_back(self.next),
                Entry::Vacant(lane) => {
                    lane.insert(VecDeque::new());
                    self.ready.push(Reverse(self.next));
                }
            }
            self.next += 1;
        }
    }

    /// Sends what is ready, as far as concurrency and rate allow.
    fn launch(&mut self, now: Instant) -> Result<(), RunError> {
        while self.flying.len() < self.pace.concurrency && self.rate_allows(now) {
            if let Some(flight) = self.parked.pop() {
                self.send(flight.delivery, flight.number, Some(flight.sent))?;
                continue;
            }
            let is_due = |Reverse((at, _, _)): &Reverse<(Instant, usize, u8)>| *at <= now;
            let (delivery, number) = if self.again.peek().is_some_and(is_due)
                && let Some(Reverse((_, delivery, number))) = self.again.pop()
            {
                (delivery, number)
            } else if let Some(Reverse(delivery)) = self.ready.pop() {
                (delivery, 1)
            } else {
                break;
            };
            self.send(delivery, number, None)?;
            if let Some(rate) = self.pace.rate {
                let earliest = now.checked_sub(CATCH_UP).unwrap_or(now);
                self.free_at = self.free_at.max(earliest) + Duration::from_secs_f64(1.0 / rate);
            }
        }
        Ok(())
    }

    fn rate_allows(&self, now: Instant) -> bool {
        self.pace.rate.is_none() || self.free_at <= now
    }

    /// Sends the first of what was put aside, to find out whether something listens again.
    fn probe(&mut self, now: Instant) -> Result<(), RunError> {
        match self.outage.as_mut().and_then(|outage| outage.probe(now)) {
            Some((flight, _)) => self.send(flight.delivery, flight.number, Some(flight.sent)),
            None => Ok(()),
        }
    }

    /// Sends a request; `sent` is when that was tried before, if nothing listened.
    fn send(&mut self, delivery: usize, number: u8, sent_before: Option<Duration>) -> Result<(), RunError> {
        let entry = &self.plan.entries[self.plan.deliveries[delivery].entry as usize];
        let mut message = self.spool.read(entry.at, entry.length).map_err(RunError::Spool)?;
        let call_id = message.call_id.take();
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
        let dressed = self.rewrite.dress(message, seconds, self.plan.deliveries[delivery].pass);
        let sent = self.begun.elapsed();
        if number == 1 && sent_before.is_none() {
            self.tally.sent += 1;
            if self.plan.speed != Speed::Max {
                let due = self.plan.due(&self.plan.deliveries[delivery]);
                self.tally.drift.add(sent.saturating_sub(due + self.paused));
            }
        }
        let flight = Flight { delivery, number, call_id, sent };
        let Some(dressed) = dressed else {
            self.reached = true;
            self.settle(&flight, &Answer::to_no_request());
            return Ok(());
        };
        self.tally.encoded += u64::from(dressed.encoded);
        self.tally.left_out_headers += dressed.left_out;
        self.tally.withheld += dressed.withheld;
        let backend = self.backend.clone();
        let mut given_up = self.given_up.subscribe();
        let begun = Instant::now();
        self.flying.spawn(async move {
            let answer = tokio::select! {
                answer = backend.send(dressed.request) => answer,
                _ = given_up.changed() => Answer::stopped(begun.elapsed()),
            };
            (flight, answer)
        });
        Ok(())
    }

    /// Takes what comes back from a request. A task that panicked would come back with nothing; none does.
    fn land(&mut self, landed: Result<(Flight, Answer), JoinError>) -> Result<(), RunError> {
        let (flight, answer) = landed.map_err(|error| RunError::Task(error.to_string()))?;
        let failure = answer.failure.as_ref().map(|error| error.kind);
        self.reached |= !matches!(failure, Some(RequestErrorKind::Connect | RequestErrorKind::Stopped));
        if failure == Some(RequestErrorKind::Stopped) {
            self.tell(&flight, &answer, false);
            return Ok(());
        }
        let is_unsent =
            answer.failure.as_ref().is_some_and(|error| error.unsent == Some(Unsent::NotListening));
        if is_unsent && !self.pace.wait.is_zero() {
            self.park(flight, answer);
            return Ok(());
        }
        self.resume();
        self.settle(&flight, &answer);
        Ok(())
    }

    /// Puts a delivery aside that nothing listened for. Nothing else is sent until something does.
    fn park(&mut self, flight: Flight, answer: Answer) {
        if self.outage.is_none() {
            let cause = answer.failure.as_ref().map_or("", |error| &error.cause);
            self.observer.waiting(cause, self.pace.wait);
        }
        let now = Instant::now();
        self.outage.get_or_insert_with(|| Outage::new(now)).park((flight, answer), now);
    }

    /// Goes on after an outage. What is due from now on is due later by the time that it took.
    fn resume(&mut self) {
        let Some(outage) = self.outage.take() else { return };
        let waited = outage.lasted();
        self.tally.waited += waited;
        self.paused += waited;
        self.observer.resumed(waited);
        self.parked.extend(outage.into_parked().into_iter().map(|(flight, _)| flight));
        self.parked.sort_by_key(|flight| Reverse(flight.delivery));
    }

    /// Ends an outage without a connection: what was put aside has failed, or its outcome stays unknown.
    fn give_up(&mut self, is_last: bool) {
        let Some(outage) = self.outage.take() else { return };
        self.tally.waited += outage.lasted();
        for (flight, answer) in outage.into_parked() {
            self.tell(&flight, &answer, is_last);
        }
    }

    /// The delivery is done, or made again; if it is done, the next of its call is ready.
    fn settle(&mut self, flight: &Flight, answer: &Answer) {
        let Flight { delivery, number, .. } = *flight;
        let again = self.pace.retries && answer.acceptance() != Acceptance::Accepted;
        // The vendor's ladder.
        let wait = RETRY_SECONDS.get(usize::from(number) - 1).filter(|_| again);
        let wait = wait.map(|seconds| Duration::from_secs(u64::from(*seconds)));
        self.tell(flight, answer, wait.is_none());
        if let Some(wait) = wait {
            self.again.push(Reverse((Instant::now() + wait, delivery, number + 1)));
            return;
        }
        let lane = self.lane(delivery);
        match self.busy.get_mut(&lane).and_then(VecDeque::pop_front) {
            Some(next) => self.ready.push(Reverse(next)),
            None => drop(self.busy.remove(&lane)),
        }
    }

    fn tell(&mut self, flight: &Flight, answer: &Answer, is_last: bool) {
        let delivery = &self.plan.deliveries[flight.delivery];
        let entry = &self.plan.entries[delivery.entry as usize];
        let planned = (self.plan.speed != Speed::Max).then(|| self.plan.due(delivery));
        let attempt = Attempt {
            source: entry.source,
            record: entry.record,
            call_id: flight.call_id.as_deref(),
            copy: delivery.copy,
            pass: delivery.pass,
            marks: delivery.marks,
            number: flight.number,
            is_last,
            planned,
            sent: flight.sent,
            answer,
        };
        self.tally.add(entry.lane, &attempt);
        self.observer.done(&attempt);
    }

    /// When there is something to do next, if no answer comes.
    fn wake(&self, now: Instant) -> Instant {
        let mut wake = now + TICK;
        if let Some(outage) = &self.outage {
            return if self.flying.is_empty() { wake.min(outage.next()) } else { wake };
        }
        if self.flying.len() >= self.pace.concurrency {
            return wake;
        }
        let again = self.again.peek().map(|Reverse((at, _, _))| *at);
        let due =
            (self.next < self.plan.deliveries.len() && self.ready.is_empty()).then(|| self.due(self.next));
        let ready = (!self.ready.is_empty() || !self.parked.is_empty()).then_some(now);
        for at in [again, due, ready].into_iter().flatten() {
            wake = wake.min(if self.pace.rate.is_some() { at.max(self.free_at) } else { at });
        }
        wake
    }

    /// Ends a run that was stopped: what is in flight has a moment left.
    async fn wind_up(&mut self) -> Result<(), RunError> {
        self.give_up(false);
        let until = Instant::now() + GRACE;
        while !self.flying.is_empty() {
            match timeout_at(until, self.flying.join_next()).await {
                Ok(Some(landed)) => self.land(landed)?,
                Ok(None) => break,
                Err(_) => {
                    self.given_up.send_replace(());
                    while let Some(landed) = self.flying.join_next().await {
                        self.land(landed)?;
                    }
                }
            }
        }
        Ok(())
    }
}
