//! Counts over a whole input, beside its calls.

use super::problems::Problems;
use crate::decode::Callback;
use crate::spec::{COMMANDS, Command, Event, Family, Level, Timestamp};

/// What an input holds. Sums of parts are those of the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Records.
    pub records: u64,
    /// Bytes in all, decompressed.
    pub bytes: u64,
    /// Bytes between records.
    pub blank_bytes: u64,
    /// Bytes that were skipped.
    pub skipped_bytes: u64,
    /// Records that are callbacks.
    pub callbacks: u64,
    /// Callbacks that name no call.
    pub ungrouped: u64,
    /// Findings on records and skipped ranges, by level.
    pub findings: [u64; 3],
    /// The greatest `EventTime`, in Unix seconds.
    pub newest: Option<Timestamp>,
    /// True where any callback is a `receive_call`.
    pub rang: bool,
    /// For each command of [`COMMANDS`], whether a callback is of it.
    pub commands: [bool; COMMANDS.len()],
    /// For each family, how many callbacks are of it.
    pub families: [u64; 3],
}

impl Default for Totals {
    fn default() -> Self {
        Self {
            records: 0,
            bytes: 0,
            blank_bytes: 0,
            skipped_bytes: 0,
            callbacks: 0,
            ungrouped: 0,
            findings: [0; 3],
            newest: None,
            rang: false,
            commands: [false; COMMANDS.len()],
            families: [0; 3],
        }
    }
}

impl Totals {
    /// Counts a callback.
    pub fn add_callback(&mut self, callback: &Callback<'_>) {
        self.callbacks += 1;
        self.ungrouped += u64::from(callback.call_id.is_none());
        self.newest = self.newest.max(callback.event_time);
        self.rang |= callback.event == Some(Event::ReceiveCall);
        self.families[callback.family as usize] += 1;
        if let Some(command) = command_of(callback)
            && let Some(index) = COMMANDS.iter().position(|(_, known)| *known == command)
        {
            self.commands[index] = true;
        }
    }

    /// Counts findings.
    pub fn add_findings(&mut self, problems: Problems) {
        for level in Level::ALL {
            self.findings[level as usize] += u64::from(problems.of(level));
        }
    }

    /// Adds the totals of another part of the input.
    pub fn merge(&mut self, other: &Self) {
        self.records += other.records;
        self.bytes += other.bytes;
        self.blank_bytes += other.blank_bytes;
        self.skipped_bytes += other.skipped_bytes;
        self.callbacks += other.callbacks;
        self.ungrouped += other.ungrouped;
        self.newest = self.newest.max(other.newest);
        self.rang |= other.rang;
        for (count, more) in self.findings.iter_mut().zip(other.findings) {
            *count += more;
        }
        for (seen, too) in self.commands.iter_mut().zip(other.commands) {
            *seen |= too;
        }
        for (count, more) in self.families.iter_mut().zip(other.families) {
            *count += more;
        }
    }

    /// Commands that no callback is of, of families that have at least so many: perhaps their switch is off.
    pub fn unseen_commands(&self, telling: u64) -> Vec<&'static str> {
        let used = |family: Family| self.families[family as usize] >= telling;
        COMMANDS
            .iter()
            .zip(self.commands)
            .filter(|((_, command), seen)| {
                !seen
                    && match command {
                        Command::Event(..) => used(Family::Event),
                        Command::Status(_) => used(Family::Status),
                        Command::V4(_) => used(Family::V4),
                        Command::CallEnd => false,
                    }
            })
            .map(|((text, _), _)| *text)
            .collect()
    }
}

/// The command that a callback is of, told by its body where it can be, since a bare log has no URL.
fn command_of(callback: &Callback<'_>) -> Option<Command> {
    match callback.family {
        Family::Event => Command::for_event(callback.role, callback.event?),
        Family::Status => callback.call_result.map(Command::Status),
        Family::V4 => callback.v4_command().map(Command::V4),
    }
}
