//! Times of capture that are certainly valid.
//!
//! Comes in: a text that begins with a time, or a number. Goes out: whether it names its zone, and where it ends. Must not:
//! accept a time that the full path reads differently: what is less usual, such as a day that not every month has, is left
//! to it.

use super::bytes::{after, integer};
use crate::spec::usable_timestamp;

/// A time that begins a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CaptureClock {
    /// True if it names no zone.
    pub is_local: bool,
    /// Its bytes.
    pub length: usize,
}

/// Bytes of a time without fraction and zone.
const SECONDS: usize = 19;

/// Reads the time that begins a text: RFC 3339, with a blank for the `T` or a comma for the point, or without a zone.
pub(super) fn clock(text: &[u8]) -> Option<CaptureClock> {
    let (head, _) = text.split_first_chunk::<SECONDS>()?;
    let two = |at: usize| {
        let (tens, ones) = (head[at].wrapping_sub(b'0'), head[at + 1].wrapping_sub(b'0'));
        if tens < 10 && ones < 10 { tens * 10 + ones } else { u8::MAX }
    };
    let marks = [head[4], head[7], head[13], head[16]] == *b"--::" && matches!(head[10], b'T' | b' ');
    let date = two(0) < 100 && two(2) < 100 && (1..=12).contains(&two(5)) && (1..=28).contains(&two(8));
    let seconds = two(11) < 24 && two(14) < 60 && two(17) < 60;
    if !(marks && date && seconds) {
        return None;
    }
    let mut length = SECONDS;
    if matches!(text.get(length), Some(b'.' | b',')) {
        let digits = text[length + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        length += 1 + digits;
        if !(1..=9).contains(&digits) {
            return None;
        }
    }
    match text.get(length..)? {
        [b'Z', ..] => Some(CaptureClock { is_local: false, length: length + 1 }),
        [b'+', a @ b'0'..=b'9', b @ b'0'..=b'9', b':', c @ b'0'..=b'5', d, ..]
            if (a - b'0') * 10 + (b - b'0') < 15 && [c, d].iter().all(|digit| digit.is_ascii_digit()) =>
        {
            Some(CaptureClock { is_local: false, length: length + 6 })
        }
        [b' ', b'Z' | b'+' | b'-', ..] | [b'+' | b'-' | b'.' | b',', ..] => None,
        [next, ..] if next.is_ascii_alphanumeric() => None,
        _ => Some(CaptureClock { is_local: true, length }),
    }
}

/// A number without sign and exponent: its whole part, and where it ends.
pub(super) fn number(text: &str, index: usize) -> Option<(i64, usize)> {
    let bytes = text.as_bytes();
    let (whole, end) = integer(bytes, index)?;
    let Some(fraction) = after(bytes, end, b'.') else {
        return Some((whole, end));
    };
    let digits = bytes[fraction..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    (digits > 0).then_some((whole, fraction + digits))
}

/// True for the whole part of a usable time with any fraction, even one that is rounded up, in one of the units that
/// times of capture have.
pub(super) fn is_unix_time(whole: i64) -> bool {
    let usable = |number: i64| usable_timestamp(number).is_some();
    let is_time = |unit: i64| usable(whole / unit) && usable((whole + 1) / unit);
    [1, 1_000, 1_000_000, 1_000_000_000].into_iter().any(is_time)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decode::capture_time;

    const PIECES: [&str; 22] = [
        "",
        "Z",
        "+08:00",
        "+0800",
        "-03:30",
        " +08:00",
        " Z",
        ".5",
        ",250",
        ".1234567890",
        " INFO ",
        "-",
        "00",
        "9",
        "T",
        " ",
        ":",
        "29",
        "13",
        "+14:59",
        "+15:00",
        "é",
    ];

    /// The time that the full path finds at the start of a text, and whether it names no zone.
    fn held_against_the_full_path(text: &str) {
        let Some(CaptureClock { is_local, length }) = clock(text.as_bytes()) else { return };
        let found = capture_time::find(text).map(capture_time::CaptureTime::is_local);
        assert_eq!(found, Some(is_local), "{text}");
        let alone = capture_time::parse(&text[..length]).map(capture_time::CaptureTime::is_local);
        assert_eq!(alone, Some(is_local), "{text}");
    }

    #[test]
    fn usual_times_are_read() {
        for (text, is_local, length) in [
            ("2024-05-01T00:00:10Z", false, 20),
            ("2024-05-01T00:00:10.123456789Z stdout", false, 30),
            ("2024-05-01 08:00:10,250 INFO", true, 23),
            ("2024-05-01 08:00:10 ", true, 19),
            ("2024-05-01T08:00:10.5+08:00\t", false, 27),
        ] {
            assert_eq!(clock(text.as_bytes()), Some(CaptureClock { is_local, length }), "{text}");
            held_against_the_full_path(text);
        }
        let unusual = [
            "",
            "2024-05-01",
            "2024-05-29T00:00:10Z",
            "2024-13-01T00:00:10Z",
            "2024-05-01T24:00:10Z",
            "2024-05-01T00:60:10Z",
            "2024-05-01T00:00:60Z",
            "2024-05-01T00:00:10.Z",
            "2024-05-01T00:00:10 +0800",
        ];
        for text in unusual {
            assert_eq!(clock(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn times_in_a_unit_are_sound_without_doubt() {
        let usable = [1_420_070_400, 4_102_444_798, 1_420_070_400_000, 1_704_856_885_123, 4_102_444_799_998];
        for whole in usable {
            assert!(is_unix_time(whole), "{whole}");
            assert!(is_unix_time(whole * 1_000_000) || whole > 4_102_444_799, "{whole}");
        }
        // Rounded up, the last ones of each are not usable any more.
        for whole in [0, 12, 1_420_070_399, 4_102_444_799, 1_420_070_399_999, 4_102_444_799_999] {
            assert!(!is_unix_time(whole), "{whole}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_the_full_path_finds(
            at in 0..=20_usize, length in 0..6_usize, piece in 0..PIECES.len(), tail in 0..PIECES.len(),
        ) {
            const TIME: &str = "2024-05-01T00:00:10Z";
            let end = (at + length).min(TIME.len());
            held_against_the_full_path(&format!("{}{}{}{}", &TIME[..at], PIECES[piece], &TIME[end..], PIECES[tail]));
        }

        #[test]
        fn numbers_that_are_times_are_times_on_the_full_path(whole in any::<u64>(), shift in 0..64_u32, fraction in 0..9999_u32) {
            let whole = (whole >> shift) as i64 & i64::MAX;
            if is_unix_time(whole) {
                prop_assert!(capture_time::parse(&whole.to_string()).is_some(), "{whole}");
                let text = format!("{whole}.{fraction}");
                prop_assert!(capture_time::parse(&text).is_some(), "{text}");
            }
        }
    }
}
