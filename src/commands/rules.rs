//! `rules`: the rules, and the explanation of one.

use super::command::Command;
use crate::cli::unknown_rule;
use crate::report::{explain_rule, list_rules};
use crate::session::{Output, Session, Status};
use crate::spec::{RULES, RuleId};

/// Arguments of `rules`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  callkit-tool rules\n  callkit-tool rules body/type")]
pub(super) struct RulesArgs {
    /// The rule to explain, or the family to list; without it all are listed
    #[arg(value_name = "RULE")]
    rule: Option<String>,
}

impl Command for RulesArgs {
    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let width = session.terminal.list_width(None);
        let text = match &self.rule {
            None => list_rules(None, width),
            Some(name) if RULES.iter().any(|rule| rule.family() == name) => list_rules(Some(name), width),
            Some(name) => explain_rule(RuleId::parse(name).ok_or_else(|| unknown_rule(name))?, width),
        };
        Output::print(text.as_bytes())
    }
}
