//! Which numbers count as a timestamp.

/// A usable timestamp: Unix seconds, from [`OLDEST`] to [`LATEST`], so it fits 32 bits and is never 0.
pub type Timestamp = u32;

/// The oldest usable timestamp, 2015-01-01T00:00:00Z, in Unix seconds.
pub const OLDEST: Timestamp = 1_420_070_400;
/// The latest usable timestamp, 2099-12-31T23:59:59Z, in Unix seconds.
pub const LATEST: Timestamp = 4_102_444_799;

/// The timestamp, if these Unix seconds lie in the usable range.
pub fn usable_timestamp(seconds: i64) -> Option<Timestamp> {
    Timestamp::try_from(seconds).ok().filter(|seconds| (OLDEST..=LATEST).contains(seconds))
}

/// A time where 0 stands for none.
#[inline]
pub fn known_timestamp(time: Timestamp) -> Option<Timestamp> {
    (time != 0).then_some(time)
}
