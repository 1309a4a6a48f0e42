//! A status line at the bottom of a terminal, below what is printed meanwhile.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::Terminal;

/// A status line that may never show.
#[derive(Debug)]
pub struct StatusBar(Option<ProgressBar>);

impl StatusBar {
    /// A line, if one is wanted and a terminal can show it.
    pub fn new(wanted: bool, terminal: Terminal) -> Self {
        Self((wanted && terminal.shows_progress()).then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{wide_msg}") {
                bar.set_style(style);
            }
            bar
        }))
    }

    /// True if it shows.
    pub fn shows(&self) -> bool {
        self.0.is_some()
    }

    /// Does something with the terminal that the line must not be in the way of.
    pub fn suspend<T>(&self, act: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(bar) => bar.suspend(act),
            None => act(),
        }
    }

    /// Shows another status.
    pub fn draw(&self, line: String) {
        if let Some(bar) = &self.0 {
            bar.set_message(line);
            bar.tick();
        }
    }

    /// Takes it away.
    pub fn end(&mut self) {
        if let Some(bar) = self.0.take() {
            bar.finish_and_clear();
        }
    }
}
