//! Files, directories, patterns and standard input → decompressed bytes.
//!
//! Comes in: the inputs as the command line names them. Goes out: [`Sources`], each of which can be opened as a
//! [`ByteStream`], and again for a second pass: a pipe is kept in a temporary file if a second pass is needed.
//! Must not: know records.

mod error;
mod resolve;
#[cfg(unix)]
mod same_file;
mod sources;
mod stream;

pub use error::{InputError, plain};
pub use resolve::resolve;
pub use sources::{Source, Sources};
pub use stream::{ByteStream, ReadError};
