//! The calls of a log that is being written: their outcomes so far.
//!
//! Comes in: lines, as they are recorded. Goes out: findings, and the [`CallProgress`]. A call's lines are kept until
//! it is settled, so that it is read, judged and worked out by the same steps as any other, all of it at once. Memory
//! is bounded however long a run is: a call is let go once it has ended and nothing more comes, or nothing has come for
//! hours; and if all of them together become too large, those go that have been silent longest.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::BuildHasher;
use std::time::{Duration, Instant};

use foldhash::quality::RandomState;

use super::open_call::{MAX_RECORD, OpenCall, judged};
use crate::engine::{Block, RecordReader, RecordView, read_block};
use crate::framing::Framer;
use crate::rules::{InputFacts, RuleOptions};
use crate::spec::{CallResult, Finding, Level, Place, Word};

/// How long a call that has ended is kept for late and repeated callbacks: well beyond the vendor's last retry.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a call that has not ended is kept.
const LONGEST_SILENCE: Duration = Duration::from_secs(6 * 3600);
/// A line of that many bytes is far longer than any that the vendor sends. Its call is let go at once.
const LONG_LINE: usize = 64 << 10;
/// Bytes of calls that are worked out together.
const MOST_TOGETHER: usize = 1 << 20;
/// Most callbacks of one call that are kept.
const MOST_CALLBACKS: usize = 4096;
/// Calls that were let go and are remembered, so that a callback that comes even later begins no new one.
const MOST_REMEMBERED: usize = 1 << 16;

/// Outcomes: each result, and `incomplete`.
const OUTCOMES: usize = CallResult::ALL.len() + 1;

/// The outcomes of calls so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallProgress {
    /// Calls that have not ended.
    pub in_progress: u64,
    /// Calls of each outcome that occurs: those that have ended, and as `incomplete` those that were let go without.
    pub outcomes: Vec<(&'static str, u64)>,
    /// Findings by level, on records and on calls that were let go.
    pub findings: [u64; 3],
    /// Calls that were let go before their time, for lack of memory.
    pub let_go: u64,
}

/// Whole lines that were added to a log.
#[derive(Clone, Debug, Default)]
pub struct Added {
    /// The lines.
    pub lines: Vec<u8>,
    /// The file that they stand in: 0 for the one that the follower began with.
    pub file: usize,
    /// Offset of the first of them in the file.
    pub offset: u64,
    /// Lines that were added to the file before them.
    pub lines_before: u64,
}

/// Follows a log.
#[derive(Debug)]
pub struct Follower<'o> {
    rules: &'o RuleOptions,
    /// Most bytes of lines that are kept, over all calls.
    room: usize,
    /// Findings on calls that were let go for lack of memory.
    waiting: Vec<Finding>,
    /// Lines of the first file that were there before.
    before: u64,
    source: usize,
    reader: RecordReader<'static>,
    open: HashMap<String, OpenCall>,
    bytes: usize,
    hasher: RandomState,
    gone: HashSet<u64>,
    gone_in_order: VecDeque<u64>,
    outcomes: [u64; OUTCOMES],
    call_findings: [u64; 3],
    let_go: u64,
}

impl<'o> Follower<'o> {
    /// Goes on after that many lines of a log. Calls are kept as far as `room` bytes of their lines.
    pub fn new(rules: &'o RuleOptions, lines: u64, room: usize) -> Self {
        Self {
            rules,
            room,
            waiting: Vec::new(),
            before: lines,
            source: 0,
            reader: RecordReader::new(None, None),
            open: HashMap::new(),
            bytes: 0,
            hasher: RandomState::default(),
            gone: HashSet::new(),
            gone_in_order: VecDeque::new(),
            outcomes: [0; OUTCOMES],
            call_findings: [0; 3],
            let_go: 0,
        }
    }

    /// The file that is read, from 0; the log begins a new one now and then.
    pub fn file(&self) -> usize {
        self.source
    }

