//! Damages records, as captures are damaged in practice.
//!
//! Comes in: an intact record. Goes out: the same, damaged, and how far a reader may be led astray by it. Must
//! not: damage so that nobody can say which records are concerned.
//!
//! Flipped bytes never touch a line end and never head and body of one request together, so a reader finds the
//! next record where it is. A cut takes line ends with it, and leaves a length that counts bytes of the requests
//! after it: what it may reach is told.

use fastrand::Rng;

use super::options::LogFormat;
use super::record::Record;

/// A way of damaging a record: returns how many of the bytes after it a reader may take for a part of it.
type DamageMethod = fn(&mut Record, &mut Rng) -> usize;

/// What can happen to JSON Lines.
static LINES: [DamageMethod; 4] = [flip_line, cut_line, tear_line, insert_garbage];
/// What can happen to HTTP requests.
static REQUESTS: [DamageMethod; 7] =
    [flip_head, flip_body, cut_head, cut_body, wrong_length, no_blank_line, insert_garbage];

/// Bytes between the digits of the length, which is the last header, and the body.
const HEAD_END: usize = 4;

/// Lines that get into logs; none begins like a record or a request.
const GARBAGE: [&[u8]; 5] = [
    b"-- MARK --\n",
    b"2024/05/01 12:00:00 [warn] 31#31: upstream response is buffered\n",
    b"\x00\x00\x00\x00\x00\x00\x00\x00\n",
    b"\xff\xfe\x80\x81 \xc3\x28\n",
    b"<html><body>502 Bad Gateway</body></html>\r\n",
];

/// What damage does beyond the record's own bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Harm {
    /// The record itself is no longer what it was.
    pub(super) hit: bool,
    /// How many bytes after it may be misread.
    pub(super) reach: usize,
}

/// Damages a record in one way or another.
pub(super) fn damage(record: &mut Record, format: LogFormat, rng: &mut Rng) -> Harm {
    let kinds: &[DamageMethod] = match format {
        LogFormat::Http => &REQUESTS,
        _ => &LINES,
    };
    let index = rng.usize(..kinds.len());
    let reach = kinds[index](record, rng);
    // Both tables end with the one way that leaves the record alone.
    Harm { hit: index + 1 < kinds.len(), reach }
}

/// Changes one to three bytes, but no line ends.
fn flip(bytes: &mut [u8], rng: &mut Rng) {
    for _ in 0..rng.u8(1..=3) {
        let Some(byte) = bytes.get_mut(rng.usize(..bytes.len().max(1))) else {
            return;
        };
        if !matches!(*byte, b'\r' | b'\n') {
            *byte ^= rng.u8(1..);
        }
    }
}

fn flip_line(record: &mut Record, rng: &mut Rng) -> usize {
    flip(&mut record.bytes, rng);
    0
}

/// Takes some of the end off a line.
fn cut_line(record: &mut Record, rng: &mut Rng) -> usize {
    record.bytes.truncate(rng.usize(1..record.bytes.len() - 1));
    record.bytes.push(b'\n');
    0
}

/// The same with the line end, so that the next record continues the line.
fn tear_line(record: &mut Record, rng: &mut Rng) -> usize {
    record.bytes.truncate(rng.usize(1..record.bytes.len()));
    1
}

/// Puts a line before a record.
fn insert_garbage(record: &mut Record, rng: &mut Rng) -> usize {
    let garbage = GARBAGE[rng.usize(..GARBAGE.len())];
    record.bytes.splice(..0, garbage.iter().copied());
    record.body_at += garbage.len();
    0
}

fn flip_head(record: &mut Record, rng: &mut Rng) -> usize {
    flip(&mut record.bytes[..record.body_at], rng);
    0
}

/// The length stays right, so that even a body without an end ends there.
fn flip_body(record: &mut Record, rng: &mut Rng) -> usize {
    flip(&mut record.bytes[record.body_at..], rng);
    0
}

/// Ends inside the head: the next request continues the line.
fn cut_head(record: &mut Record, rng: &mut Rng) -> usize {
    record.bytes.truncate(rng.usize(1..record.body_at));
    1
}

/// Ends inside the body: the length counts bytes of what follows.
fn cut_body(record: &mut Record, rng: &mut Rng) -> usize {
    let whole = record.bytes.len();
    record.bytes.truncate(rng.usize(record.body_at..whole));
    whole - record.bytes.len()
}

/// Changes one of the last two digits of the length: too great by more than a request, it might by chance end where
/// another one ends, and be right.
fn wrong_length(record: &mut Record, rng: &mut Rng) -> usize {
    let digit = record.body_at - HEAD_END - rng.usize(1..=2);
    let value = record.bytes[digit] - b'0';
    record.bytes[digit] = b'0' + (value + rng.u8(1..=9)) % 10;
    0
}

/// Runs the headers into the body.
fn no_blank_line(record: &mut Record, _: &mut Rng) -> usize {
    record.bytes.drain(record.body_at - 2..record.body_at);
    record.body_at -= 2;
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_length_is_a_different_number() {
        let request = b"POST / HTTP/1.1\r\nContent-Length: 99\r\n\r\n{}";
        for seed in 0..20 {
            let mut record = Record::holding(request, request.len() - 2);
            wrong_length(&mut record, &mut Rng::with_seed(seed));
            let text = String::from_utf8_lossy(&record.bytes).into_owned();
            let length = text.split("Length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
            let number = length.and_then(|digits| digits.parse::<u32>().ok());
            assert!(number.is_some_and(|number| number != 99), "{text}");
            assert_eq!(record.bytes[record.body_at..], *b"{}");
        }
    }
}
