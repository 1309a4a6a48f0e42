//! A receiver of callbacks: every request becomes one line of a log, and is answered only once that line is on disk.
//!
//! Comes in: [`CaptureOptions`], and requests. Goes out: the log with its companions (`LOG.refused`, `LOG.forward`,
//! `LOG.torn`, finished files), counts in a [`CaptureTally`], and the lines that were recorded, as a [`Feed`]. Must
//! not: group or judge callbacks; it reads of them only what the answer depends on.

mod answer;
mod auth;
mod budget;
mod connection;
mod delivery;
mod envelope;
mod feed;
mod files;
mod forwarding;
mod listeners;
mod log;
mod metrics;
mod options;
mod passing;
mod places;
mod receiver;
mod redelivery;
mod respond;
mod retention;
mod server;
mod service;
mod signal;
mod tally;
mod write_timeout;

pub use auth::Auth;
pub use delivery::Acknowledge;
pub use feed::{Feed, Recorded, Recordings};
pub use files::CannotBegin;
pub use forwarding::ForwardOptions;
pub use log::{LogOptions, LogState, NotWritten, Rotation, RotationCompression, Sync, Torn, open_log};
pub use options::{CaptureOptions, HealthPath, Limits, addresses};
pub use respond::ResponseScript;
pub use retention::RetentionOptions;
pub use server::{Ended, Server};
pub use tally::{CaptureCount, CaptureTally};
