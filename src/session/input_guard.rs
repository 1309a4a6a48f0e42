//! Guards the inputs: an output must not take the place of what is read.

use std::ffi::OsString;
use std::path::Path;

use crate::cli::{InputArgs, Usage};
#[cfg(unix)]
use crate::source::resolve;

/// Refuses an output that is one of the inputs: the log would be lost to what is made of it.
///
/// # Errors
/// Returns an error if one is, by whatever name.
pub fn guard_inputs(args: &InputArgs, outputs: &[&Path]) -> Result<(), Usage> {
    for path in outputs {
        if *path != Path::new("-") && path.is_file() && is_input(&args.inputs, path) {
            return Err(Usage::Wrong(format!(
                "`{}` is an input, and the output would replace it; write to another file",
                path.display()
            )));
        }
    }
    Ok(())
}

#[cfg(unix)]
fn is_input(inputs: &[OsString], path: &Path) -> bool {
    // Standard input is one if no other is named, or what is named is a call. What cannot be read is reported when it
    // is read.
    let (sources, _) = resolve(&[inputs, &["-".into()]].concat());
    sources.iter().any(|source| source.is_file_at(path))
}

#[cfg(not(unix))]
fn is_input(inputs: &[OsString], path: &Path) -> bool {
    let path = path.canonicalize().ok();
    path.is_some() && inputs.iter().any(|input| Path::new(input).canonicalize().ok() == path)
}
