//! Works on the blocks of the input.

use super::cutter::{Block, CutOptions, Cutter};
use super::ordered::{Progress, in_order};
use crate::source::{InputError, Sources};

/// What a run leaves behind.
#[derive(Debug)]
pub struct Outcome<S> {
    /// The state of each thread.
    pub states: Vec<S>,
    /// Sources that could not be read, or not to their end.
    pub errors: Vec<InputError>,
}

/// Works on every block of the sources: `work` on as many threads as asked for, each with a state of its own made
/// by `state`, and `sink` on the calling thread, in the order of the input. The same is done for any number of
/// threads. An output comes to `work` as `sink` left it.
///
/// # Errors
/// The first error of `sink`, which ends the run.
pub fn run<S: Send, O: Send + Default, E>(
    sources: &Sources,
    options: CutOptions,
    threads: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &Block, &mut O) + Sync,
    sink: impl FnMut(&mut O) -> Result<(), E>,
    progress: Progress<'_>,
) -> Result<Outcome<S>, E> {
    let mut cutter = Cutter::new(sources, options);
    let states = in_order(threads, |block| cutter.next(block), state, work, sink, progress)?;
    Ok(Outcome { states, errors: cutter.errors })
}
