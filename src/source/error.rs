//! Inputs that cannot be used, and the operating system's reason.

use std::io;

/// An input that cannot be used.
#[derive(Debug)]
pub struct InputError {
    /// The input as it is named.
    pub name: String,
    /// Why.
    pub cause: String,
}

impl InputError {
    pub(super) fn new(name: impl Into<String>, cause: impl Into<String>) -> Self {
        Self { name: name.into(), cause: cause.into() }
    }

    /// An input or output that the operating system refuses.
    pub fn io(name: impl Into<String>, error: &io::Error) -> Self {
        Self::new(name, plain(error))
    }
}

/// The operating system's words, without the number and in this tool's style.
pub fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
