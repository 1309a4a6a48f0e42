//! Commands that people copy into a shell.
//!
//! Comes in: words of the command line, and ids from a log. Goes out: a command, unless it cannot be copied. Must not: run
//! anything.

use crate::report::escape;

/// A word, quoted for a shell if need be.
pub(super) fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-@+/".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// The command that explains a call of these inputs, named as a shell takes them.
pub(super) fn why_command<'s>(id: &str, inputs: impl IntoIterator<Item = &'s str>) -> Option<String> {
    let option = if id.starts_with('-') { "--call-id=" } else { "" };
    let inputs: String = inputs.into_iter().map(|input| format!(" {}", quoted(input))).collect();
    let command = format!("callkit-tool why {option}{}{inputs}", quoted(id));
    // What a terminal has to escape cannot be copied into a shell.
    (escape::terminal(&command) == command).then_some(command)
}
