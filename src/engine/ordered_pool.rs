//! The threads: items are made one after another, worked on side by side, and handed on in their order.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};

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
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &I, &mut O) + Sync,
    mut sink: impl FnMut(&mut O) -> Result<ControlFlow<()>, E>,
) -> Result<Vec<S>, E> {
    if threads <= 1 {
        let mut state = state();
        let (mut item, mut output) = (I::default(), O::default());
        while next(&mut item) {
            work(&mut state, &item, &mut output);
            if sink(&mut output)?.is_break() {
                break;
            }
        }
        return Ok(vec![state]);
    }
    // Two more than threads, so that one that waits for its turn keeps nobody idle.
    let (free, carriers) = channel();
    for _ in 0..threads + 2 {
        // The receiver is alive, so this cannot fail.
        let _ = free.send(Carrier { number: 0, item: I::default(), output: O::default() });
    }
    let queue = WorkQueue {
        next: Mutex::new((0, next)),
        carriers: Mutex::new(carriers),
        stop: AtomicBool::new(false),
    };
    let (done, results) = channel();
    let (states, result) = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let (done, queue, state, work) = (done.clone(), &queue, &state, &work);
                scope.spawn(move || {
                    let mut state = state();
                    queue.work(&done, |item, output| work(&mut state, item, output));
                    state
                })
            })
            .collect();
        drop(done);
        let result = hand_on(&results, &free, &mut sink);
        queue.stop.store(true, Ordering::Relaxed);
        drop(results);
        drop(free);
        let states: Vec<_> = workers.into_iter().map(|worker| worker.join()).collect();
        (states, result)
    });
    result?;
    let states =
        states.into_iter().map(|state| state.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
    Ok(states.collect())
}

/// An item with its number and what was made of it.
struct Carrier<I, O> {
    number: u64,
    item: I,
    output: O,
}

/// What the threads share.
struct WorkQueue<I, O, N> {
    /// The number of the next item, and what fills it in.
    next: Mutex<(u64, N)>,
    /// Those whose items can be filled in.
    carriers: Mutex<Receiver<Carrier<I, O>>>,
    stop: AtomicBool,
}

impl<I, O, N: FnMut(&mut I) -> bool> WorkQueue<I, O, N> {
    /// Takes free items, fills them in and works on them, until none are left or nobody listens.
    fn work(&self, done: &Sender<Carrier<I, O>>, mut work: impl FnMut(&I, &mut O)) {
        while !self.stop.load(Ordering::Relaxed) {
            let free = self.carriers.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(mut carrier) = free else { return };
            if !self.fill(&mut carrier) {
                return;
            }
            work(&carrier.item, &mut carrier.output);
            if done.send(carrier).is_err() {
                return;
            }
        }
    }

    fn fill(&self, carrier: &mut Carrier<I, O>) -> bool {
        let mut source = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let (number, next) = &mut *source;
        let filled = next(&mut carrier.item);
        carrier.number = *number;
        *number += 1;
        filled
    }
}

/// Hands outputs on in the order of their items, and gives both back.
fn hand_on<I, O, E>(
    results: &Receiver<Carrier<I, O>>,
    free: &Sender<Carrier<I, O>>,
    sink: &mut impl FnMut(&mut O) -> Result<ControlFlow<()>, E>,
) -> Result<(), E> {
    // They are given back only in their turn, so that no more results wait than there are items.
    let mut early: BTreeMap<u64, Carrier<I, O>> = BTreeMap::new();
    let mut next = 0;
    for carrier in results {
        early.insert(carrier.number, carrier);
        while let Some(mut carrier) = early.remove(&next) {
            next += 1;
            if sink(&mut carrier.output)?.is_break() {
                return Ok(());
            }
            // Nobody waits for it once the last item is taken.
            let _ = free.send(carrier);
        }
    }
    Ok(())
}
