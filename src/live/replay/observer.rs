//! What observes a run.

use super::attempt::{Attempt, Dropped};
use super::tally::ReplayTally;

/// What observes a run.
pub trait ReplayObserver {
    /// Its error.
    type Error;

    /// A callback is not sent.
    ///
    /// # Errors
    /// Ends the run.
    fn dropped(&mut self, dropped: &Dropped<'_>) -> Result<(), Self::Error>;

    /// A request is done.
    ///
    /// # Errors
    /// Ends the run.
    fn done(&mut self, attempt: &Attempt<'_>) -> Result<(), Self::Error>;

    /// Time has passed.
    fn tick(&mut self, tally: &ReplayTally);
}
