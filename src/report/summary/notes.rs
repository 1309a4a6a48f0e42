//! What is worth knowing in addition to the figures.

use super::input::SummaryReport;
use crate::report::quantity::counted;

/// A command that is missing means something only in a log with at least this many callbacks of its family.
const TELLING: u64 = 100;

/// What is worth knowing in addition to the figures.
pub fn notes(report: &SummaryReport<'_>) -> Vec<String> {
    let figures = &report.summary.total;
    let mut notes = Vec::new();
    if figures.incomplete() > 0 {
        notes.push(format!(
            "{} of {} incomplete: the log does not say how they ended; no rate counts them",
            figures.incomplete(),
            counted(figures.calls, "call"),
        ));
    }
    if figures.duplicates > 0 {
        notes.push(format!(
            "{} of {} redelivered: your server did not acknowledge them in time",
            figures.duplicates,
            counted(figures.callbacks, "callback"),
        ));
    }
    if figures.duplicates > 0 && figures.unpaired == 0 {
        let both = "every callback is there exactly twice: either each was redelivered, or two places logged \
                    the same requests";
        notes.push(both.to_owned());
    }
    if report.total().ungrouped() > 0 {
        notes.push(format!(
            "{} without a call: no figure about calls counts them",
            counted(report.total().ungrouped(), "callback")
        ));
    }
    if report.totals.skipped_bytes > 0 {
        let (skipped, bytes) = (report.totals.skipped_bytes, report.totals.bytes);
        notes.push(format!("{skipped} of {} of the input could not be read", counted(bytes, "byte")));
    }
    let unseen = report.totals.unseen_commands(TELLING);
    if !unseen.is_empty() {
        let switched_off = "not in the input, so perhaps switched off in the callback configuration:";
        notes.push(format!("{switched_off} {}", unseen.join("; ")));
    }
    notes
}
