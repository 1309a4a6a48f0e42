//! `completions`: completions for a shell.

use clap::ValueEnum;
use clap::builder::PossibleValuesParser;
use clap_complete::Shell;

use super::command::Command;
use super::help::TOPICS;
use crate::report::catalog::Table;
use crate::report::catalog::figures::FIGURES;
use crate::session::{Output, Session, Status};
use crate::spec::{Cause, RULES, Word};

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  callkit-tool completions bash > /etc/bash_completion.d/callkit-tool\n  \
    callkit-tool completions zsh > ~/.zfunc/_callkit-tool\n  \
    callkit-tool completions fish > ~/.config/fish/completions/callkit-tool.fish"
)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// The words that complete the value of an argument whose parser does not name them, since it judges them itself.
fn words(argument: &str, commands: &[&'static str]) -> Vec<&'static str> {
    let rules = RULES.iter().flat_map(|rule| [rule.family(), rule.name]);
    let columns = Table::value_variants().iter().flat_map(|table| table.columns());
    match argument {
        "rule" => rules.collect(),
        "error" | "warn" | "info" | "allow" => rules.chain(["all"]).collect(),
        "figure" => FIGURES.iter().map(|figure| figure.name).chain(["all"]).collect(),
        "columns" => columns.map(|column| column.name).collect(),
        "causes" => Cause::ALL.iter().map(|cause| cause.as_str()).chain(["all"]).collect(),
        "topic" => commands.iter().copied().chain(TOPICS.iter().map(|(name, _)| *name)).collect(),
        "command" => commands.to_vec(),
        _ => Vec::new(),
    }
}

impl Command for CompletionsArgs {
    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let program = (session.program)();
        // clap wants words that live as long as the program.
        let names = program.get_subcommands().map(|command| &*command.get_name().to_owned().leak());
        let commands: Vec<&str> = names.collect();
        let mut program = program.mut_subcommands(|command| {
            command.mut_args(|arg| match words(arg.get_id().as_str(), &commands) {
                words if words.is_empty() => arg,
                words => arg.value_parser(PossibleValuesParser::new(words)),
            })
        });
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut program, "callkit-tool", &mut script);
        let mut script = String::from_utf8(script)?;
        match self.shell {
            // The generator spells a name with a hyphen in two ways, so that no case for a subcommand is ever reached.
            Shell::Bash => script = script.replace("callkit__subcmd__tool", "callkit__tool"),
            Shell::Fish => script.push_str(&positionals(&program)),
            _ => {}
        }
        Output::print(script.as_bytes())
    }
}

/// Completions of positional arguments, which the generator for fish leaves out.
fn positionals(program: &clap::Command) -> String {
    let mut lines = String::new();
    for command in program.get_subcommands() {
        let values = command.get_positionals().flat_map(clap::Arg::get_possible_values);
        let words: Vec<String> = values.map(|value| value.get_name().to_owned()).collect();
        if !words.is_empty() {
            let condition = format!("__fish_callkit_tool_using_subcommand {}", command.get_name());
            let line = format!("complete -c callkit-tool -n '{condition}' -f -a '{}'\n", words.join(" "));
            lines.push_str(&line);
        }
    }
    lines
}
