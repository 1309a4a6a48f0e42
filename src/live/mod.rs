//! The edge to the network: callbacks that come in, and callbacks that go out.
//!
//! Comes in: requests over HTTP. Goes out: lines of a durable log, and what happened to each request, for whoever
//! shows it. Must not: judge findings, print, or know the command line.

pub mod backend;
mod buffer;
pub mod capture;
mod descriptors;
mod error_code;
pub mod http;
mod query;
pub mod replay;
mod token;

pub use buffer::Buffer;
pub use descriptors::{connections, raise_limit};
pub use token::Token;
