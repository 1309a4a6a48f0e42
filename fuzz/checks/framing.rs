//! Framing: where records begin and end does not depend on how the input comes.

use std::sync::Arc;

use callkit_tool::decode::RecordContents;
use callkit_tool::framing::{Format, Frame, Framer, PieceKind, RecordText, Request, Skip};

/// Raw HTTP is cut into the same pieces, which tile it, however it comes.
pub(crate) fn framing_http(data: &[u8]) {
    framing(data, |max_record| Framer::new(Format::Http, max_record));
}

/// JSON Lines likewise.
pub(crate) fn framing_jsonl(data: &[u8]) {
    framing(data, |max_record| Framer::new(Format::JsonLines, max_record));
}

/// And documents, tables, and lines that continue, of which framing asks what they hold.
pub(crate) fn containers(data: &[u8]) {
    let is_table = data.first().is_some_and(|control| control & 0x20 != 0);
    let format = if is_table { Format::Table } else { Format::JsonLines };
    framing(data, |max_record| Framer::new(format, max_record).asking(Arc::new(RecordContents::default())));
}

fn framing(data: &[u8], framer: impl Fn(usize) -> Framer) {
    let Some((control, input)) = data.split_first() else { return };
    let max_record = [1 << 24, 1 << 24, 200, 30][usize::from(control >> 6)];
    let whole = pieces(input, framer(max_record), usize::MAX);
    // Windows that grow by a few bytes, or by many.
    let step = 1 + usize::from(control & 0x1f) * input.len() / 32;
    assert_eq!(pieces(input, framer(max_record), step), whole, "windows that grow by {step}");
}

/// A piece of the input.
#[derive(Debug, PartialEq)]
struct Part {
    start: u64,
    end: u64,
    /// The line of its beginning. A skipped range has its own: as a piece it can begin in an earlier window.
    line: u64,
    holds: Holds,
}

#[derive(Debug, PartialEq)]
enum Holds {
    Line,
    Text(RecordText),
    /// One more callback of that record, by its number and text.
    Part(u64, usize, Option<RecordText>),
    Blank,
    Other,
    Request(Request),
    Skipped(Skip),
}

/// The pieces of an input; blank ranges that touch are one.
fn pieces(input: &[u8], mut framer: Framer, step: usize) -> Vec<Part> {
    let (mut frame, mut parts) = (Frame::default(), Vec::<Part>::new());
    let (mut done, mut end) = (0, 0_usize);
    loop {
        end = usize::min(input.len(), end.saturating_add(step));
        done += framer.frame(&input[done..end], end == input.len(), &mut frame);
        for piece in &frame.pieces {
            let at = |index: usize| frame.offset + index as u64;
            let (start, line, holds) = match piece.kind {
                PieceKind::Part { start, nth, text } => {
                    let text = text.map(|index| frame.texts[index].clone());
                    (at(piece.start), piece.line, Holds::Part(at(start), nth, text))
                }
                PieceKind::Line => (at(piece.start), piece.line, Holds::Line),
                PieceKind::Text(index) => {
                    (at(piece.start), piece.line, Holds::Text(frame.texts[index].clone()))
                }
                PieceKind::Blank => (at(piece.start), piece.line, Holds::Blank),
                PieceKind::Other => (at(piece.start), piece.line, Holds::Other),
                PieceKind::Request(index) => {
                    // Which of a frame's texts is a request's depends on the frame.
                    let request = Request { text: None, ..frame.requests[index].clone() };
                    (at(piece.start), piece.line, Holds::Request(request))
                }
                PieceKind::Skipped(index) => {
                    let skip = &frame.skips[index];
                    (skip.reach.offset, skip.reach.line, Holds::Skipped(skip.clone()))
                }
            };
            let end = at(piece.end);
            match parts.last_mut() {
                Some(last) if last.holds == holds && matches!(holds, Holds::Blank | Holds::Other) => {
                    last.end = end;
                }
                _ => parts.push(Part { start, end, line, holds }),
            }
        }
        if end == input.len() {
            break;
        }
    }
    let mut tiled = 0;
    for part in &parts {
        assert_eq!(part.start, tiled, "no gap, and nothing twice");
        tiled = part.end;
    }
    assert_eq!((done, tiled), (input.len(), input.len() as u64), "everything is accounted for");
    parts
}
