//! The loop that delivers: reads lines, sends what is due, and keeps the position.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Method, Request};
use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::delivery_files::DeliveryFiles;
use super::gate::Gate;
use super::lanes::{DeliveryLanes, WaitingLine};
use super::log_folder::LogFolder;
use super::logged_request::LoggedRequest;
use super::options::DeliveryOptions;
use super::position::PositionFile;
use super::resume::{resume, waiting};
use super::schedule::{MOST_REFUSALS, NextStep, asked_wait, wait_after};
use super::tail::{LogTail, TailLine};
use crate::deliveries::{Delivered, UndeliveredReason, UnsettledLine};
use crate::live::backend::{Answer, Backend};
use crate::live::capture::log::LogEnd;
use crate::live::capture::passing::{headers, target};
use crate::live::capture::tally::{CaptureCount, CaptureTally};
use crate::live::http::is_plain;
use crate::live::query::{sendable, set_parameter};
use crate::source::plain;

/// Deliveries that are under way at once.
const MOST_FLYING: usize = 16;

/// Lines and bytes that wait in memory; the rest waits in the log.
const MOST_LINES: usize = 10_000;
const MOST_BYTES: usize = 32 << 20;

/// How often the position is written while it changes.
const SYNC_EVERY: Duration = Duration::from_millis(250);

/// When something that failed on this machine is tried again.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// How long what is under way may take when the receiver stops.
const GRACE: Duration = Duration::from_secs(2);

/// A delivery that is back.
#[derive(Debug)]
struct Landed {
    lane: u64,
    line: WaitingLine,
    logged: LoggedRequest,
    /// When it was sent, in Unix milliseconds.
    sent_at: i64,
    answer: Answer,
}

/// The time, by a clock that nobody sets.
#[derive(Clone, Copy, Debug)]
struct DeliveryClock {
    begun: Instant,
    millis: i64,
}

impl DeliveryClock {
    fn new() -> Self {
        Self { begun: Instant::now(), millis: Timestamp::now().as_millisecond() }
    }

    /// In Unix milliseconds.
    fn now(&self) -> i64 {
        self.millis + i64::try_from(self.begun.elapsed().as_millis()).unwrap_or(i64::MAX)
    }
}

/// Delivers a log.
#[derive(Debug)]
pub(in crate::live::capture) struct Deliverer<B> {
    options: DeliveryOptions,
    backend: B,
    files: DeliveryFiles,
    tally: Arc<CaptureTally>,
    clock: DeliveryClock,
    tail: LogTail,
    position: PositionFile,
    lanes: DeliveryLanes,
    gate: Gate,
    flying: JoinSet<Landed>,
    /// True if the position on disk is an earlier one; and when it may be written next.
    is_dirty: bool,
    next_sync: Instant,
    /// When the log may be read again that could not be.
    next_read: Instant,
}

impl<B: Backend> Deliverer<B> {
    /// Goes on where an earlier run left off; without one, with what is added to the log from now on.
    ///
    /// # Errors
    /// If the position or the log cannot be read.
    pub(in crate::live::capture) fn start(
        log: &Path,
        options: DeliveryOptions,
        backend: B,
        files: DeliveryFiles,
        ends: watch::Receiver<LogEnd>,
        tally: Arc<CaptureTally>,
    ) -> io::Result<Self> {
        if cfg!(not(unix)) {
            return Err(io::Error::other("`--acknowledge stored` needs a Unix system"));
        }
        let (clock, now) = (DeliveryClock::new(), Instant::now());
        let folder = LogFolder::of(log);
        let position = PositionFile::of(log, files.needed.clone());
        let known = position.read()?;
        let is_first = known.is_none();
        let mut lanes = DeliveryLanes::default();
        let tail = match known {
            None => {
                let length = ends.borrow().length;
                LogTail::new(folder, log, length, (BTreeMap::new(), 0), ends, clock.now())?
            }
            Some(known) => resume(folder, known, ends, &mut lanes, &tally, clock.now(), now)?,
        };
        let mut deliverer = Self {
            options,
            backend,
            files,
            tally,
            clock,
            tail,
            position,
            lanes,
            gate: Gate::new(now),
            flying: JoinSet::new(),
            is_dirty: is_first,
            next_sync: now,
            next_read: now,
        };
        if is_first {
            // Before anything is acknowledged: without it, a kill would make the next start begin at a later end.
            deliverer.write_position()?;
        }
        Ok(deliverer)
    }

