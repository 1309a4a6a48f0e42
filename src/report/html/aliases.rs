//! Names as they are shown: themselves, or pseudonyms.

use std::borrow::Cow;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::spec::Timestamp;

/// What a name is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameKind {
    User,
    Room,
    Call,
    Source,
    Platform,
}

impl NameKind {
    fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Room => "room",
            Self::Call => "call",
            Self::Source => "source",
            Self::Platform => "platform",
        }
    }
}

/// Bytes of a pseudonym: among a million names, two share one with a chance of one in five hundred.
const BYTES: usize = 6;

/// Platforms as the vendor writes them, which say nothing about a person.
const PLATFORMS: [&str; 10] =
    ["iOS", "Android", "Web", "Windows", "Mac", "iPad", "Linux", "MiniProgram", "Unknown", "RESTAPI"];

/// How names are shown.
#[derive(Clone, Debug, Default)]
pub struct Aliases {
    /// The key of pseudonyms; none if names are shown as they are.
    key: Option<[u8; 32]>,
}

impl Aliases {
    /// Pseudonyms under a key that follows from the hashed ids and the times of all calls: the same input has the same pseudonyms,
    /// and without all of its ids nobody can try out names.
    pub fn keyed(calls: impl Iterator<Item = (u64, Option<Timestamp>)>) -> Self {
        let mut key = Sha256::new();
        for (id_hash, time) in calls {
            key.update(id_hash.to_le_bytes());
            key.update(time.unwrap_or(0).to_le_bytes());
        }
        Self { key: Some(key.finalize().into()) }
    }

    /// True if names are replaced.
    pub(super) fn hide(&self) -> bool {
        self.key.is_some()
    }

    /// The name that is shown.
    pub(super) fn of<'n>(&self, kind: NameKind, name: &'n str) -> Cow<'n, str> {
        let is_known =
            kind == NameKind::Platform && PLATFORMS.iter().any(|known| known.eq_ignore_ascii_case(name));
        let Some(key) = self.key.filter(|_| !is_known) else { return Cow::Borrowed(name) };
        let mut hash = Sha256::new();
        hash.update(key);
        hash.update(kind.word());
        hash.update([0]);
        hash.update(name);
        let mut alias = format!("{}-", kind.word());
        for byte in &hash.finalize()[..BYTES] {
            // Writing to a string never fails.
            let _ = write!(alias, "{byte:02x}");
        }
        Cow::Owned(alias)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_is_that_of_one_name_of_one_kind_under_one_key() {
        let shown = Aliases::default();
        assert_eq!(shown.of(NameKind::User, "alice"), "alice");
        let hidden = Aliases { key: Some([1; 32]) };
        let other = Aliases { key: Some([2; 32]) };
        let alice = hidden.of(NameKind::User, "alice");
        assert!(alice.starts_with("user-") && alice.len() == 5 + 2 * BYTES, "{alice}");
        assert_eq!(alice, hidden.of(NameKind::User, "alice"));
        assert_ne!(alice, hidden.of(NameKind::User, "bob"));
        assert_ne!(alice[5..], hidden.of(NameKind::Room, "alice")[5..]);
        assert_ne!(alice, other.of(NameKind::User, "alice"));
        assert_eq!(hidden.of(NameKind::Platform, "ios"), "ios");
        assert_ne!(hidden.of(NameKind::Platform, "Alice's phone"), "Alice's phone");
    }
}
