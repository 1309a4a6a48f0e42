//! How findings are written.

use clap::ValueEnum;

use crate::spec::Level;

/// A format of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FindingFormat {
    /// For people, with the offending text
    #[value(name = "text", alias = "full")]
    Full,
    /// One line each
    Concise,
    /// One JSON object a line
    #[value(alias = "jsonl")]
    Json,
    /// Annotations for GitHub Actions
    Github,
    /// A SARIF 2.1.0 log, for code scanning
    Sarif,
    /// A JUnit report, for CI servers: each finding is a test
    Junit,
}

impl FindingFormat {
    /// True for what people read.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Full | Self::Concise)
    }

    /// True if the list begins with how many entries it has.
    pub fn begins_with_counts(self) -> bool {
        self == Self::Junit
    }

    /// What every entry of the list begins with; it is left out before the first.
    pub fn separator(self) -> &'static [u8] {
        if self == Self::Sarif { b",\n" } else { b"" }
    }
}

/// How findings are written.
#[derive(Clone, Copy, Debug)]
pub struct FindingStyle {
    /// The format.
    pub format: FindingFormat,
    /// True to colour the text and the concise format.
    pub color: bool,
    /// Columns that the text format may take up.
    pub width: usize,
    /// True if warnings fail the run, too.
    pub strict: bool,
}

impl FindingStyle {
    /// True if a finding of this level fails the run.
    pub(super) fn fails(self, level: Level) -> bool {
        level == Level::Error || (self.strict && level == Level::Warning)
    }
}