    /// Reads lines that came at `now`, and shows them to `view`.
    pub fn take(&mut self, added: Added, now: Instant, mut view: impl FnMut(&Block, RecordView<'_>)) {
        // Not always those after the last ones: lines in between may have been left out, and a file may be new.
        self.source = added.file;
        let before = if added.file == 0 { self.before } else { 0 };
        let mut framer = Framer::behind_lines(added.offset, before + added.lines_before, MAX_RECORD);
        let block = Block::of_lines(added.lines, self.source, &mut framer);
        let mut calls = Vec::new();
        read_block(&mut self.reader, &block, self.rules, |seen| {
            if let RecordView::Record { piece, place, record, .. } = &seen
                && let Some(call_id) = record.callback().and_then(|callback| callback.call_id.as_deref())
            {
                let line = place.place(&(0..place.bytes.len()));
                calls.push((call_id.to_owned(), piece.start..piece.end, line));
            }
            view(&block, seen);
        });
        // Of a log that goes on for years nobody asks for the facts of its files.
        self.reader.totals.sources.clear();
        let mut long: Vec<String> = Vec::new();
        for (call_id, range, line) in calls {
            if range.len() >= LONG_LINE {
                long.push(call_id.clone());
            }
            self.keep(call_id, &block.data()[range], line, now);
        }
        // Not only at the next time when things are settled: much can come in between.
        if self.bytes > self.room || !long.is_empty() {
            self.work_out();
            long.retain(|id| self.open.contains_key(id));
            long.sort_unstable();
            long.dedup();
            self.let_go += long.len() as u64;
            let mut due = long;
            if self.bytes > self.room {
                self.add_most_silent(&mut due);
            }
            let found = self.release(due);
            self.waiting.extend(found);
        }
    }

    fn keep(&mut self, call_id: String, text: &[u8], line: Place, now: Instant) {
        let size = call_id.len() + size_of::<OpenCall>();
        let call = match self.open.entry(call_id) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                if self.gone.contains(&self.hasher.hash_one(entry.key())) {
                    return;
                }
                self.bytes += size;
                let (text, lines) = (Vec::new(), Vec::new());
                entry.insert(OpenCall { text, lines, last: now, result: None, is_stale: true })
            }
        };
        call.last = now;
        if call.lines.len() < MOST_CALLBACKS {
            call.text.extend_from_slice(text);
            call.lines.push(line);
            call.is_stale = true;
            self.bytes += text.len() + size_of::<Place>();
        }
    }

    /// Works out what has changed, and lets calls go whose time has come; returns the findings on these.
    pub fn settle(&mut self, now: Instant) -> Vec<Finding> {
        self.work_out();
        let is_due = |call: &OpenCall| {
            let patience = if call.result.is_some() { PATIENCE } else { LONGEST_SILENCE };
            now.saturating_duration_since(call.last) >= patience
        };
        let due = self.open.iter().filter(|(_, call)| is_due(call)).map(|(id, _)| id.clone()).collect();
        let mut found = std::mem::take(&mut self.waiting);
        found.extend(self.release(due));
        found
    }

    /// Lets all calls go; returns the findings on them.
    pub fn finish(&mut self) -> Vec<Finding> {
        self.work_out();
        let all = self.open.keys().cloned().collect();
        let mut found = std::mem::take(&mut self.waiting);
        found.extend(self.release(all));
        found
    }

    /// Half of the memory is made free at once, so that this happens seldom.
    fn add_most_silent(&mut self, due: &mut Vec<String>) {
        let chosen: HashSet<&String> = due.iter().collect();
        let mut rest: Vec<(Instant, &String, usize)> = self
            .open
            .iter()
            .filter(|(id, _)| !chosen.contains(id))
            .map(|(id, call)| (call.last, id, call.size(id)))
            .collect();
        rest.sort_unstable();
        let mut bytes = self.bytes;
        let mut more = Vec::new();
        for (_, id, size) in rest {
            if bytes <= self.room / 2 {
                break;
            }
            bytes -= size;
            more.push(id.clone());
        }
        self.let_go += more.len() as u64;
        due.extend(more);
    }

    fn work_out(&mut self) {
        let stale: Vec<String> =
            self.open.iter().filter(|(_, call)| call.is_stale).map(|(id, _)| id.clone()).collect();
        let (rules, facts) = (self.rules, InputFacts { rang: self.reader.totals.rang });
        for part in in_parts(&self.open, &stale) {
            let results = judged(&self.open, part, rules, facts, |id, result, _| (id.to_owned(), result));
            for (id, result) in results {
                if let Some(call) = self.open.get_mut(&id) {
                    (call.result, call.is_stale) = (result, false);
                }
            }
        }
    }

    /// Lets calls go, in the order of their first callbacks.
    fn release(&mut self, mut calls: Vec<String>) -> Vec<Finding> {
        calls.sort_by_cached_key(|id| {
            self.open.get(id).and_then(|call| call.lines.first()).map(|line| (line.source, line.offset))
        });
        let (rules, facts) = (self.rules, InputFacts { rang: self.reader.totals.rang });
        let mut findings = Vec::new();
        for part in in_parts(&self.open, &calls) {
            findings.extend(judged(&self.open, part, rules, facts, |_, _, found| found).concat());
        }
        findings.iter().for_each(|finding| self.call_findings[finding.level as usize] += 1);
        for id in calls {
            let Some(call) = self.open.remove(&id) else { continue };
            self.bytes -= call.size(&id);
            self.outcomes[call.result.map_or(OUTCOMES - 1, |result| result as usize)] += 1;
            let hash = self.hasher.hash_one(&id);
            if self.gone.insert(hash) {
                self.gone_in_order.push_back(hash);
            }
        }
        while self.gone_in_order.len() > MOST_REMEMBERED {
            if let Some(hash) = self.gone_in_order.pop_front() {
                self.gone.remove(&hash);
            }
        }
        findings
    }

    /// The outcomes of calls so far.
    pub fn progress(&self) -> CallProgress {
        let mut outcomes = self.outcomes;
        let mut in_progress = 0;
        for call in self.open.values() {
            match call.result {
                Some(result) => outcomes[result as usize] += 1,
                None => in_progress += 1,
            }
        }
        let names = CallResult::ALL.iter().map(|result| result.as_str()).chain(["incomplete"]);
        let outcomes = names.zip(outcomes).filter(|(_, count)| *count > 0).collect();
        let on_records = self.reader.totals.findings;
        let findings =
            Level::ALL.map(|level| on_records[level as usize] + self.call_findings[level as usize]);
        CallProgress { in_progress, outcomes, findings, let_go: self.let_go }
    }
}

