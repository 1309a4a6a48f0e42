//! How text is drawn: colours, and with which characters.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};

use crate::report::escape;
use crate::spec::Level;

/// How a ladder is drawn as text.
#[derive(Clone, Copy, Debug)]
pub struct TextStyle {
    /// Columns available.
    pub width: usize,
    /// True to use nothing but ASCII.
    pub ascii: bool,
    /// True to use colours.
    pub color: bool,
}

impl TextStyle {
    /// Text from a log, made safe; as ASCII if that is asked for.
    pub(super) fn shown<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let safe = escape::terminal(text);
        if !self.ascii || safe.is_ascii() {
            return safe;
        }
        let foreign = |letter: char| !letter.is_ascii();
        let ascii = escape::replaced(&safe, foreign, |out, letter| out.extend(letter.escape_unicode()));
        Cow::Owned(ascii.into_owned())
    }

    /// A sentence, with text from a log in it, made safe; as ASCII if that is asked for.
    pub(super) fn sentence(&self, text: &str) -> String {
        if !self.ascii {
            return self.shown(text).into_owned();
        }
        self.shown(&text.replace('→', "->").replace('…', ASCII.cut)).into_owned()
    }

    /// The characters to draw with.
    pub(super) fn glyphs(&self) -> &'static Glyphs {
        if self.ascii { &ASCII } else { &UNICODE }
    }
}

/// The characters that lines are drawn with, one column each, and a few signs.
#[derive(Debug)]
pub(super) struct Glyphs {
    pub(super) bar: &'static str,
    pub(super) dot: &'static str,
    pub(super) line: &'static str,
    pub(super) from_left: &'static str,
    pub(super) from_right: &'static str,
    pub(super) cross: &'static str,
    pub(super) left: &'static str,
    pub(super) right: &'static str,
    pub(super) silence: &'static str,
    /// Begin, middle and end of what spans all lanes.
    pub(super) span: [&'static str; 3],
    pub(super) cut: &'static str,
    pub(super) times: &'static str,
}

static UNICODE: Glyphs = Glyphs {
    bar: "│",
    dot: "●",
    line: "─",
    from_left: "├",
    from_right: "┤",
    cross: "┼",
    left: "◀",
    right: "▶",
    silence: "⋮",
    span: ["╞", "═", "╡"],
    cut: "…",
    times: "×",
};

static ASCII: Glyphs = Glyphs {
    bar: "|",
    dot: "*",
    line: "-",
    from_left: "+",
    from_right: "+",
    cross: "+",
    left: "<",
    right: ">",
    silence: ":",
    span: ["[", "=", "]"],
    cut: "...",
    times: "x",
};

/// What a piece of text is. Colour shows it, and words say it as well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Ink {
    #[default]
    Plain,
    /// Lines, times, places.
    Faint,
    /// Names.
    Strong,
    /// The name of all that follows.
    Title,
    /// What follows from what.
    Arrow,
    Error,
    Warning,
    Info,
}

impl Ink {
    pub(super) fn of_level(level: Level) -> Self {
        match level {
            Level::Error => Self::Error,
            Level::Warning => Self::Warning,
            Level::Info => Self::Info,
        }
    }

    /// Text in this ink, with `color`.
    pub(super) fn paint(self, text: &str, color: bool) -> String {
        let style = if color { self.style() } else { Style::new() };
        format!("{style}{text}{style:#}")
    }

    pub(super) fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Faint => Style::new().dimmed(),
            Self::Strong | Self::Title => Style::new().bold(),
            Self::Arrow => AnsiColor::Green.on_default(),
            Self::Error => AnsiColor::Red.on_default().bold(),
            Self::Warning => AnsiColor::Yellow.on_default(),
            Self::Info => AnsiColor::Cyan.on_default(),
        }
    }
}
