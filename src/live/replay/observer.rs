//! What observes a run.

use std::time::Duration;

use super::attempt::{Attempt, Dropped};
use super::tally::ReplayTally;

/// What observes a run. It cannot end it.
pub trait ReplayObserver {
    /// A callback is not sent.
    fn dropped(&mut self, dropped: &Dropped<'_>);

    /// A request is done.
    fn done(&mut self, attempt: &Attempt<'_>);

    /// Nothing listens where requests are sent to, for that reason; the run waits for it, at most so long.
    fn waiting(&mut self, cause: &str, most: Duration);

    /// Something listens there again, after that time.
    fn resumed(&mut self, waited: Duration);

    /// Time has passed.
    fn tick(&mut self, tally: &ReplayTally);
}
