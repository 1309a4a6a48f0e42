//! `man`: the manual pages.

use super::command::Command;
use crate::session::{Output, Session, Status};

/// Arguments of `man`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  callkit-tool man > callkit-tool.1\n  callkit-tool man | man -l -")]
pub(super) struct ManArgs {}

impl Command for ManArgs {
    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let mut page = Vec::new();
        let program = (session.program)();
        clap_mangen::Man::new(program.clone()).render(&mut page)?;
        for subcommand in program.get_subcommands() {
            let title = format!("callkit-tool-{}", subcommand.get_name());
            let subcommand = subcommand.clone().display_name(title.clone());
            clap_mangen::Man::new(subcommand).title(title).render(&mut page)?;
        }
        Output::print(&page)
    }
}
