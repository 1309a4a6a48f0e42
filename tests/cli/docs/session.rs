//! Commands that a page shows, and what it says they write.
//!
//! A fenced block marked `console` holds lines `$ command`, each followed by exactly what the shell's command writes,
//! standard output first, then standard error. A line `…` stands for any number of lines, `[status N]` for the exit
//! status (without it 0 and 1 will do). Blocks with a cut are not blessed.

use std::path::Path;
use std::process::Command;

use super::page::{push_line, root};

/// What stands for lines that are left out.
const CUT: &str = "…";

/// A command of a `console` block and what the page says of it.
pub(crate) struct Session<'p> {
    line: usize,
    command: &'p str,
    output: Vec<&'p str>,
    status: Option<i32>,
}

/// What a command writes, and its exit status.
struct Written {
    lines: Vec<String>,
    status: i32,
}

impl<'p> Session<'p> {
    /// The sessions of a block, from its numbered lines.
    pub(crate) fn all(page: &str, lines: &[(usize, &'p str)]) -> Vec<Self> {
        let mut sessions: Vec<Self> = Vec::new();
        for &(number, line) in lines {
            if let Some(command) = line.strip_prefix("$ ") {
                sessions.push(Self { line: number, command, output: Vec::new(), status: None });
                continue;
            }
            let session = sessions.last_mut().unwrap_or_else(|| panic!("{page}:{number}: output of nothing"));
            match line.strip_prefix("[status ").and_then(|rest| rest.strip_suffix(']')) {
                Some(status) => session.status = Some(status.parse().expect("a status is a number")),
                None => session.output.push(line),
            }
        }
        sessions
    }

    /// Adds the session to the new text of its page, and says what is wrong with it. When blessing, what the command
    /// writes is added, and only a session with a cut can be wrong.
    pub(crate) fn check(&self, page: &str, blessing: bool, new: &mut String) -> Option<String> {
        let written = self.run();
        let cut = self.output.contains(&CUT);
        push_line(new, &format!("$ {}", self.command));
        if blessing && !cut {
            written.lines.iter().for_each(|line| push_line(new, line));
            if self.status.is_some() || written.status > 1 {
                push_line(new, &format!("[status {}]", written.status));
            }
            return None;
        }
        self.output.iter().for_each(|line| push_line(new, line));
        if let Some(status) = self.status {
            push_line(new, &format!("[status {status}]"));
        }
        let status_is_right = match self.status {
            Some(status) => written.status == status,
            None => matches!(written.status, 0 | 1),
        };
        if status_is_right && matches(&self.output, &written.lines) {
            return None;
        }
        Some(format!(
            "{page}:{}: $ {}\n--- the page says\n{}\n--- the tool writes (status {})\n{}\n",
            self.line,
            self.command,
            self.output.join("\n"),
            written.status,
            written.lines.join("\n")
        ))
    }

    /// Runs the command in a shell, in the root of the project, with the tool on the path.
    fn run(&self) -> Written {
        let tool = Path::new(env!("CARGO_BIN_EXE_callkit-tool"));
        let folder = tool.parent().expect("a program is in a folder");
        let output = Command::new("/bin/sh")
            .args(["-c", self.command])
            .current_dir(root())
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", folder.display()))
            // Where a build that measures coverage writes.
            .envs(std::env::var_os("LLVM_PROFILE_FILE").map(|file| ("LLVM_PROFILE_FILE", file)))
            .output()
            .expect("a shell runs");
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        Written {
            lines: text.lines().map(|line| line.trim_end().to_owned()).collect(),
            status: output.status.code().unwrap_or(-1),
        }
    }
}

/// True if the lines are those expected, a cut standing for any number of them.
fn matches(expected: &[&str], lines: &[String]) -> bool {
    match expected.split_first() {
        None => lines.is_empty(),
        Some((&CUT, rest)) => (0..=lines.len()).any(|skipped| matches(rest, &lines[skipped..])),
        Some((first, rest)) => {
            lines.split_first().is_some_and(|(line, lines)| line == first && matches(rest, lines))
        }
    }
}
