//! What is said of a receiver while it runs, in one line.

use super::{counted, escape};
use crate::engine::Standing;
use crate::spec::Level;

/// Characters of the last trouble that are shown, so that the rest finds room; all of it has been said by itself.
const LONGEST_TROUBLE: usize = 48;

/// What a receiver has done so far.
#[derive(Clone, Debug)]
pub struct StatusLine<'s> {
    /// Requests a second, lately; none at the end.
    pub rate: Option<f64>,
    /// Counts and what they are of; those that are 0 are left out, but for the first.
    pub counts: &'s [(&'static str, u64)],
    /// What the calls have come to.
    pub standing: &'s Standing,
    /// Lines that could not be looked at in time, so that calls and findings lack them.
    pub unseen: u64,
    /// The last trouble, which may hold captured text.
    pub trouble: Option<&'s str>,
}

/// The line, without a line end.
pub fn status_line(status: &StatusLine<'_>) -> String {
    let mut parts: Vec<String> = status.rate.map(|rate| format!("{rate:.1}/s")).into_iter().collect();
    let counts = status.counts.iter().enumerate();
    let shown = counts.filter(|(number, (_, count))| *number == 0 || *count > 0);
    parts.push(shown.map(|(_, (what, count))| format!("{count} {what}")).collect::<Vec<_>>().join(", "));
    let standing = status.standing;
    parts.push(format!("{} in progress", counted(standing.in_progress, "call")));
    let [errors, warnings, infos] = Level::ALL.map(|level| standing.findings[level as usize]);
    let findings = format!("{}, {}, {infos} info", counted(errors, "error"), counted(warnings, "warning"));
    parts.push(findings);
    if !standing.outcomes.is_empty() {
        let outcomes = standing.outcomes.iter().map(|(name, count)| format!("{name} {count}"));
        parts.push(outcomes.collect::<Vec<_>>().join(", "));
    }
    if standing.let_go > 0 {
        parts.push(format!("{} let go for want of memory", counted(standing.let_go, "call")));
    }
    if status.unseen > 0 {
        parts.push(format!("{} not looked at for want of time", counted(status.unseen, "line")));
    }
    if let Some(trouble) = status.trouble {
        let shown: String = trouble.chars().take(LONGEST_TROUBLE).collect();
        let cut = if shown.len() < trouble.len() { "…" } else { "" };
        parts.insert(0, format!("{}{cut}", escape::terminal(&shown)));
    }
    parts.join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nothing_is_not_said() {
        let standing = Standing { outcomes: vec![("cancel", 2)], findings: [1, 0, 3], ..Standing::default() };
        let counts = [("recorded", 0), ("refused", 0), ("over limits", 4)];
        let trouble = Some("no \u{1b}[1mroom");
        let status =
            StatusLine { rate: Some(12.34), counts: &counts, standing: &standing, unseen: 1, trouble };
        let line = "no \\u{1b}[1mroom | 12.3/s | 0 recorded, 4 over limits | 0 calls in progress | 1 error, 0 warnings, 3 info \
                    | cancel 2 | 1 line not looked at for want of time";
        assert_eq!(status_line(&status), line);
    }
}
