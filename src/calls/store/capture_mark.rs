//! When a callback was captured, and by whom, in eight bytes.

/// Milliseconds from 1970 to 2015, before which nothing was captured.
const FIRST: i64 = 1_420_070_400_000;

/// Bits of the time, which last until 2154. Those above them tell capturers apart.
const TIME_BITS: u32 = 42;

/// When a callback was captured, and by whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::calls) struct CaptureMark(u64);

impl CaptureMark {
    /// Of a time in Unix milliseconds, and of a number that stands for a capturer, 0 for none.
    pub(in crate::calls) fn new(time: Option<i64>, by: u32) -> Self {
        let since = time.and_then(|time| u64::try_from(time - FIRST).ok()?.checked_add(1));
        let time = since.filter(|since| since >> TIME_BITS == 0).unwrap_or(0);
        let mask = (1 << (u64::BITS - TIME_BITS)) - 1;
        let by = match by {
            0 => 0,
            by => ((by ^ (by >> 16)) & mask).max(1),
        };
        Self(time | u64::from(by) << TIME_BITS)
    }

    /// The time, in Unix milliseconds.
    pub(in crate::calls) fn time(self) -> Option<i64> {
        let since = self.0 & ((1 << TIME_BITS) - 1);
        (since > 0).then(|| since.cast_signed() - 1 + FIRST)
    }

    /// What stands for the capturer, 0 for none.
    pub(in crate::calls) fn by(self) -> u32 {
        (self.0 >> TIME_BITS) as u32
    }

    /// As a number.
    pub(in crate::calls) fn number(self) -> u64 {
        self.0
    }

    /// The mark of such a number.
    pub(in crate::calls) fn of_number(number: u64) -> Self {
        Self(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_capturers_come_back() {
        for time in [FIRST, 1_718_150_400_137, 4_102_444_799_999] {
            let mark = CaptureMark::new(Some(time), 0xfeed_beef);
            assert_eq!(mark.time(), Some(time));
            assert_ne!(mark.by(), CaptureMark::new(None, 0xfeed_beee).by());
            assert_eq!(mark.by(), CaptureMark::new(None, 0xfeed_beef).by());
            assert_eq!(CaptureMark::of_number(mark.number()), mark);
        }
        for time in [None, Some(0), Some(i64::MAX), Some(FIRST - 1)] {
            assert_eq!(CaptureMark::new(time, 0), CaptureMark::default());
        }
        assert_ne!(CaptureMark::new(None, 0x40_0000).by(), 0);
    }
}
