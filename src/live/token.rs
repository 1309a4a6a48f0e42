//! The app's authentication token, and what it signs.

use std::fmt;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::source::plain;

/// The authentication token of the app. Never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(not shown)")
    }
}

impl Token {
    /// A token, without the white space around it; none if nothing is left.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The token that a variable of the environment holds.
    ///
    /// # Errors
    /// In words that leave out its name: a token that is given in place of the name must not appear there.
    pub fn of_environment(name: &str) -> Result<Self, String> {
        let text = std::env::var(name)
            .map_err(|_| "the environment has no variable of the name given with --token".to_owned())?;
        Self::new(&text).ok_or_else(|| "the variable given with --token is empty".to_owned())
    }

    /// The token that a file holds.
    ///
    /// # Errors
    /// As for [`Token::of_environment`].
    pub fn of_file(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("the file given with --token cannot be read: {}", plain(&error)))?;
        Self::new(&text).ok_or_else(|| "the file given with --token is empty".to_owned())
    }

    /// `Sign` for a `RequestTime`: lower-case hexadecimal SHA-256 of the token followed by it.
    pub(super) fn sign(&self, request_time: &str) -> String {
        let digest = Sha256::new().chain_update(&self.0).chain_update(request_time).finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature() {
        let token = Token::new(" test\n");
        let sign = token.as_ref().map(|token| token.sign("1704856873"));
        // printf test1704856873 | sha256sum
        let wanted = "bb2565fb22c6a5a3b7296a139a9e65348d71f37b4b8e379aba31e7bab617b6cb";
        assert_eq!(sign.as_deref(), Some(wanted));
        assert_eq!(format!("{token:?}"), "Some(Token(not shown))");
        assert_eq!(Token::new(" \n"), None);
    }
}
