//! Silences of a log that a replay makes shorter.

/// The silences that are cut, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pauses {
    /// When a silence begins and ends, in Unix milliseconds, and how much is cut of all silences before it.
    cut: Vec<(i64, i64, i64)>,
    /// The longest that is left, in milliseconds.
    longest: i64,
}

impl Pauses {
    /// Cuts the silences between these times, which are in order, to `longest` milliseconds.
    pub(super) fn new(times: impl Iterator<Item = i64>, longest: i64) -> Self {
        let (mut cut, mut before, mut all) = (Vec::new(), None, 0);
        for time in times {
            if let Some(before) = before
                && time - before > longest
            {
                cut.push((before, time, all));
                all += time - before - longest;
            }
            before = Some(time);
        }
        Self { cut, longest }
    }

    /// How much is cut before a time of the log.
    pub(super) fn cut_before(&self, time: i64) -> i64 {
        let after = self.cut.partition_point(|(begin, ..)| *begin < time);
        let Some((begin, end, before)) = after.checked_sub(1).map(|at| self.cut[at]) else { return 0 };
        // What chaos delays into a silence is not delayed beyond its end.
        before + (time.min(end) - begin - self.longest).max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silences_are_cut_and_nothing_else() {
        let pauses = Pauses::new([0, 10, 1010, 1020, 5020].into_iter(), 100);
        let played = |time| time - pauses.cut_before(time);
        assert_eq!(
            [0, 10, 60, 500, 1010, 1020, 5020, 6000].map(played),
            [0, 10, 60, 110, 110, 120, 220, 1200]
        );
        assert_eq!(Pauses::default().cut_before(7), 0);
    }
}
