//! Where one source can be cut in two, so that each part is framed on its own.
//!
//! Comes in: the bytes on both sides of a place. Goes out: the places where a record may begin, and whether a framer that
//! begins there frames as one that comes from before. Must not: do I/O, or guess without holding the guess against what
//! follows.

use super::dump::begins_dump;
use super::format::Format;
use super::frame::{Frame, Piece, PieceKind, RecordText, Skip};
use super::framer::Framer;
use super::request::Request;

/// The first place at or after `from` where a line begins that a record of the format may begin with; `data[from..]` is
/// preceded by a line feed only if `from` is after one. None without such a line in `data`.
pub fn next_boundary(format: Format, data: &[u8], from: usize) -> Option<usize> {
    let mut at = from.checked_sub(1)?;
    loop {
        at += memchr::memchr(b'\n', data.get(at..)?)? + 1;
        if format != Format::Http {
            return Some(at);
        }
        let rest = &data[at..];
        let end = memchr::memchr(b'\n', rest)?;
        if begins_dump(rest[..end].trim_ascii_end()) {
            return Some(at);
        }
    }
}

/// A piece with what its index stands for.
#[derive(Debug, PartialEq, Eq)]
enum CutPiece<'f> {
    Line,
    /// Without the index of its text, which is another in each frame.
    Request(Option<Request>, Option<&'f RecordText>),
    Text(Option<&'f RecordText>),
    Part(usize, usize, Option<&'f RecordText>),
    Other,
    Blank,
    Skipped(Option<&'f Skip>),
}

impl Framer {
    /// Frames `data[..at]`, the end of a part, if a new framer frames what comes after it as this one would; `data` goes
    /// on after that, to its end if `eof`. Returns the framer at its end, and the frame. None if a new framer would not, or
    /// if that cannot be known.
    pub fn cut_at(&self, data: &[u8], at: usize, eof: bool) -> Option<(Self, Frame)> {
        let (mut whole, mut all) = (self.clone(), Frame::default());
        let decided = whole.frame(data, eof, &mut all);
        if decided < at {
            return None;
        }
        let (mut first, mut before) = (self.clone(), Frame::default());
        if first.frame(&data[..at], true, &mut before) != at || !first.is_at_rest() {
            return None;
        }
        let (mut second, mut after) = (self.beginning_after(&first), Frame::default());
        if second.frame(&data[at..], eof, &mut after) != decided - at {
            return None;
        }
        let parts = pieces(&before, None, 0).chain(pieces(&after, None, at));
        pieces(&all, Some(at), 0).eq(parts).then_some((first, before))
    }

    /// A new framer where another one has come to, as one that reads only from there has it but for the place.
    fn beginning_after(&self, other: &Self) -> Self {
        let Self { format, max_record, contents, .. } = self;
        let (cursor, records, contents) = (other.cursor, other.records, contents.clone());
        Self { cursor, records, contents, ..Self::new(*format, *max_record) }
    }

    /// True if nothing that came before says how to read what follows.
    fn is_at_rest(&self) -> bool {
        self.skip.is_none() && self.pending.is_empty() && self.open.is_empty() && self.table.is_none()
    }
}

/// The pieces of a frame, whose data begins that many bytes later; those that say nothing are cut in two at `at`.
fn pieces(
    frame: &Frame,
    at: Option<usize>,
    shift: usize,
) -> impl Iterator<Item = (CutPiece<'_>, usize, usize)> {
    frame.pieces.iter().flat_map(move |piece| {
        let (start, end) = (piece.start + shift, piece.end + shift);
        let middle = at.filter(|at| is_joined(piece) && start < *at && *at < end);
        let first = (cut_piece(frame, piece, shift), start, middle.unwrap_or(end));
        let second = middle.map(|middle| (cut_piece(frame, piece, shift), middle, end));
        std::iter::once(first).chain(second)
    })
}

/// True for a piece that is joined with the next one of its kind.
fn is_joined(piece: &Piece) -> bool {
    matches!(piece.kind, PieceKind::Blank | PieceKind::Other)
}

fn cut_piece<'f>(frame: &'f Frame, piece: &Piece, shift: usize) -> CutPiece<'f> {
    let text = |index: Option<usize>| frame.texts.get(index?);
    match piece.kind {
        PieceKind::Line => CutPiece::Line,
        PieceKind::Request(index) => {
            let request = frame.requests.get(index);
            let of_request = text(request.and_then(|request| request.text));
            CutPiece::Request(request.map(|request| Request { text: None, ..request.clone() }), of_request)
        }
        PieceKind::Text(index) => CutPiece::Text(text(Some(index))),
        PieceKind::Part { start, nth, text: of } => CutPiece::Part(start + shift, nth, text(of)),
        PieceKind::Other => CutPiece::Other,
        PieceKind::Blank => CutPiece::Blank,
        PieceKind::Skipped(index) => CutPiece::Skipped(frame.skips.get(index)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTTP: &[u8] = b"POST /?a=b HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}\nPOST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n{ }\n";

    #[test]
    fn lines_are_cut_where_they_begin() {
        let lines = b"{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n";
        assert_eq!(next_boundary(Format::JsonLines, lines, 3), Some(8));
        assert_eq!(next_boundary(Format::JsonLines, lines, 8), Some(8));
        assert_eq!(next_boundary(Format::JsonLines, lines, 9), Some(16));
        let framer = Framer::new(Format::JsonLines, 1 << 20);
        let ends =
            |at| framer.cut_at(lines, at, true).map(|(framer, frame)| (framer.records, frame.pieces.len()));
        assert_eq!([ends(8), ends(16)], [Some((1, 1)), Some((2, 2))]);
        assert_eq!(ends(3), None);
    }

    #[test]
    fn requests_are_cut_before_one_begins() {
        let second = HTTP.len() - b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n{ }\n".len();
        assert_eq!(next_boundary(Format::Http, HTTP, 5), Some(second));
        let framer = Framer::new(Format::Http, 1 << 20);
        assert!(framer.cut_at(HTTP, second, true).is_some());
        // Within a head, a new framer would take what follows for something else.
        assert!(framer.cut_at(HTTP, 21, true).is_none());
    }

    #[test]
    fn a_value_over_several_lines_is_not_cut() {
        let data = b"{\"a\":\n1}\n{\"b\":2}\n{\"c\":3}\n";
        let framer = Framer::new(Format::JsonLines, 1 << 20);
        assert!(framer.cut_at(data, 9, true).is_some());
        assert!(framer.cut_at(data, 6, true).is_none());
    }
}