    /// Delivers until it is told to stop.
    pub(in crate::live::capture) async fn run(mut self, mut stopping: watch::Receiver<bool>) {
        let mut until: Option<Instant> = None;
        loop {
            let now = Instant::now();
            if until.is_none() {
                self.fill(now);
                self.launch(now);
            }
            if self.is_dirty && self.next_sync <= now {
                self.sync_position(now);
            }
            self.tally.set(CaptureCount::Waiting, self.lanes.lines() as u64);
            if until.is_some_and(|until| self.flying.is_empty() || until <= now) {
                break;
            }
            let wake = until.unwrap_or_else(|| self.wake(now));
            tokio::select! {
                biased;
                _ = stopping.wait_for(|stopping| *stopping), if until.is_none() => {
                    until = Some(Instant::now() + GRACE);
                }
                Some(landed) = self.flying.join_next(), if !self.flying.is_empty() => {
                    // A task that panicked would come back with nothing; none does.
                    if let Ok(landed) = landed {
                        self.land(landed).await;
                    }
                }
                () = self.tail.grown(), if until.is_none() => {}
                () = sleep_until(wake) => {}
            }
        }
        self.flying.abort_all();
        self.sync_position(Instant::now());
        let left = self.lanes.lines();
        if left > 0 {
            self.tally.note(format!(
                "{left} requests still have to be delivered; the next start goes on with them"
            ));
        }
    }

    /// Reads lines, as far as there is room for them.
    fn fill(&mut self, now: Instant) {
        if self.next_read > now {
            return;
        }
        while self.lanes.lines() < MOST_LINES && self.lanes.bytes() < MOST_BYTES {
            match self.tail.next(self.clock.now()) {
                Ok(Some(line)) => self.take(line, 0, now),
                Ok(None) => return,
                Err(error) => {
                    let name = self.tail.name();
                    self.tally.note(format!("`{name}` cannot be read to deliver it: {}", plain(&error)));
                    self.next_read = now + TRY_AGAIN;
                    return;
                }
            }
        }
    }

    fn take(&mut self, line: TailLine, refusals: u32, now: Instant) {
        match waiting(line, refusals) {
            Ok(line) if self.is_passed_on(&line) => self.lanes.add(line, now),
            Ok(_) => self.is_dirty = true,
            Err(note) => {
                self.is_dirty = true;
                self.tally.note(note);
            }
        }
    }

    /// True for a request that is for the backend.
    fn is_passed_on(&self, line: &WaitingLine) -> bool {
        LoggedRequest::read(&line.text).is_some_and(|logged| {
            let method = logged.method.parse().unwrap_or(Method::TRACE);
            let is_for_proxies = [Method::CONNECT, Method::TRACE].contains(&method);
            !is_for_proxies && (self.options.all_methods || method == Method::POST) && is_plain(logged.path())
        })
    }

    /// Sends what is due, as far as the gate allows.
    fn launch(&mut self, now: Instant) {
        while self.flying.len() < MOST_FLYING && self.gate.not_before() <= now {
            let next = match self.gate.is_open() {
                true => self.lanes.take_due(now),
                false if self.flying.is_empty() => self.lanes.take_any(now),
                false => None,
            };
            let Some((lane, line)) = next else { return };
            self.send(lane, line);
        }
    }

    fn send(&mut self, lane: u64, line: WaitingLine) {
        // It could be read when it was taken.
        let Some(logged) = LoggedRequest::read(&line.text) else { return };
        let request = self.request(&logged);
        let (backend, sent_at) = (self.backend.clone(), self.clock.now());
        self.flying.spawn(async move {
            let answer = match request {
                Some(request) => backend.send(request).await,
                None => Answer::to_no_request(),
            };
            Landed { lane, line, logged, sent_at, answer }
        });
    }

