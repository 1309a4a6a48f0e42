//! What finished files and their compressed copies are called.

use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::fs::{companion, folder};

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

/// A finished file of a log, compressed or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::live::capture) struct FinishedFile {
    /// When it was finished, in Unix milliseconds.
    pub(in crate::live::capture) finished_at: i64,
    /// Its number among those of the same moment.
    number: u32,
    /// Where it is.
    pub(in crate::live::capture) path: PathBuf,
}

/// The finished files of a log, the oldest first. Of one that stands next to its compressed copy, the file counts.
pub(in crate::live::capture) fn finished_files(log: &Path) -> io::Result<Vec<FinishedFile>> {
    let log_name = log.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut found: Vec<FinishedFile> = Vec::new();
    for entry in std::fs::read_dir(folder(log))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let plain = RotationCompression::ALL
            .iter()
            .find_map(|it| name.strip_suffix(it.extension())?.strip_suffix('.'))
            .unwrap_or(&name);
        if !is_finished_name(&log_name, plain) || !entry.file_type()?.is_file() {
            continue;
        }
        let stamp = &plain[log_name.len() + 1..];
        let (time, number) = stamp.split_once('-').unwrap_or((stamp, "1"));
        let Ok(at) = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%S%.fZ", time) else { continue };
        let Ok(at) = at.to_zoned(jiff::tz::TimeZone::UTC) else { continue };
        found.push(FinishedFile {
            finished_at: at.timestamp().as_millisecond(),
            number: number.parse().unwrap_or(u32::MAX),
            path: entry.path(),
        });
    }
    // A name is shorter than that of its copy.
    found.sort_by_key(|file| (file.finished_at, file.number, file.path.as_os_str().len()));
    found.dedup_by_key(|file| (file.finished_at, file.number));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finished_files_are_in_order_and_counted_once() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let names = [
            "a.log.20260131T235959.001Z.gz",
            "a.log.20260131T235959.001Z-2",
            "a.log.20260131T235959.001Z-10.zst",
            "a.log.20260131T235958.000Z",
            "a.log.20260131T235958.000Z.gz",
            "a.log.20260131T235958.000Z.gz.tmp",
            "a.log.refused",
            "b.log.20260131T235958.000Z",
        ];
        for name in names {
            std::fs::write(folder.path().join(name), "")?;
        }
        let found = finished_files(&folder.path().join("a.log"))?;
        let found: Vec<String> = found
            .iter()
            .filter_map(|file| Some(file.path.file_name()?.to_string_lossy().into_owned()))
            .collect();
        assert_eq!(found, [names[3], names[0], names[1], names[2]]);
        Ok(())
    }

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
