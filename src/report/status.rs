//! The status of a receiver while it runs, in one line.

use crate::follow::CallProgress;
use crate::report::escape;
use crate::report::measure::clip;
use crate::report::quantity::{by_level, counted};
use crate::spec::Level;

/// What a receiver has done so far.
#[derive(Clone, Debug)]
pub struct StatusLine<'s> {
    /// Recent requests a second; none at the end.
    pub rate: Option<f64>,
    /// Counts and what they count; those that are 0 are left out, except the first.
    pub counts: &'s [(&'static str, u64)],
    /// The outcomes of the calls so far.
    pub standing: &'s CallProgress,
    /// Lines that could not be checked in time, so that calls and findings lack them.
    pub unseen: u64,
    /// The last deliveries that the backend did not accept, which may hold captured text.
    pub failures: &'s [String],
    /// The last problem, which may hold captured text.
    pub trouble: Option<&'s str>,
    /// Columns that the line may take up; none: as many as it needs.
    pub width: Option<usize>,
}

/// The line, without a line end.
pub fn status_line(status: &StatusLine<'_>) -> String {
    let mut parts: Vec<String> = status.rate.map(|rate| format!("{rate:.1}/s")).into_iter().collect();
    let counts = status.counts.iter().enumerate();
    let shown = counts.filter(|(number, (_, count))| *number == 0 || *count > 0);
    parts.push(shown.map(|(_, (what, count))| format!("{count} {what}")).collect::<Vec<_>>().join(", "));
    let standing = status.standing;
    parts.push(format!("{} in progress", counted(standing.in_progress, "call")));
    if !standing.outcomes.is_empty() {
        let outcomes = standing.outcomes.iter().map(|(name, count)| format!("{name} {count}"));
        parts.push(outcomes.collect::<Vec<_>>().join(", "));
    }
    parts.push(by_level(Level::ALL.map(|level| standing.findings[level as usize])));
    if standing.let_go > 0 {
        parts.push(format!("{} settled early to save memory", counted(standing.let_go, "call")));
    }
    if status.unseen > 0 {
        parts.push(format!("{} not checked for lack of time", counted(status.unseen, "line")));
    }
    if !status.failures.is_empty() {
        let failures = status.failures.iter().map(|failure| escape::terminal(failure).to_string());
        parts.push(format!("last failed: {}", failures.collect::<Vec<_>>().join("; ")));
    }
    parts.extend(status.trouble.map(|trouble| escape::terminal(trouble).to_string()));
    let line = parts.join(" | ");
    match status.width {
        Some(width) => clip(&line, width, "…"),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nothing_is_not_said() {
        let standing =
            CallProgress { outcomes: vec![("cancel", 2)], findings: [1, 0, 3], ..CallProgress::default() };
        let counts = [("recorded", 0), ("refused", 0), ("over limits", 4)];
        let trouble = Some("no \u{1b}[1mroom");
        let mut status = StatusLine {
            rate: Some(12.34),
            counts: &counts,
            standing: &standing,
            unseen: 1,
            failures: &["c\u{7} caller_call_end: 500".to_owned()],
            trouble,
            width: None,
        };
        let line = "12.3/s | 0 recorded, 4 over limits | 0 calls in progress | cancel 2 | 1 error, 0 warnings, 3 info \
                    | 1 line not checked for lack of time | last failed: c\\u{7} caller_call_end: 500 | no \\u{1b}[1mroom";
        assert_eq!(status_line(&status), line);
        status.width = Some(20);
        assert_eq!(status_line(&status), "12.3/s | 0 recorded…");
        status.width = Some(line.len());
        assert_eq!(status_line(&status), line);
    }
}
