//! `man`: the manual pages.

use std::path::PathBuf;

use anyhow::Context;
use clap_mangen::roff::{Inline, Roff, bold, roman};

use super::command::Command;
use super::help::TOPICS;
use crate::cli::{Usage, VARIABLES};
use crate::session::{Output, Session, Status};
use crate::suggest::did_you_mean_or;

/// Arguments of `man`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  callkit-tool man export | man -l -\n  \
    callkit-tool man --out-dir ~/.local/share/man/man1")]
pub(super) struct ManArgs {
    /// The command whose page is printed; without it that of the tool
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
    /// Write the pages of the tool and of all commands to this folder
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath, conflicts_with = "command")]
    out_dir: Option<PathBuf>,
}

impl Command for ManArgs {
    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let mut program = (session.program)();
        program.build();
        let Some(folder) = &self.out_dir else {
            let name = self.command.as_deref().unwrap_or(program.get_name());
            return Output::print(&page(&program, name)?);
        };
        std::fs::create_dir_all(folder).with_context(|| format!("cannot write `{}`", folder.display()))?;
        for (command, title) in pages(&program) {
            let mut output = Output::open(Some(&folder.join(format!("{title}.1"))))?;
            output.put(&page(&program, command.get_name())?)?;
            output.finish()?;
        }
        Ok(Status::Done)
    }
}

/// The tool and its commands, each with the title of its page.
fn pages(program: &clap::Command) -> impl Iterator<Item = (&clap::Command, &str)> {
    let commands = std::iter::once(program).chain(program.get_subcommands());
    commands.map(|command| (command, command.get_display_name().unwrap_or(command.get_name())))
}

/// The page of a command: its arguments, and everything else about it.
fn page(program: &clap::Command, name: &str) -> anyhow::Result<Vec<u8>> {
    let known = pages(program).find(|(command, _)| command.get_name() == name);
    let (command, _) = known.ok_or_else(|| {
        let help = did_you_mean_or(name, program.get_subcommands().map(clap::Command::get_name), "there are");
        Usage::Wrong(format!("`{name}` is not a command; {help}"))
    })?;
    let after_help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let source = format!("{} {}", program.get_name(), program.get_version().unwrap_or_default());
    let manual = clap_mangen::Man::new(command.clone().after_help(None::<&str>));
    let mut page = Vec::new();
    // An empty date has to be quoted, or what follows it takes its place.
    manual.date("\"\"").source(source).manual("callkit-tool").render(&mut page)?;

    let [mut notes, mut statuses, mut examples] = [const { String::new() }; 3];
    for part in after_help.split("\n\n") {
        match part.split_once(':') {
            Some(("Examples", lines)) => examples = lines.trim().to_owned(),
            Some(("Exit status", line)) => statuses = format!("{}\n", line.trim()),
            _ => notes = part.to_owned(),
        }
    }
    let takes = |id: &str| {
        name == program.get_name() || command.get_arguments().any(|argument| argument.get_id() == id)
    };
    let variables = VARIABLES.iter().filter(|(_, argument, _)| takes(argument));
    let see_also: String = pages(program).map(|(_, title)| format!("`{title}`(1), ")).collect();
    let topics: Vec<&str> = TOPICS.iter().map(|(name, _)| *name).collect();
    let of_commands = include_str!("../../docs/reference/commands.md");
    let files = match name {
        "capture" => list(of_commands, "Its files"),
        _ if takes("output") => list(of_commands, "Files besides"),
        _ => String::new(),
    };
    statuses += &list(include_str!("../../docs/reference/exit-status.md"), "What the exit status");
    let mut roff = Roff::new();
    for (title, text) in [
        ("NOTES", notes),
        ("ENVIRONMENT", variables.map(|(name, _, meaning)| format!("- `{name}`: {meaning}\n")).collect()),
        ("FILES", files),
        ("EXIT STATUS", statuses),
        ("EXAMPLES", examples),
        ("SEE ALSO", format!("{see_also}`callkit-tool help TOPIC` about {}", topics.join(", "))),
    ] {
        section(&mut roff, title, &text);
    }
    roff.to_writer(&mut page)?;
    Ok(page)
}

/// The list that follows a line with this beginning in a page of the documentation.
fn list(page: &str, introduction: &str) -> String {
    let lines = page.lines().skip_while(|line| !line.starts_with(introduction)).skip(1);
    lines.take_while(|line| line.starts_with(['-', ' '])).flat_map(|line| [line, "\n"]).collect()
}

/// A section, written as in the documentation, unless it is empty.
fn section(roff: &mut Roff, title: &str, text: &str) {
    // Between backticks stands what is set in bold type.
    let inlines = |text: &str| -> Vec<Inline> {
        let parts = text.split('`').enumerate();
        parts.map(|(at, part)| if at % 2 == 0 { roman(part) } else { bold(part) }).collect()
    };
    if !text.is_empty() {
        roff.control("SH", [title]);
    }
    for line in text.lines() {
        if let Some((term, text)) = line.strip_prefix("- ").and_then(|item| item.split_once(": ")) {
            roff.control("TP", []).text([bold(term.replace('`', ""))]).text(inlines(text));
        } else {
            if title == "EXAMPLES" {
                roff.control("br", []);
            }
            roff.text(inlines(line.trim()));
        }
    }
}
