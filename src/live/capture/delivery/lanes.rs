//! Lines that wait to be delivered: a lane for each call, of which the first line is sent, and the others wait for it.
//!
//! Comes in: lines in the order of the log. Goes out: which lane sends next. Must not: know a backend or a file.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};

use tokio::time::Instant;

/// A line of the log.
#[derive(Clone, Debug)]
pub(super) struct WaitingLine {
    /// Its file, in the order in which files were read.
    pub(super) file: u64,
    /// Its offset there.
    pub(super) offset: u64,
    /// Its bytes, without the line end.
    pub(super) text: Vec<u8>,
    /// The call, if the callback names one.
    pub(super) call_id: Option<String>,
    /// How often it was sent, since the start.
    pub(super) tries: u32,
    /// How often the backend refused it for good.
    pub(super) refusals: u32,
}

/// The lane of one call, or of one line without a call.
#[derive(Debug)]
struct DeliveryLane {
    waiting: VecDeque<WaitingLine>,
    /// Deliveries of the first line that were not accepted, one after another.
    failures: u32,
    /// When the first line may be sent.
    due: Instant,
    /// When a line of it was last sent.
    tried: Option<Instant>,
    is_flying: bool,
    /// True if the last delivery had no answer.
    had_no_answer: bool,
}

/// All lanes.
#[derive(Debug, Default)]
pub(super) struct DeliveryLanes {
    lanes: HashMap<u64, DeliveryLane>,
    of_call: HashMap<String, u64>,
    next: u64,
    /// DeliveryLanes by when they are due; an entry that is not its lane's any more counts nothing.
    due: BinaryHeap<Reverse<(Instant, u64)>>,
    lines: usize,
    bytes: usize,
}

impl DeliveryLanes {
    /// How many lines wait, those that are being sent included.
    pub(super) fn lines(&self) -> usize {
        self.lines
    }

    /// Bytes of them.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Adds a line after all others of its call.
    pub(super) fn add(&mut self, line: WaitingLine, now: Instant) {
        self.lines += 1;
        self.bytes += line.text.len();
        let known = line.call_id.as_ref().and_then(|call| self.of_call.get(call).copied());
        if let Some(lane) = known.and_then(|id| self.lanes.get_mut(&id)) {
            lane.waiting.push_back(line);
            return;
        }
        let id = self.next;
        self.next += 1;
        if let Some(call) = &line.call_id {
            self.of_call.insert(call.clone(), id);
        }
        let lane = DeliveryLane {
            waiting: VecDeque::from([line]),
            failures: 0,
            due: now,
            tried: None,
            is_flying: false,
            had_no_answer: false,
        };
        self.lanes.insert(id, lane);
        self.due.push(Reverse((now, id)));
    }

    /// The next lane that is due, whose first line is sent now.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<(u64, WaitingLine)> {
        while let Some(Reverse((due, id))) = self.due.peek().copied() {
            if due > now {
                return None;
            }
            self.due.pop();
            let is_current = self.lanes.get(&id).is_some_and(|lane| lane.due == due && !lane.is_flying);
            if is_current {
                return self.begin(id, now);
            }
        }
        None
    }

    /// The lane that was tried longest ago, whatever it waits for.
    pub(super) fn take_any(&mut self, now: Instant) -> Option<(u64, WaitingLine)> {
        let idle = self.lanes.iter().filter(|(_, lane)| !lane.is_flying);
        let (id, _) = idle.min_by_key(|(id, lane)| (lane.tried, **id))?;
        let id = *id;
        self.begin(id, now)
    }

    fn begin(&mut self, id: u64, now: Instant) -> Option<(u64, WaitingLine)> {
        let lane = self.lanes.get_mut(&id)?;
        (lane.is_flying, lane.tried) = (true, Some(now));
        let line = lane.waiting.front_mut()?;
        line.tries = line.tries.saturating_add(1);
        Some((id, line.clone()))
    }

    /// When the next lane is due.
    pub(super) fn next_due(&mut self) -> Option<Instant> {
        while let Some(Reverse((due, id))) = self.due.peek().copied() {
            if self.lanes.get(&id).is_some_and(|lane| lane.due == due && !lane.is_flying) {
                return Some(due);
            }
            self.due.pop();
        }
        None
    }

    /// The first line of a lane is done with.
    pub(super) fn settle(&mut self, id: u64, now: Instant) {
        let Some(lane) = self.lanes.get_mut(&id) else { return };
        let Some(done) = lane.waiting.pop_front() else { return };
        self.lines -= 1;
        self.bytes -= done.text.len();
        if lane.waiting.is_empty() {
            self.lanes.remove(&id);
            if let Some(call) = &done.call_id {
                self.of_call.remove(call);
            }
            return;
        }
        (lane.failures, lane.is_flying, lane.had_no_answer, lane.due) = (0, false, false, now);
        self.due.push(Reverse((now, id)));
    }

    /// The first line of a lane is sent again; `when` says when, from how often it was not accepted in a row. A refusal
    /// for good is counted.
    pub(super) fn again(
        &mut self,
        id: u64,
        had_no_answer: bool,
        is_refused: bool,
        when: impl FnOnce(u32) -> Instant,
    ) {
        let Some(lane) = self.lanes.get_mut(&id) else { return };
        lane.failures = lane.failures.saturating_add(1);
        if let Some(line) = lane.waiting.front_mut().filter(|_| is_refused) {
            line.refusals = line.refusals.saturating_add(1);
        }
        (lane.is_flying, lane.had_no_answer, lane.due) = (false, had_no_answer, when(lane.failures));
        self.due.push(Reverse((lane.due, id)));
    }

    /// Makes all lanes due whose last delivery had no answer.
    pub(super) fn wake(&mut self, now: Instant) {
        for (id, lane) in &mut self.lanes {
            if lane.had_no_answer && !lane.is_flying {
                lane.due = now;
                self.due.push(Reverse((now, *id)));
            }
        }
    }

    /// All lines, in any order.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &WaitingLine> {
        self.lanes.values().flat_map(|lane| &lane.waiting)
    }
}
