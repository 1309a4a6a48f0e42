//! What is kept of a callback, read back.

use super::capture_mark::CaptureMark;
use super::packed_step::{Actor, Facts, Stamps};
use super::position::Position;
use super::step_bits::Words;
use crate::spec::Timestamp;

/// What is kept of what one callback says about one user.
#[derive(Clone, Copy, Debug)]
pub(in crate::calls) struct StoredStep {
    pub position: Position,
    pub words: Words,
    /// `EventTime` in Unix seconds, 0 for none, and its milliseconds.
    pub time: Timestamp,
    pub millis: u16,
    /// When and by whom it was captured, if that was kept.
    pub capture: CaptureMark,
    pub actor: Actor,
    pub facts: Option<Facts>,
    pub stamps: Stamps,
}
