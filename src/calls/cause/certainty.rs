//! How sure a verdict is.

use crate::spec::{Word, words};

words! {
    /// How sure a verdict is.
    Certainty {
        /// All callbacks that should say how it ended agree.
        Certain = "certain",
        /// They fit this cause best.
        Likely = "likely",
        /// They fit this cause and another equally well.
        CannotTell = "cannot_tell",
    }
}
