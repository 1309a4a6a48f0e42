//! Arguments in, exit status out.

use std::process::ExitCode;

use callkit_tool::cli::Usage;
use callkit_tool::commands::{Cli, Status, run};
use callkit_tool::session::on_interrupt;
use callkit_tool::source::plain;

fn main() -> ExitCode {
    let cli = match Cli::from_arguments(std::env::args_os()) {
        Ok(cli) => cli,
        Err(error) => {
            // clap prints help and versions to standard output, where they may be cut short like anything else.
            let printed = error.print().map_err(anyhow::Error::new).map_err(|error| is_closed_pipe(&error));
            return ExitCode::from(if error.use_stderr() || printed == Err(false) { 2 } else { 0 });
        }
    };
    if !cli.heeds_signals() {
        // If no handler can be set, an interrupt just ends the process.
        drop(ctrlc::set_handler(on_interrupt));
    }
    // Otherwise the write that goes beyond the limit on a file's size ends the process instead of failing. If no
    // handler can be set it still does.
    #[cfg(unix)]
    drop(signal_hook::flag::register(libc::SIGXFSZ, std::sync::Arc::default()));
    match run(&cli) {
        Ok(Status::Done) => ExitCode::SUCCESS,
        Ok(Status::Findings) => ExitCode::from(1),
        Ok(Status::Incomplete) => ExitCode::from(2),
        Ok(Status::Interrupted) => ExitCode::from(130),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) if error.downcast_ref() == Some(&Usage::NoInput) => {
            cli.terminal().insist(cli.help().trim_end());
            ExitCode::from(2)
        }
        Err(error) => {
            let causes: Vec<String> = error.chain().map(in_our_words).collect();
            cli.terminal().error(&causes.join(": "));
            ExitCode::from(2)
        }
    }
}

/// A cause; the operating system's in this tool's style.
fn in_our_words(cause: &(dyn std::error::Error + 'static)) -> String {
    cause.downcast_ref().map_or_else(|| cause.to_string(), plain)
}

/// Nobody reads any further, which is not an error.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let closed = |cause: &std::io::Error| cause.kind() == std::io::ErrorKind::BrokenPipe;
    error.chain().filter_map(|cause| cause.downcast_ref()).any(closed)
}
