//! Bytes → records: where each record of a log begins and ends, and what is between them.
//!
//! Comes in: a window of a source's bytes, given again from where the last call stopped. Goes out: [`Frame`]s,
//! whose pieces tile the input: every byte is in exactly one record, blank range or skipped range. Must not:
//! do I/O, know what a callback is, or judge (it notes flaws, the rules turn them into findings).
//!
//! A decision never depends on how much of the input happened to be in the window, only on the input, so that
//! any cut of a log gives the same records.

mod body;
mod chunked;
mod closings;
mod contents;
mod continued;
mod cut;
mod detect;
mod document;
mod dump;
mod dumps;
mod extent;
mod format;
mod frame;
mod framer;
mod http;
mod http_request;
mod known_lines;
mod line;
mod lines;
mod pending;
mod pieces;
mod request;
mod response;
mod rows;
mod table;
mod value;

pub use chunked::{ChunkedBody, decode_chunked, place_in_chunks};
pub use contents::{Contents, NextMarks, RecordPart};
pub use cut::next_boundary;
pub use detect::detect;
pub use format::Format;
pub use frame::{Frame, Noted, Piece, PieceKind, Reach, RecordText, Skip, SkipReason, characters, newlines};
pub use framer::Framer;
pub use http::request_line_like;
pub use request::{
    ContentLengthFlaw, Flaw, FlawKind, HeaderFlaw, Request, RequestLine, Span, TransferEncodingFlaw,
    is_token, parse_request_line,
};
