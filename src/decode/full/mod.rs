//! The full path: any record, with everything that can be said about it.
//!
//! Comes in: the bytes of a record, and what framing found out about it. Goes out: what surrounds its body, and
//! what the body says as a callback, with a list of faults: what could not be read, and where. Must not: judge, or lean
//! on the fast path.

pub(super) mod body;
mod codings;
pub(super) mod content_coding;
pub(super) mod envelope;
pub(super) mod fault;
pub(super) mod faults;
mod fields;
mod flat;
pub(super) mod json;
pub(super) mod leaf;
pub(super) mod level;
pub(super) mod object;
pub(super) mod opened;
pub(super) mod pointer;
mod repeats;
pub(super) mod scratch;
pub(super) mod surroundings;
pub(super) mod text;
pub(super) mod unwrap;
mod v4;
