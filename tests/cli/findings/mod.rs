//! The list of findings: its formats, and what of it is shown.

mod formats;
mod shown;
