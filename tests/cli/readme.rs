//! The README says what is so: its examples are run, and its tables compared with those of the code.
//!
//! A fenced block marked `console` holds lines `$ callkit-tool …`, each followed by exactly what the command
//! writes, standard output first, then standard error. A line `…` stands for any number of lines, `[status N]` for
//! the exit status (without it 0 and 1 will do). `CALLKIT_BLESS=1 cargo test --test cli readme` writes the tables and the
//! outputs, except in blocks with a cut.
#![expect(clippy::panic, clippy::expect_used, reason = "a test reports what is wrong by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use callkit_tool::commands::Cli;
use callkit_tool::report::catalog::Table;
use callkit_tool::report::catalog::figures::{FIGURES, Figure};
use callkit_tool::spec::{Cause, RULES, Word};
use clap::CommandFactory;

/// What stands for lines that are left out.
const CUT: &str = "…";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// True if the README is to be written rather than checked.
fn is_blessing() -> bool {
    std::env::var_os("CALLKIT_BLESS").is_some_and(|value| value == "1")
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("the README can be read")
}

/// A command of a `console` block and what the README says of it.
struct Session<'r> {
    /// Line of the README, from 1.
    line: usize,
    command: &'r str,
    output: Vec<&'r str>,
    status: Option<i32>,
}

/// A piece of the README: a line of text, or a `console` block.
enum Piece<'r> {
    Text(&'r str),
    Console(Vec<Session<'r>>),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((_, line)) = lines.next() {
        pieces.push(Piece::Text(line));
        if line != "```console" {
            continue;
        }
        let mut sessions: Vec<Session<'_>> = Vec::new();
        for (index, line) in lines.by_ref() {
            if line == "```" {
                pieces.push(Piece::Console(sessions));
                pieces.push(Piece::Text(line));
                break;
            }
            if let Some(command) = line.strip_prefix("$ ") {
                sessions.push(Session { line: index + 1, command, output: Vec::new(), status: None });
                continue;
            }
            let session =
                sessions.last_mut().unwrap_or_else(|| panic!("README.md:{}: output of nothing", index + 1));
            match line.strip_prefix("[status ").and_then(|rest| rest.strip_suffix(']')) {
                Some(status) => session.status = Some(status.parse().expect("a status is a number")),
                None => session.output.push(line),
            }
        }
    }
    pieces
}

/// What a command writes, and its exit status.
struct Outcome {
    lines: Vec<String>,
    status: i32,
}

/// Runs a command as the README shows it: no pipes, words between blanks or in single quotes.
fn run(session: &Session<'_>) -> Outcome {
    let words = words(session.command);
    let (program, arguments) = words.split_first().expect("a command has a name");
    assert_eq!(program, "callkit-tool", "README.md:{}: only callkit-tool can be run", session.line);
    let output = Command::new(env!("CARGO_BIN_EXE_callkit-tool"))
        .args(arguments)
        .current_dir(root())
        .env_clear()
        // Where a build that measures coverage writes.
        .envs(std::env::var_os("LLVM_PROFILE_FILE").map(|file| ("LLVM_PROFILE_FILE", file)))
        .output()
        .expect("the tool runs");
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    Outcome {
        lines: text.lines().map(|line| line.trim_end().to_owned()).collect(),
        status: output.status.code().unwrap_or(-1),
    }
}

fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for letter in command.chars() {
        match letter {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            other => words.last_mut().expect("there is a word").push(other),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// True where the lines are those expected, a cut standing for any number of them.
fn matches(expected: &[&str], lines: &[String]) -> bool {
    match expected.split_first() {
        None => lines.is_empty(),
        Some((&CUT, rest)) => (0..=lines.len()).any(|skipped| matches(rest, &lines[skipped..])),
        Some((first, rest)) => {
            lines.split_first().is_some_and(|(line, lines)| line == first && matches(rest, lines))
        }
    }
}

/// What is wrong with a command's entry, if anything.
fn complaint(session: &Session<'_>) -> Option<String> {
    let outcome = run(session);
    let right_status = match session.status {
        Some(status) => outcome.status == status,
        None => matches!(outcome.status, 0 | 1),
    };
    if right_status && matches(&session.output, &outcome.lines) {
        return None;
    }
    Some(format!(
        "README.md:{}: $ {}\n--- the README says\n{}\n--- the tool writes (status {})\n{}\n",
        session.line,
        session.command,
        session.output.join("\n"),
        outcome.status,
        outcome.lines.join("\n")
    ))
}

#[test]
#[cfg_attr(not(feature = "live"), ignore = "shows commands of the feature `live`")]
fn examples_are_what_the_tool_writes() {
    let text = readme();
    if is_blessing() {
        return bless(&with_tables(&text));
    }
    let mut complaints = Vec::new();
    let mut count = 0;
    for piece in pieces(&text) {
        if let Piece::Console(sessions) = piece {
            count += sessions.len();
            complaints.extend(sessions.iter().filter_map(complaint));
        }
    }
    assert!(count > 0, "the README shows no command");
    assert!(
        complaints.is_empty(),
        "{}\n`CALLKIT_BLESS=1 cargo test --test cli readme` takes over what the tool writes",
        complaints.join("\n")
    );
}

/// Writes a README with what the tool writes now; a block with a cut is left to a person.
fn bless(text: &str) {
    let mut new = String::new();
    let mut refused = Vec::new();
    for piece in pieces(text) {
        match piece {
            Piece::Text(line) => {
                new.push_str(line);
                new.push('\n');
            }
            Piece::Console(sessions) => {
                let cut = sessions.iter().any(|session| session.output.contains(&CUT));
                if cut {
                    refused.extend(sessions.iter().filter_map(complaint));
                }
                sessions.iter().for_each(|session| bless_session(&mut new, session, cut));
            }
        }
    }
    fs::write(root().join("README.md"), new).expect("the README can be written");
    assert!(
        refused.is_empty(),
        "the rest is blessed; these are in blocks with a `{CUT}`, which must be edited by hand:\n{}",
        refused.join("\n")
    );
}

fn bless_session(new: &mut String, session: &Session<'_>, cut: bool) {
    let (lines, status) = if cut {
        (session.output.iter().map(|line| (*line).to_owned()).collect(), session.status)
    } else {
        let outcome = run(session);
        let said = session.status.is_some() || outcome.status > 1;
        (outcome.lines, said.then_some(outcome.status))
    };
    let mut put = |line: &str| {
        new.push_str(line);
        new.push('\n');
    };
    put(&format!("$ {}", session.command));
    lines.iter().for_each(|line| put(line));
    if let Some(status) = status {
        put(&format!("[status {status}]"));
    }
}

/// The tables of the README that are those of the code: the heading that each stands under, and its rows.
fn tables() -> Vec<(&'static str, Vec<String>)> {
    let row = |cells: &[&str]| format!("| `{}` | {} |", cells[0], cells[1..].join(" | "));
    let rules = RULES.iter().map(|rule| row(&[rule.name, rule.level.as_str(), rule.summary])).collect();
    let cause = |cause: &Cause| {
        let about = cause.row();
        row(&[cause.as_str(), about.kind.as_str(), about.summary, about.decided_by])
    };
    let columns = |table: Table| {
        let columns = table.columns().iter();
        columns.map(|column| row(&[column.name, column.kind.as_str(), column.meaning])).collect()
    };
    let figure = |figure: &Figure| {
        let unit = if figure.unit.is_empty() { "-" } else { figure.unit };
        let cells = [figure.title, &format!("`{}`", figure.name), figure.value.kind(), unit, figure.meaning];
        format!("| {} |", cells.join(" | "))
    };
    vec![
        ("## Rules", rules),
        ("## Figures", FIGURES.iter().map(figure).collect()),
        ("## Causes", Cause::ALL.iter().map(cause).collect()),
        ("### Table `calls`", columns(Table::Calls)),
        ("### Table `participants`", columns(Table::Participants)),
        ("### Table `callbacks`", columns(Table::Callbacks)),
        ("### Table `records`", columns(Table::Records)),
    ]
}

/// The README with the rows of the first table under a heading, below its two head rows, replaced.
fn with_table(text: &str, heading: &str, rows: &[String]) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|line| *line == heading);
    let at = at.unwrap_or_else(|| panic!("README.md: no heading `{heading}`"));
    let is_row = |line: &&str| line.starts_with('|');
    let below = lines[at + 1..].iter().take_while(|line| !line.starts_with('#'));
    let start =
        below.clone().position(is_row).unwrap_or_else(|| panic!("README.md: no table under `{heading}`"));
    let length = below.skip(start).take_while(|line| is_row(line)).count();
    let start = at + 1 + start;
    lines.splice(start + 2..start + length, rows.iter().map(String::as_str));
    lines.join("\n") + "\n"
}

