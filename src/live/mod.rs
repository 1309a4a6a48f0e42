//! The edge to the network: callbacks that come in, and callbacks that go out.
//!
//! Comes in: requests over HTTP. Goes out: lines of a durable log, and what happened to each request, for whoever
//! shows it. Must not: judge findings, print, or know the command line.

mod acceptance;
mod buffer;
pub mod capture;
mod descriptors;
pub mod http;
pub mod replay;
mod token;

pub use acceptance::{Acceptance, ErrorCode};
pub use buffer::Buffer;
pub use descriptors::{connections, raise_limit};
pub use token::Token;
