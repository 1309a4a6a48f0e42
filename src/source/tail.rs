//! A file that is being written, followed by its name as `tail -F` does.
//!
//! Comes in: a path. Goes out: the bytes that are added to the file, and to the one that takes its place. Must not: know
//! lines or records, or wait: who asks again decides how often.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;

use super::compression::Compression;

/// Bytes that are read at once.
const AT_ONCE: u64 = 1 << 18;
/// Bytes of the beginning that show what a file is.
const HEAD: u64 = 1 << 16;
/// Bytes of an unfinished last line that are looked back for.
const LONGEST_LINE: u64 = 16 << 20;

/// The state of a followed file, compared with when it was last looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TailEvent {
    /// No file has this name.
    Missing,
    /// It is there now.
    Opened,
    /// Bytes were added to it.
    Grown,
    /// None were.
    Idle,
    /// It became shorter; what follows is read from its beginning.
    Truncated,
    /// Another file has its name; what follows is of that one.
    Replaced,
}

/// What was passed over at the start.
#[derive(Clone, Debug, Default)]
pub struct Skipped {
    /// The beginning of the file.
    pub head: Vec<u8>,
    /// Where reading begins: after the last whole line.
    pub offset: u64,
    /// How many lines are before that, if they were counted.
    pub lines: u64,
}

/// A followed file.
#[derive(Debug)]
pub struct Tail {
    path: PathBuf,
    file: Option<File>,
    offset: u64,
    /// True once the end of a file was seen after another one had its name.
    is_drained: bool,
}

impl Tail {
    /// Follows the file of that name, from its beginning.
    pub fn new(path: PathBuf) -> Self {
        Self { path, file: None, offset: 0, is_drained: false }
    }

