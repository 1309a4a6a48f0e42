//! The counts of a receiver in the text format of Prometheus.

use std::fmt::Write as _;

use super::tally::{CaptureCount, CaptureTally};
use crate::spec::Word;

/// The path that they are at.
pub(super) const METRICS_PATH: &str = "/-/metrics";

/// The kind of the text.
pub(super) const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The counts so far.
pub(super) fn metrics(tally: &CaptureTally) -> String {
    let mut text = String::from(
        "# HELP callkit_capture_total Requests and connections since the start, by outcome.\n\
         # TYPE callkit_capture_total counter\n",
    );
    for count in CaptureCount::ALL.iter().filter(|count| **count != CaptureCount::Waiting) {
        let outcome = count.as_str().replace(' ', "_");
        // Writing to memory cannot fail.
        let _ = writeln!(text, "callkit_capture_total{{outcome=\"{outcome}\"}} {}", tally.count(*count));
    }
    text.push_str(
        "# HELP callkit_capture_waiting Requests that wait in memory to be delivered to the backend.\n\
         # TYPE callkit_capture_waiting gauge\n",
    );
    let _ = writeln!(text, "callkit_capture_waiting {}", tally.count(CaptureCount::Waiting));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_count_is_there_once() {
        let tally = CaptureTally::default();
        tally.add(CaptureCount::BackendFailed);
        tally.set(CaptureCount::Waiting, 7);
        let text = metrics(&tally);
        assert!(text.contains("callkit_capture_total{outcome=\"failed_at_the_backend\"} 1\n"), "{text}");
        assert!(text.ends_with("callkit_capture_waiting 7\n"), "{text}");
        assert_eq!(text.lines().filter(|line| !line.starts_with('#')).count(), CaptureCount::ALL.len());
    }
}
