//! Compresses finished files in the background, and clears up what a killed process left of that.
//!
//! A copy has a hidden name until it is complete and on disk, so that no reader finds half of it. At every moment the
//! finished file or its copy is there, whole. The end of the process does not wait for a copy: the next start makes it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use super::finished::{RotationCompression, is_finished_name};
use super::fs::{companion, create, folder, hidden, private, sync_folder};
use crate::live::capture::tally::CaptureTally;
use crate::source::plain;

/// How long the end of a log waits for the thread to put an unfinished copy away.
const LAST_TIME: Duration = Duration::from_millis(500);

/// Bytes that are read at once.
const BUFFER: usize = 1 << 16;

impl RotationCompression {
    /// How a compressed file begins.
    fn magic(self) -> &'static [u8] {
        match self {
            Self::Gzip => &[0x1f, 0x8b],
            Self::Zstd => &[0x28, 0xb5, 0x2f, 0xfd],
        }
    }

    /// Copies a file, compressed, and syncs the copy to disk; unless it is to stop.
    fn copy(self, from: &Path, to: &Path, stop: &AtomicBool) -> io::Result<()> {
        let mut reader = BufReader::with_capacity(BUFFER, open(from)?);
        let writer = BufWriter::with_capacity(BUFFER, create(to)?);
        let mut writer = match self {
            Self::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(writer, flate2::Compression::default());
                copy_all(&mut reader, &mut encoder, stop)?;
                encoder.finish()?
            }
            Self::Zstd => {
                let mut encoder = zstd::Encoder::new(writer, zstd::DEFAULT_COMPRESSION_LEVEL)?;
                copy_all(&mut reader, &mut encoder, stop)?;
                encoder.finish()?
            }
        };
        writer.flush()?;
        writer.get_ref().sync_all()
    }

    /// What stands under the name of a copy of a finished file. Nothing but a regular file is looked into.
    fn found(self, copy: &Path, of: &Path, stop: &AtomicBool) -> io::Result<Found> {
        match copy.symlink_metadata() {
            Ok(there) if there.is_file() => {}
            Ok(_) => return Ok(Found::Other),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Less),
            Err(error) => return Err(error),
        }
        let mut copy = open(copy)?;
        let mut begin = Vec::new();
        Read::by_ref(&mut copy).take(4).read_to_end(&mut begin)?;
        copy.rewind()?;
        if begin.iter().all(|byte| *byte == 0) && is_zeros(&mut copy, stop)? {
            return Ok(Found::Less);
        }
        // One that is cut short is a part of a copy only if it began as one.
        if !(begin.starts_with(self.magic()) || self.magic().starts_with(&begin)) {
            return Ok(Found::Other);
        }
        copy.rewind()?;
        let of = BufReader::with_capacity(BUFFER, open(of)?);
        match self {
            Self::Gzip => compare(flate2::read::MultiGzDecoder::new(copy), of, stop),
            Self::Zstd => compare(zstd::Decoder::new(copy)?, of, stop),
        }
    }
}

/// What stands under the name of a copy.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    /// The copy, complete.
    Copy,
    /// Nothing that the finished file does not hold: no file, one of zeros alone, or the beginning of the copy.
    Less,
    /// Something else, or something that cannot be read to its end, which must not be lost.
    Other,
}

/// Opens a file for reading, unless it is a link.
fn open(path: &Path) -> io::Result<File> {
    private().read(true).open(path)
}

fn copy_all(reader: &mut impl BufRead, writer: &mut impl Write, stop: &AtomicBool) -> io::Result<()> {
    loop {
        let part = reader.fill_buf()?;
        if part.is_empty() {
            return Ok(());
        }
        writer.write_all(part)?;
        let length = part.len();
        reader.consume(length);
        go_on(stop)?;
    }
}