    /// Looks at the file, and appends what was added to it.
    ///
    /// # Errors
    /// Returns an error if the file is there and cannot be read.
    pub fn poll(&mut self, out: &mut Vec<u8>) -> io::Result<TailEvent> {
        let Some(file) = &mut self.file else {
            return match File::open(&self.path) {
                Ok(file) => {
                    self.begin(file);
                    Ok(TailEvent::Opened)
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(TailEvent::Missing),
                Err(error) => Err(error),
            };
        };
        let own = file.metadata()?;
        // A file that is not a regular one, such as a named pipe, has no length.
        if own.is_file() && own.len() < self.offset {
            file.seek(SeekFrom::Start(0))?;
            self.offset = 0;
            return Ok(TailEvent::Truncated);
        }
        let read = file.by_ref().take(AT_ONCE).read_to_end(out)?;
        if read > 0 {
            self.offset += read as u64;
            self.is_drained = false;
            return Ok(TailEvent::Grown);
        }
        let Ok(there) = self.path.metadata() else { return Ok(TailEvent::Idle) };
        if is_same(&own, &there) {
            return Ok(TailEvent::Idle);
        }
        // Whoever writes may have added something after it was last read, and before it began the other one.
        if !std::mem::replace(&mut self.is_drained, true) {
            return Ok(TailEvent::Idle);
        }
        match File::open(&self.path) {
            Ok(file) => {
                self.begin(file);
                Ok(TailEvent::Replaced)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(TailEvent::Idle),
            Err(error) => Err(error),
        }
    }

    fn begin(&mut self, file: File) {
        (self.file, self.offset, self.is_drained) = (Some(file), 0, false);
    }

    /// The first bytes of the file.
    ///
    /// # Errors
    /// Returns an error if it cannot be read.
    pub fn head(&mut self) -> io::Result<Vec<u8>> {
        let Some(file) = &mut self.file else { return Ok(Vec::new()) };
        let mut head = Vec::new();
        file.seek(SeekFrom::Start(0))?;
        file.by_ref().take(HEAD).read_to_end(&mut head)?;
        file.seek(SeekFrom::Start(self.offset))?;
        Ok(head)
    }

    /// Passes over the lines that are there; with `counts_lines` it counts them, which reads all of the file.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read.
    pub fn skip_lines(&mut self, counts_lines: bool) -> io::Result<Skipped> {
        let head = self.head()?;
        let Some(file) = &mut self.file else { return Ok(Skipped::default()) };
        let mut end = file.metadata()?.len();
        let (mut buffer, mut offset) = (Vec::new(), end);
        let least = end.saturating_sub(LONGEST_LINE);
        while end > least {
            let start = end.saturating_sub(AT_ONCE).max(least);
            buffer.clear();
            file.seek(SeekFrom::Start(start))?;
            file.by_ref().take(end - start).read_to_end(&mut buffer)?;
            if let Some(feed) = memchr::memrchr(b'\n', &buffer) {
                offset = start + feed as u64 + 1;
                break;
            }
            (end, offset) = (start, if start == 0 { 0 } else { offset });
        }
        let mut lines = 0;
        if counts_lines {
            file.seek(SeekFrom::Start(0))?;
            let mut left = file.by_ref().take(offset);
            let mut buffer = vec![0; 1 << 18];
            while let read @ 1.. = left.read(&mut buffer)? {
                lines += memchr::memchr_iter(b'\n', &buffer[..read]).count() as u64;
            }
        }
        file.seek(SeekFrom::Start(offset))?;
        self.offset = offset;
        Ok(Skipped { head, offset, lines })
    }
}

/// True for the beginning of compressed data, which has no lines.
pub fn is_compressed(head: &[u8]) -> bool {
    Compression::of(head).is_some()
}

/// True for the same file under two names.
#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Without numbers of files, the time at which one was created tells it from another.
#[cfg(not(unix))]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    one.created().ok() == other.created().ok()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::*;

    /// What the next looks see, up to the first that sees nothing twice.
    fn seen(tail: &mut Tail) -> (Vec<TailEvent>, String) {
        let (mut events, mut out) = (Vec::new(), Vec::new());
        while let Ok(event) = tail.poll(&mut out) {
            let is_done =
                matches!(event, TailEvent::Idle | TailEvent::Missing) && events.last() == Some(&event);
            if is_done {
                break;
            }
            events.push(event);
        }
        (events, String::from_utf8_lossy(&out).into_owned())
    }

    #[test]
    fn a_file_is_followed_through_rotation_and_truncation() -> io::Result<()> {
        use TailEvent::{Grown, Idle, Missing, Opened, Replaced, Truncated};
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("log");
        let mut tail = Tail::new(path.clone());
        assert_eq!(seen(&mut tail), (vec![Missing], String::new()));
        fs::write(&path, "one\n")?;
        assert_eq!(seen(&mut tail), (vec![Opened, Grown, Idle], "one\n".to_owned()));
        let mut old = fs::OpenOptions::new().append(true).open(&path)?;
        fs::rename(&path, folder.path().join("log.1"))?;
        old.write_all(b"two\n")?;
        assert_eq!(seen(&mut tail), (vec![Grown, Idle], "two\n".to_owned()));
        fs::write(&path, "three\n")?;
        old.write_all(b"late\n")?;
        assert_eq!(seen(&mut tail), (vec![Grown, Idle, Replaced, Grown, Idle], "late\nthree\n".to_owned()));
        fs::write(&path, "4\n")?;
        assert_eq!(seen(&mut tail), (vec![Truncated, Grown, Idle], "4\n".to_owned()));
        Ok(())
    }

    #[test]
    fn what_is_there_is_passed_over_up_to_the_last_whole_line() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("log");
        for (text, offset, lines) in [("", 0, 0), ("a\nb\nunfin", 4, 2), ("a\n", 2, 1), ("unfin", 0, 0)] {
            fs::write(&path, text)?;
            let mut tail = Tail::new(path.clone());
            tail.poll(&mut Vec::new())?;
            let skipped = tail.skip_lines(true)?;
            assert_eq!((skipped.offset, skipped.lines, skipped.head), (offset, lines, text.into()), "{text}");
            assert_eq!(seen(&mut tail).1, text[offset as usize..]);
        }
        Ok(())
    }
}
