//! Files, directories, patterns and standard input → bytes as they are framed: decompressed, out of archives, and UTF-8.
//!
//! Comes in: the inputs as the command line names them. Goes out: [`Sources`], each of which can be opened as a
//! [`ByteStream`] of one source, or of several for an archive, and again for a second pass: a pipe is kept in a temporary
//! file if a second pass is needed. Also what a file is that is not a log ([`identify`]). Must not: know records.

mod archive;
mod companions;
mod compression;
mod error;
mod identify;
mod member_gate;
mod rereading;
mod resolve;
#[cfg(unix)]
mod same_file;
mod sources;
mod stored_bytes;
mod stream;
mod tail;
mod utf16;
mod zip;

pub use companions::{PassedOver, pass_over};
pub use error::{InputError, plain};
pub use identify::{Named, help_for, identify};
pub use resolve::resolve;
pub use sources::{Source, SourceNames, Sources};
pub use stream::{Begun, ByteStream, ReadError};
pub use tail::{Skipped, Tail, TailEvent, is_compressed};
pub use utf16::Encoding;
