//! Buffers that are reused for every record.

use std::sync::Arc;

use super::leaf::Leaf;
use crate::decode::options::DecodeOptions;

/// Buffers for bodies that are encoded in their record. Reused for every record.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(in crate::decode) bytes: Vec<u8>,
    pub(in crate::decode) text: String,
    /// How records are read.
    pub(in crate::decode) options: Arc<DecodeOptions>,
    /// True to leave nothing to the fast path, which may otherwise read the bodies of records that it cannot read itself.
    pub(in crate::decode) is_slow: bool,
    /// The callbacks of the last record that had several.
    pub(in crate::decode) leaves: Vec<Leaf>,
}

impl Scratch {
    /// Buffers for records that are read in this way.
    pub fn new(options: Arc<DecodeOptions>) -> Self {
        Self { options, ..Self::default() }
    }

    /// Buffers for records of which the fast path reads nothing: the oracle by which it is tested.
    pub fn slow() -> Self {
        Self { is_slow: true, ..Self::default() }
    }

    /// From now on for records that are read in this way.
    pub fn read_by(&mut self, options: &Arc<DecodeOptions>) {
        if !Arc::ptr_eq(&self.options, options) {
            self.options = Arc::clone(options);
        }
    }
}
