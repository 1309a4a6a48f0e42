//! What the two commands of the network share: where the token stands, and lengths of time.

use std::ffi::OsString;
use std::fmt;
use std::path::Path;
use std::time::Duration;

use jiff::{Span, SpanRelativeTo};

use crate::live::Token;

/// Where the token stands. Never shown: whoever gives the token itself by mistake must not find it in an error.
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
    /// In words, where there is none.
    pub(super) fn token(&self) -> Result<Token, String> {
        const HELP: &str = "give `env:NAME` or the name of a file";
        let token = match self.0.to_str().and_then(|text| text.strip_prefix("env:")) {
            Some(name) => Token::of_environment(name),
            None => Token::of_file(Path::new(&self.0)),
        };
        token.map_err(|error| format!("{error}; {HELP}"))
    }
}

/// A length of time: 500ms, 10s, 5m, 24h, 7d.
pub(super) fn parse_time(text: &str) -> Result<Duration, String> {
    let span = text.parse::<Span>().and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()));
    let time = span.ok().and_then(|span| Duration::try_from(span).ok()).filter(|time| !time.is_zero());
    time.ok_or_else(|| "not a length of time, such as 500ms, 10s or 24h".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        assert_eq!(parse_time("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse_time("24h"), Ok(Duration::from_secs(86_400)));
        assert_eq!(parse_time("7d"), Ok(Duration::from_secs(604_800)));
        assert!(parse_time("0s").is_err() && parse_time("-1s").is_err() && parse_time("5").is_err());
    }

    #[test]
    fn where_the_token_stands_is_never_shown() {
        let source = TokenSource::from(OsString::from("the token itself"));
        assert!(!format!("{source:?}").contains("itself"));
        assert!(source.token().is_err_and(|error| !error.contains("itself")));
    }
}
