//! Something that several threads fill, until it fails.

use std::sync::{Mutex, PoisonError};

use super::file::SpillError;

/// What several threads fill.
#[derive(Debug)]
pub struct Shared<T>(Mutex<(T, Result<(), SpillError>)>);

impl<T> Shared<T> {
    /// What they begin with.
    pub fn new(inside: T) -> Self {
        Self(Mutex::new((inside, Ok(()))))
    }

    /// Does something with it, one thread after another; nothing any more once that has failed.
    pub fn fill(&self, fill: impl FnOnce(&mut T) -> Result<(), SpillError>) {
        let mut inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if inside.1.is_ok() {
            inside.1 = fill(&mut inside.0);
        }
    }

    /// What was filled.
    ///
    /// # Errors
    /// If that has failed.
    pub fn finish(self) -> Result<T, SpillError> {
        let (inside, filled) = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        filled.map(|()| inside)
    }
}
