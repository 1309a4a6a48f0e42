//! How certain a verdict is, in words.

use crate::calls::Certainty;
use crate::spec::Word;

/// Its word for people, as `cannot tell`.
pub(super) fn word(certainty: Certainty) -> String {
    certainty.as_str().replace('_', " ")
}

/// What it means.
pub(super) fn meaning(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Certain => "all callbacks that should report the ending agree",
        Certainty::Likely => "it fits the callbacks best",
        Certainty::CannotTell => "the callbacks are not enough to decide",
    }
}
