//! How the vendor repeats a callback that was not accepted.

/// How many seconds after a delivery that was not accepted the next one is made.
pub const RETRY_SECONDS: [u8; 6] = [0, 1, 1, 2, 3, 5];
