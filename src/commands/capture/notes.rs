//! What a running `capture` says, as lines for people or as JSON.

use clap::ValueEnum;

use crate::cli::Terminal;
use crate::report::escape;
use crate::report::json::document;

/// How notes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum NoteFormat {
    /// Lines for people
    Text,
    /// One JSON object a line: time, kind (listening, note, status) and text
    Json,
}

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoteKind {
    /// Where it listens.
    Listening,
    /// Something worth knowing.
    Note,
    /// The counts so far.
    Status,
}

/// Where notes go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Notes {
    pub(super) terminal: Terminal,
    pub(super) format: NoteFormat,
}

impl Notes {
    /// Says something, which may hold captured text unless it is a status.
    pub(super) fn say(&self, kind: NoteKind, text: &str) {
        self.terminal.say(&self.line(kind, text));
    }

    /// The line for it, without its end.
    pub(super) fn line(&self, kind: NoteKind, text: &str) -> String {
        match (self.format, kind) {
            (NoteFormat::Text, NoteKind::Note) => format!("note: {}", escape::terminal(text)),
            (NoteFormat::Text, _) => text.to_owned(),
            (NoteFormat::Json, kind) => {
                let kind = match kind {
                    NoteKind::Listening => "listening",
                    NoteKind::Note => "note",
                    NoteKind::Status => "status",
                };
                let line = document(|object| {
                    object.member("time", jiff::Timestamp::now().to_string());
                    object.member("kind", kind);
                    object.member("text", text);
                });
                String::from_utf8_lossy(&line).trim_end().to_owned()
            }
        }
    }
}
