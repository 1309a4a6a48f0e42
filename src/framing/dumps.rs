//! Dumps among raw HTTP: the request of each is a record, and its marks are passed over.
//!
//! Comes in: a window at the start of a line. Goes out: pieces. Must not: know how a tool writes its dumps.

use super::closings::Closings;
use super::dump::{Dump, Dumped, read_dump};
use super::extent::NeedMore;
use super::frame::{Frame, PieceKind, RecordText, is_blank};
use super::framer::Framer;
use super::http_request::{RequestStep, read_request};
use super::known_lines::KnownLines;
use super::request::{ContentLengthFlaw, FlawKind, Request};

impl Framer {
    /// Frames a dump at the start of a line; `None` if no dump begins there.
    pub(super) fn frame_dump(
        &mut self,
        data: &[u8],
        position: usize,
        eof: bool,
        frame: &mut Frame,
    ) -> Result<Option<usize>, NeedMore> {
        let limit = data.len().min(position + self.max_record);
        let (window, eof) = (&data[position..limit], eof || limit < data.len());
        Ok(read_dump(window, eof)?.map(|dump| self.dumped(data, position, dump, frame)))
    }

    fn dumped(&mut self, data: &[u8], position: usize, dump: Dump, frame: &mut Frame) -> usize {
        let end = position + dump.length;
        self.after_body = true;
        self.indented = false;
        let request = match dump.request {
            None => None,
            Some(Dumped::InPlace(range)) => {
                let (start, end) = (position + range.start, position + range.end);
                let text = &data[start..end];
                request_of(text, dump.time).map(|(request, length)| (request, start, start + length, None))
            }
            Some(Dumped::Text(text)) => {
                request_of(&text, dump.time).map(|(request, _)| (request, position, end, Some(text)))
            }
        };
        let Some((mut request, start, stop, text)) = request else {
            return self.other(data, position, end, frame);
        };
        request.text = text.is_some().then_some(frame.texts.len());
        self.other(data, position, start, frame);
        let kind = PieceKind::Request(frame.requests.len());
        let body = request.body.clone();
        frame.requests.push(request);
        self.record(kind, data, start, stop, frame);
        let whole = text.as_deref().unwrap_or(&data[start..stop]);
        self.further_parts(&whole[body], start, stop, frame);
        frame.texts.extend(text.map(|bytes| RecordText { bytes, is_row: false }));
        let after = &data[stop..end];
        if after.iter().all(|byte| is_blank(*byte)) {
            self.blank(data, stop, end, frame)
        } else {
            self.other(data, stop, end, frame)
        }
    }
}

/// The request that a text begins with, which ends with it at the latest. Marks say where it ends, so a missing length
/// is not a flaw.
fn request_of(text: &[u8], time: Option<i64>) -> Option<(Request, usize)> {
    let mut closings = Closings::default();
    closings.begin(0, text.len());
    let read = read_request(text, true, &mut KnownLines::default(), &mut closings);
    let Ok(RequestStep::Request(mut request, length)) = read else { return None };
    request.flaws.retain(|flaw| !matches!(flaw.kind, FlawKind::ContentLength(ContentLengthFlaw::Missing)));
    request.time = time;
    Some((request, length))
}
