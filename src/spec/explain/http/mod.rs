//! `http/`: faults of raw HTTP.

pub(super) mod framing;
pub(super) mod headers;
