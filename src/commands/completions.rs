//! `completions`: completions for a shell.

use super::command::Command;
use crate::session::{Output, Session, Status};

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  callkit-tool completions bash > /etc/bash_completion.d/callkit-tool\n  \
    callkit-tool completions zsh > ~/.zfunc/_callkit-tool"
)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: clap_complete::Shell,
}

impl Command for CompletionsArgs {
    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut (session.program)(), "callkit-tool", &mut script);
        Output::print(&script)
    }
}
