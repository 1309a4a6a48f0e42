//! A log as parts that can be damaged one by one, and what is found in it afterwards.

use std::collections::HashSet;
use std::ops::Range;

use callkit_tool::framing::{Format, Frame, Framer, PieceKind};

/// A part of a log: one record, or noise that was put between two.
#[derive(Clone, Debug)]
pub(crate) struct Chunk {
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
    /// Where the body begins; the line end before the next record belongs to the chunk as well.
    pub(crate) body: usize,
    /// True once something happened to it.
    pub(crate) damaged: bool,
}

/// A record that was found: its range in the log, and that of its body (of a line: the line without its end).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Found {
    pub(crate) range: Range<usize>,
    pub(crate) body: Range<usize>,
}

/// Longest record that is read, in bytes.
const MAX_RECORD: usize = 1 << 24;

/// The records of a log that is given in windows which grow by `step` bytes. All pieces tile the log.
pub(crate) fn found(log: &[u8], format: Format, step: usize) -> Vec<Found> {
    let mut framer = Framer::new(format, MAX_RECORD);
    let (mut frame, mut records) = (Frame::default(), Vec::new());
    let (mut done, mut end, mut tiled) = (0, 0, 0);
    while end < log.len() {
        end = end.saturating_add(step).min(log.len());
        let offset = done;
        done += framer.frame(&log[offset..end], end == log.len(), &mut frame);
        for piece in &frame.pieces {
            let range = offset + piece.start..offset + piece.end;
            let body = match piece.kind {
                PieceKind::Request(index) => {
                    let body = &frame.requests[index].body;
                    Some(range.start + body.start..range.start + body.end)
                }
                PieceKind::Line => Some(range.start..range.start + log[range.clone()].trim_ascii_end().len()),
                PieceKind::Blank | PieceKind::Other | PieceKind::Text(_) | PieceKind::Part { .. } => None,
                PieceKind::Skipped(index) => {
                    let reach = frame.skips[index].reach;
                    assert_eq!(
                        reach.offset as usize, tiled,
                        "a skipped range begins where the last piece ended"
                    );
                    tiled += reach.length as usize;
                    assert_eq!(tiled, range.end);
                    continue;
                }
            };
            assert_eq!(range.start, tiled, "a piece begins where the last one ended");
            tiled = range.end;
            records.extend(body.map(|body| Found { range, body }));
        }
    }
    assert_eq!((done, tiled), (log.len(), log.len()), "everything is accounted for");
    records
}

/// The chunks of a sound log.
pub(crate) fn chunks(log: &[u8], format: Format) -> Vec<Chunk> {
    let records = found(log, format, usize::MAX);
    let ends = records.iter().skip(1).map(|record| record.range.start).chain([log.len()]);
    let chunk = |(record, end): (&Found, usize)| Chunk {
        bytes: log[record.range.start..end].to_vec(),
        body: record.body.start - record.range.start,
        damaged: false,
    };
    records.iter().zip(ends).map(chunk).collect()
}

/// What became of a damaged log.
#[derive(Debug, Default)]
pub(crate) struct Recovery {
    /// Records that were left alone.
    pub(crate) sound: usize,
    /// Those of them that were found as they are.
    pub(crate) recovered: usize,
    /// Records that were found where none was.
    pub(crate) invented: usize,
    /// The places of the first few faults, with the text there.
    pub(crate) examples: Vec<String>,
}

impl Recovery {
    /// Compares a damaged log with what is found in it.
    pub(crate) fn of(chunks: &[Chunk], format: Format) -> Self {
        let log: Vec<u8> = chunks.iter().flat_map(|chunk| &chunk.bytes).copied().collect();
        let records = found(&log, format, usize::MAX);
        // What is glued to the method of a request becomes part of it; the body is the record's own for all that.
        let all: HashSet<&Range<usize>> = records.iter().map(|record| &record.body).collect();
        let (mut recovery, mut start) = (Self::default(), 0);
        // Runs of damaged chunks: where they lie, and how many records they once were.
        let mut runs: Vec<(Range<usize>, usize)> = Vec::new();
        for chunk in chunks {
            let range = start..start + chunk.bytes.len();
            if chunk.damaged {
                start = range.end;
                let is_record = usize::from(chunk.body > 0);
                match runs.last_mut() {
                    Some((last, count)) if last.end == range.start => {
                        (last.end, *count) = (range.end, *count + is_record)
                    }
                    _ => runs.push((range, is_record)),
                }
                continue;
            }
            let text = chunk.bytes.trim_ascii_end().len();
            // The line ends behind the last chunk belong to the body.
            let end = if chunk.bytes.ends_with(b"0\r\n\r\n") { chunk.bytes.len() } else { text };
            let whole = start + chunk.body..start + end;
            start = range.end;
            recovery.sound += 1;
            if all.contains(&whole) {
                recovery.recovered += 1;
            } else if recovery.examples.len() < 3 {
                recovery.examples.push(around(&log, &range));
            }
        }
        for (run, most) in runs {
            let inside: Vec<_> = records.iter().filter(|record| run.contains(&record.range.start)).collect();
            if let Some(first) = inside.get(most) {
                recovery.invented += inside.len() - most;
                recovery.examples.push(around(&log, &first.range));
            }
        }
        recovery
    }
}

fn around(log: &[u8], range: &Range<usize>) -> String {
    let from = range.start.saturating_sub(700);
    log[from..range.end.min(range.start + 150)].escape_ascii().to_string()
}
