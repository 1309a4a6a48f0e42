//! How serious a finding is.

use serde::{Deserialize, Serialize};

/// How serious a finding is. The order is that of reports: errors first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Level {
    /// The specification is violated, or data is lost or unusable.
    Error,
    /// Allowed or recovered, but most likely wrong.
    Warning,
    /// Worth knowing.
    Info,
}

impl Level {
    /// All levels, the most serious first.
    pub const ALL: [Level; 3] = [Self::Error, Self::Warning, Self::Info];

    /// As every report writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}