    /// The request; none if its URL is too long.
    fn request(&self, logged: &LoggedRequest) -> Option<Request<Full<Bytes>>> {
        let mut query = logged.query().map(|query| query.as_bytes().to_vec());
        if let Some(token) = &self.options.token {
            let query = query.get_or_insert_default();
            let time = Timestamp::now().as_second().to_string();
            set_parameter(query, "RequestTime", &time);
            set_parameter(query, "Sign", &token.sign(&time));
        }
        let query = query.map(|query| sendable(&query).0);
        let mut request = Request::new(Full::new(logged.body.clone()));
        *request.method_mut() = logged.method.parse().unwrap_or(Method::POST);
        *request.uri_mut() = target(&self.options.url, logged.path(), query.as_deref())?;
        *request.headers_mut() = headers(&logged.headers, logged.peer);
        Some(request)
    }

    /// Takes an answer, or that there was none.
    async fn land(&mut self, landed: Landed) {
        let Landed { lane, line, logged, sent_at, answer } = landed;
        self.files.record(&line, &logged, sent_at, &answer, &self.tally).await;
        let (now, step) = (Instant::now(), NextStep::of(&answer));
        if step == NextStep::Wait {
            self.gate.close(now);
        } else if self.gate.open(now, asked_wait(&answer)) {
            self.lanes.wake(now);
        }
        let refusals = line.refusals + u32::from(step == NextStep::Unlikely);
        let age = self.clock.now().saturating_sub(logged.received_at);
        let is_too_old = u128::try_from(age).is_ok_and(|age| age >= self.options.give_up.as_millis());
        let reason = match step {
            NextStep::Done => None,
            NextStep::Unlikely if refusals >= MOST_REFUSALS => Some(UndeliveredReason::Refused),
            _ if is_too_old => Some(UndeliveredReason::GivenUp),
            _ => {
                let least = asked_wait(&answer);
                let is_refused = step == NextStep::Unlikely;
                self.is_dirty |= is_refused;
                return self.lanes.again(lane, step == NextStep::Wait, is_refused, |failures| {
                    now + wait_after(failures).max(least)
                });
            }
        };
        if let Some(reason) = reason
            && !self.files.set_aside(&line, &answer, (reason, self.clock.now()), &self.tally).await
        {
            return self.lanes.again(lane, false, false, |_| now + TRY_AGAIN);
        }
        self.tally.add(if reason.is_some() { CaptureCount::Undelivered } else { CaptureCount::Delivered });
        self.lanes.settle(lane, now);
        self.is_dirty = true;
    }

    fn sync_position(&mut self, now: Instant) {
        match self.write_position() {
            Ok(()) => self.next_sync = now + SYNC_EVERY,
            Err(error) => {
                self.tally.note(format!("`LOG.delivered` cannot be written: {}", plain(&error)));
                self.next_sync = now + TRY_AGAIN;
            }
        }
    }

    fn write_position(&mut self) -> io::Result<()> {
        let mut lines: Vec<(u64, u64, u32)> =
            self.lanes.waiting().map(|line| (line.file, line.offset, line.refusals)).collect();
        lines.sort_unstable();
        let mut wanted: Vec<u64> = lines.iter().map(|(file, ..)| *file).collect();
        wanted.dedup();
        let (files, offset) = self.tail.position(&wanted)?;
        let index = |file: u64| files.iter().position(|(number, _)| *number == file).unwrap_or_default();
        let pending = lines.iter().map(|(file, offset, refusals)| UnsettledLine {
            file: index(*file),
            offset: *offset,
            refusals: *refusals,
        });
        let state = Delivered {
            synced_at: self.clock.now(),
            pending: pending.collect(),
            files: files.iter().map(|(_, mark)| mark.clone()).collect(),
            offset,
            ..Delivered::default()
        };
        self.position.write(state)?;
        self.is_dirty = false;
        Ok(())
    }

    /// When there is something to do next, if nothing comes.
    fn wake(&mut self, now: Instant) -> Instant {
        const LONG: Duration = Duration::from_secs(3600);
        let sync = self.is_dirty.then_some(self.next_sync);
        let read = (self.next_read > now).then_some(self.next_read);
        let is_full = self.flying.len() >= MOST_FLYING;
        let due = match self.gate.is_open() {
            _ if is_full => None,
            true => self.lanes.next_due().map(|due| due.max(self.gate.not_before())),
            false => (self.flying.is_empty() && self.lanes.lines() > 0).then_some(self.gate.not_before()),
        };
        [sync, read, due].into_iter().flatten().min().unwrap_or(now + LONG)
    }
}
