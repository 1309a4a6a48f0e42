//! What the environment and the terminal say about output.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use clap::ValueEnum;

use super::environment::variable;
use crate::report::escape;

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Width of text, in columns, without a terminal.
const WIDTH: usize = 120;

/// The process's terminal.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    color: ColorChoice,
}

impl Terminal {
    /// With the choice of the command line.
    pub fn new(color: ColorChoice) -> Self {
        Self { color }
    }

    /// True to colour what goes to standard output, or to `file`. The option decides, then `NO_COLOR`, then
    /// `CLICOLOR_FORCE`, then whether it is a terminal.
    pub fn colors(&self, file: Option<&Path>) -> bool {
        match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if variable("NO_COLOR").is_some() => false,
            ColorChoice::Auto => match variable("CLICOLOR_FORCE") {
                Some(value) => value != "0",
                None => file.is_none() && io::stdout().is_terminal(),
            },
        }
    }

    /// Columns that text for people may take up.
    pub fn width(&self, file: Option<&Path>) -> usize {
        if file.is_some() || !io::stdout().is_terminal() {
            return WIDTH;
        }
        terminal_size::terminal_size().map_or(WIDTH, |(columns, _)| usize::from(columns.0)).max(40)
    }

    /// Columns of the terminal that progress is shown on.
    pub fn progress_width(&self) -> usize {
        terminal_size::terminal_size_of(io::stderr()).map_or(WIDTH, |(columns, _)| usize::from(columns.0))
    }

    /// True if progress can be shown.
    pub fn shows_progress(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// A line on standard error. If that fails, it cannot be reported.
    pub fn say(&self, line: &str) {
        drop(writeln!(io::stderr().lock(), "{line}"));
    }

    /// A note on standard error, which may hold captured text.
    pub fn note(&self, text: &str) {
        self.say(&format!("note: {}", escape::terminal(text)));
    }

    /// An error on standard error, which may hold captured text.
    pub fn error(&self, text: &str) {
        self.say(&format!("error: {}", escape::terminal(text)));
    }
}
