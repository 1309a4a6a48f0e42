//! The threads: blocks are cut behind a lock, worked on side by side, and handed on in input order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};

use super::cutter::{Block, CutOptions, Cutter};
use crate::source::{InputError, Sources};

/// What a run leaves behind.
#[derive(Debug)]
pub struct Outcome<S> {
    /// The state of each thread.
    pub states: Vec<S>,
    /// Sources that could not be read, or not to their end.
    pub errors: Vec<InputError>,
}

/// Told of progress, now and then.
pub type Progress<'p> = &'p mut dyn FnMut();

/// Works on every block of the sources: `work` on as many threads as asked for, each with a state of its own made
/// by `state`, and `sink` on the calling thread, in the order of the input. The same is done for any number of
/// threads.
///
/// # Errors
/// The first error of `sink`, which ends the run.
pub fn run<S: Send, O: Send, E>(
    sources: &Sources,
    options: CutOptions,
    threads: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &Block) -> O + Sync,
    mut sink: impl FnMut(O) -> Result<(), E>,
    progress: Progress<'_>,
) -> Result<Outcome<S>, E> {
    let mut cutter = Cutter::new(sources, options);
    if threads <= 1 {
        let mut only = state();
        let mut block = Block::default();
        while cutter.next(&mut block) {
            sink(work(&mut only, &block))?;
            progress();
        }
        return Ok(Outcome { states: vec![only], errors: cutter.errors });
    }
    let shared = Shared { cutter: Mutex::new(cutter), stop: AtomicBool::new(false) };
    // Two blocks more than threads, so that one that waits for its turn keeps nobody idle.
    let (free, blocks) = channel();
    for _ in 0..threads + 2 {
        // The receiver is alive, so this cannot fail.
        let _ = free.send(Block::default());
    }
    let blocks = Mutex::new(blocks);
    let (done, results) = channel();
    let (states, result) = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let (done, shared, blocks, state, work) = (done.clone(), &shared, &blocks, &state, &work);
                scope.spawn(move || {
                    let mut own = state();
                    shared.work(blocks, &done, |block| work(&mut own, block));
                    own
                })
            })
            .collect();
        drop(done);
        let result = in_order(&results, &free, &mut sink, progress);
        shared.stop.store(true, Ordering::Relaxed);
        drop(results);
        drop(free);
        let states: Vec<_> = workers.into_iter().map(|worker| worker.join()).collect();
        (states, result)
    });
    result?;
    let states =
        states.into_iter().map(|state| state.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
    let cutter = shared.cutter.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Outcome { states: states.collect(), errors: cutter.errors })
}

struct Shared<'s> {
    cutter: Mutex<Cutter<'s>>,
    stop: AtomicBool,
}

impl Shared<'_> {
    /// Takes free blocks, fills and works on them, until the input ends or nobody listens.
    fn work<O>(
        &self,
        blocks: &Mutex<Receiver<Block>>,
        done: &Sender<(Block, O)>,
        mut work: impl FnMut(&Block) -> O,
    ) {
        while !self.stop.load(Ordering::Relaxed) {
            let free = blocks.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(mut block) = free else { return };
            let filled = self.cutter.lock().unwrap_or_else(PoisonError::into_inner).next(&mut block);
            if !filled {
                return;
            }
            let output = work(&block);
            if done.send((block, output)).is_err() {
                return;
            }
        }
    }
}

/// Hands results on in the order of their blocks, and gives the blocks back.
fn in_order<O, E>(
    results: &Receiver<(Block, O)>,
    free: &Sender<Block>,
    sink: &mut impl FnMut(O) -> Result<(), E>,
    progress: Progress<'_>,
) -> Result<(), E> {
    // A block is given back only in its turn, so that at most as many results wait as there are blocks.
    let mut early: BTreeMap<u64, (Block, O)> = BTreeMap::new();
    let mut next = 0;
    for (block, output) in results {
        early.insert(block.number, (block, output));
        while let Some((block, output)) = early.remove(&next) {
            next += 1;
            // Nobody waits for a block once the input has ended.
            let _ = free.send(block);
            sink(output)?;
        }
        progress();
    }
    Ok(())
}
