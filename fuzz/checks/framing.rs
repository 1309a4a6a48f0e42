//! Framing: where records begin and end does not depend on how the input comes.

use callkit_tool::framing::{Format, Frame, Framer, PieceKind, Request, Skip};

/// Raw HTTP is cut into the same pieces, which tile it, however it comes.
pub(crate) fn framing_http(data: &[u8]) {
    framing(data, Format::Http);
}

/// JSON Lines likewise.
pub(crate) fn framing_jsonl(data: &[u8]) {
    framing(data, Format::JsonLines);
}

fn framing(data: &[u8], format: Format) {
    let Some((control, input)) = data.split_first() else { return };
    let max_record = [1 << 24, 1 << 24, 200, 30][usize::from(control >> 6)];
    let whole = pieces(input, format, max_record, usize::MAX);
    // Windows that grow by a few bytes, or by many.
    let step = 1 + usize::from(control & 0x3f) * input.len() / 64;
    assert_eq!(pieces(input, format, max_record, step), whole, "windows that grow by {step}");
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
    Blank,
    Other,
    Request(Request),
    Skipped(Skip),
}

/// The pieces of an input; blank ranges that touch are one.
fn pieces(input: &[u8], format: Format, max_record: usize, step: usize) -> Vec<Part> {
    let mut framer = Framer::new(format, max_record);
    let (mut frame, mut parts) = (Frame::default(), Vec::<Part>::new());
    let (mut done, mut end) = (0, 0_usize);
    loop {
        end = usize::min(input.len(), end.saturating_add(step));
        done += framer.frame(&input[done..end], end == input.len(), &mut frame);
        for piece in &frame.pieces {
            let at = |index: usize| frame.offset + index as u64;
            let (start, line, holds) = match piece.kind {
                PieceKind::Part { .. } => continue,
                PieceKind::Line | PieceKind::Text(_) => (at(piece.start), piece.line, Holds::Line),
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