/// True for a file of zeros alone, which a power cut can leave, and for an empty one.
fn is_zeros(file: &mut File, stop: &AtomicBool) -> io::Result<bool> {
    let mut buffer = vec![0; BUFFER];
    while let read @ 1.. = file.read(&mut buffer)? {
        if buffer[..read].iter().any(|byte| *byte != 0) {
            return Ok(false);
        }
        go_on(stop)?;
    }
    Ok(true)
}

fn compare(copy: impl Read, mut of: impl BufRead, stop: &AtomicBool) -> io::Result<Found> {
    let mut copy = BufReader::with_capacity(BUFFER, copy);
    loop {
        let part = match copy.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(Found::Less),
            // Not the system: it is damaged from here on, or takes more memory than anyone should give it.
            Err(error) if error.raw_os_error().is_none() => return Ok(Found::Other),
            part => part?,
        };
        let same = of.fill_buf()?;
        let length = part.len().min(same.len());
        if part[..length] != same[..length] {
            return Ok(Found::Other);
        }
        if length == 0 {
            return Ok(match (part.is_empty(), same.is_empty()) {
                (true, true) => Found::Copy,
                (true, false) => Found::Less,
                (false, _) => Found::Other,
            });
        }
        copy.consume(length);
        of.consume(length);
        go_on(stop)?;
    }
}

/// An error once it is to stop.
fn go_on(stop: &AtomicBool) -> io::Result<()> {
    if stop.load(Ordering::Relaxed) { Err(io::ErrorKind::Interrupted.into()) } else { Ok(()) }
}

/// Compresses finished files, one after another, on a thread of its own.
#[derive(Debug)]
pub(super) struct Compressor {
    sender: Option<Sender<PathBuf>>,
    stop: Arc<AtomicBool>,
    /// Closed once the thread has ended.
    ended: Option<Receiver<()>>,
}

impl Compressor {
    /// Starts it, with what an earlier run of this log left. Without a compression it clears that up and no more.
    pub(super) fn start(
        log: &Path,
        compression: Option<RotationCompression>,
        tally: Arc<CaptureTally>,
    ) -> io::Result<Self> {
        let (sender, receiver) = channel();
        let stop = Arc::new(AtomicBool::new(false));
        let left = LeftOver::of(log)?;
        if compression.is_none() && left.is_nothing() {
            return Ok(Self { sender: None, stop, ended: None });
        }
        let (ending, ended) = channel();
        let work = Work { compression, stop: Arc::clone(&stop), tally, waiting: Vec::new() };
        let run = move || {
            work.run(left, &receiver);
            drop(ending);
        };
        std::thread::Builder::new().name("compressor".to_owned()).spawn(run)?;
        Ok(Self { sender: compression.is_some().then_some(sender), stop, ended: Some(ended) })
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
        self.stop.store(true, Ordering::Relaxed);
        self.sender = None;
        if let Some(ended) = self.ended.take() {
            // Whatever it says: the thread has ended, or is left behind.
            let _ = ended.recv_timeout(LAST_TIME);
        }
    }
}

/// What an earlier run left.
#[derive(Debug, Default)]
struct LeftOver {
    /// Finished files that are not compressed.
    finished: Vec<PathBuf>,
    /// Copies that are not complete.
    unfinished: Vec<PathBuf>,
}

impl LeftOver {
    fn of(log: &Path) -> io::Result<Self> {
        let log_name = log.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut left = Self::default();
        for entry in std::fs::read_dir(folder(log))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_finished_name(&log_name, &name) {
                // Not a link, which could lead to any file.
                if entry.file_type()?.is_file() {
                    left.finished.push(entry.path());
                }
            } else if is_unfinished_name(&log_name, &name) {
                left.unfinished.push(entry.path());
            }
        }
        left.finished.sort();
        Ok(left)
    }

    /// True if there is nothing to clear up, but for files that could be compressed.
    fn is_nothing(&self) -> bool {
        self.unfinished.is_empty()
            && self.finished.iter().all(|path| copies(path).all(|(_, copy)| !copy.is_file()))
    }
}

