//! When a file of a log is finished, what it is called then, and how it is compressed in the background.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::fs::{companion, folder, private, sync_folder};
use crate::live::capture::tally::CaptureTally;
use crate::source::plain;
use clap::ValueEnum;

/// When a file is finished and the next one begun.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rotation {
    /// Before it would hold more bytes than that.
    pub size: Option<u64>,
    /// This long after it was begun, if it holds anything.
    pub every: Option<Duration>,
}

/// What happens to a finished file.
#[derive(Debug)]
pub(super) enum Aftermath {
    /// It stays, under a name of its own.
    Stays,
    /// The same, and it is compressed.
    IsCompressed(Compressor),
    /// It takes the place of the one before it.
    Replaces(PathBuf),
}

/// How finished files are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RotationCompression {
    /// gzip.
    Gzip,
    /// zstd.
    Zstd,
}

impl RotationCompression {
    const ALL: [Self; 2] = [Self::Gzip, Self::Zstd];

    fn extension(self) -> &'static str {
        match self {
            Self::Gzip => "gz",
            Self::Zstd => "zst",
        }
    }

    /// Copies a file, compressed, and syncs the copy to disk.
    fn copy(self, from: &Path, to: &Path) -> io::Result<()> {
        let mut reader = BufReader::with_capacity(1 << 16, File::open(from)?);
        let file = private().write(true).create(true).truncate(true).open(to)?;
        let writer = BufWriter::with_capacity(1 << 16, file);
        let writer = match self {
            Self::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(writer, flate2::Compression::default());
                io::copy(&mut reader, &mut encoder)?;
                encoder.finish()?
            }
            Self::Zstd => {
                let mut encoder = zstd::Encoder::new(writer, zstd::DEFAULT_COMPRESSION_LEVEL)?;
                io::copy(&mut reader, &mut encoder)?;
                encoder.finish()?
            }
        };
        let mut writer = writer;
        writer.flush()?;
        writer.get_ref().sync_all()
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
        std::iter::once(name).chain(&compressed).all(|name| !name.exists())
    };
    candidates.into_iter().find(is_free).ok_or_else(|| io::ErrorKind::AlreadyExists.into())
}

/// True for a name that [`finished_name`] gives, without compression.
fn is_finished_name(log: &str, name: &str) -> bool {
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

/// Compresses finished files, one after another, on a thread of its own.
#[derive(Debug)]
pub(super) struct Compressor {
    sender: Option<Sender<PathBuf>>,
    thread: Option<JoinHandle<()>>,
}

impl Compressor {
    /// Starts it, with the files that an earlier run of this log left uncompressed.
    pub(super) fn start(
        log: &Path,
        compression: RotationCompression,
        tally: Arc<CaptureTally>,
    ) -> io::Result<Self> {
        let (sender, receiver) = channel();
        for left in left_over(log)? {
            drop(sender.send(left));
        }
        let work = move || compress_all(&receiver, compression, &tally);
        let thread = std::thread::Builder::new().name("compressor".to_owned()).spawn(work)?;
        Ok(Self { sender: Some(sender), thread: Some(thread) })
    }

    /// Compresses a file when its turn comes.
    pub(super) fn compress(&self, path: PathBuf) {
        if let Some(sender) = &self.sender {
            drop(sender.send(path));
        }
    }
}

impl Drop for Compressor {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn left_over(log: &Path) -> io::Result<Vec<PathBuf>> {
    let name = log.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut left = Vec::new();
    for entry in std::fs::read_dir(folder(log))? {
        let entry = entry?;
        if is_finished_name(&name, &entry.file_name().to_string_lossy()) {
            left.push(entry.path());
        }
    }
    left.sort();
    Ok(left)
}

fn compress_all(receiver: &Receiver<PathBuf>, compression: RotationCompression, tally: &CaptureTally) {
    for path in receiver {
        if let Err(error) = compress(&path, compression) {
            tally.note(format!(
                "cannot compress `{}`, which stays as it is: {}",
                path.display(),
                plain(&error)
            ));
        }
    }
}

/// Puts a compressed file in the place of a finished one. At every moment one of them is there, whole.
fn compress(path: &Path, compression: RotationCompression) -> io::Result<()> {
    let compressed = companion(path, compression.extension());
    let unfinished = companion(&compressed, "tmp");
    let copied = compression.copy(path, &unfinished).and_then(|()| std::fs::rename(&unfinished, &compressed));
    if let Err(error) = copied {
        drop(std::fs::remove_file(&unfinished));
        return Err(error);
    }
    sync_folder(&compressed)?;
    std::fs::remove_file(path)
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
