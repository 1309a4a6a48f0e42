//! One file for each subcommand: wires the steps, and nothing else.
//!
//! Comes in: the typed command line. Goes out: a [`Status`]. Must not: format, parse or judge.

mod capture;
mod choice;
mod export;
mod following;
mod gather;
mod inputs;
mod interrupt;
mod near;
mod output;
mod places;
mod progress;
mod related;
mod replay;
mod show;
mod simulate;
mod spared;
mod summarize;
mod validate;
mod wanted;
mod watch;
mod why;

use clap::CommandFactory;

pub use inputs::NoInput;
pub use interrupt::on_interrupt;
pub use output::Output;

use crate::cli::{Cli, Command, RulesArgs, Terminal};
use crate::report::{explain_rule, list_rules};
use crate::spec::{RULES, RuleId};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The job is done.
    Done,
    /// It is done, and there are findings, or callbacks that were refused.
    Findings,
    /// It could not be done in full; what went wrong has been said.
    Incomplete,
    /// It was interrupted, and has ended in order.
    Interrupted,
}

/// Runs a command.
///
/// # Errors
/// Where the job could not be done at all: bad usage, or an output that cannot be written.
pub fn run(cli: &Cli) -> anyhow::Result<Status> {
    let terminal = Terminal::new(cli.color);
    spared::spare_inputs(&cli.command)?;
    match &cli.command {
        Command::Validate(args) => validate::validate(args, &terminal),
        Command::Summarize(args) => summarize::summarize(args, &terminal),
        Command::Export(args) => export::export(args, &terminal),
        Command::Show(args) => show::show(args, &terminal),
        Command::Why(args) => why::why(args, &terminal),
        Command::Capture(args) => capture::capture(args, &terminal),
        Command::Replay(args) => replay::replay(args, &terminal),
        Command::Simulate(args) => simulate::simulate(args, &terminal),
        Command::Rules(args) => rules(args),
        Command::Completions(args) => {
            let mut script = Vec::new();
            let mut command = Cli::command();
            clap_complete::generate(args.shell, &mut command, "callkit-tool", &mut script);
            print(&script)
        }
        Command::Man => {
            let mut page = Vec::new();
            manual(&mut page)?;
            print(&page)
        }
    }
}

/// Writes to standard output.
fn print(bytes: &[u8]) -> anyhow::Result<Status> {
    let mut output = Output::open(None)?;
    output.put(bytes)?;
    output.finish()?;
    Ok(Status::Done)
}

fn rules(args: &RulesArgs) -> anyhow::Result<Status> {
    let text = match &args.rule {
        None => list_rules(None),
        Some(name) if RULES.iter().any(|rule| rule.family() == name) => list_rules(Some(name)),
        Some(name) => {
            let rule = RuleId::parse(name).ok_or_else(|| anyhow::anyhow!(crate::cli::unknown_rule(name)))?;
            explain_rule(rule)
        }
    };
    print(text.as_bytes())
}

/// The manual: the tool's page, then one for each subcommand.
fn manual(page: &mut Vec<u8>) -> anyhow::Result<()> {
    let command = Cli::command();
    clap_mangen::Man::new(command.clone()).render(page)?;
    for subcommand in command.get_subcommands() {
        let title = format!("callkit-tool-{}", subcommand.get_name());
        let subcommand = subcommand.clone().display_name(title.clone());
        clap_mangen::Man::new(subcommand).title(title).render(page)?;
    }
    Ok(())
}
