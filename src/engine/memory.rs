//! How much memory calls and what is made of them may take up.

/// A bound of memory, or none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory(Option<usize>);

impl Memory {
    /// At most about `most` bytes; without a bound for none.
    pub fn new(most: Option<usize>) -> Self {
        Self(most)
    }

    /// Most bytes of a table of calls.
    pub(super) fn of_table(self) -> Option<usize> {
        self.0.map(|most| most / 8 * 5)
    }

    /// Most bytes of what is sorted; several things are at once.
    pub fn of_sorting(self) -> usize {
        self.0.map_or(usize::MAX, |most| most / 32)
    }
}
