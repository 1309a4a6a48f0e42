//! The members of a journal's lines that a later run is compared with. `report` writes them.

/// The name of the source.
pub const SOURCE: &str = "source";
/// The record, from 1.
pub const RECORD: &str = "record";
/// 1, or 2 for the second of two deliveries.
pub const COPY: &str = "copy";
/// The outcome of the callback: a word of [`Acceptance`](crate::deliveries::Acceptance), or [`DROPPED`].
pub const OUTCOME: &str = "outcome";
/// The HTTP status, or `null`.
pub const STATUS: &str = "status";
/// The `ErrorCode`, or `null`.
pub const ERROR_CODE: &str = "error_code";
/// How long the answer took, in milliseconds, or `null`.
pub const LATENCY_MS: &str = "latency_ms";

/// The outcome of a callback that is not delivered.
pub const DROPPED: &str = "dropped";
