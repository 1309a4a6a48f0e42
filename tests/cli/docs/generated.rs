//! What the catalogs, the rules and the command line know, as Markdown lists.
//!
//! Comes in: the name of a part, as it stands in its mark. Goes out: its lines. Must not: hold a fact of its own.

use callkit_tool::commands::Cli;
use callkit_tool::report::catalog::Table;
use callkit_tool::report::catalog::columns::Column;
use callkit_tool::report::catalog::figures::{FIGURES, Figure};
use callkit_tool::spec::{Cause, RULES, Rule, Word};
use clap::{Arg, Command, CommandFactory};

use super::words;

/// An option that at least this many commands take is listed once for all of them.
const SHARED: usize = 3;

/// The lines of the part of that name.
pub(crate) fn part(name: &str, width: usize) -> Vec<String> {
    let list = |items: Vec<String>| items.iter().flat_map(|item| words::item(item, width)).collect();
    match name.split_once(' ').unwrap_or((name, "")) {
        ("commands", "") => list(commands().iter().map(about).collect()),
        ("options", "shared") => shared_options(width),
        ("options", command) => list(own_options(command)),
        ("columns", table) => list(columns(table)),
        ("rules", "") => list(RULES.iter().map(rule).collect()),
        ("figures", "") => list(FIGURES.iter().map(figure).collect()),
        ("causes", "") => list(Cause::ALL.iter().map(cause).collect()),
        _ => panic!("nothing is generated under the name `{name}`"),
    }
}

fn rule(rule: &Rule) -> String {
    format!("`{}` ({}): {}", rule.name, rule.level.as_str(), rule.summary)
}

fn cause(cause: &Cause) -> String {
    let row = cause.row();
    format!("`{}` ({}): {}. Decided by: {}.", cause.as_str(), row.kind.as_str(), row.summary, row.decided_by)
}

fn figure(figure: &Figure) -> String {
    let title = if figure.title == figure.name { String::new() } else { format!("{}, ", figure.title) };
    format!("{title}`{}` ({}): {}", figure.name, figure.value.kind(), figure.meaning)
}

fn columns(name: &str) -> Vec<String> {
    let table = match name {
        "calls" => Table::Calls,
        "participants" => Table::Participants,
        "callbacks" => Table::Callbacks,
        "deliveries" => Table::Deliveries,
        "records" => Table::Records,
        _ => panic!("there is no table `{name}`"),
    };
    let column =
        |column: &Column| format!("`{}` ({}): {}", column.name, column.kind.as_str(), column.meaning);
    table.columns().iter().map(column).collect()
}

/// The subcommands.
fn commands() -> Vec<Command> {
    let mut tool = Cli::command();
    tool.build();
    tool.get_subcommands().cloned().collect()
}

fn about(command: &Command) -> String {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    format!("`{}`: {}", command.get_name(), uncapitalized(&about))
}

/// The options and arguments of a command, each as an item.
fn options(command: &Command) -> Vec<String> {
    let own = |arg: &&Arg| !arg.is_hide_set() && !matches!(arg.get_id().as_str(), "help" | "version");
    command.get_arguments().filter(own).map(option).collect()
}

/// Every option that several commands take alike, in order of appearance, with the names of these commands.
fn shared() -> Vec<(String, Vec<String>)> {
    let mut takers: Vec<(String, Vec<String>)> = Vec::new();
    for command in commands() {
        for option in options(&command) {
            let name = command.get_name().to_owned();
            match takers.iter_mut().find(|(known, _)| *known == option) {
                Some((_, names)) => names.push(name),
                None => takers.push((option, vec![name])),
            }
        }
    }
    takers.retain(|(_, names)| names.len() >= SHARED);
    takers
}

/// Lists of shared options, each after the commands that take it.
fn shared_options(width: usize) -> Vec<String> {
    let mut groups: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    for (option, names) in shared() {
        match groups.iter_mut().find(|(known, _)| *known == names) {
            Some((_, options)) => options.push(option),
            None => groups.push((names, vec![option])),
        }
    }
    let all = commands().len();
    let mut lines = Vec::new();
    for (names, options) in groups {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(takers(&names, all));
        lines.extend(options.iter().flat_map(|option| words::item(option, width)));
    }
    lines
}

fn takers(names: &[String], all: usize) -> String {
    let code: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match code.split_last() {
        Some((last, others)) if names.len() < all => format!("Taken by {} and {last}:", others.join(", ")),
        _ => "Taken by all commands:".to_owned(),
    }
}

fn own_options(name: &str) -> Vec<String> {
    let commands = commands();
    let command = commands.iter().find(|command| command.get_name() == name);
    let command = command.unwrap_or_else(|| panic!("there is no command `{name}`"));
    let shared = shared();
    let is_own = |option: &String| shared.iter().all(|(shared, _)| shared != option);
    options(command).into_iter().filter(is_own).collect()
}

/// An option with its values, what it does, and what holds without it.
fn option(arg: &Arg) -> String {
    let takes_values = arg.get_action().takes_values();
    let values = arg.get_value_names().filter(|_| takes_values).unwrap_or_default();
    let mut names: Vec<String> = arg.get_short().map(|short| format!("`-{short}`")).into_iter().collect();
    match arg.get_long() {
        Some(long) => {
            let values: String = values.iter().map(|value| format!(" <{value}>")).collect();
            names.push(format!("`--{long}{values}`"));
        }
        None => {
            let several = arg.get_num_args().is_some_and(|count| count.max_values() > 1);
            names.push(format!("`{}{}`", values.join(" "), if several { "…" } else { "" }));
        }
    }
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let mut text = format!("{}: {}", names.join(", "), uncapitalized(&help));
    if takes_values {
        text.push_str(&choices(arg));
    }
    if let Some(variable) = arg.get_env() {
        text.push_str(&format!(" (environment: `{}`)", variable.to_string_lossy()));
    }
    text
}

/// The values that an option takes, and its default.
fn choices(arg: &Arg) -> String {
    let possible = arg.get_possible_values();
    let values: Vec<&str> =
        possible.iter().filter(|value| !value.is_hide_set()).map(|value| value.get_name()).collect();
    let default = arg.get_default_values().iter().map(|value| value.to_string_lossy()).next();
    let default = default.filter(|_| !arg.is_hide_default_value_set());
    let mut text = String::new();
    if !values.is_empty() {
        let marked = |value: &&str| {
            let mark = if default.as_deref() == Some(*value) { " (default)" } else { "" };
            format!("`{value}`{mark}")
        };
        text.push_str(": ");
        text.push_str(&values.iter().map(marked).collect::<Vec<_>>().join(", "));
    }
    match default {
        Some(default) if !values.contains(&&*default) => text + &format!(" (default: `{default}`)"),
        _ => text,
    }
}

/// A sentence as it goes on after a colon.
fn uncapitalized(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain([second]).chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}
