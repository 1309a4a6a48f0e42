//! What an interrupt does: a command that can end in order is asked to; otherwise the process ends.

use std::sync::{Mutex, PoisonError};

use super::output::end_without_litter;

/// Asks the running command to end in order.
type Stop = Box<dyn FnOnce() + Send>;

/// Set while the running command can end in order.
static STOP: Mutex<Option<Stop>> = Mutex::new(None);

fn replace(stop: Option<Stop>) -> Option<Stop> {
    std::mem::replace(&mut STOP.lock().unwrap_or_else(PoisonError::into_inner), stop)
}

/// What an interrupt (Ctrl-C, a hang-up, a request to terminate) does: it asks the running command to end in order, if
/// it can, and has not been asked before; otherwise it leaves no unfinished file, and ends the process with status 130.
pub fn on_interrupt() {
    match replace(None) {
        Some(stop) => stop(),
        None => end_without_litter(130),
    }
}

/// While this lives, the first interrupt does no more than call a function.
#[derive(Debug)]
pub struct Graceful(());

impl Graceful {
    /// Calls this at the first interrupt.
    pub fn new(stop: impl FnOnce() + Send + 'static) -> Self {
        replace(Some(Box::new(stop)));
        Self(())
    }
}

impl Drop for Graceful {
    fn drop(&mut self) {
        drop(replace(None));
    }
}
