//! Counts over a whole input, apart from its calls.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::days::Days;
use super::source_facts::SourceFacts;
use crate::calls::cause::{ActiveUsers, LogContext};
use crate::calls::counts::add_each;
use crate::calls::store::problems::Problems;
use crate::decode::CallbackFacts;
use crate::spec::{COMMANDS, CallResult, CallbackCommand, Event, Family, Role, Timestamp, V4Command, Word};

/// What an input contains. Sums of parts are those of the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Records.
    pub records: u64,
    /// Bytes in all, decompressed.
    pub bytes: u64,
    /// Bytes between records.
    pub blank_bytes: u64,
    /// Bytes that were skipped.
    pub skipped_bytes: u64,
    /// Bytes that were passed over: text, responses, members of a document around records.
    pub other_bytes: u64,
    /// Records that are callbacks.
    pub callbacks: u64,
    /// Callbacks that name no call.
    pub ungrouped: u64,
    /// Findings on records and skipped ranges, by level.
    pub findings: [u64; 3],
    /// The greatest `EventTime`, in Unix seconds.
    pub newest: Option<Timestamp>,
    /// The times of all callbacks.
    days: Days,
    /// True if any callback is a `receive_call`.
    pub rang: bool,
    /// The commands that callbacks are of.
    seen: SeenCommands,
    /// For each family, how many callbacks are of it.
    pub families: [u64; 3],
    /// Callbacks that came without an SDKAppID.
    pub without_sdkappid: u64,
    /// What each source holds that was read, by its index.
    pub sources: BTreeMap<usize, SourceFacts>,
}

/// Commands of the callbacks, taken from their bodies if possible, since a bare log has no URL. Sets of
/// words, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct SeenCommands {
    /// Events of no role, of the caller, of the callee.
    events: [u32; 1 + Role::ALL.len()],
    /// Results of the status family.
    results: u32,
    v4: u32,
}

impl SeenCommands {
    fn add_event(&mut self, role: Option<Role>, event: Event) {
        self.events[role.map_or(0, |role| 1 + role as usize)] |= 1 << event as u32;
    }

    fn add_result(&mut self, result: CallResult) {
        self.results |= 1 << result as u32;
    }

    fn merge(&mut self, other: Self) {
        for (seen, too) in self.events.iter_mut().zip(other.events) {
            *seen |= too;
        }
        self.results |= other.results;
        self.v4 |= other.v4;
    }

    fn has(&self, command: CallbackCommand) -> bool {
        match command {
            CallbackCommand::Event(None, event) => {
                self.events.iter().any(|seen| seen & (1 << event as u32) != 0)
            }
            CallbackCommand::Event(Some(role), event) => {
                self.events[1 + role as usize] & (1 << event as u32) != 0
            }
            CallbackCommand::Status(result) => self.results & (1 << result as u32) != 0,
            CallbackCommand::V4(command) => self.v4 & (1 << command as u32) != 0,
            CallbackCommand::CallEnd => false,
        }
    }
}

impl Totals {
    /// Counts a callback.
    pub fn add_callback(&mut self, callback: &impl CallbackFacts) {
        self.callbacks += 1;
        self.ungrouped += u64::from(callback.call_id().is_none());
        self.without_sdkappid += u64::from(callback.sdkappid().is_none());
        self.add_time(callback.event_time());
        let (family, event) = (callback.family(), callback.event());
        self.rang |= event == Some(Event::ReceiveCall);
        self.families[family as usize] += 1;
        match family {
            Family::Event => event.into_iter().for_each(|it| self.seen.add_event(callback.role(), it)),
            Family::Status => callback.call_result().into_iter().for_each(|it| self.seen.add_result(it)),
            Family::V4 => callback.v4_command().into_iter().for_each(|it| self.seen.v4 |= 1 << it as u32),
        }
    }

    /// What the causes of calls need to know about the whole input, apart from its active users.
    pub fn log_context(&self, active_users: ActiveUsers) -> LogContext {
        let span = self.days.span();
        LogContext {
            oldest: span.map(|(oldest, _)| oldest),
            newest: span.map(|(_, newest)| newest),
            rings: self.rang,
            callees_report: self.seen.events[1 + Role::Callee as usize] != 0,
            members_change: self.seen.has(CallbackCommand::V4(V4Command::MemberChanged)),
            active_users: active_users.settled(),
        }
    }

    fn add_time(&mut self, time: Option<Timestamp>) {
        self.newest = self.newest.max(time);
        time.into_iter().for_each(|time| self.days.add(time));
    }

    /// Counts findings.
    pub fn add_findings(&mut self, problems: Problems) {
        add_each(&mut self.findings, &problems.counts.map(u64::from));
    }

    /// Takes them for those of sources from that number on, the first of which begins that many lines, and
    /// bytes, further on.
    pub fn move_by(&mut self, source: usize, lines: u64, bytes: u64) {
        let sources = std::mem::take(&mut self.sources);
        self.sources = sources.into_iter().map(|(index, facts)| (index + source, facts)).collect();
        self.sources.get_mut(&source).into_iter().for_each(|facts| facts.move_by(lines, bytes));
    }

    /// Adds the totals of another part of the input.
    pub fn merge(&mut self, other: &Self) {
        self.records += other.records;
        self.bytes += other.bytes;
        self.blank_bytes += other.blank_bytes;
        self.skipped_bytes += other.skipped_bytes;
        self.other_bytes += other.other_bytes;
        self.callbacks += other.callbacks;
        self.ungrouped += other.ungrouped;
        self.newest = self.newest.max(other.newest);
        self.days.merge(&other.days);
        self.rang |= other.rang;
        add_each(&mut self.findings, &other.findings);
        self.without_sdkappid += other.without_sdkappid;
        for (source, facts) in &other.sources {
            self.sources.entry(*source).or_default().merge(facts);
        }
        self.seen.merge(other.seen);
        add_each(&mut self.families, &other.families);
    }

    /// Commands that no callback has, of families with at least that many callbacks: perhaps they are not enabled.
    pub fn unseen_commands(&self, telling: u64) -> Vec<&'static str> {
        let used = |family: Family| self.families[family as usize] >= telling;
        COMMANDS
            .iter()
            .filter(|(_, command)| {
                !self.seen.has(*command)
                    && match command {
                        CallbackCommand::Event(..) => used(Family::Event),
                        CallbackCommand::Status(_) => used(Family::Status),
                        CallbackCommand::V4(_) => used(Family::V4),
                        CallbackCommand::CallEnd => false,
                    }
            })
            .map(|(text, _)| *text)
            .collect()
    }
}
