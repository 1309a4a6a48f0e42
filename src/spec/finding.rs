//! A reported breach of a rule, as data.

use serde::{Deserialize, Serialize};

use super::level::Level;
use super::rules::RuleId;

/// A place in the input. The order is that of the input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Index of the source among the inputs, from 0.
    pub source: usize,
    /// Offset in the decompressed source, in bytes.
    pub offset: u64,
    /// Length in bytes.
    pub length: u64,
    /// Record of that source, from 1; none for a place outside every record.
    pub record: Option<u64>,
    /// Line of the decompressed source, from 1.
    pub line: u64,
    /// Column in that line, from 1, in characters.
    pub column: u64,
}

/// A second place that explains a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// What is there.
    pub message: String,
    /// Where.
    pub place: Place,
}

/// A breach of a rule. Messages start in lower case, have no final period, and put code in backticks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: RuleId,
    /// How serious it is, with the command line's options applied.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// Where it is wrong.
    pub place: Place,
    /// RFC 6901 pointer into the body; none for a place outside of it.
    pub pointer: Option<String>,
    /// Pointers of the texts that the body was taken from, the outermost first, in the record; empty for none.
    pub wrapper: Vec<String>,
    /// The call it concerns.
    pub call_id: Option<String>,
    /// What else is worth knowing.
    pub note: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// Other places that belong to it.
    pub related: Vec<Related>,
}

impl Finding {
    /// A finding with only these parts.
    pub fn new(rule: RuleId, level: Level, message: String, place: Place) -> Self {
        Self {
            rule,
            level,
            message,
            place,
            pointer: None,
            wrapper: Vec::new(),
            call_id: None,
            note: None,
            help: None,
            related: Vec::new(),
        }
    }
}
