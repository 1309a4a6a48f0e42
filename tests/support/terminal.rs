//! Runs of the tool on a pseudo-terminal, which `script` of util-linux makes.

use std::process::{Command, Stdio};

use super::{Run, TestResult, left_out};

/// A word that a shell reads as it is.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// What the run shows on a terminal of 80 columns, both streams together, without carriage returns; none if no terminal
/// can be made.
///
/// # Errors
/// If the terminal fails.
pub(crate) fn on_terminal(run: &Run) -> TestResult<Option<String>> {
    let command = run.command();
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<String> = words.map(|word| quoted(&word.to_string_lossy())).collect();
    let mut script = Command::new("script");
    let line = format!("stty cols 80 rows 25; exec {}", words.join(" "));
    script.args(["--quiet", "--command", &line, "/dev/null"]).stdin(Stdio::null()).env_clear();
    script.env("TERM", "xterm").env("SHELL", "/bin/sh");
    script.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(folder) = command.get_current_dir() {
        script.current_dir(folder);
    }
    match script.output() {
        Ok(ended) => {
            let text = String::from_utf8_lossy(&ended.stdout).replace('\r', "");
            assert!(!text.contains("panicked at"), "the tool panicked\n{text}");
            Ok(Some(text))
        }
        Err(error) => {
            left_out(format_args!("script: {error}"));
            Ok(None)
        }
    }
}
