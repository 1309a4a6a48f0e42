//! Inputs that nobody on this project wrote: a suite of JSON texts, HTTP requests from the tests of other parsers,
//! and lines that look like callbacks and are not quite. They lie in `../shared/corpora` beside the crate and are not
//! part of it; where the folder is missing the tests say so and pass.

mod http;
mod json;
mod near_miss;

use std::path::PathBuf;

use callkit_tool::decode::{Scratch, read_full};
use callkit_tool::framing::{Format, Frame, Framer, PieceKind, Request, Skip};
use callkit_tool::rules::{RuleOptions, check};
use callkit_tool::spec::Level;

/// A folder of the corpora; none, with a word on standard error, where it is missing.
pub(crate) fn corpus(name: &str) -> Option<PathBuf> {
    let folder = crate::support::file_of_crate("../shared/corpora").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    crate::support::left_out(format_args!("the corpus {} is missing", folder.display()));
    None
}

/// A record or a skipped range, with the errors found in it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Part {
    request: Option<Request>,
    skip: Option<Skip>,
    start: u64,
    end: u64,
    errors: Vec<&'static str>,
}

/// What becomes of an input that is given in windows which end at these places; blank ranges left out.
pub(crate) fn read(input: &[u8], format: Format, cuts: impl IntoIterator<Item = usize>) -> Vec<Part> {
    let mut framer = Framer::new(format, 1 << 24);
    let (mut frame, mut parts, mut done) = (Frame::default(), Vec::new(), 0);
    for (end, eof) in cuts.into_iter().map(|cut| (cut, false)).chain([(input.len(), true)]) {
        let data = &input[done..end.max(done)];
        done += framer.frame(data, eof, &mut frame);
        parts.extend(frame.pieces.iter().filter_map(|piece| {
            let (start, end) = (frame.offset + piece.start as u64, frame.offset + piece.end as u64);
            let part = Part { request: None, skip: None, start, end, errors: Vec::new() };
            match piece.kind {
                PieceKind::Blank | PieceKind::Other | PieceKind::Part { .. } => None,
                PieceKind::Text(index) => {
                    let text = frame.texts[index].bytes.clone();
                    Some(judged(part, &text, 0..text.len()))
                }
                PieceKind::Line => Some(judged(part, data, piece.start..piece.end)),
                PieceKind::Request(index) => {
                    let request = Some(frame.requests[index].clone());
                    Some(judged(Part { request, ..part }, data, piece.start..piece.end))
                }
                PieceKind::Skipped(index) => {
                    let skip = frame.skips[index].clone();
                    Some(Part { start: skip.reach.offset, skip: Some(skip), ..part })
                }
            }
        }));
    }
    assert_eq!(done, input.len(), "everything is done at the end");
    parts
}

fn judged(part: Part, data: &[u8], range: std::ops::Range<usize>) -> Part {
    let (record, mut scratch) = (&data[range], Scratch::default());
    let record = read_full(record, part.request.as_ref(), &mut scratch);
    let checked = check(&record, &RuleOptions::default());
    let errors = checked.hits.iter().filter(|hit| hit.level == Level::Error);
    Part { errors: errors.map(|hit| hit.rule.name()).collect(), ..part }
}

/// The same whole, cut in two anywhere, and in windows that grow byte by byte.
pub(crate) fn same_for_any_cut(input: &[u8], format: Format, name: &str) -> Vec<Part> {
    let whole = read(input, format, []);
    // Of long inputs not every place is tried.
    let step = input.len() / 400 + 1;
    for cut in (0..input.len()).step_by(step) {
        assert_eq!(read(input, format, [cut]), whole, "{name} cut at {cut}");
    }
    if input.len() < 3000 {
        assert_eq!(read(input, format, 0..input.len()), whole, "{name} byte by byte");
    }
    whole
}
