//! The threads: items are made one after another, worked on side by side, and handed on in their order.
//!
//! Comes in: what fills an item in, what works on it, and what takes the outputs. Goes out: the states of the threads.
//! Must not: know what an item is; and nearly all of it is compiled once for every kind of item, since the threads only
//! pass numbers.

use std::any::Any;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Works on every item that `next` fills in, until it says that none are left: `work` on that many threads, each
/// with a state of its own made by `state`, and `sink` on the calling thread, in the order of the items, until it
/// breaks off. The same is done for any number of threads. A few items and outputs are used again and again. Returns
/// the states.
///
/// # Errors
/// The first error of `sink`, which ends the run.
pub(super) fn in_order<I: Default + Send, S: Send, O: Default + Send, E>(
    threads: usize,
    mut next: impl FnMut(&mut I) -> bool + Send,
    state: impl Fn() -> S,
    work: impl Fn(&mut S, &I, &mut O) + Sync,
    mut sink: impl FnMut(&mut O) -> Result<ControlFlow<()>, E>,
) -> Result<Vec<S>, E> {
    let threads = threads.max(1);
    let states: Vec<Mutex<S>> = (0..threads).map(|_| Mutex::new(state())).collect();
    // Two more than threads, so that one that waits for its turn keeps nobody idle.
    let count = if threads == 1 { 1 } else { threads + 2 };
    let slots: Vec<Mutex<(I, O)>> = (0..count).map(|_| Mutex::default()).collect();
    let mut failed = None;
    let mut steps = Steps {
        fill: &mut |slot| next(&mut lock(&slots[slot]).0),
        work: &|thread, slot| {
            let (item, output) = &mut *lock(&slots[slot]);
            work(&mut lock(&states[thread]), item, output);
        },
        sink: &mut |slot| match sink(&mut lock(&slots[slot]).1) {
            Ok(flow) => flow,
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        },
    };
    if threads == 1 {
        steps.run()
    } else {
        steps.run_on(threads, count)
    }
    match failed {
        Some(error) => Err(error),
        None => {
            Ok(states.into_iter().map(|it| it.into_inner().unwrap_or_else(PoisonError::into_inner)).collect())
        }
    }
}

/// Locks what no other thread has, or waits for.
fn lock<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is done with items, each of which is in a slot.
struct Steps<'a> {
    /// Fills in the next item; false if none are left.
    fill: &'a mut (dyn FnMut(usize) -> bool + Send),
    /// Works on an item, on the thread of that number.
    work: &'a (dyn Fn(usize, usize) + Sync),
    /// Hands an output on.
    sink: &'a mut dyn FnMut(usize) -> ControlFlow<()>,
}

impl Steps<'_> {
    /// Does all of it on the calling thread, in one slot.
    fn run(&mut self) {
        while (self.fill)(0) {
            (self.work)(0, 0);
            if (self.sink)(0).is_break() {
                break;
            }
        }
    }

    /// Works on that many threads, in `slots` slots.
    fn run_on(&mut self, threads: usize, slots: usize) {
        let (free, unused) = channel();
        for slot in 0..slots {
            // The receiver is alive, so this cannot fail.
            let _ = free.send(slot);
        }
        let queue = WorkQueue {
            next: Mutex::new((0, &mut *self.fill)),
            unused: Mutex::new(unused),
            work: self.work,
            stop: AtomicBool::new(false),
        };
        let (done, results) = channel();
        let panic = std::thread::scope(|scope| {
            for thread in 0..threads {
                let (done, queue) = (done.clone(), &queue);
                scope.spawn(move || queue.work(thread, &done));
            }
            drop(done);
            let panic = hand_on(&results, &free, &mut *self.sink).err();
            queue.stop.store(true, Ordering::Relaxed);
            drop(results);
            drop(free);
            panic
        });
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }
}

/// The number and the slot of an item that was worked on; or what the work ended with.
type Done = Result<(u64, usize), Box<dyn Any + Send>>;

/// What the threads share.
struct WorkQueue<'a> {
    /// The number of the next item, and what fills it in.
    next: Mutex<(u64, &'a mut (dyn FnMut(usize) -> bool + Send))>,
    /// The slots that can be filled.
    unused: Mutex<Receiver<usize>>,
    work: &'a (dyn Fn(usize, usize) + Sync),
    stop: AtomicBool,
}

impl WorkQueue<'_> {
    /// Takes free slots, fills them and works on them, until no items are left or nobody listens.
    fn work(&self, thread: usize, done: &Sender<Done>) {
        while !self.stop.load(Ordering::Relaxed) {
            let free = lock(&self.unused).recv();
            let Ok(slot) = free else { return };
            // One that panics says so, since the others would wait for its slot.
            let result = catch_unwind(AssertUnwindSafe(|| {
                let number = self.fill(slot)?;
                (self.work)(thread, slot);
                Some((number, slot))
            }));
            let Some(result) = result.transpose() else { return };
            if done.send(result).is_err() {
                return;
            }
        }
    }

    /// Fills a slot; returns the number of the item.
    fn fill(&self, slot: usize) -> Option<u64> {
        let mut source = lock(&self.next);
        let (next, fill) = &mut *source;
        let number = *next;
        fill(slot).then(|| {
            *next += 1;
            number
        })
    }
}

/// Hands outputs on in the order of their items, and gives the slots back.
///
/// # Errors
/// What a thread panicked with.
fn hand_on(
    results: &Receiver<Done>,
    free: &Sender<usize>,
    sink: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Result<(), Box<dyn Any + Send>> {
    // Slots are given back only in their turn, so that no more results wait than there are slots.
    let mut early = BTreeMap::new();
    let mut next = 0;
    for result in results {
        let (number, slot) = result?;
        early.insert(number, slot);
        while let Some(slot) = early.remove(&next) {
            next += 1;
            if sink(slot).is_break() {
                return Ok(());
            }
            // Nobody waits for it once the last item is taken.
            let _ = free.send(slot);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    /// Outputs and states of work on ten numbers.
    fn squares(threads: usize, work: impl Fn(u64) + Sync) -> (Vec<u64>, u64) {
        let (mut numbers, mut outputs) = (0..10, Vec::new());
        let states = in_order(
            threads,
            |item| numbers.next().inspect(|number| *item = *number).is_some(),
            || 0,
            |sum, item, output: &mut u64| {
                work(*item);
                *sum += item;
                *output = item * item;
            },
            |output| {
                outputs.push(*output);
                Ok::<_, Infallible>(ControlFlow::Continue(()))
            },
        );
        (outputs, states.unwrap_or_default().iter().sum())
    }

    #[test]
    fn outputs_are_in_order_for_any_number_of_threads() {
        let expected: Vec<u64> = (0..10).map(|number| number * number).collect();
        for threads in [0, 1, 2, 7] {
            assert_eq!(squares(threads, |_| ()), (expected.clone(), 45), "{threads}");
        }
    }

    #[test]
    fn a_panic_of_one_thread_ends_the_run() {
        let result = catch_unwind(|| squares(3, |number| assert_ne!(number, 4)));
        assert!(result.is_err());
    }
}
