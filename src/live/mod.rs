//! The edge to the network: callbacks that come in, and callbacks that go out.
//!
//! Comes in: requests over HTTP. Goes out: lines of a durable log, and what happened to each request, for whoever
//! shows it. Must not: judge findings, print, or know the command line.

pub mod capture;
pub mod http;
pub mod replay;
mod token;
mod verdict;

pub use token::Token;
pub use verdict::ErrorCode;
