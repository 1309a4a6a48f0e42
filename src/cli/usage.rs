//! A command line that cannot be used.

use std::fmt;

/// What is wrong with the command line, with its options taken together, or with what the environment adds to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Usage {
    /// Something that is given, or is missing: what, and what helps.
    Wrong(String),
    /// No input is named, and standard input is a terminal.
    NoInput,
}

impl fmt::Display for Usage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Wrong(text) => text,
            Self::NoInput => "no input: give a file, a directory, or `-` for standard input",
        })
    }
}

impl std::error::Error for Usage {}

impl From<String> for Usage {
    fn from(text: String) -> Self {
        Self::Wrong(text)
    }
}

impl From<&str> for Usage {
    fn from(text: &str) -> Self {
        Self::Wrong(text.to_owned())
    }
}