/// Calls in parts that are read together, so that what is read of them takes up little memory.
fn in_parts<'i>(open: &HashMap<String, OpenCall>, ids: &'i [String]) -> Vec<&'i [String]> {
    let size = |id: &String| open.get(id).map_or(0, |call| call.size(id));
    let (mut parts, mut rest) = (Vec::new(), ids);
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = |id: &&String| {
            let before = bytes;
            bytes += size(id);
            before < MOST_TOGETHER
        };
        let count = rest.iter().take_while(fits).count().max(1);
        let (part, left) = rest.split_at(count);
        parts.push(part);
        rest = left;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: usize = 64 << 20;

    const START: &str = r#"{"UserId":"a","RoomId":"r","TotalNum":2,"MediaType":"audio","CallType":"single","CallId":"ID","Role":"caller","Event":"start_call","CallResult":"","EventTime":1704856873}"#;
    const CANCEL: &str = r#"{"UserId":"a","RoomId":"r","TotalNum":2,"MediaType":"audio","CallType":"single","CallId":"ID","Role":"caller","Event":"cancel_call","CallResult":"cancel","EventTime":1704856879}"#;

    /// A callback of a call as a line.
    fn line(body: &str, id: &str) -> Vec<u8> {
        format!("{}\n", body.replace("ID", id)).into_bytes()
    }

    fn add(follower: &mut Follower<'_>, lines: Vec<u8>, lines_before: u64, now: Instant) {
        follower.take(Added { lines, lines_before, ..Added::default() }, now, |_, _| {});
    }

    fn settled(follower: &mut Follower<'_>, now: Instant) -> Vec<(&'static str, u64)> {
        let found = follower.settle(now).into_iter();
        found.map(|finding| (finding.rule.name(), finding.place.line)).collect()
    }

    #[test]
    fn a_call_is_settled_when_it_is_over_and_nothing_more_comes() {
        let rules = RuleOptions::default();
        let (mut follower, begun) = (Follower::new(&rules, 10, ROOM), Instant::now());
        add(&mut follower, line(START, "c1"), 0, begun);
        assert_eq!(settled(&mut follower, begun), []);
        assert_eq!((follower.progress().in_progress, follower.progress().outcomes), (1, vec![]));
        add(&mut follower, line(CANCEL, "c1"), 1, begun);
        assert_eq!(settled(&mut follower, begun), []);
        assert_eq!((follower.progress().in_progress, follower.progress().outcomes), (0, vec![("cancel", 1)]));
        // It comes again in time, and is a duplicate; what comes later still begins no new call.
        let later = begun + PATIENCE - Duration::from_secs(1);
        add(&mut follower, line(CANCEL, "c1"), 2, later);
        assert_eq!(settled(&mut follower, begun + PATIENCE), []);
        assert_eq!(settled(&mut follower, later + PATIENCE), [("call/duplicate", 13)]);
        add(&mut follower, line(CANCEL, "c1"), 3, later + PATIENCE);
        assert_eq!(settled(&mut follower, later + PATIENCE * 2), []);
        let progress = follower.progress();
        assert_eq!(
            (progress.in_progress, progress.outcomes, progress.findings),
            (0, vec![("cancel", 1)], [0, 0, 1])
        );
        assert_eq!((follower.open.len(), follower.bytes), (0, 0));
    }

    #[test]
    fn a_call_that_never_ends_is_incomplete_in_the_end() {
        let rules = RuleOptions::default();
        let (mut follower, begun) = (Follower::new(&rules, 0, ROOM), Instant::now());
        add(&mut follower, line(START, "c1"), 0, begun);
        assert_eq!(settled(&mut follower, begun + PATIENCE), []);
        assert_eq!(settled(&mut follower, begun + LONGEST_SILENCE), [("call/incomplete", 1)]);
        assert_eq!(follower.progress().outcomes, [("incomplete", 1)]);
        add(&mut follower, line(START, "c2"), 1, begun);
        let left = follower.finish().len();
        assert_eq!(
            (left, follower.open.len(), follower.progress().outcomes),
            (1, 0, vec![("incomplete", 2)])
        );
    }

    #[test]
    fn memory_stays_bounded() {
        let rules = RuleOptions::default();
        const SMALL: usize = 1 << 20;
        let (mut follower, begun) = (Follower::new(&rules, 0, SMALL), Instant::now());
        let long = START.replace(r#""RoomId":"r""#, &format!(r#""RoomId":"{}""#, "r".repeat(50 << 10)));
        for number in 0..150 {
            let now = begun + Duration::from_millis(number);
            add(&mut follower, line(&long, &format!("c{number}")), number, now);
            settled(&mut follower, now);
            assert!(follower.bytes <= SMALL, "{} bytes", follower.bytes);
        }
        let progress = follower.progress();
        assert!(progress.let_go > 0 && progress.in_progress + progress.let_go == 150, "{progress:?}");
        assert!(
            follower.open.contains_key("c149") && !follower.open.contains_key("c0"),
            "the most silent one goes"
        );
    }

    #[test]
    fn a_call_with_a_line_that_is_far_too_long_is_let_go() {
        let rules = RuleOptions::default();
        let (mut follower, begun) = (Follower::new(&rules, 0, ROOM), Instant::now());
        let long = START.replace(r#""RoomId":"r""#, &format!(r#""RoomId":"{}""#, "r".repeat(LONG_LINE)));
        add(&mut follower, line(&long, "c1"), 0, begun);
        add(&mut follower, line(START, "c2"), 1, begun);
        add(&mut follower, line(CANCEL, "c1"), 2, begun);
        let progress = follower.progress();
        assert_eq!((progress.let_go, progress.in_progress, follower.open.len()), (1, 1, 1));
        assert_eq!(settled(&mut follower, begun).first(), Some(&("call/incomplete", 1)));
    }
}
