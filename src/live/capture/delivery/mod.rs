//! Store and forward: what is in the log is delivered to the backend in the background, from the log itself.
//!
//! Comes in: a log that is being written, with its finished and compressed files, and the end up to which its lines are
//! acknowledged. Goes out: requests in order for each call and side by side across calls, lines of `LOG.forward` and
//! `LOG.undelivered`, and the position in `LOG.delivered`. Must not: skip a line. The position is written after the
//! backend's answer, so that a kill can repeat a delivery, and never loses one.
//!
//! One thread does it: it reads lines into lanes, one for each call, and sends the first of each lane. If nothing
//! answers, the others wait for one that tries ([`gate`]).

mod deliverer;
mod delivery_files;
mod gate;
mod lanes;
mod log_file;
mod log_folder;
mod logged_request;
mod options;
mod position;
mod resume;
mod schedule;
mod tail;
#[cfg(test)]
mod tests;

pub(super) use deliverer::Deliverer;
pub(super) use delivery_files::DeliveryFiles;
pub(super) use log_file::head_of;
pub use options::Acknowledge;
pub(super) use options::DeliveryOptions;
pub(super) use position::Needed;
