//! Spares the inputs: an output must not take the place of what is read.

use std::path::Path;

use anyhow::bail;

use crate::cli::Command;
#[cfg(unix)]
use crate::source::resolve;

/// Refuses an output that is one of the inputs: the log would be lost to what is made of it.
///
/// # Errors
/// Where one is, by whatever name.
pub(super) fn spare_inputs(command: &Command) -> anyhow::Result<()> {
    let (input, outputs) = match command {
        Command::Validate(args) => (&args.input, [args.output.output.as_deref(), None]),
        Command::Summarize(args) => (&args.input, [args.output.output.as_deref(), None]),
        Command::Export(args) => (&args.input, [args.output.output.as_deref(), None]),
        Command::Show(args) => (&args.input, [args.output.output.as_deref(), None]),
        Command::Why(args) => (&args.input, [args.output.output.as_deref(), None]),
        Command::Replay(args) => (&args.input, [args.output.output.as_deref(), args.report.as_deref()]),
        Command::Capture(_)
        | Command::Simulate(_)
        | Command::Rules(_)
        | Command::Completions(_)
        | Command::Man => return Ok(()),
    };
    for path in outputs.into_iter().flatten() {
        if path != Path::new("-") && path.is_file() && is_input(&input.inputs, path) {
            bail!(
                "`{}` is an input, and would be replaced by what is made of it; write to another file",
                path.display()
            );
        }
    }
    Ok(())
}

#[cfg(unix)]
fn is_input(inputs: &[String], path: &Path) -> bool {
    // Standard input is one where no other is named, or what is named is a call. What cannot be read is said where it
    // is to be read.
    let (sources, _) = resolve(&[inputs, &["-".to_owned()]].concat());
    sources.iter().any(|source| source.is_file_at(path))
}

#[cfg(not(unix))]
fn is_input(inputs: &[String], path: &Path) -> bool {
    let path = path.canonicalize().ok();
    path.is_some() && inputs.iter().any(|input| Path::new(input).canonicalize().ok() == path)
}
