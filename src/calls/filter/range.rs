//! A range of durations.

/// A range of durations in seconds, both ends inclusive. Without an end it is open there; without both it holds
/// everything, an unknown duration too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SecondsRange {
    /// The least.
    pub least: Option<u32>,
    /// The greatest.
    pub most: Option<u32>,
}

impl SecondsRange {
    /// True for a duration that is in the range. One that is unknown is in no range that has an end.
    pub fn holds(self, seconds: Option<u32>) -> bool {
        if self == Self::default() {
            return true;
        }
        seconds.is_some_and(|seconds| {
            self.least.is_none_or(|least| seconds >= least) && self.most.is_none_or(|most| seconds <= most)
        })
    }
}
