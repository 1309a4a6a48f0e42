//! How findings are written.

use clap::ValueEnum;

/// A format of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FindingFormat {
    /// With the offending text.
    Full,
    /// One line each.
    Concise,
    /// One JSON object a line.
    Json,
    /// Annotations for GitHub Actions.
    Github,
}

/// How findings are written.
#[derive(Clone, Copy, Debug)]
pub struct FindingStyle {
    /// The format.
    pub format: FindingFormat,
    /// True to colour the full and the concise format.
    pub color: bool,
    /// Columns that the full format may take up.
    pub width: usize,
}
