//! What finished files and their compressed copies are called.

use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::fs::companion;

/// How finished files are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RotationCompression {
    /// gzip.
    Gzip,
    /// zstd.
    Zstd,
}

impl RotationCompression {
    pub(super) const ALL: [Self; 2] = [Self::Gzip, Self::Zstd];

    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Gzip => "gz",
            Self::Zstd => "zst",
        }
    }
}

/// A name for a file that is finished now, which no file has: `LOG.20260131T235959.000Z`, or the same with `-2` and so
/// on.
pub(super) fn finished_name(path: &Path) -> io::Result<PathBuf> {
    let stamp = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%S.%3fZ").to_string();
    let candidates = (1..1000).map(|number| match number {
        1 => companion(path, &stamp),
        number => companion(path, &format!("{stamp}-{number}")),
    });
    let is_free = |name: &PathBuf| {
        let compressed = RotationCompression::ALL.map(|it| companion(name, it.extension()));
        std::iter::once(name).chain(&compressed).all(|name| name.symlink_metadata().is_err())
    };
    candidates.into_iter().find(is_free).ok_or_else(|| io::ErrorKind::AlreadyExists.into())
}

/// True for a name that [`finished_name`] gives to a file of that log, without compression.
pub(super) fn is_finished_name(log: &str, name: &str) -> bool {
    let stamp = name.strip_prefix(log).and_then(|rest| rest.strip_prefix('.'));
    stamp.is_some_and(|stamp| {
        let (time, number) = stamp.split_once('-').unwrap_or((stamp, "1"));
        time.len() == "20260131T235959.000Z".len()
            && time.ends_with('Z')
            && time.as_bytes()[8] == b'T'
            && time.as_bytes()[15] == b'.'
            && time.bytes().filter(u8::is_ascii_digit).count() == 17
            && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::is_finished_name;

    #[test]
    fn names_of_finished_files() {
        let is = |name| is_finished_name("a.log", name);
        assert!(is("a.log.20260131T235959.000Z") && is("a.log.20260131T235959.000Z-12"));
        for other in
            ["a.log", "a.log.torn", "a.log.20260131T235959.000Z.gz", "b.log.20260131T235959.000Z", "a.log."]
        {
            assert!(!is(other), "{other}");
        }
    }
}
