//! Runs a pass over the blocks of the input.

use std::ops::ControlFlow;

use super::cutter::{CutOptions, Cutter};
use super::ordered_pool::in_order;
use super::pass::Pass;
use super::range::ReadExtent;
use crate::source::{InputError, Sources};

/// What a run leaves: the states of its threads, the sources that could not be read or not to their end, and what was
/// read of a range.
pub(super) type PassEnd<S> = (Vec<S>, Vec<InputError>, Option<ReadExtent>);

/// Works on every block of the sources, on that many threads; `sink` takes what the pass makes of each, on the calling
/// thread and in the order of the input, until it breaks off. The same is done for any number of threads.
///
/// # Errors
/// The first error of `sink`, which ends the run.
pub fn run<P: Pass, E>(
    sources: &Sources,
    options: CutOptions,
    threads: usize,
    pass: &P,
    sink: impl FnMut(&mut P::Output) -> Result<ControlFlow<()>, E>,
) -> Result<PassEnd<P::State>, E> {
    let mut cutter = Cutter::new(sources, options);
    let work = |state: &mut P::State, block: &_, output: &mut P::Output| pass.work(state, block, output);
    let states = in_order(threads, |block| cutter.next(block), || pass.state(), work, sink)?;
    Ok((states, cutter.errors, cutter.extent))
}