/// True for the name of an unfinished copy. Earlier versions did not hide them.
fn is_unfinished_name(log: &str, name: &str) -> bool {
    let name = name.strip_prefix('.').unwrap_or(name);
    let finished = name.strip_suffix(".tmp").and_then(|name| {
        RotationCompression::ALL.iter().find_map(|it| name.strip_suffix(it.extension())?.strip_suffix('.'))
    });
    finished.is_some_and(|name| is_finished_name(log, name))
}

/// The names of the copies of a finished file.
fn copies(path: &Path) -> impl Iterator<Item = (RotationCompression, PathBuf)> {
    RotationCompression::ALL.map(|it| (it, companion(path, it.extension()))).into_iter()
}

/// The work of the thread.
struct Work {
    compression: Option<RotationCompression>,
    stop: Arc<AtomicBool>,
    tally: Arc<CaptureTally>,
    /// Files that could not be compressed, which are tried again with the next one.
    waiting: Vec<PathBuf>,
}

impl Work {
    fn run(mut self, left: LeftOver, finished: &Receiver<PathBuf>) {
        for path in left.unfinished {
            drop(std::fs::remove_file(path));
        }
        for path in left.finished {
            if !self.has_copy(&path) {
                self.waiting.push(path);
            }
        }
        self.compress_waiting();
        for path in finished {
            self.waiting.push(path);
            self.compress_waiting();
        }
    }

    /// Removes a finished file that a killed process has compressed already; true if so.
    fn has_copy(&self, path: &Path) -> bool {
        let mut found = copies(path).map(|(format, copy)| format.found(&copy, path, &self.stop));
        found.any(|found| matches!(found, Ok(Found::Copy))) && std::fs::remove_file(path).is_ok()
    }

    fn compress_waiting(&mut self) {
        let Some(compression) = self.compression else { return };
        for path in std::mem::take(&mut self.waiting) {
            let compressed = compress(&path, compression, &self.stop);
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            match compressed {
                Ok(Found::Other) => self.tally.note(format!(
                    "`{}` is not compressed: `{}` is there and is not a copy of it that can be read; both stay as they are",
                    path.display(),
                    companion(&path, compression.extension()).display()
                )),
                Ok(_) => {}
                Err(error) => {
                    self.tally.note(format!(
                        "cannot compress `{}`, which stays as it is for now: {}",
                        path.display(),
                        plain(&error)
                    ));
                    self.waiting.push(path);
                }
            }
        }
    }
}

/// Puts a compressed file in the place of a finished one, unless something else is there. Returns what was there. At
/// every moment one of them is there, whole.
fn compress(path: &Path, compression: RotationCompression, stop: &AtomicBool) -> io::Result<Found> {
    go_on(stop)?;
    let compressed = companion(path, compression.extension());
    let found = compression.found(&compressed, path, stop)?;
    if found == Found::Other {
        return Ok(found);
    }
    if found == Found::Less {
        let unfinished = companion(&hidden(&compressed), "tmp");
        let copied = compression.copy(path, &unfinished, stop);
        if let Err(error) = copied.and_then(|()| std::fs::rename(&unfinished, &compressed)) {
            drop(std::fs::remove_file(&unfinished));
            return Err(error);
        }
    }
    sync_folder(&compressed)?;
    std::fs::remove_file(path)?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::is_unfinished_name;

    #[test]
    fn names_of_unfinished_copies() {
        let is = |name| is_unfinished_name("a.log", name);
        assert!(is(".a.log.20260131T235959.000Z.gz.tmp") && is("a.log.20260131T235959.000Z-2.zst.tmp"));
        for other in
            [".a.log.20260131T235959.000Z.gz", ".a.log.20260131T235959.000Z.tmp", ".b.log.gz.tmp", ".tmp"]
        {
            assert!(!is(other), "{other}");
        }
    }
}
