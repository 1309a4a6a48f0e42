//! What the environment and the terminal say about output.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use clap::ValueEnum;

use super::environment::variable;
use crate::report::{escape, wrap};

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

/// Columns that are taken for granted.
const NARROWEST: usize = 40;

/// The process's terminal.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    color: ColorChoice,
    quiet: bool,
}

impl Terminal {
    /// With the choices of the command line; a quiet one says nothing but errors.
    pub fn new(color: ColorChoice, quiet: bool) -> Self {
        Self { color, quiet }
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
                None => self.is_output(file) && !self.is_dumb(),
            },
        }
    }

    /// True if output goes to a terminal.
    pub fn is_output(&self, file: Option<&Path>) -> bool {
        file.is_none() && io::stdout().is_terminal()
    }

    /// How many rows are listed at most: as many as are given, otherwise as a terminal shows of text.
    pub fn most_listed(&self, given: Option<usize>, is_text: bool, file: Option<&Path>) -> usize {
        /// Rows that a terminal shows if nothing is given.
        const ON_TERMINAL: usize = 50;
        given.unwrap_or(if is_text && self.is_output(file) { ON_TERMINAL } else { usize::MAX })
    }

    /// True if text on the terminal has to be ASCII: it is a dumb one, or its locale says so.
    pub fn is_ascii(&self, file: Option<&Path>) -> bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
        let is_utf8 = |locale: &std::ffi::OsStr| {
            let name = locale.to_string_lossy().to_ascii_lowercase();
            name.contains("utf-8") || name.contains("utf8")
        };
        let says_so = locale.is_some_and(|locale| !is_utf8(&locale));
        self.is_output(file) && (says_so || self.is_dumb())
    }

    fn is_dumb(&self) -> bool {
        variable("TERM").is_some_and(|term| term == "dumb")
    }

    /// Columns that text for people may take up.
    pub fn width(&self, file: Option<&Path>) -> usize {
        if !self.is_output(file) {
            return WIDTH;
        }
        terminal_size::terminal_size().map_or(WIDTH, |(columns, _)| usize::from(columns.0)).max(NARROWEST)
    }

    /// Columns of a list whose rows a program may read as lines: those of a terminal, elsewhere as many as there are.
    pub fn list_width(&self, file: Option<&Path>) -> usize {
        if self.is_output(file) { self.width(file) } else { usize::MAX }
    }

    /// Columns of the terminal that progress is shown on.
    pub fn progress_width(&self) -> usize {
        terminal_size::terminal_size_of(io::stderr()).map_or(WIDTH, |(columns, _)| usize::from(columns.0))
    }

    /// True if progress can be shown.
    pub fn shows_progress(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// True if it says nothing but errors.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// A line on standard error, unless it is to be quiet.
    pub fn say(&self, line: &str) {
        if !self.quiet {
            self.insist(&fitted("", line));
        }
    }

    /// A line on standard error that is not a note. If that fails, it cannot be reported.
    pub fn insist(&self, line: &str) {
        drop(writeln!(io::stderr().lock(), "{line}"));
    }

    /// A note on standard error, which may hold captured text.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.insist(&fitted("note: ", &escape::terminal(text)));
        }
    }

    /// An error on standard error, which may hold captured text.
    pub fn error(&self, text: &str) {
        self.insist(&fitted("error: ", &escape::terminal(text)));
    }
}

/// Text with a heading, for standard error: on a terminal broken between words and indented, elsewhere one line, so that a
/// program reads it as one.
fn fitted(heading: &str, text: &str) -> String {
    match terminal_size::terminal_size_of(io::stderr()) {
        Some((columns, _)) if io::stderr().is_terminal() => {
            let most = usize::from(columns.0).max(NARROWEST) - heading.len();
            let indent = " ".repeat(heading.len());
            format!("{heading}{}", wrap(text, most).join(&format!("\n{indent}")))
        }
        _ => format!("{heading}{text}"),
    }
}
