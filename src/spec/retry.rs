//! How the vendor repeats a callback that was not accepted.

/// How many seconds after a delivery that was not accepted the next one is made.
pub const RETRY_SECONDS: [u8; 6] = [0, 1, 1, 2, 3, 5];

/// The most deliveries of one callback: the first, and the retries.
pub const MOST_DELIVERIES: usize = RETRY_SECONDS.len() + 1;

/// [`RETRY_SECONDS`] in words: `1, 2 and 3 s`.
pub fn retry_times() -> String {
    let [earlier @ .., last] = RETRY_SECONDS.map(|seconds| seconds.to_string());
    format!("{} and {last} s", earlier.join(", "))
}
