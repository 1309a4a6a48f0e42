//! Lists of shares: `losses=5%,late=0.01`.
//!
//! Comes in: text, and the names that it may use. Goes out: the shares, each from 0 to 1. Must not: import another
//! module.

use std::fmt;

/// Why an entry of a list cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShareError {
    /// Its name is not one of those.
    Unknown(String),
    /// The entry of that name has no share from 0 to 1.
    Share(String),
}

impl fmt::Display for ShareError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(formatter, "unknown name `{name}`"),
            Self::Share(name) => {
                write!(formatter, "`{name}` needs a share from 0% to 100%, as in `{name}=5%`")
            }
        }
    }
}

impl std::error::Error for ShareError {}

/// The entries of a list, without the white space around them.
pub fn entries(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim)
}

/// Reads an entry: the index of its name, and the share, which is written as `0.05` or `5%`.
///
/// # Errors
/// [`ShareError`].
pub fn parse_entry(entry: &str, names: &[&str]) -> Result<(usize, f64), ShareError> {
    let (name, text) = entry.split_once('=').unwrap_or((entry, ""));
    let name = name.trim();
    let known = names.iter().position(|known| *known == name);
    let index = known.ok_or_else(|| ShareError::Unknown(name.to_owned()))?;
    let text = text.trim();
    let share = match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse().ok().map(|percent: f64| percent / 100.0),
        None => text.parse().ok(),
    };
    let share = share.filter(|share| (0.0..=1.0).contains(share));
    Ok((index, share.ok_or_else(|| ShareError::Share(name.to_owned()))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_used_is_named() {
        let parse = |entry| parse_entry(entry, &["late", "lost"]);
        assert_eq!(parse("lost = 5 %"), Ok((1, 0.05)));
        assert_eq!(parse("late=1"), Ok((0, 1.0)));
        for unknown in ["", "los", "lost2=1%", "=1%"] {
            assert!(matches!(parse(unknown), Err(ShareError::Unknown(_))), "{unknown}");
        }
        for wrong in ["late", "late=", "late=120%", "late=NaN", "late=-1%", "late=1=1"] {
            assert_eq!(parse(wrong), Err(ShareError::Share("late".into())), "{wrong}");
        }
    }
}
