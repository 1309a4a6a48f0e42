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
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

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
    // More than threads, so that one that waits for its turn keeps nobody idle.
    let count = if threads == 1 { 1 } else { threads + 3 };
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

    /// Works on that many threads, in `slots` slots. The calling thread is one of them, so that handing an output on wakes
    /// nobody.
    fn run_on(&mut self, threads: usize, slots: usize) {
        let queue = WorkQueue {
            next: Mutex::new((0, &mut *self.fill)),
            free: Mutex::new((0..slots).collect()),
            is_free: Condvar::new(),
            work: self.work,
            stop: AtomicBool::new(false),
        };
        let (done, results) = channel();
        let panic = std::thread::scope(|scope| {
            for thread in 1..threads {
                let (done, queue) = (done.clone(), &queue);
                scope.spawn(move || queue.work(thread, &done));
            }
            drop(done);
            let mut turn = InTurn { early: BTreeMap::new(), next: 0, sink: &mut *self.sink };
            let panic = queue.work_and_hand_on(&results, &mut turn).err();
            queue.stop();
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
    free: Mutex<Vec<usize>>,
    is_free: Condvar,
    work: &'a (dyn Fn(usize, usize) + Sync),
    stop: AtomicBool,
}

impl WorkQueue<'_> {
    /// Takes free slots, fills them and works on them, until no items are left or nobody listens.
    fn work(&self, thread: usize, done: &Sender<Done>) {
        while let Some(slot) = self.wait_for_slot() {
            let Some(result) = self.work_on(thread, slot) else { return };
            if done.send(result).is_err() {
                return;
            }
        }
    }

    /// Does the same on the calling thread, and hands on what is done, also by the others.
    ///
    /// # Errors
    /// What a thread panicked with.
    fn work_and_hand_on(
        &self,
        results: &Receiver<Done>,
        turn: &mut InTurn<'_>,
    ) -> Result<(), Box<dyn Any + Send>> {
        let mut are_left = true;
        loop {
            let slot = if are_left { lock(&self.free).pop() } else { None };
            let result = match slot {
                Some(slot) => self.work_on(0, slot),
                // All slots are with the others, or wait for one that is.
                None => match results.recv() {
                    Ok(result) => Some(result),
                    Err(_) => return Ok(()),
                },
            };
            are_left &= result.is_some();
            for result in result.into_iter().chain(results.try_iter()) {
                let (number, slot) = result?;
                if turn.hand_on(number, slot, |slot| self.give_back(slot)).is_break() {
                    return Ok(());
                }
            }
        }
    }

    /// Fills a slot and works on it; none if no items are left.
    fn work_on(&self, thread: usize, slot: usize) -> Option<Done> {
        // One that panics says so, since the others would wait for its slot.
        let result = catch_unwind(AssertUnwindSafe(|| {
            let number = self.fill(slot)?;
            (self.work)(thread, slot);
            Some((number, slot))
        }));
        result.transpose()
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

    /// A free slot, once there is one; none once nobody listens.
    fn wait_for_slot(&self) -> Option<usize> {
        let mut free = lock(&self.free);
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(slot) = free.pop() {
                return Some(slot);
            }
            free = self.is_free.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn give_back(&self, slot: usize) {
        lock(&self.free).push(slot);
        self.is_free.notify_one();
    }

    fn stop(&self) {
        let free = lock(&self.free);
        self.stop.store(true, Ordering::Relaxed);
        drop(free);
        self.is_free.notify_all();
    }
}

/// Hands outputs on in the order of their items.
struct InTurn<'s> {
    /// The slots of outputs whose turn has not come, by the number of their item.
    early: BTreeMap<u64, usize>,
    next: u64,
    sink: &'s mut dyn FnMut(usize) -> ControlFlow<()>,
}

impl InTurn<'_> {
    /// Takes an output, and hands on those whose turn it is. Slots are given back only in their turn, so that no more
    /// outputs wait than there are slots.
    fn hand_on(&mut self, number: u64, slot: usize, give_back: impl Fn(usize)) -> ControlFlow<()> {
        self.early.insert(number, slot);
        while let Some(slot) = self.early.remove(&self.next) {
            self.next += 1;
            (self.sink)(slot)?;
            give_back(slot);
        }
        ControlFlow::Continue(())
    }
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
