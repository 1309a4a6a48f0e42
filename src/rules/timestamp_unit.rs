//! The unit that a timestamp outside the usable range is probably in.

/// What a timestamp outside the usable range looks like, by its digits.
pub(super) fn timestamp_unit(text: &str, milliseconds: bool) -> Option<&'static str> {
    let digits = text.trim_start_matches('-');
    match (digits.len(), milliseconds) {
        (13, false) => Some("these look like milliseconds; the field takes seconds"),
        (16, false) => Some("these look like microseconds; the field takes seconds"),
        (19, false) => Some("these look like nanoseconds; the field takes seconds"),
        (10, true) => Some("these look like seconds; the field takes milliseconds"),
        (16, true) => Some("these look like microseconds; the field takes milliseconds"),
        (9, false) => Some("a digit seems to be missing"),
        _ => None,
    }
}