/// The README with everything in it that the code has as a table.
fn with_tables(text: &str) -> String {
    const RULES_IN_ALL: &str = " rules in all";
    let (before, after) = text.split_once(RULES_IN_ALL).expect("README.md says how many rules there are");
    let before = before.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let text = format!("{before}{}{RULES_IN_ALL}{after}", RULES.len());
    tables().iter().fold(text, |text, (heading, rows)| with_table(&text, heading, rows))
}

#[test]
fn tables_are_those_of_the_code() {
    if is_blessing() {
        return;
    }
    let text = readme();
    let expected = with_tables(&text);
    let differ: Vec<String> = expected
        .lines()
        .filter(|line| !text.lines().any(|other| other == *line))
        .map(|line| format!("+ {line}"))
        .chain(
            text.lines()
                .filter(|line| !expected.lines().any(|other| other == *line))
                .map(|line| format!("- {line}")),
        )
        .collect();
    assert!(
        text == expected,
        "the tables of README.md are not those of the code; `CALLKIT_BLESS=1 cargo test --test readme` writes \
         them\n{}",
        differ.join("\n")
    );
}

#[test]
fn every_command_and_option_is_mentioned() {
    let text = readme();
    let mut missing = BTreeSet::new();
    let mut pending = vec![Cli::command()];
    while let Some(command) = pending.pop() {
        for subcommand in command.get_subcommands() {
            if !text.contains(&format!("`{}`", subcommand.get_name())) {
                missing.insert(subcommand.get_name().to_owned());
            }
            pending.push(subcommand.clone());
        }
        for long in command.get_arguments().filter_map(clap::Arg::get_long) {
            if !mentions(&text, &format!("--{long}")) {
                missing.insert(format!("--{long}"));
            }
        }
    }
    assert!(missing.is_empty(), "README.md says nothing of {missing:?}");
}

/// True where a text holds the word, and not only as the beginning of a longer one.
fn mentions(text: &str, word: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '-');
    text.match_indices(word).any(|(at, _)| ends(&text[at + word.len()..]))
}

/// The files and folders of the project that the README names, by how their paths begin.
fn named_files(text: &str) -> BTreeSet<&str> {
    const BEGINNINGS: [&str; 4] = ["samples/", "src/", "tests/", ".ci/"];
    let is_path = |letter: char| letter.is_ascii_alphanumeric() || "/._-".contains(letter);
    text.split(|letter: char| !is_path(letter))
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| BEGINNINGS.iter().any(|beginning| word.starts_with(beginning)))
        .collect()
}

#[test]
fn files_are_named_and_there() {
    let text = readme();
    let named = named_files(&text);
    let missing: Vec<_> = named.iter().filter(|name| !root().join(name).exists()).collect();
    assert!(missing.is_empty(), "README.md names files that are not there: {missing:?}");
    let folder = fs::read_dir(root().join("samples")).expect("there is a folder of samples");
    let files: Vec<PathBuf> = folder.map(|entry| entry.expect("a file can be listed").path()).collect();
    for file in files {
        let name = file.file_name().map(|name| format!("samples/{}", name.to_string_lossy()));
        let name = name.expect("a file has a name");
        assert!(named.contains(name.as_str()), "README.md does not name `{name}`");
    }
}
