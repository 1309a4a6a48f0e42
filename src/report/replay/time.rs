//! Lengths of time in a replay.

use std::time::Duration;

/// Milliseconds with at most three digits after the point.
pub(super) fn milliseconds(time: Duration) -> f64 {
    time.as_micros() as f64 / 1000.0
}

/// Microseconds for people.
pub(super) fn short(micros: u32) -> String {
    match micros {
        0..10_000 => format!("{:.2} ms", f64::from(micros) / 1000.0),
        10_000..1_000_000 => format!("{:.1} ms", f64::from(micros) / 1000.0),
        _ => long(Duration::from_micros(u64::from(micros))),
    }
}

/// A length of time for people.
pub(super) fn long(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        60..3600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{} h {:02} min", seconds / 3600, seconds / 60 % 60),
        _ => format!("{} d {:02} h", seconds / 86_400, seconds / 3600 % 24),
    }
}
