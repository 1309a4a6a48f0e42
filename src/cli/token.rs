//! Where the app's authentication token stands.

use std::ffi::OsString;
use std::fmt;
use std::path::Path;

use super::usage::Usage;
use crate::live::Token;

/// Where the token stands. Never shown: a token that is given here by mistake must not appear in an error.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenSource(OsString);

impl From<OsString> for TokenSource {
    fn from(text: OsString) -> Self {
        Self(text)
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TokenSource(not shown)")
    }
}

impl TokenSource {
    /// The token.
    ///
    /// # Errors
    /// Returns an error if the token is missing, empty or cannot be read.
    pub fn token(&self) -> Result<Token, Usage> {
        const HELP: &str = "give `env:NAME` or the name of a file";
        let token = match self.0.to_str().and_then(|text| text.strip_prefix("env:")) {
            Some(name) => Token::of_environment(name),
            None => Token::of_file(Path::new(&self.0)),
        };
        token.map_err(|error| format!("{error}; {HELP}").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_the_token_stands_is_never_shown() {
        let source = TokenSource::from(OsString::from("the token itself"));
        assert!(!format!("{source:?}").contains("itself"));
        assert!(source.token().is_err_and(|error| !error.to_string().contains("itself")));
    }
}
